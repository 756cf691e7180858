"""What a channel is given to compose: one edition as one reader gets it, and who puts it into words."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Literal, Protocol

from watcher.delivery.compose import compose_mail, leaving_by_mail
from watcher.digest.view import View
from watcher.types import Message, Recipient

NOBODY = "Watcher <watcher@localhost>"  # the sender of a mail that no mail server ever sees


class Forms(Protocol):
    """Puts a view into words, in the reader's language: `render.Renderer`."""

    @property
    def language(self) -> str: ...

    def message(
        self, view: View, online: str | None = None, unsubscribe: str | None = None, marking: str | None = None
    ) -> Message: ...

    def render(self, view: View, form: Literal["html", "text", "markdown", "json"], name: str | None = None) -> str: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """One edition for one reader, before a channel has given it its form.

    `id` is a Message-ID, the same for every attempt: what is delivered twice is known as one. The addresses are whole,
    and None where readers reach no service of ours.
    """

    view: View
    reader: Recipient
    forms: Forms
    edition: str  # its file name without ending: "2026-03-10"
    id: str
    now: datetime
    online: str | None = None  # the page of this edition
    unsubscribe: str | None = None  # takes a one-click POST
    marking: str | None = None  # begins the addresses at which a reader says what they think of a story

    def message(self, otherwise: str | None = None) -> Message:
        """Subject, HTML and text of a mail; `otherwise` is how a reader leaves whom no service of ours reaches."""
        return self.forms.message(self.view, self.online, self.unsubscribe or otherwise, self.marking)

    def text(self) -> str:
        """The whole edition as plain text."""
        return self.forms.render(self.view, "text")

    def json(self) -> str:
        """The whole edition as `digest --format json` shows it."""
        return self.forms.render(self.view, "json")


def as_mail(draft: Draft, sender: str | None) -> bytes:
    """The whole mail, ready to be handed over."""
    address = sender or NOBODY
    return compose_mail(
        draft.message(leaving_by_mail(sender) if sender else None),
        sender=address,
        recipient=draft.reader.address,
        message_id=draft.id,
        date=draft.now,
        list_id=f"editions.{domain_of(sender)}",
        unsubscribe=draft.unsubscribe,
        language=draft.forms.language,
    )


def as_notice(subject: str, text: str, sender: str | None, reader: Recipient, id: str, now: datetime) -> bytes:
    """A mail to the operator: a few lines, and no list that it belongs to."""
    return compose_mail(
        Message(subject, f"<pre>{html.escape(text)}</pre>", text),
        sender=sender or NOBODY,
        recipient=reader.address,
        message_id=id,
        date=now,
        list_id=f"notices.{domain_of(sender)}",
    )


def domain_of(sender: str | None) -> str:
    """The domain a sender's Message-IDs and lists belong to."""
    return parseaddr(sender or NOBODY)[1].rpartition("@")[2]
