"""However a folder came to be what it is, its library is the same: whatever happened to it on the way, in whatever steps."""

from __future__ import annotations

import random
import shutil
from datetime import timedelta

import pytest

from feedsvc import library
from feedsvc.sources import Folder

STEPS = 25
# Few of each, so that posts meet: in ids, in slugs (one/a.md, two/a.md, a.html), in spellings, in instants.
FILES = ["a.md", "a.html", "b.md", "c.md", "one/a.md", "one/b.html", "two/a.md", "two/c.md"]
# Only where no file differs in its suffix alone; test_refresh says why.
CLAIMING = ["b.md", "c.md", "two/c.md"]
DAYS = ["2024-01-01", "2024-02-02", "2025-05-31", "2025-06-02", "2025-06-05", "2025-06-09"]
# A field of the front matter, how many of a hundred posts have it, and what it says.
FIELDS = {
    "categories": (70, ["[News]", "[NEWS]", "[news, Tea]", "[Web, News]", "[web, TEA]", "[[Tea], [Web]]"]),
    "tags": (40, ["[tea]", "[Tea, web]"]),
    "author": (40, ["Ada", "ADA"]),
    "expirydate": (15, DAYS),
    "slug": (20, ["a", "b"]),
    "draft": (8, ["true"]),
}
GUIDS = ["urn:uuid:0b6a7a4e-7a6f-4a43-9d0f-4f4c54a0b9a1", "urn:uuid:0b6a7a4e-7a6f-4a43-9d0f-4f4c54a0b9a2"]
BODIES = ["Body.", "Another body.", "{% no-such-tag %}text{% end %}"]
FOLDERS = ["one", "two"]
WHAT = ["write"] * 5 + ["remove", "rename", "empty", "spoil", "wait", "look", "look", "look", "show"]


class Walk:
    """A shelf that is taken on by one step after another, of a chance that the seed decides."""

    def __init__(self, shelf, seed: int) -> None:
        self.shelf = shelf
        self.chance = random.Random(seed)
        self.known: library.Catalog | None = None
        self.spoilt: dict[str, bytes] = {}
        self.told: set[str] = set()  # the paths that changed since the last look
        self.taken: list[tuple[object, ...]] = []  # for who wants to know why

    def step(self) -> None:
        what = self.chance.choice(WHAT)
        self.taken.append((what, getattr(self, what)()))

    def file(self):
        path = self.chance.choice(FILES)
        self.told.add(path)
        return path, self.shelf.root / path

    def write(self):
        path, _place = self.file()
        header = {"date": self.chance.choice([None, *DAYS])}
        for name, (share, values) in FIELDS.items():
            if self.chance.random() * 100 < share:
                header[name] = self.chance.choice(values)
        if path in CLAIMING:
            header["guid"] = self.chance.choice([None, *GUIDS])
        self.spoilt.pop(path, None)
        self.shelf.write(path, self.chance.choice(BODIES), **header)
        return path, header

    def remove(self):
        path, place = self.file()
        self.spoilt.pop(path, None)
        place.unlink(missing_ok=True)
        return path

    def rename(self):
        (path, place), (to, target) = self.file(), self.file()
        if place.exists() and path != to and (path not in CLAIMING or to in CLAIMING):
            self.spoilt.pop(to, None)
            if path in self.spoilt:
                self.spoilt[to] = self.spoilt.pop(path)
            target.parent.mkdir(exist_ok=True)
            place.rename(target)
        return path, to

    def empty(self):
        folder = self.chance.choice(FOLDERS)
        shutil.rmtree(self.shelf.root / folder, ignore_errors=True)
        self.spoilt = {path: text for path, text in self.spoilt.items() if not path.startswith(f"{folder}/")}
        self.told.add(folder)
        return folder

    def spoil(self):
        path, place = self.file()
        if place.exists() and path not in self.spoilt:
            self.spoilt[path] = place.read_bytes()
            place.write_bytes(b"\x00\x01\xff no text" * 40)
        return path

    def wait(self):
        days = self.chance.choice([0.5, 1, 3])
        self.shelf.now += timedelta(days=days)
        return days

    def look(self):
        paths = self.told if self.chance.random() < 0.7 else None
        self.shelf.refresh(paths)
        self.told = set()
        self.known = library.catalog(self.shelf.engine, self.known)
        # What changed since the catalog before tells all that there is now.
        assert self.known == library.catalog(self.shelf.engine), self.taken
        return paths

    def show(self):
        self.shelf.show()

    def mend(self) -> None:
        """Give every spoilt file its text again: the last good version of one is nowhere in the folder."""
        for path, text in self.spoilt.items():
            (self.shelf.root / path).write_bytes(text)
            self.told.add(path)
        self.spoilt.clear()


def everything(engine, shelf) -> dict[str, object]:
    """Give all that a library says of its folder, but for when it changed."""
    library.show(engine, Folder(shelf.root), shelf.settings)
    catalog = library.catalog(engine)
    scopes = sorted(catalog.scopes.items())
    slugs = library.slugs(engine)
    return {
        "scopes": {key: (of.names, of.path, of.posts, of.rooted, of.newest) for key, of in scopes},
        "children": {key: [scope.key for scope in below] for key, below in sorted(catalog.families.items())},
        "posts": {key: library.select(engine, scope, None) for key, scope in scopes},
        "by slug": [(slug, library.post(engine, slug)) for slug in slugs],
        "problems": library.problems(engine),
        "left out": library.left_out(engine),
        "due": catalog.due,
    }


@pytest.mark.parametrize("seed", range(50))
def test_a_library_that_followed_every_step_is_one_that_was_made_at_the_end(make_shelf, seed):
    walk = Walk(make_shelf(limit=2), seed)
    for _ in range(STEPS):
        walk.step()
    walk.look()
    walk.mend()
    walk.look()
    anew = library.open_in_memory()
    library.refresh(anew, Folder(walk.shelf.root), walk.shelf.settings)
    expected = everything(anew, walk.shelf)
    anew.dispose()
    found = everything(walk.shelf.engine, walk.shelf)
    assert found == expected, walk.taken
    posts = found["posts"]["site", ""][0]
    assert len({post.id for post in posts}) == len({post.slug for post in posts}) == len(posts)
