"""Feeds to render, and one neutral reading of what was rendered."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from lxml import etree
from markupsafe import Markup

from feedsvc.content.post import SITE, Author, Enclosure, Picture, Post
from feedsvc.feeds import Feed

NAMESPACES = {
    "a": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}
NOON = datetime(2022, 7, 24, 12, tzinfo=UTC)


def instant_of(text):
    return text and datetime.fromisoformat(text)


def authors_of(rows):
    return tuple(Author(**row) for row in rows)


# What the fields of a case file become; the others stand as they are.
FEED_FIELDS = {"updated": instant_of, "authors": authors_of, "hubs": tuple}
POST_FIELDS = {
    "published": instant_of,
    "updated": instant_of,
    "authors": authors_of,
    "categories": lambda rows: tuple(map(tuple, rows)),
    "tags": tuple,
    "content": Markup,
    "picture": lambda row: Picture(**row),
    "thumbnail": lambda row: Picture(**row),
    "enclosures": lambda rows: tuple(Enclosure(**row) for row in rows),
}


def post_of(number: int = 1, **changes) -> Post:
    fields = {
        "path": f"posts/{number}.md",
        "id": f"urn:uuid:5d0d2b9e-0c2e-5bd4-8a57-{number:012}",
        "slug": f"slug-{number}",
        "link": f"{SITE}/posts/slug-{number}/",
        "title": f"Title {number}",
        "published": NOON,
        "updated": NOON,
        "authors": (Author("Ada"),),
        "categories": (),
        "tags": (),
        "summary": f"Summary {number}",
        "content": Markup("<p>Content</p>"),
        "picture": None,
        "thumbnail": None,
        "enclosures": (),
        "language": "en",
        "rights": "",
    }
    return Post(**fields | changes)


def feed_of(*posts: Post, **changes) -> Feed:
    fields = {
        "id": "urn:uuid:9a1c1a3c-52a5-5b6c-b6a5-9c2d6c7f1d10",
        "path": "",
        "page": f"{SITE}/",
        "title": "The title",
        "description": "The description",
        "language": "en",
        "rights": "",
        "icon": "",
        "logo": "",
        "authors": (),
        "updated": NOON if posts else None,
        "posts": posts,
        "hubs": (),
        "ttl": 60,
        "content": "full",
        "max_bytes": 0,
    }
    return Feed(**fields | changes)


def feed_of_case(text: str) -> Feed:
    case = json.loads(text)

    def typed(row, fields):
        return {name: fields.get(name, lambda value: value)(value) for name, value in row.items()}

    rows = case.pop("posts")
    posts = [post_of(number, **typed(row, POST_FIELDS)) for number, row in enumerate(rows, start=1)]
    return feed_of(*posts, **typed(case, FEED_FIELDS))


def read(document) -> list[dict]:
    """Give the entries of a document as dicts with the same keys for every format; None where a field is absent."""
    if document.media_type == "application/feed+json":
        return [_read_item(item) for item in json.loads(document.body)["items"]]
    root = etree.fromstring(document.body)
    reader = _read_rss if root.tag == "rss" else _read_atom
    return [reader(entry) for entry in root.iterfind(".//item" if root.tag == "rss" else "a:entry", NAMESPACES)]


def _read_atom(entry):
    content = entry.find("a:content", NAMESPACES)
    assert content is None or content.get("type") == "html"
    return {
        "id": entry.findtext("a:id", None, NAMESPACES),
        "title": entry.findtext("a:title", None, NAMESPACES),
        "link": entry.xpath("string(a:link[@rel='alternate']/@href)", namespaces=NAMESPACES),
        "summary": entry.findtext("a:summary", None, NAMESPACES),
        "content": None if content is None else content.text,
        "authors": entry.xpath("a:author/a:name/text()", namespaces=NAMESPACES),
        "enclosures": entry.xpath("a:link[@rel='enclosure']/@href", namespaces=NAMESPACES),
        "published": entry.findtext("a:published", None, NAMESPACES),
    }


def _read_rss(item):
    content = item.findtext("content:encoded", None, NAMESPACES)
    description = item.findtext("description")
    return {
        "id": item.findtext("guid"),
        "title": item.findtext("title"),
        "link": item.findtext("link"),
        "summary": None if description is None else Markup(description).unescape(),
        "content": content,
        "authors": item.xpath("dc:creator/text()", namespaces=NAMESPACES),
        "enclosures": item.xpath("enclosure/@url"),
        "published": item.findtext("pubDate"),
    }


def _read_item(item):
    return {
        "id": item["id"],
        "title": item["title"],
        "link": item["url"],
        "summary": item.get("summary", item.get("content_text")),
        "content": item.get("content_html"),
        "authors": [author["name"] for author in item.get("authors", [])],
        "enclosures": [file["url"] for file in item.get("attachments", [])],
        "published": item.get("date_published"),
    }


# For the session, so that hypothesis may use them.
@pytest.fixture(scope="session")
def make_post():
    return post_of


@pytest.fixture(scope="session")
def make_feed():
    return feed_of


@pytest.fixture(scope="session")
def read_case():
    return feed_of_case


@pytest.fixture(scope="session")
def entries():
    return read


@pytest.fixture(scope="session")
def find():
    """Give the texts and attribute values that an XPath selects in an XML document."""

    def find(document, path):
        return etree.fromstring(document.body).xpath(path, namespaces=NAMESPACES)

    return find
