"""From a stored edition to what readers get: files in `out`, and a finished payload for each reader and channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from watcher import signing
from watcher.delivery import ChannelTable, Draft
from watcher.delivery.compose import message_id
from watcher.delivery.draft import Forms, domain_of
from watcher.digest.merged import merge
from watcher.digest.view import View, view
from watcher.errors import OutputError
from watcher.past import Kept, Overview
from watcher.ports import Before, Held, Past
from watcher.publish import schedule_key
from watcher.render import Renderer, clear_leftovers, edition_name, write_edition
from watcher.types import Edition, Given, Message, OutboxRow, Recipient, Slips, Subscription, address_key

_WEEK = 7
_DAY = timedelta(days=1)
# No reader's last edition is longer ago: a week and the longest pause of their days (`cadence.oldest`), and the zones.
_HELD = timedelta(days=16)
NAMELESS = UUID(int=0)  # where nobody reads the feeds


def nothing_held(since: date) -> tuple[Edition, ...]:
    """The past of whoever has none."""
    del since
    return ()


@dataclass(frozen=True, slots=True)
class Links:
    """How readers reach the service: `[service] public_url`, and the secret its addresses are signed with."""

    public_url: str
    secret: str = field(repr=False)

    def edition(self, name: str) -> str:
        return signing.edition_url(self.public_url, self.secret, name)

    def unsubscribe(self, reader: Recipient) -> str:
        return signing.unsubscribe_url(self.public_url, self.secret, reader.address)


@dataclass(frozen=True, slots=True)
class EditionPress:
    """Satisfies `ports.Press`."""

    renderer: Renderer  # of the pages in `out`, and of everybody who asked for no other language
    reads: tuple[str, ...]
    max_stories: int
    main_schedule: str  # its editions are named by their date alone
    out: Path
    recipients: Sequence[Recipient]
    channels: Mapping[str, ChannelTable]  # none at all: an edition is files alone
    send_empty: bool
    renderers: Mapping[str, Renderer] = field(default_factory=dict)  # by language, for readers who asked for one
    links: Links | None = None  # None: nothing that leaves us names an address of ours
    identity: UUID = NAMELESS  # of the archive: what its feeds are called by
    _kept: dict[int, Kept] = field(init=False, default_factory=dict, repr=False, compare=False)

    def outbox_rows(
        self,
        edition: Edition,
        now: datetime,
        held: Held = nothing_held,
        known: Mapping[str, Subscription] | None = None,
        before: Before | None = None,
    ) -> tuple[OutboxRow, ...]:
        """One finished payload for each reader of the edition's schedule through each channel.

        None to whom it has nothing to tell, who was given an edition of its date already, and where none of a reader's
        days has come since the one before: what was told then comes with the next one, merged into it. Who joined (by
        what is `known` of readers) gets nothing that ended before.
        """
        desk = _Desk(self, edition, now, held, known or {}, before or Before())
        return tuple(
            row
            for channel, table in self.channels.items()
            for reader in table.readers(self.recipients)
            if (row := desk.row(channel, table, reader)) is not None
        )

    def write_out(self, edition: Edition, past: Past) -> tuple[str, ...]:
        """The edition in every form, then the index, its month in the calendar, and the feeds."""
        overview = Overview(
            out=self.out,
            renderer=self.renderer,
            reads=self.reads,
            max_stories=self.max_stories,
            main_schedule=self.main_schedule,
            identity=self.identity,
            online=self.links.edition if self.links else None,
        )
        with _into(self.out):
            files = write_edition(self.out, self.name(edition), self.view(edition), self.renderer)
            return tuple(str(path) for path in (*files, *overview.write(edition, past, self._kept)))

    def tidy(self) -> None:
        """Removes what a process left half written that was killed."""
        with _into(self.out):
            clear_leftovers(self.out)

    def slips(self) -> Slips:
        """What is wrong with copied templates, in whose place the shipped ones were used."""
        found = [renderer.slips() for renderer in (self.renderer, *self.renderers.values())]
        return Slips(tuple(dict.fromkeys(text for each in found for text in each.texts)), found[0].state)

    def view(self, edition: Edition) -> View:
        """The edition as everybody sees it: all topics, the configured languages."""
        return view(edition, self.reads, (), self.max_stories)

    def name(self, edition: Edition) -> str:
        """The edition's file name without ending."""
        return edition_name(edition.date, None if edition.schedule == self.main_schedule else edition.schedule)


@contextmanager
def _into(out: Path) -> Iterator[None]:
    """What a folder refuses, in words, also where it is only looked at."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{out}: cannot be read ({error.strerror}); check `[digest] out` and its rights") from error


class _Desk:
    """Makes the rows of one edition; what readers have in common is made once."""

    def __init__(
        self,
        press: EditionPress,
        edition: Edition,
        now: datetime,
        held: Held,
        known: Mapping[str, Subscription],
        before: Before,
    ) -> None:
        self._press, self._edition, self._now, self._known, self._before = press, edition, now, known, before
        # The date of the edition before this one, which had its turn whether it told anything or not.
        self._last = before.last.date if before.last else edition.date - _DAY
        self._held: tuple[Edition, ...] | None = None
        self._fetch = held
        self._views: dict[tuple[object, ...], View] = {}
        self._forms: dict[str, _Once] = {}

    def row(self, channel: str, table: ChannelTable, reader: Recipient) -> OutboxRow | None:
        press, edition = self._press, self._edition
        if not self._is_for(reader):
            return None
        parts = self._parts(reader)
        seen = self._view(reader, parts)
        if seen.is_quiet and not press.send_empty:
            return None
        id = message_id(f"{edition.date.isoformat()} {edition.schedule}", reader.address, domain_of(table.sender))
        # The page of an edition does not hold what earlier ones told: who gets several at once is sent to none.
        links = press.links
        draft = Draft(
            view=seen,
            reader=reader,
            forms=self._forms_in(reader.language),
            edition=press.name(edition),
            id=id,
            now=self._now,
            online=links.edition(press.name(edition)) if links and len(parts) == 1 else None,
            unsubscribe=links.unsubscribe(reader) if links else None,
            marking=f"{links.public_url.rstrip('/')}/a" if links else None,
        )
        return OutboxRow(0, 0, channel, reader.address, id, table.compose(draft), "waiting", 0, self._now, self._now)

    def _is_for(self, reader: Recipient) -> bool:
        schedule, edition = reader.schedule, self._edition
        if edition.schedule != (schedule_key(schedule) if schedule else self._press.main_schedule):
            return False
        given = self._given(reader)
        last = max(self._last, given.date) if given else self._last
        if not _days(reader).intersection(_weekdays(last, edition.date)):
            return False
        return self._is_after_joining(reader, edition)

    def _is_after_joining(self, reader: Recipient, edition: Edition) -> bool:
        remembered = self._known.get(address_key(reader.address))
        return remembered is None or (remembered.left is None and edition.until > remembered.since)

    def _given(self, reader: Recipient) -> Given | None:
        return self._before.given.get(address_key(reader.address))

    def _parts(self, reader: Recipient) -> tuple[Edition, ...]:
        """What is due to this reader: the editions that were left out since they were given one, and this one."""
        left_out = self._left_out(reader)
        if not self._press.send_empty:  # one that told them nothing left no row
            left_out = tuple(each for each in left_out if not self._view(reader, (each,)).is_quiet)
        parts = (*left_out, self._edition)
        given, before = self._given(reader), self._before
        if given is None or (before.last is not None and given.edition == before.last.id):
            return parts
        if any(each.id == given.edition for each in self._since(given.date)):
            return parts
        # They came from another hour: the same days were told to them there.
        told = before.edition(given.edition)
        return tuple(_without(part, told) for part in parts) if told is not None else parts

    def _left_out(self, reader: Recipient) -> tuple[Edition, ...]:
        """The editions since the one this reader was given; if that is not known, since their last day."""
        given, last, today = self._given(reader), self._before.last, self._edition.date
        if given is not None:
            if last is not None and last.until <= given.until:
                return ()
            found = [each for each in self._since(today - _HELD) if each.until > given.until]
        else:
            days = _days(reader)
            back = next((back for back in range(_WEEK) if (self._last - back * _DAY).weekday() in days), _WEEK)
            if back == 0:
                return ()
            found = [each for each in self._since(today - _HELD) if each.date > self._last - back * _DAY]
        return tuple(
            each for each in found if each.date < today and not each.skipped and self._is_after_joining(reader, each)
        )

    def _since(self, day: date) -> tuple[Edition, ...]:
        """The editions of this line, fetched for all readers at once."""
        if self._held is None:
            self._held = tuple(self._fetch(self._edition.date - _HELD))
        return tuple(each for each in self._held if each.date >= day)

    def _view(self, reader: Recipient, parts: tuple[Edition, ...]) -> View:
        reads = reader.reads or self._press.reads
        key = (
            reads,
            reader.topics,
            *((each.id, each.date, tuple(entry.id for entry in each.entries)) for each in parts),
        )
        if key not in self._views:
            self._views[key] = view(merge(parts), reads, reader.topics, self._press.max_stories)
        return self._views[key]

    def _forms_in(self, language: str) -> Forms:
        if language not in self._forms:
            self._forms[language] = _Once(self._press.renderers.get(language, self._press.renderer))
        return self._forms[language]


def _days(reader: Recipient) -> frozenset[int]:
    return reader.schedule.days if reader.schedule else frozenset(range(_WEEK))


def _weekdays(after: date, until: date) -> frozenset[int]:
    """Those of the days in (after, until]."""
    return frozenset((until - back * _DAY).weekday() for back in range(min((until - after).days, _WEEK)))


def _without(edition: Edition, told: Edition) -> Edition:
    """The edition without the stories of which another one told everything."""
    known = {report.article for entry in told.entries for report in entry.reports}
    kept = tuple(entry for entry in edition.entries if not known.issuperset(each.article for each in entry.reports))
    return replace(edition, entries=kept)


class _Once:
    """A renderer that puts a view into a form once, however many readers see the same."""

    def __init__(self, renderer: Renderer) -> None:
        self.language = renderer.language
        self._renderer = renderer
        self._done: dict[tuple[object, ...], Any] = {}

    def message(
        self, view: View, online: str | None = None, unsubscribe: str | None = None, marking: str | None = None
    ) -> Message:
        key = (
            id(view),
            "mail",
            online,
            unsubscribe,
            marking,
        )  # the desk keeps its views: no id comes back for another one
        if key not in self._done:
            self._done[key] = self._renderer.message(view, online, unsubscribe, marking)
        found: Message = self._done[key]
        return found

    def render(self, view: View, form: Literal["html", "text", "markdown", "json"], name: str | None = None) -> str:
        key = (id(view), form, name)
        if key not in self._done:
            self._done[key] = self._renderer.render(view, form, name)
        return str(self._done[key])
