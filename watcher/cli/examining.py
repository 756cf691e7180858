"""`doctor`: what keeps the watcher from working, and apart from that what its owner may want to know."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit
from xml.parsers.expat import EXPAT_VERSION
from zoneinfo import ZoneInfo

from watcher import __version__, app
from watcher.cli.output import emit, out
from watcher.cli.sourcing.mending import examine_sources
from watcher.cli.working import configuration
from watcher.config import Config
from watcher.corpus import Finding, check_seeds
from watcher.delivery import CHANNELS
from watcher.errors import DeliveryError
from watcher.keys.values import is_loopback
from watcher.showing import unwritten
from watcher.translating import TROUBLE
from watcher.types import OutboxRow

# From here on expat itself stops what grows a thousandfold while it is read (billion laughs).
_SAFE_EXPAT = (2, 4, 1)


def examine(path: Path | None, *, sources: bool, as_json: bool) -> int:
    """Says what wants mending and what is advice; 1 if anything wants mending. With `sources` each is asked once."""
    config = configuration(path)
    known = check_seeds(config.seeds.path, {topic.id for topic in config.topics})
    mending, advice = [*_faults(config, known)], [*_advice(config, known)]
    complaints = examine_sources(config) if sources else ()
    mending += [str(complaint) for complaint in complaints if complaint.grave]
    advice += [str(complaint) for complaint in complaints if not complaint.grave]
    versions = _versions()
    clock = f"{app.utc_now().astimezone(ZoneInfo(config.timezone)):%Y-%m-%d %H:%M} {config.timezone}"
    if as_json:
        row: dict[str, object] = {"versions": versions, "clock": clock, "mending": mending, "advice": advice}
        emit(row | ({"sources": [asdict(each) for each in complaints]} if sources else {}))
        return int(bool(mending))
    out(", ".join(f"{name} {version}" for name, version in versions.items()))
    out(f"its clock: {clock}")
    for title, findings in (("wants mending", mending), ("advice", advice)):
        if findings:
            out(f"{title}:")
        for finding in findings:
            out(f"- {finding}")
    if not mending:
        out("nothing to mend: ready to run")
    return int(bool(mending))


def _versions() -> dict[str, str]:
    """Of the program, and of what reads other people's bytes."""
    wheels = {name: version(name) for name in ("lxml", "feedparser", "trafilatura", "urllib3")}
    expat = EXPAT_VERSION.removeprefix("expat_")
    python = sys.version.split()[0]
    return {"toldonce": __version__, "python": python, "sqlite": sqlite3.sqlite_version, "expat": expat, **wheels}


def _faults(config: Config, known: tuple[Finding, ...]) -> Iterator[str]:
    if not config.sources:
        yield "there are no sources: `watcher sources add URL`"
    if not config.topics:
        yield "there are no topics: add [topics.NAME] with names"
    yield from _mail_faults(config)
    if "encoder" in config.stories.model_fields_set:
        yield from _encoder_faults(config)
    for key, folder in (("[watcher] data_dir", config.watcher.data_dir), ("[digest] out", config.digest.out)):
        if not _is_writable(folder):
            yield f"{key}: {folder} cannot be written to"
    yield from (f"{finding.file}: {finding.text}" for finding in known if finding.broken)
    if (config.watcher.database or "").startswith("postgresql"):
        yield "[watcher] database is a PostgreSQL address, which is not built yet: leave it out to store in SQLite"
        return
    with app.reading(config) as store:
        yield from store.integrity()
        if owed := unwritten(store):
            yield (
                f"[digest] out: the files of {len(owed.editions)} editions are missing: {owed.text}; `watcher run` and "
                "`watcher digest --send` write them once they can"
            )
        yield from app.slips(config, store)
        yield from _refused(store.outbox(("refused",)))


def _advice(config: Config, known: tuple[Finding, ...]) -> Iterator[str]:
    if tuple(int(part) for part in _versions()["expat"].split(".")) < _SAFE_EXPAT:
        yield f"expat {_versions()['expat']} does not stop feeds whose entities explode: use a Python with a newer one"
    if config.watcher.contact is None:
        yield '[watcher] contact is not set: say whose watcher this is, as in contact = "https://..."'
    yield from (f"{finding.file}: {finding.text}" for finding in known if not finding.broken)
    yield from _machine_advice(config)
    yield from app.stale_templates(config)
    if "encoder" not in config.stories.model_fields_set:  # nobody asked for it: it is there or not
        yield from _encoder_faults(config)


def _machine_advice(config: Config) -> Iterator[str]:
    """A machine is not asked for a word here: that would cost one. Its last trouble says what it said."""
    if config.machine.url is None:
        return
    scheme, _, rest = config.machine.url.partition("://")
    is_here = is_loopback(urlsplit(f"//{rest}").hostname or "")
    if scheme == "http" and not is_here and config.machine.key is not None:
        yield "[machine] url is http: its key and every headline travel in the clear; write https where it is offered"
    if config.machine.key is None and not is_here:
        yield "[machine] has no key: set WATCHER_MACHINE__KEY where the service needs one"
    with app.reading(config) as store:
        if trouble := store.checkpoint(TROUBLE):
            yield f"[machine]: {trouble}. Until then stories keep their own words alone"


def _encoder_faults(config: Config) -> Iterator[str]:
    if config.stories.encoder == "off":
        return
    from watcher.encoder import encoder_trouble
    from watcher.http import post_json

    if trouble := encoder_trouble(config.stories.encoder, post_json, config.stories.encoder_key):
        yield f"{trouble}. Until then stories are grouped by names, figures and copies alone: across languages, fewer"


def _mail_faults(config: Config) -> Iterator[str]:
    if config.recipients and not any(table.writes_to_people for table in config.channels.values()):
        choice = " or ".join(f"[digest.{name}]" for name, table in CHANNELS.items() if table.writes_to_people)
        yield f"there are [[digest.recipients]] but no {choice} to reach them"
    for name, table in config.channels.items():
        if not table.readers(config.recipients):
            yield f"[digest.{name}] is set but there are no [[digest.recipients]]"
        try:
            table.channel(app.outside())
        except DeliveryError as error:
            yield f"[digest.{name}]: {error}"


def _refused(rows: Sequence[OutboxRow]) -> Iterator[str]:
    """What did not arrive and will not by itself."""
    for row in rows:
        yield (
            f"message {row.id} to {row.recipient} ({row.channel}) was refused: {row.reply}; mend what it says and "
            f"`watcher outbox retry {row.id}`, or `watcher outbox discard {row.id}`"
        )


def _is_writable(folder: Path) -> bool:
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return there.is_dir() and os.access(there, os.W_OK)
