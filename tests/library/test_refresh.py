"""The library keeps step with the folder."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import resource
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from feedsvc import library
from feedsvc.library import refreshing
from feedsvc.sources import Folder

parsing = importlib.import_module("feedsvc.content.parse")

BROKEN = b"\x00\x01\x02\x03 no text \x00\xff\xfe\xfd" * 40


# -- what changes ------------------------------------------------------------------------------------------------------


def test_a_new_post_is_found(shelf):
    shelf.write("a.md")
    assert shelf.posts() == ["a.md"]
    shelf.write("b.md")
    assert sorted(shelf.posts()) == ["a.md", "b.md"]


def test_a_changed_post_is_read_again(shelf):
    shelf.write("a.md", title="Before")
    shelf.refresh()
    shelf.write("a.md", title="After, and longer")
    assert shelf.post("a").title == "After, and longer"


def test_a_removed_post_goes_and_its_problems_with_it(shelf):
    shelf.write("a.md", date=None)
    assert shelf.codes("a.md") == {"no-date"}
    (shelf.root / "a.md").unlink()
    assert shelf.posts() == []
    assert shelf.codes("a.md") == set()


def test_a_renamed_post_leaves_no_shadow(shelf):
    shelf.write("a.md", categories="[Old]").rename(shelf.root / "b.md")
    assert shelf.posts() == ["b.md"]


@pytest.fixture
def without_scan(shelf, monkeypatch):
    """The shelf with a post, and in a folder that may not be scanned again."""
    shelf.write("a.md", date="2024-01-01")
    shelf.write("old/b.md", date="2024-01-02")
    shelf.refresh()

    def scan(_folder):
        raise AssertionError

    monkeypatch.setattr(Folder, "scan", scan)
    return shelf


@pytest.mark.parametrize("what", ["write", "rewrite", "spoil", "remove", "move"])
def test_where_it_is_known_what_changed_nothing_else_is_looked_at(without_scan, what):
    root = without_scan.root
    match what:
        case "write":
            path = without_scan.write("new/c.md").relative_to(root).as_posix()
        case "rewrite":
            path = without_scan.write("a.md", title="Another title").name
        case "spoil":
            path = "a.md"
            (root / path).write_bytes(BROKEN)
        case "remove":
            path = "a.md"
            (root / path).unlink()
        case _:
            path = "old"
            (root / path).rename(root.parent / path)
    assert without_scan.refresh([path])
    assert not without_scan.refresh([path])
    found = [
        post.path for post in library.select(without_scan.engine, library.catalog(without_scan.engine).site, None)[0]
    ]
    assert sorted(found) == sorted(
        {"write": ["a.md", "new/c.md", "old/b.md"], "remove": ["old/b.md"], "move": ["a.md"]}.get(
            what, ["a.md", "old/b.md"]
        )
    )


def test_a_post_appears_at_its_second_without_a_look_at_any_file(shelf, monkeypatch):
    shelf.write("a.md", date="2025-06-01T12:00:00Z")
    assert shelf.posts() == []
    monkeypatch.delattr(Folder, "scan")
    shelf.now += timedelta(days=1)
    assert shelf.refresh(())
    assert library.catalog(shelf.engine).site.posts == 1


def test_a_library_that_is_not_filled_yet_takes_in_all_whatever_is_known_to_have_changed(shelf):
    shelf.write("a.md")
    shelf.write("b.md")
    assert shelf.refresh(["b.md"])
    assert library.catalog(shelf.engine).site.posts == 2


def test_a_post_in_the_place_of_what_was_reported_takes_the_report_away(shelf):
    (shelf.root / "a.md").symlink_to("nowhere.md")
    assert shelf.codes("a.md") == {"not-a-file"}
    (shelf.root / "a.md").unlink()
    shelf.write("a.md", date="2024-01-01")
    shelf.refresh(["a.md"])
    assert shelf.codes("a.md") == set()


def test_a_scope_goes_with_its_last_post(shelf):
    shelf.write("a.md", categories="[News]")
    assert shelf.catalog.find("category", ["News"])
    shelf.write("a.md", categories="[Other things]")
    assert shelf.catalog.find("category", ["News"]) is None


def test_only_what_changed_is_parsed(shelf, parsed):
    shelf.write("a.md")
    shelf.write("b.md")
    shelf.refresh()
    parsed.clear()
    shelf.write("b.md", title="Another title than before")
    shelf.refresh()
    assert parsed == ["b.md"]


def test_an_unchanged_folder_changes_nothing(shelf):
    shelf.write("a.md")
    assert shelf.refresh()
    before = library.generation(shelf.engine)
    assert not shelf.refresh()
    assert library.generation(shelf.engine) == before


def test_progress_is_told_file_by_file(shelf):
    for name in "abc":
        shelf.write(f"{name}.md")
    steps = []
    library.refresh(shelf.engine, Folder(shelf.root), shelf.settings, lambda done, of: steps.append((done, of)))
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_a_folder_that_is_not_there_is_told(shelf):
    shelf.root.rmdir()
    with pytest.raises(OSError, match="No such file"):
        shelf.refresh()


# -- what breaks -------------------------------------------------------------------------------------------------------


def test_a_post_that_breaks_keeps_its_last_good_version(shelf):
    shelf.write("a.md", title="Good")
    shelf.refresh()
    (shelf.root / "a.md").write_bytes(BROKEN)
    assert shelf.post("a").title == "Good"
    assert shelf.codes("a.md") == {"binary", "kept"}


def test_a_kept_post_is_still_kept_after_other_changes(shelf):
    shelf.write("a.md", title="Good")
    shelf.refresh()
    (shelf.root / "a.md").write_bytes(BROKEN)
    shelf.refresh()
    (shelf.root / "a.md").write_bytes(BROKEN * 2)
    shelf.write("b.md")
    assert shelf.post("a").title == "Good"
    assert "kept" in shelf.codes("a.md")


def test_a_mended_post_is_served_as_it_is_now(shelf):
    shelf.write("a.md", title="Good")
    shelf.refresh()
    (shelf.root / "a.md").write_bytes(BROKEN)
    shelf.refresh()
    shelf.write("a.md", title="Mended")
    assert shelf.post("a").title == "Mended"
    assert shelf.codes("a.md") == set()


def test_a_post_that_was_never_good_is_left_out_and_counted(shelf):
    (shelf.root / "a.md").write_bytes(BROKEN)
    shelf.write("b.md")
    assert shelf.posts() == ["b.md"]
    assert shelf.codes("a.md") == {"binary"}
    assert library.left_out(shelf.engine) == 1


def test_a_kept_post_is_not_counted_as_left_out(shelf):
    shelf.write("a.md")
    shelf.refresh()
    (shelf.root / "a.md").write_bytes(BROKEN)
    shelf.refresh()
    assert library.left_out(shelf.engine) == 0


def test_a_post_that_becomes_a_draft_is_not_kept(shelf):
    shelf.write("a.md")
    shelf.refresh()
    shelf.write("a.md", draft="true")
    assert shelf.posts() == []
    assert shelf.codes("a.md") == {"draft"}


def test_a_bug_takes_back_the_whole_refresh(shelf, monkeypatch):
    shelf.write("a.md")
    shelf.refresh()
    shelf.write("b.md")
    shelf.write("c.md")
    monkeypatch.setattr(refreshing._Work, "finish", lambda _work: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        shelf.refresh()
    with shelf.engine.connect() as connection:
        assert list(connection.scalars(sa.text("select path from post"))) == ["a.md"]


# -- ids and slugs that two posts claim --------------------------------------------------------------------------------


def test_the_oldest_post_keeps_an_id_that_two_claim(shelf):
    guid = "urn:uuid:0b6a7a4e-7a6f-4a43-9d0f-4f4c54a0b9a1"
    shelf.write("new.md", date="2024-02-02", guid=guid)
    shelf.write("old.md", date="2023-02-02", guid=guid)
    assert shelf.post("old").id == guid
    assert shelf.post("new").id != guid
    assert "duplicate-id" in shelf.codes("new.md")
    assert shelf.codes("old.md") == set()


def test_a_post_gets_its_id_when_the_other_claim_goes(shelf):
    guid = "urn:uuid:0b6a7a4e-7a6f-4a43-9d0f-4f4c54a0b9a1"
    shelf.write("new.md", date="2024-02-02", guid=guid)
    shelf.write("old.md", date="2023-02-02", guid=guid)
    shelf.refresh()
    (shelf.root / "old.md").unlink()
    assert shelf.post("new").id == guid
    assert shelf.codes("new.md") == set()


def test_a_claim_that_was_lost_goes_with_its_post(shelf):
    guid = "urn:uuid:0b6a7a4e-7a6f-4a43-9d0f-4f4c54a0b9a1"
    shelf.write("new.md", date="2024-02-02", guid=guid)
    shelf.write("old.md", date="2023-02-02", guid=guid)
    shelf.refresh()
    (shelf.root / "new.md").unlink()
    assert shelf.codes("new.md") == set()
    assert library.left_out(shelf.engine) == 0


def test_a_file_that_comes_beside_one_that_lost_its_claim_has_an_id_of_its_own(shelf):
    guid = "urn:uuid:0b6a7a4e-7a6f-4a43-9d0f-4f4c54a0b9a1"
    shelf.write("old.md", date="2023-02-02", guid=guid)
    shelf.write("new.md", date="2024-02-02", guid=guid)
    shelf.refresh()
    shelf.write("new.html", "<p>Body</p>", date="2024-03-03")
    ids = {post.id for post in library.select(shelf.engine, shelf.catalog.site, None)[0]}
    assert len(ids) == 3


def test_files_that_differ_in_suffix_alone_have_ids_of_their_own(shelf):
    shelf.write("a.md")
    shelf.write("a.html", "<p>Body</p>")
    ids = {post.id for post in library.select(shelf.engine, shelf.catalog.site, None)[0]}
    assert len(ids) == 2


def test_the_oldest_post_keeps_a_slug_that_two_claim(shelf):
    shelf.write("one/a.md", date="2024-02-02")
    shelf.write("two/a.md", date="2023-02-02")
    assert shelf.post("a").path == "two/a.md"
    slugs = library.slugs(shelf.engine)
    assert len(set(slugs)) == 2


def test_a_post_whose_slug_was_taken_links_to_its_own(shelf):
    shelf.write("one/a.md", date="2024-02-02")
    shelf.write("two/a.md", date="2023-02-02")
    shelf.refresh()
    for slug in library.slugs(shelf.engine):
        assert shelf.post(slug).link.endswith(f"/posts/{slug}/")


# -- when it was touched -----------------------------------------------------------------------------------------------


def test_a_library_that_is_made_anew_was_not_touched(shelf):
    shelf.write("a.md", categories="[News]")
    catalog = shelf.catalog
    assert catalog.site.touched is None
    assert catalog.find("category", ["News"]).touched is None


def test_a_change_touches_the_scopes_of_the_post_and_no_other(shelf):
    shelf.write("a.md", categories="[News]")
    shelf.write("b.md", categories="[Web]")
    shelf.refresh()
    shelf.write("a.md", categories="[News]", title="Changed, and longer than before")
    catalog = shelf.catalog
    assert catalog.find("category", ["News"]).touched == shelf.now
    assert catalog.site.touched == shelf.now
    assert catalog.find("category", ["Web"]).touched is None


def test_a_post_that_moves_touches_both_scopes(shelf):
    shelf.write("a.md", categories="[News]")
    shelf.write("b.md", categories="[News]")
    shelf.write("c.md", categories="[Web]")
    shelf.refresh()
    shelf.write("a.md", categories="[Web]")
    catalog = shelf.catalog
    assert {catalog.find("category", [name]).touched for name in ("News", "Web")} == {shelf.now}


def test_a_post_that_goes_touches_its_scopes(shelf):
    shelf.write("a.md", categories="[News]")
    shelf.write("b.md", categories="[News]")
    shelf.refresh()
    (shelf.root / "a.md").unlink()
    assert shelf.catalog.find("category", ["News"]).touched == shelf.now


def test_posts_that_come_back_touch_their_scopes(shelf):
    shelf.write("a.md", categories="[News]")
    shelf.refresh()
    (shelf.root / "a.md").unlink()
    shelf.refresh()
    shelf.write("a.md", categories="[News]", title="Another")
    assert shelf.catalog.find("category", ["News"]).touched == shelf.now


def test_a_post_that_loses_its_id_to_an_older_one_touches_its_scopes(shelf):
    guid = "urn:uuid:0b6a7a4e-7a6f-4a43-9d0f-4f4c54a0b9a1"
    shelf.write("new.md", date="2024-02-02", guid=guid, categories="[News]")
    shelf.refresh()
    shelf.write("old.md", date="2023-02-02", guid=guid, categories="[Web]")
    assert shelf.catalog.find("category", ["News"]).touched == shelf.now


def test_a_post_that_expires_touches_its_scopes(shelf):
    shelf.write("a.md", categories="[News]", expirydate="2025-06-02")
    shelf.write("b.md", categories="[News]")
    shelf.write("c.md", categories="[Web]")
    shelf.refresh()
    shelf.now += timedelta(days=3)
    catalog = shelf.catalog
    assert f"{catalog.find('category', ['News']).touched:%F}" == "2025-06-02"
    assert f"{catalog.site.touched:%F}" == "2025-06-02"
    assert catalog.find("category", ["Web"]).touched is None


# -- the file is a cache -----------------------------------------------------------------------------------------------


def library_files(shelf) -> list[Path]:
    return list((shelf.root.parent / "cache" / "feedsvc").glob("*.sqlite"))


def test_a_library_is_found_again(shelf, parsed):
    shelf.write("a.md")
    shelf.refresh()
    parsed.clear()
    again = library.open_library(shelf.settings)
    assert not library.refresh(again, Folder(shelf.root), shelf.settings)
    assert parsed == []
    again.dispose()


def test_a_library_for_other_settings_is_another_file(shelf, tmp_path):
    from feedsvc.settings import Settings

    other = library.open_library(Settings(posts=shelf.root, id_authority="other.example"))
    assert len(library_files(shelf)) == 2
    other.dispose()


@pytest.mark.parametrize("content", [b"", b"no database at all" * 999, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_library_is_made_anew(shelf, content):
    shelf.write("a.md")
    shelf.refresh()
    shelf.engine.dispose()
    [file] = library_files(shelf)
    file.write_bytes(content)
    shelf.engine = library.open_library(shelf.settings)
    assert shelf.posts() == ["a.md"]


def test_a_cache_folder_that_can_not_be_written_falls_back_to_the_temporary_one(shelf, monkeypatch, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    engine = library.open_library(shelf.settings)
    assert str(tmp_path / "temporary") in str(engine.url)
    engine.dispose()


def test_a_machine_without_any_writable_folder_keeps_the_library_in_memory(shelf, monkeypatch, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folders should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setenv("TMPDIR", str(blocked))
    shelf.engine.dispose()
    shelf.engine = library.open_library(shelf.settings)
    shelf.write("a.md")
    assert str(shelf.engine.url) == "sqlite://"
    assert shelf.posts() == ["a.md"]


def test_a_library_in_memory_answers_threads(shelf, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)
    monkeypatch.setenv("TMPDIR", os.devnull)
    shelf.engine.dispose()
    shelf.engine = library.open_library(shelf.settings)
    shelf.write("a.md")
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(shelf.posts())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [["a.md"]] * 4


# -- several processes -------------------------------------------------------------------------------------------------


def _open_and_refresh(settings, start, parsed):
    original = parsing.parse

    def parse(raw, *rest, **more):
        parsed.put(raw.path)
        return original(raw, *rest, **more)

    parsing.parse = parse
    start.wait()
    engine = library.open_library(settings)
    library.refresh(engine, Folder(settings.posts), settings)
    catalog = library.catalog(engine)
    engine.dispose()
    os._exit(0 if catalog.site.posts == 30 else 3)


def test_processes_that_start_at_once_parse_every_post_once_and_none_fails(shelf):
    for number in range(30):
        shelf.write(f"{number}.md")
    shelf.engine.dispose()
    context = multiprocessing.get_context("fork")
    for _ in range(5):
        for file in library_files(shelf):
            for suffix in ("", "-wal", "-shm"):
                Path(f"{file}{suffix}").unlink(missing_ok=True)
        start, parsed = context.Barrier(4), context.SimpleQueue()
        arguments = (shelf.settings, start, parsed)
        processes = [context.Process(target=_open_and_refresh, args=arguments) for _ in range(4)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(60)
        assert [process.exitcode for process in processes] == [0] * 4
        paths = []
        while not parsed.empty():
            paths.append(parsed.get())
        parsed.close()
        # Each header once, and each body that the feed shows once.
        assert len(paths) == 30 + shelf.settings.limit
        assert set(paths) == {f"{number}.md" for number in range(30)}


def test_a_refresh_that_waited_for_another_raises_no_generation(shelf, monkeypatch):
    shelf.write("a.md")
    original = refreshing._writing
    other = library.open_library(shelf.settings)

    def writing(engine, **how):
        if engine is shelf.engine:  # the other one is quicker
            library.refresh(other, Folder(shelf.root), shelf.settings)
        return original(engine, **how)

    monkeypatch.setattr(refreshing, "_writing", writing)
    assert not shelf.refresh()
    assert library.generation(shelf.engine) == 1
    other.dispose()


def test_a_reader_never_sees_half_a_refresh(shelf, monkeypatch):
    shelf.write("a.md")
    shelf.refresh()
    reader = library.open_library(shelf.settings)
    seen = []
    original = parsing.parse

    def parse(raw, *rest, **more):
        seen.append(library.catalog(reader).site.posts)
        return original(raw, *rest, **more)

    monkeypatch.setattr(parsing, "parse", parse)
    (shelf.root / "a.md").unlink()
    for name in "bcd":
        shelf.write(f"{name}.md")
    shelf.refresh()
    assert set(seen) == {1}
    assert library.catalog(reader).site.posts == 3
    reader.dispose()


def _die_while_refreshing(settings):
    parsing.parse = lambda raw, *rest, **more: os._exit(9)
    library.refresh(library.open_library(settings), Folder(settings.posts), settings)


def test_a_process_that_dies_while_it_refreshes_leaves_the_place_to_the_next(shelf):
    shelf.write("a.md")
    process = multiprocessing.get_context("fork").Process(target=_die_while_refreshing, args=(shelf.settings,))
    process.start()
    process.join(60)
    assert process.exitcode == 9
    assert shelf.posts() == ["a.md"]


def test_a_library_that_is_busy_is_not_thrown_away(shelf):
    shelf.write("a.md")
    shelf.refresh()
    [file] = library_files(shelf)
    inode = file.stat().st_ino
    with shelf.engine.begin() as connection:
        connection.execute(sa.text("update meta set value = value + 1"))
        other = library.open_library(shelf.settings)
        assert library.catalog(other).site.posts == 1
        other.dispose()
    assert file.stat().st_ino == inode


def _fill(settings):
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 10, 64 << 10))
    engine = library.open_library(settings)
    try:
        library.refresh(engine, Folder(settings.posts), settings)
    except sa.exc.DatabaseError:
        os._exit(0)
    os._exit(3)


def test_a_full_disk_takes_back_the_refresh_and_leaves_a_sound_library(shelf):
    for number in range(20):
        shelf.write(f"{number}.md", "Long body. " * 2000)
    process = multiprocessing.get_context("fork").Process(target=_fill, args=(shelf.settings,))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert len(shelf.posts()) == 20
