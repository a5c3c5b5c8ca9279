"""OPML 2.0: the list of feeds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedsvc.content.post import SITE
from feedsvc.feeds import Outline, render_opml

BASE = "https://blog.example/prefix"
OUTLINES = [
    Outline("The site", "", f"{SITE}/"),
    Outline(
        "Categories",
        children=(Outline("新媒体", "categories/x/", f"{SITE}/categories/x/", (Outline("a", "categories/x/a/"),)),),
    ),
]


def test_a_feed_is_an_outline_of_type_rss():
    line = etree.fromstring(render_opml("Feeds", OUTLINES, BASE).body)[1][0]
    assert dict(line.attrib) == {
        "text": "The site",
        "type": "rss",
        "title": "The site",
        "xmlUrl": f"{BASE}/feed.atom",
        "htmlUrl": f"{BASE}/",
    }


def test_outlines_nest_as_they_were_given():
    root = etree.fromstring(render_opml("Feeds", OUTLINES, BASE).body)
    assert root.xpath("/opml/body/outline[2]/outline/outline/@xmlUrl") == [f"{BASE}/categories/x/a/feed.atom"]


def test_a_heading_is_no_feed():
    heading = etree.fromstring(render_opml("Feeds", OUTLINES, BASE).body)[1][1]
    assert dict(heading.attrib) == {"text": "Categories"}


@pytest.mark.parametrize(
    ("updated", "expected"),
    [(datetime(2022, 7, 24, 12, tzinfo=UTC), ["Sun, 24 Jul 2022 12:00:00 +0000"]), (None, [])],
)
def test_the_date_is_the_one_given(updated, expected):
    document = render_opml("Feeds", OUTLINES, BASE, updated)
    assert document.updated == updated
    assert etree.fromstring(document.body).xpath("/opml/head/dateModified/text()") == expected


def test_the_document_is_opml_of_version_2():
    document = render_opml("Feeds", OUTLINES, BASE)
    assert document.media_type == "text/x-opml"
    assert etree.fromstring(document.body).attrib == {"version": "2.0"}


@given(text=st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1))
def test_any_text_reads_back(text):
    root = etree.fromstring(render_opml(text, [Outline(text, "")], BASE).body)
    assert root.xpath("string(/opml/head/title)") == text
    assert root.xpath("string(//outline/@text)") == root.xpath("string(//outline/@title)") == text
