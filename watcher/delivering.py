"""Delivers what has no receipt: every channel in a thread of its own, one row of it at a time.

    outbox: lease ─> is it still ours? ─> channel ─> receipt: delivered | waiting again | refused

One recipient never holds up or undoes another: each has a row, a lease and a receipt. A server that cannot be talked to
is left alone with all the rows that are for it, for a pause that grows; other channels do not notice. Rows that were
put off without being tried have made no attempt, and come first the next time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from watcher.errors import StoreAwayError
from watcher.ports import Channel, Clock, Store, Wait
from watcher.types import OutboxRow, Receipt

# A row that is being sent belongs to one process for this long: longer than any channel's deadline (five minutes).
LEASE = timedelta(minutes=10)
# RFC 5321, 4.5.4.1: at least 30 minutes between attempts, given up after four to five days. News is stale sooner:
# 15 minutes first, for greylisting, doubled up to six hours, given up after 48 hours.
FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=6)
# And not before so many tries, the last hours after the first: after a weekend's outage a greylisting server says 451
# to the first one.
GIVE_UP_AFTER = timedelta(hours=48)
FEWEST_TRIES = 5
# A row this old was not kept back by its server's answers: it is of a restored copy of the archive, or of an outage
# longer than a long weekend, whose news the next edition tells. The only end of a row that was never tried.
STALE_AFTER = timedelta(days=4)
# After so many rows in a row that failed for one server's connection, the rest of what it would take is not tried this
# time: a server that hangs for a minute would hang for a minute with each of them.
LINE_IS_DOWN = 2
# A receipt that the database is too far away for is written as soon as it is back: until the row may be another's.
KEEP_AGAIN = (1.0, 2.0, 5.0, 10.0, 15.0)  # seconds, the last one again and again
MOST_PUT_OFF = 1000  # rows of one transaction

Told = Callable[[OutboxRow, Receipt], object]
Done = tuple[tuple[OutboxRow, Receipt], ...]


def deliver(
    store: Store,
    channels: Mapping[str, Channel],
    clock: Clock,
    stop: Callable[[], bool] = lambda: False,
    told: Told = lambda _row, _receipt: None,
) -> Done:
    """Delivers what is due in the outbox; `told` hears of each receipt as it comes, from the channel's thread."""
    stray = put_off_strays(store, channels, clock, told)
    if len(channels) <= 1:
        done = [deliver_by(store, name, channel, clock, stop, told) for name, channel in channels.items()]
    else:
        with ThreadPoolExecutor(len(channels), "deliver") as threads:
            done = list(
                threads.map(lambda each: deliver_by(store, each[0], each[1], clock, stop, told), channels.items())
            )
    return (*stray, *(pair for pairs in done for pair in pairs))


def deliver_by(
    store: Store,
    name: str,
    channel: Channel,
    clock: Clock,
    stop: Callable[[], bool] = lambda: False,
    told: Told = lambda _row, _receipt: None,
    wait: Wait | None = None,
) -> Done:
    """The rows of one channel that are due. With `wait` a receipt outlives a database that is away for minutes.

    Before each sending the database is asked whether the row is still ours: who lost it, or cannot ask, sends nothing.
    """
    done: list[tuple[OutboxRow, Receipt]] = []
    failed: list[str] = []  # the lines of the last receipts, as long as they are one and the same
    while not stop():
        now = clock()
        with store.claiming() as writer:
            rows = writer.lease(now, now + LEASE, 1, name)
        if not rows:
            break
        row = rows[0]
        receipt = _in_time(row, now)
        if receipt is None:
            if not store.is_leased(row.id, now + LEASE):
                continue
            receipt = channel.deliver(row)
        done.append((row, _kept(partial(_keep, store, row, receipt, clock(), told), wait, stop)))
        failed = [*(line for line in failed if line == receipt.line), receipt.line] if receipt.line else []
        if len(failed) >= LINE_IS_DOWN:
            # A line that is one recipient's own (a push service, a webhook) says nothing of the others'.
            whose = row.recipient if receipt.line == row.recipient else None
            why = replace(receipt, state="deferred", reply=f"not tried: {receipt.reply}")
            done += _put_off(store, name, why, clock(), told, whose)
    return tuple(done)


def _kept(keep: Callable[[], Receipt], wait: Wait | None, stop: Callable[[], bool]) -> Receipt:
    waited, tries = 0.0, 0
    while True:
        try:
            return keep()
        except StoreAwayError:
            if wait is None or stop() or waited >= LEASE.total_seconds():
                raise
            pause = KEEP_AGAIN[min(tries, len(KEEP_AGAIN) - 1)]
            wait(pause)
            waited, tries = waited + pause, tries + 1


def put_off_strays(store: Store, channels: Mapping[str, Channel], clock: Clock, told: Told) -> Done:
    """Rows of channels that are not set up (any more): they wait like others, and say for what."""
    due = store.channels_waiting() - set(channels)
    done: list[tuple[OutboxRow, Receipt]] = []
    for name in sorted(due):
        receipt = Receipt("deferred", f"no channel is set up for {name}: see [digest] in config.toml")
        done += _put_off(store, name, receipt, clock(), told)
    return tuple(done)


def _in_time(row: OutboxRow, now: datetime) -> Receipt | None:
    """The end of a row that waited too long to be worth sending."""
    if now - row.created <= STALE_AFTER:
        return None
    days = (now - row.created) // timedelta(days=1)
    return Receipt(
        "refused",
        f"given up: it is {days} days old; `watcher outbox retry {row.id}` sends it all the same. {row.reply}",
        tried=False,
    )


def _put_off(
    store: Store, name: str, receipt: Receipt, now: datetime, told: Told, recipient: str | None = None
) -> list[tuple[OutboxRow, Receipt]]:
    """Everything else of this channel (or recipient) that is due waits untried; in one transaction."""
    untried = replace(receipt, tried=False)
    done: list[tuple[OutboxRow, Receipt]] = []
    with store.writing() as writer:
        for row in writer.lease(now, now + LEASE, MOST_PUT_OFF, name, recipient):
            given = _in_time(row, now) or _settled(row, untried, now)
            writer.receipt(row.id, given, now + _pause(row, given))
            done.append((row, given))
    for row, given in done:
        told(row, given)
    return done


def _keep(store: Store, row: OutboxRow, receipt: Receipt, now: datetime, told: Told) -> Receipt:
    given = _settled(row, receipt, now)
    with store.writing() as writer:
        writer.receipt(row.id, given, now + _pause(row, given))
    told(row, given)
    return given


def _settled(row: OutboxRow, receipt: Receipt, now: datetime) -> Receipt:
    is_over = now - row.created >= GIVE_UP_AFTER and row.attempts + receipt.tried >= FEWEST_TRIES
    if receipt.state == "deferred" and is_over:
        return Receipt("refused", f"given up after 48 hours: {receipt.reply}", tried=receipt.tried)
    return receipt


def _pause(row: OutboxRow, receipt: Receipt) -> timedelta:
    """The longer one of ours and what the other side asked for; a year is no answer to a daily edition."""
    pause = pause_after(row.attempts + 1)
    if receipt.line or not receipt.tried:
        # All that waits for one server waits as long, tried or not, so that few of them find out for the others: as
        # long as the row was put off before, which doubles too.
        pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, row.next_attempt - row.created))
    return max(pause, min(receipt.again, LONGEST_PAUSE)) if receipt.again else pause


def pause_after(attempts: int) -> timedelta:
    """How long to wait after this many attempts."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(max(attempts, 1) - 1, 10)))
