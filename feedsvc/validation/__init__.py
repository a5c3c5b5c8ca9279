"""Judge any feed, offline: Atom 1.0, RSS 2.0, JSON Feed 1 and 1.1, OPML 2.0, and the extensions that feeds carry.

    bytes ── reading.decode ──▶ text ── reading.parse, jsonreading.parse ──▶ tree with positions
        tree ── atom, rss, opml, jsonfeed: shapes and rules ──▶ codes at places
            codes ── catalogue ──▶ Report of Findings

`shape` is the walk that holds a tree against tables; each vocabulary is a module of such tables and of the rules that
tables cannot say; `values` judges single values; `catalogue` has each code's level, words, reference and example
(printed in CODES.md). To add a rule is to add one entry there, one line or function in the vocabulary, and its cases.

Errors are what a specification forbids, warnings what breaks or confuses readers, notes what is better style. Nothing
is fetched, and no input costs more than the bounds in `reading` allow. `command` is the command line, `pytest_plugin`
the fixture.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from feedsvc.validation.report import Finding, Level, Report

if TYPE_CHECKING:
    from feedsvc.validation.findings import Findings

__all__ = ["Finding", "Level", "Report", "validate"]


def validate(
    data: bytes | str, *, content_type: str | None = None, url: str | None = None, now: datetime | None = None
) -> Report:
    """Judge one document.

    `data` are its bytes, or its text where the encoding is settled. `content_type` is the Content-Type header under
    which it was served, parameters included; `url` the address that it was fetched from, to which its self link is
    compared. `now` is an aware time that dates are compared with (default: the clock's). Never raises for what `data`
    holds, and touches no network.
    """
    from feedsvc.validation.documents import judge  # noqa: PLC0415 - the rules load with the first document, not with pytest
    from feedsvc.validation.findings import Findings  # noqa: PLC0415

    findings: Findings = Findings(now or datetime.now(UTC), url)
    return Report(judge(data, content_type, findings), findings.in_order())
