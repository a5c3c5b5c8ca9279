"""A folder of posts becomes the static feeds of its categories: how long, on how much processor, in how much memory.

Each build is a fresh process. `cold` has neither library nor output, `warm` finds both and nothing changed, `changed`
finds the newest post edited. The contestants take turns within a run, so that what else the machine does meets them all.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import ClassVar

import corpus
import peers
from measure import Cost, costs, environment, run, say

STATES = ("cold", "warm", "changed")
SIZES = (100, 1000, 10_000, 100_000)
# Seconds after which a contestant is not measured again at a size; the table says how often it was.
BUDGET = 120
LONGEST = 1500


class Engine:
    """A contestant, and its site: where its posts lie, what builds it, where its feeds come to lie."""

    name = "feedsvc"
    dialect = "feedsvc"
    posts = "posts"
    feeds = "out/categories/**/feed.rss"
    made = ("out", "home")  # what a cold build does not find
    largest = 100_000
    once_from = 1_000_000
    shapes: ClassVar = ("flat", "path")

    def __init__(self, site: Path, size: int, shape: str) -> None:
        self.site, self.size, self.shape = site, size, shape
        site.mkdir()
        self.folder = corpus.write(site / self.posts, size, shape, self.dialect)
        self.configure()

    def configure(self) -> None:
        pass

    def command(self) -> list[str]:
        feedsvc = str(Path(sys.executable).with_name("feedsvc"))
        return [feedsvc, "build", "out", self.posts, "--feeds-only"]

    def env(self) -> dict[str, str]:
        more = {"FEEDSVC_CATEGORIES": self.shape, "FEEDSVC_BASE_URL": "https://blog.example"}
        return environment(self.site / "home", **more)

    def expected(self) -> list[int]:
        return sorted(corpus.expected(self.size, self.shape).values())

    def build(self, state: str, turn: int) -> Cost:
        """Build once and look at what was made; raises RuntimeError where it is not what was asked for."""
        marker = ""
        newest = self.folder / f"{self.size - 1:06}.md"
        if state == "cold":
            for name in self.made:
                place = self.site / name
                shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
        if state == "changed":
            marker = f"改动{turn}"
            newest.write_text(corpus.text(self.size - 1, self.shape, self.dialect, marker), encoding="utf-8")
        cost = run(self.command(), env=self.env(), cwd=self.site, timeout=LONGEST)
        if state == "changed":  # the next turn begins where this one did
            newest.write_text(corpus.text(self.size - 1, self.shape, self.dialect), encoding="utf-8")
        if cost.status:
            raise RuntimeError(f"status {cost.status}: {' '.join(cost.said.split())[-300:]}")
        self.check(marker or f"第{self.size - 1}篇")
        return cost

    def check(self, marker: str) -> None:
        texts = [place.read_text(encoding="utf-8") for place in self.site.glob(self.feeds)]
        entries = sorted(text.count("<item>") + text.count("<entry>") for text in texts)
        if entries != self.expected():
            raise RuntimeError(
                f"{len(entries)} feeds of {sum(entries)} entries, not {len(self.expected())} of {sum(self.expected())}"
            )
        if sum(text.count("编辑部出品") for text in texts) < sum(entries):
            raise RuntimeError("the feeds do not hold whole posts")
        if not any(marker in text for text in texts):
            raise RuntimeError("the newest post's present text is in no feed")

    def outcome(self) -> dict[str, int]:
        feeds = list(self.site.glob(self.feeds))
        files = [place for place in (self.site / self.made[0]).rglob("*") if place.is_file()]
        return {"feeds": len(feeds), "entries": sum(self.expected()), "files": len(files)}


class Hugo(Engine):
    name, dialect, posts = "hugo", "hugo", "content/posts"
    feeds = "public/categories/*/index.xml"
    made = ("public", "home", "resources", ".hugo_build.lock")

    def configure(self) -> None:
        (self.site / "hugo.toml").write_text(
            """baseURL = "https://blog.example/"
title = "Posts"
disableKinds = ["home", "section", "taxonomy", "sitemap", "robotsTXT", "404"]
[taxonomies]
category = "categories"
[outputs]
page = []
term = ["rss"]
[services.rss]
limit = 20
[markup.goldmark.renderer]
unsafe = true
"""
        )
        (self.site / "layouts").mkdir()
        # Its own template gives summaries; this one gives whole posts, as the others do.
        (self.site / "layouts" / "rss.xml").write_text(
            """{{ printf "<?xml version=\\"1.0\\" encoding=\\"utf-8\\"?>" | safeHTML }}
<rss version="2.0"><channel><title>{{ .Title }}</title><link>{{ .Permalink }}</link><description>{{ .Title }}</description>
{{ range first 20 .Pages }}<item><title>{{ .Title }}</title><link>{{ .Permalink }}</link><pubDate>{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" }}</pubDate><guid>{{ .Permalink }}</guid><description>{{ .Content | html }}</description></item>
{{ end }}</channel></rss>
"""
        )

    def command(self) -> list[str]:
        return [peers.command("hugo"), "--quiet"]


class Pelican(Engine):
    name, dialect, posts = "pelican", "pelican", "content"
    feeds = "output/feeds/*.xml"
    made = ("output", "cache", "__pycache__")
    largest = 10_000
    once_from = 10_000
    shapes = ("flat",)

    def configure(self) -> None:
        # No page but the feeds; its cache is on, as it is the fastest for a site that is built again and again.
        (self.site / "settings.py").write_text(
            """SITEURL = "https://blog.example"
SITENAME = "Posts"
TIMEZONE = "UTC"
CATEGORY_FEED_RSS = "feeds/{slug}.xml"
CATEGORY_FEED_ATOM = FEED_ALL_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
FEED_MAX_ITEMS = 20
RSS_FEED_SUMMARY_ONLY = False
ARTICLE_SAVE_AS = CATEGORY_SAVE_AS = AUTHOR_SAVE_AS = TAG_SAVE_AS = DRAFT_SAVE_AS = ""
DIRECT_TEMPLATES = []
CACHE_CONTENT = LOAD_CONTENT_CACHE = True
"""
        )

    def command(self) -> list[str]:
        return [sys.executable, "-m", "pelican", "content", "-s", "settings.py", "-o", "output", "--quiet"]

    def env(self) -> dict[str, str]:
        return environment(self.site / "home", PYTHONPATH=str(peers.folder("pelican")))


class Hexo(Engine):
    name, dialect, posts = "hexo", "hexo", "source/_posts"
    feeds = "public/rss2.xml"
    made = ("public", "db.json")
    largest = 10_000
    once_from = 10_000
    shapes = ("flat",)

    def configure(self) -> None:
        (self.site / "node_modules").symlink_to(peers.folder("hexo") / "node_modules")
        package = (peers.folder("hexo") / "package.json").read_text(encoding="utf-8")
        (self.site / "package.json").write_text(package.replace("{", '{"hexo": {"version": ""},', 1), encoding="utf-8")
        (self.site / "_config.yml").write_text(
            """title: Posts
url: https://blog.example
theme: false
feed:
  type: rss2
  path: rss2.xml
  limit: 20
  content: true
"""
        )

    def command(self) -> list[str]:
        return [peers.command("hexo"), "generate", "--silent"]

    def expected(self) -> list[int]:
        return [min(20, self.size)]  # its generator knows one feed, the site's


ENGINES = (Engine, Hugo, Pelican, Hexo)


def measure(sizes: list[int], runs: int, missing: dict[str, str]) -> dict:
    """Give, by shape, size and contestant, what its builds cost."""
    found: dict = {"flat": {}, "path": {}}
    plan = [("flat", size) for size in sizes] + [("path", size) for size in sizes if size == 10_000]
    if 10_000 not in sizes:
        plan.append(("path", min(sizes)))
    for shape, size in plan:
        found[shape][str(size)] = _size(shape, size, runs, missing)
    return found


def _size(shape: str, size: int, runs: int, missing: dict[str, str]) -> dict:
    rows: dict = {}
    with tempfile.TemporaryDirectory(prefix="builds-", dir=peers.CACHE) as place:
        engines: list[Engine] = []
        for kind in ENGINES:
            if shape not in kind.shapes or size > kind.largest:
                continue
            if kind.name in missing:
                rows[kind.name] = {"not measured": missing[kind.name]}
                continue
            say(f"builds: writing {size:,} posts ({shape}) for {kind.name}")
            engines.append(kind(Path(place) / kind.name, size, shape))
        taken: dict[str, dict[str, list[Cost]]] = {engine.name: {state: [] for state in STATES} for engine in engines}
        used = dict.fromkeys(taken, 0.0)
        for turn in range(runs):
            for engine in list(engines):
                if turn and (size >= engine.once_from or used[engine.name] > BUDGET):
                    continue
                start = time.monotonic()
                try:
                    for state in STATES:
                        taken[engine.name][state].append(engine.build(state, turn))
                except RuntimeError as error:
                    rows[engine.name] = {"not measured": str(error)}
                    engines.remove(engine)
                    say(f"builds: {engine.name}: {error}")
                    continue
                used[engine.name] += time.monotonic() - start
                last = ", ".join(f"{state} {taken[engine.name][state][-1].wall:.2f} s" for state in STATES)
                say(f"builds: {size:,} posts ({shape}), run {turn + 1}, {engine.name}: {last}")
        for engine in engines:
            rows[engine.name] = {state: costs(taken[engine.name][state]) for state in STATES} | engine.outcome()
    return rows
