"""The generation of a library, shared by all processes of a machine: a few bytes, which cost no question to the database.

Every process of a machine sees them change at the same moment.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from feedsvc.settings import cache_folders

if TYPE_CHECKING:
    import sqlalchemy as sa

_FORM = struct.Struct("=qq")  # edition, generation


def place(engine: sa.Engine) -> Path | None:
    """Give where the files that go with a library lie, without their suffixes; None for one in memory."""
    if engine.dialect.name == "sqlite":
        return Path(engine.url.database) if engine.url.database else None
    name = hashlib.sha256(str(engine.url).encode()).hexdigest()[:16]
    for folder in cache_folders():
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder / name
    return None


class Generation:
    """The generation of a library as all processes of a machine see it. Raises OSError where its file can not be opened.

    map[:] is what it says now; another value is another state of the library.
    """

    def __init__(self, beside: Path) -> None:
        handle = os.open(f"{beside}.generation", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(handle).st_size != _FORM.size:
                os.ftruncate(handle, _FORM.size)
            self.map = mmap.mmap(handle, _FORM.size)
        finally:
            os.close(handle)

    def write(self, edition: int, generation: int) -> None:
        """Say which state the library is in."""
        value = encoded(edition, generation)
        if self.map[:] != value:
            self.map[:] = value

    def close(self) -> None:
        """Let go of the file."""
        self.map.close()


def encoded(edition: int, generation: int) -> bytes:
    """Return the bytes that say which state a library is in."""
    return _FORM.pack(edition, generation)
