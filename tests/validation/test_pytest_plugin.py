"""`assert_valid_feed` takes what a test has in hand."""

import gzip
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, Response

RSS = (
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>a</title><link>https://a.example/</link>'
    '<description>b</description><language>en</language><atom:link rel="self" href="https://a.example/feed"/></channel></rss>'
)
WARNED = RSS.replace('<atom:link rel="self" href="https://a.example/feed"/>', "")
WRONG = RSS.replace("<title>a</title>", "")
TYPE = "application/rss+xml"


def like_requests(body: str, url: str = "https://a.example/feed", status: int = 200, kind: str = TYPE) -> Any:
    return SimpleNamespace(status_code=status, content=body.encode(), headers={"Content-Type": kind}, url=url)


def like_django(body: str, *, streaming: bool = False) -> Any:
    response = SimpleNamespace(
        status_code=200, headers={"Content-Type": TYPE}, streaming=streaming, request={"PATH_INFO": "/"}
    )
    if streaming:
        response.streaming_content = iter([body[:10].encode(), body[10:].encode()])
    else:
        response.content = body.encode()
    return response


def flask_response(body: bytes, kind: str = TYPE) -> Any:
    app = Flask("orchard")
    app.add_url_rule("/feed", "feed", lambda: Response(body, content_type=kind))
    return app.test_client().get("/feed")


def test_what_it_takes(assert_valid_feed: Any, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(RSS)
    feeds = [
        RSS, RSS.encode(), bytearray(RSS.encode()), path, like_requests(RSS), like_django(RSS), like_django(RSS, streaming=True),
        flask_response(RSS.encode()), flask_response(gzip.compress(RSS.encode())),
    ]  # fmt: skip
    for feed in feeds:
        assert assert_valid_feed(feed, strict=True).format == "rss"


def test_a_failure_says_what_where_and_how(assert_valid_feed: Any) -> None:
    with pytest.raises(AssertionError) as failure:
        assert_valid_feed(WRONG)
    said = str(failure.value).splitlines()
    assert said[0] == "the rss feed is not valid (1 errors, 0 warnings):"
    assert said[1] == "line 1: error: missing-element: <channel> has no <title>."
    assert said[2].strip().startswith("at /rss/channel; Add a <title>.")


def test_warnings_fail_only_if_asked(assert_valid_feed: Any) -> None:
    assert assert_valid_feed(WARNED).warnings
    with pytest.raises(AssertionError, match="missing-self-link"):
        assert_valid_feed(WARNED, strict=True)
    assert_valid_feed(WARNED, strict=True, ignore=["missing-self-link"])


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (like_requests(RSS, status=404), "status 404"),
        (like_requests(RSS, url="https://b.example/feed"), "self-mismatch"),
        (like_requests(RSS, kind="text/html"), "unexpected-content-type"),
        (flask_response(RSS.encode(), "text/plain"), "unexpected-content-type"),
    ],
)
def test_responses_are_judged_with_how_they_came(assert_valid_feed: Any, response: Any, reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        assert_valid_feed(response, strict=True)


def test_what_is_no_feed_is_a_mistake_of_the_test(assert_valid_feed: Any) -> None:
    with pytest.raises(TypeError, match="dict"):
        assert_valid_feed({})
