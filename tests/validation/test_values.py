"""Single values, by example: what each check lets through, and what it calls the rest."""

from datetime import UTC, datetime

import pytest

from feedsvc.validation import values

EXAMPLES = [
    (values.rfc3339, "2024-05-01T12:00:00Z", []),
    (values.rfc3339, "2024-05-01T12:00:00.123+05:30", []),
    (values.rfc3339, "2016-12-31T23:59:60Z", []),
    (values.rfc3339, "2024-02-29T00:00:00Z", []),
    (values.rfc3339, "2023-02-29T00:00:00Z", ["invalid-rfc3339-date"]),
    (values.rfc3339, "2024-05-01t12:00:00z", ["invalid-rfc3339-date"]),
    (values.rfc3339, "2024-05-01T12:00Z", ["invalid-rfc3339-date"]),
    (values.rfc3339, "2024-05-01T12:00:00+0530", ["invalid-rfc3339-date"]),
    (values.rfc3339, "2024-05-01T12:00:00", ["invalid-rfc3339-date"]),
    (values.rfc3339, "2024-05-01T24:00:00Z", ["invalid-rfc3339-date"]),
    (values.rfc3339, "2024-05-01T12:00:00+24:00", ["invalid-rfc3339-date"]),
    (values.rfc3339, "0000-01-01T00:00:00Z", ["invalid-rfc3339-date"]),
    (values.rfc3339, "٢٠٢٤-05-01T12:00:00Z", ["invalid-rfc3339-date"]),
    (values.rfc822, "Wed, 01 May 2024 12:00:00 +0000", []),
    (values.rfc822, "1 may 2024 12:00 gmt", []),
    (values.rfc822, "Wed (a (nested) day), 01 May 2024 12:00:00 GMT (noon\\))", []),
    (values.rfc822, "Wed, 01 May 2024 12:00:00 +0530", []),
    (values.rfc822, "Wed, 01 May 2024 12:00:00 +0545", ["rare-time-zone"]),
    (values.rfc822, "Wed, 01 May 2024 12:00:00 CET", ["invalid-rfc822-date"]),
    (values.rfc822, "Wed, 01 May 2024 12:00:00 +05:30", ["invalid-rfc822-date"]),
    (values.rfc822, "Wednesday, 01 May 2024 12:00:00 GMT", ["invalid-rfc822-date"]),
    (values.rfc822, "Wed, 31 Feb 2024 12:00:00 GMT", ["invalid-rfc822-date"]),
    (values.rfc822, "Thu, 01 May 2024 12:00:00 GMT", ["wrong-weekday"]),
    (values.rfc822, "01 May 24 12:00:00 GMT", ["ambiguous-date"]),
    (values.rfc822, "01 May 2024 12:00:00 A", ["ambiguous-date"]),
    (values.rfc822, "01 May 2024 12:00:00 J", ["invalid-rfc822-date"]),
    (values.rfc822, "", ["invalid-rfc822-date"]),
    (values.w3cdtf, "2024", []),
    (values.w3cdtf, "2024-05", []),
    (values.w3cdtf, "2024-05-01T12:00+02:00", []),
    (values.w3cdtf, "2024-13", ["invalid-w3cdtf-date"]),
    (values.w3cdtf, "2024-05-01T12:00", ["invalid-w3cdtf-date"]),
    (values.absolute_uri, "https://例え.jp/é?q=1#x", []),
    (values.absolute_uri, "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", []),
    (values.absolute_uri, "http://localhost:8000/a", []),
    (values.absolute_uri, "http://[::1]:8000/a", []),
    (values.absolute_uri, "did:web:orchard.example", []),
    (values.absolute_uri, "http://", ["missing-host"]),
    (values.absolute_uri, "http:/orchard.example/", ["missing-host"]),
    (values.absolute_uri, "orchard.example", ["relative-uri"]),
    (values.absolute_uri, "https://orchard.example/[a]", ["invalid-uri"]),
    (values.absolute_uri, 'https://orchard.example/"', ["invalid-uri"]),
    (values.uri_reference, "../a?b#c", []),
    (values.uri_reference, "", []),
    (values.uri_reference, "a b", ["invalid-uri"]),
    (values.language, "en", []),
    (values.language, "yue", []),
    (values.language, "zxx", []),
    (values.language, "i-default", []),
    (values.language, "de-CH-1996", []),
    (values.language, "sr-Latn-RS", []),
    (values.language, "x-mine", []),
    (values.language, "en-a-bbb-x-c", []),
    (values.language, "english", ["invalid-language"]),
    (values.language, "en_US", ["invalid-language"]),
    (values.language, "xx", ["invalid-language"]),
    (values.language, "", ["invalid-language"]),
    (values.media_type, 'text/html; charset="utf-8"', []),
    (values.media_type, "application/atom+xml;type=entry", []),
    (values.media_type, "html", ["invalid-media-type"]),
    (values.media_type, "text/", ["invalid-media-type"]),
    (values.media_type, "", ["invalid-media-type"]),
    (values.addr_spec, "anna@orchard.example", []),
    (values.addr_spec, "anna+x@localhost", []),
    (values.addr_spec, "anna@orchard.example (Anna)", ["invalid-email"]),
    (values.addr_spec, "anna..baum@orchard.example", ["invalid-email"]),
    (values.email_with_name, "anna@orchard.example (Anna)", []),
    (values.email_with_name, "anna@orchard.example", ["missing-real-name"]),
    (values.email_with_name, "Anna <anna@orchard.example>", ["email-format"]),
    (values.email_with_name, "Anna (anna@orchard.example)", ["missing-email"]),
    (values.email_with_name, "Anna", ["missing-email"]),
    (values.plain_text, "AT&T & sons, x < y > z", []),
    (values.plain_text, "R&D; 5 &euros", []),
    (values.plain_text, "caf&eacute;", ["contains-html"]),
    (values.plain_text, "&#233;", ["contains-html"]),
    (values.plain_text, "<b>new</b>", ["contains-html"]),
    (values.plain_text, "<!-- x -->", ["contains-html"]),
    (values.plain_text, "a<b", ["stray-markup"]),
    (values.positive_integer, "007", []),
    (values.positive_integer, "0", ["invalid-positive-integer"]),
    (values.positive_integer, "٣", ["invalid-positive-integer"]),
    (values.non_negative_integer, "0", []),
    (values.non_negative_integer, "-1", ["invalid-non-negative-integer"]),
    (values.number, "1e3", []),
    (values.number, "one", ["invalid-number"]),
]


@pytest.mark.parametrize(("check", "value", "codes"), EXAMPLES)
def test_check(check: values.Check, value: str, codes: list[str]) -> None:
    assert list(check(value)) == codes


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Wed, 01 May 2024 12:00:00 EDT", datetime(2024, 5, 1, 16, tzinfo=UTC)),
        ("01 May 24 12:00:00 GMT", datetime(2024, 5, 1, 12, tzinfo=UTC)),
        ("01 May 99 12:00:00 GMT", datetime(1999, 5, 1, 12, tzinfo=UTC)),
        ("2024-05-01T12:00:00-02:00", datetime(2024, 5, 1, 14, tzinfo=UTC)),
        ("9999-12-31T23:59:59-23:00", None),
        ("soon", None),
    ],
)
def test_moment(value: str, moment: datetime | None) -> None:
    assert values.moment_of(value) == moment


@pytest.mark.parametrize(
    ("identity", "odd"),
    [
        ("http://orchard.example/", False),
        ("http://orchard.example/#", False),
        ("tag:Orchard.example,2024:A", False),
        ("urn:uuid:1225C695-cfb8-4ebb-aaaa-80da344efa6a", False),
        ("HTTP://orchard.example/", True),
        ("http://Orchard.example/", True),
        ("http://orchard.example", True),
        ("http://orchard.example:80/", True),
        ("http://orchard.example/a/../b", True),
        ("http://orchard.example/%7eanna", True),
        ("http://orchard.example/%c3%a9", True),
        ("http://[::1", False),
    ],
)
def test_canonical(identity: str, odd: bool) -> None:
    assert values.non_canonical(identity) is odd


def test_addresses_are_compared_as_clients_do() -> None:
    assert values.same_address("HTTPS://Orchard.example/%7Eanna", "https://orchard.example/~anna#top")
    assert values.same_address("https://orchard.example", "https://orchard.example/")
    assert not values.same_address("http://orchard.example/", "https://orchard.example/")
    assert not values.same_address("https://orchard.example/?a=1", "https://orchard.example/?a=2")
