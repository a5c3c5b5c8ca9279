"""The application factory: Flask, the blueprint at the root, and plain short answers to what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.exceptions import HTTPException

from feedsvc.web.blueprint import explain, feeds_blueprint
from feedsvc.web.prepared import Prepared

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
    app.register_error_handler(HTTPException, explain)
    site = app.extensions["feedsvc"]["feeds"]
    if site.settings.refresh:  # else each request looks at the folder
        app.wsgi_app = Prepared(app.wsgi_app, site)  # type: ignore[method-assign]
    return app
