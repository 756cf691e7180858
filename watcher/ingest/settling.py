"""The last steps of an article: topics and keys, then its judgement and its story, written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watcher import placing, twins
from watcher.imprint import said
from watcher.ingest.sifting import Followed
from watcher.ports import Judge, Writer
from watcher.stories.cluster import Rules
from watcher.stories.signal import compared
from watcher.types import TELLS, Article, Document, Gist, Key, LeadRecord, Outcome, Seed, Source, TopicMatch


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
    headline: tuple[Key, ...] = ()  # one outlet's headline, whoever brings it (`twins`)
    by_search: bool = False


def prepare(
    followed: Followed, article: Article, source: Source, topics: tuple[TopicMatch, ...], gist: Gist
) -> Prepared:
    """An article on these topics with what was read of it."""
    lead = followed.lead
    return Prepared(
        followed.url,
        article,
        topics,
        gist.keys,
        gist.facts,
        followed.names,
        said(lead),
        lead.published,
        twins.keys_of(article, lead),
        by_search=source.kind == "query",
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
    # By its headline too: an article that has nothing else has often no other key.
    found = writer.candidates((*prepared.keys, *prepared.headline[:1]))
    same = twins.met(writer, article, prepared.headline, found)
    if same and prepared.by_search:
        return Outcome.SEEN
    own = replace(document(article, prepared.topics), facts=prepared.facts)
    others = {each.id: each for each in (*found, *twins.led_here(writer, article, same))}
    earlier, later = placing.parted(writer, own, list(others.values()))
    verdict = judge.verdict(own, seeds, earlier)
    number = writer.add(article, prepared.topics, (*prepared.keys, *prepared.headline), verdict, prepared.facts)
    told = [each for each in placing.judged_later(judge, own, str(number), later) if each.relation in TELLS]
    if told:
        writer.liken(told)
    # Like nothing (most are): it stays the one article of the story it was given.
    if told or (verdict.earlier is not None and verdict.earlier.relation in TELLS):
        placing.place(writer, judge, rules or Rules(), number, own)
    return Outcome.STORED
