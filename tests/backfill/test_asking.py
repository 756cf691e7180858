"""Asked units, one after the other: a way that is closed is not knocked at for every day of a year."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from origin import Answer, Origin
from scripted import Stage

from watcher.backfill import Asked, Done, backfill, planned
from watcher.cli.ways import way_of
from watcher.http import HttpFetch
from watcher.types import Outcome, Source, Window

MARCH = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


def brought(stage: Stage, origin: Origin, *sources: Source) -> tuple[Done, ...]:
    fetch = HttpFetch(clock=stage.clock, allow=(origin.host_port,))
    try:
        parts = dataclasses.replace(stage.parts(), fetch=fetch)
        plan = planned(stage.store, [Asked(source, (way_of("wordpress"),)) for source in sources], MARCH)
        return backfill(parts, plan)
    finally:
        fetch.close()


@pytest.mark.parametrize(("status", "requests"), [(401, 1), (403, 1), (404, 3)])
def test_a_closed_way_is_asked_once_and_each_of_its_days_says_so(
    stage: Stage, origin: Origin, status: int, requests: int
) -> None:
    if status != 404:
        origin.on("/wp-json/wp/v2/posts", Answer(status))
    done = brought(stage, origin, Source("paper", f"{origin.url}/feed/"))
    assert len(origin.log) == requests
    assert len(done) == 31
    assert {each.trouble.status for each in done if each.trouble is not None} == {status}
    before = len(origin.log)
    assert len(brought(stage, origin, Source("paper", f"{origin.url}/feed/"))) == 31, "none of them is done"
    assert len(origin.log) == 2 * before


def test_a_host_that_does_not_answer_is_left_to_the_next_run_after_some_days(stage: Stage, origin: Origin) -> None:
    origin.on("/wp-json/wp/v2/posts", *[Answer(raw=b"")] * 2, Answer(body=b"[]"), Answer(raw=b""))
    done = brought(stage, origin, Source("paper", f"{origin.url}/feed/"))
    assert len(done) == 31
    assert sum(each.trouble is None for each in done) == 1
    assert len(origin.log) < 31, "three in a row, and each is tried on a second connection at most"
    texts = {each.trouble.text.partition(": ")[0] for each in done if each.trouble is not None}
    assert texts == {f"{origin.url}/wp-json/wp/v2/posts"}, "without the query, which fills a line"


def test_another_source_of_the_same_host_and_a_day_that_fails_alone_go_on(stage: Stage, origin: Origin) -> None:
    origin.on("/wp-json/wp/v2/posts", Answer(401))
    row = {"link": f"{origin.url}/a", "title": {"rendered": "Nvidia"}, "date_gmt": "2026-03-02T10:00:00"}
    days = [Answer(500), Answer(body=json.dumps([row]).encode()), Answer(body=b"[]")]
    origin.on("/n/wp-json/wp/v2/posts", *days)
    closed = Source("closed", f"{origin.url}/feed/", pages="never")
    done = brought(stage, origin, closed, Source("open", f"{origin.url}/n/wp-json/", pages="never"))
    assert len(done) == 62
    assert len(origin.asked("/wp-json/wp/v2/posts")) == 1
    assert len(origin.asked("/n/wp-json/wp/v2/posts")) == 31
    assert sum(each.trouble is None for each in done) == 30
    assert sum(each.counts.get(Outcome.STORED, 0) for each in done) == 1


def test_where_web_pages_come_instead_of_posts_it_is_enough_after_some_days(stage: Stage, origin: Origin) -> None:
    page = Answer(body=b"<html><title>Blog</title></html>", headers={"Content-Type": "text/html"})
    for path in ("/wp-json/wp/v2/posts", "/"):
        origin.on(path, page)
    done = brought(stage, origin, Source("paper", f"{origin.url}/feed/"))
    assert len(done) == 31
    assert len(origin.log) == 9, "three requests each of three days"
    assert len({each.trouble.text for each in done if each.trouble is not None}) == 1
    assert all("?" not in each.trouble.text for each in done if each.trouble is not None)
