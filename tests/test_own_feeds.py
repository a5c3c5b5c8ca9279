"""What feedsvc serves is clean to its own validator, which shares no code with it."""

from urllib.parse import quote

import pytest

from feedsvc.feeds import FORMATS
from feedsvc.settings import load
from feedsvc.validation import validate
from feedsvc.web.site import ALIASES, Site

BASE = "https://blog.example"
MEDIA_TYPES = {**FORMATS, "opml": "text/x-opml"}


def faults(posts, cache, monkeypatch, **settings):
    """Give the errors and warnings in every feed of a folder, as (path, code, message)."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    site = Site(load({"POSTS": str(posts), "BASE_URL": BASE, "REFRESH": "0", **settings}, {}))
    site.library.look()
    found = []
    for page in site.everything(BASE, feeds_only=True):
        path, body = page.name, page.make().body
        if path in ALIASES:  # whose self link names the first form
            continue
        report = validate(
            body,
            content_type=f"{MEDIA_TYPES[path.rpartition('.')[2]]}; charset=utf-8",
            url=f"{BASE}/{quote(path, safe='/~')}",
        )
        found += [(path, finding.code, finding.message) for finding in (*report.errors, *report.warnings)]
    site.close()
    return found


def test_the_sample_posts(tmp_path, monkeypatch, pytestconfig):
    assert faults(pytestconfig.rootpath / "posts", tmp_path, monkeypatch) == []


@pytest.mark.parametrize("content", ["full", "summary"])
def test_a_folder_without_posts(content, tmp_path, monkeypatch):
    (tmp_path / "posts").mkdir()
    # An empty feed has no instant but the epoch.
    found = faults(tmp_path / "posts", tmp_path, monkeypatch, CONTENT=content)
    assert {(path, code) for path, code, _message in found} <= {("feed.atom", "implausible-date")}


def test_the_real_posts(shared, tmp_path, monkeypatch):
    found = faults(shared / "real-posts", tmp_path, monkeypatch)
    # Atom wants an instant of every entry, and undated posts have none but the epoch; some authors' own dates are of 1970.
    assert [fault for fault in found if fault[1] != "implausible-date"] == []
