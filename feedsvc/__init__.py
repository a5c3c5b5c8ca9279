"""feedsvc: a folder of posts in, perfect feeds out.

    from feedsvc import create_app, feeds_blueprint
    from feedsvc.validation import validate

The road, in the order of the rooms: `sources` list and read files, `content` makes a Post of one, `library` keeps
posts and finds them, `feeds` makes documents of a selection, `web` makes responses of documents. `validation` stands apart
and judges any feed.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feedsvc.web.app import create_app
    from feedsvc.web.blueprint import feeds_blueprint

__version__ = "0.1.0"

__all__ = ["__version__", "create_app", "feeds_blueprint"]
_HOMES = {"create_app": "feedsvc.web.app", "feeds_blueprint": "feedsvc.web.blueprint"}


def __getattr__(name: str) -> Any:
    # PEP 562: `import feedsvc.validation` costs neither Flask nor feedgen.
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'feedsvc' has no attribute {name!r}")
