"""Wires the edges to the jobs: the one place that knows all of them, and where the clock is read."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from watcher import poll, press, publish
from watcher.config import Config
from watcher.ports import Channel, Clock
from watcher.shipped import shipped
from watcher.types import Seed

if TYPE_CHECKING:
    from watcher.http import HttpFetch
    from watcher.store import SqlStore
    from watcher.stories.cluster import Rules
    from watcher.workers import WorkerPool


def utc_now() -> datetime:
    """The clock that everything above the rules is given."""
    return datetime.now(UTC)


def seconds() -> float:
    """Seconds of a clock that only goes forward: for pace and batches, which a set clock must not disturb."""
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class Program:
    """Everything wired up, ready to run."""

    config: Config
    clock: Clock
    store: SqlStore
    fetch: HttpFetch
    workers: WorkerPool
    parts: poll.Parts
    press: press.EditionPress
    paper: publish.Paper
    channels: Mapping[str, Channel]

    def close(self) -> None:
        """Ends what runs beside us: workers, and requests under way."""
        self.fetch.close()
        self.workers.close()


@contextmanager
def assembled(config: Config, clock: Clock = utc_now) -> Iterator[Program]:
    """The whole program over an open archive; everything is closed at the end."""
    from watcher.language import identify
    from watcher.stories.judge import StoryJudge
    from watcher.topics import TopicMatcher
    from watcher.workers import WorkerPool

    store = archive(config)
    known = seeds(config)
    fetch = http_fetch(config, clock)
    workers = WorkerPool()
    parts = poll.Parts(
        store=store,
        fetch=fetch,
        workers=workers,
        matches=TopicMatcher(config.topics),
        judge=StoryJudge(),
        seeds=known,
        identify=identify,
        clock=clock,
        seconds=seconds,
        concurrency=config.network.concurrency,
        gap=config.network.gap.total_seconds(),
        rules=rules_of(config),
    )
    paper = paper_of(config, known)
    program = Program(config, clock, store, fetch, workers, parts, press_of(config), paper, channels(config))
    try:
        yield program
    finally:
        program.close()
        store.close()


def archive(config: Config, *, read_only: bool = False) -> SqlStore:
    """The archive of a configuration; made or upgraded where that is needed."""
    from watcher.store import open_store

    return open_store(config.watcher.data_dir, config.watcher.database, read_only)


@contextmanager
def reading(config: Config) -> Iterator[SqlStore]:
    """The archive, to look at and not to change; one that is not there yet is an empty one, and is not made here."""
    from watcher.store.opening import file_of, open_store

    if file_of(config.watcher.data_dir, config.watcher.database).exists():
        with archive(config, read_only=True) as store:
            yield store
        return
    with tempfile.TemporaryDirectory() as empty, open_store(Path(empty)) as store:
        yield store


def http_fetch(config: Config, clock: Clock) -> HttpFetch:
    """The door to the network, with the configuration's limits."""
    from watcher.http import HttpFetch

    return HttpFetch(
        clock,
        contact=config.watcher.contact,
        allow=config.network.allow,
        deadline=config.network.deadline,
        max_bytes=config.network.max_bytes,
    )


def seeds(config: Config, folder: Path | None = None) -> tuple[Seed, ...]:
    """The known documents: those of the configuration, or of another folder."""
    from watcher.corpus import read_seeds

    return read_seeds(folder or config.seeds.path)


def rules_of(config: Config) -> Rules:
    """How a configuration wants stories grouped. What is asked for by topic is the judge's to heed."""
    from watcher.stories.cluster import CAREFUL, Rules

    rules = CAREFUL if config.stories.grouping == "careful" else Rules()
    return replace(rules, window=config.stories.window, retellings=config.stories.grouping != "off")


def paper_of(config: Config, known: Sequence[Seed]) -> publish.Paper:
    """What every edition of a configuration has in common."""
    return publish.Paper(
        sources=config.sources,
        topics=tuple((topic.id, topic.title) for topic in config.topics),
        seeds={seed.id: seed.title for seed in known},
        catch_up=config.digest.catch_up,
    )


def press_of(config: Config) -> press.EditionPress:
    """What turns editions into pages and mails."""
    from watcher.render import Renderer

    return press.EditionPress(
        renderer=Renderer((templates_of(config), shipped("templates")), config.digest.language, config.timezone),
        reads=config.watcher.reads,
        max_stories=config.digest.max_stories,
        main_schedule=publish.schedule_key(config.schedules[0]),
        out=config.digest.out,
        recipients=config.recipients,
        senders={name: table.sender for name, table in config.channels.items()},
        send_empty=config.digest.on_empty == "note",
    )


def templates_of(config: Config) -> Path:
    """The folder whose templates override the shipped ones, beside the configuration."""
    return config.file.parent / "templates"


def channels(config: Config) -> dict[str, Channel]:
    """The channels that are set up, by name."""
    return {name: table.channel() for name, table in config.channels.items()}
