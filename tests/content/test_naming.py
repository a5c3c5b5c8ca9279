"""Names become addresses, each its own, and always the same."""

import hashlib
import unicodedata
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.content.naming import address, key, name_of, segment, slug, slug_of, stem, title_of, uri
from feedsvc.content.text import one_line

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ODD = [
    "C",
    "C++",
    "C#",
    "a/b",
    "a~b",
    "a~2Fb",
    "a\\b",
    ".NET",
    "..",
    ".",
    "NET",
    "50%",
    "飞信",
    "News",
    "~~",
    "a b",
    "x" * 300,
    "x" * 301,
]


@pytest.mark.parametrize("one", ODD)
def test_odd_names_have_segments_of_their_own(one):
    assert [name for name in ODD if segment(name) == segment(one)] == [one]


@given(TEXT, TEXT)
def test_two_names_never_share_a_segment(one, other):
    assert (segment(one) == segment(other)) == (one_line(one) == one_line(other))


@given(TEXT | st.text(st.sampled_from("./~\\\x00ab"), max_size=8))
def test_a_segment_is_one_part_of_a_path(name):
    made = segment(name)
    assert "/" not in made
    assert "\\" not in made
    assert not made.startswith(".")
    assert len(made.encode()) <= 180


@given(TEXT.filter(lambda name: len(one_line(name).encode()) < 60))
def test_a_short_name_comes_back_from_its_segment(name):
    assert name_of(segment(name)) == one_line(name)


@given(TEXT)
def test_the_key_of_a_key_is_itself(name):
    assert key(key(name)) == key(name)


@given(st.text(st.sampled_from("aBçÉ 飛Ωß가"), max_size=12))
def test_case_unicode_form_and_white_space_make_no_key(name):
    assert key(name) == key(unicodedata.normalize("NFD", name)) == key("  " + name.replace(" ", "\u3000 ") + "\n")
    assert key(name.upper()) == key(name.lower().upper())


def test_spellings_of_one_name_share_its_key():
    assert key("Straße") == key("STRASSE")
    assert key("C") != key("C++") != key("C#")


@pytest.mark.parametrize(
    ("path", "name"),
    [("a/b.md", "b"), ("a/index.md", "a"), ("a/index.zh-CN.md", "a"), ("index.md", "index"), ("a/b.c.md", "b.c")],
)
def test_a_post_is_called_by_its_file_or_its_folder(path, name):
    assert stem(path) == name


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("2021-03-04-out_and-about.md", "out and about"),
        ("20210304 out.md", "out"),
        ("2021-03-04.md", "2021 03 04"),
        ("2021-03-04-walk/index.md", "walk"),
        ("___.md", "___"),
    ],
)
def test_a_title_is_made_of_the_post_s_name(path, title):
    assert title_of(path) == title


@pytest.mark.parametrize(
    ("path", "made"),
    [
        ("2021-03-04-out.md", "out"),
        ("2021-03-04.md", "2021-03-04"),
        ("a b#c?.md", "a-b-c"),
        ("日本語 の 記事.md", "日本語-の-記事"),
        ("v1.2.3.md", "v1.2.3"),
    ],
)
def test_a_slug_is_made_of_the_post_s_name(path, made):
    assert slug_of(path) == made


@given(TEXT.filter(lambda name: name.strip("/")))
def test_every_path_has_a_slug(path):
    made = slug_of(path + ".md")
    assert made
    assert slug(made) == made
    assert not set(made) & set("/\\?#% ")


def test_a_path_keeps_its_slashes_and_nothing_else_that_an_address_reads():
    assert address("a b/ü?#%") == "a%20b/%C3%BC%3F%23%25"


def test_an_id_is_the_same_for_the_same_post_and_no_other():
    first = uri("blog.example", "post", "a")
    assert uuid.UUID(first.removeprefix("urn:uuid:")).version == 5
    assert first == uri("blog.example", "post", "a")
    assert (
        len(
            {
                first,
                uri("other.example", "post", "a"),
                uri("blog.example", "feed", "a"),
                uri("blog.example", "post", "b"),
            }
        )
        == 4
    )


def test_an_id_does_not_change_with_the_unicode_form_of_the_path():
    assert uri("blog.example", "post", "e\u0301") == uri("blog.example", "post", "\u00e9")


def test_a_long_name_has_its_beginning_two_tildes_and_a_hash():
    name = "x" * 181
    assert segment(name) == "x" * 160 + "~~" + hashlib.sha256(name.encode()).hexdigest()[:12]


@pytest.mark.parametrize("letter", ["x", "é", "新"])
def test_a_name_is_shortened_where_its_segment_would_pass_180_bytes(letter):
    longest = letter * (180 // len(letter.encode()))
    assert segment(longest) == longest
    assert "~~" in segment(longest + letter)
