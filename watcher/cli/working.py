"""The daily commands at work."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from watcher import app, urls
from watcher.app import assembled, reading, utc_now
from watcher.cadence import may_be_asked
from watcher.cli.coming import coming_edition, is_due, nothing_due, say_what_is_due
from watcher.cli.documents import moment_of
from watcher.cli.output import emit, out, say
from watcher.cli.pending import MOST_OLD, encode_pending, index_pending, word_coming
from watcher.config import Config, load_config
from watcher.errors import UsageError, WatcherError
from watcher.interpreting import words_of
from watcher.moves import address_of, known_of
from watcher.poll import total
from watcher.ports import Store
from watcher.shapes.sources import visit_row
from watcher.types import Edition, Memory, Outcome, Source, Trouble, Visit

if TYPE_CHECKING:
    from watcher.store import SqlStore

SOME_SOURCES_FAILED = 3
TRY_AGAIN_LATER = 75


def configuration(path: Path | None) -> Config:
    """The configuration this command is to use."""
    return said_of(load_config(path, os.environ))


def said_of(config: Config) -> Config:
    """The same, once it is said what of it will not work for ever."""
    for warning in config.warnings:
        say(f"watcher: {warning}")
    return config


def poll_once(
    path: Path | None, everything: bool, only: Sequence[str], *, strict: bool, dry_run: bool, as_json: bool
) -> int:
    """One pass over what is due."""
    config = configuration(path)
    sources = chosen(config, only)
    if dry_run:
        return _say_what_is_due(config, sources, everything or bool(only))
    visits: list[Visit] = []

    def visited(visit: Visit) -> None:
        visits.append(visit)
        _report(visit, as_json=as_json)

    from watcher.poll import Pass

    with assembled(config) as program:
        run = Pass(program.parts, visited)
        run.claim(sources, everything or bool(only), limit=len(sources))
        run.run()
        encode_pending(program, most_old=MOST_OLD)
        index_pending(program.store)
        word_coming(program)
    return _summary(visits, as_json=as_json, strict=strict)


def chosen(config: Config, only: Sequence[str]) -> tuple[Source, ...]:
    """The named sources, or all of them."""
    known = {source.id: source for source in config.sources}
    past = {source.id: source.kind for source in config.history}
    for name in only:
        if name in past:
            raise WatcherError(f"{name} is a source of history (kind {past[name]}): `watcher backfill` reads it")
        if name not in known:
            raise WatcherError(f"no source is called {name}: `watcher sources list` shows their names")
    return tuple(known[name] for name in only) if only else config.sources


def _say_what_is_due(config: Config, sources: Sequence[Source], everything: bool) -> int:
    memories = _memories(config, sources)
    now = utc_now()
    for source in sources:
        memory = known_of(source, memories.get(source.id) or Memory(source.id))
        if may_be_asked(source, memory, now, everything):
            out(f"{source.id}  would be asked: {urls.masked_for(source, address_of(source, memory))}")
    return 0


def _memories(config: Config, sources: Sequence[Source]) -> dict[str, Memory]:
    with reading(config) as store:
        return store.memories([source.id for source in sources])


def _report(visit: Visit, *, as_json: bool) -> None:
    if as_json:
        emit(visit_row(visit))
        return
    said = ", ".join(f"{count} {outcome.value}" for outcome, count in sorted(visit.counts.items()) if count)
    say(f"{visit.source}: {visit.trouble.text if visit.trouble else said or 'nothing new'}")


def _summary(visits: Sequence[Visit], *, as_json: bool, strict: bool) -> int:
    counts = total(visits)
    failing = sum(visit.trouble is not None for visit in visits)
    if not as_json:
        leads = ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome])
        out(f"{len(visits)} sources asked, {failing} did not answer; {sum(counts.values())} leads: {leads or 'none'}")
    return SOME_SOURCES_FAILED if strict and failing else 0


def show_edition(
    path: Path | None,
    day: str | None,
    since: str | None,
    until: str | None,
    form: Literal["html", "text", "markdown", "json"],
    target: str,
    *,
    send: bool,
    dry_run: bool,
) -> int:
    """A preview, a stored edition, or (with `send`) the due editions published and delivered."""
    config = configuration(path)
    _check_span(config, day, since, until, send=send)
    if send and not dry_run:
        return _send(config)
    with reading(config) as store:
        edition = _stored(store, day) if day is not None else _preview(store, config, since, until)
        if send:
            say_what_is_due(store, config)
    press = app.press_of(config)
    # Under its own name an edition is what it was in `out`, with its links to the other forms beside it.
    name = press.name(edition) if Path(target).stem == press.name(edition) else None
    written = press.renderer.render(press.view(edition), form, name)
    for slip in press.slips().texts:
        say(slip)
    if target == "-":
        out(written.rstrip("\n"))
        return 0
    from watcher.render import write_atomically

    if Path(target).is_dir():
        raise WatcherError(f"--out {target}: that is a folder; name a file in it")
    if dry_run:
        say(f"would be written to {target}: {len(written.encode()):,} bytes")
        return 0
    write_atomically(Path(target), written)
    say(f"written to {target}")
    return 0


def _check_span(config: Config, day: str | None, since: str | None, until: str | None, *, send: bool) -> None:
    if day is not None:
        try:
            date.fromisoformat(day)
        except ValueError:
            raise UsageError(f"--date {day} is no date: write 2026-03-09") from None
    if (day or send) and (since or until):
        raise UsageError(f"--since and --until belong to a preview, not to {'--date' if day else '--send'}")
    if day and send:
        raise UsageError("--date shows a stored edition, --send publishes what is due now: choose one")
    if since and moment(since, config) >= (moment(until, config) if until else utc_now()):
        raise UsageError(f"--since {since} is not before --until {until or 'now'}")


def _send(config: Config) -> int:
    from watcher.delivering import deliver
    from watcher.publish import finish_files, publish
    from watcher.showing import unwritten

    with assembled(config) as program:
        app.watch_over(program)
        finish_files(program.store, program.press, config.schedules)
        is_done_here = not is_due(program) or encode_pending(
            program, most_old=0, most_seconds=config.stories.wait.total_seconds()
        )
        wait = None if is_done_here else app.pause  # the daemon encodes beside us
        made = publish(
            program.store, program.press, program.paper, config.schedules, program.clock, wait,
            resolve=app.resolver_of(program), words=words_of(config, program.store),
        )  # fmt: skip
        for edition in made:
            out(f"published the edition of {edition.date}: {len(edition.entries)} stories")
        done = deliver(program.store, program.channels, program.clock)
        app.report(program, _say_alarm)
        owed, slips = unwritten(program.store), app.slips(config, program.store)
        waiting = _waiting(program.store)
        nothing = "" if made or done or waiting else "\n".join(nothing_due(program))
    for row, receipt in done:
        out(f"{row.recipient}: {receipt.state} ({receipt.reply})")
    if not (made or done):
        say(waiting or nothing)
    for trouble in (*slips, *([owed.text] if owed else [])):
        say(trouble)
    states = {receipt.state for _, receipt in done}
    return 1 if owed or "refused" in states else TRY_AGAIN_LATER if "deferred" in states or waiting else 0


def _waiting(store: Store) -> str:
    """What is in the outbox and not due yet, in words; empty where nothing is."""
    rows = store.outbox(("waiting", "sending"))
    if not rows:
        return ""
    coming = min(row.next_attempt for row in rows)
    return f"{len(rows)} messages wait for their next attempt, the first at {coming:%Y-%m-%d %H:%M} UTC: try again then"


def _say_alarm(what: str, trouble: Trouble | None) -> None:
    say(f"{what}: {trouble.text}" if trouble else what)


def _stored(store: Store, day: str) -> Edition:
    edition = store.edition(day)
    if edition is None:
        raise WatcherError(f"there is no edition of {day}: `watcher digest` without --date shows the next one")
    return edition


def _preview(store: SqlStore, config: Config, since: str | None, until: str | None) -> Edition:
    begin, end = moment(since, config) if since else None, moment(until, config) if until else None
    coming = coming_edition(store, app.paper_of(config, app.seeds(config)), config, begin, end)
    for line in coming.notes:
        say(line)
    return coming.edition


def moment(text: str, config: Config) -> datetime:
    """A date or moment given on the command line; a bare date begins at midnight of the configured zone."""
    with suppress(ValueError, OverflowError):
        midnight = datetime.combine(date.fromisoformat(text), datetime.min.time(), ZoneInfo(config.timezone))
        return midnight.astimezone(UTC)
    given = moment_of(text)
    if given is None:
        raise UsageError(f"{text!r} is no date: write 2026-03-09 or 2026-03-09T18:00")
    return given
