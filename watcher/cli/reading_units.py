"""What an engine does with a unit: the function that is sent to where it is done, with its settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from watcher.app import names_of, utc_now
from watcher.config import Config
from watcher.types import Load, Source, Unit
from watcher.units import Settings, work


def work_of(config: Config, sources: Sequence[Source]) -> Callable[[Unit], Load]:
    """`units.work` with the settings of a configuration: small, and to be sent anywhere."""
    languages = {source.id: source.language for source in sources if source.language}
    return partial(work, settings=Settings(tuple(config.topics), utc_now(), languages, names=names_of(config)))
