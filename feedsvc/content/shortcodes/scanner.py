"""The scanner: finds the tags of a body, renders each, and leaves a placeholder for its HTML.

Code is copied as it is: fenced and indented blocks, code spans, <pre>, <code> and comments.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from feedsvc.content.shortcodes.tags import TAGS, Inline, Tag, code_block, unknown_tag
from feedsvc.content.shortcodes.wordpress import WITHOUT_CLOSING, WORDPRESS, is_tag

if TYPE_CHECKING:
    from feedsvc.content.shortcodes.tags import Renderer

# Two private-use characters: Markdown neither reads them nor breaks the text around them.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACEHOLDER = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_PARAGRAPH_OF_PLACEHOLDER = re.compile(f"<p>\\s*{_OPEN}(\\d+){_CLOSE}\\s*</p>")

# Tags nest a few deep in real posts.
_DEEPEST = 8

# Each repetition gives nothing back (`*+`), or is of characters that what follows it can't begin with, so that the work on a
# text grows as the text does. In a tag, quotes are pairs where they can be, and else apostrophes.
_TAG_CHARACTERS = r"[^\"'%{-]|\{(?!%)|%(?!\})|-(?!%\})"
_BRACKETED = "|".join(WORDPRESS)
_TOKEN = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`++)(?:(?!\n[ \t>]*+(?:\n|[-*+]\s|\d++[.)]\s|\#{1,6}\s))[\s\S]){1,500}?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<element><(?P<kind>pre|code|script|style|textarea)\b[^<>]{0,500}+>)"
    r"|(?P<comment><!--)"
    r"|\{%-?\s*+(?P<tag>[A-Za-z_][\w-]*+)(?:"
    rf"(?P<quoted>(?:\"[^\"]{{0,500}}+\"|'[^'\n]{{0,500}}+'|{_TAG_CHARACTERS}){{0,500}}+)-?%\}}"
    rf"|(?P<unquoted>(?:\"[^\"]{{0,500}}+\"|'|{_TAG_CHARACTERS}){{0,500}}+)-?%\}})"
    r"|\{\{(?P<hugo>[<%])-?\s*+(?P<literal>/\*)?+\s*+(?P<end>/)?+\s*+(?P<name>[A-Za-z_][\w./-]*+)"
    r"(?P<params>(?:\"[^\"]{0,500}+\"|`[^`]{0,500}+`|[^\"`{}]){0,500}+)(?<=[>%])\}\}"
    rf"|\[(?P<wp>{_BRACKETED})(?P<wpargs>[\s=][^\[\]\n]{{0,500}}+)?+\](?![(\[:])"
    r"|\{\{-?(?![<%])\s*+(?P<output>[^{}\n]{1,300}+)\s*+\}\}"
)
_ANY_BRACKETED = re.compile(rf"\[(?:{_BRACKETED})[\]\s=]")
_CLOSING_TAG = re.compile(
    r"\{%-?\s*end_?(?P<tag>\w+)\s*-?%\}|\{\{[<%]\s*/\s*(?P<hugo>[\w./-]+)\s*[>%]\}\}|\[/(?P<wp>\w+)\]"
)
_BEFORE_IN_ADDRESS = re.compile(r"(?:\]\(<?|\b(?:src|href|poster|data-[\w-]+)\s*=\s*[\"']?)[^\s\"'<>()]*$")
_ARGUMENT = re.compile(
    r"(?:(?P<name>[A-Za-z_][\w-]*)\s*[=:]\s*)?(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|`(?P<raw>[^`]*)`|(?P<bare>[^\s\"']+))"
)
_FENCE = re.compile(r"[ \t>]*(?P<fence>`{3,}|~{3,})(?P<info>[^`\n]*)$")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")


@dataclass(slots=True)
class Expansion:
    """A body without template tags: its text with placeholders, and pieces, the HTML that each placeholder stands for.

    unknown maps the name of an unknown tag to where it first stands in the text as it was given, in characters.
    """

    text: str
    pieces: list[str] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)

    def restore(self, text: str) -> str:
        """Return the HTML that Markdown made of the text, with the HTML of the tags for their placeholders."""
        text = _PARAGRAPH_OF_PLACEHOLDER.sub(self._piece, text)
        return _PLACEHOLDER.sub(self._piece, text)

    def _piece(self, match: re.Match[str]) -> str:
        number = int(match[1])
        # A piece may hold the placeholder of a tag inside it, whose number is lower: the recursion ends.
        return _PLACEHOLDER.sub(self._piece, self.pieces[number]) if number < len(self.pieces) else ""

    def add(self, piece: str) -> str:
        """Return a placeholder for a new piece of HTML."""
        self.pieces.append(piece)
        return f"{_OPEN}{len(self.pieces) - 1}{_CLOSE}"


def expand(text: str, *, title: str = "", markdown: bool = True) -> Expansion:
    """Return the body without its template tags. title is what `{{ page.title }}` prints. Never raises."""
    text = text.replace(_OPEN, "").replace(_CLOSE, "")
    if "{%" not in text and "{{" not in text and not _ANY_BRACKETED.search(text):
        return Expansion(text)
    return _Scanner(text, title, markdown=markdown).expand()


class _Scanner:
    """One reading of a text, from its beginning to its end: no method goes back before a token that was read."""

    def __init__(self, text: str, title: str, *, markdown: bool) -> None:
        self._text = text
        self._title = title
        self._expansion = Expansion("")
        self._closing_tags = _closing_tags(text)
        self._code_regions = _code_regions(text, indented=markdown)
        # Where the spans being scanned end, the outermost first.
        self._stops: list[int] = []
        # (closing, stop) that the rest of a span has not: searched for once, or the work would grow with the square.
        self._missing: set[tuple[str, int]] = set()

    def expand(self) -> Expansion:
        self._expansion.text = self._scan(0, len(self._text))
        return self._expansion

    def _scan(self, start: int, stop: int) -> str:
        """Return the span without its tags."""
        self._stops.append(stop)
        out: list[str] = []
        at = start
        while match := _TOKEN.search(self._text, at, stop):
            if code_end := self._code_end(match.start()):
                end = min(code_end, stop)
                out.append(self._text[at:end])
            else:
                expanded, end = self._token(match)
                out += self._text[at : match.start()], expanded
            at = end
        out.append(self._text[at:stop])
        self._stops.pop()
        return "".join(out)

    def _code_end(self, at: int) -> int:
        """Return the end of the code block around a place, 0 outside code blocks."""
        regions = self._code_regions
        while regions and regions[0][1] <= at:
            regions.popleft()
        return regions[0][1] if regions and regions[0][0] <= at else 0

    def _token(self, match: re.Match[str]) -> tuple[str, int]:
        """Return the text for a token, and where the text after it starts."""
        if match["element"] or match["comment"]:
            return self._element(match)
        if match["wp"]:
            return self._bracketed(match)
        if match["code"]:
            return match[0], match.end()
        if match["output"] is not None:
            return _output(match["output"], self._title), match.end()
        if match["literal"]:
            return html.escape(re.sub(r"/\*|\*/", "", match[0])), match.end()
        return self._tag(match)

    def _element(self, match: re.Match[str]) -> tuple[str, int]:
        """Return an element of code or a comment up to its closing tag; its opening tag alone where nothing closes it."""
        closing = f"</{match['kind']}" if match["element"] else "-->"
        at, stop = match.end(), self._stops[-1]
        end = self._text.find(closing, at, stop) if (closing, stop) not in self._missing else -1
        if end < 0:
            self._missing.add((closing, stop))
            end = at
        return self._text[match.start() : end], end

    def _bracketed(self, match: re.Match[str]) -> tuple[str, int]:
        name, arguments, at = match["wp"], match["wpargs"], match.end()
        closing = None if name in WITHOUT_CLOSING else self._closing_tag(f"[{name}", at)
        if not is_tag(name, arguments, closed=closing is not None):
            return match[0], at
        tag = Tag(name, *_arguments(arguments or ""))
        if closing:
            tag.inner = self._text[at : closing[0]]
            at = closing[1]
        return self._place(WORDPRESS[name](tag)), at

    def _tag(self, match: re.Match[str]) -> tuple[str, int]:
        name, at = (match["tag"] or match["name"]).lower(), match.end()
        if match["end"] or (match["tag"] and re.match(r"end_?\w", name)):
            return "", at  # a closing tag that has no opening tag before it
        arguments, closes_itself = _written_arguments(match)
        closing = None if closes_itself else self._closing_tag(f"{'%' if match['tag'] else '<'}{name}", at)
        if name in {"raw", "verbatim"} and closing:
            return self._text[at : closing[0]], closing[1]
        if name not in TAGS:
            self._expansion.unknown.setdefault(name, match.start())
        has_closing, render = TAGS.get(name, (None, unknown_tag))
        tag = Tag(name, *_arguments(arguments))
        if closing and has_closing is not False:
            tag.inner = self._inner(at, closing[0], render)
            at = closing[1]
        rendered = render(tag)
        return self._place_in_address(rendered) if self._is_in_address(match.start()) else self._place(rendered), at

    def _closing_tag(self, name: str, at: int) -> tuple[int, int] | None:
        """Return where the next closing tag of a name stands in the span being scanned."""
        places = self._closing_tags.get(name)
        while places and places[0][0] < at:
            places.popleft()
        return places[0] if places and places[0][1] <= self._stops[-1] else None

    def _inner(self, start: int, stop: int, render: Renderer) -> str:
        """Return the inner text of a tag: as written for code, and else without its tags."""
        if render is code_block:
            return self._text[start:stop]
        if len(self._stops) > _DEEPEST:
            return _TOKEN.sub("", self._text[start:stop])
        return self._scan(start, stop)

    def _is_in_address(self, at: int) -> bool:
        # 500 characters are more than an address has before its tag, and keep the search short.
        return bool(_BEFORE_IN_ADDRESS.search(self._text, max(0, at - 500), at))

    def _place(self, rendered: str | Inline) -> str:
        """Return the text that stands for a rendered tag: an Inline's own, and else a placeholder."""
        if isinstance(rendered, Inline):
            if not re.fullmatch(r"post:\S+", rendered.text):
                return rendered.text
            address = html.escape(rendered.text)
            rendered = f'<a href="{address}">{html.escape(rendered.text.removeprefix("post:"))}</a>'
        return self._expansion.add(rendered) if rendered else ""

    @staticmethod
    def _place_in_address(rendered: str | Inline) -> str:
        """Return the address that a rendered tag has, for a tag that is part of an address."""
        if isinstance(rendered, Inline):
            return rendered.text
        found = re.search(r"\b(?:src|href)=\"([^\"]*)\"", rendered)
        return html.unescape(found[1]) if found else ""


def _closing_tags(text: str) -> dict[str, deque[tuple[int, int]]]:
    """Return where the closing tags of each name stand, so that a tag finds its own without a search of the text."""
    places: defaultdict[str, deque[tuple[int, int]]] = defaultdict(deque)
    for match in _CLOSING_TAG.finditer(text):
        name = f"%{match['tag']}" if match["tag"] else f"<{match['hugo']}" if match["hugo"] else f"[{match['wp']}"
        places[name.lower()].append(match.span())
    return places


def _code_regions(text: str, *, indented: bool) -> deque[tuple[int, int]]:
    """Return where fenced code stands, and indented code where asked for: (start, end) in characters."""
    regions: deque[tuple[int, int]] = deque()
    at, fence, start = 0, "", 0
    after_blank, in_list, in_code = True, False, False
    for line in text.splitlines(keepends=True):
        bare = line.rstrip()
        match = _FENCE.match(bare)
        if fence:
            if match and not match["info"].strip() and match["fence"].startswith(fence):
                regions.append((start, at + len(line)))
                fence = ""
        elif match:
            fence, start = match["fence"], at
        elif indented and bare and line.startswith(("    ", "\t")) and (in_code or after_blank) and not in_list:
            regions.append((at, at + len(line)))
            in_code = True
        elif bare:
            in_code = False
            if _LIST_ITEM.match(line):
                in_list = True
            elif not line.startswith((" ", "\t")):
                in_list = False
        after_blank = not bare
        at += len(line)
    if fence:
        regions.append((start, len(text)))
    return regions


def _written_arguments(match: re.Match[str]) -> tuple[str, bool]:
    """Return the arguments of a tag as they are written, and whether it closes itself: `{{< x />}}`."""
    if match["tag"]:
        return match["quoted"] if match["quoted"] is not None else match["unquoted"], False
    text = match["params"][:-1].removesuffix("-").rstrip().removesuffix("*/").rstrip()
    return text.removesuffix("/"), text.endswith("/")


def _arguments(text: str) -> tuple[list[str], dict[str, str]]:
    """Return the positional and the named arguments."""
    words: list[str] = []
    named: dict[str, str] = {}
    for match in _ARGUMENT.finditer(text):
        value = next((match[kind] for kind in ("double", "single", "raw", "bare") if match[kind] is not None), "")
        if match["name"] and not value.startswith("//"):  # `https://…` is no argument called https
            named.setdefault(match["name"].lower(), value)
        else:
            words.append(match[0] if match["name"] else value)
    return words, named


def _output(expression: str, title: str) -> str:
    """Return what `{{ expression }}` prints where that is known: the title, or a literal. All else prints ""."""
    value = expression.rstrip().removesuffix("-").partition("|")[0].strip()
    if value in {"page.title", "title", "post.title"}:
        return title
    literal = re.fullmatch(r"\"([^\"]*)\"|'([^']*)'", value)
    return (literal[1] or literal[2] or "") if literal else ""
