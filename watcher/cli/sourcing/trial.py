"""One look at a source, before anything is said about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from watcher import ingest
from watcher.types import Extraction, Lead, Memory, Outcome, Page, Reading, Source, Trouble


@dataclass(slots=True)
class Trial:
    """What one look at a source found."""

    source: Source
    now: datetime
    page: Page | None = None
    trouble: Trouble | None = None
    kind: str | None = None
    reading: Reading = field(default_factory=Reading)
    feeds: tuple[str, ...] = ()  # that the page names
    topics: Counter[str] = field(default_factory=Counter)
    on_topic: int = 0
    sifted: ingest.Sifted | None = None
    memory: Memory | None = None  # as it would be after the visit
    language: str | None = None
    article: Extraction | Trouble | None = None

    @property
    def dated(self) -> tuple[datetime, ...]:
        """The believable dates of its leads, the newest first."""
        return dated(self.reading.leads, self.now)

    @property
    def implausible(self) -> int:
        """How many of its leads have a date that cannot be."""
        return sum(bool(lead.published or lead.updated) for lead in self.reading.leads) - len(self.dated)


def dated(leads: Iterable[Lead], now: datetime) -> tuple[datetime, ...]:
    """The believable dates of leads, the newest first."""
    moments = [moment for lead in leads if (moment := lead.published or lead.updated)]
    return tuple(sorted((each for each in moments if ingest.EARLIEST <= each <= now + ingest.AHEAD), reverse=True))


def ends(sifted: ingest.Sifted) -> Counter[Outcome]:
    """How the leads that need no page would end."""
    counts = Counter(record.outcome for record in sifted.ended)
    return counts + Counter({Outcome.SEEN: sifted.seen})
