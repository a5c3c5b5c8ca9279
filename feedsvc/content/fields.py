"""The table of fields: under which names authors write what, and how each value is typed, once.

Values come from frontmatter.parse: text, None, lists and dicts of such. Each function here takes any of them and
gives the type it promises; what it can not use it leaves out.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from feedsvc.content.naming import key
from feedsvc.content.post import Author
from feedsvc.content.text import one_line, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What is wanted: the names it goes by, best first. Names are lower-case with underscores (publishDate: publish_date).
NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "date": ("date", "published_at", "publish_date", "publishdate", "pubdate", "pub_date", "date_published", "published",
             "created", "created_at", "create_date", "datetime", "day"),
    "updated": ("updated", "lastmod", "modified", "last_modified_at", "last_modified", "updated_at", "last_updated",
                "date_modified", "update_date", "update", "mod_date", "revised"),
    "summary": ("description", "excerpt", "summary", "abstract", "subtitle", "deck", "desc", "intro", "teaser",
                "meta_description"),
    "author": ("author", "authors", "by", "writer", "byline"),
    "category": ("categories", "category"),
    "tag": ("tags", "tag", "topics", "topic"),
    "language": ("lang", "language", "locale"),
    "rights": ("rights", "copyright", "license", "licence"),
    "id": ("guid", "uuid", "id"),
    "slug": ("slug",),
    "permalink": ("permalink", "url", "path"),
    # The picture shown above a post, largest first, and the one shown in lists.
    "picture": ("headimg", "cover", "cover_image", "coverimage", "image", "banner", "banner_img", "banner_image",
                "header_image", "featured_image", "feature_image", "featuredimage", "hero", "hero_image", "top_img",
                "cover_img", "img", "picture", "photo", "photos", "og_image", "ogimage", "share_img", "social_image",
                "images"),
    "thumbnail": ("thumbnail", "thumb", "thumbnail_image", "index_img", "teaser_image", "preview"),
    "enclosure": ("enclosure", "enclosures", "audio", "video", "podcast", "mp3", "audio_url", "audio_file", "media"),
    "expires": ("expirydate", "expiry_date", "expires", "unpublish_date", "unpublishdate"),
    "redirect": ("redirect", "redirect_to", "redirectto"),
    "password": ("password",),
}  # fmt: skip

_TRUE = frozenset({"true", "yes", "on", "1", "y"})
_FALSE = frozenset({"false", "no", "off", "0", "n"})
# Categories and tags that one post may have; past that a post is an attack or a mistake.
MAX_TERMS = 100
MAX_NAME = 300


def first(fields: Mapping[str, Any], wanted: str) -> tuple[str, Any]:
    """Give the name and value of the first field of NAMES[wanted] that has one; ("", None) without."""
    for name in NAMES[wanted]:
        if (value := fields.get(name)) not in (None, "", [], {}):
            return name, value
    return "", None


def truth(value: object) -> bool | None:
    """Give the boolean that a value means; None where it means none."""
    text = str(value).strip().lower() if isinstance(value, str) else ""
    return True if text in _TRUE else False if text in _FALSE else None


def texts(value: object) -> Iterator[str]:
    """Give every text in a value, however deep it lies."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def line_of(value: object) -> str:
    """Give a value as one line of plain text: a list's items with commas, a dict's values likewise."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(line_of, value)))
    if isinstance(value, dict):  # `title: Life: a user's manual` is one where YAML lets it be
        return ", ".join(f"{name}: {line_of(inner)}" if inner is not None else name for name, inner in value.items())
    return plain(value) if isinstance(value, str) else ""


# -- names of categories and tags --------------------------------------------------------------------------------------


def _term(value: object) -> str:
    if isinstance(value, dict):
        named = next((value[name] for name in ("name", "title", "label", "slug", "id") if value.get(name)), None)
        return line_of(named if named is not None else value)[:MAX_NAME].strip()
    return line_of(value)[:MAX_NAME].strip()


def _unique(paths: Iterator[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    kept: dict[tuple[str, ...], tuple[str, ...]] = {}
    for path in paths:
        names = tuple(name for name in path if name and key(name))
        if names:
            kept.setdefault(tuple(map(key, names)), names)
        if len(kept) == MAX_TERMS:
            break
    return tuple(kept.values())


def categories(fields: Mapping[str, Any], form: str) -> tuple[tuple[str, ...], ...]:
    """Give a post's categories as paths, outermost name first; form is the setting CATEGORIES.

    path, Hexo's rule: a list is one path, a list of lists several, a text one name. flat: each item by itself, and a text
    is split at commas, else at white space (Jekyll).
    """
    found: list[Any] = [fields[name] for name in NAMES["category"] if fields.get(name) is not None]
    taxonomies = fields.get("taxonomies")
    if isinstance(taxonomies, dict):
        # Zola has no paths: a list there is several categories.
        found += [[[item] for item in _items(taxonomies[name])] for name in NAMES["category"] if taxonomies.get(name)]
    return _unique(path for value in found for path in (_flat(value) if form == "flat" else _paths(value)))


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _paths(value: object) -> Iterator[tuple[str, ...]]:
    if not isinstance(value, list):
        yield (_term(value),)
    elif any(isinstance(item, list) for item in value):
        for item in value:
            yield tuple(_term(name) for name in _items(item))
    else:
        yield tuple(_term(name) for name in value)


def _flat(value: object) -> Iterator[tuple[str, ...]]:
    if isinstance(value, list):
        for item in value:
            yield from _flat(item) if isinstance(item, list) else [(_term(item),)]
    elif isinstance(value, str):
        for name in _split(value) if re.search(r"[,，、;]", value) else value.split():
            yield (_term(name),)
    else:
        yield (_term(value),)


def _split(text: str) -> list[str]:
    return re.split(r"\s*[,，、;]\s*", text)


def tags(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Give a post's tags; a text is split at commas."""
    found: list[Any] = [fields[name] for name in NAMES["tag"] if fields.get(name) is not None]
    taxonomies = fields.get("taxonomies")
    if isinstance(taxonomies, dict):
        found += [value for name, value in taxonomies.items() if name not in (*NAMES["category"], *NAMES["author"])]
    names = (
        (_term(name),)
        for value in found
        for item in _items(value)
        for name in (_split(item) if isinstance(item, str) and item is value else _items(item))
    )
    return tuple(path[0] for path in _unique(names))


# -- authors -----------------------------------------------------------------------------------------------------------

_EMAIL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+"
_NAMED = re.compile(rf"(?P<name>[^<(]*?)\s*<?(?P<email>{_EMAIL})>?\s*(?:\((?P<after>[^)]*)\))?\s*")
_LINKED = re.compile(r"(?P<name>.*?)\s*[<(]?(?P<url>https?://[^\s<>()]+)[>)]?\s*")


def authors(fields: Mapping[str, Any]) -> tuple[Author, ...]:
    """Give a post's authors: from text (`Name <mail>`, `mail (Name)`, `Name https://…`), dicts, or lists of either."""
    _name, value = first(fields, "author")
    taxonomies = fields.get("taxonomies")
    if value is None and isinstance(taxonomies, dict):
        _name, value = first(taxonomies, "author")
    found: dict[str, Author] = {}
    for item in _items(value):
        for part in item.split(";") if isinstance(item, str) else [item]:
            author = _author(part)
            if author.name:
                found.setdefault(key(author.name), author)
    return tuple(found.values())[:MAX_TERMS]


def _author(value: object) -> Author:
    if isinstance(value, dict):
        name = next((line_of(value[n]) for n in ("name", "title", "display_name", "nick", "id") if value.get(n)), "")
        email = next((one_line(v) for n in ("email", "mail") if isinstance(v := value.get(n), str)), "")
        url = next(
            (one_line(v) for n in ("url", "uri", "website", "homepage", "link") if isinstance(v := value.get(n), str)),
            "",
        )
        if not name and len(value) == 1:  # {jane: {…}}, or {jane: null}
            name = line_of(next(iter(value)))
        return Author(name[:MAX_NAME], email if re.fullmatch(_EMAIL, email) else "", url if _is_web(url) else "")
    text = line_of(value)[:MAX_NAME]
    if match := _NAMED.fullmatch(text):
        name = match["name"].strip(" \"'") or (match["after"] or "").strip()
        return Author(name or match["email"].partition("@")[0], match["email"])
    if (match := _LINKED.fullmatch(text)) and match["name"]:
        return Author(match["name"].strip(), url=match["url"] if _is_web(match["url"]) else "")
    return Author(text)


def _is_web(url: str) -> bool:
    try:
        return url.isascii() and urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname)
    except ValueError:
        return False


# -- addresses ---------------------------------------------------------------------------------------------------------

_NOT_IN_ADDRESS = re.compile(r"[^\S ]|[<>]")


def address(value: object, *names: str) -> str:
    """Give the address in a value: text, the first of a list, or of a dict under one of names; "" where there is none.

    A word without a dot or slash (`cover: true`) is no address.
    """
    if isinstance(value, list):
        return next((found for item in value if (found := address(item, *names))), "")
    if isinstance(value, dict):
        return next((found for name in names if (found := address(value.get(name), *names))), "")
    text = value.strip() if isinstance(value, str) else ""
    return text if ("." in text or "/" in text) and not _NOT_IN_ADDRESS.search(text) else ""


# ISO 639-1. Other two letters are mistakes, three of them so common that what is meant is known.
_LANGUAGES = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et "
    "eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk "
    "kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny "
    "oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk "
    "tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
_MEANT = {"cn": "zh", "jp": "ja", "ua": "uk"}


def language(value: object) -> str:
    """Give the language tag (BCP 47) that a value means: `zh_CN` is zh-CN, `jp` is ja; "" where it means none."""
    first, hyphen, rest = (value.strip() if isinstance(value, str) else "").replace("_", "-").partition("-")
    first = _MEANT.get(first.lower(), first.lower())
    known = first in _LANGUAGES or re.fullmatch(r"[a-z]{3}", first)
    return first + hyphen + rest if known and re.fullmatch(r"(?:[A-Za-z0-9]{2,8}(?:-(?!$)|$))*", rest) else ""


def number(value: object) -> int:
    """Give a whole number of pixels or bytes; 0 where value is none."""
    match = re.fullmatch(r"(\d{1,12})(?:\.0+)?(?:px)?", value.strip()) if isinstance(value, str) else None
    return int(match[1]) if match else 0


def identity(fields: Mapping[str, Any]) -> tuple[str, str]:
    """Give the id that the front matter claims and the name of its field; ("", "") where it claims none.

    Only a URI or a UUID is an id: the numbers and words that engines keep there (`id: 630`) are theirs.
    """
    for name in NAMES["id"]:
        text = one_line(value) if isinstance(value := fields.get(name), str) else ""
        if not text:
            continue
        try:
            return uuid.UUID(text.removeprefix("urn:uuid:")).urn, name
        except ValueError:
            pass
        # RFC 3986: a scheme, and nothing that a URI does not hold.
        if re.fullmatch(
            r"(?:https?://[^\s/:]|tag:|urn:[a-z0-9-]{2,31}:|ni:|doi:)[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", text
        ):
            return text, name
    return "", ""
