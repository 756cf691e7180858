"""Which line of editions goes on as which, when several hours change at once."""

from __future__ import annotations

from datetime import date

import pytest
from scripted import START, Stage

from watcher.ports import Store
from watcher.readers import PRESENT, remember
from watcher.types import Edition, Schedule


@pytest.fixture
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("data"))


def at(key: str) -> Schedule:
    hour, zone = key.split()
    return Schedule(hour, zone)


def configure(stage: Stage, *keys: str, **hours: str) -> None:
    """A start with these hours, and readers who read by them."""
    remember(stage.store, tuple(hours), [at(key) for key in keys], stage.clock, hours)


def publish(store: Store, *keys: str) -> None:
    with store.writing() as writer:
        for number, key in enumerate(keys, 1):  # each known by its date
            writer.publish(Edition(0, date(2026, 3, number), key, START, START, START, (), ()), [])


def days(stage: Stage, *keys: str) -> list[list[int]]:
    return [[each.date.day for each in stage.store.made(key, 9)] for key in keys]


def test_hours_that_change_at_once_go_on_by_their_readers(stage: Stage):
    configure(stage, "07:00 UTC", "08:00 UTC", "09:00 UTC", a="07:00 UTC", b="08:00 UTC", c="09:00 UTC")
    publish(stage.store, "07:00 UTC", "08:00 UTC", "09:00 UTC")
    configure(stage, "07:00 UTC", "10:00 UTC", "11:00 UTC", a="07:00 UTC", b="11:00 UTC", c="10:00 UTC")
    assert days(stage, "07:00 UTC", "11:00 UTC", "10:00 UTC") == [[1], [2], [3]]


def test_the_hour_of_the_digest_goes_on_as_its_own_whoever_reads_by_it(stage: Stage):
    configure(stage, "07:00 UTC", "08:00 UTC", b="08:00 UTC", c="07:00 UTC")
    publish(stage.store, "07:00 UTC", "08:00 UTC")
    configure(stage, "10:00 UTC", "11:00 UTC", b="10:00 UTC", c="11:00 UTC")
    assert days(stage, "10:00 UTC", "11:00 UTC") == [[1], [2]]


def test_hours_whose_readers_are_not_known_go_on_by_hour_then_zone_then_order(stage: Stage):
    with stage.store.writing() as writer:
        writer.set_checkpoint(PRESENT, '["a", "b"]')  # as it was kept first
    publish(stage.store, "07:00 UTC", "06:00 UTC", "05:00 Asia/Tokyo")
    configure(stage, "06:00 Europe/Berlin", "07:00 Europe/Berlin", "12:00 Asia/Tokyo", a="07:00 Europe/Berlin")
    assert days(stage, "07:00 Europe/Berlin", "06:00 Europe/Berlin", "12:00 Asia/Tokyo") == [[1], [2], [3]]
    assert [each.address for each in stage.store.subscriptions()] == [], "who was present is not new"


def test_in_doubt_hours_go_on_in_their_order(stage: Stage):
    configure(stage, "07:00 UTC", "08:00 UTC")
    publish(stage.store, "08:00 UTC", "07:00 UTC")
    configure(stage, "10:00 UTC", "09:00 UTC")
    assert days(stage, "10:00 UTC", "09:00 UTC") == [[2], [1]]


def test_one_more_hour_takes_nothing_from_the_others(stage: Stage):
    configure(stage, "07:00 UTC", a="07:00 UTC")
    publish(stage.store, "07:00 UTC")
    configure(stage, "09:00 UTC", "07:00 UTC", a="09:00 UTC", b="07:00 UTC")
    assert days(stage, "07:00 UTC", "09:00 UTC") == [[1], []]
