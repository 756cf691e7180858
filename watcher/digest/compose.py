"""From stories to an edition: everything it tells, independent of who reads it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from watcher.digest.news import NewFacts, new_facts
from watcher.digest.select import Ranked, is_talk, rank, select
from watcher.digest.summary import common_words, summarise
from watcher.types import Edition, Entry, Footer, Grown, Quote, Relation, Report, StoredArticle, Story

# What survives translation: names with a figure in them (910C, R1), figures with their unit, Latin names in any text.
_FACT = re.compile(r"\d+(?:[.,]\d+)*\s?%|[A-Za-z]*\d[A-Za-z\d]*(?:[.,-][A-Za-z\d]+)*|[A-Z][A-Za-z]+[A-Z][A-Za-z]*")
_FACTS_SHOWN = 5
# Facts are looked for where news puts them: in the title and this much of the opening.
_OPENING = 600
# Readers see some twenty stories in full; five times that leaves room for any filter by topic and cap by source, and
# keeps an edition of 1,000 stories and 10,000 articles within seconds.
SUMMARISED = 100
# Sentences that an update quotes; its reports say the rest.
_QUOTED = 2


def compose(
    stories: Sequence[Story],
    *,
    topics: Sequence[tuple[str, str]],
    day: date,
    schedule: str,
    since: datetime,
    until: datetime,
    now: datetime,
    seeds: Mapping[str, str] | None = None,
    retold: int = 0,
    grown: Sequence[Grown] = (),
    told_seeds: Collection[str] = (),
    facts: NewFacts = new_facts,
    footer: Footer | None = None,
    summarised: int = SUMMARISED,
) -> Edition:
    """The edition of these stories: ranked, summarised, with the reason they belong together.

    `topics` are (id, title) in the order of the config, `seeds` the titles of the known documents by id. Stories that
    were told before (`grown`) are updates where their new articles bring new facts, once a day; else they are counted
    in `retold`, on top of the given number. So is what tells a known document that was named before (`told_seeds`).
    The best `summarised` of each topic get summaries and a reason; whoever shows more stories than that in full must
    raise it.
    """
    chosen = select(stories, topics, now)
    fresh = [ranked for ranked in chosen.known if ranked.seed not in told_seeds]
    known = tuple(_entry(ranked, in_full=False) for ranked in fresh)
    updates = tuple(entry for each in grown if (entry := _update(each, topics, day, now, facts)) is not None)
    told = {entry.seed for entry in known if entry.seed is not None}
    return Edition(
        id=0,
        date=day,
        schedule=schedule,
        since=since,
        until=until,
        made=now,
        topics=tuple(topics),
        entries=tuple(sorted((*_entries(chosen.news, summarised), *updates), key=lambda entry: -entry.score)),
        known=known,
        seeds=tuple((seed, title) for seed, title in (seeds or {}).items() if seed in told),
        mentions=tuple(_report(stored, ()) for stored in chosen.mentions),
        retold=retold + len(chosen.told) + len(grown) - len(updates) + len(chosen.known) - len(fresh),
        footer=footer or Footer(sources=0),
    )


def why(articles: Sequence[StoredArticle]) -> str:
    """The names and figures that most reports of a story share, in one line; empty for a single report.

    Copies explain themselves and are left out. What is shown is what a reader can check in the headlines and openings;
    the judge's own evidence is answered by `watcher why`.
    """
    own = [stored.article for stored in articles if stored.relation is not Relation.COPY]
    if len(own) < 2:
        return ""
    counts: Counter[str] = Counter()
    for article in own:
        opening = f"{article.title}\n{article.text[:_OPENING]}"
        counts.update({"".join(fact.split()) for fact in _FACT.findall(opening)})
    shared = [fact for fact, count in counts.most_common() if count > 1 and _tells(fact)]
    ranked = sorted(shared, key=lambda fact: (-counts[fact], not any(map(str.isdigit, fact)), fact))
    return " · ".join(ranked[:_FACTS_SHOWN])


def _tells(fact: str) -> bool:
    """False for what any two texts share by chance: one or two figures alone, and years."""
    return not fact.isdigit() or (len(fact) > 2 and not (len(fact) == 4 and fact[:2] in {"19", "20"}))


def _entries(news: Sequence[Ranked], summarised: int) -> tuple[Entry, ...]:
    places: Counter[str] = Counter()
    found: list[Entry] = []
    for ranked in news:
        in_full = any(places[topic] < summarised for topic in ranked.topics)
        places.update(ranked.topics)
        found.append(_entry(ranked, in_full))
    return tuple(found)


def _entry(ranked: Ranked, in_full: bool) -> Entry:
    articles = sorted(ranked.story.articles, key=_earliest_first)
    summaries = _summaries(articles) if in_full else {}
    return Entry(
        id=ranked.story.id,
        status="new" if ranked.seed is None else "known",
        topics=ranked.topics,
        reports=tuple(_report(stored, summaries.get(stored.id, ())) for stored in articles),
        score=ranked.score,
        why=why(articles) if in_full else "",
        seed=ranked.seed,
        parted=ranked.story.parted,
    )


def _update(grown: Grown, topics: Sequence[tuple[str, str]], day: date, now: datetime, facts: NewFacts) -> Entry | None:
    """What is new in a told story; None where nothing is, where it had its turn today, or where it was known anyway."""
    if grown.told_on == day:
        return None
    articles = sorted(grown.story.articles, key=_earliest_first)
    told = [stored for stored in articles if stored.id not in grown.fresh]
    quotes: list[Quote] = []
    bringing: list[StoredArticle] = []
    for stored in articles:
        if stored.id in grown.fresh:
            article = stored.article
            # A copy is the text that was told: what differs in it is a scanner's slip more often than news.
            sentences = () if stored.relation is Relation.COPY else facts(told, stored)
            if sentences:
                quotes += [Quote(each, article.outlet, article.language) for each in sentences]
                bringing.append(stored)
            told.append(stored)  # the next one has to bring something else
    fresh = replace(grown.story, articles=tuple(each for each in articles if each.id in grown.fresh))
    ranked = rank(fresh, {topic: place for place, (topic, _) in enumerate(topics)}, now)
    if not quotes or not ranked.topics or rank(grown.story, {}, now).seed is not None:
        return None
    summaries = _summaries(bringing)
    first = articles[0]
    shown = [first, *fresh.articles] if first.id not in grown.fresh else list(fresh.articles)
    reports = (_report(stored, summaries.get(stored.id, ()), stored.id not in grown.fresh) for stored in shown)
    return Entry(
        id=grown.story.id,
        status="update",
        topics=ranked.topics,
        reports=tuple(reports),
        score=ranked.score,
        new=tuple(quotes[:_QUOTED]),
    )


def _summaries(articles: Sequence[StoredArticle]) -> dict[int, tuple[str, ...]]:
    """A summary from the best report of each language: whoever reads it finds one, and no text is read for nothing."""
    best: dict[str, StoredArticle] = {}
    for stored in sorted(articles, key=_best_to_quote):
        if stored.article.text.strip():
            best.setdefault(stored.article.language, stored)
    shared = common_words(_beginning(stored) for stored in articles) if len(articles) > 1 else {}
    return {stored.id: _summary(stored, shared) for stored in best.values()}


def _summary(stored: StoredArticle, shared: Mapping[str, float]) -> tuple[str, ...]:
    article = stored.article
    names = tuple(term for match in stored.topics if match.about for term in match.terms)
    return summarise(article.text, article.language, title=article.title, names=names, story=shared)


def _beginning(stored: StoredArticle) -> str:
    return f"{stored.article.title}\n{stored.article.text[:_OPENING]}"


def _earliest_first(stored: StoredArticle) -> tuple[datetime, str]:
    return stored.article.effective, stored.article.url


def _best_to_quote(stored: StoredArticle) -> tuple[bool, bool, bool, datetime, str]:
    """Outlets before forums, full articles before teasers, own reporting before copies, then the earliest."""
    article = stored.article
    is_copy = stored.relation is Relation.COPY
    return is_talk(article.role), article.headline_only is not None, is_copy, *_earliest_first(stored)


def _report(stored: StoredArticle, summary: Iterable[str], told: bool = False) -> Report:
    article = stored.article
    return Report(
        article=stored.id,
        url=article.url,
        title=article.title,
        outlet=article.outlet,
        source=article.source,
        language=article.language,
        published=article.effective,
        relation=stored.relation,
        role=article.role,
        headline_only=article.headline_only,
        summary=tuple(summary),
        topics=tuple(match.topic for match in stored.topics),
        told=told,
    )
