"""One page, step by step: bytes, text, tree, what stands in the way, the article, what the page says of it."""

from __future__ import annotations

import re
import unicodedata

from watcher.extract import walls
from watcher.extract.body import article_text, guess_charsets
from watcher.extract.claims import Claims, authors, canonical_url, declared_language, links, outlet, title
from watcher.extract.dates import published
from watcher.extract.tree import paragraphs, plain_text, unwrap_layout_tables
from watcher.language import identify
from watcher.markup.decoding import decode, wide_charset
from watcher.markup.linked_data import strings
from watcher.markup.page import Tree, parse
from watcher.text.furniture import without_furniture
from watcher.types import UNKNOWN_LANGUAGE, Extraction, Page

# A brief of 60 words is an article; what is shorter than 40 is a teaser, a caption or a notice. In scripts without
# spaces two characters count as a word (so 80 characters of Chinese), for a Chinese brief has some 130 of them.
_FEWEST_WORDS = 40
_MOST_CHARACTERS = 200_000  # the longest reports have half of that; what is longer is no article to the rules below
_SURE_CHARACTERS = 200  # of text, from which on the language that is identified is right (100 % of 868 texts)

_NOT_HTML = re.compile(
    rb"%PDF-|\x89PNG|GIF8|\xff\xd8\xff|RIFF|PK\x03\x04|\x1f\x8b|<rss|<feed|<svg|[\[{]\s*[\"{\[]|"
    rb"<\?xml(?![^>]*>\s*(?:<!--.*?-->\s*)*<(?:!doctype )?html)",
    re.IGNORECASE | re.DOTALL,
)
_HTML = re.compile(
    rb"<(?:!doctype html|html|head|body|article|main|section|div|p|h1|table|meta|title)[\s>/]", re.IGNORECASE
)
_TYPES = re.compile(r"html|text/plain|octet-stream|^$|xml", re.IGNORECASE)


def read_page(page: Page, given_language: str | None) -> Extraction:
    """The article in a page; see `extract_page`."""
    if page.status >= 400 or not _may_hold_article(page):
        return Extraction("not-an-article")
    tree = parse(decode(page, guess_charsets))
    if tree is None:
        return Extraction("unreadable")
    claims = Claims(tree.root, page)
    unwrap_layout_tables(tree.root)
    banner = walls.remove_banners(tree.root)
    visible = "\n".join(paragraph.text for paragraph in paragraphs(tree.root))[:_MOST_CHARACTERS]
    text = _text(tree, claims)
    if walls.is_consent_page(claims, banner, text, visible):
        return _extraction("not-an-article", claims, "", given_language, "consent-wall")
    if walls.is_no_article(claims, visible, text):
        return Extraction("not-an-article")
    wall = walls.paywall(claims, text, visible)
    if walls.word_count(text) < _FEWEST_WORDS:
        is_nothing = not text and not wall and not claims.says_article
        return _extraction("not-an-article" if is_nothing else "too-short", claims, text, given_language, wall)
    return _extraction("article", claims, text, given_language, wall)


def _may_hold_article(page: Page) -> bool:
    """By the first bytes, for servers name any type; a body without a single tag is no page."""
    start = page.body[:2048].lstrip(b"\xef\xbb\xbf\x00 \t\r\n")
    if not _TYPES.search((page.header("content-type") or "").partition(";")[0]):
        return False
    has_mark = page.body[:2] in (b"\xff\xfe", b"\xfe\xff")
    is_utf16 = has_mark or (b"\0" in page.body[:64] and wide_charset(page) is not None)
    return not _NOT_HTML.match(start) and (is_utf16 or bool(_HTML.search(page.body[:65536])))


def _text(tree: Tree, claims: Claims) -> str:
    text = "" if tree.odd else article_text(tree.root, claims.page.url)
    if walls.word_count(text) < _FEWEST_WORDS:
        # Trafilatura finds nothing below some 250 nested elements, and in pages that are all line breaks.
        plain = plain_text(tree.root)
        text = plain if walls.word_count(plain) > walls.word_count(text) else text
    if walls.word_count(text) < _FEWEST_WORDS and not walls.is_sold(claims):
        # Pages that are built in the browser often carry their text for search engines.
        body = "\n".join(strings(claims.article.get("articleBody")))
        text = re.sub(r"<[^<>]{1,500}>", " ", body) or text
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", text[:_MOST_CHARACTERS]).split("\n"))
    return _without_title(walls.without_offers(without_furniture("\n".join(filter(None, lines)))), title(claims))


def _without_title(text: str, headline: str) -> str:
    first, _, rest = text.partition("\n")
    return rest if headline and rest and first.casefold().strip() == headline.casefold() else text


def _extraction(outcome: str, claims: Claims, text: str, given_language: str | None, wall: str | None) -> Extraction:
    return Extraction(
        outcome=outcome,  # type: ignore[arg-type]  # one of the literals above
        url=canonical_url(claims),
        title=title(claims),
        text=text,
        published=published(claims),
        language=_language(claims, text, given_language),
        outlet=outlet(claims),
        authors=authors(claims),
        wall=wall,  # type: ignore[arg-type]  # one of the literals above
        links=links(claims),
    )


def _language(claims: Claims, text: str, given: str | None) -> str:
    """A given language wins, unless a long text and the page itself agree that it is another."""
    declared = declared_language(claims)
    identified = identify(text or title(claims))
    is_sure = len(text.encode("utf-8")) >= _SURE_CHARACTERS and identified != UNKNOWN_LANGUAGE
    if given and given != UNKNOWN_LANGUAGE:
        return identified if is_sure and identified == declared else given
    if is_sure or not declared:
        return identified
    return declared
