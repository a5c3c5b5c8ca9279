"""Bounds: what would stall a parser is refused at once; the cleaning of what passes ends."""

import subprocess
import sys

import pytest

from feedsvc.content.bounds import check
from feedsvc.errors import PostRefused
from tests.costs import LIMIT, calls

# name: a body of the size n, in the shapes that stall parsers.
SHAPES = {
    "characters": lambda n: "字" * n,
    "divs": lambda n: "<div>" * n,
    "paragraphs below divs": lambda n: "<div>" * 500 + "<p>x" * n,
    "unclosed formatting": lambda n: "<b>" * n,
    "formatting and paragraphs": lambda n: "".join(f"<b id={i}>" for i in range(n)) + "<p>" * n,
    "formatting in paragraphs": lambda n: "".join(f"<b id={i}><p>" for i in range(n)),
    "end tags in comments": lambda n: "".join(f"<b id={i}><p><!--</b>-->" for i in range(n)),
    "end tags in attributes": lambda n: "".join(f"<b id={i}><p title='</b>'>" for i in range(n)),
    "end tags in cells": lambda n: "".join(f"<b id={i}>" for i in range(n)) + "<table><td>" + "</b>" * n + "<p>x" * n,
    "end tags in scripts": lambda n: "".join(f"<b id={i}><p><script></b></script>" for i in range(n)),
    "lists": lambda n: "<ul><li>" * n,
    "links and bold": lambda n: "<a><b>" * n,
    "links, words and bold": lambda n: "<a href=x>y<b>z" * n,
    "misnested": lambda n: "<i><div></i>" * n,
    "paragraphs and bold": lambda n: "<p><b>x" * n,
    "text in tables": lambda n: "<table>x" * n,
    "text in rows": lambda n: "<table>" + "x<tr>" * n,
    "rows": lambda n: "<table>" + "<tr><td>x" * n,
    "attributes": lambda n: "<p " + " ".join(f"a{i}=1" for i in range(n)) + ">",
    "less-than": lambda n: "<" * n,
    "apart less-than": lambda n: "< " * n,
    "ampersands": lambda n: "&" * n,
    "escaped ampersands": lambda n: "&amp;" * n,
    "apart ampersands": lambda n: "a &amp; b " * n,
    "digits": lambda n: "&#" + "9" * n + ";",
    "pictures": lambda n: '<p><img src="/a" data-src="/b" srcset="/c 1x, /d 2x" width=3>' * n,
    "unclosed tags": lambda n: "<a " * n,
    "unclosed quotes": lambda n: "<a b='" * n + '<a b="' * n,
    "spaces": lambda n: "<p>" + " \u200b" * n + "x",
    "foreign": lambda n: "<svg><g>" * n,
}


def largest(shape):
    """The size, within a tenth, of the largest body of this shape that passes; at most 400,000."""
    low, high = 1, 400_000
    while high - low > low // 10 + 1:
        middle = (low + high) // 2
        low, high = (middle, high) if passes(SHAPES[shape](middle)) else (low, middle)
    return low


def passes(html):
    try:
        check(html)
    except PostRefused as problem:
        return problem.code != "body-limit"
    return True


@pytest.mark.parametrize("shape", SHAPES)
def test_the_cleaning_of_the_largest_that_passes_ends(shape):
    body = SHAPES[shape](largest(shape))
    program = (
        "import sys; from feedsvc.content.body import make_safe; from feedsvc.errors import PostRefused\n"
        "try: make_safe(sys.stdin.read(), base='https://blog.example/')\n"
        "except PostRefused: pass"
    )
    subprocess.run([sys.executable, "-c", program], input=body, text=True, timeout=LIMIT, check=True)


@pytest.mark.parametrize(
    "body",
    [
        "<p>a paragraph that nobody closed" * 3_000,
        "<ul>" + "<li>an item" * 2_000 + "</ul>",
        "<table>" + "<tr><td>a<td>b" * 1_500 + "</table>",
        "a line<br>" * 3_000,
        "<p><b>bold</b> and <code>code</code></p>\n" * 1_500,
        "<svg><path d='M0 0'/></svg>" + "<div><b>x</b></div>" * 1_500,
        "std::vector&lt;int&gt; v; " * 5_000,
    ],
    ids=["paragraphs", "items", "cells", "lines", "formatting", "after an icon", "code"],
)
def test_what_long_posts_hold_passes(body):
    assert passes(body)


def test_fifty_megabytes_are_refused_at_once():
    body = "<b>" * 17_000_000
    assert not passes(body)
    assert calls(lambda: passes(body)) < 100  # its tags are not looked at
