"""Atom threading (RFC 4685)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.validation import values
from feedsvc.validation.shape import MANY, Attr, Child, Shape, value

if TYPE_CHECKING:
    from feedsvc.validation.findings import Findings
    from feedsvc.validation.reading import Element

IN_REPLY_TO = Shape(
    text=values.anything,
    blank="",
    attributes={
        "ref": Attr(values.absolute_uri, required=True),
        "href": Attr(values.uri_reference),
        "type": Attr(values.media_type),
        "source": Attr(values.uri_reference),
    },
)
CHILDREN = {"thr:in-reply-to": Child(IN_REPLY_TO, most=MANY), "thr:total": Child(value(values.non_negative_integer))}
LINK_ATTRIBUTES = {
    "thr:count": Attr(values.non_negative_integer),
    "thr:updated": Attr(values.rfc3339),
    "thr:when": Attr(values.rfc3339),
}


def judge_link(element: Element, findings: Findings) -> None:
    """`thr:count` and `thr:updated` belong to links of relation `replies` (§4); `thr:when` was a draft's."""
    for name in LINK_ATTRIBUTES:
        if element.get(name) is None:
            continue
        if name == "thr:when":
            findings.report("draft-attribute", element, attribute=name, value=element.get(name) or "")
        elif element.get("rel") != "replies":
            findings.report("unexpected-attribute", element, attribute=name, value=element.get(name) or "")
