"""The feeds of a folder, at their addresses."""

from __future__ import annotations

import json

import feedparser
import pytest
from lxml import etree

from feedsvc.feeds import FORMATS
from feedsvc.web.site import ALIASES
from tests.servers import write

BROKEN = b"\x00\x01\x02\x03 no text \x00\xff\xfe\xfd" * 40
ATOM = "{http://www.w3.org/2005/Atom}"
TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


def titles(answer, form):
    if form == "json":
        return [item["title"] for item in json.loads(answer.data)["items"]]
    path = f".//{ATOM}entry/{ATOM}title" if form == "atom" else ".//item/title"
    return [found.text for found in etree.fromstring(answer.data).iterfind(path)]


def self_of(answer, form):
    if form == "json":
        return json.loads(answer.data)["feed_url"]
    return etree.fromstring(answer.data).find(f".//{ATOM}link[@rel='self']").get("href")


def fill(folder):
    write(folder, "one.md", title="One", date="2024-01-01", categories="[新媒体, ZAKER]", tags="[tea]", author="Ada")
    write(folder, "two.md", title="Two", date="2024-01-02", categories="[新媒体]", author="Grace")
    write(folder, "three.md", title="Three", date="2024-01-03", categories="[C++]")


@pytest.fixture
def shelf(folder):
    fill(folder)


@pytest.fixture(scope="module")
def full(serve_once, tmp_path_factory):
    folder = tmp_path_factory.mktemp("posts")
    fill(folder)
    return serve_once(folder)


SCOPES = {
    "": ["Three", "Two", "One"],
    "categories/%E6%96%B0%E5%AA%92%E4%BD%93/": ["Two", "One"],
    "categories/%E6%96%B0%E5%AA%92%E4%BD%93/ZAKER/": ["One"],
    "categories/ZAKER/": ["One"],
    "categories/C%2B%2B/": ["Three"],
    "tags/tea/": ["One"],
    "authors/Ada/": ["One"],
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("path", SCOPES)
def test_a_scope_has_its_posts_newest_first(full, path, form):
    answer = full.get(f"/{path}feed.{form}")
    assert answer.status_code == 200
    assert titles(answer, form) == SCOPES[path]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("path", SCOPES)
def test_a_feed_names_its_own_address(full, path, form):
    address = f"https://blog.example/{path}feed.{form}"
    assert self_of(full.get(f"/{path}feed.{form}"), form) == address


@pytest.mark.parametrize("form", FORMATS)
def test_a_feed_has_the_media_type_of_its_format(full, form):
    assert full.get(f"/feed.{form}").headers["Content-Type"] == TYPES[form]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("path", SCOPES)
def test_feedparser_finds_no_fault(full, path, form):
    if form == "json":
        assert json.loads(full.get(f"/{path}feed.json").data)["version"] == "https://jsonfeed.org/version/1.1"
        return
    parsed = feedparser.parse(full.get(f"/{path}feed.{form}").data)
    assert parsed.bozo is False
    assert len(parsed.entries) == len(SCOPES[path])


@pytest.mark.parametrize("form", FORMATS)
def test_a_folder_without_posts_has_valid_empty_feeds(client, form):
    answer = client.get(f"/feed.{form}")
    assert answer.status_code == 200
    assert titles(answer, form) == []


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("path", ["categories/News", "categories/a/b/c", "tags/x", "authors/Nobody"])
def test_a_scope_without_posts_is_not_found_and_says_so_in_plain_text(full, path, form):
    answer = full.get(f"/{path}/feed.{form}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.endswith("of that name: no post has it.\n")


@pytest.mark.parametrize("form", ["xls", "atom2", "ATOM", "", "atom.atom"])
@pytest.mark.parametrize("path", ["/feed.", "/categories/ZAKER/feed."])
def test_a_format_that_is_none_is_not_found(full, path, form):
    assert full.get(path + form).status_code == 404


@pytest.mark.parametrize("alias", ALIASES)
def test_an_alias_is_the_feed_byte_for_byte(full, alias):
    answer, feed = full.get(f"/{alias}"), full.get(f"/feed.{ALIASES[alias]}")
    assert answer.status_code == 200
    assert answer.data == feed.data
    headers = ("ETag", "Content-Type", "Last-Modified", "Cache-Control", "Vary")
    assert [answer.headers.get(name) for name in headers] == [feed.headers.get(name) for name in headers]


@pytest.mark.parametrize("query", ["?utm_source=x", "?a=1&b=%ff", "?%00", "?" + "x" * 3000, "?=", "?&&", "?feed=rss2"])
@pytest.mark.parametrize("form", FORMATS)
def test_unknown_parameters_change_nothing(full, form, query):
    with_query, without = full.get(f"/feed.{form}{query}"), full.get(f"/feed.{form}")
    assert with_query.status_code == 200
    assert (with_query.data, with_query.headers["ETag"]) == (without.data, without.headers["ETag"])


@pytest.mark.parametrize("form", FORMATS)
def test_a_feed_has_no_more_entries_than_the_limit(shelf, make_app, form):
    assert titles(make_app(LIMIT=2).test_client().get(f"/feed.{form}"), form) == ["Three", "Two"]


@pytest.mark.parametrize("form", FORMATS)
def test_an_edit_in_one_category_leaves_the_tags_of_others_alone(shelf, client, post, form):
    def tags():
        return [client.get(f"/categories/{name}/feed.{form}").headers["ETag"] for name in ("C%2B%2B", "ZAKER")]

    before = tags()
    post("three.md", title="Three, edited", date="2024-01-03", categories="[C++]")
    after = tags()
    assert after[0] != before[0]
    assert after[1] == before[1]


@pytest.mark.parametrize("form", FORMATS)
def test_a_post_that_breaks_stays_in_the_feed_as_it_was(shelf, client, folder, form):
    before = client.get(f"/feed.{form}")
    (folder / "one.md").write_bytes(BROKEN)
    assert client.get(f"/feed.{form}").data == before.data


@pytest.mark.parametrize("form", FORMATS)
def test_a_scheduled_post_appears_in_its_time(clock_at, client, post, form):
    post("later.md", title="Later", date="2025-06-01 12:00:00", categories="[News]")
    assert titles(client.get(f"/feed.{form}"), form) == []
    assert client.get(f"/categories/News/feed.{form}").status_code == 404
    clock_at[0] = clock_at[0].replace(hour=12)
    assert titles(client.get(f"/categories/News/feed.{form}"), form) == ["Later"]


def test_a_scheduled_post_appears_where_nobody_looks_at_the_folder(clock_at, make_app, post):
    post("later.md", title="Later", date="2025-06-01 12:00:00")
    client = make_app(REFRESH=3600).test_client()
    assert titles(client.get("/feed.atom"), "atom") == []
    clock_at[0] = clock_at[0].replace(hour=12, second=1)
    assert titles(client.get("/feed.atom"), "atom") == ["Later"]


@pytest.mark.parametrize("form", FORMATS)
def test_two_replicas_answer_with_the_same_bytes_and_tag(shelf, make_app, monkeypatch, tmp_path, form):
    answers = []
    for name in ("one", "two"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / name))
        answers.append(make_app().test_client().get(f"/feed.{form}", headers={"Accept-Encoding": "gzip"}))
    assert answers[0].data == answers[1].data
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]


# -- what may happen to the library under a running process ------------------------------------------------------------


def library_file(tmp_path):
    [file] = (tmp_path / "cache" / "feedsvc").glob("*.sqlite")
    return file


def test_a_deleted_library_costs_no_error(shelf, client, post, tmp_path):
    client.get("/feed.atom")
    file = library_file(tmp_path)
    for beside in file.parent.iterdir():
        beside.unlink()
    post("four.md", title="Four", date="2024-01-04")
    assert titles(client.get("/feed.atom"), "atom") == ["Four", *SCOPES[""]]


def test_a_deleted_library_is_made_anew_where_a_new_connection_finds_nothing(shelf, make_app, post, tmp_path):
    app = make_app()
    client = app.test_client()
    client.get("/feed.atom")
    app.extensions["feedsvc"]["feeds"].library.engine.dispose()
    for beside in library_file(tmp_path).parent.iterdir():
        beside.unlink()
    post("four.md", title="Four", date="2024-01-04")
    assert titles(client.get("/feed.atom"), "atom") == ["Four", *SCOPES[""]]
    assert library_file(tmp_path).exists()


@pytest.mark.parametrize("content", [b"", b"garbage " * 5000, b"SQLite format 3\0" + b"\xff" * 50000])
@pytest.mark.parametrize("connected", [True, False])
def test_a_corrupted_library_costs_no_error(shelf, make_app, post, tmp_path, content, connected):
    app = make_app()
    client = app.test_client()
    client.get("/feed.atom")
    if not connected:
        app.extensions["feedsvc"]["feeds"].library.engine.dispose()
    library_file(tmp_path).write_bytes(content)
    post("four.md", title="Four", date="2024-01-04")
    for path in ("/feed.atom", "/feed.rss", "/", "/posts/four/", "/feeds.opml", "/healthz"):
        assert client.get(path).status_code == 200
    assert titles(client.get("/feed.atom"), "atom") == ["Four", *SCOPES[""]]


def test_a_library_that_can_never_be_filled_gives_way_to_one_in_memory(shelf, make_app, monkeypatch):
    import importlib

    import sqlalchemy as sa

    refreshing = importlib.import_module("feedsvc.library.refreshing")
    original = refreshing._Work._take

    def take(work, *rest):
        if work.connection.engine.url.database:
            raise sa.exc.OperationalError("insert", {}, Exception("database or disk is full"))
        return original(work, *rest)

    monkeypatch.setattr(refreshing._Work, "_take", take)
    client = make_app().test_client()
    assert titles(client.get("/feed.atom"), "atom") == SCOPES[""]


def test_a_feed_that_changed_twice_in_a_second_has_no_last_modified_until_it_changes_again(make_app, post, clock_at):
    client = make_app().test_client()
    said = []
    for title, second in (("One", 0), ("Two", 5), ("Three", 5), ("Four", 9)):
        clock_at[0] = clock_at[0].replace(second=second)
        post("a.md", title=title, date="2024-01-01")
        said.append(client.get("/feed.rss").headers.get("Last-Modified", "")[-11:])
    assert said == ["0:00:00 GMT", "0:00:05 GMT", "", "0:00:09 GMT"]
