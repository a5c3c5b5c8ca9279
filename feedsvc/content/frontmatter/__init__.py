"""A post's text becomes its front matter and its body, whatever dialect the front matter is in.

    header = find_header(text)                    dialects: where the header stands, its handler, and the body
    loaded = header.handler.load(header.text)     handlers: YAML, TOML or JSON, within bounds
    loaded = salvage(header.text, handler)        salvage: the same field by field, if load() fails
    second = find_second_header(header)           dialects: generated posts may have two
    FrontMatter(fields, body, …)                  here: names and values in one form

Front matter that can not be read is told in problems and never raised, but for a header past a bound.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from feedsvc.content.frontmatter.dialects import DIALECTS, find_header, find_second_header
from feedsvc.content.frontmatter.handlers import LOAD_ERRORS, MAX_BYTES, error_place, limit_error
from feedsvc.content.frontmatter.salvage import salvage
from feedsvc.errors import Problem

if TYPE_CHECKING:
    from feedsvc.content.frontmatter.dialects import Header

__all__ = ["DIALECTS", "FrontMatter", "parse"]

_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD_SEPARATORS = re.compile(r"[\s.-]+")
_NAME_IN_LINE = re.compile(r'[ \t]*"?([\w.-][\w .-]*?)"?[ \t]*[:=]')


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields and the body of a post.

    fields has lower-case names with underscores; a value is text, None, or a list or dict of such. body begins at body_line.
    """

    fields: dict[str, Any]
    body: str
    body_line: int
    problems: tuple[Problem, ...] = ()
    header: Header | None = None

    def line(self, name: str) -> int:
        """Return the line of the file (1-based) where a field stands, or its header begins."""
        return _field_lines(self.header).get(name, self.header.line) if self.header else 1


def parse(path: str, text: str, header_text: str = "") -> FrontMatter:
    r"""Return the front matter and the body of a post.

    text has \n line ends; header_text is the header that stands in a file of its own, if one does.
    Raise PostRefused("front-matter-limit") past a bound, and nothing else: what can not be read is told in problems.
    """
    header = find_header(header_text or text)
    if header is None:
        return FrontMatter({}, text, 1)
    if header_text:
        header.body, header.body_line = text, 1
    if len(header.text.encode("utf-8", "replace")) > MAX_BYTES:
        raise limit_error(f"more than {MAX_BYTES >> 10} KiB")
    fields, problems = _load(path, header)
    last = header
    if second := find_second_header(header):
        # The first header's fields win.
        more, _problems = _load(path, second)
        fields = more | fields
        last = second
    return FrontMatter(fields, last.body, last.body_line, tuple(problems), header)


def _load(path: str, header: Header) -> tuple[dict[str, Any], list[Problem]]:
    """Return the fields of a header in their one form, and what is wrong with it."""
    problems = [Problem(path, header.line, "bad-front-matter", header.problem)] if header.problem else []
    loaded: Any
    if header.handler is None:
        loaded = {name: value for name, value, _line in header.entries}
    else:
        try:
            loaded = header.handler.load(header.text)
        except LOAD_ERRORS as error:
            line, message = error_place(error, header.line)
            problems.append(Problem(path, line, "bad-front-matter", message))
            loaded = salvage(header.text, header.handler)
    if loaded is None:
        loaded = {}
    if not isinstance(loaded, dict):
        problems.append(Problem(path, header.line, "bad-front-matter", "the front matter is no table of fields"))
        loaded = {}
    return {_normal_name(name): _normal_value(value) for name, value in loaded.items()}, problems


def _normal_name(name: object) -> str:
    text = str(name)
    if text.isascii() and text.isalpha() and text.islower():
        return text
    return _WORD_SEPARATORS.sub("_", _WORD_START.sub("_", text.strip())).lower()  # publishDate is publish_date


def _normal_value(value: object) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {_normal_name(key): _normal_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_normal_value(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    return str(value)  # a number of JSON or TOML


def _field_lines(header: Header) -> dict[str, int]:
    if header.handler is None:
        return {_normal_name(name): line for name, _value, line in header.entries}
    lines: dict[str, int] = {}
    for number, text in enumerate(header.text.split("\n"), header.line):
        if match := _NAME_IN_LINE.match(text):
            lines.setdefault(_normal_name(match[1]), number)
    return lines
