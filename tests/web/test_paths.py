"""Hostile paths and hosts: 400 or 404, never a file from outside, never a trace, never a 500."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

import pytest

from feedsvc.feeds import FORMATS

PIECES = [
    "..",
    "../../../../etc/passwd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%2f..%2fsecret.png",
    "%2e%2e/secret.png",
    "....//secret.png",
    "%00",
    "a%00.md",
    "%ff",
    "%ff%fe%fd",
    "%c0%ae%c0%ae%2fsecret.png",
    "%ed%a0%80",
    "//",
    "//evil.example/",
    "/evil.example",
    "\\",
    "..\\..\\secret.png",
    "%5c..%5c..%5csecret.png",
    "x" * 5000,
    "/".join("x" * 2500),
    "%2f" * 1600,
    "~2F" * 1300,
    "~~",
    "~",
    "%7e%7e00",
    "%",
    "%%%",
    "%zz",
    "%0d%0aSet-Cookie:%20x=1",
    "%e2%80%ae",
    "<script>alert(1)</script>",
    "%3Cscript%3E",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "';drop table post;--",
    "*",
    "?",
    "CON",
    "~root",
    ".env",
    ".git/config",
    " ",
    "\u202e",
]
PREFIXES = ["/", "/posts/", "/categories/", "/tags/", "/authors/", "/files/", "/categories/a/"]
TRACES = ("Traceback", "site-packages", "werkzeug", "sqlalchemy", "root:", "SECRET", ".py")


@pytest.fixture(scope="module")
def client(serve_once, tmp_path_factory):
    folder = tmp_path_factory.mktemp("around") / "posts"
    folder.mkdir()
    (folder.parent / "secret.png").write_bytes(b"SECRET")
    (folder / ".hidden.png").write_bytes(b"SECRET")
    (folder / "link.png").symlink_to(folder.parent / "secret.png")
    (folder / "x.png").mkdir()
    (folder / "a.md").write_text("---\ntitle: A\ndate: 2024-01-01\n---\nBody\n")
    return serve_once(folder, BASE_URL="")


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: ascii(piece[:24]))
@pytest.mark.parametrize("end", ["", "/", "/feed.atom"])
def test_a_hostile_path_is_not_found_and_leaves_no_trace(client, prefix, piece, end):
    # As servers hand it over: decoded, each byte a character.
    path = unquote_to_bytes((prefix + piece + end).encode()).decode("latin-1")
    answer = client.get("/", environ_overrides={"PATH_INFO": path})
    if set(path.removesuffix("feed.atom")) == {"/"}:  # werkzeug makes one slash of those that a path begins with
        assert answer.status_code == 200
    else:
        assert answer.status_code in {400, 404}
    assert not any(trace in answer.text for trace in TRACES)
    assert "x=1" not in str(answer.headers)


@pytest.mark.parametrize(
    "name", ["link.png", ".hidden.png", "x.png", "../secret.png", "x.png/../../secret.png", "n" * 300 + ".png"]
)
def test_a_file_from_outside_or_hidden_is_not_served(client, name):
    answer = client.get(f"/files/{name}")
    assert answer.status_code == 404
    assert b"SECRET" not in answer.data


HOSTS = [
    "",
    'a b<>"',
    "u@evil:99",
    "evil.example/path",
    "evil.example?x",
    "[::1",
    "a" * 5000,
    "\xff",
    "-",
    "evil.example:999999",
    "<script>",
]


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: ascii(host[:20]))
@pytest.mark.parametrize("path", ["/", "/posts/a/", "/feeds.opml", *(f"/feed.{form}" for form in FORMATS)])
def test_a_host_that_is_none_leaves_no_trace(client, path, host):
    answer = client.get(path, environ_overrides={"HTTP_HOST": host})
    assert answer.status_code in {200, 400}
    assert answer.status_code == 400 or "http://localhost/" in answer.text
    assert "evil" not in answer.text + str(answer.headers)
    assert host == "-" or not host or host not in answer.text


@pytest.mark.parametrize("path", ["/", "/feed.atom", "/posts/a", "/feeds.opml"])
def test_a_request_without_a_host_is_answered(client, path):
    answer = client.get(path, environ_overrides={"HTTP_HOST": "", "SERVER_NAME": "evil.example"})
    assert answer.status_code in {200, 301}
    assert "evil" not in answer.text + str(answer.headers)


FORWARDED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "evil",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "666",
    "X-Script-Name": "/evil",
    "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil",
    "Forwarded": "host=evil.example;proto=evil",
}


@pytest.mark.parametrize("name", FORWARDED)
@pytest.mark.parametrize("path", ["/", "/feed.atom", "/feed.json", "/posts/a", "/feeds.opml"])
def test_what_strangers_say_of_proxies_leaves_no_trace(client, path, name):
    with_it, without = client.get(path, headers={name: FORWARDED[name]}), client.get(path)
    assert (with_it.status, with_it.data) == (without.status, without.data)
    assert with_it.headers.get("Location") == without.headers.get("Location")


def test_the_host_of_the_request_is_the_base_where_nothing_else_is_said(client):
    answer = client.get("/feed.json", base_url="https://Blog.Example:8443/")
    assert answer.json["feed_url"] == "https://blog.example:8443/feed.json"
