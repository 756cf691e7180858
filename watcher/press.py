"""From a stored edition to what readers get: files in `out`, and one finished mail for each recipient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from watcher.delivery.email import compose_mail, message_id
from watcher.digest.view import view
from watcher.publish import schedule_key
from watcher.render import Renderer, write_edition, write_index
from watcher.types import Edition, OutboxRow, Recipient


@dataclass(frozen=True, slots=True)
class Reader:
    """How the page that everybody sees is made: its languages and its length."""

    reads: tuple[str, ...]
    max_stories: int


@dataclass(frozen=True, slots=True)
class EditionPress:
    """Satisfies `ports.Press`."""

    renderer: Renderer
    reader: Reader
    out: Path
    recipients: Sequence[Recipient]
    sender: str | None  # None: no mail is set up
    send_empty: bool

    def outbox_rows(self, edition: Edition, now: datetime) -> tuple[OutboxRow, ...]:
        if self.sender is None:
            return ()
        mine = [
            person
            for person in self.recipients
            if person.schedule and schedule_key(person.schedule) == edition.schedule
        ]
        rows = (self._row(edition, person, self.sender, now) for person in mine)
        return tuple(row for row in rows if row is not None)

    def _row(self, edition: Edition, person: Recipient, sender: str, now: datetime) -> OutboxRow | None:
        seen = view(edition, person.reads or self.reader.reads, person.topics, self.reader.max_stories)
        if not seen.sections and not self.send_empty:
            return None
        id = message_id(f"{edition.date.isoformat()} {edition.schedule}", person.address, sender)
        payload = compose_mail(
            self.renderer.message(seen),
            sender=sender,
            recipient=person.address,
            message_id=id,
            date=now,
        )
        return OutboxRow(0, 0, "email", person.address, id, payload, "waiting", 0, now, now)

    def write_out(self, edition: Edition) -> tuple[str, ...]:
        seen = view(edition, self.reader.reads, (), self.reader.max_stories)
        return tuple(str(path) for path in write_edition(self.out, self.renderer, seen))


def zone_of(schedule: str) -> ZoneInfo:
    """The time zone of a schedule's key."""
    return ZoneInfo(schedule.split(" ", 1)[1])
