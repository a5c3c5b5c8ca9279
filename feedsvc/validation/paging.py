"""Paged, archived and complete feeds (RFC 5005)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.validation import values
from feedsvc.validation.shape import Child, Shape

if TYPE_CHECKING:
    from feedsvc.validation.findings import Findings
    from feedsvc.validation.reading import Element

CHILDREN = {"fh:archive": Child(Shape()), "fh:complete": Child(Shape())}
# Relations that say where a feed stands in a series, which an entry does not (§3, §4).
SERIES = ("first", "last", "previous", "next", "current", "prev-archive", "next-archive")
# What a complete feed cannot have, being all there is (§2).
OTHER_PARTS = ("first", "last", "previous", "next", "prev-archive", "next-archive")


def _links(element: Element) -> dict[str, tuple[Element, str]]:
    links = {}
    for link in element.all("atom:link"):
        links[link.get("rel") or "alternate"] = (
            link,
            values.resolved(link.inherited("xml:base"), link.get("href") or ""),
        )
    return links


def judge_feed(feed: Element, findings: Findings) -> None:
    """Judge the links of a feed against what it says it is."""
    links = _links(feed)
    complete, archive = feed.first("fh:complete"), feed.first("fh:archive")
    own = links["self"][1] if "self" in links else None
    if complete:
        _judge_complete(links, own, findings)
    elif archive:
        for name in ("prev-archive", "next-archive"):
            if name not in links:
                findings.report("archive-incomplete", archive, value=name)
                break
        if "current" not in links:
            findings.report("archive-without-current", archive)
    for end, beyond in (("first", "previous"), ("last", "next")):
        if own and end in links and links[end][1] == own and beyond in links:
            findings.report("link-past-end", links[beyond][0], value=beyond, other=end)


def _judge_complete(links: dict[str, tuple[Element, str]], own: str | None, findings: Findings) -> None:
    for name in OTHER_PARTS:
        if name in links:
            findings.report("series-in-complete-feed", links[name][0], value=name)
    if "current" in links and links["current"][1] != own:
        findings.report("complete-elsewhere", links["current"][0], value=links["current"][1])


def judge_entry(entry: Element, findings: Findings) -> None:
    """Links of a series belong to the feed."""
    for name, (link, _) in _links(entry).items():
        if name in SERIES:
            findings.report("series-link-in-entry", link, value=name)
