"""Documents that are already at hand: WARC files, saved pages, mails, lists of addresses, what readers exported.

Two tables of ways into the past, a module each. A *held* way has the documents themselves: `captures(unit)`. A *listed*
one has addresses, whose pages are then asked for like those of any source: `leads(unit)`. Both cut what they have into
`units(source, window)`, oldest first, each with a name that stays the same as long as what is in it does, and say by
`estimate(unit)` what one would take.

What keeps a file from being read to its end is a `PlaceError`, with its `trouble`: everything before it was yielded.
A capture without an address (`url` is "") is a document whose address nobody knows: its outcome is `no-address`.
The window is about publication; a capture's own time is when it was read, and decides nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from watcher.holdings.trouble import PlaceError
from watcher.types import Capture, Estimate, Lead, Source, Unit, Window

# Each is the module of that name, loaded when it is used: none of them shows to who has no such source.
HELD = ("warc", "ccnews", "pages", "mbox")
LISTED = ("urls", "export")
HOLDINGS = HELD + LISTED

__all__ = ["HELD", "HOLDINGS", "LISTED", "Held", "Listed", "PlaceError", "held", "listed", "units"]


class Held(Protocol):
    """A way into the past that has the documents themselves."""

    def units(self, source: Source, window: Window) -> tuple[Unit, ...]:
        """The pieces of what is held, oldest first where that can be told. Raises PlaceError where nothing is there."""
        ...

    def captures(self, unit: Unit) -> Iterator[Capture]:
        """Every document of a unit, one after the other; never the whole file in memory. Raises PlaceError."""
        ...

    def estimate(self, unit: Unit) -> Estimate:
        """What reading it would take, as far as that can be told without reading it. A way whose documents nobody can
        count so has a `look` besides, which reads a little of it: `look(unit, clock)`. Raises PlaceError."""
        ...


class Listed(Protocol):
    """A way into the past that has addresses, and what is said of the articles there."""

    def units(self, source: Source, window: Window) -> tuple[Unit, ...]:
        """The pieces of the list, oldest first where that can be told. Raises PlaceError where nothing is there."""
        ...

    def leads(self, unit: Unit) -> Iterator[Lead]:
        """Every address of a unit, those outside its window too: that they are is an outcome. Raises PlaceError."""
        ...

    def estimate(self, unit: Unit) -> Estimate:
        """What following it would take: a request for each address."""
        ...


def held(kind: str) -> Held:
    """The held way of this name."""
    return cast("Held", import_module(f"{__name__}.{HELD[HELD.index(kind)]}"))


def listed(kind: str) -> Listed:
    """The listed way of this name."""
    return cast("Listed", import_module(f"{__name__}.{LISTED[LISTED.index(kind)]}"))


def units(source: Source, window: Window) -> tuple[Unit, ...]:
    """The pieces of a source's past that are at hand: of a source of one of these kinds. Raises PlaceError."""
    return (held(source.kind) if source.kind in HELD else listed(source.kind)).units(source, window)
