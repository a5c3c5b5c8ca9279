"""What is measured: time and memory of processes, servers that surely end, and the machine."""

from __future__ import annotations

import contextlib
import http.client
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from http.client import HTTPMessage

# Between two looks at memory; a look that took longer is paid back, so that looking costs a tenth of one core at most.
_LOOK = 0.02


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Give an environment that holds nothing of the caller's but the path, and keeps every cache under home."""
    home.mkdir(parents=True, exist_ok=True)
    bare = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "LANG": "C.UTF-8"}
    return bare | more


def family(root: int) -> list[int]:
    """Give the process and all that descend from it."""
    found = [root]
    for pid in found:  # grows while it is read
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def together(root: int) -> int:
    """Give the bytes that a process tree has in memory, pages that several share counted once (PSS)."""
    total = 0
    for pid in family(root):
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += 1024 * next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def cpu(root: int) -> float:
    """Give the seconds of processor that a process tree has used, on behalf of itself and of children that ended."""
    total = 0
    for pid in family(root):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """wall and cpu in seconds; largest process and all together, at their peak, in bytes."""

    wall: float
    cpu: float
    largest: int
    together: int
    status: int
    said: str


def run(command: list[str], *, env: dict[str, str], cwd: Path, timeout: float) -> Cost:
    """Run a fresh process to its end and give what it cost. status is -1 where it took longer than timeout seconds."""
    log = cwd / "benchmark.log"
    with log.open("wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, env=env, cwd=cwd, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
        )
        peak, over, late = 0, threading.Event(), threading.Event()

        def look() -> None:
            nonlocal peak
            while not over.is_set():
                before = time.perf_counter()
                peak = max(peak, together(process.pid))
                if before - start > timeout:
                    late.set()
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
                    return
                over.wait(max(_LOOK, 10 * (time.perf_counter() - before)))

        looking = threading.Thread(target=look, daemon=True)
        looking.start()
        try:
            # Its usage, and that of the children it waited for; ours is small enough not to stand in its ru_maxrss.
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        wall = time.perf_counter() - start
        over.set()
        looking.join()
        process.returncode = os.waitstatus_to_exitcode(status)
    status = -1 if late.is_set() else process.returncode
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, peak, status, said)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def get(
    port: int, path: str, headers: dict[str, str] | None = None, timeout: float = 10
) -> tuple[int, HTTPMessage, bytes]:
    """Give status, headers and body of a request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "identity"} | (headers or {}))
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read()
    finally:
        connection.close()


def until(condition: Callable[[], object], within: float, every: float = 0.02) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if condition():
                return True
        time.sleep(every)
    return False


@contextlib.contextmanager
def server(
    command: list[str], *, env: dict[str, str], cwd: Path, port: int, ready: str, patience: float = 120
) -> Iterator[int]:
    """Give the process id of a server that has answered `ready`; its process group ends with the block, come what may.

    Its output, access log included, goes to /dev/null; what it says of errors, into server.log.
    """
    log = cwd / "server.log"
    with log.open("ab") as errors:
        process = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        if not until(lambda: process.poll() is not None or get(port, ready)[0] < 500, patience) or process.poll():
            raise RuntimeError(f"{command[0]} does not answer: {log.read_text(errors='replace')[-500:]}")
        yield process.pid
    finally:
        for what, within in ((signal.SIGTERM, 8), (signal.SIGKILL, 8)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, what)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(within)
        process.wait(8)


def spread(values: Iterable[float]) -> dict[str, object]:
    """Give the median, and the values that it is the median of."""
    values = list(values)
    return {"median": statistics.median(values), "values": values}


def costs(found: list[Cost]) -> dict[str, object]:
    """Give the medians of several runs of one thing."""
    rows = [asdict(cost) for cost in found]
    return {name: spread(row[name] for row in rows) for name in ("wall", "cpu", "largest", "together")}


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def machine() -> dict[str, object]:
    def value(file: str, name: str) -> str:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
        return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "unknown")

    return {
        "cpu": value("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory": int(value("/proc/meminfo", "MemTotal").split()[0]) * 1024,
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }
