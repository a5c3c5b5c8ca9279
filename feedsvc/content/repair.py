"""Repair: a body as it was found becomes the body that its author meant, on an HTML5 tree.

In this order: lazy pictures get their real address; a <noscript> twin takes the place of the picture it stands
for; line-number gutters go; then, from the leaves up, every element is kept with its addresses absolute,
renamed, replaced, unwrapped or dropped, and what is left empty is removed. What may stay is the policy of
sanitise.py; the tables here say what becomes of the rest.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import unquote

from justhtml import JustHTML
from justhtml.dom import Element, Node, Text

from feedsvc.content.addresses import INVISIBLE, Links
from feedsvc.content.sanitise import ATTRIBUTES, FLAGS, TAGS, canonical, names, permitted, without_forbidden
from feedsvc.errors import PostRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Where lazy loading scripts look for the real address, surest first.
LAZY_SOURCES = (
    "data-original", "data-src", "data-lazy-src", "_src", "data-actualsrc", "data-original-src", "data-hi-res-src",
    "data-full-src", "data-lazy", "data-lazyload", "data-echo", "data-url", "lazysrc", "lazy-src", "zoomfile", "file",
)  # fmt: skip
LAZY_SRCSETS = ("data-srcset", "data-lazy-srcset", "data-original-set")
# A picture's size, as the same scripts keep it: used where both are there and the picture has neither.
LAZY_SIZES = (("data-width", "data-height"), ("data-w", "data-h"), ("data-owidth", "data-oheight"))
# File names that stand in `src` until a script has put the real address there.
_PLACEHOLDER = re.compile(
    r"(?:^|[/._-])(?:blank|clear|dot|gr[ae]y|lazy(?:load)?|load(?:er|ing)?|placeholder|pix(?:el)?|spacer|transparent"
    r"|1x1)[\w-]*\.(?:gif|png|svg|jpe?g|webp)(?:$|\?)",
    re.IGNORECASE,
)
# Pictures that a page holds as data and nobody is to see: the 1×1 GIFs (a header that says 1×1) and SVG.
_BLANK_DATA = re.compile(r"\s*data:(?!image/(?!svg|gif;base64,R0lGODlhAQABA))", re.IGNORECASE)

# Element and text are gone.
DROPPED = names(
    """
    area base basefont bgsound datalist frame frameset head link map meta noembed noframes param rb script
    selectedcontent style template title
    """
)
# The element is another's twin of older days, or stands for a block of its own: words must not run together.
RENAMED = {
    "acronym": "abbr", "center": "div", "dialog": "div", "dir": "ul", "fieldset": "div", "form": "div",
    "legend": "div", "listing": "pre", "main": "div", "menu": "ul", "plaintext": "pre", "search": "div",
    "strike": "s", "tt": "code", "xmp": "pre",
}  # fmt: skip
# Gone where nothing is left in them to be seen.
EMPTIED = names(
    """
    a abbr address article aside b bdi bdo blockquote cite code del dfn div dl em figcaption figure footer h1 h2 h3 h4
    h5 h6 header i ins kbd mark nav ol p pre q ruby s samp section small span strong sub sup u ul var
    """
)
# … of these, the ones whose white space parts words.
INLINE = names("a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strong sub sup u var")

# Deeper elements are unwrapped: libxml2 stops at 256, browsers flatten at 512, and both then see another tree.
MAX_DEPTH = 100

# Sum of the squares of the numbers of children: 10,000 rows in a table take bleach 3.9 s, 4,000 take it 0.6 s.
MAX_CROWD = 4_000**2

# host of a player: the path that names the work, and the page that shows it to everyone.
PLAYERS: dict[str, tuple[re.Pattern[str], str]] = {
    host: (re.compile(path), page)
    for hosts, path, page in (
        ("www.youtube.com youtube.com m.youtube.com www.youtube-nocookie.com youtube-nocookie.com",
         r"/embed/(?!videoseries)([\w-]{6,20})", "https://www.youtube.com/watch?v={}"),
        ("player.vimeo.com", r"/video/(\d+)", "https://vimeo.com/{}"),
        ("player.bilibili.com", r"/player\.html\?(?:.*&)?bvid=(BV\w+)", "https://www.bilibili.com/video/{}"),
        ("v.qq.com", r"/\w+/iframe/player\.html\?(?:.*&)?vid=(\w+)", "https://v.qq.com/x/page/{}.html"),
        ("player.youku.com", r"/embed/([\w=]+)", "https://v.youku.com/v_show/id_{}.html"),
        ("www.dailymotion.com", r"/embed/video/(\w+)", "https://www.dailymotion.com/video/{}"),
        ("open.spotify.com", r"/embed/((?:album|artist|episode|playlist|show|track)/\w+)",
         "https://open.spotify.com/{}"),
        ("embed.podcasts.apple.com", r"/(.+)", "https://podcasts.apple.com/{}"),
        ("embed.music.apple.com", r"/(.+)", "https://music.apple.com/{}"),
        ("codepen.io", r"/([\w-]+/)embed(?:/preview)?/(\w+)", "https://codepen.io/{}pen/{}"),
        ("www.slideshare.net", r"/(slideshow/embed_code/key/\w+)", "https://www.slideshare.net/{}"),
    )
    for host in hosts.split()
}  # fmt: skip

# attribute: whether its address leads a person somewhere, or a program to a file.
ADDRESSES = {"cite": "link", "href": "link", "poster": "file", "src": "file"}

_CODE_CELLS = frozenset({"code", "rouge-code"})
_GUTTERS = frozenset({"gutter", "gl", "rouge-gutter", "linenos", "lineno", "linenodiv", "line-numbers-rows"})
_LANGUAGE = re.compile(
    r"(?:^|\s)(?:lang(?:uage)?-|brush: ?|highlight-source-|(?:highlight|hljs|sourceCode) )([\w+#.-]+)"
)
_NO_LANGUAGE = frozenset({"plain", "plaintext", "text", "none", "hljs", "highlight", "line-numbers", "sourceCode"})
_STYLED_SIZE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*(\d+)", re.IGNORECASE)
_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d{1,9})?(?:px)?\s*", re.ASCII)
# WHATWG HTML, section 4.8.4.2.1: a candidate is an address, then a descriptor, up to a comma.
_CANDIDATE = re.compile(r"[\s,]*([^\s,]\S*)([^,]*)")
_VOID = names("br col hr img source track wbr")


def repair(html: str, *, resolve: Callable[[str, str], str], unproxy: tuple[str, ...] = (), proxy: str = "") -> str:
    """Give the body repaired and in the policy's tags, every address through resolve(kind, as written).

    kind is "link" or "file"; resolve gives "" for what leads nowhere, and leaves its own results alone. html has
    been through bounds.check. unproxy and proxy are the settings IMAGE_UNPROXY and IMAGE_PROXY.
    """
    root = parse(html)
    links = Links(resolve, unproxy, proxy)
    elements = [element for element, _ in walk(root)]
    for element in elements:
        if element.name == "img":
            _unlazy(element, links)
    for element in elements:
        if any(child.name == "noscript" for child in element.children):
            _merge_twins(element, links)
    _merge_twins(root, links)
    for element in elements:
        if element.name == "pre":
            _name_language(element)
            _free_code(element)
    _rebuild(root, links)
    _check_crowds(root)
    return canonical(_serialised(root)).strip(" \t\n")


def parse(html: str) -> Node:
    """Give the HTML5 tree of a body, with what stands in <noscript> as elements."""
    return JustHTML(html, fragment=True, sanitize=False, scripting_enabled=False).root


def walk(root: Node) -> Iterator[tuple[Element, int]]:
    """Give every element in document order, with its depth (1: a child of root)."""
    pending = [(child, 1) for child in reversed(root.children or ()) if isinstance(child, Element)]
    while pending:
        element, depth = pending.pop()
        yield element, depth
        if element.children:
            pending += [(child, depth + 1) for child in reversed(element.children) if isinstance(child, Element)]


def text_of(node: Node) -> str:
    """Give the text of a node and all below it, as it stands."""
    return node.to_text("", strip=False)


def _check_crowds(root: Node) -> None:
    """Raise PostRefused where bleach, which looks through all siblings of each element, would take over 0.6 s."""
    if sum(len(element.children) ** 2 for element, _ in walk(root)) > MAX_CROWD:
        raise PostRefused("body-limit", "an element holds too many others for a cleaner")


# Lazy pictures


def _unlazy(img: Element, links: Links) -> None:
    """Give a picture its real address. Sets `src` to an absolute one, or to "" where none is known yet."""
    attrs = {name: value or "" for name, value in img.attrs.items()}
    written = attrs.get("src", "")
    lazy = [url for name in LAZY_SOURCES if name in attrs and (url := links.address("file", attrs[name]))]
    srcset = next((value for name in LAZY_SRCSETS if (value := attrs.get(name, ""))), "")
    srcset = srcset if _srcset(srcset, links) else attrs.get("srcset", "")
    attrs["srcset"] = srcset
    # A real address in `src` stays, whatever the class says: it shows without a script.
    if lazy and (_is_placeholder(written) or _is_dot(img)):
        attrs["src"] = lazy[0]
        if _is_dot(img):  # the size is the placeholder's
            attrs = {name: value for name, value in attrs.items() if name not in ("width", "height", "style")}
    elif _is_placeholder(written) and srcset:
        attrs["src"] = _first_candidate(srcset)
    elif not written.strip() or _BLANK_DATA.match(written):
        attrs["src"] = ""
    for width, height in LAZY_SIZES:
        if _pixels(attrs.get(width, "")) and _pixels(attrs.get(height, "")) and not {"width", "height"} & attrs.keys():
            attrs["width"], attrs["height"] = attrs[width], attrs[height]
    img.attrs = dict(attrs)


def _is_placeholder(src: str) -> bool:
    return not src.strip() or bool(_BLANK_DATA.match(src) or _PLACEHOLDER.search(src))


def _is_lazy(img: Element) -> bool:
    """Tell whether the picture's class says that a script is to load it."""
    return any(word.startswith(("lazy", "b-lazy", "lozad")) for word in _words(img, "class"))


def _merge_twins(parent: Node, links: Links) -> None:
    """Let a picture in <noscript> replace the lazy one beside it, or go where it only repeats it."""
    children = parent.children or []
    for noscript in [child for child in children if child.name == "noscript"]:
        pictures = _pictures(noscript)
        if len(pictures) != 1:
            continue
        place = children.index(noscript)
        before = next((child for child in reversed(children[:place]) if not _is_blank(child)), None)
        after = next((child for child in children[place + 1 :] if not _is_blank(child)), None)
        for beside in (before, after):
            if beside is None or beside.name == "noscript" or len(twins := _pictures(beside)) != 1:
                continue
            source, twin = (links.address("file", img.attrs.get("src") or "") for img in (pictures[0], twins[0]))
            if source and (source == twin or not twin or _PLACEHOLDER.search(twin) or _is_lazy(twins[0])):
                children.remove(noscript if source == twin else beside)
                break


def _pictures(node: Node | Text) -> list[Element]:
    if not isinstance(node, Element):
        return []
    inner = [element for element, _ in walk(node) if element.name == "img"]
    return [node] if node.name == "img" else inner


# Code


def _name_language(pre: Element) -> None:
    """Give the block of code its language as `language-x`, from its own class or from those around it."""
    code = next((child for child in pre.children if child.name == "code"), None)
    # Hexo's has six around it: figure > table > tbody > tr > td > pre
    for place in (*filter(None, [code]), pre, *islice(_around(pre), 6)):
        found = _LANGUAGE.search(place.attrs.get("class") or "")
        if found and found[1] not in _NO_LANGUAGE:
            (code if code is not None else pre).attrs["class"] = f"language-{found[1]}"
            return


def _free_code(pre: Element) -> None:
    """Let go of the table around a block of code that is there to number its lines: unknown elements are unwrapped."""
    cell = next((element for element in _around(pre) if element.name == "td"), None)
    if cell is not None and not _CODE_CELLS.isdisjoint(_words(cell, "class")):
        for element in (cell, *_around(cell)):
            name, element.name = element.name, "numbered-lines"
            if name == "table":
                return


def _around(element: Element) -> Iterator[Element]:
    around = element.parent
    while isinstance(around, Element):
        yield around
        around = around.parent


def _is_gutter(element: Element) -> bool:
    return not _GUTTERS.isdisjoint(_words(element, "class")) and not text_of(element).translate(_DIGITS).strip()


_DIGITS = dict.fromkeys(map(ord, "0123456789"))


# The tree, from the leaves up

# Stands where a block was that held nothing.
_PARTING = Text("")


def _rebuild(root: Node, links: Links) -> None:
    """Put in the place of every element what becomes of it: itself, another, its children, or nothing."""
    elements = list(walk(root))
    kept = _anchors([element for element, _ in elements])
    outcomes: dict[int, list[Node | Text]] = {}
    for element, depth in reversed(elements):
        _adopt(element, outcomes)
        outcomes[id(element)] = _outcome(element, depth, links, kept)
    _adopt(root, outcomes)


def _adopt(parent: Node, outcomes: dict[int, list[Node | Text]]) -> None:
    nodes: list[Node | Text] = [
        node
        for child in parent.children or ()
        for node in (outcomes.get(id(child), []) if isinstance(child, Element) else [child])
        if isinstance(node, (Element, Text))  # comments, processing instructions and doctypes go
    ]
    parent.children = _parted(nodes) if _PARTING in nodes else nodes


def _parted(nodes: list[Node | Text]) -> list[Node | Text]:
    """Put a line break where an empty block stood between words, and nothing where it stood elsewhere."""
    parted: list[Node | Text] = []
    after_words = due = False
    for node in nodes:
        if node is _PARTING:
            due = due or after_words
            continue
        if not _is_blank(node):
            after_words = isinstance(node, Text) or node.name in INLINE
            if due and after_words:
                parted.append(Element("br", {}, "html"))
            due = False
        parted.append(node)
    return parted


def _outcome(element: Element, depth: int, links: Links, kept: dict[str, Element]) -> list[Node | Text]:
    if element.namespace != "html":
        return _foreign(element)
    if element.name == "script" and (element.attrs.get("type") or "").startswith("math/tex"):
        return [Text(_tex(text_of(element), block="mode=display" in (element.attrs["type"] or "")))]
    if element.name in DROPPED or ("class" in element.attrs and (_is_gutter(element) or _is_second_formula(element))):
        return []
    special = SPECIAL.get(element.name)
    replaced = special(element, links) if special else None
    if replaced is not None:
        return replaced
    name = RENAMED.get(element.name, element.name)
    if name not in TAGS or (depth > MAX_DEPTH and name not in _VOID):
        return element.children
    element.name = name
    element.attrs = _attributes(element, links, kept)
    if name in ("a", "span") and not element.attrs:
        return element.children
    if name in EMPTIED and not element.attrs.get("id") and not any(map(_is_visible, element.children)):
        return [child for child in element.children if child.name != "wbr"] if name in INLINE else [_PARTING]
    return [element]


def _is_visible(node: Node | Text) -> bool:
    return node.name not in ("br", "wbr") and not _is_blank(node)


def _is_blank(node: Node | Text) -> bool:
    if isinstance(node, Text):
        return not INVISIBLE.sub("", without_forbidden(node.data or ""))
    return not isinstance(node, Element)


def _foreign(element: Element) -> list[Node | Text]:
    """Give a formula as TeX, or as the text it has; no other drawing has a form in which it is safe."""
    if element.namespace != "math":
        return []
    if element.name == "annotation":  # carried up to <math>, which alone is asked what it becomes
        return [element] if element.attrs.get("encoding") == "application/x-tex" else []
    if element.name != "math":
        return element.children
    tex = next((child for child in element.children if child.name == "annotation"), None)
    if tex is None:
        return [Text(text_of(element))]
    return [Text(_tex(text_of(tex), block=element.attrs.get("display") == "block"))]


def _tex(formula: str, *, block: bool) -> str:
    return rf"\[{formula.strip()}\]" if block else rf"\({formula.strip()}\)"


def _is_second_formula(element: Element) -> bool:
    """Tell whether a formula is here once more, laid out for the eye, beside its MathML or TeX."""
    return not {"katex-html", "MathJax_Preview"}.isdisjoint(_words(element, "class"))


def _picture(img: Element, links: Links) -> list[Node | Text] | None:
    if _is_dot(img):  # a counter of readers
        return []
    written = img.attrs.get("src") or ""
    src = re.sub(r"\s+", "", written)
    if not permitted("img", "src", src) or not src.startswith("data:"):
        src = links.picture(written)
    if not src:
        return [Text(img.attrs.get("alt") or "")]
    img.attrs["src"] = src
    return None


def _is_dot(element: Element) -> bool:
    """Tell whether the element is one pixel at most: there to count readers, or to hold a place."""
    sizes = {name.lower(): size for name, size in _STYLED_SIZE.findall(element.attrs.get("style") or "")}
    sizes |= {name: (element.attrs[name] or "").strip() for name in ("width", "height") if name in element.attrs}
    return all(sizes.get(name, "").removesuffix("px") in ("0", "1") for name in ("width", "height"))


def _pictured(picture: Element, _links: Links) -> list[Node | Text] | None:
    """Keep a <picture> that has one; else there is nothing to see."""
    return None if any(child.name == "img" for child in picture.children) else _without_sources(picture)


def _source(source: Element, links: Links) -> list[Node | Text] | None:
    parent = source.parent.name if source.parent is not None else ""
    if parent == "picture":
        srcset = source.attrs.get("srcset") or source.attrs.get("data-srcset") or source.attrs.get("src") or ""
        source.attrs["srcset"] = _srcset(srcset, links)
        source.attrs.pop("src", None)
        return None if source.attrs["srcset"] else []
    source.attrs.pop("srcset", None)
    return None if parent in ("audio", "video") and links.address("file", source.attrs.get("src") or "") else []


def _played(media: Element, links: Links) -> list[Node | Text] | None:
    """Keep what can be played, with controls, as no script will; else what stands in its place."""
    source = media.attrs.get("src") or media.attrs.get("data-src") or ""
    if not links.address("file", source) and not any(child.name == "source" for child in media.children):
        return _without_sources(media)
    media.attrs |= {"src": source, "controls": ""}
    return None


def _without_sources(element: Element) -> list[Node | Text]:
    return [child for child in element.children if child.name not in ("source", "track")]


def _framed(frame: Element, links: Links) -> list[Node | Text]:
    """Give a link to what a frame shows, by the page of its player where there is one."""
    address = links.address("link", frame.attrs.get("src") or frame.attrs.get("data-src") or "")
    if not address.startswith("http") or _is_dot(frame):
        return []
    host, _, path = address.partition("//")[2].partition("/")
    pattern, page = PLAYERS.get(host, (None, ""))
    if pattern and (found := pattern.match("/" + path)):
        address = page.format(*found.groups())
    anchor = Element("a", {"href": address}, "html")
    anchor.children = [Text((frame.attrs.get("title") or "").strip() or address)]
    return [anchor]


def _anchored(anchor: Element, _links: Links) -> list[Node | Text] | None:
    """Keep a link that leads somewhere, or a place that one leads to; else its text."""
    anchor.attrs.setdefault("id", anchor.attrs.get("name"))
    return None


SPECIAL: dict[str, Callable[[Element, Links], list[Node | Text] | None]] = {
    "a": _anchored,
    "audio": _played,
    "iframe": _framed,
    "img": _picture,
    "picture": _pictured,
    "source": _source,
    "video": _played,
}


# Attributes


def _anchors(elements: list[Element]) -> dict[str, Element]:
    """Give the elements whose id a link of the body leads to, by id: the first where several claim one."""
    wanted = {
        unquote(fragment)
        for element in elements
        if element.name == "a" and (fragment := (element.attrs.get("href") or "").partition("#")[2])
    }
    claimed: dict[str, Element] = {}
    for element in elements:
        name = element.attrs.get("id") or (element.name == "a" and element.attrs.get("name")) or ""
        if name in wanted:
            claimed.setdefault(name, element)
    return claimed


def _attributes(element: Element, links: Links, kept: dict[str, Element]) -> dict[str, str | None]:
    anywhere, here = ATTRIBUTES["*"], ATTRIBUTES.get(element.name, ())
    attributes: dict[str, str | None] = {}
    for name, written in element.attrs.items():
        if (name not in here and name not in anywhere) or (name == "id" and kept.get(written or "") is not element):
            continue
        value = _value(element.name, name, written or "", links)
        if permitted(element.name, name, value):
            attributes[name] = value
    return attributes


def _value(tag: str, name: str, written: str, links: Links) -> str:
    if name in FLAGS:
        return ""
    if name in ADDRESSES:
        picture = (tag == "img" and name == "src") or name == "poster"  # of an img, done by _picture
        return written if picture and tag == "img" else (links.picture if picture else _kind(name, links))(written)
    if name == "srcset":
        return _srcset(written, links)
    if name in ("width", "height"):
        return _pixels(written)
    if name == "rel":
        return " ".join(dict.fromkeys(word for word in written.lower().split() if permitted("a", "rel", word)))
    return written


def _kind(name: str, links: Links) -> Callable[[str], str]:
    return lambda written: links.address(ADDRESSES[name], written)


def _pixels(written: str) -> str:
    """Give a size in whole pixels; "" for per cent, words and nothing."""
    found = _PIXELS.fullmatch(written)
    return found[1] if found and int(found[1]) else ""


def _srcset(written: str, links: Links) -> str:
    """Give the candidates that have an address, and one descriptor at most, in the form of the specification."""
    candidates = []
    place = 0
    while found := _CANDIDATE.match(written, place):
        address, descriptor = found[1].rstrip(","), found[2].strip()
        place = found.end()
        if address != found[1]:  # a comma that ends the address ends the candidate
            descriptor, place = "", found.end(1)
        candidate = f"{links.picture(address)} {descriptor}".strip()
        if permitted("img", "srcset", candidate):
            candidates.append(candidate)
    return ", ".join(candidates)


def _first_candidate(srcset: str) -> str:
    found = _CANDIDATE.match(srcset)
    return found[1].rstrip(",") if found else ""


def _words(element: Element, name: str) -> set[str]:
    return set((element.attrs.get(name) or "").split())


# The text of the tree


def _serialised(root: Node) -> str:
    """Give the HTML of the tree (HTML, section 13.3), as html5ever writes it: the form that clean() keeps."""
    parts: list[str] = []
    pending: list[Node | Text | str] = list(reversed(root.children or ()))
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            parts.append(node)
        elif isinstance(node, Text):
            parts.append(_escaped(node.data or ""))
        else:
            attrs = "".join(
                f' {name}="{_escaped(value or "").replace(chr(34), "&quot;")}"'
                for name, value in (node.attrs or {}).items()
            )
            parts.append(f"<{node.name}{attrs}>")
            if node.name not in _VOID:
                pending.append(f"</{node.name}>")
                pending.extend(reversed(node.children or ()))
    return "".join(parts)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
