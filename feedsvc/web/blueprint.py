"""The routes. feeds_blueprint serves a folder of posts inside anybody's Flask application, at any prefix."""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, redirect, request, send_file, url_for
from werkzeug.exceptions import HTTPException

from feedsvc.feeds import FORMATS
from feedsvc.library import FOLDERS
from feedsvc.settings import is_base, load
from feedsvc.sources import media_type
from feedsvc.web import pages
from feedsvc.web.delivery import respond
from feedsvc.web.site import ALIASES, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.wrappers import Response as BaseResponse

    from feedsvc.library import Catalog, Scope
    from feedsvc.web.representation import Representation

# Where the request does not say on which host it is, or says nonsense.
FALLBACK_HOST = "localhost"
_HOST = re.compile(r"(?:[a-z0-9][a-z0-9.-]{0,252}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?")
# In the environ of a request: that it was answered with a document, which stays as it is until the library changes.
ANSWERED = "feedsvc.answered"
# Longer paths than any address of ours (a category 20 names deep) are not looked at.
MAX_PATH = 4_000

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified",
}


def feeds_blueprint(settings: Mapping[str, object] | None = None, /, name: str = "feeds", **more: Any) -> Blueprint:
    """Give a blueprint that serves a folder of posts.

    settings and keywords are settings by name, as `POSTS="posts"`; the environment and feedsvc.toml give the others.
    Register it at any prefix. Raises SettingError.
    """
    site = Site(load({**(settings or {}), **more}))
    site.follow()
    blueprint = Blueprint(name, __name__)
    blueprint.record(lambda state: state.app.extensions.setdefault("feedsvc", {}).update({state.name: site}))

    def route(rule: str, endpoint: str, view: Callable[..., Any], **defaults: object) -> None:
        # werkzeug would redirect `//` to an address made of the request's Host, whatever that says.
        blueprint.add_url_rule(
            rule, endpoint, functools.partial(view, site), defaults=defaults, strict_slashes=False, merge_slashes=False
        )

    route("/", "index", _index)
    route("/feed.<form>", "feed", _site_feed)
    for alias, form in ALIASES.items():
        route(f"/{alias}", f"alias-{alias.replace('.', '-').replace('/', '-')}", _site_feed, form=form)
    for kind, folder in FOLDERS.items():
        route(f"/{folder}/<path:path>/feed.<form>", f"{kind}_feed", _scope_feed, kind=kind)
        route(f"/{folder}/<path:path>/", kind, _scope_page, kind=kind)
    route("/posts/<path:slug>/", "post", _post)
    route("/files/<path:path>", "file", _file)
    route("/feeds.opml", "opml", _opml)
    route("/healthz", "healthz", _healthz)
    blueprint.before_request(_refuse)
    blueprint.after_request(_add_headers)
    blueprint.register_error_handler(HTTPException, explain)
    return blueprint


def _refuse() -> None:
    if len(request.path) > MAX_PATH:
        abort(404)
    if request.content_length or "chunked" in request.headers.get("Transfer-Encoding", ""):
        abort(413)


def _add_headers(response: Response) -> Response:
    response.headers.extend({name: value for name, value in _HEADERS.items() if name not in response.headers})
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = pages.CONTENT_SECURITY_POLICY
    return response


def explain(error: HTTPException) -> Response:
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


def base_of(site: Site) -> str:
    """Return the front page's absolute address without a slash at its end.

    BASE_URL with a path is that address. One without says the origin, else the request does; the path is then the point
    where the application mounts us. A Host that is none (RFC 9110, section 7.2) leaves no trace in an answer.
    """
    settings = site.settings
    if settings.base_url and not settings.is_origin:
        return settings.front_page
    host = request.environ.get("HTTP_HOST", "").lower()
    origin = settings.base_url or f"{request.scheme}://{host if _HOST.fullmatch(host) else FALLBACK_HOST}"
    base = origin + quote(url_for(".index").rstrip("/"), safe="/%~")  # what the server mounted us at comes decoded
    return base if is_base(base) else origin


def _send(site: Site, representation: Representation) -> Response:
    request.environ[ANSWERED] = True
    return respond(representation, request, *site.freshness())


def _move(site: Site, path: str) -> BaseResponse:
    return redirect(f"{base_of(site)}/{path}", 301)


def _index(site: Site) -> Response:
    catalog = site.catalog
    return _send(site, site.page(catalog, catalog.site, base_of(site)))


def _site_feed(site: Site, form: str) -> Response:
    if form not in FORMATS:
        abort(404)
    return _send(site, site.feed(site.catalog.site, form, base_of(site)))


def _scope(catalog: Catalog, kind: str, path: str) -> Scope:
    scope = catalog.find(kind, path.strip("/").split("/"))
    if scope is None:
        abort(404, f"There is no {kind} of that name: no post has it.")
    return scope


def _scope_feed(site: Site, kind: str, path: str, form: str) -> Response:
    if form not in FORMATS:
        abort(404)
    return _send(site, site.feed(_scope(site.catalog, kind, path), form, base_of(site)))


def _scope_page(site: Site, kind: str, path: str) -> BaseResponse:
    catalog = site.catalog
    scope = _scope(catalog, kind, path)
    if not request.path.endswith("/"):
        return _move(site, scope.path)
    return _send(site, site.page(catalog, scope, base_of(site)))


def _post(site: Site, slug: str) -> BaseResponse:
    found = site.post(site.catalog, slug.strip("/"), base_of(site))
    if found is None:
        abort(404, "There is no post of that name.")
    own, representation = found
    if own != slug or not request.path.endswith("/"):
        return _move(site, f"posts/{pages.encoded(own)}/")
    return _send(site, representation)


def _file(site: Site, path: str) -> Response:
    kind = media_type(path)
    place = site.folder.file(path) if kind else None
    if place is None:
        abort(404)
    response = send_file(place.resolve(), mimetype=kind, conditional=True, max_age=86_400)
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


def _opml(site: Site) -> Response:
    return _send(site, site.opml(site.catalog, base_of(site)))


def _healthz(site: Site) -> Response:
    body = json.dumps(site.health(), ensure_ascii=False)
    return Response(body, content_type="application/json; charset=utf-8", headers={"Cache-Control": "no-store"})
