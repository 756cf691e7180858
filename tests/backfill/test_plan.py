"""What is left to do: units oldest first, less those that are done for all that is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from scripted import START, Stage

from watcher.backfill import Asked, Plan, Progress, Way, backfill, checkpoints, planned
from watcher.backfill.estimating import Means, forecasts, whole
from watcher.errors import ReadError
from watcher.types import Estimate, Load, Outcome, Reason, Source, Trouble, Unit, Window

DAY = timedelta(days=1)
WINDOW = Window(START - 10 * DAY, START)
PAPER = Source("paper", "https://paper.example/feed")
FILES = Source("files", "/files", "warc")


def archive(source: Source, window: Window) -> list[Unit]:
    return [Unit(source.id, "feed", "archive", window)]


def days(source: Source, window: Window) -> list[Unit]:
    moments = [window.since + number * DAY for number in range((window.until - window.since).days)]
    return [Unit(source.id, "warc", f"{each:%Y-%m-%d}", Window(each, each + DAY)) for each in moments]


WALK = Way("feed", "asked", archive)
CUT = Way("warc", "held", days, estimate=lambda _: Estimate(bytes=1000))


class Engine:
    """Loads without anything in them; of some units, trouble."""

    def __init__(self, *bad: str) -> None:
        self.bad = bad
        self.ran: list[str] = []

    def run(self, units: Iterable[Unit], stop: object = None) -> Iterator[Load]:
        del stop
        for unit in units:
            self.ran.append(unit.name)
            trouble = Trouble(Reason.UNREADABLE, "cut off") if unit.name in self.bad else None
            yield Load(unit, (), {Outcome.OFF_TOPIC: 3}, 3, 1000, trouble)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


def plan(stage: Stage, *asked: Asked, window: Window = WINDOW) -> Plan:
    return planned(stage.store, asked or [Asked(FILES, (CUT,))], window)


def finish(stage: Stage, unit: Unit) -> None:
    with stage.store.writing() as writer:
        checkpoints.finish(writer, unit, START, Counter())


def test_units_come_oldest_first_whatever_source_they_are_of(stage: Stage):
    found = plan(stage, Asked(FILES, (CUT,)), Asked(PAPER, (WALK,)))
    moments = [task.unit.window.since for task in found.tasks]
    assert moments == sorted(moments)
    assert len(found.tasks) == 11


def test_a_day_is_done_once_and_a_walk_for_each_wider_window(stage: Stage):
    both = Asked(FILES, (CUT,)), Asked(PAPER, (WALK,))
    for task in plan(stage, *both).tasks:
        finish(stage, task.unit)
    assert plan(stage, *both).tasks == ()
    narrower = Window(WINDOW.since + DAY, WINDOW.until - DAY)
    assert plan(stage, *both, window=narrower).tasks == ()
    wider = Window(WINDOW.since - DAY, WINDOW.until)
    assert [task.unit.name for task in plan(stage, *both, window=wider).tasks] == ["2026-02-27", "archive"]


def test_spans_that_meet_are_one(stage: Stage):
    first, second = Window(START - 2 * DAY, START - DAY), Window(START - DAY, START)
    for window in (second, first):
        finish(stage, Unit("paper", "feed", "archive", window))
    assert checkpoints.is_done(stage.store, Unit("paper", "feed", "archive", Window(first.since, second.until)))


def test_what_a_version_before_units_had_done_stays_done(stage: Stage):
    with stage.store.writing() as writer:
        writer.set_checkpoint(f"backfill paper {WINDOW.since.date()} {WINDOW.until.date()}", START.isoformat())
    assert plan(stage, Asked(PAPER, (WALK,))).tasks == ()
    other = Way("wordpress", "asked", archive)
    assert len(plan(stage, Asked(PAPER, (other,))).tasks) == 1, "only its own archive had been read"


def test_a_unit_with_trouble_is_tried_again_and_no_other(stage: Stage):
    bad = Engine("2026-03-02")
    done = backfill(stage.parts(), plan(stage), bad)
    assert [each.task.unit.name for each in done if each.trouble] == ["2026-03-02"]
    assert len(bad.ran) == 10
    good = Engine()
    backfill(stage.parts(), plan(stage), good)
    assert good.ran == ["2026-03-02"]
    assert plan(stage).done == 10


def test_a_source_that_cannot_be_planned_is_named_and_costs_no_other(stage: Stage):
    def nothing(_source: Source, _window: Window) -> list[Unit]:
        raise ReadError("there is no such file")

    found = plan(stage, Asked(PAPER, (Way("urls", "listed", nothing),)), Asked(FILES, (CUT,)))
    assert [(source, trouble.text) for source, trouble in found.troubles] == [("paper", "there is no such file")]
    assert len(found.tasks) == 10


def test_progress_says_nothing_before_it_is_known():
    def after(units: int, read: int, seconds: float) -> Progress:
        return Progress("read", "", units, 10, units * 3, read, 1000, seconds)

    assert after(1, 100, 60).remaining is None, "one unit is no pace"
    assert after(3, 300, 1).remaining is None, "a second is none either"
    assert after(5, 250, 30).remaining == pytest.approx(90), "by bytes: a quarter of them took so long"
    assert after(10, 1000, 120).remaining == 0
    assert Progress("asked", "", 4, 8, 9, 0, None, 40).remaining == pytest.approx(40), "by units where nobody knows"
    assert after(5, 250, 30).rate == pytest.approx(0.5)


def test_an_estimate_adds_up_hosts_side_by_side_and_files_by_the_pace_that_was_measured(stage: Stage):
    feeds = [Asked(Source(name, f"https://{name}.example/feed"), (WALK,)) for name in ("a", "b")]
    found = plan(stage, *feeds, Asked(FILES, (CUT,)))

    def first(task: object) -> Estimate | Trouble:
        is_a = getattr(task, "source", PAPER).id == "a"
        return Estimate(documents=10 if is_a else 4, requests=2, hosts=frozenset({"a:443" if is_a else "b:443"}))

    told = forecasts(found, first, Means(2.0, lambda _: 500.0, 1, lambda: 0.0))
    by_source = {each.source: each.estimate for each in told}
    assert by_source["a"] is not None
    assert (by_source["a"].requests, by_source["a"].seconds) == (12, 24.0)
    assert by_source["files"] is not None
    assert (by_source["files"].bytes, by_source["files"].seconds) == (10_000, 20.0)
    together = whole(told)
    assert (together.requests, together.seconds, len(together.hosts)) == (18, 44.0, 2)
    unknown = forecasts(found, first, Means(2.0, lambda _: None, 1, lambda: 0.0))
    assert whole(unknown).seconds is None, "nobody has read a file yet"
