"""HTML inside feeds: what readers strip, break or cannot resolve.

Text is tokenised, not parsed: one pass, in time that grows with its length, that sees tags and attributes as a
reader's sanitiser does. XHTML content is walked as the elements that it is.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from feedsvc.validation import registries, values
from feedsvc.validation.namespaces import MATHML, SVG, XHTML
from feedsvc.validation.shape import report_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from feedsvc.validation.findings import Findings, Place
    from feedsvc.validation.reading import Element

# What readers take out, with what stands in it: code, plug-ins, and what acts on the whole page.
UNSAFE_ELEMENTS = frozenset(
    """
    applet base bgsound embed frame frameset iframe isindex layer link meta noembed noframes noscript object param
    plaintext script server style xml xmp
    """.split()
)
# The frame of a page, inside which a feed's HTML stands: RFC 4287 §3.1.1.3 wants what may stand in a div.
PAGE_ELEMENTS = frozenset({"html", "head", "body", "title"})
ADDRESS_ATTRIBUTES = frozenset(
    {"href", "src", "poster", "cite", "longdesc", "background", "data", "action", "formaction"}
)
UNSAFE_SCHEMES = frozenset({"javascript", "vbscript"})
# Where lazy loading scripts, which no reader runs, keep the real address of a picture.
LAZY_ATTRIBUTES = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-srcset",
    "data-original-src",
    "data-actualsrc",
    "data-echo",
    "v-lazy",
)
# Ways for a style to leave its place or to fetch something.
UNSAFE_STYLE = re.compile(
    r"expression\s*\(|javascript\s*:|behaviou?r\s*:|-moz-binding|@import|url\s*\(|(?:^|[;\s])position\s*:\s*(?:absolute|fixed|sticky)|^\s*mso-|;\s*mso-",
    re.IGNORECASE,
)

TOKEN = re.compile(
    r"<(?:!--.*?(?:-->|\Z)|\?[^>]*+>?|![^>]*+>?|/([A-Za-z][^\s/>]*+)[^>]*+>?"
    r"|([A-Za-z][^\s/>]*+)((?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+)>?)",
    re.DOTALL,
)
ATTRIBUTE = re.compile(r"""([^\s=/>"'][^\s=/>]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]*+)))?""")
# Elements whose text is no markup.
RAW_TEXT = re.compile(r"</(?:script|style|textarea|title|xmp)\b", re.IGNORECASE)
RAW_TEXT_ELEMENTS = frozenset({"script", "style", "textarea", "title", "xmp"})

Tag = tuple[str, dict[str, str]]


def tags(text: str) -> Iterator[Tag]:
    """The start tags of HTML `text`: names in lower case, attributes with references resolved.

    Processing instructions come as `?`, the way readers that fix markup see them.
    """
    at = 0
    while found := TOKEN.search(text, at):
        at = found.end()
        if found[0].startswith("<?"):
            yield "?", {}
        if not found[2]:
            continue
        name = found[2].lower()
        yield (
            name,
            {key.lower(): html.unescape(one or two or three) for key, one, two, three in ATTRIBUTE.findall(found[3])},
        )
        if name in RAW_TEXT_ELEMENTS:
            end = RAW_TEXT.search(text, at)
            at = end.start() if end else len(text)


def judge_html(text: str, place: Place, findings: Findings, *, relative: str = "relative-reference") -> None:
    """Judge HTML `text` at `place`; addresses that depend on a base are `relative`, or passed over for `""`."""
    if "<" not in text:
        return
    seen: set[tuple[str, str]] = set()
    for name, attributes in tags(text):
        for code, value in _judge_tag(name, attributes, relative):
            # A page of pictures is one mistake made often: each is said once with its value.
            if (code, value) not in seen:
                seen.add((code, value))
                findings.report(code, place, value=value)


def _judge_tag(name: str, attributes: Mapping[str, str], relative: str) -> Iterator[tuple[str, str]]:
    if name in UNSAFE_ELEMENTS or name == "?":
        yield "unsafe-element", name
    elif name in PAGE_ELEMENTS:
        yield "page-element", name
    elif not _known(name):
        yield "unknown-html-element", name
    yield from _judge_attributes(name, attributes, relative)


def _known(name: str) -> bool:
    # A hyphen makes a custom element (HTML §4.13.3).
    return name in registries.HTML_ELEMENTS or name in registries.EMBEDDED_ELEMENTS or "-" in name


def _judge_attributes(name: str, attributes: Mapping[str, str], relative: str) -> Iterator[tuple[str, str]]:
    for attribute, value in attributes.items():
        if attribute.startswith("on") and attribute[2:].isalpha():
            yield "event-handler", attribute
        elif attribute == "style" and UNSAFE_STYLE.search(value):
            yield "unsafe-style", value
        elif attribute in ADDRESS_ATTRIBUTES:
            yield from _judge_address(value, relative)
    if name == "img":
        real = next((attributes[each] for each in LAZY_ATTRIBUTES if attributes.get(each)), "")
        if real and (not attributes.get("src") or attributes["src"].startswith("data:") or attributes["src"] != real):
            yield "lazy-image", real


def _judge_address(value: str, relative: str) -> Iterator[tuple[str, str]]:
    scheme = values.scheme_of("".join(value.split()))
    if scheme in UNSAFE_SCHEMES:
        yield "unsafe-address", value
    elif not scheme and relative and not value.strip().startswith("#"):
        yield relative, value


def judge_xhtml(element: Element, findings: Findings) -> None:
    """Judge the XHTML inside `element`, which may hold SVG and MathML."""
    based = any(True for _ in element.inherited("xml:base"))
    relative = "" if based else "unbased-reference"
    for inner in element.descendants():
        if inner.namespace == XHTML:
            attributes = {name: attribute.value for name, attribute in inner.attributes.items()}
            here = "" if inner.get("xml:base") is not None else relative
            for code, value in _judge_tag(
                inner.local.lower() if inner.local.isupper() else inner.local, attributes, here
            ):
                findings.report(code, inner, value=value)
        elif inner.namespace not in (SVG, MATHML):
            report_unknown(inner.namespace, inner, findings)
        elif inner.local == "script":
            findings.report("unsafe-element", inner, value="script")
        if (
            inner.namespace == XHTML
            and values.holds_markup(inner.text)
            and inner.local not in ("pre", "code", "script", "style")
        ):
            findings.report("escaped-markup", inner, value=inner.text.strip())
