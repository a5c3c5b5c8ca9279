"""Feeds over HTTP, from a server of the test's own."""

import gzip
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from feedsvc.validation import fetching
from feedsvc.validation.command import validate

FEED = b"""<rss version="2.0"><channel><title>a</title><link>https://a.example/</link><description>b</description></channel></rss>"""
LONG = FEED.replace(b"<description>b", b"<description>" + b"pear " * 500)
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/feed": (
        200,
        {"Content-Type": "application/rss+xml", "ETag": '"1"', "Content-Encoding": "gzip"},
        gzip.compress(LONG),
    ),
    "/deaf": (200, {"Content-Type": "application/rss+xml", "ETag": '"1"'}, FEED),
    "/plain": (200, {"Content-Type": "application/rss+xml"}, LONG),
    "/moved": (301, {"Location": "/plain"}, b""),
    "/round": (302, {"Location": "/round"}, b""),
    "/away": (302, {"Location": "file:///etc/passwd"}, b""),
    "/brotli": (200, {"Content-Encoding": "br"}, b"x"),
    "/broken": (200, {"Content-Encoding": "gzip"}, b"pear"),
    "/huge": (200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 50_000_000)),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, headers, body = ANSWERS.get(self.path, (404, {}, b"no"))
        if self.path == "/feed" and self.headers.get("If-None-Match") == '"1"':
            status, body = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_address[1]}"
        listening.shutdown()
        thread.join()


def codes(address: str) -> str:
    return CliRunner().invoke(validate, ["--allow-private", address]).output


def test_compression_and_conditions_are_seen(server: str) -> None:
    got = fetching.fetch(f"{server}/feed", allow_private=True)
    assert got.body == LONG
    assert got.not_modified is True
    for absent in ("uncompressed", "no-validator", "condition-ignored", "moved"):
        assert f": {absent}: " not in codes(f"{server}/feed")


@pytest.mark.parametrize(
    ("path", "code"),
    [("/plain", "uncompressed"), ("/plain", "no-validator"), ("/deaf", "condition-ignored"), ("/moved", "moved")],
)
def test_transport_findings(server: str, path: str, code: str) -> None:
    assert f": {code}: " in codes(server + path)


@pytest.mark.parametrize("path", ["/round", "/away", "/brotli", "/broken", "/none"])
def test_what_cannot_be_read(server: str, path: str) -> None:
    with pytest.raises(fetching.UnreadableError):
        fetching.fetch(server + path, allow_private=True)


def test_what_is_unpacked_is_bounded(server: str) -> None:
    got = fetching.fetch(f"{server}/huge", allow_private=True)
    assert len(got.body) == fetching.MOST_BYTES + 1


def test_a_slow_answer_ends(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "DEADLINE", -1.0)
    with pytest.raises(fetching.UnreadableError, match="takes longer"):
        fetching.fetch(f"{server}/plain", allow_private=True)


def test_private_addresses_are_refused_whatever_their_name(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(server.rpartition(":")[2])

    def rebound(_host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(fetching.socket, "getaddrinfo", rebound)
    with pytest.raises(fetching.UnreadableError, match="is private"):
        fetching.fetch("http://orchard.example/feed")


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "fe80::1%eth0",
        "::ffff:10.0.0.1",
        "fc00::1",
        "2002:7f00:1::",
        "224.0.0.1",
    ],
)
def test_private(address: str) -> None:
    assert not fetching._public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public(address: str) -> None:
    assert fetching._public(address)


@pytest.mark.parametrize("address", ["http://", "http:///feed", "http://a.example:port/", "http://a.example:99999/"])
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(fetching.UnreadableError):
        fetching.fetch(address)
