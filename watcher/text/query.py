"""What somebody typed to search for, read kindly: whatever it is, it means something, and nothing of it is an error.

nvidia "export rules" -gaming topic:ascend language:de outlet:beispielblatt since:2026-03-01 until:2026-04 h200*
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.text.words import plain_runs
from watcher.types import SearchOrder, SearchQuery, Term

# Quotation marks as people's keyboards and languages have them; one that is not closed reaches to the end.
_QUOTES = '"“”„‟«»「」『』＂'
_PART = re.compile(
    rf"(?P<minus>[-−–])?(?:(?P<name>[A-Za-z]{{2,10}}):(?=\S))?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)(?:[{_QUOTES}]|$)|(?P<word>[^\s{_QUOTES}]+))"
)
_FIELDS = {
    "topic": "topics", "language": "languages", "lang": "languages", "outlet": "outlets", "source": "sources",
    "since": "since", "after": "since", "until": "until", "before": "until",
}  # fmt: skip
_MOST_PARTS = 32  # more words than anybody looks for; each costs a look-up
_MOST_CHARACTERS = 1_000
_BEGINNING, _END = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass
class _Read:
    """What was read so far."""

    terms: list[Term] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    outlets: list[Term] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    since: datetime | None = None
    until: datetime | None = None


def read_query(text: str, zone: str = "UTC", order: SearchOrder = "newest") -> SearchQuery:
    """What was typed as a query; a date begins at midnight of `zone`. Never raises."""
    read = _Read()
    for number, part in enumerate(_PART.finditer(text[:_MOST_CHARACTERS])):
        if number >= _MOST_PARTS:
            read.ignored.append(part[0])
        else:
            _take(read, part, zone)
    return SearchQuery(
        text=text,
        terms=tuple(dict.fromkeys(read.terms)),
        without=tuple(dict.fromkeys(read.without)),
        topics=tuple(dict.fromkeys(read.topics)),
        languages=tuple(dict.fromkeys(read.languages)),
        outlets=tuple(dict.fromkeys(read.outlets)),
        sources=tuple(dict.fromkeys(read.sources)),
        since=read.since,
        until=read.until,
        order=order,
        ignored=tuple(read.ignored),
    )


def term_of(text: str) -> Term | None:
    """A word or phrase as it is looked for; None where there is no letter and no digit in it."""
    found = tuple(plain_runs(text))
    return Term(found, text.rstrip().endswith("*")) if found else None


def day_of(text: str, zone: str = "UTC") -> tuple[datetime, datetime] | None:
    """The beginning and the end of a day, month or year written 2026-03-09, 2026-03 or 2026; None for anything else."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    with suppress(ValueError, OverflowError, KeyError):
        first = date(year or 0, month or 1, day or 1)
        if day:
            last = first + timedelta(days=1)
        elif month:
            last = date(first.year + month // 12, month % 12 + 1, 1)
        else:
            last = date(first.year + 1, 1, 1)
        return midnight(first, zone), midnight(last, zone)
    return None


def midnight(day: date, zone: str, *, after: bool = False) -> datetime:
    """When a day of a zone begins, or the one after it; the ends of time begin when they can be told."""
    try:
        day += timedelta(days=int(after))
        return datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        return _END if day.year > 1 else _BEGINNING


def _take(read: _Read, part: re.Match[str], zone: str) -> None:
    name = _FIELDS.get((part["name"] or "").lower())
    written = part["phrase"] if part["phrase"] is not None else part["word"]
    if name is None:  # no field of ours: "ratio:3" is two words
        written = f"{part['name']}:{written}" if part["name"] else written
        _keep(read, read.without if part["minus"] else read.terms, term_of(written), part[0])
    elif part["minus"]:
        read.ignored.append(part[0])
    elif name in ("since", "until"):
        _bound(read, name, written, part[0], zone)
    elif name == "outlets":
        _keep(read, read.outlets, term_of(written), part[0])
    else:
        value = written.strip()
        if name == "languages":
            read.languages.append(value.lower())
        else:
            (read.topics if name == "topics" else read.sources).append(value)


def _keep(read: _Read, terms: list[Term], term: Term | None, written: str) -> None:
    if term is None:
        read.ignored.append(written)
    else:
        terms.append(term)


def _bound(read: _Read, name: str, written: str, whole: str, zone: str) -> None:
    """`since:` begins with its day; `until:` ends with it: who writes until:2026-03-09 means that day too."""
    span = day_of(written, zone)
    if span is None:
        read.ignored.append(whole)
    elif name == "since":
        read.since = span[0]
    else:
        read.until = span[1]
