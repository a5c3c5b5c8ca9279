"""A body becomes HTML: HTML stays, Markdown and reStructuredText are rendered. The result is not safe yet."""

from __future__ import annotations

import functools
import html
import io
import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import Delimiter
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from feedsvc.errors import PostRefused

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

HTML_SUFFIXES = (".html", ".htm")
# What markdown-it-py 4 reads in about a second, whatever it is: a line costs it up to 70 us (`- a`), a delimiter up to
# 16 us (`[`). The largest of 1,000 real posts has 96 KB in 3,000 lines.
MAX_MARKDOWN = 1 << 20
MAX_LINES = 15_000
MAX_DELIMITERS = 60_000
MAX_RST = 1 << 19

_BLOCK = (
    "address|article|aside|blockquote|body|center|details|div|dl|fieldset|figure|footer|form|h[1-6]|header|html|main|nav|"
    "ol|p|pre|section|table|ul"
)
_ROOT = re.compile(rf"\s*<({_BLOCK})(?=[\s/>])([^>]*)>", re.IGNORECASE)
_MATH_FIELDS = ("math", "mathjax", "katex", "latex", "use_math", "usemath")

# Attribute lists of kramdown ({: .note}) and heading ids ({#id}), tables of contents, container marks (:::note) and
# GitHub's alerts: marks that other engines read, and that a feed must not show.
_ATTRIBUTES = re.compile(r"^\{:[^{}]*\}|\s*\{:[^{}]*\}\s*$")
_AFTER_TAG = re.compile(r">\{:[^{}<>\n]*\}")
_HEADING_ID = re.compile(r"\s*\{[#.][^{}]*\}\s*$")
_CONTENTS = re.compile(r"\s*(?:\[\[?_?toc_?\]\]?|\{:?\s*toc\s*\}|\$\{toc\})\s*", re.IGNORECASE)
_CONTAINER = re.compile(r"^:{3,}[ \t]*[\w-]*[ \t]*")
_ALERT = re.compile(r"^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]")


def is_html(path: str, body: str) -> bool:
    """Tell whether a body is HTML: by its suffix, or because it is nothing but HTML elements, whatever the suffix.

    Markdown would make a code block of an indented line after a blank one inside such a body.
    """
    if path.lower().endswith(HTML_SUFFIXES):
        return True
    at = 0
    while root := _ROOT.match(body, at):
        name = root[1]
        if "markdown" in root[2]:  # kramdown's <div markdown="1">
            return False
        depth = 0
        for tag in re.finditer(rf"<(/?){name}(?=[\s/>])", body[root.start() :], re.IGNORECASE):
            depth += -1 if tag[1] else 1
            if depth == 0:
                break
        else:
            return False
        end = body.find(">", root.start() + tag.end())
        if end < 0:
            return False
        at = end + 1
    return at > 0 and not body[at:].strip()


@functools.cache
def _markdown(*, math: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).use(footnote_plugin)
    if math:
        parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True, renderer=_math)
    parser.inline.ruler.before("emphasis", "cjk_emphasis", _cjk_emphasis)
    parser.core.ruler.push("other_engines_marks", _drop_marks)
    return parser


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
        children = token.children or []
        for child in children:
            if child.type == "text":
                child.content = _ATTRIBUTES.sub("", _CONTAINER.sub("", child.content))
                child.content = _ALERT.sub(lambda match: f"{match[1].capitalize()}:", child.content)
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
    # The environment is this call's own: footnotes and references of one post are not another's.
    return str(_markdown(math=math).render(text, {}))


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
        reader=doctree.Reader(parser_name="null"),
        writer="html5",
        settings_overrides=settings,
    )
    return parts["body"], fields
