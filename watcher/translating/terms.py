"""Who reads editions, and what the operator wants of a machine for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.types import MachineSpend


@dataclass(frozen=True, slots=True)
class Reader:
    """One way in which editions are read. Of which schedule: empty means every one (the page)."""

    reads: tuple[str, ...]
    topics: tuple[str, ...] = ()
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator wants of a machine, and what it may cost."""

    machine: str
    prompt: int  # the version of what it is told
    readers: Sequence[Reader]
    max_stories: int
    timezone: str  # whose midnight begins a day of the cap
    per_day: float  # money with prices, tokens without
    into: str | None = None  # the one language that is asked for; None: the first that a reader reads
    summaries: bool = False
    price_in: float | None = None  # for a million tokens
    price_out: float | None = None
    private: frozenset[str] = frozenset()  # sources behind a password or a secret address: nothing of theirs is sent
    patience: timedelta = timedelta()  # so long verdicts may be pending until stories are asked for all the same

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """What tokens cost; 0 without prices."""
        return ((self.price_in or 0.0) * tokens_in + (self.price_out or 0.0) * tokens_out) / 1_000_000

    def is_covered(self, spent: MachineSpend, tokens_in: int, tokens_out: int) -> bool:
        """True where the cap still allows a request that takes so much."""
        if self.price_in is None:
            return spent.tokens_in + spent.tokens_out + tokens_in + tokens_out <= self.per_day
        return spent.cost + self.cost(tokens_in, tokens_out) <= self.per_day

    def midnight(self, now: datetime) -> datetime:
        """When the day of the cap began."""
        zone = ZoneInfo(self.timezone)
        today = now.astimezone(zone).date()
        return datetime.combine(today, datetime.min.time(), zone).astimezone(now.tzinfo)
