"""WebSub discovery links (W3C Recommendation WebSub §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.validation import values

if TYPE_CHECKING:
    from feedsvc.validation.findings import Findings
    from feedsvc.validation.reading import Element


def judge_feed(feed: Element, findings: Findings) -> None:
    """A hub is an HTTP address, and pushes the topic that the self link names."""
    hubs = [link for link in feed.all("atom:link") if link.get("rel") == "hub"]
    for hub in hubs:
        if values.scheme_of(values.resolved(hub.inherited("xml:base"), hub.get("href") or "")) not in ("http", "https"):
            findings.report("hub-not-http", hub, attribute="href", value=hub.get("href") or "")
    if hubs and not any(link.get("rel") == "self" for link in feed.all("atom:link")):
        findings.report("hub-without-self", hubs[0])
