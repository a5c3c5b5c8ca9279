"""The house: rooms, and the arrows between them, read from the source itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import feedsvc

ROOT = Path(feedsvc.__file__).parent
MODULES = {str(place.relative_to(ROOT)): place for place in sorted(ROOT.rglob("*.py"))}
# Each may import from itself and from those above it.
ROOMS = ["errors", "settings", "sources", "content", "library", "feeds", "web", "cli"]
# The package's front, which is imported by its users, and the command's other name.
FRONT = {"__init__": {"web"}, "__main__": {"cli"}}

# What one module alone may import, or use.
OWNERS = {
    "bleach": {"content/sanitise.py"},
    "nh3": {"content/sanitise.py"},
    "justhtml": {"content/repair.py", "content/body.py"},
    "chardet": {"content/text.py"},
    "frontmatter": {"content/frontmatter/handlers.py"},
    "yaml": {"content/frontmatter/handlers.py"},
    "docutils": {"content/markup.py"},
    "markdown_it": {"content/markup.py"},
    "feedgen": {"feeds/syndication.py"},
    "sqlalchemy": {
        "library/database.py",
        "library/opened.py",
        "library/queries.py",
        "library/refreshing.py",
        "library/generation.py",
        "library/schema.py",
        "web/site.py",
    },
    "watchfiles": {"library/watcher.py"},
    "sqlite3": {"library/database.py"},
    "flask": {"web/app.py", "web/blueprint.py", "web/delivery.py"},
    "werkzeug": {"web/app.py", "web/blueprint.py", "web/delivery.py"},
    "jinja2": {"web/pages.py"},
    "brotli": {"web/representation.py"},
    "zstandard": {"library/reading.py", "web/representation.py"},
    "gunicorn": {"cli.py"},
    "click": {"cli.py"},
}
# Attributes that read what must not reach a document: the environment and the clock.
READERS = {
    "os.environ": {"settings.py"},
    "os.getenv": {"settings.py"},
    "datetime.now": {"library/clock.py"},
    "datetime.today": set(),
    "datetime.utcnow": set(),
    "date.today": set(),
    "time.time": set(),
    "time.localtime": set(),
    "time.strftime": set(),
    "locale.setlocale": set(),
    "random.random": set(),
    "uuid.uuid4": set(),
    "uuid.uuid1": set(),
    "socket.gethostname": set(),
}


def tree(name):
    return ast.parse(MODULES[name].read_text("utf-8"))


def room(name):
    return Path(name).parts[0].removesuffix(".py")


def imports(name):
    """Give every module that a module imports, wherever in it: absolute, as it is written."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name}: imports are absolute"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_used(name):
    found = {module.split(".")[1] for module in imports(name) if module.startswith("feedsvc.")}
    return {used for used in found if used in ROOMS or used == "validation"}


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) in ROOMS])
def test_a_room_imports_from_those_above_it_alone(name):
    above = set(ROOMS[: ROOMS.index(room(name)) + 1])
    if name == "cli.py":
        above.add("validation")
    assert rooms_used(name) <= above


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) == "validation"])
def test_validation_stands_apart(name):
    assert rooms_used(name) <= {"validation"}


def test_every_module_is_in_a_room():
    assert {room(name) for name in MODULES} == {*ROOMS, *FRONT, "validation"}


@pytest.mark.parametrize("name", FRONT)
def test_the_front_imports_what_it_shows_alone(name):
    assert rooms_used(f"{name}.py") <= FRONT[name]


@pytest.mark.parametrize("module", OWNERS)
def test_what_we_stand_on_is_known_to_its_owner_alone(module):
    users = {
        name
        for name in MODULES
        if room(name) != "validation" and any(found.split(".")[0] == module for found in imports(name))
    }
    assert users <= OWNERS[module]
    assert users


@pytest.mark.parametrize("reader", READERS)
def test_the_environment_and_the_clock_are_read_by_their_owner_alone(reader):
    base, attribute = reader.split(".")
    users = {
        name
        for name in MODULES
        if room(name) != "validation"
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Attribute)
        and node.attr == attribute
        and ast.unparse(node.value).rpartition(".")[2] in {base, "dt" if base == "datetime" else base}
    }
    assert users <= READERS[reader]


@pytest.mark.parametrize("name", MODULES)
def test_the_environment_and_the_clock_are_not_imported_by_another_name(name):
    hidden = {"os.environ", "os.getenv", "time.time", "time.localtime", "locale.setlocale"}
    assert hidden.isdisjoint(imports(name))


def public(body, prefix=""):
    """Give the functions and classes of a module that others may use, as (name, node); what is nested is nobody's."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{node.name}.")


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is(name):
    assert (ast.get_docstring(tree(name)) or "").strip() or not tree(name).body


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_and_class_says_what_it_gives(name):
    silent = [shown for shown, node in public(tree(name).body) if not (ast.get_docstring(node) or "").strip()]
    assert silent == []


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_says_its_types(name):
    for shown, node in public(tree(name).body):
        if isinstance(node, ast.ClassDef):
            continue
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        assert node.returns is not None, shown
        assert [one.arg for one in arguments if one.annotation is None and one.arg not in {"self", "cls"}] == [], shown


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_named_for_what_is_in_it(name):
    vague = {
        "util",
        "utils",
        "helper",
        "helpers",
        "manager",
        "managers",
        "common",
        "misc",
        "data",
        "process",
        "core",
        "base",
    }
    assert vague.isdisjoint({part.removesuffix(".py").strip("_") for part in Path(name).parts})


def test_import_of_the_package_costs_neither_flask_nor_feedgen():
    import subprocess
    import sys

    code = "import feedsvc, feedsvc.validation, sys; print(*{'flask', 'feedgen', 'sqlalchemy'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "\n"


def test_the_package_is_typed():
    assert (ROOT / "py.typed").exists()
