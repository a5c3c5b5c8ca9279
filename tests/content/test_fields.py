"""The table of fields: every shape of value gives the type that is promised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.content.fields import (
    MAX_NAME,
    MAX_TERMS,
    NAMES,
    address,
    authors,
    categories,
    first,
    identity,
    line_of,
    number,
    tags,
    truth,
)
from feedsvc.content.post import Author

VALUES = st.recursive(
    st.none() | st.text(max_size=20) | st.sampled_from(["no", "true", "", " ", "a, b", "https://example.org/a.png", "A <a@example.org>"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["name", "url", "email", "x", "image"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(VALUES, st.sampled_from(["path", "flat"]))
def test_no_shape_of_value_raises_and_every_name_is_text(value, form):
    table = dict.fromkeys(("title", "categories", "tags", "author", "taxonomies", "guid"), value)
    assert all(isinstance(name, str) and name for path in categories(table, form) for name in path)
    assert all(isinstance(name, str) and name for name in tags(table))
    assert all(isinstance(author, Author) and author.name for author in authors(table))
    assert isinstance(line_of(value), str)
    assert isinstance(address(value, "url", "image"), str)
    assert isinstance(identity(table)[0], str)


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_a_field_without_a_value_gives_way_to_the_next_name(value):
    assert first({"date": value, "created": "2021"}, "date") == ("created", "2021")


def test_no_field_at_all_has_no_name():
    assert first({}, "date") == ("", None)


def test_no_name_stands_for_two_things():
    names = [name for known in NAMES.values() for name in known]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    ("value", "meant"),
    [("true", True), ("Yes", True), (" on ", True), ("1", True), ("false", False), ("No", False), ("off", False), ("0", False), ("", None), ("2", None), (None, None), ([], None), (["true"], None)],
)  # fmt: skip
def test_a_value_means_true_false_or_neither(value, meant):
    assert truth(value) is meant


@pytest.mark.parametrize(
    ("value", "line"),
    [("a\nb", "a b"), (["a", None, ["b"]], "a, b"), ({"Life": "a manual"}, "Life: a manual"), ({"Life": None}, "Life"), (None, ""), ("<i>x</i> &amp; y", "x & y")],
)  # fmt: skip
def test_any_value_is_one_line_of_plain_text(value, line):
    assert line_of(value) == line


@pytest.mark.parametrize(
    ("value", "paths", "flat"),
    [
        ("News", (("News",),), (("News",),)),
        ("Long days", (("Long days",),), (("Long",), ("days",))),
        ("a, b", (("a, b",),), (("a",), ("b",))),
        (["a", "b"], (("a", "b"),), (("a",), ("b",))),
        ([["a", "b"], ["c"]], (("a", "b"), ("c",)), (("a",), ("b",), ("c",))),
        (["a", ["b", "c"]], (("a",), ("b", "c")), (("a",), ("b",), ("c",))),
        ([None, "a", ""], (("a",),), (("a",),)),
        ([["a"], ["A"], ["ａ"]], (("a",), ("ａ",)), (("a",), ("ａ",))),
        ({"name": "a", "slug": "x"}, (("a",),), (("a",),)),
        ([{"name": "a"}, {"title": "b"}], (("a", "b"),), (("a",), ("b",))),
        (None, (), ()),
        ([], (), ()),
    ],
)  # fmt: skip
def test_categories_are_paths_or_each_its_own(value, paths, flat):
    assert categories({"categories": value}, "path") == paths
    assert categories({"categories": value}, "flat") == flat


def test_categories_of_a_taxonomy_are_each_their_own():
    assert categories({"taxonomies": {"categories": ["a", "b"]}}, "path") == (("a",), ("b",))


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("a, b，c、d;e", ("a", "b", "c", "d", "e")),
        ("two words", ("two words",)),
        (["a, b"], ("a, b",)),
        (["a", ["b"], None, "", "A"], ("a", "b")),
        (["no", "true", "1.10"], ("no", "true", "1.10")),
        ([{"name": "a"}, {"slug": "b"}], ("a", "b")),
        ({"label": "a"}, ("a",)),
        (None, ()),
    ],
)
def test_tags_are_names_in_their_order_each_once(value, names):
    assert tags({"tags": value}) == names


def test_tags_come_from_every_name_and_taxonomy():
    table = {"tags": "a", "topics": ["b"], "taxonomies": {"series": ["c"], "categories": ["no"], "author": ["no"]}}
    assert tags(table) == ("a", "b", "c")


def test_names_are_bounded_in_number_and_length():
    assert len(tags({"tags": [f"t{n}" for n in range(1_000)]})) == MAX_TERMS
    assert len(tags({"tags": "x" * 10_000})[0]) == MAX_NAME
    assert len(authors({"authors": [f"a{n}" for n in range(1_000)]})) == MAX_TERMS


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ada", (Author("Ada"),)),
        ("Ada <ada@example.org>", (Author("Ada", "ada@example.org"),)),
        ("ada@example.org (Ada)", (Author("Ada", "ada@example.org"),)),
        ("ada@example.org", (Author("ada", "ada@example.org"),)),
        ("Ada https://ada.example/", (Author("Ada", url="https://ada.example/"),)),
        ("Ada <https://ada.example/>", (Author("Ada", url="https://ada.example/"),)),
        ("[Ada](https://ada.example/)", (Author("Ada"),)),
        ("Ada; Ben", (Author("Ada"), Author("Ben"))),
        ("Byron, Ada", (Author("Byron, Ada"),)),
        (["Ada", "ADA", None, "Ben"], (Author("Ada"), Author("Ben"))),
        ({"name": "Ada", "mail": "ada@example.org", "homepage": "https://ada.example/"}, (Author("Ada", "ada@example.org", "https://ada.example/"),)),
        ({"name": "Ada", "email": "no mail", "url": "javascript:1"}, (Author("Ada"),)),
        ([{"ada": None}, {"ben": {"name": "x"}}], (Author("ada"), Author("ben"))),
        ("", ()),
        (None, ()),
    ],
)  # fmt: skip
def test_authors_are_read_from_every_shape(value, expected):
    assert authors({"author": value}) == expected


def test_authors_of_a_taxonomy_are_authors():
    assert authors({"taxonomies": {"authors": ["Ada"]}}) == (Author("Ada"),)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("https://example.org/a.png", "https://example.org/a.png"),
        ("/a b.png", "/a b.png"),
        ("a.png", "a.png"),
        ("true", ""),
        ("a<b>.png", ""),
        ("a\nb.png", ""),
        (["", "a.png", "b.png"], "a.png"),
        ({"url": "a.png"}, "a.png"),
        ({"other": "a.png"}, ""),
        ({"url": {"url": "a.png"}}, "a.png"),
        (None, ""),
    ],
)
def test_an_address_is_found_in_every_shape(value, found):
    assert address(value, "url") == found


@pytest.mark.parametrize(
    ("value", "whole"),
    [("12", 12), (" 12px ", 12), ("12.0", 12), ("-1", 0), ("1.5", 0), ("50%", 0), ("9" * 13, 0), ("", 0), (None, 0), (["1"], 0), ("auto", 0)],
)  # fmt: skip
def test_a_number_is_whole_or_none(value, whole):
    assert number(value) == whole


@pytest.mark.parametrize(
    ("table", "ident"),
    [
        ({"guid": "https://example.org/?p=1"}, "https://example.org/?p=1"),
        ({"id": "tag:example.org,2021:1"}, "tag:example.org,2021:1"),
        ({"uuid": "6BA7B810-9DAD-11D1-80B4-00C04FD430C8"}, "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        ({"id": "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        ({"id": "urn:isbn:0451450523"}, "urn:isbn:0451450523"),
        ({"guid": "630", "id": "tag:a"}, "tag:a"),
        ({"id": "630"}, ""),
        ({"id": "javascript:alert(1)"}, ""),
        ({"id": "https://example.org/a b"}, ""),
        ({"id": 'https://example.org/"<>'}, ""),
        ({"id": "https://"}, ""),
        ({"id": "https://example.org/飞"}, ""),
        ({"id": ["tag:a"]}, ""),
        ({}, ""),
    ],
)
def test_only_a_uri_or_a_uuid_is_an_id(table, ident):
    assert identity(table)[0] == ident
