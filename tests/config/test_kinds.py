"""The kinds of source that a configuration may name are those that are built."""

from __future__ import annotations

from watcher.config.models import BUILT_KINDS
from watcher.sources import KINDS


def test_the_configuration_knows_the_kinds_that_are_built() -> None:
    assert set(BUILT_KINDS) == set(KINDS)
