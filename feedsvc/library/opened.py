"""A Library is kept open, in step with its folder, and made anew when it is gone or damaged.

Library.look ── refresh ──▶ tables, Generation
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from feedsvc.errors import Level
from feedsvc.library.database import is_busy, open_in_memory, open_library
from feedsvc.library.generation import Generation, encoded, place
from feedsvc.library.queries import Catalog, catalog, problems
from feedsvc.library.refreshing import refresh, show
from feedsvc.sources import Folder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from feedsvc.errors import Problem
    from feedsvc.library.pool import Readers
    from feedsvc.library.refreshing import Progress, Scan
    from feedsvc.settings import Settings

log = logging.getLogger("feedsvc")

_Answer = TypeVar("_Answer")


class Library:
    """The library of a folder of posts. Safe for threads and forks: each process has connections of its own."""

    def __init__(self, settings: Settings, file: Path | None = None) -> None:
        """Make the library of the settings' folder; in a file of its own where another process names one."""
        self.settings = settings
        self._named = file
        self.folder = Folder(settings.posts)
        self.catalog: Catalog | None = None  # as this process knows it
        self.shared: Generation | None = None  # None for a library in memory
        self._engine: sa.Engine | None = None
        self._pid = 0
        self._inode = 0
        self._seen = b""  # what the shared generation was when the catalog was read
        self.trouble = ""  # why the folder could not be read at the last look
        self._reported: set[Problem] = set()
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether this process opened it."""
        return self._engine is not None and self._pid == os.getpid()

    @property
    def engine(self) -> sa.Engine:
        """The database of this process."""
        with self._lock:
            if self._engine is None or self._pid != os.getpid():
                self._use(open_library(self.settings, self._named))
            assert self._engine is not None
            return self._engine

    @property
    def file(self) -> Path | None:
        """The SQLite file that it is in; None for a library in memory, or in a database of one's own."""
        return None if self.settings.database_url else place(self.engine)

    def _use(self, engine: sa.Engine) -> None:
        self._engine, self._pid, self._inode = engine, os.getpid(), _inode(engine)
        self.shared = None
        with contextlib.suppress(OSError):
            if beside := place(engine):
                self.shared = Generation(beside)

    def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None and self._pid == os.getpid():
            self._engine.dispose()
        self._engine = None

    def ask(self, question: Callable[[sa.Engine], _Answer]) -> _Answer:
        """Give the library's answer. One that was deleted, damaged or has no room left is made anew, in the end in memory.

        Raises the database's error where it is another's (DATABASE_URL), or busy.
        """
        places: tuple[Callable[[], sa.Engine], ...] = (
            partial(open_library, self.settings, self._named, anew=True),
            open_in_memory,
        )
        for make in places:
            engine = self.engine
            try:
                return question(engine)
            except sa.exc.DatabaseError as error:
                if self.settings.database_url or is_busy(error):
                    raise
                log.warning("the library can not be used, and is made anew: %s", error.orig)
                with self._lock:
                    if self._engine is engine:  # else another thread did it
                        engine.dispose()
                        self._use(make())
                # A library that can not be filled either is the next answer's matter.
                with contextlib.suppress(sa.exc.DatabaseError):
                    self._refresh(self.engine)
                    self._tell(catalog(self.engine))
        return question(self.engine)

    def show(
        self,
        paths: Collection[str] | None,
        progress: Progress | None = None,
        *,
        patient: bool = True,
        readers: Readers | None = None,
    ) -> None:
        """Have the bodies of posts made and kept; of every post, without paths. Raises the database's error if it is busy."""

        def question(engine: sa.Engine) -> None:
            show(engine, self.folder, self.settings, paths, progress, patient=patient, readers=readers)

        self.ask(question)

    # -- in step with the folder ---------------------------------------------------------------------------------------

    def look(
        self,
        progress: Progress | None = None,
        *,
        patient: bool = True,
        readers: Readers | None = None,
        scan: Scan | None = None,
        paths: Collection[str] | None = None,
    ) -> Catalog:
        """Bring the library in step with the folder, or what paths of it are known to have changed; give the scopes it has now.

        While other processes are at it for long, these are the scopes of before; without patience, while they are at it.
        """
        self._reopen_if_gone()
        try:
            how = {"patient": patient, "readers": readers, "scan": scan, "paths": paths}
            self.ask(lambda engine: self._refresh(engine, progress, **how))
        except sa.exc.DatabaseError as error:
            if self.catalog is None or not is_busy(error):
                raise
            return self.catalog
        before = self.catalog
        found = self.catch_up()
        if found is not before:
            self._report()
        self._tell(found)
        self._seen = self.shared.map[:] if self.shared else b""
        return found

    def _tell(self, found: Catalog) -> None:
        """Tell the other processes which state the library is in."""
        if self.shared:
            self.shared.write(found.edition, found.generation)

    def _refresh(self, engine: sa.Engine, progress: Progress | None = None, **how: Any) -> None:
        trouble = ""
        try:
            refresh(engine, self.folder, self.settings, progress, **how)
        except OSError as error:
            trouble = f"the posts folder can not be read: {error.strerror or error}"
        if trouble and trouble != self.trouble:
            log.warning("%s: %s", self.folder.root.absolute(), trouble)
        self.trouble = trouble

    def _report(self) -> None:
        found = set(self.ask(lambda engine: problems(engine, Level.ERROR)))
        for problem in sorted(found - self._reported):
            log.warning("%s", problem)
        self._reported = found

    @property
    def is_stale(self) -> bool:
        """Whether another process brought something new since this one caught up."""
        return self.shared is not None and self.shared.map[:] != self._seen

    def catch_up(self) -> Catalog:
        """Give the scopes that there are now, as the last refresh of any process left them."""
        seen = self.shared.map[:] if self.shared else b""
        found = self.ask(lambda engine: catalog(engine, self.catalog))
        if self.shared and seen != encoded(found.edition, found.generation) and self._reopen_if_gone():
            found = self.ask(catalog)
        self.catalog, self._seen = found, seen
        return found

    def rejoin(self) -> None:
        """Take the library in the place of one whose folder somebody deleted, and its shared generation, once it is filled."""
        if self._is_gone():
            engine = open_library(self.settings, self._named)
            if catalog(engine).generation:
                self.close()
                with self._lock:
                    self._use(engine)
                self._seen = b""
            else:
                engine.dispose()

    def _is_gone(self) -> bool:
        return self.is_open and bool(self._inode) and _inode(self.engine) != self._inode

    def _reopen_if_gone(self) -> bool:
        """Let go of a file that somebody deleted or replaced; the next use opens, or makes, the one in its place."""
        if not self._is_gone():
            return False
        self.close()
        return True


def _inode(engine: sa.Engine) -> int:
    file = place(engine) if engine.dialect.name == "sqlite" else None
    try:
        return file.stat().st_ino if file else 0
    except OSError:
        return -1
