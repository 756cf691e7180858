"""How much `pages = "on-topic"` misses: a few of the leads that name no topic are read all the same.

One lead in a hundred is chosen, by its address alone, so that a second look chooses the same; at most so many pages a
day, asked like any other page. One whose text is about a topic after all was missed by title and teaser: it is stored
as if they had named it, and counted. What the others say is estimated from there.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b

from watcher import urls
from watcher.ports import Clock, Store, Writer

ONE_IN = 100
DAYS = 30
# Days that are kept, each in a row of its own that is written anew after so many: rows never grow in number.
_SLOTS = DAYS + 1
_Z = 1.96  # 95 %


@dataclass(frozen=True, slots=True)
class Missed:
    """What was looked at in 30 days, and how much of it was about a topic."""

    looked: int = 0
    about: int = 0
    sources: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # (looked, about) of each

    @property
    def share(self) -> float | None:
        """The likeliest share of unread leads that were about a topic; None where nothing was looked at."""
        return self.about / self.looked if self.looked else None

    @property
    def span(self) -> tuple[float, float]:
        """Between which shares the truth lies, in nineteen of twenty cases (Wilson's interval)."""
        return wilson(self.about, self.looked)

    def of(self, source: str) -> Missed:
        """The same of one source."""
        looked, about = self.sources.get(source, (0, 0))
        return Missed(looked, about)

    @property
    def text(self) -> str:
        """The estimate in a sentence."""
        if not self.looked:
            return "not known yet: no page of what `on-topic` left unread was looked at"
        pages = f"{self.looked} page{'s' * (self.looked > 1)} looked at in {DAYS} days"
        low, high = self.span
        if not self.about:
            return f"none of what `on-topic` left unread was about a topic, at most {high:.0%}; {pages}"
        share = self.about / self.looked
        return f"about {share:.0%} ({low:.0%} to {high:.0%}) of what `on-topic` left unread was about a topic; {pages}"


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The interval in which a share lies of which `hits` of a sample were seen."""
    if not of:
        return 0.0, 1.0
    share, weight = hits / of, _Z * _Z / of
    middle, reach = share + weight / 2, _Z * math.sqrt(share * (1 - share) / of + weight / (4 * of))
    low, high = ((middle + side * reach) / (1 + weight) for side in (-1, 1))
    return (0.0 if hits == 0 else max(0.0, low)), (1.0 if hits == of else min(1.0, high))


class Sampling:
    """Chooses the leads that are read all the same, at most so many a day over all sources."""

    def __init__(self, store: Store, clock: Clock, most: int) -> None:
        self._store, self._clock, self._most = store, clock, most
        self._day: date | None = None
        self._taken = 0

    def wants(self, source: str, url: str) -> bool:
        """Whether this lead's page is to be read; counts it as taken."""
        if not self._most or not is_chosen(source, url):
            return False
        today = self._clock().date()
        if today != self._day:
            self._day, self._taken = today, 0
        # Anew each time, one lead in a hundred: another daemon may have taken some of the day's.
        self._taken = max(self._taken, sum(looked for looked, _ in _day(self._store.checkpoint, today).values()))
        if self._taken >= self._most:
            return False
        self._taken += 1
        return True


def is_chosen(source: str, url: str) -> bool:
    """True for one lead in a hundred, always the same ones."""
    address = urls.split(url)
    name = f"{address.path}?{address.query}" if address else url
    digest = blake2b(f"{source}\n{name}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % ONE_IN == 0


def note(writer: Writer, now: datetime, looked: Counter[str], about: Counter[str]) -> None:
    """Adds pages that were looked at to their day, by source."""
    today = now.date()
    held = _day(writer.checkpoint, today)
    for source, count in looked.items():
        before = held.get(source, (0, 0))
        held[source] = (before[0] + count, before[1] + about[source])
    writer.set_checkpoint(_slot(today), json.dumps({"day": today.isoformat(), "sources": held}, sort_keys=True))


def missed(store: Store, now: datetime) -> Missed:
    """What is known of the last 30 days."""
    sources: dict[str, tuple[int, int]] = {}
    days = [now.date() - timedelta(days=back) for back in range(DAYS)]
    held = store.checkpoints([_slot(day) for day in days])
    for day in days:
        for source, (looked, about) in _day(held.get, day).items():
            before = sources.get(source, (0, 0))
            sources[source] = (before[0] + looked, before[1] + about)
    return Missed(sum(each[0] for each in sources.values()), sum(each[1] for each in sources.values()), sources)


def _day(checkpoint: Callable[[str], str | None], day: date) -> dict[str, tuple[int, int]]:
    """What was noted on a day; nothing where its row holds another day, or what cannot be read."""
    value = checkpoint(_slot(day))
    try:
        held = json.loads(value) if value else {}
        if held.get("day") != day.isoformat():
            return {}
        return {str(source): (int(looked), int(about)) for source, (looked, about) in held["sources"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}


def _slot(day: date) -> str:
    return f"sample {day.toordinal() % _SLOTS:02d}"
