"""The commands: serve is in test_server; here are build and check, in this process and as real ones."""

from __future__ import annotations

import gzip
import json
import os
import pty
import shutil
import subprocess
import sys
from urllib.parse import unquote

import brotli
import pytest
from click.testing import CliRunner

from feedsvc.cli import main
from feedsvc.errors import CATALOGUE
from tests.servers import COMMAND, PATIENCE, environment, until, write

BROKEN = b"\x00\x01\x02\x03 no text \x00\xff\xfe\xfd" * 40


@pytest.fixture
def posts(tmp_path):
    folder = tmp_path / "posts"
    write(folder, "a.md", "![](p.png)", categories="[新媒体, ZAKER]", tags="[tea]", author="Ada")
    write(folder, "b.md", categories="[a/b]")
    (folder / "p.png").write_bytes(b"picture")
    (folder / "unused.png").write_bytes(b"picture")
    return folder


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command in this process."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("FEEDSVC_BASE_URL", "https://blog.example")
    monkeypatch.setenv("FEEDSVC_ID_AUTHORITY", "blog.example")
    return lambda *arguments: CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)


def files(out):
    return {str(place.relative_to(out)): place for place in out.rglob("*") if place.is_file()}


def pages(out):
    return set(files(out)) - {".feedsvc.json"}


# -- serve -------------------------------------------------------------------------------------------------------------


def test_serve_reads_the_posts_before_its_workers_start(run, posts, monkeypatch):
    from feedsvc import library
    from feedsvc.settings import load

    found = []

    class Server:
        def __init__(self, *_, **__):
            pass

        def run(self):
            engine = library.open_library(load({"POSTS": str(posts)}))
            found.append(library.catalog(engine).site.posts)
            engine.dispose()

    monkeypatch.setattr("gunicorn.app.wsgiapp.WSGIApplication", Server)
    monkeypatch.setattr(sys, "argv", sys.argv)
    assert run("serve", posts).exit_code == 0
    assert found == [2]


# -- build -------------------------------------------------------------------------------------------------------------

FEEDS = {
    f"{scope}feed.{form}"
    for scope in (
        "",
        "categories/新媒体/",
        "categories/新媒体/ZAKER/",
        "categories/ZAKER/",
        "categories/a~2Fb/",
        "tags/tea/",
        "authors/Ada/",
    )
    for form in ("atom", "rss", "json")
} | {"feeds.opml", "atom.xml", "feed.xml", "rss.xml", "rss2.xml", "index.xml", "index.rss"}


def test_build_writes_every_address_as_a_path(run, posts, out):
    assert run("build", out, posts).exit_code == 0
    own = {feed.rpartition("feed.")[0] + "index.html" for feed in FEEDS if feed.endswith("feed.atom")}
    assert pages(out) == FEEDS | own | {"posts/a/index.html", "posts/b/index.html", "files/p.png"}


def test_build_writes_what_the_server_serves(run, posts, out, tmp_path):
    from feedsvc import create_app

    run("build", out, posts)
    app = create_app(POSTS=str(posts), REFRESH=0)
    for name in pages(out):
        with app.test_client().get("/" + name.removesuffix("index.html")) as answer:
            assert answer.status_code == 200, name
            assert answer.data == (out / name).read_bytes(), name
    app.extensions["feedsvc"]["feeds"].close()


def test_feeds_only_writes_feeds_and_opml_alone(run, posts, out):
    assert run("build", out, posts, "--feeds-only").exit_code == 0
    assert pages(out) == FEEDS


def test_feeds_only_after_a_full_build_removes_its_pages(run, posts, out):
    run("build", out, posts)
    run("build", out, posts, "--feeds-only")
    assert pages(out) == FEEDS
    assert not (out / "posts").exists()


def test_a_second_build_touches_nothing(run, posts, out):
    run("build", out, posts)
    for place in files(out).values():
        os.utime(place, (0, 0))
    before = {name: place.stat().st_ino for name, place in files(out).items()}
    result = run("build", out, posts)
    assert {name: place.stat().st_ino for name, place in files(out).items()} == before
    assert {place.stat().st_mtime for place in files(out).values()} == {0}
    assert "0 of them new or changed; 0 removed" in result.stderr


def test_only_what_changed_is_written(run, posts, out):
    run("build", out, posts)
    for place in files(out).values():
        os.utime(place, (0, 0))
    write(posts, "b.md", title="Another", categories="[a/b]")
    run("build", out, posts)
    written = {name for name, place in files(out).items() if place.stat().st_mtime}
    assert "categories/a~2Fb/feed.atom" in written
    assert "feed.atom" in written
    assert not any("ZAKER" in name or name == "posts/a/index.html" for name in written)


def test_what_is_gone_is_removed_and_its_empty_folders(run, posts, out):
    run("build", out, posts)
    (posts / "a.md").unlink()
    assert "removed" in run("build", out, posts).stderr
    assert not (out / "posts" / "a").exists()
    assert not (out / "tags").exists()
    assert not (out / "files").exists()
    assert (out / "posts" / "b" / "index.html").exists()


def test_what_build_did_not_write_stays(run, posts, out):
    for name in ("CNAME", "posts/a/mine.txt", "posts/mine/index.html", "tags/tea/x"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("mine")
    run("build", out, posts)
    (posts / "a.md").unlink()
    run("build", out, posts)
    for name in ("CNAME", "posts/a/mine.txt", "posts/mine/index.html", "tags/tea/x"):
        assert (out / name).read_text() == "mine"
    assert not (out / "posts/a/index.html").exists()


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "nonsense",
        "{}",
        "null",
        "[1, null, []]",
        '["../victim", "/etc/hostname", "x/../../victim"]',
        '["posts", "gone/x"]',
    ],
)
def test_a_list_of_what_was_written_that_is_not_ours_removes_nothing(run, posts, out, manifest):
    out.mkdir()
    victim = out.parent / "victim"
    victim.write_text("mine")
    (out / "posts" / "mine").mkdir(parents=True)
    (out / ".feedsvc.json").write_text(manifest)
    assert run("build", out, posts).exit_code == 0
    assert victim.exists()
    assert (out / "posts" / "mine").is_dir()


def test_a_build_of_what_somebody_removed_by_hand_writes_it_again(run, posts, out):
    run("build", out, posts)
    shutil.rmtree(out / "posts")
    (posts / "a.md").unlink()
    assert run("build", out, posts).exit_code == 0
    assert (out / "posts" / "b" / "index.html").exists()


def test_build_ends_with_1_where_a_post_was_left_out_and_names_it(run, posts, out):
    (posts / "broken.md").write_bytes(BROKEN)
    result = run("build", out, posts)
    assert result.exit_code == 1
    assert "broken.md:1: error: binary: " in result.stderr
    assert pages(out) >= FEEDS


def test_build_ends_with_0_where_posts_were_left_out_on_purpose(run, posts, out):
    write(posts, "draft.md", draft="true")
    write(posts, "later.md", date="2999-01-01")
    write(posts, "undated.md", date=None)
    assert run("build", out, posts).exit_code == 0


@pytest.mark.parametrize("place", ["posts", "posts/public", "posts/x/../public"])
def test_build_refuses_to_write_into_the_posts(run, posts, tmp_path, place):
    before = set(files(posts))
    result = run("build", tmp_path / place, posts)
    assert result.exit_code == 1
    assert "lies in the posts folder" in result.stderr
    assert set(files(posts)) == before


def test_build_says_what_is_in_its_way(run, posts, out):
    out.mkdir()
    (out / "posts").write_text("a file where the folder should be")
    result = run("build", out, posts)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert str(out / "posts") in result.stderr


def test_build_says_what_addresses_begin_with_where_nobody_did(run, posts, out, monkeypatch):
    monkeypatch.delenv("FEEDSVC_BASE_URL")
    result = run("build", out, posts)
    assert "FEEDSVC_BASE_URL is not set: addresses in the files begin with http://localhost:8000" in result.stderr
    assert 'href="http://localhost:8000/feed.atom"' in (out / "feed.atom").read_text()


def test_written_files_can_be_read_by_a_web_server(run, posts, out):
    run("build", out, posts)
    assert {place.stat().st_mode & 0o777 for place in files(out).values()} == {0o644}


def test_every_link_of_a_built_site_is_a_file(run, posts, out):
    import html5lib

    run("build", out, posts)
    missing = set()
    for name in pages(out):
        if name.endswith(".html"):
            for element in html5lib.parse((out / name).read_text(), namespaceHTMLElements=False).iter():
                for address in (element.get("href"), element.get("src")) if isinstance(element.tag, str) else ():
                    if address and address.startswith("https://blog.example/"):
                        path = unquote(address.removeprefix("https://blog.example/"))
                        missing |= {path} - {n.removesuffix("index.html") for n in pages(out)}
    assert missing == set()


# -- build, what it writes again ---------------------------------------------------------------------------------------

TWINS = {".gz": gzip.decompress, ".br": brotli.decompress}


@pytest.fixture
def rendered(monkeypatch):
    """What was made of the library: formats of feeds, and pages."""
    from feedsvc.web import pages, site

    made = []
    originals = site.render, pages.at

    def render(feed, form, base):
        made.append(form)
        return originals[0](feed, form, base)

    def at(body, base):
        made.append("page")
        return originals[1](body, base)

    monkeypatch.setattr(site, "render", render)
    monkeypatch.setattr(pages, "at", at)
    return made


@pytest.fixture
def long_posts(posts):
    """Posts whose documents are all worth a coding."""
    text = "Long enough to be worth a coding. " * 50
    write(posts, "a.md", f"![](p.png) {text}", categories="[新媒体, ZAKER]", tags="[tea]", author="Ada")
    write(posts, "b.md", text, categories="[a/b]")
    for name in "cd":
        write(posts, f"{name}.md", text, categories="[Web]")
    return posts


def states(out):
    """Give of each file what changes when it is written: replaced, or written in place."""
    return {name: (place.stat().st_ino, place.stat().st_mtime_ns) for name, place in files(out).items()}


def changed(out, before):
    """Give the files that are not as they were before, those that went with them."""
    return {name for name, _state in set(states(out).items()) ^ set(before.items())}


def test_compress_writes_twins_that_are_the_file(run, long_posts, out):
    assert run("build", out, long_posts, "--compress").exit_code == 0
    twins = {name for name in pages(out) if name.endswith((".gz", ".br"))}
    assert {"feed.atom.gz", "feed.atom.br", "categories/Web/feed.json.br", "index.html.gz"} <= twins
    for name in twins:
        assert TWINS[name[-3:]]((out / name).read_bytes()) == (out / name[:-3]).read_bytes()
        assert (out / name).stat().st_size < (out / name[:-3]).stat().st_size


def test_pictures_have_no_twins(run, posts, out):
    (posts / "p.png").write_bytes(b"picture" * 1000)
    run("build", out, posts, "--compress")
    assert {name for name in pages(out) if name.startswith("files/")} == {"files/p.png"}


def test_twins_follow_their_file(run, long_posts, out):
    run("build", out, long_posts, "--compress")
    write(long_posts, "c.md", "Another text, which is long enough, too. " * 50, categories="[Web]")
    run("build", out, long_posts, "--compress")
    for suffix, decompress in TWINS.items():
        twin = decompress((out / f"feed.atom{suffix}").read_bytes())
        assert b"Another text" in twin
        assert twin == (out / "feed.atom").read_bytes()


def test_twins_go_with_their_file(run, long_posts, out):
    run("build", out, long_posts, "--compress")
    for name in "cd":
        (long_posts / f"{name}.md").unlink()
    run("build", out, long_posts, "--compress")
    assert not (out / "categories" / "Web").exists()
    assert {name[:-3] for name in pages(out) if name.endswith((".gz", ".br"))} <= pages(out)


def test_a_file_that_is_no_longer_worth_a_coding_loses_its_twins(run, long_posts, out):
    run("build", out, long_posts, "--compress", "--feeds-only")
    assert (out / "categories/Web/feed.json.gz").exists()
    for name in "cd":
        write(long_posts, f"{name}.md", "Short.", categories="[Web]")
    run("build", out, long_posts, "--compress", "--feeds-only")
    assert (out / "categories/Web/feed.json").stat().st_size < 860
    assert not (out / "categories/Web/feed.json.gz").exists()


def test_a_build_without_compress_removes_the_twins_and_touches_nothing_else(run, long_posts, out):
    run("build", out, long_posts)
    plain = states(out)
    run("build", out, long_posts, "--compress")
    twins = changed(out, plain) - {".feedsvc.json"}
    assert {name[-3:] for name in twins} == set(TWINS)
    run("build", out, long_posts)
    assert pages(out) == set(plain) - {".feedsvc.json"}
    assert changed(out, plain) == {".feedsvc.json"}


@pytest.mark.parametrize("options", [[], ["--compress"], ["--feeds-only"]], ids=str)
def test_an_unchanged_build_renders_no_feed_and_touches_nothing(run, long_posts, out, rendered, options):
    run("build", out, long_posts, *options)
    assert rendered
    before = states(out)
    rendered.clear()
    result = run("build", out, long_posts, *options)
    assert [one for one in rendered if one != "page"] == []
    assert "0 of them new or changed; 0 removed" in result.stderr
    assert changed(out, before) == set()


def test_a_document_that_is_not_worth_a_coding_is_not_rendered_again_for_that(run, posts, out, rendered):
    run("build", out, posts, "--compress", "--feeds-only")
    rendered.clear()
    run("build", out, posts, "--compress", "--feeds-only")
    assert rendered == []


def test_a_build_of_files_that_were_only_touched_renders_no_feed(run, long_posts, out, rendered):
    run("build", out, long_posts, "--feeds-only")
    before = states(out)
    rendered.clear()
    for place in long_posts.glob("*.md"):
        os.utime(place, (1, 1))
    run("build", out, long_posts, "--feeds-only")
    assert rendered == []
    assert changed(out, before) == set()


@pytest.mark.parametrize("options", [[], ["--compress"]], ids=str)
def test_one_changed_post_touches_its_feeds_alone(run, long_posts, out, rendered, options):
    run("build", out, long_posts, "--feeds-only", *options)
    before = states(out)
    rendered.clear()
    write(long_posts, "c.md", "Changed, and long enough to be worth a coding. " * 50, categories="[Web]")
    run("build", out, long_posts, "--feeds-only", *options)
    suffixes = ["", *TWINS] if options else [""]
    own = {f"{place}feed.{form}" for place in ("", "categories/Web/") for form in ("atom", "rss", "json")}
    own |= {name for name in FEEDS if name.endswith((".xml", "index.rss"))}
    assert changed(out, before) == {name + suffix for name in own for suffix in suffixes}
    assert sorted(rendered) == sorted(["atom", "rss", "json"] * 2)


@pytest.mark.parametrize("harm", ["edited", "edited to the same length", "emptied", "deleted"])
def test_what_somebody_did_to_a_file_is_undone(run, long_posts, out, harm):
    run("build", out, long_posts, "--compress")
    names = ["feed.atom", "feed.rss.gz", "categories/Web/feed.json", "posts/c/index.html", "feeds.opml", "files/p.png"]
    good = {name: (out / name).read_bytes() for name in names}
    for name, body in good.items():
        if harm == "deleted":
            (out / name).unlink()
        else:
            (out / name).write_bytes({"edited": body + b"!", "emptied": b""}.get(harm, body[:-1] + b"!"))
    result = run("build", out, long_posts, "--compress")
    assert {name: (out / name).read_bytes() for name in names} == good
    assert f"{len(names) - 1} of them new or changed" in result.stderr  # a twin is no file of its own


def test_another_setting_is_in_every_file(run, long_posts, out, monkeypatch):
    run("build", out, long_posts)
    monkeypatch.setenv("FEEDSVC_BASE_URL", "https://other.example")
    run("build", out, long_posts)
    for name in pages(out) - {"files/p.png"}:
        assert "https://blog.example" not in (out / name).read_text(), name


def test_two_folders_are_built_of_one_library_each_in_step(run, long_posts, out, tmp_path):
    other = tmp_path / "other"
    run("build", out, long_posts)
    run("build", other, long_posts, "--feeds-only")
    write(long_posts, "c.md", "Changed.", categories="[Web]")
    run("build", other, long_posts, "--feeds-only")
    run("build", out, long_posts)
    for name in pages(other):
        assert (other / name).read_bytes() == (out / name).read_bytes(), name
    assert "Changed." in (out / "feed.json").read_text()


# -- check -------------------------------------------------------------------------------------------------------------


def test_check_finds_a_body_that_no_feed_shows_and_can_not_be_made(run, posts):
    for number in range(25):
        write(posts, f"new-{number}.md", date="2025-01-01")
    write(posts, "deep.md", "<div>" * 1_500, date="2020-01-01")
    result = run("check", posts)
    assert result.exit_code == 1
    assert result.stdout.startswith("deep.md:5: error: body-limit: ")
    assert result.stderr.startswith("27 posts served; 1 error")


def test_check_prints_a_line_for_each_problem_and_counts_them(run, posts):
    (posts / "broken.md").write_bytes(BROKEN)
    write(posts, "undated.md", date=None)
    result = run("check", posts)
    lines = result.stdout.splitlines()
    assert [line.split(": ")[:3] for line in lines] == [
        ["broken.md:1", "error", "binary"],
        ["undated.md:1", "warning", "no-date"],
    ]
    assert result.stderr == "3 posts served; 1 error, 1 warning, 0 info\n"


@pytest.mark.parametrize(
    ("name", "code", "header"),
    [
        (None, 0, {}),
        ("undated.md", 0, {"date": None}),
        ("draft.md", 0, {"draft": "true"}),
        ("x.md", 1, {"date": "soon"}),
    ],
)
def test_check_ends_with_1_on_an_error_alone(run, posts, name, code, header):
    if name:
        write(posts, name, **header)
    assert run("check", posts).exit_code == code


def test_check_gives_json_with_every_field(run, posts):
    write(posts, "x.md", date="soon")
    result = run("check", posts, "--format", "json")
    rows = json.loads(result.stdout)
    assert {row["code"] for row in rows} == {"bad-date", "no-date"}
    for row in rows:
        assert set(row) == {"path", "line", "level", "code", "message", "fix"}
        assert (row["level"], row["fix"]) == (CATALOGUE[row["code"]][0], CATALOGUE[row["code"]][1])
        assert row["path"] == "x.md"
    assert result.exit_code == 1


def test_check_gives_an_empty_list_where_nothing_is_wrong(run, posts):
    assert json.loads(run("check", posts, "--format", "json").stdout) == []


def test_check_advises_a_name_for_ids(run, posts, monkeypatch):
    monkeypatch.delenv("FEEDSVC_ID_AUTHORITY")
    assert "id-authority" in run("check", posts).stdout


def test_check_warns_of_a_feed_that_some_readers_refuse(run, posts):
    write(posts, "long.md", "word " * 150_000)
    assert "large-feed: /feed.atom has " in run("check", posts).stdout


@pytest.mark.parametrize("command", ["check", "build"])
@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_that_can_not_be_read_is_said_in_a_line(run, tmp_path, out, command, exists):
    folder = tmp_path / "nowhere"
    if exists:
        folder.write_text("no folder")
    result = run(command, *([out] if command == "build" else []), folder)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith(f"Error: {folder}: the posts folder can not be read: ")


@pytest.mark.parametrize("command", ["check", "build", "serve"])
@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("FEEDSVC_LIMIT", "many", "a whole number, 1 or more"),
        ("FEEDSVC_CONTENT", "half", "full or summary"),
        ("FEEDSVC_DATABASE_URL", "oracle://x", "a database that can be used"),
    ],
)
def test_a_wrong_setting_stops_with_its_name_value_and_what_would_do(
    run, posts, out, monkeypatch, command, name, value, wanted
):
    monkeypatch.setenv(name, value)
    result = run(command, *([out] if command == "build" else []), posts)
    assert result.exit_code == 1
    assert name.removeprefix("FEEDSVC_") in result.stderr
    assert repr(value) in result.stderr
    assert wanted in result.stderr
    assert not out.exists()


def test_a_wrong_setting_of_the_file_stops_too(run, posts):
    (posts / "feedsvc.toml").write_text("limit = 0\n")
    result = run("check", posts)
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: limit in feedsvc.toml is 0; it should be a whole number, 1 or more\n",
    )


# -- as real processes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [[COMMAND], [sys.executable, "-m", "feedsvc"]], ids=["feedsvc", "python -m feedsvc"]
)
def test_both_names_of_the_command_are_one(posts, tmp_path, command):
    ended = subprocess.run(
        [*command, "check", posts],
        env=environment(tmp_path, FEEDSVC_ID_AUTHORITY="x"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr == "2 posts served; 0 error, 0 warning, 0 info\n"


def test_the_folder_named_posts_is_the_default(posts, tmp_path):
    ended = subprocess.run(
        [COMMAND, "check"], cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert ended.stderr.startswith("2 posts served; ")


def test_help_and_version_need_no_posts(run):
    assert "serve" in run("--help").stdout
    assert run("--version").stdout.startswith("feedsvc, version ")


def test_an_unknown_command_ends_with_2(run):
    assert run("sevre").exit_code == 2


def test_nothing_moves_in_a_pipe(posts, tmp_path, out):
    settings = environment(tmp_path, FEEDSVC_BASE_URL="https://blog.example")
    ended = subprocess.run([COMMAND, "build", out, posts], env=settings, capture_output=True, check=False)
    assert ended.stdout == b""
    assert b"\r" not in ended.stderr
    assert b"\x1b" not in ended.stderr
    assert ended.stderr.count(b"\n") == 1


def test_a_terminal_shows_how_far_it_is(posts, tmp_path, out):
    ours, theirs = pty.openpty()
    settings = environment(tmp_path, FEEDSVC_BASE_URL="https://blog.example", TERM="xterm")
    process = subprocess.Popen([COMMAND, "build", out, posts], env=settings, stderr=theirs, stdout=subprocess.DEVNULL)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait(PATIENCE) == 0
    assert b"Reading posts" in shown
    assert b"Writing" in shown
    assert b"100%" in shown


@pytest.mark.parametrize("written", [1, 100])
def test_a_build_that_is_killed_leaves_whole_files_and_the_next_completes_it(tmp_path, out, written):
    folder = tmp_path / "posts"
    for number in range(60):
        write(folder, f"{number}.md", f"Body {number}. " * 100, tags=f"[tag {number}]")
    settings = environment(tmp_path, FEEDSVC_BASE_URL="https://blog.example")
    whole, build = tmp_path / "whole", [COMMAND, "build", "--feeds-only", "--compress"]
    subprocess.run([*build, whole, folder], env=settings, check=True, capture_output=True)
    process = subprocess.Popen([*build, out, folder], env=settings, stderr=subprocess.DEVNULL)
    assert until(lambda: process.poll() is not None or len(pages(out)) >= written, every=0.001)
    process.kill()
    if process.wait() == 0:
        pytest.fail("it was done before it was killed")
    left = {name for name in pages(out) if not name.rpartition("/")[2].startswith(".feedsvc-")}
    assert written - 1 <= len(left) < len(pages(whole))
    for name in left:
        assert (out / name).read_bytes() == (whole / name).read_bytes(), name
    subprocess.run([*build, out, folder], env=settings, check=True, capture_output=True)
    assert {name: place.read_bytes() for name, place in files(out).items() if ".feedsvc-" not in name} == {
        name: place.read_bytes() for name, place in files(whole).items()
    }


def test_output_survives_a_locale_that_can_not_spell_it(posts, tmp_path):
    write(posts, "在清晨.md", date=None)
    settings = environment(tmp_path, LC_ALL="C")
    ended = subprocess.run([COMMAND, "check", posts], env=settings, capture_output=True, check=False)
    assert ended.returncode == 0
    assert b"Traceback" not in ended.stderr
    assert "在清晨.md:1: warning: no-date".encode() in ended.stdout


def test_a_reader_that_goes_away_is_no_trace(posts, tmp_path):
    for number in range(300):
        write(posts, f"{number}.md", date=None)
    check = subprocess.Popen(
        [COMMAND, "check", posts], env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    check.stdout.close()
    errors = check.stderr.read()
    check.stderr.close()
    check.wait(PATIENCE)
    assert b"Traceback" not in errors
