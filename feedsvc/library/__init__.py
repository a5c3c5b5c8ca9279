"""Posts are kept and found: a folder goes in, scopes and selections come out.

    Folder ── refresh ──▶ tables ── catalog ──▶ Scope ── select ──▶ posts, newest first

`schema` has the tables and opens the library, `refresh` brings it in step with the folder in one transaction, `reading`
reads files, in several processes where there are many, `queries` answer. `keeping` keeps a library open and in step;
`stamp` tells other processes when it changed. `clock` is the only reader of the clock.
"""

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
from feedsvc.library.reading import processors
from feedsvc.library.refresh import FOLDERS, refresh, show
from feedsvc.library.schema import is_busy, open_in_memory, open_library
from feedsvc.library.stamp import place

__all__ = [
    "FOLDERS",
    "LISTED",
    "Catalog",
    "Library",
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
    "processors",
    "refresh",
    "select",
    "show",
    "shown",
    "slugs",
    "unshown",
]
