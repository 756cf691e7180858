"""The program broken on purpose, one promise at a time: what the ledger must see.

Each takes what marks a point, so that a kill can fall into the gap that it opens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kill.plan import POLL, SEND, Kill

At = Callable[[str], None]
GAP = "fault: in the gap"  # the point in the gap


def queues_mails_apart(at: At) -> None:
    """The edition in one transaction, its mails in another."""
    from watcher.store import editions, outbox
    from watcher.store.archive import SqlStore
    from watcher.store.writer import SqlWriter

    class NoQueue:
        queue = staticmethod(lambda *_: None)

    editions.outbox = NoQueue  # type: ignore[attr-defined]
    publish, writing = SqlWriter.publish, SqlStore.writing
    left: list[Any] = []

    def without_mails(writer: Any, edition: Any, rows: Any) -> Any:
        stored = publish(writer, edition, rows)
        left.append((stored.id, rows))
        return stored

    def then_mails(store: Any) -> Any:
        class Twice:
            def __enter__(self) -> Any:
                self.context = writing(store)
                return self.context.__enter__()

            def __exit__(self, *ending: Any) -> Any:
                done = self.context.__exit__(*ending)
                if left:
                    at(GAP)
                    with writing(store) as writer:
                        outbox.queue(writer._connection, *left.pop())
                return done

        return Twice()

    SqlWriter.publish, SqlStore.writing = without_mails, then_mails  # type: ignore[method-assign]


def notes_before_it_sends(at: At) -> None:
    """The receipt is stored before the mail is sent."""
    from watcher.delivery.email import EmailChannel
    from watcher.store import SqlStore
    from watcher.types import Receipt

    stores: list[Any] = []
    opened, deliver = SqlStore.__init__, EmailChannel.deliver

    def remembered(store: Any, *args: Any, **options: Any) -> None:
        opened(store, *args, **options)
        stores.append(store)

    def noted(channel: Any, row: Any) -> Any:
        with stores[-1].writing() as writer:
            writer.receipt(row.id, Receipt("delivered", "surely"), row.created)
        at(GAP)
        return deliver(channel, row)

    SqlStore.__init__ = remembered  # type: ignore[method-assign]
    EmailChannel.deliver = noted  # type: ignore[method-assign]


def names_each_attempt_anew(at: At) -> None:
    """A second attempt is another message. Killed after the 250, the reader has two."""
    del at
    from watcher.delivery.email import EmailChannel

    deliver = EmailChannel.deliver

    def renamed(channel: Any, row: Any) -> Any:
        if not row.attempts:
            return deliver(channel, row)
        name = row.message_id.replace("<", f"<{row.attempts}.")
        return deliver(channel, replace(row, payload=row.payload.replace(row.message_id.encode(), name.encode())))

    EmailChannel.deliver = renamed  # type: ignore[method-assign]


def takes_leads_for_read(at: At) -> None:
    """A lead is noted as followed before its article is stored."""
    from watcher import ingest
    from watcher.poll.writing import Writing
    from watcher.types import Outcome

    judge = Writing.judge

    def noted(writing: Any, opened: Any, prepared: Any) -> None:
        with writing._parts.store.writing() as writer:
            writer.record([ingest.ended_as(prepared, Outcome.STORED)])
        at(GAP)
        judge(writing, opened, prepared)

    Writing.judge = noted  # type: ignore[method-assign]


def writes_pages_in_place(at: At) -> None:
    """A page is written where readers see it."""
    from watcher.render import files

    def in_place(file: Path, text: str) -> Path:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text[: len(text) // 2], "utf-8")
        at(GAP)
        file.write_text(text, "utf-8")
        return file

    files.write_atomically = in_place


# Each with the kill that shows it.
FAULTS: Mapping[str, tuple[Callable[[At], None], Kill]] = {
    "queues_mails_apart": (queues_mails_apart, Kill("step", GAP, SEND)),
    "notes_before_it_sends": (notes_before_it_sends, Kill("step", GAP, SEND)),
    "names_each_attempt_anew": (names_each_attempt_anew, Kill("smtp", "250 said", SEND)),
    "takes_leads_for_read": (takes_leads_for_read, Kill("step", GAP, POLL)),
    "writes_pages_in_place": (writes_pages_in_place, Kill("step", GAP, SEND)),
}
