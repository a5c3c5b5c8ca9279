"""A site of static files, kept in step: what changed is written, what went is removed, the rest is not touched.

Each file is replaced as a whole, and the list of what was written comes last: a build that is interrupted leaves every
file as it was or as it is to be, and the next one goes on from there.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import feedsvc
from feedsvc.library import place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from feedsvc.web.site import Page, Site

# Lists the names of what a build wrote. What is known of each beside, which another machine would have otherwise, lies with
# the library: its size in bytes, its mtime in ns, and the state of the library that it is of.
MANIFEST = ".feedsvc.json"
# What nginx knows twins of, with gzip_static and brotli_static.
_TWINS = {"gzip": ".gz", "br": ".br"}
# Beside our own code and settings, these decide what a document is made of a post.
_MAKERS = ("feedgen", "jinja2", "lxml", "markupsafe")

# In the place of a size: the document would not get smaller, and has no twin.
_NO_TWIN = -1
_Entry = tuple[int, int, str]


class Output:
    """The folder that a build writes, and what the build before wrote into it."""

    def __init__(self, folder: Path, site: Site, base: str, *, compress: bool) -> None:
        self.folder = folder
        self.site = site
        self.files = self.changed = self.removed = 0
        self._codings = _TWINS if compress else {}
        self._maker = _maker(site, base)
        self._names = _manifest(folder / MANIFEST)
        beside = place(site.library.engine)
        own = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
        self._memory = beside and Path(f"{beside}.{own}.build")
        self._before = _remembered(self._memory, self._maker) if self._memory else {}
        self._written: dict[str, _Entry] = {}

    def write(self, pages: Iterable[Page], progress: Callable[[int, int], None] | None = None) -> None:
        """Bring the folder in step with the pages. Raises OSError where it can not be."""
        for page in pages:
            self._put(page)
            if progress:
                progress(self.files, self.files + 1)
        written = {name for name, entry in self._written.items() if entry[0] != _NO_TWIN}
        gone = self._names - written
        self._clear(gone)
        self.removed = len(gone)
        _write(self.folder / MANIFEST, (json.dumps(sorted(written), ensure_ascii=False, indent=0) + "\n").encode())
        if self._memory and self._written != self._before:
            with contextlib.suppress(OSError):
                _replace(self._memory, json.dumps({"made by": self._maker, "files": self._written}).encode())

    def _put(self, page: Page) -> None:
        names = {
            page.name: "",
            **{page.name + suffix: coding for coding, suffix in self._codings.items() if page.is_text},
        }
        self.files += 1
        if page.state and all(self._is_as_written(name, page.state) for name in names):
            self._written |= {name: self._before[name] for name in names}
            return
        representation = page.make()
        changed = _write(self.folder / page.name, representation.body)
        self.changed += changed
        for name, coding in names.items():
            file = self.folder / name
            if coding and (changed or not self._is_as_written(name)):
                twin = representation.twin(coding)
                if not twin:
                    self._written[name] = (_NO_TWIN, 0, page.state)
                    continue
                _write(file, twin)
            status = file.stat()
            self._written[name] = (status.st_size, status.st_mtime_ns, page.state)

    def _is_as_written(self, name: str, state: str | None = None) -> bool:
        entry = self._before.get(name)
        if entry is None or state not in {None, entry[2]}:
            return False
        try:
            status = (self.folder / name).stat()
        except OSError:
            return entry[0] == _NO_TWIN
        return (status.st_size, status.st_mtime_ns) == entry[:2]

    def _clear(self, gone: Iterable[str]) -> None:
        """Remove what an earlier build wrote and this one did not, and folders that this leaves empty; nothing else."""
        for name in sorted(gone):
            file = self.folder / name
            if not file.is_file() and not file.is_symlink():  # somebody was here before
                continue
            file.unlink()
            for folder in file.parents:
                if folder == self.folder or any(folder.iterdir()):
                    break
                folder.rmdir()


def _maker(site: Site, base: str) -> str:
    """Give a mark of all that makes documents of a library: with another one, every file is made again and compared."""
    digest = hashlib.sha256()
    package = Path(feedsvc.__file__).parent
    for source in sorted([*package.glob("feeds/*.py"), *package.glob("web/*.py"), *package.glob("web/templates/*")]):
        digest.update(source.read_bytes())
    marks = [base, *(f"{name} {importlib.metadata.version(name)}" for name in _MAKERS)]
    marks += [f"{field.name} {getattr(site.settings, field.name)}" for field in fields(site.settings)]
    return hashlib.sha256(digest.digest() + repr(marks).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _manifest(place: Path) -> set[str]:
    """Give the names that an earlier build wrote; none that leads out of the folder."""
    try:
        names = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    names = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    return {name for name in names if ".." not in Path(name).parts and not Path(name).is_absolute()}


def _remembered(place: Path, maker: str) -> dict[str, _Entry]:
    """Give what is known of the files that an earlier build wrote, if what made them is what would make them now."""
    try:
        memory = json.loads(place.read_bytes())
        entries = memory["files"] if memory["made by"] == maker else {}
        return {name: (int(size), int(mtime), str(state)) for name, (size, mtime, state) in entries.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _write(place: Path, body: bytes) -> bool:
    """Write a file whole, or leave the old one as it is; tell whether it changed."""
    with contextlib.suppress(OSError):
        if place.stat().st_size == len(body) and place.read_bytes() == body:
            return False
    _replace(place, body)
    return True


def _replace(place: Path, body: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".feedsvc-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        os.chmod(temporary, 0o644)  # noqa: PTH101
        os.replace(temporary, place)  # noqa: PTH105
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise
