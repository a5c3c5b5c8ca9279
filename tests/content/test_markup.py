"""A body becomes HTML: Markdown as other engines read it, reStructuredText, or HTML that stays."""

import builtins
import subprocess
import sys
from html import escape as html_escape

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.content.markup import (
    MAX_DELIMITERS,
    MAX_LINES,
    MAX_MARKDOWN,
    MAX_RST,
    from_markdown,
    from_rst,
    inline_markdown,
)
from feedsvc.content.rendering import is_html
from feedsvc.errors import PostRefused


@pytest.mark.parametrize(
    ("path", "body", "html"),
    [
        ("a.html", "words", True),
        ("a.HTM", "words", True),
        ("a.md", "<div>\n\n    <img>\n\n</div>\n", True),
        ("a.md", "<div>one</div>\n<p>two</p>", True),
        ("a.md", "<div><div></div></div>", True),
        ("a.md", "<div>one</div>\n\nwords", False),
        ("a.md", "words <div></div>", False),
        ("a.md", "<div>never closed", False),
        ("a.md", '<div markdown="1">\n**one**\n</div>', False),
        ("a.md", "<span>one</span>", False),
        ("a.md", "", False),
        ("a.md", "<div>x</div", False),
        ("a.md", "<details>\n\n**one**\n</details>", False),
        ("a.md", "<div>\n\n## One\n\n</div>", False),
        ("a.md", "<div>\n\n#1 of 2\n\n</div>", True),
    ],
)
def test_a_body_is_html_by_its_suffix_or_when_it_is_nothing_else(path, body, html):
    assert is_html(path, body) is html


@given(st.text(st.sampled_from("<div>/ a\n"), max_size=40))
def test_any_body_is_html_or_not(body):
    assert is_html("a.md", body) in {True, False}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("~~gone~~", "<p><s>gone</s></p>"),
        ("<b>raw</b> & <i>html</i>", "<p><b>raw</b> &amp; <i>html</i></p>"),
        ("##Loose", "<h2>Loose</h2>"),
        ("##第一章 ##", "<h2>第一章</h2>"),
        ("words\n###Loose", "<p>words</p>\n<h3>Loose</h3>"),
        ("#hashtag", "<p>#hashtag</p>"),
        ("##!/bin/sh", "<p>##!/bin/sh</p>"),
        ("## H {#id}", "<h2>H</h2>"),
        ("- [ ] a\n- [x] b", "<ul>\n<li>☐ a</li>\n<li>☑ b</li>\n</ul>"),
        ("[x] a", "<p>[x] a</p>"),
        ("Term\n: Means", "<dl>\n<dt>Term</dt>\n<dd>Means</dd>\n</dl>"),
        ("![a](b c.png)", '<p><img src="b%20c.png" alt="a"></p>'),
        ("![a](b.png =30x)", '<p><img src="b.png" alt="a" width="30"></p>'),
        ("![a](b.png =x40)", '<p><img src="b.png" alt="a" height="40"></p>'),
        ('![a](b c.png "t")', '<p><img src="b%20c.png" alt="a" title="t"></p>'),
        ("![*a*](b c.png)", '<p><img src="b%20c.png" alt="a"></p>'),
        ("[*a*](/b c/)", '<p><a href="/b%20c/"><em>a</em></a></p>'),
        ("[a](see this)", "<p>[a](see this)</p>"),
        ("[a](see this/that)", "<p>[a](see this/that)</p>"),
        ("![[a b.png]]", '<p><img src="a%20b.png" alt=""></p>'),
        ("[[Note|words]]", "<p>words</p>"),
        ("[[1,2],[3,4]] [[ -f x ]]", "<p>[[1,2],[3,4]] [[ -f x ]]</p>"),
        ("![a](b.png){width=50%}", '<p><img src="b.png" alt="a"></p>'),
        ("![a](b.png){: .c}", '<p><img src="b.png" alt="a"></p>'),
        ("words {.c}", "<p>words</p>"),
        ("a set {a=b} and {x}", "<p>a set {a=b} and {x}</p>"),
        ("`a`{b=c}", "<p><code>a</code></p>"),
        ("[TOC]\n\nwords", "<p>words</p>"),
        ("@[toc]", ""),
        ("* TOC\n{:toc}\n\nwords", "<p>words</p>"),
        ("*[HTML]: a language", ""),
        ('import A from "./a";\n\nwords', "<p>words</p>"),
        ("import duties rose", "<p>import duties rose</p>"),
        ("export controls on 'chips'", "<p>export controls on 'chips'</p>"),
        ("> [!NOTE]\n> words", "<blockquote>\n<p>Note:\nwords</p>\n</blockquote>"),
        ("!!! Wow, great !!!", "<p>!!! Wow, great !!!</p>"),
        ("??? no idea", "<p>??? no idea</p>"),
        (":::tip\n\nwords\n\n:::", "<p>words</p>"),
        ("[a](javascript:b)", '<p><a href="javascript:b">a</a></p>'),
    ],
)
def test_markdown_is_read_as_other_engines_read_it(text, html):
    assert from_markdown(text, {}).strip().replace(" />", ">") == html


def test_an_admonition_is_its_title_and_its_text():
    html = from_markdown('!!! note "Mind"\n    The *gap*.\n\n    More.\n\nAfter', {})
    assert [part in html for part in ("!!!", "Mind</p>", "<em>gap</em>", "<p>More.</p>", "<pre>")] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_a_container_of_kramdown_is_markdown_inside():
    assert "<strong>one</strong>" in from_markdown('<div class="x" markdown="1">\n**one**\n</div>', {})


def test_code_about_kramdown_is_left_alone():
    code = '* TOC\n{:toc}\n\n<div markdown="1">\n</div>\n'
    html = from_markdown(f'a\n\n```\n{code}```\n\n<div markdown="1">\n**b**\n</div>', {})
    assert f"<pre><code>{html_escape(code)}</code></pre>" in html
    assert "<strong>b</strong>" in html


def test_footnotes_of_one_text_are_not_another_s():
    once = from_markdown("a[^1]\n\n[^1]: b", {})
    assert 'id="fn1"' in once
    assert from_markdown("a[^1]\n\n[^1]: b", {}) == once
    assert "fn1" not in from_markdown("a[^1]", {})


@pytest.mark.parametrize("text", ["これは**「強い」**です", "他说：**“好。”**然后", "한국어**(강조)**는"])
def test_emphasis_beside_cjk_punctuation_is_emphasis(text):
    assert "<strong>" in from_markdown(text, {})


@pytest.mark.parametrize("text", ["2 ** 3 ** 4", "a**b", "文字 * 文字 * 文字"])
def test_asterisks_that_stand_alone_are_no_emphasis(text):
    assert "<strong>" not in from_markdown(text, {})
    assert "<em>" not in from_markdown(text, {})


@pytest.mark.parametrize("fields", [{"math": "true"}, {"mathjax": "true"}, {"katex": None, "use_math": "yes"}])
def test_mathematics_stays_as_it_was_written_where_it_is_asked_for(fields):
    assert "$a_b*c*d_e$" in from_markdown("$a_b*c*d_e$", fields)


@pytest.mark.parametrize("fields", [{}, {"math": "false"}, {"math": None}])
def test_a_dollar_is_a_dollar_otherwise(fields):
    assert "<em>" in from_markdown("$5 *or* $6", fields)


@pytest.mark.parametrize(
    "text", ["x" * (MAX_MARKDOWN + 1), "\n" * (MAX_LINES + 1), "[" * (MAX_DELIMITERS + 1), "- a\n" * (MAX_LINES + 1)]
)
def test_a_text_past_the_bounds_is_refused(text):
    with pytest.raises(PostRefused) as refused:
        from_markdown(text, {})
    assert refused.value.code == "body-limit"


MARKS = st.sampled_from(
    [
        "[",
        "](",
        ")",
        "![",
        "[[",
        "]]",
        "*",
        "**",
        "`",
        "{",
        "}",
        ": ",
        "!!! note\n",
        "    ",
        "\n",
        "\n\n",
        "##a",
        "- [ ] ",
        "|",
        "|-|\n",
        "{: .a}",
        "a b.png",
        " =1x1",
        '"',
        "$$",
        "<div markdown>",
        ":::",
        "[^1]",
    ]
)


@given(st.lists(MARKS, max_size=16).map("".join))
def test_any_markdown_is_html(text):
    assert isinstance(from_markdown(text, {}), str)


@pytest.mark.parametrize(
    "text",
    [
        "![a](" * 9_000,
        "[[a" * 9_000,
        "!!! a\n" * 9_000,
        "[a](b " * 9_000,
        "{.a" * 9_000,
        ": a\n" * 9_000,
        "![a](b (c" * 5_000,
    ],
)
def test_no_run_of_marks_stalls(text):
    assert from_markdown(text, {})


def test_a_caption_has_no_paragraph():
    assert inline_markdown("a *lake* & <b>x</b>") == "a <em>lake</em> &amp; <b>x</b>"


# -- reStructuredText --------------------------------------------------------------------------------------------------


def test_rst_gives_html_its_title_and_its_fields():
    html, fields = from_rst("A walk\n======\n\n:date: 2021-03-04\n:author: Ada\n:Reading Time: 2\n\nWe *went*.\n")
    assert html.strip() == "<p>We <em>went</em>.</p>"
    assert fields == {"title": "A walk", "date": "2021-03-04", "author": "Ada", "reading time": "2"}


def test_rst_code_keeps_its_language():
    assert '<pre class="language-python"' in from_rst(".. code-block:: python\n\n   a\n")[0]


@pytest.mark.parametrize(
    "text",
    [
        ".. include:: /etc/hostname\n",
        ".. raw:: html\n   :file: /etc/hostname\n",
        ".. csv-table::\n   :file: /etc/hostname\n",
        ".. raw:: html\n\n   <script>1</script>\n",
    ],
)
def test_rst_reads_no_file_and_takes_no_raw_html(text):
    html, _fields = from_rst(text + "\nwords\n")
    assert "<script>" not in html
    assert "words" in html
    with open("/etc/hostname") as file:  # noqa: PTH123
        assert file.read().strip() not in html


@pytest.mark.parametrize("text", ["*open\n", "=====\nx\n==\n", ".. unknown::\n", "`a`_ |b|\n", ":role:`x`\n"])
def test_faults_of_rst_are_not_shown(text):
    assert "system-message" not in from_rst(text)[0]


def test_rst_past_its_bound_is_refused():
    with pytest.raises(PostRefused) as refused:
        from_rst("x" * (MAX_RST + 1))
    assert refused.value.code == "body-limit"


def test_without_docutils_rst_is_refused(monkeypatch):
    real = builtins.__import__

    def missing(name, *rest, **options):
        if name.startswith("docutils"):
            raise ImportError(name)
        return real(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(PostRefused) as refused:
        from_rst("words")
    assert refused.value.code == "needs-docutils"


@pytest.mark.parametrize(
    "text",
    ["[a](" + " " * 3_000 + '"', "![a](" + " " * 3_000 + '"', "![a](x" + " =1x1" * 2_000, "[a](" + "(b) " * 2_000],
    ids=["spaces in a link", "spaces in a picture", "sizes", "parentheses"],
)
def test_a_link_that_nothing_ends_does_not_hang(text):
    code = "import sys; from feedsvc.content.markup import from_markdown; from_markdown(sys.stdin.read(), {})"
    subprocess.run([sys.executable, "-c", code], input=text, text=True, check=True, timeout=60)


@pytest.mark.parametrize(
    ("written", "attributes"),
    [
        ("![x](y.png =300x200)", {"src": "y.png", "width": "300", "height": "200"}),
        ('![x](y.png =300x "t")', {"src": "y.png", "width": "300"}),
        ('![x](my y.png "t" =x200)', {"src": "my%20y.png", "height": "200"}),
        ("![x](my y (1).png)", {"src": "my%20y%20(1).png"}),
    ],
)
def test_a_size_behind_an_address_is_no_part_of_it(written, attributes):
    image = html5lib.parseFragment(from_markdown(written, {}), namespaceHTMLElements=False).find(".//img")
    assert {name: value for name, value in image.attrib.items() if name in {"src", "width", "height"}} == attributes
