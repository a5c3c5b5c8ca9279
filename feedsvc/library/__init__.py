"""Posts are kept and found: a folder goes in, scopes and selections come out.

    Folder ── refresh ──▶ tables ── catalog ──▶ Scope ── select ──▶ posts, newest first

`schema` has the tables and opens the library, `refreshing` brings it in step with the folder in one transaction, `reading`
reads a file, `readers` many in several processes, `queries` answer. `keeping` keeps a library open and in step; `stamp`
tells other processes when it changed; `ahead` starts to read before the database is there. `clock` is the only reader of
the clock.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feedsvc.library.keeping import Library, Refresher
    from feedsvc.library.queries import (
        LISTED,
        Catalog,
        Scope,
        catalog,
        generation,
        left_out,
        post,
        problems,
        select,
        shown,
        slugs,
        unshown,
    )
    from feedsvc.library.readers import Readers
    from feedsvc.library.refreshing import FOLDERS, refresh, show
    from feedsvc.library.schema import is_busy, open_in_memory, open_library
    from feedsvc.library.stamp import place

_HOMES = {
    "keeping": ("Library", "Refresher"),
    "queries": (
        "LISTED", "Catalog", "Scope", "catalog", "generation", "left_out", "post", "problems", "select", "shown", "slugs",
        "unshown",
    ),
    "readers": ("Readers",),
    "refreshing": ("FOLDERS", "refresh", "show"),
    "schema": ("is_busy", "open_in_memory", "open_library"),
    "stamp": ("place",),
}  # fmt: skip

__all__ = [
    "FOLDERS",
    "LISTED",
    "Catalog",
    "Library",
    "Readers",
    "Refresher",
    "Scope",
    "catalog",
    "generation",
    "is_busy",
    "left_out",
    "open_in_memory",
    "open_library",
    "place",
    "post",
    "problems",
    "refresh",
    "select",
    "show",
    "shown",
    "slugs",
    "unshown",
]


def __getattr__(name: str) -> Any:
    # PEP 562: `ahead` is of use only as long as SQLAlchemy, 0.12 s of a command's start, is not imported yet.
    for module, names in _HOMES.items():
        if name in names:
            globals().update({each: getattr(importlib.import_module(f"{__name__}.{module}"), each) for each in names})
            return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
