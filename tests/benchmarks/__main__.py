"""Measure feedsvc beside its peers and write down what was found: `.venv/bin/python tests/benchmarks`.

Everything happens on this machine, on 127.0.0.1, in fresh processes and folders; peers are put into the cache folder.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import signal
import subprocess
import sys
from pathlib import Path

import builds
import live
import peers
import report
import serving
from measure import machine, say

RESULTS = Path(__file__).with_name("results.json")
SECTIONS = ("builds", "requests", "first", "live")


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests/benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="runs that each median is of (%(default)s)")
    parser.add_argument("--sizes", default=",".join(map(str, builds.SIZES)), help="posts in a build (%(default)s)")
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections to measure (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="small sizes, one run: shows that it works, and no more")
    parser.add_argument("--report", action="store_true", help="write the pages from results.json, measure nothing")
    parser.add_argument("--into", type=Path, default=RESULTS.parent, help="where results and pages go (here)")
    chosen = parser.parse_args()
    only = chosen.only.split(",")
    if unknown := set(only) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(unknown)}")
    sizes = [100, 1000] if chosen.quick else [int(size) for size in chosen.sizes.split(",")]
    runs = 1 if chosen.quick else chosen.runs
    results = chosen.into / RESULTS.name
    chosen.into.mkdir(parents=True, exist_ok=True)
    if not chosen.report:
        _measure(results, only, sizes, runs, quick=chosen.quick)
    report.write(chosen.into, json.loads(results.read_text(encoding="utf-8")))
    say(f"written: {chosen.into}")


def _measure(results: Path, only: list[str], sizes: list[int], runs: int, *, quick: bool) -> None:
    # A terminated run ends as an interrupted one does: its servers with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    peers.CACHE.mkdir(parents=True, exist_ok=True)
    missing = peers.install()
    sections = {
        "builds": lambda: builds.measure(sizes, runs, missing),
        "requests": lambda: serving.measure(runs, missing, quick=quick),
        "first": lambda: serving.first(runs),
        "live": lambda: live.measure(quick=quick),
    }
    for name in SECTIONS:
        if name not in only:
            continue
        about = machine() | {"date": dt.datetime.now(tz=dt.UTC).strftime("%Y-%m-%d %H:%M UTC")}
        about |= {"versions": peers.versions(), "runs": runs, "quick": quick}
        try:
            found = sections[name]()
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            say(f"{name}: not measured, what results.json had of it stays: {error}")
            continue
        # Each section is kept as soon as it is there; what an earlier run found of the others stays.
        kept = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
        kept[name] = {"about": about, "found": found}
        text = json.dumps(
            {section: kept[section] for section in SECTIONS if section in kept}, indent=1, ensure_ascii=False
        )
        results.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.platform != "linux":
        sys.exit("the memory of processes is read from /proc: this runs on Linux")
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("stopped; what was measured before is kept")
