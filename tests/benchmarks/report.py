"""What was measured, as pages and plots. Everything in them comes from results.json."""

from __future__ import annotations

import math
import statistics
from operator import truediv
from typing import TYPE_CHECKING

import cost
import plot

if TYPE_CHECKING:
    from pathlib import Path

NAMES = {"feedsvc": "feedsvc", "hugo": "Hugo", "pelican": "Pelican", "hexo": "Hexo"}
COLOURS = {"feedsvc": "a", "hugo": "b", "pelican": "c", "hexo": "d"}
KINDS = {"full": "200", "gzip": "200, gzip", "unchanged": "304", "missing": "404"}
_HEAD = """# Measurements

Written by `tests/benchmarks`; every figure is in [results.json](results.json). From the repository's root:

```console
$ .venv/bin/python tests/benchmarks                        # everything, about 25 minutes
$ .venv/bin/python tests/benchmarks --quick --into /tmp/b  # does it work? small sizes, one run, no use as figures
$ .venv/bin/python tests/benchmarks --only builds --sizes 100,1000
$ .venv/bin/python tests/benchmarks --report               # these pages again, from results.json
```

It runs on Linux, on 127.0.0.1, and installs the peers into the cache folder by itself (`~/.cache/feedsvc-benchmarks`); Node's
npm for Hexo, and Debian's nginx and wrk, have to be there, or are left out. What the figures cost at scale: [COST.md](COST.md).
"""
_BUILDS = """
The posts are machine-written Hexo posts of 6 to 7 KB (`corpus.py`), in 17 categories. `cold` has neither library nor output,
`warm` finds both and nothing changed, `changed` finds the newest post edited. Each build is a fresh process on files that
are in the system's cache; contestants take turns; figures are medians. CPU is user and system time of the process and its
children. Memory: the largest process's, and the peak of all processes together (PSS). After each build it is checked that
every feed has its 20 newest posts, whole, and the edit.

They do not make the same: feedsvc writes each category as Atom, RSS and JSON, with the site's and authors' feeds and the
OPML, and cleans the HTML; Hugo and Pelican write one RSS feed for each category, no pages; Hexo's generator makes one feed
for the whole site, without a theme. Hugo and Hexo keep nothing that spares them a full build; Pelican's cache is on.
"""
_REQUESTS = """
One Atom feed of 20 such posts, 32 connections that stay open, `wrk` on the same machine. The bare function is a WSGI
function that does nothing but return the very bytes and headers that feedsvc returned: what is left to it is the server.
feedsvc, the function and Django run on the same gunicorn configuration (two workers; access logs go to /dev/null), nginx
has two workers and a compressed twin of the file beside it. Django is its syndication framework with cache, gzip and
conditional middlewares, and sends the uncompressed feed in many pieces.
"""


def _mib(value: float) -> str:
    return f"{value / 2**20:,.0f}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _missing(found: dict) -> str:
    return f"not measured: {' '.join(found['not measured'].split())[:200]}" if "not measured" in found else ""


def _about(section: dict) -> str:
    about = section["about"]
    runs = "one run" if about["runs"] == 1 else f"{about['runs']} runs"
    warning = "\n**A quick run, to see that it works: its figures mean nothing.**\n" if about["quick"] else ""
    return f"{warning}\nMeasured on {about['date']}, {runs}, load of the machine before: {about['load']:.2f}.\n"


def _machines(results: dict) -> str:
    """Give what the sections were measured on: one paragraph, unless parts of results.json are from another day's machine."""
    found: dict[str, list[str]] = {}
    for name, section in results.items():
        about = section["about"]
        versions = ", ".join(f"{package} {version}" for package, version in about["versions"].items())
        where = f"{about['cpu']}, {about['cores']} cores, {about['memory'] / 2**30:.1f} GiB, Linux {about['kernel']}"
        found.setdefault(f"{where}, Python {about['python']}; {versions}.", []).append(name)
    return "\n## The machine\n" + "".join(
        f"\n{', '.join(names).capitalize()}: {where}\n" for where, names in found.items()
    )


def _builds(section: dict) -> str:
    parts = ["\n## Builds\n", _BUILDS, "\n![Seconds of a build over the number of posts](build.svg)\n"]
    head = ["", "cold, s", "warm, s", "changed, s", "CPU cold, s", "CPU changed, s", "a post (cold), ms"]
    head += ["largest process, MiB", "together, MiB", "feeds", "runs"]
    for shape, sizes in section["found"].items():
        for size, contestants in sizes.items():
            rows = []
            for name, found in contestants.items():
                if reason := _missing(found):
                    rows.append([NAMES[name], reason] + [""] * (len(head) - 2))
                    continue
                wall = {state: found[state]["wall"]["median"] for state in ("cold", "warm", "changed")}
                row = [NAMES[name], *(f"{wall[state]:.2f}" for state in wall)]
                row += [f"{found[state]['cpu']['median']:.2f}" for state in ("cold", "changed")]
                row += [f"{1000 * wall['cold'] / int(size):.2f}"]
                row += [_mib(found["cold"][memory]["median"]) for memory in ("largest", "together")]
                row += [str(found["feeds"]), str(len(found["cold"]["wall"]["values"]))]
                rows.append(row)
            about = "each post in one of 17 categories" if shape == "flat" else "three-level paths, 119 categories"
            parts.append(f"\n### {int(size):,} posts, {about}\n" + _table(head, rows))
    return "".join(parts)


def _requests(section: dict) -> str:
    found = section["found"]
    parts = ["\n## Requests\n", _REQUESTS, "\n![Requests a second](requests.svg)\n"]
    if reason := _missing(found):
        return "".join([*parts, f"\n{reason}\n"])
    measured = {name: one for name, one in found["contestants"].items() if not _missing(one)}
    head = [
        "requests a second",
        *KINDS.values(),
        "of the bare function's, turn by turn (200; gzip; 304)",
        "errors",
        "memory, MiB",
    ]
    late = ["p50 / p99, ms", *KINDS.values(), "CPU of a request (200, gzip; 304), µs"]
    rates, times = [], []
    for name, one in found["contestants"].items():
        if name not in measured:
            rates.append([name, _missing(one)] + [""] * (len(head) - 2))
            continue
        bare = measured.get(f"bare function on {name.rpartition(' ')[2]}")
        shares = [
            statistics.median(map(truediv, one[kind]["rate"]["values"], bare[kind]["rate"]["values"]))
            for kind in ("full", "gzip", "unchanged")
            if bare
        ]
        errors = sum(sum(one[kind]["errors"]["values"]) for kind in KINDS)
        row = [name, *(f"{one[kind]['rate']['median']:,.0f}" for kind in KINDS)]
        rates.append([*row, "; ".join(f"{share:.0%}" for share in shares), f"{errors:.0f}", _mib(one["together"])])
        row = [name, *(f"{one[kind]['p50']['median']:.2f} / {one[kind]['p99']['median']:.1f}" for kind in KINDS)]
        times.append([*row, "; ".join(f"{one[kind]['cpu']['median']:,.0f}" for kind in ("gzip", "unchanged"))])
    sizes = found["bytes"]
    parts += [_table(head, rates), _table(late, times)]
    parts.append(
        f"\nOn the wire, with its head, that feed has {sizes['full']:,} bytes, {sizes['gzip']:,} with gzip, {sizes['br']:,} with "
        f"brotli, and {sizes['unchanged']:,} as a 304.\n"
    )
    return "".join(parts)


def _first(section: dict) -> str:
    found = section["found"]
    return (
        f"\n## The first request\n\nA server that has started and found its library, asked for a feed of 20 posts for the first "
        f"time, on sixteen connections one after the other, so that each worker is: the slowest answer takes "
        f"{found['slowest']['median']:.0f} ms (median of {len(found['slowest']['values'])} servers), a later one "
        f"{found['later']['median']:.1f} ms.\n"
    )


def _live(section: dict) -> str:
    found = section["found"]
    rows = [
        ["posts at the start", f"{found['posts']:,}"],
        ["from the command to the first answer", f"{found['start']:.1f} s"],
    ]

    def part(name: str, lines) -> None:
        if reason := _missing(found[name]):
            rows.append([name, reason])
        else:
            rows.extend([label, value] for label, value in lines(found[name]))

    def when(seconds: float | None) -> str:
        return f"{seconds:.2f} s" if seconds is not None else "not seen"

    def errors(of: dict) -> str:
        wrong = "; ".join(f"{count} × {what}" for what, count in of["errors"].items())
        return f"{sum(of['errors'].values())} of {of['requests']:,}" + (f" ({wrong[:200]})" if wrong else "")

    def changes(of: dict):
        values = [row["everywhere"] for row in of["changes"]]
        yield "a post is written: its feed has it after (median)", when(of["seconds"] and of["seconds"]["median"])
        yield "… and so has every answer, at the latest after", when(None if None in values else max(values))
        yield "… answers without it after the first with it", str(of["disagreements"])
        yield "… other categories' ETags that changed", str(of["others"])
        yield "… p99 of 200 requests a second, before", f"{of['quiet p99']:.1f} ms"
        yield "… p99 while posts are written", f"{of['p99']:.1f} ms ({of['ratio']:.1f} times)"
        yield "… p99 from when a request was due, its waiting to be sent included", f"{of['late p99']:.1f} ms"
        yield "… the slowest", f"{of['slowest']:.0f} ms"
        yield "… errors", errors(of)

    def arrival(of: dict):
        yield f"{of['posts']:,} posts arrive at once: all are in after", when(of["seconds"])
        yield "… p99 meanwhile", f"{of['p99']:.1f} ms; from when due {of['late p99']:.1f} ms"
        yield "… the slowest", f"{of['slowest']:.0f} ms"
        yield "… errors", errors(of)

    def half_open(of: dict):
        yield "300 connections hold half a request: the slowest good one", f"{of['slowest'] or math.nan:.0f} ms"
        yield "… errors", errors(of)

    def turmoil(of: dict):
        yield "64 clients without pause, posts written, broken, mended, removed: errors", errors(of)
        yield "… p99", f"{of['p99']:.0f} ms"
        yield "… the slowest", f"{of['slowest'] or math.nan:.0f} ms"
        yield "… every post is served again after", when(of["complete"])

    for name, lines in {"changes": changes, "arrival": arrival, "half-open": half_open, "turmoil": turmoil}.items():
        part(name, lines)
    rows.append(["memory of the server's processes at the end", f"{_mib(found['together'])} MiB"])
    return "\n## A server whose posts change\n\n`feedsvc serve`, two workers, default settings.\n" + _table(
        ["", ""], rows
    )


def _build_plot(section: dict) -> str | None:
    sizes = section["found"]["flat"]
    ticks = tuple(sorted(map(int, sizes)))
    panels = []
    for state in ("cold", "changed"):
        series = []
        for name, shown in NAMES.items():
            rows = [(size, sizes[str(size)].get(name, {})) for size in ticks]
            if points := [(size, found[state]["wall"]["median"]) for size, found in rows if state in found]:
                series.append((shown, COLOURS[name], points))
        panels.append(series)
    every = [taken for series in panels for _, _, points in series for _, taken in points]
    if not every:
        return None
    floor, top = 0.7 * min(every), 1.3 * max(every)
    parts = [_head("Seconds that a build takes, over the number of posts")]
    for number, (title, series) in enumerate(zip(("From nothing", "After one post changed"), panels, strict=True)):
        parts += plot.lines(72, 92 + 290 * number, 690, 200, title, series, ticks, floor, top)
    return plot.page(940, 630, "Seconds that a build takes, over the number of posts", parts)


def _head(words: str) -> str:
    return plot.text(24, 36, words, "head")


def _requests_plot(section: dict) -> str | None:
    found = {name: one for name, one in section["found"].get("contestants", {}).items() if not _missing(one)}
    if not found:
        return None
    title = "Requests a second for a feed of 20 posts"
    parts = [_head(title)]
    most = max(one[kind]["rate"]["median"] for one in found.values() for kind in KINDS)
    height = 14 + 24 * len(found)
    labels = ("as it is (200)", "compressed (200, gzip)", "unchanged (304)", "no such feed (404)")
    for number, (kind, label) in enumerate(zip(KINDS, labels, strict=True)):
        rows = [
            (name, "a" if "feedsvc" in name else "rest", one[kind]["rate"]["median"]) for name, one in found.items()
        ]
        parts += plot.bars(24 + 460 * (number % 2), 76 + (height + 46) * (number // 2), 440, label, rows, most, 170)
    return plot.page(940, 76 + 2 * (height + 46) - 20, title, parts)


def write(folder: Path, results: dict) -> None:
    """Write README.md, COST.md and the plots of what results.json has."""
    page = [_HEAD, _machines(results)]
    for name, part in {"builds": _builds, "requests": _requests, "first": _first, "live": _live}.items():
        if name in results:
            page += [part(results[name]), _about(results[name])]
    (folder / "README.md").write_text("".join(page), encoding="utf-8")
    plots = {"build.svg": ("builds", _build_plot), "requests.svg": ("requests", _requests_plot)}
    for file, (name, draw) in plots.items():
        if name in results and (drawn := draw(results[name])):
            (folder / file).write_text(drawn, encoding="utf-8")
    if text := cost.page(results):
        (folder / "COST.md").write_text(text, encoding="utf-8")
