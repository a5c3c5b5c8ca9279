"""The road from a file to a Post, one function a step.

    raw = source.read(path)                       sources: bytes
    text, encoding = decode(raw.data)             text
    matter = frontmatter.parse(path, text)        frontmatter: fields, and the body as it was written
    refuse_if_not_a_post(matter)                  drafts, stubs, sections
    published, updated = _instants(matter)        dates
    content, summary, heading = render(body)      rendering: shortcodes, markup, make_safe
    Post(…)                                       fields, naming

Without the body's step the same road gives a post's header alone, in a twentieth of the time. Nothing here knows the
clock or any format; the folder is asked only whether a file that the post names is there.
"""

from __future__ import annotations

import html
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from markupsafe import Markup

from feedsvc.content import addresses, dates, fields, frontmatter, naming
from feedsvc.content.addresses import Links
from feedsvc.content.post import SITE, Enclosure, Picture, Post
from feedsvc.content.text import decode, one_line
from feedsvc.errors import PostRefused, Problem
from feedsvc.sources import MEDIA_TYPES, POST_SUFFIXES, RawPost, Source, is_private, media_type

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from feedsvc.content.frontmatter import FrontMatter
    from feedsvc.settings import Settings

MAX_TITLE = 500
PROTECTED = "This post is protected by a password."

# Where sites keep the files that their posts call /images/x.png.
_ROOTS = ("", "static", "source", "public", "assets", "content")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of a file: a post, or none, and what was found wrong with it; without a post at least one problem."""

    post: Post | None
    problems: tuple[Problem, ...]


def parse(raw: RawPost, source: Source, settings: Settings, *, body: bool = True) -> Parsed:
    """Give the post of a file. Never raises but for bugs: what can not be served is told in the problems.

    With body=False neither the body nor the files that the front matter names are looked at: content, summary, pictures and
    enclosures are empty, a post whose front matter has no title is called by its file's name, and nothing is told that
    these alone would tell. All else is the same.
    """
    problems: list[Problem] = []
    try:
        post = _post(raw, source, settings, problems, body=body)
    except PostRefused as refused:
        post = None
        problems.append(Problem(raw.path, refused.line, refused.code, refused.message))
    return Parsed(post, tuple(sorted(problems)))


def _post(raw: RawPost, source: Source, settings: Settings, problems: list[Problem], *, body: bool) -> Post:
    path = raw.path

    def report(code: str, message: str, line: int = 1) -> None:
        problems.append(Problem(path, line, code, message))

    text, encoding = decode(raw.data)
    if encoding:
        report("encoding", f"the file is not UTF-8; it was read as {encoding}")
    matter = frontmatter.parse(path, text, decode(raw.header)[0] if raw.header else "")
    problems += matter.problems
    found = matter.fields
    written = matter.body
    if path.lower().endswith(".rst"):
        from feedsvc.content import markup  # noqa: PLC0415 - as in _rendered

        written, info = markup.from_rst(written)
        found = {name.replace(" ", "_"): value for name, value in info.items()} | found
    _refuse(path, matter, found)

    published, updated = _instants(path, found, matter, settings, report)
    rest = posixpath.splitext(path)[0]
    claimed, _field = fields.identity(found)
    ident = claimed or naming.uri(settings.authority, "post", rest)
    slug = naming.slug(fields.line_of(found.get("slug")).rstrip("/").rpartition("/")[2]) or naming.slug_of(path)
    categories = fields.categories(found, settings.categories)
    title = fields.line_of(fields.first(found, "title")[1])[:MAX_TITLE]
    link = _link(settings, found, path, slug, published, categories, ident)

    def report_missing(address: str) -> None:
        line = text.count("\n", 0, max(text.find(address), 0)) + 1
        report("missing-file", f"{one_line(address)[:200]} is not in the posts folder", line)

    links = Links(_resolver(source, path, link, report_missing), settings.image_unproxy, settings.image_proxy)
    protected = found.get("password") not in (None, "")
    if protected:
        report("protected", "the post has a password; its body is not shown", matter.line("password"))
    shown = body and not protected
    thumbnail = _picture(found, "thumbnail", links) if shown else None
    picture = _picture(found, "picture", links) or thumbnail if shown else None

    content, summary, heading = Markup(""), "", ""
    if body and protected:
        content, summary = Markup("<p>{}</p>").format(PROTECTED), PROTECTED
    elif body:
        content, summary, heading = _rendered(path, written, found, title, links, matter.body_line, report)
        content = _with_picture(content, picture)
        if not content:
            report("no-content", "nothing is left of the body", matter.body_line)
    if not title:
        title = heading[:MAX_TITLE] or naming.title_of(path)
        if body:
            report("no-title", f"the front matter has no title; it became: {title}")
    expires = fields.first(found, "expires")[1]
    return Post(
        path=path,
        id=ident,
        slug=slug,
        link=link,
        title=title,
        published=published,
        updated=updated,
        authors=fields.authors(found),
        categories=categories,
        tags=fields.tags(found),
        summary=summary,
        content=content,
        picture=picture,
        thumbnail=thumbnail or picture,
        enclosures=_enclosures(found, links, source) if shown else (),
        language=fields.language(fields.first(found, "language")[1]),
        rights=fields.line_of(fields.first(found, "rights")[1])[:MAX_TITLE],
        expires=dates.parse(expires, settings.timezone) if isinstance(expires, str) else None,
    )


def _rendered(
    path: str,
    written: str,
    found: dict[str, Any],
    title: str,
    links: Links,
    first_line: int,
    report: Callable[[str, str, int], None],
) -> tuple[Markup, str, str]:
    # Its parsers and cleaners take 0.15 s to import, which who reads headers alone need not wait for.
    from feedsvc.content.rendering import render  # noqa: PLC0415

    try:
        return render(path, written, found, title, links, first_line, report)
    except PostRefused as refused:
        raise PostRefused(refused.code, refused.message, first_line) from None


# -- what is no post ---------------------------------------------------------------------------------------------------

_SECTIONS = re.compile(r"(?:_index(?:\.[\w-]+)?|readme|template|contributing|license|changelog)", re.IGNORECASE)


def _refuse(path: str, matter: FrontMatter, found: dict[str, Any]) -> None:
    name = path.rpartition("/")[2]
    if _SECTIONS.fullmatch(posixpath.splitext(name)[0]):
        raise PostRefused("section", f"{name} is no post")
    if is_private(path):
        raise PostRefused("draft", "a name that begins with a dot or an underscore is kept private")
    if not found and not matter.body.strip():
        raise PostRefused("empty", "the file is empty")
    for code, says, fields_and_values in () if _MARK_FIELDS.isdisjoint(found) else _MARKS:
        for field, meant in fields_and_values:
            value = found.get(field)
            if fields.truth(value) is meant or (isinstance(meant, frozenset) and str(value).lower() in meant):
                raise PostRefused(code, f"{says} ({field}: {value})", matter.line(field))
    field, target = fields.first(found, "redirect")
    if target and not matter.body.strip():
        raise PostRefused("redirect", f"the post only redirects to {fields.line_of(target)}", matter.line(field))


# The fields that keep a post out of the feeds: code, why, and (field, value) of which any one does.
_MARKS: tuple[tuple[str, str, tuple[tuple[str, bool | frozenset[str]], ...]], ...] = (
    ("draft", "the post is a draft", (
        ("draft", True),
        ("published", False),
        ("status", frozenset({"draft", "private", "pending", "trash", "unpublished"})),
        ("layout", frozenset({"draft"})),
        ("publish", False),
        ("private", True),
    )),
    ("hidden", "the post is hidden", (
        ("hidden", True),
        ("hide", True),
        ("status", frozenset({"hidden"})),
        ("unlisted", True),
    )),
    ("section", "no post but a part of the site", (("headless", True), ("layout", frozenset({"redirect", "redirected"})))),
)  # fmt: skip
_MARK_FIELDS = frozenset(field for _code, _says, marks in _MARKS for field, _meant in marks)


# -- dates -------------------------------------------------------------------------------------------------------------


def _instants(
    path: str,
    found: dict[str, Any],
    matter: FrontMatter,
    settings: Settings,
    report: Callable[[str, str, int], None],
) -> tuple[datetime | None, datetime | None]:
    """Give when a post was published and updated; both None where no date is to be found anywhere."""

    def read(wanted: str) -> datetime | None:
        for name in fields.NAMES[wanted]:
            if (value := found.get(name)) is None:
                continue
            texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
            text = next((item for item in texts if isinstance(item, str) and item.strip()), "")
            if not text or fields.truth(text) is not None:  # `published: true` is no date
                continue
            if instant := dates.parse(text, zone):
                return instant
            report("bad-date", f"{name}: {one_line(text)[:80]!r} is no date", matter.line(name))
        return None

    zone = settings.timezone
    published, updated = read("date"), read("updated")
    # The file's name, then where the permalink says that the post stands (Zola's path).
    places = (posixpath.splitext(path)[0], *(str(found.get(name) or "") + "/" for name in fields.NAMES["permalink"]))
    published = published or next((day for place in places if (day := dates.in_path(place, zone))), updated)
    if published is None:
        report("no-date", "the post has no date, nor has its file's name", 1)
        return None, None
    # Nothing is updated before it is published: such a field is another's.
    return published, max(published, updated) if updated else published


# -- addresses ---------------------------------------------------------------------------------------------------------


def _link(
    settings: Settings,
    found: dict[str, Any],
    path: str,
    slug: str,
    published: datetime | None,
    categories: tuple[tuple[str, ...], ...],
    ident: str,
) -> str:
    """Give the permalink: on the site that PERMALINK names, where the front matter may say the path; else our own page."""
    if not settings.permalink:
        return f"{SITE}/posts/{naming.address(slug)}/"
    parts = urlsplit(settings.permalink)
    _name, own = fields.first(found, "permalink")
    if isinstance(own, str) and own.strip() and ":" not in own:
        absolute = addresses.absolute("/" + own.strip().lstrip("/"), f"{parts.scheme}://{parts.netloc}/")
        if absolute:
            return absolute
    local = published.astimezone(settings.timezone) if published else None
    values = {
        "slug": slug,
        "title": slug,
        "path": posixpath.splitext(path)[0],
        "category": "/".join(naming.segment(name) for name in categories[0]) if categories else "",
        "id": ident.rpartition(":")[2],
        "year": f"{local:%Y}" if local else "",
        "month": f"{local:%m}" if local else "",
        "day": f"{local:%d}" if local else "",
        "hour": f"{local:%H}" if local else "",
        "minute": f"{local:%M}" if local else "",
        "second": f"{local:%S}" if local else "",
    }
    filled = re.sub(r":([a-z_]+)", lambda match: naming.address(values[match[1]]), parts.path)
    return f"{parts.scheme}://{parts.netloc}" + re.sub(r"/{2,}", "/", filled)


_LEADS_AWAY = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|//|#|\?)", re.IGNORECASE)


def _resolver(source: Source, path: str, link: str, missing: Callable[[str], None]) -> Callable[[str, str], str]:
    """Give what makes an address absolute: a file of the source, another post, or a place on the post's own site.

    missing is told the address of a file that should be in the folder and is not.
    """
    here = posixpath.dirname(path)
    beside = posixpath.splitext(path)[0]  # Hexo's folder of a post's own files

    def local(place: str) -> str:
        place = re.sub(r"^(?:\{(?:static|attach|filename)\}|\|filename\|)", "", place)
        tries = [posixpath.join(root, place.lstrip("/")) for root in _ROOTS]
        if not place.startswith("/"):
            tries = [posixpath.join(here, place), posixpath.join(beside, place), *tries]
        for name in tries:
            name = posixpath.normpath(name)  # noqa: PLW2901
            if not name.startswith("../") and source.size(name) is not None:
                return name
        return ""

    def post_at(name: str, fragment: str) -> str:
        page = f"{SITE}/posts/{naming.address(naming.slug_of(name))}/"
        return addresses.link(f"#{fragment}", page) if fragment else page

    def resolve(kind: str, written: str) -> str:
        scheme, _colon, rest = written.partition(":")
        if scheme == "post":  # what a tag that refers to another post made
            name, _mark, fragment = rest.partition("#")
            return post_at(name, fragment)
        if written and not _LEADS_AWAY.match(written):
            place, _mark, fragment = written.strip().partition("#")
            place = place.partition("?")[0]
            place = unquote(place) if len(place) < 2_000 else ""
            name = local(place)
            # A file that is not there yet may come, and the post is not read again for it: it gets its address now.
            own = name or posixpath.normpath(posixpath.join("" if place.startswith("/") else here, place.lstrip("/")))
            suffix = posixpath.splitext(own)[1].lower()
            ours = link.startswith(SITE) and "{" not in written
            at_home = ours and not own.startswith("..")
            if not name and ours and (kind == "file" or suffix in (".md", ".markdown", ".rst")):
                missing(written)
            if kind == "link" and (suffix in POST_SUFFIXES if name else suffix in (".md", ".markdown") and at_home):
                return post_at(own, fragment)
            if (name or (at_home and kind == "file")) and suffix in MEDIA_TYPES:
                return f"{SITE}/files/{naming.address(own)}"
        return (addresses.link if kind == "link" else addresses.absolute)(written, link)

    return resolve


# What the address of a picture is called where the picture is a table.
_PICTURE_NAMES = tuple("url src path image feature featured file thumbnail teaser header large full".split())


def _picture(found: dict[str, Any], wanted: str, links: Links) -> Picture | None:
    for name in fields.NAMES[wanted]:
        value = found.get(name)
        written = fields.address(value, *_PICTURE_NAMES)
        if not written or written.startswith("data:"):
            continue
        if url := links.picture(written):
            size = value if isinstance(value, dict) else {}
            width, height = fields.number(size.get("width")), fields.number(size.get("height"))
            kind = media_type(url)
            return Picture(url, kind if kind.startswith("image/") else "", width, height)
    return None


def _with_picture(content: Markup, picture: Picture | None) -> Markup:
    """Put the post's picture above its body, unless the body shows it somewhere, be it from behind a proxy."""
    inner = picture.url[picture.url.rfind("http") :] if picture else ""
    if picture is None or html.escape(picture.url) in content or html.escape(unquote(inner)) in content:
        return content
    size = (
        Markup(' width="{}" height="{}"').format(picture.width, picture.height)
        if picture.width and picture.height
        else ""
    )
    return Markup('<p><img src="{}" alt=""{}></p>\n').format(picture.url, size) + content


def _enclosures(found: dict[str, Any], links: Links, source: Source) -> tuple[Enclosure, ...]:
    enclosures: dict[str, Enclosure] = {}
    for name in fields.NAMES["enclosure"]:
        if (value := found.get(name)) is None:
            continue
        for item in value if isinstance(value, list) else [value]:
            table = item if isinstance(item, dict) else {}
            # WordPress writes address, length and type in one text.
            words = item.split() if isinstance(item, str) else []
            written = fields.address(words[0] if len(words) == 3 else item, "url", "src", "file", "href", "path")
            if not written or not (url := links.address("file", written)):
                continue
            kind = fields.line_of(table.get("type")) or (words[2] if len(words) == 3 else "")
            kind = kind if re.fullmatch(r"[a-z]+/[\w.+-]+", kind) else media_type(url)
            length = fields.number(
                table.get("length")
                or table.get("size")
                or found.get(f"{name}_length")
                or found.get("length")
                or (words[1] if len(words) == 3 else "")
            )
            if url.startswith(f"{SITE}/files/"):
                length = source.size(unquote(url.removeprefix(f"{SITE}/files/"))) or 0
            if kind.startswith(("audio/", "video/")) or name.startswith("enclosure"):
                enclosures.setdefault(url, Enclosure(url, kind or "application/octet-stream", length))
    return tuple(enclosures.values())
