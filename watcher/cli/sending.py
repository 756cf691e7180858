"""What waits to be delivered, and who reads: the commands about messages and recipients."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from watcher import app
from watcher.cli.keeping import archive_of
from watcher.cli.output import out, rows, say
from watcher.cli.working import configuration
from watcher.errors import UsageError, WatcherError
from watcher.types import OutboxRow, address_key

STATES = ("waiting", "sending", "delivered", "refused", "discarded")
_STUCK = ("waiting", "refused")


def list_outbox(path: Path | None, states: Sequence[str], *, failed: bool, as_json: bool) -> None:
    """Messages in these states (none named: all) and how far they got."""
    for state in states:
        if state not in STATES:
            raise UsageError(f"--state {state} is none: there are {', '.join(STATES)}")
    with archive_of(path) as store:
        found = store.outbox((*states, *(["refused"] if failed else [])))
    columns = ("id", "edition", "channel", "recipient", "state", "attempts", "next_attempt", "reply")
    rows((_outbox_row(row) for row in found), columns, as_json=as_json)


def _outbox_row(row: OutboxRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "edition": row.edition,
        "channel": row.channel,
        "recipient": row.recipient,
        "message_id": row.message_id,
        "state": row.state,
        "attempts": row.attempts,
        "next_attempt": row.next_attempt.isoformat(),
        "reply": row.reply,
    }


def move_outbox(
    numbers: Sequence[int],
    path: Path | None,
    state: Literal["waiting", "discarded"],
    *,
    everything: bool = False,
    failed: bool = False,
) -> int:
    """Puts messages back into the queue, due now, or gives them up: those named, all that were refused, or all."""
    if bool(numbers) + everything + failed != 1:
        raise UsageError(
            "name messages by their ids (`watcher outbox list`), or say --failed or --all: one of the three"
        )
    with archive_of(path):
        pass  # one that is not there holds no message: it is not made for the sake of saying so
    with archive_of(path, read_only=False) as store:
        chosen = numbers or [row.id for row in store.outbox(("refused",) if failed else _STUCK)]
        known = {row.id: row.state for row in store.outbox()} if numbers else {}
        for number in numbers:
            if number not in known:
                raise WatcherError(f"no message has the id {number}: `watcher outbox list` shows them")
            if known[number] in {"delivered", "discarded"} and state == "discarded":
                raise WatcherError(f"message {number} is {known[number]} already")
        with store.writing() as writer:  # all of them or none
            for number in chosen:
                writer.set_outbox(number, state, app.utc_now())
    for number in chosen:
        say(f"message {number} is {state}")
    if not chosen:
        say("there is none: nothing was changed")
    return 0


def list_recipients(path: Path | None, *, as_json: bool) -> None:
    """Who reads, since when, what of it and at which hour; and who wants no more."""
    config = configuration(path)
    with app.reading(config) as store:
        known = {each.address: each for each in store.subscriptions()}
    shown: list[dict[str, Any]] = []
    for person in config.recipients:
        there = known.pop(address_key(person.address), None)
        schedule = person.schedule
        shown.append(
            {
                "address": person.address,
                "since": there.since.isoformat(timespec="seconds") if there else None,
                "unsubscribed": there.left.isoformat(timespec="seconds") if there and there.left else None,
                "configured": True,
                "at": f"{schedule.at} {schedule.timezone}" if schedule else None,
                "topics": list(person.topics),
                "reads": list(person.reads),
                "language": person.language or config.digest.language,
            }
        )
    shown += [
        {"address": each.address, "unsubscribed": each.left.isoformat(timespec="seconds"), "configured": False}
        for each in known.values()
        if each.left is not None
    ]
    rows(shown, ("address", "since", "unsubscribed", "at", "topics", "reads", "language"), as_json=as_json)


def restore_recipient(address: str, path: Path | None) -> int:
    """Somebody who unsubscribed reads again, from now on."""
    with archive_of(path, read_only=False) as store, store.writing() as writer:
        writer.restore(address, app.utc_now())
    out(f"{address} gets the next edition again")
    return 0
