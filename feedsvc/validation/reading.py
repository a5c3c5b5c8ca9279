"""From bytes to a tree with positions, within bounds.

`decode` finds the encoding (byte order mark, then the charset of the transport, then the XML declaration: RFC 7303 §3,
XML 1.0 appendix F); `parse` reads XML with expat under defusedxml's rules: entities are not expanded into one another,
nothing outside the document is fetched, and depth, size and number of elements are bounded.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from feedsvc.validation.findings import Source
from feedsvc.validation.namespaces import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedsvc.validation.findings import Findings

# 5 MiB is five times what large readers take; the rest bounds what a hostile document may cost.
MOST_BYTES = 5 * 1024 * 1024
MOST_ELEMENTS = 60_000
MOST_DEPTH = 200
MOST_ATTRIBUTES = 120_000
# Text that entities may add to a document.
MOST_EXPANSION = 64 * 1024

UTF_8 = "utf-8"
# Encodings that every XML processor must know, or that readers know in practice.
COMMON_ENCODINGS = {
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "iso8859-1", "cp1252", "iso8859-15", "shift_jis", "euc_jp",
    "gb2312", "gbk", "gb18030", "big5", "euc_kr", "koi8-r", "cp1251", "cp1250",
}  # fmt: skip
# What Python calls encodings and no registry does.
NO_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# XML 1.0 appendix F.1: how `<?` or `<r` begin without a byte order mark.
UNMARKED = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"Lo\xa7\x94", "cp037"),
)
DECLARATION = re.compile(r"""^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
HTML_PAGE = re.compile(
    r"\s*+(?:<!--(?>.*?-->)\s*+)*+(?:<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])", re.IGNORECASE | re.DOTALL
)
CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^"';\s]+)""", re.IGNORECASE)
# Latin text that was read as Latin-1 and written as UTF-8: a lead byte, then a continuation byte, both as characters.
TWICE_ENCODED = re.compile("[\u00c2\u00c3][\u0080-\u00bf]")
ODD_CHARACTER = re.compile("[\u0080-\u009f\ufffd\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute: `name` has the specification's prefix where it has a namespace."""

    name: str
    value: str
    written: str


@dataclass(slots=True, eq=False)
class Element:
    """An element of the document.

    `name` has the specification's prefix (`media:content`), `written` the document's; a name of an unknown namespace is
    `{address}local`. `ordinal` is which of its siblings of one written name it is, from 1, and `counts` how many
    children of each there are.
    """

    name: str
    written: str
    namespace: str
    offset: int
    parent: Element | None
    attributes: dict[str, Attribute] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    ordinal: int = 1
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The character data directly inside."""
        return "".join(self.texts)

    @property
    def vocabulary(self) -> str:
        """The prefix, or the root's name where there is none."""
        if self.namespace:
            return self.name.partition(":")[0]
        root = self
        while root.parent is not None:
            root = root.parent
        return root.name

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition("}")[2].rpartition(":")[2]

    @property
    def path(self) -> str:
        """From the root, counting among siblings of one name: `/feed/entry[2]/title`."""
        parts = []
        here: Element | None = self
        while here is not None:
            alone = here.parent is None or here.parent.counts[here.written] == 1
            parts.append(here.written if alone else f"{here.written}[{here.ordinal}]")
            here = here.parent
        return "/" + "/".join(reversed(parts))

    def attribute_offset(self, name: str, source: Source) -> int:
        """Where attribute `name` begins; the element's own place if it has none such."""
        attribute = self.attributes.get(name)
        if attribute is None or not isinstance(source.text, bytes):
            return self.offset
        found = re.compile(rb"\s" + re.escape(attribute.written.encode()) + rb"\s*=").search(source.text, self.offset)
        return found.start() + 1 if found else self.offset

    def attribute_path(self, name: str) -> str:
        """From the root: `/feed/entry[2]/link/@href`."""
        attribute = self.attributes.get(name)
        return f"{self.path}/@{attribute.written if attribute else name}"

    def spelt(self, name: str) -> str:
        """`name` as the document would write it here: bare where this element's vocabulary is the default namespace."""
        prefix, _, local = name.rpartition(":")
        return local if prefix and prefix == self.vocabulary and ":" not in self.written else name

    def get(self, name: str) -> str | None:
        """The value of attribute `name`."""
        attribute = self.attributes.get(name)
        return attribute.value if attribute else None

    def all(self, name: str) -> list[Element]:
        """The children called `name`."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Element | None:
        """The first child called `name`."""
        return next((child for child in self.children if child.name == name), None)

    def inherited(self, name: str) -> Iterator[str]:
        """The values of attribute `name` here and on the elements around, innermost first."""
        here: Element | None = self
        while here is not None:
            value = here.get(name)
            if value is not None:
                yield value
            here = here.parent

    def descendants(self) -> Iterator[Element]:
        """Everything below, in the document's order."""
        waiting = list(reversed(self.children))
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))

    @property
    def all_text(self) -> str:
        """The character data of this element and everything below (elements' own first)."""
        return "".join([self.text, *(each.text for each in self.descendants())])


@dataclass(frozen=True, slots=True)
class Declared:
    """A namespace declaration: which prefix for which address, and where."""

    prefix: str
    address: str
    offset: int


@dataclass(slots=True)
class Document:
    """An XML document that could be read; `used` are the namespaces of its elements and attributes."""

    root: Element
    declared: list[Declared]
    used: frozenset[str]


class RefusedError(Exception):
    """The document passes a bound; `code` says which, `value` what it is."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.value = value


def decode(data: bytes, content_type: str | None, findings: Findings) -> str | None:
    """The text of `data`, or None with the reason found."""
    named = CHARSET.search(content_type or "")
    transport = named[1] if named else None
    marked = next((name for mark, name in BYTE_ORDER_MARKS if data.startswith(mark)), None)
    guessed = marked or next((name for start, name in UNMARKED if data.startswith(start)), None)
    start = data[:1024].decode(guessed or "latin-1", "ignore").lstrip("\ufeff")
    found = DECLARATION.match(start)
    declared = found[1] if found else None
    if guessed in ("utf-32", "utf-32-le", "utf-32-be", "cp037"):
        findings.report("obscure-encoding", value=guessed)
    elif transport and declared and _codec(transport) != _codec(declared):
        findings.report("encoding-mismatch", value=transport, other=declared)
    elif marked and declared and not _agree(marked, declared):
        findings.report("encoding-mismatch", value=marked.removesuffix("-sig"), other=declared)
    chosen = guessed or transport or declared or UTF_8
    codec = guessed or _codec(chosen)
    if codec is None:
        findings.report("unknown-encoding", value=chosen)
        return None
    findings.encoding = codec.removesuffix("-sig")
    if codec not in COMMON_ENCODINGS and not guessed:
        findings.report("obscure-encoding", value=chosen)
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        findings.source = Source(data)
        findings.report("undecodable", offset=error.start, value=f"0x{data[error.start]:02x}", encoding=chosen)
        return None


def _codec(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
        b"    ".decode(found)
    except UnicodeError:
        pass
    except (LookupError, ValueError):
        return None
    return None if found in NO_CHARSETS else found


def _agree(marked: str, declared: str) -> bool:
    family = marked.removesuffix("-sig").replace("-", "")
    return (_codec(declared) or declared).replace("-", "").startswith(family)


def is_html(text: str) -> bool:
    """Whether `text` is a web page (an error page, most often) and not a feed."""
    return bool(HTML_PAGE.match(text[:4096]))


def parse(text: str, findings: Findings) -> Document | None:
    """The document in `text`, or None with the reason found."""
    data = text.encode("utf-8", "surrogatepass")
    findings.source = Source(data)
    builder = _Builder(data, findings)
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        _report_syntax(error, builder, data, findings)
        return None
    except RefusedError as refused:
        findings.report(refused.code, offset=builder.parser.CurrentByteIndex, value=refused.value)
        return None
    assert builder.root is not None  # expat raises on a document without an element
    return Document(builder.root, builder.declared, builder.used)


# Errors of expat that mean: the end came too early.
ENDS_EARLY = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
MISPLACED_DECLARATION = expat.errors.codes[expat.errors.XML_ERROR_MISPLACED_XML_PI]
UNBOUND_PREFIX = expat.errors.codes[expat.errors.XML_ERROR_UNBOUND_PREFIX]
AMPLIFIED = expat.errors.codes.get(getattr(expat.errors, "XML_ERROR_AMPLIFICATION_LIMIT_BREACH", ""), -1)


def _report_syntax(error: expat.ExpatError, builder: _Builder, data: bytes, findings: Findings) -> None:
    offset = min(max(builder.parser.ErrorByteIndex, 0), len(data))
    reason = expat.errors.messages.get(error.code, "not well-formed")
    if error.code == MISPLACED_DECLARATION:
        findings.report("late-declaration", offset=offset)
    elif error.code == AMPLIFIED:
        findings.report("entity-expansion", offset=offset)
    elif error.code == UNBOUND_PREFIX:
        findings.report("undeclared-prefix", offset=offset, value=_tag_at(data, offset))
    elif error.code in ENDS_EARLY and (builder.open is not None or b"<" in data):
        findings.report("truncated", offset=offset, value=builder.open.written if builder.open else "")
    else:
        findings.report("not-well-formed", offset=offset, value=_tag_at(data, offset), reason=reason)


def _tag_at(data: bytes, offset: int) -> str:
    return (
        data[offset : offset + 60].decode("utf-8", "replace").splitlines()[0]
        if data[offset : offset + 60].strip()
        else ""
    )


class _Builder:
    """Collects expat's events into `root` and `declared`, and refuses what passes a bound."""

    def __init__(self, data: bytes, findings: Findings) -> None:
        self.findings = findings
        self.root: Element | None = None
        self.open: Element | None = None
        self.declared: list[Declared] = []
        self._room = len(data) + MOST_EXPANSION
        self._elements = self._attributes = self._depth = 0
        self._odd = False
        self._names: dict[str, tuple[str, str, str]] = {}
        parser = expat.ParserCreate(UTF_8, " ")
        parser.namespace_prefixes = True
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartNamespaceDeclHandler = self._declare
        parser.XmlDeclHandler = self._declaration
        parser.EntityDeclHandler = self._entity
        parser.ExternalEntityRefHandler = self._outside
        parser.SkippedEntityHandler = self._skipped
        self.parser = parser

    @property
    def used(self) -> frozenset[str]:
        """The namespaces of everything seen."""
        return frozenset(namespace for _, _, namespace in self._names.values())

    def _name(self, raw: str) -> tuple[str, str, str]:
        """`uri local prefix` as expat gives it, as (canonical name, written name, namespace)."""
        known = self._names.get(raw)
        if known is None:
            parts = raw.split(" ")
            namespace, local = (parts[0], parts[1]) if len(parts) > 1 else ("", parts[0])
            written = f"{parts[2]}:{local}" if len(parts) > 2 and parts[2] else local
            prefix = PREFIX.get(namespace)
            name = f"{prefix}:{local}" if prefix else f"{{{namespace}}}{local}" if namespace else local
            known = self._names[raw] = (name, written, namespace)
        return known

    def _start(self, raw: str, pairs: list[str]) -> None:
        self._elements += 1
        self._attributes += len(pairs) // 2
        self._depth += 1
        if self._elements > MOST_ELEMENTS or self._attributes > MOST_ATTRIBUTES:
            raise RefusedError("too-many-elements", str(MOST_ELEMENTS))
        if self._depth > MOST_DEPTH:
            raise RefusedError("too-deep", str(MOST_DEPTH))
        name, written, namespace = self._name(raw)
        element = Element(name, written, namespace, self.parser.CurrentByteIndex, self.open)
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            canonical, as_written, _ = self._name(key)
            element.attributes[canonical] = Attribute(canonical, value, as_written)
            self._room -= len(value)
        if self._room < 0:
            raise RefusedError("entity-expansion")
        if self.open is None:
            self.root = element
        else:
            self.open.children.append(element)
            element.ordinal = self.open.counts[written] = self.open.counts.get(written, 0) + 1
        self.open = element

    def _end(self, _raw: str) -> None:
        assert self.open is not None
        self._depth -= 1
        if self.open.parent is not None:
            self.open = self.open.parent

    def _text(self, text: str) -> None:
        self._room -= len(text)
        if self._room < 0:
            raise RefusedError("entity-expansion")
        if self.open is None:
            return
        self.open.texts.append(text)
        if not self._odd and not text.isascii():
            self._look_for_odd_characters(text)

    def _look_for_odd_characters(self, text: str) -> None:
        odd = ODD_CHARACTER.search(text) or TWICE_ENCODED.search(text)
        if odd:
            self._odd = True
            self.findings.report("odd-characters", self.open, value=odd[0].encode("unicode_escape").decode())

    def _declaration(self, version: str, _encoding: str | None, _standalone: int) -> None:
        if version != "1.0":
            self.findings.report("xml-version", offset=self.parser.CurrentByteIndex, value=version)

    def _declare(self, prefix: str | None, address: str | None) -> None:
        self.declared.append(Declared(prefix or "", address or "", self.parser.CurrentByteIndex))

    def _entity(
        self,
        name: str,
        _parameter: bool,
        value: str | None,
        _base: object,
        system: str | None,
        _public: object,
        _notation: object,
    ) -> None:
        if value is None:
            self.findings.report("external-entity", offset=self.parser.CurrentByteIndex, value=f"{name} {system or ''}")
            return
        if "&" in value or "%" in value:
            raise RefusedError("entity-expansion")
        self.findings.report("entity-declaration", offset=self.parser.CurrentByteIndex, value=name)

    def _outside(self, _context: str, _base: str | None, _system: str | None, _public: str | None) -> int:
        return 1

    def _skipped(self, name: str, _parameter: bool) -> None:
        self.findings.report("external-entity", offset=self.parser.CurrentByteIndex, value=name)
