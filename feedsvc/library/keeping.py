"""A Library is kept open, in step with its folder, and made anew when it is gone or damaged.

Library.look ── refresh ──▶ tables, Stamp           in this process
Refresher ── a process of its own ──▶ Library.look   one a machine, whichever process has it; dies with that one
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import math
import os
import pickle
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from feedsvc.errors import Level
from feedsvc.library import clock
from feedsvc.library.queries import Catalog, catalog, problems, unshown
from feedsvc.library.readers import Readers, processors
from feedsvc.library.refreshing import refresh, show
from feedsvc.library.schema import is_busy, open_in_memory, open_library
from feedsvc.library.stamp import Stamp, place, stamped
from feedsvc.sources import Folder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from feedsvc.errors import Problem
    from feedsvc.library.refreshing import Progress, Scan
    from feedsvc.settings import Settings

log = logging.getLogger("feedsvc")

# Milliseconds: an editor's several writes are one change when no more than STEP apart, and at most DEBOUNCE are waited for.
_STEP = 30
_DEBOUNCE = 300
# Seconds between two looks at the clock.
_TICK = 1.0
# How many times as long as a look at all files takes, where nothing changed, they are left alone at least.
_REST = 10
# Bodies that are made in one transaction.
_FEW = 32
_Answer = TypeVar("_Answer")


class Library:
    """The library of a folder of posts. Safe for threads and forks: each process has connections of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = Folder(settings.posts)
        self.catalog: Catalog | None = None  # as this process knows it
        self.stamp: Stamp | None = None  # None for a library in memory
        self._engine: sa.Engine | None = None
        self._pid = 0
        self._inode = 0
        self._seen = b""  # what the stamp said when the catalog was read
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
                self._use(open_library(self.settings))
            assert self._engine is not None
            return self._engine

    def _use(self, engine: sa.Engine) -> None:
        self._engine, self._pid, self._inode = engine, os.getpid(), _inode(engine)
        self.stamp = None
        with contextlib.suppress(OSError):
            if beside := place(engine):
                self.stamp = Stamp(beside)

    def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None and self._pid == os.getpid():
            self._engine.dispose()
        self._engine = None

    def ask(self, question: Callable[[sa.Engine], _Answer]) -> _Answer:
        """Give the library's answer. One that was deleted, damaged or has no room left is made anew, in the end in memory.

        Raises the database's error where it is another's (DATABASE_URL), or busy.
        """
        places: tuple[Callable[[], sa.Engine], ...] = (partial(open_library, self.settings, anew=True), open_in_memory)
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
        self._seen = self.stamp.map[:] if self.stamp else b""
        return found

    def _tell(self, found: Catalog) -> None:
        """Tell the other processes which state the library is in."""
        if self.stamp:
            self.stamp.write(found.edition, found.generation)

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
        return self.stamp is not None and self.stamp.map[:] != self._seen

    def catch_up(self) -> Catalog:
        """Give the scopes that there are now, as the last refresh of any process left them."""
        seen = self.stamp.map[:] if self.stamp else b""
        found = self.ask(lambda engine: catalog(engine, self.catalog))
        if self.stamp and seen != stamped(found.edition, found.generation) and self._reopen_if_gone():
            found = self.ask(catalog)
        self.catalog, self._seen = found, seen
        return found

    def rejoin(self) -> None:
        """Take the library in the place of one whose folder somebody deleted, stamp and all, once it is filled."""
        if self._is_gone():
            engine = open_library(self.settings)
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


# -- a process that does nothing else ----------------------------------------------------------------------------------


class Refresher:
    """Sees to it that one process of this machine keeps a library in step, and that it is not one that answers requests.

    Of the processes that serve the library, whichever is first starts it; when that one dies, so does the refresher,
    and another one's next tend() starts the next.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def tend(self) -> bool:
        """Start the refresher where none runs; tell whether one does, for all that is known."""
        beside = place(self._library.engine)
        if beside is None or self._library.stamp is None:
            return False
        if self._process is not None and self._process.poll() is None:
            return True
        if self._lock is None:
            self._lock = _locked(Path(f"{beside}.refresher"))
            if self._lock is None:
                return True
        died = self._process is not None
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from feedsvc.library.keeping import main; main()"],
            stdin=subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C on the terminal is the server's, which then lets go of the pipe
        )
        assert self._process.stdin is not None
        self._process.stdin.write(pickle.dumps(self._library.settings))
        self._process.stdin.flush()
        return not died

    def close(self) -> None:
        """End the refresher, if it is ours."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()  # type: ignore[union-attr]
            self._process.terminate()
            self._process.wait()
        if self._lock is not None:
            os.close(self._lock)
        self._lock = self._process = None


def _locked(file: Path) -> int | None:
    """Give the handle of a file that nobody else has locked, None where somebody has; let go with it, whoever dies."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def main() -> None:
    """Keep a library in step until the pipe that its settings came through is closed."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stdout)
    try:
        settings = pickle.load(sys.stdin.buffer)  # noqa: S301 - the process that started this one wrote it
    except EOFError:  # and is gone already
        return

    def wait() -> None:
        # Not by sys.stdin, whose lock this thread would hold while processes are forked that close it.
        while os.read(0, 1):
            pass
        os._exit(0)  # what is under way in a transaction is taken back

    threading.Thread(target=wait, daemon=True).start()
    os.nice(19)  # requests go first
    keep(Library(settings))


def keep(library: Library) -> None:
    """Keep a library in step with its folder and the clock, for ever; not one in memory, which nobody else would see."""
    listed = 0
    waiting: list[str] = []
    for is_news, paths in _moments(library):
        try:
            if is_news:
                with Readers(library.folder, library.settings, processors()) as readers:
                    found = library.look(readers=readers, paths=paths)
                if library.stamp is None:
                    return
                # What pages list beyond what feeds show.
                waiting = [*waiting, *library.ask(partial(unshown, since=listed))]
                listed = found.generation
            elif waiting:
                waiting, some = waiting[_FEW:], waiting[:_FEW]
                library.show(some)
        except Exception:  # whatever it is, the posts of before are served, and the next look may go well
            log.exception("the posts could not be looked at")


def _moments(library: Library) -> Iterator[tuple[bool, set[str] | None]]:
    """Yield True when there may be something new, with the paths that changed; with None each REFRESH seconds, for all.

    A post that is due is news without a path. In the second in which nothing happens, yield False. Where the machine does not
    tell of files (some network and container volumes), only the seconds are left; a look at very many files is made less
    often, to take no more than a tenth of the time.
    """
    from watchfiles import watch  # noqa: PLC0415 - the commands, and the processes that answer requests, do without

    is_first = True
    while True:
        root, pause = library.folder.root, library.settings.refresh
        try:
            place, within, last = root.stat(), root.absolute(), -math.inf
            for changes in watch(
                root,
                watch_filter=lambda _change, path: not _is_hidden(path, library.folder.root),
                debounce=_DEBOUNCE,
                step=_STEP,
                rust_timeout=int(min(_TICK, pause) * 1000),
                yield_on_timeout=True,
                raise_interrupt=False,
                ignore_permission_denied=True,
            ):
                soon = _seconds_until_due(library)
                is_told = bool(changes) or soon <= _TICK
                if is_told and last > 0:
                    time.sleep(0 if changes else soon)
                    yield True, {os.path.relpath(path, within) for _change, path in changes}
                if (began := time.monotonic()) - last >= pause:
                    before, pause = library.catalog, library.settings.refresh
                    yield True, None
                    last = time.monotonic()
                    if library.catalog is before:  # else it was the reading that took the time
                        pause = max(pause, _REST * (last - began))
                elif not is_told:
                    yield False, None
                if (now := root.stat()).st_ino != place.st_ino or now.st_dev != place.st_dev:
                    break  # another folder is in its place
        except (OSError, RuntimeError) as error:  # the latter is watchfiles' word for what the system refuses
            if is_first:
                log.info("%s can not be watched; it is looked at each %g seconds: %s", root, pause, error)
            is_first = False
            yield True, None
            time.sleep(min(pause, _seconds_until_due(library)))
            yield False, None


def _seconds_until_due(library: Library) -> float:
    due = library.catalog.due if library.catalog else None
    return max((due - clock.now()).total_seconds(), 0.0) if due else math.inf


def _is_hidden(path: str, root: Path) -> bool:
    return any(part.startswith(".") for part in Path(path).parts[len(root.absolute().parts) :])
