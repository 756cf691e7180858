"""Files that are one unit each: what is not worth cutting, or cannot be."""

from __future__ import annotations

from watcher.holdings import places
from watcher.types import Estimate, Source, Unit, Window


def units(source: Source, window: Window) -> tuple[Unit, ...]:
    """One unit for each file at the source's address, in the order of their addresses."""
    return tuple(
        Unit(source.id, source.kind, places.named(place.address), window, url=place.address, end=place.size)
        for place in places.listed(source.url)
    )


def estimate(unit: Unit) -> Estimate:
    """The bytes of its file; `end` is its size where that was known when it was planned."""
    host = places.host_of(unit.url)
    return Estimate(requests=1 if host else 0, hosts=frozenset({host} if host else ()), bytes=unit.end)
