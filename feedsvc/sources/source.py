"""What every source of posts has in common: what it lists, what it reads, and which files it knows."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from feedsvc.errors import Problem

POST_SUFFIXES = frozenset({".md", ".markdown", ".html", ".htm", ".rst"})
# What a post may show from its folder: the suffix and its media type. Nothing that a browser would run.
MEDIA_TYPES: dict[str, str] = {
    ".aac": "audio/aac",
    ".avif": "image/avif",
    ".flac": "audio/flac",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".opus": "audio/opus",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class RawPost:
    """A file as it was found: path relative to the posts folder, with forward slashes, and its bytes.

    header holds the bytes of the file beside it that carries its front matter (Nikola's `.meta`), if there is one.
    """

    path: str
    data: bytes
    header: bytes = b""


class Found(NamedTuple):  # 10,000 of them are made in each look: tuples take half of a dataclass's time
    """A file that may be a post, and what tells whether it changed: size in bytes, mtime in ns, inode.

    Where its header stands in a file beside it, each of the three is made of both files'.
    """

    path: str
    fingerprint: tuple[int, int, int]


class Source(Protocol):
    """Where posts come from. Paths are relative to it, with forward slashes, and never lead out of it."""

    def scan(self) -> tuple[list[Found], list[Problem]]:
        """Return every file that may be a post, and what was passed over; both in the order of their paths.

        Raises OSError where the source itself can not be read.
        """

    def look(self, paths: Iterable[str]) -> list[Found] | None:
        """Return those that scan() finds of a few paths; None where only scan() can tell."""

    def read(self, path: str) -> RawPost:
        """Return a post's bytes. Raises PostRefused: unreadable, too-large."""

    def trouble(self) -> str:
        """Return why the source can not be read, "" where it can."""

    def size(self, path: str) -> int | None:
        """Return the size in bytes of a file beside the posts; None where there is none."""

    def file(self, path: str) -> Path | None:
        """Return the place of a file beside the posts; None where there is none."""


def media_type(address: str) -> str:
    """Give the media type that an address's suffix promises, "" where it promises none."""
    name = address.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    return MEDIA_TYPES.get(posixpath.splitext(name)[1].lower(), "")  # PurePosixPath takes three times as long


def is_private(path: str) -> bool:
    """Tell whether a file or one of its folders is kept from the public by its name: `.x`, `_x`, but not `_posts`."""
    return any(part.startswith((".", "_")) and part != "_posts" for part in path.split("/"))
