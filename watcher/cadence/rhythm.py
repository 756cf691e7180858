"""A source's own rhythm: how far apart it brings news, and how much more rarely a quiet one is asked."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from watcher.types import Memory, Source

# A source is asked eight times between two pieces of news, so they are found after a sixteenth of that time on average.
# At most three hours apart: of the news of a quiet source one piece in sixteen misses the edition it would have made,
# and it costs 8 requests a day in place of 48. (At six hours: one in eight, and 4.)
ASKED_BETWEEN = 8
LONGEST_LULL = timedelta(hours=3)
# News comes in bursts: for a while after some, the source is asked as often as the user wants.
BURST = timedelta(hours=2)

_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=31)
# One odd gap (a holiday, a day of live coverage) must not decide: it counts as four times the rhythm at most, and a
# quarter at least, and moves it by a fifth of the way: by a third at most.
_OUTLIER = 4.0
_STEP = 0.2


def after_news(rhythm: timedelta | None, gap: timedelta) -> timedelta:
    """The rhythm after a visit brought news, `gap` after the last one that did. Without one yet, the gap itself."""
    gap = min(max(gap, _SHORTEST), _LONGEST)
    if rhythm is None:
        return gap
    ratio = min(max(gap / rhythm, 1 / _OUTLIER), _OUTLIER)
    return min(max(rhythm * math.pow(ratio, _STEP), _SHORTEST), _LONGEST)


def lull(source: Source, memory: Memory, now: datetime) -> timedelta:
    """How long a quiet source may be left alone, as it has brought nothing for so long; zero for a lively one."""
    if memory.changed is None:
        # Nothing ever came. Visits are at least an interval apart, so this is how long at least it has been watched.
        silence = min(source.interval, _LONGEST) * min(memory.visits, 10_000)
    else:
        silence = now - memory.changed
    if silence < BURST:
        return timedelta(0)
    return min(max(memory.rhythm or timedelta(0), silence) / ASKED_BETWEEN, LONGEST_LULL)
