"""What comes instead of a feed, named so that its reader knows what to do."""

from __future__ import annotations

import re

_OTHER_ROOTS = {
    "opml": "an OPML list of feeds, not a feed: `watcher sources import` reads it",
    "urlset": "a sitemap, not a feed",
    "sitemapindex": "a list of sitemaps, not a feed",
    "svg": "an SVG picture, not a feed",
    "plist": "a property list, not a feed",
    "opensearchdescription": "the description of a search engine, not a feed",
}
_PAGE_ROOTS = frozenset("html head body title meta".split())
_FRAGMENT_ROOTS = frozenset("script div link center table style iframe h1 h2 form noscript span".split())
# By words of the page itself, in the order of how sure they are.
_PAGES = (
    (
        r"just a moment\.\.\.|cf[-_]chl|/cdn-cgi/challenge-platform|checking your browser|ddos-guard|"
        r"attention required! \| cloudflare|_incapsula_|datadome|perimeterx|px-captcha|aws-waf-token|sucuri website "
        r"firewall|verify(?:ing)? (?:that )?you are (?:a )?human",
        "a check for robots instead of the feed: the site wants a browser here",
    ),
    (
        r"domain (?:name )?(?:is|may be) for sale|buy this domain|this domain (?:is parked|has expired)|sedoparking|"
        r"parkingcrew|domain(?:name)? parking|hugedomains|dan\.com/|afternic|diese domain (?:steht|ist) zum verkauf|"
        r"ce (?:nom de )?domaine est à vendre|this web ?site is for sale",
        "a parked domain's page instead of the feed: the site seems to be gone",
    ),
    (
        r"<title>[^<]{0,40}(?:\b(?:404|410)\b|not found|nicht gefunden|introuvable|no encontrad[ao]|não encontrad[ao]|"
        r"non trovat[ao]|page does(?: no|n')t exist)",
        "an HTML page that says the address does not exist, not a feed",
    ),
    (
        r"<title>[^<]{0,40}(?:\b(?:403|50[0234])\b|forbidden|access denied|bad gateway|service unavailable|"
        r"internal server error|gateway time-?out|maintenance|wartungsarbeiten|too many requests|database error)",
        "an HTML error page, not a feed",
    ),
    (
        r"<link\b[^<>]{0,300}\btype=[\"']?application/(?:(?:rss|atom)\+xml|feed\+json)",
        "an HTML page that names a feed, not a feed itself: `watcher sources add` finds it",
    ),
    (
        r"g-recaptcha|h-captcha|cf-turnstile|are you a robot",
        "a check for robots instead of the feed: the site wants a browser here",
    ),
    (
        r"type=[\"']?password",
        "a login page instead of the feed: it needs a header, cookie or password",
    ),
    (
        r"consent\.(?:google|yahoo|youtube)\.|cookie ?consent|onetrust|cookiebot|usercentrics|consentmanager|"
        r"sourcepoint|didomi|quantcast choice|before you continue to|bevor sie fortfahren|zustimmung erforderlich|"
        r"datenschutz-?einstellungen|gdpr[-_ ]consent",
        "a consent page instead of the feed: the site wants a click first",
    ),
    (
        r"http-equiv=[\"']?refresh|location\.(?:replace\(|href ?=)",
        "an HTML page that only leads elsewhere, not a feed",
    ),
)
_KNOWN_PAGES = tuple((re.compile(pattern, re.IGNORECASE), reason) for pattern, reason in _PAGES)
_LOOKED_AT = 200_000  # characters of a page
_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x00\x00\x01\x00", "a picture (icon)"),
    (b"\x1f\x8b", "gzip data, without the header that says so"),
    (b"\x28\xb5\x2f\xfd", "zstd data, without the header that says so"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"ID3", "an MP3 recording"),
    (b"OggS", "an Ogg recording"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a database"),
)


def binary(body: bytes) -> str | None:
    """What kind of file this is by its first bytes, where it is one that cannot be a feed."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "a picture (WebP), not a feed"
    if body[4:8] == b"ftyp":
        return "a film or picture (MP4 family), not a feed"
    return next((f"{name}, not a feed" for magic, name in _MAGIC if body.startswith(magic)), None)


def other_root(name: str, text: str) -> str | None:
    """Why a document whose first element has this name is no feed; None where a feed may still follow."""
    if name in _OTHER_ROOTS:
        return _OTHER_ROOTS[name]
    return _page(text) if name in _PAGE_ROOTS else None


def no_feed(text: str) -> str:
    """Why a text in which no feed begins anywhere is none."""
    if not text.strip():
        return "empty"
    element = re.search(r"<(?:[\w.-]{1,60}:)?([A-Za-z_][\w.-]{0,60})(?=[\s/>])", text[:_LOOKED_AT])
    if element is None:
        return "neither XML nor JSON: no feed begins anywhere in it"
    name = element[1].lower()
    if name in _FRAGMENT_ROOTS or re.search(r"<(?:html|head|body|p|br|div)\b", text[:_LOOKED_AT], re.IGNORECASE):
        return _page(text)
    return f"XML of another kind (<{element[1]}>): neither RSS nor Atom"


def _page(text: str) -> str:
    text = text[:_LOOKED_AT]
    return next((reason for known, reason in _KNOWN_PAGES if known.search(text)), "an HTML page, not a feed")
