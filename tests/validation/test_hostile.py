"""Whatever comes in gets its finding, in bounded time and memory."""

import gzip
from collections.abc import Callable, Iterator

import pytest

from feedsvc.validation import reading, validate
from tests.costs import calls, ending

ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Vergé 🍐</title><id>urn:x-orchard:1</id>'
    '<updated>2024-05-01T12:00:00Z</updated><link rel="self" href="https://orchard.example/feed"/></feed>'
)


@pytest.fixture(autouse=True)
def _to_its_end() -> Iterator[None]:
    with ending():
        yield


def bomb(levels: int) -> str:
    entities = ['<!ENTITY a0 "pear pear pear pear">']
    entities += [f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, levels)]
    return f"<!DOCTYPE feed [{''.join(entities)}]>{ATOM.replace('Vergé', f'&a{levels - 1};')}"


BLOWN_UP = f'<!DOCTYPE feed [<!ENTITY a "{"pear" * 5000}">]>{ATOM.replace("Vergé", "&a;" * 5000)}'
EXTERNAL = f'<!DOCTYPE feed [<!ENTITY a SYSTEM "file:///etc/passwd">]>{ATOM.replace("Vergé", "&a;")}'
PARAMETER = f'<!DOCTYPE feed [<!ENTITY % a SYSTEM "http://127.0.0.1:1/a.dtd"> %a;]>{ATOM}'
CHANNEL = "<title>a</title><link>https://a.example/</link><description>b</description>"
HTML = f'<rss version="2.0"><channel>{CHANNEL}<item><description>{{}}</description></item></channel></rss>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-document"),
        (b" \n", "empty-document"),
        (gzip.compress(ATOM.encode()), "compressed"),
        (b"x" * 100_000_000, "too-large"),
        (b"<feed>" + b" " * 100_000_000, "too-large"),
        ("<" * 5_000_000, "not-well-formed"),
        ("{" * 5_000_000, "not-json"),
        ("[" * 1_000, "not-json"),
        ("<a>" * 300, "too-deep"),
        ("<a>" + "<b/>" * 200_000 + "</a>", "too-many-elements"),
        ("<a " + " ".join(f'b{n}=""' for n in range(250_000)) + "/>", "too-many-elements"),
        (ATOM + " " * 2_000_000, "large-feed"),
        (bomb(10), "entity-expansion"),
        (BLOWN_UP, "entity-expansion"),
        (EXTERNAL, "external-entity"),
        (PARAMETER, "external-entity"),
        (ATOM[:-20], "truncated"),
        (ATOM[: ATOM.index("http")], "truncated"),
        (ATOM[: ATOM.index("Verg")], "truncated"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [', "json-truncated"),
        ('{"version": "https://jsonfeed.org/vers', "json-truncated"),
        ("<!-- -->" * 500 + ATOM[:-2], "truncated"),
        ("<!-- --> " * 5_000 + "<html>", "truncated"),
        (HTML.format("b").replace("<item>", f"<webMaster>{'a' * 500_000}@</webMaster><item>"), "missing-email"),
        (HTML.format("b").replace("<item>", f"<webMaster>{'@' * 500_000}</webMaster><item>"), "missing-email"),
        (HTML.format("b").replace("<item>", f"<language>{'a-' * 500_000}</language><item>"), "invalid-language"),
        (HTML.format("b").replace("<item>", f"<pubDate>{'(' * 500_000}</pubDate><item>"), "invalid-rfc822-date"),
        (HTML.format("b").replace("https://a.example/", "https://" + "a/../" * 200_000), ""),
        ("[1, 2]", "not-a-feed"),
        ("{}", "not-a-feed"),
        ("pear", "not-a-feed"),
        ("\ufeff\n<!doctype HTML>\n<html>", "html-page"),
        ("<html lang='en'><body>502 Bad Gateway", "html-page"),
        ("\0" * 50, "not-a-feed"),
        (b"\xff\xfe\0", "undecodable"),
        (ATOM.replace("Vergé", "a\x08b"), "not-well-formed"),
        (ATOM.replace("Vergé", "a&nbsp;b"), "not-well-formed"),
        (HTML.format("&lt;" * 500_000), ""),
        (HTML.format("&lt;a '" * 100_000), ""),
        (HTML.format('&lt;a b="' * 100_001), ""),
        (HTML.format("&lt;!--" * 100_000), ""),
        (HTML.format("&lt;a" + " b" * 300_000), ""),
        (HTML.format("&lt;a" + " " * 1_000_000), ""),
        (HTML.format("&lt;script>" * 100_000), "unsafe-element"),
        (HTML.format("&amp;" * 500_000).replace("description", "title"), ""),
        (HTML.format("&lt;b " * 200_000).replace("description", "title"), ""),
        ('{"version":"1","title":"' + "<b " * 500_000 + '","items":[]}', "invalid-json-feed-version"),
        ('{"version":"1","title":"t","items":[' + "{}," * 50_000 + "{}]}", "invalid-json-feed-version"),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, str) else "bytes",
)
def test_hostile_input_is_judged(data: bytes | str, code: str) -> None:
    report = validate(data)
    assert not code or code in report.codes


def rss(items: str) -> str:
    return f'<rss version="2.0"><channel>{CHANNEL}{items}</channel></rss>'


# name: a document of the size n, in shapes whose parts might be compared with each other.
SHAPES: dict[str, Callable[[int], str]] = {
    "items": lambda n: rss("".join(f"<item><guid>https://a.example/{i}</guid></item>" for i in range(n))),
    "items that are the same": lambda n: rss("<item><guid>https://a.example/</guid></item>" * n),
    "items of JSON": lambda n: (
        '{"version":"https://jsonfeed.org/version/1.1","items":[' + ",".join(f'{{"id":"{i}"}}' for i in range(n)) + "]}"
    ),
    "unknown elements": lambda n: rss("<pear/>" * n),
    "attributes": lambda n: "<a " + " ".join(f'b{i}=""' for i in range(n)) + "/>",
    "comments": lambda n: "<!-- --> " * n + "<html>",
    "brackets": lambda n: "[" * n,
    "tags in content": lambda n: HTML.format("&lt;b>" * n),
    "unclosed tags in content": lambda n: HTML.format("&lt;a b= " * n),
    "scripts in content": lambda n: HTML.format("&lt;script>" * n),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_twice_as_much_takes_at_most_twice_as_many_steps(shape: Callable[[int], str]) -> None:
    one, two = shape(1_000), shape(2_000)
    validate(two)  # what is imported or compiled once is not counted
    assert calls(lambda: validate(two)) <= 2.1 * calls(lambda: validate(one))


def test_nothing_outside_is_read() -> None:
    report = validate(EXTERNAL)
    assert not any("root:" in finding.message for finding in report.findings)


ENCODINGS = [
    ("utf-8", None),
    ("utf-8-sig", None),
    ("utf-16", "utf-16"),
    ("utf-16-le", "utf-16"),
    ("utf-16-be", None),
    ("utf-32", "utf-32"),
    ("utf-32-le", None),
    ("iso-8859-1", "iso-8859-1"),
    ("windows-1252", "windows-1252"),
    ("shift_jis", "shift_jis"),
]


@pytest.mark.parametrize(("encoding", "declared"), ENCODINGS)
def test_encodings(encoding: str, declared: str | None) -> None:
    text = ATOM.replace("Vergé 🍐", "Verg" if encoding == "shift_jis" else "Vergé")
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else "<?xml version='1.0'?>"
    report = validate((declaration + text).encode(encoding))
    assert report.format == "atom"
    assert report.valid, report.errors
    assert not report.codes & {"encoding-mismatch", "odd-characters"}


@pytest.mark.parametrize(
    ("data", "content_type", "code"),
    [
        (
            b'<?xml version="1.0" encoding="iso-8859-1"?>' + ATOM.encode("utf-8-sig")[3:],
            "application/xml; charset=utf-8",
            "encoding-mismatch",
        ),
        (b"\xef\xbb\xbf" + b'<?xml version="1.0" encoding="iso-8859-1"?>' + ATOM.encode(), None, "encoding-mismatch"),
        (b'<?xml version="1.0" encoding="utf-16"?>' + ATOM.encode(), None, "undecodable"),
        (ATOM.encode("latin-1", "ignore"), None, "undecodable"),
        (ATOM.encode("latin-1", "ignore"), "application/atom+xml; charset=no-such", "unknown-encoding"),
        (b'<?xml version="1.0" encoding="hex"?>' + ATOM.encode(), None, "unknown-encoding"),
        (b'<?xml version="1.0" encoding="rot13"?>' + ATOM.encode(), None, "unknown-encoding"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?>' + ATOM.encode(), None, "odd-characters"),
        (b'{"version": "\xff"}', "application/json", "undecodable"),
    ],
)
def test_encodings_that_lie(data: bytes, content_type: str | None, code: str) -> None:
    assert code in validate(data, content_type=content_type).codes


def test_the_limits_are_what_is_said() -> None:
    assert reading.MOST_BYTES == 5 * 1024 * 1024


def test_values_steer_no_terminal() -> None:
    report = validate('{"version": "\\u001b[31m\\u202e", "items": [], "title": "t"}')
    assert "invalid-json-feed-version" in report.codes
    assert all(finding.message.isprintable() for finding in report.findings)


def test_findings_are_bounded() -> None:
    many = f'<rss version="2.0"><channel>{"<pear/>" * 50_000}</channel></rss>'
    report = validate(many)
    assert report.codes >= {"undefined-element", "missing-element"}
    assert len(report.findings) <= 120
