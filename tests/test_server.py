"""A real server: gunicorn, started as the README says."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time

import pytest

from tests.servers import COMMAND, PATIENCE, environment, free_port, serving, until, write

# What a good request may take, whatever else there is; with much room for a slow machine.
PROMPT = 5.0


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
    assert server.get("/healthz", timeout=PROMPT).status == 200


def test_three_hundred_half_sent_requests_do_not_keep_a_good_one_waiting(server):
    clients = [socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) for _ in range(300)]
    try:
        for client in clients:
            client.sendall(b"GET /feed.atom HTTP/1.1\r\nHost: x\r\nX-Half: se")
        for _ in range(10):
            begun = time.monotonic()
            assert server.get("/feed.atom").status == 200
            assert time.monotonic() - begun < PROMPT
    finally:
        for client in clients:
            client.close()


def test_a_killed_worker_is_replaced_while_the_others_answer(server):
    before = until(lambda: len(server.workers()) == 2 and server.workers())
    os.kill(before[0], signal.SIGKILL)
    begun = time.monotonic()
    assert until(server.is_up)
    assert time.monotonic() - begun < 2 * PROMPT
    assert until(lambda: len(server.workers()) == 2 and before[0] not in server.workers())


def test_a_new_post_arrives_and_a_removed_one_goes_without_a_restart(server, posts):
    write(posts, "new.md", title="Arrived")
    assert until(lambda: all("Arrived" in server.get("/feed.json").text for _ in range(6)))
    (posts / "new.md").unlink()
    assert until(lambda: not any("Arrived" in server.get("/feed.json").text for _ in range(6)))


# -- start and end -----------------------------------------------------------------------------------------------------


def test_sigterm_answers_what_is_under_way_and_ends_with_0(posts, tmp_path):
    with serving(posts, tmp_path / "home") as server:
        slow = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
        with slow:
            slow.sendall(b"GET /feed.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
            time.sleep(0.3)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            slow.sendall(b"\r\n")
            answer = b"".join(iter(lambda: slow.recv(65536), b""))
        assert server.process.wait(PATIENCE) == 0
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.rstrip().endswith(b"}")
    assert "Traceback" not in server.log() + server.errors()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_idle_server_ends_at_once_and_with_0(posts, tmp_path, number):
    with serving(posts, tmp_path / "home") as server:
        begun = time.monotonic()
        server.process.send_signal(number)
        assert server.process.wait(PATIENCE) == 0
        assert time.monotonic() - begun < 2 * PROMPT


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
        [COMMAND, "serve", str(posts)], env=settings, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(
        f"Error: {name.removeprefix('FEEDSVC_') if 'DATABASE' in name else name} is '{value}'"
    )
    assert wanted in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
