"""The demonstration: the whole job offline, on the bundled newsroom, over real HTTP, SQLite and SMTP.

Day 1 polls every source and publishes. Days 2 and 3, by the stage clock, poll again: most of what they find are late
translations and retellings of what was told, beside a few stories that are new or have something new in them.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

from watcher.app import Program, assembled, encoding_run
from watcher.config import load_config
from watcher.delivering import deliver
from watcher.demo.content import DAY_ONE, DAYS
from watcher.demo.server import Newsroom, StageClock
from watcher.demo.sink import Sink
from watcher.errors import OutputError, WatcherError
from watcher.indexing import catch_up
from watcher.poll import Pass, total
from watcher.publish import publish
from watcher.shipped import shipped
from watcher.showing import unwritten
from watcher.types import Edition, Outcome, Receipt, Visit

POLLED_BEFORE = timedelta(minutes=5)  # the last look at the sources before the edition is made
MARK = ".toldonce-demo"  # a folder that carries it was made by the demo and may be made anew


@dataclass(frozen=True, slots=True)
class Day:
    """What one day of the demonstration brought."""

    now: datetime
    visits: tuple[Visit, ...]
    editions: tuple[Edition, ...]
    receipts: tuple[Receipt, ...]


def show_demo(folder: Path, tell: Callable[[str], None], *, keep: bool) -> int:
    """Runs all days, leaves database, editions and mails in `folder`, and prints where they are and what happened."""
    folder = folder.resolve()
    _make_room(folder, keep=keep)
    clock = StageClock(DAY_ONE)
    with Sink() as sink, Newsroom(clock) as newsroom:
        file = folder / "config.toml"
        file.write_text(newsroom.config_toml("data", "edition", sink.port, known_documents(folder / "seeds")), "utf-8")
        config = load_config(file, {})
        with assembled(config, clock) as program:
            days = [live(program, clock, moment) for moment in DAYS]
            counts = program.store.counts()
            if (owed := unwritten(program.store)) is not None:
                raise OutputError(owed.text)
        mails = [_save(folder / "mail", number, mail.data) for number, mail in enumerate(sink.messages, start=1)]
    for day in days:
        tell(said(day))
    tell(f"archive: {counts.articles} articles in {counts.stories} stories, {folder / 'data' / 'watcher.db'}")
    for ending in ("html", "txt", "md", "json"):
        tell(f"edition: {folder / 'edition' / f'{DAYS[-1].date()}.{ending}'}")
    tell(f"index:   {folder / 'edition' / 'index.html'}")
    for mail in mails:
        tell(f"mail:    {mail}")
    return 0 if mails and all(receipt.state == "delivered" for day in days for receipt in day.receipts) else 1


def known_documents(folder: Path) -> Path:
    """The shipped known documents, and one that the demo's reader saved a week ago."""
    folder.mkdir(exist_ok=True)
    for seed in shipped("seeds").iterdir():
        shutil.copyfile(seed, folder / seed.name)
    for saved in (resources.files("watcher.demo") / "newsroom" / "known").iterdir():
        (folder / saved.name).write_bytes(saved.read_bytes())
    return folder


def live(program: Program, clock: StageClock, moment: datetime) -> Day:
    """One day: every source asked, the due edition made and delivered."""
    clock.set(moment - POLLED_BEFORE)
    visits: list[Visit] = []
    run = Pass(program.parts, visits.append)
    run.claim(program.config.sources, everything=True)
    run.run()
    with encoding_run(program) as encoding:
        if encoding is not None:
            encoding.drive()
    catch_up(program.store, lambda _seconds: None)
    clock.set(moment)
    editions = publish(program.store, program.press, program.paper, program.config.schedules, clock)
    receipts = tuple(receipt for _, receipt in deliver(program.store, program.channels, clock))
    return Day(moment, tuple(visits), editions, receipts)


def said(day: Day) -> str:
    """One day in a few lines, as the demonstration prints it."""
    counts = total(day.visits)
    leads = ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome])
    failing = sorted(visit.source for visit in day.visits if visit.trouble)
    lines = [
        f"{day.now:%A %d %B %Y}: {len(day.visits)} sources asked, {sum(counts.values())} leads: {leads}",
        f"  failing: {', '.join(failing) or 'none'}",
    ]
    for edition in day.editions:
        reports = [report for entry in (*edition.entries, *edition.known) for report in entry.reports]
        relations = Counter(report.relation.value for report in reports)
        statuses = Counter(entry.status for entry in edition.entries)
        lines.append(
            f"  edition of {edition.date}: {statuses['new']} new stories, {statuses['update']} updates, "
            f"{len(edition.known)} already known, {len(edition.mentions)} mentions; "
            f"{relations['copy']} copies folded, {edition.retold} told stories still being retold"
        )
    lines += [f"  mail: {receipt.state} ({receipt.reply})" for receipt in day.receipts]
    return "\n".join(lines)


def _make_room(folder: Path, *, keep: bool) -> None:
    """An empty folder that is ours; nothing that somebody else put there is ever removed."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise WatcherError(f"{folder} holds files that no demo put there: choose another folder with --out")
    if not keep:
        for name in ("data", "edition", "mail", "seeds"):
            shutil.rmtree(folder / name, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("made by `watcher demo`, which may remove what is in this folder\n", "utf-8")


def _save(folder: Path, number: int, data: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / f"{number}.eml"
    file.write_bytes(data)
    return file
