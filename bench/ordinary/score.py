"""What an analyst would say of the edition: what stands at the top, what stands twice, what is missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from ordinary.passing import Passed
from ordinary.rows import Labels, Row
from watcher.digest.view import StoryView
from watcher.types import Outcome

TOP = 20
SHELVES = ("releases", "papers", "threads")
WEIGHT = {"yes": 1.0, "maybe": 0.5, "no": 0.0}


@dataclass(frozen=True)
class Shown:
    """One entry of the page with the labelled articles of the day in it; `lead` is the one whose headline stands."""

    shelf: str
    place: int  # within its shelf, from 1
    story: StoryView
    rows: tuple[Row, ...]
    lead: Row
    told: frozenset[str] = frozenset()  # what it was when it was told before, for an update

    @property
    def gold(self) -> set[str]:
        return {row.story for row in self.rows}


@dataclass(frozen=True)
class Score:
    """Everything measured of one half; the lists name stories or rows."""

    top: tuple[Shown, ...]
    shown: tuple[Shown, ...]
    precision: float  # of the first twenty; a `maybe` counts half
    maybes: int
    twice: tuple[str, ...]
    merged: tuple[tuple[str, ...], ...]
    late_as_new: tuple[str, ...]
    updates_found: tuple[str, ...]
    updates_missed: tuple[str, ...]
    dropped: tuple[str, ...]
    nowhere: tuple[str, ...]  # articles in the archive that the page neither shows nor counts
    places: dict[str, str]  # of each wanted story

    def figures(self) -> dict[str, Any]:
        """The same as numbers and names, for a file of results."""
        wanted = len(self.places)
        aside = [each for each in self.shown if each.shelf in SHELVES]
        return {
            "top": dict(Counter(each.lead.wanted for each in self.top)),
            "precision": round(self.precision, 3),
            "kinds on top": dict(Counter(each.lead.kind for each in self.top)),
            "places": dict(Counter(each.shelf for each in self.shown)),
            "on shelves": dict(Counter(each.lead.wanted for each in aside)),
            "wanted stories": wanted,
            "wanted stories in the top": sum(place.startswith("top") for place in self.places.values()),
            "wanted stories on shelves": sum(place.startswith(SHELVES) for place in self.places.values()),
            "stories shown twice": list(self.twice),
            "false merges": [list(each) for each in self.merged],
            "late retellings shown as new": list(self.late_as_new),
            "updates found": len(self.updates_found),
            "updates missed": list(self.updates_missed),
            "dropped silently": list(self.dropped),
        }


def scored(labels: Labels, passed: Passed) -> Score:
    """Holds the day's page against the labels."""
    shown = tuple(_shown(labels, passed))
    top = tuple(each for each in shown if each.shelf == "told")[:TOP]
    value = sum(WEIGHT[each.lead.wanted] for each in top)
    visible = {row.id for each in shown for row in each.rows} | _mentioned(labels, passed)
    updates = {story: any(row.id in visible for row in rows) for story, rows in labels.updates.items()}
    return Score(
        top=top,
        shown=shown,
        precision=value / max(1, len(top)),
        maybes=sum(each.lead.wanted == "maybe" for each in top),
        twice=_twice(shown),
        merged=tuple(sorted(tuple(sorted(each.gold | each.told)) for each in shown if len(each.gold | each.told) > 1)),
        late_as_new=_late_as_new(labels, shown),
        updates_found=tuple(story for story, found in updates.items() if found),
        updates_missed=tuple(story for story, found in updates.items() if not found),
        dropped=tuple(_dropped(labels, passed, visible)),
        nowhere=tuple(row.id for row in labels.day if row.id not in visible and _end(row, labels, passed) == "nowhere"),
        places=_places(labels, passed, shown),
    )


def _shelves(passed: Passed) -> Iterator[tuple[str, tuple[StoryView, ...]]]:
    """The news told in full in the order of the page, then every other shelf that a page has."""
    yield "told", passed.view.stories
    for each in fields(passed.view):
        held = getattr(passed.view, each.name)
        if each.name == "sections" or not isinstance(held, tuple):
            continue
        for shelf in (one for one in held if hasattr(one, "stories")):
            yield f"{shelf.kind}s", shelf.stories
        if stories := tuple(story for story in held if isinstance(story, StoryView)):
            yield each.name, stories


def _shown(labels: Labels, passed: Passed) -> Iterator[Shown]:
    rows = {passed.articles[row.id]: row for row in labels.rows if row.id in passed.articles}
    met: set[str] = set()
    for shelf, stories in _shelves(passed):
        for place, story in enumerate(stories, 1):
            own = tuple(rows[report.article] for report in story.reports if not report.told)
            if story.id not in met and own:
                met.add(story.id)
                told = frozenset(rows[report.article].story for report in story.reports if report.told)
                yield Shown(shelf, place, story, own, rows[story.lead.article], told)


def _mentioned(labels: Labels, passed: Passed) -> set[str]:
    numbers = {report.article for report in passed.view.mentions}
    return {row.id for row in labels.day if passed.articles.get(row.id) in numbers}


def _twice(shown: tuple[Shown, ...]) -> tuple[str, ...]:
    """Stories that most of two entries tell: the reader meets them twice."""
    told = Counter(Counter(row.story for row in each.rows).most_common(1)[0][0] for each in shown)
    return tuple(sorted(story for story, entries in told.items() if entries > 1))


def _late_as_new(labels: Labels, shown: tuple[Shown, ...]) -> tuple[str, ...]:
    """Retellings without anything new whose entry consists of such alone."""
    late = {row.id for row in labels.late}
    return tuple(sorted(row.id for each in shown if all(one.id in late for one in each.rows) for row in each.rows))


def _counted(row: Row, labels: Labels, passed: Passed) -> bool:
    """True for what stands under "told before" in the page's counts, and was."""
    was_told = passed.stories.get(row.id) in passed.told_before
    return was_told and row.story in labels.told_before


def _dropped(labels: Labels, passed: Passed, visible: set[str]) -> Iterator[str]:
    """Stories of worth of which no article is anywhere on the page, nor rightly in its counts."""
    for story, rows in labels.stories.items():
        if all(row.worth != "must" for row in rows) or any(row.id in visible for row in rows):
            continue
        if not any(_counted(row, labels, passed) for row in rows):
            yield f"{story}: {', '.join(sorted({_end(row, labels, passed) for row in rows}))}"


def _end(row: Row, labels: Labels, passed: Passed) -> str:
    """Where an article went that is in no entry."""
    outcome = passed.outcomes[row.id]
    if outcome is not Outcome.STORED:
        return str(outcome)
    if _counted(row, labels, passed):
        return "counted as told before"
    if passed.stories[row.id] in passed.told_before:
        return "taken for something told before"
    return "mention" if row.id in _mentioned(labels, passed) else "nowhere"


def _places(labels: Labels, passed: Passed, shown: tuple[Shown, ...]) -> dict[str, str]:
    """Where each story stands that somebody wants, best place first."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for each in shown:
        for story in each.gold:
            led = each.lead.story == story
            found[story].append(
                f"{'top' if each.shelf == 'told' else each.shelf} {each.place}{'' if led else ' (inside)'}"
            )
    return {
        story: found[story][0] if found[story] else ", ".join(sorted({_end(row, labels, passed) for row in rows}))
        for story, rows in labels.stories.items()
        if any(row.wanted == "yes" for row in rows)
    }
