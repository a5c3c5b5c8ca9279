"""A thousand posts of sixty blogs, all at once, and the seed: they lie beside the repository, and are no part of it."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedsvc.content.parse import parse
from feedsvc.settings import load
from feedsvc.sources import POST_SUFFIXES, Folder

SHARED = Path(os.environ.get("FEEDSVC_SHARED") or Path(__file__).parent.parent.parent / "shared")
CORS = "https://cors.zfour.workers.dev/?"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is absent; FEEDSVC_SHARED names another place")

# What no entry may show outside its code.
TEMPLATE_TAG = re.compile(r"\{%-?\s*\w+[^{}\n]*%\}|\{\{[<%]|\{\{-?\s*(?:config|content|page|post|site)\b|\[/?caption\b")
FRONT_MATTER = re.compile(
    r"(?:^|\n)\s*(?:---|\+\+\+)\s*\n|^\s*(?:---\s*)?(?:title|layout|date|categories|tags): ", re.IGNORECASE
)
TAG_AS_TEXT = re.compile(
    r"&lt;/?(?:a|b|br|center|div|em|figure|font|h[1-6]|iframe|img|li|ol|p|pre|script|span|strong|table|td|tr|ul|video)\b[^;]{0,200}(?:&gt;|$)",
    re.IGNORECASE,
)
LAZY = re.compile(
    r"<img[^>]*(?:data-(?:src|original|lazy|actualsrc)|lazyload|src=\"data:image/(?:svg|gif;base64,R0lGODlhAQAB)|src=\"[^\"]*/(?:blank|loading|spacer)\.(?:gif|png|svg)\")"
)

# Posts whose source writes a tag to be read: path, and why.
SHOWN_TAGS = {
    "diygod/source/_posts/ife-1.md": "speaks of &lt;img&gt;, which it escapes itself",
    "pelicanblog/content/news/pelican-3.3.rst": "speaks of <img> in reStructuredText, where it is text",
    "seed-blog-rebuilt/9月21日 市场缩量筑底阶段.md": "a quoted summary of another page, escaped in the source",
    "zachleat/_posts/2017-06-15-rename-font.md": "shows an element, escaped in the source",
}  # fmt: skip


@pytest.fixture(scope="module")
def found():
    """Every file of the real posts, and what was passed over."""
    return Folder(SHARED / "real-posts").scan()


@pytest.fixture(scope="module")
def parsed(found):
    """What became of every file: path to Parsed. That it is there says that nothing raised."""
    folder = Folder(SHARED / "real-posts")
    settings = load({"posts": str(folder.root), "image_unproxy": [CORS]}, environ={})
    return {item.path: parse(folder.read(item.path), folder, settings) for item in found[0]}


@pytest.fixture(scope="module")
def posts(parsed):
    return {path: result.post for path, result in parsed.items() if result.post}


def outside_code(html):
    return re.sub(r"<(pre|code)\b.*?</\1>", "", html, flags=re.DOTALL)


def text_of(html):
    return re.sub(r"<[^<>]*>", "", outside_code(html))


def test_no_file_is_lost_on_the_disk(found):
    root = SHARED / "real-posts"
    files = {
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.suffix.lower() in POST_SUFFIXES and path.is_file()
    }
    assert files == {item.path for item in found[0]} | {problem.path for problem in found[1]} & files


def test_every_file_is_a_post_or_says_why_not(parsed, posts):
    assert len(posts) > 900
    assert not [path for path, result in parsed.items() if result.post is None and not result.problems]


def test_what_was_left_out_was_left_out_on_purpose(parsed):
    reasons = {
        path: [problem.code for problem in result.problems] for path, result in parsed.items() if result.post is None
    }
    meant = {"draft", "hidden", "section", "empty", "redirect"}
    assert not {path: codes for path, codes in reasons.items() if not meant & set(codes)}


def test_nearly_every_post_has_its_date_and_title(parsed):
    lacking = [path for path, result in parsed.items() if "no-date" in {problem.code for problem in result.problems}]
    assert len(lacking) <= 3
    assert not [path for path, result in parsed.items() if result.post and not result.post.title]


@pytest.mark.parametrize("field", ["content", "title", "summary"])
def test_no_front_matter_is_shown(posts, field):
    shown = {path: text_of(getattr(post, field)) for path, post in posts.items()}
    assert not [path for path, text in shown.items() if FRONT_MATTER.search(text)]


@pytest.mark.parametrize("field", ["content", "title"])
def test_no_template_tag_is_shown(posts, field):
    assert not [path for path, post in posts.items() if TEMPLATE_TAG.search(text_of(getattr(post, field)))]


def test_no_markup_is_shown_as_text(posts):
    shown = {path for path, post in posts.items() if TAG_AS_TEXT.search(text_of(post.content))}
    assert shown - SHOWN_TAGS.keys() == set()


def test_every_exception_is_needed(posts):
    assert [path for path in SHOWN_TAGS if path in posts and not TAG_AS_TEXT.search(text_of(posts[path].content))] == []


def test_no_picture_is_left_lazy(posts):
    assert not [path for path, post in posts.items() if LAZY.search(post.content)]


def test_no_mark_of_the_parser_is_left(posts):
    assert not [
        path for path, post in posts.items() if re.search("[\ue000-\ue002]|%EE%80%8", post.content + post.summary)
    ]


def test_no_place_holder_stands_for_a_name(posts):
    names = {
        name
        for post in posts.values()
        for name in (*post.tags, *(n for path in post.categories for n in path), *(a.name for a in post.authors))
    }
    assert not names & {"None", "null", "[]", "{}", "nan"}


# -- the seed ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seed():
    folder = Folder(SHARED / "seed")
    return parse(folder.read("seed.md"), folder, load({"posts": str(folder.root), "image_unproxy": [CORS]}, environ={}))


def test_the_seed_is_a_post_without_a_problem(seed):
    assert seed.post is not None
    assert seed.problems == ()


def test_the_seed_has_its_title_as_one_line(seed):
    source = (SHARED / "seed" / "seed.md").read_text("utf-8")
    written = re.search(r"^title: *(.+)$", source, re.MULTILINE)
    assert seed.post.title == written[1].strip().strip("'\"")


def test_the_seed_has_its_author_and_its_instant(seed):
    assert [author.name for author in seed.post.authors] == ["ZAKER"]
    assert seed.post.published == datetime(2022, 7, 24, 23, 13, 57, tzinfo=UTC)


def test_the_seed_has_its_category_as_one_path(seed):
    assert seed.post.categories == (("新媒体", "ZAKER", "channel"),)


def test_the_seed_shows_its_six_pictures_from_where_they_lie(seed):
    sources = re.findall(r'<img[^>]*\ssrc="([^"]+)"', seed.post.content)
    assert len(sources) == len(set(sources)) == 6
    assert not [source for source in sources if not source.startswith("http") or "cors." in source]


def test_the_seed_has_no_handler_no_lazy_picture_and_no_empty_paragraph(seed):
    assert not re.search(r"onclick|lazy|data-|<p>\s*</p>", seed.post.content)
