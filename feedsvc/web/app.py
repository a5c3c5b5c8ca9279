"""The application factory: Flask, the blueprint at the root, and plain short answers to what goes wrong."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from feedsvc.web.blueprint import feeds_blueprint

if TYPE_CHECKING:
    from collections.abc import Mapping


def create_app(settings: Mapping[str, object] | None = None, /, **more: Any) -> Flask:
    """Give the application that serves a folder of posts: `create_app(POSTS="posts")`.

    settings and keywords are settings by name; the environment (`FEEDSVC_…`) and feedsvc.toml give the others. Raises
    SettingError.
    """
    app = Flask("feedsvc", static_folder=None)
    # werkzeug would redirect `//` to an address made of the request's Host, whatever that says.
    app.url_map.merge_slashes = False
    app.register_blueprint(feeds_blueprint(settings, **more))
    app.register_error_handler(HTTPException, _explain)
    return app


def _explain(error: HTTPException) -> Response:
    """Answer an error in one line of plain text, with the headers that the protocol wants (Allow, for a 405)."""
    response = error.get_response()
    text = error.description if error.code == 404 and error.description != type(error).description else error.name
    headers = {name: value for name, value in response.headers if name in {"Allow", "Location"}}
    return Response(
        f"{text}\n",
        error.code,
        {**headers, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"},
        content_type="text/plain; charset=utf-8",
    )


def log_to_stdout() -> None:
    """Send feedsvc's log where platforms look for it."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("feedsvc")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
