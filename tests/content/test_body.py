"""make_safe: a body goes in as NAME.in.html and comes out as NAME.out.html; and what can be said of all bodies."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsvc.content.body import first_words, make_safe, plain_text, text_of
from feedsvc.errors import PostRefused

BASE = "https://blog.example/posts/one/"
UNPROXY = ("https://proxy.example/?",)
PIECES = Path(__file__).with_name("pieces.html")
CASES = sorted((Path(__file__).parent.parent / "cases" / "body").glob("*.in.html"))

markup = st.lists(
    st.one_of(
        st.sampled_from(PIECES.read_text().split("\n")),
        st.text(max_size=4),
        st.sampled_from(["\n", " ", "\u00a0", "\x00", "\ufffe", "\ud800", "\r"]),
    ),
    max_size=25,
).map("".join)


def safe(html, **options):
    return make_safe(html, base=BASE, unproxy=UNPROXY, **options)


def test_there_are_cases():
    assert CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.removesuffix(".in.html"))
def test_case(case, rewrite):
    expected = case.with_name(case.name.replace(".in.", ".out."))
    result = safe(case.read_text()) + "\n"
    if rewrite:
        expected.write_text(result)
    assert result == expected.read_text()


@given(markup)
@settings(max_examples=300)
def test_a_second_pass_changes_nothing(html):
    try:
        once = safe(html)
    except PostRefused:
        return
    assert make_safe(once, base="https://elsewhere.example/") == once


@given(markup)
@settings(max_examples=300)
def test_the_text_of_what_is_safe_needs_no_parser(html):
    try:
        once = safe(html)
    except PostRefused:
        return
    assert text_of(once) == plain_text(once)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<p title="a>b">one</p><p>two &amp;amp; &lt;b&gt;</p>', "one two &amp; <b>"),
        ("a<br>b<b>c</b>", "a bc"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢kan"),
        ("<pre>\n\nx</pre><ul><li>y<li>z</ul>", "x y z"),
    ],
)
def test_the_text_is_what_is_read(html, text):
    assert text_of(safe(html)) == plain_text(safe(html)) == text


@given(st.text())
def test_text_without_markup_is_kept(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    assert plain_text(safe(escaped)) == plain_text(escaped)


def test_the_seed_has_its_six_pictures(shared):
    post = (shared / "seed" / "seed.md").read_text()
    result = make_safe(post.split("---", 2)[2], base=BASE, unproxy=("https://cors.zfour.workers.dev/?",))
    assert result.count("<img ") == result.count('referrerpolicy="no-referrer"') == 6
    assert result.count('src="http://zkres') == result.count(' width="') == result.count(' height="') == 6
    assert all(word not in result for word in ("onclick", "lazy", "<p></p>", "cors.zfour"))


def test_real_posts_are_all_taken(shared):
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    refused = []
    for path in sorted(path for path in (shared / "real-posts").rglob("*") if path.is_file()):
        text = path.read_text(errors="replace")
        try:
            safe(text if path.suffix.startswith(".htm") else markdown.render(text))
        except PostRefused as problem:
            refused.append((str(path), problem.message))
    assert not refused


def test_addresses_go_through_the_resolver_that_is_given():
    html = safe('<a href="a">x</a><img src="b">', resolve=lambda kind, to: f"https://{kind}.example/{to[-1:]}")
    assert 'href="https://link.example/a"' in html
    assert 'src="https://file.example/b"' in html


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        ("https://p.example/?", "https://p.example/?https://blog.example/a.jpg"),
        ("https://p.example/{url}/w", "https://p.example/https%3A%2F%2Fblog.example%2Fa.jpg/w"),
    ],
)
def test_pictures_go_through_the_proxy_once(proxy, shown):
    once = safe('<img src="/a.jpg"><a href="/b">b</a>', proxy=proxy)
    assert f'src="{shown}"' in once
    assert 'href="https://blog.example/b"' in once
    assert safe(once, proxy=proxy) == once


def test_a_picture_inside_the_page_stays_unless_it_is_svg():
    assert 'src="data:image/png;base64,AAAA"' in safe('<img src="data:image/png;base64,AAAA">')
    assert safe('<img src="data:image/svg+xml,<svg onload=x>">') == ""


def test_a_counter_of_readers_is_no_picture():
    assert safe('<img src="https://count.example/p" width=1 height="1px"><img src="/c" style="width:0;height:0">') == ""


def test_a_picture_that_leads_nowhere_leaves_its_words():
    assert safe('<img src="javascript:x" alt="a <b>">') == "a &lt;b&gt;"


def test_elements_nested_deeper_than_libxml2_reads_are_unwrapped():
    html = safe("<div>" * 500 + "deep")
    assert html.count("<div>") == 100
    assert "deep" in html


def test_plain_text_is_what_a_reader_sees():
    html = "<h1>One &amp; two</h1><p>three<br>four <b>fi</b>ve</p><script>no()</script><style>no</style>六<b>七</b>"
    assert plain_text(html) == "One & two three four five 六七"


def test_plain_text_decodes_where_there_is_no_tag():
    assert plain_text("a &lt;\n b&nbsp;&#1;c") == "a < b c"


@pytest.mark.parametrize(
    ("text", "limit", "words"),
    [
        ("short", 10, "short"),
        ("one two three", 9, "one two…"),
        ("one two, three", 9, "one two…"),
        ("中国移动宣布调整", 5, "中国移动…"),
        ("unbreakable", 6, "unbre…"),
    ],
)
def test_first_words_end_at_a_word(text, limit, words):
    assert first_words(text, limit) == words


@given(st.text(min_size=1), st.integers(2, 40))
def test_first_words_are_never_longer_than_asked(text, limit):
    assert len(first_words(text, limit)) <= limit
