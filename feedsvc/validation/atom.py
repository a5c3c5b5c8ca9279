"""Atom 1.0 (RFC 4287), with the places where extensions stand."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from feedsvc.validation import (
    dublincore,
    itunes,
    markup,
    mediarss,
    modules,
    paging,
    registries,
    replies,
    values,
    websub,
)
from feedsvc.validation.namespaces import ATOM, XHTML
from feedsvc.validation.shape import MANY, Attr, Child, Shape, exact_value, judge, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedsvc.validation.findings import Findings
    from feedsvc.validation.reading import Element

FEED_TYPES = ("application/atom+xml", "application/rss+xml", "application/feed+json", "application/xml", "text/xml")

# Relations to something other than the feed.
PAGES = ("alternate", "related", "via", "enclosure")


# Text constructs and content (§3.1, §4.1.3).


def _judge_text_construct(element: Element, findings: Findings) -> None:
    kind = element.get("type")
    if kind is not None and not kind.strip():
        findings.report("blank-attribute", element, attribute="type")
    elif kind not in (None, "text", "html", "xhtml"):
        findings.report("invalid-text-type", element, attribute="type", value=kind)
    _judge_typed(element, kind or "text", findings)


def _judge_typed(element: Element, kind: str, findings: Findings) -> None:
    """Judge what stands inside `element` as text, HTML or XHTML."""
    if kind == "xhtml":
        _judge_xhtml_div(element, findings)
        return
    for child in element.children:
        findings.report("undefined-element", child, parent=element.written)
    written = element.text.strip()
    if not written and not element.children:
        findings.report("blank-element", element)
    elif kind == "html":
        based = any(True for _ in element.inherited("xml:base"))
        markup.judge_html(written, element, findings, relative="" if based else "unbased-reference")
    elif kind == "text" and values.holds_markup(written):
        findings.report("undeclared-html", element, value=written)


def _judge_xhtml_div(element: Element, findings: Findings) -> None:
    if len(element.children) != 1 or element.children[0].name != "xhtml:div" or element.text.strip():
        findings.report(
            "missing-xhtml-div", element, value=element.children[0].written if element.children else element.text
        )
    elif not element.all_text.strip() and not element.children[0].children:
        findings.report("blank-element", element)
    markup.judge_xhtml(element, findings)


def _judge_content(element: Element, findings: Findings) -> None:
    kind, source = element.get("type"), element.get("src")
    if source is not None:
        _judge_remote_content(element, kind, findings)
    elif kind in (None, "text", "html", "xhtml"):
        _judge_typed(element, kind or "text", findings)
    elif list(values.media_type(kind)):
        findings.report("invalid-media-type", element, attribute="type", value=kind)
    elif _is_xml(kind):
        if element.text.strip() or len(element.children) > 1:
            findings.report("xml-content", element, value=kind)
    elif kind.startswith(("multipart/", "message/")):
        findings.report("composite-content", element, attribute="type", value=kind)
    elif kind.lower().startswith("text/"):
        for child in element.children:
            findings.report("undefined-element", child, parent=element.written)
    elif element.children:
        findings.report("invalid-base64", element, value=element.children[0].written)
    else:
        for code in values.base64_text(element.text):
            findings.report(code, element, value=element.text)


def _judge_remote_content(element: Element, kind: str | None, findings: Findings) -> None:
    if kind is None:
        findings.report("missing-content-type", element)
    elif list(values.media_type(kind)):
        findings.report("invalid-media-type", element, attribute="type", value=kind)
    if element.text.strip() or element.children:
        findings.report("content-beside-src", element, value=element.text.strip() or element.children[0].written)


def _is_xml(kind: str) -> bool:
    kind = kind.partition(";")[0].strip().lower()
    return kind.endswith(("+xml", "/xml")) or kind in ("application/xml-dtd", "text/xml-external-parsed-entity")


# Links (§4.2.7).


def _judge_relation(value: str) -> list[str]:
    if values.scheme_of(value):
        return list(values.uri_reference(value))
    return [] if value.lower() in registries.LINK_RELATIONS else ["unregistered-relation"]


def relation(link: Element) -> str:
    """What a link is: `alternate` where it doesn't say; IANA's relations by their short names."""
    return (link.get("rel") or "alternate").removeprefix("http://www.iana.org/assignments/relation/")


def _judge_link(element: Element, findings: Findings) -> None:
    if element.text.strip() or any(child.namespace == ATOM for child in element.children):
        findings.report("link-not-empty", element, value=element.text.strip() or element.children[0].written)
    if values.holds_markup(element.get("title") or ""):
        findings.report("contains-html", element, attribute="title", value=element.get("title") or "")
    href = element.get("href")
    if href is not None and relation(element) in PAGES and (not href.strip() or href.startswith("#")):
        findings.report("same-document-link", element, attribute="href", value=href)
    if (
        href is not None
        and relation(element) == "self"
        and not values.scheme_of(values.resolved(element.inherited("xml:base"), href))
    ):
        findings.report("relative-self-link", element, attribute="href", value=href)


LINK = Shape(
    text=values.anything,
    blank="",
    attributes={
        "href": Attr(values.uri_reference, required=True),
        "rel": Attr(_judge_relation, blank="blank-attribute"),
        "type": Attr(values.media_type),
        "hreflang": Attr(values.language),
        "title": Attr(blank="blank-attribute"),
        "length": Attr(values.non_negative_integer),
        **replies.LINK_ATTRIBUTES,
    },
    rules=(_judge_link, replies.judge_link),
)


def judge_alternates(element: Element, findings: Findings) -> None:
    """No two alternate links of one type and language (§4.1.1)."""
    seen: set[tuple[str, str]] = set()
    for link in element.all("atom:link"):
        key = ((link.get("type") or "").lower(), (link.get("hreflang") or "").lower())
        if relation(link) == "alternate":
            if key in seen:
                findings.report("duplicate-alternate", link, value=link.get("href") or "")
            seen.add(key)


# Small elements.


def _name(written: str) -> Iterator[str]:
    yield from values.plain_text(written)
    if values.holds_address(written):
        yield "email-in-name"


TEXT = Shape(attributes={"type": Attr()}, rules=(_judge_text_construct,), opaque=True)
CONTENT = Shape(attributes={"type": Attr(), "src": Attr(values.uri_reference)}, rules=(_judge_content,), opaque=True)
PERSON = Shape(
    children={
        "atom:name": Child(text(_name), 1),
        "atom:uri": Child(exact_value(values.uri_reference, blank="blank-element")),
        "atom:email": Child(exact_value(values.addr_spec)),
    }
)
CATEGORY = Shape(
    text=values.anything,
    blank="",
    attributes={
        "term": Attr(required=True, blank="blank-attribute"),
        "scheme": Attr(values.absolute_uri),
        "label": Attr(values.plain_text, blank="blank-attribute"),
    },
)
GENERATOR = text(uri=Attr(values.uri_reference), version=Attr(blank="blank-attribute"))


def _judge_id(element: Element, findings: Findings) -> None:
    if values.non_canonical(element.text):
        findings.report("non-canonical-id", element, value=element.text)


def _judge_date(element: Element, findings: Findings) -> None:
    moment = values.parse_rfc3339(element.text)
    for code in values.plausibility(moment, findings.now) if moment else ():
        findings.report(code, element, value=element.text)


ID = exact_value(values.absolute_uri, _judge_id)
DATE = exact_value(values.rfc3339, _judge_date)
REFERENCE = exact_value(values.uri_reference, blank="blank-element")


# Entries, sources and feeds (§4.1.1, §4.1.2, §4.2.11).


def _judge_entry(element: Element, findings: Findings) -> None:
    content, summary = element.first("atom:content"), element.first("atom:summary")
    if content is None and not any(relation(link) == "alternate" for link in element.all("atom:link")):
        findings.report("missing-content", element)
    if content is None and summary is None:
        findings.report("missing-text", element)
    if content is not None and summary is None and _needs_summary(content):
        findings.report("missing-summary", element)
    if not _has_author(element):
        findings.report("missing-author", element)
    identity, updated = element.first("atom:id"), element.first("atom:updated")
    if (
        identity
        and updated
        and values.parse_rfc3339(updated.text)
        and _changes_with(identity.text, updated.text, element)
    ):
        findings.report("id-holds-update", identity, value=identity.text)


def _changes_with(identity: str, updated: str, entry: Element) -> bool:
    """Whether the id would be another one after the next update: it holds that moment, and not that of publication."""
    published = entry.first("atom:published")
    moment = updated[:19]
    return any(form in identity for form in (moment, moment.replace("-", "").replace(":", ""))) and (
        published is None or not published.text.startswith(moment)
    )


def _needs_summary(content: Element) -> bool:
    kind = (content.get("type") or "text").lower()
    inline = kind in ("text", "html", "xhtml") or kind.startswith("text/") or _is_xml(kind)
    return content.get("src") is not None or (not inline and not list(values.media_type(kind)))


def _has_author(entry: Element) -> bool:
    source = entry.first("atom:source")
    feed = entry.parent
    return bool(
        entry.first("atom:author") or (source and source.first("atom:author")) or (feed and feed.first("atom:author"))
    )


def _judge_source(element: Element, findings: Findings) -> None:
    for name in ("atom:id", "atom:title", "atom:updated"):
        if element.first(name) is None:
            findings.report("incomplete-source", element, value=element.spelt(name))


def _judge_order(feed: Element, findings: Findings) -> None:
    entries = False
    for child in feed.children:
        if child.name == "atom:entry":
            entries = True
        elif entries and child.namespace == ATOM:
            findings.report("late-metadata", child)
            return


def judge_self_link(element: Element, findings: Findings) -> None:
    """One link that says where the document is, and says it truly (§4.1.1; WebSub §4)."""
    links = [link for link in element.all("atom:link") if relation(link) == "self"]
    if not links:
        findings.report("missing-self-link", element)
    for link in links[:1]:
        kind = (link.get("type") or FEED_TYPES[0]).partition(";")[0].strip().lower()
        expected = FEED_TYPES[0] if element.namespace == ATOM else kind if kind in FEED_TYPES else ""
        if kind != expected:
            findings.report("self-link-type", link, attribute="type", value=kind)
    places = [values.resolved(link.inherited("xml:base"), link.get("href") or "") for link in links]
    if (
        findings.url
        and places
        and not any(values.same_address(_from(findings.url, place), findings.url) for place in places)
    ):
        findings.report("self-mismatch", links[0], attribute="href", value=places[0], other=findings.url)


def _from(base: str, reference: str) -> str:
    return values.resolved([base], reference)


def _judge_identities(feed: Element, findings: Findings) -> None:
    entries = [
        (identity.text.strip(), entry) for entry in feed.all("atom:entry") if (identity := entry.first("atom:id"))
    ]
    if len(entries) > 2 and len({identity for identity, _ in entries}) == 1:
        findings.report("one-id-for-all", entries[0][1], value=entries[0][0])
        return
    for identity, group in groupby(sorted(entries, key=lambda each: each[0]), key=lambda each: each[0]):
        alike = [entry for _, entry in group]
        for entry in alike[1:]:
            findings.report("duplicate-entry", entry, value=identity)
        dates = [updated.text for entry in alike if (updated := entry.first("atom:updated"))]
        if len(set(dates)) < len(dates):
            findings.report("duplicate-update", alike[-1], value=identity)


METADATA = {
    "atom:author": Child(PERSON, most=MANY),
    "atom:category": Child(CATEGORY, most=MANY),
    "atom:contributor": Child(PERSON, most=MANY),
    "atom:id": Child(ID, 1),
    "atom:link": Child(LINK, most=MANY),
    "atom:rights": Child(TEXT),
    "atom:title": Child(TEXT, 1),
    "atom:updated": Child(DATE, 1),
}
FEED_METADATA = METADATA | {
    "atom:generator": Child(GENERATOR),
    "atom:icon": Child(REFERENCE),
    "atom:logo": Child(REFERENCE),
    "atom:subtitle": Child(TEXT),
}


def _none_required(children: dict[str, Child]) -> dict[str, Child]:
    return {name: Child(child.shape, 0, child.most) for name, child in children.items()}


SOURCE = Shape(
    children=_none_required(FEED_METADATA) | dublincore.CHILDREN, rules=(_judge_source, judge_alternates), closed=False
)
ENTRY_METADATA = METADATA | {
    "atom:content": Child(CONTENT),
    "atom:published": Child(DATE),
    "atom:source": Child(SOURCE),
    "atom:summary": Child(TEXT),
}
ENTRY = Shape(
    children=ENTRY_METADATA | dublincore.CHILDREN | mediarss.CHILDREN | replies.CHILDREN | modules.ENTRY | itunes.ENTRY,
    rules=(_judge_entry, judge_alternates, paging.judge_entry, mediarss.judge_host, modules.judge_misplaced_xhtml),
    closed=True,
)
FEED = Shape(
    children=FEED_METADATA
    | {"atom:entry": Child(ENTRY, most=MANY)}
    | dublincore.CHILDREN
    | mediarss.CHILDREN
    | replies.CHILDREN
    | modules.FEED
    | itunes.FEED
    | paging.CHILDREN,
    rules=(
        judge_self_link,
        judge_alternates,
        _judge_order,
        _judge_identities,
        paging.judge_feed,
        websub.judge_feed,
        modules.judge_misplaced_xhtml,
    ),
    closed=True,
)

# The elements of Atom that may stand in an RSS channel or item (RSS profile §5.1; RFC 4287 §1 allows it of any markup).
IN_CHANNEL = _none_required(FEED_METADATA)
IN_ITEM = _none_required(ENTRY_METADATA)


def judge_document(root: Element, findings: Findings) -> None:
    """Judge a feed document or an entry document."""
    if root.written != root.local:
        findings.report("avoid-prefix", root, value=root.written.partition(":")[0], other=ATOM)
    judge(root, FEED if root.name == "atom:feed" else ENTRY, findings)
    prefixed = next((each for each in root.descendants() if each.namespace == XHTML and ":" in each.written), None)
    if prefixed:
        findings.report("avoid-prefix", prefixed, value=prefixed.written.partition(":")[0], other=XHTML)


__all__ = ["IN_CHANNEL", "IN_ITEM", "judge_alternates", "judge_document", "judge_self_link", "relation"]
