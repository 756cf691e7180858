"""A row of the index of words, and what a query asks of one: the same on every database.

A row is called by the quarter of an hour its article counts for and by the article's id: in the order of its rows
articles stand by date, whenever they were found, and a span of dates is a span of rows. Whatever else narrows a search
and never changes (language, outlet, source) stands in the index as words too: its labels.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from operator import add
from typing import Any

from watcher.text.words import indexed, is_paired
from watcher.types import SearchQuery, Term

# Small steps between rows are short in the index. 67 million articles; midnight is a quarter's beginning in every zone.
ID_BITS = 26
ID = (1 << ID_BITS) - 1
_QUARTER = 900  # seconds
_MOST_QUARTERS = (1 << (61 - ID_BITS)) - 1
_LAST_ROW = (1 << 62) - 1
# A word that every row has, and that no text can have: our words never begin with a point.
EVERY = ".a"


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One article as the index is given it."""

    row: int
    title: str
    text: str
    labels: str


@dataclass(frozen=True, slots=True)
class Span:
    """The rows that a search may find: those of its dates, before the ones that were shown already."""

    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words one after the other; of the last one perhaps only the beginning."""

    words: tuple[str, ...]
    begins: bool = False


def span(query: SearchQuery, before: int | None = None, first: int = 0) -> Span:
    since = row_of(query.since, 0) if query.since else 0
    end = row_of(query.until, 0) if query.until else _LAST_ROW
    return Span(max(first, since), end if before is None else min(end, before))


def row_of(moment: datetime, number: int) -> int:
    """What a row of the index is called."""
    return min(max(0, int(moment.timestamp() // _QUARTER)), _MOST_QUARTERS) << ID_BITS | number


def article_of(row: int) -> int:
    """Whose row it is."""
    return row & ID


def labels(row: Any) -> str:
    """What an article is found by besides its words; all but the outlet's words begin with a point."""
    return f"{indexed(row.outlet)} {EVERY} {language_label(row.language)} {source_label(row.source)}"


def language_label(language: str) -> str:
    return "." + _hash(f"language {language.lower()}")


def source_label(source: str) -> str:
    return "." + _hash(f"source {source}")


def _hash(label: str) -> str:
    return hashlib.blake2b(label.encode("utf-8", "replace"), digest_size=6).hexdigest()


def wanted(term: Term) -> Wanted:
    """A run within a phrase stands whole; the last one of a paired script, whatever follows it there."""
    *before, last = term.runs
    words = [word for run in before for word in indexed(run).split()]
    if not is_paired(last):
        words.append(last)
    else:
        words += map(add, last, last[1:]) if len(last) > 1 else [last]
    return Wanted(tuple(words), len(last) == 1 if is_paired(last) else term.begins)
