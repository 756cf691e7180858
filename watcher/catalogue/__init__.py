"""The sources this project knows of, and what it makes of somebody's own: rows to add, addresses to replace, the ended.

Nothing is changed here, and nothing asked: everything is decided by the shipped table (`catalogue.toml`), what the user
wrote, and what the archive remembers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from watcher.text.fold import folded
from watcher.types import Memory, Source, TopicRule
from watcher.urls import canonical

_TABLE = Path(__file__).parent / "catalogue.toml"
_FIRST = "0.1.0"
_KEYS = ("id", "kind", "url", "language", "role", "pages")  # what of a row is written into a configuration
# A source that failed for so long is not coming back by itself: sites are moved within days, and holidays are shorter.
DEAD_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Known:
    """One row of the catalogue."""

    id: str
    url: str
    row: Mapping[str, object]  # as it would stand in config.toml
    language: str
    subjects: tuple[str, ...]
    since: str
    seen: str | None
    moved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """An address that gives nothing any more, why, and the row that comes nearest to it."""

    url: str
    says: str
    instead: str | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The whole table."""

    rows: tuple[Known, ...]
    gone: tuple[Gone, ...]
    subjects: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to do: `row` is what to write; with `replace` it takes the place of the user's source `old`."""

    action: Literal["add", "replace", "gone"]
    id: str
    why: str
    row: Mapping[str, object] | None = None
    old: str | None = None
    since: str = _FIRST


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The shipped table."""
    table = tomllib.loads(_TABLE.read_text("utf-8"))
    return Catalogue(
        rows=tuple(_known(row) for row in table["sources"]),
        gone=tuple(Gone(row["url"], row["says"], row.get("instead")) for row in table["gone"]),
        subjects={name: tuple(about["names"]) for name, about in table["subjects"].items()},
    )


def suggestions(
    table: Catalogue,
    sources: Sequence[Source],
    memories: Mapping[str, Memory],
    topics: Sequence[TopicRule],
    reads: Sequence[str],
    now: datetime,
    since: str | None = None,
) -> tuple[Suggestion, ...]:
    """What is dead or has moved first, then what is new; `since` leaves out what an older version knew already."""
    return (*_mends(table, sources, memories, now), *_offers(table, sources, memories, topics, reads, since))


def is_newer(version: str, than: str) -> bool:
    """True for a version behind another, both of numbers and dots."""
    return _numbers(version) > _numbers(than)


def _mends(
    table: Catalogue, sources: Sequence[Source], memories: Mapping[str, Memory], now: datetime
) -> Iterator[Suggestion]:
    moved = {_address(old): row for row in table.rows for old in row.moved}
    gone = {_address(each.url): each for each in table.gone}
    rows = {row.id: row for row in table.rows}
    held = {_address(source.url) for source in sources}
    for source in sources:
        address = _address(source.url)
        memory = memories.get(source.id)
        if address in moved:
            row = moved[address]
            yield Suggestion("replace", source.id, f"moved to {row.url}", {"url": row.url}, source.id, row.since)
        elif address in gone:
            yield _ended(source, gone[address].says, rows.get(gone[address].instead or ""), held)
        elif memory is not None and memory.moved_to is not None:
            yield Suggestion(
                "replace", source.id, f"it moved to {memory.moved_to} and is asked there", {"url": memory.moved_to},
                source.id,
            )  # fmt: skip
        elif (why := _dead(memory, now)) is not None:
            other = rows.get(source.id)
            fresh = other if other is not None and _address(other.url) != address else None
            yield _ended(source, why, fresh, held)


def _dead(memory: Memory | None, now: datetime) -> str | None:
    if memory is None or memory.paused:
        return None
    if memory.ended is not None:
        return f"its server said on {memory.ended:%Y-%m-%d} that it is gone for good"
    if memory.failing_since is not None and now - memory.failing_since >= DEAD_AFTER:
        return f"it has failed since {memory.failing_since:%Y-%m-%d}: {memory.trouble or 'no reason kept'}"
    return None


def _ended(source: Source, why: str, instead: Known | None, held: set[str]) -> Suggestion:
    if instead is None or _address(instead.url) in held:
        return Suggestion("gone", source.id, why)
    return Suggestion("gone", source.id, f"{why}; in its place: {instead.id}", instead.row, source.id, instead.since)


def _offers(
    table: Catalogue,
    sources: Sequence[Source],
    memories: Mapping[str, Memory],
    topics: Sequence[TopicRule],
    reads: Sequence[str],
    since: str | None,
) -> Iterator[Suggestion]:
    held = {_address(source.url) for source in sources}
    held |= {_address(memory.moved_to) for memory in memories.values() if memory.moved_to}
    subjects = _subjects_of(table, topics)
    order = {language: place for place, language in enumerate(reads)}
    for row in sorted((row for row in table.rows if row.language in order), key=lambda row: order[row.language]):
        had_before = {_address(old) for old in row.moved}
        if _address(row.url) in held or held & had_before or (since is not None and not is_newer(row.since, since)):
            continue
        about = [subject for subject in row.subjects if subject in subjects]
        if about:
            seen = f", in public lists {row.seen}" if row.seen else ""
            yield Suggestion("add", row.id, f"{row.language}, {', '.join(about)}{seen}", row.row, since=row.since)


def _subjects_of(table: Catalogue, topics: Sequence[TopicRule]) -> frozenset[str]:
    """The subjects that somebody's topics belong to: called so, or with one of a subject's names in one of theirs."""
    said = [f" {folded(name)} " for topic in topics for name in (topic.id, topic.title, *topic.names, *topic.weak)]
    return frozenset(
        subject
        for subject, names in table.subjects.items()
        if any(f" {folded(name)} " in each for name in (subject, *names) for each in said)
    )


def _known(row: Mapping[str, object]) -> Known:
    subjects, moved = row.get("subjects", ("computing",)), row.get("moved", ())
    return Known(
        id=str(row["id"]),
        url=str(row["url"]),
        row={key: row[key] for key in _KEYS if key in row},
        language=str(row["language"]),
        subjects=tuple(map(str, subjects)) if isinstance(subjects, list | tuple) else (),
        since=str(row.get("since", _FIRST)),
        seen=str(row["seen"]) if "seen" in row else None,
        moved=tuple(map(str, moved)) if isinstance(moved, list | tuple) else (),
    )


def _address(url: str) -> str:
    """One spelling for addresses that are one: `canonical`, without the `www.` that lists write or leave out."""
    return (canonical(url) or url).replace("://www.", "://", 1)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 0 for part in version.split("."))
