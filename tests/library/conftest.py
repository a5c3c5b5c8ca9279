"""A folder of posts and its library, the clock in the test's hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from feedsvc import library
from feedsvc.content.sources import Folder
from feedsvc.library import clock
from feedsvc.settings import Settings
from tests.servers import write

if TYPE_CHECKING:
    from pathlib import Path

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

    def refresh(self) -> bool:
        return library.refresh(self.engine, Folder(self.root), self.settings)

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

    def codes(self, path: str) -> set[str]:
        self.refresh()
        return {problem.code for problem in library.problems(self.engine) if problem.path == path}


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    shelf = Shelf(tmp_path / "posts")
    monkeypatch.setattr(clock, "now", lambda: shelf.now)
    yield shelf
    shelf.engine.dispose()
