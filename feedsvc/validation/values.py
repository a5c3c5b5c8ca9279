"""Single values: dates, addresses, languages, numbers.

Every check takes the text as it stands and yields the codes of what is wrong with it (see `catalogue`), nothing if it
is right. A code may have what would be right behind a colon, where that is not the same for every value of its kind.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from html.entities import name2codepoint
from urllib.parse import unquote, urljoin, urlsplit

from feedsvc.validation import registries

Check = Callable[[str], Iterable[str]]

BLANKS = " \t\r\n"


def anything(_value: str) -> Iterator[str]:
    """Any text at all."""
    return iter(())


def exact(check: Check) -> Check:
    """`check`, for values around which no white space may stand (RFC 4287 §2)."""

    def checked(value: str) -> Iterator[str]:
        if value != value.strip(BLANKS):
            yield "unexpected-white-space"
        else:
            yield from check(value)

    return checked


def matching(pattern: str, code: str, flags: int = 0) -> Check:
    """Whole values that match `pattern`; others are `code`."""
    compiled = re.compile(pattern, flags)
    return lambda value: () if compiled.fullmatch(value) else (code,)


def one_of(words: Iterable[str], code: str = "invalid-choice", *, any_case: bool = False) -> Check:
    """One of `words`; anything else is `code`."""
    listed = tuple(words)
    allowed = frozenset(word.lower() if any_case else word for word in listed)
    fault = f"{code}: {', '.join(listed)}"
    return lambda value: () if (value.lower() if any_case else value) in allowed else (fault,)


def optional(check: Check) -> Check:
    """Nothing at all, or what `check` lets through."""
    return lambda value: check(value) if value else ()


# Numbers. Integers of more than 20 digits are nobody's file size, and no reader's integer.
positive_integer = matching(r"\+?0*[1-9][0-9]{0,19}", "invalid-positive-integer", re.ASCII)
non_negative_integer = matching(r"\+?[0-9]{1,20}", "invalid-non-negative-integer", re.ASCII)
integer = matching(r"[+-]?[0-9]{1,20}", "invalid-integer", re.ASCII)
number = matching(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", "invalid-number", re.ASCII)
boolean = one_of(("true", "false"), "invalid-boolean")
media_type = matching(
    r"""[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(?:\s*;\s*[A-Za-z0-9!#$&^_.+-]+=(?:[A-Za-z0-9!#$&^_.+'*:/-]+|"[^"]*"))*\s*;?""",
    "invalid-media-type",
)


def country(value: str) -> Iterator[str]:
    """A country of ISO 3166-1, by its two letters."""
    if value.lower() not in registries.COUNTRIES:
        yield "invalid-country"


# Dates.

RFC_3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII)
W3C_DTF = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|([+-])(\d\d):(\d\d)))?)?)?", re.ASCII
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# RFC 822 §5.1; the military letters are a class of their own, since RFC 822 gave them the wrong sign (RFC 5322 §4.3).
ZONES = {
    "ut": 0,
    "gmt": 0,
    "z": 0,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
RFC_822 = re.compile(
    r"(?:([a-z]{3})\s*,\s*)?(\d{1,2})\s+([a-z]{3})\s+(\d{4}|\d\d)\s+(\d\d)\s*:\s*(\d\d)(?:\s*:\s*(\d\d))?\s*([+-]\d{4}|[a-z]{1,3})",
    re.ASCII | re.IGNORECASE,
)
# The web is of 1991: a feed that speaks of an earlier publication speaks of a clock that was not set.
FIRST_PLAUSIBLE_YEAR = 1991


def _moment(*parts: int, offset: timedelta = timedelta(0)) -> datetime | None:
    """A moment, with the leap second that RFC 3339 §5.6 allows, or None where the calendar has none such."""
    year, month, day, hour, minute, second = (*parts, *(1, 1, 1, 0, 0, 0)[len(parts) :])
    try:
        return (
            datetime(year, month, day, hour, minute, min(second, 59), tzinfo=timezone(offset)) if second <= 60 else None
        )
    except ValueError:
        return None


def _offset(sign: str | None, hours: str | None, minutes: str | None) -> timedelta | None:
    if not sign:
        return timedelta(0)
    if int(hours or 0) > 23 or int(minutes or 0) > 59:
        return None
    return (-1 if sign == "-" else 1) * timedelta(hours=int(hours or 0), minutes=int(minutes or 0))


def parse_rfc3339(value: str) -> datetime | None:
    """The moment that an Atom date names (RFC 4287 §3.3: RFC 3339 with upper-case T and Z)."""
    found = RFC_3339.fullmatch(value)
    offset = _offset(found[7], found[8], found[9]) if found else None
    return _moment(*map(int, found.groups()[:6]), offset=offset) if found and offset is not None else None


def rfc3339(value: str) -> Iterator[str]:
    """An Atom date."""
    if parse_rfc3339(value) is None:
        yield "invalid-rfc3339-date"


def w3cdtf(value: str) -> Iterator[str]:
    """A date in one of the six granularities of the W3C's note on date and time formats."""
    found = W3C_DTF.fullmatch(value)
    offset = _offset(found[7], found[8], found[9]) if found else None
    if (
        not found
        or offset is None
        or _moment(*(int(part) for part in found.groups()[:6] if part), offset=offset) is None
    ):
        yield "invalid-w3cdtf-date"


def without_comments(value: str) -> str:
    """`value` without RFC 822's comments, which nest and escape."""
    kept, depth, escaped = [], 0, False
    for character in value:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "(":
            depth += 1
            kept.append(" ")
        elif character == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(character)
    return "".join(kept).strip()


def parse_rfc822(value: str) -> datetime | None:
    """The moment that an RSS date names (RFC 822 §5, with four digits of year)."""
    found = RFC_822.fullmatch(without_comments(value))
    if not found or found[3].lower() not in MONTHS or (found[1] and found[1].lower() not in DAYS):
        return None
    year = int(found[4]) + (0 if len(found[4]) == 4 else 2000 if int(found[4]) < 50 else 1900)
    zone = found[8].lower()
    if zone[0] in "+-":
        offset = _offset(zone[0], zone[1:3], zone[3:5])
    else:
        offset = timedelta(hours=ZONES.get(zone, 0)) if zone in ZONES or (len(zone) == 1 and zone != "j") else None
    if offset is None:
        return None
    return _moment(
        year,
        MONTHS.index(found[3].lower()) + 1,
        int(found[2]),
        int(found[5]),
        int(found[6]),
        int(found[7] or 0),
        offset=offset,
    )


def rfc822(value: str) -> Iterator[str]:
    """An RSS or OPML date."""
    moment = parse_rfc822(value)
    if moment is None:
        yield "invalid-rfc822-date"
        return
    found = RFC_822.fullmatch(without_comments(value))
    assert found is not None  # parse_rfc822 saw it
    if found[1] and DAYS[moment.weekday()] != found[1].lower():
        yield "wrong-weekday"
    zone = found[8].lower()
    if len(found[4]) == 2 or (len(zone) == 1 and zone != "z"):
        yield "ambiguous-date"
    elif zone[0] in "+-" and zone[3:] not in ("00", "30"):
        yield "rare-time-zone"


def plausibility(moment: datetime, now: datetime) -> Iterator[str]:
    """Whether `moment` can be the date of a publication at `now`; a day is left for clocks and zones that differ."""
    if moment.year < FIRST_PLAUSIBLE_YEAR:
        yield "implausible-date"
    elif moment > now + timedelta(days=1):
        yield "future-date"


def moment_of(value: str) -> datetime | None:
    """The moment that an RFC 3339 or RFC 822 date names, in UTC."""
    value = value.strip(BLANKS)
    moment = parse_rfc3339(value) or parse_rfc822(value)
    try:
        return moment.astimezone(UTC) if moment else None
    except OverflowError:
        return None


# Addresses.

SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# RFC 3986 §2, and RFC 3987 §2.2 for what lies beyond ASCII; brackets are for the host alone.
NOT_IN_URI = re.compile(r"""[\x00-\x20<>"{}|\\^`\x7f-\x9f]""")
BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
UNWISE_BRACKET = re.compile(r"[\[\]]")
# RFC 4151 §2.1.
TAG = re.compile(
    r"tag:(?:[A-Za-z0-9_.+-]+@)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?,\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?"
    r":(?:[^\s\"<>\\^`{|}%\[\]#\x00-\x1f]|%[0-9A-Fa-f]{2})*(?:#(?:[^\s\"<>\\^`{|}%\[\]#\x00-\x1f]|%[0-9A-Fa-f]{2})*)?"
)
# RFC 8141 §2: a namespace of 2 to 32 letters, digits and inner hyphens, then something.
URN = re.compile(r"urn:[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]:\S+", re.IGNORECASE)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
# Schemes whose addresses are nothing without a host (RFC 9110 §4.2, RFC 1738).
HOSTED = frozenset({"http", "https", "ftp", "ftps", "ws", "wss", "feed"})
HOST = re.compile(r"(?:[^@/?#]*@)?(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#:@\[\]]+)(?::\d*)?")


def uri_reference(value: str) -> Iterator[str]:
    """A relative or absolute IRI reference (RFC 3987 §2.2)."""
    scheme = scheme_of(value)
    if scheme in SCHEME_RULES:
        yield from SCHEME_RULES[scheme](value)
        return
    if NOT_IN_URI.search(value):
        yield "invalid-uri"
        return
    rest = value[len(scheme) + 1 :] if scheme else value
    authority = re.match(r"//([^/?#]*)", rest)
    host = authority[1] if authority else ""
    if scheme in HOSTED and not HOST.fullmatch(host):
        yield "missing-host"
    elif UNWISE_BRACKET.search(rest[authority.end() :] if authority else rest):
        yield "invalid-uri"
    if BAD_ESCAPE.search(value):
        yield "invalid-percent-encoding"


def _urn(value: str) -> Iterator[str]:
    if not URN.fullmatch(value):
        yield "invalid-urn"
    elif NOT_IN_URI.search(value):
        yield "invalid-uri"
    elif value[4:].lower().startswith("uuid:") and not UUID.fullmatch(value[9:].partition("#")[0].partition("?")[0]):
        yield "invalid-uuid"


# Schemes with a grammar of their own.
SCHEME_RULES: dict[str, Check] = {"tag": matching(TAG.pattern, "invalid-tag-uri", re.IGNORECASE), "urn": _urn}


def scheme_of(value: str) -> str:
    """The scheme of an address, in lower case; `""` for a relative one."""
    found = SCHEME.match(value)
    return found[1].lower() if found else ""


def absolute_uri(value: str) -> Iterator[str]:
    """An absolute IRI of a scheme that is registered."""
    if not scheme_of(value):
        yield "invalid-uri" if NOT_IN_URI.search(value) else "relative-uri"
    else:
        yield from uri_reference(value)
        if scheme_of(value) not in registries.SCHEMES and not scheme_of(value).startswith("x-"):
            yield "unregistered-scheme"


def absolute_rss_uri(value: str) -> Iterator[str]:
    """An absolute address where the specification is older than IRIs: letters beyond ASCII are remarked on."""
    yield from absolute_uri(value)
    if not value.isascii():
        yield "non-ascii-uri"


def http_uri(value: str) -> Iterator[str]:
    """An address that can be fetched over HTTP."""
    faults = list(absolute_rss_uri(value))
    yield from faults
    if not faults and scheme_of(value) not in ("http", "https"):
        yield "not-http"


def non_canonical(value: str) -> bool:
    """Whether RFC 4287 §4.2.6.1 would write this id otherwise: case of scheme and host, default port, dot segments."""
    scheme = SCHEME.match(value)
    if not scheme:
        return False
    parts = _split(value)
    if parts is None:
        return False
    authority = parts[1]
    return bool(
        scheme[1] != scheme[1].lower()
        or (parts[0] in HOSTED and authority != authority.lower() and "@" not in authority)
        or (parts[0] == "http" and authority.endswith(":80"))
        or (parts[0] == "https" and authority.endswith(":443"))
        or (parts[0] in HOSTED and authority.endswith(":"))
        or (parts[0] in HOSTED and not parts[2])
        or (parts[0] in HOSTED and re.search(r"(?:^|/)\.\.?(?:/|$)", parts[2]))
        or any(escape != escape.upper() for escape in re.findall("%[0-9A-Fa-f]{2}", value))
        or re.search("%(?:4[1-9A-Fa-f]|5[0-9Aa]|6[1-9A-Fa-f]|7[0-9Aa]|3[0-9]|2[DdEe]|5[Ff]|7[Ee])", value)
    )


def _split(value: str) -> tuple[str, str, str] | None:
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return parts.scheme, parts.netloc, parts.path


def resolved(base: Iterable[str], reference: str) -> str:
    """`reference` against the `xml:base` values in scope, innermost first; `""` where one of them cannot be parsed."""
    address = reference.strip(BLANKS)
    try:
        for each in base:
            address = urljoin(each.strip(BLANKS), address)
    except ValueError:
        return ""
    return address


def same_address(one: str, other: str) -> bool:
    """Whether two addresses name one resource: escapes, letter case of scheme and host, and a fragment set aside."""
    return _normal(one) == _normal(other)


def _normal(value: str) -> str:
    parts = _split(value)
    if parts is None:
        return value
    rest = value.partition("#")[0]
    start = len(parts[0]) + (3 if parts[1] else 1) + len(parts[1])
    return f"{parts[0].lower()}://{parts[1].lower()}{unquote(rest[start:]) or '/'}"


# People.

ADDRESS = re.compile(
    r"[^\s@,;:<>()\[\]\\\"]+@(?:[^\s@,;:<>()\[\]\\\".]+(?:\.[^\s@,;:<>()\[\]\\\".]+)*|\[[0-9A-Fa-f:.]+\])"
)
ADDRESS_AND_NAME = re.compile(rf"({ADDRESS.pattern})(?:\s*\((.*)\))?", re.DOTALL)


# Longer ones are no names, and looking for an address in them costs their length squared.
LONGEST_NAME = 1000


def holds_address(value: str) -> bool:
    """Whether an e-mail address stands somewhere in a name."""
    return "@" in value and bool(ADDRESS.search(value[:LONGEST_NAME]))


def addr_spec(value: str) -> Iterator[str]:
    """An e-mail address alone (RFC 5322 §3.4.1; RFC 6532 for letters beyond ASCII)."""
    if not ADDRESS.fullmatch(value) or ".." in value.partition("@")[0]:
        yield "invalid-email"


def email_with_name(value: str) -> Iterator[str]:
    """`user@example.org (Real Name)`, as RSS writes people; what stands in parentheses is a comment, no address."""
    value = unquote(value[7:]) if value.lower().startswith("mailto:") else value
    found = ADDRESS_AND_NAME.fullmatch(value)
    if found:
        if not (found[2] or "").strip():
            yield "missing-real-name"
    elif holds_address(without_comments(value)):
        yield "email-format"
    else:
        yield "missing-email"


# Languages.

# RFC 5646 §2.1.
LANGUAGE = re.compile(
    r"(?:([A-Za-z]{2,3})(?:-[A-Za-z]{3}){0,3}|([A-Za-z]{4,8}))(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-[A-WY-Za-wy-z0-9](?:-[A-Za-z0-9]{2,8})+)*(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?"
)
PRIVATE_LANGUAGE = re.compile(r"[xX](?:-[A-Za-z0-9]{1,8})+")


def language(value: str) -> Iterator[str]:
    """A language tag of BCP 47, whose first subtag is registered."""
    if value.lower() in registries.GRANDFATHERED or PRIVATE_LANGUAGE.fullmatch(value):
        return
    found = LANGUAGE.fullmatch(value)
    # No subtag of four to eight letters has ever been registered as a language.
    if not found or found[2] or (len(found[1]) == 2 and found[1].lower() not in registries.LANGUAGES):
        yield "invalid-language"


language_or_none = optional(language)


# Text.

TAG_LIKE = re.compile(r"<(?:(/?)([A-Za-z][A-Za-z0-9:-]*)(?=[\s/>])[^<>]*>|(!--))")
STRAY = re.compile(r"<[A-Za-z/!?]")
REFERENCE = re.compile(r"&(?:#[0-9]|#[xX]|([A-Za-z][A-Za-z0-9]*))")


def holds_markup(value: str) -> bool:
    """Whether plain text holds tags or character references of HTML."""
    return any(found[3] or found[2].lower() in registries.HTML_ELEMENTS for found in TAG_LIKE.finditer(value)) or any(
        not found[1]
        or found[1] in name2codepoint
        or (f"{found[1]};" in html.entities.html5 and value[found.end() :].startswith(";"))
        for found in REFERENCE.finditer(value)
    )


def plain_text(value: str) -> Iterator[str]:
    """Text that says the same to a reader that takes it for HTML (RSS profile, character data)."""
    if holds_markup(value):
        yield "contains-html"
    elif STRAY.search(value):
        yield "stray-markup"


def base64_text(value: str) -> Iterator[str]:
    """Base64 of RFC 4648 §4, white space aside."""
    try:
        base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        yield "invalid-base64"
