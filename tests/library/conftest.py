"""A folder of posts and its library, the clock in the test's hand."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from feedsvc import library
from feedsvc.library import clock
from feedsvc.library.schema import POST
from feedsvc.settings import Settings
from feedsvc.sources import Folder
from tests.servers import write

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

parsing = importlib.import_module("feedsvc.content.parse")

NOW = datetime(2025, 6, 1, tzinfo=UTC)


class Shelf:
    """A posts folder with its library: write into it, refresh, ask."""

    def __init__(self, root: Path, **settings: object) -> None:
        root.mkdir(exist_ok=True)
        self.root = root
        self.now = NOW
        self.settings = Settings(posts=root, id_authority="shelf.example", **settings)
        self.engine = library.open_library(self.settings)

    def write(self, path: str, body: str = "Body.", **header: object) -> Path:
        return write(self.root, path, body, **header)

    def refresh(self, paths: Collection[str] | None = None) -> bool:
        return library.refresh(self.engine, Folder(self.root), self.settings, paths=paths)

    @property
    def catalog(self) -> library.Catalog:
        self.refresh()
        return library.catalog(self.engine)

    def posts(self, kind: str = "site", *names: str, limit: int | None = None) -> list[str]:
        """Give the paths of a scope's posts in their order; none where there is no such scope."""
        catalog = self.catalog
        scope = catalog.find(kind, names) if names else catalog.site
        return [post.path for post in library.select(self.engine, scope, limit)[0]] if scope else []

    def post(self, slug: str):
        self.refresh()
        found = library.post(self.engine, slug)
        if found and not found[1]:
            library.show(self.engine, Folder(self.root), self.settings, [found[0].path])
            found = library.post(self.engine, slug)
        return found[0] if found else None

    def show(self, *paths: str) -> None:
        """Have bodies made; every one, without paths."""
        library.show(self.engine, Folder(self.root), self.settings, paths or None)

    def made(self) -> set[str]:
        """Give the paths of the posts whose bodies are made."""
        self.refresh()
        with self.engine.connect() as connection:
            return set(connection.scalars(sa.select(POST.c.path).where(POST.c.content.is_not(None))))

    def codes(self, path: str) -> set[str]:
        self.refresh()
        return {problem.code for problem in library.problems(self.engine) if problem.path == path}


@pytest.fixture
def make_shelf(tmp_path, monkeypatch):
    """Give the shelf of the folder with settings of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    shelves = []

    def make(**settings):
        shelf = Shelf(tmp_path / "posts", **settings)
        monkeypatch.setattr(clock, "now", lambda: shelf.now)
        shelves.append(shelf)
        return shelf

    yield make
    for shelf in shelves:
        shelf.engine.dispose()


@pytest.fixture
def shelf(make_shelf):
    return make_shelf()


@pytest.fixture
def parsed(monkeypatch):
    """The paths that were parsed, in their order."""
    paths = []
    original = parsing.parse

    def parse(raw, *rest, **more):
        paths.append(raw.path)
        return original(raw, *rest, **more)

    monkeypatch.setattr(parsing, "parse", parse)
    return paths


@pytest.fixture
def bodies(monkeypatch):
    """The paths whose bodies were made, in their order."""
    paths = []
    original = parsing.parse

    def parse(raw, *rest, body=True, **more):
        paths.extend([raw.path] if body else [])
        return original(raw, *rest, body=body, **more)

    monkeypatch.setattr(parsing, "parse", parse)
    return paths
