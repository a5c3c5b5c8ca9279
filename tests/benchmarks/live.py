"""`feedsvc serve` over 10,000 posts while posts change, arrive, break and go, and while clients are slow or many."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import corpus
import peers
from client import Load
from measure import environment, free_port, get, percentile, say, server, spread, together, until
from serving import feeds

POSTS = 10_000
# Two hundred requests a second, which leave most of a small machine idle: a latency is then the server's, not a queue's.
QUIET = {"clients": 8, "every": 0.04, "fresh": 4}
# Seconds after which a change counts as not seen.
PATIENCE = 60
# Answers that are looked at after the first that showed a change: with 40 on fresh connections, both workers are among them.
AFTERWARDS = 40


class Site:
    """A server at work and the folder that it serves."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self.folder = port, folder
        self.paths = feeds(port)
        self.next = len(list(folder.iterdir()))

    def write(self, *, renamed: bool, marker: str) -> tuple[str, float]:
        """Write the next post; give its category's feed and the moment at which it lay there."""
        number, self.next = self.next, self.next + 1
        text = corpus.text(number, marker=marker)
        place = self.folder / f"{number:06}.md"
        if renamed:
            aside = self.folder.parent / "aside.md"
            aside.write_text(text, encoding="utf-8")
            aside.rename(place)
        else:
            place.write_text(text, encoding="utf-8")
        return f"/categories/{quote(corpus.categories(number, 'flat')[0])}/feed.atom", time.monotonic()

    def complete(self, within: float) -> bool:
        """Wait until every post that lies in the folder is served, by each worker: ten connections ask."""
        total = len(list(self.folder.iterdir()))

        def all_in() -> bool:
            return all(json.loads(get(self.port, "/healthz")[2])["posts"] == total for _ in range(10))

        return until(all_in, within, 0.1)

    def tags(self) -> dict[str, str | None]:
        return {path: get(self.port, path)[1]["ETag"] for path in self.paths}


def _change(site: Site, turn: int) -> dict:
    """Write a post and wait until its feed has it; look whether any other feed changed, or a worker fell behind."""
    marker = f"标记{turn}"
    before = site.tags()
    renamed = turn % 2 == 0
    path, start = site.write(renamed=renamed, marker=marker)
    seen = 0.0

    def shows() -> bool:
        status, _, body = get(site.port, path, {"If-None-Match": str(before[path])})
        return status == 200 and marker in body.decode()

    if until(shows, PATIENCE, 0.005):
        seen = time.monotonic() - start
    disagreed = sum(marker not in get(site.port, path)[2].decode() for _ in range(AFTERWARDS))
    # Until no worker is behind: else one that is would look like a change of the other feeds, now or in the next turn.
    everywhere = seen
    if seen and disagreed:
        agreed = until(lambda: all(marker in get(site.port, path)[2].decode() for _ in range(AFTERWARDS)), PATIENCE)
        everywhere = time.monotonic() - start if agreed else 0.0
    after = site.tags()
    others = sum(before[other] != after[other] for other in before if other != path)
    return {
        "renamed": renamed,
        "seconds": seen or None,
        "everywhere": everywhere or None,
        "disagreements": disagreed,
        "others": others,
        "start": start,
    }


def changes(site: Site, *, quick: bool) -> dict:
    """Read quietly, then read on while a post is written every two seconds."""
    with Load(site.port, site.paths, **QUIET) as load:
        time.sleep(3)  # each worker makes each feed once
        start = time.monotonic()
        time.sleep(3 if quick else 10)
    quiet = load.milliseconds(start)
    rows = []
    with Load(site.port, site.paths, **QUIET) as load:
        time.sleep(1)
        start = time.monotonic()
        for turn in range(2 if quick else 6):
            rows.append(_change(site, turn))
            time.sleep(max(0.0, rows[-1].pop("start") + 2 - time.monotonic()))
    busy = load.milliseconds(start)
    taken = [row["seconds"] for row in rows if row["seconds"]]
    return {
        "changes": rows,
        "seconds": spread(taken) if taken else None,
        "disagreements": sum(row["disagreements"] for row in rows),
        "others": sum(row["others"] for row in rows),
        "quiet p99": percentile(quiet, 0.99),
        "p99": percentile(busy, 0.99),
        "late p99": percentile(load.milliseconds(start, late=True), 0.99),
        "ratio": percentile(busy, 0.99) / percentile(quiet, 0.99),
        "slowest": max(busy),
        "requests": len(busy),
        "errors": load.errors(),
    }


def arrival(site: Site, *, quick: bool) -> dict:
    """Let as many posts again arrive at once."""
    count = 300 if quick else POSTS
    aside = corpus.write(site.folder.parent / "aside", count, first=site.next)
    # The client starts before, so that the arrival begins under load.
    with Load(site.port, site.paths, **QUIET) as load:
        time.sleep(1)
        start = time.monotonic()
        for place in sorted(aside.iterdir()):
            place.rename(site.folder / place.name)
        moved = time.monotonic() - start
        seen = site.complete(PATIENCE if quick else 5 * PATIENCE)
        taken = time.monotonic() - start
    site.next += count
    times = load.milliseconds(start)
    return {
        "posts": count,
        "moved": moved,
        "seconds": taken if seen else None,
        "p99": percentile(times, 0.99),
        "late p99": percentile(load.milliseconds(start, late=True), 0.99),
        "slowest": max(times),
        "requests": len(times),
        "errors": load.errors(),
    }


def half_open(site: Site, *, quick: bool) -> dict:
    """Hold 300 connections on which half a request came, and ask for feeds beside them."""
    with contextlib.ExitStack() as stack:
        for _ in range(300):
            held = stack.enter_context(socket.create_connection(("127.0.0.1", site.port), timeout=10))
            held.sendall(b"GET /feed.atom HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half:")
        with Load(site.port, site.paths, clients=1, every=0.1, fresh=1) as load:
            time.sleep(5 if quick else 60)
    times = load.milliseconds()
    return {"slowest": max(times, default=None), "requests": len(load.taken), "errors": load.errors()}


def turmoil(site: Site, *, quick: bool) -> dict:
    """Let 64 clients read as fast as they can while posts are written, broken, mended and removed."""
    wrong = (b"\n---\ntitle: [never closed\ndate: {\n---\n", b"\xff\xfe\x00\x81 no text at all", b"", b"---\n" * 3)
    with Load(site.port, site.paths, clients=64, fresh=32) as load:
        end = time.monotonic() + (4 if quick else 15)
        turn = 0
        while time.monotonic() < end:
            site.write(renamed=turn % 2 == 0, marker="")
            newest = site.folder / f"{site.next - 1:06}.md"
            time.sleep(0.2)
            newest.write_bytes(wrong[turn % len(wrong)])
            time.sleep(0.2)
            newest.write_text(corpus.text(site.next - 1, marker="补"), encoding="utf-8")
            time.sleep(0.2)
            if turn % 2:
                newest.unlink()
            turn += 1
    start = time.monotonic()
    mended = site.complete(PATIENCE)
    times = load.milliseconds()
    return {
        "turns": turn,
        "complete": time.monotonic() - start if mended else None,
        "requests": len(load.taken),
        "errors": load.errors(),
        "p99": percentile(times, 0.99),
        "slowest": max(times, default=None),
    }


PARTS = {"changes": changes, "arrival": arrival, "half-open": half_open, "turmoil": turmoil}


def measure(*, quick: bool) -> dict:
    """Give what each part of PARTS found; a part that fails says why, and the next one goes on."""
    found: dict = {"posts": 500 if quick else POSTS}
    with tempfile.TemporaryDirectory(prefix="live-", dir=peers.CACHE) as folder:
        place = Path(folder)
        posts = corpus.write(place / "posts", found["posts"])
        port = free_port()
        more = {"PORT": str(port), "FEEDSVC_HOST": "127.0.0.1", "FEEDSVC_BASE_URL": "https://blog.example"}
        env = environment(place / "home", **more)
        command = [str(Path(sys.executable).with_name("feedsvc")), "serve", str(posts)]
        say(f"live: feedsvc serve reads {found['posts']:,} posts")
        start = time.monotonic()
        with server(command, env=env, cwd=place, port=port, ready="/healthz", patience=300) as process:
            found["start"] = time.monotonic() - start
            site = Site(port, posts)
            for name, part in PARTS.items():
                try:
                    found[name] = part(site, quick=quick)
                except (OSError, ArithmeticError, RuntimeError, ValueError) as error:
                    found[name] = {"not measured": repr(error)}
                    site.next = 1 + max(int(file.stem) for file in posts.iterdir())
                say(f"live: {name}: {json.dumps(found[name])[:300]}")
            found["together"] = together(process)
    return found
