"""The layer before Flask: what it answers by itself is what Flask would, and it is right as soon as the folder changes."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from feedsvc import create_app, feeds_blueprint
from feedsvc.library import Library
from feedsvc.web import site as site_of
from tests.servers import write
from tests.web.conftest import BASE

DOCUMENTS = ["/feed.atom", "/feed.json", "/categories/News/feed.rss", "/", "/feeds.opml", "/posts/a/", "/atom.xml"]
OTHERS = ["/healthz", "/nowhere", "/feed.xls", "/categories/none/feed.atom", "/tags/tea", "//feed.atom"]
CODINGS = ["", "gzip", "gzip, deflate, br, zstd", "br;q=0, *;q=0.5", "identity", "*;q=0", ";;;,,,"]
# What a client may send beside the address; {tag} is the ETag of the document in that coding.
REQUESTS = {
    "plain": {},
    "has it": {"If-None-Match": "{tag}"},
    "has another": {"If-None-Match": '"another"'},
    "has nothing": {"If-None-Match": '""'},
    "has it or another": {"If-None-Match": '"another", {tag}'},
    "has it or another, without a space": {"If-None-Match": '{tag},"another"'},
    "has two others": {"If-None-Match": '"one","two"'},
    "has anything": {"If-None-Match": "*"},
    "has it, weakly": {"If-None-Match": "W/{tag}"},
    "has it, with room": {"If-None-Match": "  {tag} "},
    "has nonsense": {"If-None-Match": "nonsense"},
    "has an open quote": {"If-None-Match": '"'},
    "has an empty list": {"If-None-Match": ""},
    "has it from later": {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    "has it from before": {"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
    "has it from whenever": {"If-Modified-Since": "whenever"},
    "has another from later": {"If-None-Match": '"x"', "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    "has it from before, by its tag": {"If-None-Match": "{tag}", "If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
    "wants it if it is the same": {"If-Match": "{tag}"},
    "wants it if it is another": {"If-Match": '"another"'},
    "wants it if it is old": {"If-Unmodified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
    "wants a part": {"Range": "bytes=0-9"},
    "sends a body": {"Content-Length": "3"},
    "sends a body in chunks": {"Transfer-Encoding": "chunked"},
    "is a browser": {"Accept": "text/html", "Accept-Language": "de", "Cookie": "a=b", "User-Agent": "Mozilla/5.0"},
    "does not want a kept one": {"Cache-Control": "no-cache", "Pragma": "no-cache"},
}
GIVEN = {"REFRESH": 3600, "BASE_URL": BASE, "ID_AUTHORITY": "x.example"}
METHODS = ["GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "BREW"]


class Inner:
    """Flask's own application, which counts what it is asked."""

    def __init__(self, application) -> None:
        self.application = application
        self.asked: list[str] = []

    def __call__(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"])
        return self.application(environ, start_response)


def fill(folder):
    for name in "abcdefgh":
        body = "Long enough to be worth a coding. " * 20
        write(folder, f"{name}.md", body, date="2024-01-05", categories="[News]", tags="[tea]")
    write(folder, "web.md", "Long enough to be worth a coding. " * 20, date="2024-01-04", categories="[Web]")
    (folder / "p.png").write_bytes(b"picture")


@pytest.fixture
def make_layer(folder):
    """Give applications with the layer, whose refresher never comes; `inner` counts what gets through to Flask."""
    apps = []

    def make(**settings):
        fill(folder)
        app = create_app(GIVEN, POSTS=str(folder), **settings)
        app.inner = app.wsgi_app._application = Inner(app.wsgi_app._application)
        app.site = app.extensions["feedsvc"]["feeds"]
        apps.append(app)
        return app

    yield make
    for app in apps:
        app.site.close()


@pytest.fixture
def app(make_layer):
    return make_layer()


@pytest.fixture
def look_elsewhere(folder):
    """Look at the folder as another process does."""
    others = []

    def look(app):
        others.append(Library(app.site.settings))
        return others[-1].look()

    yield look
    for other in others:
        other.close()


@pytest.fixture
def rendered(monkeypatch):
    """The feeds that were rendered, in their order."""
    feeds = []
    original = site_of.render

    def render(feed, form, base):
        feeds.append(f"{feed.path}.{form}" if "." not in feed.path else feed.path)
        return original(feed, form, base)

    monkeypatch.setattr(site_of, "render", render)
    return feeds


def ask(app, path, method="GET", **headers):
    """Give status, headers in their order, and body."""
    with app.test_client().open(path, method=method, headers=headers) as answer:
        return answer.status, list(answer.headers), answer.data


def ask_flask(app, path, method="GET", **headers):
    """Give what Flask answers without the layer."""
    layer, app.wsgi_app = app.wsgi_app, app.inner.application
    try:
        return ask(app, path, method, **headers)
    finally:
        app.wsgi_app = layer


def tag_of(answer):
    return dict(answer[1]).get("ETag", '"none"')


# -- what Flask would say ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("coding", CODINGS)
def test_a_second_answer_is_flasks_byte_for_byte_and_header_for_header(app, coding):
    headers = {"Accept-Encoding": coding} if coding else {}
    for path in [*DOCUMENTS, *OTHERS]:
        plain = ask_flask(app, path, **headers)
        for name, more in REQUESTS.items():
            given = headers | {field: value.format(tag=tag_of(plain)) for field, value in more.items()}
            expected = ask_flask(app, path, **given)
            for _ in range(3):
                assert ask(app, path, **given) == expected, (path, name)
            assert ask(app, path, **headers) == plain, (path, name)  # and nothing wrong was kept


@pytest.mark.parametrize("method", METHODS)
def test_another_method_is_answered_as_flask_does(app, method):
    for path in [*DOCUMENTS, *OTHERS]:
        expected = ask_flask(app, path, method)
        plain = ask_flask(app, path)
        for _ in range(2):
            assert ask(app, path) == plain
            assert ask(app, path, method) == expected, path


@pytest.mark.parametrize("query", ["?limit=1", "?q=x", "?utm_source=x", "?", "?%00"])
def test_a_query_is_flasks_matter(app, query):
    for path in DOCUMENTS:
        expected = ask_flask(app, path + query)
        for _ in range(2):
            assert ask(app, path) == ask_flask(app, path)
            assert ask(app, path + query) == expected


def test_each_host_is_told_its_own_addresses(make_layer):
    app = make_layer(BASE_URL="")
    for _ in range(3):
        for host in ("one.example", "TWO.example:8000", "[::1]:80", "<>", "", "one.example"):
            assert ask(app, "/feed.json", Host=host) == ask_flask(app, "/feed.json", Host=host)
        for overrides in ({"wsgi.url_scheme": "https"}, {"SCRIPT_NAME": "/app"}, {"SCRIPT_NAME": "/a pp"}):
            kept = app.test_client().get("/feed.json", environ_overrides=overrides).json["feed_url"]
            place = overrides.get("SCRIPT_NAME", "").replace(" ", "%20")
            assert kept == f"{overrides.get('wsgi.url_scheme', 'http')}://localhost{place}/feed.json"


def test_a_coding_that_was_kept_can_be_read(app):
    for _ in range(2):
        coded = ask(app, "/feed.atom", **{"Accept-Encoding": "gzip"})
        assert gzip.decompress(coded[2]) == ask(app, "/feed.atom")[2]


# -- who is asked ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", DOCUMENTS)
def test_flask_is_asked_once_for_a_document_and_once_for_who_has_it(app, path):
    tag = tag_of(ask(app, path))
    for _ in range(5):
        assert ask(app, path)[0] == "200 OK"
        assert ask(app, path, **{"If-None-Match": tag})[0] == "304 NOT MODIFIED"
        assert ask(app, path, **{"If-None-Match": '"another"'})[0] == "200 OK"
    assert app.inner.asked == [path] * 2


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/files/p.png"])
def test_what_is_no_document_is_asked_for_each_time(app, path):
    for _ in range(3):
        ask(app, path)
    assert app.inner.asked == [path] * 3


def test_without_refresh_there_is_no_layer_and_each_request_looks(make_app, post):
    client = make_app().test_client()
    for name in "ab":
        post(f"{name}.md")
        assert [item["title"] for item in client.get("/feed.json").json["items"]][:1] == ["a"]
        assert len(client.get("/feed.json").json["items"]) == (1 if name == "a" else 2)


# -- when the folder changes -------------------------------------------------------------------------------------------


def test_a_change_that_another_process_brings_is_in_the_next_answer(app, post, look_elsewhere):
    for _ in range(2):
        assert b"Fresh" not in ask(app, "/categories/Web/feed.json")[2]
    post("fresh.md", title="Fresh", date="2024-01-06", categories="[Web]")
    look_elsewhere(app)
    for _ in range(2):
        assert b"Fresh" in ask(app, "/categories/Web/feed.json")[2]


def test_a_category_that_goes_is_gone_in_the_next_answer(app, folder, look_elsewhere):
    for _ in range(2):
        assert ask(app, "/categories/Web/feed.json")[0] == "200 OK"
    (folder / "web.md").unlink()
    look_elsewhere(app)
    assert ask(app, "/categories/Web/feed.json")[0] == "404 NOT FOUND"


def test_a_change_leaves_the_feeds_of_other_categories_as_they_were(app, post, look_elsewhere, rendered):
    before = ask(app, "/categories/News/feed.atom")
    ask(app, "/categories/Web/feed.atom")
    kept = dict(app.site._kept)
    rendered.clear()
    post("fresh.md", title="Fresh", date="2024-01-06", categories="[Web]")
    look_elsewhere(app)
    assert ask(app, "/categories/News/feed.atom") == before
    assert ask(app, "/categories/News/feed.atom", **{"If-None-Match": tag_of(before)})[0] == "304 NOT MODIFIED"
    assert rendered == []
    after = ask(app, "/categories/Web/feed.atom")
    assert tag_of(after) != tag_of(before)
    assert len(rendered) == 1
    same = [key for key in kept if app.site._kept[key].representation is kept[key].representation]
    assert {key[2] for key in same} >= {"news"}


def test_a_file_that_was_only_touched_moves_no_tag_and_renders_no_feed(app, folder, look_elsewhere, rendered):
    before = {path: ask(app, path) for path in DOCUMENTS}
    rendered.clear()
    for place in folder.glob("*.md"):
        place.touch()
    look_elsewhere(app)
    assert {path: ask(app, path) for path in DOCUMENTS} == before
    assert rendered == []


def test_a_page_that_lists_the_change_is_made_anew(app, post, look_elsewhere):
    for _ in range(2):
        ask(app, "/")
    post("fresh.md", title="Fresh", date="2024-01-06")
    look_elsewhere(app)
    assert b"Fresh" in ask(app, "/")[2]


def test_a_library_that_was_deleted_and_made_anew_gives_the_same_tags(app, look_elsewhere, tmp_path):
    before = {path: ask(app, path) for path in DOCUMENTS}
    [file] = (tmp_path / "cache" / "feedsvc").glob("*.sqlite")
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    look_elsewhere(app)
    assert app.site.library.is_stale
    assert {path: tag_of(ask(app, path)) for path in DOCUMENTS} == {
        path: tag_of(answer) for path, answer in before.items()
    }
    assert not app.site.library.is_stale


# -- when a post is due ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [4000, 3901, 3899, 1000, 300, 10, 1])
def test_nothing_is_promised_past_the_instant_of_a_scheduled_post(clock_at, post, make_layer, seconds):
    due = clock_at[0] + timedelta(days=1)
    post("due.md", date=f"{due:%F %T}")
    app = make_layer()
    for _ in range(2):
        ask(app, "/feed.atom")
    clock_at[0] = due - timedelta(seconds=seconds)
    for _ in range(2):
        answer = ask(app, "/feed.atom")
        assert answer == ask_flask(app, "/feed.atom")
        age, stale = (int(part.partition("=")[2]) for part in dict(answer[1])["Cache-Control"].split(", ")[1:])
        assert age + stale <= seconds


def test_a_post_that_is_overdue_is_in_the_next_answer_although_nobody_looked(clock_at, post, make_layer):
    due = clock_at[0] + timedelta(days=1)
    post("due.md", title="Due", date=f"{due:%F %T}")
    app = make_layer()
    for _ in range(2):
        assert b"Due" not in ask(app, "/feed.json")[2]
    clock_at[0] = due + timedelta(seconds=5)
    for _ in range(2):
        assert b"Due" in ask(app, "/feed.json")[2]


# -- how much is kept --------------------------------------------------------------------------------------------------


def held(app):
    """Give the bytes of the documents that are kept, and of the answers."""
    documents = sum(kept.representation.size for kept in app.site._kept.values())
    return documents, sum(len(answer.body) for answer in app.wsgi_app._answers.values())


def test_no_more_is_kept_than_was_allowed_however_many_hosts_ask(make_layer):
    room = 200_000
    app = make_layer(BASE_URL="", CACHE_BYTES=room)
    most = 0
    for number in range(60):
        for coding in ("identity", "gzip", "br"):
            ask(app, "/feed.atom", Host=f"h{number}.example", **{"Accept-Encoding": coding})
            most = max(most, sum(held(app)))
    assert room / 4 < most <= room
    assert len(app.site._kept) < 60
    assert len(app.wsgi_app._answers) < 180


def test_what_was_asked_for_last_is_kept_longest(make_layer):
    app = make_layer(BASE_URL="", CACHE_BYTES=200_000)
    for number in range(60):
        ask(app, "/feed.atom", Host=f"h{number}.example")
        ask(app, "/feed.json", Host="often.example")
    assert app.inner.asked.count("/feed.json") == 1


@pytest.mark.parametrize("room", [0, 1])
def test_a_document_that_is_larger_than_the_room_is_served_all_the_same(make_layer, room):
    app = make_layer(CACHE_BYTES=room)
    for path in DOCUMENTS * 2:
        assert ask(app, path) == ask_flask(app, path)


def test_what_is_kept_is_counted_right_after_the_folder_changed(make_layer, post, look_elsewhere):
    app = make_layer(BASE_URL="", CACHE_BYTES=400_000)
    for number in range(4):
        post("fresh.md", "Fresh. " * 400 * (number + 1), date="2024-01-06")
        look_elsewhere(app)
        for host in range(5):
            ask(app, "/feed.atom", Host=f"h{host}.example", **{"Accept-Encoding": "gzip"})
            ask_flask(
                app, "/feed.atom", Host=f"h{host}.example"
            )  # a twin is weighed when its document is next asked for
    assert app.site._size == held(app)[0]
    assert app.wsgi_app._size >= held(app)[1]


# -- without the layer -------------------------------------------------------------------------------------------------


def test_in_another_application_the_same_documents_follow_the_folder_the_same_way(app, folder, post, look_elsewhere):
    host = Flask("host")
    host.register_blueprint(feeds_blueprint(GIVEN, POSTS=str(folder)))
    try:
        for path in DOCUMENTS:
            assert ask(host, path) == ask(app, path)
        post("fresh.md", title="Fresh", date="2024-01-06", categories="[Web]")
        look_elsewhere(app)
        for path in DOCUMENTS:
            assert ask(host, path) == ask(app, path)
        assert b"Fresh" in ask(host, "/feed.atom")[2]
    finally:
        host.extensions["feedsvc"]["feeds"].close()
