"""Files are read by several processes where there is much to read.

Readers ── tasks ──▶ process 1, process 2 …      the first imports what reading takes, the others are forked from it
        ◀── reads ──                             in the order of the tasks

This process needs no thread for it, so that it may fork; the others end when it says so, or is gone.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import itertools
import os
import pickle
import signal
import threading
from collections import deque
from queue import SimpleQueue
from typing import TYPE_CHECKING

from feedsvc.library.reading import Read, Task, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection
    from typing import NoReturn, Self

    from feedsvc.content.sources import Folder
    from feedsvc.settings import Settings

# What a process is given at a time, in headers: 20 ms of work. Starting processes for less takes longer than doing it.
BATCH = 120
# Headers that can be read in the time that a body takes.
BODY = 20
MOST_PROCESSES = 8
# Bytes that a process may be ahead of who takes its answers: a batch has 500 KB. Linux lets everybody have this much.
_PIPE = 1 << 20


def processors() -> int:
    """Give how many processes may read at once: as many as the machine runs at once, but no more than eight."""
    return min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MOST_PROCESSES
    )


class Readers:
    """Reads files: this process itself, or so many others where there is much to read. Close it in the end."""

    def __init__(self, folder: Folder, settings: Settings, processes: int = 1) -> None:
        self._given = folder, settings
        self._processes = processes
        self._first = 0  # the process that was forked from this one
        self._others: list[_Other] = []
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
        self._others = []
        if self._first:
            with contextlib.suppress(ChildProcessError):  # whose owner has its children's ends told to nobody
                os.waitpid(self._first, 0)
        self._first = 0

    def begin(self) -> None:
        """Have the processes import what reading takes while this one does something else."""
        if self._processes > 1 and not self._others:
            self._first, self._others = _start(self._processes, *self._given)

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


class _Other:
    """Another process that reads, as its owner has it."""

    def __init__(self, tasks: Connection, reads: Connection) -> None:
        self._tasks, self._reads = tasks, reads

    def give(self, number: int, batch: list[Task]) -> None:
        """Have it read a batch. Where it is dead, take() will say so."""
        with contextlib.suppress(OSError):
            self._tasks.send((number, batch))

    def take(self, number: int) -> list[Read] | None:
        """Give what became of the batch of that number, once it is read; None where the process is dead."""
        try:
            while True:
                answer: tuple[int, list[Read]] = self._reads.recv()
                if answer[0] == number:  # else whoever asked for it has given up
                    return answer[1]
        except (EOFError, OSError, pickle.UnpicklingError):
            return None

    def close(self) -> None:
        """Have it end."""
        with contextlib.suppress(OSError):
            self._tasks.send(None)  # closing is not enough where a process that was forked meanwhile has the pipe, too
        self._tasks.close()
        self._reads.close()


# -- in the other processes --------------------------------------------------------------------------------------------


def _start(processes: int, folder: Folder, settings: Settings) -> tuple[int, list[_Other]]:
    """Give the first process, which forks the others, and all of them."""
    from multiprocessing import Pipe  # noqa: PLC0415 - who reads little does without

    tasks = [Pipe(duplex=False) for _ in range(processes)]
    reads = [Pipe(duplex=False) for _ in range(processes)]
    first = os.fork()
    if first:
        for connection in (*(taking for taking, _ in tasks), *(giving for _, giving in reads)):
            connection.close()
        return first, [_Other(giving, taking) for (_, giving), (taking, _) in zip(tasks, reads, strict=True)]
    try:
        for connection in (*(giving for _, giving in tasks), *(taking for taking, _ in reads)):
            connection.close()
        _serve([(taking, giving) for (taking, _), (_, giving) in zip(tasks, reads, strict=True)], folder, settings)
    finally:
        os._exit(1)  # whatever was under way in the process that this one is a copy of is none of its business


def _serve(ends: list[tuple[Connection, Connection]], folder: Folder, settings: Settings) -> NoReturn:
    import feedsvc.content.parse
    import feedsvc.content.rendering  # noqa: F401, PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C on the terminal is the owner's, who then closes the pipes
    gc.freeze()  # what was inherited stays, and need not be looked through
    forked: list[int] = []
    own = 0
    for place in range(1, len(ends)):
        if child := os.fork():
            forked.append(child)
        else:
            own, forked = place, []
            break
    # An end that nobody has open is how the other side knows that this process is dead.
    for place, pair in enumerate(ends):
        if place != own:
            for connection in pair:
                connection.close()
    tasks, reads = ends[own]
    with contextlib.suppress(AttributeError, OSError):  # Linux alone has it
        fcntl.fcntl(reads.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)
    waiting: SimpleQueue[tuple[int, list[Task]]] = SimpleQueue()

    def take() -> None:
        # At all times, so that the owner never waits to give while this process waits for it to take.
        with contextlib.suppress(EOFError, OSError):
            while (task := tasks.recv()) is not None:
                waiting.put(task)
        for child in forked:  # they end, too
            os.waitpid(child, 0)
        os._exit(0)

    threading.Thread(target=take, daemon=True).start()
    while True:
        number, batch = waiting.get()
        reads.send((number, read(batch, folder, settings)))
