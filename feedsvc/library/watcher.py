"""The watcher: a process that watches the folder of posts, and brings the library in step with it.

Watcher.ensure ── python -m feedsvc.library.watcher ── watch ──▶ Library.look

It opens the library that its parent names, and ends when its parent does.
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
from typing import TYPE_CHECKING

from feedsvc.library import clock
from feedsvc.library.generation import place
from feedsvc.library.opened import Library
from feedsvc.library.pool import Readers, processors
from feedsvc.library.queries import unshown

if TYPE_CHECKING:
    from collections.abc import Iterator

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


class Watcher:
    """The process that watches the folder of a library: one a machine, and none that answers requests.

    Of the processes that serve the library, the first one starts it. When that process dies, the watcher ends, and another
    process's next ensure() starts the next watcher.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def ensure(self) -> bool:
        """Start the watcher where none runs; tell whether one does, for all that is known."""
        beside = place(self._library.engine)
        if beside is None or self._library.shared is None:
            return False
        if self._process is not None and self._process.poll() is None:
            return True
        if self._lock is None:
            self._lock = _locked(Path(f"{beside}.watcher"))
            if self._lock is None:
                return True
        died = self._process is not None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "feedsvc.library.watcher"],
            stdin=subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C on the terminal is the server's, which then lets go of the pipe
        )
        assert self._process.stdin is not None
        self._process.stdin.write(pickle.dumps((self._library.settings, self._library.file)))
        self._process.stdin.flush()
        return not died

    def close(self) -> None:
        """End the watcher, if it is this process's."""
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
    """Watch the folder of a library until the pipe through which its settings came is closed."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stdout)
    try:
        settings, file = pickle.load(sys.stdin.buffer)  # noqa: S301 - the process that started this one wrote it
    except EOFError:  # and is gone already
        return

    def wait() -> None:
        # Not by sys.stdin, whose lock this thread would hold while processes are forked that close it.
        while os.read(0, 1):
            pass
        os._exit(0)  # what is under way in a transaction is taken back

    threading.Thread(target=wait, daemon=True).start()
    os.nice(19)  # requests go first
    watch(Library(settings, file))


def watch(library: Library) -> None:
    """Keep a library in step with its folder and the clock, for ever; not one in memory, which nobody else would see."""
    listed = 0
    waiting: list[str] = []
    for is_news, paths in _moments(library):
        try:
            if is_news:
                with Readers(library.folder, library.settings, processors()) as readers:
                    found = library.look(readers=readers, paths=paths)
                if library.shared is None:
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
    import watchfiles  # noqa: PLC0415 - the commands, and the processes that answer requests, do without

    is_first = True
    while True:
        root, pause = library.folder.root, library.settings.refresh
        try:
            place, within, last = root.stat(), root.absolute(), -math.inf
            for changes in watchfiles.watch(
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


if __name__ == "__main__":
    main()
