"""What is measured: of the archive when somebody asks, of requests as they come. The one door to prometheus-client.

No label holds an address, a name of a reader or anything a stranger chose: routes go by the path they are written with.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from watcher import __version__
from watcher.cadence.state import state_of
from watcher.config import Config
from watcher.ports import Clock
from watcher.store import SqlStore
from watcher.types import Counts

KIND = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
# When each was first counted is of no use, and doubles what is sent.
disable_created_metrics()  # type: ignore[no-untyped-call]  # it ships without types
_STATES = ("ok", "missed", "failing", "resting", "paused", "ended", "new")


class Metrics:
    """One service's figures. Used by any number of threads."""

    def __init__(self, config: Config, store: SqlStore, clock: Clock, counts: Callable[[], Counts]) -> None:
        self._config, self._store, self._clock, self._counts = config, store, clock, counts
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "watcher_http_request_duration_seconds",
            "How long answers took, by route.",
            ("route", "method", "status"),
            buckets=_SECONDS,
            registry=self._registry,
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Notes one answer. A method that is no word of HTTP's is counted with the others."""
        known = method if method in ("GET", "HEAD", "POST") else "other"
        self._requests.labels(route or "none", known, f"{status // 100}xx").observe(seconds)

    def text(self, is_fresh: bool) -> bytes:
        """Everything, in Prometheus' text form."""
        archive = CollectorRegistry()
        archive.register(_Once(self._of_archive(is_fresh)))
        return generate_latest(archive) + generate_latest(self._registry)

    def _of_archive(self, is_fresh: bool) -> list[Metric]:
        now = self._clock()
        counts = self._counts()
        info = InfoMetricFamily("watcher", "Which program this is.")
        info.add_metric((), {"version": __version__})
        memories = self._store.memories([source.id for source in self._config.sources])
        after = self._config.digest.failing_after
        states: Tally[str] = Tally(
            state_of(memories.get(source.id), None, now, after) for source in self._config.sources
        )
        found: list[Metric] = [
            info,
            _gauge("watcher_up_to_date", "1 while sources and editions are looked after.", int(is_fresh)),
            _gauges("watcher_sources", "Sources by state.", "state", {state: states[state] for state in _STATES}),
            _gauge("watcher_broken_sources", "Sources whose last visit failed.", states["failing"] + states["missed"]),
            _gauge("watcher_articles", "Articles stored.", counts.articles),
            _gauge("watcher_stories", "Stories they form.", counts.stories),
            _gauge("watcher_editions", "Editions made.", counts.editions),
            _gauges(
                "watcher_leads", "Leads by how they ended.", "outcome", {str(k): n for k, n in counts.leads.items()}
            ),
            _gauges("watcher_outbox", "Messages by state.", "state", dict(counts.outbox)),
            _gauges(
                "watcher_edition_age_seconds",
                "Since the window of the last edition ended.",
                "schedule",
                self._ages(now),
            ),
        ]
        last = self._store.last_visit()
        if last is not None:
            found.append(
                _gauge("watcher_last_visit_timestamp_seconds", "When a source was visited last.", last.timestamp())
            )
        return found

    def _ages(self, now: datetime) -> dict[str, float]:
        return {schedule: (now - made.until).total_seconds() for schedule, made in self._store.made_last().items()}


class _Once:
    """Hands over what was collected."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _gauges(name: str, text: str, label: str, values: dict[str, float] | dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=(label,))
    for key, value in sorted(values.items()):
        family.add_metric((key,), value)
    return family
