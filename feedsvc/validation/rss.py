"""RSS 2.0 and its 0.9x ancestors: the specification, and the RSS Advisory Board's best practices as warnings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from feedsvc.validation import atom, dublincore, itunes, markup, mediarss, modules, podcast, values, websub
from feedsvc.validation.shape import MANY, Attr, Child, Shape, judge, text, value

if TYPE_CHECKING:
    from feedsvc.validation.findings import Findings
    from feedsvc.validation.reading import Element

VERSIONS = ("0.91", "0.92", "0.93", "0.94", "2.0", "2.0.1", "2.0.10", "2.0.11")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Largest picture of a channel (specification, <image>).
MOST_WIDTH, MOST_HEIGHT = 144, 400
# The formats of the specification, and those that came since.
IMAGE_FORMATS = (".gif", ".jpg", ".jpeg", ".png", ".webp", ".avif", ".svg", ".ico", ".bmp")
# Fewer digits or letters than this, and another feed will have the same.
DISTINCT_DIGITS, DISTINCT_LETTERS = 8, 3


def _judge_date(element: Element, findings: Findings) -> None:
    written = element.text.strip()
    moment = values.moment_of(written) if values.parse_rfc822(written) else None
    for code in values.plausibility(moment, findings.now) if moment else ():
        findings.report(code, element, value=written)


def _judge_description(element: Element, findings: Findings) -> None:
    if not _plain_descriptions(element):
        markup.judge_html(element.text, element, findings)


def _plain_descriptions(element: Element) -> bool:
    """RSS 0.91 has descriptions of plain text; HTML came with 0.92."""
    root = element
    while root.parent is not None:
        root = root.parent
    return root.get("version") == "0.91"


def _at_most(limit: int, code: str) -> values.Check:
    return lambda each: () if re.fullmatch(r"\+?[0-9]{1,9}", each, re.ASCII) and 0 < int(each) <= limit else (code,)


URL = value(values.absolute_rss_uri)
DATE = value(values.rfc822, _judge_date)
PLAIN = text(values.plain_text)
PERSON = value(values.email_with_name)
CATEGORY = text(values.plain_text, domain=Attr())
DESCRIPTION = Shape(values.anything, rules=(_judge_description,), blank="", leaf=True)
LANGUAGE = value(values.language)


# The picture, the text box, the hours and days.


def _judge_image(image: Element, findings: Findings) -> None:
    channel = image.parent
    if channel is None:
        return
    for name, code in (("title", "image-title-mismatch"), ("link", "image-link-mismatch")):
        own, outer = image.first(name), channel.first(name)
        if own and outer and own.text.strip() != outer.text.strip():
            findings.report(code, own, value=own.text.strip(), other=outer.text.strip())
    url = image.first("url")
    address = url.text.strip().partition("?")[0].partition("#")[0].lower() if url else ""
    suffix = re.search(r"\.[a-z0-9]{1,5}$", address.rpartition("/")[2])
    if suffix and suffix[0] not in IMAGE_FORMATS:
        findings.report("image-format", url, value=suffix[0])


IMAGE = Shape(
    children={
        "url": Child(URL, 1),
        "title": Child(PLAIN, 1),
        "link": Child(URL, 1),
        "width": Child(value(_at_most(MOST_WIDTH, "invalid-width"))),
        "height": Child(value(_at_most(MOST_HEIGHT, "invalid-height"))),
        "description": Child(PLAIN),
    }
    | dublincore.CHILDREN,
    rules=(_judge_image,),
)


def _judge_text_input(element: Element, findings: Findings) -> None:
    findings.report("avoid-text-input", element)


TEXT_INPUT = Shape(
    children={
        "title": Child(PLAIN, 1),
        "description": Child(PLAIN, 1),
        "name": Child(value(values.matching(r"\S+", "invalid-form: one word, the name of a form field")), 1),
        "link": Child(URL, 1),
    }
    | dublincore.CHILDREN,
    rules=(_judge_text_input,),
)


def _judge_distinct(element: Element, findings: Findings) -> None:
    seen: set[str] = set()
    for child in element.children:
        written = child.text.strip().lstrip("0") or "0"
        if written in seen:
            findings.report("duplicate-value", child, value=child.text.strip(), parent=element.written)
        seen.add(written)


def _hour(written: str) -> tuple[str, ...]:
    if not re.fullmatch(r"\d{1,2}", written, re.ASCII) or int(written) > 24:
        return ("invalid-hour",)
    return ("midnight-hour",) if int(written) == 24 else ()


HOURS = Shape(children={"hour": Child(value(_hour), 1, MANY)}, rules=(_judge_distinct,))
WEEKDAYS = Shape(children={"day": Child(value(values.one_of(DAYS)), 1, MANY)}, rules=(_judge_distinct,))
CLOUD = Shape(
    attributes={
        "domain": Attr(required=True, blank="blank-attribute"),
        "port": Attr(values.positive_integer, required=True),
        "path": Attr(required=True, blank="blank-attribute"),
        "registerProcedure": Attr(required=True),
        "protocol": Attr(values.one_of(("xml-rpc", "soap", "http-post")), required=True),
    }
)


# Items.


def _judge_guid(guid: Element, findings: Findings) -> None:
    written = guid.text.strip()
    if not written:
        return
    if guid.get("isPermaLink") in (None, "true"):
        for code in values.http_uri(written):
            findings.report(
                "guid-not-permalink" if code in ("relative-uri", "not-http", "unregistered-scheme") else code,
                guid,
                value=written,
            )
    elif len(written) < (DISTINCT_DIGITS if written.isdecimal() else DISTINCT_LETTERS):
        findings.report("short-guid", guid, value=written)


def _judge_item(item: Element, findings: Findings) -> None:
    if item.first("title") is None and item.first("description") is None:
        findings.report("missing-title-or-description", item)
    described = False
    for child in item.children:
        described = described or child.name == "description"
        if child.name == "content:encoded" and not described:
            findings.report("content-before-description", child)
    for extra in item.all("enclosure")[1:]:
        findings.report("several-enclosures", extra, value=extra.get("url") or "")
    _judge_semantics(item, ITEM_SEMANTICS, findings)
    if item.first("pubDate") is None and item.first("dc:date") is None and item.first("atom:published") is None:
        findings.report("undated-entry", item)


# The same thing said in two vocabularies, of which readers take one or the other.
CHANNEL_SEMANTICS = (
    ("copyright", "dc:rights"),
    ("managingEditor", "dc:creator"),
    ("webMaster", "dc:publisher"),
    ("language", "dc:language"),
    ("pubDate", "dc:date"),
    ("category", "dc:subject"),
    ("lastBuildDate", "dcterms:modified"),
)
ITEM_SEMANTICS = (
    ("author", "dc:creator"),
    ("category", "dc:subject"),
    ("pubDate", "dc:date"),
    ("source", "dc:source"),
)


def _judge_semantics(element: Element, pairs: tuple[tuple[str, str], ...], findings: Findings) -> None:
    for core, extension in pairs:
        other = element.first(extension)
        if element.first(core) is not None and other is not None:
            findings.report("duplicate-semantics", other, value=other.written, other=core)


ENCLOSURE = Shape(
    attributes={
        "url": Attr(values.http_uri, required=True),
        "length": Attr(values.non_negative_integer, required=True),
        "type": Attr(values.media_type, required=True),
    }
)
ITEM = Shape(
    children={
        "title": Child(PLAIN),
        "link": Child(URL),
        "description": Child(DESCRIPTION),
        "author": Child(PERSON),
        "category": Child(CATEGORY, most=MANY),
        "comments": Child(URL),
        "enclosure": Child(ENCLOSURE, most=MANY),
        "guid": Child(text(values.anything, _judge_guid, isPermaLink=Attr(values.boolean))),
        "pubDate": Child(DATE),
        "source": Child(text(values.plain_text, url=Attr(values.absolute_rss_uri, required=True))),
    }
    | atom.IN_ITEM
    | dublincore.CHILDREN
    | mediarss.CHILDREN
    | modules.ITEM
    | itunes.ENTRY
    | podcast.ITEM,
    rules=(_judge_item, mediarss.judge_host, modules.judge_misplaced_xhtml),
    closed=True,
)


# The channel.


def _judge_channel(channel: Element, findings: Findings) -> None:
    _judge_semantics(channel, CHANNEL_SEMANTICS, findings)
    _judge_guids(channel, findings)
    items = False
    for child in channel.children:
        if child.name == "item":
            items = True
        elif items:
            findings.report("late-metadata-in-channel", child)
            break
    if channel.first("lastBuildDate") is None and any(item.first("slash:comments") for item in channel.all("item")):
        findings.report("undated-comments", channel)
    if channel.first("language") is None and channel.first("dc:language") is None:
        findings.report("missing-language", channel)
    if not _before_two(channel):
        atom.judge_self_link(channel, findings)


def _before_two(channel: Element) -> bool:
    """RSS 0.9x is older than guids and than links to oneself."""
    return bool(channel.parent and (channel.parent.get("version") or "").startswith("0."))


def _judge_guids(channel: Element, findings: Findings) -> None:
    seen: set[str] = set()
    for item in channel.all("item"):
        guid = item.first("guid")
        written = guid.text.strip() if guid else ""
        if guid is None and not _before_two(channel):
            findings.report("missing-guid", item)
        elif guid is not None and written in seen:
            findings.report("duplicate-guid", guid, value=written)
        if written:
            seen.add(written)


CHANNEL = Shape(
    children={
        "title": Child(PLAIN, 1),
        "link": Child(URL, 1),
        "description": Child(DESCRIPTION, 1),
        "language": Child(LANGUAGE),
        "copyright": Child(PLAIN),
        "managingEditor": Child(PERSON),
        "webMaster": Child(PERSON),
        "pubDate": Child(DATE),
        "lastBuildDate": Child(DATE),
        "category": Child(CATEGORY, most=MANY),
        "generator": Child(text()),
        "docs": Child(URL),
        "cloud": Child(CLOUD),
        "ttl": Child(value(values.positive_integer)),
        "image": Child(IMAGE),
        "rating": Child(text()),
        "textInput": Child(TEXT_INPUT),
        "skipHours": Child(HOURS),
        "skipDays": Child(WEEKDAYS),
        "item": Child(ITEM, most=MANY),
    }
    | atom.IN_CHANNEL
    | dublincore.CHILDREN
    | mediarss.CHILDREN
    | modules.CHANNEL
    | itunes.FEED
    | podcast.CHANNEL,
    rules=(_judge_channel, websub.judge_feed, itunes.judge_channel, modules.judge_misplaced_xhtml),
    closed=True,
)


def _judge_extension_attributes(root: Element, findings: Findings) -> None:
    for name in root.attributes:
        if ":" in name and not name.startswith("xml:"):
            findings.report("extension-attribute", root, attribute=name)


RSS = Shape(
    attributes={"version": Attr(values.one_of(VERSIONS), required=True)},
    children={"channel": Child(CHANNEL, 1)},
    rules=(_judge_extension_attributes,),
)


def judge_document(root: Element, findings: Findings) -> None:
    """Judge an RSS document."""
    judge(root, RSS, findings)
