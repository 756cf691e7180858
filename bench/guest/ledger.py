"""A book that also explains every request: by a model of the rules that is written here and nowhere else.

a visit comes after   the longest of: the interval, what was asked for, the pause of so many failures in a row
and not later than    that and a tenth (of a day at most), skipped hours, and what the host's rest and pace take
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta

from guest.plots import Plot, Said
from guest.score import Book, Came, Known, Record

LONGEST_PAUSE = timedelta(days=7)
SLACK = timedelta(minutes=20)  # the clock jumps to what is due within minutes, hosts are asked one after the other


class Ledger(Book):
    """Knows besides which entries were shown, to whom, and until when each feed must have been asked again."""

    def __init__(self, plots: Iterable[Plot], minimum: timedelta, gap: timedelta) -> None:
        super().__init__(plots, minimum, gap)
        self.shown: set[tuple[int, int]] = set()  # feed, entry
        self.unexplained: list[str] = []
        self.explained = 0
        self._fresh: dict[int, set[tuple[int, int]]] = {}  # first shown by a feed's last answer
        self._failures: dict[int, int] = {}
        self._until: dict[int, datetime] = {}
        self._host_until: dict[int, datetime] = {}
        self._lock = threading.Lock()

    def came(self, request: Came) -> Said:
        with self._lock:
            return super().came(request)

    def killed(self, moment: datetime, lost: Iterable[int]) -> None:
        with self._lock:
            lost = list(lost)
            for number in lost:
                self.shown -= self._fresh.pop(number, set())
                # Claimed, and perhaps never asked: it waits as if it had been.
                wait = max(self.minimum, self._rest_of(number), _asked_for(self.records[number].known))
                until = moment + wait + self._skips(number) + SLACK
                self._until[number] = max(self._until.get(number, moment), until)
            super().killed(moment, lost)

    def _judge_moment(self, number: int, record: Record, request: Came) -> None:
        until = self._until.get(number)
        if until is not None:
            until = max(until, self._host_until.get(request.host, until))
            if request.moment > until:
                late = request.moment - until
                self.unexplained.append(f"feed {number} came {late} late at {request.moment:%d %b %H:%M}")
            else:
                self.explained += 1
        super()._judge_moment(number, record, request)

    def _learn(self, number: int, record: Record, request: Came, said: Said, follows: bool) -> None:
        before = record.known
        super()._learn(number, record, request, said, follows)
        if said.location is not None:
            return
        moment = request.moment
        self._failures[number] = 0 if said.good else self._failures.get(number, 0) + 1
        wait = max(_asked_for(before), _asked_for(record.known), self._pause(number, said), self.minimum)
        plot = self.plots.get(number)
        jitter = min(wait, timedelta(days=1)) * 0.1
        self._until[number] = moment + wait + jitter + self._skips(number) + SLACK
        if said.retry_after is not None:
            rest = moment + said.retry_after + SLACK
            self._host_until[request.host] = max(rest, self._host_until.get(request.host, rest))
        if said.good and said.status == 200 and plot is not None:
            entries = {(number, entry) for entry, at in enumerate(plot.news) if at <= moment}
            entries = set(sorted(entries)[-10:])
            self._fresh[number] = entries - self.shown
            self.shown |= entries
        else:
            self._fresh.pop(number, None)

    def _pause(self, number: int, said: Said) -> timedelta:
        failures = self._failures[number]
        if not failures:
            return timedelta(0)
        first = (
            timedelta(hours=4) if said.status in (403, 429, 503) and said.retry_after is None else timedelta(minutes=30)
        )
        return max(min(first * 2 ** min(failures - 1, 20), LONGEST_PAUSE), said.retry_after or timedelta(0))

    def _skips(self, number: int) -> timedelta:
        plot = self.plots.get(number)
        return timedelta(hours=len(plot.skip_hours), days=len(plot.skip_days)) if plot else timedelta(0)

    def _rest_of(self, number: int) -> timedelta:
        failures = self._failures.get(number, 0)
        return min(timedelta(minutes=30) * 2 ** min(failures - 1, 20), LONGEST_PAUSE) if failures else timedelta(0)

    def overdue(self, moment: datetime) -> list[int]:
        """Feeds that should have been asked by now and were not."""
        return [number for number, plot in self.plots.items() if self._is_overdue(plot, moment)]

    def _is_overdue(self, plot: Plot, moment: datetime) -> bool:
        until = self._until.get(plot.number)
        if until is None:
            return True
        return not self.records[plot.number].gone and moment > max(until, self._host_until.get(plot.host, until))


def _asked_for(known: Known) -> timedelta:
    return max(known.fresh or timedelta(0), known.ttl or timedelta(0))
