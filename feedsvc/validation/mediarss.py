"""Media RSS 1.5.1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from feedsvc.validation import markup, values
from feedsvc.validation.shape import MANY, Attr, Child, Shape, empty, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedsvc.validation.findings import Findings
    from feedsvc.validation.reading import Element

# RFC 2326 §3.6, as the specification writes it: seconds, hours with minutes and seconds, or now.
npt = values.matching(r"now|\d+(?:\.\d*)?|\d+:[0-5]?\d:[0-5]?\d(?:\.\d*)?", "invalid-npt-time", re.ASCII)

HASH_LENGTHS = {"md5": 32, "sha-1": 40}
MPAA = ("g", "nc-17", "pg", "pg-13", "r", "x", "nr", "ur")
V_CHIP = ("tv-y", "tv-y7", "tv-y7-fv", "tv-g", "tv-pg", "tv-14", "tv-ma")
ICRA = re.compile(r"r \((?:(?:c|l|n|o|v)[a-z] [01])(?: (?:c|l|n|o|v)[a-z] [01])*\)")
RATINGS: dict[str, values.Check] = {
    "urn:simple": values.one_of(("adult", "nonadult"), "invalid-media-rating"),
    "urn:mpaa": values.one_of(MPAA, "invalid-media-rating", any_case=True),
    "urn:v-chip": values.one_of(V_CHIP, "invalid-media-rating", any_case=True),
    "urn:icra": values.matching(ICRA.pattern, "invalid-media-rating"),
}


def _judge_hash(element: Element, findings: Findings) -> None:
    algorithm = element.get("algo") or "md5"
    length, digest = HASH_LENGTHS.get(algorithm), element.text.strip()
    if length is None:
        findings.report("invalid-media-hash", element, attribute="algo", value=algorithm)
    elif not re.fullmatch(rf"[0-9a-fA-F]{{{length}}}", digest):
        findings.report("invalid-media-hash", element, value=digest)


def _scheme(value: str) -> Iterator[str]:
    # `urn:icra` and its sisters are the specification's own, though no URN namespaces.
    if value not in RATINGS:
        yield from values.absolute_uri(value)


def _judge_rating(element: Element, findings: Findings) -> None:
    check = RATINGS.get(element.get("scheme") or "urn:simple", values.anything)
    for code in check(element.text.strip()):
        findings.report(code, element, value=element.text.strip())


def _judge_restriction(element: Element, findings: Findings) -> None:
    kind, words = element.get("type"), element.text.split()
    if kind == "country":
        faults = [word for word in words if list(values.country(word))]
        code = "invalid-country"
    elif kind == "uri":
        faults = [word for word in words if list(values.absolute_uri(word))]
        code = "invalid-uri"
    else:
        faults = [] if words in ([], ["all"], ["none"]) else words
        code = "invalid-media-restriction"
    for word in faults:
        findings.report(code, element, value=word)


def _judge_typed_text(element: Element, findings: Findings) -> None:
    if element.get("type") == "html":
        markup.judge_html(element.text, element, findings)
    elif values.holds_markup(element.text):
        findings.report("undeclared-html", element, value=element.text.strip())


def _judge_content(element: Element, findings: Findings) -> None:
    if element.get("url") is None and element.first("media:player") is None:
        findings.report("media-without-address", element)


def judge_host(element: Element, findings: Findings) -> None:
    """A group says which of its contents is the one to play (§ media:group)."""
    for group in element.all("media:group"):
        defaults = [each for each in group.all("media:content") if each.get("isDefault") == "true"]
        if len(defaults) > 1:
            findings.report("several-media-defaults", defaults[1])
        if not group.all("media:content"):
            findings.report("missing-element", group, value="media:content")


def _judge_adult(element: Element, findings: Findings) -> None:
    findings.report("media-adult", element, value=element.text.strip())


text_type = values.one_of(("plain", "html"))
TYPED = text(values.anything, _judge_typed_text, type=Attr(text_type))
SIZED = {"width": Attr(values.positive_integer), "height": Attr(values.positive_integer)}
CREDIT_ROLE = values.matching(r"[a-z][a-z\- ]*", "invalid-form: a role in words, as producer", re.IGNORECASE)

# What may stand on a channel or feed, an item or entry, a group, and a content alike.
OPTIONAL: dict[str, Child] = {
    "media:adult": Child(text(values.boolean, _judge_adult)),
    "media:backLinks": Child(Shape(children={"media:backLink": Child(text(values.absolute_uri), most=MANY)})),
    "media:category": Child(text(values.anything, scheme=Attr(values.absolute_uri), label=Attr()), most=MANY),
    "media:comments": Child(Shape(children={"media:comment": Child(text(), most=MANY)})),
    "media:community": Child(
        Shape(
            children={
                "media:starRating": Child(
                    empty(
                        average=Attr(values.number),
                        count=Attr(values.non_negative_integer),
                        min=Attr(values.number),
                        max=Attr(values.number),
                    )
                ),
                "media:statistics": Child(
                    empty(views=Attr(values.non_negative_integer), favorites=Attr(values.non_negative_integer))
                ),
                "media:tags": Child(text(blank="")),
            }
        )
    ),
    "media:copyright": Child(text(values.plain_text, url=Attr(values.absolute_uri))),
    "media:credit": Child(text(values.plain_text, role=Attr(CREDIT_ROLE), scheme=Attr(values.absolute_uri)), most=MANY),
    "media:description": Child(TYPED),
    "media:embed": Child(
        Shape(
            attributes={"url": Attr(values.absolute_uri), **SIZED},
            children={"media:param": Child(text(values.anything, blank="", name=Attr(required=True)), most=MANY)},
        )
    ),
    "media:hash": Child(text(values.anything, _judge_hash, blank="", algo=Attr()), most=MANY),
    "media:keywords": Child(text(values.plain_text)),
    "media:license": Child(
        text(values.anything, blank="", type=Attr(values.media_type), href=Attr(values.absolute_uri)), most=MANY
    ),
    "media:location": Child(
        Shape(attributes={"description": Attr(), "start": Attr(npt), "end": Attr(npt)}, opaque=True), most=MANY
    ),
    "media:peerLink": Child(
        empty(type=Attr(values.media_type), href=Attr(values.absolute_uri, required=True)), most=MANY
    ),
    "media:player": Child(Shape(attributes={"url": Attr(values.absolute_uri, required=True), **SIZED})),
    "media:price": Child(
        empty(
            type=Attr(values.one_of(("rent", "purchase", "package", "subscription"))),
            price=Attr(values.number),
            info=Attr(values.absolute_uri),
            currency=Attr(values.matching("[A-Z]{3}", "invalid-form: three letters of ISO 4217, as EUR")),
        ),
        most=MANY,
    ),
    "media:rating": Child(text(values.anything, _judge_rating, blank="", scheme=Attr(_scheme)), most=MANY),
    "media:responses": Child(Shape(children={"media:response": Child(text(), most=MANY)})),
    "media:restriction": Child(
        text(
            values.anything,
            _judge_restriction,
            blank="",
            relationship=Attr(values.one_of(("allow", "deny")), required=True),
            type=Attr(values.one_of(("country", "uri", "sharing"))),
        ),
        most=MANY,
    ),
    "media:rights": Child(empty(status=Attr(values.one_of(("userCreated", "official"))))),
    "media:scenes": Child(
        Shape(
            children={
                "media:scene": Child(
                    Shape(
                        children={
                            name: Child(shape)
                            for name, shape in {
                                "sceneTitle": text(),
                                "sceneDescription": text(),
                                "sceneStartTime": text(npt),
                                "sceneEndTime": text(npt),
                                "media:sceneTitle": text(),
                                "media:sceneDescription": text(),
                                "media:sceneStartTime": text(npt),
                                "media:sceneEndTime": text(npt),
                            }.items()
                        }
                    ),
                    most=MANY,
                )
            }
        )
    ),
    "media:status": Child(empty(state=Attr(values.one_of(("active", "blocked", "deleted"))), reason=Attr())),
    "media:subTitle": Child(
        empty(type=Attr(values.media_type), lang=Attr(values.language), href=Attr(values.absolute_uri, required=True)),
        most=MANY,
    ),
    "media:text": Child(
        text(
            values.anything,
            _judge_typed_text,
            type=Attr(text_type),
            lang=Attr(values.language),
            start=Attr(npt),
            end=Attr(npt),
        ),
        most=MANY,
    ),
    "media:thumbnail": Child(
        Shape(
            attributes={"url": Attr(values.absolute_uri, required=True), "time": Attr(npt), **SIZED},
        ),
        most=MANY,
    ),
    "media:title": Child(TYPED),
}
CONTENT = Shape(
    attributes={
        "url": Attr(values.absolute_uri),
        "fileSize": Attr(values.positive_integer),
        "type": Attr(values.media_type),
        "medium": Attr(values.one_of(("image", "audio", "video", "document", "executable"))),
        "isDefault": Attr(values.boolean),
        "expression": Attr(values.one_of(("sample", "full", "nonstop"))),
        "bitrate": Attr(values.number),
        "framerate": Attr(values.number),
        "samplingrate": Attr(values.number),
        "channels": Attr(values.non_negative_integer),
        "duration": Attr(values.number),
        "height": Attr(values.positive_integer),
        "width": Attr(values.positive_integer),
        "lang": Attr(values.language),
    },
    children=OPTIONAL,
    rules=(_judge_content,),
)
GROUP = Shape(children=OPTIONAL | {"media:content": Child(CONTENT, most=MANY)})
CHILDREN = OPTIONAL | {"media:content": Child(CONTENT, most=MANY), "media:group": Child(GROUP, most=MANY)}
