"""Wires the edges to the jobs: the one place that knows all of them, and where the clock is read."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from watcher import alarms, encoding, poll, press, publish, resolving, showing, signing
from watcher.config import Config
from watcher.delivery import Bellman, Outside
from watcher.errors import ReadError
from watcher.judging import encoder_of, encoding_of, prepared
from watcher.judging import in_a_language as in_a_language
from watcher.judging import judge_of as judge_of
from watcher.judging import judge_with as judge_with
from watcher.judging import names_of as names_of
from watcher.judging import rules_of as rules_of
from watcher.judging import space_of as space_of
from watcher.ports import Channel, Clock, Encoder, Nearest, Notify, Share, Store, Wait
from watcher.shipped import shipped
from watcher.types import Recipient, Seed, Trouble

if TYPE_CHECKING:
    from watcher.encoder import VectorFile
    from watcher.http import HttpFetch
    from watcher.store import SqlStore
    from watcher.store.sharing import Sharing
    from watcher.workers import WorkerPool


def utc_now() -> datetime:
    """The clock that everything above the rules is given."""
    return datetime.now(UTC)


def seconds() -> float:
    """Seconds of a clock that only goes forward: for pace and batches, which a set clock must not disturb."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Waits: what jobs are given that wait."""
    time.sleep(seconds)


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
    encoder: Encoder | None
    encoder_tasks: WorkerPool
    share: Share | None = None  # our place among several daemons on one database

    def close(self) -> None:
        """Ends what runs beside us: workers, and requests under way."""
        self.fetch.close()
        self.workers.close()
        self.encoder_tasks.close()
        if self.encoder is not None:
            self.encoder.close()


@contextmanager
def assembled(config: Config, clock: Clock = utc_now) -> Iterator[Program]:
    """The whole program over an open archive; everything is closed at the end."""
    from watcher.language import identify
    from watcher.topics import TopicMatcher
    from watcher.workers import WorkerPool

    store = archive(config)
    clock = clock_of(store, clock)
    judge = judge_of(config)
    known = prepared(seeds(config), judge)
    fetch = http_fetch(config, clock)
    share = share_of(store)
    workers, tasks = (
        WorkerPool(names=names_of(config), rules=tuple(config.topics)),
        WorkerPool(processes=1),
    )  # one encoder is 305 MB, and uses every core by itself
    parts = poll.Parts(
        store=store,
        fetch=fetch,
        workers=workers,
        matches=TopicMatcher(config.topics),
        judge=judge,
        seeds=known,
        identify=identify,
        clock=clock,
        seconds=seconds,
        concurrency=config.network.concurrency,
        gap=config.network.gap.total_seconds(),
        rules=rules_of(config),
        samples=config.defaults.samples,
        share=share,
        longest=(config.network.deadline + config.network.gap).total_seconds() + 1.0,
    )
    paper = paper_of(config, known)
    encoder = encoder_of(config, tasks)
    made_by = press_of(config, secret_of(store))
    program = Program(
        config, clock, store, fetch, workers, parts, made_by, paper, channels(config, clock), encoder, tasks, share
    )
    try:
        yield program
    finally:
        program.close()
        if share is not None:
            share.close()
        store.close()


def clock_of(store: SqlStore, clock: Clock) -> Clock:
    """The clock to go by: among several daemons their database's, whatever this machine's own shows."""
    if not store.is_shared or clock is not utc_now:
        return clock
    from watcher.store.clock import ServerClock

    return ServerClock(store, seconds)


def share_of(store: SqlStore) -> Sharing | None:
    """Our place among the daemons on a database; None on a file, which has one."""
    if not store.is_shared:
        return None
    from watcher.store.sharing import Sharing

    return Sharing(store, seconds)


@contextmanager
def alone(program: Program, hand: str) -> Iterator[Callable[[], bool] | None]:
    """Makes this process the one that does something: yields whether it still is; None while another one is."""
    if program.share is None:
        yield _for_ever
        return
    with program.share.alone(hand) as is_held:
        yield is_held


def _for_ever() -> bool:
    return True


@contextmanager
def encoding_run(program: Program, stop: Callable[[], bool] = lambda: False) -> Iterator[encoding.Run | None]:
    """Who encodes what is pending; None without an encoder, and while another process does it."""
    from watcher.store import try_to_hold

    config, named, space = program.config, encoding_of(program.config), space_of(program.config)
    if program.encoder is None or named is None or space is None:
        yield None
        return
    from watcher.encoder.index import VectorIndex

    folder = config.watcher.data_dir
    # The file is for the index beside it, which is this machine's own; the lease for the archive.
    with try_to_hold(folder, "encoder.lock") as is_alone, alone(program, "encoder") as is_held:
        if not is_alone or is_held is None:
            yield None
            return
        cache = vectors_of_seeds(config, program.encoder)
        with VectorIndex(folder / "vectors.index", space.stamp) as index:
            judge, clock = program.parts.judge, program.clock
            parts = encoding.Parts(
                store=program.store,
                judge=judge,
                seeds=program.parts.seeds,
                rules=program.parts.rules,
                encoder=program.encoder,
                encoding=named,
                cache=cache,
                keep_cache=cache.save,
                index=index,
                clock=clock,
                seconds=seconds,
            )
            yield encoding.Run(parts, lambda: stop() or not is_held())


def vectors_of_seeds(config: Config, encoder: Encoder | None) -> VectorFile:
    """The vectors of known documents, kept in a file: begun anew where it cannot be read."""
    from watcher.encoder import VectorFile

    path = config.watcher.data_dir / "known.vectors"
    try:
        return VectorFile(path, encoder)
    except ReadError:
        path.unlink()
        return VectorFile(path, encoder)


@contextmanager
def replaying(config: Config) -> Iterator[tuple[tuple[Seed, ...], Nearest | None]]:
    """What a replay of the archive needs: the known documents with what is kept of them, and an empty index."""
    known = prepared(seeds(config), judge_of(config))
    space = space_of(config)
    if space is None:
        yield known, None
        return
    from watcher.encoder.index import VectorIndex

    cache = vectors_of_seeds(config, None)
    found = encoding.with_vectors(known, lambda texts: cache.encode(texts).result())
    with tempfile.TemporaryDirectory() as folder, VectorIndex(Path(folder) / "index", space.stamp) as index:
        yield found if isinstance(found, tuple) else known, index


def archive(config: Config, *, read_only: bool = False) -> SqlStore:
    """The archive of a configuration; made or upgraded where that is needed."""
    from watcher.store import open_store

    told = config.watcher
    return open_store(
        told.data_dir, told.database, read_only, encoding=encoding_of(config), password=told.database_password
    )


@contextmanager
def reading(config: Config) -> Iterator[SqlStore]:
    """The archive, to look at and not to change; one that is not there yet is an empty one, and is not made here."""
    from watcher.store.opening import is_there, open_store

    if is_there(config.watcher.data_dir, config.watcher.database, config.watcher.database_password):
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


def paper_of(config: Config, known: Sequence[Seed]) -> publish.Paper:
    """What every edition of a configuration has in common."""
    return publish.Paper(
        sources=config.sources,
        topics=tuple((topic.id, topic.title) for topic in config.topics),
        seeds={seed.id: seed.title for seed in known},
        catch_up=config.digest.catch_up,
        wait=config.stories.wait,
        failing_after=config.digest.failing_after,
        on_empty=config.digest.on_empty,
        readers=tuple(person.address for person in config.recipients),
        hours={
            person.address: publish.schedule_key(person.schedule) for person in config.recipients if person.schedule
        },
        reads=frozenset(config.watcher.reads).union(*(person.reads for person in config.recipients)),
        max_stories=config.digest.max_stories,
    )


def resolver_of(program: Program, wait: Wait = pause, stop: Callable[[], bool] = lambda: False) -> resolving.Resolver:
    """Who asks where the links of searches lead, for the items of an edition."""
    gap = program.config.network.gap.total_seconds()
    return resolving.Resolver(program.store, program.fetch, program.clock, seconds, wait, gap, stop)


def press_of(config: Config, secret: str | None = None) -> press.EditionPress:
    """What turns editions into pages and mails. The archive's `secret` signs their addresses and names their feeds."""
    from watcher.render import Renderer

    def renderer(language: str) -> Renderer:
        return Renderer((templates_of(config), shipped("templates")), language, config.timezone)

    public_url = config.service.public_url
    languages = {recipient.language for recipient in config.recipients} - {config.digest.language}
    return press.EditionPress(
        renderer=renderer(config.digest.language),
        reads=config.watcher.reads,
        max_stories=config.digest.max_stories,
        main_schedule=publish.schedule_key(config.schedules[0]),
        out=config.digest.out,
        recipients=config.recipients,
        channels=config.channels,
        send_empty=config.digest.on_empty == "note",
        renderers={language: renderer(language) for language in sorted(languages) if language},
        links=press.Links(public_url, secret) if public_url and secret else None,
        identity=signing.identity(secret) if secret else press.NAMELESS,
    )


def secret_of(store: SqlStore) -> str:
    """The archive's secret, made the first time it is asked for."""
    secret = store.checkpoint(signing.SECRET)
    if secret is None:
        with store.writing() as writer:
            secret = writer.checkpoint(signing.SECRET) or signing.new_secret()
            writer.set_checkpoint(signing.SECRET, secret)
    return secret


def stale_templates(config: Config) -> tuple[str, ...]:
    """What to say of copied templates that the shipped ones have moved on from."""
    from watcher.render.overrides import stale

    return stale(templates_of(config), shipped("templates"))


def slips(config: Config, store: Store) -> tuple[str, ...]:
    """What is wrong with copied templates, as far as editions have shown it and nobody touched them since."""
    from watcher.render.copies import state

    return showing.slips(store, state([templates_of(config)]))


def standing(config: Config, store: Store) -> tuple[tuple[str, str], ...]:
    """What keeps editions from being shown as they should be: what it is about, and a line."""
    owed = showing.unwritten(store)
    files = (("out", owed.text),) if owed else ()
    return (*files, *(("template", text) for text in slips(config, store)))


def templates_of(config: Config) -> Path:
    """The folder whose templates override the shipped ones, beside the configuration."""
    return config.file.parent / "templates"


def channels(config: Config, clock: Clock = utc_now) -> dict[str, Channel]:
    """The channels that are set up, by name."""
    return {name: table.channel(outside(clock)) for name, table in config.channels.items()}


def notify_of(config: Config, channels: Mapping[str, Channel], clock: Clock) -> Notify | None:
    """Who tells the operator that an edition is late; None where nobody is to be told."""
    alarm = config.digest.alarm
    if alarm is None:
        return None
    table, channel = config.channels[alarm.channel], channels[alarm.channel]
    return Bellman(alarm.channel, table, channel, tuple(map(Recipient, alarm.to)), clock)


def heartbeat_of(config: Config, clock: Clock) -> Callable[[], Trouble | None] | None:
    """What asks the heartbeat once; None where there is none."""
    from watcher.http import send

    url = config.digest.heartbeat
    return None if url is None else lambda: send(url, clock, seconds=10.0)


def watch_over(program: Program) -> None:
    """Notes what should have been delivered and was not: to be called before editions are made. Asks nobody."""
    digest = program.config.digest
    if digest.heartbeat is not None:
        alarms.begin_beats(program.store)
    if digest.alarm is not None:
        alarms.watch(program.store, program.config.schedules, digest.alarm.by, program.clock)


def report(program: Program, heard: alarms.Heard) -> None:
    """Asks the heartbeat for each edition that is done with, and tells what was noted."""
    config, clock = program.config, program.clock
    if (ask := heartbeat_of(config, clock)) is not None:
        alarms.beat(program.store, ask, clock, heard)
    if (notify := notify_of(config, program.channels, clock)) is not None:
        alarms.tell(program.store, config.schedules, notify, clock, heard)


def outside(clock: Clock = utc_now) -> Outside:
    """What channels need: the clock, and the door to addresses that the operator wrote."""
    from watcher.http import send

    return Outside(clock, send)
