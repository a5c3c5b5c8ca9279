"""The applications that feedsvc stands beside: a function that does nothing but answer, and Django.

They run in the servers that serving.py starts; BENCHMARK_REPLIES names the file in which it wrote down what feedsvc said.
"""

from __future__ import annotations

import base64
import json
import os
from datetime import datetime
from pathlib import Path

_said = json.loads(Path(os.environ["BENCHMARK_REPLIES"]).read_text(encoding="utf-8"))
# The answers by kind of request. No WSGI application that sends these bytes can do less.
_replies = {
    kind: (status, [tuple(pair) for pair in headers], [base64.b64decode(body)])
    for kind, status, headers, body in _said["replies"]
}
_path = _said["path"]
_path_info = _path.encode().decode("latin-1")  # as WSGI has it


def bare(environ, start_response):
    kind = "full"
    if environ["PATH_INFO"] != _path_info:
        kind = "missing"
    elif "HTTP_IF_NONE_MATCH" in environ:
        kind = "unchanged"
    elif environ.get("HTTP_ACCEPT_ENCODING") == "gzip":
        kind = "gzip"
    status, headers, body = _replies[kind]
    start_response(status, headers)
    return body


def django():
    """Give Django's application: its syndication framework, with all that its documentation has to make it fast."""
    from django.conf import settings

    middleware = (
        "django.middleware.cache.UpdateCacheMiddleware",
        "django.middleware.gzip.GZipMiddleware",
        "django.middleware.http.ConditionalGetMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.cache.FetchFromCacheMiddleware",
    )
    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="contestants",
        MIDDLEWARE=middleware,
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": 3600}},
        CACHE_MIDDLEWARE_SECONDS=3600,
        USE_TZ=True,
        SECRET_KEY="none is needed",
        LOGGING_CONFIG=None,
    )
    import django as package

    package.setup()
    from django.contrib.syndication.views import Feed
    from django.http import Http404
    from django.urls import path
    from django.utils.feedgenerator import Atom1Feed

    class Category(Feed):
        feed_type = Atom1Feed
        title = "Posts"
        link = "/"

        def get_object(self, request, name):
            if request.path_info != _path:
                raise Http404
            return name

        def items(self):
            return _said["entries"]

        def item_title(self, item):
            return item["title"]

        def item_description(self, item):
            return item["content_html"]

        def item_link(self, item):
            return item["url"]

        def item_pubdate(self, item):
            return datetime.fromisoformat(item["date_published"])

    globals()["urlpatterns"] = [path("categories/<path:name>/feed.atom", Category())]
    from django.core.handlers.wsgi import WSGIHandler

    return WSGIHandler()
