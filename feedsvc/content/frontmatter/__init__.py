"""A post's text becomes its front matter and its body, whatever dialect the front matter is in.

DIALECTS is the list of dialects, asked in order. Each finds its header at the beginning of the text, or says that there
is none; python-frontmatter's handlers (YAML, JSON) and one of its kind for TOML and for plain fields then read it. Every
scalar of YAML stays the text that it was written as: a category `no` is no boolean here, a title `1.10` no number and
`2017-02-29` no error. A header that is broken at one field loses that field alone, and says so.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from feedsvc.content.frontmatter.handlers import (
    JSON,
    LOAD_ERRORS,
    MAX_BYTES,
    TOML,
    YAML,
    error_place,
    json_end,
    limit_error,
)
from feedsvc.errors import PostRefused, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedsvc.content.frontmatter.handlers import Handler

# What the first field of a header without fences is called, so that `Note: this` at the head of a body is none.
_FIRST_FIELDS = frozenset(
    "abbrlink author authors categories category comments cover date description draft excerpt id keywords lang language "
    "layout link permalink published slug status subtitle summary tag tags template thumbnail title toc type updated url".split()
)
_FIELD = re.compile(r"([A-Za-z][\w .-]{0,40}?)[ \t]*:(?:[ \t]+(.*)|)$")
_FLOW = re.compile(r"[ \t]*\{[ \t]*\"?[A-Za-z][\w .-]*\"?[ \t]*:")  # the whole header as one table of YAML, or JSON
_NIKOLA = re.compile(r"\.\. ([a-z_-]+):[ \t]*(.*)$")
_NIKOLA_DRAFT = re.compile(r"(?:^|,)[ \t]*(?:draft|private)[ \t]*(?:,|$)")
_FENCE = re.compile(r"-{3,}[ \t]*$")
_FENCE_FIRST = re.compile(r"(?:\s*\n)?---")
_YAML_END = re.compile(r"(?:-{3,}|\.\.\.)[ \t]*$")


@dataclass(slots=True)
class _Header:
    """The place of a header: text from line, in lines of the file; what follows it is the body."""

    text: str
    line: int
    body: str
    body_line: int
    handler: Handler | None = None
    complaint: str = ""
    pairs: list[tuple[str, str, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A post taken apart.

    fields has lower-case names with underscores; a value is text, None, or a list or dict of such. body begins at body_line.
    """

    fields: dict[str, Any]
    body: str
    body_line: int
    problems: tuple[Problem, ...] = ()
    header: _Header | None = None

    def line(self, name: str) -> int:
        """Give the line of the file (1-based) where a field stands, or its header begins."""
        return _field_lines(self.header).get(name, self.header.line) if self.header else 1


# -- dialects ----------------------------------------------------------------------------------------------------------


def _after(lines: list[str], index: int, line: int) -> tuple[str, int]:
    return "\n".join(lines[index:]), line + index


def _fields_end(lines: list[str]) -> int:
    """Give the index of the first line after lines[0] that can be no part of a header that was not closed."""
    part = re.compile(r"[\w .-]+[ \t]*[:=]|[ \t]+\S|- |#|\]|\}")
    return next((i for i in range(1, len(lines)) if not part.match(lines[i])), len(lines))


def _fenced(lines: list[str], line: int) -> _Header | None:
    """YAML between `---` lines; `...` may close it, and Hexo takes more than three dashes."""
    if not _FENCE.match(lines[0]):
        return None
    end = next((i for i in range(1, len(lines)) if _YAML_END.match(lines[i])), None)
    complaint = ""
    if end is None:
        end = _fields_end(lines)
        complaint = "the front matter has no closing ---"
    header = lines[1:end]
    # A rule (`---`) at the head of a body opens no header: no line of it is a field.
    if not any(_FIELD.match(text) or _FLOW.match(text) for text in header) and (
        complaint or any(text.strip() for text in header)
    ):
        return None
    body, body_line = _after(lines, end + (not complaint), line)
    return _Header("\n".join(header), line + 1, body, body_line, YAML, complaint)


def _code_block(lines: list[str], line: int) -> _Header | None:
    """The same, inside a fenced code block that the whole header was pasted as."""
    if not re.match(r"```+[ \t]*(?:ya?ml|markdown|md)?[ \t]*$", lines[0]) or len(lines) < 3:
        return None
    header = _fenced(lines[1:], line + 1)
    if header is None or header.complaint:
        return None
    rest = header.body.split("\n")
    if not re.match(r"```+[ \t]*$", rest[0]):
        return None
    header.body, header.body_line = _after(rest, 1, header.body_line)
    return header


def _toml(lines: list[str], line: int) -> _Header | None:
    """TOML between `+++` lines (Hugo, Zola)."""
    if lines[0].rstrip() != "+++":
        return None
    end = next((i for i in range(1, len(lines)) if lines[i].rstrip() == "+++"), None)
    complaint = ""
    if end is None:
        end = _fields_end(lines)
        complaint = "the front matter has no closing +++"
    body, body_line = _after(lines, end + (not complaint), line)
    return _Header("\n".join(lines[1:end]), line + 1, body, body_line, TOML, complaint)


def _json(lines: list[str], line: int) -> _Header | None:
    """A JSON object (Hugo), or one above `;;;`, or between two such lines, without its braces (Hexo)."""
    if lines[0].rstrip() == ";;;":
        end = next((i for i in range(1, len(lines)) if lines[i].rstrip() == ";;;"), None)
        if end is None:
            return None
        body, body_line = _after(lines, end + 1, line)
        return _Header("{" + "\n".join(lines[1:end]) + "}", line + 1, body, body_line, JSON)
    if re.match(r"\"\w+\"[ \t]*:", lines[0]) and (
        end := next((i for i in range(len(lines)) if lines[i].rstrip() == ";;;"), 0)
    ):
        body, body_line = _after(lines, end + 1, line)
        return _Header("{" + "\n".join(lines[:end]) + "}", line, body, body_line, JSON)
    if not re.match(r"[ \t]*\{[ \t]*(?:$|\")", lines[0]):
        return None
    text = "\n".join(lines)[: MAX_BYTES * 2]
    try:
        end_at = json_end(text)
    except (ValueError, PostRefused):
        # Broken: it ends where a line closes its brace.
        end = next((i for i in range(len(lines)) if re.match(r"[ \t]*\}[ \t]*$", lines[i])), None)
        if end is None or not any(re.match(r'[ \t]*"[\w .-]+"[ \t]*:', text) for text in lines[:end]):
            return None
        body, body_line = _after(lines, end + 1, line)
        return _Header("\n".join(lines[: end + 1]), line, body, body_line, JSON)
    if text[end_at:].split("\n", 1)[0].strip():
        return None
    header, rest = text[:end_at], "\n".join(lines)[end_at:]
    newline = rest.startswith("\n")
    return _Header(header, line, rest[newline:], line + header.count("\n") + newline, JSON)


def _nikola(lines: list[str], line: int) -> _Header | None:
    """Nikola's `.. title:` lines, bare or in an HTML comment."""
    start = 1 if lines[0].strip() == "<!--" else 0
    end = start
    pairs = []
    while end < len(lines) and (match := _NIKOLA.match(lines[end].strip())):
        pairs.append((match[1], match[2], line + end))
        end += 1
    if not pairs:
        return None
    # Nikola's older way to mark what is not published.
    pairs += [("status", "draft", at) for name, value, at in pairs if name == "tags" and _NIKOLA_DRAFT.search(value)]
    while start and end < len(lines) and lines[end].strip() != "-->":
        end += 1
    body, body_line = _after(lines, end + start, line)
    return _Header("", line, body, body_line, pairs=pairs)


def _open(lines: list[str], line: int) -> _Header | None:
    """Hexo's header without the opening fence: fields, then `---`."""
    match = _FIELD.match(lines[0])
    if not match or match[1].lower() not in _FIRST_FIELDS:
        return None
    for end, text in enumerate(lines):
        if _FENCE.match(text):
            body, body_line = _after(lines, end + 1, line)
            return _Header("\n".join(lines[:end]), line, body, body_line, YAML)
        if text.strip() and not _FIELD.match(text) and not re.match(r"[ \t]+\S|- |#|\]|\}", text):
            return None
    return None


def _plain(lines: list[str], line: int) -> _Header | None:
    """`Key: value` lines up to an empty one (Pelican, MultiMarkdown); an indented line goes on with the value."""
    match = _FIELD.match(lines[0])
    if not match or match[1].lower() not in _FIRST_FIELDS:
        return None
    pairs: list[tuple[str, str, int]] = []
    end = 0
    while end < len(lines) and lines[end].strip():
        if match := _FIELD.match(lines[end]):
            pairs.append((match[1], (match[2] or "").strip(), line + end))
        elif lines[end][0] in " \t":
            name, value, at = pairs[-1]
            pairs[-1] = (name, f"{value} {lines[end].strip()}".strip(), at)
        else:
            return None
        end += 1
    body, body_line = _after(lines, end, line)
    return _Header("", line, body, body_line, pairs=pairs)


DIALECTS: tuple[Callable[[list[str], int], _Header | None], ...] = (
    _fenced,
    _code_block,
    _toml,
    _json,
    _nikola,
    _open,
    _plain,
)


# -- the way through ---------------------------------------------------------------------------------------------------


def parse(path: str, text: str, header_text: str = "") -> FrontMatter:
    r"""Take a post apart. text has \n line ends; header_text is the header that stands in a file of its own, if one does.

    Never raises but PostRefused("front-matter-limit"): what can not be read is reported in problems, the rest is kept.
    """
    lines = (header_text or text).split("\n")
    blank = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    rest = lines[blank:] or [""]
    header = next((h for dialect in DIALECTS if (h := dialect(rest, blank + 1))), None)
    if header is None:
        return FrontMatter({}, text, 1)
    if header_text:
        header.body, header.body_line = text, 1
    if len(header.text.encode("utf-8", "replace")) > MAX_BYTES:
        raise limit_error(f"more than {MAX_BYTES >> 10} KiB")
    fields, problems = _load(path, header)
    fields = {_name(name): _plain_value(value) for name, value in fields.items()}
    first = header
    # Generated posts have been seen with a second header below the first: the first one's fields win.
    second = _second(header) if header.handler is YAML and not header.complaint else None
    if second:
        more, _problems = _load(path, second)
        fields = {_name(name): _plain_value(value) for name, value in more.items()} | fields
        header = second
    return FrontMatter(fields, header.body, header.body_line, tuple(problems), first)


def _second(header: _Header) -> _Header | None:
    if not _FENCE_FIRST.match(header.body):
        return None
    lines = header.body.split("\n")
    blank = next((i for i, line in enumerate(lines) if line.strip()), None)
    if blank is None:
        return None
    second = _fenced(lines[blank:], header.body_line + blank)
    if second is None or second.complaint or len(second.text) > MAX_BYTES:
        return None
    names = [match[1].lower() for line in second.text.split("\n") if (match := _FIELD.match(line))]
    return second if names and names[0] in _FIRST_FIELDS else None


_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BETWEEN = re.compile(r"[\s.-]+")


def _name(name: object) -> str:
    text = str(name)
    if text.isascii() and text.isalpha() and text.islower():
        return text
    return _BETWEEN.sub("_", _HUMP.sub("_", text.strip())).lower()  # publishDate is publish_date


def _plain_value(value: object) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {_name(key): _plain_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain_value(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    return str(value)  # a number of JSON or TOML


_FIELD_LINE = re.compile(r'[ \t]*"?([\w.-][\w .-]*?)"?[ \t]*[:=]')


def _field_lines(header: _Header) -> dict[str, int]:
    if header.pairs:
        return {_name(name): line for name, _value, line in header.pairs}
    lines: dict[str, int] = {}
    for number, text in enumerate(header.text.split("\n"), header.line):
        if match := _FIELD_LINE.match(text):
            lines.setdefault(_name(match[1]), number)
    return lines


def _load(path: str, header: _Header) -> tuple[dict[str, object], list[Problem]]:
    if header.pairs:
        return {name: value for name, value, _line in header.pairs}, []
    problems = [Problem(path, header.line, "bad-front-matter", header.complaint)] if header.complaint else []
    assert header.handler is not None
    try:
        fields = header.handler.load(header.text)
    except LOAD_ERRORS as error:
        line, message = error_place(error, header.line)
        problems.append(Problem(path, line, "bad-front-matter", message))
        return _salvage(header), problems
    if fields is None:
        fields = {}
    if not isinstance(fields, dict):
        problems.append(Problem(path, header.line, "bad-front-matter", "the front matter is no table of fields"))
        return {}, problems
    return fields, problems


def _salvage(header: _Header) -> dict[str, object]:
    """Read each field by itself; one that can not be read is the text of its line, without quotes."""
    chunks: list[list[str]] = []
    start = re.compile(r'"?[A-Za-z_][\w .-]*"?[ \t]*[:=]')
    for line in header.text.split("\n"):
        bare = line.strip() if header.handler is JSON else line
        if start.match(bare):
            chunks.append([bare])
        elif chunks:
            chunks[-1].append(line)
    assert header.handler is not None
    fields: dict[str, object] = {}
    for chunk in chunks:
        text = "\n".join(chunk)
        try:
            value = header.handler.load("{" + text.rstrip(", \n") + "}" if header.handler is JSON else text)
        except LOAD_ERRORS:
            value = None
        if isinstance(value, dict):
            for name, item in value.items():
                fields.setdefault(str(name), item)
            continue
        name, _separator, rest = re.split(r"([:=])", chunk[0], maxsplit=1)
        fields.setdefault(name.strip(' "\t'), rest.strip().rstrip(",").strip("\"' \t"))
    return fields
