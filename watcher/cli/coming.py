"""The coming edition: what `digest` shows before it is made, and what `digest --send` says where none is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher import app
from watcher.cadence import last_made, next_edition
from watcher.cli.output import say
from watcher.config import Config
from watcher.interpreting import words_of
from watcher.publish import RECALLED, Paper, begins, due_spans, first_waits, preview, schedule_key
from watcher.types import Edition, Schedule

if TYPE_CHECKING:
    from watcher.store import SqlStore


@dataclass(frozen=True, slots=True)
class Coming:
    """A preview, and what is to be said beside it."""

    edition: Edition
    notes: tuple[str, ...] = ()


def coming_edition(
    store: SqlStore, paper: Paper, config: Config, since: datetime | None = None, until: datetime | None = None
) -> Coming:
    """What `--send` would publish at this moment; where nothing is due, what the next edition holds so far."""
    schedule, now = config.schedules[0], app.utc_now()
    due = due_spans(store, schedule, config.digest.catch_up, now)
    day, begin, end = due[0] if due else (_next_date(schedule, now), None, now)
    if until is not None:
        end, begin = until, None
    if begin is None:
        begin = begins(store, schedule, last_made(store.made(schedule_key(schedule), RECALLED), end), end)
    edition = preview(store, paper, schedule, day, since or begin, end, words_of(config, store))
    others = ", ".join(str(each[0]) for each in due[1:]) if since is None and until is None else ""
    return Coming(edition, (f"due after this one: the editions of {others}",) if others else ())


def _next_date(schedule: Schedule, now: datetime) -> date:
    upcoming = next_edition(schedule, now)
    return upcoming[0] if upcoming else now.astimezone(ZoneInfo(schedule.timezone)).date()


def is_due(program: app.Program) -> bool:
    """Whether an edition would be published now."""
    config, now = program.config, program.clock()
    if first_waits(program.store, program.paper, now):
        return False
    return any(due_spans(program.store, schedule, config.digest.catch_up, now) for schedule in config.schedules)


def say_what_is_due(store: SqlStore, config: Config) -> None:
    """What `--send` would publish and deliver."""
    now = app.utc_now()
    if first_waits(store, app.paper_of(config, ()), now):
        say(_waits_for_news(config))
    else:
        for schedule in config.schedules:
            for day, since, until in due_spans(store, schedule, config.digest.catch_up, now):
                say(f"would publish the edition of {day} ({schedule.at} {schedule.timezone}), {since} to {until}")
    say(f"would deliver {len(store.outbox(('waiting',)))} mails that wait")


def nothing_due(program: app.Program) -> tuple[str, ...]:
    """Why no edition was made: when the last one was, when the next is due, and how much waits for it."""
    config, store, now = program.config, program.store, program.clock()
    if first_waits(store, program.paper, now):
        return (_waits_for_news(config),)
    schedule = config.schedules[0]
    zone = ZoneInfo(schedule.timezone)
    lines = ["nothing is due: no edition, and no mail that waits"]
    last = last_made(store.made(schedule_key(schedule), RECALLED), now)
    made = store.edition(str(last.id)) if last else None
    if last is not None and made is not None:
        held = "passed over, as it had no story" if last.skipped else f"made with {_stories(len(made.entries))}"
        lines.append(f"the edition of {made.date} was {held}, {made.until.astimezone(zone):%a %Y-%m-%d at %H:%M}")
    upcoming = next_edition(schedule, now)
    if upcoming is not None:
        waiting = len(coming_edition(store, program.paper, config).edition.entries)
        line = f"the next is due {upcoming[1].astimezone(zone):%a %Y-%m-%d at %H:%M}; {_stories(waiting)} so far"
        if waiting:
            line += ": they come with it, as a date has one edition; `watcher digest` shows them now"
        lines.append(line)
    return tuple(lines)


def _waits_for_news(config: Config) -> str:
    if not config.sources:
        return (
            "no edition yet: the first waits for something to tell, and there are no sources: watcher sources add URL"
        )
    return "no edition yet: the first waits until a source has answered; `watcher poll` asks them now"


def _stories(count: int) -> str:
    return "1 story" if count == 1 else f"{count} stories"
