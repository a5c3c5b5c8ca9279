"""Addresses: what an author wrote becomes an absolute http(s) address, or nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.content import addresses
from feedsvc.content.addresses import absolute, link

BASE = "https://blog.example/posts/one/"
# RFC 3986: scheme, authority and the characters that stand in the rest.
VALID = re.compile(r"https?://[a-z0-9._:\[\]-]+(?:[/?#](?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("/a.jpg", "https://blog.example/a.jpg"),
        ("b.jpg", "https://blog.example/posts/one/b.jpg"),
        ("../c", "https://blog.example/posts/c"),
        ("?q=1", "https://blog.example/posts/one/?q=1"),
        ("#part", "https://blog.example/posts/one/#part"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("\\\\cdn.example\\x?a\\b", "https://cdn.example/x?a%5Cb"),
        ("HTTP://Example.COM/A", "http://example.com/A"),
        ("http:/example.com", "http://example.com"),
        ("https:example.com/a", "https://example.com/a"),
        (" \n http://example.com/a\tb\n", "http://example.com/ab"),
        ("http://example.com/a b<c>\"d'", "http://example.com/a%20b%3Cc%3E%22d'"),
        ("http://example.com/飞信?q=中#文", "http://example.com/%E9%A3%9E%E4%BF%A1?q=%E4%B8%AD#%E6%96%87"),
        ("http://example.com/100%/%7Ea", "http://example.com/100%25/%7Ea"),
        ("http://例え.jp/", "http://xn--r8jz45g.jp/"),
        ("http://user:secret@example.com/", "http://example.com/"),
        ("http://example.com:/", "http://example.com/"),
        ("http://example.com:8080/", "http://example.com:8080/"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]:80/"),
        ("./this:that", "https://blog.example/posts/one/this:that"),
        ("http://fa.example/می\u200cخواهم", "http://fa.example/%D9%85%DB%8C%E2%80%8C%D8%AE%D9%88%D8%A7%D9%87%D9%85"),
    ],
)
def test_an_address_is_made_absolute_and_valid(written, expected):
    assert absolute(written, BASE) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "\ufeffjavascript:alert(1)",
        "java\u00adscript:alert(1)",
        "javascript\u00a0:alert(1)",
        "java\u200bscript:alert(1)",
        "javascript:123",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "http://",
        "http://exa mple.com/",
        "http://example.com:99999/",
        "http://example.com:x/",
        "http://[::1",
        "http://[fe80::1%eth0]/",
        "http://" + "a" * 64 + ".com/",
        "http://" + "é" * 5_000 + "/",
        "http://example.com/" + "a" * 10_000,
    ],
)
def test_what_is_no_address_is_nothing(written):
    assert absolute(written, BASE) == ""
    assert link(written, BASE) == ""


def test_a_relative_address_without_a_base_leads_nowhere():
    assert absolute("a.jpg", "") == ""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("mailto:ann@example.org?subject=a b", "mailto:ann@example.org?subject=ab"),
        ("TEL:+49 30 1", "tel:+49301"),
        ("magnet:?xt=urn:btih:abc", "magnet:?xt=urn:btih:abc"),
        ("mailto:", ""),
    ],
)
def test_a_link_may_also_write_or_call(written, expected):
    assert link(written, BASE) == expected
    assert absolute(written, BASE) == ""


@given(st.text() | st.from_regex(r"(https?:)?[/\\]{0,3}[\w.@:\[\]%-]{0,20}[/?#]?.{0,20}"), st.sampled_from([BASE, ""]))
def test_every_text_gives_a_valid_address_or_nothing_and_stays(written, base):
    once = absolute(written, base)
    assert once == "" or VALID.fullmatch(once)
    assert absolute(once, base) == once
    assert link(link(written, base), base) == link(written, base)


@given(st.from_regex(r"https?://[a-z.0-9_-]{1,9}(?:[/?#%:&=;a-zA-Z0-9\[\]\"<é ~'()]|%2f|:80|\\){0,9}", fullmatch=True))
def test_an_address_that_is_not_taken_apart_would_come_back_as_it_is(written):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addresses, "_PERFECT", re.compile("(?!)"))
        expected = absolute(written, BASE)
    assert absolute(written, BASE) == expected
