"""`watcher backfill`: history brought in once, with an estimate before it and a way on after it was stopped."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Literal
from zoneinfo import ZoneInfo

from watcher import app
from watcher.app import Program, assembled, reading, utc_now
from watcher.backfill import Asked, Done, Plan, backfill, planned
from watcher.backfill.checkpoints import digest_of
from watcher.backfill.plan import will_last
from watcher.backfill.progress import span
from watcher.cli.extras import check_extras
from watcher.cli.forecast import foretold
from watcher.cli.output import Bar, emit, out, say, told
from watcher.cli.pending import encode_pending, index_pending
from watcher.cli.ways import Wanted, asked_of
from watcher.cli.working import SOME_SOURCES_FAILED, chosen, configuration, moment
from watcher.config import Config
from watcher.errors import ConfigError, UsageError, WatcherError
from watcher.ports import Engine, Store
from watcher.types import Outcome, Reason, Source, Trouble, Unit, Window
from watcher.urls import masked

_LINE_SECONDS = 10.0  # between two lines of progress where nobody looks at a bar
_MOST_RECENT = 2000  # articles looked through for today's news
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_TROUBLES = 20  # of the summary; each was said when it happened


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asks for."""

    since: str
    until: str | None = None
    only: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    engine: Literal["local", "dask"] = "local"
    scheduler: str | None = None
    processes: int | None = None
    again: bool = False


class Troubles:
    """What kept units from being whole: what may pass by the next run, and what will not."""

    def __init__(self, plan: Plan) -> None:
        self.passing: Counter[str] = Counter()  # lines, and of how many units each is said
        self.lasting: Counter[str] = Counter()
        self._is_unusable = False  # a file that is not there, or is no such file
        for source, trouble in plan.troubles:
            self.add(source, trouble, trouble in plan.lasting)

    def add(self, what: str, trouble: Trouble | None, lasting: bool) -> bool:
        """Takes one; True where nothing was said of it before: a way that is closed for a year is closed once."""
        if trouble is None:
            return False
        line, lines = f"{what}: {trouble.text}", self.lasting if lasting else self.passing
        lines[line] += 1
        self._is_unusable |= lasting and trouble.reason is not Reason.INCOMPLETE
        return lines[line] == 1

    def code(self, order: Order, *, strict: bool) -> int:
        """How the command ends: who named a file by hand is told when it was none."""
        if order.files and self._is_unusable:
            return WatcherError.exit_code
        return SOME_SOURCES_FAILED if strict and (self.passing or self.lasting) else 0


def backfill_once(path: Path | None, order: Order, *, strict: bool, dry_run: bool, as_json: bool) -> int:
    """Brings in what is ordered, or says what that would take."""
    _check(order)
    config = configuration(path)
    window = _window(order, config)
    sources = _sources(config, order)
    if not sources and not order.via:
        say("there are no sources: write them into config.toml, or name files with --via KIND --from ADDRESS")
    asked, without = asked_of(sources, Wanted(order.via, order.files), chosen=bool(order.only))
    for line in without:
        say(line)
    check_extras(asked, on_cluster=order.engine == "dask")
    if dry_run:
        with reading(config) as store:
            plan = _planned(config, store, asked, window, order)
            _check_named(plan, order)
            _say_plan(plan)
            troubles = Troubles(plan)
            for each in foretold(config, store, plan, order.processes or _cores(), as_json=as_json):
                troubles.add(each.source, each.trouble, each.lasting)
        return troubles.code(order, strict=strict)
    with assembled(config) as program:
        return _brought(program, asked, window, order, strict=strict, as_json=as_json)


def _sources(config: Config, order: Order) -> Sequence[Source]:
    """Those that were named, or all: what is polled and what is history alone."""
    both = replace(config, sources=(*config.sources, *config.history), history=())
    return chosen(both, order.only)


def _check(order: Order) -> None:
    if order.engine == "dask" and not order.scheduler:
        raise UsageError("--engine dask needs --scheduler ADDRESS, like tcp://127.0.0.1:8786")
    if order.engine == "local" and order.scheduler:
        raise UsageError("--scheduler belongs to --engine dask")
    if order.engine == "dask" and order.processes:
        raise UsageError("--processes belongs to --engine local: a cluster has the workers it has")
    if order.scheduler:
        from watcher.engine.dask import check_address

        check_address(order.scheduler)


def _window(order: Order, config: Config) -> Window:
    now = utc_now()
    # Without --until up to the coming midnight and not to this very moment: a second run on the same day continues.
    midnight = _midnight_after(now, config)
    until = moment(order.until, config) if order.until else midnight
    window = Window(moment(order.since, config), until)
    if window.since >= min(window.until, now):
        if order.until is None or window.since < window.until:
            raise UsageError(f"--since {order.since} is in the future: history lies before now")
        raise UsageError(f"--since {order.since} is not before --until {order.until}")
    if window.until <= _FIRST:
        raise UsageError(f"--until {order.until} lies before 1970, and so before anything that can be brought in")
    # Days of the year 1 or 9999 are none that anybody is asked for, and lie where no time zone can be told any more.
    return Window(max(window.since, _FIRST), min(window.until, midnight))


def _midnight_after(now: datetime, config: Config) -> datetime:
    zone = ZoneInfo(config.timezone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, datetime.min.time(), zone).astimezone(UTC)


def _brought(
    program: Program, asked: Sequence[Asked], window: Window, order: Order, *, strict: bool, as_json: bool
) -> int:
    with _told_to_stop() as told_by:
        began = utc_now()
        plan = _planned(program.config, program.store, asked, window, order)
        _check_named(plan, order)
        _say_plan(plan)
        troubles = Troubles(plan)
        counts: Counter[Outcome] = Counter()
        with _engine(program.config, plan, order) as engine, told("backfill", _LINE_SECONDS, app.seconds) as bar:
            done = backfill(
                program.parts, plan, engine, _reporter(bar, counts, troubles, as_json=as_json), told_by.is_set
            )
    if not told_by.is_set():  # what is left now may end at once: whoever comes next does it
        encode_pending(program)
        index_pending(program.store)
    if order.until is None:
        _say_recent(program, began)
    return _summary(plan, done, counts, troubles, told_by.number, order, strict=strict, as_json=as_json)


def _check_named(plan: Plan, order: Order) -> None:
    """WatcherError where of the files that were named nothing can be read, now or at any other time."""
    if order.files and not plan.tasks and not plan.done and plan.lasting:
        raise WatcherError("; ".join(dict.fromkeys(trouble.text for _, trouble in plan.troubles)))


def _planned(config: Config, store: Store, asked: Sequence[Asked], window: Window, order: Order) -> Plan:
    return planned(store, asked, window, digest_of(config.topics), again=order.again)


def _say_recent(program: Program, began: datetime) -> None:
    """Says that news of today became history: who sets up a watcher this way would wait for it in vain."""
    found = [each.article for each in program.store.articles(_MOST_RECENT, since=began)]
    recent = sum(
        each.told and each.published is not None and began - each.published <= timedelta(days=1) for each in found
    )
    if recent:
        say(
            f"{recent} of them are of the last 24 hours: as history they are in no edition; "
            "`watcher poll` first, or --until, keeps such for it"
        )


def _say_plan(plan: Plan) -> None:
    if plan.done:
        say(f"{plan.done} of {plan.done + len(plan.tasks)} units were done before")
    if plan.stale:
        say(f"{plan.stale} of them were read while your topics were other ones; --again reads them again")
    for source, trouble in plan.troubles:
        say(f"{source}: {trouble.text}")
    for source, note in plan.notes:
        say(f"{source}: {note}")


def _reporter(bar: Bar, counts: Counter[Outcome], troubles: Troubles, *, as_json: bool) -> Callable[[Done], None]:
    def report(done: Done) -> None:
        counts.update(done.counts)
        unit, way = done.task.unit, done.progress
        if done.trouble is not None:
            is_file = done.task.way.family != "asked"
            lasting = is_file and will_last(done.trouble, unit.url or done.task.source.url)
            line = _named(unit, done.trouble)
            # What an asked way says of one day it says of all; a file's trouble names the file.
            if troubles.add(line if is_file else f"{unit.source}, {unit.via}", done.trouble, lasting):
                say(f"{line}: {done.trouble.text}")
        left = f", {span(way.remaining)} left as it goes" if way.remaining is not None else ""
        rate = f", {way.rate:.1f} a second" if way.rate is not None else ""
        bar(way.units, way.of_units, f"{way.documents:,} documents {way.work}{rate}{left}  {unit.source} {unit.name}")
        if as_json:
            emit(
                {
                    "source": unit.source,
                    "via": unit.via,
                    "unit": unit.name,
                    "trouble": done.trouble.text if done.trouble else None,
                    "outcomes": {each.value: count for each, count in sorted(done.counts.items()) if count},
                }
            )

    return report


def _named(unit: Unit, trouble: Trouble) -> str:
    """Which unit it is, each word once: the file's name is left out where the trouble begins with it."""
    names = [unit.source, unit.via, unit.name]
    if unit.url and trouble.text.startswith(f"{masked(unit.url)}: "):
        names.pop()
    return ", ".join(dict.fromkeys(names))


def _summary(
    plan: Plan,
    done: Sequence[Done],
    counts: Counter[Outcome],
    troubles: Troubles,
    stopped_by: int | None,
    order: Order,
    *,
    strict: bool,
    as_json: bool,
) -> int:
    whole = sum(each.trouble is None for each in done)
    if not as_json:
        ends = ", ".join(f"{counts[outcome]:,} {outcome.value}" for outcome in Outcome if counts[outcome])
        broken = f", {len(done) - whole} with trouble" if len(done) > whole else ""
        out(f"{whole} of {len(plan.tasks)} units done{broken}; {counts.total():,} documents: {ends or 'none'}")
    _say_troubles(troubles.passing, "with trouble; the same command tries them again:")
    _say_troubles(
        troubles.lasting, "with trouble that trying again does not mend, as long as the files are as they are:"
    )
    if stopped_by is not None:
        left = len(plan.tasks) - whole
        say(f"stopped in order: {left} of {len(plan.tasks)} units left; the same command goes on from here")
        return 128 + stopped_by
    return troubles.code(order, strict=strict)


def _say_troubles(lines: Counter[str], what: str) -> None:
    if lines:
        say(f"{lines.total()} {what}")
    for line, times in list(lines.items())[:_MOST_TROUBLES]:
        say(f"  {line}" + (f" ({times} units)" if times > 1 else ""))
    if len(lines) > _MOST_TROUBLES:
        say(f"  and {len(lines) - _MOST_TROUBLES} more")


# --- being stopped ---


class _ToldToStop:
    """Whether a signal came, and which."""

    number: int | None = None

    def is_set(self) -> bool:
        return self.number is not None


@contextmanager
def _told_to_stop() -> Iterator[_ToldToStop]:
    """Until it ends, the first SIGINT or SIGTERM asks for an end in order; the second ends at once."""
    told_by = _ToldToStop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def tell(number: int, _frame: FrameType | None) -> None:
        told_by.number = number
        for each, handler in before.items():
            signal.signal(each, handler)
        say("stopping; once more to stop at once")

    for number in before:
        signal.signal(number, tell)
    try:
        yield told_by
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# --- who reads files ---


@contextmanager
def _engine(config: Config, plan: Plan, order: Order) -> Iterator[Engine | None]:
    """Who works on what is held; None where nothing is."""
    tasks = plan.of("held")
    if not tasks:
        yield None
        return
    from watcher.cli.reading_units import work_of

    work = work_of(config, [task.source for task in tasks])
    if order.engine == "dask":
        from watcher.engine.dask import DaskEngine

        if order.scheduler is None:
            raise ConfigError("--engine dask needs --scheduler")
        with DaskEngine(order.scheduler, work) as cluster:
            yield cluster
            for worker, why in cluster.unfit.items():
                say(f"worker {worker} {why}: it was given nothing")
        return
    from watcher.engine.local import LocalEngine

    with LocalEngine(work, order.processes or _cores()) as processes:
        yield processes


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
