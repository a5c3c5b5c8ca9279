"""The tables, and how a library is opened. The file is a cache: whatever is wrong with it, it is made anew.

Instants are microseconds since 1970 in UTC. A scope is a kind (`category`, `tag`, `author`) and a key: the keys of its
names, each as a path segment, joined with slashes. The site as a whole is the kind `site` with the key "".
"""

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

METADATA = sa.MetaData()

# Numbers of the library as a whole: `generation`, raised by each refresh that changed something; `edition`, which no other
# library has; `asof` and `due`, instants: of the last refresh, and of the next one at which a post appears or goes by itself.
META = sa.Table(
    "meta",
    METADATA,
    sa.Column("name", sa.String(20), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)
FILE = sa.Table(
    "file",
    METADATA,
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("mtime_ns", sa.BigInteger, nullable=False),
    sa.Column("inode", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),  # of its bytes; empty where they could not be read
    sqlite_with_rowid=False,
)
PROBLEM = sa.Table(
    "problem",
    METADATA,
    sa.Column("path", sa.Text, nullable=False, index=True),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("code", sa.String(40), nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("source", sa.String(10), nullable=False),  # parse, scan or conflict
)
POST = sa.Table(
    "post",
    METADATA,
    sa.Column("path", sa.Text, primary_key=True),
    # What the post asks for, and what it has: another post may have asked first.
    sa.Column("asked_id", sa.Text, nullable=False, index=True),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("asked_slug", sa.Text, nullable=False, index=True),
    sa.Column("slug", sa.Text, nullable=False),
    # The file's own slug, by which other posts refer to it; NULL where the post asks for it.
    sa.Column("name", sa.Text, index=True),
    sa.Column("published", sa.BigInteger, index=True),
    sa.Column("expires", sa.BigInteger, index=True),
    sa.Column("listed", sa.Boolean, nullable=False),  # False: its time has not come, or is over
    sa.Column("version", sa.BigInteger, nullable=False),  # the generation in which it came or changed
    sa.Column("fields", sa.Text, nullable=False),  # the Post as JSON, with the id and slug that it asks for
    sa.Column("content", sa.Text),  # NULL until something shows the post: then fields have title and summary, too
)
# The bytes that a post was read from, compressed.
SOURCE = sa.Table(
    "source",
    METADATA,
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("kept", sa.LargeBinary, nullable=False),
)
# A scope is kept when its last post goes, with no posts, for readers to see that it went.
SCOPE = sa.Table(
    "scope",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("names", sa.Text, nullable=False),  # as they are shown: a list in JSON
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("posts", sa.Integer, nullable=False),
    # Whether the scope is where a category path of a post begins or leads through; else a name inside one.
    sa.Column("rooted", sa.Boolean, nullable=False),
    sa.Column("newest", sa.BigInteger),
    sa.Column("mark", sa.String(32), nullable=False),  # of its feed's entries
    # When its feed's entries last changed after the library was first made.
    sa.Column("touched", sa.BigInteger),
    sa.Column("twice", sa.Boolean, nullable=False),  # whether they did more than once in that second
    sa.Column("changed", sa.BigInteger, nullable=False, index=True),  # the generation in which this row last did
    sa.Column("version", sa.BigInteger, nullable=False),  # the generation in which its feed last did
    sa.UniqueConstraint("kind", "key"),
)
# The posts that are listed, in each of their scopes: the key's own order is that of the feeds.
MEMBER = sa.Table(
    "member",
    METADATA,
    sa.Column("scope", sa.Integer, primary_key=True),
    sa.Column("rank", sa.BigInteger, primary_key=True),  # see rank_of
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("rooted", sa.Boolean, nullable=False),
    sa.Column("name", sa.Text),  # as the post spells it, in a scope of one name
    sqlite_with_rowid=False,
)
# The rank of a post without a date.
UNDATED = 1 << 62


def rank_of(published: int | None) -> int:
    """Give what posts are sorted by: newest first, undated ones last."""
    return UNDATED if published is None else -published


def open_library(settings: Settings, *, anew: bool = False) -> sa.Engine:
    """Give the engine of a library with its tables; with anew, of an empty one in the place of our own file.

    DATABASE_URL, else a file in the first cache folder that can be written, else memory. Raises SettingError for a
    DATABASE_URL that can not be used; a file of our own that can not be is made anew.
    """
    if settings.database_url:
        try:
            return _prepared(sa.create_engine(settings.database_url))
        except (sa.exc.SQLAlchemyError, ImportError) as error:
            raise SettingError(
                "DATABASE_URL", settings.database_url, f"a database that can be used ({error})"
            ) from None
    for folder in cache_folders():
        file = folder / f"{_name(settings)}.sqlite"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
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
    """Return a digest of the code and parsers that make a Post of a file and a row of a Post: other code, another library."""
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    for place in sorted([*package.glob("content/**/*.py"), *package.glob("library/**/*.py")]):
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
