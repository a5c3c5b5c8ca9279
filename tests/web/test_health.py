"""/healthz: 200 whatever is wrong, and what is."""

from __future__ import annotations

import pytest


def test_a_sound_site_is_ok(client, post):
    post("a.md")
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "posts": 1, "problems": []}


def test_it_is_never_kept_by_a_cache(client):
    answer = client.get("/healthz")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_a_warning_does_not_degrade(client, post):
    post("a.md", date=None)
    assert client.get("/healthz").json["status"] == "ok"


def test_a_post_that_is_left_out_is_named(client, post, folder):
    post("a.md")
    (folder / "b.md").write_bytes(b"\x00\x01\x02\x03 no text \x00\xff\xfe\xfd" * 40)
    found = client.get("/healthz").json
    assert (found["status"], found["posts"]) == ("degraded", 1)
    assert found["problems"][0].startswith("b.md:1: error: binary: ")


def test_a_site_without_its_folder_starts_and_says_why(make_app, folder):
    folder.rmdir()
    client = make_app().test_client()
    found = client.get("/healthz").json
    assert found == {
        "status": "degraded",
        "posts": 0,
        "problems": ["the posts folder can not be read: No such file or directory"],
    }
    assert client.get("/feed.atom").status_code == 200
    assert client.get("/").status_code == 200


def test_a_folder_that_is_a_file_is_said_too(make_app, folder):
    folder.rmdir()
    folder.write_text("")
    assert make_app().test_client().get("/healthz").json["problems"] == [
        "the posts folder can not be read: Not a directory"
    ]


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_posts_stay_while_their_folder_is_away(client, post, folder, form):
    post("a.md")
    before = client.get(f"/feed.{form}").data
    away = folder.rename(folder.with_name("away"))
    assert client.get(f"/feed.{form}").data == before
    assert client.get("/healthz").json["status"] == "degraded"
    away.rename(folder)
    assert client.get("/healthz").json["status"] == "ok"


def test_a_folder_that_comes_later_is_served(make_app, folder, post):
    folder.rmdir()
    client = make_app().test_client()
    client.get("/healthz")
    post("a.md")
    assert client.get("/healthz").json == {"status": "ok", "posts": 1, "problems": []}


def test_many_problems_are_cut(client, folder):
    for number in range(150):
        (folder / f"{number}.md").write_bytes(b"\x00\x01\x02\x03 no text \x00\xff\xfe\xfd" * 40)
    assert len(client.get("/healthz").json["problems"]) == 100
