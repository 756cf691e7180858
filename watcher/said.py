"""What was said by hand, as an edition needs it: what holds at its end, and what comes back since its beginning.

marks, with the stories their articles are in now ─> which story carries which mark ─> digest.heeding
marks that ended in its span ─> what they had kept from earlier editions ─> is to be told now, if it is still news
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.digest.heeding import Hiding, Said
from watcher.ports import Store
from watcher.stories.carrying import carried
from watcher.types import Grown, Mark, Story

_SILENT = frozenset({"mute", "known"})


@dataclass(frozen=True, slots=True)
class Standing:
    """All marks, what of them holds, and the addresses of stories that are not told: a thread about one tells none."""

    marks: tuple[Mark, ...]
    said: Said
    silent: frozenset[str] = frozenset()


def standing(store: Store, until: datetime) -> Standing:
    """What holds at the end of an edition."""
    marks = store.marks()
    held = [mark for mark in marks if mark.kind != "saved" and mark.made <= until and mark.holds(until)]
    of_stories = [mark for mark in held if mark.articles]
    members = store.members({article for mark in of_stories for article in mark.articles}) if of_stories else ()
    found = carried(of_stories, members)
    silent = {name for name, own in found.items() if any(mark.kind in _SILENT for mark in own)}
    return Standing(
        marks,
        Said(found, Hiding(mark for mark in held if mark.kind == "hide")),
        frozenset(member.url for member in members if member.story in silent),
    )


def brought_back(
    store: Store,
    marks: Sequence[Mark],
    stories: Sequence[Story],
    grown: Sequence[Grown],
    span: tuple[datetime, datetime],
    schedule: str,
    oldest: datetime,
) -> tuple[Sequence[Story], Sequence[Grown]]:
    """The same with what marks that ended in this span had kept from editions; what was found before `oldest` is no
    news any more."""
    since, until = span
    ended = [mark.id for mark in marks if mark.ended is not None and since <= mark.ended < until]
    articles = store.kept_back(ended, schedule, oldest) if ended else frozenset()
    if not articles:
        return stories, grown
    untold, told = store.holding(articles, schedule)
    there = {story.id for story in stories}
    by_id = {each.story.id: each for each in grown}
    for each in told:
        before = by_id.get(each.story.id)
        by_id[each.story.id] = replace(before, fresh=before.fresh | each.fresh) if before else each
    new = [replace(story, told_in=None) for story in untold if story.id not in there]
    return [*stories, *new], list(by_id.values())
