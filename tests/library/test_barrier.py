"""A post that raises what nobody foresaw is a problem of its own, and nobody else's."""

from __future__ import annotations

import logging
import os

import pytest

from feedsvc import library
from tests.library.conftest import parsing


@pytest.fixture
def fails(monkeypatch):
    """Have the reading of some paths raise."""
    paths: set[str] = set()
    original = parsing.parse

    def parse(raw, *rest, **more):
        if raw.path in paths:
            raise ZeroDivisionError(raw.path)
        return original(raw, *rest, **more)

    monkeypatch.setattr(parsing, "parse", parse)
    return paths


def problems(shelf, path):
    shelf.refresh()
    return [
        problem for problem in library.problems(shelf.engine) if problem.path == path and problem.code == "internal"
    ]


def test_the_others_are_served_and_the_post_is_told_with_what_was_raised_and_where(shelf, fails):
    for name in "abc":
        shelf.write(f"{name}.md", date="2024-01-01")
    fails.add("b.md")
    assert shelf.posts() == ["a.md", "c.md"]
    (problem,) = problems(shelf, "b.md")
    assert problem.level == "error"
    assert "ZeroDivisionError in test_barrier.py:" in problem.message


def test_its_last_good_version_stays(shelf, fails):
    shelf.write("a.md", "The first.", date="2024-01-01")
    assert shelf.posts() == ["a.md"]
    fails.add("a.md")
    shelf.write("a.md", "The second one.", date="2024-01-01")
    assert shelf.post("a").content == "<p>The first.</p>"
    assert "kept" in shelf.codes("a.md")


def test_it_is_read_again_when_it_changes_and_not_before(shelf, fails, parsed, caplog):
    fails.add("a.md")
    shelf.write("a.md", date="2024-01-01")
    with caplog.at_level(logging.ERROR, "feedsvc"):
        shelf.refresh()
        os.utime(shelf.root / "a.md", (1, 1))
        shelf.refresh()
    assert [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError]
    fails.clear()
    shelf.write("a.md", "Mended.", date="2024-01-01")
    assert shelf.posts() == ["a.md"]
    assert problems(shelf, "a.md") == []


WAYS_IN = {
    "TOML nested 492 deep": f"+++\n{'.'.join(['a'] * 492)} = 1\n+++\nBody.",
    "a reference of 4,301 digits in a title": f'---\ntitle: "&#{"1" * 4301};"\n---\nBody.',
    "a reference of 4,301 digits in a tag": f'---\ntitle: x\ntags: ["&#{"1" * 4301};"]\n---\nBody.',
    "a reference of 4,301 digits in an author": f'---\ntitle: x\nauthor: "&#{"1" * 4301};"\n---\nBody.',
    "a reference of 4,301 digits in a body": f"---\ntitle: x\n---\nBody &#{'1' * 4301};.",
}


@pytest.mark.parametrize("text", WAYS_IN.values(), ids=WAYS_IN)
def test_no_post_keeps_another_from_its_feed(shelf, text):
    shelf.root.joinpath("bad.md").write_text(text)
    shelf.write("good.md", date="2024-01-01")
    assert "good.md" in shelf.posts()
    shelf.show()
    assert shelf.post("good").content == "<p>Body.</p>"


@pytest.mark.parametrize("name", ["a.md", "a.meta"])
def test_a_time_that_no_database_can_hold_is_no_problem(shelf, name):
    shelf.write("a.md", date="2024-01-01")
    shelf.root.joinpath("a.meta").touch()
    year_2300 = 10_413_792_000
    os.utime(shelf.root / name, (year_2300, year_2300))
    assert shelf.posts() == ["a.md"]
    assert not shelf.refresh()
