"""Podcasting 2.0: the podcast namespace of the Podcast Index, version 1.0.

The namespace grows; a tag that is not listed here is a note, not a fault.
"""

from __future__ import annotations

import re

from feedsvc.validation import values
from feedsvc.validation.shape import MANY, Attr, Child, Shape, empty, text, value

yes_or_no = values.one_of(("yes", "no"), any_case=True)
uuid = values.matching(values.UUID.pattern, "invalid-uuid", re.IGNORECASE)
geo = values.matching(
    r"geo:-?\d+(?:\.\d+)?,-?\d+(?:\.\d+)?(?:,-?\d+(?:\.\d+)?)?(?:;.*)?",
    "invalid-form: geo: with latitude and longitude, as geo:33.51,-86.80",
    re.ASCII,
)
osm = values.matching(
    r"[NWR]\d+(?:#\d+)?", "invalid-form: N, W or R and the number of an OpenStreetMap object", re.ASCII
)
media_kind = values.one_of(
    [
        f"{kind}{suffix}"
        for kind in ("podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course")
        for suffix in ("", "L")
    ]
    + ["mixed"],
)
protocol = values.one_of(
    ("disabled", "activitypub", "twitter", "lightning", "atproto", "matrix", "nostr", "hive", "bluesky"), any_case=True
)

PERSON = text(
    values.plain_text, role=Attr(), group=Attr(), img=Attr(values.absolute_uri), href=Attr(values.absolute_uri)
)
LOCATION = text(geo=Attr(geo), osm=Attr(osm), rel=Attr(), country=Attr(values.country))
LICENSE = text(url=Attr(values.absolute_uri))
IMAGES = empty(srcset=Attr(required=True))
IMAGE = Shape(
    attributes={
        "href": Attr(values.absolute_uri, required=True),
        "alt": Attr(),
        "aspect-ratio": Attr(),
        "width": Attr(values.positive_integer),
        "height": Attr(values.positive_integer),
        "type": Attr(values.media_type),
        "purpose": Attr(),
    }
)
TXT = text(purpose=Attr())
CHAT = empty(
    server=Attr(required=True),
    protocol=Attr(required=True),
    accountId=Attr(),
    space=Attr(),
    embedUrl=Attr(values.absolute_uri),
)
REMOTE_ITEM = empty(
    feedGuid=Attr(uuid, required=True),
    feedUrl=Attr(values.absolute_uri),
    itemGuid=Attr(),
    medium=Attr(media_kind),
    title=Attr(),
    feedImg=Attr(values.absolute_uri),
    itemImg=Attr(values.absolute_uri),
)
RECIPIENT = empty(
    name=Attr(),
    type=Attr(required=True),
    address=Attr(required=True),
    split=Attr(values.non_negative_integer, required=True),
    fee=Attr(values.boolean),
    customKey=Attr(),
    customValue=Attr(),
)
TIME_SPLIT = Shape(
    attributes={
        "startTime": Attr(values.number, required=True),
        "duration": Attr(values.number, required=True),
        "remoteStartTime": Attr(values.number),
        "remotePercentage": Attr(values.number),
    },
    children={"podcast:remoteItem": Child(REMOTE_ITEM), "podcast:valueRecipient": Child(RECIPIENT, most=MANY)},
)
VALUE = Shape(
    attributes={"type": Attr(required=True), "method": Attr(required=True), "suggested": Attr(values.number)},
    children={
        "podcast:valueRecipient": Child(RECIPIENT, most=MANY),
        "podcast:valueTimeSplit": Child(TIME_SPLIT, most=MANY),
    },
)
SOCIAL = empty(
    uri=Attr(values.uri_reference),
    protocol=Attr(protocol, required=True),
    accountId=Attr(),
    accountUrl=Attr(values.absolute_uri),
    priority=Attr(values.non_negative_integer),
)

SHARED = {
    "podcast:chat": Child(CHAT),
    "podcast:image": Child(IMAGE, most=MANY),
    "podcast:images": Child(IMAGES),
    "podcast:license": Child(LICENSE),
    "podcast:location": Child(LOCATION, most=MANY),
    "podcast:person": Child(PERSON, most=MANY),
    "podcast:socialInteract": Child(SOCIAL, most=MANY),
    "podcast:txt": Child(TXT, most=MANY),
    "podcast:value": Child(VALUE, most=MANY),
}
ITEM = SHARED | {
    "podcast:alternateEnclosure": Child(
        Shape(
            attributes={
                "type": Attr(values.media_type, required=True),
                "length": Attr(values.non_negative_integer),
                "bitrate": Attr(values.number),
                "height": Attr(values.positive_integer),
                "lang": Attr(values.language),
                "title": Attr(),
                "rel": Attr(),
                "codecs": Attr(),
                "default": Attr(values.boolean),
            },
            children={
                "podcast:source": Child(
                    empty(uri=Attr(values.absolute_uri, required=True), contentType=Attr(values.media_type)), 1, MANY
                ),
                "podcast:integrity": Child(
                    empty(type=Attr(values.one_of(("sri", "pgp-signature")), required=True), value=Attr(required=True))
                ),
            },
        ),
        most=MANY,
    ),
    "podcast:chapters": Child(
        empty(url=Attr(values.absolute_uri, required=True), type=Attr(values.media_type, required=True))
    ),
    "podcast:contentLink": Child(text(href=Attr(values.absolute_uri, required=True)), most=MANY),
    "podcast:episode": Child(value(values.number, display=Attr())),
    "podcast:season": Child(value(values.non_negative_integer, name=Attr())),
    "podcast:soundbite": Child(
        text(blank="", startTime=Attr(values.number, required=True), duration=Attr(values.number, required=True)),
        most=MANY,
    ),
    "podcast:transcript": Child(
        empty(
            url=Attr(values.absolute_uri, required=True),
            type=Attr(values.media_type, required=True),
            language=Attr(values.language),
            rel=Attr(),
        ),
        most=MANY,
    ),
}
CHANNEL = SHARED | {
    "podcast:block": Child(value(yes_or_no, id=Attr()), most=MANY),
    "podcast:funding": Child(text(values.plain_text, url=Attr(values.absolute_uri, required=True)), most=MANY),
    "podcast:guid": Child(value(uuid)),
    "podcast:liveItem": Child(
        Shape(
            attributes={
                "status": Attr(values.one_of(("pending", "live", "ended")), required=True),
                "start": Attr(required=True),
                "end": Attr(),
            },
            opaque=True,
        ),
        most=MANY,
    ),
    "podcast:locked": Child(value(yes_or_no, owner=Attr(values.addr_spec))),
    "podcast:medium": Child(value(media_kind)),
    "podcast:podping": Child(empty(usesPodping=Attr(values.boolean))),
    "podcast:podroll": Child(Shape(children={"podcast:remoteItem": Child(REMOTE_ITEM, 1, MANY)})),
    "podcast:publisher": Child(Shape(children={"podcast:remoteItem": Child(REMOTE_ITEM, 1)})),
    "podcast:remoteItem": Child(REMOTE_ITEM, most=MANY),
    "podcast:trailer": Child(
        text(
            values.plain_text,
            pubdate=Attr(values.rfc822, required=True),
            url=Attr(values.absolute_uri, required=True),
            length=Attr(values.non_negative_integer),
            type=Attr(values.media_type),
            season=Attr(values.non_negative_integer),
        ),
        most=MANY,
    ),
    "podcast:updateFrequency": Child(
        text(
            complete=Attr(values.boolean),
            dtstart=Attr(),
            rrule=Attr(values.matching(r"FREQ=.+", "invalid-form: a recurrence rule of RFC 5545, as FREQ=WEEKLY")),
        )
    ),
}
