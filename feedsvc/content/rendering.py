"""The body as it was written becomes safe HTML, its summary and its first heading.

written ── shortcodes ── Markdown ── make_safe ──▶ Markup
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from feedsvc.content import fields, shortcodes
from feedsvc.content.body import first_words, make_safe, plain_text, text_of
from feedsvc.content.post import SITE
from feedsvc.content.text import one_line, strip_forbidden

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedsvc.content.addresses import Links

# A summary that the author gave, or set apart with `<!-- more -->`, is kept up to MAX_SUMMARY characters; one made of the
# first words has SUMMARY, which readers show in two or three lines.
SUMMARY = 240
MAX_SUMMARY = 2_000

_MORE = re.compile(
    r"(?<!`)(?:<!--\s*(?:more|read ?more|excerpt|truncate|TEASER_END|end_?excerpt|summary)\b[^>]*-->"
    r"|\{/\*\s*truncate\s*\*/\})(?!`)",
    re.IGNORECASE,
)
_CUT = "\ue002"
_HEADING = re.compile(r"<h[1-3][^>]*>(.*?)</h[1-3]>\s*", re.DOTALL)
_PRE = re.compile(r"<pre[ >].*?</pre>", re.DOTALL)

HTML_SUFFIXES = (".html", ".htm")
_BLOCK = (
    "address|article|aside|blockquote|body|center|details|div|dl|fieldset|figure|footer|form|h[1-6]|header|html|main|nav|"
    "ol|p|pre|section|table|ul"
)
_ROOT = re.compile(rf"\s*<({_BLOCK})(?=[\s/>])([^>]*)>", re.IGNORECASE)
# What nobody writes into HTML: after a blank line, at the margin, a Markdown heading, picture or fence.
_CERTAIN = re.compile(r"\n[ \t]*\n(?:\#{1,6} \S|!\[[^\]\n]*\]\(|```\w*[ \t]*\n|\*\*\S[^*\n]*\*\*)")


def render(
    path: str,
    written: str,
    found: dict[str, Any],
    title: str,
    links: Links,
    first_line: int,
    report: Callable[[str, str, int], None],
) -> tuple[Markup, str, str]:
    """Give the safe content, the summary, and the first heading as text.

    written is HTML where the file is .rst, which docutils rendered. report is told (code, message, line of the file) of
    tags that are unknown. Raises PostRefused ("body-limit").
    """
    written = strip_forbidden(written).replace(_CUT, "")
    as_html = path.lower().endswith(".rst") or is_html(path, written)
    if "<!--" in written or "{/*" in written:  # to search for the mark takes as long as to read the header
        written = _MORE.sub(f"\n\n{_CUT}\n\n" if not as_html else _CUT, written, count=1)
    expansion = shortcodes.expand(written, title=title, markdown=not as_html)
    for name, at in expansion.unknown.items():
        report("unknown-tag", f"the tag {name} is unknown", first_line + written.count("\n", 0, at))
    rendered = expansion.text if as_html else _from_markdown(expansion.text, found)
    rendered = expansion.restore(rendered)
    before, cut, _after = rendered.partition(_CUT)
    content = make_safe(
        rendered.replace(_CUT, ""), base=SITE, resolve=links.resolve, unproxy=links.unproxy, proxy=links.proxy
    )
    found_heading = _HEADING.search(content)
    heading = one_line(text_of(found_heading[1])) if found_heading else ""
    if found_heading and not content[: found_heading.start()].strip() and heading == (title or heading):
        # The body begins with its own title, which pages and readers show above it.
        content = Markup(content[found_heading.end() :])  # noqa: S704 - of what make_safe gave
    given = fields.first(found, "summary")[1]
    summary = plain_text(strip_forbidden(given)) if isinstance(given, str) else ""
    if not summary and cut:
        summary = plain_text(before)
    summary = first_words(one_line(summary), MAX_SUMMARY)
    if not summary:  # prose before code
        prose = _PRE.sub(" ", content)
        summary = first_words(one_line(text_of(prose) or text_of(content)), SUMMARY)
    return content, summary, heading


def _from_markdown(text: str, found: dict[str, Any]) -> str:
    from feedsvc.content.markup import from_markdown  # noqa: PLC0415 - 0.03 s that bodies of HTML do without

    return from_markdown(text, found)


def is_html(path: str, body: str) -> bool:
    """Tell whether a body is HTML: by its suffix, or because it is nothing but HTML elements, whatever the suffix.

    Markdown would make a code block of an indented line after a blank one inside such a body.
    """
    if path.lower().endswith(HTML_SUFFIXES):
        return True
    if _CERTAIN.search(body):
        return False
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
