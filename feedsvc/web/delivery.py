"""A document becomes a response: everything expensive is decided before the request.

A Representation is made once: its bytes, their compressed twins, a strong ETag for each. Answering is choosing a coding
(RFC 9110, section 12.5.3) and letting werkzeug judge the conditions (section 13).
"""

from __future__ import annotations

import functools
import gzip
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import brotli
import zstandard
from flask import Response

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from werkzeug.datastructures import Accept
    from werkzeug.wrappers import Request

# Coding: how it is made, for bytes that are made once and sent often. Where a client likes several equally, the first.
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=9),
    "zstd": lambda body: zstandard.ZstdCompressor(level=15).compress(body),
    "gzip": lambda body: gzip.compress(body, 9, mtime=0),
}
# Under this, a compressed body is not smaller by a packet.
_WORTHWHILE = 860

# Seconds for which a cache may answer by itself, and for which it may do so while it asks again.
MAX_AGE = 300
STALE = 3600


@dataclass(frozen=True)
class Representation:
    """A document as it is sent. updated is the instant of Last-Modified, None for none."""

    body: bytes
    content_type: str
    updated: datetime | None = None

    @functools.cached_property
    def tag(self) -> str:
        """The opaque part of the ETag of the bytes as they are."""
        return hashlib.sha256(self.body).hexdigest()[:32]

    @functools.cached_property
    def twins(self) -> dict[str, bytes]:
        """The compressed bodies by coding, where they are smaller."""
        if len(self.body) < _WORTHWHILE:
            return {}
        made = {coding: compress(self.body) for coding, compress in CODINGS.items()}
        return {coding: body for coding, body in made.items() if len(body) < len(self.body)}

    def respond(self, request: Request, max_age: int, stale: int) -> Response:
        """Give the response to a request: the best coding, its ETag, 304 where the client has it.

        max_age and stale are the seconds of Cache-Control.
        """
        coding = choose(request.accept_encodings, self.twins)
        body = self.twins[coding] if coding else self.body
        response = Response(body, content_type=self.content_type)
        response.set_etag(f"{self.tag}-{coding}" if coding else self.tag)
        if self.updated:  # werkzeug makes "now" of None
            response.last_modified = self.updated
        response.headers["Cache-Control"] = f"public, max-age={max_age}, stale-while-revalidate={stale}"
        response.vary.add("Accept-Encoding")
        if coding:
            response.content_encoding = coding
        # Ranges of something that is made anew with each post would only ever be refused.
        return response.make_conditional(request.environ, accept_ranges=False)  # type: ignore[return-value]


def choose(accepted: Accept, made: dict[str, bytes]) -> str:
    """Give the coding of `made` that the client likes best, "" for none (RFC 9110, section 12.5.3).

    A client that says nothing gets the bytes as they are, and so does one that refuses everything: the section allows it.
    """
    if not accepted:
        return ""
    liked = {coding: accepted.quality(coding) for coding in made}
    plain = accepted.quality("identity") if "identity" in accepted.values() else 0.0
    best = max(liked.values(), default=0.0)
    if best <= 0 or plain > best:
        return ""
    return next(coding for coding, quality in liked.items() if quality == best)
