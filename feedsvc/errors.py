"""What can be wrong, as values: a Problem has fields until the edge prints it.

CATALOGUE is the one list of problem codes; to add a code is to add a line to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a problem matters to the author of the post."""

    ERROR = "error"  # the post, or something its author wrote in it, is not served as meant
    WARNING = "warning"  # it is served, and should be looked at
    INFO = "info"  # it was left out on purpose, or could be better


# code: (level, what to do about it)
CATALOGUE: dict[str, tuple[Level, str]] = {
    # The file
    "unreadable": (Level.ERROR, "make the file readable to the user who runs feedsvc"),
    "not-a-file": (Level.INFO, "posts are plain files: a folder, socket, pipe or dangling link is none"),
    "outside": (Level.ERROR, "keep posts inside the posts folder: a link that leads out of it is not followed"),
    "too-large": (Level.ERROR, "shorten the file; a post is text of a few kilobytes"),
    "encoding": (Level.WARNING, "save the file as UTF-8"),
    "binary": (Level.ERROR, "this is no text; save the post as UTF-8"),
    "internal": (Level.ERROR, "this is a fault of feedsvc, not of the post: report it, with the post if you can"),
    "needs-docutils": (Level.ERROR, "install feedsvc[rst], or write the post as Markdown or HTML"),
    # Left out on purpose
    "empty": (Level.INFO, "write something into the file, or delete it"),
    "draft": (Level.INFO, "a draft is not published; remove the mark when it is ready"),
    "hidden": (Level.INFO, "a hidden post stands in no feed"),
    "expired": (Level.INFO, "its expiry date is past"),
    "redirect": (Level.INFO, "a stub that only redirects is no post"),
    "section": (Level.INFO, "an index, template or README describes a folder and is no post"),
    "scheduled": (Level.INFO, "it appears when its date comes"),
    "side-file": (Level.INFO, "only .md, .markdown, .html, .htm and .rst files are posts"),
    # The front matter
    "bad-front-matter": (Level.ERROR, "mend the line named; what could be read of the rest was kept"),
    "front-matter-limit": (Level.ERROR, "front matter is a short table of fields; make it smaller"),
    "bad-date": (Level.ERROR, "write dates as 2022-07-24 23:13:57 +0000"),
    "no-date": (Level.WARNING, "give the post a date: it sorts last and has none in RSS and JSON"),
    "no-title": (Level.WARNING, "give the post a title; one was made from its first heading or file name"),
    "duplicate-id": (Level.ERROR, "two posts claim one id in guid, uuid or id; give each its own"),
    "kept": (Level.WARNING, "mend the post: until then its last version that could be read is served"),
    "protected": (Level.WARNING, "a post with a password shows neither body nor summary"),
    # The body
    "body-limit": (Level.ERROR, "the body would stall a parser; make its markup simpler"),
    "unknown-tag": (Level.WARNING, "this template tag is unknown here; its inner text was kept"),
    "no-content": (Level.WARNING, "nothing is left of the body"),
    "missing-file": (Level.WARNING, "the file that the post refers to does not stand beside it"),
    "large-feed": (Level.WARNING, "some readers refuse large feeds; lower LIMIT or set CONTENT to summary"),
    "id-authority": (Level.INFO, "set ID_AUTHORITY, so that entry ids outlive a move to another host"),
}


class FeedsvcError(Exception):
    """Base of every error that feedsvc raises on purpose."""


class SettingError(FeedsvcError):
    """A setting has a value that does not do.

    Fields: name (of the setting), value (as found), wanted (what would do).
    """

    def __init__(self, name: str, value: object, wanted: str) -> None:
        super().__init__(f"{name} is {value!r}; it should be {wanted}")
        self.name = name
        self.value = value
        self.wanted = wanted


class PostRefused(FeedsvcError):
    """A post can not be served. Fields: code (of CATALOGUE), line (1-based; of the file), message."""

    def __init__(self, code: str, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong with one post.

    path is relative to the posts folder, with forward slashes; line is 1-based.
    """

    path: str
    line: int
    code: str
    message: str

    @property
    def level(self) -> Level:
        """How much it matters: the code's level in CATALOGUE."""
        return CATALOGUE[self.code][0]

    @property
    def fix(self) -> str:
        """What to do about it."""
        return CATALOGUE[self.code][1]

    def __str__(self) -> str:
        """Give the form that `feedsvc check` prints: path:line: level: code: message."""
        return f"{self.path}:{self.line}: {self.level}: {self.code}: {self.message}"
