"""The body as it was written becomes safe HTML, its summary and its first heading.

written ── shortcodes ── Markdown ── make_safe ──▶ Markup
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from feedsvc.content import fields, markup, shortcodes
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
    as_html = path.lower().endswith(".rst") or markup.is_html(path, written)
    written = _MORE.sub(f"\n\n{_CUT}\n\n" if not as_html else _CUT, written, count=1)
    expansion = shortcodes.expand(written, title=title, markdown=not as_html)
    for name, at in expansion.unknown.items():
        report("unknown-tag", f"the tag {name} is unknown", first_line + written.count("\n", 0, at))
    rendered = expansion.text if as_html else markup.from_markdown(expansion.text, found)
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
