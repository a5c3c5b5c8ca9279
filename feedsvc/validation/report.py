"""What a judgement says: findings, and the report that holds them.

Both are plain values: frozen, comparable, free of the document they came from.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How much a finding matters.

    `ERROR`: a specification forbids it. `WARNING`: it breaks or confuses readers. `NOTE`: something else is better
    style.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong at one place.

    `code` is stable and kebab-case; `line` and `column` count from 1 (`column` in characters; both are 0 for what has
    no place in the document, such as its media type); `path` names the element or JSON value
    (`/rss/channel/item[2]/guid`). `message` says what is wrong with the value seen, `fix` what would be right,
    `reference` where that is written.
    """

    code: str
    level: Level
    line: int
    column: int
    path: str
    message: str
    fix: str
    reference: str


@dataclass(frozen=True, slots=True)
class Report:
    """The judgement of one document.

    `format` is `atom`, `rss`, `json`, `opml` or `unknown`; `findings` are in the document's order.
    """

    format: str
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        """Whether no finding is an error."""
        return not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that a specification forbids."""
        return self._of(Level.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that break or confuse readers."""
        return self._of(Level.WARNING)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """The findings about style."""
        return self._of(Level.NOTE)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all findings."""
        return frozenset(finding.code for finding in self.findings)

    def without(self, *codes: str) -> Report:
        """The same judgement, deaf to `codes`."""
        return Report(self.format, tuple(finding for finding in self.findings if finding.code not in codes))

    def passes(self, *, strict: bool = False) -> bool:
        """Whether the document is good enough: no error, and under `strict` no warning either."""
        return self.valid and not (strict and self.warnings)

    def as_json(self, target: str) -> dict[str, Any]:
        """The judgement of `target` as `{"target", "format", "valid", "findings": [{"code", "level", "line", …}]}`."""
        findings = [asdict(finding) for finding in self.findings]
        return {"target": target, "format": self.format, "valid": self.valid, "findings": findings}

    def _of(self, level: Level) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.level is level)
