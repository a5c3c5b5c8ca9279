"""JSON with positions (RFC 8259), within bounds: every value knows where it stands, and names that repeat are found."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from feedsvc.validation.findings import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedsvc.validation.findings import Findings

MOST_DEPTH = 100
MOST_VALUES = 100_000

BLANK = re.compile(r"[ \t\n\r]*")
STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*+"', re.DOTALL)
SCALAR = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true\b|false\b|null\b", re.ASCII)
# Surrogates that stand alone: JSON can write them, Unicode text cannot hold them.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True, eq=False)
class Value:
    """A JSON value.

    `kind` is `object`, `array`, `string`, `number`, `boolean` or `null`; `scalar` is what the last four say. `members`
    are an object's (the last of each name), `items` an array's.
    """

    kind: str
    offset: int
    path: str
    scalar: str | float | bool | None = None
    members: dict[str, Value] = field(default_factory=dict)
    items: list[Value] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)

    @property
    def vocabulary(self) -> str:
        """Whose specification defines it."""
        return "json"

    def attribute_offset(self, name: str, source: Source) -> int:
        """Where member `name` begins."""
        return self.names.get(name, self.offset) if source else self.offset

    def attribute_path(self, name: str) -> str:
        """From the root: `/items/0/title`."""
        return f"{self.path.rstrip('/')}/{name}"

    def text(self, name: str) -> str:
        """Member `name` as text; `""` where it is absent or none."""
        member = self.members.get(name)
        return member.scalar if member and isinstance(member.scalar, str) else ""

    def each(self, name: str) -> Iterator[Value]:
        """The objects in array `name`."""
        member = self.members.get(name)
        for item in member.items if member else ():
            if item.kind == "object":
                yield item


class NotJsonError(Exception):
    """The text is no JSON from `offset` on."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(reason)
        self.offset = offset
        self.reason = reason


def parse(text: str, findings: Findings) -> Value | None:
    """The value in `text`, or None with the reason found."""
    findings.source = Source(text)
    scanner = _Scanner(text, findings)
    try:
        return scanner.document()
    except NotJsonError as error:
        code = "json-truncated" if error.offset >= len(text.rstrip()) else "not-json"
        findings.report(
            code, offset=min(error.offset, len(text)), value=text[error.offset : error.offset + 20], reason=error.reason
        )
        return None


class _Scanner:
    """Reads values by recursive descent; `at` is where the last one ended."""

    def __init__(self, text: str, findings: Findings) -> None:
        self.text = text
        self.findings = findings
        self.at = 0
        self._values = 0

    def document(self) -> Value:
        read = self.value(self.blank(0), "", 0)
        rest = self.blank(self.at)
        if rest < len(self.text):
            raise NotJsonError(rest, "something follows the end")
        return read

    def blank(self, at: int) -> int:
        found = BLANK.match(self.text, at)
        return found.end() if found else at

    def value(self, at: int, path: str, depth: int) -> Value:
        self._values += 1
        if depth > MOST_DEPTH:
            raise NotJsonError(at, f"more than {MOST_DEPTH} levels deep")
        if self._values > MOST_VALUES:
            raise NotJsonError(at, f"more than {MOST_VALUES} values")
        first = self.text[at : at + 1]
        if first == "{":
            return self._object(at, path, depth)
        if first == "[":
            return self._array(at, path, depth)
        if first == '"':
            return Value("string", at, path or "/", self._string(at))
        found = SCALAR.match(self.text, at)
        if not found:
            raise NotJsonError(at, "a value is expected")
        self.at = found.end()
        kinds = {"t": "boolean", "f": "boolean", "n": "null"}
        scalar = {"true": True, "false": False, "null": None}.get(found[0], 0.0)
        kind = kinds.get(found[0][0], "number")
        return Value(kind, at, path or "/", float(found[0]) if kind == "number" else scalar)

    def _string(self, at: int) -> str:
        found = STRING.match(self.text, at)
        if not found:
            raise NotJsonError(
                at if '"' in self.text[at + 1 :] else len(self.text),
                "a string does not end, or holds a control character",
            )
        self.at = found.end()
        if "\\" not in found[0]:
            return found[0][1:-1]
        try:
            read: str = json.loads(found[0])
        except ValueError as error:
            raise NotJsonError(at, "a string holds an escape that JSON has not") from error
        if LONE_SURROGATE.search(read):
            self.findings.report("lone-surrogate", offset=at)
        return read

    def _object(self, at: int, path: str, depth: int) -> Value:
        made = Value("object", at, path or "/")
        at = self.blank(at + 1)
        while self.text[at : at + 1] != "}":
            if made.names:
                at = self._comma(at)
            if self.text[at : at + 1] != '"':
                raise NotJsonError(at, "a name in double quotes is expected")
            start, name = at, self._string(at)
            at = self.blank(self.at)
            if self.text[at : at + 1] != ":":
                raise NotJsonError(at, "a colon is expected")
            if name in made.names:
                self.findings.report("duplicate-member", offset=start, value=name)
            made.names[name] = start
            made.members[name] = self.value(self.blank(at + 1), f"{path}/{name}", depth + 1)
            at = self.blank(self.at)
        self.at = at + 1
        return made

    def _array(self, at: int, path: str, depth: int) -> Value:
        made = Value("array", at, path or "/")
        at = self.blank(at + 1)
        while self.text[at : at + 1] != "]":
            if made.items:
                at = self._comma(at)
            made.items.append(self.value(at, f"{path}/{len(made.items)}", depth + 1))
            at = self.blank(self.at)
        self.at = at + 1
        return made

    def _comma(self, at: int) -> int:
        if self.text[at : at + 1] != ",":
            raise NotJsonError(at, "a comma is expected")
        return self.blank(at + 1)
