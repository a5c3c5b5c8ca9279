"""Read the text of a header in YAML, TOML or JSON, within bounds.

YAML, TOML and JSON are the handlers: python-frontmatter's own for YAML and JSON, and one of its kind for TOML. load()
raises one of LOAD_ERRORS for text that is broken, and PostRefused for text past a bound. Every scalar of YAML stays the
text that it was written as: a category `no` is no boolean here, a title `1.10` no number and `2017-02-29` no error.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from feedsvc.errors import PostRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

# The largest header of 40,000 real posts has 11 KB and 60 fields. Past these, PyYAML needs seconds or ends the process
# (25,000 nested brackets crash its C loader; 1 MB of keys takes 0.6 s).
MAX_BYTES = 1 << 16
MAX_DEPTH = 16
MAX_OPEN_BRACKETS = 200  # in quotes and words, too
MAX_NODES = 5_000
MAX_COLLECTION_ALIASES = 8

# TOMLDecodeError and JSONDecodeError are ValueErrors.
LOAD_ERRORS = (yaml.YAMLError, RecursionError, ValueError)

_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BRACKET = re.compile(r"[\[\]{}]")
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_TOML_ERROR_LINE = re.compile(r"\(at line (\d+)")


class _TextLoader(_SafeLoader):  # type: ignore[misc]
    """A YAML loader to which every scalar is text, but for a null; it makes no objects and knows no merge keys."""


_NULL = ("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)$"))
_TextLoader.yaml_implicit_resolvers = {first: [_NULL] for first in ("~", "n", "N", "")}
_TextLoader.yaml_constructors = {
    "tag:yaml.org,2002:null": lambda _loader, _node: None,
    "tag:yaml.org,2002:seq": yaml.SafeLoader.construct_yaml_seq,
    "tag:yaml.org,2002:map": yaml.SafeLoader.construct_yaml_map,
}


def _construct_any_tag(loader: Any, _suffix: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


_TextLoader.yaml_multi_constructors = {"": _construct_any_tag}


class _YamlHandler(YAMLHandler):
    def load(self, fm: str, **_kwargs: object) -> Any:
        if (simple := _load_simple_yaml(fm)) is not None:
            return simple
        # Tabs are no indentation in YAML, but authors write them, and other engines take them.
        text = fm.replace("\t", "    ")
        _check_yaml_bounds(text)
        return yaml.load(text, Loader=_TextLoader)  # noqa: S506 - it makes text, lists, dicts


class _TomlHandler(BaseHandler):
    FM_BOUNDARY = re.compile(r"^\+\+\+\s*$", re.MULTILINE)
    START_DELIMITER = END_DELIMITER = "+++"

    def load(self, fm: str, **_kwargs: object) -> Any:
        _check_unquoted_brackets(fm)
        return tomllib.loads(fm)


# Numbers stay what they were written as; one of 5,000 digits would raise.
_NUMBERS_AS_TEXT: dict[str, Any] = {"strict": False, "parse_int": str, "parse_float": str, "parse_constant": str}


class _JsonHandler(JSONHandler):
    def load(self, fm: str, **_kwargs: object) -> Any:
        _check_unquoted_brackets(fm)
        return json.loads(fm, **_NUMBERS_AS_TEXT)


Handler = _YamlHandler | _TomlHandler | _JsonHandler
YAML, TOML, JSON = _YamlHandler(), _TomlHandler(), _JsonHandler()


def json_end(text: str) -> int:
    """Return the index just past the JSON value that text begins with.

    Raise ValueError where the value is broken, and PostRefused where it is nested too deep.
    """
    _check_unquoted_brackets(text[:MAX_BYTES])
    unindented = text.lstrip(" \t")
    _value, end = json.JSONDecoder(**_NUMBERS_AS_TEXT).raw_decode(unindented)
    return end + len(text) - len(unindented)


def error_place(error: Exception, first_line: int) -> tuple[int, str]:
    """Return the line of an error that load() raised and a message for the author; first_line is the header's."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        # What was never closed is found missing at the end; its author wants to know where it was opened.
        if error.context_mark and re.search("flow|quoted", error.context or ""):
            return first_line + error.context_mark.line, f"not YAML: {error.problem}"
        hint = "" if "mapping values" not in (error.problem or "") else "; put a value that holds a colon into quotes"
        return first_line + error.problem_mark.line, f"not YAML: {error.problem or error.context}{hint}"
    if isinstance(error, json.JSONDecodeError):
        return first_line + error.lineno - 1, f"not JSON: {error.msg}"
    if isinstance(error, tomllib.TOMLDecodeError) and (match := _TOML_ERROR_LINE.search(str(error))):
        return first_line + int(match[1]) - 1, f"not TOML: {str(error).partition(' (at')[0]}"
    return first_line, " ".join(str(error).split()) or type(error).__name__


# A line of the YAML that most headers are made of: `name: value`, or `name:` above lines of `- value`. A value is in quotes
# and holds none, or begins as a word and holds no mark that YAML might read, or is a list of such words in brackets.
# Letters, digits, `/`, and all from U+00A1 on; said by what it is not, which takes the compiler a twentieth of the 20 ms.
_WORD = r"[^\x00-.:-@\[-`{-\xa0]"
_ITEM = rf"{_WORD}[^,\[\]{{}}:#?\"'\n]*+"
_SIMPLE_LINE = re.compile(
    r"(?:(?P<name>[A-Za-z][\w-]{0,40}) ?:|(?P<indent> *)-(?= +\S))"
    rf"(?: +(?:'(?P<single>[^'\n]*)'|\"(?P<double>[^\"\\\n]*)\"|\[ *(?P<items>(?:{_ITEM}(?:, *{_ITEM})*)?)\]"
    rf"|(?P<plain>{_WORD}(?:[^:#\n]++|:(?=\S))*+)))? *(?:\n|\Z)",
    re.ASCII,
)
_SIMPLE_CHARACTERS = 4_096  # they hold fewer than MAX_NODES values
_NULLS = frozenset({"null", "Null", "NULL"})


def _load_simple_yaml(text: str) -> dict[str, Any] | None:
    """Return the fields of a header of simple lines alone as PyYAML does, in an eighth of its time; None of any other."""
    if len(text) > _SIMPLE_CHARACTERS or not text.replace("\n", "").isprintable():
        return None
    fields: dict[str, Any] = {}
    list_name = list_indent = ""  # the field that items may follow, and the indentation of its items so far
    position = 0
    while position < len(text):
        line = _SIMPLE_LINE.match(text, position)
        if line is None or line["name"] in _NULLS:
            return None
        position = line.end()
        if line.lastgroup == "name":
            list_name = line["name"]
            fields[list_name] = None
        elif line["name"]:
            list_name = ""
            fields[line["name"]] = _simple_value(line)
        elif list_name and (fields[list_name] is None or line["indent"] == list_indent):
            list_indent = line["indent"]
            fields[list_name] = [*(fields[list_name] or ()), _simple_value(line)]
        else:
            return None
    return fields


def _simple_value(line: re.Match[str]) -> Any:
    written = line[line.lastindex or 0]
    if line.lastgroup == "items":
        words = [word.strip() for word in written.split(",")] if written else []
        return [None if word in _NULLS else word for word in words]
    if line.lastgroup == "plain":
        written = written.rstrip()
        return None if written in _NULLS else written
    return written


def _check_yaml_bounds(text: str) -> None:
    # libyaml reads 1,024 characters ahead of the events that are counted below, and has a bound of its own (1,000 deep).
    _check_depth(_BRACKET.findall(text), MAX_OPEN_BRACKETS)
    depth = aliases = 0
    is_open: dict[str, bool] = {}  # by the anchor of a list or table
    anchors: list[str | None] = []
    for nodes, event in enumerate(yaml.parse(text, Loader=_SafeLoader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            anchors.append(event.anchor)
            if event.anchor:
                is_open[event.anchor] = True
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            if anchor := anchors.pop():
                is_open[anchor] = False
        elif isinstance(event, yaml.AliasEvent) and event.anchor in is_open:
            aliases += 1
            if is_open[event.anchor]:
                raise limit_error("a list or table that holds itself")
        if depth > MAX_DEPTH:
            raise limit_error(f"lists or tables nested more than {MAX_DEPTH} deep")
        if nodes > MAX_NODES:
            raise limit_error(f"more than {MAX_NODES} values")
        if aliases > MAX_COLLECTION_ALIASES:
            raise limit_error(f"more than {MAX_COLLECTION_ALIASES} references to lists or tables")


def _check_unquoted_brackets(text: str) -> None:
    _check_depth(_BRACKET.findall(_QUOTED.sub("", text)), MAX_DEPTH)


def _check_depth(brackets: Iterable[str], most: int) -> None:
    depth = 0
    for bracket in brackets:
        depth = max(depth + (1 if bracket in "[{" else -1), 0)
        if depth > most:
            raise limit_error(f"lists or tables nested more than {MAX_DEPTH} deep")


def limit_error(excess: str) -> PostRefused:
    """Return the error that refuses a post whose header is past a bound; excess says what the header has too much of."""
    return PostRefused("front-matter-limit", f"the front matter has {excess}")
