"""Catalogue, rules and reference page say the same."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import feedsvc.validation
from feedsvc.validation import reference
from feedsvc.validation.catalogue import CATALOGUE, SECTIONS
from feedsvc.validation.report import Level

ROOM = Path(feedsvc.validation.__file__).parent
RULES = [file for file in ROOM.glob("*.py") if file.name not in ("catalogue.py", "registries.py", "namespaces.py")]
FILLED = {"value", "name", "element", "attribute", "parent", "other", "right", "reason", "encoding"}


def strings(file: Path) -> set[str]:
    return {
        node.value.partition(": ")[0]
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_code_is_used_by_a_rule() -> None:
    used = set().union(*map(strings, RULES))
    assert set(CATALOGUE) <= used


def test_every_code_that_is_reported_is_known() -> None:
    reported = re.compile(r"""(?:report\(\s*|yield )"([a-z0-9-]+)["]""")
    named = {code for file in RULES for code in reported.findall(file.read_text())}
    assert named
    assert named <= set(CATALOGUE)


def test_the_page_is_the_catalogue() -> None:
    assert (ROOM / "CODES.md").read_text() == reference.page(), (
        "python -m feedsvc.validation.reference > feedsvc/validation/CODES.md"
    )


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_an_entry_is_whole(code: str) -> None:
    entry = CATALOGUE[code]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
    assert entry.level in Level
    assert entry.message.endswith((".", '".'))
    assert entry.fix.endswith(".")
    assert all((entry.reference, entry.wrong, entry.right))
    names = {name for words in (entry.message, entry.fix) for _, name, _, _ in Formatter().parse(words) if name}
    assert names <= FILLED


def test_no_code_stands_twice() -> None:
    assert sum(map(len, SECTIONS.values())) == len(CATALOGUE)
