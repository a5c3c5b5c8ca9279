"""A document becomes a response.

    Site ── feed, page, post, opml ──▶ Representation ── coding, conditions ──▶ response

`site` keeps what was made of a library; `representation` is bytes and their compressed twins; `pages` are for people.
`delivery` is HTTP, `blueprint` has the routes, `app` the application factory, `prepared` answers before it what was
answered before, `gunicorn_conf` configures the server. Only these know Flask: `feedsvc build` does without.
"""
