"""Posts are kept and found: a folder goes in, scopes and selections come out.

    Folder ── refresh ──▶ tables ── catalog ──▶ Scope ── select ──▶ posts, newest first

`schema` has the tables and opens the library, `refresh` brings it in step with the folder in one transaction, `queries`
answer. `clock` is the only reader of the clock.
"""

from feedsvc.library.queries import (
    FOLDERS,
    Catalog,
    Scope,
    catalog,
    generation,
    left_out,
    post,
    problems,
    select,
    slugs,
)
from feedsvc.library.refresh import refresh
from feedsvc.library.schema import is_busy, open_in_memory, open_library

__all__ = [
    "FOLDERS",
    "Catalog",
    "Scope",
    "catalog",
    "generation",
    "is_busy",
    "left_out",
    "open_in_memory",
    "open_library",
    "post",
    "problems",
    "refresh",
    "select",
    "slugs",
]
