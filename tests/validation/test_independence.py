"""The validator shares nothing with what it judges, and costs nothing until it is asked."""

import ast
import subprocess
import sys
from pathlib import Path

import feedsvc.validation

ROOM = Path(feedsvc.validation.__file__).parent
ALLOWED = {"click", "pytest"}


def imported(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_it_imports_nothing_of_the_rest() -> None:
    files = list(ROOM.glob("*.py"))
    assert len(files) > 20
    for file in files:
        for name in imported(file):
            top = name.partition(".")[0]
            assert (
                name == "feedsvc" or name.startswith("feedsvc.validation") or top in sys.stdlib_module_names | ALLOWED
            ), (file, name)


def test_the_plugin_loads_no_rules_and_no_framework() -> None:
    asked = (
        "import sys, feedsvc.validation.pytest_plugin, feedsvc.validation.command;"
        "print([name for name in sys.modules if name in ('flask', 'django', 'requests', 'httpx', 'lxml')"
        " or name == 'feedsvc.validation.atom'])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
