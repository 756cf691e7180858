"""How a walk remembers its way: in the fragment of the next request, which is never sent to anybody.

Whoever reads a page knows nothing but that page. So each request says which page of its walk it is and what the last
ones looked like: a walk that comes past the same page again, or past more of them than anybody has, ends.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

# At two seconds each more than half an hour of one host's time, and at ten articles a page ten thousand of them.
MOST_PAGES = 1_000
_REMEMBERED = 8  # pages whose marks are carried along: a server that alternates between so many is found out
_FEWEST, _SHORTEST = 4, timedelta(hours=1)  # so many dates, so far apart, say how often something is published
_FORM = re.compile(r"#page-([0-9]{1,6})-old-([0-9])-after-([0-9a-f.]*)$")


@dataclass(frozen=True, slots=True)
class Step:
    """Which page of a walk this is, how many before it were wholly older than the window, and the last ones' marks."""

    number: int = 1
    older: int = 0
    marks: tuple[str, ...] = ()

    def repeats(self, mark: str) -> bool:
        return mark in self.marks

    def is_all(self, mark: str) -> bool:
        """True where as many pages as are remembered looked like this one: empty, and another, and another."""
        return self.marks == (mark,) * _REMEMBERED

    def to(self, url: str, mark: str, older: int = 0) -> str:
        """The address of the next page, with the way there."""
        marks = ".".join((*self.marks, mark)[-_REMEMBERED:])
        return f"{url.partition('#')[0]}#page-{self.number + 1}-old-{older}-after-{marks}"


def step_of(asked: str) -> Step:
    """The step that an asked address stands for; the first one where it says nothing."""
    match = _FORM.search(asked)
    if match is None:
        return Step()
    marks = tuple(filter(None, match[3].split(".")))
    return replace(Step(int(match[1]), int(match[2])), marks=marks[-_REMEMBERED:])


def reckoned(moments: Sequence[datetime], since: datetime, until: datetime) -> int | None:
    """How many there are between two moments, if they come as often as these; None where that cannot be told."""
    if len(moments) < _FEWEST or (span := max(moments) - min(moments)) < _SHORTEST:
        return None
    return max(0, round((until - since) / span * (len(moments) - 1)))


def mark_of(names: Iterable[str]) -> str:
    """What a page is known by: the names of what it lists, in its order."""
    return hashlib.sha256("\n".join(names).encode("utf-8", "replace")).hexdigest()[:12]
