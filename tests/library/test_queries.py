"""What the library answers: scopes, their names and addresses, their posts and the order of these."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import unquote

import pytest

from feedsvc import library
from feedsvc.content import naming


def path_of(shelf, kind, *names):
    return shelf.catalog.find(kind, names).path


# -- categories --------------------------------------------------------------------------------------------------------


def test_a_category_rolls_up_at_every_depth(shelf):
    shelf.write("a.md", categories="[新媒体, ZAKER, channel]")
    shelf.write("b.md", categories="[新媒体, ZAKER]", date="2024-01-02")
    shelf.write("c.md", categories="[新媒体]", date="2024-01-03")
    assert shelf.posts("category", "新媒体") == ["c.md", "b.md", "a.md"]
    assert shelf.posts("category", "新媒体", "ZAKER") == ["b.md", "a.md"]
    assert shelf.posts("category", "新媒体", "ZAKER", "channel") == ["a.md"]


def test_a_single_name_is_every_post_that_has_it_anywhere(shelf):
    shelf.write("a.md", categories="[新媒体, ZAKER]")
    shelf.write("b.md", categories="[ZAKER, other]", date="2024-01-02")
    assert shelf.posts("category", "ZAKER") == ["b.md", "a.md"]
    assert shelf.posts("category", "other") == ["b.md"]


def test_a_name_inside_paths_is_no_outermost_category(shelf):
    shelf.write("a.md", categories="[新媒体, ZAKER]")
    catalog = shelf.catalog
    assert [scope.names for scope in catalog.children("category")] == [("新媒体",)]
    assert [scope.names for scope in catalog.children("category", "新媒体")] == [("新媒体", "ZAKER")]


def test_a_path_that_no_post_has_is_no_category(shelf):
    shelf.write("a.md", categories="[新媒体, ZAKER]")
    catalog = shelf.catalog
    assert catalog.find("category", ["ZAKER", "新媒体"]) is None
    assert catalog.find("category", ["nowhere"]) is None
    assert catalog.find("category", [""]) is None


def test_several_paths_put_a_post_into_each(shelf):
    shelf.write("a.md", categories="[[Web, Feeds], [Tea]]")
    assert shelf.posts("category", "Web", "Feeds") == ["a.md"]
    assert shelf.posts("category", "Tea") == ["a.md"]


def test_a_post_that_has_a_name_twice_counts_once(shelf):
    shelf.write("a.md", categories="[[Web, Feeds], [Feeds, Web]]")
    assert shelf.catalog.find("category", ["Web"]).posts == 1
    assert shelf.posts("category", "Web") == ["a.md"]


def test_spellings_of_one_name_are_one_category_shown_as_most_spell_it(shelf):
    shelf.write("a.md", categories="[NEWS]", date="2024-01-01")
    shelf.write("b.md", categories="[News]", date="2024-01-02")
    shelf.write("c.md", categories='["  News "]', date="2024-01-03")
    scope = shelf.catalog.find("category", ["news"])
    assert scope.names == ("News",)
    assert scope.posts == 3


def test_the_address_of_a_category_is_spelt_as_its_oldest_post_does(shelf):
    shelf.write("a.md", categories="[NEWS]", date="2024-01-01")
    shelf.write("b.md", categories="[News]", date="2024-01-02")
    shelf.write("c.md", categories="[News]", date="2024-01-03")
    assert path_of(shelf, "category", "News") == "categories/NEWS/"


@pytest.mark.parametrize("spelling", ["NEWS", "News", "news", "  nEWS "])
def test_every_spelling_of_a_name_leads_to_its_category(shelf, spelling):
    shelf.write("a.md", categories="[NEWS]")
    assert shelf.posts("category", spelling) == ["a.md"]


def test_unicode_forms_of_a_name_are_one_category(shelf):
    shelf.write("a.md", categories="[Café]")
    shelf.write("b.md", categories="[Cafe\u0301]", date="2024-01-02")
    assert shelf.posts("category", "CAFE\u0301") == ["b.md", "a.md"]


NAMES = ["C", "C++", "C#", "a/b", ".NET", "50%", "飞信", "News", "a", "b", "a~b", "~2F", "..", "a\\b", "x?y", "x&y=z"]


def test_names_that_addresses_can_not_spell_each_have_their_own(shelf):
    for number, name in enumerate(NAMES):
        shelf.write(f"{number}.md", categories=f"[[{json.dumps(name)}]]")
    catalog = shelf.catalog
    found = {name: catalog.find("category", [naming.segment(name)]) for name in NAMES}
    assert {name: scope.names for name, scope in found.items()} == {name: (name,) for name in NAMES}
    assert {scope.posts for scope in found.values()} == {1}
    assert len({scope.path.casefold() for scope in found.values()}) == len(NAMES)


def test_a_slash_in_a_name_is_found_where_a_server_decoded_it(shelf):
    shelf.write("a.md", categories="[a/b]")
    assert shelf.posts("category", "a", "b") == ["a.md"]


def test_a_path_goes_before_a_name_with_a_slash(shelf):
    shelf.write("a.md", categories="[[a/b]]")
    shelf.write("b.md", categories="[[a, b]]")
    assert shelf.posts("category", "a", "b") == ["b.md"]
    assert shelf.posts("category", "a~2Fb") == ["a.md"]


def test_an_address_does_not_change_when_another_category_comes(shelf):
    shelf.write("a.md", categories="[C++]")
    before = path_of(shelf, "category", "C++")
    for number, name in enumerate(["C", "C#", "c  ++", "C/++"]):
        shelf.write(f"{number}.md", categories=f"[[{json.dumps(name)}]]")
    assert path_of(shelf, "category", "C++") == before


@pytest.mark.parametrize("length", [61, 80, 200, 1000])
@pytest.mark.parametrize("letter", ["x", "新"])
def test_a_name_of_any_length_has_an_address_that_leads_to_it(shelf, letter, length):
    # Several, so that whatever the hash of a long name begins with is tried.
    names = [f"{number:02}{letter * (length - 2)}" for number in range(12)]
    for number, name in enumerate(names):
        shelf.write(f"{number}.md", categories=f"[{name}]")
    catalog = shelf.catalog
    scopes = [scope for (kind, _key), scope in catalog.scopes.items() if kind == "category"]
    assert len(scopes) == 12
    for scope in scopes:
        segment = unquote(scope.path.split("/")[1])
        assert catalog.find("category", [segment]) is scope
        assert any(name.startswith(scope.names[0]) for name in names)
        assert len(segment.encode()) <= 255  # what file systems allow


def test_tags_and_authors_have_scopes_of_their_own(shelf):
    shelf.write("a.md", tags="[News]", author="News", categories="[News]")
    paths = {path_of(shelf, kind, "News") for kind in library.FOLDERS}
    assert paths == {"categories/News/", "tags/News/", "authors/News/"}


def test_flat_categories_are_each_their_own(shelf, tmp_path):
    from feedsvc.settings import Settings

    shelf.settings = Settings(posts=shelf.root, id_authority="shelf.example", categories="flat")
    shelf.write("a.md", categories="[one, two]")
    assert shelf.posts("category", "two") == ["a.md"]
    assert shelf.catalog.find("category", ["one", "two"]) is None


# -- time --------------------------------------------------------------------------------------------------------------


def test_a_scheduled_post_appears_when_the_clock_reaches_it(shelf):
    shelf.write("a.md", date="2025-06-02 12:00:00", categories="[News]")
    assert shelf.posts() == []
    assert shelf.catalog.find("category", ["News"]) is None
    assert "scheduled" in shelf.codes("a.md")
    assert f"{shelf.catalog.due:%F %T}" == "2025-06-02 12:00:00"
    shelf.now = shelf.catalog.due
    assert shelf.posts("category", "News") == ["a.md"]
    assert shelf.codes("a.md") == set()


def test_a_post_is_not_there_a_microsecond_early(shelf):
    shelf.write("a.md", date="2025-06-02 12:00:00")
    shelf.now = shelf.catalog.due - timedelta(microseconds=1)
    assert shelf.posts() == []


def test_an_expired_post_goes_when_the_clock_reaches_it(shelf):
    shelf.write("a.md", expirydate="2025-06-02")
    assert shelf.posts() == ["a.md"]
    assert f"{shelf.catalog.due:%F}" == "2025-06-02"
    shelf.now = shelf.catalog.due
    assert shelf.posts() == []
    assert shelf.post("a") is None
    assert shelf.codes("a.md") == {"expired"}


def test_nothing_is_due_when_no_post_waits(shelf):
    shelf.write("a.md")
    assert shelf.catalog.due is None


def test_a_scheduled_post_spells_no_category_yet(shelf):
    shelf.write("a.md", categories="[News]")
    shelf.write("b.md", categories="[NEWS]", date="2025-07-01")
    shelf.write("c.md", categories="[NEWS]", date="2025-07-01")
    assert shelf.catalog.find("category", ["news"]).names == ("News",)
    assert shelf.catalog.find("category", ["news"]).posts == 1


# -- order -------------------------------------------------------------------------------------------------------------


def test_posts_come_newest_first_and_undated_ones_last(shelf):
    shelf.write("undated.md", date=None)
    shelf.write("old.md", date="1950-01-01")
    shelf.write("new.md", date="2024-05-05")
    assert shelf.posts() == ["new.md", "old.md", "undated.md"]


def test_posts_of_one_instant_keep_one_order(shelf):
    for name in "cadb":
        shelf.write(f"{name}.md", date="2024-05-05")
    assert shelf.posts() == ["a.md", "b.md", "c.md", "d.md"]


def test_a_limit_takes_the_newest(shelf):
    for day in range(1, 6):
        shelf.write(f"{day}.md", date=f"2024-05-0{day}")
    assert shelf.posts(limit=2) == ["5.md", "4.md"]


def test_an_empty_folder_has_a_site_without_posts(shelf):
    catalog = shelf.catalog
    assert (catalog.site.posts, catalog.site.newest, list(catalog.scopes)) == (0, None, [("site", "")])


def test_a_post_is_found_by_the_name_of_its_file_too(shelf):
    shelf.write("2024-01-01-hello.md", slug="greeting")
    assert shelf.post("greeting").path == "2024-01-01-hello.md"
    assert shelf.post("hello").slug == "greeting"


def test_every_field_of_a_post_comes_back_as_it_went_in(shelf):
    from feedsvc.content.parse import parse
    from feedsvc.sources import Folder

    shelf.write(
        "a.md",
        "Body with <b>bold</b>.",
        title="'A: “title”'",
        updated="2024-03-04 05:06:07.123456",
        author="Ada",
        tags="[one, two]",
        categories="[[a, b], [c]]",
        cover="https://pictures.example/p.jpg",
        audio="https://sounds.example/s.mp3",
        lang="de",
        expirydate="2030-01-01",
    )
    folder = Folder(shelf.root)
    parsed = parse(folder.read("a.md"), folder, shelf.settings).post
    assert shelf.post("a") == parsed
    assert parsed.enclosures
    assert parsed.picture
