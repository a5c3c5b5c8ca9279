"""render: a Feed and the name of a format become a Document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.content.post import SITE
from feedsvc.feeds.feed import FORMATS, Document
from feedsvc.feeds.jsonfeed import write_json
from feedsvc.feeds.syndication import write_atom, write_rss

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedsvc.feeds.feed import Feed

# A writer takes the feed and how many of its posts, from the newest on, show their content; the others show their
# summary. It gives the bytes and the posts that it left out, with the reason.
Written = tuple[bytes, list[tuple[str, str]]]

WRITERS: dict[str, Callable[[Feed, int], Written]] = {
    "atom": write_atom,
    "rss": write_rss,
    "json": write_json,
}


def render(feed: Feed, format: str, base: str) -> Document:  # noqa: A002 - the field's own word
    """Give the feed in a format of FORMATS, with base where the posts and the feed have SITE.

    base is the site's absolute address without a slash at its end; none of its characters is special in XML or JSON.
    A document above feed.max_bytes gives the oldest entries as summaries, as few of them as will do; where even
    summaries are too large together, they are served all the same. An entry whose text the format cannot carry is left
    out and named in the Document. Raises KeyError for an unknown format, ValueError for a feed whose own fields the
    format cannot carry.
    """
    write = WRITERS[format]

    def document(full: int) -> Document:
        body, left_out = write(feed, full)
        body = body.replace(SITE.encode(), base.encode())
        return Document(body, FORMATS[format], feed.updated, tuple(left_out))

    def fits(document: Document) -> bool:
        return not feed.max_bytes or len(document.body) <= feed.max_bytes

    most = len(feed.posts) if feed.content == "full" else 0
    best = document(most)
    if fits(best) or not most:
        return best
    # Bisection, because content grows the document: about log2(posts) renderings, each linear.
    best, least = document(0), 0
    while most - least > 1:
        middle = (least + most) // 2
        tried = document(middle)
        if fits(tried):
            best, least = tried, middle
        else:
            most = middle
    return best
