"""A few bytes beside a library that say which generation it has: to look at them costs no question to the database.

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


class Stamp:
    """The stamp of a library, open to be looked at and written. Raises OSError where its file can not be.

    map[:] is what it says now; another value is another state of the library.
    """

    def __init__(self, beside: Path) -> None:
        handle = os.open(f"{beside}.stamp", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(handle).st_size != _FORM.size:
                os.ftruncate(handle, _FORM.size)
            self.map = mmap.mmap(handle, _FORM.size)
        finally:
            os.close(handle)

    def write(self, edition: int, generation: int) -> None:
        """Say which state the library is in."""
        value = stamped(edition, generation)
        if self.map[:] != value:
            self.map[:] = value

    def close(self) -> None:
        """Let go of the file."""
        self.map.close()


def stamped(edition: int, generation: int) -> bytes:
    """Give what a stamp says of a state."""
    return _FORM.pack(edition, generation)
