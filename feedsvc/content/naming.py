"""Names of categories, tags, authors and posts, and the addresses made of them: pure functions of the name."""

from __future__ import annotations

import functools
import hashlib
import posixpath
import re
import unicodedata
import uuid
from urllib.parse import quote

from feedsvc.content.text import one_line

# Longer names than this would pass the 255 bytes that file systems allow a name.
_MAX_BYTES = 180
_UNSAFE = re.compile(r"[~/\\\x00-\x1f\x7f]|^\.")


def key(name: str) -> str:
    """Give what two spellings of one name share: case, Unicode form and white space make no difference."""
    return one_line(unicodedata.normalize("NFC", one_line(name).casefold()))


def segment(name: str) -> str:
    """Give the path segment of a name: as it is spelt, but for what a path can not hold.

    `/`, a backslash, a leading dot and `~` become `~2F`, `~5C`, `~2E` and `~7E`, so that a segment survives servers that
    decode, join or hide paths; a name that is too long for a file keeps its beginning and a hash. No two names share one.
    """
    escaped = _UNSAFE.sub(lambda match: f"~{ord(match[0]):02X}", one_line(name))
    if len(escaped.encode()) > _MAX_BYTES:
        digest = hashlib.sha256(escaped.encode()).hexdigest()[:12]
        # "~~" is in no other segment: "~" is always followed by two digits there.
        escaped = escaped.encode()[: _MAX_BYTES - 20].decode(errors="ignore") + "~~" + digest
    return escaped


def name_of(escaped: str) -> str:
    """Give the name of a path segment; of one that was never made by segment(), itself."""
    return re.sub(r"~([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), escaped)


def address(path: str) -> str:
    """Percent-encode a path (RFC 3986, section 2.1), keeping its slashes."""
    return quote(path, safe="/~")


_DATE = re.compile(r"^(?:19|20)\d{2}(?:[-_.]\d{1,2}[-_.]\d{1,2}|\d{4})[-_. ]+(?=.)")
_NOT_IN_SLUG = re.compile(r"[\s/\\?#%\"<>^`{|}\[\]~&+;:=@,$'*!()\x00-\x1f\x7f]+")


_INDEX = re.compile(r"index(?:\.[a-z]{2}(?:-[A-Za-z]{2,4})?)?")


def stem(path: str) -> str:
    """Give a post's own name: the file's without suffix, or its folder's for `index.md` (a page bundle)."""
    folder, _slash, file = path.rpartition("/")
    name = posixpath.splitext(file)[0]
    if folder and _INDEX.fullmatch(name):
        return folder.rpartition("/")[2]
    return name


def title_of(path: str) -> str:
    """Give a title made of a post's own name: without its date, dashes and underscores as spaces."""
    name = _DATE.sub("", stem(path))
    return one_line(re.sub(r"[-_]+", " ", name)) or one_line(stem(path))


def slug(text: str) -> str:
    """Give text as a slug: letters of any script, digits, dots and dashes; "" where nothing of it is left."""
    return segment(_NOT_IN_SLUG.sub("-", one_line(text)).strip("-."))


@functools.lru_cache(1024)  # asked for twice a post
def slug_of(path: str) -> str:
    """Give the slug made of a post's own name: without its date, unless the date is all of it."""
    name = stem(path)
    return slug(_DATE.sub("", name)) or slug(name) or hashlib.sha256(path.encode()).hexdigest()[:12]


def uri(authority: str, kind: str, path: str) -> str:
    """Give the URN of a post or a feed: a version 5 UUID (RFC 9562, section 5.5) of the authority, a kind and a path."""
    return uuid.uuid5(_space(authority), f"{kind}:{unicodedata.normalize('NFC', path)}").urn


@functools.lru_cache(maxsize=16)
def _space(authority: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_DNS, authority)
