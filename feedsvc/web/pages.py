"""Pages for people: what a scope is and where its feeds are, and every post, so that each link leads somewhere."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from feedsvc.content import naming
from feedsvc.content.post import SITE
from feedsvc.feeds import FORMATS
from feedsvc.feeds.selection import shown_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from feedsvc.content.post import Post
    from feedsvc.feeds import Feed
    from feedsvc.library import Catalog, Scope
    from feedsvc.settings import Settings

_FORMAT_NAMES = {"atom": "Atom", "rss": "RSS", "json": "JSON Feed"}


def _day(instant: datetime, settings: Settings) -> str:
    return instant.astimezone(settings.timezone).strftime("%Y-%m-%d")


def _machine(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


_templates = Environment(
    loader=PackageLoader("feedsvc.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["day"] = _day
_templates.filters["machine"] = _machine
_templates.globals.update(site=SITE, formats=FORMATS, format_names=_FORMAT_NAMES, shown_name=shown_name)

STYLE = _templates.get_template("style.css").render()
_templates.globals["style"] = STYLE

# Nothing runs, nothing is sent, nothing frames a page; pictures, sound and film from anywhere.
CONTENT_SECURITY_POLICY = "; ".join((
    "default-src 'none'",
    "img-src http: https: data:",
    "media-src http: https:",
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
))  # fmt: skip


def at(page: str, base: str) -> bytes:
    """Give a page's bytes with the real base in SITE's place."""
    return page.encode().replace(SITE.encode(), base.encode())


def encoded(path: str) -> str:
    """Give a path percent-encoded."""
    return naming.address(path)


def scope_page(feed: Feed, scope: Scope, posts: Sequence[Post], catalog: Catalog, settings: Settings) -> str:
    """Give the page of a scope: its feeds, what lies below it, its newest posts."""
    return _templates.get_template("scope.html").render(
        feed=feed,
        scope=scope,
        posts=posts,
        above=_above(scope, catalog),
        below=catalog.children("category", scope.key) if scope.kind in {"site", "category"} else [],
        catalog=catalog,
        language=feed.language,
        settings=settings,
    )


def _above(scope: Scope, catalog: Catalog) -> list[Scope]:
    keys = scope.key.split("/")
    return [catalog.scopes[(scope.kind, "/".join(keys[:depth]))] for depth in range(1, len(keys))]


def post_page(post: Post, catalog: Catalog, settings: Settings) -> str:
    """Give the page of a post."""

    def scope_of(kind: str, names: Sequence[str]) -> Scope | None:
        return catalog.find(kind, [naming.segment(name) for name in names])

    return _templates.get_template("post.html").render(
        post=post,
        categories=[scope for path in post.categories if (scope := scope_of("category", path))],
        tags=[scope for tag in post.tags if (scope := scope_of("tag", [tag]))],
        authors=[(author, scope_of("author", [author.name])) for author in post.authors],
        catalog=catalog,
        language=post.language or settings.language,
        settings=settings,
    )
