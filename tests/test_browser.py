"""Pages in a real browser: they show, and break no policy of their own."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import urllib.request
import zlib

import html5lib
import pytest

from tests.servers import SAMPLES, serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no chromium")

# path: what its title begins with
PAGES = {
    "/": "The Lantern Room",
    "/categories/Web/": "The Lantern Room: the web",
    "/posts/fresnel-lens/": "",
}
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
    "--enable-logging=stderr",
    "--virtual-time-budget=3000",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(SAMPLES, tmp_path_factory.mktemp("home"), FEEDSVC_REFRESH="3600") as server:
        yield server


@pytest.fixture
def browse(server, tmp_path):
    def browse(path, *options):
        command = [CHROMIUM, *OPTIONS, f"--user-data-dir={tmp_path / 'profile'}", *options, server.base + path]
        return subprocess.run(command, capture_output=True, timeout=90, check=True, cwd=tmp_path)

    return browse


def colours(png):
    """Give how many different bytes the rows of a PNG hold: a blank picture has one or two."""
    at, data = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    return len(set(zlib.decompress(data)))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_and_breaks_no_policy(browse, path):
    ended = browse(path, "--dump-dom")
    tree = html5lib.parse(ended.stdout.decode(), namespaceHTMLElements=False)
    assert tree.findtext(".//title").startswith(PAGES[path])
    assert tree.find(".//main//h1") is not None
    assert b"Content Security Policy" not in ended.stderr
    assert b"Refused to" not in ended.stderr


@pytest.mark.parametrize("size", ["1280,900", "500,900"])
@pytest.mark.parametrize("path", PAGES)
def test_a_picture_of_a_page_is_not_blank(browse, tmp_path, path, size):
    browse(path, f"--screenshot={tmp_path / 'page.png'}", f"--window-size={size}")
    assert colours((tmp_path / "page.png").read_bytes()) > 50


# What a page of a phone's width measures, written where the test can read it.
MEASURE = """<script>addEventListener("load", () => {
  const overflow = document.documentElement.scrollWidth - innerWidth;
  const players = [...document.querySelectorAll("audio, video")].map(player => player.getBoundingClientRect().height);
  document.title = JSON.stringify({overflow, players});
})</script>"""


@pytest.mark.parametrize("path", ["/", "/posts/how-a-light-says-its-name/", "/posts/fresnel-lens/", "/posts/fog-bell/"])
def test_a_page_is_no_wider_than_a_phone_and_its_players_show(server, tmp_path, path):
    with urllib.request.urlopen(server.base + path) as answer:
        page = answer.read().decode()
    (tmp_path / "page.html").write_text(page.replace("</body>", f"{MEASURE}</body>"))
    command = [CHROMIUM, *OPTIONS, f"--user-data-dir={tmp_path / 'profile'}", "--window-size=500,900", "--dump-dom"]
    ended = subprocess.run(
        [*command, tmp_path / "page.html"], capture_output=True, timeout=90, check=True, cwd=tmp_path
    )
    measured = json.loads(html5lib.parse(ended.stdout.decode(), namespaceHTMLElements=False).findtext(".//title"))
    assert measured["overflow"] <= 0
    assert all(height > 0 for height in measured["players"])
    assert len(measured["players"]) == page.count("<audio") + page.count("<video")
