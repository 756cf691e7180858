"""Leads without words: a sitemap's addresses, of which nothing is known but how they are spelled and when they changed.

A newspaper's sitemap has fifty thousand of them. Each that goes on costs a request, so they are looked at once more:

    words in the address ── on no topic ──────────────────────────────> off-topic
      └─ on a topic, or no words ── among the newest of this visit ───> its page is asked
                                      └─ first visit ─────────────────> too-old: it was there before we came
                                      └─ later ───────────────────────> next visit, the newest first
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import unquote

from watcher import ingest, urls
from watcher.ports import Matcher
from watcher.text.scripts import is_spaceless
from watcher.types import Lead, LeadRecord, Memory, Outcome, Source, Window

MOST_PAGES = 50  # of one visit; at two seconds each that is a minute and a half of a host's time
_FEWEST_WORDS = 3
_BREAKS = re.compile(r"[-_+.,~/\s]+")
_ENDING = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Glance:
    """What a look at the addresses left: leads that ended, leads to follow, and how many wait for the next visit."""

    ended: tuple[LeadRecord, ...]
    followed: tuple[ingest.Followed, ...]
    blind: int = 0  # of those followed, how many nothing is known of but the address
    later: int = 0


def glance(
    followed: Sequence[ingest.Followed],
    source: Source,
    matches: Matcher,
    memory: Memory,
    now: datetime,
    *,
    window: Window | None = None,
    asked: int = 0,
) -> Glance:
    """Passes over what has words; of the rest, only what may be on a topic goes on, and only so much of it at a visit.

    `asked` is how many such pages the visit has asked for already. A backfill has no bound: it was asked for.
    """
    ended: list[LeadRecord] = []
    blind: list[ingest.Followed] = []
    for each in followed:
        if not each.wants_page or _has_words(each.lead):
            continue
        words = address_words(each.url)
        if source.pages == "always" or not words or _is_on_topic(words, source, matches):
            blind.append(each)
        else:
            named = replace(each, lead=replace(each.lead, title=words, imprint=None, topics=None))
            ended.append(ingest.ended(named, source, Outcome.OFF_TOPIC, now))
    kept = {each.url for each in blind}
    if window is None and len(blind) > (most := max(0, MOST_PAGES - asked)):
        newest = sorted(blind, key=lambda each: each.lead.published or each.lead.updated or _NEVER, reverse=True)
        kept = {each.url for each in newest[:most]}
        if ingest.is_first(memory):
            ended.extend(ingest.ended(each, source, Outcome.TOO_OLD, now) for each in newest[most:])
    over = {record.url for record in ended}
    going_on = tuple(each for each in followed if each.url in kept or not each.wants_page or _has_words(each.lead))
    return Glance(tuple(ended), going_on, len(kept), len(followed) - len(going_on) - len(over))


def address_words(url: str) -> str:
    """The words an address ends in, where they can be a headline: three at least, or a few characters of Chinese."""
    address = urls.split(url)
    if address is None:
        return ""
    steps = [step for step in unquote(address.path, errors="replace").split("/") if step]
    for step in reversed(steps[-2:]):
        words = [word for word in _BREAKS.split(_ENDING.sub("", step)) if word]
        letters = [word for word in words if any(map(str.isalpha, word))]
        if len(letters) >= _FEWEST_WORDS or sum(map(is_spaceless, step)) >= 2 * _FEWEST_WORDS:
            return " ".join(words)
    return ""


def _has_words(lead: Lead) -> bool:
    return bool(lead.title or lead.summary or lead.content)


def _is_on_topic(words: str, source: Source, matches: Matcher) -> bool:
    return any(not source.topics or match.topic in source.topics for match in matches(words, ""))
