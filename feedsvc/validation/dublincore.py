"""Dublin Core elements (DCMES 1.1) and terms (DCMI Metadata Terms), which may stand in every part of a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.validation import values
from feedsvc.validation.shape import MANY, Child, Shape

if TYPE_CHECKING:
    from feedsvc.validation.findings import Findings
    from feedsvc.validation.reading import Element


def _judge_date(element: Element, findings: Findings) -> None:
    moment = values.parse_rfc3339(element.text.strip())
    for code in values.plausibility(moment, findings.now) if moment else ():
        findings.report(code, element, value=element.text.strip())


def _term(check: values.Check = values.anything, *, blank: str = "") -> Shape:
    # Qualifiers of every kind stand on these in practice, so attributes with a namespace pass.
    return Shape(check, rules=(_judge_date,) if check is values.w3cdtf else (), blank=blank)


ANY = _term()
DATE = _term(values.w3cdtf)
LANGUAGE = _term(values.language)
PLAIN = _term(values.plain_text)

# A language is one per part; everything else repeats (DCMES 1.1: every element is optional and repeatable, but feeds
# read one language).
ELEMENTS: dict[str, Child] = {
    "dc:contributor": Child(PLAIN, most=MANY),
    "dc:coverage": Child(ANY, most=MANY),
    "dc:creator": Child(PLAIN, most=MANY),
    "dc:date": Child(DATE, most=MANY),
    "dc:description": Child(ANY, most=MANY),
    "dc:format": Child(ANY, most=MANY),
    "dc:identifier": Child(ANY, most=MANY),
    "dc:language": Child(LANGUAGE),
    "dc:publisher": Child(PLAIN, most=MANY),
    "dc:relation": Child(ANY, most=MANY),
    "dc:rights": Child(PLAIN, most=MANY),
    "dc:source": Child(ANY, most=MANY),
    "dc:subject": Child(PLAIN, most=MANY),
    "dc:title": Child(PLAIN, most=MANY),
    "dc:type": Child(ANY, most=MANY),
}
TERMS = {
    f"dcterms:{name}": Child(shape, most=MANY)
    for shape, names in (
        (DATE, "created issued modified date dateAccepted dateCopyrighted dateSubmitted"),
        (LANGUAGE, "language"),
        (
            ANY,
            """
            abstract accessRights accrualMethod accrualPeriodicity accrualPolicy alternative audience available
            bibliographicCitation conformsTo contributor coverage creator description educationLevel extent format
            hasFormat hasPart hasVersion identifier instructionalMethod isFormatOf isPartOf isReferencedBy
            isReplacedBy isRequiredBy isVersionOf license mediator medium provenance publisher references relation
            replaces requires rights rightsHolder source spatial subject tableOfContents temporal title type valid
            """,
        ),
    )
    for name in names.split()
}
CHILDREN = ELEMENTS | TERMS
