"""What tells the operator that all is well, or that it is not: a heartbeat for each edition that reached everybody, and
a notice through another channel when one did not by its hour.

Both are data like everything that is due: what was said stands in checkpoints, so that neither a kill nor a restart
says it twice, and an hour that passed while nothing ran is seen when it runs again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from watcher import cadence
from watcher.ports import Clock, Notify, Store
from watcher.types import Made, OutboxRow, Schedule, Trouble

HEARTBEATS_FROM = "heartbeats from"  # the checkpoint with the last edition from before there was a heartbeat
ALARMS_FROM = "alarms from"  # the checkpoint with the moment before which no hour was watched
BEAT_WITHIN = timedelta(hours=72)  # an edition ends after 48 hours at the latest; a beat later than that helps nobody
BEAT_PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
NOTICE_PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)) * 6
_LONGEST_REPLY = 200
_DONE = "done"
_LONGEST_OUTAGE = 31  # days before the last one that a notice still names

Heard = Callable[[str, Trouble | None], object]


@dataclass(frozen=True, slots=True)
class Attempt:
    """How often something was tried and when it is again."""

    tries: int
    after: datetime

    def next(self, now: datetime, pauses: Sequence[timedelta]) -> Attempt | None:
        """The one to write down before trying; None when there was enough of it."""
        return Attempt(self.tries + 1, now + pauses[self.tries]) if self.tries < len(pauses) else None


# --- heartbeat ---


def begin_beats(store: Store) -> int:
    """The last edition from before there was a heartbeat: to be called before the first one is made."""
    first = store.checkpoint(HEARTBEATS_FROM)
    if first is None:
        first = str(max((made.id for made in store.made_last().values()), default=0))
        _keep(store, HEARTBEATS_FROM, first)
    return int(first)


def beat(
    store: Store, ask: Callable[[], Trouble | None], clock: Clock, heard: Heard = lambda _what, _trouble: None
) -> None:
    """Asks the heartbeat once for each edition that is made and of which nothing is on its way any more.

    What it answers changes nothing; where it does not answer it is asked again a few times. An attempt is written down
    before it is made, like a visit: a kill in between costs a pause and no edition its beat.
    """
    first = begin_beats(store)
    recent = [made.id for made in store.made_since(clock() - BEAT_WITHIN) if made.id > first]
    unfinished = store.unfinished(recent)
    for edition in recent:
        if edition not in unfinished:
            _beat_one(store, f"heartbeat {edition}", ask, clock, heard)


def _beat_one(store: Store, name: str, ask: Callable[[], Trouble | None], clock: Clock, heard: Heard) -> None:
    now, written = clock(), store.checkpoint(name)
    if written == _DONE:
        return
    before = _attempt(written) if written else Attempt(0, now)
    following = before.next(now, BEAT_PAUSES) if before.after <= now else None
    if following is None:
        return
    _keep(store, name, _written(following))
    trouble = ask()
    if trouble is None:
        _keep(store, name, _DONE)
    heard(name, trouble)


def _attempt(written: str) -> Attempt:
    tries, _, after = written.partition(" ")
    return Attempt(int(tries), datetime.fromisoformat(after))


def _written(attempt: Attempt) -> str:
    return f"{attempt.tries} {attempt.after.isoformat()}"


def _keep(store: Store, name: str, value: str) -> None:
    with store.writing() as writer:
        writer.set_checkpoint(name, value)


# --- not delivered by the hour ---


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be told of one date of one schedule, and how far that got."""

    day: str
    subject: str
    text: str
    tries: int
    after: str
    done: bool = False
    since: str = ""  # the first date it names; empty: `day` is

    def told(self) -> str:
        """The last date of which nothing is owed any more."""
        first = date.fromisoformat(self.since or self.day)
        return self.day if self.done else (first - timedelta(days=1)).isoformat()


def watch(store: Store, schedules: Sequence[Schedule], by: str, clock: Clock) -> None:
    """Notes each schedule's last edition whose hour `by` has passed, if it was not with everybody by then; once.

    To be called before editions are made and delivered: what the watcher makes up for after an outage was not there.
    An hour that passed before the watcher first looked is nobody's.
    """
    now = clock()
    began = store.checkpoint(ALARMS_FROM)
    if began is None:
        _keep(store, ALARMS_FROM, now.isoformat())
        return
    for schedule in schedules:
        key = cadence.schedule_key(schedule)
        notice = _notice(store.checkpoint(_name(key)))
        day = _watched(schedule, by, datetime.fromisoformat(began), now)
        if day is not None and (notice is None or notice.day < day.isoformat()):
            seen = notice.told() if notice else ""
            found = _found(store, schedule, key, day, by, datetime.fromisoformat(began), seen, now)
            _keep(store, _name(key), json.dumps(asdict(found)))


def tell(
    store: Store,
    schedules: Sequence[Schedule],
    notify: Notify,
    clock: Clock,
    heard: Heard = lambda _what, _trouble: None,
) -> None:
    """Tells what was noted and is not told yet; a channel that does not take it is tried again for some hours."""
    for schedule in schedules:
        name = _name(cadence.schedule_key(schedule))
        notice = _notice(store.checkpoint(name))
        if notice is not None and not notice.done and datetime.fromisoformat(notice.after) <= clock():
            _tell(store, name, notice, notify, clock(), heard)


def _name(key: str) -> str:
    return f"alarm {key}"


def _watched(schedule: Schedule, by: str, began: datetime, now: datetime) -> date | None:
    """The last local date whose hour has passed since we look."""
    today = now.astimezone(ZoneInfo(schedule.timezone)).date()
    for back in range(8):
        day = today - timedelta(days=back)
        if day.weekday() in schedule.days and deadline(schedule, day, by) <= now:
            return day if deadline(schedule, day, by) > began else None
    return None


def _unwatched(schedule: Schedule, by: str, began: datetime, last: date) -> list[date]:
    """The dates before the last one whose hour came while we look; of the last weeks, oldest first."""
    days = [last - timedelta(days=back) for back in range(_LONGEST_OUTAGE, 0, -1)]
    return [day for day in days if day.weekday() in schedule.days and deadline(schedule, day, by) > began]


def deadline(schedule: Schedule, day: date, by: str) -> datetime:
    """When the edition of a date should be with everybody: at `by`, on the next day where it comes first."""
    return cadence.edition_moment(day + timedelta(days=by <= schedule.at), by, schedule.timezone)


def _found(
    store: Store, schedule: Schedule, key: str, day: date, by: str, since: datetime, seen: str, now: datetime
) -> Notice:
    """A notice about the last date, and what is missing of those before it that nobody has looked at."""
    made = {each.date: each for each in store.made(key, 64)}
    lines = _complaints(store, made.get(day), deadline(schedule, day, by))
    missed = [
        each
        for each in _unwatched(schedule, by, since, day)
        if each.isoformat() > seen and _complaints(store, made.get(each), deadline(schedule, each, by))
    ]
    if missed:
        lines.append(f"Nor were those of {', '.join(each.isoformat() for each in missed)}.")
    subject = f"Not delivered by {by}: the edition of {day.isoformat()}"
    subject += f" and {len(missed)} before it" if missed else ""
    text = "\n".join([f"{subject} ({key})", "", *lines, "", "`watcher outbox list` and `watcher doctor` say more."])
    first = min([*missed, day]).isoformat()
    return Notice(day.isoformat(), subject, text, 0, now.astimezone(UTC).isoformat(), not lines, first)


def _complaints(store: Store, made: Made | None, by: datetime) -> list[str]:
    if made is None:
        return ["It was not made: nothing ran at its hour, or something keeps it from running."]
    late = [f"It was made late: {made.until:%Y-%m-%d %H:%M} UTC."] if made.until > by else []
    return [
        *late,
        *(_complaint(row) for row in store.outbox_of(made.id) if row.state not in ("delivered", "discarded")),
    ]


def _complaint(row: OutboxRow) -> str:
    reply = row.reply[:_LONGEST_REPLY] or "not tried yet"
    state = "refused" if row.state == "refused" else f"still waiting, tried {row.attempts} times"
    return f"- {row.recipient} ({row.channel}): {state}: {reply}"


def _tell(store: Store, name: str, notice: Notice, notify: Notify, now: datetime, heard: Heard) -> None:
    following = Attempt(notice.tries, now).next(now, NOTICE_PAUSES)
    if following is None:
        return
    tried = {**asdict(notice), "tries": following.tries, "after": following.after.isoformat()}
    _keep(store, name, json.dumps(tried))
    receipt = notify(notice.subject, notice.text, f"{name} {notice.day}")
    if receipt.state != "deferred":
        _keep(store, name, json.dumps({**tried, "done": True}))
    heard(f"{name} {notice.day}: {receipt.state}: {receipt.reply}", None)


def _notice(written: str | None) -> Notice | None:
    return Notice(**json.loads(written)) if written else None
