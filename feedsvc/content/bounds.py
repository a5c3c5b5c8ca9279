"""Bounds: whether a body can be parsed at all, told by one scan that is linear in its length.

The scan reads tags as a parser does (HTML, section 13.2.5) but builds nothing: it estimates what parsers and
cleaners would have to do. Where an end tag may not be what it seems, it counts as none, so that the estimate
errs on the high side; real posts lie far below every bound.
"""

from __future__ import annotations

import re

from feedsvc.content.sanitise import names
from feedsvc.errors import PostRefused

# The feed that a body of a million characters is in has passed its own limit. Memory: up to 220 bytes each.
MAX_CHARACTERS = 1_000_000
# `<<<…`, `&amp;&amp;…`: 16,000 `<` take bleach 0.1 s, 250,000 take it 2.6 s. No text has such a run.
MAX_RUN = 10_000
# `&#999…;`: 64,000 digits take bleach 0.3 s, 256,000 take it 5.7 s. No reference has more than ten.
MAX_DIGITS = 1_000
# 1,000 attributes take 0.03 s, 16,000 take bleach 5.5 s. Real elements have thirty.
MAX_ATTRIBUTES = 500
# Every `<p>` looks through all elements that are open. Real posts reach forty; repair unwraps what is deeper
# than a hundred.
MAX_DEPTH = 1_000
# What it costs to clean a body, by the weights below, in units of ten microseconds: 0.8 s.
MAX_WORK = 80_000

_CHARACTER = 0.01  # a million in 0.1 s
_TAG = 4.0  # 10,000 paragraphs in 0.4 s
_ADDRESS = 8.0  # 2,000 pictures of three addresses in 0.6 s
_MARK = 2.5  # 10,000 `&` or `<` in 0.25 s
_REOPENED = 4.0  # `<b id=1><p>…<b id=500><p>` makes 125,000 elements in 1.1 s
_STEP = 0.01  # 10,000 `<p>` below 1,000 `<div>` in 0.9 s

_VOID = names("area base br col embed frame hr img input link meta param source track wbr")
# Closed by the next of its kind or the end of its parent: not counted as open.
_IMPLIED = names("body colgroup dd dt head html li optgroup option p rb rp rt rtc tbody tfoot thead tr")
# HTML, section 13.2.4.3: opened again in every block until they are closed.
_FORMATTING = names("b big code em font i nobr s small strike strong tt u")
# An end tag reaches no further up than these, section 13.2.4.2.
_CELLS = names("caption td th")
_BARRIERS = _CELLS | names("applet marquee object svg table")
# The end tag of one of these closes all that is open in it; another's, only what is no such element.
_BLOCKS = _BARRIERS | names(
    """
    address article aside blockquote button center details dialog dir div dl fieldset figcaption figure footer form h1
    h2 h3 h4 h5 h6 header hgroup listing main menu nav ol pre search section summary ul
    """
)
# What stands in them is text, up to their own end tag.
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in names("iframe noembed noframes script style textarea title xmp")
}
# From these on, comments, raw text and end tags need not be what they seem.
_DOUBTFUL = names("frameset math plaintext select template")
# An icon holds these and nothing else; anything else in an <svg> is doubtful too.
_DRAWN = names(
    """
    circle clippath defs desc ellipse g line lineargradient mask path pattern polygon polyline radialgradient rect stop
    symbol text title tspan use
    """
)

_MARKUP = re.compile(
    r"""<(?:
      !--(?P<comment>-?>|.*?--!?>|.*\Z)
    | (?P<bogus>[!?]|/(?![a-z]))[^>]*+>?
    | (?P<end>/?)(?P<name>[a-z][^\t\n\f\r\ />]*+)
      (?P<attributes>(?:[\t\n\f\r\ /]++
        | =?[^\t\n\f\r\ />=]++
          (?:[\t\n\f\r\ ]*+=[\t\n\f\r\ ]*+(?:"[^"]*+"|'[^']*+'|[^\t\n\f\r\ >"'][^\t\n\f\r\ >]*+)?+)?+
        | =)*+)
      (?:>|\Z)
    )""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE | re.ASCII,
)
_ATTRIBUTE = re.compile(r"""(?:^|[\s/"'])[^\s/>="']""")
_ADDRESSED = re.compile(r"src|href|poster|cite|data-|https?:")  # asked of lower case, which is five times as fast
_RUN = re.compile(r"(?:&(?:amp|lt|gt|quot);|[<&])++", re.IGNORECASE)
_REFERENCE = re.compile(rf"&#[x0-9a-f]{{{MAX_DIGITS}}}", re.IGNORECASE)


def check(html: str) -> None:
    """Raise PostRefused ("body-limit") where parsing and cleaning the body could take over a second or 200 MB."""
    if len(html) > MAX_CHARACTERS:
        raise _refused(f"{len(html):,} characters; {MAX_CHARACTERS:,} are allowed")
    # The longest mark of a run has six characters, so that few marks are no long run.
    if html.count("<") + html.count("&") > MAX_RUN // 6 and max(map(len, _RUN.findall(html))) > MAX_RUN:
        raise _refused(f"more than {MAX_RUN:,} characters of escaped markup in a row")
    if _REFERENCE.search(html):
        raise _refused(f"a character reference of {MAX_DIGITS:,} digits")
    _Scan().read(html)


def _refused(found: str) -> PostRefused:
    return PostRefused("body-limit", f"the body is too much for a parser: {found}")


class _Scan:
    """What is open at one place of the text, and the work up to there."""

    def __init__(self) -> None:
        self.work = 0.0
        self.open: list[str] = []
        self.barriers = 0
        self.formatting: list[tuple[str, int]] = []  # name, barriers around it
        self.kinds: set[str] = set()  # of formatting tags, as written
        self.doubtful = False

    def read(self, html: str) -> None:
        self.work = len(html) * _CHARACTER + html.count("&") * _MARK
        place = tags = 0
        while markup := _MARKUP.search(html, place):
            place = markup.end()
            tags += 1
            name = markup["name"]
            if name is None:
                if self.doubtful or "svg" in self.open:
                    self.doubtful = True
                    place = markup.start() + 2
            elif markup["end"]:
                self.close(name.lower())
            else:
                place = self.start(name.lower(), markup, html)
            if self.work > MAX_WORK:
                break
        if self.work + max(0, html.count("<") - tags) * _MARK > MAX_WORK:
            raise _refused("its elements and references are too many, or too many are open in one another")

    def start(self, name: str, markup: re.Match[str], html: str) -> int:
        """Count a start tag. Gives the place where the next markup can begin."""
        self.work += _TAG
        if attributes := markup["attributes"]:
            if attributes.count("=") + attributes.count(" ") > MAX_ATTRIBUTES and (
                len(_ATTRIBUTE.findall(_without_values(attributes))) > MAX_ATTRIBUTES
            ):
                raise _refused(f"an element has more than {MAX_ATTRIBUTES} attributes")
            self.work += len(_ADDRESSED.findall(attributes[:4_000].lower())) * _ADDRESS
        drawn = "svg" in self.open
        self.doubtful |= name in _DOUBTFUL or (drawn and name not in _DRAWN)
        if drawn and not self.doubtful:
            return markup.end()
        if name in _RAW and not self.doubtful:
            found = _RAW[name].search(html, markup.end())
            end = found.start() if found else len(html)
            self.doubtful |= name == "script" and "<!--" in html[markup.end() : end]
            return end if not self.doubtful else markup.end()
        self.enter(name, markup[0])
        return markup.end()

    def enter(self, name: str, tag: str) -> None:
        if name in _FORMATTING:
            self.kinds.add(tag)
            self.formatting.append((name, self.barriers))
        elif name not in _VOID and name != "a":
            self.reopen()
            if name in _CELLS and self.open and self.open[-1] in _CELLS:
                self.leave(len(self.open) - 1)
            if name not in _IMPLIED:
                self.open.append(name)
                self.barriers += name in _BARRIERS
        if len(self.open) + len(self.formatting) > MAX_DEPTH:
            raise _refused(f"more than {MAX_DEPTH:,} elements are open in one another")

    def close(self, name: str) -> None:
        self.work += _TAG / 4
        if self.doubtful:
            return
        if name in _FORMATTING:
            for at in range(len(self.formatting) - 1, -1, -1):
                if self.formatting[at] == (name, self.barriers):
                    del self.formatting[at]
                    return
                if self.formatting[at][1] < self.barriers:
                    return
            return
        self.reopen()
        for at in range(len(self.open) - 1, -1, -1):
            inner = self.open[at]
            if inner == name:
                self.leave(at)
                return
            if inner in (_BARRIERS if name in _BLOCKS else _BLOCKS) and not (name == "table" and inner in _CELLS):
                return

    def leave(self, at: int) -> None:
        self.barriers -= sum(name in _BARRIERS for name in self.open[at:])
        del self.open[at:]

    def reopen(self) -> None:
        """Count what a block costs: formatting elements open again in it, at most three alike, section 13.2.4.3."""
        formatting = min(len(self.formatting), 3 * len(self.kinds)) if self.formatting else 0
        self.work += formatting * _REOPENED + (len(self.open) + formatting) * _STEP


def _without_values(attributes: str) -> str:
    return re.sub(r"""=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""", " ", attributes)
