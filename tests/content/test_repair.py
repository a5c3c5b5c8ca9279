"""Repair: what becomes of pictures, frames, code and the rest, one rule each."""

import pytest

from feedsvc.content.addresses import absolute, link
from feedsvc.content.repair import LAZY_SOURCES, repair

BASE = "https://blog.example/"


def mend(html):
    return repair(html, resolve=lambda kind, to: (link if kind == "link" else absolute)(to, BASE))


@pytest.mark.parametrize("name", LAZY_SOURCES)
def test_a_lazy_picture_gets_its_real_address(name):
    assert mend(f'<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" {name}="/a.jpg">') == (
        '<img src="https://blog.example/a.jpg">'
    )


def test_a_real_address_stays_where_another_is_offered():
    assert mend('<img src="/real.jpg" data-src="/other.jpg">') == '<img src="https://blog.example/real.jpg">'


def test_a_real_address_in_src_stays_whatever_the_class_says():
    assert mend('<img class="lazyload" src="/small.jpg" data-src="/a.jpg">') == (
        '<img src="https://blog.example/small.jpg">'
    )


def test_a_proxied_address_in_src_is_a_real_one():
    proxied = "https://p.example/?http://x.example/a"
    assert mend(f'<img src="{proxied}" data-original="http://x.example/a">') == f'<img src="{proxied}">'


def test_a_stop_gap_is_kept_where_nothing_better_is_known():
    assert mend('<img src="/img/loading.gif">') == '<img src="https://blog.example/img/loading.gif">'


def test_sizes_come_from_data_only_where_there_are_none():
    assert 'width="3" height="4"' in mend('<img src="a" data-width="3" data-height="4px">')
    assert mend('<img src="/a" width="9" data-width="3" data-height="4">') == (
        '<img src="https://blog.example/a" width="9">'
    )
    assert "width" not in mend('<img src="/a" width="100%">')


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("//www.youtube.com/embed/abc_-12345?x=1", "https://www.youtube.com/watch?v=abc_-12345"),
        ("https://player.vimeo.com/video/123?h=1", "https://vimeo.com/123"),
        ("//player.bilibili.com/player.html?aid=1&bvid=BV1xx", "https://www.bilibili.com/video/BV1xx"),
        ("https://v.qq.com/txp/iframe/player.html?vid=a1b2", "https://v.qq.com/x/page/a1b2.html"),
        ("https://open.spotify.com/embed/track/1a2b", "https://open.spotify.com/track/1a2b"),
        ("https://codepen.io/ann/embed/preview/xyz", "https://codepen.io/ann/pen/xyz"),
        ("http://other.example/frame", "http://other.example/frame"),
    ],
)
def test_a_frame_becomes_a_link_to_its_page(source, page):
    assert mend(f'<iframe src="{source}" title="See &amp; hear"></iframe>') == f'<a href="{page}">See &amp; hear</a>'


@pytest.mark.parametrize("source", ["javascript:x", "data:text/html,x", "about:blank", ""])
def test_a_frame_that_shows_no_page_goes(source):
    assert mend(f'<iframe src="{source}">inside</iframe>') == ""


@pytest.mark.parametrize("name", ["script", "style", "template", "title", "noembed", "noframes"])
def test_what_is_no_text_goes_with_its_text(name):
    assert mend(f"a<{name}>b</{name}>c") == "ac"


@pytest.mark.parametrize("name", ["font", "x-card", "button", "label", "object", "nobr", "blink"])
def test_other_elements_leave_their_text(name):
    assert mend(f"<p>a<{name} class=x>b</{name}>c</p>") == "<p>abc</p>"


def test_an_unknown_element_in_a_table_leaves_its_text():
    assert mend("<table><tr><td><x-y>a</x-y></td></tr></table>") == (
        "<table><tbody><tr><td>a</td></tr></tbody></table>"
    )


def test_an_id_stays_only_where_a_link_leads_to_it_and_no_script_could_mean_it():
    assert 'id="fn:1"' in mend('<a href="#fn:1">1</a><p id="fn:1">note</p>')
    assert "id=" not in mend('<a href="#config">1</a><p id="config">a</p><p id="part-2">b</p>')


def test_an_old_anchor_becomes_an_id():
    assert mend('<a href="#sec-1">1</a><a name="sec-1">One</a>').endswith('<a id="sec-1">One</a>')


def test_words_on_both_sides_of_an_empty_block_stay_apart():
    assert mend("one<p></p><p>&nbsp;</p>two<p></p><div>three</div>") == "one<br>two<div>three</div>"


def test_pre_keeps_its_first_newline_for_the_next_parser():
    assert mend("<pre>\n\n  a\n</pre>") == "<pre>\n\n  a\n</pre>"


def test_a_formula_is_there_once_as_tex():
    html = (
        '<span class="katex"><span class="katex-mathml"><math><semantics><mi>x</mi><annotation encoding='
        '"application/x-tex">x</annotation></semantics></math></span><span class="katex-html">x</span></span>'
    )
    assert mend(html) == r"\(x\)"
    assert mend('<script type="math/tex; mode=display">y</script>') == r"\[y\]"


def test_a_video_can_be_played_without_scripts():
    assert (
        mend('<video src="a.mp4" autoplay></video>') == '<video src="https://blog.example/a.mp4" controls=""></video>'
    )
    assert mend("<video>the words in its place</video>") == "the words in its place"


def test_no_code_number_column_is_left():
    html = '<table class="highlighttable"><tr><td class="linenos"><pre>1\n2</pre></td><td class="code"><pre>a\nb</pre>'
    assert mend(html) == "<pre>a\nb</pre>"
    assert "<td>12</td>" in mend('<table><tr><td>12</td><td class="code">a</td></tr></table>')


def test_a_space_in_an_address_is_encoded():
    assert mend('<img src="my cat.png">') == '<img src="https://blog.example/my%20cat.png">'
