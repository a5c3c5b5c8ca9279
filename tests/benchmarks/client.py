"""Clients that read feeds, in a process of their own: `client.py '{"port": …, "paths": […], …}'`, until its stdin ends.

Prints [when, milliseconds, late, status, error] of every request; status 0 where there was no answer. With `every` seconds
between a client's requests, `late` is counted from when the request was due, not sent: a server that stands still is not
spared the requests that it kept from being sent. One that is overloaded falls ever further behind; then milliseconds, from
sending to the answer's end, say more.
"""

from __future__ import annotations

import http.client
import itertools
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Self

PATIENCE = 30


def _one(config: dict, number: int, over: threading.Event, taken: list) -> None:
    every, fresh = config["every"], number < config["fresh"]
    connection = http.client.HTTPConnection("127.0.0.1", config["port"], timeout=PATIENCE)
    due = time.monotonic() + every * number / config["clients"]
    for path in itertools.islice(itertools.cycle(config["paths"]), number, None):
        if every:
            over.wait(max(0.0, due - time.monotonic()))
        if over.is_set():
            break
        start = time.monotonic()
        due, owed = due + every, due if every else start
        status, error = 0, ""
        try:
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            reply = connection.getresponse()
            reply.read()  # raises where it is shorter than was said
            status = reply.status
        except (OSError, http.client.HTTPException) as failure:
            error = repr(failure)
        end = time.monotonic()
        taken.append((owed, 1000 * (end - start), 1000 * (end - owed), status, error))
        if fresh or error:
            connection.close()
    connection.close()


def main() -> None:
    config = json.loads(sys.argv[1])
    over, taken = threading.Event(), []
    clients = [threading.Thread(target=_one, args=(config, n, over, taken)) for n in range(config["clients"])]
    for client in clients:
        client.start()
    sys.stdin.read()
    over.set()
    for client in clients:
        client.join()
    json.dump(taken, sys.stdout)


class Load:
    """Clients at work while the block lasts. `fresh` of them open a connection for each request.

    taken, after the block, holds when (monotonic seconds), milliseconds, late, status and error of every request.
    """

    def __init__(self, port: int, paths: list[str], *, clients: int, every: float = 0.0, fresh: int = 0) -> None:
        self.config = {"port": port, "paths": paths, "clients": clients, "every": every, "fresh": fresh}
        self.taken: list[tuple[float, float, float, int, str]] = []

    def __enter__(self) -> Self:
        call = [sys.executable, str(Path(__file__)), json.dumps(self.config)]
        self.process = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind:
            self.process.kill()
        out, _error = self.process.communicate(timeout=2 * PATIENCE)
        self.taken = json.loads(out) if out else []

    def milliseconds(self, start: float = 0.0, *, late: bool = False) -> list[float]:
        """Give the times of what was answered, of requests that were due from start on."""
        return [row[1 + late] for row in self.taken if row[3] and row[0] >= start]

    def errors(self) -> dict[str, int]:
        """Give how often what went wrong: an answer that is neither 200 nor 304, or none."""
        found: dict[str, int] = {}
        for _, _, _, status, error in self.taken:
            if status not in {200, 304}:
                found[error or str(status)] = found.get(error or str(status), 0) + 1
        return found


if __name__ == "__main__":
    main()
