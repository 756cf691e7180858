"""Wires a machine to the program: whom it is asked for, what it may cost, and who asks it. Off without `[machine]`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher import publish, translating
from watcher.app import Program, alone, seconds
from watcher.cadence import last_made, next_edition
from watcher.config import Config
from watcher.types import Edition, MachineSpend, Source

if TYPE_CHECKING:
    from watcher.store import SqlStore


def machine_terms(config: Config) -> translating.Terms | None:
    """What is wanted of the machine of a configuration, and by whom; None without one."""
    table = config.machine
    if table.url is None or table.model is None or table.per_day is None:
        return None
    from watcher.machine import PROMPT

    page = translating.Reader(config.watcher.reads)
    people = (
        translating.Reader(each.reads or config.watcher.reads, each.topics, publish.schedule_key(each.schedule))
        for each in config.recipients
        if each.schedule is not None
    )
    return translating.Terms(
        machine=table.model,
        prompt=PROMPT,
        readers=tuple(dict.fromkeys((page, *people))),
        max_stories=config.digest.max_stories,
        timezone=config.timezone,
        per_day=table.per_day,
        into=table.into,
        summaries="summaries" in table.what,
        price_in=table.price_in,
        price_out=table.price_out,
        private=frozenset(source.id for source in config.sources if _is_private(source)),
        patience=config.stories.wait,
    )


def words_of(config: Config, store: SqlStore) -> publish.Worded | None:
    """What gives an edition the words of a machine that are there; None without one."""
    terms = machine_terms(config)
    return None if terms is None else translating.words_for(store, terms)


@contextmanager
def translating_run(program: Program, stop: Callable[[], bool] = lambda: False) -> Iterator[translating.Run | None]:
    """Who asks the machine; None without one, and while another process asks it."""
    from watcher.store import try_to_hold

    config, terms = program.config, machine_terms(program.config)
    if terms is None or config.machine.url is None:
        yield None
        return
    from watcher.http import post_json
    from watcher.language import identify
    from watcher.machine import ChatMachine

    with try_to_hold(config.watcher.data_dir, "machine.lock") as is_alone, alone(program, "machine") as is_held:
        if not is_alone or is_held is None:
            yield None
            return
        parts = translating.Parts(
            store=program.store,
            machine=ChatMachine(config.machine.url, terms.machine, post_json, config.machine.key),
            terms=terms,
            editions=lambda: coming_editions(program),
            identify=identify,
            clock=program.clock,
            seconds=seconds,
        )
        yield translating.Run(parts, lambda: stop() or not is_held())


def coming_editions(program: Program) -> tuple[Edition, ...]:
    """The next edition of each schedule, as it would be now."""
    now, store = program.clock(), program.store
    editions: list[Edition] = []
    for schedule in program.config.schedules:
        last = last_made(store.made(publish.schedule_key(schedule), publish.RECALLED), now)
        since = publish.begins(store, schedule, last, now)
        upcoming = next_edition(schedule, now)
        day = upcoming[0] if upcoming else now.date()
        if since < now:
            editions.append(publish.preview(store, program.paper, schedule, day, since, now))
    return tuple(editions)


def _is_private(source: Source) -> bool:
    """True for what is only to be had with credentials, or at an address that is a secret: it is nobody else's."""
    return source.access is not None and bool(source.access.headers or source.access.secret)


def machine_state(config: Config, store: SqlStore, now: datetime) -> dict[str, object] | None:
    """What `status` says of a machine: what it was asked and what that cost, its cap, its trouble; None without one."""
    terms = machine_terms(config)
    if terms is None:
        return None
    midnight = terms.midnight(now)
    first = midnight.astimezone(ZoneInfo(config.timezone)).replace(day=1).astimezone(now.tzinfo)
    today, month = store.machine_spend(midnight), store.machine_spend(first)
    return {
        "model": terms.machine,
        "calls_today": today.calls,
        "spent_today": _spent(terms, today),
        "per_day": terms.per_day,
        "calls_this_month": month.calls,
        "spent_this_month": _spent(terms, month),
        "in": "tokens" if terms.price_in is None else "money",
        "trouble": store.checkpoint(translating.TROUBLE) or None,
    }


def _spent(terms: translating.Terms, spend: MachineSpend) -> float:
    return spend.tokens_in + spend.tokens_out if terms.price_in is None else round(spend.cost, 6)
