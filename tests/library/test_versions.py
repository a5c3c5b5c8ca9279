"""A scope's version moves with what its feed shows, and with nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

LIMIT = 20
HOUR = timedelta(hours=1)


@pytest.fixture
def full(shelf):
    """A shelf of thirty posts in News, 0.md the newest, and one in Web that is older than they."""
    for number in range(30):
        shelf.write(f"{number}.md", date=f"2024-01-{30 - number:02}", categories="[News]")
    shelf.write("web.md", date="2023-01-01", categories="[Web]")
    shelf.refresh()
    return shelf


def states(shelf):
    """Give each scope's version, when it was touched, and how many posts it has; an hour later than the last time."""
    shelf.now += HOUR
    return {scope.path: (scope.version, scope.touched, scope.posts) for scope in shelf.catalog.scopes.values()}


def moved(shelf, before):
    """Give the scopes whose versions are others than before; when they were touched goes with it."""
    after = states(shelf)
    changed = {path for path in after if after[path][:1] != before.get(path, ())[:1]}
    assert changed == {path for path in after if after[path][1] != before.get(path, (0, 0))[1]}
    assert all(after[path][1] == shelf.now for path in changed)
    return changed


@pytest.mark.parametrize("number", [0, LIMIT - 1])
def test_an_edit_of_a_post_that_the_feed_shows_moves_it(full, number):
    before = states(full)
    full.write(f"{number}.md", "Edited.", date=f"2024-01-{30 - number:02}", categories="[News]")
    assert moved(full, before) == {"", "categories/News/"}


@pytest.mark.parametrize("number", [LIMIT, 29])
def test_an_edit_of_a_post_beyond_the_feed_moves_nothing(full, number):
    before = states(full)
    full.write(f"{number}.md", "Edited.", date=f"2024-01-{30 - number:02}", categories="[News]")
    assert moved(full, before) == set()
    assert full.post(str(number)).content == "<p>Edited.</p>"


def test_a_post_that_goes_from_beyond_the_feed_is_counted_but_moves_nothing(full):
    before = states(full)
    (full.root / "29.md").unlink()
    assert moved(full, before) == set()
    assert full.catalog.find("category", ["News"]).posts == 29


def test_an_old_post_that_comes_late_is_counted_but_moves_nothing(full):
    before = states(full)
    full.write("late.md", date="2023-06-06", categories="[News]")
    assert moved(full, before) == set()
    assert full.catalog.find("category", ["News"]).posts == 31


def test_a_post_that_moves_into_another_category_beyond_the_feed_moves_the_one_that_shows_it(full):
    before = states(full)
    full.write("29.md", date="2024-01-01", categories="[Web]")
    assert moved(full, before) == {"categories/Web/"}


def test_a_post_that_appears_by_itself_moves_its_scopes_at_its_instant(full):
    full.write("soon.md", date=f"{full.now + 5 * HOUR:%F %T}", categories="[Web]")
    before = states(full)
    due = full.catalog.due
    full.now = due + HOUR
    catalog = full.catalog
    assert {scope.path for scope in catalog.scopes.values() if scope.version != before[scope.path][0]} == {
        "",
        "categories/Web/",
    }
    assert catalog.find("category", ["Web"]).touched == catalog.site.touched == due


def test_a_date_that_changes_the_order_moves_the_feed(full):
    before = states(full)
    full.write("19.md", date="2024-02-02", categories="[News]")
    assert moved(full, before) == {"", "categories/News/"}
    assert full.posts("category", "News", limit=1) == ["19.md"]


# -- how names are spelt -----------------------------------------------------------------------------------------------


def test_a_name_that_most_spell_otherwise_by_now_is_shown_so_at_every_depth(shelf):
    shelf.write("a.md", date="2024-01-01", categories="[news, Tea, Green]")
    shelf.write("b.md", date="2024-01-02", categories="[news, Cake]")
    before = {scope.path: scope.version for scope in shelf.catalog.scopes.values()}
    for name in "cde":
        shelf.write(f"{name}.md", date="2024-01-03", categories="[News]")
    catalog = shelf.catalog
    assert catalog.find("category", ["news"]).names == ("News",)
    assert catalog.find("category", ["news", "cake"]).names == ("News", "Cake")
    assert catalog.find("category", ["news", "tea", "green"]).names == ("News", "Tea", "Green")
    # Their feeds say their names; that of a name inside says none of theirs.
    again = {path for path, version in before.items() if catalog.addresses[path].version != version}
    assert again == {
        "",
        "categories/news/",
        "categories/news/Tea/",
        "categories/news/Tea/Green/",
        "categories/news/Cake/",
    }


def test_an_older_spelling_moves_the_addresses_below_it_too(shelf):
    shelf.write("a.md", date="2024-01-02", categories="[News, Tea]")
    assert set(shelf.catalog.addresses) == {"", "categories/News/", "categories/News/Tea/", "categories/Tea/"}
    shelf.write("b.md", date="2024-01-01", categories="[NEWS]")
    assert set(shelf.catalog.addresses) == {"", "categories/NEWS/", "categories/NEWS/Tea/", "categories/Tea/"}
    (shelf.root / "b.md").unlink()
    assert set(shelf.catalog.addresses) == {"", "categories/News/", "categories/News/Tea/", "categories/Tea/"}


def test_a_name_inside_that_is_spelt_otherwise_renames_the_paths_that_lead_through_it(shelf):
    shelf.write("a.md", date="2024-01-03", categories="[Web, feeds, Atom]")
    shelf.refresh()
    for name in "bc":
        shelf.write(f"{name}.md", date="2024-01-04", categories="[[Feeds]]")
    assert shelf.catalog.find("category", ["web", "feeds"]).names == ("Web", "Feeds")
    assert shelf.catalog.find("category", ["web", "feeds", "atom"]).names == ("Web", "Feeds", "Atom")
