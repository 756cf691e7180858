"""How many outlets carry a story, and how many of them reported it themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.stories.attribution.outlets import outlet_id, shown_name
from watcher.stories.attribution.reading import Attribution


@dataclass(frozen=True, slots=True)
class Carried:
    """One article of a story: who carried it, whom it names as its origin, and whether its text is another's.

    Of a headline whose text nobody could read (`is_read`) it cannot be told whom it names; one that has its news from
    reports it does not name (`is_hearsay`) has it from somebody.
    """

    outlet: str
    attributions: tuple[Attribution, ...] = ()
    is_copy: bool = False
    is_read: bool = True
    is_hearsay: bool = False


@dataclass(frozen=True, slots=True)
class Origins:
    """How many outlets carry a story, whose reporting it is, and which outlets' origin cannot be told.

    `originals` are outlets as readers see them: those that carry the story in their order, then those only named.
    """

    outlets: int
    originals: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


def origins(reports: Sequence[Carried]) -> Origins:
    """Reads whose reporting a story is. Give the reports earliest first.

    An outlet that names another is not the origin; one that others name is. The first report that names nobody is taken
    for original unless the others name somebody outside, or it says itself that it has the news from reports. A copy
    carries what it copies: it is neither original nor unclear. Whoever else names nobody may have it from anyone:
    unclear.
    """
    carriers = _carriers(reports)
    named = {name for carrier in carriers.values() for name in carrier.named}
    outside = {name: shown for carrier in carriers.values() for name, shown in carrier.named.items()}
    originals: list[str] = []
    unclear: list[str] = []
    first = next(iter(carriers), None)
    is_from_outside = any(name not in carriers for name in named)
    for own, carrier in carriers.items():
        if carrier.named:
            continue
        is_first = own == first and carrier.is_read and not carrier.is_copy and not is_from_outside
        if own in named or carrier.names_itself or is_first:
            originals.append(carrier.shown)
        elif not carrier.is_copy:
            unclear.append(carrier.shown)
    originals += [shown for name, shown in outside.items() if name not in carriers]
    return Origins(len(carriers), tuple(originals), tuple(unclear))


@dataclass(slots=True)
class _Carrier:
    """All articles of one outlet together."""

    shown: str
    named: dict[str, str]  # others it names in every article of its own: key -> as readers see it
    is_copy: bool
    names_itself: bool
    is_read: bool  # some article of its own, that it does not have from reports without a name


def _carriers(reports: Sequence[Carried]) -> dict[str, _Carrier]:
    carriers: dict[str, _Carrier] = {}
    for report in reports:
        own = outlet_key(report.outlet)
        found = {_named(each): _shown(each) for each in report.attributions}
        itself = found.pop(own, None) is not None
        before = carriers.get(own)
        if before is None:
            carriers[own] = _Carrier(
                report.outlet, found, report.is_copy, itself, report.is_read and not report.is_hearsay
            )
            continue
        # One article of its own that needs nobody else is enough.
        before.named = {**before.named, **found} if before.named and found else {}
        before.is_copy = before.is_copy and report.is_copy
        before.is_read = before.is_read or (report.is_read and not report.is_hearsay)
        before.names_itself = before.names_itself or itself
    return carriers


def outlet_key(name: str) -> str:
    """What an outlet is told apart by, whether it is called by a name or by its domain."""
    return outlet_id(name) or name.strip().casefold().removeprefix("the ")


def _named(attribution: Attribution) -> str:
    return attribution.outlet or outlet_key(attribution.name)


def _shown(attribution: Attribution) -> str:
    return shown_name(attribution.outlet) if attribution.outlet else attribution.name
