"""Pages of the past that do not answer are named and asked for again; what was read with other topics can be, too."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from origin import Answer, Origin
from scripted import START, Stage

from watcher.backfill import Asked, Done, backfill, planned
from watcher.backfill.checkpoints import digest_of
from watcher.cli.ways import way_of
from watcher.http import HttpFetch
from watcher.topics import TopicMatcher
from watcher.types import Outcome, Source, TopicRule, Window
from watcher.workers import WorkerPool

PAST = Window(START.replace(year=2020), START)
WORDS = "Nvidia said on Tuesday that it ships its newest accelerator to customers in May, and raises its prices. " * 9
PAGE = f"<html><head><title>Nvidia ships</title></head><body><article><h1>Nvidia ships</h1><p>{WORDS}</p></article>"
OTHER = PAGE.replace("Nvidia", "Ecosia")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


def brought(
    stage: Stage, origin: Origin, *paths: str, rules: tuple[TopicRule, ...] = (), again: bool = False
) -> tuple[Done, ...]:
    stage.clock.advance(hours=5)  # what wanted to be left alone has been
    listed = stage.folder / "addresses.txt"
    listed.write_text("".join(f"{origin.url}{path}\n" for path in paths))
    fetch, workers = HttpFetch(clock=stage.clock, allow=(origin.host_port,)), WorkerPool(processes=1)
    try:
        parts = dataclasses.replace(stage.parts(), fetch=fetch, workers=workers)
        if rules:
            parts = dataclasses.replace(parts, matches=TopicMatcher(rules))
        asked = [Asked(Source("list", str(listed), "urls"), (way_of("urls"),))]
        plan = planned(stage.store, asked, PAST, digest_of(rules), again=again)
        return backfill(parts, plan)
    finally:
        workers.close()
        fetch.close()


def test_a_page_that_does_not_answer_is_named_and_asked_for_by_the_next_run(stage: Stage, origin: Origin) -> None:
    origin.on("/busy", Answer(503), Answer(503), Answer(body=PAGE.encode(), headers={"Content-Type": "text/html"}))
    origin.on("/gone", Answer(404))
    (first,) = brought(stage, origin, "/busy", "/gone")
    assert first.trouble is not None
    assert "2 pages did not answer" in first.trouble.text
    assert "/busy" in first.trouble.text
    assert "/gone was not asked" in first.trouble.text, "their host wanted to be left alone"
    asked = len(origin.asked("/gone"))
    runs = [done for _ in range(4) for done in brought(stage, origin, "/busy", "/gone")]
    assert runs[-1].trouble is None
    assert runs[-1].counts[Outcome.STORED] == 1
    assert len(origin.asked("/gone")) <= asked + len(runs), "what is gone is not what is waited for"
    assert brought(stage, origin, "/busy", "/gone") == (), "now it is done"


def test_what_never_answers_is_given_up_after_some_runs(stage: Stage, origin: Origin) -> None:
    origin.on("/busy", Answer(500))
    runs = [brought(stage, origin, "/busy") for _ in range(6)]
    assert [len(run) for run in runs] == [1, 1, 1, 1, 0, 0]
    assert [run[0].trouble is None for run in runs[:4]] == [False, False, False, True]


def test_with_other_topics_it_is_read_again_if_that_is_asked_for(stage: Stage, origin: Origin) -> None:
    origin.on("/a", Answer(body=OTHER.encode(), headers={"Content-Type": "text/html"}))
    nvidia, both = TopicRule("n", "N", ("Nvidia",)), TopicRule("n", "N", ("Nvidia", "Ecosia"))
    (first,) = brought(stage, origin, "/a", rules=(nvidia,))
    assert first.counts == {Outcome.OFF_TOPIC: 1}
    assert brought(stage, origin, "/a", rules=(nvidia,), again=True) == (), "nothing has changed"
    assert brought(stage, origin, "/a", rules=(both,)) == ()
    asked = [Asked(Source("list", str(stage.folder / "addresses.txt"), "urls"), (way_of("urls"),))]
    assert planned(stage.store, asked, PAST, digest_of((both,))).stale == 1
    (second,) = brought(stage, origin, "/a", rules=(both,), again=True)
    assert second.counts == {Outcome.STORED: 1}
    assert planned(stage.store, asked, PAST, digest_of((both,))).stale == 0


def test_a_page_loses_no_try_while_its_host_rests(stage: Stage, origin: Origin) -> None:
    page = Answer(body=PAGE.encode(), headers={"Content-Type": "text/html"})
    origin.on("/busy", Answer(429, headers={"Retry-After": "86400"}), page)
    origin.on("/behind", page)
    runs = [run for _ in range(4) for run in brought(stage, origin, "/busy", "/behind")]  # 20 hours
    assert len(origin.asked("/busy")) == 1
    assert origin.asked("/behind") == [], "its host asked to be left alone"
    assert [run.counts for run in runs] == [{Outcome.UNREACHABLE: 2}] * 4, "each has an end in every run"
    assert "/behind was not asked" in (runs[-1].trouble.text if runs[-1].trouble else "")
    stage.clock.advance(days=1)
    (last,) = brought(stage, origin, "/busy", "/behind")
    assert last.trouble is None
    assert last.counts[Outcome.STORED] == 2
