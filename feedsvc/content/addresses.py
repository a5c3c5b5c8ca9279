"""Addresses: whatever an author wrote becomes a safe absolute address, or nothing.

What is kept is decided by one table of schemes; everything else about an address (controls, invisible
characters, backslashes, non-ASCII hosts) is mended as browsers mend it, WHATWG URL Standard, section 4.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Callable

# What a link may lead to beside the web: registered with IANA, acted on by feed readers, and nothing that
# runs code or reads the reader's disk.
LINK_SCHEMES = frozenset({"mailto", "tel", "sms", "geo", "xmpp", "magnet"})

# Browsers take 2 MB, servers 8 KB (RFC 9110, section 4.1 asks for at least 8,000 octets).
MAX_CHARACTERS = 8_000

# RFC 3986, sections 3.3 to 3.5: what stands in a path, a query and a fragment as it is.
_PATH = "%/:@!$&'()*+,;=~"
_QUERY = _PATH + "?"
# C0, DEL and C1 controls, surrogates, noncharacters: never part of an address.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What is not seen, so that `java\u200bscript:` and `javascript\u00a0:` are read as a person would: spaces of
# all widths, soft hyphen, joiners, bidirectional marks, fillers, variation selectors, tags.
INVISIBLE = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# RFC 1035, section 2.3.4: labels of 1 to 63, 253 in all. Real hosts have underscores.
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")
# What absolute() leaves as it is: most addresses, which are not taken apart to be put together again.
_SAFE = r"A-Za-z0-9_.~/:@!$&'()*+,;=-"
_PERFECT = re.compile(
    r"https?://(?=[^/?#]{1,253}(?:[/?#]|\Z))[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*"
    + "".join(
        rf"(?:{mark}[{safe}]*+(?:%[0-9A-Fa-f]{{2}}[{safe}]*+)*+)?"
        for mark, safe in (("/", _SAFE), (r"\?(?!#|\Z)", _SAFE + "?"), (r"#(?!\Z)", _SAFE + "?"))
    )
)


def absolute(address: str, base: str) -> str:
    """Give the absolute http or https form of an address, as ASCII valid by RFC 3986, or "".

    base is an absolute http(s) address, or "" where relative addresses lead nowhere. `//host/` becomes https.
    A user and password are dropped. absolute(absolute(x, b), b) == absolute(x, b). Never raises.
    """
    if len(address) <= MAX_CHARACTERS and _PERFECT.fullmatch(address):
        return address
    written = _CONTROLS.sub("", address).strip()
    if not written or len(written) > MAX_CHARACTERS:
        return ""
    scheme = _scheme(written)
    if scheme not in ("", "http", "https"):
        return ""
    try:
        joined = _joined(written, scheme, base)
        result = _encoded(joined)
    except ValueError:  # urlsplit, ipaddress and the IDNA codec: no address
        return ""
    return result if len(result) <= MAX_CHARACTERS else ""


def link(address: str, base: str) -> str:
    """Give what an `href` may hold: what absolute() gives, or an address with one of LINK_SCHEMES, or "".

    `#part` becomes base + "#part". Idempotent; never raises.
    """
    if address.startswith(("http://", "https://")):
        return absolute(address, base)
    written = _CONTROLS.sub("", address).strip()
    scheme = _scheme(written)
    if scheme not in LINK_SCHEMES:
        return absolute(address, base)
    rest = _quoted(INVISIBLE.sub("", written.partition(":")[2]), _QUERY)
    return f"{scheme}:{rest}" if 0 < len(rest) <= MAX_CHARACTERS else ""


def _scheme(written: str) -> str:
    """Give the scheme as a browser or a person would read it, in lower case; "" for a relative address."""
    found = _SCHEME.match(INVISIBLE.sub("", written[:200]))
    return found[1].lower() if found else ""


def _joined(written: str, scheme: str, base: str) -> str:
    """Give an address that begins with http:// or https://, or "". Backslashes are slashes up to the query."""
    cut = min((at for mark in "?#" if (at := written.find(mark)) >= 0), default=len(written))
    written = written[:cut].replace("\\", "/") + written[cut:]
    if scheme:  # WHATWG: `http:/x`, `http:x` and `http:///x` are all http://x
        return f"{scheme}://" + written.partition(":")[2].lstrip("/")
    if written.startswith("//"):
        return "https://" + written.lstrip("/")
    return urljoin(base, written) if base else ""


def _encoded(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        return ""
    host = _host(parts.netloc.rpartition("@")[2])
    if not host:
        return ""
    path = _quoted(parts.path, _PATH)
    return urlunsplit((parts.scheme, host, path, _quoted(parts.query, _QUERY), _quoted(parts.fragment, _QUERY)))


def _host(netloc: str) -> str:
    """Give host or host:port in lower-case ASCII; "" or ValueError where it is none."""
    if netloc.startswith("["):
        inner, bracket, port = netloc[1:].partition("]")
        host = f"[{ipaddress.IPv6Address(inner).compressed}]" if bracket and "%" not in inner else ""
    else:
        name, colon, port = netloc.partition(":")
        port = colon + port
        name = unquote(name)
        if len(name) > 253:  # the codec is quadratic beyond
            return ""
        host = (name if name.isascii() else name.encode("idna").decode("ascii")).lower()
        if not _HOST.fullmatch(host):
            return ""
    if not port.strip(":"):
        return host if len(port) < 2 else ""
    digits = port.removeprefix(":")
    if not host or port == digits or not (digits.isascii() and digits.isdigit()) or int(digits[:9]) > 65_535:
        return ""
    return f"{host}:{int(digits[:9])}"


def _quoted(text: str, safe: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", text), safe=safe)


class Links(NamedTuple):
    """How the addresses of one body are read and written."""

    resolve: Callable[[str, str], str]  # ("link" or "file", as written) to the absolute address, or ""
    unproxy: tuple[str, ...]  # prefixes of proxies that are unwrapped
    proxy: str  # what pictures go through: a prefix, or a pattern with {url}; "" for nothing

    def address(self, kind: str, written: str) -> str:
        """Give the absolute address, unwrapped from the proxies it is in; "" where there is none."""
        written = written.strip()
        if not written:
            return ""
        for _ in range(3):  # a proxy of a proxy, no more
            inner = next((written[len(prefix) :] for prefix in self.unproxy if written.startswith(prefix)), "")
            if not inner:
                break
            inner = unquote(inner) if re.match(r"https?%3a", inner, re.IGNORECASE) else inner
            if not re.match(r"(?:https?:)?//", inner, re.IGNORECASE):
                break
            written = inner
        return self.resolve(kind, written)

    def picture(self, written: str) -> str:
        """Give the address from which a picture is to be shown."""
        address = self.address("file", written)
        head, pattern, tail = self.proxy.partition("{url}")
        if not address or not self.proxy or address.startswith(head):
            return address
        return f"{head}{quote(address, safe='')}{tail}" if pattern else head + address
