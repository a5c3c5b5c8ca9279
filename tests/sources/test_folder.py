"""The folder of posts, and everything else that may lie in one."""

import os

import pytest

from feedsvc.errors import PostRefused
from feedsvc.sources import Folder, is_private, media_type
from feedsvc.sources.folder import MAX_POST_BYTES


def scanned(root):
    found, problems = Folder(root).scan()
    return [item.path for item in found], [(problem.path, problem.code) for problem in problems]


@pytest.fixture
def posts(tmp_path):
    root = tmp_path / "posts"
    root.mkdir()
    (root / "a.md").write_text("A")
    return root


def test_posts_are_found_in_all_folders_in_the_order_of_their_paths(posts):
    for path in ("z.html", "b/c.markdown", "b/a.htm", "_posts/x.rst", "b.MD"):
        (posts / path).parent.mkdir(exist_ok=True)
        (posts / path).write_text("x")
    assert scanned(posts) == (["_posts/x.rst", "a.md", "b.MD", "b/a.htm", "b/c.markdown", "z.html"], [])


def test_other_files_are_passed_over(posts):
    for name in ("a.png", "feedsvc.toml", "a.css", "Makefile", "a.md~"):
        (posts / name).write_text("x")
    assert scanned(posts) == (["a.md"], [])


@pytest.mark.parametrize("name", ["a.txt", "a.org", "a.mdx", "a.ipynb", "a.adoc", "alone.meta"])
def test_a_side_file_is_reported(posts, name):
    (posts / name).write_text("x")
    assert scanned(posts) == (["a.md"], [(name, "side-file")])


def test_an_empty_folder_has_nothing(tmp_path):
    assert scanned(tmp_path) == ([], [])


def test_a_folder_that_is_not_there_raises(tmp_path):
    with pytest.raises(FileNotFoundError):
        Folder(tmp_path / "none").scan()


def test_a_folder_named_as_a_post_is_reported_and_looked_into(posts):
    (posts / "x.md").mkdir()
    (posts / "x.md" / "y.md").write_text("y")
    assert scanned(posts) == (["a.md", "x.md/y.md"], [("x.md", "not-a-file")])


def test_folders_with_a_dot_are_not_entered(posts):
    (posts / ".git").mkdir()
    (posts / ".git" / "x.md").write_text("x")
    assert scanned(posts) == (["a.md"], [])


def test_private_files_are_found_so_that_they_can_be_reported(posts):
    (posts / "_drafts").mkdir()
    for name in (".x.md", "_x.md", "_drafts/y.md"):
        (posts / name).write_text("x")
    assert scanned(posts) == ([".x.md", "_drafts/y.md", "_x.md", "a.md"], [])


@pytest.mark.parametrize(
    ("path", "private"),
    [("a.md", False), ("_posts/a.md", False), ("blog/_posts/a.md", False), ("_drafts/a.md", True), ("a/_b/c.md", True), (".a.md", True), ("_a.md", True), ("a/.b/c.md", True), ("a_b/c.md", False)],
)  # fmt: skip
def test_a_dot_or_underscore_before_a_name_makes_it_private(path, private):
    assert is_private(path) is private


def test_a_link_to_a_post_inside_is_a_post(posts):
    (posts / "b.md").symlink_to("a.md")
    assert scanned(posts) == (["a.md", "b.md"], [])


@pytest.mark.parametrize("target", ["none.md", "loop.md"])
def test_a_link_that_leads_nowhere_is_reported(posts, target):
    (posts / "loop.md").symlink_to(target)
    assert scanned(posts) == (["a.md"], [("loop.md", "not-a-file")])


def test_a_link_out_of_the_folder_is_not_followed(posts, tmp_path):
    (tmp_path / "secret.md").write_text("secret")
    (posts / "b.md").symlink_to(tmp_path / "secret.md")
    assert scanned(posts) == (["a.md"], [("b.md", "outside")])


def test_a_linked_folder_is_not_entered(posts, tmp_path):
    (posts / "again").symlink_to(posts)
    (posts / "up").symlink_to(tmp_path)
    found, _problems = scanned(posts)
    assert found == ["a.md"]


def test_the_folder_itself_may_be_a_link(posts, tmp_path):
    (tmp_path / "link").symlink_to(posts)
    (posts / "b.md").symlink_to("a.md")
    assert scanned(tmp_path / "link") == (["a.md", "b.md"], [])


def test_a_pipe_is_reported_and_never_opened(posts):
    os.mkfifo(posts / "pipe.md")
    assert scanned(posts) == (["a.md"], [("pipe.md", "not-a-file")])


def test_a_name_that_is_not_utf_8_is_reported(posts):
    path = os.fsencode(posts) + b"/caf\xe9.md"
    try:
        with open(path, "wb"):  # noqa: PTH123 - a name of bytes
            pass
    except OSError:
        pytest.skip("this file system takes no such name")
    found, problems = scanned(posts)
    assert found == ["a.md"]
    assert [code for _path, code in problems] == ["unreadable"]
    assert problems[0][0].encode()


def test_a_post_that_may_not_be_read_is_refused(posts):
    (posts / "a.md").chmod(0)
    if os.access(posts / "a.md", os.R_OK):
        pytest.skip("root reads everything")
    with pytest.raises(PostRefused) as refused:
        Folder(posts).read("a.md")
    assert refused.value.code == "unreadable"


def test_a_folder_that_may_not_be_read_is_reported_and_the_rest_is_found(posts):
    (posts / "b").mkdir()
    (posts / "b").chmod(0)
    if os.access(posts / "b", os.R_OK):
        pytest.skip("root reads everything")
    found, problems = scanned(posts)
    (posts / "b").chmod(0o700)
    assert (found, problems) == (["a.md"], [("b", "unreadable")])


def test_a_post_that_went_between_scan_and_read_is_refused(posts):
    with pytest.raises(PostRefused) as refused:
        Folder(posts).read("gone.md")
    assert refused.value.code == "unreadable"


def test_a_file_of_50_megabytes_is_refused(posts):
    with (posts / "a.md").open("wb") as file:
        file.truncate(50 << 20)
    with pytest.raises(PostRefused) as refused:
        Folder(posts).read("a.md")
    assert refused.value.code == "too-large"


def test_the_largest_post_is_read(posts):
    (posts / "a.md").write_bytes(b"x" * MAX_POST_BYTES)
    assert len(Folder(posts).read("a.md").data) == MAX_POST_BYTES


def test_a_file_of_no_bytes_is_read(posts):
    (posts / "a.md").write_bytes(b"")
    assert Folder(posts).read("a.md").data == b""


def test_the_header_in_a_file_beside_comes_with_the_post(posts):
    (posts / "a.meta").write_text(".. title: A")
    assert Folder(posts).read("a.md").header == b".. title: A"


def test_the_header_beside_a_post_is_no_side_file(posts):
    (posts / "a.meta").write_text(".. title: A")
    assert scanned(posts) == (["a.md"], [])


def test_a_header_outside_the_folder_is_not_read(posts, tmp_path):
    (tmp_path / "secret").write_text(".. title: secret")
    (posts / "a.meta").symlink_to(tmp_path / "secret")
    assert Folder(posts).read("a.md").header == b""


def test_a_fingerprint_changes_with_the_file(posts):
    before = Folder(posts).scan()[0]
    (posts / "a.md").write_text("another")
    assert Folder(posts).scan()[0] != before


def test_a_fingerprint_changes_with_the_header_beside(posts):
    (posts / "a.meta").write_text(".. title: A")
    before = Folder(posts).scan()[0]
    (posts / "a.meta").write_text(".. title: Another")
    assert Folder(posts).scan()[0] != before


@pytest.mark.parametrize("path", ["pic.png", "sub/pic.png", "a.md"])
def test_a_file_of_the_folder_has_its_size(posts, path):
    (posts / "sub").mkdir()
    for name in ("pic.png", "sub/pic.png", "a.md"):
        (posts / name).write_bytes(b"12345")
    assert Folder(posts).size(path) == 5


@pytest.mark.parametrize(
    "path",
    ["../secret.png", "sub/../../secret.png", "/etc/hostname.png", ".hidden.png", ".git/x.png", "none.png", "dir.png", "out.png", "script.js", "page.svg", "a\0.png", "a\\b.png", "", "sub//x.png", "x" * 5_000 + ".png"],
)  # fmt: skip
def test_a_file_elsewhere_or_of_another_kind_is_not_given(posts, tmp_path, path):
    (tmp_path / "secret.png").write_bytes(b"x")
    (posts / "dir.png").mkdir()
    (posts / "out.png").symlink_to(tmp_path / "secret.png")
    for name in (".hidden.png", "script.js", "page.svg", "a\\b.png"):
        (posts / name).write_bytes(b"x")
    assert Folder(posts).file(path) is None
    assert Folder(posts).size(path) is None


@pytest.mark.parametrize(
    ("address", "kind"),
    [("https://example.org/a.JPG?x=1#y", "image/jpeg"), ("a.mp3", "audio/mpeg"), ("a", ""), ("a.exe", ""), ("https://example.org/", "")],
)  # fmt: skip
def test_a_suffix_promises_a_media_type(address, kind):
    assert media_type(address) == kind


# -- a look at a few paths ---------------------------------------------------------------------------------------------


@pytest.fixture
def varied(posts):
    """A folder that has one of everything."""
    for path in (
        "b/c.HTML",
        "b/picture.png",
        ".hidden/x.md",
        "with.rst",
        "with.meta",
        "notes.txt",
        "x.md/y.md",
        ".d.md",
    ):
        (posts / path).parent.mkdir(exist_ok=True)
        (posts / path).write_text("x")
    (posts / "link.md").symlink_to("a.md")
    (posts / "out.md").symlink_to(posts.parent)
    (posts / "nowhere.md").symlink_to("gone.md")
    (posts / "linked").symlink_to("b")
    os.mkfifo(posts / "pipe.md")
    return posts


@pytest.mark.parametrize(
    "path", ["a.md", "b/c.HTML", "b/picture.png", "x.md/y.md", "gone.md", "gone/a.md", "a.md/a.md"]
)
def test_a_look_at_a_file_or_nothing_finds_what_a_scan_finds_of_it(varied, path):
    folder = Folder(varied)
    assert folder.look([path]) == [item for item in folder.scan()[0] if item.path == path]


@pytest.mark.parametrize(
    "path",
    [
        *("b", "x.md", "with.rst", "with.meta", "notes.txt", "link.md", "out.md", "nowhere.md", "pipe.md"),
        *("linked/c.HTML", ".hidden/x.md", "../posts/a.md", "."),
    ],
)
def test_what_is_more_than_a_file_takes_a_scan(varied, path):
    assert Folder(varied).look(["a.md", path]) is None


def test_a_header_that_went_takes_a_scan(posts):
    assert Folder(posts).look(["a.meta"]) is None


def test_a_folder_that_is_not_there_takes_a_scan_which_says_so(tmp_path):
    assert Folder(tmp_path / "none").look(["a.md"]) is None
