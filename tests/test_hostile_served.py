"""Hostile markup as the bodies of posts: what is served of it can do nothing, whatever it was."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import html5lib
import pytest
from lxml import etree

from feedsvc import create_app
from feedsvc.content.repair import PLAYERS

VECTORS = Path(__file__).parents[2] / "shared" / "hostile" / "html.json"

pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason=f"there is no {VECTORS}")

# What a feed reader shows; nothing that runs, loads a document, or takes input.
ELEMENTS = frozenset(
    "a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup data dd del details dfn "
    "div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i iframe img ins kbd li main mark nav ol p "
    "picture pre q rp rt ruby s samp section small source span strike strong sub summary sup table tbody td tfoot th "
    "thead time tr track tt u ul var video wbr big center font hgroup rb rtc".split()
)
ATTRIBUTES = frozenset(
    "abbr align allow allowfullscreen alt aria-hidden aria-label cite class colspan controls data-lang datetime decoding dir "
    "frameborder headers height href hreflang id kind label lang loading loop media muted name open poster preload "
    "referrerpolicy rel reversed role rowspan scope scrolling sizes span src srclang srcset start target title translate "
    "type valign value width border cellpadding cellspacing color size face bgcolor nowrap".split()
)
ADDRESSES = frozenset({"href", "src", "poster", "cite"})
SCHEMES = frozenset(
    {
        "http",
        "https",
        "mailto",
        "tel",
        "sms",
        "xmpp",
        "ftp",
        "irc",
        "geo",
        "magnet",
        "gemini",
        "matrix",
        "news",
        "sip",
        "webcal",
        "feed",
    }
)
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif)[;,]")  # pixels alone
INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+")


def scheme_of(address):
    """Give what a browser takes for the scheme, after it has dropped what it drops; "" for a relative address."""
    found = re.match(r"([a-z][a-z0-9+.-]*):", INVISIBLE.sub("", address), re.IGNORECASE)
    return found[1].lower() if found else ""


def candidates(srcset):
    return [part.split()[0] for part in re.split(r",\s", srcset) if part.split()]


def dangers(html):
    """Give what a browser could be made to do by a fragment of HTML, as words; none where it is safe."""
    tree = html5lib.parseFragment(html, container="div", namespaceHTMLElements=False)
    for element in tree.iter():
        if element is tree or not isinstance(element.tag, str):
            if element is not tree:
                yield "a comment or an instruction"
            continue
        if element.tag not in ELEMENTS:
            yield f"<{element.tag}>"
        for name, value in element.attrib.items():
            if name not in ATTRIBUTES:
                yield f"<{element.tag} {name}>"
            if element.tag == "img" and name == "src" and PICTURE.match(value):
                continue
            if name in ADDRESSES and scheme_of(value) not in SCHEMES | {""}:
                yield f"<{element.tag} {name}={value!r}>"
            if name == "srcset":
                yield from (
                    f"srcset {one!r}" for one in candidates(value) if scheme_of(one) not in {"http", "https", ""}
                )
        if element.tag == "iframe":
            address = urlsplit(element.get("src", ""))
            if (address.scheme, address.hostname) not in {("https", host) for host in PLAYERS}:
                yield f"<iframe src={address.geturl()!r}>"
        if element.get("target") == "_blank" and "noopener" not in element.get("rel", ""):
            yield "target without noopener"


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<p onclick=x>",
        "<p style=x>",
        "<a href=javascript:x>",
        "<a href='java\tscript:x'>",
        "<a href='&#1;javascript:x'>",
        "<img srcset='https://x/1 1x, javascript:x 2x'>",
        "<img src=data:image/svg+xml,x>",
        "<iframe src=https://evil.example/>",
        "<svg><p>",
        "<form action=x>",
        "<object data=x>",
        "<base href=x>",
        "<meta http-equiv=refresh>",
        "<!-- x -->",
        "<a target=_blank href=https://x>",
    ],
)
def test_the_oracle_sees_what_is_dangerous(html):
    assert list(dangers(html))


@pytest.mark.parametrize(
    "html", ["<p>text", "<img src=https://x/y.png alt=z>", "<a href=mailto:a@b>", "<table><tr><td>x", "a < b"]
)
def test_the_oracle_lets_the_harmless_be(html):
    assert list(dangers(html)) == []


@pytest.fixture(scope="module")
def vectors():
    return json.loads(VECTORS.read_text("utf-8"))


@pytest.fixture(scope="module")
def client(vectors, tmp_path_factory):
    folder = tmp_path_factory.mktemp("posts")
    for vector in vectors:
        name = folder / f"v{vector['id']:05}{'.html' if vector['id'] % 2 else '.md'}"
        text = f"---\ntitle: Vector {vector['id']}\ndate: 2024-01-01\n---\n\n{vector['payload']}\n"
        name.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        app = create_app(POSTS=str(folder), REFRESH=3600, BASE_URL="https://blog.example", LIMIT=1_000_000, MAX_BYTES=0)
    yield app.test_client()
    app.extensions["feedsvc"]["feeds"].close()


def bodies(answer, form):
    """Give (title, content, summary) of every entry."""
    if form == "json":
        return [(item["title"], item.get("content_html", ""), item.get("summary", "")) for item in answer.json["items"]]
    tree = etree.fromstring(answer.data, etree.XMLParser(huge_tree=True, recover=False))
    atom, content = "{http://www.w3.org/2005/Atom}", "{http://purl.org/rss/1.0/modules/content/}"
    if form == "atom":
        return [
            tuple(entry.findtext(f"{atom}{name}") or "" for name in ("title", "content", "summary"))
            for entry in tree.iterfind(f"{atom}entry")
        ]
    names = ("title", f"{content}encoded", "description")
    found = [tuple(item.findtext(name) or "" for name in names) for item in tree.iterfind(".//item")]
    # Without a summary, the description is the content.
    return [(title, content or text, text if content else "") for title, content, text in found]


@pytest.fixture(scope="module")
def served(client):
    return {form: bodies(client.get(f"/feed.{form}"), form) for form in ("atom", "rss", "json")}


def test_every_vector_is_served_or_reported(served, vectors, client):
    site = client.application.extensions["feedsvc"]["feeds"]
    titles = {title for title, _content, _summary in served["json"]}
    reported = {problem.path.partition(".")[0] for problem in site.problems()}
    lost = [v["id"] for v in vectors if f"Vector {v['id']}" not in titles and f"v{v['id']:05}" not in reported]
    assert lost == []
    assert len(titles) > 0.95 * len(vectors)


@pytest.mark.parametrize("form", ["rss", "json"])
def test_every_format_says_the_same(served, form):
    said = {title: content for title, content, _summary in served[form]}
    expected = {title: content for title, content, _summary in served["atom"] if content}
    assert {title: said[title] for title in expected} == expected


def test_no_content_is_dangerous(served):
    unsafe = {title: found for title, content, _summary in served["json"] if (found := list(dangers(content)))}
    assert unsafe == {}


def test_no_content_is_dangerous_to_lxml_either(served):
    from lxml import html

    unsafe = {}
    for title, content, _summary in served["json"]:
        if not content.strip():
            continue
        for element in html.fragment_fromstring(content, create_parent="div").iter():
            bad = not isinstance(element.tag, str) or element.tag not in ELEMENTS
            if bad or any(name.startswith("on") or name == "style" for name in element.attrib):
                unsafe[title] = element.tag
    assert unsafe == {}


def test_every_page_runs_nothing_and_frames_nothing_but_players(client, served):
    # A page holds the same content as the feeds do; these are the ones whose markup might have got out of it.
    for title, content, _summary in served["json"]:
        if "<" not in content or int(title.split()[1]) % 10 != 0:
            continue
        answer = client.get(f"/posts/v{int(title.split()[1]):05}/")
        assert answer.status_code == 200
        main = html5lib.parse(answer.text, namespaceHTMLElements=False).find(".//main")
        found = [element for element in main.iter() if element.tag == "div" and element.get("class") == "content"]
        assert len(found) == 1, title
        for element in main.iter():
            assert isinstance(element.tag, str), title
            assert element.tag in ELEMENTS, title
            assert not [name for name in element.attrib if str(name).startswith("on") or name == "style"], title


def test_harmless_vectors_keep_their_text(served, vectors):
    harmless = {f"Vector {v['id']}": v["payload"] for v in vectors if not v["dangerous"]}
    words = {}
    for title, content, _summary in served["json"]:
        payload = harmless.get(title)
        if payload and re.fullmatch(r"[A-Za-z ]+", payload):
            words[title] = set(payload.split()) - set(re.sub(r"<[^>]+>", " ", content).split())
    assert words
    assert {title: lost for title, lost in words.items() if lost} == {}
