"""Posts are kept and found: a folder goes in, scopes and selections come out.

    Folder ── refresh ──▶ tables ── catalog ──▶ Scope ── select ──▶ posts, newest first

`schema` has the tables, `database` opens them, `refreshing` brings them in step with the folder in one transaction,
`reading` reads a file, `pool` many in several processes, `queries` answer. `opened` keeps a library open, `watcher` is the
process that keeps it in step; `generation` tells other processes when it changed; `ahead` starts to read before the
database is there. `clock` is the only reader of the clock.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feedsvc.library.database import is_busy, open_in_memory, open_library
    from feedsvc.library.generation import place
    from feedsvc.library.opened import Library
    from feedsvc.library.pool import Readers
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
    from feedsvc.library.refreshing import FOLDERS, refresh, show
    from feedsvc.library.watcher import Watcher

_HOMES = {
    "database": ("is_busy", "open_in_memory", "open_library"),
    "generation": ("place",),
    "opened": ("Library",),
    "pool": ("Readers",),
    "queries": (
        "LISTED", "Catalog", "Scope", "catalog", "generation", "left_out", "post", "problems", "select", "shown", "slugs",
        "unshown",
    ),
    "refreshing": ("FOLDERS", "refresh", "show"),
    "watcher": ("Watcher",),
}  # fmt: skip

__all__ = [
    "FOLDERS",
    "LISTED",
    "Catalog",
    "Library",
    "Readers",
    "Scope",
    "Watcher",
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
