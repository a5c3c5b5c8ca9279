"""A library is opened. Its file is a cache: whatever is wrong with it, it is made anew."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import importlib.metadata
import logging
import os
import sqlite3
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from feedsvc.errors import SettingError
from feedsvc.library.schema import META, METADATA
from feedsvc.settings import cache_folders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedsvc.settings import Settings

log = logging.getLogger("feedsvc")

# What makes a Post of a file, beside our own code: with another version of one of these, a library is made anew.
_PARSERS = (
    "bleach",
    "chardet",
    "docutils",
    "justhtml",
    "markdown-it-py",
    "mdit-py-plugins",
    "nh3",
    "python-frontmatter",
    "PyYAML",
)
# The settings that decide what parsing makes of a post. Libraries that differ in one of them are different files.
# limit: how many posts of a scope have their bodies made ahead, and tell whether its feed changed.
_CONTENT = ("id_authority", "base_url", "timezone", "categories", "image_unproxy", "image_proxy", "permalink", "limit")


def open_library(settings: Settings, named: Path | None = None, *, anew: bool = False) -> sa.Engine:
    """Return the engine of a library with its tables; with anew, of an empty one in the place of our own file.

    It is in DATABASE_URL, else in the file that is named, else in a file in the first cache folder that can be written, else
    in memory. Raises SettingError for a DATABASE_URL that can not be used; a file of our own that can not be is made anew.
    """
    if settings.database_url:
        try:
            return _prepared(sa.create_engine(settings.database_url))
        except (sa.exc.SQLAlchemyError, ImportError) as error:
            raise SettingError(
                "DATABASE_URL", settings.database_url, f"a database that can be used ({error})"
            ) from None
    for file in [named] if named else [folder / f"{_name(settings)}.sqlite" for folder in cache_folders()]:
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _alone(file):
                return _opened(file, anew=anew)
        except (OSError, sa.exc.DatabaseError) as error:
            log.debug("the library can not be %s: %s", file, error)
    return open_in_memory()


def open_in_memory() -> sa.Engine:
    """Give the engine of an empty library that this process keeps for itself: on a read-only machine, or a full one.

    It is one connection, which threads take in turn.
    """
    return _prepared(
        sa.create_engine(
            "sqlite://", poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args={"check_same_thread": False}
        )
    )


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Keep other processes from making the same file at once: two would each see no table and make it."""
    with Path(f"{file}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go with the file, whoever dies
        yield


def _opened(file: Path, *, anew: bool) -> sa.Engine:
    if not anew:
        try:
            return _prepared(sa.create_engine(f"sqlite:///{file}", connect_args={"timeout": 60}))
        except sa.exc.DatabaseError as error:
            if is_busy(error):
                raise
            log.warning("the library %s is damaged, and made anew: %s", file, error.orig)
    remove(file)
    return _prepared(sa.create_engine(f"sqlite:///{file}", connect_args={"timeout": 60}))


def is_busy(error: sa.exc.DatabaseError) -> bool:
    """Tell whether a library could not be used because others use it, not because something is wrong with it."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def remove(file: Path) -> None:
    """Delete a library's file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{file}{suffix}").unlink()


def _name(settings: Settings) -> str:
    marks: list[object] = [_code(), os.path.realpath(settings.posts)]
    marks += [getattr(settings, field.name) for field in fields(settings) if field.name in _CONTENT]
    return hashlib.sha256(repr(marks).encode("utf-8", "surrogateescape")).hexdigest()[:16]


@functools.cache
def _code() -> str:
    """Give a mark of all that makes a Post of a file and a row of a Post: a library made by other code is another file."""
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    for place in sorted(
        place for room in ("sources", "content", "library") for place in (package / room).rglob("*.py")
    ):
        digest.update(place.read_bytes())
    for name in _PARSERS:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):  # docutils is an extra
            digest.update(f"{name} {importlib.metadata.version(name)}".encode())
    return digest.hexdigest()


def _prepared(engine: sa.Engine) -> sa.Engine:
    try:
        _prepare(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _prepare(engine: sa.Engine) -> None:
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _pragmas(connection: object, _record: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]
            cursor.execute("PRAGMA page_size=16384")  # of a new file; of 4 KiB, none would hold two posts
            cursor.execute("PRAGMA journal_mode=WAL")  # readers go on while one writes
            cursor.execute("PRAGMA synchronous=NORMAL")  # a power cut may cost the last refresh, which is done again
            cursor.close()

    with engine.begin() as connection:
        METADATA.create_all(connection)
        if connection.scalar(sa.select(META.c.value).where(META.c.name == "generation")) is None:
            # Two processes may both find none: the second one's rows are refused, and it goes on with the first one's.
            with contextlib.suppress(sa.exc.IntegrityError), connection.begin_nested():
                edition = int.from_bytes(os.urandom(7), "big")
                connection.execute(
                    META.insert(), [{"name": "generation", "value": 0}, {"name": "edition", "value": edition}]
                )
