"""One look at a source, before anything is said about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from watcher import ingest
from watcher.types import Extraction, Memory, Outcome, Page, Reading, Source, Trouble


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
        moments = [moment for lead in self.reading.leads if (moment := lead.published or lead.updated)]
        return tuple(sorted((each for each in moments if self._is_plausible(each)), reverse=True))

    @property
    def implausible(self) -> int:
        moments = [moment for lead in self.reading.leads if (moment := lead.published or lead.updated)]
        return len(moments) - len(self.dated)

    def _is_plausible(self, moment: datetime) -> bool:
        return ingest.EARLIEST <= moment <= self.now + ingest.AHEAD


def ends(sifted: ingest.Sifted) -> Counter[Outcome]:
    """How the leads that need no page would end."""
    counts = Counter(record.outcome for record in sifted.ended)
    return counts + Counter({Outcome.SEEN: sifted.seen})
