"""tests/cases/posts: each NAME.md (or .html, .rst …) is a post with one oddity, named for it; NAME.json says what it becomes.

In the JSON, `path`, `settings` and `show` (fields that are left out elsewhere) are given by hand; `post` has the fields that
are not empty and `problems` are `line: level: code`. `--rewrite` writes those two anew.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from pathlib import Path

import pytest

from feedsvc.content.parse import parse
from feedsvc.settings import load
from feedsvc.sources import Folder, RawPost

CASES = Path(__file__).parent.parent / "cases" / "posts"
INPUTS = sorted(path for path in CASES.iterdir() if path.suffix != ".json")
# They follow from the path alone, unless a case is about them.
DERIVED = {"path", "id", "slug", "link"}


@pytest.fixture(scope="module")
def beside(tmp_path_factory):
    """The folder in which every case stands: a picture, a recording, another post, and a post's own files."""
    root = tmp_path_factory.mktemp("posts")
    (root / "pic.png").write_bytes(b"\x89PNG")
    (root / "talk.mp3").write_bytes(b"\0" * 1234)
    (root / "2020-01-02-other-post.md").write_text("Other")
    (root / "_posts" / "walk").mkdir(parents=True)
    (root / "_posts" / "walk" / "inside.png").write_bytes(b"\x89PNG")
    return Folder(root)


def _shown(value):
    if dataclasses.is_dataclass(value):
        return {name: _shown(item) for name, item in dataclasses.asdict(value).items() if item}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_shown(item) for item in value]
    return str(value)


def _outcome(parsed, show):
    post = None
    if parsed.post is not None:
        wanted = [f.name for f in dataclasses.fields(parsed.post) if f.name not in DERIVED or f.name in show]
        post = {name: _shown(value) for name in wanted if (value := getattr(parsed.post, name))}
        if "content" in post:
            post["content"] = post["content"].split("\n")
    problems = [f"{problem.line}: {problem.level}: {problem.code}" for problem in parsed.problems]
    return {"post": post, "problems": problems}


def test_there_are_cases():
    assert INPUTS


@pytest.mark.parametrize("case", INPUTS, ids=lambda path: path.stem)
def test_a_case_becomes_the_post_beside_it(case, beside, request):
    file = case.with_suffix(".json")
    expected = json.loads(file.read_text("utf-8"))
    raw = RawPost(expected.get("path", case.name), case.read_bytes())
    parsed = parse(raw, beside, load({"posts": "/nonexistent", **expected.get("settings", {})}, environ={}))
    found = _outcome(parsed, expected.get("show", ()))
    given = {name: value for name, value in expected.items() if name not in {"post", "problems"}}
    if request.config.getoption("--rewrite"):
        file.write_text(json.dumps(given | found, ensure_ascii=False, indent=1) + "\n", "utf-8")
        expected = given | found
    assert found == {name: expected[name] for name in ("post", "problems")}


def test_every_expected_file_has_its_case():
    assert {path.stem for path in CASES.glob("*.json")} == {path.stem for path in INPUTS}
