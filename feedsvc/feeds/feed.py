"""Feed: a selection of posts with what a document says about itself, before any format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from feedsvc.content.post import SITE, Author, Post

# format, which is also the suffix of its address: media type
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

    def address(self, suffix: str) -> str:
        """Give the address, below SITE, of this feed's document in the format that the suffix names."""
        return f"{SITE}/{self.path}feed.{suffix}"


@dataclass(frozen=True, slots=True)
class Document:
    """A feed in one format, or a list of feeds.

    updated is the newest instant in it; left_out names the posts that could not be rendered.
    """

    body: bytes
    media_type: str  # without parameters
    updated: datetime | None
    left_out: tuple[tuple[str, str], ...] = ()  # (post's path, reason)


def title(post: Post) -> str:
    """Give the entry's title, which no format wants blank: the post's, else its slug."""
    return post.title if post.title.strip() else post.slug


def summary(post: Post, *, full: bool) -> str:
    """Give the entry's summary as plain text, "" where there is none and the content stands for it.

    Without content, an entry needs other text: JSON Feed 1.1 requires it, RFC 4287 section 4.1.1.1 asks for it. A post
    without a summary then gives its title.
    """
    return post.summary or ("" if full and post.content else title(post))


def terms(post: Post) -> list[tuple[str, ...]]:
    """Give the paths of its categories, then its tags as paths of one name; each once, in the post's order."""
    return list(dict.fromkeys((*post.categories, *((tag,) for tag in post.tags))))


def timestamp(instant: datetime) -> str:
    """Give an aware instant as RFC 3339 has it, in UTC with a Z, as precise as it was known."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
