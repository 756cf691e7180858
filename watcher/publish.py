"""Makes the editions that are due.

    due dates of a schedule ─> stories not told in it ─> compose ─> edition + a row for each recipient, one transaction
                                                                      └─> files in `out`

What is due is data: a schedule's dates and the editions the store holds. Ringing twice, late, after a crash or with a
clock that was set gives the same editions; a crash after the transaction resumes with the outbox (`delivering`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from watcher import cadence, readers, showing, twins, urls
from watcher import said as by_hand
from watcher.cadence import schedule_key as schedule_key  # the name of a line of editions, wherever one is published
from watcher.digest import health
from watcher.digest.cautions import WEEKS, Past, cautions
from watcher.digest.compose import SUMMARISED, compose
from watcher.errors import OutputError
from watcher.ports import Before, Clock, Press, Store, Wait
from watcher.types import Edition, Footer, Grown, MachineWords, Made, Memory, Schedule, Source, Story, Volume

# A reader's first edition covers the day before it; after that each begins where the one before it ended.
FIRST_EDITION = timedelta(hours=24)
# So many editions of a schedule are looked back at: more than there are dates that can still be due.
RECALLED = 64

LOOK_SECONDS = 1.0  # between two looks whether a verdict is still pending

Worded = Callable[[Edition], tuple[MachineWords, ...]]
"""The words of a machine that are there for an edition; it is asked for nothing, and waits for nobody."""

CatchUp = Literal["one", "each", "none"]
OnEmpty = Literal["note", "skip"]

DAY = timedelta(days=1)
# So far back it is looked what a reader was given: no date is due after a longer silence (`cadence.oldest`).
REMEMBERED = timedelta(days=15)
CHARTED = 30  # days of each topic's volume in an edition
MOST_COVERED = 7  # days of an edition that are compared with the same days of other weeks


@dataclass(frozen=True, slots=True)
class Paper:
    """What an edition is made of besides its stories: settings that do not change between editions."""

    sources: Sequence[Source]
    topics: Sequence[tuple[str, str]]
    seeds: Mapping[str, str]  # id -> title
    catch_up: CatchUp = "one"
    wait: timedelta = timedelta()  # for verdicts that are still pending
    failing_after: timedelta = timedelta(days=3)  # so long must a source have failed to be named
    on_empty: OnEmpty = "note"
    readers: Sequence[str] = ()  # the addresses of [[digest.recipients]]
    hours: Mapping[str, str] = field(default_factory=dict)  # address -> the key of the schedule it reads by
    reads: frozenset[str] = frozenset()  # the languages that any reader reads; empty: all
    max_stories: int = 20  # told in full to one reader


def due_spans(
    store: Store, schedule: Schedule, catch_up: CatchUp, now: datetime
) -> tuple[tuple[date, datetime, datetime], ...]:
    """The editions of a schedule that are due now: (local date, since, until), the oldest first."""
    made = store.made(schedule_key(schedule), RECALLED)
    last = cadence.last_made(made, now)
    due = cadence.editions_due(schedule, last.until if last else None, now, frozenset(each.date for each in made))
    if not due:
        return ()
    since = begins(store, schedule, last, now)
    if catch_up == "each":
        ends = [moment for _, moment in due[:-1]] + [now]
        starts = [since, *ends[:-1]]
        return tuple((day, start, end) for (day, _), start, end in zip(due, starts, ends, strict=True))
    if catch_up == "none" and len(due) > 1:
        since = due[-2][1]
    return ((due[-1][0], since, now),)


def first_waits(store: Store, paper: Paper, now: datetime) -> bool:
    """Whether an archive's first edition waits: nothing was ever found, and no source has answered yet.

    A page without news would use up the day for what the first visits are about to bring. Sources that answer and have
    nothing make a quiet day like any other; where each of them fails, it waits for a day, and then says so.
    """
    if store.last_article() or store.made_last():
        return False
    memories = store.memories([source.id for source in paper.sources]).values()
    visited = [memory for memory in memories if memory.visited is not None]
    if any(memory.visits > memory.failures or not memory.failures for memory in visited):
        return False
    begun = min((memory.failing_since for memory in visited if memory.failing_since), default=None)
    return begun is None or now - begun < FIRST_EDITION


def begins(store: Store, schedule: Schedule, last: Made | None, now: datetime) -> datetime:
    """Where the edition after `last` begins: where that ended, or began if skipped; never before what is still news."""
    if last is None:
        return now - FIRST_EDITION
    skipped = store.edition(str(last.id)) if last.skipped else None
    since = max(skipped.since if skipped else last.until, cadence.oldest(schedule, now))
    went_back = store.checkpoint(_went_back(schedule))
    return min(since, datetime.fromisoformat(went_back)) if went_back else since


def _went_back(schedule: Schedule) -> str:
    """The checkpoint with the earliest moment seen after an edition that ends later: the clock was set back."""
    return f"clock {schedule_key(schedule)}"


def _note_clock(store: Store, schedule: Schedule, now: datetime) -> None:
    """What is found while the clock shows again what an edition has covered would lie before the next one's window."""
    made = store.made(schedule_key(schedule), 1)
    if not made or made[0].until <= now:
        return
    noted = store.checkpoint(_went_back(schedule))
    if not noted or now < datetime.fromisoformat(noted):
        with store.writing() as writer:
            writer.set_checkpoint(_went_back(schedule), now.isoformat())


def preview(
    store: Store,
    paper: Paper,
    schedule: Schedule,
    day: date,
    since: datetime,
    until: datetime,
    words: Worded | None = None,
) -> Edition:
    """The edition of this span as it would be published; stores nothing and marks nothing as told."""
    key = schedule_key(schedule)
    memories = store.memories([source.id for source in paper.sources])
    # Told to readers of other hours is not told to these: the store knows which, the story only that it was told.
    fresh: Sequence[Story] = [replace(story, told_in=None) for story in store.untold(since, until, key)]
    heard = by_hand.standing(store, until)
    fresh, grown = by_hand.brought_back(
        store, heard.marks, fresh, store.grown(since, until, key), (since, until), key, cadence.oldest(schedule, until)
    )
    untold, grown = _settled(store, fresh, grown, key)
    seeds = {stored.seed.id for story in untold for stored in story.articles if stored.seed}
    edition = compose(
        untold,
        day=day,
        schedule=key,
        since=since,
        until=until,
        now=until,
        topics=paper.topics,
        seeds=paper.seeds,
        grown=grown,
        told_seeds=store.told_seeds(seeds, key),
        footer=_footer(store, paper, memories, since, until),
        placed=store.placement,
        located=lambda addresses: store.told_at(addresses, key) | heard.silent.intersection(addresses),
        said=heard.said,
        reads=paper.reads,
        summarised=max(SUMMARISED, paper.max_stories + SUMMARISED // 5),
    )
    return replace(
        edition,
        cautions=cautions(memories.values(), _past(store, since, until), [topic for topic, _ in paper.topics]),
        volumes=_volumes(store, paper, schedule, day, until),
        machine=words(edition) if words is not None else (),
    )


def _footer(store: Store, paper: Paper, memories: Mapping[str, Memory], since: datetime, until: datetime) -> Footer:
    titles = {source.id: source.title for source in paper.sources}
    last_trouble = _last_trouble(store)
    return Footer(
        sources=store.asked(since, until),
        failing=health.failing(titles, memories, until, paper.failing_after, last_trouble),
        changes=health.changes(titles, memories, since, until, paper.failing_after, last_trouble, _shown(paper)),
        outcomes=dict(store.outcomes(since, until)),
        pending=store.awaited(since, until),
        set_aside=store.set_aside(since, until),
    )


def _past(store: Store, since: datetime, until: datetime) -> Past:
    """What was found on the days that an edition covers, and on those of four weeks before."""
    covered = min(max(1, round((until - since) / DAY)), MOST_COVERED)
    days = covered + 7 * WEEKS
    return Past(store.volumes([until - number * DAY for number in range(days, -1, -1)]), covered)


def _volumes(store: Store, paper: Paper, schedule: Schedule, day: date, until: datetime) -> tuple[Volume, ...]:
    """Each topic's articles on the last days. A day goes from one edition's hour to the next, by the local clock: days
    from midnight on would end every chart in the few hours before the edition."""
    hours = [
        cadence.edition_moment(day - timedelta(days=back), schedule.at, schedule.timezone)
        for back in range(CHARTED, 0, -1)
    ]
    found = store.volumes([*(min(hour, until) for hour in hours), until])
    lived = next((len(found) - place for place, each in enumerate(found) if each.languages), 0)
    return tuple(Volume(topic, tuple(each.topics.get(topic, 0) for each in found), lived) for topic, _ in paper.topics)


def _shown(paper: Paper) -> Callable[[str, str], str]:
    by_id = {source.id: source for source in paper.sources}
    return lambda source, url: urls.masked_for(by_id[source], url)


def _last_trouble(store: Store) -> health.LastTrouble:
    return lambda source: next((visit.trouble for visit in store.visits(source, 1)), None)


def _settled(
    store: Store, untold: Sequence[Story], grown: Sequence[Grown], key: str
) -> tuple[Sequence[Story], Sequence[Grown]]:
    """The same with the links of searches where they lead, as far as that is known, and each article once."""
    links = twins.redirects_of([*untold, *(each.story for each in grown)])
    leads_to = twins.remembered(store, links) if links else {}
    if not leads_to:
        return untold, grown
    return twins.settled(untold, grown, leads_to, store.told_at(tuple(leads_to.values()), key))


def publish(
    store: Store,
    press: Press,
    paper: Paper,
    schedules: Sequence[Schedule],
    clock: Clock,
    wait: Wait | None = None,
    stop: Callable[[], bool] = lambda: False,
    resolve: twins.Resolve | None = None,
    words: Worded | None = None,
) -> tuple[Edition, ...]:
    """Makes and stores every edition that is due now, queues its messages and writes its files.

    With `wait` each waits as long as its paper says for verdicts still pending; what is found meanwhile is the next
    edition's. With `resolve` the links of searches that are in it are asked where they lead; with `words` it tells what
    a machine made of its stories.
    """
    made: list[Edition] = []
    readers.remember(store, paper.readers, schedules, clock, paper.hours)
    if first_waits(store, paper, clock()):
        return ()
    for schedule in schedules:
        _note_clock(store, schedule, clock())
        if not due_spans(store, schedule, paper.catch_up, clock()):
            continue
        spans = due_spans(store, schedule, paper.catch_up, settled_now(store, clock))
        if wait is not None and spans:
            _await_verdicts(store, spans[0][1], spans[-1][2], paper.wait, wait, stop)
        if stop():
            break
        skipped: datetime | None = None  # where the last one began, if it was skipped
        for day, begin, until in spans:
            since = skipped or begin
            edition = preview(store, paper, schedule, day, since, until, words)
            links = twins.unresolved(edition) if resolve is not None else ()
            if resolve is not None and links and resolve(links):
                edition = preview(store, paper, schedule, day, since, until, words)
            if paper.on_empty == "skip" and not edition.entries:
                skipped = since
                _skip(store, edition)
                continue
            skipped = None
            made.append(publish_one(store, press, edition, clock))
        if spans and store.checkpoint(_went_back(schedule)):
            with store.writing() as writer:
                writer.set_checkpoint(_went_back(schedule), "")
    return tuple(made)


def _skip(store: Store, edition: Edition) -> None:
    """Keeps that this date had its turn, and nothing of what was found: the next edition begins where this one did."""
    with store.writing() as writer:
        writer.publish(replace(edition, known=(), seeds=(), mentions=(), retold=0, heeded=(), skipped=True), ())


def _await_verdicts(
    store: Store, since: datetime, until: datetime, most: timedelta, wait: Wait, stop: Callable[[], bool]
) -> None:
    left = most.total_seconds()
    while left > 0 and not stop() and store.awaited(since, until):
        wait(min(left, LOOK_SECONDS))
        left -= LOOK_SECONDS


def settled_now(store: Store, clock: Clock) -> datetime:
    """A moment behind which nothing is still being written: articles get theirs within their transaction."""
    with store.writing():
        return clock()


def publish_one(store: Store, press: Press, edition: Edition, clock: Clock) -> Edition:
    """Stores one edition with its outbox rows, then writes its files; where they cannot be written, they are owed."""
    known = {each.address: each for each in store.subscriptions()}
    made = [each for each in store.made(edition.schedule, RECALLED) if each.date < edition.date]
    before = Before(
        given=store.given(edition.until - REMEMBERED, edition.until),
        last=max(made, key=lambda each: each.date, default=None),
        edition=lambda number: store.edition(str(number)),
    )
    rows = press.outbox_rows(edition, clock(), lambda day: store.editions_since(edition.schedule, day), known, before)
    with store.writing() as writer:
        stored = writer.publish(edition, rows)
    _write_files(store, press, (stored,))
    return stored


def finish_files(store: Store, press: Press, schedules: Sequence[Schedule]) -> None:
    """Writes the files of each schedule's newest edition again, and those that could not be written before: a crash may
    have come between storing and writing, or `out` may have been full. Where it still is, they stay owed."""
    newest = [store.last_edition(schedule_key(schedule)) for schedule in schedules]
    with suppress(OutputError):  # writing, which comes next, says the same
        press.tidy()
    _write_files(store, press, [last for last in newest if last is not None and not last.skipped])


def _write_files(store: Store, press: Press, editions: Sequence[Edition]) -> None:
    """Writes the files of these editions and of those they are owed for.

    Files are one form of an edition: what keeps them from being written keeps nothing else. The newest comes first; if
    that fails, the others are not tried.
    """
    before = showing.unwritten(store)
    owed = {edition.id: edition for edition in editions}
    for id in before.editions if before else ():
        if id not in owed and (edition := store.edition(str(id))) is not None:
            owed[id] = edition
    text, left = "", dict.fromkeys(sorted(owed, reverse=True))
    for tried, id in enumerate([*left]):
        try:
            press.write_out(owed[id], store)
            del left[id]
        except OutputError as error:
            text = text or str(error)
            if not tried:
                break
    showing.owe(store, text, [*left])
    showing.note_slips(store, press.slips())
