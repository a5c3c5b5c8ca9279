"""JSON Feed 1.1: the rules of its specification, by hand."""

from __future__ import annotations

import json

import pytest

from feedsvc.content.post import SITE, Author, Enclosure, Picture
from feedsvc.feeds import render

BASE = "https://blog.example"

TOP = ["version", "title", "home_page_url", "feed_url", "description", "icon", "favicon", "authors", "language", "hubs"]
ITEM = ["id", "url", "title", "content_html", "content_text", "summary", "image", "banner_image", "date_published"]
ITEM += ["date_modified", "authors", "tags", "language", "attachments"]


@pytest.fixture
def read(make_feed):
    return lambda *posts, **changes: json.loads(render(make_feed(*posts, **changes), "json", BASE).body)


def everything(make_post):
    return make_post(
        authors=(Author("Ada", "ada@blog.example", "https://ada.example/"),),
        categories=(("新媒体", "ZAKER"), ("News",)),
        tags=("News", "C++"),
        picture=Picture("https://x.example/a.png"),
        thumbnail=Picture("https://x.example/t.png"),
        enclosures=(
            Enclosure("https://files.example/a.mp3", "audio/mpeg", 123, "A"),
            Enclosure("https://files.example/b.ogg", "audio/ogg"),
        ),
        language="zh-CN",
    )


def test_a_feed_says_what_it_is_and_where(read):
    feed = read(
        path="tags/a/",
        page=f"{SITE}/tags/a/",
        icon="https://x.example/i.ico",
        logo="https://x.example/l.png",
        hubs=("https://hub.example/",),
        authors=(Author("Ada", url="https://ada.example/"),),
    )
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The title",
        "home_page_url": f"{BASE}/tags/a/",
        "feed_url": f"{BASE}/tags/a/feed.json",
        "description": "The description",
        "icon": "https://x.example/l.png",
        "favicon": "https://x.example/i.ico",
        "authors": [{"name": "Ada", "url": "https://ada.example/"}],
        "language": "en",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
        "items": [],
    }


def test_the_fields_stand_in_the_order_of_the_specification(read, make_post):
    feed = read(everything(make_post))
    (item,) = feed["items"]
    assert list(feed) == [*(name for name in TOP if name in feed), "items"]
    assert list(item) == [name for name in ITEM if name in item]


def test_what_is_not_known_is_absent(read, make_post):
    (item,) = read(make_post(authors=(), published=None, updated=None))["items"]
    assert list(item) == ["id", "url", "title", "content_html", "summary"]


def test_an_item_has_its_tags_once(read, make_post):
    (item,) = read(everything(make_post))["items"]
    assert item["tags"] == ["新媒体/ZAKER", "News", "C++"]


def test_an_item_has_its_pictures(read, make_post):
    (item,) = read(everything(make_post))["items"]
    assert (item["image"], item["banner_image"]) == ("https://x.example/a.png", "https://x.example/a.png")


def test_a_thumbnail_alone_is_the_image(read, make_post):
    (item,) = read(make_post(thumbnail=Picture("https://x.example/t.png")))["items"]
    assert item["image"] == "https://x.example/t.png"
    assert "banner_image" not in item


def test_an_attachment_has_a_size_where_it_is_known(read, make_post):
    (item,) = read(everything(make_post))["items"]
    assert item["attachments"] == [
        {"url": "https://files.example/a.mp3", "mime_type": "audio/mpeg", "title": "A", "size_in_bytes": 123},
        {"url": "https://files.example/b.ogg", "mime_type": "audio/ogg"},
    ]


def test_only_a_language_that_differs_stands_on_an_item(read, make_post):
    posts = [make_post(number, language=tag) for number, tag in enumerate(("en", "zh-CN", ""), start=1)]
    assert [item.get("language") for item in read(*posts)["items"]] == [None, "zh-CN", None]


@pytest.mark.parametrize("content", ["full", "summary"])
def test_an_item_has_one_kind_of_content(content, read, make_post):
    (item,) = read(make_post(), content=content)["items"]
    assert ("content_html" in item) != ("content_text" in item)


def test_text_is_utf_8_and_not_escaped(make_feed, make_post):
    body = render(make_feed(make_post(title="新媒体 😀")), "json", BASE).body
    assert "新媒体 😀".encode() in body
