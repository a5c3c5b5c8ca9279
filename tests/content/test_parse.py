"""The whole road of one file: what becomes of it, and what is told of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.content.parse import MAX_TITLE, parse
from feedsvc.content.post import SITE
from feedsvc.content.rendering import MAX_SUMMARY
from feedsvc.errors import CATALOGUE
from feedsvc.settings import load
from feedsvc.sources import Folder, RawPost

HEADER = "---\ntitle: A walk\ndate: 2021-03-04\n{}---\n{}"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("posts")
    (folder / "pic.png").write_bytes(b"\x89PNG")
    (folder / "sub").mkdir()
    (folder / "sub" / "near.png").write_bytes(b"\x89PNG")
    (folder / "source" / "images").mkdir(parents=True)
    (folder / "source" / "images" / "far.png").write_bytes(b"\x89PNG")
    (folder / "a b.mp3").write_bytes(b"12345")
    (folder / "2020-01-02-other.md").write_text("Other")
    return folder


@pytest.fixture(scope="module")
def parsed(root):
    """Parse a post of the folder, given as text or bytes."""

    def call(text, path="2021-03-04-walk.md", header=b"", **settings):
        data = text if isinstance(text, bytes) else text.encode()
        return parse(RawPost(path, data, header), Folder(root), load({"posts": str(root), **settings}, environ={}))

    return call


def codes(result):
    return [problem.code for problem in result.problems]


@given(data=st.binary(max_size=300), path=st.sampled_from(["a.md", "a.html", "2021/03/x.markdown"]))
def test_no_bytes_raise_and_what_is_no_post_is_told(parsed, data, path):
    result = parsed(data, path)
    assert result.post is not None or result.problems
    assert all(problem.code in CATALOGUE and problem.line >= 1 and problem.path == path for problem in result.problems)


PIECES = st.sampled_from(
    ["---\n", "title: ", "date: ", "tags: ", "A walk\n", "2021-03-04\n", "[a, b]\n", "null\n", "\n", "# H\n", "<div>", "</div>", "{% x %}", "{{ y }}", "![](a.png)", "`", "password: p\n", "cover: ",
     "pic.png\n", "\x00", "\ufffe", "<script>", "<!-- more -->", "|a|\n|-|\n", "&amp;", "]]>"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=20).map("".join))
def test_every_post_keeps_the_promises_of_its_type(parsed, text):
    post = parsed(text).post
    if post is None:
        return
    assert post.title
    assert post.slug
    assert post.link.startswith(SITE)
    assert (post.published is None) == (post.updated is None)
    lines = [post.title, post.summary, *post.tags, *(name for path in post.categories for name in path)]
    assert all(line == " ".join(line.split()) for line in lines)
    assert not any(char in "".join((*lines, post.content)) for char in "\0\ufffe\ue000\ue001\ue002")


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_the_same_file_gives_the_same_post(parsed, text):
    assert parsed(text) == parsed(text)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("gbk", "我们中午以前出门去散步，看见了很多人在公园里。"), ("big5", "我們中午以前出門去散步，看見了很多人在公園裡。"), ("shift_jis", "今日はとても天気がよかったので、公園まで散歩に行きました。"),
     ("latin-1", "Nous avons marché jusqu'à la forêt, où il y avait déjà des élèves très gênés."), ("utf-16", "We went out — before noon.")],
)  # fmt: skip
def test_another_encoding_is_read_and_told(parsed, encoding, words):
    result = parsed(HEADER.format("", words + "\n").encode(encoding))
    assert words in result.post.content
    assert codes(result) == ["encoding"]


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", b"\xff\xfea"])
def test_what_is_no_text_is_told(parsed, data):
    assert codes(parsed(data)) == ["binary"]


@pytest.mark.parametrize(
    "field",
    [
        "password: hunter2",
        "password: 12345",
        "password: [hunter2, 12345]",
        "password: {a: hunter2}",
        "Password: hunter2",
        "password: true",
    ],
)
def test_nothing_of_a_post_with_a_password_is_shown(parsed, field):
    text = HEADER.format(
        f"{field}\nsummary: hidden words\nexcerpt: hidden words\ncover: /hidden.png\nthumbnail: hidden.png\naudio: /hidden.mp3\n",
        "The hidden body.\n\n# Hidden heading\n",
    )
    result = parsed(text)
    shown = repr(result).lower()
    assert result.post.title == "A walk"
    assert not [word for word in ("hunter2", "12345", "hidden") if word in shown]


def test_a_post_with_a_password_and_no_title_is_not_called_by_its_heading(parsed):
    post = parsed("---\npassword: x\ndate: 2021-03-04\n---\n# Secret plans\n").post
    assert post.title == "walk"


def test_a_password_that_is_empty_protects_nothing(parsed):
    assert "words" in parsed(HEADER.format("password:\n", "words")).post.content


@pytest.mark.parametrize(
    "what", ["[" * 30_000, "&x [*x]", "".join(f"\nk{n}: v" for n in range(70_000))], ids=["depth", "itself", "keys"]
)
def test_front_matter_that_would_stall_is_told(parsed, what):
    assert codes(parsed(f"---\nx: {what}\n---\nbody")) == ["front-matter-limit"]


def test_a_problem_of_the_body_names_its_line_in_the_file(parsed):
    result = parsed(HEADER.format("", "one\n\n{% wobble %}\n"))
    assert [(problem.line, problem.code) for problem in result.problems] == [(7, "unknown-tag")]


@pytest.mark.parametrize(("line", "expected"), [("date: nonsense", 3), ("lastmod: nonsense", 3)])
def test_a_date_that_is_none_names_its_line(parsed, line, expected):
    result = parsed(f"---\ntitle: A walk\n{line}\n---\nwords")
    assert [problem.line for problem in result.problems if problem.code == "bad-date"] == [expected]


def test_a_header_beside_gives_the_fields(parsed):
    result = parsed("<p>words</p>", "walk.html", b".. title: A walk\n.. date: 2021-03-04\n")
    assert (result.post.title, result.post.content, result.problems) == ("A walk", "<p>words</p>", ())


@pytest.mark.parametrize(
    ("written", "path", "url"),
    [
        ("pic.png", "a.md", f"{SITE}/files/pic.png"),
        ("/pic.png", "sub/a.md", f"{SITE}/files/pic.png"),
        ("near.png", "sub/a.md", f"{SITE}/files/sub/near.png"),
        ("../pic.png", "sub/a.md", f"{SITE}/files/pic.png"),
        ("/images/far.png", "a.md", f"{SITE}/files/source/images/far.png"),
        ("near.png", "sub.md", f"{SITE}/files/sub/near.png"),
        ("pic.png?v=1", "a.md", f"{SITE}/files/pic.png"),
        ("https://img.example/x.png", "a.md", "https://img.example/x.png"),
        ("//img.example/x.png", "a.md", "https://img.example/x.png"),
    ],
)
def test_a_picture_is_found_where_blogs_keep_them(parsed, written, path, url):
    assert f'src="{url}"' in parsed(HEADER.format("", f"![a]({written})"), path).post.content


def test_a_picture_that_is_not_there_yet_has_its_address_and_is_told(parsed):
    result = parsed(HEADER.format("", "![a](gone.png)"))
    assert f'src="{SITE}/files/gone.png"' in result.post.content
    assert codes(result) == ["missing-file"]


def test_a_post_that_is_not_there_yet_has_its_address_and_is_told(parsed):
    result = parsed(HEADER.format("", "[a](2021-01-02-gone.md#end)"))
    assert f'href="{SITE}/posts/gone/#end"' in result.post.content
    assert codes(result) == ["missing-file"]


@pytest.mark.parametrize("written", ["../../etc/x.png", "/../x.png", "%2e%2e/%2e%2e/x.png"])
def test_a_picture_outside_the_folder_is_told(parsed, written):
    result = parsed(HEADER.format("", f"![a]({written})"))
    assert "/files/" not in result.post.content
    assert codes(result) == ["missing-file"]


def test_a_local_recording_has_its_true_length_and_type(parsed):
    (enclosure,) = parsed(HEADER.format("audio: /a b.mp3\naudio_length: 99\n", "words")).post.enclosures
    assert (enclosure.url, enclosure.type, enclosure.length) == (f"{SITE}/files/a%20b.mp3", "audio/mpeg", 5)


@pytest.mark.parametrize("written", ["2020-01-02-other.md", "/2020-01-02-other.md", "./2020-01-02-other.md#part"])
def test_a_link_to_another_post_leads_to_its_page(parsed, written):
    assert f'href="{SITE}/posts/other/' in parsed(HEADER.format("", f"[x]({written})")).post.content


def test_a_picture_stands_once(parsed):
    content = parsed(HEADER.format("cover: /pic.png\n", "![a](/pic.png)")).post.content
    assert content.count("<img") == 1


@pytest.mark.parametrize(
    ("permalink", "link"),
    [
        ("https://blog.example/:year/:month/:day/:slug.html", "https://blog.example/2021/03/04/walk.html"),
        ("https://blog.example/:category/:slug/", "https://blog.example/Days/Out/walk/"),
        ("https://blog.example/:path/", "https://blog.example/2021-03-04-walk/"),
    ],
)
def test_a_permalink_is_made_of_the_pattern(parsed, permalink, link):
    assert parsed(HEADER.format("categories: [Days, Out]\n", "words"), permalink=permalink).post.link == link


@pytest.mark.parametrize(
    ("own", "link"),
    [
        ("/my/page/", "https://blog.example/my/page/"),
        ("my/page", "https://blog.example/my/page"),
        (":year/x", "https://blog.example/walk/"),
    ],
)
def test_the_front_matter_may_say_the_path_of_its_page(parsed, own, link):
    assert (
        parsed(HEADER.format(f"permalink: {own}\n", "words"), permalink="https://blog.example/:slug/").post.link == link
    )


def test_an_id_depends_on_authority_and_path_alone(parsed):
    one = parsed(HEADER.format("", "words")).post.id
    assert parsed("---\ntitle: Another\ncategories: x\n---\nother", base_url="").post.id == one
    assert parsed(HEADER.format("", "words"), "2021-03-04-walk.html").post.id == one
    assert parsed(HEADER.format("", "words"), "other.md").post.id != one
    assert parsed(HEADER.format("", "words"), id_authority="blog.example").post.id != one


def test_a_title_and_a_summary_have_their_bounds(parsed):
    post = parsed(HEADER.replace("A walk", "x" * 5_000).format("summary: " + "word " * 5_000 + "\n", "words")).post
    assert len(post.title) == MAX_TITLE
    assert len(post.summary) <= MAX_SUMMARY


def test_more_in_code_cuts_no_summary(parsed):
    assert "after" in parsed(HEADER.format("", "before `<!-- more -->` after")).post.summary


def test_forbidden_characters_are_in_no_field(parsed):
    post = parsed(
        '---\ntitle: "A\\u0007 walk"\ndate: 2021-03-04\ntags: ["a\\u0000b"]\nauthor: "A\\uFFFE"\nrights: "\\u0001x"\nsummary: "s\\u0008"\n---\nwords &#1; \ufffe\n'
    ).post
    assert (post.title, post.tags, post.authors[0].name, post.rights, post.summary) == (
        "A walk",
        ("ab",),
        "A",
        "x",
        "s",
    )
    assert not set(post.content) & set("\x01\ufffe")


@pytest.mark.parametrize(
    "field",
    [
        "draft: true",
        "draft: yes",
        "published: false",
        "published: no",
        "status: draft",
        "status: Private",
        "publish: false",
        "private: true",
        "layout: draft",
    ],
)
def test_a_draft_is_no_post(parsed, field):
    result = parsed(HEADER.format(field + "\n", "words"))
    assert result.post is None
    assert codes(result) == ["draft"]


@pytest.mark.parametrize(
    "field",
    [
        "draft: false",
        "draft:",
        "draft: maybe",
        "published: true",
        "published: 2021-03-04",
        "status: published",
        "hidden: false",
    ],
)
def test_a_field_that_means_no_draft_is_none(parsed, field):
    assert parsed(HEADER.format(field + "\n", "words")).post is not None


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "a/readme.markdown",
        "_index.md",
        "_index.zh.md",
        "template.md",
        "CONTRIBUTING.md",
        "LICENSE.md",
        "CHANGELOG.md",
    ],
)
def test_what_describes_a_folder_is_no_post(parsed, path):
    assert codes(parsed(HEADER.format("", "words"), path)) == ["section"]


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", " \t\n"])
def test_an_empty_file_is_no_post(parsed, text):
    assert codes(parsed(text)) == ["empty"]


def test_problems_are_in_the_order_of_their_lines(parsed):
    result = parsed("---\ntags: a\nupdated: x\n---\n{% wobble %}![a](gone.png)")
    lines = [problem.line for problem in result.problems]
    assert len(lines) > 2
    assert lines == sorted(lines)
