"""OPML 2.0, and 1.x as it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from feedsvc.validation import values
from feedsvc.validation.shape import MANY, Attr, Child, Shape, judge, text, value

if TYPE_CHECKING:
    from feedsvc.validation.findings import Findings
    from feedsvc.validation.reading import Element

VERSIONS = ("1.0", "1.1", "2.0")
# The types of the specification, and those that outliners write.
OUTLINE_TYPES = ("link", "rss", "include", "song", "photo", "script", "scripting", "atom")
# What `version` says of a subscription's feed.
FEED_VERSIONS = ("RSS", "RSS1", "RSS2", "scriptingNews", "Atom")
INTEGER = value(values.integer)


def _judge_outline(outline: Element, findings: Findings) -> None:
    kind = outline.get("type")
    if kind is None:
        if outline.get("xmlUrl") is not None:
            findings.report("missing-outline-type", outline)
    elif kind.lower() in ("rss", "atom"):
        if not (outline.get("xmlUrl") or "").strip():
            findings.report("missing-feed-address", outline)
        if not (outline.get("title") or "").strip():
            findings.report("missing-outline-title", outline)
    elif kind.lower() in ("link", "include") and not (outline.get("url") or "").strip():
        findings.report("missing-link-address", outline, value=kind)
    elif kind.lower() not in OUTLINE_TYPES and _version(outline).startswith("1."):
        findings.report("unknown-outline-type", outline, attribute="type", value=kind)
    for name, attribute in outline.attributes.items():
        known = OUTLINE_ATTRIBUTES.get(name)
        for code in known(attribute.value.strip()) if known else ():
            findings.report(code, outline, attribute=name, value=attribute.value)
    if outline.get("text") is None:
        findings.report("missing-attribute", outline, value="text")


def _version(element: Element) -> str:
    while element.parent is not None:
        element = element.parent
    return element.get("version") or ""


OUTLINE_ATTRIBUTES: dict[str, values.Check] = {
    "xmlUrl": values.uri_reference,
    "htmlUrl": values.optional(values.uri_reference),
    "url": values.uri_reference,
    "created": values.rfc822,
    "isComment": values.boolean,
    "isBreakpoint": values.boolean,
    "language": values.optional(values.language),
    "version": values.optional(values.one_of(FEED_VERSIONS, "unknown-feed-version")),
}


# Outlines may carry attributes of any name (specification, "Extending OPML"); the rule looks at the known ones.
OUTLINE = Shape(rules=(_judge_outline,), free=True)
OUTLINE.children["outline"] = Child(OUTLINE, most=MANY)
HEAD = Shape(
    children={
        "title": Child(text()),
        "dateCreated": Child(value(values.rfc822)),
        "dateModified": Child(value(values.rfc822)),
        "ownerName": Child(text()),
        "ownerEmail": Child(value(values.addr_spec)),
        "ownerId": Child(value(values.absolute_uri)),
        "docs": Child(value(values.absolute_uri)),
        "expansionState": Child(
            value(
                values.matching(
                    r"(?:\d+(?:\s*,\s*\d+)*)?", "invalid-form: line numbers with commas between them", re.ASCII
                )
            )
        ),
        "vertScrollState": Child(INTEGER),
        "windowTop": Child(INTEGER),
        "windowLeft": Child(INTEGER),
        "windowBottom": Child(INTEGER),
        "windowRight": Child(INTEGER),
        "cloud": Child(Shape(opaque=True, free=True)),
    }
)
BODY = Shape(children={"outline": Child(OUTLINE, 1, MANY)})
OPML = Shape(
    attributes={"version": Attr(values.one_of(VERSIONS), required=True)},
    children={"head": Child(HEAD, 1), "body": Child(BODY, 1)},
)
OUTLINE_DOCUMENT = Shape(children=OPML.children)


def judge_document(root: Element, findings: Findings) -> None:
    """Judge an OPML document, or an outlineDocument, as OPML 1.0's draft called it."""
    if root.name == "outlineDocument":
        findings.report("obsolete-outline-document", root)
    judge(root, OPML if root.name == "opml" else OUTLINE_DOCUMENT, findings)
