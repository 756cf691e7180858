"""When a source or an edition is due next. Pure: the moment `now` is an argument, nothing here reads a clock."""

from watcher.cadence.due import (
    CEILING,
    HARD_CEILING,
    LONG_FAILURE,
    claimed_until,
    host_rest,
    may_be_asked,
    next_due,
    spread,
)
from watcher.cadence.editions import edition_moment, editions_due, last_made, next_edition, oldest, schedule_key
from watcher.cadence.headers import fresh_for, http_date, max_age
from watcher.cadence.rhythm import after_news, lull

__all__ = [
    "CEILING",
    "HARD_CEILING",
    "LONG_FAILURE",
    "after_news",
    "claimed_until",
    "edition_moment",
    "editions_due",
    "fresh_for",
    "host_rest",
    "http_date",
    "last_made",
    "lull",
    "max_age",
    "may_be_asked",
    "next_due",
    "next_edition",
    "oldest",
    "schedule_key",
    "spread",
]
