"""Files are read by several processes where there is much to read.

Readers ── tasks ──▶ process 1, process 2 …      the first imports what reading takes, the others are forked from it
        ◀── reads ──                             in the order of the tasks

Where told so, the first begins with a scan of the folder, and imports only if that, or a task, makes it worth it. This
process needs no thread for it, so that it may fork; the others end when it says so, or is gone.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import hashlib
import itertools
import marshal
import os
import pickle
import signal
import threading
from collections import deque
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any

from feedsvc.library.reading import Read, Task, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import NoReturn, Self

    from feedsvc.errors import Problem
    from feedsvc.settings import Settings
    from feedsvc.sources import Found, Source

# What a process is given at a time, in headers: 20 ms of work. Starting processes for less takes longer than doing it.
BATCH = 120
# Headers that can be read in the time that a body takes.
BODY = 20
MOST_PROCESSES = 8
# Bytes that a process may be ahead of who takes its answers: a batch has 500 KB, a scan of 10,000 files 400. Linux lets
# everybody have this much.
_PIPE = 1 << 20
_SCAN = -1  # the number of the answer that is a scan


def processors() -> int:
    """Give how many processes may read at once: as many as the machine runs at once, but no more than eight."""
    return min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MOST_PROCESSES
    )


class Readers:
    """Reads files: this process itself, or so many others where there is much to read. Close it in the end."""

    def __init__(self, source: Source, settings: Settings, processes: int = 1) -> None:
        self._given = source, settings
        self._processes = processes
        self._first = 0  # the process that was forked from this one
        self._others: list[_Other] = []
        self._scans = False  # whether the first one's scan was not taken yet
        self._numbers = itertools.count()

    def __enter__(self) -> Self:
        """Give itself, to be closed at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """End the processes."""
        for other in self._others:
            other.close()
        self._others, self._scans = [], False
        if self._first:
            with contextlib.suppress(ChildProcessError):  # somebody else waits for all that end
                os.waitpid(self._first, 0)
        self._first = 0

    def begin(self, known: bytes | None = None) -> None:
        """Have the processes import what reading takes while this one does something else.

        With the mark of a scan, the first scans the folder before, and leaves the rest until a task comes if that is its mark.
        """
        if self._processes > 1 and not self._others:
            with contextlib.suppress(OSError):  # no more processes are to be had: this one reads
                self._first, self._others = _start(self._processes, *self._given, known)
                self._scans = known is not None

    def scan(self) -> tuple[list[Found], list[Problem], bytes]:
        """Give what Folder.scan gives and its mark; of when begin() was told to make one. Raises OSError as that does."""
        made = self._others[0].take(_SCAN) if self._scans else None
        self._scans = False
        return made or _scan(self._given[0])

    def read(
        self, tasks: Iterable[Task], total: int, progress: Callable[[int, int], None] | None = None
    ) -> Iterator[list[Read]]:
        """Give what became of the files, in the order of the tasks, in lists; progress is told how many of the total are read."""
        batches = _batches(tasks)
        first = list(itertools.islice(batches, 2))
        if len(first) > 1:
            self.begin()
        done = 0
        for reads in self._read(itertools.chain(first, batches)):
            for _read in reads:
                done += 1
                if progress:
                    progress(done, total)
            yield reads

    def _read(self, batches: Iterator[list[Task]]) -> Iterator[list[Read]]:
        if not self._others:
            for batch in batches:
                yield read(batch, *self._given)
            return
        turns = itertools.cycle(self._others)
        waiting: deque[tuple[list[Task], _Other, int]] = deque()
        for batch in batches:
            other, number = next(turns), next(self._numbers)
            other.give(number, batch)
            waiting.append((batch, other, number))
            # No more than a few batches are under way: what was read waits here, and 100,000 posts would not fit.
            if len(waiting) > 2 * len(self._others):
                yield self._result(*waiting.popleft())
        while waiting:
            yield self._result(*waiting.popleft())

    def _result(self, batch: list[Task], other: _Other, number: int) -> list[Read]:
        reads = other.take(number)
        # Somebody killed the other process, perhaps the system, for want of memory.
        return read(batch, *self._given) if reads is None else reads


def _batches(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    batch: list[Task] = []
    work = 0
    for task in tasks:
        batch.append(task)
        work += BODY if task.body else 1
        if work >= BATCH:
            yield batch
            batch, work = [], 0
    if batch:
        yield batch


def _scan(source: Source) -> tuple[list[Found], list[Problem], bytes]:
    found, problems = source.scan()
    return found, problems, hashlib.sha256(marshal.dumps(list(map(tuple, found)))).digest()


class _Other:
    """Another process that reads, as its owner has it."""

    def __init__(self, tasks: int, reads: int) -> None:
        self._tasks = os.fdopen(tasks, "wb")
        self._reads = os.fdopen(reads, "rb")

    def give(self, number: int, batch: list[Task]) -> None:
        """Have it read a batch. Where it is dead, take() will say so."""
        with contextlib.suppress(OSError):
            _send(self._tasks, (number, batch))

    def take(self, number: int) -> Any:
        """Give its answer to what has that number, once it is there; None where the process is dead."""
        try:
            while True:
                answer = pickle.load(self._reads)  # noqa: S301 - a process that this one started wrote it
                if answer[0] == number:  # else whoever asked for it has given up
                    return answer[1]
        except (EOFError, OSError, pickle.UnpicklingError):
            return None

    def close(self) -> None:
        """Have it end."""
        # Closing is not enough where a process that was forked meanwhile has the pipe, too.
        with contextlib.suppress(OSError):
            _send(self._tasks, None)
        for pipe in (self._tasks, self._reads):
            with contextlib.suppress(OSError):  # what was not sent to a dead one is tried once more
                pipe.close()


def _send(pipe: IO[bytes], what: object) -> None:
    pickle.dump(what, pipe, pickle.HIGHEST_PROTOCOL)
    pipe.flush()


# -- in the other processes --------------------------------------------------------------------------------------------


def _start(processes: int, source: Source, settings: Settings, known: bytes | None) -> tuple[int, list[_Other]]:
    """Give the first process, which forks the others, and all of them."""
    tasks = [os.pipe() for _ in range(processes)]
    reads = [os.pipe() for _ in range(processes)]
    theirs = [(taking, giving) for (taking, _), (_, giving) in zip(tasks, reads, strict=True)]
    ours = [(giving, taking) for (_, giving), (taking, _) in zip(tasks, reads, strict=True)]
    try:
        first = os.fork()
    except OSError:
        _close(theirs + ours)
        raise
    if first:
        _close(theirs)
        return first, [_Other(*pair) for pair in ours]
    try:
        _close(ours)
        _serve(theirs, source, settings, known)
    finally:
        os._exit(1)  # whatever was under way in the process that this one is a copy of is none of its business


def _close(pairs: Iterable[tuple[int, int]]) -> None:
    for end in itertools.chain(*pairs):
        os.close(end)


def _serve(ends: list[tuple[int, int]], source: Source, settings: Settings, known: bytes | None) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C on the terminal is the owner's, who then closes the pipes
    for _, giving in ends:
        with contextlib.suppress(AttributeError, OSError):  # Linux alone has it
            fcntl.fcntl(giving, fcntl.F_SETPIPE_SZ, _PIPE)
    pipes = [(os.fdopen(taking, "rb"), os.fdopen(giving, "wb")) for taking, giving in ends]
    early = None
    if known is not None and not _differs(source, known, pipes[0][1]):
        early = _next(pipes[0][0])
        if early is None:
            os._exit(0)

    import feedsvc.content.parse  # noqa: PLC0415
    import feedsvc.content.rendering  # noqa: F401, PLC0415
    from feedsvc.content.body import make_safe  # noqa: PLC0415

    make_safe("<p>", base="http://localhost/")  # the first body would wait for what this imports
    gc.freeze()  # what was inherited stays, and need not be looked through
    forked: list[int] = []
    own = 0
    for place in range(1, len(pipes)):
        if child := os.fork():
            forked.append(child)
        else:
            own, forked, early = place, [], None
            break
    # An end that nobody has open is how the other side knows that this process is dead.
    for place, pair in enumerate(pipes):
        if place != own:
            for pipe in pair:
                pipe.close()
    tasks, reads = pipes[own]
    waiting: SimpleQueue[tuple[int, list[Task]]] = SimpleQueue()
    if early:
        waiting.put(early)

    def take() -> None:
        # At all times, so that the owner never waits to give while this process waits for it to take.
        while task := _next(tasks):
            waiting.put(task)
        for child in forked:  # they end, too
            os.waitpid(child, 0)
        os._exit(0)

    threading.Thread(target=take, daemon=True).start()
    while True:
        number, batch = waiting.get()
        _send(reads, (number, read(batch, source, settings)))


def _differs(source: Source, known: bytes, reads: IO[bytes]) -> bool:
    """Scan the folder for the owner; tell whether it has another mark."""
    try:
        made = _scan(source)
    except OSError:  # the owner sees it for himself
        _send(reads, (_SCAN, None))
        return False
    _send(reads, (_SCAN, made))
    return made[2] != known


def _next(tasks: IO[bytes]) -> tuple[int, list[Task]] | None:
    """Give the next task with its number; None where there will be none."""
    try:
        return pickle.load(tasks)  # type: ignore[no-any-return]  # noqa: S301 - its owner wrote it
    except (EOFError, OSError, pickle.UnpicklingError):
        return None
