"""Front matter in every dialect, and what it must survive."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsvc.content.frontmatter import DIALECTS, handlers, parse
from feedsvc.errors import PostRefused

DIALECT_TEXTS = {
    "yaml": "---\ntitle: A walk\ntags:\n- out\n---\nThe body.\n",
    "yaml closed with dots": "---\ntitle: A walk\ntags: [out]\n...\nThe body.\n",
    "many dashes": "-----\ntitle: A walk\ntags: [out]\n-----\nThe body.\n",
    "a code fence": "```\n---\ntitle: A walk\ntags: [out]\n---\n```\nThe body.\n",
    "toml": '+++\ntitle = "A walk"\ntags = ["out"]\n+++\nThe body.\n',
    "json": '{\n  "title": "A walk",\n  "tags": ["out"]\n}\nThe body.\n',
    "hexo's json": '"title": "A walk",\n"tags": ["out"]\n;;;\nThe body.\n',
    "no opening fence": "title: A walk\ntags:\n- out\n---\nThe body.\n",
    "pelican": "Title: A walk\nTags: out\n\nThe body.\n",
    "nikola": ".. title: A walk\n.. tags: out\n\nThe body.\n",
}


def texts(value):
    """Every leaf of a value: what is neither list nor dict."""
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in texts(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in texts(item)]
    return [value]


@pytest.mark.parametrize("text", DIALECT_TEXTS.values(), ids=DIALECT_TEXTS)
def test_a_dialect_gives_its_fields_and_the_body_below(text):
    matter = parse("a.md", text)
    assert matter.fields["title"] == "A walk"
    assert texts(matter.fields["tags"]) == ["out"]
    assert matter.body.strip() == "The body."
    assert not matter.problems


@pytest.mark.parametrize("text", DIALECT_TEXTS.values(), ids=DIALECT_TEXTS)
@pytest.mark.parametrize("before", ["", "\n", "\n  \n\n"], ids=["at once", "a blank line", "blank lines"])
def test_body_line_is_where_the_body_stands(text, before):
    matter = parse("a.md", before + text)
    assert (before + text).split("\n")[matter.body_line - 1 :] == matter.body.split("\n")


@pytest.mark.parametrize("text", DIALECT_TEXTS.values(), ids=DIALECT_TEXTS)
@pytest.mark.parametrize("before", ["", "\n\n"], ids=["at once", "blank lines"])
def test_lines_say_where_a_field_stands(text, before):
    lines = (before + text).split("\n")
    matter = parse("a.md", before + text)
    for name in matter.fields:
        assert name in lines[matter.line(name) - 1].lower()


HEADER_LINES = st.sampled_from(
    ["---", "+++", "...", ";;;", "```", "{", "}", "", "title: A walk", "tags:", "- out", "  - in", 'title = "A"', '"title": "A",',
     ".. title: A", "<!--", "-->", "Words of a body.", "key: [", "# comment", "===", "\ttab: x", "date: 2021-03-04"]
)  # fmt: skip


@given(st.lists(HEADER_LINES, max_size=12))
def test_no_line_is_lost(lines):
    matter = parse("a.md", "\n".join(lines))
    body = matter.body.split("\n")
    assert matter.body_line + len(body) - 1 in {len(lines), len(lines) + 1, 1}
    assert body == lines[matter.body_line - 1 :] or body == [""]


@given(st.text(max_size=200))
def test_any_text_is_taken_apart_or_refused_for_its_size(text):
    try:
        matter = parse("a.md", text.replace("\r", ""))
    except PostRefused as refused:
        assert refused.code == "front-matter-limit"  # noqa: PT017 - most texts are taken
    else:
        assert all(leaf is None or isinstance(leaf, str) for leaf in texts(matter.fields))


@given(
    st.text(st.characters(exclude_characters="\r"), max_size=80),
    st.sampled_from(["---\n{}\n---\nb", "+++\n{}\n+++\nb", "{{{}}}\nb", "title: x\n{}\n---\nb"]),
)
def test_any_header_gives_text_null_lists_and_dicts(inner, form):
    try:
        matter = parse("a.md", form.format(inner))
    except PostRefused as refused:
        assert refused.code == "front-matter-limit"  # noqa: PT017 - most texts are taken
    else:
        assert all(leaf is None or isinstance(leaf, str) for leaf in texts(matter.fields))
        assert all(isinstance(name, str) for name in matter.fields)


@pytest.mark.parametrize(
    "value", ["no", "on", "1.10", "0777", "12:30:45", "2017-02-29", "1:2:3", "0x1F", "1e3", ".inf", "true", "2020"]
)
def test_a_scalar_of_yaml_is_the_text_that_it_was_written_as(value):
    assert parse("a.md", f"---\nx: {value}\n---\n").fields == {"x": value}


@pytest.mark.parametrize("value", ["", "~", "null", "NULL"])
def test_a_null_of_yaml_is_none(value):
    assert parse("a.md", f"---\nx: {value}\n---\n").fields == {"x": None}


def test_names_are_lower_case_with_underscores():
    fields = parse("a.md", "---\npublishDate: a\nlast-modified at: b\nTITLE: c\nog.image: d\n---\n").fields
    assert fields == {"publish_date": "a", "last_modified_at": "b", "title": "c", "og_image": "d"}


def test_a_header_in_a_file_of_its_own_leaves_the_whole_text_as_body():
    matter = parse("a.md", "---\nThe body.\n", ".. title: A walk\n")
    assert (matter.fields, matter.body, matter.body_line) == ({"title": "A walk"}, "---\nThe body.\n", 1)


@pytest.mark.parametrize(
    "text",
    ["Title\n=====\n\nbody", "Title\n-----\n\nbody", "---\n\nA rule above.\n", "Note: prose.\n\nmore", "{% tag %}\nbody", "{curly} words", "", "\n\n", "body", "+ list", "-- \nsig",
     "[link]: https://example.org\n\nwords", "https://example.org\n\nwords"],
    ids=repr,
)  # fmt: skip
def test_what_is_no_header_is_body(text):
    matter = parse("a.md", text)
    assert (matter.fields, matter.body, matter.problems) == ({}, text, ())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: A walk\nx: [\ndate: d\n---\nbody", 3),
        ("---\ntitle: A walk\nx: 'open\ndate: d\n---\nbody", 3),
        ("---\ntitle: A walk\nx: @no\ndate: d\n---\nbody", 3),
        ("---\ntitle: A walk\nx: a: b\ndate: d\n---\nbody", 3),
        ("---\ntitle: A walk\nx: &a *a\ndate: d\n---\nbody", 3),
        ("---\ntitle: A walk\n? [a]: b\ndate: d\n---\nbody", 3),
        ('+++\ntitle = "A walk"\nx = words\ndate = "d"\n+++\nbody', 3),
        ('{\n"title": "A walk",\n"x": words,\n"date": "d"\n}\nbody', 3),
    ],
)
def test_a_broken_field_is_reported_by_its_line_and_the_rest_is_kept(text, line):
    matter = parse("a.md", text)
    assert matter.fields["title"] == "A walk"
    assert matter.fields["date"] == "d"
    assert matter.body == "body"
    assert [(problem.code, problem.line) for problem in matter.problems] == [("bad-front-matter", line)]


@pytest.mark.parametrize("mark", ["---", "+++"])
def test_a_header_without_its_end_stops_where_fields_do(mark):
    sign = ": " if mark == "---" else ' = "'
    end = "" if mark == "---" else '"'
    matter = parse("a.md", f"{mark}\ntitle{sign}A walk{end}\n\nThe body.\n")
    assert matter.fields == {"title": "A walk"}
    assert matter.body == "\nThe body.\n"
    assert [problem.code for problem in matter.problems] == ["bad-front-matter"]


def bomb(levels, form):
    return "a0: &a0 [x, x]\n" + "".join(form.format(n, n - 1) for n in range(1, levels))


HOSTILE = {
    "brackets, 25,000 deep": "x: " + "[" * 25_000,
    "brackets, 1,100 deep": "x: " + "[" * 1_100,
    "brackets, 18 deep": "x: " + "[" * 18,
    "brackets below each other, 1,100 deep": "x: " + "[\n " * 1_100,
    "brackets behind closed ones in quotes": "y: '" + "]" * 2_000 + "'\nx: " + "[" * 1_100,
    "braces, 25,000 deep": "x: " + "{" * 25_000,
    "closed brackets": "x: " + "[" * 200 + "]" * 200,
    "an alias bomb": bomb(30, "a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n"),
    "a merge bomb": "a0: &a0 {x: 1}\n"
    + "".join(
        "a{0}: &a{0} {{<<: [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]}}\n".format(n, n - 1)
        for n in range(1, 20)
    ),
    "a list that holds itself": "x: &x [*x]",
    "a table that holds itself": "x: &x {y: *x}",
    "70,000 keys": "".join(f"k{n}: v\n" for n in range(70_000)),
    "6,000 keys": "".join(f"k{n}:\n" for n in range(6_000)),
    "600 KB of sexagesimal": "x: " + "1:2:3:" * 100_000,
}


@pytest.mark.parametrize("header", HOSTILE.values(), ids=HOSTILE)
def test_what_would_stall_a_parser_is_refused(header):
    with pytest.raises(PostRefused) as refused:
        parse("a.md", f"---\n{header}\n---\nbody")
    assert refused.value.code == "front-matter-limit"


@pytest.mark.parametrize(("before", "after"), [("+++\nx = ", "\n+++\n"), ('{"x": ', "}\n")], ids=["TOML", "JSON"])
def test_brackets_are_bounded_in_every_dialect(before, after):
    try:
        matter = parse("a.md", before + "[" * 5_000 + "]" * 5_000 + after)
    except PostRefused as refused:
        assert refused.code == "front-matter-limit"  # noqa: PT017 - most texts are taken
    else:
        assert matter.fields == {}


@pytest.mark.parametrize(
    "line",
    ["x: !!python/object/apply:os.system [ls]", "x: !!python/name:os.system", "x: !ruby/object:Gem {a: b}", "x: !!timestamp nonsense", "x: !!int words", "x: !!float ''", "x: !!binary '*'",
     "x: !!set {a, b}", "x: !!bool maybe", "x: 2020-01-01T24:61:61+99:99", "x: 9999-12-31T23:59:59-12:00", "1: one", "~: null", "on: yes", "content: c", "handler: h", "{a: b}: c",
     "<<: {a: b}", "<<: words", 'x: "\\ud800"', 'x: "\\U00110000"', "%YAML 9.9", "x: \u0007", "? ", "- a list", "just words", "\ttab: x", 'x: "\\x00"'],
)  # fmt: skip
def test_no_field_keeps_its_neighbour_from_being_read(line):
    matter = parse("a.md", f"---\ntitle: A walk\n{line}\n---\nbody")
    assert matter.fields["title"] == "A walk"
    assert matter.body == "body"
    assert all(leaf is None or isinstance(leaf, str) for leaf in texts(matter.fields))


def test_a_tag_makes_no_object():
    assert parse("a.md", "---\nx: !!python/object/apply:os.getcwd []\n---\n").fields == {"x": []}


def test_a_long_integer_of_json_is_no_failure():
    assert parse("a.md", '{"title": "A", "x": ' + "9" * 5_000 + "}\nbody").body.strip() == "body"


def test_few_references_are_no_bomb():
    matter = parse("a.md", "---\na: &a [x, y]\nb: *a\ns: &s words\nt: [*s, *s, *s, *s, *s, *s, *s, *s, *s, *s]\n---\n")
    assert matter.fields["b"] == ["x", "y"]
    assert matter.fields["t"] == ["words"] * 10


def test_every_dialect_says_what_it_is():
    assert all(dialect.__doc__ for dialect in DIALECTS)


def test_json_and_its_yaml_give_the_same_fields():
    table = {"title": "A walk", "tags": ["out", "1.10"], "cover": {"url": "/a.png", "none": None}}
    from_json = parse("a.md", json.dumps(table) + "\nbody").fields
    assert from_json == parse("a.md", "---\n" + json.dumps(table) + "\n---\nbody").fields == table


VALUES = st.lists(
    st.sampled_from(
        ["a", "b c", "新", "null", "~", "10:30", "/x.png", "https://x.example/?a#b", " ", ": ", " #", "'", '"', "''", "[", "]", ", ",
         "[a, null]", "[]", "- ", "&x", "*x", "!", "{", "}", "|", "?", "\\", "\t", "\u200b", "…"]
    ),
    max_size=4,
).map("".join)  # fmt: skip
LINES = st.one_of(
    st.builds("{}{}{}".format, st.sampled_from(["title", "tags", "cover-img", "null", "a b", "2"]), st.sampled_from([":", ": ", " :  "]), VALUES),
    st.builds("{}-{}{}".format, st.sampled_from(["", "  ", "    "]), st.sampled_from(["", " ", "  "]), VALUES),
    VALUES,
)  # fmt: skip


@settings(max_examples=1_000)
@given(st.lists(LINES, max_size=5).map("\n".join))
def test_simple_lines_are_read_as_pyyaml_reads_them(header):
    fields = handlers._load_simple_yaml(header)
    if fields is None:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handlers, "_load_simple_yaml", lambda _text: None)
        expected = handlers.YAML.load(header) or {}
    assert list(fields.items()) == list(expected.items())


def test_most_headers_are_simple():
    header = (
        "title: 'A walk: out'\ndate: 2021-03-04 10:00\ntags:\n  - a\n  - b c\ncategories: [d, e]\ncover: /x.png\ntop:"
    )
    assert handlers._load_simple_yaml(header) == {
        "title": "A walk: out", "date": "2021-03-04 10:00", "tags": ["a", "b c"], "categories": ["d", "e"], "cover": "/x.png", "top": None,
    }  # fmt: skip
