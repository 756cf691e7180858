"""What stands where an article should: a wall before it, or a page that is none at all."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from watcher.extract import phrases
from watcher.extract.claims import Claims
from watcher.markup import linked_data
from watcher.text.scripts import SPACELESS_RANGES

_FREE = "isAccessibleForFree"
# A teaser has one to three paragraphs. Longer text below a paywall's flag was delivered in full (metered papers, or
# papers that open up to readers from a feed): it is what we read, and no wall.
_TEASER_WORDS = 250
_SHORT_PAGE_WORDS = 150  # an error, login or challenge page says no more; an article *about* these does

_FEWEST_BEFORE_LINKS = 40  # as many as an article has at least

_SPACELESS = re.compile(f"[{SPACELESS_RANGES}]")
_WORD = re.compile(r"\w+")
_BANNER_TAGS = ("div", "section", "aside", "dialog", "form", "footer", "p")


@lru_cache(maxsize=4)  # a page's text and what is visible of it are asked about by several rules
def word_count(text: str) -> int:
    """Words; in scripts without spaces two characters count as one (Chinese and Japanese words are that long)."""
    spaceless = len(_SPACELESS.findall(text))
    return len(_WORD.findall(_SPACELESS.sub(" ", text) if spaceless else text)) + spaceless // 2


def _consents(text: str) -> int:
    folded = text.lower()
    return sum(folded.count(phrase) for phrase in phrases.CONSENT)


def _offers(text: str) -> bool:
    folded = text.lower()
    return any(stem in folded for stem in phrases.SUBSCRIBE_STEMS) and bool(phrases.SUBSCRIBE.search(folded))


def remove_banners(root: HtmlElement) -> str:
    """Takes cookie and consent banners out of the tree; returns their words."""
    words = []
    for element in list(root.iter(*_BANNER_TAGS)):
        name = f"{element.get('id', '')} {element.get('class', '')}"
        if len(name) > 1 and phrases.BANNER_CLASS.search(name) and not _holds_article(element):
            text = " ".join(element.text_content().split())
            if text and _is_banner(text):
                words.append(text)
                element.drop_tree()
    return " ".join(words)


def _is_banner(text: str) -> bool:
    """Whether a box called "cookie..." says so too: some sites call the box around everything `cookies-accepted`."""
    words, consents = word_count(text), _consents(text)
    return words < 60 or (words < 400 and consents >= 1) or consents * 60 > words


def _holds_article(element: HtmlElement) -> bool:
    return next(element.iter("article", "h1"), None) is not None and _consents(element.text_content()) < 2


def is_consent_page(claims: Claims, banner: str, text: str, visible: str) -> bool:
    """Whether the page is nothing but a consent form: `text` is what was extracted, `visible` all words but banners."""
    parts = urlsplit(claims.page.url)
    if phrases.CONSENT_HOST.search(parts.hostname or ""):
        return True
    if phrases.CONSENT_PATH.search(parts.path) and word_count(visible) < _SHORT_PAGE_WORDS and not claims.article:
        return True
    if word_count(text) >= _SHORT_PAGE_WORDS and not _mostly_consent(text):
        return False
    if banner and _consents(banner) >= 3:
        return word_count(visible) < max(60, word_count(banner))
    return _mostly_consent(visible) and not claims.article


def _mostly_consent(text: str) -> bool:
    return _consents(text) >= max(3, word_count(text) / 60)


def paywall(claims: Claims, text: str, visible: str) -> Literal["paywall"] | None:
    """Whether only a teaser of the article was delivered, by what the page declares, asks for, or is built of."""
    if word_count(text) >= _TEASER_WORDS:
        return None
    if is_sold(claims):
        return "paywall"
    if _offers(visible) or _has_paywall_box(claims.root):
        return "paywall"
    return None


def is_sold(claims: Claims) -> bool:
    """Whether the page declares that its article is not free to read."""
    said = (str(node[_FREE]).lower() for node in claims.nodes if _FREE in node)
    tier = (claims.first_meta("article:content_tier", "content_tier") or "").lower()
    return any(value.endswith("false") for value in said) or tier in ("locked", "metered")


def _has_paywall_box(root: HtmlElement) -> bool:
    for element in root.iter("div", "section", "aside", "p"):
        name = f"{element.get('class', '')} {element.get('id', '')}"
        if len(name) > 5 and phrases.PAYWALL_CLASS.search(name) and not phrases.NO_PAYWALL_CLASS.search(name):
            return True
    return False


def without_offers(text: str) -> str:
    """The text without the lines that ask to subscribe or to consent."""
    if not _offers(text) and _consents(text) < 3:
        return text
    lines = text.split("\n")
    return "\n".join(line for line in lines if len(line) > 400 or not (_offers(line) or _mostly_consent(line)))


def is_no_article(claims: Claims, visible: str, text: str) -> bool:
    """An error page sent with status 200, a bot challenge, a login form, a list of articles, a home page."""
    words = word_count(visible)
    title = claims.title_element
    if words < _SHORT_PAGE_WORDS * 2:
        heads = (title, *claims.headings[:2])
        if any(
            phrases.MISSING.fullmatch(part.strip(" \t.!:;–—-|"))
            for head in heads
            for part in (head, *re.split(r"\s[|–—-]\s", head))
        ):
            return True
    if words < _SHORT_PAGE_WORDS:
        if _challenges(f"{title}\n{visible}") or _has_challenge(claims.root):
            return True
        if claims.root.xpath("boolean(//input[@type='password'])") and not claims.says_article:
            return True
    return _is_listing(claims, text)


def _challenges(text: str) -> bool:
    folded = text.lower()
    return any(phrase in folded for phrase in phrases.CHALLENGE)


def _has_challenge(root: HtmlElement) -> bool:
    for element in root.iter("script", "iframe", "div", "form"):
        names = " ".join(element.get(name, "") for name in ("src", "id", "class", "action"))
        code = (element.text or "")[:5000] if element.tag == "script" else ""
        if any(mark in f"{names} {code}".lower() for mark in phrases.CHALLENGE_MARKS):
            return True
    return False


def _is_listing(claims: Claims, text: str) -> bool:
    parts = urlsplit(claims.page.url)
    is_home = (
        parts.path.rstrip("/") in ("", "/index.html", "/index.php", "/home") and not parts.query and bool(parts.netloc)
    )
    if claims.is_described and not is_home:
        return False
    teasers = _linked_headlines(claims.root)
    prose = sum(word_count(line) for line in text.split("\n") if word_count(line) >= 25)
    if is_home:
        return teasers >= 3 or not claims.says_article
    if any(map(linked_data.is_listing, claims.nodes)) and prose < 150:
        return True
    # In a list each headline has a teaser of a sentence or two; an article with as many links to others is longer, or
    # comes before them.
    few = prose < (20 if claims.says_article else 45) * teasers
    return teasers >= 5 and few and _words_before_links(claims.root) < _FEWEST_BEFORE_LINKS


def _words_before_links(root: HtmlElement) -> int:
    words = 0
    for element in root.iter("p", "h2", "h3", "h4"):
        if element.tag == "p":
            words += word_count(element.text_content())
        elif _is_linked(element):
            break
    return words


def _linked_headlines(root: HtmlElement) -> int:
    outside = {"aside", "footer", "nav", "header"}
    headings = filter(_is_linked, root.iter("h2", "h3", "h4"))
    return sum(not any(ancestor.tag in outside for ancestor in heading.iterancestors()) for heading in headings)


def _is_linked(heading: HtmlElement) -> bool:
    parent = heading.getparent()
    return next(heading.iter("a"), None) is not None or (parent is not None and parent.tag == "a")
