"""Pages for people: what they link to is there, and what readers discover feeds by stands in them."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit

import html5lib
import pytest

from feedsvc.feeds import FORMATS

BASE = "https://blog.example"


def parsed(answer):
    return html5lib.parse(answer.text, namespaceHTMLElements=False)


def alternates(answer):
    """Give the (type, address) that a reader would offer to subscribe to, in their order."""
    links = parsed(answer).iterfind(".//head/link[@rel='alternate']")
    return [(link.get("type"), link.get("href")) for link in links]


def addresses(answer):
    """Give every address in a page."""
    for element in parsed(answer).iter():
        for name in ("href", "src", "poster"):
            if value := element.get(name) if isinstance(element.tag, str) else None:
                yield value


@pytest.fixture(scope="module")
def crawled(samples):
    """Give the answer of every address that can be reached from / inside the site of the samples."""
    answers = {}
    waiting = [f"{BASE}/"]
    while waiting:
        address = waiting.pop()
        if address in answers:
            continue
        answers[address] = answer = samples.get(address.removeprefix(BASE))
        answer.get_data()  # before its file is closed
        answer.close()
        if answer.mimetype == "text/html":
            found = (urljoin(address, value).partition("#")[0] for value in addresses(answer))
            waiting += [value for value in found if value.startswith(f"{BASE}/")]
    return answers


def test_every_link_inside_the_site_leads_somewhere(crawled):
    assert {address: answer.status for address, answer in crawled.items() if answer.status_code != 200} == {}


def test_every_kind_of_page_is_reached(crawled):
    kinds = {urlsplit(address).path.split("/")[1] for address in crawled}
    assert kinds >= {"", "categories", "tags", "authors", "posts", "files", "feeds.opml", "feed.atom"}


def test_every_post_of_the_feed_is_reached_from_the_front_page(crawled, samples):
    posts = {item["url"] for item in samples.get("/feed.json").json["items"]}
    assert posts <= set(crawled)


def test_no_page_names_a_place_that_does_not_exist(crawled):
    assert [address for address, answer in crawled.items() if b"feedsvc.invalid" in answer.data] == []


def test_every_page_has_a_title_a_language_and_one_heading(crawled):
    pages = [answer for answer in crawled.values() if answer.mimetype == "text/html"]
    for page in pages:
        tree = parsed(page)
        assert tree.findtext(".//title").strip()
        assert tree.get("lang")
        assert tree.find(".//main//h1") is not None


def test_every_page_runs_nothing(crawled):
    for page in crawled.values():
        if page.mimetype == "text/html":
            tree = parsed(page)
            assert tree.find(".//script") is None
            assert [
                e for e in tree.iter() if isinstance(e.tag, str) and {n for n in e if str(n).startswith("on")}
            ] == []


def test_every_fragment_of_a_page_is_in_it(crawled):
    for address, page in crawled.items():
        if page.mimetype == "text/html":
            tree = parsed(page)
            names = {element.get("id") for element in tree.iter() if isinstance(element.tag, str)}
            wanted = {value[1:] for value in addresses(page) if value.startswith("#") and len(value) > 1}
            assert {name for name in wanted if name not in names} == set(), address


def test_the_front_page_offers_the_feeds_of_the_site_first(samples):
    expected = [(kind, f"{BASE}/feed.{form}") for form, kind in FORMATS.items()]
    assert alternates(samples.get("/"))[:3] == expected


def test_a_category_page_offers_its_own_feeds_first(client, post):
    post("a.md", categories="[新媒体, ZAKER]")
    own = f"{BASE}/categories/{quote('新媒体')}/ZAKER/"
    offered = alternates(client.get(f"/categories/{quote('新媒体')}/ZAKER/"))
    assert offered[:3] == [(kind, f"{own}feed.{form}") for form, kind in FORMATS.items()]


def test_a_post_page_offers_the_feeds_of_the_site_and_of_its_categories(client, post):
    post("a.md", categories="[News]")
    offered = {address for _kind, address in alternates(client.get("/posts/a/"))}
    assert {f"{BASE}/feed.atom", f"{BASE}/categories/News/feed.atom"} <= offered


@pytest.mark.parametrize("path", ["/", "/categories/News/", "/posts/a/"])
def test_what_a_page_offers_is_there_and_of_the_type_it_says(client, post, path):
    post("a.md", categories="[News]")
    for kind, address in alternates(client.get(path)):
        answer = client.get(address.removeprefix(BASE))
        assert (answer.status_code, answer.mimetype) == (200, kind)


def test_a_category_page_lists_what_lies_within_it(client, post):
    post("a.md", categories="[News, Local, Parks]")
    post("b.md", categories="[News, World]")
    found = set(addresses(client.get("/categories/News/")))
    assert {f"{BASE}/categories/News/{name}/" for name in ("Local", "Local/Parks", "World")} <= found
    assert {f"{BASE}/posts/{name}/" for name in "ab"} <= found


def test_names_and_titles_are_text(client, post):
    nasty = "<script>alert(1)</script>&amp;\"'"
    post("a.md", title=f"'{nasty.replace(chr(39), chr(39) * 2)}'", categories="[['<b>bold</b>']]", tags="['<i>x</i>']")
    for path in ("/", "/posts/a/"):
        answer = client.get(path)
        assert parsed(answer).find(".//script") is None
        assert parsed(answer).find(".//main//b") is None


def test_an_empty_site_says_so(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert "There are no posts yet." in answer.text


@pytest.mark.parametrize("path", ["/posts/a", "/categories/News"])
def test_a_page_without_its_slash_moves_there_inside_the_site(client, post, path):
    post("a.md", categories="[News]")
    answer = client.get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"{BASE}{path}/"


def test_a_post_asked_for_by_the_name_of_its_file_moves_to_its_slug(client, post):
    post("2024-01-01-hello.md", slug="greeting")
    answer = client.get("/posts/hello/")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{BASE}/posts/greeting/")


def test_a_name_in_another_spelling_has_the_same_page(client, post):
    post("a.md", categories="[News]")
    assert client.get("/categories/NEWS/").data == client.get("/categories/News/").data


def test_a_post_with_a_password_shows_neither_body_nor_password(client, post):
    post("a.md", "The secret body.", password="hunter2", description="The secret summary.")
    for path in ("/posts/a/", "/", "/feed.atom", "/feed.rss", "/feed.json"):
        text = client.get(path).text
        assert "secret" not in text
        assert "hunter2" not in text


def test_a_file_that_a_post_shows_is_served_as_what_it_is(samples):
    with samples.get("/files/images/contours.jpg") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'"


@pytest.mark.parametrize("name", ["feedsvc.toml", "a.md", "drawing.svg", "page.html", "script.js"])
def test_a_file_that_is_no_picture_or_recording_is_not_served(client, post, folder, name):
    post("a.md")
    for other in ("feedsvc.toml", "drawing.svg", "page.html", "script.js"):
        (folder / other).write_text("")
    assert client.get(f"/files/{name}").status_code == 404
