"""A scope and its posts become a Feed: what the settings, and feedsvc.toml, say about it is put together here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.content import naming
from feedsvc.content.post import SITE, Author
from feedsvc.feeds.feed import Feed
from feedsvc.settings import About

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedsvc.content.post import Post
    from feedsvc.library import Scope
    from feedsvc.settings import Settings

# Minutes that RSS's ttl lets a reader wait: readers that heed it poll no more often.
TTL = 60


def shown_name(scope: Scope) -> str:
    """Give a scope's name for people: its path, "" for the site."""
    return " › ".join(scope.names)


def about(scope: Scope, settings: Settings) -> About:
    """Give what feedsvc.toml says of a scope; a table's name is the category's, or its path with slashes."""
    tables = {
        "category": settings.about_categories,
        "tag": settings.about_tags,
        "author": settings.about_authors,
    }.get(scope.kind, {})
    wanted = naming.key("/".join(scope.names))
    return next((table for name, table in tables.items() if naming.key(name) == wanted), About())


def make_feed(scope: Scope, posts: Sequence[Post], settings: Settings) -> Feed:
    """Give the feed of a scope. posts are its newest, newest first; no more than LIMIT of them are in the feed."""
    said = about(scope, settings)
    name = shown_name(scope)
    title = said.title or (f"{name} – {settings.title}" if name else settings.title)
    chosen = tuple(posts[: settings.limit])
    return Feed(
        id=naming.uri(settings.authority, "feed", f"{scope.kind}/{scope.key}"),
        path=scope.path,
        page=f"{SITE}/{scope.path}",
        title=title,
        description=said.description or ("" if name else settings.description) or title,
        language=said.language or settings.language,
        rights=settings.rights,
        icon=settings.icon,
        logo=said.picture or settings.logo,
        authors=(Author(settings.author),) if settings.author else (),
        updated=max((post.updated for post in chosen if post.updated), default=None),
        posts=chosen,
        hubs=settings.hubs,
        ttl=TTL,
        content=settings.content,
        max_bytes=settings.max_bytes,
    )
