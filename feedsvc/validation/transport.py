"""How a feed came: its media type, its size, and what HTTP said beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedsvc.validation.findings import Findings

# A format's own type first; what else names it without misleading (RFC 7303 for the generic ones).
TYPES = {
    "atom": ("application/atom+xml", "application/xml", "text/xml"),
    "rss": ("application/rss+xml", "application/xml", "text/xml", "application/rdf+xml", "application/x-rss+xml"),
    "json": ("application/feed+json", "application/json"),
    "opml": ("text/x-opml", "application/xml", "text/xml", "text/x-opml+xml", "application/opml+xml"),
}
# The size from which readers cut a feed or give up on it.
LARGE = 1024 * 1024
# Below this, compression saves less than it costs.
WORTH_COMPRESSING = 1024


def judge_type(format_name: str, content_type: str | None, findings: Findings) -> None:
    """Judge the media type under which a document of `format_name` was served."""
    if not content_type or format_name not in TYPES:
        return
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in TYPES[format_name]:
        findings.report("unexpected-content-type", value=kind, other=TYPES[format_name][0])
    elif kind != TYPES[format_name][0]:
        findings.report("generic-content-type", value=kind, other=TYPES[format_name][0])


def judge_size(size: int, findings: Findings) -> None:
    """Judge the number of bytes before compression."""
    if size > LARGE:
        findings.report("large-feed", value=f"{size / LARGE:.1f}")


def judge_response(
    size: int,
    headers: Mapping[str, str],
    *,
    not_modified: bool | None,
    moved: tuple[int, str] | None,
    findings: Findings,
) -> None:
    """Judge a response: its compression, its validators, whether they were honoured, and where a redirect led.

    `headers` have lower-case names; `not_modified` says whether a conditional request got 304, None if there was none;
    `moved` is the status and target of the first redirect.
    """
    if size > WORTH_COMPRESSING and not headers.get("content-encoding"):
        findings.report("uncompressed", value=str(size))
    if not headers.get("etag") and not headers.get("last-modified"):
        findings.report("no-validator")
    elif not_modified is False:
        findings.report("condition-ignored", value=headers.get("etag") or headers.get("last-modified") or "")
    if moved and moved[0] in (301, 308):
        findings.report("moved", value=moved[1])
