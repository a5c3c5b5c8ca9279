"""Every code: how much it matters, what it says, what would be right, where that is written, and an example.

In the words, `{value}` is what was seen, `{name}` the element, attribute or member that holds it, `{element}` and `{parent}` where
it stands, `{other}` what it is compared with, `{right}` what would do.
"""

from __future__ import annotations

from typing import NamedTuple

from feedsvc.validation.report import Level


class Entry(NamedTuple):
    """What a code means."""

    level: Level
    message: str
    fix: str
    reference: str
    wrong: str
    right: str


E, W, N = Level.ERROR, Level.WARNING, Level.NOTE
# fmt: off

XML = "XML 1.0 §2.1, https://www.w3.org/TR/xml/#sec-well-formed"
ENCODING = "XML 1.0 §4.3.3, https://www.w3.org/TR/xml/#charencoding"
ENTITIES = "XML 1.0 §4, https://www.w3.org/TR/xml/#sec-physical-struct"
NAMES = "Namespaces in XML 1.0, https://www.w3.org/TR/xml-names/"
RSS = "RSS 2.0, https://www.rssboard.org/rss-specification"
PROFILE = "RSS Best Practices Profile, https://www.rssboard.org/rss-profile"
JSON = "JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/"
OPML = "OPML 2.0, http://opml.org/spec2.opml"
MEDIA = "Media RSS 1.5.1, https://www.rssboard.org/media-rss"
APPLE = "Apple, A Podcaster's Guide to RSS, https://help.apple.com/itc/podcasts_connect/#/itcb54353390"
PODCAST = "Podcast Namespace 1.0, https://podcasting2.org/podcast-namespace"
HTML = "HTML, https://html.spec.whatwg.org/multipage/"
READERS = "What feed readers do"
# The specification of the vocabulary that the place belongs to: see VOCABULARIES.
VOCABULARY = "The specification of the element's vocabulary"
VOCABULARIES = {
    "atom": "RFC 4287, https://www.rfc-editor.org/rfc/rfc4287",
    "rss": RSS,
    "opml": OPML,
    "json": JSON,
    "media": MEDIA,
    "itunes": APPLE,
    "podcast": PODCAST,
    "fh": "RFC 5005, https://www.rfc-editor.org/rfc/rfc5005",
    "thr": "RFC 4685, https://www.rfc-editor.org/rfc/rfc4685",
    "dc": "Dublin Core Metadata Element Set 1.1, https://www.dublincore.org/specifications/dublin-core/dces/",
    "dcterms": "DCMI Metadata Terms, https://www.dublincore.org/specifications/dublin-core/dcmi-terms/",
    "content": "RSS 1.0 content module, https://web.resource.org/rss/1.0/modules/content/",
    "sy": "RSS 1.0 syndication module, https://web.resource.org/rss/1.0/modules/syndication/",
    "slash": "RSS 1.0 slash module, https://web.resource.org/rss/1.0/modules/slash/",
    "wfw": "CommentAPI, http://wellformedweb.org/story/9",
    "creativeCommons": "creativeCommons RSS module, https://www.rssboard.org/creative-commons",
}


def _rfc(number: int, section: str) -> str:
    return f"RFC {number} §{section}, https://www.rfc-editor.org/rfc/rfc{number}#section-{section}"


READING: dict[str, Entry] = {
    "unreadable": Entry(E, "The target cannot be read: {value}.", "Check the path or address.", READERS, "feedsvc validate no-such-file.xml", "feedsvc validate feed.xml"),
    "empty-document": Entry(E, "The document is empty.", "Serve the feed, even one without entries.", XML, "(nothing)", '<rss version="2.0">…</rss>'),
    "too-large": Entry(E, "The document has more than {value} MiB, which is more than is judged.", "Keep a feed under 1 MiB; put older entries into archive pages (RFC 5005).", READERS, "a feed of 100 MiB", "a feed of 100 KiB"),
    "large-feed": Entry(N, "The document has {value} MiB, and some readers cut or drop feeds over 1 MiB.", "Carry fewer entries; put older ones into archive pages (RFC 5005).", READERS, "a feed of 3 MiB", "a feed of 300 KiB"),
    "compressed": Entry(E, "The document is packed with {value}.", "Unpack it first; a server says Content-Encoding: {value}, so that readers do.", _rfc(9110, "8.4"), "feed.xml.gz served as feed.xml", "feed.xml"),
    "html-page": Entry(E, "This is a web page and not a feed.", "Look at what the address really serves: an error page, a login or a consent form is the usual cause.", READERS, "<!DOCTYPE html><title>404</title>", '<feed xmlns="http://www.w3.org/2005/Atom">…</feed>'),
    "not-a-feed": Entry(E, "This is no feed that is known here: it begins with {value}.", "Use Atom, RSS 2.0, JSON Feed or OPML.", READERS, "<urlset>…</urlset>", '<rss version="2.0">…</rss>'),
    "unsupported-format": Entry(E, "{value} is not judged here.", "Use Atom, RSS 2.0 or JSON Feed, which every reader of it understands too.", READERS, "<rdf:RDF>…</rdf:RDF>", '<rss version="2.0">…</rss>'),
    "not-well-formed": Entry(E, 'The XML is not well-formed at "{value}": {reason}.', "Escape & as &amp; and < as &lt;, close every element, and leave out control characters; better, let a library write the XML.", XML, "<title>Fish & Chips</title>", "<title>Fish &amp; Chips</title>"),
    "truncated": Entry(E, "The document ends inside <{value}>.", "Send the document whole; look for a timeout, a size limit or an error while it was written.", XML, '<rss version="2.0"><channel>', '<rss version="2.0"><channel>…</channel></rss>'),
    "late-declaration": Entry(E, "Something stands before <?xml, which must come first.", "Remove blank lines and everything else before the declaration.", "XML 1.0 §2.8, https://www.w3.org/TR/xml/#sec-prolog-dtd", '(blank line)<?xml version="1.0"?>', '<?xml version="1.0"?>'),
    "xml-version": Entry(E, "The document says that it is XML {value}.", 'Write version="1.0"; feeds are XML 1.0, and most readers know no other.', "XML 1.0 §2.8, https://www.w3.org/TR/xml/#sec-prolog-dtd", '<?xml version="1.1"?>', '<?xml version="1.0"?>'),
    "undeclared-prefix": Entry(E, 'A prefix is used that is not declared, at "{value}".', "Declare it on the root element with xmlns.", NAMES, '<rss version="2.0"><dc:date>', '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'),
    "unknown-encoding": Entry(E, "The encoding {value} is not known.", "Use UTF-8.", ENCODING, '<?xml version="1.0" encoding="utf8mb4"?>', '<?xml version="1.0" encoding="utf-8"?>'),
    "undecodable": Entry(E, "The byte {value} is not {encoding}.", "Write the document in the encoding that it declares; use UTF-8.", ENCODING, 'encoding="utf-8", and é as the one byte E9', 'encoding="utf-8", and é as C3 A9'),
    "encoding-mismatch": Entry(W, "The encoding is {value} in one place and {other} in another.", "Say UTF-8 in the Content-Type and in the XML declaration, or in neither.", _rfc(7303, "3"), 'Content-Type: …; charset=utf-8 and encoding="iso-8859-1"', 'Content-Type: …; charset=utf-8 and encoding="utf-8"'),
    "obscure-encoding": Entry(W, "{value} is an encoding that some readers do not know.", "Use UTF-8.", ENCODING, 'encoding="cp866"', 'encoding="utf-8"'),
    "odd-characters": Entry(W, "The text holds {value}: a control character, a replacement character, or letters encoded twice.", "Decode the text with its true encoding once, then encode it as UTF-8 once.", "XML 1.0 §2.2, https://www.w3.org/TR/xml/#charsets", "<title>cafÃ©</title>", "<title>café</title>"),
    "entity-declaration": Entry(W, "The entity {value} is declared, and careful readers refuse documents that declare entities.", "Write the characters themselves and leave the DOCTYPE out.", ENTITIES, '<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>', "&#160;"),
    "entity-expansion": Entry(E, "Entities make the document grow beyond all measure.", "Leave the DOCTYPE and its entities out.", ENTITIES, '<!ENTITY b "&a;&a;&a;&a;">', "(no DOCTYPE)"),
    "external-entity": Entry(W, "The document refers to something outside itself ({value}), which no reader fetches.", "Put the text into the feed and leave the DOCTYPE out.", ENTITIES, '<!ENTITY logo SYSTEM "logo.xml">', "(no DOCTYPE)"),
    "too-deep": Entry(E, "Elements stand more than {value} deep in one another.", "Flatten the markup; no feed needs more than a few dozen levels.", READERS, "<div><div><div>… (201 times)", "<div>…</div>"),
    "too-many-elements": Entry(E, "The document has more than {value} elements, which is more than is judged.", "Carry fewer entries; put older ones into archive pages (RFC 5005).", READERS, "a million elements", "a few thousand elements"),
}

NAMESPACES: dict[str, Entry] = {
    "missing-namespace": Entry(E, "<{value}> has no namespace.", 'Declare xmlns="http://www.w3.org/2005/Atom" on it.', _rfc(4287, "1.2"), "<feed>", '<feed xmlns="http://www.w3.org/2005/Atom">'),
    "wrong-namespace": Entry(E, "The namespace {value} is not the one that is meant.", "Use exactly {other}.", NAMES, 'xmlns:media="http://search.yahoo.com/mrss"', 'xmlns:media="http://search.yahoo.com/mrss/"'),
    "obsolete-namespace": Entry(E, "{value} is the namespace of a draft of Atom.", "Use Atom 1.0, http://www.w3.org/2005/Atom.", _rfc(4287, "1.2"), '<feed xmlns="http://purl.org/atom/ns#">', '<feed xmlns="http://www.w3.org/2005/Atom">'),
    "unknown-namespace": Entry(W, "The namespace {value} is not one that feeds are known to carry.", "Check its spelling; if it is meant, readers will pass over it.", NAMES, 'xmlns:m="http://search.yahoo.example/mrss/"', 'xmlns:media="http://search.yahoo.com/mrss/"'),
    "reserved-prefix": Entry(W, "The prefix {value} is declared for something other than {other}.", "Choose another prefix; some readers go by it.", NAMES, 'xmlns:dc="http://example.org/data"', 'xmlns:data="http://example.org/data"'),
    "unusual-prefix": Entry(N, "The prefix {value} stands for what is usually called {other}.", "Use the usual prefix; some readers go by it.", NAMES, 'xmlns:d="http://purl.org/dc/elements/1.1/"', 'xmlns:dc="http://purl.org/dc/elements/1.1/"'),
    "avoid-prefix": Entry(W, "Elements of {other} are written with the prefix {value}, which some readers do not understand.", "Make it the default namespace where it is used.", _rfc(4287, "1.2"), '<atom:feed xmlns:atom="http://www.w3.org/2005/Atom">', '<feed xmlns="http://www.w3.org/2005/Atom">'),
    "undeterminable-vocabulary": Entry(W, "<{name}> has no namespace, so nobody can know what it means.", "Put extensions into a namespace.", _rfc(4287, "6.1"), '<mood xmlns="">good</mood>', "<my:mood>good</my:mood>"),
}

STRUCTURE: dict[str, Entry] = {
    "missing-element": Entry(E, "<{element}> has no <{value}>.", "Add a <{value}>.", VOCABULARY, "<channel><title>…</title></channel>", "<channel><title>…</title><link>…</link><description>…</description></channel>"),
    "duplicate-element": Entry(E, "<{parent}> has more than one <{name}>.", "Keep one <{name}>.", VOCABULARY, "<title>One</title><title>Two</title>", "<title>One</title>"),
    "undefined-element": Entry(E, "<{name}> has no meaning inside <{parent}>.", "Check its spelling and place; put extensions into a namespace of their own.", VOCABULARY, "<item><pubdate>…</pubdate></item>", "<item><pubDate>…</pubDate></item>"),
    "missing-attribute": Entry(E, "<{element}> has no attribute {value}.", "Add {value}.", VOCABULARY, "<category/>", '<category term="cooking"/>'),
    "unexpected-attribute": Entry(E, '{attribute}="{value}" has no meaning on <{element}>.', "Check its spelling, letter case included, or leave it out.", VOCABULARY, '<guid isPermalink="false">', '<guid isPermaLink="false">'),
    "extension-attribute": Entry(N, "<{element}> carries {attribute}, which is not of RSS.", "Leave it out; readers pass over it.", RSS, '<rss version="2.0" xsi:schemaLocation="…">', '<rss version="2.0">'),
    "draft-attribute": Entry(E, "{attribute} is of a draft and was renamed.", "Use thr:updated.", _rfc(4685, "4"), '<link rel="replies" thr:when="…">', '<link rel="replies" thr:updated="…">'),
    "unexpected-text": Entry(E, '"{value}" stands directly inside <{name}>, which holds no text.', "Put it into an element of its own, or remove it.", VOCABULARY, "<channel>News<title>…", "<channel><title>News…"),
    "unexpected-white-space": Entry(E, "White space stands around the value of {name}, where it counts.", "Write the value without blanks or line breaks around it.", _rfc(4287, "2"), "<id> urn:x-a:1 </id>", "<id>urn:x-a:1</id>"),
    "blank-element": Entry(W, "<{element}> is empty.", "Give it text, or leave it out where it may be absent.", READERS, "<title></title>", "<title>Harvest</title>"),
    "blank-attribute": Entry(W, "{attribute} of <{element}> is empty.", "Give it a value or leave it out.", READERS, '<link title="" …>', '<link title="Harvest" …>'),
    "late-metadata": Entry(E, "<{name}> stands after an entry.", "Put everything about the feed before its first entry.", "RFC 4287 appendix B, https://www.rfc-editor.org/rfc/rfc4287#appendix-B", "<entry>…</entry><title>…</title>", "<title>…</title><entry>…</entry>"),
    "late-metadata-in-channel": Entry(W, "<{name}> stands after an item, where readers that stop early miss it.", "Put everything about the channel before its first item.", PROFILE, "<item>…</item><title>…</title>", "<title>…</title><item>…</item>"),
}

VALUES: dict[str, Entry] = {
    "invalid-rfc3339-date": Entry(E, '"{value}" is no date of RFC 3339.', "Write year-month-dayThours:minutes:seconds and Z or an offset with a colon.", _rfc(4287, "3.3"), "<updated>2024-05-01 12:00</updated>", "<updated>2024-05-01T12:00:00Z</updated>"),
    "invalid-rfc822-date": Entry(E, '"{value}" is no date of RFC 822.', "Write it like Wed, 01 May 2024 12:00:00 +0000.", "RFC 822 §5, https://www.rfc-editor.org/rfc/rfc822#section-5", "<pubDate>2024-05-01T12:00:00Z</pubDate>", "<pubDate>Wed, 01 May 2024 12:00:00 +0000</pubDate>"),
    "wrong-weekday": Entry(E, '"{value}" names a weekday on which that date does not fall.', "Compute the weekday from the date, or leave it out.", "RFC 822 §5, https://www.rfc-editor.org/rfc/rfc822#section-5", "Mon, 01 May 2024 12:00:00 GMT", "Wed, 01 May 2024 12:00:00 GMT"),
    "ambiguous-date": Entry(W, '"{value}" has a year of two digits or a one-letter zone, which readers take in different ways.', "Write four digits of year and +0000 or GMT.", "RFC 5322 §4.3, https://www.rfc-editor.org/rfc/rfc5322#section-4.3", "01 May 24 12:00:00 A", "01 May 2024 12:00:00 +0100"),
    "rare-time-zone": Entry(W, '"{value}" has an offset that is not of whole or half hours, which some readers refuse.', "Write the time in UTC, +0000.", "RFC 822 §5, https://www.rfc-editor.org/rfc/rfc822#section-5", "01 May 2024 12:00:00 +0113", "01 May 2024 10:47:00 +0000"),
    "invalid-w3cdtf-date": Entry(E, "\"{value}\" is no date of the W3C's profile of ISO 8601.", "Write 2024, 2024-05, 2024-05-01, or a full date and time with its zone.", "W3C NOTE-datetime, https://www.w3.org/TR/NOTE-datetime", "<dc:date>1 May 2024</dc:date>", "<dc:date>2024-05-01</dc:date>"),
    "implausible-date": Entry(W, '"{value}" is before there was a web.', "Set the date; a missing one often becomes 1970.", READERS, "Thu, 01 Jan 1970 00:00:00 GMT", "Wed, 01 May 2024 12:00:00 GMT"),
    "future-date": Entry(W, '"{value}" is in the future, and readers hide the entry or keep it on top until then.', "Publish an entry when its time comes.", READERS, "2999-01-01T00:00:00Z", "2024-05-01T12:00:00Z"),
    "invalid-uri": Entry(E, '"{value}" holds characters that no address can have.', "Escape blanks and quotes in percent form (a blank is %20).", _rfc(3986, "2"), "https://example.org/a b", "https://example.org/a%20b"),
    "relative-uri": Entry(E, '"{value}" is not a full address.', "Write it with its scheme and host.", _rfc(3986, "4.3"), "<link>/about</link>", "<link>https://example.org/about</link>"),
    "missing-host": Entry(E, '"{value}" names no host.', "Write scheme://host/path.", _rfc(9110, "4.2"), "http:///about", "http://example.org/about"),
    "not-http": Entry(E, '"{value}" cannot be fetched over HTTP.', "Use an http or https address.", RSS, '<enclosure url="ftp://example.org/a.mp3" …>', '<enclosure url="https://example.org/a.mp3" …>'),
    "invalid-percent-encoding": Entry(W, '"{value}" has a % that begins no escape.', "Write the sign itself as %25.", _rfc(3986, "2.1"), "https://example.org/50%", "https://example.org/50%25"),
    "unregistered-scheme": Entry(W, '"{value}" has a scheme that is not registered.', "Use a registered scheme: https, urn, tag.", "IANA URI schemes, https://www.iana.org/assignments/uri-schemes", "post:17", "tag:example.org,2024:17"),
    "non-ascii-uri": Entry(N, '"{value}" has letters that URIs, as RSS knew them, do not have.', "Escape them in percent form, the host in punycode.", _rfc(3987, "3.1"), "https://example.org/é", "https://example.org/%C3%A9"),
    "non-canonical-id": Entry(W, "The id {value} can be written in other ways, so that readers may take one entry for two.", "Use lower case for scheme and host, no default port, no needless escapes, and a path.", _rfc(4287, "4.2.6.1"), "<id>HTTP://Example.org</id>", "<id>http://example.org/</id>"),
    "invalid-tag-uri": Entry(E, '"{value}" is no tag URI.', "Write tag:authority,date:name, with a date that the authority held its name on.", _rfc(4151, "2.1"), "tag:example.org:17", "tag:example.org,2024:17"),
    "invalid-urn": Entry(E, '"{value}" is no URN.', "Write urn:namespace:name.", _rfc(8141, "2"), "urn:my.blog:17", "urn:isbn:0451450523"),
    "invalid-uuid": Entry(E, '"{value}" is no UUID.', "Write 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.", _rfc(9562, "4"), "urn:uuid:17", "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a"),
    "invalid-language": Entry(E, '"{value}" is no language tag.', "Use a tag of BCP 47: en, pt-BR, zh-Hans.", _rfc(5646, "2.1"), "<language>pt_BR</language>", "<language>pt-BR</language>"),
    "invalid-country": Entry(E, '"{value}" is no country code.', "Use the two letters of ISO 3166-1.", "ISO 3166-1, https://www.iso.org/iso-3166-country-codes.html", '<media:restriction relationship="allow" type="country">xx', '<media:restriction relationship="allow" type="country">de fr'),
    "invalid-media-type": Entry(E, '"{value}" is no media type.', "Write type/subtype.", _rfc(6838, "4.2"), 'type="mp3"', 'type="audio/mpeg"'),
    "invalid-email": Entry(E, '"{value}" is no e-mail address.', "Write user@host and nothing beside it.", _rfc(5322, "3.4.1"), "<email>anna at example.org</email>", "<email>anna@example.org</email>"),
    "missing-email": Entry(E, '"{value}" holds no e-mail address.', "Write user@example.org (Real Name), or use dc:creator for a name alone.", RSS, "<author>Anna</author>", "<author>anna@example.org (Anna)</author>"),
    "email-format": Entry(W, '"{value}" holds an address in an order that readers do not expect.', "Write user@example.org (Real Name).", PROFILE, "<author>Anna, anna@example.org</author>", "<author>anna@example.org (Anna)</author>"),
    "missing-real-name": Entry(W, '"{value}" names nobody.', "Write user@example.org (Real Name).", PROFILE, "<author>anna@example.org</author>", "<author>anna@example.org (Anna)</author>"),
    "invalid-positive-integer": Entry(E, '"{value}" of {name} is no whole number above 0.', "Write digits only.", VOCABULARY, "<ttl>0</ttl>", "<ttl>60</ttl>"),
    "invalid-non-negative-integer": Entry(E, '"{value}" of {name} is no whole number.', "Write digits only; 0 where it is not known.", VOCABULARY, 'length="1.5 MB"', 'length="1500000"'),
    "invalid-integer": Entry(E, '"{value}" of {name} is no whole number.', "Write digits only, with a minus sign if need be.", VOCABULARY, "<windowTop>top</windowTop>", "<windowTop>61</windowTop>"),
    "invalid-number": Entry(E, '"{value}" of {name} is no number.', "Write digits, with a point if need be.", VOCABULARY, 'duration="3 min"', 'duration="180"'),
    "invalid-boolean": Entry(E, '"{value}" of {name} is neither true nor false.', "Write true or false, in lower case.", VOCABULARY, 'isPermaLink="no"', 'isPermaLink="false"'),
    "invalid-choice": Entry(E, '"{value}" is none of the values that {name} can have.', "Use one of: {right}.", VOCABULARY, 'medium="film"', 'medium="video"'),
    "invalid-form": Entry(E, '"{value}" of {name} has not the right form.', "Write {right}.", VOCABULARY, 'currency="euro"', 'currency="EUR"'),
    "contains-html": Entry(W, '"{value}" holds HTML, which readers show as it is or strip.', "Write plain text; the characters & and < need no more than XML's escapes.", PROFILE, "<title>&lt;b&gt;New&lt;/b&gt;</title>", "<title>New</title>"),
    "stray-markup": Entry(W, '"{value}" looks as if a tag began in it, and readers may swallow what follows.', "Write a blank after <, or use words.", PROFILE, "<title>x&lt;y</title>", "<title>x &lt; y</title>"),
    "undeclared-html": Entry(W, '"{value}" holds HTML, but is declared to be plain text.', 'Say type="html", or write plain text.', _rfc(4287, "3.1.1"), "<title>&lt;b&gt;New&lt;/b&gt;</title>", '<title type="html">&lt;b&gt;New&lt;/b&gt;</title>'),
    "invalid-base64": Entry(E, '"{value}" is not Base64.', "Encode the bytes in Base64, or link to them with src.", _rfc(4287, "4.1.3.3"), '<content type="image/png">picture</content>', '<content type="image/png">iVBORw0KGgo=</content>'),
}

ATOM: dict[str, Entry] = {
    "missing-self-link": Entry(W, "<{name}> does not say where it is.", "Add a link with rel=\"self\" and the feed's own address (atom:link in RSS).", _rfc(4287, "4.1.1"), "<feed>…</feed>", '<link rel="self" href="https://example.org/feed.atom"/>'),
    "self-mismatch": Entry(W, "The self link names {value}, but the feed came from {other}.", "Name the address that readers should subscribe to, and serve the feed there.", _rfc(4287, "4.2.7.2"), 'href="http://example.org/feed", fetched from https://example.org/feed', 'href="https://example.org/feed"'),
    "relative-self-link": Entry(W, 'The self link "{value}" is relative, so a copy of the feed does not say where it came from.', "Write the full address.", _rfc(4287, "4.2.7.2"), '<link rel="self" href="feed.atom"/>', '<link rel="self" href="https://example.org/feed.atom"/>'),
    "self-link-type": Entry(W, "The self link says that this feed is {value}.", "Write the feed's own media type, or none.", _rfc(4287, "4.2.7.3"), '<link rel="self" type="text/html" …>', '<link rel="self" type="application/atom+xml" …>'),
    "duplicate-alternate": Entry(E, "Two alternate links have one type and language; the second is {value}.", "Keep one alternate link for each type and language.", _rfc(4287, "4.1.1"), '<link href="…/a"/><link href="…/b"/>', '<link href="…/a"/>'),
    "link-not-empty": Entry(W, 'A link holds "{value}", which readers pass over.', "Say everything in the link's attributes.", _rfc(4287, "4.2.7"), '<link href="https://example.org/">Home</link>', '<link href="https://example.org/" title="Home"/>'),
    "unregistered-relation": Entry(W, 'The relation "{value}" is neither registered nor an address.', "Use a registered relation, or an address of your own.", "IANA link relations, https://www.iana.org/assignments/link-relations", '<link rel="my thing" …>', '<link rel="related" …>'),
    "same-document-link": Entry(W, 'The link "{value}" leads to the feed itself.', "Name the page that is meant.", _rfc(3986, "4.4"), '<link href=""/>', '<link href="https://example.org/a"/>'),
    "email-in-name": Entry(W, 'The name "{value}" holds an e-mail address.', "Put the address into email, or leave it out.", _rfc(4287, "3.2"), "<name>anna@example.org</name>", "<name>Anna</name>"),
    "missing-author": Entry(E, "The entry has no author, and neither has its source or feed.", "Add an author to the feed or to the entry.", _rfc(4287, "4.1.2"), "<entry> without <author>", "<author><name>Anna</name></author>"),
    "missing-content": Entry(E, "The entry has neither content nor an alternate link.", "Add content, or a link to the page.", _rfc(4287, "4.1.2"), "<entry><title>…</title></entry>", '<entry><link href="https://example.org/a"/>…</entry>'),
    "missing-text": Entry(W, "The entry has neither content nor summary, so there is nothing to read.", "Add content or a summary.", _rfc(4287, "4.1.1.1"), "<entry><link …/></entry>", "<entry><link …/><summary>…</summary></entry>"),
    "missing-summary": Entry(E, "The entry's content is elsewhere or binary, and it has no summary.", "Add a summary.", _rfc(4287, "4.1.2"), '<content src="a.mp3" type="audio/mpeg"/>', '<summary>…</summary><content src="a.mp3" type="audio/mpeg"/>'),
    "missing-content-type": Entry(W, "The content is elsewhere and its type is not said.", "Add a type.", _rfc(4287, "4.1.3.2"), '<content src="a.mp3"/>', '<content src="a.mp3" type="audio/mpeg"/>'),
    "content-beside-src": Entry(E, 'The content has src and yet holds "{value}".', "Keep one of the two.", _rfc(4287, "4.1.3.2"), '<content src="…">Text</content>', '<content src="…"/>'),
    "composite-content": Entry(E, "Content of the type {value} has parts, which a feed cannot hold.", "Use the type of one part.", _rfc(4287, "4.1.3.1"), '<content type="multipart/mixed">', '<content type="text/plain">'),
    "xml-content": Entry(E, "The content says that it is {value}, but is not one XML element.", "Put exactly one element there, unescaped.", _rfc(4287, "4.1.3.3"), '<content type="image/svg+xml">&lt;svg/&gt;</content>', '<content type="image/svg+xml"><svg …/></content>'),
    "invalid-text-type": Entry(E, 'type="{value}" is none that <{element}> can have.', "Use text, html or xhtml.", _rfc(4287, "3.1.1"), '<title type="text/html">', '<title type="html">'),
    "missing-xhtml-div": Entry(E, 'XHTML is not inside one div: "{value}".', 'Put all of it into one <div xmlns="http://www.w3.org/1999/xhtml">.', _rfc(4287, "3.1.1.3"), '<content type="xhtml"><p>…</p></content>', '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">…</div></content>'),
    "escaped-markup": Entry(W, 'XHTML holds escaped markup: "{value}".', 'Write the elements themselves, or use type="html".', _rfc(4287, "3.1.1.3"), "<div>&lt;b&gt;New&lt;/b&gt;</div>", "<div><b>New</b></div>"),
    "incomplete-source": Entry(W, "The source has no <{value}>.", "Copy id, title and updated from the feed that the entry came from.", _rfc(4287, "4.2.11"), "<source><title>…</title></source>", "<source><id>…</id><title>…</title><updated>…</updated></source>"),
    "duplicate-entry": Entry(W, "Two entries have the id {value}, so readers show one of them.", "Give every entry an id of its own.", _rfc(4287, "4.1.1"), "<id>urn:x-a:1</id> twice", "<id>urn:x-a:1</id> and <id>urn:x-a:2</id>"),
    "duplicate-update": Entry(W, "Two versions of the entry {value} have one date.", "Date every version, or keep one.", _rfc(4287, "4.1.1"), "one id and one updated, twice", "one id, two dates"),
    "one-id-for-all": Entry(E, "All entries have the id {value}.", "Give every entry an id of its own.", _rfc(4287, "4.2.6"), "<id>https://example.org/</id> in every entry", "an id for each entry"),
    "id-holds-update": Entry(N, "The id {value} holds the time of the last change, so every edit makes a new entry.", "Make ids of something that stays.", _rfc(4287, "4.2.6"), "urn:x-a:2024-05-01T12:00:00", "urn:x-a:1"),
    "undated-entry": Entry(N, "The entry has no date of publication, so readers invent one.", "Add pubDate, or date_published in JSON.", READERS, "<item> without <pubDate>", "<pubDate>Wed, 01 May 2024 12:00:00 +0000</pubDate>"),
}

RSS_RULES: dict[str, Entry] = {
    "missing-title-or-description": Entry(E, "The item has neither title nor description.", "Add one of them.", RSS, "<item><link>…</link></item>", "<item><title>…</title><link>…</link></item>"),
    "missing-guid": Entry(W, "The item has no guid, so readers guess which items they have seen.", "Add a guid that never changes.", PROFILE, "<item><title>…</title></item>", '<guid isPermaLink="false">urn:x-a:1</guid>'),
    "duplicate-guid": Entry(E, "Two items have the guid {value}, so readers show one of them.", "Give every item a guid of its own.", RSS, "<guid>…/a</guid> twice", "<guid>…/a</guid> and <guid>…/b</guid>"),
    "guid-not-permalink": Entry(E, 'The guid "{value}" is said to be a permalink, but is no address on the web.', "Add isPermaLink=\"false\", or use the page's address.", RSS, "<guid>17</guid>", '<guid isPermaLink="false">17</guid>'),
    "short-guid": Entry(W, 'The guid "{value}" is so short that another feed will have it too.', "Use something unique in the world: an address, a UUID.", PROFILE, '<guid isPermaLink="false">1</guid>', '<guid isPermaLink="false">tag:example.org,2024:1</guid>'),
    "invalid-width": Entry(E, "\"{value}\" is no width that a channel's picture can have.", "Write a whole number from 1 to 144.", RSS, "<width>600</width>", "<width>88</width>"),
    "invalid-height": Entry(E, "\"{value}\" is no height that a channel's picture can have.", "Write a whole number from 1 to 400.", RSS, "<height>0</height>", "<height>31</height>"),
    "image-title-mismatch": Entry(W, "The picture's title is \"{value}\", the channel's \"{other}\".", "Make them the same.", PROFILE, "<image><title>Logo</title>", "<image><title>(the channel's title)</title>"),
    "image-link-mismatch": Entry(W, "The picture links to {value}, the channel to {other}.", "Make them the same.", PROFILE, "<image><link>https://cdn.example.org/</link>", "<image><link>(the channel's link)</link>"),
    "image-format": Entry(W, "A picture of the kind {value} is none that readers show.", "Use PNG, JPEG, GIF, WebP, AVIF or SVG.", RSS, "<url>https://example.org/a.tiff</url>", "<url>https://example.org/a.png</url>"),
    "avoid-text-input": Entry(W, "<textInput> is shown by no reader.", "Leave it out.", PROFILE, "<textInput>…</textInput>", "(no textInput)"),
    "invalid-hour": Entry(E, '"{value}" is no hour.', "Write 0 to 23.", RSS, "<hour>25</hour>", "<hour>1</hour>"),
    "midnight-hour": Entry(W, "Midnight is written as {value}.", "Write 0.", PROFILE, "<hour>24</hour>", "<hour>0</hour>"),
    "duplicate-value": Entry(E, '"{value}" stands twice in <{parent}>.', "Keep one.", RSS, "<day>Sunday</day><day>Sunday</day>", "<day>Sunday</day>"),
    "duplicate-semantics": Entry(W, "{value} says what {other} says, and readers take one or the other.", "Keep {other}.", PROFILE, "<pubDate>…</pubDate><dc:date>…</dc:date>", "<pubDate>…</pubDate>"),
    "content-before-description": Entry(W, "content:encoded stands without a description before it.", "Put a description, a summary, before content:encoded.", PROFILE, "<content:encoded>…</content:encoded>", "<description>…</description><content:encoded>…</content:encoded>"),
    "several-enclosures": Entry(W, "The item has a further enclosure, {value}, and many readers take only one.", "Keep one enclosure an item.", PROFILE, "<enclosure …/><enclosure …/>", "<enclosure …/>"),
    "missing-language": Entry(N, "The channel does not say its language.", "Add <language>.", RSS, "<channel> without <language>", "<language>en</language>"),
    "undated-comments": Entry(W, "Items count their comments, but the channel has no lastBuildDate, so that nobody sees when a count changes.", "Add lastBuildDate.", PROFILE, "<slash:comments>3</slash:comments>", "<lastBuildDate>…</lastBuildDate>…<slash:comments>3</slash:comments>"),
    "comment-rss": Entry(W, "wfw:commentRSS is an old spelling.", "Write wfw:commentRss.", "CommentAPI, http://wellformedweb.org/story/9", "<wfw:commentRSS>", "<wfw:commentRss>"),
    "misplaced-xhtml": Entry(W, "<{name}> stands directly in <{parent}>, where readers do not look for it.", "Put it into content or description.", READERS, "<item><xhtml:body>…", "<item><description>&lt;p>…"),
}

MARKUP: dict[str, Entry] = {
    "unsafe-element": Entry(W, "<{value}> is removed by readers, with what stands in it.", "Leave it out; link to the page for what needs it.", READERS, "&lt;script>…", "&lt;p>…"),
    "page-element": Entry(W, "<{value}> belongs to a page and not into a feed's HTML.", "Keep what stands in the body, without the frame of the page.", _rfc(4287, "3.1.1.2"), "&lt;html>&lt;body>&lt;p>…", "&lt;p>…"),
    "unknown-html-element": Entry(W, "<{value}> is no element of HTML.", "Escape < where a sign is meant; use HTML's elements where a tag is.", HTML, "&lt;textt>…", "&lt;p>…"),
    "event-handler": Entry(W, "The attribute {value} runs a script, and readers remove it.", "Leave it out.", READERS, '&lt;a onclick="…">', '&lt;a href="…">'),
    "unsafe-style": Entry(W, 'The style "{value}" fetches something or leaves its place, and readers remove it.', "Leave out position, url() and behaviours.", READERS, 'style="position: fixed"', 'style="color: #333"'),
    "unsafe-address": Entry(W, 'The address "{value}" is a script, and readers remove it.', "Link to a page.", READERS, 'href="javascript:void(0)"', 'href="https://example.org/"'),
    "relative-reference": Entry(W, '"{value}" is relative, and readers have nothing to resolve it against.', "Write the full address.", PROFILE, '&lt;img src="/a.png">', '&lt;img src="https://example.org/a.png">'),
    "unbased-reference": Entry(N, '"{value}" is relative and no xml:base is declared, so it breaks in copies of the feed.', "Write the full address.", _rfc(4287, "2"), '<content type="html">&lt;img src="/a.png">', '<content type="html">&lt;img src="https://example.org/a.png">'),
    "lazy-image": Entry(N, "The picture {value} is loaded by a script, which readers do not run.", "Put its address into src.", READERS, '&lt;img src="blank.gif" data-src="a.png">', '&lt;img src="https://example.org/a.png">'),
}

SERIES: dict[str, Entry] = {
    "series-in-complete-feed": Entry(E, "The feed says that it is complete, and yet links to a {value} part.", "Remove fh:complete or the link.", _rfc(5005, "2"), '<fh:complete/> and rel="next-archive"', "<fh:complete/>"),
    "complete-elsewhere": Entry(E, "The feed says that it is complete, and yet that {value} is the current one.", "Let current name the feed itself, or leave it out.", _rfc(5005, "2"), '<fh:complete/> and rel="current" to another feed', "<fh:complete/>"),
    "archive-incomplete": Entry(W, "The archive has no link {value}, so that readers cannot go on from it.", "Add links to the archives before and after.", _rfc(5005, "4"), "<fh:archive/> alone", '<fh:archive/><link rel="prev-archive" …/><link rel="next-archive" …/>'),
    "archive-without-current": Entry(W, "The archive does not say where the current feed is.", 'Add a link with rel="current".', _rfc(5005, "4"), "<fh:archive/> alone", '<fh:archive/><link rel="current" …/>'),
    "link-past-end": Entry(E, "The feed is the {other} of its series, and yet has a link {value}.", "Remove one of the two.", _rfc(5005, "3"), 'rel="last" and rel="self" to one address, and rel="next"', 'rel="last" and rel="self"'),
    "series-link-in-entry": Entry(W, "A link {value} stands in an entry, but entries are not in a series.", "Move it to the feed, or use another relation.", _rfc(5005, "3"), '<entry><link rel="next" …/>', '<feed><link rel="next" …/>'),
    "hub-not-http": Entry(E, 'The hub "{value}" cannot be subscribed at.', "Name the hub's http or https address.", "WebSub §4, https://www.w3.org/TR/websub/#discovery", '<link rel="hub" href="mailto:hub@example.org"/>', '<link rel="hub" href="https://hub.example.org/"/>'),
    "hub-without-self": Entry(W, "The feed names a hub but not its topic.", 'Add a link with rel="self".', "WebSub §4, https://www.w3.org/TR/websub/#discovery", 'rel="hub" alone', 'rel="hub" and rel="self"'),
}

MEDIA_RULES: dict[str, Entry] = {
    "invalid-media-hash": Entry(E, '"{value}" is no hash of md5 or sha-1.', "Write 32 (md5) or 40 (sha-1) hexadecimal digits, and algo.", MEDIA, '<media:hash algo="md5">abc</media:hash>', '<media:hash algo="md5">dfdec888b72151965a34b4b59031290a</media:hash>'),
    "invalid-media-rating": Entry(E, '"{value}" is no rating of its scheme.', "Use a rating of the scheme: adult or nonadult for urn:simple.", MEDIA, "<media:rating>mild</media:rating>", "<media:rating>nonadult</media:rating>"),
    "invalid-media-restriction": Entry(E, '"{value}" is none of all, none, countries or addresses.', "Write all or none, or say which type the values have.", MEDIA, '<media:restriction relationship="allow">some', '<media:restriction relationship="allow">all'),
    "invalid-npt-time": Entry(E, '"{value}" is no time of a recording.', "Write seconds (12.05), or hours:minutes:seconds.", MEDIA, 'start="12 sec"', 'start="00:00:12"'),
    "media-without-address": Entry(W, "media:content has neither an address nor a player.", "Add url.", MEDIA, '<media:content medium="image"/>', '<media:content url="https://example.org/a.png"/>'),
    "several-media-defaults": Entry(E, "A media:group has more than one default.", 'Let one content have isDefault="true".', MEDIA, 'isDefault="true" twice', 'isDefault="true" once'),
    "media-adult": Entry(W, "media:adult is deprecated.", "Use media:rating.", MEDIA, "<media:adult>false</media:adult>", "<media:rating>nonadult</media:rating>"),
}

PODCASTS: dict[str, Entry] = {
    "invalid-category": Entry(E, '"{value}" is no category of Apple Podcasts.', "Use a category of Apple's list, & written as &amp;.", APPLE, '<itunes:category text="Stuff"/>', '<itunes:category text="Leisure"/>'),
    "former-category": Entry(W, '"{value}" is a category that Apple Podcasts no longer has.', "Use a category of today's list.", APPLE, '<itunes:category text="Games &amp; Hobbies"/>', '<itunes:category text="Leisure"/>'),
    "invalid-duration": Entry(E, '"{value}" is no duration.', "Write seconds, minutes:seconds or hours:minutes:seconds.", APPLE, "<itunes:duration>3 min</itunes:duration>", "<itunes:duration>180</itunes:duration>"),
    "unplayed-format": Entry(W, "Apple Podcasts does not play files of the kind {value}.", "Use MP3 or M4A for sound, MP4 or M4V for video.", APPLE, 'url="https://example.org/a.wma"', 'url="https://example.org/a.mp3"'),
    "idle-flag": Entry(N, '"{value}" of {name} has no effect; only Yes has.', "Write Yes, or leave it out.", APPLE, "<itunes:block>no</itunes:block>", "<itunes:block>Yes</itunes:block>"),
    "missing-podcast-tag": Entry(W, "The show has no {value}, without which Apple Podcasts does not list it.", "Add {value}.", APPLE, "<channel> with itunes:author alone", '<itunes:category text="Leisure"/>'),
    "podcast-encoding": Entry(W, "The show is encoded as {value}, and Apple Podcasts asks for UTF-8.", "Write the feed in UTF-8.", APPLE, 'encoding="iso-8859-1"', 'encoding="utf-8"'),
    "missing-podcast-owner": Entry(W, "The show has no itunes:email of its owner.", "Add itunes:owner with itunes:email, by which directories confirm whose show it is.", APPLE, "<itunes:owner/>", "<itunes:owner><itunes:email>anna@example.org</itunes:email></itunes:owner>"),
    "unknown-podcast-tag": Entry(N, "<{name}> inside <{parent}> is not known in the podcast namespace.", "Check its spelling and place.", PODCAST, "<podcast:transcripts …/>", "<podcast:transcript …/>"),
}

JSON_RULES: dict[str, Entry] = {
    "not-json": Entry(E, 'This is no JSON at "{value}": {reason}.', "Let a JSON library write the document.", _rfc(8259, "2"), "{'version': …}", '{"version": …}'),
    "json-truncated": Entry(E, "The JSON ends too early: {reason}.", "Send the document whole; look for a timeout, a size limit or an error while it was written.", _rfc(8259, "2"), '{"version": "https://…"', '{"version": "https://…"}'),
    "json-byte-order-mark": Entry(W, "A byte order mark stands before the JSON, and many readers refuse it.", "Write UTF-8 without a mark.", _rfc(8259, "8.1"), "EF BB BF {", "{"),
    "duplicate-member": Entry(W, '"{value}" stands twice in one object, and readers take one or the other.', "Keep one.", _rfc(8259, "4"), '{"title": "A", "title": "B"}', '{"title": "A"}'),
    "lone-surrogate": Entry(W, "A string holds half a character (a lone surrogate).", "Write both halves of the pair, or the character itself.", _rfc(8259, "8.2"), '"\\ud83d"', '"\\ud83d\\ude00"'),
    "invalid-json-feed-version": Entry(E, '"{value}" is no version of JSON Feed.', "Write https://jsonfeed.org/version/1.1.", JSON, '"version": "1.1"', '"version": "https://jsonfeed.org/version/1.1"'),
    "missing-member": Entry(E, '"{value}" is missing.', 'Add "{value}".', JSON, '{"version": …, "items": []}', '{"version": …, "title": "…", "items": []}'),
    "wrong-kind": Entry(E, "{name} is of the kind {value}.", "Make it of the kind {other}.", JSON, '"tags": "a, b"', '"tags": ["a", "b"]'),
    "blank-member": Entry(W, '"{attribute}" is empty.', "Give it text, or leave it out where it may be absent.", JSON, '"title": ""', '"title": "Harvest"'),
    "blank-id": Entry(E, "The item's id is empty.", "Give every item an id of its own.", JSON, '"id": ""', '"id": "https://example.org/a"'),
    "id-not-text": Entry(W, "The id {value} is not a string.", "Put it into quotes.", JSON, '"id": 17', '"id": "17"'),
    "duplicate-json-id": Entry(E, "Two items have the id {value}, so readers show one of them.", "Give every item an id of its own.", JSON, '"id": "1" twice', '"id": "1" and "id": "2"'),
    "missing-item-content": Entry(E, "The item has neither content_html nor content_text.", "Add one of them.", JSON, '{"id": "1"}', '{"id": "1", "content_text": "…"}'),
    "html-in-plain-text": Entry(N, '"{value}" looks like HTML, and readers show it as it stands.', "Write plain text, unless the words are about HTML.", JSON, '"title": "<b>New</b>"', '"title": "New"'),
    "missing-feed-url": Entry(W, "The feed does not say where it is.", "Add feed_url.", JSON, '{"title": …} without feed_url', '"feed_url": "https://example.org/feed.json"'),
    "feed-url-mismatch": Entry(W, "feed_url is {value}, but the feed came from {other}.", "Name the address that readers should subscribe to, and serve the feed there.", JSON, '"feed_url": "http://…", fetched from https://…', '"feed_url": "https://…"'),
    "missing-home-page": Entry(W, "The feed does not say which site it belongs to.", "Add home_page_url.", JSON, '{"title": …} without home_page_url', '"home_page_url": "https://example.org/"'),
    "next-is-self": Entry(E, "next_url is the feed itself, {value}, so readers go round in circles.", "Name the next page, or leave next_url out.", JSON, "next_url equal to feed_url", '"next_url": "https://example.org/feed-2.json"'),
    "deprecated-author": Entry(W, "author was replaced by authors in version 1.1.", "Write authors, an array; keep author beside it for old readers.", JSON, '"author": {…}', '"authors": [{…}]'),
    "newer-member": Entry(W, "{attribute} is of version 1.1, and the feed says version 1.", "Write https://jsonfeed.org/version/1.1 as the version.", JSON, '"version": "…/1", "language": "en"', '"version": "…/1.1", "language": "en"'),
    "unknown-member": Entry(W, '"{attribute}" is no member of JSON Feed.', "Check its spelling; begin members of your own with an underscore.", JSON, '"summery": "…"', '"summary": "…"'),
    "extension-not-object": Entry(E, '"{attribute}" is an extension of the kind {value}.', "Make it an object.", JSON, '"_mood": "good"', '"_mood": {"is": "good"}'),
    "empty-author": Entry(E, "An author has neither name, url nor avatar.", "Give one of them, or leave the author out.", JSON, '"authors": [{}]', '"authors": [{"name": "Anna"}]'),
    "negative-number": Entry(E, "{attribute} is {value}.", "Write 0 or more.", JSON, '"size_in_bytes": -1', '"size_in_bytes": 1024'),
}

OPML_RULES: dict[str, Entry] = {
    "missing-outline-type": Entry(W, "An outline has xmlUrl but no type.", 'Add type="rss".', OPML, '<outline text="…" xmlUrl="…"/>', '<outline type="rss" text="…" xmlUrl="…"/>'),
    "missing-feed-address": Entry(W, "A subscription has no xmlUrl.", "Add xmlUrl.", OPML, '<outline type="rss" text="…"/>', '<outline type="rss" text="…" xmlUrl="…"/>'),
    "missing-outline-title": Entry(W, "A subscription has no title.", "Add title, the same as text.", OPML, '<outline type="rss" text="News" xmlUrl="…"/>', '<outline type="rss" text="News" title="News" xmlUrl="…"/>'),
    "missing-link-address": Entry(W, "An outline of the type {value} has no url.", "Add url.", OPML, '<outline type="link" text="…"/>', '<outline type="link" text="…" url="…"/>'),
    "unknown-outline-type": Entry(W, '"{value}" is no type of outline that OPML 1 knows.', "Use link, rss or include, or OPML 2.0.", OPML, '<outline type="tune" text="…"/>', '<outline type="link" text="…" url="…"/>'),
    "unknown-feed-version": Entry(W, '"{value}" is no version of a feed that OPML knows.', "Use one of: {right}.", OPML, 'version="2.0"', 'version="RSS2"'),
    "obsolete-outline-document": Entry(W, "<outlineDocument> is what OPML was called before 1.0.", 'Use <opml version="2.0">.', OPML, "<outlineDocument>", '<opml version="2.0">'),
}

TRANSPORT: dict[str, Entry] = {
    "unexpected-content-type": Entry(W, "The feed is served as {value}.", "Serve it as {other}.", _rfc(9110, "8.3"), "Content-Type: text/html", "Content-Type: application/atom+xml"),
    "generic-content-type": Entry(N, "The feed is served as {value}, which does not say that it is a feed.", "Serve it as {other}.", _rfc(9110, "8.3"), "Content-Type: text/xml", "Content-Type: application/rss+xml"),
    "uncompressed": Entry(N, "The feed was sent as {value} bytes without compression.", "Compress it with gzip at least.", _rfc(9110, "8.4"), "(no Content-Encoding)", "Content-Encoding: gzip"),
    "no-validator": Entry(N, "The feed has neither ETag nor Last-Modified, so readers fetch it whole every time.", "Send an ETag, and 304 when it has not changed.", _rfc(9110, "8.8"), "(no ETag)", 'ETag: "5f3a"'),
    "condition-ignored": Entry(N, "The feed was sent again though it had not changed ({value}).", "Answer 304 when If-None-Match or If-Modified-Since holds.", _rfc(9110, "13.1"), "200 to If-None-Match with the current ETag", "304"),
    "moved": Entry(N, "The feed has moved to {value} for good.", "Link to the new address; readers that never follow will lose the feed.", _rfc(9110, "15.4"), "301 Moved Permanently", "200 OK"),
}

SECTIONS: dict[str, dict[str, Entry]] = {
    "Reading the document": READING,
    "Namespaces": NAMESPACES,
    "Structure": STRUCTURE,
    "Values": VALUES,
    "Atom": ATOM,
    "RSS": RSS_RULES,
    "HTML in content": MARKUP,
    "Paging, archives and hubs": SERIES,
    "Media RSS": MEDIA_RULES,
    "Podcasts": PODCASTS,
    "JSON Feed": JSON_RULES,
    "OPML": OPML_RULES,
    "Transport": TRANSPORT,
}
CATALOGUE: dict[str, Entry] = {code: entry for section in SECTIONS.values() for code, entry in section.items()}
