"""tests/cases/feeds: each NAME.json is a feed, beside it what it becomes in each format."""

from __future__ import annotations

from pathlib import Path

import feedparser
import pytest

from feedsvc.feeds import FORMATS, render

CASES = Path(__file__).parent.parent / "cases" / "feeds"
SUFFIX = {"atom": ".atom", "rss": ".rss", "json": ".feed.json"}
INPUTS = sorted(path for path in CASES.glob("*.json") if not path.name.endswith(".feed.json"))


def test_there_are_cases():
    assert INPUTS


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("case", INPUTS, ids=lambda path: path.stem)
def test_a_case_becomes_the_document_beside_it(case, kind, read_case, request):
    document = render(read_case(case.read_text("utf-8")), kind, "https://blog.example/prefix")
    expected = case.with_suffix(SUFFIX[kind])
    if request.config.getoption("--rewrite"):
        expected.write_bytes(document.body)
    assert document.body == expected.read_bytes()
    assert document.left_out == ()


@pytest.mark.parametrize(("kind", "version"), [("atom", "atom10"), ("rss", "rss20")])
@pytest.mark.parametrize("case", INPUTS, ids=lambda path: path.stem)
def test_a_case_is_read_without_complaint(case, kind, version, read_case):
    feed = read_case(case.read_text("utf-8"))
    parsed = feedparser.parse(
        render(feed, kind, "https://blog.example").body,
        response_headers={"content-type": f"{FORMATS[kind]}; charset=utf-8"},
    )
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == version
    assert [entry.id for entry in parsed.entries] == [post.id for post in feed.posts]


def test_every_expected_file_has_its_case():
    names = {path.stem for path in INPUTS}
    assert {path.name.split(".")[0] for path in CASES.iterdir()} == names
