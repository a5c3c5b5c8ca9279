"""Every case file states its own expectation; adding one needs no code.

`expect: code` must be found, `expect: not code` must not be, and then nothing may be an error either.
`served as:` and `served from:` are the media type and the address.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedsvc.validation import Report, validate
from feedsvc.validation.catalogue import CATALOGUE

CASES = Path(__file__).parents[1] / "cases" / "validation"
FILES = sorted(CASES.glob("*/*.*"))
NOW = datetime(2026, 1, 1, tzinfo=UTC)

# What no file of reasonable size, or no file at all, can show; each is shown where it is named.
ELSEWHERE = {
    "empty-document": "test_hostile.py",
    "compressed": "test_hostile.py",
    "too-large": "test_hostile.py",
    "large-feed": "test_hostile.py",
    "too-deep": "test_hostile.py",
    "too-many-elements": "test_hostile.py",
    "unreadable": "test_command.py",
    "uncompressed": "test_fetching.py",
    "no-validator": "test_fetching.py",
    "condition-ignored": "test_fetching.py",
    "moved": "test_fetching.py",
}


def stated(data: bytes, key: str) -> str | None:
    found = re.search(rf'{key}"?:\s*"?([^"\n]+?)\s*(?:"|-->|\n)'.encode(), data)
    return found[1].decode() if found else None


def judged(data: bytes) -> Report:
    return validate(data, content_type=stated(data, "served as"), url=stated(data, "served from"), now=NOW)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_case(file: Path) -> None:
    data = file.read_bytes()
    expected = stated(data, "expect")
    assert expected, "the case does not say what it expects"
    report = judged(data)
    code = expected.removeprefix("not ")
    assert code in CATALOGUE
    if expected.startswith("not "):
        assert code not in report.codes
        assert report.valid, report.errors
    else:
        assert code in report.codes, report.findings


def test_there_are_cases() -> None:
    assert len(FILES) > 300


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_code_has_a_wrong_and_a_right_case(code: str) -> None:
    if code in ELSEWHERE:
        assert f'"{code}"' in (Path(__file__).parent / ELSEWHERE[code]).read_text()
        return
    expectations = {stated(file.read_bytes(), "expect") for file in FILES}
    assert {code, f"not {code}"} <= expectations
