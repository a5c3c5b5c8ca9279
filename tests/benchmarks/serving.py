"""One feed of 20 posts, asked for again and again: feedsvc, a function that returns the same bytes, Django, nginx."""

from __future__ import annotations

import base64
import contextlib
import gzip
import http.client
import json
import os
import random
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
SECONDS = 3
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


def questions(port: int, path: str) -> dict[str, tuple[str, dict[str, str], int]]:
    """Give, by kind, what a server is asked: path, headers, and the status that is right."""
    zipped = {"Accept-Encoding": "gzip"}
    return {
        "full": (path, {}, 200),
        "gzip": (path, zipped, 200),
        "unchanged": (path, zipped | {"If-None-Match": get(port, path, zipped)[1].get("ETag", "")}, 304),
        "missing": (path.replace("/categories/", "/categories/no-"), {}, 404),
    }


class Contestant:
    """A server and what it is asked."""

    def __init__(self, name: str, port: int, process: int, path: str) -> None:
        self.name, self.port, self.process = name, port, process
        self.requests = questions(port, path)
        status, headers, body = get(port, *self.requests["gzip"][:2])
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
    """Keep feedsvc's answers by what a request says, for those that are to give the same ones."""
    replies = []
    for kind, (address, sent, _) in questions(port, path).items():
        status, headers, body = get(port, address, sent)
        kept = [pair for pair in headers.items() if pair[0].lower() not in _HOPS]
        replies.append([kind, f"{status} {http.client.responses[status]}", kept, base64.b64encode(body).decode()])
    entries = json.loads(get(port, path.replace("feed.atom", "feed.json"))[2])["items"]
    place.write_text(json.dumps({"path": unquote(path), "replies": replies, "entries": entries}), encoding="utf-8")


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


def _environment(place: Path, port: int, posts: Path, **more: str) -> dict[str, str]:
    settings = {"FEEDSVC_HOST": "127.0.0.1", "FEEDSVC_POSTS": str(posts), "FEEDSVC_BASE_URL": "https://blog.example"}
    return environment(place / "home", PORT=str(port), WEB_CONCURRENCY="2", **settings, **more)


def measure(runs: int, missing: dict[str, str], *, quick: bool) -> dict:
    """Give, by contestant and kind of request, requests a second, p50 and p99 in ms, and the sizes of the answers."""
    if "wrk" in missing:
        return {"not measured": missing["wrk"]}
    found: dict = {"contestants": {}, "posts": POSTS, "seconds": 1 if quick else SECONDS}
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="serving-", dir=peers.CACHE)))
        script, replies = place / "wrk.lua", place / "replies.json"
        script.write_text(_WRK)
        posts = corpus.write(place / "posts", POSTS)
        say("requests: feedsvc reads the posts, and its answers are written down")
        factory, port = "feedsvc:create_app()", free_port()
        with server(gunicorn(factory), env=_environment(place, port, posts), cwd=place, port=port, ready="/healthz"):
            path = feeds(port)[0]
            _write_down(port, path, replies)
            body = get(port, path)[2]
            asked = {kind: sent for kind, (_, sent, status) in questions(port, path).items() if status < 400}
            asked["br"] = {"Accept-Encoding": "br"}
            found["bytes"] = {kind: wire(port, path, sent) for kind, sent in asked.items()}
        # Contestant: the peer that it needs, and what starts it on a port.
        table = {
            "feedsvc on gunicorn": ("", lambda _: gunicorn(factory)),
            "bare function on gunicorn": ("", lambda _: gunicorn("contestants:bare")),
            "feedsvc on granian": ("granian", lambda port: granian(port, "feedsvc:create_app", "--factory")),
            "bare function on granian": ("granian", lambda port: granian(port, "contestants:bare")),
            "Django on gunicorn": ("django", lambda _: gunicorn("contestants:django()")),
            "nginx, static file": ("nginx", lambda port: _nginx(place / "nginx", port, path, body)),
        }
        contestants = []
        for name, (peer, command) in table.items():
            reason, port = missing.get(peer, ""), free_port()
            there = f"{peers.folder(peer)}{os.pathsep}{HERE}" if peer else str(HERE)
            env = _environment(place, port, posts, BENCHMARK_REPLIES=str(replies), PYTHONPATH=there)
            try:
                if not reason:
                    serving = server(command(port), env=env, cwd=place, port=port, ready=path)
                    contestants.append(Contestant(name, port, stack.enter_context(serving), path))
            except (RuntimeError, OSError) as error:
                reason = " ".join(str(error).split())
            if reason:
                found["contestants"][name] = {"not measured": reason}
                say(f"requests: {name} is left out: {reason}")
        taken = {one.name: {kind: [] for kind in KINDS} for one in contestants}
        for one in contestants:
            for kind in KINDS:
                one.load(kind, 1, script)
        for turn in range(runs):
            for kind in KINDS:
                # In another order each time: what the one before leaves to be done, the next one pays for.
                for one in random.sample(contestants, len(contestants)):
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
            env = _environment(place, port, posts)
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
