"""The last steps of an article: topics and keys, then its judgement and its story, written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watcher import placing
from watcher.ingest.imprint import imprint
from watcher.ingest.sifting import Followed, topics_of
from watcher.ports import Judge, Matcher, Writer
from watcher.stories.cluster import Rules
from watcher.stories.signal import compared
from watcher.types import TELLS, Article, Document, Key, LeadRecord, Outcome, Seed, Source, TopicMatch


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article with everything about it that needs no archive: its topics, its keys and its facts."""

    lead_url: str
    article: Article
    topics: tuple[TopicMatch, ...]
    keys: tuple[Key, ...]
    facts: str = ""
    names: tuple[str, ...] = ()  # what its lead is known by besides its address
    said: bytes = b""
    claimed: datetime | None = None  # the date that its lead claims, however odd


def prepare(followed: Followed, article: Article, source: Source, matches: Matcher, judge: Judge) -> Prepared | None:
    """Topics, keys and facts of an article; None when it is on no topic."""
    topics = topics_of(matches, source, article.title, article.text)
    if not topics:
        return None
    own = judge.prepared(document(article, topics))
    lead = followed.lead
    return Prepared(
        followed.url,
        article,
        topics,
        judge.keys(own),
        own.facts,
        followed.names,
        imprint(lead),
        lead.published,
    )


def ended_as(prepared: Prepared, outcome: Outcome) -> LeadRecord:
    """The record of a lead that became an article, known by the article's own address besides."""
    article = prepared.article
    names = prepared.names
    if outcome is Outcome.STORED and article.url != prepared.lead_url:
        names = (*names, article.url)
    return LeadRecord(
        prepared.lead_url,
        article.source,
        article.title,
        outcome,
        article.found,
        prepared.claimed,
        names,
        prepared.said,
    )


def document(article: Article, topics: Sequence[TopicMatch] = ()) -> Document:
    """An article as something that can be compared."""
    return Document(
        id="",
        text=compared(article.text),
        title=article.title,
        language=article.language,
        url=article.url,
        published=article.effective,
        topics=tuple(match.topic for match in topics if match.about),
    )


def settle(
    prepared: Prepared,
    writer: Writer,
    judge: Judge,
    seeds: Sequence[Seed],
    now: datetime,
    rules: Rules | None = None,
) -> Outcome:
    """Judges an article against the known documents and what came before it, and puts it into its story.

    All in the writer's transaction. What comes later in the order of stories is judged against this one instead.
    It counts as found `now`, within that transaction: an edition that begins behind it sees it, one before it does not,
    and no article falls between the two.
    """
    article = replace(prepared.article, found=now)
    if writer.by_url(article.url) is not None:
        return Outcome.SEEN
    own = replace(document(article, prepared.topics), facts=prepared.facts)
    earlier, later = placing.parted(writer, own, writer.candidates(prepared.keys))
    verdict = judge.verdict(own, seeds, earlier)
    number = writer.add(article, prepared.topics, prepared.keys, verdict, prepared.facts)
    told = [each for each in placing.judged_later(judge, own, str(number), later) if each.relation in TELLS]
    if told:
        writer.liken(told)
    # Like nothing (most are): it stays the one article of the story it was given.
    if told or (verdict.earlier is not None and verdict.earlier.relation in TELLS):
        placing.place(writer, judge, rules or Rules(), number, own)
    return Outcome.STORED
