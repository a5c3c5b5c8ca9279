"""Template tags in bodies: Liquid (Jekyll), Nunjucks (Hexo) and Hugo shortcodes become what they mean.

TAGS is the table of tags. A tag that is not in it leaves its inner text, and is reported. What a tag makes is put aside
and a mark of two private-use characters left in its place, so that Markdown neither reads it nor breaks around it;
restore() puts it back. Code is not looked into: fenced and indented blocks, code spans, <pre>, <code> and comments.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from feedsvc.content.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_MARK_ALONE = re.compile(f"<p>\\s*{_OPEN}(\\d+){_CLOSE}\\s*</p>")

# Each repetition gives nothing back (`*+`), or is of characters that what follows it can't begin with, so that the work on a
# text grows as the text does. In a tag, quotes are pairs where they can be, and else apostrophes.
_TAG_CHARACTERS = r"[^\"'%{-]|\{(?!%)|%(?!\})|-(?!%\})"
_TOKEN = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`++)(?:(?!\n[ \t>]*+(?:\n|[-*+]\s|\d++[.)]\s|\#{1,6}\s))[\s\S]){1,500}?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<element><(?P<kind>pre|code|script|style|textarea)\b[^<>]{0,500}+>)"
    r"|(?P<comment><!--)"
    r"|\{%-?\s*+(?P<tag>[A-Za-z_][\w-]*+)(?:"
    rf"(?P<quoted>(?:\"[^\"]{{0,500}}+\"|'[^'\n]{{0,500}}+'|{_TAG_CHARACTERS}){{0,500}}+)-?%\}}"
    rf"|(?P<unquoted>(?:\"[^\"]{{0,500}}+\"|'|{_TAG_CHARACTERS}){{0,500}}+)-?%\}})"
    r"|\{\{(?P<hugo>[<%])-?\s*+(?P<literal>/\*)?+\s*+(?P<end>/)?+\s*+(?P<name>[A-Za-z_][\w./-]*+)"
    r"(?P<params>(?:\"[^\"]{0,500}+\"|`[^`]{0,500}+`|[^\"`{}]){0,500}+)(?<=[>%])\}\}"
    r"|\[(?P<wp>audio|caption|code|embed|gallery|playlist|sourcecode|video|vimeo|youtube)(?P<wpargs>[\s=][^\[\]\n]{0,500}+)?+\](?![(\[:])"
    r"|\{\{-?(?![<%])\s*+(?P<output>[^{}\n]{1,300}+)\s*+\}\}"
)
_WORDPRESS = re.compile(r"\[(?:audio|caption|code|embed|gallery|playlist|sourcecode|video|vimeo|youtube)[\]\s=]")
# A tag in an address stands after one of these.
_IN_ADDRESS = re.compile(r"(?:\]\(<?|\b(?:src|href|poster|data-[\w-]+)\s*=\s*[\"']?)[^\s\"'<>()]*$")
_ARGUMENT = re.compile(
    r"(?:(?P<name>[A-Za-z_][\w-]*)\s*[=:]\s*)?(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|`(?P<raw>[^`]*)`|(?P<bare>[^\s\"']+))"
)
_FENCE = re.compile(r"[ \t>]*(?P<fence>`{3,}|~{3,})(?P<info>[^`\n]*)$")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")


@dataclass(slots=True)
class Tag:
    """A tag as it stands: positional and named arguments, and the text between it and its end, "" without one."""

    name: str
    words: list[str]
    named: dict[str, str]
    inner: str = ""

    def get(self, *names: str, at: int = -1) -> str:
        """Give the first argument of names that is there, else the positional one at `at`, else ""."""
        named = next((self.named[name] for name in names if self.named.get(name)), "")
        return named or (self.words[at] if 0 <= at < len(self.words) else "")


@dataclass(slots=True)
class Expansion:
    """A body without template tags: its text with marks, what the marks stand for, and where unknown tags first stand.

    unknown maps a tag's name to a place in the text as it was given, in characters.
    """

    text: str
    pieces: list[str] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)

    def restore(self, text: str) -> str:
        """Put what the tags made into the HTML that Markdown made of the text."""
        text = _MARK_ALONE.sub(self._piece, text)
        return _MARK.sub(self._piece, text)

    def _piece(self, match: re.Match[str]) -> str:
        number = int(match[1])
        # What a tag made may hold the mark of a tag inside it, whose number is lower.
        return _MARK.sub(self._piece, self.pieces[number]) if number < len(self.pieces) else ""


# -- what tags make ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inline:
    """What takes a tag's place as it is: an address inside an attribute, or Markdown around the inner text."""

    text: str


def _code(tag: Tag) -> str:
    named = next((word for word in tag.words if not word.startswith(("http", "lineno"))), "")
    language = tag.get("lang", "language", "type") or ("" if tag.name == "codeblock" else named)
    language = re.sub(r"[^\w+#.-]", "", language)
    kind = f' class="language-{html.escape(language)}"' if language else ""
    return f"<pre><code{kind}>{html.escape(tag.inner.strip(chr(10)))}\n</code></pre>"


def _picture(source: str, alt: str, caption: str = "", link: str = "") -> str:
    from feedsvc.content.markup import inline_markdown  # noqa: PLC0415 - as in rendering

    caption = inline_markdown(caption)
    alt = plain(alt)
    image = f'<img src="{html.escape(source)}" alt="{html.escape(alt)}">'
    if link:
        image = f'<a href="{html.escape(link)}">{image}</a>'
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>" if caption else image


def _asset_img(tag: Tag) -> str:
    words = tag.words
    at = next((i for i, word in enumerate(words) if re.search(r"[./]", word)), -1)
    source = tag.get("src", "url", "path", at=at)
    title = " ".join(word for word in words[at + 1 :] if not re.fullmatch(r"\d+(?:px|%)?", word)) if at >= 0 else ""
    return _picture(source, tag.get("alt", "title") or title) if source else ""


def _figure(tag: Tag) -> str | Inline:
    source = tag.get("src", "link", "image", "url", at=0)
    caption = tag.get("caption", "title", "attr")
    if (source and "src" in tag.named) or (source and not tag.inner):
        return _picture(source, tag.get("alt") or caption, caption, tag.get("link"))
    return Inline(f"\n\n{tag.inner}\n\n{caption}\n\n")


def _frame(address: str) -> Callable[[Tag], str]:
    def make(tag: Tag) -> str:
        ident = re.sub(r"[^\w./?=&%:-]", "", tag.get("id", "v", at=0))
        ident = ident.rpartition("v=")[2].rpartition("/")[2] if ident.startswith("http") else ident
        return f'<iframe src="{html.escape(address.format(ident))}"></iframe>' if ident else ""

    return make


def _link_to(address: str, alone: str, words: str) -> Callable[[Tag], str]:
    def make(tag: Tag) -> str:
        first, second = (re.sub(r"[^\w./-]", "", tag.get(name, at=at)) for at, name in enumerate(("user", "id")))
        if first.isdigit() and not second:  # the work alone, without its author
            first, second = alone.format(first), ""
            return f'<a href="{first}">{words}</a>'
        return f'<a href="{address.format(first, second).rstrip("/")}">{words}</a>' if first else ""

    return make


def _address(tag: Tag) -> str:
    return tag.get("src", "url", "href", at=0)


def _media(kind: str) -> Callable[[Tag], str]:
    def make(tag: Tag) -> str:
        source = html.escape(_address(tag))
        return f'<{kind} controls src="{source}"></{kind}>' if source else ""

    return make


def _quote(tag: Tag) -> Inline:
    source = " ".join(tag.words).strip()
    cite = f"\n\n<p>— {html.escape(source)}</p>" if source else ""
    return Inline(f"\n\n<blockquote>\n\n{tag.inner.strip()}{cite}\n\n</blockquote>\n\n")


def _post_path(tag: Tag) -> Inline:
    name = tag.get("path", at=0).rstrip("/").rpartition("/")[2]
    return Inline(f"post:{name.removesuffix('.md')}" if name else "")


def _ref(tag: Tag) -> Inline:
    path, _hash, fragment = tag.get("path", at=0).partition("#")
    name = path.rstrip("/").rpartition("/")[2]
    if name in {"index.md", "_index.md"}:
        name = path.rstrip("/").split("/")[-2] if "/" in path.rstrip("/") else ""
    return Inline((f"post:{name.removesuffix('.md')}" if name else "") + (f"#{fragment}" if fragment else ""))


def _post_link(tag: Tag) -> str:
    words = [word for word in tag.words[1:] if word not in {"true", "false"}]
    title = " ".join(words) or tag.get(at=0)
    return f'<a href="{html.escape(_post_path(tag).text)}">{html.escape(title)}</a>'


def _link(tag: Tag) -> str:
    at = next((i for i, word in enumerate(tag.words) if "/" in word or word.startswith("#")), -1)
    href = tag.get("url", "href", "link", at=at)
    title = " ".join(tag.words[:at] or tag.words[at + 1 :]) if at >= 0 else ""
    return f'<a href="{html.escape(href)}">{html.escape(tag.get("title", "text") or title or href)}</a>' if href else ""


_POST_FILE = re.compile(r"(?:.*/)?(?:\d{4}-\d\d?-\d\d?-)?([^/]+)\.(?:md|markdown|html?)")


def _jekyll_link(tag: Tag) -> str | Inline:
    """Give the address of `{% link _posts/x.md %}`; Hexo's tag of that name has words and an address."""
    if len(tag.words) != 1 or tag.named:
        return _link(tag)
    path = tag.words[0]
    match = _POST_FILE.fullmatch(path) if not re.match(r"https?:", path) else None
    return Inline(f"post:{match[1]}" if match else path if "://" in path else "/" + path.lstrip("/"))


def _include(tag: Tag) -> str | Inline:
    """Give what Jekyll's common includes show: a picture with its caption, a player; nothing of all others."""
    name = tag.get(at=0).rpartition("/")[2].partition(".")[0].lower()
    source = tag.get("src", "url", "image_path", "image", "img", "file", "path", "filename")
    if re.search(r"\.(?:avif|gif|jpe?g|png|svg|webp)$", source, re.IGNORECASE):
        caption = tag.get("caption", "description", "title")
        return _picture(source, tag.get("alt") or caption, caption, tag.get("link", "href"))
    player = next((p for p in ("youtube", "vimeo", "bilibili") if p in name or p in tag.get("provider").lower()), "")
    if player and (ident := tag.get("id", "video_id", "video", "bvid")):
        made = TAGS[player][1](Tag(player, [ident], {}))
        return made if isinstance(made, str) else ""
    return ""


def _block(tag: Tag) -> Inline:
    """Give the inner text as blocks of its own, below the title that a callout may have."""
    title = tag.get("title", "summary", "header") or (" ".join(tag.words) if tag.name == "details" else "")
    head = f"<p><strong>{html.escape(title)}</strong></p>\n\n" if title and tag.inner else ""
    return Inline(f"\n\n{head}{tag.inner.strip(chr(10))}\n\n" if "\n" in tag.inner or head else tag.inner)


def _button(tag: Tag) -> str:
    """Give the link of NexT's `{% btn https://…, words, icon %}`."""
    href, *words = (part.strip() for part in " ".join(tag.words).split(","))
    href = tag.get("url", "href", "link") or href
    return f'<a href="{html.escape(href)}">{html.escape(next(filter(None, words), href))}</a>' if href else tag.inner


def _label(tag: Tag) -> Inline:
    """Give the words of NexT's `{% label primary@words %}`."""
    return Inline(html.escape(" ".join(tag.words).partition("@")[2]) or tag.inner)


def _caption(tag: Tag) -> str | Inline:
    """Give the figure of WordPress's `[caption]`, whose words stand after the picture."""
    match = re.fullmatch(r"\s*((?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?)(.*)", tag.inner, re.DOTALL)
    words = (match[2].strip() if match else "") or tag.get("caption")
    return f"<figure>{match[1]}<figcaption>{words}</figcaption></figure>" if match and words else Inline(tag.inner)


def _wordpress_link(tag: Tag) -> str:
    href = tag.inner.strip() or tag.get("src", "url", "mp3", "mp4", "m4a", "ogg", "webm", "youtube", at=0).lstrip("=")
    return f'<a href="{html.escape(href)}">{html.escape(href)}</a>' if re.match(r"https?://", href) else ""


# What stands in square brackets (WordPress): name to what it makes. A name without end and arguments is a word.
WORDPRESS: dict[str, Callable[[Tag], str | Inline]] = {
    "audio": _wordpress_link,
    "caption": _caption,
    "code": _code,
    "embed": _wordpress_link,
    "gallery": lambda _tag: "",
    "playlist": lambda _tag: "",
    "sourcecode": _code,
    "video": _wordpress_link,
    "vimeo": _wordpress_link,
    "youtube": _wordpress_link,
}


def _embed(tag: Tag) -> str:
    href = _address(tag)
    return f'<a href="{html.escape(href)}">{html.escape(href)}</a>' if re.match(r"https?://", href) else ""


def _unknown(tag: Tag) -> str | Inline:
    if re.search(r"\.(?:avif|gif|jpe?g|png|webp)$", tag.named.get("src", ""), re.IGNORECASE):
        return _figure(tag)
    return Inline(tag.inner)


def _nothing(_tag: Tag) -> str:
    return ""


def _inner(tag: Tag) -> Inline:
    return Inline(tag.inner)


# name: (whether it has an end and an inner text, what it makes). For None, it has one where an end follows.
TAGS: dict[str, tuple[bool | None, Callable[[Tag], str | Inline]]] = {
    # code, shown as it is
    "highlight": (None, _code),
    "codeblock": (True, _code),
    "code": (None, _code),
    "prism": (True, _code),
    # text, shown as it is; `raw` is the scanner's own
    "markdown": (True, _block),
    **dict.fromkeys(
        "admonition alert aside callout card cards cell cq collapse col column columns details div expand fold folding "
        "grid gp group grouppicture hidetoggle hint important info note notel notice panel row section spoiler steps "
        "tab tabs tip warning wide".split(),
        (None, _block),
    ),
    "capture": (True, _nothing),
    "comment": (True, _nothing),
    "blockquote": (True, _quote),
    "quote": (True, _quote),
    "pullquote": (True, _quote),
    "centerquote": (True, _quote),
    # pictures and players
    "asset_img": (False, _asset_img),
    "asset_image": (False, _asset_img),
    "img": (False, _asset_img),
    "image": (False, _asset_img),
    "figure": (None, _figure),
    "audio": (False, _media("audio")),
    "video": (False, _media("video")),
    "youtube": (False, _frame("https://www.youtube.com/embed/{}")),
    "vimeo": (False, _frame("https://player.vimeo.com/video/{}")),
    "bilibili": (False, _frame("https://player.bilibili.com/player.html?bvid={}")),
    "gist": (False, _link_to("https://gist.github.com/{}/{}", "https://gist.github.com/{}", "gist")),
    "tweet": (False, _link_to("https://twitter.com/{}/status/{}", "https://twitter.com/i/status/{}", "tweet")),
    "mcpan": (False, lambda tag: Inline("https://metacpan.org/pod/" + tag.get(at=0))),
    "x": (False, _link_to("https://twitter.com/{}/status/{}", "https://twitter.com/i/status/{}", "tweet")),
    "twitter": (False, _embed),
    "instagram": (False, _link_to("https://www.instagram.com/p/{}", "https://www.instagram.com/p/{}", "Instagram")),
    "iframe": (False, _embed),
    "media": (False, _embed),
    "jsfiddle": (False, _link_to("https://jsfiddle.net/{}", "https://jsfiddle.net/{}", "JSFiddle")),
    "codepen": (False, _link_to("https://codepen.io/{}/pen/{}", "https://codepen.io/{}", "CodePen")),
    "gslides": (False, _embed),
    "slideshare": (False, _embed),
    "githubify": (None, _inner),
    # links and addresses
    "asset_path": (False, lambda tag: Inline(_address(tag))),
    "asset_link": (False, _link),
    "link": (False, _jekyll_link),
    "button": (None, _button),
    "btn": (False, _button),
    "label": (None, _label),
    "post_link": (False, _post_link),
    "post_path": (False, _post_path),
    "post_url": (False, _post_path),
    "ref": (False, _ref),
    "relref": (False, _ref),
    "static": (False, lambda tag: Inline(_address(tag))),
    # what templates do
    "assign": (False, _nothing),
    "include": (False, _include),
    "include_cached": (False, _include),
    "include_relative": (False, _nothing),
    "param": (False, _nothing),
    "set": (False, _nothing),
    "if": (None, _inner),
    "unless": (None, _inner),
    "for": (None, _inner),
    "else": (False, _nothing),
    "elsif": (False, _nothing),
    "elif": (False, _nothing),
    "more": (False, _nothing),
    "toc": (False, _nothing),
}
_SILENT = frozenset({"if", "unless", "for", "else", "elsif", "elif"})


# -- the scanner -------------------------------------------------------------------------------------------------------


def _code_regions(text: str, *, indented: bool) -> list[tuple[int, int]]:
    """Give where fenced code stands, and indented code where text is Markdown: (start, end) in characters."""
    regions: list[tuple[int, int]] = []
    at, fence, start = 0, "", 0
    after_blank, in_list, in_code = True, False, False
    for line in text.splitlines(keepends=True):
        bare = line.rstrip()
        match = _FENCE.match(bare)
        if fence:
            if (
                match
                and not match["info"].strip()
                and match["fence"][0] == fence[0]
                and len(match["fence"]) >= len(fence)
            ):
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


def _ends(text: str) -> dict[str, list[tuple[int, int]]]:
    """Give where each tag's ends stand, so that a tag finds its own without reading on to the end of the text."""
    ends: dict[str, list[tuple[int, int]]] = {}
    for match in re.finditer(r"\{%-?\s*end_?(\w+)\s*-?%\}|\{\{[<%]\s*/\s*([\w./-]+)\s*[>%]\}\}|\[/(\w+)\]", text):
        name = f"%{match[1]}" if match[1] else f"<{match[2]}" if match[2] else f"[{match[3]}"
        name = name.lower()
        ends.setdefault(name, []).append(match.span())
    return ends


def expand(text: str, *, title: str = "", markdown: bool = True) -> Expansion:
    """Take the template tags out of a body. title is what `{{ page.title }}` gives. Never raises."""
    result = Expansion("")
    text = text.replace(_OPEN, "").replace(_CLOSE, "")
    if "{%" not in text and "{{" not in text and not _WORDPRESS.search(text):
        result.text = text
        return result
    ends = _ends(text)
    regions = _code_regions(text, indented=markdown)
    result.text = _scan(text, 0, len(text), result, ends, regions, title, 0)
    return result


def _scan(
    text: str,
    start: int,
    stop: int,
    result: Expansion,
    ends: dict[str, list[tuple[int, int]]],
    regions: list[tuple[int, int]],
    title: str,
    depth: int,
) -> str:
    out: list[str] = []
    unclosed: set[str] = set()  # ends that stand nowhere after here: looked for once
    at = start
    region = 0
    while match := _TOKEN.search(text, at, stop):
        while region < len(regions) and regions[region][1] <= match.start():
            region += 1
        if region < len(regions) and regions[region][0] <= match.start():
            end = min(regions[region][1], stop)
            out.append(text[at:end])
            at = max(end, at + 1)
            continue
        out.append(text[at : match.start()])
        at = match.end()
        if match["code"]:
            out.append(match[0])
        elif match["element"] or match["comment"]:
            close = f"</{match['kind']}" if match["element"] else "-->"
            end = text.find(close, at, stop) if close not in unclosed else -1
            if end < 0:
                unclosed.add(close)
                end = at
            out.append(match[0] + text[at:end])
            at = end
        elif match["output"] is not None:
            out.append(_output(match["output"], title))
        elif match["literal"]:
            out.append(html.escape(re.sub(r"/\*|\*/", "", match[0])))
        else:
            made, at = _tag(text, match, at, stop, result, ends, regions, title, depth)
            out.append(made)
    out.append(text[at:stop])
    return "".join(out)


def _tag(
    text: str,
    match: re.Match[str],
    at: int,
    stop: int,
    result: Expansion,
    ends: dict[str, list[tuple[int, int]]],
    regions: list[tuple[int, int]],
    title: str,
    depth: int,
) -> tuple[str, int]:
    if match["wp"]:
        return _wordpress(text, match, at, stop, result, ends)
    name = (match["tag"] or match["name"]).lower()
    if match["end"] or (match["tag"] and re.match(r"end_?\w", name)):
        return "", at  # the end of a tag that has no beginning here
    arguments, single = _written_arguments(match)
    closing = None if single else _end_of(f"{'%' if match['tag'] else '<'}{name}", at, stop, ends)
    if name in {"raw", "verbatim"} and closing:
        return text[at : closing[0]], closing[1]
    has_end, make = TAGS.get(name, (None, _unknown))
    if name not in TAGS:
        result.unknown.setdefault(name, match.start())
    if has_end is False:
        closing = None
    tag = Tag(name, *_arguments(arguments))
    if closing:
        inner = text[at : closing[0]]
        # Tags nest a few deep in real posts; past that their text stays as it is, without its tags.
        tag.inner = (
            inner
            if make is _code
            else (
                _scan(text, at, closing[0], result, ends, regions, title, depth + 1)
                if depth < 8
                else _TOKEN.sub("", inner)
            )
        )
        at = closing[1]
    return _place(
        make(tag), result, inside_address=bool(_IN_ADDRESS.search(text, max(0, match.start() - 500), match.start()))
    ), at


def _place(made: str | Inline, result: Expansion, *, inside_address: bool = False) -> str:
    """Give what stands in the text for what a tag made: itself, or a mark; inside an address, the address that it has."""
    if inside_address:
        if isinstance(made, Inline):
            return made.text
        found = re.search(r"\b(?:src|href)=\"([^\"]*)\"", made)
        return html.unescape(found[1]) if found else ""
    if isinstance(made, Inline):
        if not re.fullmatch(r"post:\S+", made.text):
            return made.text
        made = f'<a href="{html.escape(made.text)}">{html.escape(made.text.removeprefix("post:"))}</a>'
    if not made:
        return ""
    result.pieces.append(made)
    return f"{_OPEN}{len(result.pieces) - 1}{_CLOSE}"


def _wordpress(
    text: str, match: re.Match[str], at: int, stop: int, result: Expansion, ends: dict[str, list[tuple[int, int]]]
) -> tuple[str, int]:
    name = match["wp"].lower()
    closing = None if name in {"gallery", "playlist"} else _end_of(f"[{name}", at, stop, ends)
    if not closing and (not match["wpargs"] or name in {"caption", "code", "sourcecode"}) and name != "gallery":
        return match[0], at
    tag = Tag(name, *_arguments(match["wpargs"] or ""))
    if closing:
        tag.inner = text[at : closing[0]]
        at = closing[1]
    return _place(WORDPRESS[name](tag), result), at


def _end_of(name: str, at: int, stop: int, ends: dict[str, list[tuple[int, int]]]) -> tuple[int, int] | None:
    # Each end is used once: the list is eaten from its beginning, as the scanner goes on.
    spans = ends.get(name, [])
    while spans and spans[0][0] < at:
        spans.pop(0)
    return spans[0] if spans and spans[0][1] <= stop else None


def _written_arguments(match: re.Match[str]) -> tuple[str, bool]:
    """Return the arguments of a tag as they are written, and whether it ends itself: `{{< x />}}`."""
    if match["tag"]:
        return match["quoted"] if match["quoted"] is not None else match["unquoted"], False
    text = match["params"][:-1].removesuffix("-").rstrip().removesuffix("*/").rstrip()
    return text.removesuffix("/"), text.endswith("/")


def _arguments(text: str) -> tuple[list[str], dict[str, str]]:
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
    """Give what a template prints where it can be known: the title, a literal; the site's address is "" before a path."""
    value = expression.rstrip().removesuffix("-").partition("|")[0].strip()
    if value in {"page.title", "title", "post.title"}:
        return title
    literal = re.fullmatch(r"\"([^\"]*)\"|'([^']*)'", value)
    return (literal[1] or literal[2] or "") if literal else ""
