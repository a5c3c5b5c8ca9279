"""One feed of 20 posts, asked for again and again: feedsvc, a function that returns the same bytes, Django, nginx."""

from __future__ import annotations

import base64
import contextlib
import gzip
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import corpus
import peers
from measure import cpu, environment, free_port, get, say, server, spread, together

HERE = Path(__file__).parent
POSTS = 1000  # at the least 20 in each of the 17 categories
CLIENTS = 32
SECONDS = 2
KINDS = ("full", "gzip", "unchanged", "missing")
_WRK = """done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('{"requests": %d, "microseconds": %d, "p50": %.3f, "p99": %.3f, "errors": %d}\\n',
    summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.connect + e.read + e.write + e.timeout))
end
"""
# What a server or a connection adds by itself.
_HOPS = {"server", "date", "connection", "keep-alive", "transfer-encoding"}


def feeds(port: int) -> list[str]:
    """Give the paths of all categories' feeds, from the OPML."""
    text = get(port, "/feeds.opml")[2].decode()
    paths = [urlsplit(address).path for address in re.findall(r'xmlUrl="([^"]+)"', text)]
    return [path for path in paths if path.startswith("/categories/")]


def gunicorn(application: str) -> list[str]:
    return [sys.executable, "-m", "gunicorn", "-c", "python:feedsvc.web.gunicorn_conf", application]


def granian(port: int, application: str, *more: str) -> list[str]:
    options = ["--interface", "wsgi", "--workers", "2", "--host", "127.0.0.1", "--port", str(port)]
    return [sys.executable, "-m", "granian", *options, *more, application]


def wire(port: int, path: str, headers: dict[str, str]) -> int:
    """Give the bytes of an answer on the wire, its head included."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{lines}\r\n".encode())
        return sum(map(len, iter(lambda: connection.recv(65536), b"")))


class Contestant:
    """A server and the four requests that it is asked."""

    def __init__(self, name: str, port: int, process: int, path: str) -> None:
        self.name, self.port, self.process = name, port, process
        status, headers, body = get(port, path, {"Accept-Encoding": "gzip"})
        unchanged = {"Accept-Encoding": "gzip", "If-None-Match": headers.get("ETag", "")}
        self.requests = {
            "full": (path, {}, 200),
            "gzip": (path, {"Accept-Encoding": "gzip"}, 200),
            "unchanged": (path, unchanged, 304),
            "missing": (path.replace("/categories/", "/categories/no-"), {}, 404),
        }
        # Nobody wins by saying less than was asked for.
        if status != 200 or headers.get("Content-Encoding") != "gzip" or gzip.decompress(body).count(b"<entry>") != 20:
            raise RuntimeError(f"{name} does not answer with a gzipped feed of 20 entries, but {status}")
        for kind, (asked, sent, expected) in self.requests.items():
            found = get(port, asked, sent)[0]
            if found != expected:
                raise RuntimeError(f"{name} answers {kind} with {found}, not {expected}")

    def load(self, kind: str, seconds: int, script: Path) -> dict[str, float]:
        path, headers, _ = self.requests[kind]
        sent = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
        call = [peers.command("wrk"), "-t1", f"-c{CLIENTS}", f"-d{seconds}", "--latency", "-s", str(script), *sent]
        before = cpu(self.process)
        done = subprocess.run(
            [*call, f"http://127.0.0.1:{self.port}{path}"], capture_output=True, text=True, timeout=60, check=True
        )
        row = json.loads(done.stdout.strip().splitlines()[-1])
        rate = row["requests"] / row["microseconds"] * 1e6
        used = 1e6 * (cpu(self.process) - before) / max(1, row["requests"])
        return {"rate": rate, "p50": row["p50"], "p99": row["p99"], "errors": row["errors"], "cpu": used}


def _write_down(port: int, path: str, place: Path) -> None:
    """Keep feedsvc's answers, for those that are to give the same ones."""
    status, headers, body = get(port, path, {"Accept-Encoding": "gzip"})
    asked = [
        (True, False, False, path, {}),
        (True, True, False, path, {"Accept-Encoding": "gzip"}),
        (True, True, True, path, {"Accept-Encoding": "gzip", "If-None-Match": headers["ETag"]}),
        (False, False, False, path.replace("/categories/", "/categories/no-"), {}),
    ]
    replies = []
    for known, zipped, unchanged, address, sent in asked:
        status, headers, body = get(port, address, sent)
        replies.append(
            {
                "known": known,
                "gzip": zipped,
                "unchanged": unchanged,
                "status": f"{status} {http.client.responses[status]}",
                "headers": [pair for pair in headers.items() if pair[0].lower() not in _HOPS],
                "body": base64.b64encode(body).decode(),
            }
        )
    entries = json.loads(get(port, path.replace("feed.atom", "feed.json"))[2])["items"]
    said = {"path": unquote(path), "replies": replies, "entries": entries}
    place.write_text(json.dumps(said), encoding="utf-8")


def _nginx(place: Path, port: int, path: str, body: bytes) -> list[str]:
    static = place / "static" / unquote(path).lstrip("/")
    static.parent.mkdir(parents=True)
    static.write_bytes(body)
    static.with_name(static.name + ".gz").write_bytes(gzip.compress(body, 9, mtime=0))
    user = "user root;" if os.geteuid() == 0 else ""  # root's cache folder is closed to the user that it would become
    temporary = "".join(
        f"{name}_temp_path {place}/temp; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (place / "nginx.conf").write_text(
        f"""{user} worker_processes 2; daemon off; pid {place}/nginx.pid; error_log stderr crit;
events {{ }}
http {{
  {temporary}
  types {{ application/atom+xml atom; }}
  access_log off; gzip_static on; gzip_vary on; keepalive_requests 100000000; sendfile on; tcp_nopush on;
  server {{ listen 127.0.0.1:{port}; root {place}/static; add_header Cache-Control "public, max-age=300"; }}
}}
"""
    )
    return [peers.command("nginx"), "-p", str(place), "-c", str(place / "nginx.conf"), "-e", "stderr"]


def measure(runs: int, missing: dict[str, str], *, quick: bool) -> dict:
    """Give, by contestant and kind of request, requests a second, p50 and p99 in ms, and the sizes of the answers."""
    if "wrk" in missing:
        return {"not measured": missing["wrk"]}
    found: dict = {"contestants": {}, "bytes": {}, "posts": POSTS, "seconds": 1 if quick else SECONDS}
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="serving-", dir=peers.CACHE)))
        script = place / "wrk.lua"
        script.write_text(_WRK)
        posts = corpus.write(place / "posts", POSTS)
        replies = place / "replies.json"

        def start(
            name: str, make, peer: str, home: str, pythonpath: tuple[Path, ...], path: str = ""
        ) -> Contestant | int | None:
            """Start a contestant, or write down why not."""
            if peer in missing:
                found["contestants"][name] = {"not measured": missing[peer]}
                return None
            try:
                port = free_port()
                env = environment(
                    place / home,
                    PORT=str(port),
                    WEB_CONCURRENCY="2",
                    FEEDSVC_HOST="127.0.0.1",
                    FEEDSVC_POSTS=str(posts),
                    FEEDSVC_BASE_URL="https://blog.example",
                    BENCHMARK_REPLIES=str(replies),
                    PYTHONPATH=os.pathsep.join(map(str, pythonpath)),
                )
                process = stack.enter_context(
                    server(make(port), env=env, cwd=place, port=port, ready=path or "/healthz")
                )
                if not path:
                    return port
                return Contestant(name, port, process, path)
            except (RuntimeError, OSError) as error:
                found["contestants"][name] = {"not measured": " ".join(str(error).split())}
                say(f"requests: {name}: {error}")
                return None

        say("requests: feedsvc reads the posts, and its answers are written down")
        factory = "feedsvc:create_app()"
        port = start("feedsvc on gunicorn", lambda _port: gunicorn(factory), "", "home", ())
        if port is None:
            return found
        path = feeds(port)[0]
        _write_down(port, path, replies)
        body = get(port, path)[2]
        for kind, sent in {
            "full": {},
            "gzip": {"Accept-Encoding": "gzip"},
            "br": {"Accept-Encoding": "br"},
            "unchanged": {
                "Accept-Encoding": "gzip",
                "If-None-Match": get(port, path, {"Accept-Encoding": "gzip"})[1]["ETag"],
            },
        }.items():
            found["bytes"][kind] = wire(port, path, sent)
        found["path"] = path
        (place / "nginx").mkdir()
        django = (peers.folder("django"), HERE)
        there = (peers.folder("granian"),)
        table = [
            ("feedsvc on gunicorn", lambda _port: gunicorn(factory), "", "home", ()),
            ("bare function on gunicorn", lambda _port: gunicorn("contestants:bare"), "", "home", (HERE,)),
            (
                "feedsvc on granian",
                lambda port: granian(port, "feedsvc:create_app", "--factory"),
                "granian",
                "home",
                there,
            ),
            (
                "bare function on granian",
                lambda port: granian(port, "contestants:bare"),
                "granian",
                "home",
                (*there, HERE),
            ),
            ("Django on gunicorn", lambda _port: gunicorn("contestants:django()"), "django", "home", django),
            ("nginx, static file", lambda port: _nginx(place / "nginx", port, path, body), "nginx", "home", ()),
        ]
        started = [start(*row, path) for row in table]
        contestants = [one for one in started if isinstance(one, Contestant)]
        taken = {one.name: {kind: [] for kind in KINDS} for one in contestants}
        for one in contestants:
            for kind in KINDS:
                one.load(kind, 1, script)
        for turn in range(runs):
            for kind in KINDS:
                for one in contestants:
                    taken[one.name][kind].append(one.load(kind, found["seconds"], script))
            rates = ", ".join(f"{one.name} {taken[one.name]['gzip'][-1]['rate']:,.0f}/s" for one in contestants)
            say(f"requests: run {turn + 1}: {rates}")
        for one in contestants:
            rows = {
                kind: {name: spread(row[name] for row in taken[one.name][kind]) for name in taken[one.name][kind][0]}
                for kind in KINDS
            }
            found["contestants"][one.name] = rows | {"together": together(one.process)}
    return found


def first(runs: int) -> dict:
    """Give the milliseconds of the slowest first answer for a feed, of servers that have started and found their library.

    Sixteen connections are open before the feed is asked for on one after the other, so that every worker has some.
    """
    slowest, warm = [], []
    with tempfile.TemporaryDirectory(prefix="first-", dir=peers.CACHE) as folder:
        place = Path(folder)
        posts = corpus.write(place / "posts", POSTS)
        for turn in range(runs + 1):  # the first one makes the library
            port = free_port()
            env = environment(
                place / "home",
                PORT=str(port),
                WEB_CONCURRENCY="2",
                FEEDSVC_HOST="127.0.0.1",
                FEEDSVC_POSTS=str(posts),
                FEEDSVC_BASE_URL="https://blog.example",
            )
            with server(gunicorn("feedsvc:create_app()"), env=env, cwd=place, port=port, ready="/healthz"):
                # Not from the OPML: to ask for that would make ready what is to be found cold.
                path = f"/categories/{quote(corpus.categories(turn, 'flat')[0])}/feed.atom"
                connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(16)]
                for connection in connections:
                    connection.request("GET", "/healthz")
                    connection.getresponse().read()
                times = []
                for connection in connections:
                    start = time.perf_counter()
                    connection.request("GET", path)
                    reply = connection.getresponse()
                    entries = reply.read().count(b"<entry>")
                    times.append(1000 * (time.perf_counter() - start))
                    if entries != 20:
                        raise RuntimeError(f"{path} answers {reply.status} with {entries} entries")
                for connection in connections:
                    connection.close()
            if turn:
                slowest.append(max(times))
                warm.append(statistics.median(times))
                say(f"first: run {turn}: {max(times):.1f} ms, later ones {warm[-1]:.1f} ms")
    return {"slowest": spread(slowest), "later": spread(warm)}
