"""Agreement with the W3C's verdicts on the feeds that lie beside the repository, where they do.

A verdict is three-valued: error, warning, valid. Judgements that are marked as outdated for the verdict are left out.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from feedsvc.validation import Report, validate

HERE = Path(__file__).resolve()
SHARED = next(
    (parent / "shared" / "feed-cases" for parent in HERE.parents if (parent / "shared" / "feed-cases").is_dir()), None
)

pytestmark = pytest.mark.skipif(SHARED is None, reason="the feeds with a verdict are not beside this repository")

# Which of our codes say the same thing as a class of the W3C's.
SAME: dict[str, set[str]] = {
    "ArchiveIncomplete": {"archive-incomplete"},
    "AttrNotBlank": {"blank-attribute"},
    "AvoidNamespacePrefix": {"avoid-prefix"},
    "AvoidTextInput": {"avoid-text-input"},
    "BadCharacters": {"odd-characters"},
    "CharacterData": {"stray-markup"},
    "CommentRSS": {"comment-rss"},
    "ContainsHTML": {"contains-html"},
    "ContainsRelRef": {"relative-reference"},
    "ContainsSystemEntity": {"external-entity"},
    "ContainsUndeclaredHTML": {"undeclared-html"},
    "CurrentNotSelfInCompleteFeed": {"complete-elsewhere"},
    "DangerousStyleAttr": {"unsafe-style"},
    "DeprecatedMediaAdult": {"media-adult"},
    "DuplicateAtomLink": {"duplicate-alternate"},
    "DuplicateElement": {"duplicate-element"},
    "DuplicateEntries": {"duplicate-entry"},
    "DuplicateIds": {"one-id-for-all"},
    "DuplicateItemSemantics": {"duplicate-semantics"},
    "DuplicateSemantics": {"duplicate-semantics"},
    "DuplicateValue": {"duplicate-guid", "duplicate-value"},
    "EmailFormat": {"email-format"},
    "FeedHistoryRelInEntry": {"series-link-in-entry"},
    "FeedRelInCompleteFeed": {"series-in-complete-feed"},
    "ImageTitleDoesntMatch": {"image-title-mismatch"},
    "ImageUrlFormat": {"image-format"},
    "ImplausibleDate": {"implausible-date", "future-date"},
    "InvalidAddrSpec": {"invalid-email"},
    "InvalidBooleanAttribute": {"invalid-boolean"},
    "InvalidContact": {"invalid-email", "missing-email"},
    "InvalidCountryCode": {"invalid-country"},
    "InvalidDuration": {"invalid-duration"},
    "InvalidFullLink": {"relative-uri"},
    "InvalidHeight": {"invalid-height"},
    "InvalidIRI": {"invalid-uri"},
    "InvalidInteger": {"invalid-integer", "invalid-non-negative-integer", "invalid-positive-integer"},
    "InvalidIntegerAttribute": {"invalid-non-negative-integer", "invalid-positive-integer"},
    "InvalidItunesCategory": {"invalid-category"},
    "InvalidItunesChannelType": {"invalid-choice"},
    "InvalidItunesEpisodeType": {"invalid-choice"},
    "InvalidLanguage": {"invalid-language"},
    "InvalidLink": {"invalid-uri", "relative-uri", "missing-host"},
    "InvalidMIMEType": {"invalid-media-type", "invalid-text-type"},
    "InvalidMediaExpression": {"invalid-choice"},
    "InvalidMediaHash": {"invalid-media-hash"},
    "InvalidMediaMedium": {"invalid-choice"},
    "InvalidMediaRating": {"invalid-media-rating"},
    "InvalidMediaRestriction": {"invalid-media-restriction"},
    "InvalidMediaRestrictionType": {"invalid-choice"},
    "InvalidMediaTextType": {"invalid-choice"},
    "InvalidNPTTime": {"invalid-npt-time"},
    "InvalidNamespace": {"wrong-namespace"},
    "InvalidNonNegativeInteger": {"invalid-non-negative-integer"},
    "InvalidOutlineType": {"unknown-outline-type"},
    "InvalidPositiveInteger": {"invalid-positive-integer"},
    "InvalidRFC2822Date": {"invalid-rfc822-date", "wrong-weekday"},
    "InvalidRFC3339Date": {"invalid-rfc3339-date"},
    "InvalidTAG": {"invalid-tag-uri"},
    "InvalidTextType": {"invalid-text-type"},
    "InvalidTrueFalse": {"invalid-choice", "invalid-boolean"},
    "InvalidURN": {"invalid-urn"},
    "InvalidUUID": {"invalid-uuid"},
    "InvalidUriChar": {"invalid-uri"},
    "InvalidWidth": {"invalid-width"},
    "InvalidYesNoClean": {"idle-flag"},
    "ItemMustContainTitleOrDescription": {"missing-title-or-description"},
    "LinkPastEnd": {"link-past-end"},
    "MediaRssNamespace": {"wrong-namespace"},
    "MisplacedItem": {"late-metadata-in-channel"},
    "MisplacedXHTMLContent": {"misplaced-xhtml"},
    "MissingAttribute": {"missing-attribute"},
    "MissingContentOrAlternate": {"missing-content"},
    "MissingCurrentInArchive": {"archive-without-current"},
    "MissingDCLanguage": {"missing-language"},
    "MissingDescription": {"missing-element"},
    "MissingElement": {"missing-element", "missing-author"},
    "MissingLink": {"missing-element"},
    "MissingNamespace": {"missing-namespace"},
    "MissingRealName": {"missing-real-name"},
    "MissingSelf": {"missing-self-link"},
    "MissingSourceElement": {"incomplete-source"},
    "MissingSummary": {"missing-summary"},
    "MissingTitle": {"missing-element"},
    "MissingTypeAttr": {"missing-content-type"},
    "MissingUrlAttr": {"missing-link-address"},
    "MissingXhtmlDiv": {"missing-xhtml-div"},
    "NeedDescriptionBeforeContent": {"content-before-description"},
    "NonCanonicalURI": {"non-canonical-id"},
    "NotBase64": {"invalid-base64"},
    "NotBlank": {"blank-element"},
    "NotHtml": {"unknown-html-element"},
    "NotInline": {"escaped-markup"},
    "NotSufficientlyUnique": {"short-guid"},
    "ObsoleteItunesCategory": {"former-category"},
    "ObsoleteNamespace": {"obsolete-namespace"},
    "ObsoleteVersion": {"obsolete-outline-document"},
    "ProblematicalRFC822Date": {"ambiguous-date", "rare-time-zone"},
    "RelativeSelf": {"relative-self-link"},
    "SAXError": {"not-well-formed", "truncated", "undeclared-prefix"},
    "SameDocumentReference": {"same-document-link"},
    "SchemeNotIANARegistered": {"unregistered-scheme"},
    "SecurityRisk": {"unsafe-element", "event-handler"},
    "SecurityRiskAttr": {"event-handler", "unsafe-style"},
    "SelfDoesntMatchLocation": {"self-mismatch"},
    "SlashDate": {"undated-comments"},
    "UndefinedElement": {"undefined-element"},
    "UndeterminableVocabulary": {"undeterminable-vocabulary"},
    "UnexpectedAttribute": {"unexpected-attribute"},
    "UnexpectedText": {"unexpected-text"},
    "UnexpectedWhitespace": {"unexpected-white-space"},
    "UnknownNamespace": {"unknown-namespace"},
    "UnregisteredAtomLinkRel": {"unregistered-relation"},
    "UriNotIri": {"non-ascii-uri"},
    "UseOfExtensionAttr": {"extension-attribute"},
    "UseZeroForMidnight": {"midnight-hour"},
}

# Verdicts in which we differ, with the reason; empty while there are none.
DISAGREEMENTS: dict[str, str] = {}

# Expectations that we do not share, with the reason.
UNSHARED: dict[str, str] = {
    "original/rss20/data-types-characterdata/amp-cdata-hex.xml": (
        "the text is the same as in amp-name-hex.xml, which is expected to be reported: XML 1.0 §2.7 gives CDATA no meaning"
    ),
    "original/ext/media/group_of_one.xml": "Media RSS 1.5.1 lets a group have one content",
    "original/ext/itunes/subtitle_too_long.xml": "Apple's guide no longer has the tag",
    "original/ext/itunes/summary_too_long.xml": "Apple's guide gives the tag no length",
    "original/atom/3.1.1.3/bogus_svg_attr.xml": "an attribute that SVG does not know does nothing; it is no risk",
    "original/atom/8.1/style_background_repeat_repeat_x.xml": "CSS Backgrounds 3 §3.4 defines it, and it fetches nothing",
    "original/atom/4.2.6/id-noniana.xml": "doi is registered at IANA",
    "original/rss20/element-channel-item-source/unregistered_item_source_url.xml": "feed is registered at IANA, provisionally",
}


@cache
def rows() -> list[dict[str, Any]]:
    assert SHARED is not None
    listed: list[dict[str, Any]] = json.loads((SHARED / "index.json").read_text())
    return listed


@cache
def judged(file: str, base: str) -> Report:
    assert SHARED is not None
    return validate((SHARED / file).read_bytes(), url=base)


def verdict(report: Report) -> str:
    return "error" if report.errors else "warning" if report.warnings else "valid"


def counted(part: str) -> list[dict[str, Any]]:
    return [
        row
        for row in rows()
        if row["file"].startswith(part) and not any(each["affects"] == "verdict" for each in row["outdated"])
    ]


@pytest.mark.parametrize("part", ["original", "repaired"])
def test_verdicts_agree(part: str) -> None:
    listed = counted(part)
    differing = {row["file"] for row in listed if verdict(judged(row["file"], row["base"])) != row["verdict"]}
    assert differing <= set(DISAGREEMENTS)
    assert len(differing) <= len(listed) / 100


def test_nothing_valid_is_called_invalid() -> None:
    wronged = [
        row["file"] for row in rows() if row["verdict"] != "error" and not judged(row["file"], row["base"]).valid
    ]
    assert wronged == []


def expectations() -> Iterator[tuple[str, bool, bool]]:
    """Every case's file, and whether what it was written for is so; a class that stands for correctness asks for no error."""
    for row in rows():
        report = judged(row["file"], row["base"])
        for written in row["expect"] if isinstance(row["expect"], list) else [row["expect"]]:
            name = written.lstrip("!").partition("{")[0]
            if written.startswith("!"):
                wanted = {"Error": not report.errors, "Warning": not report.warnings}
                met = wanted.get(
                    name, not (SAME.get(name, set()) & report.codes) or name in (*row["errors"], *row["warnings"])
                )
            elif name.startswith("Valid"):
                met = report.valid
            elif name == "Error":
                met = not report.valid
            else:
                met = bool(SAME.get(name, set()) & report.codes)
            yield row["file"], met, not written.startswith(("!", "Valid", "Error"))


def test_expectations_are_met() -> None:
    listed = list(expectations())
    missed = {file for file, met, _ in listed if not met}
    assert missed <= set(UNSHARED)
    named = [met for _, met, is_named in listed if is_named]
    assert sum(named) >= 0.95 * len(named)
