"""Bytes become text in one place, and text becomes one plain line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.content.text import decode, one_line, plain, strip_forbidden
from feedsvc.errors import PostRefused

CHINESE = "---\ntitle: 今天天气很好\ndate: 2021-03-04\n---\n我们中午以前出门去散步，看见了很多人在公园里。\n"
JAPANESE = (
    "---\ntitle: 散歩の日記\n---\n今日はとても天気がよかったので、公園まで散歩に行きました。カタカナもあります。\n"
)
FRENCH = "---\ntitle: Une journée d'été\n---\nNous avons marché jusqu'à la forêt, où il y avait déjà des élèves très gênés.\n"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_utf_8_comes_back_as_it_was_but_for_its_line_ends(text):
    expected = text.removeprefix("\ufeff").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if b"\0" not in text.encode() and not text.startswith("\ufeff"):
        assert decode(text.encode()) == (expected, "")


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused_as_binary(data):
    try:
        text, _encoding = decode(data)
    except PostRefused as refused:
        assert refused.code == "binary"  # noqa: PT017 - most bytes are text
    else:
        assert "\r" not in text


def test_a_byte_order_mark_is_no_part_of_the_text():
    assert decode(b"\xef\xbb\xbfwords") == ("words", "")


@pytest.mark.parametrize("ends", [b"\r\n", b"\r", b"\n"])
def test_every_line_end_is_a_newline(ends):
    assert decode(b"one" + ends + b"two" + ends) == ("one\ntwo\n", "")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("gbk", CHINESE), ("gb18030", CHINESE), ("big5", "標題：今天天氣很好\n我們中午以前出門去散步，看見了很多人在公園裡。\n"),
     ("shift_jis", JAPANESE), ("euc_jp", JAPANESE), ("latin-1", FRENCH)],
)  # fmt: skip
def test_other_encodings_are_told_by_their_text(encoding, text):
    found, named = decode(text.encode(encoding))
    assert found == text
    assert named


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_and_32_are_told_by_their_mark(encoding):
    mark = "" if encoding in {"utf-16", "utf-32"} else "\ufeff"
    text, named = decode((mark + CHINESE).encode(encoding))
    assert text == CHINESE
    assert named in {"utf-16", "utf-32"}


@pytest.mark.parametrize("data", [b"\xff\xfea", b"\xff\xfe\x00\xd8"], ids=["odd length", "lone surrogate"])
def test_utf_16_that_breaks_its_promise_is_refused(data):
    with pytest.raises(PostRefused) as refused:
        decode(data)
    assert refused.value.code == "binary"


def test_nul_bytes_outside_utf_8_are_refused():
    with pytest.raises(PostRefused) as refused:
        decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff")
    assert refused.value.code == "binary"


@given(st.text())
def test_no_line_has_what_xml_forbids_and_once_is_enough(text):
    line = one_line(text)
    assert strip_forbidden(line) == line
    assert "\n" not in line
    assert line == line.strip()
    assert one_line(line) == line


@given(st.text())
def test_forbidden_characters_are_gone(text):
    kept = strip_forbidden(text)
    assert all(c in "\t\n\r" or 0x20 <= ord(c) <= 0xD7FF or 0xE000 <= ord(c) <= 0xFFFD or ord(c) > 0xFFFF for c in kept)


@pytest.mark.parametrize("char", ["\u202e", "\u200b", "\u00ad", "\ufeff", "\x85", "\u2066"])
def test_what_hides_or_turns_text_around_is_gone(char):
    assert one_line(f"ab{char}cd") == "abcd"


@pytest.mark.parametrize("char", ["\u200c", "\u200d"])
def test_joiners_stay_for_they_are_spelling(char):
    assert one_line(f"می{char}خواهم") == f"می{char}خواهم"


def test_a_line_is_in_normal_form():
    assert one_line("e\u0301te\u0301") == "\u00e9t\u00e9"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("<b>Bold</b> and <em class=x>more</em>", "Bold and more"),
        ("Salt &amp; pepper", "Salt & pepper"),
        ("&lt;b&gt; is a tag", "<b> is a tag"),
        ("List<String> and <my-element>", "List<String> and <my-element>"),
        ("`code` and ``a`b``", "code and a`b"),
        ("**bold** and *slanted*", "bold and slanted"),
        ("[words](https://example.org/)", "words"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name and *args, **kwargs", "snake_case_name and *args, **kwargs"),
        ("a < b > c", "a < b > c"),
        ("line\nbreak", "line break"),
    ],
)
def test_a_title_loses_its_markup_and_keeps_its_words(written, meant):
    assert plain(written) == meant


def test_a_few_accents_among_ascii_letters_are_western():
    assert decode("Café au lait, naïve as ever\n".encode("latin-1")) == ("Café au lait, naïve as ever\n", "cp1252")
