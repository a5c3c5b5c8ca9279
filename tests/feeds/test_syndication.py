"""What holds of Atom or of RSS alone; each test of a feedgen trap says which."""

from __future__ import annotations

import re

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from feedsvc.content.post import SITE, Author, Enclosure, Picture
from feedsvc.feeds import render
from feedsvc.feeds.syndication import _category

BASE = "https://blog.example"
both = pytest.mark.parametrize("kind", ["atom", "rss"])


@pytest.fixture
def atom(make_feed, find):
    return lambda path, *posts, **changes: find(render(make_feed(*posts, **changes), "atom", BASE), path)


@pytest.fixture
def rss(make_feed, find):
    return lambda path, *posts, **changes: find(render(make_feed(*posts, **changes), "rss", BASE), path)


# Links


@both
def test_a_feed_links_to_itself_its_hubs_and_its_other_formats(kind, make_feed, find):
    feed = make_feed(path="tags/a/", page=f"{SITE}/tags/a/", hubs=("https://one.example/", "https://two.example/"))
    document = render(feed, kind, BASE)
    parent = "/rss/channel" if kind == "rss" else "/a:feed"
    links = {
        rel: find(document, f"{parent}/a:link[@rel='{rel}']/@href | {parent}/link[@rel='{rel}']/@href")
        for rel in ("self", "hub", "alternate")
    }
    others = {suffix: f"{BASE}/tags/a/feed.{suffix}" for suffix in ("atom", "rss", "json")}
    assert links["self"] == [others.pop(kind)]
    assert links["hub"] == ["https://one.example/", "https://two.example/"]
    assert set(others.values()) <= set(links["alternate"])


def test_the_page_is_an_alternate_in_atom(atom):
    assert atom("/a:feed/a:link[@type='text/html']/@href") == [f"{BASE}/"]


def test_the_page_is_the_link_in_rss(rss):
    """feedgen takes the last link of the feed, whichever that is."""
    assert rss("/rss/channel/link/text()", hubs=("https://hub.example/",)) == [f"{BASE}/"]


def test_an_entry_link_says_what_it_is_in_atom(atom, make_post):
    """feedgen writes the address of an entry's link and forgets the rest."""
    assert atom("//a:entry/a:link/@rel", make_post()) == ["alternate"]
    assert atom("//a:entry/a:link/@type", make_post()) == ["text/html"]


# Enclosures

FILES = (
    Enclosure("https://files.example/a.mp3", "audio/mpeg", 123, "A"),
    Enclosure("https://files.example/b.ogg", "audio/ogg"),
)


def test_every_enclosure_is_a_link_in_atom(atom, make_post):
    post = make_post(enclosures=FILES)
    link = "//a:entry/a:link[@rel='enclosure']"
    assert atom(f"{link}/@href", post) == [file.url for file in FILES]
    assert atom(f"{link}/@type", post) == ["audio/mpeg", "audio/ogg"]
    assert atom(f"{link}/@length", post) == ["123"]


def test_the_first_enclosure_is_the_one_of_rss(rss, make_post):
    """feedgen takes the last one."""
    (enclosure,) = rss("//item/enclosure", make_post(enclosures=FILES))
    assert dict(enclosure.attrib) == {"url": FILES[0].url, "length": "123", "type": "audio/mpeg"}


def test_an_unknown_length_is_zero_in_rss(rss, make_post):
    assert rss("//enclosure/@length", make_post(enclosures=FILES[1:])) == ["0"]


# Pictures


@both
def test_pictures_are_media_outside_a_group(kind, make_feed, make_post, find):
    """feedgen groups them, and a group is for alternatives."""
    post = make_post(
        picture=Picture("https://x.example/a.png", "image/png", 640, 480),
        thumbnail=Picture("https://x.example/t.png", width=64),
    )
    document = render(make_feed(post), kind, BASE)
    entry = "//item" if kind == "rss" else "//a:entry"
    (content,) = find(document, f"{entry}/media:content")
    (thumbnail,) = find(document, f"{entry}/media:thumbnail")
    assert dict(content.attrib) == {
        "url": "https://x.example/a.png",
        "type": "image/png",
        "medium": "image",
        "width": "640",
        "height": "480",
    }
    assert dict(thumbnail.attrib) == {"url": "https://x.example/t.png", "width": "64"}
    assert b"<media:content" in document.body


@pytest.mark.parametrize(
    ("logo", "icon", "expected"),
    [
        ("https://x.example/l.png", "https://x.example/i.png", ["https://x.example/l.png"]),
        ("https://x.example/l.svg", "https://x.example/i.PNG?v=1", ["https://x.example/i.PNG?v=1"]),
        ("", "https://x.example/avatar/1", ["https://x.example/avatar/1"]),
        ("https://x.example/l.webp", "https://x.example/favicon.ico", []),
        ("", "", []),
    ],
)
def test_the_image_of_rss_is_of_a_type_that_rss_has(logo, icon, expected, rss):
    assert rss("/rss/channel/image/url/text()", logo=logo, icon=icon) == expected


def test_the_image_of_rss_has_the_title_and_link_of_the_channel(rss):
    title, link = rss("//image/title/text() | //image/link/text()", logo="https://x.example/l.png")
    assert (title, link) == ("The title", f"{BASE}/")


def test_atom_has_icon_and_logo(atom):
    found = atom("//a:icon/text() | //a:logo/text()", icon="https://x.example/i.ico", logo="https://x.example/l.svg")
    assert found == ["https://x.example/i.ico", "https://x.example/l.svg"]


# Authors

ADA = Author("Ada", "ada@blog.example", "https://ada.example/")


def test_an_author_has_name_email_and_address_in_atom(atom, make_post):
    (author,) = atom("//a:entry/a:author", make_post(authors=(ADA,)))
    assert [child.text for child in author] == ["Ada", "ada@blog.example", "https://ada.example/"]


def test_no_address_is_no_email(atom, make_post):
    assert atom("//a:email", make_post(authors=(Author("Ada", "ada at blog"),))) == []


@pytest.mark.parametrize(
    ("own", "of_feed", "expected"),
    [
        ((ADA,), (), []),
        ((ADA,), (Author("Editor"),), ["Editor"]),
        ((), (Author("Editor"),), ["Editor"]),
        ((), (), ["The title"]),
    ],
)
def test_an_atom_feed_has_an_author_for_entries_without(own, of_feed, expected, atom, make_post):
    posts = (make_post(1, authors=(ADA,)), make_post(2, authors=own))
    assert atom("/a:feed/a:author/a:name/text()", *posts, authors=of_feed) == expected


def test_an_atom_feed_whose_entries_were_all_left_out_has_an_author(atom, make_post):
    assert atom("/a:feed/a:author/a:name/text()", make_post(title="\0")) == ["The title"]


@pytest.mark.parametrize(
    ("authors", "author", "creators"),
    [
        ((ADA,), ["ada@blog.example (Ada)"], []),
        ((Author("Ada"),), [], ["Ada"]),
        ((Author("Ada", "nonsense"),), [], ["Ada"]),
        ((Author("Ada (the first)", "ada@blog.example"),), [], ["Ada (the first)"]),
        ((ADA, Author("Ben")), [], ["Ada", "Ben"]),
        ((), [], ["Editor"]),
    ],
    ids=["email", "no email", "bad email", "parentheses", "two", "none"],
)
def test_rss_has_an_author_or_creators_but_never_both(authors, author, creators, rss, make_post):
    """feedgen drops an author without e-mail."""
    post, editor = make_post(authors=authors), (Author("Editor"),)
    assert rss("//item/author/text()", post, authors=editor) == author
    assert rss("//item/dc:creator/text()", post, authors=editor) == creators


# Categories


def test_a_category_is_a_term_and_a_label_in_atom(atom, make_post):
    post = make_post(categories=(("新媒体", "ZAKER"), ("a/b",)), tags=("C++", "50%"))
    assert [dict(category.attrib) for category in atom("//a:category", post)] == [
        {"term": "新媒体/ZAKER", "label": "新媒体 › ZAKER"},
        {"term": "a%2Fb", "label": "a/b"},
        {"term": "C++"},
        {"term": "50%"},
    ]


def test_a_category_is_a_path_in_rss(rss, make_post):
    post = make_post(categories=(("新媒体", "ZAKER"), ("TCP/IP",)), tags=("C++",))
    assert rss("//item/category/text()", post) == ["新媒体/ZAKER", "TCP/IP", "C++"]


def test_a_tag_that_is_also_a_category_stands_once(atom, rss, make_post):
    post = make_post(categories=(("News",), ("News",)), tags=("News",))
    assert atom("//a:category/@term", post) == ["News"]
    assert rss("//item/category/text()", post) == ["News"]


names = st.text("%/25Fa ", min_size=1, max_size=6)
paths = st.lists(names, min_size=1, max_size=3).map(tuple)


@given(one=paths, other=paths)
def test_two_categories_never_share_a_term(one, other):
    assert (_category(one)["term"] == _category(other)["term"]) == (one == other)


# Text


@both
def test_plain_text_is_escaped_once(kind, make_feed, make_post, find):
    text = "Use <b>bold</b> & &amp; ]]> in HTML"
    document = render(make_feed(make_post(title=text, authors=(Author(text),), tags=(text,))), kind, BASE)
    entry = "//item" if kind == "rss" else "//a:entry"
    assert find(document, f"string({entry}/*[local-name()='title'])") == text
    assert text in find(document, f"{entry}/dc:creator/text() | {entry}/a:author/a:name/text()")
    assert text in find(document, f"{entry}/category/text() | {entry}/a:category/@term | {entry}/a:category/@label")


@both
def test_ampersands_of_a_title_are_hexadecimal_references(kind, make_feed, make_post):
    body = render(make_feed(make_post(title="a < b &amp; c")), kind, BASE).body.decode()
    assert re.findall("<title>(a .*)</title>", body) == ["a &#x3C; b &#x26;amp; c"]


def test_the_description_of_an_rss_item_is_html(rss, make_post):
    assert rss("//item/description/text()", make_post(summary="a < b & <script>")) == ["a &lt; b &amp; &lt;script&gt;"]


def test_the_description_of_an_rss_item_comes_before_its_content(rss, make_post):
    names = [element.tag for element in rss("//item/*", make_post())]
    assert names.index("description") < names.index("{http://purl.org/rss/1.0/modules/content/}encoded")


def test_the_content_is_the_description_where_there_is_no_summary(rss, make_post):
    assert rss("//item/description/text()", make_post(summary="")) == ["<p>Content</p>"]


@both
def test_content_may_hold_the_end_of_a_cdata_section(kind, make_feed, make_post, entries):
    """feedgen's own CDATA raises for it."""
    html = "<pre>a[b[0]]> c</pre>"
    (entry,) = entries(render(make_feed(make_post(content=Markup(html))), kind, BASE))
    assert entry["content"] == html


def test_readers_see_the_summary_and_the_content(make_feed, make_post):
    for kind in ("atom", "rss"):
        (entry,) = feedparser.parse(render(make_feed(make_post()), kind, BASE).body).entries
        assert entry.summary == "Summary 1"
        assert [content.value for content in entry.content] == ["<p>Content</p>"]


def test_an_rss_channel_without_a_description_gives_its_title(rss):
    assert rss("/rss/channel/description/text()", description="") == ["The title"]


def test_an_atom_feed_without_a_description_has_no_subtitle(atom):
    assert atom("//a:subtitle", description="") == []


# Dates


def test_dates_of_rss_are_rfc_822(rss, make_post):
    """feedgen sets the locale of the process to write them."""
    assert rss("//lastBuildDate/text()", make_post()) == ["Sun, 24 Jul 2022 12:00:00 +0000"]
    assert rss("//item/pubDate/text()", make_post()) == ["Sun, 24 Jul 2022 12:00:00 +0000"]


def test_a_feed_without_dates_has_the_epoch_in_atom(atom, make_post):
    post = make_post(published=None, updated=None)
    assert atom("//a:updated/text()", post, updated=None) == ["1970-01-01T00:00:00Z"] * 2


def test_a_feed_without_dates_has_none_in_rss(rss, make_post):
    """feedgen's lastBuildDate would be now."""
    assert rss("//lastBuildDate | //pubDate", make_post(published=None, updated=None), updated=None) == []


# The rest


def test_the_metadata_of_an_atom_feed_come_before_its_entries(atom, make_post):
    names = [element.tag.partition("}")[2] for element in atom("/a:feed/*", make_post(1), make_post(2))]
    assert names[-2:] == ["entry", "entry"]
    assert "entry" not in names[:-2]


def test_only_a_language_that_differs_stands_on_an_entry(atom, make_post):
    posts = [make_post(number, language=tag) for number, tag in enumerate(("en", "zh-CN", ""), start=1)]
    assert atom("//@xml:lang", *posts) == ["en", "zh-CN"]


@pytest.mark.parametrize(("identity", "expected"), [(f"{SITE}/a", "true"), ("https://old.example/a", "false")])
def test_an_rss_guid_is_a_permalink_only_where_it_is_the_link(identity, expected, rss, make_post):
    assert rss("//guid/@isPermaLink", make_post(id=identity, link=f"{SITE}/a")) == [expected]


@pytest.mark.parametrize(("minutes", "expected"), [(60, ["60"]), (0, [])])
def test_a_time_to_live_is_positive(minutes, expected, rss):
    assert rss("//ttl/text()", ttl=minutes) == expected


def test_rights_stand_on_feed_and_entry(atom, rss, make_post):
    assert atom("//a:rights/text()", make_post(rights="CC BY"), rights="© Ada") == ["© Ada", "CC BY"]
    assert rss("//copyright/text()", make_post(rights="CC BY"), rights="© Ada") == ["© Ada"]


def test_the_generator_is_named_without_a_version(atom, rss):
    (generator,) = atom("//a:generator")
    assert (generator.text, generator.get("version")) == ("feedsvc", None)
    assert rss("//generator/text()") == ["feedsvc"]


@pytest.mark.parametrize(
    ("path", "term"),
    [
        (("a/b",), "a%2Fb"),
        (("a", "b"), "a/b"),
        (("a%2Fb",), "a%252Fb"),
        (("a%25b",), "a%2525b"),
        (("a%20b",), "a%20b"),
        (("100%",), "100%"),
    ],
)
def test_a_term_escapes_a_slash_and_what_looks_like_an_escaped_one(path, term):
    assert _category(path)["term"] == term
