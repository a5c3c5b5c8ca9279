"""A library is open in many places at once, and each knows when another brought something new."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from feedsvc import library
from feedsvc.library import Library, watcher


@pytest.fixture
def open_here(shelf):
    """Give libraries of the shelf's folder, as several places of one machine have them."""
    opened = []

    def make(**settings):
        opened.append(Library(replace(shelf.settings, **settings)))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def pair(shelf, open_here):
    """Give two libraries of the same folder that both know its first post."""
    shelf.write("a.md", categories="[News]")
    one, other = open_here(), open_here()
    one.look()
    other.look()
    return one, other


def files(shelf) -> list[Path]:
    return list((shelf.root.parent / "cache" / "feedsvc").glob("*.sqlite"))


def delete(shelf) -> None:
    for file in files(shelf):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{file}{suffix}").unlink(missing_ok=True)


# -- the generation ----------------------------------------------------------------------------------------------------


def test_nothing_new_is_not_stale(pair):
    one, other = pair
    one.look()
    assert not one.is_stale
    assert not other.is_stale


def test_what_one_brings_the_other_knows_at_once(shelf, pair):
    one, other = pair
    shelf.write("b.md", categories="[Web]")
    assert not other.is_stale
    one.look()
    assert other.is_stale
    assert not one.is_stale


def test_catching_up_gives_what_the_other_brought(shelf, pair):
    one, other = pair
    shelf.write("b.md", categories="[Web]")
    brought = one.look()
    assert other.catch_up() == brought
    assert other.catalog.find("category", ["Web"]).posts == 1
    assert not other.is_stale


def test_catching_up_with_nothing_gives_the_same_catalog(pair):
    _one, other = pair
    assert other.catch_up() is other.catalog is other.catch_up()


def test_catching_up_reads_no_folder(shelf, pair, parsed):
    one, other = pair
    shelf.write("b.md")
    one.look()
    parsed.clear()
    shelf.write("c.md")
    assert other.catch_up().site.posts == 2
    assert parsed == []


def test_one_that_looks_for_itself_first_is_not_stale(shelf, pair):
    one, other = pair
    shelf.write("b.md")
    one.look()
    other.look()
    assert not other.is_stale


def _look(settings, wake, answers):
    here = Library(settings)
    here.look()
    answers.put(here.catalog.site.posts)
    wake.wait()
    answers.put((here.is_stale, here.catch_up().site.posts))


def test_another_process_knows_at_once(shelf, pair):
    context = multiprocessing.get_context("fork")
    wake, answers = context.Event(), context.SimpleQueue()
    process = context.Process(target=_look, args=(shelf.settings, wake, answers))
    process.start()
    assert answers.get() == 1
    shelf.write("b.md")
    pair[0].look()
    wake.set()
    assert answers.get() == (True, 2)
    process.join(60)
    assert process.exitcode == 0


def _use_after_fork(here, answers):
    answers.put((here.is_open, here.catch_up().site.posts, here.is_stale))


def test_a_library_that_was_open_before_a_fork_is_opened_again_in_the_child(pair):
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    process = context.Process(target=_use_after_fork, args=(pair[0], answers))
    process.start()
    assert answers.get() == (False, 1, False)
    process.join(60)
    assert process.exitcode == 0


def test_a_library_in_memory_shares_no_generation_and_follows_the_folder_all_the_same(shelf, open_here, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)
    monkeypatch.setenv("TMPDIR", os.devnull)
    here = open_here()
    shelf.write("a.md")
    assert here.look().site.posts == 1
    assert (here.shared, here.is_stale) == (None, False)
    shelf.write("b.md")
    assert here.look().site.posts == 2


# -- a file that is gone -----------------------------------------------------------------------------------------------


def test_a_library_that_is_deleted_while_it_is_open_is_made_anew_by_the_next_look(shelf, pair):
    one, _other = pair
    delete(shelf)
    shelf.write("b.md")
    assert one.look().site.posts == 2
    assert len(files(shelf)) == 1


def test_the_others_catch_up_with_a_library_that_was_made_anew(shelf, pair):
    one, other = pair
    delete(shelf)
    shelf.write("b.md", categories="[Web]")
    made = one.look()
    assert other.is_stale
    assert other.catch_up() == made
    assert not other.is_stale
    shelf.write("c.md")
    other.look()
    assert one.catch_up().site.posts == 3


def test_a_library_made_anew_is_another_edition_whose_versions_say_nothing_of_the_old_ones(shelf, pair):
    one, _other = pair
    before = one.catalog
    delete(shelf)
    assert one.look().edition != before.edition


def test_the_others_rejoin_a_library_that_was_deleted_with_its_whole_folder_and_its_generation(shelf, pair):
    one, other = pair
    shutil.rmtree(shelf.root.parent / "cache")
    shelf.write("b.md")
    assert other.catch_up().site.posts == 1
    assert one.look().site.posts == 2
    other.rejoin()
    assert other.is_stale
    assert other.catch_up() == one.catalog


def test_nobody_rejoins_a_library_that_is_not_filled_yet(shelf, pair):
    _one, other = pair
    shutil.rmtree(shelf.root.parent / "cache")
    other.rejoin()
    assert other.catch_up().site.posts == 1


def test_a_question_to_a_library_whose_tables_are_gone_is_answered_by_a_new_one(shelf, pair):
    one, other = pair
    with one.engine.begin() as connection:
        connection.execute(sa.text("drop table post"))
    assert one.ask(library.slugs) == ["a"]
    assert other.look() == one.catch_up()


# -- DATABASE_URL ------------------------------------------------------------------------------------------------------


def test_a_database_of_ones_own_is_used_and_no_other_made(shelf, open_here, tmp_path):
    shelf.engine.dispose()
    delete(shelf)
    file = tmp_path / "elsewhere.db"
    url = f"sqlite:///{file}"
    one, other = open_here(database_url=url), open_here(database_url=url)
    shelf.write("a.md", categories="[News]")
    one.look()
    assert other.look().find("category", ["News"]).posts == 1
    shelf.write("b.md")
    one.look()
    assert other.is_stale
    assert other.catch_up().site.posts == 2
    assert file.exists()
    assert files(shelf) == []


def test_a_database_of_ones_own_that_is_damaged_is_not_thrown_away(shelf, open_here, tmp_path):
    here = open_here(database_url=f"sqlite:///{tmp_path / 'elsewhere.db'}")
    shelf.write("a.md")
    here.look()
    with here.engine.begin() as connection:
        connection.execute(sa.text("drop table member"))
    with pytest.raises(sa.exc.DatabaseError, match="no such table"):
        here.ask(lambda engine: library.select(engine, here.catalog.site, None))
    assert here.ask(library.slugs) == ["a"]


# -- when a process that does nothing else looks -----------------------------------------------------------------------


@pytest.fixture
def moments(shelf, open_here, monkeypatch):
    """Give the moments of a library whose watcher tells of a.md, then of nothing, once a second; and a clock to move on."""
    now = [1_000.0]
    clock = SimpleNamespace(monotonic=lambda: now[0], sleep=lambda _seconds: None)

    def watch(root, **_options):
        told = {(1, str(root.absolute() / "a.md"))}
        while True:
            now[0] += 1
            yield told
            told = set()

    shelf.write("a.md")
    one = open_here()
    monkeypatch.setattr(watcher, "time", clock)
    monkeypatch.setattr("watchfiles.watch", watch)
    return one, watcher._moments(one), now


def idle_seconds(moments):
    """Give how many moments without news there are before the next look at everything."""
    seconds = 0
    while (moment := next(moments)) == (False, None):
        seconds += 1
    assert moment == (True, None)
    return seconds


def test_everything_is_looked_at_first_and_then_each_refresh_seconds(moments):
    one, moments, _now = moments
    assert next(moments) == (True, None)
    one.look()
    assert idle_seconds(moments) == one.settings.refresh - 1


def test_a_look_at_everything_that_takes_long_is_followed_by_ten_times_as_long_a_rest(moments):
    one, moments, now = moments
    one.look()
    next(moments)
    one.look()
    now[0] += 5
    assert idle_seconds(moments) == 49


def test_a_look_that_brings_much_is_no_reason_to_rest_longer(moments):
    one, moments, now = moments
    next(moments)
    one.look()
    now[0] += 5
    assert idle_seconds(moments) == one.settings.refresh - 1
