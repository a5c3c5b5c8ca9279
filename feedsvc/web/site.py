"""The site: a library and the documents made of it.

Library ── feed, page, post, opml ──▶ Representation     made once, and again when what it shows changed
"""

from __future__ import annotations

import logging
import operator
import os
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import sqlalchemy as sa

from feedsvc import library
from feedsvc.content.post import SITE
from feedsvc.errors import Level
from feedsvc.feeds import FORMATS, Outline, render, render_opml
from feedsvc.feeds.selection import make_feed, shown_name
from feedsvc.library import Library, Watcher, clock
from feedsvc.web.representation import Representation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from feedsvc.content.post import Post
    from feedsvc.errors import Problem
    from feedsvc.library import Catalog, Readers, Scope
    from feedsvc.settings import Settings

log = logging.getLogger("feedsvc")

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
# Seconds for which a cache may answer by itself, and for which it may do so while it asks again.
MAX_AGE = 300
STALE = 3600
# Seconds that a process answers before it starts the watcher: one that is soon over needs none.
_SETTLED = 1.0
# Seconds after which a scheduled post is overdue: the watcher lists it at its instant.
_LATE = 0.5


@dataclass(slots=True)
class Kept:
    """A Representation that is kept, and the state of the library that it is of."""

    representation: Representation
    state: tuple[int, int]
    size: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A file of a static site: its name below the base, decoded, and what makes it.

    As long as state is the same, so is what make gives; "" where nothing is known of that.
    """

    name: str
    state: str
    make: Callable[[], Representation]
    is_text: bool = True


class Site:
    """Everything that a folder of posts and its settings serve. Safe for threads and forks."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.library = Library(settings)
        self.folder = self.library.folder
        self._kept: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._size = 0  # bytes of what is kept
        self._lock = threading.Lock()
        self._last: tuple[object, list[Post]] | None = None  # posts of the feed that was made last
        self._closed = threading.Event()
        self._tending = 0  # the process whose thread starts the watcher
        self._health: tuple[Catalog | None, list[str]] = (None, [])

    # -- in step with the folder ---------------------------------------------------------------------------------------

    @property
    def catalog(self) -> Catalog:
        """The scopes, as the last refresh left them; without REFRESH, as they are now."""
        if not self.settings.refresh:
            return self.library.look()
        if self._tending != os.getpid():
            return self.follow()
        catalog = self.library.catalog
        if catalog is None or not self.library.is_open:
            return self.library.look()
        if self.library.is_stale:
            return self.library.catch_up()
        if catalog.due and (clock.now() - catalog.due).total_seconds() > _LATE:
            return self.library.look(patient=False)  # nobody tends the library
        return catalog

    def follow(self) -> Catalog:
        """Look at the folder, and see from now on that somebody does, in this process; give the scopes."""
        if self.settings.refresh and self._tending != os.getpid():
            self._tending = os.getpid()
            threading.Thread(target=self._tend, name="feedsvc-tend", daemon=True).start()
        return self.library.look()

    def _tend(self) -> None:
        watcher = Watcher(self.library)
        pause = min(_SETTLED, self.settings.refresh)
        while not self._closed.wait(pause):
            pause = self.settings.refresh
            try:
                if watcher.ensure():
                    self.library.rejoin()
                else:  # there can be none, or it died
                    self.library.look(patient=False)
            except Exception:  # whatever it is, the posts of before are served, and the next look may go well
                log.exception("the posts could not be looked at")
        watcher.close()

    def close(self) -> None:
        """Let go of the library, and look no more by itself."""
        self._closed.set()
        self.library.close()

    def health(self) -> dict[str, object]:
        """Give what /healthz says: degraded where a post, or the folder, is not served as it was meant."""
        catalog = self.catalog
        if self._health[0] is not catalog:
            errors = self.library.ask(lambda engine: library.problems(engine, Level.ERROR, 100))
            self._health = catalog, [str(problem) for problem in errors]
        problems = list(self._health[1])
        if trouble := self.folder.trouble():
            problems.insert(0, f"the posts folder can not be read: {trouble}")
        return {"status": "degraded" if problems else "ok", "posts": catalog.site.posts, "problems": problems}

    def freshness(self) -> tuple[int, int]:
        """Give the seconds of max-age and stale-while-revalidate; neither promises past the next scheduled post."""
        catalog = self.library.catalog
        if catalog is None or catalog.due is None:
            return MAX_AGE, STALE
        left = max(0, int((catalog.due - clock.now()).total_seconds()))
        age = min(MAX_AGE, left)
        return age, min(STALE, left - age)

    # -- documents -----------------------------------------------------------------------------------------------------

    def _once(self, key: tuple[str, ...], state: tuple[int, int], make: Callable[[], Representation]) -> Representation:
        """Give what is kept under the key if it is of this state of the library, else what make gives."""
        with self._lock:
            kept = self._kept.get(key)
            if kept and kept.state == state:
                self._kept.move_to_end(key)
                self._weigh(kept)
                return kept.representation
        made = make()
        with self._lock:
            kept = self._kept.setdefault(key, Kept(made, state))
            before = kept.representation
            if (before.body, before.updated) != (made.body, made.updated):
                kept.representation = made  # else its twins are still right
            kept.state = state
            self._kept.move_to_end(key)
            self._weigh(kept)
            return kept.representation

    def _weigh(self, kept: Kept) -> None:
        size = kept.representation.size
        self._size += size - kept.size
        kept.size = size
        # The other half is the prepared answers', which share most of their bytes with these.
        while self._size > self.settings.cache_bytes // 2 and len(self._kept) > 1:
            self._size -= self._kept.popitem(last=False)[1].size

    def _select(self, scope: Scope, limit: int | None) -> list[Post]:
        posts, unshown = self.library.ask(lambda engine: library.select(engine, scope, limit))
        if unshown and self._show(unshown):
            posts, unshown = self.library.ask(lambda engine: library.select(engine, scope, limit))
        if not unshown:
            return posts
        shown = (self._shown(post) if post.path in unshown else post for post in posts)
        return [post for post in shown if post]

    def _show(self, paths: Collection[str]) -> bool:
        """Have bodies made and kept, unless a refresh is under way."""
        try:
            self.library.show(paths, patient=False)
        except sa.exc.DatabaseError as error:
            if not library.is_busy(error):
                raise
            return False
        return True

    def _shown(self, post: Post) -> Post | None:
        """Give a post with a body that is made for this once; None where it can not be made."""
        return self.library.ask(lambda engine: library.shown(engine, post, self.folder, self.settings))

    def feed(self, scope: Scope, form: str, base: str) -> Representation:
        """Give a scope's feed in a format of FORMATS."""

        def make() -> Representation:
            posts = self._entries(scope, state)
            document = render(make_feed(scope, posts, self.settings), form, base)
            for path, reason in document.left_out:
                log.warning("%s: left out of %sfeed.%s: %s", path, scope.path, form, reason)
            # Never later than the answer (RFC 9110, section 8.8.2.1), whatever an author writes.
            now = clock.now()
            instants = (at for post in posts for at in (post.updated, post.published))
            updated = max((at for at in (*instants, scope.touched) if at and at <= now), default=None)
            if scope.twice:
                # Last-Modified has seconds, and curl throws away a body whose date is no later than the one it had.
                updated = None
            return Representation(document.body, f"{FORMATS[form]}; charset=utf-8", updated)

        state = self.library.catalog.edition if self.library.catalog else 0, scope.version
        return self._once(("feed", scope.kind, scope.key, form, base), state, make)

    def _entries(self, scope: Scope, state: tuple[int, int]) -> list[Post]:
        """Give the posts of a feed. Whoever asks for one format of it often asks for the next: the last answer is kept."""
        of = scope.kind, scope.key, state
        last = self._last
        if last is None or last[0] != of:
            self._last = last = of, self._select(scope, self.settings.limit)
        return last[1]

    def page(self, catalog: Catalog, scope: Scope, base: str) -> Representation:
        """Give the page of a scope of the catalog: what it is, its feeds, its newest posts, and what lies below."""

        def make() -> Representation:
            posts = self._select(scope, library.LISTED)
            feed = make_feed(scope, posts, self.settings)
            return self._page("scope_page", base, feed, scope, posts, catalog)

        return self._once(("page", scope.kind, scope.key, base), (catalog.edition, catalog.generation), make)

    def post(self, catalog: Catalog, slug: str, base: str) -> tuple[str, Representation] | None:
        """Give a post's own slug and its page; None where there is no such post."""
        found = self.library.ask(lambda engine: library.post(engine, slug))
        if found and not found[1]:
            if self._show([found[0].path]):
                found = self.library.ask(lambda engine: library.post(engine, slug))
            else:
                shown = self._shown(found[0])
                found = (shown, True) if shown else None
        if found is None:
            return None
        post = found[0]
        state = catalog.edition, catalog.generation
        return post.slug, self._once(
            ("post", post.path, base), state, lambda: self._page("post_page", base, post, catalog)
        )

    def _page(self, name: str, base: str, *given: Any) -> Representation:
        from feedsvc.web import pages  # noqa: PLC0415 - a build of feeds alone does without

        body = getattr(pages, name)(*given, self.settings)
        return Representation(pages.at(body, base), "text/html; charset=utf-8")

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

        return self._once(("opml", base), (catalog.edition, catalog.generation), make)

    def everything(self, base: str, *, feeds_only: bool) -> Iterator[Page]:
        """Give every document, and every file that the posts show, for a site of static files."""
        catalog = self.library.catch_up()
        edition = catalog.edition
        whole = f"{edition} {catalog.generation}"
        for scope in sorted(catalog.scopes.values(), key=lambda scope: scope.path):
            folder = unquote(scope.path)
            names = {f"{folder}feed.{form}": form for form in FORMATS}
            names |= {} if folder else {alias: form for alias, form in ALIASES.items() if "." in alias}
            for name, form in names.items():
                yield Page(name, f"{edition} {scope.version}", partial(self.feed, scope, form, base))
            if not feeds_only:
                yield Page(f"{folder}index.html", whole, partial(self.page, catalog, scope, base))
        yield Page("feeds.opml", whole, partial(self.opml, catalog, base))
        if feeds_only:
            return
        for slug in self.library.ask(library.slugs):
            if found := self.post(catalog, slug, base):
                yield Page(f"posts/{slug}/index.html", "", partial(operator.itemgetter(1), found))
        for name in self._files():
            if place := self.folder.file(name):
                yield Page(f"files/{name}", "", partial(_copy, place), is_text=False)

    def _files(self) -> list[str]:
        """Give the paths of the posts' own files that are referred to by posts that are served."""
        mark = re.compile(re.escape(f"{SITE}/files/") + r"([^\"'\s<>&,]+)")
        found: set[str] = set()
        for post in self._select(self.library.catch_up().site, None):
            pictures = [picture.url for picture in (post.picture, post.thumbnail) if picture]
            texts = [str(post.content), *pictures, *(enclosure.url for enclosure in post.enclosures)]
            found |= {unquote(name) for text in texts for name in mark.findall(text)}
        return sorted(found)

    def show_all(self, readers: Readers, progress: Callable[[int, int], None] | None = None) -> None:
        """Have the body of every post made."""
        self.library.show(None, progress, readers=readers)

    def problems(self, level: Level | None = None) -> list[Problem]:
        """Give what is wrong, of one level where one is given."""
        return self.library.ask(lambda engine: library.problems(engine, level))

    def left_out(self) -> int:
        """Give how many files could not be served although they were meant as posts."""
        return self.library.ask(library.left_out)


def _copy(place: Path) -> Representation:
    return Representation(place.read_bytes(), "")
