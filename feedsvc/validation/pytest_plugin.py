"""The pytest plugin: `assert_valid_feed`, as a fixture and as a function.

    def test_feed(client, assert_valid_feed):
        assert_valid_feed(client.get("/feed.atom"))

It takes what any test has in hand, and imports no framework to know it by.
"""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from feedsvc.validation.report import Report

# Names that test clients give their server, which no self link will name.
TEST_HOSTS = frozenset({"localhost", "testserver", "test", "127.0.0.1", "0.0.0.0", "::1", "example.test"})  # noqa: S104 - compared, not bound
GZIP = b"\x1f\x8b"


def assert_valid_feed(feed: Any, *, ignore: Iterable[str] = (), strict: bool = False) -> Report:
    """Fail the test, with every finding, unless `feed` is valid.

    `feed` is bytes, text, a path (`pathlib.Path`), or a response of Flask, werkzeug, Django, requests or httpx, whose
    status must be 200 and whose Content-Type is judged too; its address is compared with the self link unless a test
    client made it up. `ignore` are codes to pass over; `strict` lets warnings fail. Gives the report. Raises
    `AssertionError`, and `TypeError` for what holds no feed.
    """
    __tracebackhide__ = True
    from feedsvc.validation import validate  # noqa: PLC0415 - the rules load with the first feed

    data, content_type, url = _parts(feed)
    report = validate(data, content_type=content_type, url=url).without(*ignore)
    if not report.passes(strict=strict):
        raise AssertionError(_explained(report))
    return report


@pytest.fixture(name="assert_valid_feed")
def _fixture() -> Callable[..., Report]:
    """`assert_valid_feed(feed, *, ignore=(), strict=False)`: fail unless a feed is valid."""
    return assert_valid_feed


def _parts(feed: Any) -> tuple[bytes | str, str | None, str | None]:
    """Body, media type and address of whatever `feed` is."""
    __tracebackhide__ = True
    if isinstance(feed, (bytes, bytearray, memoryview)):
        return bytes(feed), None, None
    if isinstance(feed, str):
        return feed, None, None
    if isinstance(feed, os.PathLike):
        return Path(feed).read_bytes(), None, None
    status = getattr(feed, "status_code", None)
    if status is None:
        raise TypeError(f"{type(feed).__name__} is no bytes, text, path or response")
    if status != 200:
        raise AssertionError(f"the feed was answered with status {status}, not 200")
    return _body(feed), feed.headers.get("Content-Type"), _address(feed)


def _body(response: Any) -> bytes:
    """The body: `content` of Django, requests and httpx, `data` of werkzeug; streams of Django are joined."""
    if getattr(response, "streaming", False) is True:
        body = b"".join(response.streaming_content)
    else:
        body = response.data if hasattr(response, "get_data") else response.content
    # requests and httpx have undone the compression; test clients have not.
    return gzip.decompress(body) if body.startswith(GZIP) else body


def _address(response: Any) -> str | None:
    """Where a response came from: `url` of requests and httpx, the request's of werkzeug."""
    address = getattr(response, "url", None) or getattr(getattr(response, "request", None), "url", None)
    if not address:
        return None
    host = urlsplit(str(address)).hostname
    return None if not host or host in TEST_HOSTS else str(address)


def _explained(report: Report) -> str:
    said = [
        line
        for finding in report.findings
        for line in (
            f"line {finding.line}: {finding.level}: {finding.code}: {finding.message}",
            f"    at {finding.path}; {finding.fix}",
        )
    ]
    counts = f"{len(report.errors)} errors, {len(report.warnings)} warnings"
    return "\n".join([f"the {report.format} feed is not valid ({counts}):", *said])
