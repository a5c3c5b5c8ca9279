"""The library is brought in step with the folder: what is new or changed is read, what is gone goes.

found = source.scan()                             every file, with its fingerprint; or source.look(paths)
wait for the one writer's place                   one process refreshes at a time, whoever dies
read what differs from the library                a post that fails keeps its last good version
list what the clock brings, unlist what it ends
settle ids and slugs that two posts claim
arrange the scopes that this touched              with the bodies of the posts that their feeds show
raise the generation, commit                      readers see all of it or nothing
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import functools
import hashlib
import itertools
import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import sqlalchemy as sa

from feedsvc.content import naming
from feedsvc.errors import Problem
from feedsvc.library import clock
from feedsvc.library.clock import to_micros
from feedsvc.library.pool import Readers
from feedsvc.library.reading import Membership, Read, Task, memberships
from feedsvc.library.schema import (
    FILE,
    MEMBER,
    META,
    POST,
    PROBLEM,
    SCOPE,
    SOURCE,
    UNDATED,
    rank_of,
)
from feedsvc.sources import POST_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from feedsvc.settings import Settings
    from feedsvc.sources import Found, Source

    Progress = Callable[[int, int], None]
    Scan = tuple[list[Found], list[Problem]]
    Row = Any  # of a question of ours: its columns by name

# Milliseconds that a process waits for another one's refresh.
PATIENCE = 60_000
# The kinds of scope, and under what each is found in an address.
FOLDERS = {"category": "categories", "tag": "tags", "author": "authors"}
# Values that one question names: SQLite takes 32,766, and a longer list is no faster.
_CHUNK = 500

_Item = TypeVar("_Item")


def refresh(
    engine: sa.Engine,
    source: Source,
    settings: Settings,
    progress: Progress | None = None,
    *,
    patient: bool = True,
    readers: Readers | None = None,
    scan: Scan | None = None,
    paths: Collection[str] | None = None,
) -> bool:
    """Bring the library in step with the folder and the clock, in one transaction; tell whether anything changed.

    progress is told how many of how many files are read; readers read them; scan is the folder's of this moment, where it
    was made already; paths are those that may have changed since the last refresh, where that is known. Raises OSError
    where the folder can not be read, and the database's error where another process refreshes for long; without patience,
    at once.
    """
    now = _now()
    with engine.connect() as connection:
        before = numbers(connection)
        view = _view(connection, source, before, scan, paths)
    if not (_is_due(before, now) or view.differs):
        return False
    with _writing(engine, patient=patient) as connection:
        current = numbers(connection)
        if current["generation"] != before["generation"]:
            # Another process did something while this one waited, perhaps all of it, and with a later scan.
            view = _view(connection, source, current, None, paths)
            if not (_is_due(current, now) or view.differs):
                return False
        work = _Work(connection, source, settings, current, now, readers)
        work.follow(view, progress)
        work.finish()
        connection.commit()
    return True


def show(
    engine: sa.Engine,
    source: Source,
    settings: Settings,
    paths: Collection[str] | None = None,
    progress: Progress | None = None,
    *,
    patient: bool = True,
    readers: Readers | None = None,
) -> None:
    """Make the bodies of posts that have none yet, and keep them; of every post, without paths.

    A post whose body can not be made leaves the library, and is reported. Raises the database's error as refresh does.
    """
    with _writing(engine, patient=patient) as connection:
        work = _Work(connection, source, settings, numbers(connection), _now(), readers)
        work.show(paths, progress)
        if work.waiting:
            work.finish()
        connection.commit()


def numbers(connection: sa.Connection) -> dict[str, int]:
    """Give the numbers of the library as a whole by name; due is absent where nothing is."""
    return {row.name: row.value for row in connection.execute(sa.select(META.c.name, META.c.value))}


def _now() -> int:
    at = to_micros(clock.now())
    assert at is not None
    return at


@contextlib.contextmanager
def _writing(engine: sa.Engine, *, patient: bool) -> Iterator[sa.Connection]:
    """Give a connection that has the write lock; what it does not commit is taken back."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # Waiting for the lock happens inside SQLite, where no other greenlet has its turn.
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {PATIENCE if patient else 0}")
        # A row that every writer writes first: SQLite's lock, and PostgreSQL's.
        connection.execute(META.update().where(META.c.name == "generation").values(value=META.c.value))
        yield connection


class _View(NamedTuple):
    """What the library knows of files, fingerprint and digest, and what it reported; what the folder has in their place."""

    known: dict[str, tuple[tuple[int, int, int], bytes]]
    reported: list[Problem]
    found: list[Found]
    problems: list[Problem]

    @property
    def differs(self) -> bool:
        return (
            len(self.known) != len(self.found)
            or any((entry := self.known.get(item.path)) is None or entry[0] != item.fingerprint for item in self.found)
            or self.reported != self.problems
        )


def _view(
    connection: sa.Connection,
    source: Source,
    numbers: dict[str, int],
    scan: Scan | None,
    paths: Collection[str] | None,
) -> _View:
    rows = connection.execute(sa.select(PROBLEM).where(PROBLEM.c.source == "scan"))
    reported = sorted(Problem(row.path, row.line, row.code, row.message) for row in rows)
    if paths is not None and numbers["generation"] and len(paths) <= _CHUNK:
        some = source.look(paths)
        if some is not None and not any(_is_of(problem.path, path) for problem in reported for path in paths):
            return _View(_known_of(connection, paths, some), [], some, [])
    found, problems = scan or source.scan()
    # By the driver itself: SQLAlchemy's rows double the time, and each look needs all of them.
    cursor = connection.connection.cursor()
    cursor.execute("SELECT path, size, mtime_ns, inode, digest FROM file")
    known = {
        path: ((size, mtime_ns, inode), bytes(digest)) for path, size, mtime_ns, inode, digest in cursor.fetchall()
    }
    return _View(known, reported, found, sorted(problems))


def _is_of(path: str, of: str) -> bool:
    return path == of or path.startswith(f"{of}/")


def _known_of(
    connection: sa.Connection, paths: Collection[str], found: list[Found]
) -> dict[str, tuple[tuple[int, int, int], bytes]]:
    """Give what the library knows of some paths, and where nothing is found, of what was in a folder of that name."""
    query = sa.select(FILE)
    rows = list(connection.execute(query.where(FILE.c.path.in_(paths))))
    for path in set(paths).difference((row.path for row in rows), (item.path for item in found)):
        within = query.where(FILE.c.path.startswith(f"{path}/", autoescape=True))
        rows += [row for row in connection.execute(within) if _is_of(row.path, path)]
    return {row.path: ((row.size, row.mtime_ns, row.inode), bytes(row.digest)) for row in rows}


def _is_due(numbers: dict[str, int], now: int) -> bool:
    return numbers.get("due", now + 1) <= now


def _chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while chunk := list(itertools.islice(rest, _CHUNK)):
        yield chunk


@functools.lru_cache(16)  # of each table, and an engine or two
def _insertion(table: sa.Table, dialect: sa.Dialect) -> Any:
    return table.insert().compile(dialect=dialect)


def _another_slug(asked: str, path: str) -> str:
    return f"{asked}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"


def _beside(path: str) -> list[str]:
    """Give the paths of posts that would differ from this one in their suffix alone: x.md beside x.html."""
    stem = path.rpartition(".")[0]
    return [stem + suffix for suffix in POST_SUFFIXES if stem + suffix != path]


def asked_by(slug: str) -> str:
    """Give the slug that a post asked for if it has this one because another post asked first."""
    return slug[:-9]


class _Work:
    """One transaction's work: what it touched is settled and arranged at its end."""

    def __init__(
        self,
        connection: sa.Connection,
        source: Source,
        settings: Settings,
        numbers: dict[str, int],
        now: int,
        readers: Readers | None,
    ) -> None:
        self.connection = connection
        self.settings = settings
        self.readers = readers or Readers(source, settings)
        self.numbers = numbers
        self.generation = numbers["generation"] + 1
        self.now = now
        self.first = self.generation == 1  # it fills a new library, in which nothing was touched yet
        # What posts ask for that came, changed or went: how many of this transaction's ask for it.
        self.asked: dict[str, collections.Counter[str]] = {"id": collections.Counter(), "slug": collections.Counter()}
        self.moved: set[str] = set()  # paths of posts that came or went
        self.touched: dict[int, int] = {}  # number of a scope: when
        self.waiting: set[int] = set()  # those of them that are not arranged yet
        self.scopes: dict[tuple[str, str], int] = {}

    # -- files ---------------------------------------------------------------------------------------------------------

    def follow(self, view: _View, progress: Progress | None = None) -> None:
        """Take over what the folder has now."""
        known = view.known
        changed = {
            item.path: item for item in view.found if item.path not in known or known[item.path][0] != item.fingerprint
        }
        gone = known.keys() - {item.path for item in view.found}
        for chunk in _chunks(gone):
            self._forget(chunk, self._old(chunk))
            self._run(FILE.delete().where(FILE.c.path == sa.bindparam("of")), [{"of": path} for path in chunk])
        # Of a post that was shown, the new version's body is made at once: where it fails, the old one stays.
        shown = self._shown(path for path in changed if path in known)
        tasks = (Task(path, path in shown, known[path][1] if path in known else b"") for path in changed)
        for reads in self.readers.read(tasks, len(changed), progress):
            self._take(reads, changed, known)
        if view.reported != view.problems:
            self.connection.execute(PROBLEM.delete().where(PROBLEM.c.source == "scan"))
            self._report("scan", view.problems)

    def _insert(self, table: sa.Table, rows: list[tuple[Any, ...]]) -> None:
        """Insert rows that have a value for each column of the table, in its order.

        By the driver itself: looking at each value of 10,000 posts again would take as long as storing them.
        """
        if rows:
            statement = _insertion(table, self.connection.dialect)
            if statement.positional:
                self.connection.exec_driver_sql(str(statement), rows)
            else:
                names = table.columns.keys()
                self.connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in rows])

    def _run(self, statement: sa.Executable, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.connection.execute(statement, rows)

    def _shown(self, paths: Iterable[str]) -> set[str]:
        query = sa.select(POST.c.path).where(POST.c.content.is_not(None))
        return {
            path for chunk in _chunks(paths) for path in self.connection.scalars(query.where(POST.c.path.in_(chunk)))
        }

    def _old(self, paths: Collection[str]) -> dict[str, Row]:
        query = sa.select(
            POST.c.path, POST.c.asked_id, POST.c.asked_slug, POST.c.published, POST.c.listed, POST.c.fields
        )
        return {
            row.path: row
            for chunk in _chunks(paths)
            for row in self.connection.execute(query.where(POST.c.path.in_(chunk)))
        }

    def _forget(self, paths: Collection[str], old: dict[str, Row]) -> None:
        """Take posts out of the library, and what was wrong with their files."""
        if not paths:
            return
        self.moved |= old.keys()
        for row in old.values():
            if row.listed:
                self._unlist(row)
            self.asked["id"][row.asked_id] += 1
            self.asked["slug"][row.asked_slug] += 1
        for table in (POST, SOURCE):
            self._run(table.delete().where(table.c.path == sa.bindparam("of")), [{"of": path} for path in old])
        self._acquit(paths)
        self._acquit(old, "conflict")

    def _acquit(self, paths: Iterable[str], source: str = "parse") -> None:
        self._run(
            PROBLEM.delete().where(PROBLEM.c.path == sa.bindparam("of"), PROBLEM.c.source == source),
            [{"of": path} for path in paths],
        )

    def _take(self, reads: list[Read], found: dict[str, Found], known: Collection[str]) -> None:
        """Put what became of files into the library."""
        before = [read.path for read in reads if read.path in known]
        self._run(FILE.delete().where(FILE.c.path == sa.bindparam("of")), [{"of": path} for path in before])
        self._insert(FILE, [(read.path, *found[read.path].fingerprint, read.digest) for read in reads])
        changed = {read.path: read for read in reads if not read.unchanged}
        old = self._old([path for path in before if path in changed])
        kept = {path for path in old if changed[path].failed}
        problems = [problem for read in changed.values() for problem in read.problems]
        problems += [Problem(path, 1, "kept", "the last version that could be read is served") for path in kept]
        self._acquit(kept)
        self._forget(
            [path for path in before if path in changed and path not in kept],
            {path: row for path, row in old.items() if path not in kept},
        )
        self._add(changed.values())
        self._report("parse", problems)

    def _report(self, source: str, problems: Iterable[Problem]) -> None:
        self._run(PROBLEM.insert(), [{**dataclasses.asdict(problem), "source": source} for problem in problems])

    # -- posts ---------------------------------------------------------------------------------------------------------

    def _add(self, reads: Iterable[Read]) -> None:
        posts = [(read.row, read) for read in reads if read.row]
        listed = [self._is_listed(row.published, row.expires) for row, _read in posts]
        self.moved.update(row.path for row, _read in posts)
        self.asked["id"].update(row.id for row, _read in posts)
        self.asked["slug"].update(row.slug for row, _read in posts)
        rows = []
        for (path, ident, slug, name, published, expires, fields, content), appears in zip(
            (row for row, _read in posts), listed, strict=True
        ):
            asked = ident, ident, slug, slug
            rows.append((path, *asked, name, published, expires, appears, self.generation, fields, content))
        self._insert(POST, rows)
        self._insert(SOURCE, [(row.path, read.kept) for row, read in posts])
        appearing = itertools.compress(posts, listed)
        self._list([(row.path, row.published, read.members) for row, read in appearing])

    def _is_listed(self, published: int | None, expires: int | None) -> bool:
        return (published is None or published <= self.now) and (expires is None or expires > self.now)

    def _list(self, posts: list[tuple[str, int | None, tuple[Membership, ...]]], at: int | None = None) -> None:
        self._number({(kind, key) for _path, _published, members in posts for kind, key, _name, _rooted in members})
        rows = [
            (self.scopes[kind, key], rank_of(published), path, rooted, name)
            for path, published, members in posts
            for kind, key, name, rooted in members
        ]
        self._touch({row[0] for row in rows}, at)
        self._insert(MEMBER, rows)

    def _unlist(self, row: Any, at: int | None = None) -> None:
        numbers = self._scopes_of(row)
        self._touch(numbers, at)
        self._run(
            MEMBER.delete().where(
                MEMBER.c.scope == sa.bindparam("of"),
                MEMBER.c.rank == rank_of(row.published),
                MEMBER.c.path == row.path,
            ),
            [{"of": number} for number in numbers],
        )

    def _scopes_of(self, row: Any) -> list[int]:
        scopes = [(kind, key) for kind, key, _name, _rooted in memberships(json.loads(row.fields))]
        self._number(scopes)
        return [self.scopes[scope] for scope in scopes]

    def _touch(self, scopes: Iterable[int], at: int | None) -> None:
        for number in scopes:
            self.touched[number] = max(self.touched.get(number, 0), at or self.now)
            self.waiting.add(number)

    def _number(self, scopes: Iterable[tuple[str, str]]) -> None:
        """Know the numbers of scopes, and give new ones theirs."""
        for chunk in _chunks(scope for scope in scopes if scope not in self.scopes):
            pairs = sa.tuple_(SCOPE.c.kind, SCOPE.c.key)
            rows = self.connection.execute(sa.select(SCOPE.c.kind, SCOPE.c.key, SCOPE.c.number).where(pairs.in_(chunk)))
            self.scopes |= {(row.kind, row.key): row.number for row in rows}
            last = self.connection.scalar(sa.select(sa.func.max(SCOPE.c.number))) or 0
            new = sorted(scope for scope in chunk if scope not in self.scopes)
            empty: dict[str, Any] = {"names": "[]", "path": "", "posts": 0, "newest": None}
            empty |= {"mark": "", "touched": None, "twice": False, "changed": 0, "version": 0}
            added: list[dict[str, Any]] = [
                {"number": number, "kind": kind, "key": key, **empty, "rooted": kind == "site"}
                for number, (kind, key) in enumerate(new, last + 1)
            ]
            self._run(SCOPE.insert(), added)
            self.scopes |= {(row["kind"], row["key"]): row["number"] for row in added}

    # -- the end -------------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Settle and arrange what was touched, and say so."""
        self._pass_time()
        self._number({("site", "")})
        if self.first:
            self._touch([self.scopes["site", ""]], None)
        self._arrange()
        dues = [
            self.connection.scalar(sa.select(sa.func.min(column)).where(column > self.now))
            for column in (POST.c.published, POST.c.expires)
        ]
        due = min((at for at in dues if at is not None), default=None)
        for name, value in (("generation", self.generation), ("asof", self.now), ("due", due)):
            self.connection.execute(META.delete().where(META.c.name == name))
            if value is not None:
                self.connection.execute(META.insert().values(name=name, value=value))

    def _pass_time(self) -> None:
        """List the posts whose time came since the last refresh, and unlist those whose time is over."""
        since = self.numbers.get("asof", self.now)
        if since >= self.now:
            return
        query = sa.select(POST.c.path, POST.c.published, POST.c.expires, POST.c.listed, POST.c.fields)
        for column in (POST.c.published, POST.c.expires):
            for row in self.connection.execute(query.where(column > since, column <= self.now)).all():
                if row.listed == self._is_listed(row.published, row.expires):
                    continue
                if row.listed:
                    self._unlist(row, row.expires)
                else:
                    self._list([(row.path, row.published, memberships(json.loads(row.fields)))], row.published)
                self.connection.execute(POST.update().where(POST.c.path == row.path).values(listed=not row.listed))

    def _settle(self) -> None:
        """Give each post an id and a slug of its own: of those that ask for the same, the oldest keeps it."""

        def contested(wanted: str) -> list[str]:
            # A new library's posts have what they ask for, unless two of them ask.
            found = [asked for asked, times in self.asked[wanted].items() if times > 1 or not self.first]
            self.asked[wanted].clear()
            return found

        self._ask_again_beside()
        for chunk in _chunks(contested("id")):
            problems, acquitted, updates = [], [], []
            for group in self._groups(POST.c.asked_id, chunk):
                for number, row in enumerate(group):
                    settled = row.asked_id if number == 0 else self._own_id(row)
                    acquitted.append(row.path)
                    if number:
                        message = f"{group[0].path} has the id {row.asked_id}, too"
                        problems.append(Problem(row.path, 1, "duplicate-id", message))
                    if settled != row.id:
                        updates.append((row.path, settled))
            self._acquit(acquitted, "conflict")
            self._report("conflict", problems)
            self._give("id", updates)
        for chunk in _chunks(contested("slug")):
            updates = []
            for group in self._groups(POST.c.asked_slug, chunk):
                for number, row in enumerate(group):
                    settled = _another_slug(row.asked_slug, row.path) if number else row.asked_slug
                    if row.slug != settled:
                        updates.append((row.path, settled))
            self._give("slug", updates)

    def _ask_again_beside(self) -> None:
        """Ask again for the ids of posts that differ in suffix alone from one that came or went: see _own_id."""
        moved, self.moved = self.moved, set()
        if not self.first:
            query = sa.select(POST.c.asked_id)
            for chunk in _chunks({path for each in moved for path in _beside(each)}):
                self.asked["id"].update(self.connection.scalars(query.where(POST.c.path.in_(chunk))))

    def _groups(self, column: sa.Column[Any], values: list[str]) -> Iterator[list[Row]]:
        """Give the posts that ask for the same, oldest first."""
        query = sa.select(
            POST.c.path, POST.c.asked_id, POST.c.id, POST.c.asked_slug, POST.c.slug, column.label("asked")
        )
        query = query.where(column.in_(values))
        rows = self.connection.execute(query.order_by(column, sa.func.coalesce(POST.c.published, UNDATED), POST.c.path))
        for _asked, group in itertools.groupby(rows.all(), key=lambda row: row.asked):
            yield list(group)

    def _own_id(self, row: Any) -> str:
        own = naming.uri(self.settings.authority, "post", row.path.rpartition(".")[0])
        taken = sa.select(POST.c.path).where(sa.or_(POST.c.asked_id == own, POST.c.path.in_(_beside(row.path))))
        return naming.uri(self.settings.authority, "post", row.path) if self.connection.scalar(taken) else own

    def _give(self, what: str, updates: list[tuple[str, str]]) -> None:
        """Give posts another id or slug than they had: their entries change."""
        self._run(
            POST.update()
            .where(POST.c.path == sa.bindparam("of"))
            .values({what: sa.bindparam("settled"), "version": self.generation}),
            [{"of": path, "settled": settled} for path, settled in updates],
        )
        for row in self._old([path for path, _settled in updates]).values():
            if row.listed:
                self._touch(self._scopes_of(row), None)

    # -- scopes --------------------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Bring the rows of the touched scopes in step with their posts, and make the bodies that their feeds show."""
        marks: dict[int, str] = {}
        while self.waiting or any(self.asked.values()):
            self._settle()
            waiting, self.waiting = sorted(self.waiting), set()
            unshown: dict[str, None] = {}
            for number in waiting:
                entries = self._entries(number)
                marks[number] = hashlib.blake2b(
                    repr([entry[:2] for entry in entries]).encode(), digest_size=16
                ).hexdigest()
                unshown |= dict.fromkeys(path for path, _version, made in entries if not made)
            # A post whose body can not be made leaves its scopes, and another one comes into their feeds.
            self.show(list(unshown))
        self._recount(marks)

    def _entries(self, number: int) -> list[tuple[str, int, bool]]:
        """Give the posts of a scope's feed: path, version, whether the body is made."""
        rows = self.connection.execute(
            sa.select(MEMBER.c.path, POST.c.version, POST.c.content.is_not(None))
            .join(POST, POST.c.path == MEMBER.c.path)
            .where(MEMBER.c.scope == number)
            .order_by(MEMBER.c.rank, MEMBER.c.path)
            .limit(self.settings.limit)
        )
        return [(path, version, made) for path, version, made in rows]

    def show(self, paths: Collection[str] | None, progress: Progress | None = None) -> None:
        """Make bodies that are not made yet; of every post, without paths."""
        query = sa.select(POST.c.path).where(POST.c.content.is_(None)).order_by(POST.c.path)
        wanted = list(self.connection.scalars(query)) if paths is None else paths

        def tasks() -> Iterator[Task]:
            query = sa.select(SOURCE).join(POST, POST.c.path == SOURCE.c.path).where(POST.c.content.is_(None))
            for chunk in _chunks(wanted):
                for row in self.connection.execute(query.where(SOURCE.c.path.in_(chunk))).all():
                    yield Task(row.path, body=True, kept=row.kept)

        for reads in self.readers.read(tasks(), len(wanted), progress):
            made = [{"of": read.path, "made": read.row.content, "with": read.row.fields} for read in reads if read.row]
            self._run(
                POST.update()
                .where(POST.c.path == sa.bindparam("of"))
                .values(content=sa.bindparam("made"), fields=sa.bindparam("with")),
                made,
            )
            refused = [read.path for read in reads if not read.row]
            self._forget(refused, self._old(refused))
            self._acquit(read.path for read in reads if read.row)
            self._report("parse", [problem for read in reads for problem in read.problems])

    def _recount(self, marks: dict[int, str]) -> None:
        """Write the rows of scopes anew where they differ."""
        renamed: set[tuple[str, str]] = set()
        for chunk in _chunks(sorted(marks)):
            renamed |= self._write_scopes(chunk, marks)
        if renamed:  # a name inside other scopes' paths
            rows = self.connection.execute(sa.select(SCOPE.c.number, SCOPE.c.kind, SCOPE.c.key, SCOPE.c.mark)).all()
            other = {
                row.number: row.mark
                for row in rows
                if "/" in row.key and any((row.kind, part) in renamed for part in row.key.split("/"))
            }
            for chunk in _chunks(sorted(other)):
                self._write_scopes(chunk, other)

    def _write_scopes(self, numbers: list[int], marks: dict[int, str]) -> set[tuple[str, str]]:
        """Write rows of scopes; give those of one name that are called or spelt otherwise than before."""
        renamed = set()
        query = sa.select(SCOPE).where(SCOPE.c.number.in_(numbers))
        before = {row.number: row for row in self.connection.execute(query)}
        query = sa.select(
            MEMBER.c.scope,
            sa.func.count().label("posts"),
            sa.func.min(MEMBER.c.rank).label("rank"),
            sa.func.max(sa.cast(MEMBER.c.rooted, sa.Integer)).label("rooted"),
        )
        query = query.where(MEMBER.c.scope.in_(numbers)).group_by(MEMBER.c.scope)
        counted = {row.scope: row for row in self.connection.execute(query)}
        names = self._names({(row.kind, part) for row in before.values() for part in row.key.split("/") if part})
        for number, row in before.items():
            count = counted.get(number)
            parts = [(row.kind, part) for part in row.key.split("/") if part]
            values: dict[str, Any] = {"posts": 0, "newest": None, "mark": marks[number]}
            if count:
                values |= {"posts": count.posts, "rooted": bool(count.rooted)}
                values["newest"] = None if count.rank == UNDATED else -count.rank
            if count or row.kind == "site":
                folder = f"{FOLDERS[row.kind]}/" if row.kind in FOLDERS else ""
                path = folder + "".join(f"{naming.segment(names[part][1])}/" for part in parts)
                values["path"] = naming.address(path)
                values["names"] = json.dumps([names[part][0] for part in parts], ensure_ascii=False)
            differing = {name for name, value in values.items() if getattr(row, name) != value}
            if not differing and row.changed:
                continue
            values["changed"] = self.generation
            if differing & {"names", "path", "mark"}:
                values["version"] = self.generation
                touched = self.touched.get(number, self.now)
                touched = max(row.touched or touched, touched)
                values["touched"] = None if self.first else touched
                values["twice"] = row.touched is not None and row.touched // 1_000_000 == touched // 1_000_000
            if differing & {"names", "path"} and len(parts) == 1 and row.changed:
                renamed.add(parts[0])
            self.connection.execute(SCOPE.update().where(SCOPE.c.number == number).values(values))
        return renamed

    def _names(self, parts: set[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
        """Give (kind, part of a scope's key): the name as most posts spell it, and as the oldest does: the address's.

        The address is not made of what most posts say, because that changes as posts come.
        """
        self._number(parts)
        kinds = {self.scopes[part]: part for part in parts}
        spellings: dict[tuple[str, str], list[tuple[str, int, int]]] = collections.defaultdict(list)
        oldest = sa.func.max(sa.case((MEMBER.c.rank == UNDATED, -UNDATED), else_=MEMBER.c.rank))
        for chunk in _chunks(kinds):
            rows = self.connection.execute(
                sa.select(MEMBER.c.scope, MEMBER.c.name, sa.func.count(), oldest)
                .where(MEMBER.c.scope.in_(chunk))
                .group_by(MEMBER.c.scope, MEMBER.c.name)
            )
            for number, name, posts, rank in rows:
                spellings[kinds[number]].append((name, posts, rank))
        return {
            part: (
                min(found, key=lambda one: (-one[1], one[0]))[0],
                min(found, key=lambda one: (-one[2], one[0]))[0],
            )
            for part, found in spellings.items()
        }
