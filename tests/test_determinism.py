"""Same posts and settings, same bytes: wherever, whenever and by whomever they are built."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.servers import COMMAND, SAMPLES, environment

if TYPE_CHECKING:
    from pathlib import Path

WORLDS = {
    "a day ahead, in a locale that spells nothing": {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    "behind, in a locale with months of its own": {"TZ": "America/St_Johns", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"},
    "another user, and other hashes": {"USER": "x", "LOGNAME": "x", "HOSTNAME": "y", "PYTHONHASHSEED": "4294967295"},
    "no writable folder": {"XDG_CACHE_HOME": os.devnull, "TMPDIR": os.devnull},
}


def build(posts: Path, home: Path, world: dict[str, str]) -> dict[str, bytes]:
    home.mkdir()
    out = home / "out"
    settings = environment(home, FEEDSVC_BASE_URL="https://blog.example") | world
    subprocess.run([COMMAND, "build", out, posts], env=settings, check=True, capture_output=True, timeout=120, cwd=home)
    return {str(place.relative_to(out)): place.read_bytes() for place in sorted(out.rglob("*")) if place.is_file()}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return build(SAMPLES, tmp_path_factory.mktemp("first") / "home", {"TZ": "UTC", "PYTHONHASHSEED": "0"})


def same(one, other):
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_there_is_something_to_compare(first):
    assert len(first) > 100
    assert {"feed.atom", "feed.rss", "feed.json", "feeds.opml", "index.html"} <= first.keys()


@pytest.mark.parametrize("world", WORLDS)
def test_another_world_gives_the_same_bytes(first, tmp_path, world):
    same(build(SAMPLES, tmp_path / "home", WORLDS[world]), first)


def test_another_path_and_other_times_of_files_give_the_same_bytes(first, tmp_path):
    elsewhere = tmp_path / "somewhere else" / "with spaces" / "文章"
    shutil.copytree(SAMPLES, elsewhere)
    for place in elsewhere.rglob("*"):
        os.utime(place, (315_532_800, 315_532_800))  # 1980
    same(build(elsewhere, tmp_path / "home", {}), first)


def test_files_that_were_made_in_another_order_give_the_same_bytes(first, tmp_path):
    elsewhere = tmp_path / "posts"
    for place in sorted(SAMPLES.rglob("*"), reverse=True):
        if place.is_file():
            copy = elsewhere / place.relative_to(SAMPLES)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(place.read_bytes())
    same(build(elsewhere, tmp_path / "home", {}), first)


def test_a_library_that_grew_post_by_post_gives_the_same_bytes(first, tmp_path):
    elsewhere = tmp_path / "posts"
    shutil.copytree(SAMPLES, elsewhere, ignore=shutil.ignore_patterns("*-*.md"))
    build(elsewhere, tmp_path / "before", {"XDG_CACHE_HOME": str(tmp_path / "cache")})
    shutil.copytree(SAMPLES, elsewhere, dirs_exist_ok=True)
    same(build(elsewhere, tmp_path / "after", {"XDG_CACHE_HOME": str(tmp_path / "cache")}), first)
