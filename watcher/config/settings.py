"""The configuration as the program uses it: defaults applied, paths absolute, in the words of `watcher.types`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from watcher.cadence import schedule_key
from watcher.config.access import with_access
from watcher.config.models import (
    HISTORY,
    DefaultsTable,
    DigestTable,
    File,
    MachineTable,
    NetworkTable,
    RecipientTable,
    SeedsTable,
    ServiceTable,
    SourceTable,
    StoriesTable,
    WatcherTable,
)
from watcher.config.queries import query_source
from watcher.delivery import CHANNELS, ChannelTable
from watcher.types import Grouping, Recipient, Schedule, Selectors, Source, TopicRule


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the user decided. The tables are those of the file; `sources` to `schedules` are ready for use."""

    file: Path
    timezone: str  # of the digest, and of whoever names no other
    watcher: WatcherTable
    network: NetworkTable
    defaults: DefaultsTable
    seeds: SeedsTable
    stories: StoriesTable
    digest: DigestTable
    machine: MachineTable
    service: ServiceTable
    sources: tuple[Source, ...]  # those that are polled
    topics: tuple[TopicRule, ...]
    groupings: tuple[tuple[str, Grouping], ...]  # (topic, grouping) for every topic
    own_grouping: tuple[str, ...]  # topics that name one themselves
    recipients: tuple[Recipient, ...]  # each with a schedule
    channels: Mapping[str, ChannelTable]  # those that are set up, by name
    schedules: tuple[Schedule, ...]  # distinct ones; the first is that of [digest]
    warnings: tuple[str, ...] = field(default=(), compare=False)  # what works for now, and will not for ever
    history: tuple[Source, ...] = ()  # those that only `backfill` reads


def settle(
    file: File, path: Path, timezone: str, hidden: Set[int] = frozenset(), warnings: tuple[str, ...] = ()
) -> Config:
    """Applies the defaults of one table to the rows of others; `hidden` are the sources with a secret address."""
    schedule = Schedule(file.digest.at, timezone, file.digest.days)
    recipients = tuple(_recipient(row, file, schedule) for row in file.digest.recipients)
    schedules = (schedule, *(recipient.schedule for recipient in recipients if recipient.schedule))
    sources = tuple(with_access(_source(row, file), row, number in hidden) for number, row in enumerate(file.sources))
    return Config(
        file=path,
        timezone=timezone,
        watcher=file.watcher,
        network=file.network,
        defaults=file.defaults,
        seeds=file.seeds,
        stories=file.stories,
        digest=file.digest,
        machine=file.machine,
        service=file.service,
        sources=tuple(source for source in sources if source.kind not in HISTORY),
        history=tuple(source for source in sources if source.kind in HISTORY),
        topics=tuple(
            TopicRule(id, row.title or id, row.names, row.weak, row.needs, row.never, row.without)
            for id, row in file.topics.items()
        ),
        groupings=tuple((id, row.grouping or file.stories.grouping) for id, row in file.topics.items()),
        own_grouping=tuple(id for id, row in file.topics.items() if row.grouping is not None),
        recipients=recipients,
        channels={name: table for name in CHANNELS if (table := getattr(file.digest, name)) is not None},
        schedules=_lines(schedules),
        warnings=warnings,
    )


def _lines(schedules: Iterable[Schedule]) -> tuple[Schedule, ...]:
    """One line of editions for each hour and zone, on every day on which one of its readers wants one."""
    days: dict[str, Schedule] = {}
    for schedule in schedules:
        key = schedule_key(schedule)
        days[key] = replace(schedule, days=schedule.days | days[key].days) if key in days else schedule
    return tuple(days.values())


def _source(row: SourceTable, file: File) -> Source:
    defaults = file.defaults
    source = Source(
        id=row.id,
        url=row.url or "",
        kind=row.kind,
        title=row.title,
        language=row.language,
        role=row.role,
        pages=row.pages or defaults.pages,
        interval=row.interval or defaults.interval,
        topics=row.topics,
        folder=row.folder,
        site=row.site,
        select=Selectors(**dict(row.select)) if row.select else Selectors(),
    )
    return query_source(source, row, file.topics) if row.kind == "query" else source


def _recipient(row: RecipientTable, file: File, schedule: Schedule) -> Recipient:
    return Recipient(
        address=row.address,
        topics=row.topics,
        reads=row.reads or file.watcher.reads,
        schedule=Schedule(
            row.at or schedule.at,
            row.timezone or schedule.timezone,
            row.days or schedule.days,
        ),
        language=row.language or "",
    )
