"""The README: its settings, codes and commands are the program's own."""

import dataclasses
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feedsvc.errors import CATALOGUE
from feedsvc.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def shown(value: object) -> str:
    if isinstance(value, ZoneInfo):
        return f"`{value.key}`"
    if isinstance(value, float):
        value = int(value)
    return f"`{value}`" if value not in ("", ()) else ""


def settings_rows() -> list[list[str]]:
    return [
        [f"`{field.name.upper()}`", shown(field.default), field.metadata["doc"]]
        for field in dataclasses.fields(Settings)
        if "doc" in field.metadata
    ]


def code_rows() -> list[list[str]]:
    return [[f"`{code}`", str(level), fix] for code, (level, fix) in CATALOGUE.items()]


@pytest.mark.parametrize(
    ("heading", "wanted"), [("Settings", settings_rows), ("Problems", code_rows)], ids=["settings", "problems"]
)
def test_a_table_lists_what_the_program_has(heading, wanted, rewrite):
    if rewrite:
        text = "\n".join(f"| {' | '.join(cells)} |" for cells in wanted())
        path = ROOT / "README.md"
        before, mark, after = path.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
        after = re.sub(r"(\| --- .*\n)(?:\|.*\n)*", lambda head: f"{head[1]}{text}\n", after, count=1)
        path.write_text(before + mark + after, encoding="utf-8")
        return
    assert rows(heading) == wanted()


@pytest.mark.parametrize(
    "command",
    [
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/feedsvc serve",
        "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest",
    ],
)
def test_the_two_commands_stand_at_the_top(command):
    assert f"    {command}\n" in README.split("\n## ")[0]


def test_every_command_runs(tmp_path):
    commands = re.findall(r"^\$ (.+)$", README, re.MULTILINE)
    assert commands
    shutil.copytree(ROOT / "posts", tmp_path / "posts")
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "FEEDSVC_BASE_URL": "https://blog.example",
    }
    for command in commands:
        done = subprocess.run(
            command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


def test_every_file_it_links_to_is_there():
    for link in re.findall(r"\]\((?!https?:|#)([^)]+)\)", README):
        assert (ROOT / link).exists(), link


def test_every_address_of_the_table_answers(tmp_path, monkeypatch):
    from feedsvc import create_app

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    client = create_app(POSTS=str(ROOT / "posts")).test_client()
    names = {"<path>": "Sky/Moon", "<tag>": "RSS", "<author>": "Maren Holt", "<slug>": "fog-bell"}
    addresses = [address for row in rows("Follow something") for address in re.findall(r"`(/[^`]*)`", row[0])]
    assert len(addresses) > 15
    for address in addresses:
        if address.startswith("/files/"):
            address = "/files/images/contours.jpg"  # noqa: PLW2901
        for name, value in names.items():
            address = address.replace(name, value)  # noqa: PLW2901
        with client.get(address) as response:
            assert response.status_code == 200, address


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch):
    from flask import Flask

    from feedsvc.validation.pytest_plugin import assert_valid_feed

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("FEEDSVC_BASE_URL", "https://blog.example/blog")
    names = {"app": Flask(__name__), "pytest": pytest, "Path": Path}
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "posts", "posts")
    feed = subprocess.run(
        [sys.executable, "-m", "feedsvc", "build", "out"], capture_output=True, check=False, timeout=120
    )
    assert feed.returncode == 0
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) >= 4
    for block in blocks:
        exec(block, names)
    names["test_feed"](assert_valid_feed)
    names["test_file"](Path("out/feed.rss"), assert_valid_feed)


def test_every_code_is_reported_somewhere():
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "feedsvc").rglob("*.py"))
    for code in CATALOGUE:
        assert sources.count(f'"{code}"') > 1, code
