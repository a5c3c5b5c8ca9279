"""Feed: a selection of posts with what a document says about itself, before any format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a field's type
from typing import Literal

from feedsvc.content.post import Author, Post  # noqa: TC001 - likewise

FORMATS: dict[str, str] = {
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
    "json": "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class Feed:
    """What one scope (the site, a category, a tag, an author) serves, newest first.

    path is the percent-encoded address below the base, "" for the site, else with a slash at its end and none at
    its beginning; a format's document stands at path + "feed." + format. page is the absolute address of the page
    for people. Text fields are plain text.
    """

    id: str  # a URI
    path: str
    page: str
    title: str
    description: str
    language: str  # BCP 47; "" where unknown
    rights: str
    icon: str  # absolute address or ""
    logo: str  # absolute address or ""
    authors: tuple[Author, ...]  # of the feed; stands in for entries without their own
    updated: datetime | None  # newest `updated` of its posts; None for an empty feed
    posts: tuple[Post, ...]
    hubs: tuple[str, ...]  # WebSub hubs
    ttl: int  # minutes
    content: Literal["full", "summary"]
    max_bytes: int  # 0: no limit


@dataclass(frozen=True, slots=True)
class Document:
    """A feed in one format. updated is the newest instant in it; left_out names the posts that could not be rendered."""

    body: bytes
    media_type: str  # without parameters
    updated: datetime | None
    left_out: tuple[tuple[str, str], ...] = ()  # (post's path, reason)
