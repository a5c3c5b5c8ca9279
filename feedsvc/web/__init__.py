"""A document becomes a response.

    Site ── feed, page, post, opml ──▶ Representation ── coding, conditions ──▶ response

`site` keeps the folder, its library and what was made of them; `delivery` is HTTP; `pages` are for people; `blueprint`
has the routes, `app` the application factory, `gunicorn_conf` the server.
"""

from feedsvc.web.app import create_app
from feedsvc.web.blueprint import feeds_blueprint

__all__ = ["create_app", "feeds_blueprint"]
