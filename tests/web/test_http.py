"""HTTP as RFC 9110 has it: one body of tests over formats, codings and methods."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import brotli
import pytest
import zstandard

from feedsvc.feeds import FORMATS
from feedsvc.web.delivery import CODINGS
from tests.servers import write

DECODE = {
    "": lambda body: body,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}
METHODS = ["GET", "HEAD"]
# What a 304 repeats (section 15.4.5).
REPEATED = ("ETag", "Cache-Control", "Vary")
DOCUMENTS = [f"/feed.{form}" for form in FORMATS] + ["/categories/News/feed.atom", "/", "/feeds.opml", "/posts/a/"]
# What has a Last-Modified.
DATED = [f"/feed.{form}" for form in FORMATS] + ["/categories/News/feed.atom", "/feeds.opml"]


def fill(folder):
    for name in "abcdefgh":
        body = "Long enough to be worth a coding. " * 20
        write(folder, f"{name}.md", body, date="2024-01-05", categories="[News]", tags=f"[tag {name}]")


@pytest.fixture(scope="module")
def client(serve_once, tmp_path_factory):
    folder = tmp_path_factory.mktemp("posts")
    fill(folder)
    return serve_once(folder)


@pytest.fixture
def changing(make_app, folder):
    """A client of posts that the test may change."""
    fill(folder)
    return make_app().test_client()


def ask(client, path, method="GET", coding="", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.open(path, method=method, headers={**({"Accept-Encoding": coding} if coding else {}), **named})


# -- representations ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("coding", DECODE)
@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_coding_gives_the_same_bytes(client, path, coding):
    plain, coded = ask(client, path), ask(client, path, coding=coding)
    assert coded.headers.get("Content-Encoding", "") == coding
    assert DECODE[coding](coded.data) == plain.data
    assert int(coded.headers["Content-Length"]) == len(coded.data)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_coding_has_a_strong_tag_of_its_own(client, path):
    tags = [ask(client, path, coding=coding).headers["ETag"] for coding in DECODE]
    assert len(set(tags)) == len(tags)
    assert not any(tag.startswith("W/") for tag in tags)


@pytest.mark.parametrize("coding", DECODE)
@pytest.mark.parametrize("path", DOCUMENTS)
def test_head_is_get_without_the_body(client, path, coding):
    get, head = (ask(client, path, method, coding) for method in METHODS)
    assert head.data == b""
    assert head.status_code == get.status_code == 200
    assert dict(head.headers) == dict(get.headers)


def test_a_small_document_is_sent_as_it_is(make_app):
    answer = ask(make_app().test_client(), "/feed.json", coding="gzip, br, zstd")
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_what_has_no_date_has_no_last_modified(make_app, client):
    assert "Last-Modified" not in ask(make_app().test_client(), "/feed.atom").headers
    assert "Last-Modified" not in ask(client, "/posts/a/").headers


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0.1, zstd;q=0.2", "zstd"),
        ("gzip;q=0", ""),
        ("gzip;q=0, *", "br"),
        ("*", "br"),
        ("*;q=0", ""),
        ("br;q=0, *;q=0.5", "zstd"),
        ("identity", ""),
        ("identity;q=1, gzip;q=0.5", ""),
        ("identity;q=0.5, gzip;q=1", "gzip"),
        ("identity;q=0", ""),  # nothing else was accepted: the section lets the server send it all the same
        ("identity;q=0, gzip", "gzip"),
        ("identity;q=0, *", "br"),
        ("deflate", ""),
        ("compress, sdch", ""),
        ("gzip;q=nonsense", ""),
        (";;;,,,", ""),
        ("gzip;q=0.001", "gzip"),
    ],
)
def test_the_client_chooses_the_coding(client, accepted, expected):
    answer = client.get("/feed.atom", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding", "") == expected


def test_a_client_that_says_nothing_of_codings_gets_none(client):
    assert "Content-Encoding" not in client.get("/feed.atom").headers


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("coding", DECODE)
def test_caches_are_told_that_the_coding_matters(client, path, coding):
    assert ask(client, path, coding=coding).headers["Vary"] == "Accept-Encoding"


# -- conditions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("coding", DECODE)
@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_client_that_has_it_gets_a_304_with_its_headers(client, path, coding, method):
    first = ask(client, path, method, coding)
    again = ask(client, path, method, coding, If_None_Match=first.headers["ETag"])
    assert again.status_code == 304
    assert again.data == b""
    assert [again.headers.get(name) for name in REPEATED] == [first.headers.get(name) for name in REPEATED]
    assert "Content-Encoding" not in again.headers


@pytest.mark.parametrize("form", ['"x", {}, "y"', "W/{}", '"x",{}', 'W/"x", W/{}', "*", "  {}  "])
@pytest.mark.parametrize("path", DOCUMENTS)
def test_lists_weak_tags_and_stars_are_understood(client, path, form):
    tag = ask(client, path).headers["ETag"]
    assert ask(client, path, If_None_Match=form.format(tag)).status_code == 304


@pytest.mark.parametrize("form", ['"x"', 'W/"x"', "nonsense", '"', "", '"*"', '"x", "y"'])
@pytest.mark.parametrize("path", DOCUMENTS)
def test_other_tags_get_the_document(client, path, form):
    assert ask(client, path, If_None_Match=form).status_code == 200


def test_the_tag_of_one_coding_is_not_anothers(client):
    tag = ask(client, "/feed.atom", coding="gzip").headers["ETag"]
    assert ask(client, "/feed.atom", coding="br", If_None_Match=tag).status_code == 200


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", DATED)
def test_if_modified_since_is_answered_by_the_newest_post(client, path, method):
    modified = ask(client, path, method).headers["Last-Modified"]
    instant = parsedate_to_datetime(modified)
    assert instant == datetime(2024, 1, 5, tzinfo=UTC)
    assert ask(client, path, method, If_Modified_Since=modified).status_code == 304
    later, earlier = (format_datetime(instant + timedelta(seconds=by), usegmt=True) for by in (1, -1))
    assert ask(client, path, method, If_Modified_Since=later).status_code == 304
    assert ask(client, path, method, If_Modified_Since=earlier).status_code == 200


@pytest.mark.parametrize("since", ["", "yesterday", "2024-01-05", "Fri, 99 Jan 2024 00:00:00 GMT", "\xff"])
def test_a_date_that_is_none_is_passed_over(client, since):
    assert ask(client, "/feed.atom", If_Modified_Since=since).status_code == 200


def test_the_tag_goes_before_the_date(client):
    modified = ask(client, "/feed.atom").headers["Last-Modified"]
    assert ask(client, "/feed.atom", If_Modified_Since=modified, If_None_Match='"x"').status_code == 200


@pytest.mark.parametrize("path", DATED[:4])
def test_an_edit_without_a_date_of_its_own_is_news_to_if_modified_since(changing, post, path):
    modified = ask(changing, path).headers["Last-Modified"]
    post("a.md", "Edited.", date="2024-01-05", categories="[News]")
    assert ask(changing, path, If_Modified_Since=modified).status_code == 200


def test_a_post_that_goes_is_news_to_if_modified_since(changing, folder):
    modified = ask(changing, "/feed.atom").headers["Last-Modified"]
    (folder / "a.md").unlink()
    assert ask(changing, "/feed.atom", If_Modified_Since=modified).status_code == 200


def test_a_post_that_expires_is_news_to_if_modified_since(clock_at, changing, post):
    post("over.md", date="2024-01-05", expirydate="2025-06-02")
    changing.get("/feed.atom")
    modified = ask(changing, "/feed.atom").headers["Last-Modified"]
    clock_at[0] += timedelta(days=3)
    assert ask(changing, "/feed.atom", If_Modified_Since=modified).status_code == 200


def test_a_post_that_says_it_was_updated_in_the_future_does_not_freeze_the_feed(clock_at, changing, post):
    post("odd.md", date="2024-01-06", updated="2099-01-01")
    modified = parsedate_to_datetime(ask(changing, "/feed.atom").headers["Last-Modified"])
    assert modified <= clock_at[0]


def test_if_match_fails_where_the_tag_is_another(client):
    assert ask(client, "/feed.atom", If_Match='"x"').status_code == 412


def test_a_range_is_answered_in_full(client):
    answer = ask(client, "/feed.atom", Range="bytes=0-9")
    assert answer.status_code == 200
    assert len(answer.data) > 10


# -- headers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*DOCUMENTS, "/healthz", "/nowhere", "/categories/none/feed.atom", "/atom.xml"])
@pytest.mark.parametrize("method", [*METHODS, "OPTIONS", "POST"])
def test_every_answer_forbids_to_guess_its_type_and_sets_no_cookie(client, path, method):
    answer = ask(client, path, method)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", [*DOCUMENTS, "/healthz", "/atom.xml"])
def test_every_page_of_the_web_may_read_an_answer(client, path):
    answer = ask(client, path)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", DOCUMENTS)
def test_caches_may_keep_a_document(client, path):
    assert ask(client, path).headers["Cache-Control"] == "public, max-age=300, stale-while-revalidate=3600"


@pytest.mark.parametrize(
    ("seconds", "expected"), [(100, (100, 0)), (300, (300, 0)), (1000, (300, 700)), (9999, (300, 3600)), (0.5, (0, 0))]
)
@pytest.mark.parametrize("field", ["date", "expirydate"])
def test_no_promise_reaches_past_the_next_change(clock_at, changing, post, field, seconds, expected):
    due = clock_at[0] + timedelta(seconds=seconds)
    post("due.md", **{"date": "2024-01-05", field: f"{due:%F %T.%f}"})
    age, stale = expected
    answer = ask(changing, "/feed.atom")
    assert answer.headers["Cache-Control"] == f"public, max-age={age}, stale-while-revalidate={stale}"


def test_pages_run_nothing(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy


def test_pages_send_no_referrer(client):
    assert client.get("/posts/a/").headers["Referrer-Policy"] == "no-referrer"


# -- errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/nowhere", "/feed.xls", "/posts/none/", "/categories/none/", "/files/none.png"])
def test_not_found_is_short_and_plain(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(answer.text) < 100
    assert answer.text.count("\n") == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "NONSENSE"])
@pytest.mark.parametrize("path", [*DOCUMENTS, "/healthz"])
def test_other_methods_are_told_which_are_allowed(client, path, method):
    answer = ask(client, path, method)
    assert answer.status_code == 405
    assert {"GET", "HEAD"} <= set(answer.headers["Allow"].split(", "))
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_body_is_refused_unread(client, path):
    class Unreadable:
        def read(self, *_):
            raise AssertionError("the body was read")

        readline = readlines = __iter__ = read

    answer = client.get(path, environ_overrides={"wsgi.input": Unreadable(), "CONTENT_LENGTH": "10"})
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_chunked_body_is_refused(client):
    assert client.get("/feed.atom", headers={"Transfer-Encoding": "chunked"}).status_code == 413


def test_options_says_which_methods_there_are(client):
    answer = client.options("/feed.atom")
    assert answer.status_code == 200
    assert {"GET", "HEAD", "OPTIONS"} == set(answer.headers["Allow"].split(", "))


def test_every_coding_that_is_served_is_tested():
    assert set(CODINGS) | {""} == set(DECODE)
