"""Which kind of document it is, and who judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.validation import atom, jsonfeed, jsonreading, opml, reading, rss, transport
from feedsvc.validation.findings import Source
from feedsvc.validation.namespaces import ATOM, JUDGED, KNOWN, MISSPELT, PREFIX

if TYPE_CHECKING:
    from feedsvc.validation.findings import Findings
    from feedsvc.validation.reading import Document, Element

# Root element to format and judge.
ROOTS = {
    "atom:feed": ("atom", atom.judge_document),
    "atom:entry": ("atom", atom.judge_document),
    "rss": ("rss", rss.judge_document),
    "opml": ("opml", opml.judge_document),
    "outlineDocument": ("opml", opml.judge_document),
}
# Namespaces of Atom's drafts.
DRAFTS = (
    "http://purl.org/atom/ns#",
    "http://example.com/newformat#",
    "http://purl.org/atom/ns#draft-ietf-atompub-format",
)
UNKNOWN = "unknown"
# How compressed data begins (RFC 1952 §2.3.1, RFC 8878 §3.1.1).
COMPRESSED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}


def judge(data: bytes | str, content_type: str | None, findings: Findings) -> str:
    """Judge `data`, and give its format."""
    if len(data) > reading.MOST_BYTES:
        findings.report("too-large", value=str(reading.MOST_BYTES // 1024 // 1024))
        return UNKNOWN
    if not data.strip():
        findings.report("empty-document")
        return UNKNOWN
    packed = next(
        (name for start, name in COMPRESSED.items() if isinstance(data, bytes) and data.startswith(start)), ""
    )
    if packed:
        findings.report("compressed", value=packed)
        return UNKNOWN
    transport.judge_size(len(data), findings)
    kind = _judge_json(data, findings) if _is_json(data, content_type) else _judge_xml(data, content_type, findings)
    transport.judge_type(kind, content_type, findings)
    return kind


def _is_json(data: bytes | str, content_type: str | None) -> bool:
    start = data[:64].decode("utf-8-sig", "ignore") if isinstance(data, bytes) else data[:64].lstrip("\ufeff")
    start = start.lstrip()
    return start.startswith(("{", "[")) or (
        "json" in (content_type or "").partition(";")[0] and not start.startswith("<")
    )


def _judge_json(data: bytes | str, findings: Findings) -> str:
    try:
        text = data.decode() if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        findings.source = Source(error.object)
        wrong = f"0x{error.object[error.start]:02x}"
        findings.report("undecodable", offset=error.start, value=wrong, encoding="utf-8")
        return UNKNOWN
    findings.source = Source(text)
    if text.startswith("\ufeff"):
        findings.report("json-byte-order-mark", offset=0)
        text = " " + text[1:]
    root = jsonreading.parse(text, findings)
    if root is None:
        return UNKNOWN
    if root.kind != "object" or not ({"version", "items"} & root.members.keys()):
        findings.report("not-a-feed", value="JSON of another kind")
        return UNKNOWN
    jsonfeed.judge_document(root, findings)
    return "json"


def _judge_xml(data: bytes | str, content_type: str | None, findings: Findings) -> str:
    text = reading.decode(data, content_type, findings) if isinstance(data, bytes) else data
    if text is None:
        return UNKNOWN
    text = text.removeprefix("\ufeff")
    findings.source = Source(text)
    if reading.is_html(text):
        findings.report("html-page", offset=0)
        return UNKNOWN
    if "<" not in text:
        findings.report("not-a-feed", offset=0, value=text.strip()[:40])
        return UNKNOWN
    document = reading.parse(text, findings)
    if document is None:
        return UNKNOWN
    _judge_namespaces(document, findings)
    known = ROOTS.get(document.root.name)
    if known is None:
        _report_root(document.root, findings)
        return UNKNOWN
    kind, judge_root = known
    judge_root(document.root, findings)
    return kind


def _report_root(root: Element, findings: Findings) -> None:
    if root.name == "rdf:RDF":
        findings.report("unsupported-format", root, value="RSS 1.0")
    elif root.local not in ("feed", "entry", "rss", "opml"):
        findings.report("not-a-feed", root, value=f"<{root.written}>")
    elif not root.namespace:
        findings.report("missing-namespace", root, value=root.written)
    elif root.namespace in DRAFTS or root.namespace.startswith("http://purl.org/atom/"):
        findings.report("obsolete-namespace", root, value=root.namespace)
    else:
        findings.report(
            "wrong-namespace", root, value=root.namespace, other=ATOM if root.local in ("feed", "entry") else "none"
        )


def _judge_namespaces(document: Document, findings: Findings) -> None:
    for declared in document.declared:
        if declared.address in MISSPELT:
            if declared.address in document.used:
                right = JUDGED[MISSPELT[declared.address]]
                findings.report(
                    "wrong-namespace", document.root, offset=declared.offset, value=declared.address, other=right
                )
        elif declared.prefix and declared.address not in PREFIX:
            usual = JUDGED.get(declared.prefix) or KNOWN.get(declared.prefix)
            if usual and declared.address in document.used:
                findings.report(
                    "reserved-prefix", document.root, offset=declared.offset, value=declared.prefix, other=usual
                )
        elif declared.prefix and declared.address in JUDGED.values() and declared.address != ATOM:
            usual = PREFIX[declared.address]
            if usual not in (declared.prefix, "xhtml"):
                findings.report(
                    "unusual-prefix", document.root, offset=declared.offset, value=declared.prefix, other=usual
                )
