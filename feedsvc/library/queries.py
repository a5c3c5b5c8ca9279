"""What the library answers: which scopes there are, which posts one has, one post, and what is wrong."""

from __future__ import annotations

import collections
import functools
import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.content import naming
from feedsvc.errors import CATALOGUE, Level, Problem
from feedsvc.library.clock import from_micros
from feedsvc.library.reading import Task, post_of, read, scope_key
from feedsvc.library.refreshing import FOLDERS, asked_by, numbers
from feedsvc.library.schema import MEMBER, POST, PROBLEM, SCOPE, SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from feedsvc.content.post import Post
    from feedsvc.settings import Settings
    from feedsvc.sources import Source

# Posts that the page of a scope lists.
LISTED = 50


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of posts that has a feed: the site, or a category, tag or author.

    names are shown, path is the percent-encoded address below the base with a slash at its end ("" for the site), posts
    is how many there are. rooted is False for a category that stands only inside paths. newest is the latest publication
    among them; touched is when its newest posts last changed after the library was first made, None where they did not.
    version is the generation in which they last did: as long as it is the same, so is the feed. twice tells that they did
    more than once in the second of touched.
    """

    kind: str
    key: str
    names: tuple[str, ...]
    path: str
    posts: int
    rooted: bool
    newest: datetime | None
    touched: datetime | None
    version: int
    twice: bool = False


@dataclass(frozen=True)
class Catalog:
    """Every scope at one generation of the library that has the number edition.

    due is the next instant at which a post appears or goes by itself.
    """

    edition: int
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
        return numbers(connection)["generation"]


def catalog(engine: sa.Engine, before: Catalog | None = None) -> Catalog:
    """Give every scope that has a post. before is an earlier catalog of the same library: then only what changed is read."""
    with engine.connect() as connection:
        found = numbers(connection)
        if before and before.edition != found["edition"]:
            before = None
        if before and before.generation == found["generation"]:
            return before
        query = sa.select(SCOPE)
        if before:
            query = query.where(SCOPE.c.changed > before.generation)
        scopes = dict(before.scopes) if before else {("site", ""): Scope("site", "", (), "", 0, True, None, None, 0)}
        for row in connection.execute(query):
            scopes[row.kind, row.key] = Scope(
                row.kind,
                row.key,
                tuple(json.loads(row.names)),
                row.path,
                row.posts,
                row.rooted,
                from_micros(row.newest),
                from_micros(row.touched),
                row.version,
                row.twice,
            )
            if not row.posts and row.kind != "site":
                del scopes[row.kind, row.key]
    return Catalog(found["edition"], found["generation"], scopes, from_micros(found.get("due")))


_COLUMNS = (POST.c.path, POST.c.fields, POST.c.content, POST.c.id, POST.c.slug)


def select(engine: sa.Engine, scope: Scope, limit: int | None) -> tuple[list[Post], list[str]]:
    """Give the newest posts of a scope, newest first, at most limit; undated ones last.

    Posts of the same instant are in the order of their paths. Beside them are the paths of those whose bodies are not
    made yet: they have no content, and perhaps no title and summary.
    """
    query = (
        sa.select(*_COLUMNS).join(MEMBER, MEMBER.c.path == POST.c.path).join(SCOPE, SCOPE.c.number == MEMBER.c.scope)
    )
    query = query.where(SCOPE.c.kind == scope.kind, SCOPE.c.key == scope.key)
    query = query.order_by(MEMBER.c.rank, MEMBER.c.path).limit(limit)
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return [post_of(row) for row in rows], [row.path for row in rows if row.content is None]


def post(engine: sa.Engine, slug: str) -> tuple[Post, bool] | None:
    """Give the post with a slug, or whose file has that name, and whether its body is made; None where there is none."""
    query = sa.select(*_COLUMNS).where(POST.c.listed).order_by(POST.c.path).limit(1)
    own = sa.and_(POST.c.asked_slug.in_([slug, asked_by(slug)]), POST.c.slug == slug)
    named = sa.or_(POST.c.name == slug, sa.and_(POST.c.name.is_(None), POST.c.asked_slug == slug))
    with engine.connect() as connection:
        for condition in (own, named):
            if row := connection.execute(query.where(condition)).first():
                return post_of(row), row.content is not None
    return None


def unshown(engine: sa.Engine, since: int) -> list[str]:
    """Give the posts that pages list and whose bodies are not made, of scopes that changed after a generation."""
    query = sa.select(MEMBER.c.path, POST.c.content.is_(None)).join(POST, POST.c.path == MEMBER.c.path)
    query = query.order_by(MEMBER.c.rank, MEMBER.c.path).limit(LISTED)
    found: dict[str, None] = {}
    with engine.connect() as connection:
        for number in connection.scalars(sa.select(SCOPE.c.number).where(SCOPE.c.changed > since)).all():
            rows = connection.execute(query.where(MEMBER.c.scope == number))
            found |= dict.fromkeys(path for path, unmade in rows if unmade)
    return list(found)


def shown(engine: sa.Engine, post: Post, source: Source, settings: Settings) -> Post | None:
    """Give a post whose body is not made with a body that is made for this once; None where it can not be made."""
    with engine.connect() as connection:
        row = connection.execute(sa.select(SOURCE).where(SOURCE.c.path == post.path)).first()
    made = read([Task(row.path, body=True, kept=row.kept)], source, settings)[0].row if row else None
    return None if made is None else post_of(made._replace(id=post.id, slug=post.slug))


def slugs(engine: sa.Engine) -> list[str]:
    """Give the slug of every post, in the order of their paths."""
    with engine.connect() as connection:
        return list(connection.scalars(sa.select(POST.c.slug).where(POST.c.listed).order_by(POST.c.path)))


def problems(engine: sa.Engine, level: Level | None = None, limit: int | None = None) -> list[Problem]:
    """Give what is wrong, of one level and no more than limit where they are given, in the order of the paths.

    Posts that wait or are over are told of, too; bodies that nothing showed yet are not known.
    """
    codes = [code for code, (its, _fix) in CATALOGUE.items() if level in {None, its}]
    query = sa.select(PROBLEM).where(PROBLEM.c.code.in_(codes)).order_by(PROBLEM.c.path).limit(limit)
    with engine.connect() as connection:
        found = [Problem(row.path, row.line, row.code, row.message) for row in connection.execute(query)]
        at = numbers(connection).get("asof", 0)
        for code, says, condition, column in (
            ("scheduled", "it appears on", POST.c.published > at, POST.c.published),
            ("expired", "it was over on", POST.c.expires <= at, POST.c.expires),
        ):
            rows = connection.execute(sa.select(POST.c.path, column).where(condition)) if code in codes else ()
            for path, micros in rows:
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
