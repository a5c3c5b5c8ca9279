"""What the library answers: which scopes there are, which posts one has, one post, and what is wrong."""

from __future__ import annotations

import collections
import functools
import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from markupsafe import Markup

from feedsvc.content import naming
from feedsvc.content.post import SITE, Author, Enclosure, Picture, Post
from feedsvc.errors import CATALOGUE, Level, Problem
from feedsvc.library.refresh import scope_key
from feedsvc.library.schema import MEMBER, META, POST, PROBLEM, SPELLING, TOUCHED, from_micros, to_micros

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

# The kinds of scope, and under what each is found in an address.
FOLDERS = {"category": "categories", "tag": "tags", "author": "authors"}


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of posts that has a feed: the site, or a category, tag or author.

    names are shown, path is the percent-encoded address below the base with a slash at its end ("" for the site), posts
    is how many there are. rooted is False for a category that stands only inside paths. newest is the latest publication among
    them; touched is when one last came, changed or went after the library was first made, None where none did.
    """

    kind: str
    key: str
    names: tuple[str, ...]
    path: str
    posts: int
    rooted: bool
    newest: datetime | None
    touched: datetime | None


@dataclass(frozen=True)
class Catalog:
    """Every scope at one instant. due is the next instant at which a post appears or goes by itself."""

    generation: int
    scopes: dict[tuple[str, str], Scope]
    due: datetime | None

    @functools.cached_property
    def addresses(self) -> dict[str, Scope]:
        """The scopes by their paths."""
        return {scope.path: scope for scope in self.scopes.values()}

    @functools.cached_property
    def families(self) -> dict[tuple[str, str], list[Scope]]:
        """The rooted scopes by kind and the key of the one right above, "" for the outermost; in the order of their keys."""
        found: dict[tuple[str, str], list[Scope]] = collections.defaultdict(list)
        for (kind, key), scope in sorted(self.scopes.items()):
            if scope.rooted:
                found[kind, key.rpartition("/")[0]].append(scope)
        return dict(found)

    @property
    def site(self) -> Scope:
        """The scope of every post; it is there even when there is none."""
        return self.scopes[("site", "")]

    def find(self, kind: str, segments: Sequence[str] = ()) -> Scope | None:
        """Give the scope at the path segments of an address, decoded; None where no post is in it.

        The spelling does not matter. A slash in a name may come as `~2F` or, from servers that decode paths, as itself.
        """
        names = [naming.name_of(segment) for segment in segments]
        # A name that is too long for a segment can not be told from it: such a scope is found by its own address.
        own = naming.address("/".join((FOLDERS[kind], *segments, "")))
        return next(
            (scope for path in _groupings(names) if (scope := self.scopes.get((kind, scope_key(path))))),
            self.addresses.get(own),
        )

    def children(self, kind: str, parent: str = "") -> list[Scope]:
        """Give the scopes right below the one with the key parent, or the outermost ones, by name.

        A category that stands only inside paths is no outermost one.
        """
        return self.families.get((kind, parent), [])


def _groupings(names: list[str]) -> Iterator[list[str]]:
    """Give the paths that names can be once their slashes were decoded: as they stand first, then with some joined."""
    yield names
    if 1 < len(names) <= 6:  # 32 ways for 6; deeper paths are taken as they stand
        for joints in itertools.product((False, True), repeat=len(names) - 1):
            path = names[:1]
            for joint, name in zip(joints, names[1:], strict=True):
                path = [*path[:-1], f"{path[-1]}/{name}"] if joint else [*path, name]
            yield path


def generation(engine: sa.Engine) -> int:
    """Give the number that each refresh which changed something raises."""
    with engine.connect() as connection:
        return int(connection.scalar(sa.select(META.c.value).where(META.c.name == "generation")) or 0)


def catalog(engine: sa.Engine, now: datetime) -> Catalog:
    """Give every scope that has a post at the instant now."""
    at = to_micros(now)
    visible = _visible(at)
    with engine.connect() as connection:
        number = int(connection.scalar(sa.select(META.c.value).where(META.c.name == "generation")) or 0)
        touched = _touched(connection, at)
        members = connection.execute(
            sa.select(
                MEMBER.c.kind,
                MEMBER.c.scope,
                sa.func.count().label("posts"),
                sa.func.max(POST.c.published).label("newest"),
                sa.func.max(sa.cast(MEMBER.c.rooted, sa.Integer)).label("rooted"),
            )
            .join(POST, POST.c.path == MEMBER.c.path)
            .where(visible)
            .group_by(MEMBER.c.kind, MEMBER.c.scope)
        ).all()
        site = connection.execute(
            sa.select(sa.func.count(), sa.func.max(POST.c.published)).select_from(POST).where(visible)
        ).one()
        names = _names(connection, visible)
        dues = [
            connection.scalar(sa.select(sa.func.min(column)).where(column > at))
            for column in (POST.c.published, POST.c.expires)
        ]

    def scope(kind: str, key: str, posts: int, newest: int | None, *, rooted: bool) -> Scope:
        shown = [names[kind, part] for part in key.split("/")] if key else []
        folder = f"{FOLDERS[kind]}/" if kind in FOLDERS else ""
        path = folder + "".join(f"{naming.segment(spelt)}/" for _name, spelt in shown)
        return Scope(
            kind,
            key,
            tuple(name for name, _spelt in shown),
            naming.address(path),
            posts,
            rooted,
            from_micros(newest),
            from_micros(touched.get((kind, key))),
        )

    scopes = {
        (row.kind, row.scope): scope(row.kind, row.scope, row.posts, row.newest, rooted=bool(row.rooted))
        for row in members
    }
    scopes[("site", "")] = scope("site", "", site[0], site[1], rooted=True)
    return Catalog(number, scopes, from_micros(min((due for due in dues if due is not None), default=None)))


def _touched(connection: sa.Connection, at: int | None) -> dict[tuple[str, str], int]:
    """Give when each scope last changed: by a refresh, or because a post was over."""
    touched = {(row.kind, row.scope): int(row.at) for row in connection.execute(sa.select(TOUCHED))}
    over = (
        sa.select(MEMBER.c.kind, MEMBER.c.scope, sa.func.max(POST.c.expires).label("at"))
        .join(POST, POST.c.path == MEMBER.c.path)
        .where(POST.c.expires <= at)
        .group_by(MEMBER.c.kind, MEMBER.c.scope)
    )
    site = sa.select(sa.literal("site"), sa.literal(""), sa.func.max(POST.c.expires)).where(POST.c.expires <= at)
    for kind, scope, last in connection.execute(sa.union_all(over, site)):
        if last is not None:
            touched[kind, scope] = max(touched.get((kind, scope), last), last)
    return touched


def _visible(at: int | None) -> sa.ColumnElement[bool]:
    return sa.and_(
        sa.or_(POST.c.published.is_(None), POST.c.published <= at),
        sa.or_(POST.c.expires.is_(None), POST.c.expires > at),
    )


def _names(connection: sa.Connection, visible: sa.ColumnElement[bool]) -> dict[tuple[str, str], tuple[str, str]]:
    """Give (kind, part of a scope's key): the name as most posts spell it, and as the oldest does: the address's.

    The address is not made of what most posts say, because that changes as posts come.
    """
    rows = connection.execute(
        sa.select(
            SPELLING.c.kind,
            SPELLING.c.key,
            SPELLING.c.name,
            sa.func.count().label("posts"),
            sa.func.min(sa.func.coalesce(POST.c.published, 1 << 62)).label("oldest"),
        )
        .join(POST, POST.c.path == SPELLING.c.path)
        .where(visible)
        .group_by(SPELLING.c.kind, SPELLING.c.key, SPELLING.c.name)
    )
    spellings: dict[tuple[str, str], list[tuple[str, int, int]]] = collections.defaultdict(list)
    for row in rows:
        spellings[row.kind, row.key].append((row.name, row.posts, row.oldest))
    return {
        (kind, naming.segment(key)): (
            min(found, key=lambda one: (-one[1], one[0]))[0],
            min(found, key=lambda one: (one[2], one[0]))[0],
        )
        for (kind, key), found in spellings.items()
    }


_COLUMNS = (POST.c.fields, POST.c.content, POST.c.id, POST.c.slug)


def select(engine: sa.Engine, scope: Scope, limit: int | None, now: datetime) -> tuple[Post, ...]:
    """Give the newest posts of a scope at the instant now, newest first, at most limit; undated ones last.

    Posts of the same instant are in the order of their paths.
    """
    query = sa.select(*_COLUMNS).where(_visible(to_micros(now)))
    if scope.kind != "site":
        query = query.join(MEMBER, MEMBER.c.path == POST.c.path).where(
            MEMBER.c.kind == scope.kind, MEMBER.c.scope == scope.key
        )
    query = query.order_by(POST.c.published.desc().nulls_last(), POST.c.path).limit(limit)
    with engine.connect() as connection:
        return tuple(_post(row) for row in connection.execute(query))


def post(engine: sa.Engine, slug: str, now: datetime) -> Post | None:
    """Give the post with a slug, or whose file has that name; None where there is none at the instant now."""
    query = sa.select(*_COLUMNS).where(_visible(to_micros(now)))
    with engine.connect() as connection:
        for column in (POST.c.slug, POST.c.name):
            row = connection.execute(query.where(column == slug).order_by(POST.c.path).limit(1)).first()
            if row:
                return _post(row)
    return None


def _post(row: Any) -> Post:
    values = json.loads(row.fields)
    content = row.content
    own = f"{SITE}/posts/{naming.address(values['slug'])}/"
    if row.slug != values["slug"]:  # another post has the slug that it asked for
        settled = f"{SITE}/posts/{naming.address(row.slug)}/"
        content = content.replace(own, settled)
        values["link"] = settled if values["link"] == own else values["link"]
    for name in ("published", "updated", "expires"):
        values[name] = from_micros(values[name])
    values |= {
        "id": row.id,
        "slug": row.slug,
        "content": Markup(content),  # noqa: S704 - what make_safe gave
        "authors": tuple(Author(**author) for author in values["authors"]),
        "categories": tuple(map(tuple, values["categories"])),
        "tags": tuple(values["tags"]),
        "picture": Picture(**values["picture"]) if values["picture"] else None,
        "thumbnail": Picture(**values["thumbnail"]) if values["thumbnail"] else None,
        "enclosures": tuple(Enclosure(**enclosure) for enclosure in values["enclosures"]),
    }
    return Post(**values)


def slugs(engine: sa.Engine, now: datetime) -> list[str]:
    """Give the slug of every post at the instant now, in the order of their paths."""
    query = sa.select(POST.c.slug).where(_visible(to_micros(now))).order_by(POST.c.path)
    with engine.connect() as connection:
        return list(connection.scalars(query))


def problems(engine: sa.Engine, now: datetime) -> list[Problem]:
    """Give everything that is wrong at the instant now, in the order of the paths; posts that wait or are over, too."""
    at = to_micros(now)
    with engine.connect() as connection:
        found = [Problem(row.path, row.line, row.code, row.message) for row in connection.execute(sa.select(PROBLEM))]
        for code, says, condition, column in (
            ("scheduled", "it appears on", POST.c.published > at, POST.c.published),
            ("expired", "it was over on", POST.c.expires <= at, POST.c.expires),
        ):
            for path, micros in connection.execute(sa.select(POST.c.path, column).where(condition)):
                found.append(Problem(path, 1, code, f"{says} {from_micros(micros):%Y-%m-%d %H:%M:%S} UTC"))
    return sorted(found)


def left_out(engine: sa.Engine) -> int:
    """Give how many files an error keeps out of the library."""
    errors = [code for code, (level, _fix) in CATALOGUE.items() if level is Level.ERROR]
    query = sa.select(sa.func.count(sa.distinct(PROBLEM.c.path))).where(
        PROBLEM.c.code.in_(errors), PROBLEM.c.path.not_in(sa.select(POST.c.path))
    )
    with engine.connect() as connection:
        return int(connection.scalar(query) or 0)
