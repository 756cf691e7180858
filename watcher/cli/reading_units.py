"""What an engine does with a unit: the function that is sent to where it is done, with its settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from watcher.config import Config
from watcher.types import Load, Source, Unit


def work_of(config: Config, sources: Sequence[Source]) -> Callable[[Unit], Load]:
    """`units.work` with the settings of a configuration: small, and to be sent anywhere."""
    raise NotImplementedError
