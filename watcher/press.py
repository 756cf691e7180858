"""From a stored edition to what readers get: files in `out`, and one finished mail for each recipient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path

from watcher.delivery.compose import compose_mail, message_id
from watcher.digest.view import View, view
from watcher.publish import schedule_key
from watcher.render import Renderer, edition_name, write_edition, write_index
from watcher.types import Edition, OutboxRow, Recipient

NOBODY = "Watcher <watcher@localhost>"  # the sender of a mail that no mail server ever sees


@dataclass(frozen=True, slots=True)
class EditionPress:
    """Satisfies `ports.Press`."""

    renderer: Renderer
    reads: tuple[str, ...]
    max_stories: int
    main_schedule: str  # its editions are named by their date alone
    out: Path
    recipients: Sequence[Recipient]
    senders: Mapping[str, str | None]  # by channel; none at all: an edition is files alone
    send_empty: bool

    def outbox_rows(self, edition: Edition, now: datetime) -> tuple[OutboxRow, ...]:
        """One finished mail for each recipient of the edition's schedule through each channel.

        None to whom it has nothing to tell.
        """
        rows = (
            self._row(edition, person, channel, sender or NOBODY, now)
            for channel, sender in self.senders.items()
            for person in self.recipients
            if person.schedule is not None and schedule_key(person.schedule) == edition.schedule
        )
        return tuple(row for row in rows if row is not None)

    def _row(self, edition: Edition, person: Recipient, channel: str, sender: str, now: datetime) -> OutboxRow | None:
        seen = view(edition, person.reads or self.reads, person.topics, self.max_stories)
        if seen.is_quiet and not self.send_empty:
            return None
        domain = parseaddr(sender)[1].rpartition("@")[2]
        id = message_id(f"{edition.date.isoformat()} {edition.schedule}", person.address, domain)
        payload = compose_mail(
            self.renderer.message(seen),
            sender=sender,
            recipient=person.address,
            message_id=id,
            date=now,
            list_id=f"editions.{domain}",
            language=self.renderer.language,
        )
        return OutboxRow(0, 0, channel, person.address, id, payload, "waiting", 0, now, now)

    def write_out(self, edition: Edition, past: Sequence[Edition]) -> tuple[str, ...]:
        """The edition in every form, then the index of it and these past ones."""
        files = write_edition(self.out, self._name(edition), self.view(edition), self.renderer)
        index = write_index(self.out, [(self._name(each), each) for each in past], self.renderer, self.reads)
        return tuple(str(path) for path in (*files, index))

    def view(self, edition: Edition) -> View:
        """The edition as everybody sees it: all topics, the configured languages."""
        return view(edition, self.reads, (), self.max_stories)

    def _name(self, edition: Edition) -> str:
        return edition_name(edition.date, None if edition.schedule == self.main_schedule else edition.schedule)
