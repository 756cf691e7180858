"""From stories to an edition: everything it tells, independent of who reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from watcher.digest.figures import differences, reported, shared
from watcher.digest.heeding import Heeded, Said, heeded
from watcher.digest.news import NewFacts, new_facts
from watcher.digest.reading import Reader, closely, first_report, sourcing
from watcher.digest.select import Ranked, is_talk, rank, select
from watcher.digest.summary import common_words, summarise, undated
from watcher.digest.threads import Located, attached
from watcher.types import (
    Edition,
    Effect,
    Entry,
    Footer,
    Grown,
    Kind,
    Placement,
    Quote,
    Relation,
    Report,
    StoredArticle,
    Story,
)

# What reports have in common is looked for where news puts it: in the title and this much of the opening.
_OPENING = 600
# Readers see some twenty stories in full. So many of every topic and language leave room for a cap by source, whoever
# reads whatever, and keep an edition of 1,000 stories and 10,000 articles within seconds.
SUMMARISED = 25
# Reports whose openings say what a story's reports have in common.
_COMMON = 12
# Sentences that an update quotes; its reports say the rest.
_QUOTED = 2
# A score this close to its cut says so: the reader may want to look.
_UNSURE = 0.1

_SHELVED: frozenset[Kind] = frozenset({"release", "paper", "thread"})

Placed = Callable[[int], Placement | None]
"""What put an article into its story, as the store remembers it."""


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
    placed: Placed | None = None,
    located: Located | None = None,
    reads: Collection[str] = (),
    said: Said | None = None,
) -> Edition:
    """The edition of these stories: ranked, summarised, with the reason they belong together.

    `topics` are (id, title) in the order of the config, `seeds` the titles of the known documents by id. Stories that
    were told before (`grown`) are updates where their new articles bring new facts, once a day; else they are counted
    in `retold`, on top of the given number. So is what tells a known document that was named before (`told_seeds`).
    The best `summarised` of each topic and language get summaries and a reason; whoever shows more stories than that
    in full must raise it. `placed` says what put an article into its story: with it, a story that hardly holds
    together says so. `reads` are the languages that anybody reads (none given: all): a story that has some of them is
    summed up in these alone. Forum threads go to the story they link to, told ones that are not here included
    (`located`). `said` is what was said by hand: what that keeps back is in none of the others.
    """
    composer = _Composer(Reader(), facts, placed, frozenset(reads))
    stories, grown, attached_to_told = attached(stories, grown, located)
    left = heeded(said or Said(), stories, grown, reads)
    chosen = select(left.stories, topics, now)
    fresh = [ranked for ranked in chosen.known if ranked.seed not in told_seeds]
    known = tuple(composer.entry(ranked, in_full=False) for ranked in fresh)
    news = composer.entries(chosen.news, summarised, left.followed)
    updates, silent = composer.updates(left, topics, day, now)
    entries = sorted((*news, *updates), key=lambda entry: (not entry.followed, -entry.score))
    told = {entry.seed for entry in known if entry.seed is not None}
    return Edition(
        id=0,
        date=day,
        schedule=schedule,
        since=since,
        until=until,
        made=now,
        topics=tuple(topics),
        entries=tuple(entries),
        known=known,
        seeds=tuple((seed, title) for seed, title in (seeds or {}).items() if seed in told),
        mentions=tuple(_report(stored, ()) for stored in chosen.mentions),
        retold=retold + attached_to_told + len(chosen.told) + silent + len(chosen.known) - len(fresh),
        footer=replace(footer or Footer(sources=0), kept=dict(sorted(left.kept.items()))),
        heeded=(*left.effects, *_brought(left, entries)),
    )


def _brought(left: Heeded, entries: Iterable[Entry]) -> Iterable[Effect]:
    """What was told because somebody follows it."""
    for entry in entries:
        if entry.followed:
            news = tuple(sorted(report.article for report in entry.reports if not report.told))
            yield Effect(left.followed[entry.id].id, "follow", news)


class _Composer:
    """Makes the entries of one edition; what it reads in an article serves all of them."""

    def __init__(self, reader: Reader, facts: NewFacts, placed: Placed | None, reads: frozenset[str]) -> None:
        self._reader, self._facts, self._placed, self._reads = reader, facts, placed, reads

    def _languages(self, articles: Sequence[StoredArticle]) -> frozenset[str]:
        """The languages in which a story is told: those that somebody reads; all, where nobody reads any."""
        own = frozenset(stored.article.language for stored in articles)
        return own & self._reads or own

    def _groups(self, articles: Sequence[StoredArticle]) -> frozenset[str]:
        """Whom a story is for: readers of each language, or nobody's, which stands last for every reader."""
        languages = self._languages(articles)
        return languages if not self._reads or languages & self._reads else frozenset({""})

    def entries(self, news: Sequence[Ranked], summarised: int, followed: Collection[str] = ()) -> tuple[Entry, ...]:
        """The news, the best of each topic and language in full, and what somebody follows."""
        places: Counter[tuple[str, str]] = Counter()
        found: list[Entry] = []
        # In the order in which readers are told: what happened first.
        for ranked in sorted(news, key=lambda each: (each.aside, each.kind in _SHELVED)):
            groups = [(topic, group) for topic in ranked.topics for group in self._groups(ranked.story.articles)]
            is_followed = ranked.story.id in followed
            in_full = is_followed or any(places[group] < summarised for group in groups)
            places.update(groups)
            found.append(replace(self.entry(ranked, in_full), followed=is_followed))
        return tuple(found)

    def entry(self, ranked: Ranked, in_full: bool) -> Entry:
        """One story: in full with summaries, whose reporting it is, and what its reports share and differ in."""
        articles = sorted(ranked.story.articles, key=_earliest_first)
        summaries = _summaries(articles, self._languages(articles)) if in_full else {}
        entry = Entry(
            id=ranked.story.id,
            status="new" if ranked.seed is None else "known",
            topics=ranked.topics,
            reports=self._reports(articles, summaries, in_full, ranked.asides),
            score=ranked.score,
            seed=ranked.seed,
            parted=ranked.story.parted,
            kind=ranked.kind,
            aside=ranked.aside,
        )
        return self._told_of(entry, articles) if in_full else entry

    def _reports(
        self,
        articles: Sequence[StoredArticle],
        summaries: Mapping[int, Iterable[str]],
        in_full: bool,
        asides: Collection[int],
    ) -> tuple[Report, ...]:
        read = closely(articles) if in_full else frozenset()
        reports = (self._report(stored, summaries, stored.id in read) for stored in articles)
        return tuple(replace(each, aside=True) if each.article in asides else each for each in reports)

    def _told_of(self, entry: Entry, articles: Sequence[StoredArticle]) -> Entry:
        found = sourcing(articles, self._reader)
        facts = shared(articles, self._reader)
        return replace(
            entry,
            why=" · ".join(each.value for each in facts),
            first=first_report(articles, self._reader, found),
            sourcing=found,
            differences=differences(articles, self._reader),
            shared=facts,
            unsure=self._unsure(articles),
        )

    def _unsure(self, articles: Sequence[StoredArticle]) -> tuple[float, float] | None:
        """Score and cut of the report that belongs to its story by the least, if that is little."""
        if self._placed is None or len(articles) < 2:
            return None
        found = (self._placed(stored.id) for stored in reported(articles))
        likenesses = [each.by for each in found if each is not None and each.by is not None]
        close = [(by.score - by.cut, by.score, by.cut) for by in likenesses if by.cut and by.score - by.cut < _UNSURE]
        return min(close)[1:] if close else None

    def updates(
        self, left: Heeded, topics: Sequence[tuple[str, str]], day: date, now: datetime
    ) -> tuple[list[Entry], int]:
        """What is new in told stories, and how many of them bring nothing; those that are known by hand are kept."""
        found: list[Entry] = []
        silent = 0
        for grown in left.grown:
            entry = self.update(grown, topics, day, now, followed=grown.story.id in left.followed)
            if entry is not None:
                found.append(entry)
            elif grown.story.id in left.known:
                left.keep(left.known[grown.story.id], grown.fresh)
            else:
                silent += 1
        return found, silent

    def update(
        self, grown: Grown, topics: Sequence[tuple[str, str]], day: date, now: datetime, *, followed: bool = False
    ) -> Entry | None:
        """What is new in a told story; None where nothing is, where it had its turn today, or where it was known.

        One that is followed has news with every report that is no copy.
        """
        if grown.told_on == day and not followed:
            return None
        articles = sorted(grown.story.articles, key=_earliest_first)
        quotes, bringing = self._news(articles, grown.fresh)
        if followed and not bringing:
            bringing = [each for each in articles if each.id in grown.fresh and each.relation is not Relation.COPY]
        articles = [each for each in articles if each.id not in grown.hidden]
        fresh = replace(grown.story, articles=tuple(each for each in articles if each.id in grown.fresh))
        ranked = rank(fresh, {topic: place for place, (topic, _) in enumerate(topics)}, now)
        if not bringing or not ranked.topics or rank(grown.story, {}, now).seed is not None:
            return None
        summaries = _summaries(bringing, self._languages(bringing))
        found = sourcing(articles, self._reader)
        first = first_report(articles, self._reader, found) or articles[0].id
        shown = [each for each in articles if each.id in grown.fresh or each.id == first]
        return Entry(
            id=grown.story.id,
            status="update",
            topics=ranked.topics,
            reports=tuple(self._report(each, summaries, True, each.id not in grown.fresh) for each in shown),
            score=ranked.score,
            new=tuple(quotes[:_QUOTED]),
            first=first,
            kind=ranked.kind,
            aside=ranked.aside,
            followed=followed,
        )

    def _news(
        self, articles: Sequence[StoredArticle], fresh: Collection[int]
    ) -> tuple[list[Quote], list[StoredArticle]]:
        """What the new articles bring that was not told, and which of them bring it."""
        told = [stored for stored in articles if stored.id not in fresh]
        quotes: list[Quote] = []
        bringing: list[StoredArticle] = []
        for stored in (each for each in articles if each.id in fresh):
            article = stored.article
            # A copy is the text that was told: what differs in it is a scanner's slip more often than news. Threads
            # and aggregators talk of news.
            is_silent = stored.relation is Relation.COPY or is_talk(article.role)
            sentences = () if is_silent else self._facts(told, stored, self._reader)
            if sentences:
                quotes += [Quote(undated(each), article.outlet, article.language) for each in sentences]
                bringing.append(stored)
            told.append(stored)  # the next one has to bring something else
        return quotes, bringing

    def _report(
        self, stored: StoredArticle, summaries: Mapping[int, Iterable[str]], in_full: bool, told: bool = False
    ) -> Report:
        article = stored.article
        return _report(
            stored,
            summaries.get(stored.id, ()),
            told,
            self._reader.credits(stored) if in_full and not is_talk(article.role) else (),
        )


def _summaries(articles: Sequence[StoredArticle], languages: Collection[str]) -> dict[int, tuple[str, ...]]:
    """A summary from the best report of each language: whoever reads it finds one, and no text is read for nothing."""
    best: dict[str, StoredArticle] = {}
    for stored in sorted(articles, key=_best_to_quote):
        if stored.article.language in languages and stored.article.text.strip():
            best.setdefault(stored.article.language, stored)
    shared = common_words(_beginning(stored) for stored in articles[:_COMMON]) if len(articles) > 1 else {}
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


def _report(stored: StoredArticle, summary: Iterable[str], told: bool = False, credits: tuple[str, ...] = ()) -> Report:
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
        credits=credits,
    )
