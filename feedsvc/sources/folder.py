"""The folder of posts: the only module that touches the posts on the disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from feedsvc.errors import PostRefused, Problem
from feedsvc.sources.source import MEDIA_TYPES, POST_SUFFIXES, Found, RawPost

if TYPE_CHECKING:
    from collections.abc import Iterable

# What stands beside posts and is none, but is text that somebody may have meant as one: reported, never in silence.
_SIDE_SUFFIXES = frozenset({".adoc", ".asciidoc", ".ipynb", ".mdx", ".mkd", ".org", ".textile", ".txt"})
# A file that carries the front matter of the post beside it (Nikola).
_HEADER_SUFFIX = ".meta"
# The largest of 40,000 real posts has 400 KB.
MAX_POST_BYTES = 8 << 20
# Read at first: Python sets aside as much memory as is asked for, and 8 MiB for each post takes longer than the reading.
_FIRST_BYTES = 1 << 16
_63_BITS = (1 << 63) - 1


def _fingerprint(status: os.stat_result) -> tuple[int, int, int]:
    # A file system may say more than a database's numbers hold: mtimes after 2262, inodes of 64 bits.
    return status.st_size, status.st_mtime_ns & _63_BITS, status.st_ino & _63_BITS


class Folder:
    """A folder of posts. Paths are relative to it, with forward slashes, and never lead out of it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def scan(self) -> tuple[list[Found], list[Problem]]:
        """Give every file that may be a post, and what was passed over that may have been meant as one.

        Both are in the order of their paths. Raises OSError where the folder itself can not be read.
        """
        found: list[Found] = []
        problems: list[Problem] = []
        real = os.path.realpath(self.root)
        self._walk(self.root, "", real, found, problems)
        return sorted(found), sorted(problems)

    def look(self, paths: Iterable[str]) -> list[Found] | None:
        """Give those that scan() finds of a few paths; None where it takes the scan to tell.

        That is where one of them is more than a file or nothing: a folder, a link, a header, what scan() has a problem with.
        """
        found: list[Found] = []
        try:
            real = os.path.realpath(self.root, strict=True)
            for path in paths:
                stem, suffix = os.path.splitext(path)  # noqa: PTH122 - as in read
                place = f"{real}/{path}"
                if suffix == _HEADER_SUFFIX or "/." in f"/{os.path.dirname(path)}":  # noqa: PTH120
                    return None
                try:
                    status = os.lstat(place)
                except (FileNotFoundError, NotADirectoryError):
                    continue
                if not stat.S_ISREG(status.st_mode) or suffix.lower() in _SIDE_SUFFIXES:
                    return None
                if suffix.lower() in POST_SUFFIXES:
                    if os.path.realpath(place) != place or os.path.lexists(f"{real}/{stem}{_HEADER_SUFFIX}"):
                        return None
                    found.append(Found(path, _fingerprint(status)))
        except OSError:
            return None
        return found

    def trouble(self) -> str:
        """Give why the folder can not be read, "" where it can."""
        try:
            os.scandir(self.root).close()
        except OSError as error:
            return error.strerror or str(error)
        return ""

    def _walk(self, folder: Path, prefix: str, real: str, found: list[Found], problems: list[Problem]) -> None:
        headers: dict[str, os.stat_result] = {}
        first = len(found)
        with os.scandir(folder) as entries:
            for entry in entries:
                path = prefix + entry.name
                try:
                    path.isascii() or path.encode()
                except UnicodeEncodeError:
                    shown = path.encode("utf-8", "backslashreplace").decode()
                    problems.append(Problem(shown, 1, "unreadable", "the file's name is not UTF-8"))
                    continue
                try:
                    if path.endswith(_HEADER_SUFFIX) and entry.is_file() and self._inside(entry.path, real):
                        headers[path.removesuffix(_HEADER_SUFFIX)] = entry.stat()
                        continue
                    self._look(entry, path, real, found, problems)
                except OSError as error:
                    problems.append(Problem(path, 1, "unreadable", error.strerror or str(error)))
        for place, item in enumerate(found[first:], first) if headers else ():
            if header := headers.pop(os.path.splitext(item.path)[0], None):  # noqa: PTH122
                size, mtime, inode = item.fingerprint
                its_size, its_mtime, its_inode = _fingerprint(header)
                both = size + its_size, (mtime + its_mtime) & _63_BITS, inode ^ its_inode
                found[place] = Found(item.path, both)
        problems += [Problem(f"{path}{_HEADER_SUFFIX}", 1, "side-file", "it has no post beside it") for path in headers]

    def _look(self, entry: os.DirEntry[str], path: str, real: str, found: list[Found], problems: list[Problem]) -> None:
        suffix = entry.name[entry.name.rfind(".") :].lower()  # a Path a file would double the scan's cost
        if entry.is_dir(follow_symlinks=False):
            if entry.name.startswith("."):  # .git, .venv, ..data: thousands of files that nobody meant
                return
            if suffix in POST_SUFFIXES:
                problems.append(Problem(path, 1, "not-a-file", "a folder whose name ends as a post's does"))
            self._walk(Path(entry.path), path + "/", real, found, problems)
            return
        if suffix in _SIDE_SUFFIXES:
            problems.append(Problem(path, 1, "side-file", f"a {suffix} file is no post"))
            return
        if suffix not in POST_SUFFIXES:
            return
        try:
            status = entry.stat()
        except OSError as error:
            if not entry.is_symlink():
                raise
            problems.append(Problem(path, 1, "not-a-file", f"a link that leads nowhere ({error.strerror})"))
            return
        if not stat.S_ISREG(status.st_mode):
            problems.append(Problem(path, 1, "not-a-file", "no plain file"))
        elif entry.is_symlink() and not self._inside(entry.path, real):
            problems.append(Problem(path, 1, "outside", "a link that leads out of the posts folder"))
        else:
            found.append(Found(path, _fingerprint(status)))

    @staticmethod
    def _inside(path: str, real: str) -> bool:
        return os.path.commonpath([os.path.realpath(path), real]) == real

    def read(self, path: str) -> RawPost:
        """Give a post's bytes, and its header's where that stands in a file beside it (Nikola's `.meta`).

        Raises PostRefused: unreadable, too-large.
        """
        header = b""
        data = self._bytes(path)
        meta = os.path.splitext(path)[0] + _HEADER_SUFFIX  # noqa: PTH122 - Paths would double the time, here and below
        place = f"{self.root}/{meta}"
        if os.path.isfile(place) and self._inside(place, os.path.realpath(self.root)):  # noqa: PTH113
            header = self._bytes(meta)
        return RawPost(path, data, header)

    def _bytes(self, path: str) -> bytes:
        try:
            handle = os.open(f"{self.root}/{path}", os.O_RDONLY | os.O_CLOEXEC)  # a file object takes twice as long
            try:
                data = os.read(handle, _FIRST_BYTES)
                while len(data) <= MAX_POST_BYTES and (more := os.read(handle, max(len(data), _FIRST_BYTES))):
                    data += more
            finally:
                os.close(handle)
        except OSError as error:
            raise PostRefused("unreadable", error.strerror or str(error)) from None
        if len(data) > MAX_POST_BYTES:
            raise PostRefused("too-large", f"the file has more than {MAX_POST_BYTES >> 20} MiB")
        return data

    def size(self, path: str) -> int | None:
        """Give the size in bytes of a file that posts may refer to; None where there is none, or it is kept private."""
        file = self.file(path)
        return file.stat().st_size if file else None

    def file(self, path: str) -> Path | None:
        """Give the place of a file that posts may refer to: a picture, a recording, another post; else None."""
        parts = path.split("/")
        if "\0" in path or "\\" in path or not all(parts) or any(part.startswith(".") for part in parts):
            return None
        suffix = PurePosixPath(path).suffix.lower()
        if suffix not in MEDIA_TYPES and suffix not in POST_SUFFIXES:
            return None
        place = self.root / path
        try:
            inside = place.is_file() and self._inside(str(place), os.path.realpath(self.root))
        except OSError:  # a name that is too long
            return None
        return place if inside else None
