"""Dates as authors and machines write them become instants in UTC; what can not be understood becomes None."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

# RFC 5322, section 4.3 (obs-zone), and the names that blog engines and `date` print.
ZONES: dict[str, float] = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "WEST": 1, "BST": 1, "CET": 1, "MET": 1, "CEST": 2, "MEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "BRT": -3,
}  # fmt: skip
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2}))?(?:[.,](?P<fraction>\d{1,9}))?(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
_ZONE = r"(?P<zone>[A-Za-z]{1,5}|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)"
_NUMERIC = re.compile(
    rf"(?P<year>\d{{4}})(?P<mark>[-/.年])\s?(?P<month>\d{{1,2}})[-/.月]\s?(?P<day>\d{{1,2}})日?"
    rf"(?:(?:\s*[Tt]\s*|\s+|,\s*)(?:{_TIME}))?(?:\s*{_ZONE})?(?:\s+[A-Z]{{3,5}}|\s*\([^)]*\))?"  # Go and JavaScript name the zone once more
)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>Z)?)?"
)
_SLASHED = re.compile(rf"(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}})(?:\s+{_TIME})?(?:\s*{_ZONE})?")
_DOTTED = re.compile(rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}})(?:\s+{_TIME})?(?:\s*{_ZONE})?")
_EPOCH = re.compile(r"-?\d{9,13}(?:\.\d+)?")
# RFC 822 and 5322, `date`, asctime, JavaScript's Date, and English prose: the parts in any order.
_WORD = re.compile(
    r"(?P<time>\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d+)?)?(?:\s*[AaPp]\.?[Mm]\.?(?![a-z]))?)"
    r"|(?P<offset>(?:UTC|GMT|(?<=[\s\d]))[+-]\d{1,2}:?\d{2}\b)"
    r"|(?P<number>\d+)(?:st|nd|rd|th)?\b"
    r"|(?P<name>[A-Za-z]+)\.?"
    r"|(?P<aside>\([^)]*\))"
    r"|(?P<between>[\s,/]+|-)"
)
_SHORT = {full[:3].capitalize(): str(number) for number, full in enumerate(_MONTHS, 1)}
# What RFC 822 dates mostly are, which needs no search for the parts.
_RFC_822 = re.compile(
    rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(?P<day>\d{{1,2}}) (?P<month>{'|'.join(_SHORT)})"
    r" (?P<year>\d{4}) (?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d) (?P<zone>GMT|UTC|[+-]\d{4})",
    re.ASCII,
)
_DAYS = re.compile(r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?")


def parse(text: str, zone: tzinfo) -> datetime | None:
    """Give the instant that text names, in UTC; None where it names none.

    zone is where a date without one is. A date without a time is midnight. Forms: ISO 8601 and RFC 3339, loosely;
    RFC 822 and 5322; asctime and JavaScript; year, month and day in numbers or English words; seconds or milliseconds
    since 1970.
    """
    text = " ".join(text.replace("\u200e", "").split())  # str.split takes the no-break spaces, too
    try:
        return _read(text, zone)
    except (ValueError, OverflowError, OSError):  # no such day or hour; a year before 1 or past 9999
        return None


def _read(text: str, zone: tzinfo) -> datetime:
    if match := _RFC_822.fullmatch(text):
        return _instant({**match.groupdict(), "month": _SHORT[match["month"]]}, zone)
    if match := _COMPACT.fullmatch(text):
        return _instant(match.groupdict(), zone)
    if _EPOCH.fullmatch(text):
        number = float(text)
        return datetime.fromtimestamp(number / 1000 if abs(number) >= 1e11 else number, UTC)
    for form in (_NUMERIC, _SLASHED, _DOTTED):
        if match := form.fullmatch(text):
            return _instant(match.groupdict(), zone)
    return _words(text, zone)


def _instant(parts: dict[str, str | None], zone: tzinfo) -> datetime:
    hour = int(parts.get("hour") or 0)
    if half := parts.get("half"):
        hour = hour % 12 + 12 * (half in "Pp")
    second = int(parts.get("second") or 0)
    return datetime(
        int(parts["year"] or 0),
        int(parts["month"] or 0),
        int(parts["day"] or 0),
        hour,
        int(parts.get("minute") or 0),
        59 if second == 60 else second,  # a leap second: RFC 3339, section 5.7
        int((parts.get("fraction") or "0").ljust(6, "0")[:6]),
        tzinfo=_zone(parts.get("zone"), zone),
    ).astimezone(UTC)


def _zone(name: str | None, default: tzinfo) -> tzinfo:
    if not name:
        return default
    if name.upper() in ZONES:
        return timezone(timedelta(hours=ZONES[name.upper()]))
    match = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", name)
    if not match:
        raise ValueError(name)
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-offset if match[1] == "-" else offset)


def _words(text: str, zone: tzinfo) -> datetime:
    parts: dict[str, str | None] = {}
    numbers: list[str] = []
    at = 0
    while at < len(text):
        match = _WORD.match(text, at)
        if not match:
            raise ValueError(text)
        at = match.end()
        kind, word = match.lastgroup, match[0]
        if kind == "number":
            numbers.append(match["number"])
        elif kind == "time":
            clock = re.fullmatch(_TIME, word)
            if not clock or "hour" in parts:
                raise ValueError(text)
            parts |= clock.groupdict()
        elif kind == "offset":
            parts["zone"] = word
        elif kind == "name":
            _name(match["name"], parts)
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(numbers) != 2 or not days or "month" not in parts:
        raise ValueError(text)
    if not years:  # RFC 5322, section 4.3: two digits; the day stands first
        two = int(days.pop())
        years = [str(two + (2000 if two < 50 else 1900))]
    return _instant({**parts, "year": years[0], "day": days[0]}, zone)


def _name(word: str, parts: dict[str, str | None]) -> None:
    lower = word.lower()
    month = next((n for n, full in enumerate(_MONTHS, 1) if len(lower) >= 3 and full.startswith(lower)), None)
    if month:
        parts["month"] = str(month)
    elif word.upper() in ZONES:
        parts.setdefault("zone", word)
    elif not _DAYS.fullmatch(lower) and lower not in {"at", "of", "on", "the"}:
        raise ValueError(word)


_IN_NAME = (
    re.compile(r"(?:^|[^\d])((?:19|20)\d{2})[-_.](\d{1,2})[-_.](\d{1,2})(?!\d)"),
    re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)"),
)
_IN_FOLDERS = (
    re.compile(r"(?:^|/)((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})(?=/)"),
    re.compile(r"(?:^|/)((?:19|20)\d{2})/(\d{1,2})()(?=/)"),
    re.compile(r"(?:^|/)((?:19|20)\d{2})-?(\d{2})()(?=/)"),
)


def in_path(path: str, zone: tzinfo) -> datetime | None:
    """Give the day that a file's name or folders (or a permalink) tell, at midnight in zone, in UTC; else None.

    The name comes first (`2022-07-24-title`, `20220724 title`), then year, month and day folders, then year and month,
    which mean the first of the month.
    """
    folders, _slash, name = path.rpartition("/")
    for pattern, text in [(p, name) for p in _IN_NAME] + [(p, folders + "/") for p in (*_IN_NAME[:1], *_IN_FOLDERS)]:
        if match := pattern.search(text):
            try:
                day = datetime(int(match[1]), int(match[2]), int(match[3] or 1), tzinfo=zone)
                return day.astimezone(UTC)
            except (ValueError, OverflowError):
                continue
    return None
