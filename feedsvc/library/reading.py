"""Files become what the library keeps of them.

Task ── read ──▶ Read        a file's fingerprint differs, or a feed shows a post whose body was not made yet

A body is rendered and cleaned only when something shows it: reading a header takes a fiftieth of the time.
"""

from __future__ import annotations

import functools
import hashlib
import json
import logging
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from markupsafe import Markup

from feedsvc.content import naming
from feedsvc.content.post import SITE, Author, Enclosure, Picture, Post
from feedsvc.errors import Level, PostRefused, Problem
from feedsvc.library.clock import from_micros, to_micros
from feedsvc.sources import RawPost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from feedsvc.content.parse import Parsed
    from feedsvc.settings import Settings
    from feedsvc.sources import Source

log = logging.getLogger("feedsvc")

_Result = TypeVar("_Result")

# Files that a step is done for before the next step: its code and tables stay in the processor's cache, and a header takes a
# fifth less time. For more of them that is all the same, and their bytes are in memory together.
_AT_ONCE = 24

# A scope that a post is in: kind, key, the name where the scope is of one name, whether a category path leads there.
Membership = tuple[str, str, str | None, bool]


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read. digest is of the bytes that it had before; kept are the bytes to read in their place."""

    path: str
    body: bool
    digest: bytes = b""
    kept: bytes | None = None


class Row(NamedTuple):
    """A post as its table has it, with the id and slug that it asks for; content is None where the body was not made."""

    path: str
    id: str
    slug: str
    name: str | None
    published: int | None
    expires: int | None
    fields: str
    content: str | None


class Read(NamedTuple):  # 10,000 of them come from other processes: tuples take a third of a dataclass's time
    """What became of a file. row is None without a post; unchanged: the bytes are known."""

    path: str
    digest: bytes = b""
    kept: bytes = b""
    row: Row | None = None
    members: tuple[Membership, ...] = ()
    problems: tuple[Problem, ...] = ()
    unchanged: bool = False

    @property
    def failed(self) -> bool:
        """Whether the file was meant as a post and can not be one."""
        return self.row is None and any(problem.level is Level.ERROR for problem in self.problems)


class _File(NamedTuple):
    raw: RawPost
    digest: bytes
    kept: bytes


def read(tasks: Sequence[Task], source: Source, settings: Settings) -> list[Read]:
    """Give what became of files, in the order of the tasks, their bodies with them where a task says so."""
    from feedsvc.content.parse import parse  # noqa: PLC0415 - a start with nothing to read does without

    found: list[Read] = []
    for start in range(0, len(tasks), _AT_ONCE):
        some = [(task, _guarded(task.path, _file, task, source)) for task in tasks[start : start + _AT_ONCE]]
        parsed = [
            file
            if isinstance(file, Read)
            else (file, task.body, _guarded(task.path, parse, file.raw, source, settings, body=task.body))
            for task, file in some
        ]
        for item in parsed:
            if isinstance(item, Read):
                found.append(item)
                continue
            file, body, post = item
            made = post if isinstance(post, Read) else _guarded(file.raw.path, _read, file, body, post)
            # A file that fails is known by its digest, too: it fails once, and is read again when it changes.
            found.append(made._replace(digest=file.digest))
    return found


def _guarded(path: str, step: Callable[..., _Result], *given: Any, **named: Any) -> _Result | Read:
    """Return what a step makes of a file; whatever it raises is that file's problem, and nobody else's."""
    try:
        return step(*given, **named)
    except Exception as error:
        log.exception("%s can not be read", path)
        where = traceback.extract_tb(error.__traceback__)[-1]
        message = f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"
        return Read(path, problems=(Problem(path, 1, "internal", message),))


def _file(task: Task, source: Source) -> _File | Read:
    """Give a file's bytes; what became of it where there is nothing to parse."""
    if task.kept is not None:
        return _File(unpacked(task.path, task.kept), b"", task.kept)
    try:
        raw = source.read(task.path)
    except PostRefused as refused:
        return Read(task.path, problems=(Problem(task.path, refused.line, refused.code, refused.message),))
    digest = hashlib.sha256(raw.data + b"\0" + raw.header).digest()[:16]
    return Read(task.path, digest, unchanged=True) if digest == task.digest else _File(raw, digest, packed(raw))


def _read(file: _File, body: bool, parsed: Parsed) -> Read:
    path = file.raw.path
    if parsed.post is None:
        return Read(path, file.digest, problems=parsed.problems)
    values = _plain(parsed.post)
    row = _row(parsed.post, values, body=body)
    _check_storable(row)
    return Read(path, file.digest, file.kept, row, memberships(values), parsed.problems)


def _check_storable(row: Row) -> None:
    """Raise what a database would raise of a row, before it costs the other posts of its transaction."""
    for value in row:
        if isinstance(value, str):
            value.encode()
        elif value is not None:
            value.to_bytes(8, "big", signed=True)


_own = threading.local()


def packed(raw: RawPost) -> bytes:
    """Give a post's bytes, compressed: the library keeps each as it was read, for the day that something shows it."""
    import zstandard  # noqa: PLC0415 - as in read

    compressor = getattr(_own, "compressor", None)
    if compressor is None:
        # Level -1: 6 KB of HTML become 3.3 KB in 14 microseconds, and another compressor takes as long to make. Level 1 makes
        # 2.8 KB in 20 to 40: its tables push all else out of the processor's cache.
        compressor = _own.compressor = zstandard.ZstdCompressor(level=-1)
    return compressor.compress(len(raw.data).to_bytes(4, "big") + raw.data + raw.header)


def unpacked(path: str, kept: bytes) -> RawPost:
    """Give the post whose bytes packed() was given."""
    import zstandard  # noqa: PLC0415 - as in read

    data = zstandard.ZstdDecompressor().decompress(kept)
    end = 4 + int.from_bytes(data[:4], "big")
    return RawPost(path, data[4:end], data[end:])


_AS_THEY_ARE = ("path", "id", "slug", "link", "title", "categories", "tags", "summary", "language", "rights")


def _plain(post: Post) -> dict[str, Any]:
    """Give a post, but for its content, as JSON can have it."""
    values: dict[str, Any] = {name: getattr(post, name) for name in _AS_THEY_ARE}
    for name in ("published", "updated", "expires"):
        values[name] = to_micros(getattr(post, name))
    values["authors"] = [(author.name, author.email, author.url) for author in post.authors]
    for name in ("picture", "thumbnail"):
        picture = getattr(post, name)
        values[name] = picture and (picture.url, picture.type, picture.width, picture.height)
    values["enclosures"] = [(file.url, file.type, file.length, file.title) for file in post.enclosures]
    return values


_encode = json.JSONEncoder(ensure_ascii=False).encode


def _row(post: Post, values: dict[str, Any], *, body: bool) -> Row:
    name = naming.slug_of(post.path)
    return Row(
        post.path,
        post.id,
        post.slug,
        None if name == post.slug else name,
        values["published"],
        values["expires"],
        _encode(values),
        str(post.content) if body else None,
    )


def post_of(row: Any) -> Post:
    """Give the post of a row; its content is empty where the body was not made."""
    values = json.loads(row.fields)
    content = row.content or ""
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
        "authors": tuple(Author(*author) for author in values["authors"]),
        "categories": tuple(map(tuple, values["categories"])),
        "tags": tuple(values["tags"]),
        "picture": Picture(*values["picture"]) if values["picture"] else None,
        "thumbnail": Picture(*values["thumbnail"]) if values["thumbnail"] else None,
        "enclosures": tuple(Enclosure(*enclosure) for enclosure in values["enclosures"]),
    }
    return Post(**values)


def scope_key(names: Iterable[str]) -> str:
    """Give the key of a scope from its names, in any spelling."""
    return "/".join(map(_part, names))


@functools.lru_cache(4096)  # thousands of posts share a few names
def _part(name: str) -> str:
    return naming.segment(naming.key(name))


def memberships(fields: Mapping[str, Any]) -> tuple[Membership, ...]:
    """Give the scopes of a post: the site, each beginning of a category path, each of its names alone, tags, authors.

    fields is the Post as _plain has it.
    """
    found: dict[tuple[str, str], tuple[str | None, bool]] = {("site", ""): (None, True)}
    for path in fields["categories"]:
        keys = [_part(name) for name in path]
        for depth, name in enumerate(path, 1):
            found["category", "/".join(keys[:depth])] = (name if depth == 1 else None, True)
            found.setdefault(("category", keys[depth - 1]), (name, False))
    for tag in fields["tags"]:
        found["tag", _part(tag)] = (tag, True)
    for name, _email, _url in fields["authors"]:
        found["author", _part(name)] = (name, True)
    return tuple((kind, key, name, rooted) for (kind, key), (name, rooted) in found.items())
