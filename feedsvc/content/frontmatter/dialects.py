"""Find the header of a post, in whatever dialect it is written.

DIALECTS is the list of dialects, asked in order. Each is a function of the lines of a text from its first line that is
not blank, and of that line's number in the file; it returns the Header that begins there, or None. To add a dialect is to
write its function and to name it in DIALECTS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from feedsvc.content.frontmatter.handlers import JSON, MAX_BYTES, TOML, YAML, json_end
from feedsvc.errors import PostRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedsvc.content.frontmatter.handlers import Handler

# What the first field of a header without fences is called, so that `Note: this` at the head of a body is none.
_FIRST_FIELDS = frozenset(
    "abbrlink author authors categories category comments cover date description draft excerpt id keywords lang language "
    "layout link permalink published slug status subtitle summary tag tags template thumbnail title toc type updated url".split()
)
_FIELD = re.compile(r"([A-Za-z][\w .-]{0,40}?)[ \t]*:(?:[ \t]+(.*)|)$")
_CONTINUATION = re.compile(r"[ \t]+\S|- |#|\]|\}")  # a line of a field's value, or a comment
_FIELD_OR_CONTINUATION = re.compile(rf"[\w .-]+[ \t]*[:=]|{_CONTINUATION.pattern}")
_FLOW = re.compile(r"[ \t]*\{[ \t]*\"?[A-Za-z][\w .-]*\"?[ \t]*:")  # the whole header as one table of YAML, or JSON
_FENCE = re.compile(r"-{3,}[ \t]*$")
_FENCE_FIRST = re.compile(r"(?:\s*\n)?---")
_YAML_END = re.compile(r"(?:-{3,}|\.\.\.)[ \t]*$")
_CODE_BLOCK = re.compile(r"```+[ \t]*(?:ya?ml|markdown|md)?[ \t]*$")
_CODE_BLOCK_END = re.compile(r"```+[ \t]*$")
_JSON_FIRST_FIELD = re.compile(r"\"\w+\"[ \t]*:")
_JSON_FIELD = re.compile(r'[ \t]*"[\w .-]+"[ \t]*:')
_JSON_OPEN = re.compile(r"[ \t]*\{[ \t]*(?:$|\")")
_JSON_CLOSE = re.compile(r"[ \t]*\}[ \t]*$")
_NIKOLA = re.compile(r"\.\. ([a-z_-]+):[ \t]*(.*)$")
_NIKOLA_DRAFT = re.compile(r"(?:^|,)[ \t]*(?:draft|private)[ \t]*(?:,|$)")


@dataclass(slots=True)
class Header:
    """A header as it stands in the file, and the body below it.

    line and body_line are the lines of the file (1-based) at which text and body begin. handler reads text; a dialect that
    needs none has read entries itself: the name, value and line of each field. problem says what is wrong with the fences.
    """

    text: str
    line: int
    body: str
    body_line: int
    handler: Handler | None = None
    problem: str = ""
    entries: list[tuple[str, str, int]] = field(default_factory=list)


def _body(lines: list[str], index: int, line: int) -> tuple[str, int]:
    return "\n".join(lines[index:]), line + index


def _index(lines: list[str], wanted: Callable[[str], object], start: int = 0) -> int | None:
    return next((i for i in range(start, len(lines)) if wanted(lines[i])), None)


def _unclosed_end(lines: list[str]) -> int:
    """Return the index of the first line after lines[0] that can be no part of a header that was not closed."""
    return next((i for i in range(1, len(lines)) if not _FIELD_OR_CONTINUATION.match(lines[i])), len(lines))


def _yaml(lines: list[str], line: int) -> Header | None:
    """Return the header of YAML between `---` lines; `...` may close it, and Hexo takes more than three dashes."""
    if not _FENCE.match(lines[0]):
        return None
    end = _index(lines, _YAML_END.match, 1)
    problem = ""
    if end is None:
        end = _unclosed_end(lines)
        problem = "the front matter has no closing ---"
    header = lines[1:end]
    # A rule (`---`) at the head of a body opens no header: no line of it is a field.
    if not any(_FIELD.match(text) or _FLOW.match(text) for text in header) and (
        problem or any(text.strip() for text in header)
    ):
        return None
    body, body_line = _body(lines, end + (not problem), line)
    return Header("\n".join(header), line + 1, body, body_line, YAML, problem)


def _yaml_in_code_block(lines: list[str], line: int) -> Header | None:
    """Return the header of YAML between `---` lines that was pasted, as a whole, inside a fenced code block."""
    if not _CODE_BLOCK.match(lines[0]) or len(lines) < 3:
        return None
    header = _yaml(lines[1:], line + 1)
    if header is None or header.problem:
        return None
    below = header.body.split("\n")
    if not _CODE_BLOCK_END.match(below[0]):
        return None
    header.body, header.body_line = _body(below, 1, header.body_line)
    return header


def _toml(lines: list[str], line: int) -> Header | None:
    """Return the header of TOML between `+++` lines (Hugo, Zola)."""
    if lines[0].rstrip() != "+++":
        return None
    end = _index(lines, lambda text: text.rstrip() == "+++", 1)
    problem = ""
    if end is None:
        end = _unclosed_end(lines)
        problem = "the front matter has no closing +++"
    body, body_line = _body(lines, end + (not problem), line)
    return Header("\n".join(lines[1:end]), line + 1, body, body_line, TOML, problem)


def _json(lines: list[str], line: int) -> Header | None:
    """Return the header that is a JSON object (Hugo)."""
    if not _JSON_OPEN.match(lines[0]):
        return None
    whole = "\n".join(lines)
    text = whole[: MAX_BYTES * 2]
    try:
        end = json_end(text)
    except (ValueError, PostRefused):
        return _broken_json(lines, line)
    if text[end:].split("\n", 1)[0].strip():
        return None
    header, below = text[:end], whole[end:]
    newline = below.startswith("\n")
    return Header(header, line, below[newline:], line + header.count("\n") + newline, JSON)


def _broken_json(lines: list[str], line: int) -> Header | None:
    """Return the header that begins as a JSON object and ends at the first line that is a closing brace alone."""
    end = _index(lines, _JSON_CLOSE.match)
    if end is None or not any(_JSON_FIELD.match(text) for text in lines[:end]):
        return None
    body, body_line = _body(lines, end + 1, line)
    return Header("\n".join(lines[: end + 1]), line, body, body_line, JSON)


def _json_without_braces(lines: list[str], line: int) -> Header | None:
    """Return the header of a JSON object without its braces, between `;;;` lines or above one (Hexo)."""
    opened = lines[0].rstrip() == ";;;"
    if not opened and not _JSON_FIRST_FIELD.match(lines[0]):
        return None
    end = _index(lines, lambda text: text.rstrip() == ";;;", 1)
    if end is None:
        return None
    body, body_line = _body(lines, end + 1, line)
    return Header("{" + "\n".join(lines[opened:end]) + "}", line + opened, body, body_line, JSON)


def _nikola(lines: list[str], line: int) -> Header | None:
    """Return the header of Nikola's `.. title:` lines, bare or in an HTML comment."""
    start = 1 if lines[0].strip() == "<!--" else 0
    end = start
    entries = []
    while end < len(lines) and (match := _NIKOLA.match(lines[end].strip())):
        entries.append((match[1], match[2], line + end))
        end += 1
    if not entries:
        return None
    # Nikola's older way to mark what is not published.
    entries += [
        ("status", "draft", number) for name, value, number in entries if name == "tags" and _NIKOLA_DRAFT.search(value)
    ]
    while start and end < len(lines) and lines[end].strip() != "-->":
        end += 1
    body, body_line = _body(lines, end + start, line)
    return Header("", line, body, body_line, entries=entries)


def _begins_with_known_field(text: str) -> bool:
    match = _FIELD.match(text)
    return match is not None and match[1].lower() in _FIRST_FIELDS


def _yaml_without_opening_fence(lines: list[str], line: int) -> Header | None:
    """Return the header of YAML fields above a `---` line (Hexo)."""
    if not _begins_with_known_field(lines[0]):
        return None
    for end, text in enumerate(lines):
        if _FENCE.match(text):
            body, body_line = _body(lines, end + 1, line)
            return Header("\n".join(lines[:end]), line, body, body_line, YAML)
        if text.strip() and not _FIELD.match(text) and not _CONTINUATION.match(text):
            return None
    return None


def _key_value_lines(lines: list[str], line: int) -> Header | None:
    """Return the header of `Key: value` lines up to a blank one (Pelican, MultiMarkdown).

    An indented line goes on with the value above it.
    """
    if not _begins_with_known_field(lines[0]):
        return None
    entries: list[tuple[str, str, int]] = []
    end = 0
    while end < len(lines) and lines[end].strip():
        if match := _FIELD.match(lines[end]):
            entries.append((match[1], (match[2] or "").strip(), line + end))
        elif lines[end][0] in " \t":
            name, value, number = entries[-1]
            entries[-1] = (name, f"{value} {lines[end].strip()}".strip(), number)
        else:
            return None
        end += 1
    body, body_line = _body(lines, end, line)
    return Header("", line, body, body_line, entries=entries)


DIALECTS: tuple[Callable[[list[str], int], Header | None], ...] = (
    _yaml,
    _yaml_in_code_block,
    _toml,
    _json,
    _json_without_braces,
    _nikola,
    _yaml_without_opening_fence,
    _key_value_lines,
)


def find_header(text: str) -> Header | None:
    """Return the header at the beginning of text, or None if no dialect finds one."""
    lines = text.split("\n")
    blank = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    rest = lines[blank:] or [""]
    return next((header for dialect in DIALECTS if (header := dialect(rest, blank + 1))), None)


def find_second_header(header: Header) -> Header | None:
    """Return the header of YAML between `---` lines with which the body of a header of YAML begins, or None.

    Generated posts have been seen with one. What is broken or too large is left in the body.
    """
    if header.handler is not YAML or header.problem or not _FENCE_FIRST.match(header.body):
        return None
    lines = header.body.split("\n")
    blank = next((i for i, line in enumerate(lines) if line.strip()), None)
    if blank is None:
        return None
    second = _yaml(lines[blank:], header.body_line + blank)
    if second is None or second.problem or len(second.text) > MAX_BYTES:
        return None
    first_field = next((match for line in second.text.split("\n") if (match := _FIELD.match(line))), None)
    return second if first_field and first_field[1].lower() in _FIRST_FIELDS else None
