"""Where rules leave what they found: a code, a place and the value seen become a `Finding`."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from feedsvc.validation.catalogue import CATALOGUE, VOCABULARIES, VOCABULARY
from feedsvc.validation.report import Finding

if TYPE_CHECKING:
    from datetime import datetime

# A document wrong a hundred times in one way is wrong more often than anybody reads.
MOST_OF_A_CODE = 100
LONGEST_VALUE = 100


class Place(Protocol):
    """A part of a document that a finding can point at."""

    @property
    def offset(self) -> int:
        """Where it begins in the source."""

    @property
    def path(self) -> str:
        """Its name in the document, from the root."""

    @property
    def vocabulary(self) -> str:
        """Whose specification defines it: a namespace's prefix, `rss`, `opml` or `json`."""

    def attribute_offset(self, name: str, source: Source) -> int:
        """Where its attribute or member `name` begins."""

    def attribute_path(self, name: str) -> str:
        """The name of its attribute or member `name` in the document."""


class Source:
    """The text judged, as offsets see it: UTF-8 bytes of XML, characters of JSON."""

    def __init__(self, text: bytes | str) -> None:
        self.text = text
        self._lines: list[int] | None = None

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of `offset`."""
        if self._lines is None:
            self._lines = [0, *_line_starts(self.text)]
        line = bisect_right(self._lines, offset)
        before = self.text[self._lines[line - 1] : offset]
        return line, len(before.decode("utf-8", "replace") if isinstance(before, bytes) else before) + 1


def _line_starts(text: bytes | str) -> list[int]:
    starts, at = [], 0
    lines = text.split(b"\n") if isinstance(text, bytes) else text.split("\n")
    for line in lines[:-1]:
        at += len(line) + 1
        starts.append(at)
    return starts


@dataclass(slots=True)
class Findings:
    """The findings of one document while it is judged.

    `url` is where it was fetched from, if known; `now` is what dates are compared with. `encoding` is Python's name of
    the document's. `unknown` are the namespaces that were remarked on, `counts` how often each code held.
    """

    now: datetime
    url: str | None = None
    encoding: str = "utf-8"
    source: Source = field(default_factory=lambda: Source(b""))
    found: list[Finding] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def report(
        self,
        code: str,
        place: Place | None = None,
        *,
        attribute: str = "",
        value: str = "",
        offset: int | None = None,
        **more: str,
    ) -> None:
        """Note that `code` holds at `place`, its `attribute` or `offset`; `value` and `more` fill the message."""
        code, _, right = code.partition(": ")
        self.counts[code] = self.counts.get(code, 0) + 1
        if self.counts[code] > MOST_OF_A_CODE:
            return
        entry = CATALOGUE[code]
        holder = place.path if place else "/"
        path = place.attribute_path(attribute) if place and attribute else holder
        element = holder.rsplit("/", 1)[-1].partition("[")[0]
        line, column = self._position(place, attribute, offset)
        seen = {"value": _shortened(value), "element": element, "attribute": attribute, "name": attribute or element}
        seen |= {"right": right, **more}
        where = entry.reference
        if where == VOCABULARY and place:
            where = VOCABULARIES.get(place.vocabulary, where)
        words = entry.message.format(**seen), entry.fix.format(**seen)
        self.found.append(Finding(code, entry.level, line, column, path, *words, where))

    def in_order(self) -> tuple[Finding, ...]:
        """Everything found, in the document's order, each thing once."""
        return tuple(dict.fromkeys(sorted(self.found, key=lambda each: (each.line, each.column))))

    def _position(self, place: Place | None, attribute: str, offset: int | None) -> tuple[int, int]:
        if offset is not None:
            return self.source.position(offset)
        if place is None:
            return 0, 0
        return self.source.position(place.attribute_offset(attribute, self.source) if attribute else place.offset)


def _shortened(value: str) -> str:
    """`value` fit to be shown: on one line, not too long, and without what would steer a terminal."""
    value = " ".join(value.split()) if value.strip() else value
    value = "".join(each if each.isprintable() else "\ufffd" for each in value[:LONGEST_VALUE])
    return value if len(value) < LONGEST_VALUE else value[:-1] + "…"
