"""The kinds of source that a configuration may name are those that are built."""

from __future__ import annotations

from importlib import import_module

from watcher.config.models import AT_HAND, BUILT_KINDS, HISTORY
from watcher.holdings import HELD
from watcher.sources import KINDS


def test_the_configuration_knows_the_kinds_that_are_built() -> None:
    assert set(BUILT_KINDS) == set(KINDS)


def test_kinds_of_history_have_a_way_each() -> None:
    for kind in AT_HAND:
        assert kind in HISTORY
        way = import_module(f"watcher.holdings.{kind}")
        assert callable(way.units)
        assert callable(way.estimate)
        assert callable(way.captures if kind in HELD else way.leads)
