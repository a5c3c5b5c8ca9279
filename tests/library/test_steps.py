"""However a folder came to be what it is, its library is the same: whatever happened to it on the way, in whatever steps."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsvc import library
from feedsvc.content.sources import Folder
from feedsvc.library import clock
from tests.library.conftest import Shelf

GUID = "urn:uuid:0b6a7a4e-7a6f-4a43-9d0f-4f4c54a0b9a{}"
# Few of each, so that posts meet: in ids, in slugs (one/a.md, two/a.md, a.html), in spellings, in instants.
FILES = st.sampled_from(["a.md", "a.html", "b.md", "c.md", "one/a.md", "one/b.html", "two/a.md", "two/c.md"])
DAYS = st.sampled_from([None, "2024-01-01", "2024-02-02", "2025-05-31", "2025-06-02", "2025-06-05", "2025-06-09"])
FIELDS = {
    "categories": st.sampled_from(["[News]", "[NEWS]", "[news, Tea]", "[Web, News]", "[web, TEA]", "[[Tea], [Web]]"]),
    "tags": st.sampled_from(["[tea]", "[Tea, web]"]),
    "author": st.sampled_from(["Ada", "ADA"]),
    "expirydate": DAYS.filter(bool),
    "slug": st.sampled_from(["a", "b"]),
    "draft": st.just("true"),
}
HEADERS = st.fixed_dictionaries({"date": DAYS}, optional=FIELDS)
# Only where no file differs in its suffix alone; test_refresh says why.
CLAIMS = st.fixed_dictionaries(
    {"date": DAYS, "guid": st.sampled_from([GUID.format(1), GUID.format(2)])}, optional=FIELDS
)
BODIES = st.sampled_from(["Body.", "Another body.", "{% no-such-tag %}text{% end %}"])

WRITE = st.tuples(st.just("write"), FILES, HEADERS, BODIES)
STEP = st.one_of(
    WRITE,
    st.tuples(st.just("write"), st.sampled_from(["b.md", "c.md", "two/c.md"]), CLAIMS, BODIES),
    st.tuples(st.just("remove"), FILES),
    st.tuples(st.just("rename"), FILES, FILES),
    st.tuples(st.just("spoil"), FILES),
    st.tuples(st.just("pass"), st.sampled_from([0.5, 1, 3])),  # days
    st.tuples(st.just("look")),
    st.tuples(st.just("show")),
)


class Walk:
    """A shelf that one step after another is taken on, and the catalog that its last look gave."""

    def __init__(self, root: Path) -> None:
        self.shelf = Shelf(root / "posts", limit=2)
        self.known: library.Catalog | None = None
        self.spoilt: dict[str, bytes] = {}

    def take(self, what: str, *given) -> None:
        getattr(self, f"_{what}")(*given)

    def _write(self, path, header, body):
        self.spoilt.pop(path, None)
        self.shelf.write(path, body, **header)

    def _remove(self, path):
        self.spoilt.pop(path, None)
        (self.shelf.root / path).unlink(missing_ok=True)

    def _rename(self, path, to):
        if path != to and (self.shelf.root / path).exists():
            (self.shelf.root / to).parent.mkdir(exist_ok=True)
            self.spoilt.pop(to, None)
            if path in self.spoilt:
                self.spoilt[to] = self.spoilt.pop(path)
            (self.shelf.root / path).rename(self.shelf.root / to)

    def _spoil(self, path):
        place = self.shelf.root / path
        if place.exists() and path not in self.spoilt:
            self.spoilt[path] = place.read_bytes()
            place.write_bytes(b"\x00\x01\xff no text" * 40)

    def _pass(self, days):
        self.shelf.now += timedelta(days=days)

    def _look(self):
        self.shelf.refresh()
        self.known = library.catalog(self.shelf.engine, self.known)
        assert self.known == library.catalog(self.shelf.engine)  # what changed tells all of what there is

    def _show(self):
        library.show(self.shelf.engine, Folder(self.shelf.root), self.shelf.settings)

    def mend(self) -> None:
        """Give every file its text again: of one that is spoilt, the last good version is not in the folder."""
        for path, text in self.spoilt.items():
            (self.shelf.root / path).write_bytes(text)
        self.spoilt.clear()


def everything(engine, shelf) -> dict[str, object]:
    """Give all that a library says of its folder, but for when it changed."""
    library.show(engine, Folder(shelf.root), shelf.settings)
    catalog = library.catalog(engine)
    return {
        "scopes": {
            key: (scope.names, scope.path, scope.posts, scope.rooted, scope.newest)
            for key, scope in sorted(catalog.scopes.items())
        },
        "children": {key: [scope.key for scope in scopes] for key, scopes in sorted(catalog.families.items())},
        "posts": {key: library.select(engine, scope, None) for key, scope in sorted(catalog.scopes.items())},
        "slugs": library.slugs(engine),
        "by slug": {slug: library.post(engine, slug) for slug in library.slugs(engine)},
        "problems": library.problems(engine),
        "left out": library.left_out(engine),
        "due": catalog.due,
    }


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=16))
def test_a_library_that_followed_every_step_is_one_that_was_made_at_the_end(steps):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", f"{folder}/cache")
        walk = Walk(Path(folder))
        patch.setattr(clock, "now", lambda: walk.shelf.now)
        for step in [*steps, ("look",)]:
            walk.take(*step)
        walk.mend()
        walk.take("look")
        found = everything(walk.shelf.engine, walk.shelf)
        walk.shelf.engine.dispose()
        patch.setenv("XDG_CACHE_HOME", f"{folder}/other")
        anew = library.open_library(walk.shelf.settings)
        library.refresh(anew, Folder(walk.shelf.root), walk.shelf.settings)
        expected = everything(anew, walk.shelf)
        anew.dispose()
    assert found == expected
    assert len(set(found["slugs"])) == len(found["slugs"])
    ids = [post.id for post in found["posts"]["site", ""][0]]
    assert len(set(ids)) == len(ids)
