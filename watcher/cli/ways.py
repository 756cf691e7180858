"""Which ways into the past a backfill takes: of each configured source its own, or those that were asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from watcher.backfill import Asked, Way
from watcher.errors import UsageError
from watcher.holdings import HELD, HOLDINGS, LISTED, held, listed
from watcher.holdings.places import address
from watcher.sources import KINDS, WAYS
from watcher.types import Source
from watcher.urls import masked


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says about ways: their names, and addresses of files that no source names."""

    via: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def asked_of(sources: Sequence[Source], wanted: Wanted, *, chosen: bool) -> tuple[tuple[Asked, ...], tuple[str, ...]]:
    """The sources with their ways, and what to say of those that have none. `chosen`: they were named one by one."""
    for name in wanted.via:
        if name not in WAYS and name not in HOLDINGS:
            raise UsageError(f"--via {name}: there is no such way; choose from {', '.join((*WAYS, *HOLDINGS))}")
    if wanted.files:
        return _files(sources if chosen else (), wanted), ()
    found, without = [], []
    for source in sources:
        ways = tuple(_ways(source, wanted.via))
        if ways:
            found.append(Asked(source, tuple(map(way_of, ways))))
        elif not wanted.via:
            without.append(
                f"{source.id}: a source of kind {source.kind} has no past of its own; `--via` may know a way"
            )
    if not found and wanted.via == ("ccnews",):  # needs no file: it is where it always was
        return (Asked(Source("ccnews", "", "ccnews"), (way_of("ccnews"),)),), ()
    if not found and wanted.via:
        raise UsageError(
            f"--via {' --via '.join(wanted.via)}: no source has this way; give it a file with --from, or name a source"
        )
    return tuple(found), tuple(without)


def _ways(source: Source, via: Sequence[str]) -> Iterable[str]:
    """What is at hand knows one way; of what is polled, servers may be asked in several."""
    if source.kind not in KINDS:
        return [source.kind] if not via or source.kind in via else []
    if not via:
        return [source.kind] if source.kind in WAYS else []
    return [name for name in via if name in WAYS and source.kind != "query"]


def _files(sources: Sequence[Source], wanted: Wanted) -> tuple[Asked, ...]:
    """Files that were named on the command line: history of the one named source, or of one called as the way is."""
    ways = [name for name in wanted.via if name in HOLDINGS]
    if len(ways) != 1 or len(wanted.via) != 1:
        raise UsageError(f"--from takes one way to read files by: --via {'|'.join(HOLDINGS)}")
    if len(sources) > 1:
        raise UsageError("--from takes one --source at most: whose history is it?")
    (way,) = ways
    own = replace(sources[0], kind=way) if sources else Source(way, "", way)
    return tuple(Asked(replace(own, url=url), (way_of(way),)) for url in map(_whole, wanted.files))


def _whole(text: str) -> str:
    """An address that means the same wherever it is read: a path from the root on."""
    try:
        return address(text, Path.cwd())
    except ValueError as error:
        raise UsageError(f"--from {masked(text)}: {error}") from None


@cache
def way_of(name: str) -> Way:
    """A way by its name."""
    if name in HELD:
        there = held(name)
        return Way(name, "held", there.units, estimate=there.estimate, look=getattr(there, "look", None))
    if name in LISTED:
        list_ = listed(name)
        notes = getattr(list_, "notes", None)
        return Way(name, "listed", list_.units, list_.leads, list_.estimate, notes=notes)
    return Way(name, "asked", WAYS[name].units)
