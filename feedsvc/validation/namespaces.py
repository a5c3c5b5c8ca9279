"""The XML namespaces that feeds carry, each with the prefix that its specification uses.

Rules name elements by that prefix (`atom:link`, `media:content`; RSS and OPML elements, which have no namespace, by
the bare name), whatever prefix the document chose.
"""

from __future__ import annotations

ATOM = "http://www.w3.org/2005/Atom"
XHTML = "http://www.w3.org/1999/xhtml"
SVG = "http://www.w3.org/2000/svg"
MATHML = "http://www.w3.org/1998/Math/MathML"
XML = "http://www.w3.org/XML/1998/namespace"

# Vocabularies whose elements and attributes are judged.
JUDGED = {
    "atom": ATOM,
    "xhtml": XHTML,
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "fh": "http://purl.org/syndication/history/1.0",
    "thr": "http://purl.org/syndication/thread/1.0",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
}

# The vocabulary that gets new elements while this is in use: one that is not listed may be newer than the list.
GROWING = "podcast"

# Vocabularies that are known to be in use; what they hold is not judged.
KNOWN = {
    "admin": "http://webns.net/mvcb/",
    "ag": "http://purl.org/rss/1.0/modules/aggregation/",
    "annotate": "http://purl.org/rss/1.0/modules/annotate/",
    "app": "http://www.w3.org/2007/app",
    "audio": "http://media.tangent.org/rss/1.0/",
    "blogChannel": "http://backend.userland.com/blogChannelModule",
    "cc": "http://web.resource.org/cc/",
    "company": "http://purl.org/rss/1.0/modules/company",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "g": "http://base.google.com/ns/1.0",
    "gd": "http://schemas.google.com/g/2005",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "georss": "http://www.georss.org/georss",
    "gml": "http://www.opengis.net/gml",
    "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
    "math": MATHML,
    "openSearch": "http://a9.com/-/spec/opensearch/1.1/",
    "pheedo": "http://www.pheedo.com/namespace/pheedo",
    "pingback": "http://madskills.com/public/xml/rss/module/pingback/",
    "poco": "http://portablecontacts.net/spec/1.0",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "psc": "http://podlove.org/simple-chapters",
    "rawvoice": "http://www.rawvoice.com/rawvoiceRssModule/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "slate": "http://www.slate.com/rss/1.0/",
    "source": "http://source.scripting.com/",
    "spotify": "http://www.spotify.com/ns/rss",
    "svg": SVG,
    "taxo": "http://purl.org/rss/1.0/modules/taxonomy/",
    "trackback": "http://madskills.com/public/xml/rss/module/trackback/",
    "turbo": "http://turbo.yandex.ru",
    "webfeeds": "http://webfeeds.org/rss/1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "xml": XML,
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "yandex": "http://news.yandex.ru",
    "yt": "http://www.youtube.com/xml/schemas/2015",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "activity": "http://activitystrea.ms/spec/1.0/",
    "atom03": "http://purl.org/atom/ns#",
    "rss1": "http://purl.org/rss/1.0/",
}

# Spellings of a namespace that readers meet and that name nothing: address written wrong, prefix meant.
MISSPELT = {
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/searchmonkey/media/": "media",
    "http://video.search.yahoo.com/mrss": "media",
    "http://video.search.yahoo.com/mrss/": "media",
    "https://search.yahoo.com/mrss/": "media",
    "https://www.w3.org/2005/Atom": "atom",
    "http://www.w3.org/2005/Atom/": "atom",
    "https://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.itunes.com/DTDs/Podcast-1.0.dtd": "itunes",
    "http://www.itunes.com/DTDs/PodCast-1.0.dtd": "itunes",
    "http://purl.org/rss/1.0/modules/content": "content",
    "https://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1": "dc",
    "https://purl.org/dc/elements/1.1/": "dc",
    "http://podcastindex.org/namespace/1.0": "podcast",
    "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast",
}

PREFIX = {address: prefix for table in (KNOWN, JUDGED) for prefix, address in table.items()}
