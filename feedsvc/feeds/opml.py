"""OPML 2.0 (http://opml.org/spec2.opml): the list of feeds that a reader imports."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING

from lxml import etree

from feedsvc.content.post import SITE
from feedsvc.feeds.feed import Document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

# No type is registered; this is the one that OPML's own documents and subscription lists go by, and browsers save it
# as a file, ready to be imported, where they would display application/xml.
MEDIA_TYPE = "text/x-opml"


@dataclass(frozen=True, slots=True)
class Outline:
    """A line of the list. path is the feed's, as Feed has it, None for a mere heading; page is the page's address."""

    text: str
    path: str | None = None
    page: str = ""
    children: tuple[Outline, ...] = ()


def render_opml(title: str, outlines: Sequence[Outline], base: str, updated: datetime | None = None) -> Document:
    """Give the list, nested as the outlines are; at least one is needed, for the body of an OPML may not be empty.

    base stands in for SITE, as it does in render; updated is the newest instant in the feeds, aware, in UTC. xmlUrl is
    the Atom feed, which says the most; type is "rss" all the same, OPML's word for a feed of any format (section
    "Subscription lists"). Raises ValueError for text that XML cannot carry.
    """
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = title
    if updated:
        etree.SubElement(head, "dateModified").text = format_datetime(updated)
    _append(etree.SubElement(root, "body"), outlines)
    body = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return Document(body.replace(SITE.encode(), base.encode()), MEDIA_TYPE, updated)


def _append(parent: etree._Element, outlines: Sequence[Outline]) -> None:
    for outline in outlines:
        line = etree.SubElement(parent, "outline", text=outline.text)
        if outline.path is not None:
            line.set("type", "rss")
            line.set("title", outline.text)
            line.set("xmlUrl", f"{SITE}/{outline.path}feed.atom")
            if outline.page:
                line.set("htmlUrl", outline.page)
        _append(line, outline.children)
