"""A real server: gunicorn, started as the README says."""

from __future__ import annotations

import collections
import contextlib
import gzip
import http.client
import json
import os
import select
import signal
import socket
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.servers import COMMAND, PATIENCE, environment, free_port, serving, until, write


@pytest.fixture(scope="module")
def posts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("posts")
    for name in "abc":
        write(folder, f"{name}.md", categories="[News]")
    return folder


@pytest.fixture(scope="module")
def server(posts, tmp_path_factory):
    with serving(posts, tmp_path_factory.mktemp("home"), WEB_CONCURRENCY="2") as server:
        yield server


@pytest.mark.parametrize("path", ["/", "/feed.atom", "/feed.rss", "/feed.json", "/feeds.opml", "/posts/a/", "/healthz"])
def test_it_answers(server, path):
    assert server.get(path).status == 200


def test_every_worker_answers_with_the_same_tag(server):
    assert len({server.get("/feed.atom").headers["ETag"] for _ in range(20)}) == 1


def test_web_concurrency_is_the_number_of_workers(server):
    assert until(lambda: len(server.workers()) == 2)


def test_the_log_goes_to_stdout(server):
    server.get("/feed.json?looked-for")
    assert until(lambda: "GET /feed.json?looked-for" in server.log())
    assert "Listening at" in server.log()
    assert server.errors() == ""


def test_no_answer_tells_what_runs_here(server):
    for path in ("/", "/nowhere", "/feed.atom"):
        answer = server.get(path)
        assert answer.headers.get("Server", "gunicorn") == "gunicorn"
        assert "X-Powered-By" not in answer.headers


@pytest.mark.parametrize(
    "request_text",
    [
        b"GET /feed.json HTTP/1.0\r\n\r\n",
        b"GET /feed.json HTTP/1.1\r\nHost: \r\n\r\n",
        b'GET /feed.json HTTP/1.1\r\nHost: a b<>"\r\n\r\n',
        b"GET /feed.json HTTP/1.1\r\nHost: u@evil:99\r\n\r\n",
        b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /posts/%00%ff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET //evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://evil.example/feed.json HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /" + b"x" * 50000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /feed.json HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100000 + b"\r\n\r\n",
        b"POST /feed.json HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\nabc",
        b"GET /feed.json HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\nabc",
        b"GET /feed.json HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\nabc",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\r\n\r\n\r\n",
        b"NONSENSE\r\n\r\n",
    ],
    ids=lambda text: ascii(text[:40]),
)
def test_a_hostile_request_is_no_500_and_leaves_no_trace(server, request_text):
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        client.sendall(request_text)
        with contextlib.suppress(OSError):  # it was refused before its end
            client.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while part := client.recv(65536):
                answer += part
        except ConnectionResetError:  # what was not read of a request may cost its answer
            pass
    status = answer.split(b" ", 2)[1] if answer else b"closed"
    assert status in {b"200", b"400", b"404", b"405", b"413", b"414", b"431", b"closed"}
    assert b"Traceback" not in answer
    assert b"evil" not in answer.lower()
    assert server.get("/healthz").status == 200


def test_three_hundred_half_sent_requests_do_not_keep_a_good_one_waiting(server):
    clients = [socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) for _ in range(300)]
    try:
        for client in clients:
            client.sendall(b"GET /feed.atom HTTP/1.1\r\nHost: x\r\nX-Half: se")
        for _ in range(10):
            assert server.get("/feed.atom").status == 200
        assert select.select(clients, [], [], 0) == ([], [], [])  # none of them had to end for it
    finally:
        for client in clients:
            client.close()


def test_a_killed_worker_is_replaced_while_the_others_answer(server):
    before = until(lambda: len(server.workers()) == 2 and server.workers())
    os.kill(before[0], signal.SIGKILL)
    assert until(server.is_up)
    assert until(lambda: len(server.workers()) == 2 and before[0] not in server.workers())


def test_a_new_post_arrives_and_a_removed_one_goes_without_a_restart(server, posts):
    write(posts, "new.md", title="Arrived")
    assert until(lambda: all("Arrived" in server.get("/feed.json").text for _ in range(6)))
    (posts / "new.md").unlink()
    assert until(lambda: not any("Arrived" in server.get("/feed.json").text for _ in range(6)))


# -- a change reaches every worker -------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path):
    """Give a server of one's own with two workers, which nothing but the watcher tells of changes for an hour."""
    folder = tmp_path / "own posts"
    for number in range(100):
        write(folder, f"{number}.md", date="2023-01-01", categories=f"[c{number % 5}]")
    with serving(folder, tmp_path / "own", WEB_CONCURRENCY="2", FEEDSVC_REFRESH="3600") as server:
        server.posts = folder
        assert until(lambda: watchers(server))
        yield server


@contextlib.contextmanager
def hasty_server(folder):
    """Serve with two workers, which see each second to it that there is a watcher."""
    write(folder / "posts", "a.md")
    with serving(folder / "posts", folder / "home", WEB_CONCURRENCY="2", FEEDSVC_REFRESH="1") as server:
        server.posts = folder / "posts"
        assert until(lambda: watchers(server))
        yield server


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    with hasty_server(tmp_path_factory.mktemp("hasty")) as server:
        yield server


def processes(server) -> dict[int, str]:
    """Give the command lines of the server's processes and theirs, by what they were started with, whoever their parents are."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(server.log_file.parent).encode() in (place / "environ").read_bytes():
                found[int(place.name)] = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def watchers(server) -> list[int]:
    return [pid for pid, line in processes(server).items() if "feedsvc.library.watcher" in line]


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def titles(server) -> set[str]:
    return {item["title"] for item in json.loads(server.get("/feed.json").text)["items"]}


def is_in_every_answer(server, title) -> bool:
    """Tell whether a post, when it comes, is there to stay, whichever worker answers."""
    return bool(until(lambda: title in titles(server))) and all(title in titles(server) for _ in range(60))


def test_a_saved_post_is_in_every_answer_once_it_is_in_one(own):
    for number in range(3):
        write(own.posts, f"new-{number}.md", title=f"Fresh {number}", date="2024-01-02")
        assert is_in_every_answer(own, f"Fresh {number}")


def test_a_saved_post_is_known_although_nobody_asks(own):
    write(own.posts, "new.md", title="Fresh", date="2024-01-02")
    [library] = (own.log_file.parent / "cache" / "feedsvc").glob("*.sqlite")
    engine = sa.create_engine(f"sqlite:///{library}")
    with engine.connect() as connection:
        query = sa.text("select count(*) from post where path = 'new.md'")
        assert until(lambda: connection.rollback() or connection.scalar(query))
    engine.dispose()
    assert "Fresh" in titles(own)  # the first that asks has it


def test_a_watcher_that_is_killed_is_replaced(hasty):
    [before] = watchers(hasty)
    os.kill(before, signal.SIGKILL)
    assert until(lambda: set(watchers(hasty)) - {before})
    write(hasty.posts, "after-it.md", title="After it", date="2024-01-02")
    assert is_in_every_answer(hasty, "After it")
    assert len(watchers(hasty)) == 1  # one for both workers


def test_a_worker_that_is_killed_takes_its_watcher_along_and_another_follows(hasty):
    [before] = until(lambda: watchers(hasty))
    os.kill(parent_of(before), signal.SIGKILL)
    assert until(lambda: before not in processes(hasty))
    assert until(lambda: server_is_whole(hasty))
    write(hasty.posts, "new.md", title="Fresh", date="2024-01-02")
    assert is_in_every_answer(hasty, "Fresh")
    assert len(watchers(hasty)) == 1


def server_is_whole(server) -> bool:
    return server.is_up() and len(server.workers()) == 2 and len(watchers(server)) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_server(tmp_path, number):
    with hasty_server(tmp_path) as server:
        assert len(processes(server)) >= 4  # gunicorn, two workers, a watcher
        server.process.send_signal(number)
        server.process.wait(PATIENCE)
        assert until(lambda: not processes(server)), processes(server)


# -- many readers while posts are written ------------------------------------------------------------------------------


def test_readers_see_no_error_while_posts_are_written_broken_mended_and_removed(tmp_path):
    folder = tmp_path / "busy posts"
    for number in range(200):
        write(folder, f"{number}.md", f"Body {number}. " * 50, date="2023-01-01", categories=f"[c{number % 5}]")
    paths = [
        "/feed.atom",
        "/feed.json",
        "/categories/c1/feed.rss",
        "/categories/c2/feed.atom",
        "/",
        "/feeds.opml",
        "/posts/7/",
    ]
    answers: collections.Counter[int | str] = collections.Counter()
    over = threading.Event()

    def read(server, number):
        tags: dict[str, str] = {}
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        try:
            while not over.is_set():
                path = paths[number % len(paths)]
                number += 1
                known = {"If-None-Match": tags[path]} if path in tags and number % 3 else {}
                client.request("GET", path, headers={"Accept-Encoding": "gzip", **known})
                answer = client.getresponse()
                body = answer.read()
                tags[path] = answer.headers["ETag"]
                whole = not body if answer.status == 304 else gzip.decompress(body)
                answers[answer.status if whole else f"{path} is not whole"] += 1
        except (OSError, EOFError, http.client.HTTPException) as error:
            answers[repr(error)] += 1
        finally:
            client.close()

    with serving(folder, tmp_path / "busy", WEB_CONCURRENCY="2", FEEDSVC_REFRESH="1") as server:
        readers = [threading.Thread(target=read, args=(server, number)) for number in range(64)]
        for reader in readers:
            reader.start()
        for turn in range(1, 61):
            write(folder, f"new-{turn % 9}.md", f"Turn {turn}.", date="2024-01-02", categories=f"[c{turn % 5}]")
            (folder / f"{turn % 20 + 10}.md").write_bytes(b"\x00\x01\xff no text" * 40)
            write(folder, f"{turn % 20 + 20}.md", f"Mended {turn}.", date="2023-01-01", categories=f"[c{turn % 5}]")
            (folder / f"new-{(turn + 4) % 9}.md").unlink(missing_ok=True)
            time.sleep(0.05)
        write(folder, "last.md", title="Last", date="2024-02-02")
        assert is_in_every_answer(server, "Last")
        over.set()
        for reader in readers:
            reader.join()
        assert "Traceback" not in server.log() + server.errors()
    assert set(answers) == {200, 304}


# -- start and end -----------------------------------------------------------------------------------------------------


def is_read(client) -> bool:
    """Tell whether the server has accepted a connection and read all that was sent."""
    ours, theirs = (f":{end[1]:04X}" for end in (client.getsockname(), client.getpeername()))
    for row in Path("/proc/net/tcp").read_text().splitlines():
        _number, local, remote, _state, queues, _timer, _retries, _user, _probes, inode, *_rest = row.split()
        if local.endswith(theirs) and remote.endswith(ours):
            return inode != "0" and queues.endswith(":00000000")
    return False


def test_sigterm_answers_what_is_under_way_and_ends_with_0(posts, tmp_path):
    with serving(posts, tmp_path / "home") as server:
        slow = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
        with slow:
            slow.sendall(b"GET /feed.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
            assert until(lambda: is_read(slow))
            server.process.send_signal(signal.SIGTERM)
            assert until(lambda: not server.is_up())  # its workers know that they are to end
            slow.sendall(b"\r\n")
            answer = b"".join(iter(lambda: slow.recv(65536), b""))
        assert server.process.wait(PATIENCE) == 0
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.rstrip().endswith(b"}")
    assert "Traceback" not in server.log() + server.errors()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_idle_server_ends_at_once_and_with_0(posts, tmp_path, number):
    # One that waited for what is under way would wait longer than this test does.
    with serving(posts, tmp_path / "home", GUNICORN_CMD_ARGS="--graceful-timeout=3600") as server:
        server.process.send_signal(number)
        assert server.process.wait(PATIENCE) == 0


def test_a_machine_where_nothing_can_be_written_is_enough(posts, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folders should be")
    bare = {"PATH": os.environ["PATH"], "HOME": str(blocked), "XDG_CACHE_HOME": str(blocked), "TMPDIR": str(blocked)}
    with serving(posts, tmp_path / "home", env=bare, WEB_CONCURRENCY="2") as server:
        assert server.get("/feed.atom").status == 200
        assert server.get("/healthz").text == '{"status": "ok", "posts": 3, "problems": []}'
        assert "ERROR" not in server.log()
        assert "Traceback" not in server.log() + server.errors()


def test_a_server_without_posts_starts_and_finds_them_when_they_come(tmp_path):
    posts = tmp_path / "posts"
    with serving(posts, tmp_path / "home") as server:
        assert '"status": "degraded"' in server.get("/healthz").text
        assert server.get("/feed.atom").status == 200
        assert "ERROR" not in server.log()
        write(posts, "a.md", title="Arrived")
        assert until(lambda: "Arrived" in server.get("/feed.json").text)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("PORT", "http", "a whole number from 1 to 65535"),
        ("PORT", "99999", "a whole number from 1 to 65535"),
        ("WEB_CONCURRENCY", "many", "a whole number, 1 or more"),
        ("WEB_CONCURRENCY", "0", "a whole number, 1 or more"),
        ("FEEDSVC_LIMIT", "0", "a whole number, 1 or more"),
        ("FEEDSVC_TIMEZONE", "Mars/Olympus", "a name of the IANA time zone database"),
        ("FEEDSVC_BASE_URL", "blog.example", "the site's address"),
        ("FEEDSVC_DATABASE_URL", "nonsense", "a database that can be used"),
        ("FEEDSVC_DATABASE_URL", "sqlite:////nowhere/at/all.sqlite", "a database that can be used"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name_value_and_what_would_do(posts, tmp_path, name, value, wanted):
    import subprocess

    settings = environment(tmp_path, PORT=str(free_port())) | {name: value}
    ended = subprocess.run(
        [COMMAND, "serve", str(posts)], env=settings, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(
        f"Error: {name.removeprefix('FEEDSVC_') if 'DATABASE' in name else name} is '{value}'"
    )
    assert wanted in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
