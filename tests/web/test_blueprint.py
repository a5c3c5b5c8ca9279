"""The feeds inside somebody else's Flask application."""

from __future__ import annotations

import pytest
from flask import Flask

from feedsvc import feeds_blueprint
from feedsvc.feeds import FORMATS
from tests.servers import write


@pytest.fixture
def mount(tmp_path):
    """Give clients of a host application with the blueprints of folders, as name: (prefix, base)."""
    apps = []

    def make(host=None, **mounts):
        app = host or Flask("host")
        app.add_url_rule("/", "home", lambda: "the host's own page")
        for name, (prefix, base) in mounts.items():
            folder = tmp_path / name
            write(folder, f"{name}.md", title=f"Post of {name}", categories="[News]")
            settings = {"POSTS": str(folder), "REFRESH": 0} | ({} if base is None else {"BASE_URL": base})
            app.register_blueprint(feeds_blueprint(settings, name=name), url_prefix=prefix)
        apps.append(app)
        return app.test_client()

    yield make
    for app in apps:
        for site in app.extensions["feedsvc"].values():
            site.close()


@pytest.mark.parametrize("form", FORMATS)
def test_feeds_stand_below_the_prefix_and_say_so(mount, form):
    client = mount(feeds=("/blog", ""))
    answer = client.get(f"/blog/feed.{form}")
    assert answer.status_code == 200
    assert f"http://localhost/blog/feed.{form}" in answer.text
    assert "http://localhost/blog/posts/feeds/" in answer.text
    assert client.get(f"/feed.{form}").status_code == 404


def test_the_rest_of_the_application_is_left_alone(mount):
    client = mount(feeds=("/blog", ""))
    answer = client.get("/")
    assert answer.text == "the host's own page"
    assert "Content-Security-Policy" not in answer.headers
    assert client.get("/nowhere").mimetype == "text/html"
    assert client.post("/", data={"a": "b"}).status_code == 405


@pytest.mark.parametrize("path", ["/blog/feed.xls", "/blog/posts/none/", "/blog/categories/none/feed.atom"])
def test_what_the_feeds_do_not_find_is_said_in_plain_text(mount, path):
    answer = mount(feeds=("/blog", "")).get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")


def test_two_folders_stand_under_two_names(mount):
    client = mount(one=("/one", ""), two=("/two", ""))
    for name in ("one", "two"):
        found = client.get(f"/{name}/feed.json").json
        assert [item["title"] for item in found["items"]] == [f"Post of {name}"]
        assert found["feed_url"] == f"http://localhost/{name}/feed.json"


@pytest.mark.parametrize("prefix", ["/blog", "/a/b/c", None])
def test_pages_link_below_the_prefix(mount, prefix):
    client = mount(host=Flask("host"), feeds=(prefix, "")) if prefix else mount(feeds=("/x", ""))
    prefix = prefix or "/x"
    text = client.get(f"{prefix}/").text
    assert f'href="http://localhost{prefix}/categories/News/"' in text
    assert f'href="http://localhost{prefix}/feeds.opml"' in text


@pytest.mark.parametrize("root", ["/app", "/app/deep", "/ap%20p"])
def test_a_server_may_mount_the_application_itself(mount, root):
    client = mount(feeds=("/blog", ""))
    answer = client.get("/blog/feed.json", environ_overrides={"SCRIPT_NAME": root.replace("%20", " ")})
    assert answer.json["feed_url"] == f"http://localhost{root}/blog/feed.json"


def test_a_host_that_is_none_does_not_lose_the_prefix(mount):
    answer = mount(feeds=("/blog", "")).get("/blog/feed.json", environ_overrides={"HTTP_HOST": "<>"})
    assert answer.json["feed_url"] == "http://localhost/blog/feed.json"


def test_base_url_goes_before_where_it_is_mounted(mount):
    answer = mount(feeds=("/blog", "https://public.example/elsewhere")).get("/blog/feed.json")
    assert answer.json["feed_url"] == "https://public.example/elsewhere/feed.json"


@pytest.mark.parametrize("path", ["/blog//feed.atom", "/blog/categories//News/", "/blog//evil.example//feed.atom"])
def test_slashes_are_not_merged_by_a_redirect_to_where_the_request_says(mount, path):
    answer = mount(feeds=("/blog", "")).get(path, headers={"Host": "evil.example"})
    assert "evil.example" not in answer.headers.get("Location", "")


def test_one_blueprint_is_registered_twice_under_two_names(tmp_path):
    write(tmp_path / "posts", "a.md")
    blueprint = feeds_blueprint(POSTS=str(tmp_path / "posts"), REFRESH=0)
    app = Flask("host")
    app.register_blueprint(blueprint, url_prefix="/one")
    app.register_blueprint(blueprint, url_prefix="/two", name="again")
    for prefix in ("one", "two"):
        answer = app.test_client().get(f"/{prefix}/feed.json")
        assert answer.json["feed_url"] == f"http://localhost/{prefix}/feed.json"
    app.extensions["feedsvc"]["feeds"].close()


def test_settings_are_given_by_keyword_by_table_or_by_the_environment(tmp_path, monkeypatch):
    write(tmp_path / "posts", "a.md")
    monkeypatch.setenv("FEEDSVC_TITLE", "From the environment")
    monkeypatch.setenv("FEEDSVC_LANGUAGE", "de")
    app = Flask("host")
    app.register_blueprint(feeds_blueprint({"posts": str(tmp_path / "posts")}, REFRESH=0, TITLE="Given"))
    found = app.test_client().get("/feed.json").json
    assert (found["title"], found["language"]) == ("Given", "de")
    app.extensions["feedsvc"]["feeds"].close()


@pytest.mark.parametrize(
    ("base", "front_page"),
    [
        ("https://blog.example", "https://blog.example/blog"),
        ("https://blog.example/", "https://blog.example"),
        ("https://blog.example/journal", "https://blog.example/journal"),
    ],
    ids=["an origin", "the root, by its slash", "a path"],
)
def test_a_base_url_with_a_path_is_the_front_page_and_an_origin_gets_the_mount_point(mount, base, front_page):
    answer = mount(feeds=("/blog", base)).get("/blog/feed.json").get_json()
    assert answer["home_page_url"] == f"{front_page}/"
    assert answer["items"][0]["url"] == f"{front_page}/posts/feeds/"


@pytest.mark.parametrize(
    ("variable", "value"),
    [("RENDER_EXTERNAL_URL", "https://x.example/"), ("RAILWAY_PUBLIC_DOMAIN", "x.example")],
)
def test_the_origin_that_a_platform_tells_gets_the_mount_point(mount, monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    client = mount(notes=("/notes", None), log=("/log", None))
    for name in ("notes", "log"):
        assert client.get(f"/{name}/feed.json").get_json()["home_page_url"] == f"https://x.example/{name}/"
