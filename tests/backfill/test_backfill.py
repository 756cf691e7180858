"""History through the same pipeline, from the newsroom's two outlets that keep an archive."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from command import database, run

from watcher.app import Program, assembled
from watcher.backfill import Asked, Done, Plan, backfill, planned
from watcher.cli.ways import way_of
from watcher.config import load_config
from watcher.demo.content import DAY_ONE
from watcher.demo.server import Newsroom, StageClock
from watcher.demo.show import live
from watcher.publish import publish
from watcher.shipped import shipped
from watcher.types import Outcome, Source, Window

WINDOW = Window(DAY_ONE - timedelta(days=400), DAY_ONE)
ARCHIVES = ("siliconledger", "harbourpost")


class Room:
    """A newsroom that stands on day one, and archives of it in folders of their own."""

    def __init__(self, folder: Path, newsroom: Newsroom, clock: StageClock) -> None:
        self.folder, self.newsroom, self.clock = folder, newsroom, clock

    def config(self, name: str) -> Path:
        file = self.folder / name / "config.toml"
        if not file.exists():
            file.parent.mkdir()
            file.write_text(self.newsroom.config_toml("data", "out", 1, shipped("seeds")), "utf-8")
        return file

    @contextmanager
    def program(self, name: str) -> Iterator[Program]:
        with assembled(load_config(self.config(name), {}), self.clock) as program:
            yield program

    def backfill(
        self, name: str, window: Window = WINDOW, stop: Callable[[], bool] = lambda: False
    ) -> tuple[Done, ...]:
        with self.program(name) as program:
            return backfill(program.parts, plan(program, sources(program), window), stop=stop)

    def export(self, name: str) -> list[str]:
        with self.program(name) as program:
            assert program.store.integrity() == []
            return [json.dumps(row, sort_keys=True) for row in program.store.export()]


def sources(program: Program) -> Sequence[Source]:
    return [source for source in program.config.sources if source.id in ARCHIVES]


def plan(program: Program, wanted: Sequence[Source], window: Window) -> Plan:
    return planned(program.store, [Asked(source, (way_of(source.kind),)) for source in wanted], window)


def total(done: Sequence[Done]) -> Counter[Outcome]:
    return sum((each.counts for each in done), Counter())


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    clock = StageClock(DAY_ONE)
    with Newsroom(clock, drip=0.0) as newsroom:
        yield Room(tmp_path_factory.mktemp("backfill"), newsroom, clock)


def test_it_finds_what_the_feeds_no_longer_hold_and_none_of_it_is_news(room: Room):
    with room.program("plain") as program:
        live(program, room.clock, DAY_ONE)
        polled = {stored.article.url for stored in program.store.articles(1000)}
        visits = backfill(program.parts, plan(program, sources(program), WINDOW))
        counts = total(visits)
        found = [stored for stored in program.store.articles(1000) if stored.article.url not in polled]
        assert {visit.task.source.id for visit in visits} == set(ARCHIVES)
        assert not [visit for visit in visits if visit.trouble]
        assert {stored.article.source for stored in found} == set(ARCHIVES)
        assert len(found) == counts[Outcome.STORED] > 0
        assert all(stored.article.told for stored in found)
        assert all(stored.article.published is None or WINDOW.holds(stored.article.published) for stored in found)
        memory = program.store.memories(ARCHIVES)
        assert all(each.visits == 1 for each in memory.values()), "what polling remembers stays as it is"
        room.clock.set(DAY_ONE + timedelta(days=1))
        (edition,) = publish(program.store, program.press, program.paper, program.config.schedules, room.clock)
        room.clock.set(DAY_ONE)
        assert not {stored.article.url for stored in found} & {r.url for each in edition.entries for r in each.reports}


def test_a_second_run_asks_nothing_again(room: Room):
    first = room.backfill("twice")
    room.newsroom.forget_requests()
    assert total(first)[Outcome.STORED] > 0
    assert room.backfill("twice") == ()
    assert room.newsroom.requests == ()
    before = room.export("twice")
    wider = Window(WINDOW.since - timedelta(days=1), WINDOW.until)
    again = room.backfill("twice", wider)
    assert total(again)[Outcome.STORED] == 0
    assert room.export("twice") == before


@pytest.mark.parametrize(
    "after", [6, pytest.param(1, marks=pytest.mark.long), pytest.param(15, marks=pytest.mark.long)]
)
def test_a_run_that_was_stopped_continues_to_the_same_archive(room: Room, after: int):
    if not (room.folder / "clean").exists():
        room.backfill("clean")
    name = f"stopped after {after}"
    room.newsroom.forget_requests()
    room.backfill(name, stop=lambda: len(room.newsroom.requests) >= after)
    stopped = room.export(name)
    room.backfill(name)
    assert room.export(name) == room.export("clean")
    assert len(stopped) < len(room.export("clean"))


def test_the_window_is_honoured(room: Room):
    window = Window(DAY_ONE - timedelta(days=20), DAY_ONE - timedelta(days=3))
    room.backfill("window", window)
    with room.program("window") as program:
        dates = [stored.article.published for stored in program.store.articles(1000)]
    assert dates
    assert all(moment is not None and window.holds(moment) for moment in dates)


def test_a_source_that_fails_is_asked_again_by_the_next_run(room: Room):
    with room.program("failing") as program:
        known = {source.id: source for source in program.config.sources}
        broken = Source("siliconledger", known["siliconledger"].url + "/gone")
        (done,) = backfill(program.parts, plan(program, [broken], WINDOW))
        assert done.trouble is not None
        assert (done.progress.units, done.progress.of_units) == (1, 1)
        assert [task.source for task in plan(program, [broken], WINDOW).tasks] == [broken]


def test_the_command_says_what_it_would_do_and_does_it(room: Room):
    config = room.config("command")
    since = WINDOW.since.date().isoformat()
    line = ["backfill", "--since", since, "--source", "siliconledger", "--config", config]
    before = database(config.parent)
    dry = run(*line, "--dry-run")
    assert dry.code == 0
    heading, first = dry.out.splitlines()
    assert first.split()[:2] == ["siliconledger", "feed"], heading
    assert database(config.parent) == before
    room.newsroom.forget_requests()
    done = run(*line, "--json")
    assert done.code == 0
    assert done.row()["outcomes"]["stored"] > 0
    assert room.newsroom.requests
    room.newsroom.forget_requests()
    filled = database(config.parent)
    assert run(*line, "--dry-run").out == ""
    assert database(config.parent) == filled
    assert run(*line).code == 0
    assert room.newsroom.requests == ()


def test_a_beginning_in_the_future_is_named_without_an_end_that_nobody_gave(room: Room):
    done = run("backfill", "--since", "2999-01-01", "--config", room.config("future"))
    assert done.code == 2
    assert "--since 2999-01-01 is in the future" in done.err
    assert "--until" not in done.err
