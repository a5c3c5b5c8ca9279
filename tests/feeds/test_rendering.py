"""What holds of a document in every format."""

from __future__ import annotations

import json
import locale
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup

from feedsvc.content.post import SITE, Author
from feedsvc.feeds import FORMATS, render
from feedsvc.feeds.rendering import WRITERS

BASE = "https://blog.example/prefix"

every_format = pytest.mark.parametrize("kind", FORMATS)

# What Post promises: one line, without characters that XML 1.0 forbids.
texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufffe\uffff"))
words = texts.filter(str.strip)


@st.composite
def posts(draw, make_post, number=1):
    return make_post(
        number,
        title=draw(words),
        summary=draw(texts),
        content=Markup(draw(texts)),
        authors=tuple(draw(st.lists(st.builds(Author, words, texts), max_size=2))),
        categories=tuple(map(tuple, draw(st.lists(st.lists(words, min_size=1, max_size=3), max_size=3)))),
        tags=tuple(draw(st.lists(words, max_size=3))),
        rights=draw(texts),
        **dict.fromkeys(("published", "updated"), draw(st.none() | st.datetimes(timezones=st.just(UTC)))),
    )


def test_every_format_has_its_writer():
    assert WRITERS.keys() == FORMATS.keys()


def test_an_unknown_format_is_refused(make_feed):
    with pytest.raises(KeyError):
        render(make_feed(), "gopher", BASE)


@every_format
@given(data=st.data())
def test_any_post_is_rendered_and_reads_back(kind, data, make_post, make_feed, entries):
    post = data.draw(posts(make_post))
    document = render(make_feed(post), kind, BASE)
    assert document.left_out == ()
    (entry,) = entries(document)
    assert entry["id"] == post.id
    assert entry["title"] == post.title
    if post.summary:
        assert entry["summary"] == post.summary
        assert entry["content"] == (str(post.content) or None)


@every_format
@given(title=words, description=words)
def test_the_title_and_description_of_a_feed_read_back(kind, title, description, make_feed):
    body = render(make_feed(title=title, description=description), kind, BASE).body
    if kind == "json":
        head = json.loads(body)
        assert (head["title"], head["description"]) == (title, description)
    else:
        root = etree.fromstring(body)
        assert root.xpath("string((//*[local-name()='title'])[1])") == title
        assert root.xpath("string((//*[local-name()='subtitle' or local-name()='description'])[1])") == description


@every_format
def test_the_base_stands_wherever_the_site_stood(kind, make_post, make_feed):
    content = Markup('<img src="{0}/a.png"><a href="{0}/">{0}</a>').format(SITE)
    body = render(make_feed(make_post(content=content), path="tags/a/"), kind, BASE).body
    assert SITE.encode() not in body
    assert body.count(f"{BASE}/".encode()) >= 5


@every_format
def test_a_document_names_its_media_type_and_newest_instant(kind, make_post, make_feed):
    newest = datetime(2022, 7, 25, tzinfo=UTC)
    document = render(make_feed(make_post(), updated=newest), kind, BASE)
    assert (document.media_type, document.updated) == (FORMATS[kind], newest)


@every_format
def test_entries_keep_the_order_of_the_posts(kind, make_post, make_feed, entries):
    feed = make_feed(*(make_post(number) for number in (3, 1, 2)))
    assert [entry["title"] for entry in entries(render(feed, kind, BASE))] == ["Title 3", "Title 1", "Title 2"]


@every_format
def test_an_empty_feed_has_no_entries(kind, make_feed, entries):
    assert entries(render(make_feed(), kind, BASE)) == []


@every_format
def test_a_blank_title_gives_way_to_the_slug(kind, make_post, make_feed, entries):
    (entry,) = entries(render(make_feed(make_post(title=" ")), kind, BASE))
    assert entry["title"] == "slug-1"


@every_format
def test_summary_mode_shows_no_content(kind, make_post, make_feed, entries):
    (entry,) = entries(render(make_feed(make_post(), content="summary"), kind, BASE))
    assert (entry["summary"], entry["content"]) == ("Summary 1", None)


@every_format
def test_an_entry_without_any_text_gives_its_title(kind, make_post, make_feed, entries):
    post = make_post(summary="", content=Markup())
    (entry,) = entries(render(make_feed(post), kind, BASE))
    assert (entry["summary"], entry["content"]) == ("Title 1", None)


@every_format
def test_a_post_without_a_date_has_none_made_up(kind, make_post, make_feed, entries):
    document = render(make_feed(make_post(published=None, updated=None), updated=None), kind, BASE)
    (entry,) = entries(document)
    assert entry["published"] is None
    assert str(datetime.now(UTC).year).encode() not in document.body


# Nothing but the feed reaches a document


SCRIPT = """
import hashlib, sys
from pathlib import Path
sys.path.insert(0, "tests/feeds")
from conftest import feed_of_case
from feedsvc.feeds import FORMATS, render
feed = feed_of_case(Path("tests/cases/feeds/everything.json").read_text("utf-8"))
for kind in FORMATS:
    print(hashlib.sha256(render(feed, kind, "https://blog.example").body).hexdigest())
"""


def test_the_bytes_are_those_of_another_process(pytestconfig):
    def digests(seed, zone):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone}
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT], cwd=pytestconfig.rootpath, env=environment, capture_output=True, check=True
        )
        return run.stdout.split()

    first = digests("0", "UTC")
    assert len(set(first)) == len(FORMATS)
    assert digests("1", "Asia/Shanghai") == digests("2", "America/New_York") == first


@every_format
def test_the_locale_is_neither_read_nor_set(kind, make_post, make_feed, monkeypatch):
    expected = render(make_feed(make_post()), kind, BASE)

    def touched(*args):
        raise AssertionError("the locale belongs to the process")

    monkeypatch.setattr(locale, "setlocale", touched)
    assert render(make_feed(make_post()), kind, BASE) == expected


# One bad entry

UNENCODABLE = [("atom", "\x07"), ("atom", "\x00"), ("atom", "\ufffe"), ("rss", "\x07"), ("rss", "\uffff")]
UNENCODABLE += [(kind, "\ud800") for kind in FORMATS]


@pytest.mark.parametrize("unencodable", UNENCODABLE)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda bad: {"title": bad},
        lambda bad: {"summary": bad},
        lambda bad: {"content": Markup(bad)},
        lambda bad: {"tags": (bad,)},
        lambda bad: {"authors": (Author(bad),)},
    ],
    ids=["title", "summary", "content", "tag", "author"],
)
def test_an_entry_that_cannot_be_written_is_left_out_alone(unencodable, spoil, make_post, make_feed, entries):
    kind, character = unencodable
    bad = make_post(2, **spoil(f"a{character}b"))
    document = render(make_feed(make_post(1), bad, make_post(3)), kind, BASE)
    assert [entry["title"] for entry in entries(document)] == ["Title 1", "Title 3"]
    ((path, reason),) = document.left_out
    assert path == "posts/2.md"
    assert reason


@every_format
def test_a_bad_title_of_the_feed_itself_is_an_error(kind, make_feed):
    with pytest.raises(ValueError):
        render(make_feed(title="\ud800"), kind, BASE)


# The size


def full_ones(document, entries):
    return [entry["content"] is not None for entry in entries(document)]


@every_format
def test_a_large_feed_keeps_the_content_of_its_newest(kind, make_post, make_feed, entries):
    many = [make_post(number, content=Markup("<p>x</p>" * 100)) for number in range(1, 21)]
    document = render(make_feed(*many, max_bytes=15_000), kind, BASE)
    shown = full_ones(document, entries)
    assert len(document.body) <= 15_000
    assert shown == sorted(shown, reverse=True)
    assert 0 < sum(shown) < 20


@every_format
@given(data=st.data())
def test_no_entry_loses_its_content_that_had_room(kind, data, make_post, make_feed, entries):
    sizes = data.draw(st.lists(st.integers(1, 3000), max_size=8))
    many = [make_post(number, content=Markup("x" * size)) for number, size in enumerate(sizes, start=1)]
    limit = data.draw(st.integers(1, 20_000))
    document = render(make_feed(*many, max_bytes=limit), kind, BASE)
    summaries = render(make_feed(*many, content="summary"), kind, BASE)
    full = sum(full_ones(document, entries))
    assert len(document.body) <= max(limit, len(summaries.body))
    if full < len(many):
        # The oldest of these stand as the document has them; the next one is what had no room.
        cut = [*many[: full + 1], *(make_post(post_number(post), content=Markup()) for post in many[full + 1 :])]
        assert len(render(make_feed(*cut), kind, BASE).body) > limit


def post_number(post):
    return int(post.slug.removeprefix("slug-"))


@every_format
def test_the_limit_holds_for_the_address_that_is_served(kind, make_post, make_feed):
    base = "https://" + "long." * 40 + "example"
    content = Markup('<img src="{}/a.png">').format(SITE) * 50
    document = render(make_feed(make_post(content=content), make_post(2), max_bytes=9_000), kind, base)
    assert len(document.body) <= 9_000


@every_format
def test_a_feed_too_large_even_as_summaries_is_served(kind, make_post, make_feed, entries):
    feed = make_feed(make_post(1), make_post(2), max_bytes=1)
    assert full_ones(render(feed, kind, BASE), entries) == [False, False]


@every_format
def test_no_limit_is_no_limit(kind, make_post, make_feed, entries):
    feed = make_feed(make_post(content=Markup("x" * 3_000_000)), max_bytes=0)
    assert full_ones(render(feed, kind, BASE), entries) == [True]


@every_format
def test_two_posts_of_one_instant_keep_it(kind, make_post, make_feed, entries):
    midnight = datetime(2022, 7, 24, tzinfo=UTC)
    feed = make_feed(*(make_post(number, published=midnight, updated=midnight) for number in (1, 2)))
    one, two = entries(render(feed, kind, BASE))
    assert one["published"] == two["published"]
    assert one["id"] != two["id"]


@pytest.mark.parametrize("kind", ["atom", "json"])
def test_an_instant_keeps_its_precision_and_is_utc(kind, make_post, make_feed, entries):
    instant = datetime(2022, 7, 24, 23, 13, 57, 123456, tzinfo=UTC)
    (entry,) = entries(render(make_feed(make_post(published=instant)), kind, BASE))
    assert entry["published"] == "2022-07-24T23:13:57.123456Z"


@pytest.mark.parametrize("year", [1, 999, 9999])
@every_format
def test_the_first_and_the_last_years_have_dates(kind, year, make_post, make_feed, entries):
    instant = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=2)
    (entry,) = entries(render(make_feed(make_post(published=instant, updated=instant)), kind, BASE))
    assert f"{year:04}" in entry["published"]
