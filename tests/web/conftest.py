"""Folders of posts, and applications that serve them inside the test's own process."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from feedsvc import create_app
from feedsvc.library import clock
from tests.servers import SAMPLES, write

BASE = "https://blog.example"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))


@pytest.fixture
def clock_at(monkeypatch):
    """Set the clock: a list whose one item is now."""
    at = [datetime(2025, 6, 1, tzinfo=UTC)]
    monkeypatch.setattr(clock, "now", lambda: at[0])
    return at


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "posts"
    folder.mkdir()
    return folder


@pytest.fixture
def post(folder):
    return partial(write, folder)


@pytest.fixture
def make_app(folder):
    """Give applications, which look at the folder at every request."""
    apps = []

    def make(**settings):
        app = create_app(
            {"POSTS": str(folder), "REFRESH": 0, "BASE_URL": BASE, "ID_AUTHORITY": "x.example"}, **settings
        )
        apps.append(app)
        return app

    yield make
    for app in apps:
        app.extensions["feedsvc"]["feeds"].close()


@pytest.fixture
def client(make_app):
    """Give a client of the folder's own posts."""
    return make_app().test_client()


@pytest.fixture(scope="module")
def serve_once(tmp_path_factory):
    """Give clients of folders that the tests of a module share and do not change."""
    apps = []

    def make(folder, **settings):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
            settings = {"REFRESH": 3600, "BASE_URL": BASE, "ID_AUTHORITY": "x.example"} | settings
            apps.append(create_app(settings, POSTS=str(folder)))
        return apps[-1].test_client()

    yield make
    for app in apps:
        app.extensions["feedsvc"]["feeds"].close()


@pytest.fixture(scope="module")
def samples(serve_once):
    """Give a client of the sample posts."""
    return serve_once(SAMPLES)
