"""Nine stages of a mail's conversation x five faults x one and three readers, through outbox, lease and receipt.

Each reader ends "sent once" or "failed, told why". A second copy is there only where the server had taken a message and
its answer was lost, and it has the same Message-ID. Time is virtual: the 48 hours of retries pass in a few rounds.

The suite has a third of them, `make check` all but three readers for whom the same fault lasts two days (hangs alone),
`make smtp-faults` all.
Of `connect`, 4xx and 5xx and garbage are what comes in place of a greeting; a hang is a line that nobody answers.
"""

from __future__ import annotations

import os
import ssl
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from mailserver import CERTIFICATE, FAULTS, STAGES, Copy, MailServer
from scripted import StandingClock

from watcher.delivering import GIVE_UP_AFTER, deliver
from watcher.delivery.email import EmailChannel, EmailSettings
from watcher.store import open_store
from watcher.types import Edition, OutboxRow

START = datetime(2026, 11, 22, 7, tzinfo=UTC)
READERS = ("a@reader.example", "b@reader.example", "c@reader.example")
MODES = ("once", "always", "one reader")
# Only these speak of one reader's message; what comes before them is the same for all.
OWN = ("rcpt", "data", "dot")
FINAL = {("5xx", stage) for stage in ("mail", "rcpt", "data", "dot")}
CASES = [
    (stage, fault, readers, mode)
    for stage in STAGES
    for fault in FAULTS
    for readers in (1, 3)
    for mode in MODES
    if mode != "one reader" or (stage in OWN and readers == 3)
    # Three readers for whom everything fails for two days: all of them with `make smtp-faults`.
    if os.environ.get("SMTP_FAULTS") == "all" or not (mode == "always" and readers == 3) or fault == "hang"
]


NAMES = ("stage", "fault", "readers", "mode")
DOWN = ("banner", "hang")
# A third of them, of every stage and every fault; all the others in `make check`.
SAMPLE = [
    (stage, fault, readers, mode)
    for stage, fault, readers, mode in CASES
    if (STAGES.index(stage) + FAULTS.index(fault) + readers // 3 + MODES.index(mode)) % 3 == 0
    or ((stage, fault), mode) == (DOWN, "always")
]


@dataclass
class End:
    """How one case ended: the outbox's rows by reader, and what the server had taken."""

    rows: dict[str, OutboxRow]
    copies: list[Copy]
    conversations: int


def edition() -> Edition:
    return Edition(0, date(2026, 11, 22), "07:00 UTC", START - timedelta(days=1), START, START, (), ())


def row(reader: str) -> OutboxRow:
    id = f"<{reader.partition('@')[0]}.1@desk.example>"
    payload = f"Message-ID: {id}\r\nSubject: news\r\n\r\nnews\r\n".encode()
    return OutboxRow(0, 0, "email", reader, id, payload, "waiting", 0, START, START)


def fate(folder: Path, stage: str, fault: str, readers: int, mode: str) -> End:
    """One case from the stored edition to the end of its last row."""
    strikes = {
        "once": lambda number, _recipient: number == 1,
        "always": lambda _number, _recipient: True,
        "one reader": lambda _number, recipient: recipient == READERS[1],
    }[mode]
    server = MailServer(stage, fault, strikes)
    context = ssl.create_default_context(cafile=str(CERTIFICATE))
    more: dict[str, Any] = {"security": "starttls" if stage == "starttls" else "none"}
    if stage == "auth":
        more |= {"user": "watcher", "password": "hunter2"}
    # Where the fault hangs every time nothing else is waited for; elsewhere a slow machine must not look like a fault.
    timeout = 0.05 if fault == "hang" and mode == "always" else 1.5 if fault == "hang" else 120.0
    settings = EmailSettings("watcher@desk.example", "localhost", server.port, timeout=timeout, deadline=120.0, **more)
    clock = StandingClock(START)
    try:
        with open_store(folder, patience=60.0) as store:
            with store.writing() as writer:
                writer.publish(edition(), [row(reader) for reader in READERS[:readers]])
            channels = {"email": EmailChannel(settings, context)}
            while store.channels_waiting():
                assert clock.now - START < 2 * GIVE_UP_AFTER, "a row that never ends"
                deliver(store, channels, clock)
                waiting = [each.next_attempt for each in store.outbox(("waiting",))]
                clock.now = min(waiting, default=clock.now)
            return End({each.recipient: each for each in store.outbox()}, server.copies, server.conversations)
    finally:
        server.close()


@pytest.fixture(scope="module")
def ends(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str, int, str], End]:
    """Every case that is asked for, side by side: most of their time is waiting for a server that hangs."""
    chosen = [getattr(item, "callspec", None) for item in request.session.items if item.path == request.path]
    asked = {tuple(each.params[name] for name in NAMES) for each in chosen if each is not None}
    cases = [case for case in CASES if case in asked or (case[:2], case[3]) == (DOWN, "always")]
    fresh = tmp_path_factory.mktemp("fresh")
    open_store(fresh).close()
    folder = tmp_path_factory.mktemp("faults")

    def one(case: tuple[str, str, int, str]) -> End:
        own = folder / "-".join(map(str, case)).replace(" ", "-")
        copytree(fresh, own)
        return fate(own, *case)

    with ThreadPoolExecutor(12) as threads:
        return dict(zip(cases, threads.map(one, cases), strict=True))


@pytest.mark.parametrize(
    NAMES,
    [pytest.param(*case, marks=[] if case in SAMPLE else pytest.mark.long) for case in CASES],
)
def test_every_reader_gets_it_once_or_it_is_told_why_not(
    ends: dict[tuple[str, str, int, str], End], stage: str, fault: str, readers: int, mode: str
) -> None:
    end = ends[(stage, fault, readers, mode)]
    assert set(end.rows) == set(READERS[:readers])
    hit = {"once": READERS[:1], "always": READERS[:readers], "one reader": READERS[1:2]}[mode]
    for reader, kept in end.rows.items():
        mine = [copy for copy in end.copies if copy.recipient == reader]
        lost = [copy for copy in mine if not copy.told]
        fails = reader in hit and (mode != "once" or (fault, stage) in FINAL)
        assert kept.state == ("refused" if fails else "delivered"), kept
        assert kept.reply.startswith(("given up after 48 hours: ", "localhost:")), kept.reply
        assert ("given up" in kept.reply) == (fails and (fault, stage) not in FINAL)
        if fails:
            assert [copy for copy in mine if copy.told] == [], "told that it was kept, and told nobody"
            said = {"4xx": "451", "5xx": "554"}.get(fault, "")
            assert said in kept.reply
        else:
            assert len(mine) - len(lost) == 1, "one copy that both sides know of"
        # A second copy is there only for an answer that was lost after the final dot.
        assert lost == [] or (stage == "dot" and fault in ("hang", "reset", "garbage"))
        assert {copy.message_id for copy in mine} <= {kept.message_id}


def test_a_server_that_is_down_is_not_asked_once_for_each_reader(
    ends: dict[tuple[str, str, int, str], End],
) -> None:
    one, three = (ends[(*DOWN, readers, "always")].conversations for readers in (1, 3))
    assert three <= 2 * one


def test_the_table_is_whole() -> None:
    counted = Counter((stage, fault, readers) for stage, fault, readers, _ in CASES)
    assert len(counted) == 9 * 5 * 2
    assert min(counted.values()) >= 1


def test_no_thread_of_a_conversation_stays() -> None:
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer) and thread.is_alive()]
