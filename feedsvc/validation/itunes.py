"""Apple's podcast tags, as its guide for RSS feeds has them today.

Values that Apple says it ignores are notes; what was documented once (`subtitle`, `summary`, `keywords`) passes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from feedsvc.validation import values
from feedsvc.validation.shape import MANY, Attr, Child, Shape, text, value

if TYPE_CHECKING:
    from feedsvc.validation.findings import Findings
    from feedsvc.validation.reading import Element

CATEGORIES: dict[str, tuple[str, ...]] = {
    "Arts": ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    "Business": ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    "Comedy": ("Comedy Interviews", "Improv", "Stand-Up"),
    "Education": ("Courses", "How To", "Language Learning", "Self-Improvement"),
    "Fiction": ("Comedy Fiction", "Drama", "Science Fiction"),
    "Government": (),
    "History": (),
    "Health & Fitness": ("Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"),
    "Kids & Family": ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    "Leisure": (
        "Animation & Manga", "Automotive", "Aviation", "Crafts", "Games", "Hobbies", "Home & Garden", "Video Games",
    ),
    "Music": ("Music Commentary", "Music History", "Music Interviews"),
    "News": (
        "Business News", "Daily News", "Entertainment News", "News Commentary", "Politics", "Sports News", "Tech News",
    ),
    "Religion & Spirituality": (
        "Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Religion", "Spirituality",
    ),
    "Science": (
        "Astronomy", "Chemistry", "Earth Sciences", "Life Sciences", "Mathematics", "Natural Sciences", "Nature",
        "Physics", "Social Sciences",
    ),
    "Society & Culture": ("Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"),
    "Sports": (
        "Baseball", "Basketball", "Cricket", "Fantasy Sports", "Football", "Golf", "Hockey", "Rugby", "Running",
        "Soccer", "Swimming", "Tennis", "Volleyball", "Wilderness", "Wrestling",
    ),
    "Technology": (),
    "True Crime": (),
    "TV & Film": ("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
}  # fmt: skip
# What the directory had in 2005, and from then to August 2019: still accepted, no longer shown.
FORMER_CATEGORIES: dict[str, tuple[str, ...]] = {
    "Arts": ("Literature",),
    "Arts & Entertainment": (
        "Architecture", "Books", "Design", "Entertainment", "Games", "Performing Arts", "Photography", "Poetry",
        "Science Fiction",
    ),
    "Audio Blogs": (),
    "Business": ("Business News", "Finance", "Management & Marketing", "Shopping"),
    "Comedy": (),
    "Education": (
        "Education Technology", "Educational Technology", "Higher Education", "K-12", "Language Courses", "Training",
    ),
    "Family": (),
    "Food": (),
    "Games & Hobbies": ("Automotive", "Aviation", "Hobbies", "Other Games", "Video Games"),
    "Government & Organizations": ("Local", "National", "Non-Profit", "Regional"),
    "Health": (
        "Alternative Health", "Diet & Nutrition", "Fitness", "Fitness & Nutrition", "Relationships", "Self-Help",
        "Sexuality",
    ),
    "International": (),
    "Movies & Television": (),
    "Music": (),
    "News": (),
    "News & Politics": (),
    "Politics": (),
    "Public Radio": (),
    "Religion & Spirituality": ("New Age", "Other", "Philosophy"),
    "Science": (),
    "Science & Medicine": ("Medicine", "Natural Sciences", "Social Sciences"),
    "Society & Culture": ("History",),
    "Sports": (),
    "Sports & Recreation": ("Amateur", "College & High School", "Outdoor", "Professional"),
    "Talk Radio": (),
    "Technology": (
        "Computers", "Developers", "Gadgets", "Information Technology", "News", "Operating Systems", "Podcasting",
        "Smart Phones", "Software How-To", "Tech News", "Text/Speech",
    ),
    "Transportation": ("Automotive", "Aviation", "Bicycles", "Commuting"),
    "Travel": (),
}  # fmt: skip
# The files that Apple plays (guide: audio and video requirements); Opus plays since.
PLAYED = (".m4a", ".mp3", ".mov", ".mp4", ".m4v", ".pdf", ".epub", ".opus")
EPISODE_TYPES = ("full", "trailer", "bonus")
SHOW_TYPES = ("episodic", "serial")
# `yes`, `no` and `clean` are what Apple asked for before 2019, and still takes.
explicit = values.one_of(("true", "false", "yes", "no", "clean", "explicit"), any_case=True)
duration = values.matching(r"\d+(?:\.\d+)?|\d+(?::[0-5]?\d){1,2}", "invalid-duration", re.ASCII)


def _judge_category(element: Element, findings: Findings) -> None:
    name = element.get("text")
    if name is None:
        return
    outer = element.parent.get("text") if element.parent and element.parent.name == "itunes:category" else None
    now = CATEGORIES.get(outer or "", ()) if outer is not None else CATEGORIES
    then = FORMER_CATEGORIES.get(outer or "", ()) if outer is not None else FORMER_CATEGORIES
    if name in now or (outer is not None and outer not in CATEGORIES and outer not in FORMER_CATEGORIES):
        return
    findings.report("former-category" if name in then else "invalid-category", element, attribute="text", value=name)


def _judge_flag(element: Element, findings: Findings) -> None:
    if element.text.strip().lower() != "yes":
        findings.report("idle-flag", element, value=element.text.strip())


FLAG = value(values.anything, _judge_flag)
CATEGORY = Shape(attributes={"text": Attr(required=True)}, rules=(_judge_category,))
CATEGORY.children["itunes:category"] = Child(CATEGORY, most=MANY)
IMAGE = Shape(
    attributes={"href": Attr(values.absolute_uri, required=True), "url": Attr(values.absolute_uri), "rel": Attr()},
)
OWNER = Shape(children={"itunes:email": Child(value(values.addr_spec)), "itunes:name": Child(text(values.plain_text))})

SHARED = {
    "itunes:author": Child(text(values.plain_text)),
    "itunes:block": Child(FLAG),
    "itunes:explicit": Child(value(explicit)),
    "itunes:image": Child(IMAGE),
    "itunes:keywords": Child(text(blank="")),
    "itunes:subtitle": Child(text(values.plain_text, blank="")),
    "itunes:summary": Child(text(blank="")),
    "itunes:title": Child(text(values.plain_text)),
}
FEED = SHARED | {
    "itunes:applepodcastsverify": Child(text()),
    "itunes:category": Child(CATEGORY, most=MANY),
    "itunes:complete": Child(FLAG),
    "itunes:new-feed-url": Child(value(values.absolute_rss_uri)),
    "itunes:owner": Child(OWNER),
    "itunes:type": Child(value(values.one_of(SHOW_TYPES, any_case=True))),
}
ENTRY = SHARED | {
    "itunes:duration": Child(value(duration)),
    "itunes:episode": Child(value(values.positive_integer)),
    "itunes:episodeType": Child(value(values.one_of(EPISODE_TYPES, any_case=True))),
    "itunes:isClosedCaptioned": Child(FLAG),
    "itunes:order": Child(value(values.integer)),
    "itunes:season": Child(value(values.positive_integer)),
}

# What a show cannot be listed without (guide: required tags).
REQUIRED = ("itunes:category", "itunes:explicit", "itunes:image")


def judge_channel(channel: Element, findings: Findings) -> None:
    """What Apple asks of a show, where the channel or an item speaks Apple's vocabulary at all."""
    if not any(child.name.startswith("itunes:") for part in (channel, *channel.all("item")) for child in part.children):
        return
    if findings.encoding not in ("utf-8", "ascii"):
        findings.report("podcast-encoding", channel, value=findings.encoding)
    for name in REQUIRED:
        if channel.first(name) is None:
            findings.report("missing-podcast-tag", channel, value=name)
    if channel.first("language") is None and channel.first("dc:language") is None:
        findings.report("missing-podcast-tag", channel, value="language")
    for enclosure in (each for item in channel.all("item") for each in item.all("enclosure")):
        name = (enclosure.get("url") or "").partition("?")[0].partition("#")[0].rpartition("/")[2].lower()
        if "." in name and not name.endswith(PLAYED):
            findings.report("unplayed-format", enclosure, attribute="url", value=name.rpartition(".")[2])
    owner = channel.first("itunes:owner")
    if owner is None or owner.first("itunes:email") is None:
        findings.report("missing-podcast-owner", owner or channel)
