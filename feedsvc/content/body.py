"""A post's body, made safe: HTML of any origin becomes Markup that every feed, page and reader can show.

html ── bounds ── repair ── bleach, nh3 ──▶ Markup
"""

from __future__ import annotations

import html as entities
import re
from typing import TYPE_CHECKING

from justhtml.dom import Element, Text

from feedsvc.content import addresses, bounds
from feedsvc.content.repair import parse, repair
from feedsvc.content.sanitise import TAGS, clean, names, without_forbidden
from feedsvc.errors import PostRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from justhtml.dom import Node
    from markupsafe import Markup

# A body whose elements are nested as no parser keeps them settles in two; no more than four were ever needed.
_ROUNDS = 8

# Elements that part the words before them from those after them.
BLOCKS = names(
    """
    address article aside blockquote br caption center dd details dialog dir div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr iframe legend li main menu nav ol optgroup option p pre section summary table tbody
    td tfoot th thead tr ul
    """
)
# Elements whose text is not for reading.
UNREAD = names("head math noembed noframes rp script style svg template textarea title")
# The same in HTML that is safe, where every `<` and `>` is a tag's and no tag is left out.
_BLOCK_TAG = re.compile(rf"</?(?:{'|'.join(sorted(BLOCKS & TAGS))})(?=[ >])[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_UNREAD_PART = re.compile(rf"<({'|'.join(sorted(UNREAD & TAGS))})[ >].*?</\1>", re.DOTALL)

# Scripts that are written without spaces: a cut may fall between any two characters.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
# What belongs to the character before it: combining marks, joiners, variation selectors, skin tones.
_JOINED = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0900-\u0903\u093a-\u094f\u200c\u200d\u20d0-\u20ff"
    "\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]"
)


def make_safe(
    html: str,
    *,
    base: str,
    resolve: Callable[[str, str], str] | None = None,
    unproxy: tuple[str, ...] = (),
    proxy: str = "",
) -> Markup:
    """Give the body repaired and cleaned; the same once more gives the same.

    base is the absolute address that relative ones start from. resolve(kind, as written), with kind "link" or
    "file", gives an absolute address or ""; by default it is addresses.link and addresses.absolute on base.
    Raises PostRefused ("body-limit") for what would stall a parser.
    """

    def on_base(kind: str, written: str) -> str:
        return (addresses.link if kind == "link" else addresses.absolute)(written, base)

    bounds.check(html)
    for _ in range(_ROUNDS):
        repaired = repair(html, resolve=resolve or on_base, unproxy=unproxy, proxy=proxy)
        cleaned = clean(repaired)
        # All three parsers read the same tree in it; and no id waits for a link that has gone since.
        if cleaned == repaired and (cleaned == html or ' id="' not in cleaned):
            return cleaned
        html = cleaned
    raise PostRefused("body-limit", "the body's elements are nested in a way that no two parsers agree on")


def plain_text(html: str) -> str:
    """Give what a reader of the HTML sees as one line of text: entities decoded, blocks parted by a space.

    html may be unsafe. Raises PostRefused ("body-limit") as make_safe does.
    """
    if "<" in html:
        bounds.check(html)
        html = _read(parse(html))
    else:
        html = entities.unescape(html)
    return " ".join(without_forbidden(html).split())


def text_of(safe: str) -> str:
    """Give what plain_text gives, of HTML that make_safe gave or a part of it: with tags that are what they seem."""
    safe = _BLOCK_TAG.sub(" ", _UNREAD_PART.sub("", safe))
    return " ".join(entities.unescape(_TAG.sub("", safe)).split())


def first_words(text: str, limit: int) -> str:
    """Give the beginning of a one-line text: at most limit characters, ended at a word, with "…" where cut."""
    if len(text) <= limit:
        return text
    cut = limit - 1
    while cut > 0 and _JOINED.match(text[cut]):
        cut -= 1
    if not _parts(text[cut - 1], text[cut]):
        word = next((at for at in range(cut - 1, cut // 2, -1) if _parts(text[at - 1], text[at])), cut)
        cut = word
    return text[:cut].rstrip(" ,;:–—、，；：（(") + "…"


def _read(root: Node) -> str:
    parts: list[str] = []
    pending: list[Node | Text | str] = list(reversed(root.children or ()))
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            parts.append(node)
        elif isinstance(node, Text):
            parts.append(node.data or "")
        elif isinstance(node, Element) and node.name not in UNREAD:
            part = " " if node.name in BLOCKS else ""
            parts.append(part)
            pending.append(part)
            pending.extend(reversed(node.children))
    return "".join(parts)


def _parts(before: str, after: str) -> bool:
    return before == " " or after == " " or bool(_UNSPACED.match(before) or _UNSPACED.match(after))
