"""Markdown and reStructuredText become HTML. The result is not safe yet."""

from __future__ import annotations

import functools
import html
import io
import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import Delimiter
from mdit_py_plugins.admon.index import admonition
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from feedsvc.errors import PostRefused

if TYPE_CHECKING:
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

# What markdown-it-py 4 reads in about a second, whatever it is: a line costs it up to 70 us (`- a`), a delimiter up to
# 16 us (`[`). The largest of 1,000 real posts has 96 KB in 3,000 lines.
MAX_MARKDOWN = 1 << 20
MAX_LINES = 15_000
MAX_DELIMITERS = 60_000
MAX_RST = 1 << 19

_MATH_FIELDS = ("math", "mathjax", "katex", "latex", "use_math", "usemath")

# Attribute lists of kramdown ({: .note}) and heading ids ({#id}), tables of contents, container marks (:::note) and
# GitHub's alerts: marks that other engines read, and that a feed must not show.
_ATTRIBUTES = re.compile(r"^\{:[^{}]*\}|\s*\{:[^{}]*\}\s*$")
_AFTER_TAG = re.compile(r">\{:[^{}<>\n]*\}")
_HEADING_ID = re.compile(r"\s*\{[#.][^{}]*\}\s*$")
# The same without a colon (goldmark, Pandoc): only where nothing else can be meant.
_PLAIN_ATTRIBUTES = r"\{(?:\s*(?:[.#][A-Za-z][\w-]*|[a-z-]+=(?:\"[^\"{}]*\"|[^\s\"{}]+)))+\s*\}"
_AFTER_PICTURE = re.compile("^" + _PLAIN_ATTRIBUTES)
_AT_END = re.compile(r"\s*\{(?:\s*[.#][A-Za-z][\w-]*)+\s*\}\s*$")
_CONTENTS = re.compile(r"\s*@?(?:\[\[?_?toc_?\]\]?|\{:?\s*toc\s*\}|\$\{toc\})\s*", re.IGNORECASE)
_CONTENTS_LIST = re.compile(r"^[ \t]*(?:[*+-]|\d+\.)[ \t].*\n[ \t]*\{:\s*toc\b[^{}\n]*\}[ \t]*$", re.MULTILINE)
_CONTAINER = re.compile(r"^:{3,}[ \t]*(?:\{[^{}]*\}|[\w-]*)(?:\[([^\[\]]*)\])?[ \t]*")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?)[ ]?[a-z][a-z-]*(?: inline(?: end)?)?[ ]*(?:\"[^\"]*\"[ \t]*)?")
_LOOSE_HEADING = re.compile(r"(#{2,6})(?=[\w*`\[（【《「“])(.*?)[ \t]*#*[ \t]*$")
# Markdown Extra's abbreviations, and what MDX has for its components.
_UNSHOWN = re.compile(
    r"\s*(?:\*\[[^\[\]]+\]:.*|import\s(?:.*\sfrom\s+)?[\"'][./@\w-]+[\"'];?"
    r"|export\s+(?:const|default|function|let)\s.*|\{/\*.*\*/\})\s*"
)
_MARKDOWN_INSIDE = re.compile(
    r"^(<(?:article|aside|blockquote|center|dd|details|div|dt|figure|footer|header|main|nav|section)\b[^<>]*?)"
    r"\s+markdown(?:=(?:\"\w*\"|'\w*'|\w+))?(?=[\s>])([^<>]*>)",
    re.MULTILINE,
)
_TASK = re.compile(r"^\[([ xX])\](?=\s)")
# What CommonMark takes for no link and other engines do: spaces in the address, and a size after it.
# Each repetition gives nothing back: the work grows as the text does.
_LOOSE_ADDRESS = re.compile(
    r"\(\s*+(?P<address>[^()\n<>\"]*+(?:\([^()\n<>\"]*+\)[^()\n<>\"]*+)*+)"
    r"\s*+(?:(?<=\s)\"(?P<title>[^\"\n]*+)\"(?P<size>\s++=(?:\d++%?)?x(?:\d++%?)?)?)?\s*+\)"
)
_SIZE = re.compile(r"(?:\d++%?)?x(?:\d++%?)?")
_PIXELS = re.compile(r"(\d*)x(\d*)")
_EMBEDDED = re.compile(r"!?\[\[([^\[\]|\n]*[^\[\]|\s])(?:\|([^\[\]|\n]*))?\]\]")
_FILE = re.compile(r".*\.(?:docx?|html?|md|mp[34]|pdf|pptx?|txt|xlsx?|zip)", re.IGNORECASE)
_PICTURE = re.compile(r".*\.(?:avif|bmp|gif|jpe?g|png|svg|webp)", re.IGNORECASE)
_ALERT = re.compile(r"^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]")


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - markdown-it's name
        """Take every address: what is not safe is removed from the HTML, where its words stay, and not the brackets."""
        return True


@functools.cache
def _markdown(*, math: bool) -> MarkdownIt:
    parser = _Markdown("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin)
    if math:
        parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True, renderer=_math)
    parser.inline.ruler.before("emphasis", "cjk_emphasis", _cjk_emphasis)
    parser.inline.ruler.after("image", "loose_link", _loose_link)
    parser.inline.ruler.before("link", "embedded", _embedded)
    ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "admonition", _admonition, ends)
    parser.block.ruler.after("heading", "loose_heading", _loose_heading, ends)
    parser.core.ruler.push("other_engines_marks", _drop_marks)
    return parser


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _admonition(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """Read `!!! note "Title"` (Python-Markdown), but no line of prose that begins with exclamation marks."""
    return bool(_ADMONITION.fullmatch(_line(state, first))) and bool(admonition(state, first, end, silent))


def _loose_heading(state: StateBlock, first: int, _end: int, silent: bool) -> bool:
    """Read `##Heading`, which engines before CommonMark took for one; `#word` is a hashtag."""
    if state.is_code_block(first) or not (match := _LOOSE_HEADING.match(_line(state, first))):
        return False
    if silent:
        return True
    state.line = first + 1
    name = f"h{len(match[1])}"
    opening = state.push("heading_open", name, 1)
    inline = state.push("inline", "", 0)
    inline.content, inline.children = match[2], []
    opening.map = inline.map = [first, state.line]
    state.push("heading_close", name, -1)
    return True


def _without_size(address: str) -> tuple[str, str]:
    """Split `x.png =300x200` into the address and the size, "" without one."""
    before, _equals, after = address.rpartition("=")
    is_size = before.endswith((" ", "\t")) and _SIZE.fullmatch(after)
    return (before.rstrip(), after) if is_size else (address, "")


def _loose_link(state: StateInline, silent: bool) -> bool:
    """Read `![x](my picture.png)` and `![x](y.png =300x200)`."""
    picture = state.src.startswith("![", state.pos)
    if not picture and state.src[state.pos] != "[":
        return False
    start = state.pos + picture + 1
    stop = state.md.helpers.parseLinkLabel(state, start - 1, not picture)
    match = _LOOSE_ADDRESS.match(state.src, stop + 1, state.posMax) if stop >= 0 else None
    if not match:
        return False
    href, size = _without_size(match["address"].rstrip())
    size = size or (match["size"] or "").strip().removeprefix("=")
    if not (_PICTURE if picture else re.compile(r".*/.*|.*\.\w{2,5}")).fullmatch(href.partition("?")[0]):
        return False
    if not picture and " " in href.partition("/")[0] and not _FILE.fullmatch(href):
        return False  # [x](see this/that) is prose
    href = state.md.normalizeLink(href)
    if not silent:
        if picture:
            image = state.push("image", "img", 0)
            image.attrs = {"src": href, "alt": ""}
            image.content = state.src[start:stop]
            image.children = []
            state.md.inline.parse(image.content, state.md, state.env, image.children)
            in_pixels = _PIXELS.fullmatch(size)
            for name, pixels in zip(("width", "height"), in_pixels.groups() if in_pixels else (), strict=False):
                if pixels:
                    image.attrSet(name, pixels)
        else:
            end, state.pos, state.posMax = state.posMax, start, stop
            state.push("link_open", "a", 1).attrs = {"href": href}
            state.linkLevel += 1
            state.md.inline.tokenize(state)
            state.linkLevel -= 1
            state.push("link_close", "a", -1)
            state.posMax = end
        if match["title"] and picture:
            image.attrSet("title", match["title"])
    state.pos = match.end()
    return True


def _embedded(state: StateInline, silent: bool) -> bool:
    """Read `![[picture.png|300]]` (Obsidian); `[[Note|words]]` is its words: where the note lies is not known here."""
    match = _EMBEDDED.match(state.src, state.pos, state.posMax)
    if not match or state.src.startswith("(", match.end()):
        return False
    name, words = match[1].strip(), match[2] or ""
    picture = match[0].startswith("!") and _PICTURE.fullmatch(name)
    # `[[0,1],…` and `[[ -f x ]]` are code that somebody did not mark as such.
    if not picture and not re.match(r"[^\W\d_]", match[1]):
        return False
    if not silent:
        if picture:
            image = state.push("image", "img", 0)
            image.attrs = {"src": state.md.normalizeLink(name), "alt": ""}
            image.children = []
            image.content = ""
            if re.fullmatch(r"\d+", words):
                image.attrSet("width", words)
        else:
            state.push("text", "", 0).content = words or name
    state.pos = match.end()
    return True


# Chinese, Japanese and Korean letters and their punctuation.
_CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\u312f\u3130-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U0001f200-\U0001f2ff\U00020000-\U0003ffff]|[\u2018-\u201d]"
)


def _cjk_emphasis(state: StateInline, silent: bool) -> bool:
    """Let asterisks open and close emphasis beside CJK text, which has no spaces around its punctuation.

    CommonMark 0.31, section 6.2, asks for a space or punctuation outside where punctuation stands inside, so that
    `は**「強い」**です` would keep its asterisks.
    """
    if silent or state.src[state.pos] != "*":
        return False
    length = state.scanDelims(state.pos, True).length
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[state.pos + length] if state.pos + length < state.posMax else " "
    if not _CJK.match(before) and not _CJK.match(after):
        return False
    opens = not after.isspace() and (
        not _is_western_punctuation(after) or not before.isalnum() or bool(_CJK.match(before))
    )
    closes = not before.isspace() and (
        not _is_western_punctuation(before) or not after.isalnum() or bool(_CJK.match(after))
    )
    for _ in range(length):
        state.push("text", "", 0).content = "*"
        state.delimiters.append(
            Delimiter(marker=ord("*"), length=length, token=len(state.tokens) - 1, end=-1, open=opens, close=closes)
        )
    state.pos += length
    return True


def _is_western_punctuation(char: str) -> bool:
    return not (char.isalnum() or char.isspace() or _CJK.match(char))


def _math(content: str, options: dict[str, object]) -> str:
    # As it was written, but escaped: Markdown would read its underscores and asterisks as emphasis.
    mark = "$$" if options.get("display_mode") else "$"
    return html.escape(f"{mark}{content}{mark}", quote=False)


def _drop_marks(state: StateCore) -> None:
    kept: list[Token] = []
    tokens = iter(state.tokens)
    for token in tokens:
        if token.type == "html_block":
            token.content = _AFTER_TAG.sub(">", token.content)
        if token.type != "inline":
            kept.append(token)
            continue
        heading = bool(kept) and kept[-1].type == "heading_open"
        if _CONTENTS.fullmatch(token.content) and kept and kept[-1].type == "paragraph_open":
            kept.pop()
            next(tokens)
            continue
        if kept and kept[-1].type == "td_open" and _ATTRIBUTES.fullmatch(token.content):
            # kramdown's attributes of a table stand below it, as a row does.
            while kept.pop().type != "tr_open":
                pass
            while next(tokens).type != "tr_close":
                pass
            continue
        children = token.children or []
        if _is_unshown(token.content) and kept and kept[-1].type == "paragraph_open":
            kept.pop()
            next(tokens)
            continue
        for before, child in zip([None, *children], children, strict=False):
            if child.type == "text":
                child.content = _ATTRIBUTES.sub("", _CONTAINER.sub(lambda match: match[1] or "", child.content))
                child.content = _ALERT.sub(lambda match: f"{match[1].capitalize()}:", child.content)
                if before and before.type in {"image", "link_close", "code_inline"}:
                    child.content = _AFTER_PICTURE.sub("", child.content)
        if children and children[-1].type == "text":
            children[-1].content = _AT_END.sub("", children[-1].content)
        if children and children[0].type == "text" and len(kept) > 1 and kept[-2].type == "list_item_open":
            children[0].content = _TASK.sub(lambda m: "☐" if m[1] == " " else "☑", children[0].content)
        if heading and children and children[-1].type == "text":
            children[-1].content = _HEADING_ID.sub("", children[-1].content)
        if (
            kept
            and kept[-1].type == "paragraph_open"
            and children
            and not any(child.content.strip() or child.type not in {"text", "softbreak"} for child in children)
        ):
            kept.pop()
            next(tokens)
            continue
        kept.append(token)
    state.tokens = kept


def _without_kramdown(text: str) -> str:
    """Take out what kramdown reads before Markdown does, but not out of fenced code."""
    if "{:" not in text and "markdown" not in text:
        return text
    parts: list[str] = [""]
    fence = ""
    for line in text.splitlines(keepends=True):
        mark = re.match(r"[ \t>]*(`{3,}|~{3,})", line)
        if mark and not fence:
            fence = mark[1]
            parts += [line]
        elif fence:
            parts[-1] += line
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                fence = ""
                parts += [""]
        else:
            parts[-1] += line
    return "".join(
        part if place % 2 else _MARKDOWN_INSIDE.sub(r"\1\2\n\n", _CONTENTS_LIST.sub("", part))
        for place, part in enumerate(parts)
    )


def _is_unshown(content: str) -> bool:
    return content[:1] in "*ie{" and all(map(_UNSHOWN.fullmatch, content.split("\n")))


def from_markdown(text: str, fields: dict[str, object]) -> str:
    """Render Markdown: CommonMark 0.31 with tables, strikethrough and footnotes; its HTML stays HTML.

    Where the front matter asks for mathematics, or a `$$` stands in the text, TeX is kept as it was written.
    Raises PostRefused("body-limit") for text that would stall the renderer.
    """
    counts = (
        (len(text), MAX_MARKDOWN, "characters of Markdown"),
        (text.count("\n"), MAX_LINES, "lines of Markdown"),
        (sum(map(text.count, "[*_`&<\\")), MAX_DELIMITERS, "Markdown delimiters"),
    )
    for count, limit, what in counts:
        if count > limit:
            raise PostRefused("body-limit", f"the body has {count} {what}; {limit} are the most")
    math = "$$" in text or any(fields.get(name) not in (None, "false") for name in _MATH_FIELDS)
    text = _without_kramdown(text)
    # The environment is this call's own: footnotes and references of one post are not another's.
    return str(_markdown(math=math).render(text, {}))


def inline_markdown(text: str) -> str:
    """Render one line of Markdown, as a caption is, without a paragraph around it."""
    return str(_markdown(math=False).renderInline(text, {})) if len(text) <= 2_000 else html.escape(text)


def from_rst(text: str) -> tuple[str, dict[str, str]]:
    """Render reStructuredText with docutils: the HTML, and the title and fields that stand at its head.

    Raises PostRefused: needs-docutils where it is not installed, body-limit.
    """
    try:
        from docutils import core, nodes  # noqa: PLC0415 - an optional dependency
        from docutils import io as docutils_io  # noqa: PLC0415
        from docutils.readers import doctree  # noqa: PLC0415
    except ImportError:
        raise PostRefused("needs-docutils", "reStructuredText needs docutils") from None
    if len(text) > MAX_RST:
        raise PostRefused("body-limit", f"the body has more than {MAX_RST >> 10} KiB of reStructuredText")
    settings = {
        "_disable_config": True,
        "embed_stylesheet": False,
        "file_insertion_enabled": False,
        "raw_enabled": False,
        "report_level": 5,
        "halt_level": 5,
        "syntax_highlight": "none",
        "initial_header_level": 2,
        "math_output": "LaTeX",
        "warning_stream": io.StringIO(),
        "output_encoding": "unicode",
    }
    document = core.publish_doctree(text, settings_overrides=settings)
    fields = {"title": document["title"]} if document.get("title") else {}
    for info in list(document.findall(nodes.docinfo)):
        for node in info:
            if isinstance(node, nodes.field):
                fields[node[0].astext().lower()] = node[1].astext()
            else:
                fields[type(node).__name__] = node.astext()
        info.parent.remove(info)
    parts = core.publish_parts(
        document,
        source_class=docutils_io.DocTreeInput,
        reader=doctree.Reader(),
        writer="html5",
        settings_overrides=settings,
    )
    body = re.sub(r'<pre class="code ([\w+#.-]+) literal-block"', r'<pre class="language-\1"', parts["body"])
    return body, fields
