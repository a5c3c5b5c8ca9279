"""The pre-commit hook finds feeds by their names, and runs the command."""

import re
from pathlib import Path

import pytest
import yaml

[HOOK] = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text())


def test_it_runs_the_command() -> None:
    assert HOOK["entry"] == "feedsvc validate"
    assert HOOK["language"] == "python"


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("public/feed.xml", True),
        ("feed.json", True),
        ("a/news.atom", True),
        ("a/news.rss", True),
        ("subscriptions.opml", True),
        ("package.json", False),
        ("pom.xml", False),
        ("myfeed.json", False),
    ],
)
def test_it_takes_feeds(path: str, taken: bool) -> None:
    assert bool(re.search(HOOK["files"], path)) is taken
