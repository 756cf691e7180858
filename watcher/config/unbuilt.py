"""Keys that are accepted and have no effect yet: a file written for a later version loads, and nobody is misled."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.config.settings import Config


def without_effect(config: Config) -> tuple[str, ...]:
    """What somebody wrote that this version does nothing with, each as a person would name it."""
    return tuple(f"{key} is set, which has no effect: it is not built yet" for key in _set_in_vain(config))


def _set_in_vain(config: Config) -> Iterator[str]:
    del config
    yield from ()  # everything is built
