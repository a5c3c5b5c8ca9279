"""Feed readers that people use, subscribed to a running server."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess

import feedparser
import pytest
import reader

from tests.servers import environment, serving, until, write

FORMATS = ["atom", "rss", "json"]


@pytest.fixture
def posts(tmp_path):
    folder = tmp_path / "posts"
    for number in range(1, 5):
        write(folder, f"{number}.md", f"Body {number}.", title=f"Title {number}", date=f"2024-01-0{number}")
    return folder


@pytest.fixture
def server(posts, tmp_path):
    with serving(posts, tmp_path / "home") as server:
        yield server


def arrived(server, text):
    """Wait until the server has text in its feed."""
    assert until(lambda: text in server.get("/feed.json?arrived").text)


def polls(server, form, before=0):
    """Give the statuses with which polls of a feed were answered, in their order."""
    lines = [line for line in server.log().splitlines() if f"GET /feed.{form} " in line]
    return [int(line.split('" ')[1].split()[0]) for line in lines][before:]


@pytest.mark.parametrize("form", FORMATS)
def test_the_reader_library_follows_a_feed(server, posts, form):
    with_reader = reader.make_reader(":memory:")
    try:
        address = f"{server.base}/feed.{form}"
        with_reader.add_feed(address)

        def poll():
            before = len(polls(server, form))
            with_reader.update_feeds(scheduled=False)
            assert with_reader.get_feed(address).last_exception is None
            [status] = until(lambda: polls(server, form, before))
            return status

        def titles():
            return sorted(entry.title for entry in with_reader.get_entries())

        assert poll() == 200
        assert titles() == [f"Title {number}" for number in range(1, 5)]
        assert all(entry.content or entry.summary for entry in with_reader.get_entries())
        assert all(entry.published for entry in with_reader.get_entries())
        seen = {entry.id for entry in with_reader.get_entries()}
        assert poll() == 304
        assert titles() == [f"Title {number}" for number in range(1, 5)]

        write(posts, "5.md", title="Title 5", date="2024-01-05")
        arrived(server, "Title 5")
        assert poll() == 200
        assert titles() == [f"Title {number}" for number in range(1, 6)]

        write(posts, "2.md", "Another body.", title="Title 2, edited", date="2024-01-02", updated="2024-01-06")
        arrived(server, "edited")
        assert poll() == 200
        assert titles() == ["Title 1", "Title 2, edited", "Title 3", "Title 4", "Title 5"]
        assert seen <= {entry.id for entry in with_reader.get_entries()}
        assert poll() == 304
    finally:
        with_reader.close()


@pytest.mark.skipif(not shutil.which("newsboat"), reason="newsboat is not installed")
@pytest.mark.parametrize("form", ["atom", "rss"])  # 2.21 reads no JSON Feed
def test_newsboat_follows_a_feed(server, posts, tmp_path, form):
    home = tmp_path / "newsboat"
    home.mkdir()
    (home / "urls").write_text(f"{server.base}/feed.{form}\n")
    (home / "config").write_text("")

    def poll():
        before = len(polls(server, form))
        command = ["newsboat", "-u", home / "urls", "-C", home / "config", "-c", home / "cache.db", "-x", "reload"]
        env = environment(home, TERM="dumb", LC_ALL="C.UTF-8")
        subprocess.run(command, env=env, check=True, capture_output=True, timeout=120)
        [status] = until(lambda: polls(server, form, before))
        return status

    def items():
        connection = sqlite3.connect(home / "cache.db")
        try:
            return sorted(connection.execute("select title, content from rss_item where deleted = 0"))
        finally:
            connection.close()

    assert poll() == 200
    assert [title for title, _content in items()] == [f"Title {number}" for number in range(1, 5)]
    assert all("Body" in content for _title, content in items())
    poll()  # 2.21 remembers the tag only of a feed that it knows already
    assert poll() == 304
    assert len(items()) == 4

    write(posts, "5.md", title="Title 5", date="2024-01-05")
    arrived(server, "Title 5")
    assert poll() == 200
    assert [title for title, _content in items()] == [f"Title {number}" for number in range(1, 6)]

    write(posts, "2.md", "Another body.", title="Title 2", date="2024-01-02", updated="2024-01-06")
    arrived(server, "Another body")
    assert poll() == 200
    assert [title for title, _content in items()] == [f"Title {number}" for number in range(1, 6)]
    assert any("Another body" in content for _title, content in items())


def test_feedparser_finds_no_fault_and_polls_with_conditions(server):
    for form in ("atom", "rss"):
        address = f"{server.base}/feed.{form}"
        first = feedparser.parse(address)
        assert (first.bozo, first.status, len(first.entries)) == (False, 200, 4)
        assert feedparser.parse(address, etag=first.etag).status == 304
        assert feedparser.parse(address, modified=first.modified).status == 304
