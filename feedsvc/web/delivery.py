"""HTTP: a Representation and a request become a response.

Answering is choosing a coding (RFC 9110, section 12.5.3) and letting werkzeug judge the conditions (section 13).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from feedsvc.web.representation import CODINGS

if TYPE_CHECKING:
    from werkzeug.datastructures import Accept
    from werkzeug.wrappers import Request

    from feedsvc.web.representation import Representation


def respond(representation: Representation, request: Request, max_age: int, stale: int) -> Response:
    """Give the response to a request: the best coding, its ETag, 304 where the client has it.

    max_age and stale are the seconds of Cache-Control.
    """
    coding = choose(request.accept_encodings)
    twin = representation.twin(coding) if coding else b""
    response = Response(twin or representation.body, content_type=representation.content_type)
    response.set_etag(f"{representation.tag}-{coding}" if twin else representation.tag)
    if representation.updated:  # werkzeug makes "now" of None
        response.last_modified = representation.updated
    response.headers["Cache-Control"] = f"public, max-age={max_age}, stale-while-revalidate={stale}"
    response.vary.add("Accept-Encoding")
    if twin:
        response.content_encoding = coding
    # Ranges of something that is made anew with each post would only ever be refused.
    response.make_conditional(request.environ, accept_ranges=False)
    del response.headers["Date"]  # the server's to say, when it sends the answer
    return response


def choose(accepted: Accept) -> str:
    """Give the coding of CODINGS that the client likes best, "" for none (RFC 9110, section 12.5.3).

    A client that says nothing gets the bytes as they are, and so does one that refuses everything: the section allows it.
    """
    if not accepted:
        return ""
    liked = {coding: accepted.quality(coding) for coding in CODINGS}
    plain = accepted.quality("identity") if "identity" in accepted.values() else 0.0
    best = max(liked.values())
    if best <= 0 or plain > best:
        return ""
    return next(coding for coding, quality in liked.items() if quality == best)
