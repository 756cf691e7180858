"""How far a backfill got, and how long the rest may take: said only once it can be known."""

from __future__ import annotations

from dataclasses import dataclass

# Before so much was done nobody can say how long the rest takes: the first answers come while processes still start.
_FEWEST_SECONDS = 5.0
_FEWEST_UNITS = 2


@dataclass(frozen=True, slots=True)
class Progress:
    """What is done of all, of one kind of work at a time: reading what is at hand, then asking."""

    work: str  # "read" or "asked"
    note: str  # the unit that ended last
    units: int
    of_units: int
    documents: int
    bytes: int
    of_bytes: int | None  # None: nobody said how much there is
    seconds: float  # since this work began

    @property
    def rate(self) -> float | None:
        """Documents a second; None before it can be said."""
        return self.documents / self.seconds if self.documents and self.seconds >= _FEWEST_SECONDS else None

    @property
    def remaining(self) -> float | None:
        """Seconds that this work may still take, as it went so far; None before it can be said.

        By bytes where all of them are known: files are of any size. By units else.
        """
        share = self.bytes / self.of_bytes if self.of_bytes else self.units / self.of_units if self.of_units else 0.0
        if self.seconds < _FEWEST_SECONDS or self.units < _FEWEST_UNITS or share <= 0:
            return None
        return max(0.0, self.seconds / min(1.0, share) - self.seconds)


def span(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours = seconds / 3600
    return f"{hours:.1f} h" if hours < 36 else f"{hours / 24:.1f} days"
