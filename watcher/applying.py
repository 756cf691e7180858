"""A rule that is new or was changed, applied to what is there: articles of the last 30 days, and what was passed over.

Nothing of it is news. Articles get the topic where they stand; leads that ended as off-topic are followed once more, at
the pace of any visit, and what their pages bring counts as told, like what a backfill finds: it is in the archive, in
search and in stories, and no edition announces it. Run again it continues, as every end is stored when it is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.imprint import plain
from watcher.ingest import Followed
from watcher.poll import Parts, Pass
from watcher.ports import Store
from watcher.prune import KEEP_OFF_TOPIC
from watcher.sources.query.redirects import is_redirect
from watcher.topics import TopicMatcher
from watcher.types import Imprint, Lead, Memory, PassedText, Source, TopicMatch, TopicRule, Visit, Window

SPAN = KEEP_OFF_TOPIC
# Pages that are asked for at once: at two seconds each, of one host, that is a quarter of an hour.
MOST_PAGES = 500
_AT_ONCE = 200  # articles in one transaction: commands beside it wait for a few milliseconds
_MOST_OPENED = 3  # times that a lead which became no article is followed, as in `ingest.sifting`


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of it: articles whose topics changed, leads that were followed, and those left for another time."""

    articles: int = 0
    followed: int = 0
    left: int = 0
    visits: tuple[Visit, ...] = ()


def retopic(store: Store, rules: Sequence[TopicRule], sources: Sequence[Source], now: datetime) -> int:
    """Has the stored articles of the last 30 days on the topics that these rules say; returns how many changed."""
    asked_for = {source.id: source.topics for source in sources}
    matches = TopicMatcher(rules)
    changed: set[int] = set()
    waiting: dict[int, dict[str, TopicMatch]] = {}
    for text in store.passed_by(now - SPAN):
        if text.article is None:
            break
        only = asked_for.get(text.source, ())
        waiting[text.article] = {
            match.topic: match for match in matches(text.title, text.text) if not only or match.topic in only
        }
        if len(waiting) >= _AT_ONCE:
            changed |= _write(store, rules, waiting)
            waiting = {}
    return len(changed | _write(store, rules, waiting))


def _write(store: Store, rules: Sequence[TopicRule], found: Mapping[int, Mapping[str, TopicMatch]]) -> set[int]:
    changed: set[int] = set()
    if found:
        with store.writing() as writer:
            for rule in rules:
                changed |= writer.set_topic(rule.id, {number: on.get(rule.id) for number, on in found.items()})
    return changed


def passed_over(
    store: Store, rules: Sequence[TopicRule], sources: Sequence[Source], now: datetime
) -> dict[str, tuple[PassedText, ...]]:
    """The off-topic leads of the last 30 days whose headline these rules find, by source, newest first."""
    by_id = {source.id: source for source in sources}
    matches = TopicMatcher(rules)
    found: defaultdict[str, list[PassedText]] = defaultdict(list)
    for text in store.passed_by(now - SPAN):
        source = by_id.get(text.source)
        if text.article is not None or source is None:
            continue
        if any(not source.topics or match.topic in source.topics for match in matches(text.title, "")):
            found[text.source].append(text)
    known = store.known([text.url for texts in found.values() for text in texts])
    return {
        name: tuple(text for text in texts if text.url not in known or known[text.url].edits < _MOST_OPENED)
        for name, texts in found.items()
    }


def apply(parts: Parts, rules: Sequence[TopicRule], sources: Sequence[Source], most: int = MOST_PAGES) -> Applied:
    """Applies rules to everything stored; `parts.matches` must know them. Asks for at most so many pages."""
    now = parts.clock()
    articles = retopic(parts.store, rules, sources, now)
    by_id = {source.id: source for source in sources}
    found = passed_over(parts.store, rules, sources, now)
    memories = parts.store.memories(found)
    window = Window(now - SPAN - timedelta(days=366), now)
    visits: list[Visit] = []
    run = Pass(parts, visits.append)
    room, wanted = most, sum(map(len, found.values()))
    for name, texts in sorted(found.items(), key=lambda each: len(each[1])):
        taken = texts[:room]
        room -= len(taken)
        if taken:
            leads = [_followed(text, by_id[name]) for text in taken]
            run.follow(by_id[name], memories.get(name) or Memory(name), window, leads)
    run.run()
    return Applied(articles, most - room, wanted - (most - room), tuple(visits))


def _followed(text: PassedText, source: Source) -> Followed:
    """A lead as far as it is remembered. It leaves no words behind: the feed's own are noted when it has it again."""
    nothing = Imprint(text.url, plain(text.title), "", b"")
    lead = Lead(text.url, text.title, published=text.published, imprint=nothing)
    wants_page = source.pages != "never" and not is_redirect(text.url)
    return Followed(lead, text.url, wants_page, news=False)
