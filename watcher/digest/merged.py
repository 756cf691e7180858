"""Several editions as one, for a reader whose days leave some out: each story once, with everything that was told.

A story that was new on Saturday and got news on Monday is new to who reads both on Monday.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from watcher.stories.attribution import outlet_key
from watcher.types import Difference, Edition, Entry, Figure, Footer, Outcome, Report, Sourcing

T = TypeVar("T")


def merge(editions: Sequence[Edition]) -> Edition:
    """One edition of what these tell, dated as the last of them; ValueError for none."""
    if not editions:
        raise ValueError("no editions to merge")
    if len(editions) == 1:
        return editions[0]
    ordered = sorted(editions, key=lambda edition: edition.until)
    last, newest_first = ordered[-1], ordered[::-1]
    entries = _joined([entry for edition in ordered for entry in edition.entries])
    told = {report.article for entry in entries for report in entry.reports}
    known = [
        entry
        for entry in _joined([entry for edition in ordered for entry in edition.known])
        if told.isdisjoint(report.article for report in entry.reports)
    ]
    told |= {report.article for entry in known for report in entry.reports}
    mentions = _first(
        (report for edition in ordered for report in edition.mentions if report.article not in told),
        lambda report: report.article,
    )
    return replace(
        last,
        since=ordered[0].since,
        entries=tuple(sorted(entries, key=lambda entry: (not entry.followed, -entry.score))),
        known=tuple(known),
        seeds=_first((seed for edition in ordered for seed in edition.seeds), lambda seed: seed),
        mentions=mentions,
        retold=sum(edition.retold for edition in ordered),
        footer=_footer(ordered),
        cautions=_first(
            (each for edition in newest_first for each in edition.cautions), lambda each: (each.about, each.name)
        ),
        machine=_first(
            (each for edition in newest_first for each in edition.machine),
            lambda each: (each.story, each.article, each.language),
        ),
    )


def _joined(entries: Sequence[Entry]) -> list[Entry]:
    """Each story once, in the order in which it was first told.

    Told twice are stories of one id, and those that report one article: what a correction by hand or a late article
    moved to another story is still known by its articles.
    """
    groups: dict[int, list[Entry]] = {}
    place_of: dict[str | int, int] = {}
    for number, entry in enumerate(entries):
        names: list[str | int] = [entry.id, *(report.article for report in entry.reports)]
        places = sorted({place_of[name] for name in names if name in place_of})
        place = places[0] if places else number
        group = groups.setdefault(place, [])
        for other in places[1:]:
            group += groups.pop(other)
            place_of.update({name: place for name, at in place_of.items() if at == other})
        group.append(entry)
        place_of.update(dict.fromkeys(names, place))
    return [_one(group) for group in groups.values()]


def _one(entries: Sequence[Entry]) -> Entry:
    """What several editions told of a story, the newest word on each matter."""
    if len(entries) == 1:
        return entries[0]
    last, newest_first = entries[-1], entries[::-1]
    is_update = all(entry.status == "update" for entry in entries)
    reports = _reports(entries)
    return replace(
        last,
        status="update" if is_update else next(entry.status for entry in entries if entry.status != "update"),
        topics=_first((topic for entry in newest_first for topic in entry.topics), lambda topic: topic),
        reports=reports,
        score=max(entry.score for entry in entries),
        why=_latest(newest_first, lambda entry: entry.why) or "",
        seed=_latest(newest_first, lambda entry: entry.seed),
        new=_first((quote for entry in entries for quote in entry.new), lambda quote: quote.text),
        parted=any(entry.parted for entry in entries),
        first=_latest(newest_first, lambda entry: entry.first),
        sourcing=_sourcing(entries, reports),
        differences=_differences(entries),
        shared=_first((fact for entry in entries for fact in entry.shared), lambda fact: (fact.kind, fact.value)),
        unsure=_latest(newest_first, lambda entry: entry.unsure),
        followed=any(entry.followed for entry in entries),
    )


def _reports(entries: Sequence[Entry]) -> tuple[Report, ...]:
    """Each article once, as it was listed last; told before only where every edition says so."""
    found: dict[int, Report] = {}
    for entry in entries:
        for report in entry.reports:
            before = found.get(report.article)
            if before is not None:
                kept = report.summary or before.summary
                report = replace(report, told=before.told and report.told, summary=kept)
            found[report.article] = report
    return tuple(sorted(found.values(), key=lambda report: (report.published, report.url)))


def _sourcing(entries: Sequence[Entry], reports: Sequence[Report]) -> Sourcing | None:
    worked_out = [entry.sourcing for entry in entries if entry.sourcing is not None]
    if not worked_out:
        return None
    originals = _first((name for each in worked_out for name in each.originals), outlet_key)
    own = {outlet_key(name) for name in originals}
    unclear = _first((name for each in worked_out for name in each.unclear if outlet_key(name) not in own), outlet_key)
    carried = {outlet_key(report.outlet) for report in reports if report.role not in ("forum", "aggregator")}
    return Sourcing(max(len(carried), *(each.outlets for each in worked_out)), originals, unclear)


def _differences(entries: Sequence[Entry]) -> tuple[Difference, ...]:
    """Each claim once, with every figure anybody gave for it, the one that most outlets give first."""
    claims: dict[tuple[str, str], dict[float, tuple[str, ...]]] = {}
    for difference in (each for entry in entries for each in entry.differences):
        figures = claims.setdefault((difference.unit, difference.of), {})
        for figure in difference.figures:
            figures[figure.value] = tuple(dict.fromkeys((*figures.get(figure.value, ()), *figure.outlets)))
    return tuple(
        Difference(
            unit,
            of,
            tuple(Figure(value, outlets) for value, outlets in sorted(figures.items(), key=lambda one: -len(one[1]))),
        )
        for (unit, of), figures in claims.items()
    )


def _footer(ordered: Sequence[Edition]) -> Footer:
    """What every edition says of itself, added up; which sources fail is a matter of now."""
    last = ordered[-1].footer
    outcomes: Counter[Outcome] = Counter()
    for edition in ordered:
        outcomes.update(edition.footer.outcomes)
    changes = _first(
        (change for edition in ordered[::-1] for change in edition.footer.changes), lambda each: (each.id, each.change)
    )
    return replace(
        last,
        sources=max(edition.footer.sources for edition in ordered),
        outcomes=dict(outcomes),
        set_aside=sum(edition.footer.set_aside for edition in ordered),
        changes=tuple(sorted(changes, key=lambda change: change.at)),
        kept=_summed(edition.footer.kept for edition in ordered),
    )


def _summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for each in counts:
        found.update(each)
    return dict(sorted(found.items()))


def _first(values: Iterable[T], key: Callable[[T], Hashable]) -> tuple[T, ...]:
    """Those values, the first of each key."""
    found: dict[Hashable, T] = {}
    for value in values:
        found.setdefault(key(value), value)
    return tuple(found.values())


def _latest(newest_first: Sequence[Entry], of: Callable[[Entry], T | None]) -> T | None:
    return next((value for entry in newest_first if (value := of(entry))), None)
