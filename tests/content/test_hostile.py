"""Every payload of the hostile collection, through the whole of make_safe, before an independent oracle."""

import importlib.util
import json
from pathlib import Path

import html5lib
import pytest

from feedsvc.content.body import make_safe, plain_text, text_of
from feedsvc.errors import PostRefused

BASE = "https://blog.example/posts/one/"

_spec = importlib.util.spec_from_file_location("oracle", Path(__file__).with_name("oracle.py"))
oracle = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(oracle)


@pytest.fixture(scope="module")
def payloads(shared):
    return json.loads((shared / "hostile" / "html.json").read_text())


def test_no_payload_leaves_anything_unsafe(payloads):
    unsafe = {}
    for row in payloads:
        try:
            found = oracle.faults(make_safe(row["payload"], base=BASE))
        except PostRefused:
            continue  # reported, and nothing of it is served
        if found:
            unsafe[row["id"]] = found
    assert not unsafe


def test_a_second_pass_gives_the_same(payloads):
    changed = []
    for row in payloads:
        try:
            once = make_safe(row["payload"], base=BASE)
        except PostRefused:
            continue
        if make_safe(once, base="https://elsewhere.example/") != once:
            changed.append(row["id"])
    assert not changed


def test_the_text_of_every_payload_is_what_a_parser_reads(payloads):
    results = [make_safe(row["payload"], base=BASE) for row in payloads]
    assert [text_of(result) for result in results] == [plain_text(result) for result in results]


def test_no_payload_is_refused(payloads):
    refused = []
    for row in payloads:
        try:
            make_safe(row["payload"], base=BASE)
        except PostRefused as problem:
            refused.append((row["id"], problem.message))
    assert not refused


def test_harmless_payloads_keep_their_text_pictures_and_tables(payloads):
    lost = {}
    for row in payloads:
        if row["dangerous"]:
            continue
        result = make_safe(row["payload"], base=BASE)
        before, after = oracle.visible(row["payload"]), oracle.visible(result)
        if before != after:
            lost[row["id"]] = (before, after)
        for name in ("img", "table"):
            if count(row["payload"], name) != count(result, name):
                lost[row["id"], name] = row["payload"][:120], result[:120]
    assert not lost


def count(html, name):
    """How many tables, or pictures that have an address and are larger than a dot, html5lib finds."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return sum(
        1
        for element in tree.iter(name)
        if name != "img" or (oracle.has_address(element) and element.get("width") != "1")
    )
