"""The policy of what a body may hold, and the two cleaners that hold it to that: bleach, then nh3.

Tags, attributes and values are tables; nothing is allowed that is not in them. bleach will have no more
releases and lets `srcset` and `javascript:123` through; nh3 is maintained and lets others through: each
catches what the other misses, and both ask `permitted`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nh3
from bleach.sanitizer import Cleaner
from markupsafe import Markup

from feedsvc.content.addresses import LINK_SCHEMES
from feedsvc.errors import PostRefused

if TYPE_CHECKING:
    from collections.abc import Callable


def names(text: str) -> frozenset[str]:
    """Give the words of a table that is written as text."""
    return frozenset(text.split())


# No iframe, object, svg, math or form: readers strip them, validators call them a security risk, and none
# shows without scripts or frames of others. repair.py leaves a link or the text in their place.
TAGS = names(
    """
    a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn
    div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li mark nav ol p picture pre q
    rp rt ruby s samp section small source span strong sub summary sup table tbody td tfoot th thead time tr track
    u ul var video wbr
    """
)

ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": frozenset({"dir", "id", "lang", "title"}),
    "a": frozenset({"href", "rel"}),
    "audio": frozenset({"controls", "loop", "muted", "preload", "src"}),
    "blockquote": frozenset({"cite"}),
    "code": frozenset({"class"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "del": frozenset({"cite", "datetime"}),
    "details": frozenset({"open"}),
    "img": frozenset({"alt", "height", "referrerpolicy", "sizes", "src", "srcset", "width"}),
    "ins": frozenset({"cite", "datetime"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"reversed", "start", "type"}),
    "pre": frozenset({"class"}),
    "q": frozenset({"cite"}),
    "source": frozenset({"height", "media", "sizes", "src", "srcset", "type", "width"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"abbr", "colspan", "rowspan", "scope"}),
    "time": frozenset({"datetime"}),
    "track": frozenset({"default", "kind", "label", "src", "srclang"}),
    "video": frozenset({"controls", "height", "loop", "muted", "playsinline", "poster", "preload", "src", "width"}),
}

# Attributes that are there or not; their value is "".
FLAGS = frozenset({"controls", "default", "loop", "muted", "open", "playsinline", "reversed"})

_WEB = r"https?://[\w.~:/?#\[\]@!$&'()*+,;=%-]+"
# Pictures written into the page itself, as notebooks do; never SVG, which can hold scripts.
_RASTER = r"data:image/(?:png|jpe?g|gif|webp|avif)(?:;base64)?,[\w+/=%.~-]+"
# HTML, section 4.8.4.2.1: a width, or a density as a floating-point number.
_CANDIDATE = re.compile(rf"{_WEB}(?<!,)(?: (?:\d{{1,5}}w|\d{{0,9}}\.?\d{{1,9}}(?:[eE][+-]?\d{{1,2}})?x))?", re.ASCII)
_RELATION = "(?:bookmark|license|nofollow|noopener|noreferrer|sponsored|tag|ugc)"
_WORDS = r"[\w\s()&|,.:/+*<>=-]*"


def _srcset(value: str) -> bool:
    return all(map(_CANDIDATE.fullmatch, value.split(", ")))


def _is(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern, re.ASCII).fullmatch


# What the value of an attribute may be. One that is not named here is text, shown and never acted on.
VALUES: dict[str, Callable[[str], object]] = {
    "cite": _is(_WEB),
    "class": _is(r"language-[\w+#.-]{1,40}"),
    "colspan": _is(r"[1-9]\d{0,2}|1000"),  # HTML, section 4.9.11: at most 1,000
    "datetime": _is(r"[\w\s:.+-]{1,64}"),
    "dir": _is("ltr|rtl|auto"),
    "height": _is(r"\d{1,5}"),
    "href": _is(rf"{_WEB}|(?:{'|'.join(sorted(LINK_SCHEMES))}):[\w.~:/?#\[\]@!$&'()*+,;=%-]+"),
    # A script names what it finds by its id as `name`, or as `page.name`: an id that is no such name
    # (footnotes apart: nobody calls a variable fn1) cannot stand in for one of the page's own.
    "id": _is(r"(?=[^.:-]*[.:-])[A-Za-z][\w.:-]{1,99}|fn\d{1,4}|fnref\d{1,4}"),
    "kind": _is("captions|chapters|descriptions|subtitles"),
    "lang": _is(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,8}"),
    "media": _is(_WORDS),
    "poster": _is(_WEB),
    "preload": _is("none|metadata|auto"),
    "referrerpolicy": _is(
        "no-referrer|no-referrer-when-downgrade|origin|origin-when-cross-origin|same-origin|strict-origin"
        "|strict-origin-when-cross-origin|unsafe-url"
    ),
    "rel": _is(rf"{_RELATION}(?: {_RELATION}){{0,7}}"),
    "rowspan": _is(r"\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}"),  # likewise: 65,534
    "scope": _is("row|col|rowgroup|colgroup"),
    "sizes": _is(_WORDS),
    "span": _is(r"[1-9]\d{0,2}|1000"),
    "src": _is(_WEB),
    "srclang": _is(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,8}"),
    "srcset": _srcset,
    "start": _is(r"-?\d{1,9}"),
    "type": _is(r"[1aAiI]|[\w+.-]{1,40}/[\w+.-]{1,80}(?:; ?codecs=[\w\"'., -]{1,80})?"),
    "value": _is(r"-?\d{1,9}"),
    "width": _is(r"\d{1,5}"),
} | dict.fromkeys(FLAGS, lambda value: value == "")

# Both cleaners need two rounds to settle bodies of bad nesting; nothing that was found needed more than four.
_ROUNDS = 8

_FIRST_NEWLINE = re.compile(r"""(<pre(?: [^\s=>]+(?:="[^"]*"|='[^']*')?)*>)\n""")
# XML 1.0, section 2.2, Char: what may not stand in a feed, escaped or not; C1 controls and DEL, which may but
# are discouraged there and flagged by validators.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_is_raster = _is(_RASTER)


def permitted(tag: str, name: str, value: str) -> bool:
    """Tell whether the policy lets tag have the attribute name with this value."""
    if name not in ATTRIBUTES["*"] and name not in ATTRIBUTES.get(tag, ()):
        return False
    if (tag, name) == ("img", "src") and _is_raster(value):
        return True
    rule = VALUES.get(name)
    return rule is None or bool(rule(value))


def clean(html: str) -> Markup:
    """Give html held to the policy, in the one form that further cleaning leaves as it is.

    The output has no named entities but &amp; &lt; &gt; &quot;, and no character that XML 1.0 forbids.
    The text of elements that are no text (script, style) has to be gone before: repair() sees to that.
    Raises PostRefused ("body-limit") where no such form is found.
    """
    html = without_forbidden(html)
    for _ in range(_ROUNDS):
        cleaned = _once(html)
        if cleaned == html:
            return Markup(cleaned)  # noqa: S704 - this is where unsafe HTML becomes safe HTML
        html = cleaned
    raise PostRefused("body-limit", "the body's elements are nested in a way that no two parsers agree on")


def canonical(html: str) -> str:
    """Give serialised HTML as the cleaners would: without forbidden characters, U+00A0 as itself.

    A parser drops the newline that follows `<pre>` (HTML, section 13.2.6.4.7), so one that is text needs another.
    """
    return _FIRST_NEWLINE.sub(r"\1\n\n", without_forbidden(html).replace("&nbsp;", "\u00a0"))


def without_forbidden(text: str) -> str:
    """Give text without the characters that XML 1.0 forbids, its line ends as newlines."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


# Made once, for it never changes and may be shared. bleach's may not: one thread would get another's output.
_NH3 = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    attribute_filter=lambda tag, name, value: value if permitted(tag, name, value) else None,
    clean_content_tags={"script", "style"},
    url_schemes={"http", "https", "data", *LINK_SCHEMES},
    link_rel=None,
)


def _once(html: str) -> str:
    html = Cleaner(
        tags=TAGS,
        attributes=permitted,
        protocols={"http", "https", "data", *LINK_SCHEMES},
        strip=True,
        strip_comments=True,
    ).clean(html)
    return canonical(_NH3.clean(_FIRST_NEWLINE.sub(r"\1\n\n", html)))
