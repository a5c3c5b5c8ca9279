"""Many files are read by several processes, with the same result as by one."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from feedsvc import library
from feedsvc.library import pool
from feedsvc.library.pool import Readers
from feedsvc.library.reading import Task
from feedsvc.sources import Folder
from tests.servers import until

POSTS = 700


@pytest.fixture
def full(shelf):
    """A shelf of many posts, some of them broken, in several batches."""
    for number in range(POSTS):
        date = f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
        shelf.write(f"{number}.md", f"Body {number}.", date=date, categories=f"[c{number % 5}]", tags=f"[t{number}]")
    for number in range(0, POSTS, 50):
        (shelf.root / f"{number}.md").write_bytes(b"\x00\x01\xff no text" * 40)
    shelf.write("699.md", "<div>" * 1_500, date="2024-12-31")
    return shelf


@pytest.fixture
def make_readers(full):
    made = []

    def make(processes):
        made.append(Readers(Folder(full.root), full.settings, processes))
        return made[-1]

    yield make
    for one in made:
        one.close()


def descendants(pid: int) -> set[int]:
    children = {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    return children.union(*map(descendants, children))


def others() -> set[int]:
    return descendants(os.getpid())


def tasks():
    return [Task(f"{number}.md", body=number % 10 == 0) for number in range(POSTS)]


def everything(shelf, readers):
    """Give what a new library has after readers read it, and every body."""
    engine = library.open_in_memory()
    folder = Folder(shelf.root)
    library.refresh(engine, folder, shelf.settings, readers=readers)
    before = library.catalog(engine).scopes
    library.show(engine, folder, shelf.settings, readers=readers)
    found = library.catalog(engine)
    posts = {key: library.select(engine, scope, None) for key, scope in found.scopes.items()}
    answer = before, found.scopes, posts, library.slugs(engine), library.problems(engine), library.left_out(engine)
    engine.dispose()
    return answer


def test_a_library_is_the_same_whoever_reads_it(full, make_readers):
    several = make_readers(2)
    before = others()
    assert everything(full, several) == everything(full, None)
    assert len(others() - before) == 2  # they did read


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_files_are_given_in_the_order_of_the_tasks(make_readers, processes):
    found = [read.path for reads in make_readers(processes).read(tasks(), POSTS) for read in reads]
    assert found == [task.path for task in tasks()]


@pytest.mark.parametrize("processes", [1, 2])
def test_progress_is_told_of_every_file_in_turn(make_readers, processes):
    steps = []
    for _ in make_readers(processes).read(tasks(), POSTS, lambda done, of: steps.append((done, of))):
        pass
    assert steps == [(done, POSTS) for done in range(1, POSTS + 1)]


def test_what_is_little_is_read_without_another_process(make_readers):
    before = others()
    assert len(list(make_readers(2).read(tasks()[:9], 9))) == 1
    assert others() == before


def test_readers_are_used_again_and_end_with_their_owner(make_readers):
    readers = make_readers(2)
    before = others()
    list(readers.read(tasks(), POSTS))
    started = others() - before
    list(readers.read(tasks(), POSTS))
    assert others() - before == started
    readers.close()
    assert others() == before


def test_where_no_process_is_to_be_had_nothing_is_left_out(full, make_readers, monkeypatch):
    def fork():
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", fork)
    readers = make_readers(2)
    readers.begin(b"a mark")
    assert readers.scan()[:2] == Folder(full.root).scan()
    found = [read.path for reads in readers.read(tasks(), POSTS) for read in reads]
    assert found == [task.path for task in tasks()]


def test_readers_end_though_another_process_has_their_pipes(make_readers):
    readers = make_readers(2)
    before = others()
    list(readers.read(tasks(), POSTS))
    started = others() - before
    heir = multiprocessing.get_context("fork").Process(target=signal.pause)
    heir.start()
    readers.close()
    assert not started & others()
    heir.kill()
    heir.join()


@pytest.mark.parametrize("processes", [1, 2])
def test_a_scan_by_another_process_is_the_folders_own(full, make_readers, processes):
    (full.root / "notes.txt").write_text("no post")
    readers = make_readers(processes)
    readers.begin(b"another mark")
    *scan, mark = readers.scan()
    assert tuple(scan) == Folder(full.root).scan()
    assert mark == make_readers(1).scan()[2]


def test_a_scan_has_the_mark_of_what_it_found(full, make_readers):
    before = make_readers(1).scan()[2]
    assert make_readers(1).scan()[2] == before
    full.write("350.md", "Another body.")
    assert make_readers(1).scan()[2] != before


def test_where_nothing_changed_no_more_is_made_ready_until_there_is_a_task(make_readers):
    readers = make_readers(3)
    before = others()
    readers.begin(make_readers(1).scan()[2])
    readers.scan()
    assert len(others() - before) == 1
    found = [read.path for reads in readers.read(tasks(), POSTS) for read in reads]
    assert found == [task.path for task in tasks()]
    assert len(others() - before) == 3


@pytest.mark.parametrize("processes", [1, 2])
def test_a_folder_that_can_not_be_scanned_is_told_by_whoever_asks(tmp_path, full, processes):
    with Readers(Folder(tmp_path / "gone"), full.settings, processes) as readers:
        readers.begin(b"a mark")
        with pytest.raises(FileNotFoundError):
            readers.scan()


def test_a_scan_is_made_again_where_its_maker_was_killed(full, make_readers):
    readers = make_readers(2)
    before = others()
    readers.begin(b"a mark")
    for pid in others() - before:
        os.kill(pid, signal.SIGKILL)
    assert readers.scan()[:2] == Folder(full.root).scan()


def test_a_reader_that_is_killed_between_two_readings_costs_no_file(full, make_readers):
    readers = make_readers(2)
    before = others()
    expected = [read for reads in readers.read(tasks(), POSTS) for read in reads]
    for pid in others() - before:
        os.kill(pid, signal.SIGKILL)
    assert [read for reads in readers.read(tasks(), POSTS) for read in reads] == expected


def test_a_reader_that_is_killed_by_what_it_reads_costs_no_file(full, make_readers, monkeypatch):
    original = pool.read
    own = os.getpid()

    def read(batch, *given):
        if any(task.path == "350.md" for task in batch) and os.getpid() != own:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(batch, *given)

    monkeypatch.setattr(pool, "read", read)
    found = [read.path for reads in make_readers(2).read(tasks(), POSTS) for read in reads]
    assert found == [task.path for task in tasks()]


def _start_readers(shelf, told):
    readers = Readers(Folder(shelf.root), shelf.settings, 2)
    list(readers.read(tasks(), POSTS))
    told.put(others())
    signal.pause()


def test_readers_do_not_outlive_an_owner_that_is_killed(full):
    context = multiprocessing.get_context("fork")
    told = context.SimpleQueue()
    owner = context.Process(target=_start_readers, args=(full, told))
    owner.start()
    started = told.get()
    assert len(started) == 2
    owner.kill()
    owner.join()
    assert until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in started))


def test_a_reading_that_was_given_up_leaves_nothing_to_the_next(make_readers):
    readers = make_readers(2)
    next(readers.read(tasks(), POSTS))
    again = tasks()[::-1]
    found = [read.path for reads in readers.read(again, POSTS) for read in reads]
    assert found == [task.path for task in again]
