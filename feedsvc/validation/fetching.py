"""Feeds from the web, for the command line: bounded in size and time, and never from an address inside.

The address that is connected to is checked, and not the name, so that a name that resolves differently the second
time gains nothing.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from feedsvc.validation.reading import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

# Seconds for one silence on the line, and for the whole of one target.
SILENCE, DEADLINE = 10.0, 30.0
MOST_REDIRECTS = 5
CHUNK = 64 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HEADERS = {
    "User-Agent": "feedsvc-validate",
    "Accept": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8",
    "Accept-Encoding": "gzip",
}


class UnreadableError(Exception):
    """A target that cannot be judged because it cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response: the address it came from in the end, header names in lower case, the body without its compression.

    `moved` is the status and target of the first redirect; `not_modified` whether asking again got 304, None if there
    was no validator to ask with.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    moved: tuple[int, str] | None
    not_modified: bool | None


def fetch(url: str, *, allow_private: bool = False) -> Fetched:
    """What `url` serves, redirects followed. Raises `UnreadableError`."""
    until = time.monotonic() + DEADLINE
    moved: tuple[int, str] | None = None
    for _ in range(MOST_REDIRECTS + 1):
        status, headers, body = _get(url, {}, until, allow_private=allow_private)
        if status in REDIRECTS and headers.get("location"):
            target = urljoin(url, headers["location"])
            moved, url = moved or (status, target), target
            continue
        if status != http.client.OK:
            raise UnreadableError(f"{url} answers {status} {http.client.responses.get(status, '')}".strip())
        return Fetched(url, headers, body, moved, _asked_again(url, headers, until, allow_private=allow_private))
    raise UnreadableError(f"{url} is behind more than {MOST_REDIRECTS} redirects")


def _asked_again(url: str, headers: Mapping[str, str], until: float, *, allow_private: bool) -> bool | None:
    conditions = {
        name: headers[validator]
        for name, validator in (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
        if headers.get(validator)
    }
    if not conditions:
        return None
    try:
        status, _, _ = _get(url, conditions, until, allow_private=allow_private)
    except UnreadableError:
        return None
    return status == http.client.NOT_MODIFIED


def _get(url: str, extra: Mapping[str, str], until: float, *, allow_private: bool) -> tuple[int, dict[str, str], bytes]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UnreadableError(f"{url}: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UnreadableError(f"{url} is no http or https address")
    kind = _SecureConnection if parts.scheme == "https" else _Connection
    connection = kind(parts.hostname, port, allow_private=allow_private)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("GET", path, headers={**HEADERS, **extra})
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return response.status, headers, _body(response, headers.get("content-encoding", ""), until)
    except (OSError, http.client.HTTPException, zlib.error, UnicodeError, ValueError) as error:
        raise UnreadableError(f"{url}: {error or type(error).__name__}") from error
    finally:
        connection.close()


def _body(response: http.client.HTTPResponse, encoding: str, until: float) -> bytes:
    if encoding.lower() not in ("", "identity", "gzip", "x-gzip"):
        raise UnreadableError(f"the answer is encoded as {encoding}, which was not asked for")
    # 16 + MAX_WBITS: a gzip header is expected (zlib manual, inflateInit2).
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in encoding.lower() else None
    body = bytearray()
    # One byte beyond the limit tells `validate` that there is more.
    while len(body) <= MOST_BYTES:
        if time.monotonic() > until:
            raise UnreadableError(f"the answer takes longer than {DEADLINE:.0f} s")
        chunk = response.read1(CHUNK)
        if not chunk:
            break
        body += inflate.decompress(chunk, MOST_BYTES + 1 - len(body)) if inflate else chunk
    return bytes(body[: MOST_BYTES + 1])


class _Connection(http.client.HTTPConnection):
    def __init__(self, host: str, port: int | None, *, allow_private: bool) -> None:
        super().__init__(host, port, timeout=SILENCE)
        self.allow_private = allow_private

    def connect(self) -> None:
        self.sock = _connected(self.host, self.port, allow_private=self.allow_private)


class _SecureConnection(http.client.HTTPSConnection):
    def __init__(self, host: str, port: int | None, *, allow_private: bool) -> None:
        self.tls = ssl.create_default_context()
        super().__init__(host, port, timeout=SILENCE, context=self.tls)
        self.allow_private = allow_private

    def connect(self) -> None:
        plain = _connected(self.host, self.port, allow_private=self.allow_private)
        self.sock = self.tls.wrap_socket(plain, server_hostname=self.host)


def _connected(host: str, port: int, *, allow_private: bool) -> socket.socket:
    """A socket to `host`, at an address that was looked at before it was connected to."""
    last: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not allow_private and not _public(str(address[0])):
            last = OSError(f"{host} is private ({address[0]}); use --allow-private")
            continue
        connected = socket.socket(family, kind, protocol)
        connected.settimeout(SILENCE)
        try:
            connected.connect(address)
        except OSError as error:
            connected.close()
            last = error
            continue
        return connected
    raise last


def _public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = parsed.ipv4_mapped or parsed.sixtofour if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_global and not (mapped or parsed).is_multicast
