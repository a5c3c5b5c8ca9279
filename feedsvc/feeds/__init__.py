"""A selection becomes a document: a Feed goes in, a Document in one format comes out.

    Feed ── render ──▶ writer of the format ──▶ bytes ── the real base address in SITE's place ──▶ Document
                            ▲                                     │
                            └── the oldest as summaries ◀── too large?

`feed` has the data on both sides of that arrow; `rendering` dispatches and keeps the size; `syndication` writes Atom
and RSS and is the only module that knows feedgen; `jsonfeed` writes JSON Feed; `opml` lists feeds for readers to
subscribe to. All of it is pure: the same Feed and base give the same bytes, whatever the clock, host or locale.
"""

from feedsvc.feeds.feed import FORMATS, Document, Feed
from feedsvc.feeds.opml import Outline, render_opml
from feedsvc.feeds.rendering import render

__all__ = ["FORMATS", "Document", "Feed", "Outline", "render", "render_opml"]
