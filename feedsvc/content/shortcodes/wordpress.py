"""WordPress's shortcodes in square brackets: `[caption]…[/caption]`, `[audio https://…]`.

WORDPRESS maps a name to its renderer. A name in WITHOUT_CLOSING never has a closing tag; one in WITH_CLOSING is a tag only
where a closing tag follows.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from feedsvc.content.shortcodes.tags import Inline, Tag, code_block

if TYPE_CHECKING:
    from feedsvc.content.shortcodes.tags import Renderer


def _caption(tag: Tag) -> str | Inline:
    """Return a figure of the picture and the words after it, or the inner text where either is missing."""
    match = re.fullmatch(r"\s*((?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?)(.*)", tag.inner, re.DOTALL)
    words = (match[2].strip() if match else "") or tag.get("caption")
    return f"<figure>{match[1]}<figcaption>{words}</figcaption></figure>" if match and words else Inline(tag.inner)


def _link(tag: Tag) -> str:
    """Return a link to the address within the tag or in its arguments, "" without one."""
    href = tag.inner.strip() or tag.get("src", "url", "mp3", "mp4", "m4a", "ogg", "webm", "youtube", at=0).lstrip("=")
    return f'<a href="{html.escape(href)}">{html.escape(href)}</a>' if re.match(r"https?://", href) else ""


def _nothing(_tag: Tag) -> str:
    return ""


WORDPRESS: dict[str, Renderer] = {
    "audio": _link,
    "caption": _caption,
    "code": code_block,
    "embed": _link,
    "gallery": _nothing,
    "playlist": _nothing,
    "sourcecode": code_block,
    "video": _link,
    "vimeo": _link,
    "youtube": _link,
}
WITHOUT_CLOSING = frozenset({"gallery", "playlist"})
WITH_CLOSING = frozenset({"caption", "code", "sourcecode"})


def is_tag(name: str, arguments: str | None, *, closed: bool) -> bool:
    """Return whether a name in square brackets is a tag, and no word of the text."""
    return closed or name == "gallery" or bool(arguments and name not in WITH_CLOSING)
