"""What a page claims about its article: address, title, date, outlet, authors, language. Each checked before use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from watcher.markup import linked_data
from watcher.types import Page


@dataclass(frozen=True)  # no slots: cached properties need a dictionary
class Claims:
    """The statements of one page, looked up when asked for."""

    root: HtmlElement
    page: Page

    @cached_property
    def nodes(self) -> tuple[linked_data.Node, ...]:
        return linked_data.nodes(self.root)

    @cached_property
    def article(self) -> linked_data.Node:
        names = [self.first_meta("og:title", "twitter:title") or "", *self.headings, self.title_element]
        return linked_data.main_article(self.nodes, "\n".join(names))

    @cached_property
    def title_element(self) -> str:
        return next((" ".join(found.text_content().split()) for found in self.root.iter("title")), "")

    @cached_property
    def meta(self) -> dict[str, str]:
        """Meta elements by lower-case name, property or itemprop; the first of a name counts."""
        found: dict[str, str] = {}
        for element in self.root.iter("meta"):
            content = " ".join((element.get("content") or "").split())
            for attribute in ("property", "name", "itemprop"):
                if content and (name := element.get(attribute)):
                    found.setdefault(name.strip().lower(), content)
        return found

    def first_meta(self, *names: str) -> str | None:
        return next((self.meta[name] for name in names if name in self.meta), None)

    @cached_property
    def headings(self) -> tuple[str, ...]:
        found = (" ".join(heading.text_content().split()) for heading in self.root.iter("h1"))
        return tuple(filter(None, found))

    @cached_property
    def says_article(self) -> bool:
        """Whether the page calls itself an article; some sites call each of their pages so."""
        return self.is_described or (self.first_meta("og:type") or "").lower() == "article"

    @cached_property
    def is_described(self) -> bool:
        """Whether the page describes one article of its own: no list does that."""
        return bool(self.article) or "article:published_time" in self.meta


# --- address ----------------------------------------------------------------------------------------------------------

_SITE_PREFIXES = re.compile(r"^(?:www\d?|m|mobile|amp|wap)\.")


def canonical_url(claims: Claims) -> str | None:
    """The address the page gives itself, if it is on the same site and no home page; else None."""
    links = (link.get("href") for link in claims.root.iter("link") if "canonical" in _words(link.get("rel")))
    for raw in chain(links, (claims.first_meta("og:url"),)):
        if raw and (url := _own_address(raw.strip(), claims.page.url)):
            return url
    return None


def _own_address(raw: str, base: str) -> str | None:
    try:
        url = urljoin(base, raw)
        parts, own = urlsplit(url), urlsplit(base)
        host, own_host = parts.hostname or "", own.hostname or ""
    except ValueError:
        return None
    is_home = parts.path in ("", "/") and not parts.query
    if parts.scheme not in ("http", "https") or not host or is_home or any(c.isspace() for c in url):
        return None
    return url if not own_host or _one_site(host, own_host) else None


def _one_site(first: str, second: str) -> bool:
    first, second = _SITE_PREFIXES.sub("", first.lower()), _SITE_PREFIXES.sub("", second.lower())
    return first == second or first.endswith("." + second) or second.endswith("." + first)


_MOST_LINKS = 20  # a thread's own link stands in front


def links(claims: Claims) -> tuple[str, ...]:
    """Addresses on other sites that stand as a paragraph or heading of their own; extraction drops what is all link."""
    found: dict[str, None] = {}
    for link in claims.root.iter("a"):
        box = link.getparent()
        if box is None or box.tag not in ("p", "h1", "h2") or box.text_content().strip() != link.text_content().strip():
            continue
        url = _elsewhere((link.get("href") or "").strip(), claims.page.url)
        if url:
            found[url] = None
        if len(found) == _MOST_LINKS:
            break
    return tuple(found)


def _elsewhere(raw: str, base: str) -> str | None:
    try:
        parts, own = urlsplit(raw), urlsplit(base)
        host, own_host = parts.hostname or "", own.hostname or ""
        is_same = (host, parts.port) == (own_host, own.port)
    except ValueError:
        return None
    is_address = parts.scheme in ("http", "https") and bool(host) and parts.path not in ("", "/")
    return raw if is_address and not is_same and not any(c.isspace() for c in raw) else None


def _words(value: str | None) -> list[str]:
    return (value or "").lower().split()


# --- outlet -----------------------------------------------------------------------------------------------------------

_ADDRESS_LIKE = re.compile(r"https?:|www\.|/|^[\w-]+(\.[\w-]+)+$", re.IGNORECASE)


def outlet(claims: Claims) -> str | None:
    """The outlet's name as it calls itself; never an address."""
    publishers = linked_data.strings(claims.article.get("publisher"))
    sites = (
        name
        for node in claims.nodes
        if set(linked_data.strings(node.get("@type"))) & {"WebSite", "NewsMediaOrganization"}
        for name in linked_data.strings(node.get("name"))
    )
    names = (claims.first_meta("og:site_name"), *publishers, *sites, claims.first_meta("application-name"))
    for name in names:
        if name and not _ADDRESS_LIKE.search(name) and len(name) <= 80:
            return " ".join(name.split())
    return None


# --- title ------------------------------------------------------------------------------------------------------------

_SEPARATOR = re.compile(r"\s+[|–—·•»:\-]\s+|\s*[|｜_]\s*|\s*[–—]{2}\s*|\s+::\s+")


def title(claims: Claims) -> str:
    """The headline without the outlet's name around it; empty if the page names none."""
    names = _outlet_names(claims)
    headlines = linked_data.strings(claims.article.get("headline"))
    candidates = [
        claims.first_meta("og:title", "twitter:title"),
        *headlines,
        *claims.headings[:1],
        claims.title_element,
    ]
    # On some sites the first heading is the outlet's name.
    named = [text for text in map(_plain, candidates) if text and _folded(text) not in names]
    if not named:
        return ""
    best = named[0]
    second = (" ".join(heading.text_content().split()) for heading in islice(claims.root.iter("h2"), 3))
    for heading in map(_plain, (*claims.headings, *second)):
        # "Headline | Outlet" with the headline alone as the page's own heading
        starts_best = len(heading) > 10 and best != heading and _folded(best).startswith(_folded(heading))
        if starts_best and _SEPARATOR.match(best[len(heading) :]):
            return heading
    return _without_names(best, names)


def _outlet_names(claims: Claims) -> frozenset[str]:
    url = claims.page.url
    host = _SITE_PREFIXES.sub("", (urlsplit(url).hostname or "").lower()) if url else ""
    return frozenset(map(_folded, (outlet(claims) or "", host, host.partition(".")[0]))) - {""}


def _plain(text: str | None) -> str:
    return " ".join(re.sub(r"</?[a-z][^<>]*>", "", (text or "")[:1000], flags=re.IGNORECASE).split())


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _without_names(text: str, names: frozenset[str]) -> str:
    before, colon, after = text.partition(": ")
    if colon and _folded(before) in names and len(after) > 5:
        text = after
    for _ in range(3):  # "Headline | Technology | Outlet" loses one name at a time
        cuts = list(_SEPARATOR.finditer(text))
        if not cuts:
            break
        first, last = cuts[0], cuts[-1]
        if _folded(text[last.end() :]) in names and len(text[: last.start()]) > 5:
            text = text[: last.start()]
        elif _folded(text[: first.start()]) in names and len(text[first.end() :]) > 5:
            text = text[first.end() :]
        else:
            break
    return text.strip()


# --- authors and language ---------------------------------------------------------------------------------------------

_BYLINE = re.compile(
    r"^(?:by|von|por|di|par|de|door|przez|od|av|af|text|texto|testo|autor|автор|文|記者|记者|作者)[\s:：]+", re.I
)
_AND = re.compile(r"\s*[;、|]\s*|\s*,\s+|\s+(?:and|und|y|et|e|en|i|и|&)\s+", re.IGNORECASE)
_NOBODY = frozenset(
    "admin administrator administrador root user guest author autor editor webmaster test unknown anonymous staff "
    "null none undefined wordpress".split()
)


def authors(claims: Claims) -> tuple[str, ...]:
    """Names of people (or desks) as given, without "by", addresses and accounts such as "admin"."""
    own = outlet(claims) or ""
    statements: list[Iterable[str]] = [
        linked_data.strings(claims.article.get("author")),
        filter(None, (claims.first_meta("author", "article:author", "parsely-author", "sailthru.author", "byl"),)),
        (element.text_content() for element in claims.root.xpath("//a[@rel='author']")),
        (element.text_content() for element in claims.root.xpath("//*[@itemprop='author']//*[@itemprop='name']")),
    ]
    for statement in statements:
        names = (name for text in statement for name in _names(text))
        if found := tuple(dict.fromkeys(name for name in names if _folded(name) != _folded(own))):
            return found[:10]
    return ()


def _names(text: str) -> Iterator[str]:
    for part in _AND.split(_BYLINE.sub("", _plain(text))):
        name = part.strip(" ,.;:-–—()")
        is_name = name and len(name) <= 60 and not re.search(r"[@/\d]|https?:|www\.", name)
        if is_name and name.lower() not in _NOBODY and any(map(str.isalpha, name)):
            yield name


def declared_language(claims: Claims) -> str | None:
    """The primary subtag that the page declares."""
    declared = (
        claims.root.get("lang") or claims.root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        *linked_data.strings(claims.article.get("inLanguage")),
        claims.first_meta("og:locale", "content-language", "language", "dc.language"),
    )
    for tag in declared:
        if match := re.match(r"\s*([A-Za-z]{2,3})(?:[-_]|\s*$)", tag or ""):
            return match.group(1).lower()
    return None
