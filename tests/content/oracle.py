"""What a browser and an XML-minded parser find in a body: an opinion that shares no code with the cleaners."""

import re
import unicodedata

import html5lib
from lxml import html as lxml_html


def words(text):
    return set(text.split())


ELEMENTS = words(
    """a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div
    dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li mark nav ol p picture pre q rp rt
    ruby s samp section small source span strong sub summary sup table tbody td tfoot th thead time tr track u ul var
    video wbr"""
)
ATTRIBUTES = words(
    """abbr alt cite class colspan controls datetime default dir height href id kind label lang loop media muted
    open playsinline poster preload referrerpolicy rel reversed rowspan scope sizes span src srclang srcset start title
    type value width"""
)
ADDRESSES = {"cite", "href", "poster", "src"}
LINKS = {"http", "https", "mailto", "tel", "sms", "geo", "xmpp", "magnet"}
RASTER = re.compile(r"data:image/(png|jpe?g|gif|webp|avif)[;,]")


def faults(html):
    """Give everything in html that no post may have, as sentences; none for a safe body."""
    found = []
    for reader, elements in (("html5lib", by_html5lib(html)), ("lxml", by_lxml(html))):
        for name, attributes in elements:
            if name not in ELEMENTS:
                found.append(f"{reader}: element {name!r}")
            for attribute, value in attributes.items():
                found += [f"{reader}: {fault}" for fault in attribute_faults(name, attribute, value)]
    found += [f"character {character!r}" for character in set(html) if forbidden(character)]
    return found


def attribute_faults(element, attribute, value):
    if attribute not in ATTRIBUTES:
        yield f"attribute {attribute!r} of {element}"
    if attribute in ADDRESSES and not is_address(element, attribute, value):
        yield f"address {attribute}={value!r} of {element}"
    if attribute == "srcset":
        for candidate in value.split(", "):
            if not is_address("source", "srcset", candidate.split(" ")[0]):
                yield f"candidate {candidate!r} of {element}"


def is_address(element, attribute, value):
    seen = "".join(c for c in value if unicodedata.category(c)[0] not in "CZ")
    if element == "img" and attribute == "src" and RASTER.match(seen):
        return True
    allowed = LINKS if attribute == "href" else {"http", "https"}
    return seen == value and value.isascii() and value.partition(":")[0] in allowed


def forbidden(character):
    return character not in "\t\n" and (unicodedata.category(character) in ("Cc", "Cs") or character in "\ufffe\uffff")


def by_html5lib(html):
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    for element in tree.iter():
        if element is not tree:
            name = element.tag if isinstance(element.tag, str) else "comment"
            yield name, {str(key): value for key, value in element.attrib.items()}


def by_lxml(html):
    tree = lxml_html.fragment_fromstring(html, create_parent="div")
    for element in tree.iter():
        if element is not tree:
            name = element.tag if isinstance(element.tag, str) else "comment"
            yield name, dict(element.attrib)


def has_address(img):
    return bool((img.get("src") or img.get("srcset") or "").strip(" ,"))


UNSEEN = {"script", "style", "template", "title", "head", "textarea", "noframes", "noembed", "iframe", "select", "xmp"}


def visible(html):
    """Give the text that a browser shows, without any white space or invisible character."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False, scripting=False)
    text = "".join(_texts(tree))
    return "".join(c for c in text if unicodedata.category(c)[0] not in "CZ")


def _texts(element):
    if isinstance(element.tag, str) and element.tag not in UNSEEN:
        yield element.text or (element.get("alt", "") if element.tag == "img" and not has_address(element) else "")
        for child in element:
            yield from _texts(child)
            yield child.tail or ""
