"""The site: a folder, its library and the documents made of both, kept in step with the folder.

look ──▶ refresh, and a Catalog of the scopes        now and then, in a thread of each process
feed, page, post, opml ──▶ Representation            made once for a catalog, then a look-up
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from feedsvc import library
from feedsvc.content.post import SITE
from feedsvc.content.sources import Folder
from feedsvc.errors import Level
from feedsvc.feeds import FORMATS, Outline, render, render_opml
from feedsvc.feeds.selection import make_feed, shown_name
from feedsvc.library import clock
from feedsvc.web import pages
from feedsvc.web.delivery import MAX_AGE, STALE, Representation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from feedsvc.content.post import Post
    from feedsvc.errors import Problem
    from feedsvc.library import Catalog, Scope
    from feedsvc.settings import Settings

log = logging.getLogger("feedsvc")
_Answer = TypeVar("_Answer")

# Where other engines keep the feed of the site.
ALIASES: dict[str, str] = {
    "atom.xml": "atom",
    "feed.xml": "atom",
    "rss.xml": "rss",
    "rss2.xml": "rss",
    "index.xml": "rss",
    "index.rss": "rss",
    "feed": "rss",
    "feed/": "rss",
    "rss/": "rss",
}
# Bytes of Representations that a process keeps, least recently used first out: a request's Host makes others of them.
_KEPT = 64 << 20


class Site:
    """Everything that a folder of posts and its settings serve. Safe for threads and forks."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = Folder(settings.posts)
        self.trouble = ""  # why the folder could not be read at the last look
        self._engine: sa.Engine | None = None
        self._pid = 0
        self._catalog: Catalog | None = None
        self._of: sa.Engine | None = None  # the library that the catalog is of
        self._problems: tuple[Problem, ...] = ()
        self._made: OrderedDict[tuple[str, ...], Representation] = OrderedDict()
        self._size = 0  # bytes of what was made
        self._lock = threading.Lock()
        self._closed = threading.Event()

    # -- in step with the folder ---------------------------------------------------------------------------------------

    @property
    def engine(self) -> sa.Engine:
        """The library of this process: connections and threads are not carried over a fork."""
        if self._engine is None or self._pid != os.getpid():
            self._engine = library.open_library(self.settings)
            self._pid = os.getpid()
            if self.settings.refresh:
                threading.Thread(target=self._keep_looking, name="feedsvc-refresh", daemon=True).start()
        return self._engine

    def close(self) -> None:
        """Let go of the library, and look no more by itself."""
        self._closed.set()
        if self._engine is not None:
            self._engine.dispose()

    def look(self, progress: Callable[[int, int], None] | None = None, *, patient: bool = True) -> Catalog:
        """Bring the library in step with the folder; give the scopes that there are now.

        While other processes are at it for long, these are the scopes of before; without patience, while they are at it.
        """
        try:
            return self._ask(lambda engine: self._look(engine, progress, patient=patient))
        except sa.exc.DatabaseError as error:
            if self._catalog is None or not library.is_busy(error):
                raise
            return self._catalog

    def _ask(self, question: Callable[[sa.Engine], _Answer]) -> _Answer:
        """Give the library's answer. One that was deleted, damaged or has no room left is made anew, in the end in memory."""
        for place in ("anew", "memory"):
            engine = self.engine
            try:
                return question(engine)
            except sa.exc.DatabaseError as error:
                if self.settings.database_url or library.is_busy(error):
                    raise
                log.warning("the library can not be used, and is made anew: %s", error.orig)
                self._renew(engine, memory=place == "memory")
        return question(self.engine)

    def _renew(self, engine: sa.Engine, *, memory: bool) -> None:
        with self._lock:
            if self._engine is not engine:  # another thread did it
                return
            engine.dispose()
            self._engine = library.open_in_memory() if memory else library.open_library(self.settings, anew=True)
            engine = self._engine
        # A library that can not be filled either is the next answer's matter.
        with contextlib.suppress(sa.exc.DatabaseError):
            self._look(engine)

    def _look(
        self, engine: sa.Engine, progress: Callable[[int, int], None] | None = None, *, patient: bool = True
    ) -> Catalog:
        try:
            library.refresh(engine, self.folder, self.settings, progress, patient=patient)
            trouble = ""
        except OSError as error:
            trouble = f"the posts folder can not be read: {error.strerror or error}"
        if trouble and trouble != self.trouble:
            log.warning("%s: %s", self.folder.root.absolute(), trouble)
        self.trouble = trouble
        now = clock.now()
        catalog = self._catalog
        stale = catalog is None or catalog.generation != library.generation(engine) or self._is_due(catalog, now)
        if catalog is None or stale or engine is not self._of:
            catalog = library.catalog(engine, now)
            problems = tuple(library.problems(engine, now))
            for problem in problems:
                if problem.level is Level.ERROR and problem not in self._problems:
                    log.warning("%s", problem)
            with self._lock:
                self._catalog, self._problems, self._of = catalog, problems, engine
                self._made.clear()
                self._size = 0
        return catalog

    def _keep_looking(self) -> None:
        while not self._closed.wait(self.settings.refresh):
            try:
                # Between two posts others have their turn: under gevent, this is the thread that answers requests.
                self.look(lambda _done, _of: time.sleep(0), patient=False)
            except Exception:  # whatever it is, the posts of before are served, and the next look may go well
                log.exception("the posts could not be looked at")

    @staticmethod
    def _is_due(catalog: Catalog, now: datetime) -> bool:
        return catalog.due is not None and catalog.due <= now

    @property
    def catalog(self) -> Catalog:
        """The scopes, as they were at the last look, or now where a post's time has come."""
        if self._pid != os.getpid() or self._catalog is None or not self.settings.refresh:
            return self.look()
        return self.look() if self._is_due(self._catalog, clock.now()) else self._catalog

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong, as of the last look."""
        return self._problems

    def health(self) -> dict[str, object]:
        """Give what /healthz says: degraded where a post, or the folder, is not served as it was meant."""
        posts = self.catalog.site.posts
        errors = [problem for problem in self.problems if problem.level is Level.ERROR]
        problems = [str(problem) for problem in errors[:100]]
        if self.trouble:
            problems.insert(0, self.trouble)
        return {"status": "degraded" if problems else "ok", "posts": posts, "problems": problems}

    def freshness(self) -> tuple[int, int]:
        """Give the seconds of max-age and stale-while-revalidate; neither promises past the next scheduled post."""
        catalog = self._catalog
        if catalog is None or catalog.due is None:
            return MAX_AGE, STALE
        left = max(0, int((catalog.due - clock.now()).total_seconds()))
        age = min(MAX_AGE, left)
        return age, min(STALE, left - age)

    # -- documents -----------------------------------------------------------------------------------------------------

    def _once(self, key: tuple[str, ...], make: Callable[[], Representation]) -> Representation:
        with self._lock:
            catalog = self._catalog
            if found := self._made.get(key):
                self._made.move_to_end(key)
                return found
        made = make()
        with self._lock:
            if self._catalog is catalog and key not in self._made:  # else it is of posts that were, or another's
                self._made[key] = made
                self._size += len(made.body)
                while self._size > _KEPT and len(self._made) > 1:
                    self._size -= len(self._made.popitem(last=False)[1].body)
        return made

    def _select(self, scope: Scope, limit: int | None) -> tuple[Post, ...]:
        return self._ask(lambda engine: library.select(engine, scope, limit, clock.now()))

    def feed(self, scope: Scope, form: str, base: str) -> Representation:
        """Give a scope's feed in a format of FORMATS."""

        def make() -> Representation:
            now = clock.now()
            posts = self._select(scope, self.settings.limit)
            document = render(make_feed(scope, posts, self.settings), form, base)
            for path, reason in document.left_out:
                log.warning("%s: left out of %sfeed.%s: %s", path, scope.path, form, reason)
            # Never later than the answer (RFC 9110, section 8.8.2.1), whatever an author writes.
            instants = (at for post in posts for at in (post.updated, post.published))
            updated = max((at for at in (*instants, scope.touched) if at and at <= now), default=None)
            return Representation(document.body, f"{FORMATS[form]}; charset=utf-8", updated)

        return self._once(("feed", scope.kind, scope.key, form, base), make)

    def page(self, catalog: Catalog, scope: Scope, base: str) -> Representation:
        """Give the page of a scope of the catalog: what it is, its feeds, its newest posts, and what lies below."""

        def make() -> Representation:
            posts = self._select(scope, pages.LISTED)
            feed = make_feed(scope, posts, self.settings)
            return _html(pages.scope_page(feed, scope, posts, catalog, self.settings), base)

        return self._once(("page", scope.kind, scope.key, base), make)

    def post(self, catalog: Catalog, slug: str, base: str) -> tuple[str, Representation] | None:
        """Give a post's own slug and its page; None where there is no such post."""
        post = self._ask(lambda engine: library.post(engine, slug, clock.now()))
        if post is None:
            return None
        return post.slug, self._once(
            ("post", post.path, base), lambda: _html(pages.post_page(post, catalog, self.settings), base)
        )

    def opml(self, catalog: Catalog, base: str) -> Representation:
        """Give the list of every feed, nested as the categories are."""

        def outline(scope: Scope, text: str = "") -> Outline:
            feed = make_feed(scope, (), self.settings)
            children = catalog.children(scope.kind, scope.key) if scope.kind == "category" else ()
            return Outline(
                text or shown_name(scope).rpartition(" › ")[2], feed.path, feed.page, tuple(map(outline, children))
            )

        def make() -> Representation:
            outlines = [outline(catalog.site, self.settings.title)]
            outlines += [outline(scope) for scope in catalog.children("category")]
            inner = [scope for scope in catalog.scopes.values() if not scope.rooted]
            groups = (
                ("Names inside categories", sorted(inner, key=lambda scope: scope.key)),
                ("Tags", catalog.children("tag")),
                ("Authors", catalog.children("author")),
            )
            outlines += [Outline(title, children=tuple(map(outline, group))) for title, group in groups if group]
            document = render_opml(self.settings.title, outlines, base, catalog.site.newest)
            return Representation(document.body, f"{document.media_type}; charset=utf-8", document.updated)

        return self._once(("opml", base), make)

    def everything(self, base: str, *, feeds_only: bool) -> Iterator[tuple[str, bytes]]:
        """Give every document as (path below the base, decoded; bytes), for a site of static files."""
        catalog = self.catalog
        for scope in sorted(catalog.scopes.values(), key=lambda scope: scope.path):
            folder = pages.decoded(scope.path)
            for form in FORMATS:
                yield f"{folder}feed.{form}", self.feed(scope, form, base).body
            if not feeds_only:
                yield f"{folder}index.html", self.page(catalog, scope, base).body
        yield "feeds.opml", self.opml(catalog, base).body
        for alias, form in ALIASES.items():
            if "." in alias:
                yield alias, self.feed(catalog.site, form, base).body
        if not feeds_only:
            for slug in self._ask(lambda engine: library.slugs(engine, clock.now())):
                if found := self.post(catalog, slug, base):
                    yield f"posts/{slug}/index.html", found[1].body

    def files(self) -> list[str]:
        """Give the paths of the posts' own files that are referred to by posts that are served."""
        catalog = self.catalog
        mark = re.compile(re.escape(f"{SITE}/files/") + r"([^\"'\s<>&,]+)")
        found: set[str] = set()
        for post in self._select(catalog.site, None):
            pictures = [picture.url for picture in (post.picture, post.thumbnail) if picture]
            texts = [str(post.content), *pictures, *(enclosure.url for enclosure in post.enclosures)]
            found |= {pages.decoded(name) for text in texts for name in mark.findall(text)}
        return sorted(found)

    def left_out(self) -> int:
        """Give how many files could not be served although they were meant as posts."""
        return self._ask(library.left_out)


def _html(body: str, base: str) -> Representation:
    return Representation(pages.at(body, base), "text/html; charset=utf-8")
