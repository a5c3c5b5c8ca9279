"""A body is made when something shows it, once; until then a post is its header."""

from __future__ import annotations

import os

import pytest

from feedsvc import library
from tests.library.conftest import NOW

# Nothing of it can be cleaned: more than a thousand elements are open in one another.
DEEP = "<div>" * 1_500
DAYS = [f"2024-01-{day:02}" for day in range(1, 10)]


@pytest.fixture
def shelf(make_shelf):
    """A shelf whose feeds have three entries."""
    return make_shelf(limit=3)


@pytest.fixture
def five(shelf):
    """A shelf of five posts, a.md the oldest."""
    for name, day in zip("abcde", DAYS, strict=False):
        shelf.write(f"{name}.md", f"Body of {name}.", date=day, categories="[News]")
    return shelf


# -- which are made ----------------------------------------------------------------------------------------------------


def test_the_bodies_that_a_feed_shows_are_made(five):
    assert five.made() == {"c.md", "d.md", "e.md"}


def test_a_post_that_is_the_newest_of_any_scope_has_its_body_made(five):
    five.write("old.md", date="2020-01-01", tags="[rare]")
    assert "old.md" in five.made()


def test_each_body_is_made_once(five, bodies):
    five.refresh()
    five.write("f.md", date=DAYS[5])
    five.refresh()
    five.show()
    five.show()
    assert sorted(bodies) == [f"{name}.md" for name in "abcdef"]


def test_a_body_is_made_when_a_newer_post_goes(five):
    five.refresh()
    (five.root / "e.md").unlink()
    assert five.made() == {"b.md", "c.md", "d.md"}
    assert [post.content for post in library.select(five.engine, five.catalog.site, 3)[0]] == [
        f"<p>Body of {name}.</p>" for name in "dcb"
    ]


def test_a_body_is_made_when_a_newer_post_is_over(five):
    five.write("e.md", date=DAYS[4], expirydate="2025-06-02", categories="[News]")
    assert "b.md" not in five.made()
    five.now = NOW.replace(day=3)
    assert "b.md" in five.made()


def test_a_body_that_was_made_stays_when_newer_posts_come(five):
    five.refresh()
    five.write("f.md", date=DAYS[5])
    assert five.made() == {"c.md", "d.md", "e.md", "f.md"}


def test_a_body_beyond_the_feed_is_made_for_who_asks_and_kept(five, bodies):
    five.refresh()
    bodies.clear()
    assert library.post(five.engine, "a")[1] is False
    five.show("a.md")
    post, is_made = library.post(five.engine, "a")
    assert (is_made, post.content) == (True, "<p>Body of a.</p>")
    assert bodies == ["a.md"]


def test_making_a_body_changes_no_feed(five):
    before = five.catalog
    five.show()
    assert five.catalog == before


def test_a_body_is_made_of_what_was_read_and_not_of_what_the_file_has_become(five):
    five.refresh()
    (five.root / "a.md").unlink()
    five.show("a.md")
    assert library.post(five.engine, "a")[0].content == "<p>Body of a.</p>"


# -- which can not be made ---------------------------------------------------------------------------------------------


def test_a_post_whose_body_is_refused_leaves_its_place_in_the_feed_to_the_next(five):
    five.write("e.md", DEEP, date=DAYS[4], categories="[News]")
    assert five.posts("category", "News", limit=3) == ["d.md", "c.md", "b.md"]
    assert five.posts("site", limit=3) == ["d.md", "c.md", "b.md"]
    assert {"b.md", "c.md", "d.md"} <= five.made()


def test_a_post_whose_body_is_refused_is_reported_and_not_counted(five):
    five.write("e.md", DEEP, date=DAYS[4], categories="[News]")
    assert five.codes("e.md") == {"body-limit"}
    assert library.left_out(five.engine) == 1
    assert (five.catalog.site.posts, five.catalog.find("category", ["News"]).posts) == (4, 4)
    assert library.post(five.engine, "e") is None


def test_a_scope_of_refused_posts_alone_is_none(five):
    five.write("e.md", DEEP, categories="[Odd]", tags="[odd]")
    assert five.catalog.find("category", ["Odd"]) is None
    assert five.catalog.find("tag", ["odd"]) is None


def test_many_refused_posts_make_room_for_the_first_that_can_be_shown(five):
    for number in range(7):
        five.write(f"deep-{number}.md", DEEP, date=f"2024-03-0{number + 1}")
    assert five.posts("site") == ["e.md", "d.md", "c.md", "b.md", "a.md"]


def test_a_refused_body_beyond_the_feed_is_found_out_when_every_body_is_made(five):
    five.write("a.md", DEEP, date=DAYS[0], categories="[News]")
    assert five.codes("a.md") == set()
    assert five.catalog.site.posts == 5
    five.show()
    assert five.codes("a.md") == {"body-limit"}
    assert (five.catalog.site.posts, five.catalog.find("category", ["News"]).posts) == (4, 4)


def test_a_refused_post_gives_back_the_slug_and_the_id_that_it_had(five):
    guid = "urn:uuid:0b6a7a4e-7a6f-4a43-9d0f-4f4c54a0b9a1"
    five.write("one/a.md", DEEP, date="2020-01-01", slug="mine", guid=guid)
    five.write("two/a.md", date="2024-02-01", slug="mine", guid=guid)
    five.refresh()
    five.show()
    post = five.post("mine")
    assert (post.path, post.id) == ("two/a.md", guid)
    assert five.codes("two/a.md") == set()


def test_a_refused_post_that_is_mended_is_served(five):
    five.write("e.md", DEEP, date=DAYS[4])
    five.refresh()
    five.write("e.md", "Mended.", date=DAYS[4])
    assert five.posts("site", limit=1) == ["e.md"]
    assert five.codes("e.md") == set()


def test_a_shown_post_keeps_its_last_good_version_when_the_body_of_the_next_is_refused(five):
    five.refresh()
    five.write("e.md", DEEP, title="Spoilt", date=DAYS[4])
    post = five.post("e")
    assert (post.title, post.content) == ("e", "<p>Body of e.</p>")
    assert five.codes("e.md") == {"body-limit", "kept"}
    assert five.catalog.site.posts == 5
    assert library.left_out(five.engine) == 0


# -- a file that was only touched --------------------------------------------------------------------------------------


def test_a_file_that_was_only_touched_is_not_parsed_again(five, parsed):
    five.refresh()
    parsed.clear()
    for place in five.root.iterdir():
        os.utime(place, (1, 1))
    five.refresh()
    assert parsed == []


def test_a_file_that_was_only_touched_changes_no_scope(five):
    before = five.catalog.scopes
    for place in five.root.iterdir():
        os.utime(place, (1, 1))
    assert five.catalog.scopes == before


@pytest.mark.parametrize("text", ["no date", DEEP])
def test_what_is_wrong_with_a_file_is_still_told_when_it_was_only_touched(five, text):
    five.write("e.md", text, date=None)
    five.write("f.md", DEEP)
    before = five.codes("e.md") | five.codes("f.md")
    assert before
    for place in five.root.iterdir():
        os.utime(place, (1, 1))
    assert five.codes("e.md") | five.codes("f.md") == before


def test_a_copy_of_the_same_bytes_in_place_of_a_file_is_not_parsed(five, parsed):
    five.refresh()
    parsed.clear()
    copy = five.root / ".copy"
    copy.write_bytes((five.root / "a.md").read_bytes())
    copy.replace(five.root / "a.md")
    five.refresh()
    assert parsed == []
