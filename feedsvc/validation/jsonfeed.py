"""JSON Feed 1 and 1.1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedsvc.validation import markup, values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedsvc.validation.findings import Findings
    from feedsvc.validation.jsonreading import Value

VERSIONS = ("https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1")

Rule = Callable[["Value", "Findings"], None]


@dataclass(frozen=True, slots=True)
class Member:
    """A member: its kind, how text is checked, whether it must be there, and the shape of objects in it."""

    kind: str = "string"
    check: values.Check = values.anything
    required: bool = False
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its members, and rules for what a table cannot say."""

    members: Mapping[str, Member]
    rules: tuple[Rule, ...] = ()


URL = Member(check=values.absolute_uri)


def _plain_text(value: str) -> Iterator[str]:
    # Plain text by definition, so that a tag in it may be what it speaks of; RSS leaves that open.
    if any(values.plain_text(value)):
        yield "html-in-plain-text"


TEXT = Member(check=_plain_text)
# RFC 3339, where lower-case letters are right too (§5.6).
DATE = Member(check=lambda written: values.rfc3339(written.upper()))


def _judge_author(author: Value, findings: Findings) -> None:
    if not any(author.text(name).strip() for name in ("name", "url", "avatar")):
        findings.report("empty-author", author)


AUTHOR = Shape({"name": TEXT, "url": URL, "avatar": URL}, (_judge_author,))
HUB = Shape({"type": Member(required=True), "url": Member(check=values.absolute_uri, required=True)})
ATTACHMENT = Shape({
    "url": Member(check=values.absolute_uri, required=True),
    "mime_type": Member(check=values.media_type, required=True),
    "title": TEXT,
    "size_in_bytes": Member("number"),
    "duration_in_seconds": Member("number"),
})  # fmt: skip


def _judge_item(item: Value, findings: Findings) -> None:
    if not any(name in item.members for name in ("content_html", "content_text")):
        findings.report("missing-item-content", item)
    written = item.text("content_html")
    if written:
        markup.judge_html(written, item.members["content_html"], findings)
    for name in ("date_published", "date_modified"):
        moment = values.parse_rfc3339(item.text(name).upper())
        for code in values.plausibility(moment, findings.now) if moment else ():
            findings.report(code, item, attribute=name, value=item.text(name))
    if "date_published" not in item.members:
        findings.report("undated-entry", item)
    if "title" in item.members and not item.text("title").strip():
        findings.report("blank-member", item, attribute="title")


def _judge_id(item: Value, findings: Findings) -> None:
    identity = item.members.get("id")
    if identity is None:
        findings.report("missing-member", item, value="id")
    elif identity.kind in ("number", "boolean"):
        findings.report(
            "id-not-text",
            item,
            attribute="id",
            value=f"{identity.scalar:g}" if isinstance(identity.scalar, float) else str(identity.scalar).lower(),
        )
    elif identity.kind != "string":
        findings.report("wrong-kind", item, attribute="id", value=identity.kind, other="string")
    elif not item.text("id").strip():
        findings.report("blank-id", item, attribute="id")


ITEM = Shape(
    {
        "id": Member("any"),
        "url": URL,
        "external_url": URL,
        "title": TEXT,
        "content_html": Member(),
        "content_text": Member(),
        "summary": TEXT,
        "image": URL,
        "banner_image": URL,
        "date_published": DATE,
        "date_modified": DATE,
        "author": Member("object", shape=AUTHOR),
        "authors": Member("array", shape=AUTHOR),
        "tags": Member("strings"),
        "language": Member(check=values.language),
        "attachments": Member("array", shape=ATTACHMENT),
    },
    (_judge_id, _judge_item),
)


def _judge_feed(feed: Value, findings: Findings) -> None:
    version = feed.text("version")
    if "version" in feed.members and version not in VERSIONS:
        findings.report("invalid-json-feed-version", feed, attribute="version", value=version)
    current = version == VERSIONS[1]
    holders = [feed, *feed.each("items")]
    for holder in holders:
        if current and "author" in holder.members and "authors" not in holder.members:
            findings.report("deprecated-author", holder, attribute="author")
        if not current and version == VERSIONS[0]:
            for name in ("authors", "language"):
                if name in holder.members:
                    findings.report("newer-member", holder, attribute=name)
    _judge_addresses(feed, findings)
    _judge_identities(feed, findings)


def _judge_addresses(feed: Value, findings: Findings) -> None:
    own, title = feed.text("feed_url"), "title" in feed.members
    if "feed_url" not in feed.members:
        findings.report("missing-feed-url", feed)
    elif findings.url and not values.same_address(own, findings.url):
        findings.report("feed-url-mismatch", feed, attribute="feed_url", value=own, other=findings.url)
    if "home_page_url" not in feed.members:
        findings.report("missing-home-page", feed)
    if title and not feed.text("title").strip():
        findings.report("blank-member", feed, attribute="title")
    if feed.text("next_url") and values.same_address(feed.text("next_url"), own):
        findings.report("next-is-self", feed, attribute="next_url", value=own)


def _judge_identities(feed: Value, findings: Findings) -> None:
    seen: set[str] = set()
    for item in feed.each("items"):
        identity = item.text("id")
        if identity and identity in seen:
            findings.report("duplicate-json-id", item, attribute="id", value=identity)
        seen.add(identity)


FEED = Shape(
    {
        "version": Member(required=True),
        "title": Member(check=_plain_text, required=True),
        "home_page_url": URL,
        "feed_url": URL,
        "description": TEXT,
        "user_comment": Member(),
        "next_url": URL,
        "icon": URL,
        "favicon": URL,
        "author": Member("object", shape=AUTHOR),
        "authors": Member("array", shape=AUTHOR),
        "language": Member(check=values.language),
        "expired": Member("boolean"),
        "hubs": Member("array", shape=HUB),
        "items": Member("array", required=True, shape=ITEM),
    },
    (_judge_feed,),
)


def judge_document(root: Value, findings: Findings) -> None:
    """Judge a JSON Feed."""
    _judge(root, FEED, findings)


def _judge(here: Value, shape: Shape, findings: Findings) -> None:
    for name, member in here.members.items():
        known = shape.members.get(name)
        if known is None:
            # Custom members begin with an underscore and hold objects (JSON Feed, Extensions).
            if not name.startswith("_"):
                findings.report("unknown-member", here, attribute=name)
            elif member.kind != "object":
                findings.report("extension-not-object", here, attribute=name, value=member.kind)
        else:
            _judge_member(here, name, member, known, findings)
    for name, known in shape.members.items():
        if known.required and name not in here.members:
            findings.report("missing-member", here, value=name)
    for rule in shape.rules:
        rule(here, findings)


def _judge_member(here: Value, name: str, member: Value, known: Member, findings: Findings) -> None:
    wanted = "array" if known.kind == "strings" else known.kind
    if wanted not in ("any", member.kind):
        findings.report("wrong-kind", here, attribute=name, value=member.kind, other=wanted)
        return
    if isinstance(member.scalar, str):
        for code in known.check(member.scalar):
            findings.report(code, here, attribute=name, value=member.scalar)
    if known.kind == "number" and isinstance(member.scalar, float) and member.scalar < 0:
        findings.report("negative-number", here, attribute=name, value=f"{member.scalar:g}")
    inner = "string" if known.kind == "strings" else "object"
    for item in member.items:
        if item.kind != inner:
            findings.report("wrong-kind", item, value=item.kind, other=inner)
        elif known.shape:
            _judge(item, known.shape, findings)
    if member.kind == "object" and known.shape:
        _judge(member, known.shape, findings)
