"""Handing over: who reads, what is sent, and what became of it; what the archive holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from watcher.types.editions import Schedule
from watcher.types.sources import Outcome


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who reads an edition, and what of it."""

    address: str
    topics: tuple[str, ...] = ()  # empty: all
    reads: tuple[str, ...] = ()
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A finished mail: subject and both bodies."""

    subject: str
    html: str
    text: str


ReceiptState = Literal["delivered", "deferred", "refused"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one delivery: delivered, deferred (try again) or refused (never), with the other side's words."""

    state: ReceiptState
    reply: str


OutboxState = Literal["waiting", "sending", "delivered", "refused", "discarded"]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message for one recipient through one channel, and how far it got."""

    id: int
    edition: int
    channel: str
    recipient: str
    message_id: str
    payload: bytes  # what is handed to the channel: for mail the whole message
    state: OutboxState
    attempts: int
    next_attempt: datetime
    created: datetime
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the archive holds."""

    articles: int
    stories: int
    editions: int
    leads: Mapping[Outcome, int] = field(default_factory=dict)
    outbox: Mapping[str, int] = field(default_factory=dict)  # by state
