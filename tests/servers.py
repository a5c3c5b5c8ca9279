"""Folders of posts, and real servers of them, for the tests that need one."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = Path(__file__).parent.parent / "posts"
COMMAND = str(Path(sys.executable).with_name("feedsvc"))
# Long enough for the slowest machine of a CI; a test that waits for it has failed.
PATIENCE = 60.0


def write(folder: Path, path: str, body: str = "Body.", **header: object) -> Path:
    """Write a post; header's values stand in its front matter as they are."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    fields = {"title": Path(path).stem, "date": "2024-01-01"} | header
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    place.write_text("\n".join(["---", *lines, "---", "", body, ""]), encoding="utf-8")
    return place


def environment(home: Path, **more: str) -> dict[str, str]:
    """Give an environment that holds nothing of the caller's but the path."""
    bare = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "TMPDIR": str(home)}
    return bare | more


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(condition, within: float = PATIENCE, every: float = 0.1):
    """Give the first true value of condition; None where it does not come."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(every)
    return None


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]
    log_file: Path
    error_file: Path
    base: str = field(init=False)

    def __post_init__(self) -> None:
        self.base = f"http://127.0.0.1:{self.port}"

    def get(self, path: str, headers: dict[str, str] | None = None, method: str = "GET", timeout: float = PATIENCE):
        """Give the answer to one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, urlsplit(path).path if "//" in path else path, headers=headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def is_up(self) -> bool:
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def log(self) -> str:
        return self.log_file.read_text("utf-8")

    def errors(self) -> str:
        return self.error_file.read_text("utf-8")

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]


@contextlib.contextmanager
def serving(posts: Path, home: Path, *, env: dict[str, str] | None = None, **more: str) -> Iterator[Server]:
    """Run `feedsvc serve` until the block ends; home holds its cache and logs."""
    home.mkdir(exist_ok=True)
    port = free_port()
    log, errors = home / "stdout.log", home / "stderr.log"
    settings = {"PORT": str(port), "WEB_CONCURRENCY": "1", "FEEDSVC_REFRESH": "1", "FEEDSVC_HOST": "127.0.0.1"}
    with log.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(
            [COMMAND, "serve", str(posts)],
            stdout=out,
            stderr=err,
            cwd=home,
            env=(env or environment(home)) | settings | more,
        )
    server = Server(port, process, log, errors)
    try:
        assert until(lambda: process.poll() is not None or server.is_up()), "the server does not answer"
        assert process.poll() is None, server.log() + server.errors()
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
