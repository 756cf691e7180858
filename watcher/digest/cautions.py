"""What makes an edition less than it should be: many sources fail, a language or a topic fell far below its usual.

A warning that cries wolf is not read. So a fall is measured against the same days of the last four weeks, and must be
one even for a holiday:

    seen <= a quarter of the second quietest of those weeks (of two or three: the quietest)
    and     a quarter of as many days like the quietest day of the week (a holiday looks like a Sunday),
            or the fall has lasted five days (Easter's four days of closed offices are over by then)

Below 16 articles nothing is said: of 16 expected by chance four or fewer come once in 2,500 days. Nothing either while
the archive is younger than two weeks, or of what was not there then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from watcher.types import UNKNOWN_LANGUAGE, Caution, Found, Memory

# More than this share of the sources that are asked: one in five is what a reader would miss.
FAILING_SHARE = 0.2
# A source fails that failed twice in a row, or never answered: after one timeout the next visit makes it up.
FAILURES = 2
WEEKS = 4  # of the same days that are looked back
FALLEN = 0.25
LEAST = 16
YOUNGEST = 14  # days
LASTING = 5


@dataclass(frozen=True, slots=True)
class Past:
    """What was found on the last days, oldest first, and how many of them, at the end, the edition covers."""

    days: Sequence[Found]
    covered: int = 1


def cautions(memories: Iterable[Memory], past: Past, topics: Sequence[str]) -> tuple[Caution, ...]:
    """What is to be said at an edition's top: sources, then languages, then topics, the deepest fall first."""
    return (
        *failing(memories),
        *_fallen("language", past, _named(past, UNKNOWN_LANGUAGE)),
        *_fallen("topic", past, {topic: [day.topics.get(topic, 0) for day in past.days] for topic in topics}),
    )


def failing(memories: Iterable[Memory]) -> tuple[Caution, ...]:
    """One caution where more than a fifth of the sources that are asked fail. Paused and ended ones are not asked."""
    asked = [each for each in memories if each.visits and not each.paused and each.ended is None]
    failed = [each for each in asked if each.failures >= min(FAILURES, each.visits)]
    if len(failed) <= FAILING_SHARE * len(asked):
        return ()
    return (Caution("sources", len(failed), float(len(asked))),)


def _named(past: Past, unknown: str) -> dict[str, list[int]]:
    languages = {language for day in past.days for language in day.languages} - {unknown}
    return {language: [day.languages.get(language, 0) for day in past.days] for language in sorted(languages)}


def _fallen(
    about: Literal["language", "topic"], past: Past, counts: Mapping[str, Sequence[int]]
) -> tuple[Caution, ...]:
    began = next((place for place, day in enumerate(past.days) if day.languages), len(past.days))
    found = [
        Caution(about, fall[0], fall[1], name)
        for name, days in counts.items()
        if (fall := fallen(days[began:], past.covered)) is not None
    ]
    return tuple(sorted(found, key=lambda each: (each.seen / each.usual, each.name)))


def fallen(days: Sequence[int], covered: int) -> tuple[int, float] | None:
    """What the covered days at the end brought, and what such days usually do, where that is a fall; else None.

    `days` are all that the archive has seen, up to four weeks before the covered ones.
    """
    if len(days) - covered < YOUNGEST:
        return None
    seen, weeks = sum(days[-covered:]), _same_days(days, covered)
    if not weeks or not _is_far_below(seen, _level(weeks)):
        return None
    longer = max(covered, LASTING)
    before = _same_days(days, longer)
    lasts = bool(before) and _is_far_below(sum(days[-longer:]), _level(before))
    return (seen, float(median(weeks))) if lasts or _is_far_below(seen, _quiet(days[:-covered], covered)) else None


def _same_days(days: Sequence[int], length: int) -> list[int]:
    """What as many days brought one to four weeks ago, where the archive was there."""
    ends = [len(days) - 7 * week for week in range(1, WEEKS + 1)]
    return [sum(days[end - length : end]) for end in ends if end >= length]


def _level(weeks: Sequence[int]) -> int:
    return sorted(weeks)[1] if len(weeks) > 3 else min(weeks)


def _quiet(before: Sequence[int], length: int) -> float:
    """What so many days like the quietest day of the week bring."""
    return length * min(median(before[weekday::7]) for weekday in range(7))


def _is_far_below(seen: int, usual: float) -> bool:
    return usual >= LEAST and seen <= FALLEN * usual
