"""Bytes become checked text, once; and text that came from anywhere becomes one plain line."""

from __future__ import annotations

import codecs
import contextlib
import html
import re
import unicodedata

from feedsvc.errors import PostRefused

# XML 1.0, section 2.2: what is no Char. Lone surrogates belong to it, and would not encode either.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Bidirectional overrides and isolates, zero-width spaces, soft hyphens, C1 controls: they have no place in one line of
# text, where they hide or turn around what follows. The joiners (U+200C, U+200D) are spelling in Persian and emoji.
_INVISIBLE = re.compile(r"[\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_SPACE = re.compile(r"\s+")
_FORMATTING = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|br|center|cite|code|del|div|em|font|h[1-6]|i|img|ins|kbd|mark|nobr|p|q|s|samp|small|"
    r"span|strike|strong|sub|sup|time|tt|u|var|wbr|script|style)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
# One of these is in all that plain() takes off.
_MARKED = re.compile(r"[<&`*\[]")
_MARKDOWN = (
    (re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)"), r"\2"),
    (re.compile(r"!?\[([^\[\]]+)\]\([^()\s]+\)"), r"\1"),
    (re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*"), r"\1"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=[^\s*])\*(?![\w*])"), r"\1"),
)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's does, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The detector reads this much: no encoding needs more to be told.
_SAMPLE = 1 << 16


def strip_forbidden(text: str) -> str:
    """Drop the characters that XML 1.0 forbids (section 2.2)."""
    return _FORBIDDEN.sub("", text)


def decode(data: bytes) -> tuple[str, str]:
    r"""Give the text of a file, its line ends as \n, and the encoding, "" where it is UTF-8.

    UTF-8 first, then UTF-16 and UTF-32 by their byte order mark, then what chardet finds.
    Raises PostRefused("binary") for what is no text.
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if not encoding:
        try:
            return _lines(data.removeprefix(codecs.BOM_UTF8).decode()), ""
        except UnicodeDecodeError:
            encoding = _detect(data)
    try:
        return _lines(data.decode(encoding, "replace" if encoding not in {"utf-16", "utf-32"} else "strict")), encoding
    except UnicodeDecodeError:
        raise PostRefused("binary", f"the file is not the {encoding.upper()} that its first bytes promise") from None


def _detect(data: bytes) -> str:
    if b"\0" in data:
        raise PostRefused("binary", "the file holds NUL bytes and is no text")
    import chardet  # noqa: PLC0415 - 26 ms that UTF-8 need not wait for

    # The detector sees the lines that are not ASCII: a long English header would else outvote a short Chinese body.
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:_SAMPLE]
    encoding = chardet.detect(telling)["encoding"]
    if encoding is None:
        raise PostRefused("binary", "the file is in no encoding that could be told")
    name = codecs.lookup(encoding).name
    # A few accents among ASCII letters are Western: Greek or Cyrillic would have few ASCII letters among them.
    accents = sum(byte > 0x7F for byte in telling)
    if re.match(r"cp125|iso8859|koi8|mac|cp8|hp", name) and accents < 0.25 * len(telling):
        with contextlib.suppress(UnicodeDecodeError):
            data.decode("cp1252")
            return "cp1252"
    return name


def _lines(text: str) -> str:
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def one_line(text: str) -> str:
    """Give text on one line: no controls, no invisible characters, white space folded; NFC (UAX #15)."""
    if text.isprintable() and "  " not in text and unicodedata.is_normalized("NFC", text):
        return text.strip()  # what is printable has no white space but U+0020, and nothing that would be dropped
    return _SPACE.sub(" ", unicodedata.normalize("NFC", _INVISIBLE.sub("", strip_forbidden(text)))).strip()


def plain(text: str) -> str:
    """Give a title or name without its markup: formatting tags, entities and Markdown emphasis become text.

    Only tags that format are taken off: `List<String>` and `<my-element>` are words of a title.
    """
    text = one_line(text)
    if not _MARKED.search(text):
        return text
    text = html.unescape(_FORMATTING.sub("", text))
    for pattern, replacement in _MARKDOWN:
        text = pattern.sub(replacement, text)
    return one_line(text)
