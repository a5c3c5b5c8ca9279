"""Read what can be read of a header that is broken: it loses the broken field alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from feedsvc.content.frontmatter.handlers import JSON, LOAD_ERRORS

if TYPE_CHECKING:
    from feedsvc.content.frontmatter.handlers import Handler

_FIELD_START = re.compile(r'"?[A-Za-z_][\w .-]*"?[ \t]*[:=]')
_SEPARATOR = re.compile(r"([:=])")


def salvage(text: str, handler: Handler) -> dict[str, object]:
    """Return the fields of a header, each read by itself; one that is broken is the text of its line, without quotes."""
    fields: dict[str, object] = {}
    for lines in _split(text, handler):
        field = "\n".join(lines)
        try:
            value = handler.load("{" + field.rstrip(", \n") + "}" if handler is JSON else field)
        except LOAD_ERRORS:
            value = None
        if isinstance(value, dict):
            for name, item in value.items():
                fields.setdefault(str(name), item)
            continue
        name, _separator, rest = _SEPARATOR.split(lines[0], maxsplit=1)
        fields.setdefault(name.strip(' "\t'), rest.strip().rstrip(",").strip("\"' \t"))
    return fields


def _split(text: str, handler: Handler) -> list[list[str]]:
    """Return the lines of each field; what stands above the first is dropped."""
    fields: list[list[str]] = []
    for line in text.split("\n"):
        start = line.strip() if handler is JSON else line
        if _FIELD_START.match(start):
            fields.append([start])
        elif fields:
            fields[-1].append(line)
    return fields
