"""What content makes of a RawPost: a Post, and what it consists of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a field's type, read at run time by tools that know dataclasses

from markupsafe import Markup  # noqa: TC002 - likewise

# Where the site lies is known only when a document is asked for, so every address of our own begins
# with SITE until then, and rendering puts the real base in its place. RFC 2606, section 2: no such
# host will ever exist.
SITE = "https://site.feedsvc.invalid"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a post. Plain text; email and url are empty where they are not known."""

    name: str
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A post's picture. url is absolute; width and height are in pixels, 0 where unknown; type is a media type."""

    url: str
    type: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a post. url is absolute; length is in bytes, 0 where unknown; type is a media type."""

    url: str
    type: str
    length: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A post that is ready to be kept and served.

    Text fields are plain text on one line, without characters that XML 1.0 forbids. Addresses are
    absolute, ASCII, http or https; those of the site itself begin with SITE. Instants are aware, in UTC.
    """

    path: str  # of the file, relative to the posts folder, with forward slashes
    id: str  # a URI: urn:uuid:…, or the front matter's
    slug: str
    link: str  # the permalink
    title: str
    published: datetime | None  # None: the post has no date anywhere
    updated: datetime | None  # None exactly where published is
    authors: tuple[Author, ...]
    categories: tuple[tuple[str, ...], ...]  # paths, outermost name first
    tags: tuple[str, ...]
    summary: str
    content: Markup  # cleaned HTML; empty where the body is protected or nothing is left of it
    picture: Picture | None
    thumbnail: Picture | None
    enclosures: tuple[Enclosure, ...]
    language: str  # BCP 47; empty where it is not known
    rights: str
    expires: datetime | None = None  # the instant from which it is not served any more
