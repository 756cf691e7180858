"""Whether a lead has been met before, whatever its feed has changed about it since.

A lead is known by names: its address; and within its source its id, its title, the beginning of its text. Feeds break
every one of them: ids are renumbered, repeated or missing, slugs are edited, hosts grow a `www.`, all that a forum has
links to its front page. So names only propose; where they disagree, what was said decides (`imprint`).

    address (unless entries share it) ─> the lead at that address; with a known id of another lead, the words decide
    id (unless entries repeat it)     ─> its lead, unless title and text are entirely different: a reused id
    address on www., m., amp.         ─> the lead there, unless title and text are entirely different
    title, or beginning of the text   ─> its lead, if that has left the feed and said the same, or the like that day

What is unsure is new: the copy of an article is found again by its text, an article taken for another one is lost.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from watcher.imprint import (
    VERSION,
    alike,
    brief,
    but_for_figures,
    full_text,
    hashed,
    imprint,
    is_word_for_word,
    runs_in_both,
    said,
    titles_differ,
)
from watcher.types import KnownLead, Lead, Source

Known = Callable[[Collection[str]], Mapping[str, KnownLead]]  # what the store knows by these names

_TELLING = 60  # characters that the beginning of a text needs to name it
# Clocks of feeds are wrong by whole time zones; a daily column is a day apart.
_SAME_DATE = timedelta(hours=14)
# A new address scheme changes everything at once: at least so much of a reading is unknown by id and address, and
# known by title.
_MOVED_SHARE = 0.8
_SERVED_FROM = ("", "www.", "m.", "amp.", "mobile.")
_INDEX = re.compile(r"(?i)(?:index|default|home)\.[a-z]{2,5}")


@dataclass(frozen=True, slots=True)
class Claim:
    """A lead with the names it may be known by."""

    lead: Lead
    url: str | None  # canonical
    id: str | None
    title: str | None
    text: str | None  # by the beginning of its text
    said: bytes  # a hash of all its words

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The same address on the other hosts that a site serves itself from."""
        return _elsewhere(self.url) if self.url else ()


def claims(leads: Sequence[Lead], source: Source) -> tuple[Claim, ...]:
    """The leads of one reading, each with its names."""
    return tuple(_claim(lead, source) for lead in leads)


def _claim(lead: Lead, source: Source) -> Claim:
    names = imprint(lead)
    title, text = names.title, names.beginning
    if title and source.kind == "query" and lead.outlet:
        title = f"{title} {lead.outlet}"  # a search brings one headline of many outlets
    return Claim(
        lead,
        names.url,
        f"id {source.id} {lead.id}" if lead.id else None,
        f"title {source.id} {title}" if title else None,
        f"text {source.id} {text}" if len(text) >= _TELLING else None,
        brief(lead),
    )


def known_of(found: Sequence[Claim], source: Source, ask: Known) -> dict[str, KnownLead]:
    """What is known of these: by address and id, and by every other name where those two do not settle it."""
    if not found:
        return {}
    known = dict(ask({name for claim in found for name in (claim.url, claim.id) if name}))
    others: set[str] = set()
    for claim in found:
        if not _is_settled(claim, known):
            others.update(name for name in (claim.title, claim.text, *claim.elsewhere) if name)
            if claim.url:
                others.add(shared_name(claim.url, source))
    return known | dict(ask(others)) if others else known


def _is_settled(claim: Claim, known: Mapping[str, KnownLead]) -> bool:
    """True for what says the very same at the same address under the same id: nearly all of every reading."""
    held = known.get(claim.url) if claim.url else None
    if held is None or not is_word_for_word(claim.said, held.said):
        return False
    return claim.id is None or (claim.id in known and known[claim.id].number == held.number)


def shared_name(url: str, source: Source) -> str:
    """The name under which is kept that entries of a source share an address: it tells none of them apart."""
    return f"shared {source.id} {url}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the leads of one reading say about each other, held against what is known of them."""

    source: Source
    claims: tuple[Claim, ...]
    known: Mapping[str, KnownLead]
    repeated: frozenset[str] = frozenset()  # ids and titles that stand for several leads
    shared: frozenset[str] = frozenset()  # addresses that stand for several leads
    links: Mapping[str, KnownLead] = field(default_factory=dict)  # new addresses of leads that are known by their id
    present: frozenset[int] = frozenset()  # known leads that are in this reading, by id or address
    moved: bool = False  # all ids and addresses are new, the titles are not

    def holder(self, claim: Claim) -> KnownLead | None:
        """The lead that this is again; None for a new one."""
        by_id, by_link = self._by_id(claim), self._by_link(claim)
        if by_link is not None:
            other = by_id is not None and by_id.number != by_link.number
            if other and by_id and same(claim, by_id) and same(claim, by_link) is False:
                return by_id
            return by_link
        if by_id is not None and same(claim, by_id) is not False:
            return by_id
        return self._elsewhere(claim) or self._by_words(claim)

    def _by_id(self, claim: Claim) -> KnownLead | None:
        return self.known.get(claim.id) if claim.id and claim.id not in self.repeated else None

    def _by_link(self, claim: Claim) -> KnownLead | None:
        held = (self.known.get(claim.url) or self.links.get(claim.url)) if claim.url else None
        if held is None or (claim.url in self.shared and not same(claim, held)):
            return None
        return held

    def _elsewhere(self, claim: Claim) -> KnownLead | None:
        if claim.url is None or claim.url in self.shared or is_front(claim.url):
            return None
        held = (self.known.get(name) for name in claim.elsewhere)
        return next((lead for lead in held if lead is not None and same(claim, lead) is not False), None)

    def _by_words(self, claim: Claim) -> KnownLead | None:
        """The lead with that title or that beginning, if it said the very same, or the like on the same day.

        A weekly column has last week's title and begins with last week's words: it is another article.
        """
        for name in (claim.title, claim.text):
            held = self.known.get(name) if name and name not in self.repeated else None
            if held is not None and held.number not in self.present and self._retold(claim, held):
                return held
        return None

    def _retold(self, claim: Claim, held: KnownLead) -> bool:
        if full_text(claim.lead) and is_word_for_word(claim.said, held.said):
            return True
        now, then = claim.lead.published, held.published
        if now is not None and then is not None:
            at_once = abs(now - then) <= _SAME_DATE
        else:
            at_once = self.moved or (claim.id is None and claim.url is None)
        texts = runs_in_both(claim.lead, held.said)
        return at_once and not titles_differ(claim.lead, held.said) and (texts is None or texts >= VERSION)


def reading(found: tuple[Claim, ...], source: Source, known: Mapping[str, KnownLead]) -> Reading:
    """The claims of one reading beside what is known under their names."""
    shared = _shared(found, source, known)
    repeated = _repeated(found, shared)
    first = Reading(source, found, known, repeated, shared)
    present: set[int] = set()
    unknown: list[Claim] = []
    links: dict[str, KnownLead] = {}
    for claim in found:
        by_id, by_link = first._by_id(claim), first._by_link(claim)
        if by_id is not None and by_id != by_link and same(claim, by_id) is False:
            by_id = None  # an id that is used again says nothing about where the first one is
        present.update({held.number for held in (by_id, by_link) if held is not None})
        if by_id is None and by_link is None:
            unknown.append(claim)
        if by_id is not None and by_link is None and claim.url and claim.url not in shared:
            links[claim.url] = by_id
    titles = [known[claim.title].number for claim in unknown if claim.title and claim.title in known]
    moved = len(unknown) > 1 and min(len(unknown) / len(found), len(set(titles)) / len(unknown)) >= _MOVED_SHARE
    return Reading(source, found, known, repeated, shared, links, frozenset(present), moved)


def _repeated(found: Sequence[Claim], shared: frozenset[str]) -> frozenset[str]:
    """Ids on leads with different addresses and words; titles and texts that stand on more than one lead."""
    by_id: defaultdict[str, set[tuple[str | None, bytes]]] = defaultdict(set)
    by_title: defaultdict[str, set[str | None]] = defaultdict(set)
    for claim in found:
        if claim.id:
            by_id[claim.id].add((claim.url, claim.said))
        for name in filter(None, (claim.title, claim.text)):
            by_title[name].add(claim.id if claim.url is None or claim.url in shared else claim.url)
    several = {
        name
        for name, stands in by_id.items()
        if len({url for url, _ in stands}) > 1 and len({said for _, said in stands}) > 1
    }
    return frozenset(several | {name for name, stands in by_title.items() if len(stands) > 1})


def _shared(found: Sequence[Claim], source: Source, known: Mapping[str, KnownLead]) -> frozenset[str]:
    """Addresses that tell nothing apart: of several entries with other ids and other words, now or earlier."""
    by_link: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in found:
        if claim.url and claim.said:
            by_link[claim.url].append(claim)
    # A forum or an aggregator may well bring two threads on one article.
    enough = 1 if source.role in {"outlet", "primary"} else 2
    return frozenset(
        url
        for url, claims in by_link.items()
        if shared_name(url, source) in known
        or _others(claims) >= (1 if is_front(url) else enough)
        or (is_front(url) and url in known and any(_is_another(claim, known[url], known) for claim in claims))
    )


def _others(claims: Sequence[Claim]) -> int:
    """How many of these are certainly not the first one."""
    first, *rest = claims
    if not rest:
        return 0
    pressed = said(first.lead)
    others = (claim for claim in rest if claim.id is None or claim.id != first.id)
    return sum(alike(claim.lead, pressed) is False for claim in others)


def _is_another(claim: Claim, held: KnownLead, known: Mapping[str, KnownLead]) -> bool:
    return (claim.id is None or claim.id not in known) and same(claim, held) is False


def same(claim: Claim, held: KnownLead) -> bool | None:
    """True for what is at most edited, False where title and text are entirely different, None if nobody can tell."""
    return alike(claim.lead, held.said)


def changed(claim: Claim, held: KnownLead) -> bool:
    """True when a lead says something else than it did."""
    return bool(held.said) and not is_word_for_word(claim.said, held.said)


def changed_figures_only(claim: Claim, held: KnownLead) -> bool:
    """True when nothing but figures has changed: a correction once, a clock or a counter from then on."""
    return but_for_figures(claim.lead, held.said)


def is_front(url: str) -> bool:
    """True for a site's front page: where entries link that have no page of their own."""
    path = url.partition("://")[2].partition("/")[2]
    return not path or _INDEX.fullmatch(path) is not None


def own_address(claim: Claim) -> str:
    """An address of its own for an entry that shares its address with others: the same page, marked with a hash."""
    return f"{claim.url}#!{hashed(claim.id, 6).hex() if claim.id else claim.said[:6].hex()}"


def _elsewhere(url: str) -> tuple[str, ...]:
    scheme, _, rest = url.partition("://")
    for prefix in sorted(_SERVED_FROM, key=len, reverse=True):
        if rest.startswith(prefix):
            bare = rest.removeprefix(prefix)
            break
    if "." not in bare.partition("/")[0]:
        return ()
    return tuple(name for prefix in _SERVED_FROM if (name := f"{scheme}://{prefix}{bare}") != url)
