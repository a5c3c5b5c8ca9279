"""The library is brought in step with the folder: what is new or changed is parsed, what is gone goes.

found = folder.scan()                             every file, with its fingerprint
wait for the one writer's place                   one process refreshes at a time, whoever dies
parse what differs from the library               a post that fails keeps its last good version
settle ids and slugs that two posts claim
raise the generation, commit                      readers see all of it or nothing
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from feedsvc.content import naming
from feedsvc.content.parse import Parsed, parse
from feedsvc.errors import Level, PostRefused, Problem
from feedsvc.library import clock
from feedsvc.library.schema import FILE, MEMBER, META, POST, PROBLEM, SPELLING, TOUCHED, to_micros

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from feedsvc.content.post import Post
    from feedsvc.content.sources import Folder, Found
    from feedsvc.settings import Settings

# Milliseconds that a process waits for another one's refresh.
PATIENCE = 60_000


def refresh(
    engine: sa.Engine,
    folder: Folder,
    settings: Settings,
    progress: Callable[[int, int], None] | None = None,
    *,
    patient: bool = True,
) -> bool:
    """Bring the library in step with the folder, in one transaction; tell whether anything changed.

    progress is told how many of how many files are parsed. Raises OSError where the folder can not be read, and the
    database's error where another process refreshes for long; without patience, at once.
    """
    if not _differs(engine, *folder.scan()):
        return False
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # Waiting for the lock happens inside SQLite, where no other greenlet has its turn.
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {PATIENCE if patient else 0}")
        # The write lock, for the rest of the transaction: a row that every refresh changes first.
        connection.execute(META.update().where(META.c.name == "generation").values(value=META.c.value + 1))
        found, scanned = folder.scan()  # again: another process may have done it all while this one waited
        if not _differs_from(connection, found, scanned):
            return False  # and the transaction is taken back
        known = _known(connection)
        changed = [item for item in found if known.get(item.path) != item.fingerprint]
        gone = known.keys() - {item.path for item in found}
        touched = _scopes_of(connection, gone)
        _forget(connection, gone)
        for number, item in enumerate(changed, 1):
            touched |= _update(connection, item, _parsed(item.path, folder, settings))
            if progress:
                progress(number, len(changed))
        _replace_problems(connection, "scan", scanned)
        touched |= _scopes_of(connection, _settle(connection, settings))
        if touched and not _is_first(connection):
            _touch(connection, touched)
        connection.commit()
    return True


def _parsed(path: str, folder: Folder, settings: Settings) -> Parsed:
    try:
        raw = folder.read(path)
    except PostRefused as refused:
        return Parsed(None, (Problem(path, refused.line, refused.code, refused.message),))
    return parse(raw, folder, settings)


def _known(connection: sa.Connection) -> dict[str, tuple[int, int, int]]:
    return {row.path: (row.size, row.mtime_ns, row.inode) for row in connection.execute(sa.select(FILE))}


def _differs(engine: sa.Engine, found: list[Found], scanned: list[Problem]) -> bool:
    with engine.connect() as connection:
        return _differs_from(connection, found, scanned)


def _differs_from(connection: sa.Connection, found: list[Found], scanned: list[Problem]) -> bool:
    if _known(connection) != {item.path: item.fingerprint for item in found}:
        return True
    rows = connection.execute(sa.select(PROBLEM).where(PROBLEM.c.source == "scan"))
    return sorted(Problem(row.path, row.line, row.code, row.message) for row in rows) != sorted(scanned)


def _is_first(connection: sa.Connection) -> bool:
    """Tell whether this is the refresh that fills a new library, in which nothing was touched yet."""
    return connection.scalar(sa.select(META.c.value).where(META.c.name == "generation")) == 1


def _forget(connection: sa.Connection, paths: Iterable[str]) -> None:
    rows = [{"gone": path} for path in paths]
    if rows:
        for table in (FILE, POST, MEMBER, SPELLING):
            connection.execute(table.delete().where(table.c.path == sa.bindparam("gone")), rows)
        connection.execute(
            PROBLEM.delete().where(PROBLEM.c.path == sa.bindparam("gone"), PROBLEM.c.source == "parse"), rows
        )


def _update(connection: sa.Connection, item: Found, parsed: Parsed) -> set[tuple[str, str]]:
    """Put what became of a file into the library; give the scopes that it touches."""
    problems = list(parsed.problems)
    before = _scopes_of(connection, [item.path])
    failed = parsed.post is None and any(problem.level is Level.ERROR for problem in problems)
    kept = failed and connection.scalar(sa.select(POST.c.path).where(POST.c.path == item.path)) is not None
    if kept:
        connection.execute(FILE.delete().where(FILE.c.path == item.path))
        connection.execute(PROBLEM.delete().where(PROBLEM.c.path == item.path, PROBLEM.c.source == "parse"))
        problems.append(Problem(item.path, 1, "kept", "the last version that could be read is served"))
    else:
        _forget(connection, [item.path])
    size, mtime_ns, inode = item.fingerprint
    connection.execute(FILE.insert().values(path=item.path, size=size, mtime_ns=mtime_ns, inode=inode))
    _insert_problems(connection, "parse", problems)
    if parsed.post:
        _insert(connection, parsed.post)
    return set() if kept else before | _scopes_of(connection, [item.path])


def _insert(connection: sa.Connection, post: Post) -> None:
    connection.execute(
        POST.insert().values(
            path=post.path,
            slug=post.slug,
            name=naming.slug_of(post.path),
            id=post.id,
            published=to_micros(post.published),
            expires=to_micros(post.expires),
            fields=json.dumps(_plain(post), ensure_ascii=False),
            content=str(post.content),
        )
    )
    members, spellings = _memberships(post)
    if members:
        connection.execute(
            MEMBER.insert(),
            [
                {"kind": kind, "scope": scope, "path": post.path, "rooted": rooted}
                for (kind, scope), rooted in sorted(members.items())
            ],
        )
        connection.execute(
            SPELLING.insert(),
            [{"kind": kind, "key": key, "name": name, "path": post.path} for kind, key, name in sorted(spellings)],
        )


def _plain(post: Post) -> dict[str, Any]:
    values = dataclasses.asdict(post)
    del values["content"]
    for name in ("published", "updated", "expires"):
        values[name] = to_micros(values[name])
    return values


def scope_key(names: Iterable[str]) -> str:
    """Give the key of a scope from its names, in any spelling."""
    return "/".join(naming.segment(naming.key(name)) for name in names)


def _memberships(post: Post) -> tuple[dict[tuple[str, str], bool], set[tuple[str, str, str]]]:
    """Give the scopes of a post as (kind, key): rooted, and how it spells their names, as (kind, key, name).

    A category path puts the post into each of its beginnings, and into each of its names alone.
    """
    members: dict[tuple[str, str], bool] = {}
    spellings: set[tuple[str, str, str]] = set()
    for path in post.categories:
        for depth, name in enumerate(path, 1):
            members[("category", scope_key(path[:depth]))] = True
            members.setdefault(("category", scope_key([name])), False)
            spellings.add(("category", naming.key(name), name))
    names = [("tag", tag) for tag in post.tags] + [("author", author.name) for author in post.authors]
    for kind, name in names:
        members[(kind, scope_key([name]))] = True
        spellings.add((kind, naming.key(name), name))
    return members, spellings


def _scopes_of(connection: sa.Connection, paths: Iterable[str]) -> set[tuple[str, str]]:
    scopes: set[tuple[str, str]] = set()
    for path in paths:
        rows = connection.execute(sa.select(MEMBER.c.kind, MEMBER.c.scope).where(MEMBER.c.path == path))
        scopes |= {("site", ""), *((row.kind, row.scope) for row in rows)}
    return scopes


def _touch(connection: sa.Connection, scopes: set[tuple[str, str]]) -> None:
    at = to_micros(clock.now())
    for kind, scope in sorted(scopes):
        where = (TOUCHED.c.kind == kind, TOUCHED.c.scope == scope)
        connection.execute(TOUCHED.delete().where(*where))
        connection.execute(TOUCHED.insert().values(kind=kind, scope=scope, at=at))


def _insert_problems(connection: sa.Connection, source: str, problems: Iterable[Problem]) -> None:
    rows = [{**dataclasses.asdict(problem), "source": source} for problem in problems]
    if rows:
        connection.execute(PROBLEM.insert(), rows)


def _replace_problems(connection: sa.Connection, source: str, problems: Iterable[Problem]) -> None:
    connection.execute(PROBLEM.delete().where(PROBLEM.c.source == source))
    _insert_problems(connection, source, problems)


def _settle(connection: sa.Connection, settings: Settings) -> list[str]:
    """Give each post an id and a slug of its own: of those that claim the same, the oldest keeps it.

    Gives the paths of the posts whose id or slug changed.
    """
    rows = connection.execute(
        sa.select(POST.c.path, POST.c.slug, POST.c.id, POST.c.fields).order_by(
            sa.func.coalesce(POST.c.published, 1 << 62), POST.c.path
        )
    )
    ids: dict[str, str] = {}
    slugs: dict[str, str] = {}
    problems = []
    updates = []
    for path, slug, ident, fields in rows:
        asked = json.loads(fields)
        new_id, new_slug = asked["id"], asked["slug"]
        if new_id in ids:
            problems.append(Problem(path, 1, "duplicate-id", f"{ids[new_id]} has the id {new_id}, too"))
            new_id = naming.uri(settings.authority, "post", path.rpartition(".")[0])
            if new_id in ids:  # x.md beside x.html
                new_id = naming.uri(settings.authority, "post", path)
        if new_slug in slugs:
            new_slug = f"{new_slug}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"
        ids[new_id] = slugs[new_slug] = path
        if (new_id, new_slug) != (ident, slug):
            updates.append({"of": path, "new_id": new_id, "new_slug": new_slug})
    if updates:
        connection.execute(
            POST.update()
            .where(POST.c.path == sa.bindparam("of"))
            .values(id=sa.bindparam("new_id"), slug=sa.bindparam("new_slug")),
            updates,
        )
    _replace_problems(connection, "conflict", problems)
    return [str(update["of"]) for update in updates]
