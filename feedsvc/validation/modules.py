"""The small modules: content, syndication, slash, wfw, creativeCommons, and XHTML that stands where none should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.validation import markup, values
from feedsvc.validation.shape import MANY, Child, Shape, text, value

if TYPE_CHECKING:
    from feedsvc.validation.findings import Findings
    from feedsvc.validation.reading import Element

LICENSE = value(values.absolute_uri)
PERIODS = ("hourly", "daily", "weekly", "monthly", "yearly")
# RSS 1.0 syndication module.
SYNDICATION = {
    "sy:updateBase": Child(value(values.w3cdtf)),
    "sy:updateFrequency": Child(value(values.positive_integer)),
    "sy:updatePeriod": Child(value(values.one_of(PERIODS))),
}
# RSS 1.0 slash module.
SLASH = {
    "slash:comments": Child(value(values.non_negative_integer)),
    "slash:department": Child(text()),
    "slash:hit_parade": Child(
        value(values.matching(r"\s*\d+\s*(,\s*\d+\s*)*", "invalid-form: whole numbers with commas between them"))
    ),
    "slash:section": Child(text()),
}


def _judge_comment_rss(element: Element, findings: Findings) -> None:
    findings.report("comment-rss", element, value=element.text.strip())


# CommentAPI.
WELL_FORMED_WEB = {
    "wfw:comment": Child(value(values.absolute_rss_uri)),
    "wfw:commentRSS": Child(value(values.absolute_rss_uri, _judge_comment_rss)),
    "wfw:commentRss": Child(value(values.absolute_rss_uri)),
}


def _judge_encoded(element: Element, findings: Findings) -> None:
    markup.judge_html(element.text, element, findings)


# RSS 1.0 content module.
ENCODED = Shape(values.anything, rules=(_judge_encoded,), leaf=True)

FEED = {"creativeCommons:license": Child(LICENSE, most=MANY)} | SYNDICATION
CHANNEL = FEED
ENTRY = (
    {
        "content:encoded": Child(ENCODED),
        "content:items": Child(Shape(opaque=True)),
        "creativeCommons:license": Child(LICENSE, most=MANY),
    }
    | SLASH
    | WELL_FORMED_WEB
)
ITEM = ENTRY


def judge_misplaced_xhtml(element: Element, findings: Findings) -> None:
    """XHTML directly inside an entry or item, where no reader looks for it."""
    for child in element.children:
        if child.name.startswith("xhtml:"):
            findings.report("misplaced-xhtml", child, parent=element.written)
            markup.judge_xhtml(child, findings)
