"""`doctor`: what keeps the watcher from working, and apart from that what its owner may want to know.

Each check has its time, and a surprise in one is a finding like others: doctor neither hangs nor falls.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from watcher import app
from watcher.cli import surroundings
from watcher.cli.connections import mail_faults, page_faults, send_test
from watcher.cli.output import emit, out
from watcher.cli.sourcing.mending import examine_sources
from watcher.cli.working import configuration
from watcher.config import Config
from watcher.corpus import check_seeds
from watcher.delivery import CHANNELS
from watcher.errors import DeliveryError, StoreError, WatcherError
from watcher.keys.values import is_loopback
from watcher.showing import unwritten
from watcher.store.opening import is_served, served_by
from watcher.translating import TROUBLE
from watcher.types import OutboxRow

if TYPE_CHECKING:
    from watcher.store.postgres import Served

_SECONDS = 60.0  # what one check may take; a database of some gigabytes is read through in that


@dataclass(frozen=True, slots=True)
class Told:
    """One finding; grave ones keep the program from doing its work."""

    grave: bool
    text: str


def examine(path: Path | None, *, sources: bool, mail: str | None, as_json: bool) -> int:
    """Says what wants mending and what is advice; 1 if anything wants mending.

    With `sources` each is asked once; to `mail`, an address, a test mail is sent.
    """
    config = configuration(path)
    server: list[Served] = []
    found = _in_time(partial(_server, into=server), config)
    found += [told for check in CHECKS for told in _in_time(check, config)]
    if mail is not None:
        found += _in_time(lambda config: (Told(*each) for each in send_test(config, mail)), config)
    complaints = examine_sources(config) if sources else ()
    mending = [told.text for told in found if told.grave] + [str(each) for each in complaints if each.grave]
    advice = [told.text for told in found if not told.grave] + [str(each) for each in complaints if not each.grave]
    row: dict[str, Any] = {
        "versions": surroundings.versions(config, server[0] if server else None),
        "processor": surroundings.processor(),
        "disk": surroundings.disk(config),
        "clock": f"{app.utc_now().astimezone(ZoneInfo(config.timezone)):%Y-%m-%d %H:%M} {config.timezone}",
        "database": asdict(server[0]) | {"now": server[0].now.isoformat()} if server else None,
        "mending": mending,
        "advice": advice,
    }
    if as_json:
        emit(row | ({"sources": [asdict(each) for each in complaints]} if sources else {}))
    else:
        _show(row)
    return int(bool(mending))


def _show(row: dict[str, Any]) -> None:
    out(", ".join(f"{name} {version}" for name, version in row["versions"].items()))
    flags = ", ".join(row["processor"]["flags"])
    out(f"processor: {row['processor']['machine']}{f' ({flags})' if flags else ''}")
    sizes = {name: surroundings.megabytes(size) for name, size in row["disk"].items()}
    if row["database"]:
        kept = surroundings.megabytes(row["database"]["size"])
        out(f"database: {row['database']['name']}, {kept}, on PostgreSQL {row['database']['version']}")
    out(
        f"disk{' of this machine' if row['database'] else ''}: {sizes['free']} free"
        + (f", the database takes {sizes['database']}" if "database" in sizes else "")
    )
    out(f"its clock: {row['clock']}")
    for title, findings in (("wants mending", row["mending"]), ("advice", row["advice"])):
        if findings:
            out(f"{title}:")
        for finding in findings:
            out(f"- {finding}")
    if not row["mending"]:
        out("nothing to mend: ready to run")


def _in_time(check: Callable[[Config], Iterable[Told]], config: Config, seconds: float = _SECONDS) -> list[Told]:
    """What a check finds in its time. One that does not end is left behind: it is on a thread that keeps no process."""
    found: list[Told] = []
    over = threading.Event()

    def run() -> None:
        try:
            found.extend(check(config))
        except WatcherError as error:
            found.append(Told(True, str(error)))
        except Exception as error:  # noqa: BLE001 - whatever is odd about a machine is what doctor is asked to name
            found.append(Told(True, f"a check failed ({type(error).__name__}: {error}): that is a defect, report it"))
        over.set()

    threading.Thread(target=run, daemon=True).start()
    if over.wait(seconds):
        return found
    return [*found, Told(True, f"a check gave no answer within {seconds:g} s: {_slow(check)}")]


def _slow(check: Callable[[Config], Iterable[Told]]) -> str:
    named = check.func if isinstance(check, partial) else check
    return " ".join((named.__doc__ or "it").split())


# --- the checks ---


def _settings(config: Config) -> Iterator[Told]:
    """Look at what config.toml sets."""
    if not config.sources:
        yield Told(True, "there are no sources: `watcher sources add URL`")
    if not config.topics:
        yield Told(True, "there are no topics: add [topics.NAME] with names")
    yield from (Told(True, text) for text in _mail_faults(config))
    for key, folder in (("[watcher] data_dir", config.watcher.data_dir), ("[digest] out", config.digest.out)):
        if not _is_writable(folder):
            yield Told(True, f"{key}: {folder} cannot be written to: change its owner, or name another folder")


def _known(config: Config) -> Iterator[Told]:
    """Read the known documents; many large ones take their time."""
    for finding in check_seeds(config.seeds.path, {topic.id for topic in config.topics}):
        yield Told(finding.broken, f"{finding.file}: {finding.text}")


def _server(config: Config, into: list[Served]) -> Iterator[Told]:
    """Ask the database's server which one it is, and what time; what it refuses the look through it says."""
    told = config.watcher
    before = app.utc_now()
    with suppress(StoreError):
        if (server := served_by(told.database, told.database_password)) is not None:
            into.append(server)
            yield from (Told(*each) for each in surroundings.apart(server, before, app.utc_now()))


def _database(config: Config) -> Iterator[Told]:
    """Look through the database; `watcher db check` takes its time."""
    yield from (Told(*each) for each in surroundings.disk_faults(config))
    yield from (Told(True, text) for text in surroundings.clock_faults(config, app.utc_now()))
    with app.reading(config) as store:
        yield from (Told(True, text) for text in store.integrity(quick=True))
        if owed := unwritten(store):
            text = (
                f"[digest] out: the files of {len(owed.editions)} editions are missing: {owed.text}; `watcher run` and "
                "`watcher digest --send` write them once they can"
            )
            yield Told(True, text)
        yield from (Told(True, text) for text in app.slips(config, store))
        yield from (Told(True, text) for text in _refused(store.outbox(("refused",))))


def _machinery(config: Config) -> Iterator[Told]:
    """Look at versions and templates."""
    if config.watcher.contact is None:
        yield Told(False, '[watcher] contact is not set: say whose watcher this is, as in contact = "https://..."')
    yield from (Told(True, text) for text in surroundings.too_old())
    yield from (Told(False, text) for text in surroundings.known_bad(is_elsewhere=is_served(config.watcher.database)))
    yield from (Told(False, text) for text in app.stale_templates(config))


def _grouping(config: Config) -> Iterator[Told]:
    """Ask the encoder for a word."""
    is_asked_for = "encoder" in config.stories.model_fields_set
    yield from (Told(is_asked_for, text) for text in _encoder_faults(config))
    yield from (Told(False, text) for text in _limited(config))


def _machine(config: Config) -> Iterator[Told]:
    """Look at [machine]."""
    yield from (Told(False, text) for text in _machine_advice(config))


def _mail(config: Config) -> Iterator[Told]:
    """Log in to the mail server: is its name right, and does it answer from here?"""
    yield from (Told(True, text) for text in mail_faults(config))


def _pages(config: Config) -> Iterator[Told]:
    """Ask for the pages as readers do."""
    yield from (Told(True, text) for text in page_faults(config))


CHECKS = (_settings, _known, _database, _machinery, _grouping, _machine, _mail, _pages)


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


def _limited(config: Config) -> Iterator[str]:
    """Where grouping across languages is less than it could be, though the encoder works."""
    if config.stories.encoder == "off":
        yield "[stories] encoder is off: names and figures alone recognise a story across languages, and miss more"
        return
    space = app.space_of(config)
    if space is None:
        return
    known = space.languages
    wanted = dict.fromkeys([*config.watcher.reads, *(source.language for source in config.sources if source.language)])
    if missing := [language for language in wanted if language not in known]:
        yield (
            f"grouping across languages is limited in {', '.join(missing)}: what texts in "
            f"{'it' if len(missing) == 1 else 'them'} have in common anyway is only guessed; nothing is to be done"
        )


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
