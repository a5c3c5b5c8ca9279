"""The list of every feed, nested as the categories are."""

from __future__ import annotations

import pytest
from lxml import etree

BASE = "https://blog.example"


def nested(element):
    return {line.get("text"): nested(line) for line in element.iterfind("outline")}


@pytest.fixture
def opml(client, post):
    post("a.md", categories="[新媒体, ZAKER, channel]", tags="[tea, <cake>]", author="Ada")
    post("b.md", categories="[C++]")
    answer = client.get("/feeds.opml")
    assert answer.status_code == 200
    return etree.fromstring(answer.data)


def test_it_is_nested_as_the_categories_are(opml):
    assert nested(opml.find("body")) == {
        "Posts": {},
        "C++": {},
        "新媒体": {"ZAKER": {"channel": {}}},
        "Names inside categories": {"ZAKER": {}, "channel": {}},
        "Tags": {"<cake>": {}, "tea": {}},
        "Authors": {"Ada": {}},
    }


def test_every_line_but_headings_subscribes_to_a_feed_that_is_there(opml, client):
    lines = [line for line in opml.iter("outline") if len(line.attrib) > 1]
    assert len(lines) == 10
    for line in lines:
        assert line.get("type") == "rss"
        assert client.get(line.get("xmlUrl").removeprefix(BASE)).mimetype == "application/atom+xml"
        assert client.get(line.get("htmlUrl").removeprefix(BASE)).mimetype == "text/html"


def test_no_feed_is_listed_twice(opml):
    addresses = [line.get("xmlUrl") for line in opml.iter("outline") if line.get("xmlUrl")]
    assert len(set(addresses)) == len(addresses)


def test_an_empty_site_lists_its_one_feed(client):
    tree = etree.fromstring(client.get("/feeds.opml").data)
    assert [line.get("xmlUrl") for line in tree.iter("outline")] == [f"{BASE}/feed.atom"]


def test_it_is_a_file_for_readers(client):
    assert client.get("/feeds.opml").headers["Content-Type"] == "text/x-opml; charset=utf-8"


def test_a_site_whose_posts_all_wait_is_listed_once(client, post):
    post("a.md", draft="true")
    assert client.get("/feeds.opml").text.count("<outline ") == 1
