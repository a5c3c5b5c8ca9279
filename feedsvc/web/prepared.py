"""A thin WSGI layer: what Flask answered once, it answers again by itself, with the same bytes and headers.

An answer is known by what the request says of address and codings, and is right until the library changes. Whatever else
a request has (a query, another method, conditions that are more than one ETag, a body) goes to Flask, and so does the
first of its kind.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from feedsvc.library import clock
from feedsvc.web.blueprint import ANSWERED
from feedsvc.web.site import MAX_AGE, STALE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from feedsvc.web.site import Site

    Headers = list[tuple[str, str]]
    Key = tuple[str, str | None, str | None, str, str]

# Bytes of an answer beside its body, about.
_HEADERS = 2_000


@dataclass(slots=True)
class _Answer:
    """What Flask answered: in full, and to who has it already; None where nobody asked for the one or the other."""

    tag: str
    headers: Headers | None = None
    body: bytes = b""
    not_modified: Headers | None = None

    @property
    def size(self) -> int:
        return len(self.body) + _HEADERS


class Prepared:
    """The layer around the WSGI application of a site."""

    def __init__(self, application: WSGIApplication, site: Site) -> None:
        self._application = application
        self._site = site
        self._library = site.library
        self._answers: OrderedDict[Key, _Answer] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._catalog: object = None  # what the answers are of
        self._until: datetime | None = None  # from when a post that is due shortens what Cache-Control may promise

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        key = (
            environ["PATH_INFO"],
            environ.get("HTTP_HOST"),
            environ.get("HTTP_ACCEPT_ENCODING"),
            environ["wsgi.url_scheme"],
            environ["SCRIPT_NAME"],
        )
        answer = self._answers.get(key)
        library = self._library
        if answer is None or library.is_stale or library.catalog is not self._catalog:
            return self._ask(key, environ, start_response)
        condition = environ.get("HTTP_IF_NONE_MATCH")
        if (
            environ["REQUEST_METHOD"] != "GET"
            or environ.get("QUERY_STRING")
            or environ.get("CONTENT_LENGTH")
            or (condition is None and "HTTP_IF_MODIFIED_SINCE" in environ)
            or "HTTP_IF_MATCH" in environ
            or "HTTP_IF_UNMODIFIED_SINCE" in environ
            or "HTTP_TRANSFER_ENCODING" in environ
            or (self._until is not None and clock.now() > self._until)
        ):
            return self._application(environ, start_response)
        try:  # noqa: SIM105 - contextlib.suppress would take a third of the time of all this
            self._answers.move_to_end(key)
        except KeyError:  # another thread has let it go
            pass
        if condition == answer.tag:
            if answer.not_modified is None:
                return self._ask(key, environ, start_response)
            start_response("304 NOT MODIFIED", answer.not_modified[:])
            return []  # a list: granian streams any other iterable, and takes a quarter longer
        if condition is not None and not _is_one_tag(condition):
            return self._application(environ, start_response)
        if answer.headers is None:
            return self._ask(key, environ, start_response)
        start_response("200 OK", answer.headers[:])
        return [answer.body]

    def _ask(self, key: Key, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Have Flask answer, and keep the answer where it may be given again."""
        catalog = self._site.catalog
        if catalog is not self._catalog:
            self._answers.clear()
            self._size = 0
            self._catalog = catalog
            self._until = catalog.due and catalog.due - timedelta(seconds=MAX_AGE + STALE)
        said: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, *more: Any) -> Callable[[bytes], object]:
            said.append((status, headers))
            return start_response(status, headers, *more)

        body = self._application(environ, start)
        plain = environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING")
        if not (plain and ANSWERED in environ and catalog is self._site.library.catalog):
            return body
        whole = b"".join(body)
        if callable(close := getattr(body, "close", None)):
            close()
        status, headers = said[-1]
        tag = next((value for name, value in headers if name.lower() == "etag"), "")
        if status.startswith("200 "):
            self._keep(key, tag, headers[:], whole)
        elif status.startswith("304 ") and tag == environ.get("HTTP_IF_NONE_MATCH"):
            self._keep(key, tag, not_modified=headers[:])
        return [whole]

    def _keep(
        self,
        key: Key,
        tag: str,
        headers: Headers | None = None,
        body: bytes = b"",
        not_modified: Headers | None = None,
    ) -> None:
        # Hosts and codings are as many as clients like to name: least recently used first out.
        with self._lock:
            known = self._answers.pop(key, None)
            if known:
                self._size -= known.size
            if known is None or known.tag != tag:
                known = _Answer(tag)
            if headers is not None:
                known.headers, known.body = headers, body
            known.not_modified = not_modified or known.not_modified
            self._answers[key] = known
            self._size += known.size
            while self._size > self._site.settings.cache_bytes // 2 and len(self._answers) > 1:
                self._size -= self._answers.popitem(last=False)[1].size


def _is_one_tag(condition: str) -> bool:
    return condition.startswith('"') and condition.find('"', 1) == len(condition) - 1
