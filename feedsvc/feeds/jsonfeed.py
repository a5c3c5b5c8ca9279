"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), its fields in the order of the specification."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from feedsvc.feeds.feed import summary, terms, timestamp, title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedsvc.content.post import Author, Post
    from feedsvc.feeds.feed import Feed


def write_json(feed: Feed, full: int) -> tuple[bytes, list[tuple[str, str]]]:
    """Give the feed as UTF-8, the first `full` posts with their content, and the posts left out with the reason.

    A lone surrogate has no UTF-8: in a post it costs that post, in the feed's own fields it raises ValueError.
    """
    items, left_out = [], []
    for index, post in enumerate(feed.posts):
        try:
            items.append(_encode(_item(post, feed.language, full=index < full)))
        except ValueError as error:
            left_out.append((post.path, str(error)))
    # Each item is encoded alone, above, so that one of them can be left out.
    head = _encode(_head(feed)).removesuffix(b"}")
    return head + b',"items":[\n' + b",\n".join(items) + b"\n]}\n", left_out


def _encode(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _known(**fields: Any) -> dict[str, Any]:
    """Leave out what is not known: the specification has absent fields, not empty ones."""
    return {name: value for name, value in fields.items() if value}


def _head(feed: Feed) -> dict[str, Any]:
    return _known(
        version="https://jsonfeed.org/version/1.1",
        title=feed.title,
        home_page_url=feed.page,
        feed_url=feed.address("json"),
        description=feed.description,
        icon=feed.logo,
        favicon=feed.icon,
        authors=_authors(feed.authors),
        language=feed.language,
        hubs=[{"type": "WebSub", "url": hub} for hub in feed.hubs],
    )


def _item(post: Post, language: str, *, full: bool) -> dict[str, Any]:
    html = str(post.content) if full else ""
    text = summary(post, full=full)
    picture = post.picture or post.thumbnail
    return _known(
        id=post.id,
        url=post.link,
        title=title(post),
        content_html=html,
        content_text="" if html else text,
        summary=text if html else "",
        image=picture.url if picture else "",
        banner_image=post.picture.url if post.picture else "",
        date_published=timestamp(post.published) if post.published else "",
        date_modified=timestamp(post.updated) if post.updated else "",
        authors=_authors(post.authors),
        tags=list(dict.fromkeys("/".join(path) for path in terms(post))),
        language=post.language if post.language != language else "",
        attachments=[
            _known(url=file.url, mime_type=file.type, title=file.title, size_in_bytes=file.length)
            for file in post.enclosures
        ],
    )


def _authors(authors: Iterable[Author]) -> list[dict[str, str]]:
    return [_known(name=author.name, url=author.url) for author in authors]
