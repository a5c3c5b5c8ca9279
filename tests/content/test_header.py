"""A post read without its body is the same post: what places it and what keeps it out agree."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from feedsvc.content.parse import parse
from feedsvc.settings import load
from feedsvc.sources import Folder, RawPost

CASES = Path(__file__).parent.parent / "cases" / "posts"
INPUTS = sorted(path for path in CASES.iterdir() if path.suffix != ".json")
OF_THE_BODY = {"content", "summary", "picture", "thumbnail", "enclosures"}
# Told of what the body holds, or lacks, and of files that are missing.
TOLD_OF_THE_BODY = {"no-content", "no-title", "unknown-tag", "missing-file"}


def fields_of(post, left_out):
    return {name: getattr(post, name) for name in post.__slots__ if name not in left_out}


def told(parsed):
    return [problem for problem in parsed.problems if problem.code not in TOLD_OF_THE_BODY]


def agree(raw, folder, settings):
    """Hold that the post without its body is the one with it, and give both."""
    whole, header = parse(raw, folder, settings), parse(raw, folder, settings, body=False)
    if header.post is None:
        assert header == whole
    elif whole.post is None:
        assert [problem for problem in told(whole) if problem not in header.problems] == [
            problem for problem in whole.problems if problem.code == "body-limit"
        ]
    else:
        untitled = any(problem.code == "no-title" for problem in whole.problems)
        left_out = OF_THE_BODY | {"title"} if untitled else OF_THE_BODY
        assert fields_of(header.post, left_out) == fields_of(whole.post, left_out)
        assert (header.post.content, header.post.summary, bool(header.post.title)) == ("", "", True)
        assert told(header) == told(whole)
        assert set(header.problems) <= set(whole.problems)
    return whole, header


@pytest.mark.parametrize("case", INPUTS, ids=lambda path: path.stem)
def test_a_case_is_the_same_post_without_its_body(case, tmp_path):
    expected = json.loads(case.with_suffix(".json").read_text("utf-8"))
    settings = load({"posts": str(tmp_path), **expected.get("settings", {})}, environ={})
    agree(RawPost(expected.get("path", case.name), case.read_bytes()), Folder(tmp_path), settings)


def test_real_posts_are_the_same_without_their_bodies(shared):
    folder = Folder(shared / "real-posts")
    settings = load({"posts": str(folder.root)}, environ={})
    outcomes = [agree(folder.read(item.path), folder, settings) for item in folder.scan()[0]]
    assert len([whole for whole, _ in outcomes if whole.post]) > 900
    # What the header alone refuses is what most refusals are for.
    assert [whole for whole, header in outcomes if whole.post is None and header.post is None]


@pytest.fixture
def both(tmp_path):
    """Parse a text with and without its body."""

    def call(text, path="2021-03-04-walk.md"):
        return agree(RawPost(path, text.encode()), Folder(tmp_path), load({"posts": str(tmp_path)}, environ={}))

    return call


def test_a_title_that_is_the_heading_of_the_body_is_the_file_s_name_without_it(both):
    whole, header = both("# A long walk\n\nwords")
    assert (whole.post.title, header.post.title) == ("A long walk", "walk")


def test_a_body_that_is_refused_leaves_its_header(both):
    whole, header = both("---\ntitle: A walk\n---\n" + "<b>" * 5_000)
    assert (whole.post, header.post.title) == (None, "A walk")


def test_a_post_with_a_password_says_so_without_its_body(both):
    _whole, header = both("---\ntitle: A walk\npassword: x\n---\nwords\n")
    assert [problem.code for problem in header.problems] == ["protected"]
    assert header.post.content == ""


def test_fields_of_rst_are_read_from_its_body(both):
    pytest.importorskip("docutils")
    _whole, header = both("A walk\n######\n\n:date: 2020-05-06\n:tags: a, b\n\nwords\n", "walk.rst")
    assert (header.post.title, header.post.tags, header.post.published.year) == ("A walk", ("a", "b"), 2020)


def test_reading_a_header_imports_nothing_that_bodies_need():
    code = (
        "import sys; from pathlib import Path; from feedsvc.content.parse import parse; from feedsvc.settings import load\n"
        "from feedsvc.sources import RawPost; from feedsvc.sources import Folder\n"
        "raw = RawPost('a.md', b'---\\ntitle: A walk\\ncover: x.png\\n---\\n# words')\n"
        "assert parse(raw, Folder(Path('.')), load({'posts': '.'}, environ={}), body=False).post.title == 'A walk'\n"
        "print(*{'bleach', 'chardet', 'docutils', 'justhtml', 'markdown_it', 'nh3'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "\n"
