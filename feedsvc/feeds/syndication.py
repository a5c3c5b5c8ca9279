"""Atom 1.0 (RFC 4287) and RSS 2.0 by feedgen; no other module knows it.

Where feedgen lacks something or has it wrong, one of the extensions below, which are feedgen's own way to add to its
elements, puts it right. What it has wrong, and who mends it:

- Its RSS dates set the locale of the whole process for a moment: _Channel and _Item write them.
- lastBuildDate is now, unless one is given: see write_rss.
- RSS gets only the self link, and an author without e-mail vanishes from it: _Channel, and Dublin Core's creator.
- The last link of a feed is RSS's <link>: the page comes last.
- Media RSS elements are put into a group, which is for alternatives: group=None.
- CDATA is invalid in Atom, and raises for "]]>" in RSS: HTML is escaped text in both.
- The links of an Atom entry keep nothing but their address: _Entry.
- One entry that raises loses the feed: _entries.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from feedgen.ext.base import BaseExtension
from feedgen.ext.dc import DcEntryExtension, DcExtension
from feedgen.ext.media import MediaEntryExtension, MediaExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from feedsvc.feeds.feed import FORMATS, summary, terms, timestamp, title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    _Written = tuple[bytes, list[tuple[str, str]]]

    from feedsvc.content.post import Author, Picture, Post
    from feedsvc.feeds.feed import Feed

# Without a version: an upgrade of ours would change every document, and its ETag, for nothing.
GENERATOR = "feedsvc"

ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# RSS 2.0, "image": GIF, JPEG or PNG. An address without a suffix may be any of them.
RSS_PICTURES = ("", ".gif", ".jpeg", ".jpg", ".png")

# RFC 4287, section 3.2.3, asks for an addr-spec; this is the part of it that is in use.
_EMAIL = re.compile(r"[\w.+-]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}", re.ASCII)

# RFC 5322, section 3.2.2: what a comment would have to quote, and readers would not unquote.
_NO_COMMENT = re.compile(r"[()\\]")

_PLAIN_TEXT = re.compile(
    rb"<(title|subtitle|description|summary|name|rights|copyright|category|author|dc:creator)>[^<]*</"
)


def write_atom(feed: Feed, full: int) -> tuple[bytes, list[tuple[str, str]]]:
    """Give the feed as Atom, the first `full` posts with their content, and the posts left out with the reason.

    Raises ValueError where the feed's own fields are not XML's, or its title or id is empty.
    """
    return _tried(_atom, feed, full)


def write_rss(feed: Feed, full: int) -> tuple[bytes, list[tuple[str, str]]]:
    """Give the feed as RSS, the first `full` posts with their content, and the posts left out with the reason.

    Raises ValueError where the feed's own fields are not XML's, or its title or page is empty.
    """
    return _tried(_rss, feed, full)


def _tried(write: Callable[..., _Written], feed: Feed, full: int) -> _Written:
    try:
        return write(feed, full, alone=False)
    except ValueError:  # lxml's, at text that XML cannot carry: once more, with each entry built alone first
        return write(feed, full, alone=True)


def _atom(feed: Feed, full: int, *, alone: bool) -> _Written:
    generator = _generator(feed)
    generator.register_extension("media", MediaExtension, MediaEntryExtension)
    generator.register_extension("atom", BaseExtension, _Entry, rss=False)
    generator.updated(_Instant.of(feed.updated or EPOCH))
    generator.language(feed.language)
    generator.icon(feed.icon)
    if feed.logo:
        generator.logo(feed.logo)
    if feed.description:
        generator.subtitle(feed.description)
    generator.link(_atom_links(feed, "atom"))

    shown, left_out = _entries(generator, feed, full, _atom_entry, "atom_entry" if alone else "")
    # RFC 4287, section 4.1.1: a feed has an author, unless all of its entries have one.
    if feed.authors:
        generator.author(_persons(feed.authors))
    elif not (shown and all(post.authors for post in shown)):
        generator.author(name=feed.title)
    return _legible(generator.atom_str(pretty=True)), left_out


def _rss(feed: Feed, full: int, *, alone: bool) -> _Written:
    generator = _generator(feed)
    generator.register_extension("media", MediaExtension, MediaEntryExtension)
    generator.register_extension("dc", DcExtension, DcEntryExtension)
    generator.register_extension("channel", _Channel, _Item, atom=False)
    # feedgen offers no way to have no lastBuildDate, and its own goes through the locale.
    generator._FeedGenerator__rss_lastBuildDate = None  # noqa: SLF001
    generator.channel.updated = feed.updated
    generator.channel.links = _atom_links(feed, "rss")[:-1]
    generator.link(href=feed.page)
    generator.description(feed.description or feed.title)
    if feed.language:
        generator.language(feed.language)
    if feed.ttl > 0:
        generator.ttl(feed.ttl)
    for url in (feed.logo, feed.icon):
        if url and PurePosixPath(urlsplit(url).path).suffix.lower() in RSS_PICTURES:
            generator.image(url)
            break

    _, left_out = _entries(generator, feed, full, _rss_item, "rss_entry" if alone else "")
    return _legible(generator.rss_str(pretty=True)), left_out


def _generator(feed: Feed) -> Any:
    generator = FeedGenerator()
    generator.id(feed.id)
    generator.title(feed.title)
    generator.generator(GENERATOR)
    if feed.rights:
        generator.rights(feed.rights)
    return generator


def _atom_links(feed: Feed, own: str) -> list[dict[str, str]]:
    """Give self, hubs, the other formats and, last, the page."""
    return [
        {"rel": "self", "type": FORMATS[own], "href": feed.address(own)},
        *({"rel": "hub", "href": hub} for hub in feed.hubs),
        *(
            {"rel": "alternate", "type": media_type, "href": feed.address(suffix)}
            for suffix, media_type in FORMATS.items()
            if suffix != own
        ),
        {"rel": "alternate", "type": "text/html", "href": feed.page},
    ]


def _entry_links(post: Post) -> list[dict[str, str]]:
    links = [{"rel": "alternate", "type": "text/html", "href": post.link}]
    for file in post.enclosures:
        link = {"rel": "enclosure", "type": file.type, "href": file.url}
        if file.length > 0:
            link["length"] = str(file.length)
        if file.title:
            link["title"] = file.title
        links.append(link)
    return links


def _entries(
    generator: Any, feed: Feed, full: int, fill: Callable[..., None], build: str
) -> tuple[list[Post], list[tuple[str, str]]]:
    """Add the posts to the generator; give those that were added, and those that were not with the reason.

    build names the method of feedgen that builds one on its own, which tells whether it can be; "" to try all together.
    """
    shown, left_out = [], []
    for index, post in enumerate(feed.posts):
        entry = generator.add_entry(order="append")
        try:
            fill(entry, post, feed, full=index < full)
            if build:
                getattr(entry, build)()
        except ValueError as error:
            if not build:
                raise
            generator.remove_entry(entry)
            left_out.append((post.path, str(error)))
        else:
            shown.append(post)
    return shown, left_out


_LIKE_MARKUP = re.compile(r"<[A-Za-z/!?]|&(?:#|[A-Za-z])")


def _atom_entry(entry: Any, post: Post, feed: Feed, *, full: bool) -> None:
    entry.id(post.id)
    entry.title(title(post))
    entry.updated(_Instant.of(post.updated or EPOCH))
    if post.published:
        entry.published(_Instant.of(post.published))
    entry.author(_persons(post.authors))
    entry.category([_category(path) for path in terms(post)])
    text = summary(post, full=full)
    if _LIKE_MARKUP.search(text):
        # A summary that speaks of tags: as HTML that escapes them, readers that sniff show it as it is meant, too.
        entry.summary(escape(text, quote=False), type="html")
    elif text:
        entry.summary(text)
    if full and post.content:
        entry.content(str(post.content), type="html")
    entry.atom.links = _entry_links(post)
    entry.link(entry.atom.links)
    if post.rights:
        entry.rights(post.rights)
    if post.language != feed.language:
        entry.atom.language = post.language
    _media(entry, post)


def _rss_item(entry: Any, post: Post, feed: Feed, *, full: bool) -> None:
    entry.guid(post.id, permalink=post.id == post.link)
    entry.title(title(post))
    entry.link(href=post.link)
    # RSS 2.0 has HTML in the description, so that plain text is escaped for HTML first.
    entry.description(escape(summary(post, full=full), quote=False), isSummary=True)
    if full and post.content:
        entry.content(str(post.content))
    # RSS knows no author of the feed that would stand in for the item's.
    authors = post.authors or feed.authors
    names = [author.name for author in authors]
    if len(authors) == 1 and _email(authors[0]) and not _NO_COMMENT.search(names[0]):
        entry.author(name=names[0], email=authors[0].email)
    else:  # RSS has room for one author, and beside it a creator would name the same thing twice
        entry.dc.dc_creator(names)
    entry.category([{"term": text} for text in dict.fromkeys("/".join(path) for path in terms(post))])
    for file in post.enclosures[:1]:
        entry.enclosure(file.url, max(file.length, 0), file.type)
    entry.channel.published = post.published
    _media(entry, post)


def _category(path: tuple[str, ...]) -> dict[str, str]:
    """Give a term that no other path has, and a label where that is not what people should read."""
    term = "/".join(re.sub("%(?=25|2F)", "%25", name).replace("/", "%2F") for name in path)
    label = " › ".join(path)
    return {"term": term} if label == term else {"term": term, "label": label}


def _media(entry: Any, post: Post) -> None:
    if post.picture:
        kind = {"type": post.picture.type, "medium": "image"}
        entry.media.content(url=post.picture.url, group=None, **kind, **_size(post.picture))
    if post.thumbnail:
        entry.media.thumbnail(url=post.thumbnail.url, group=None, **_size(post.thumbnail))


def _size(picture: Picture) -> dict[str, str]:
    sides = {"width": picture.width, "height": picture.height}
    return {name: str(pixels) for name, pixels in sides.items() if pixels > 0}


def _persons(authors: Iterable[Author]) -> list[dict[str, str]]:
    return [{"name": author.name, "email": _email(author), "uri": author.url} for author in authors]


def _email(author: Author) -> str:
    return author.email if _EMAIL.fullmatch(author.email) else ""


class _Instant(datetime):
    """An instant that feedgen, which calls isoformat, writes as the other formats do."""

    @classmethod
    def of(cls, instant: datetime) -> _Instant:
        return cls.combine(instant, instant.timetz())

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        del sep, timespec
        return timestamp(datetime.combine(self, self.timetz()))


class _Entry:
    """feedgen extension: what it lacks of an Atom entry."""

    language = ""  # of an entry that is not in the feed's
    links: Iterable[dict[str, str]] = ()

    def extend_atom(self, element: etree._Element) -> None:
        for written, link in zip(element.findall("link"), self.links, strict=True):
            for name, value in link.items():
                written.set(name, value)
        if self.language:
            element.set(XML_LANG, self.language)


class _Channel:
    """feedgen extension: what it lacks of an RSS channel."""

    updated: datetime | None = None
    links: Iterable[dict[str, str]] = ()

    def extend_ns(self) -> dict[str, str]:
        return {"atom": ATOM}

    def extend_rss(self, rss: etree._Element) -> None:
        channel = rss[0]
        for link in self.links:
            etree.SubElement(channel, f"{{{ATOM}}}link", link)
        if self.updated:
            etree.SubElement(channel, "lastBuildDate").text = format_datetime(self.updated)


class _Item:
    """feedgen extension: what it lacks of an RSS item."""

    published: datetime | None = None

    def extend_rss(self, item: etree._Element) -> None:
        if self.published:
            etree.SubElement(item, "pubDate").text = format_datetime(self.published)


def _legible(document: bytes) -> bytes:
    """Write & and < in plain text as hexadecimal references, which to XML are the same.

    The RSS Advisory Board's best practices recommend them (https://www.rssboard.org/rss-profile, "Character Data"), and
    the W3C's validator takes them as a sign that a title such as "&amp; in HTML" is meant as it stands.
    """
    return _PLAIN_TEXT.sub(
        lambda element: element[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;"), document
    )
