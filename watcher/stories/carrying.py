"""Which story a mark speaks of, after merges, splits and rebuilds: at most one, and none that it was not said of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from watcher.types import Mark, Member


def carried(marks: Iterable[Mark], members: Iterable[Member]) -> dict[str, tuple[Mark, ...]]:
    """The marks that each story carries, in the order in which they were given.

    `members` are all articles of every story that holds an article of these marks.
    """
    stories: defaultdict[str, list[Member]] = defaultdict(list)
    for member in members:
        stories[member.story].append(member)
    where = {member.article: name for name, own in stories.items() for member in own}
    found: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        name = carrier(mark, where, stories)
        if name is not None:
            found[name].append(mark)
    return {name: tuple(own) for name, own in found.items()}


def carrier(mark: Mark, where: Mapping[int, str], stories: Mapping[str, Sequence[Member]]) -> str | None:
    """The story that holds most of a mark's articles; of several, that of the earliest of them.

    None where its other articles of that time are more than the marked ones: then the mark was said of a lesser part
    of it, which an automatic merge has put there, and rests until they part again. What came later is growth.
    """
    marked = [article for article in mark.articles if article in where]
    if not marked:
        return None
    counts = Counter(where[article] for article in marked)
    most = max(counts.values())
    name = next(where[article] for article in marked if counts[where[article]] == most)
    own = frozenset(marked)
    others = sum(1 for member in stories[name] if member.article not in own and member.found < mark.made)
    return name if most >= others else None
