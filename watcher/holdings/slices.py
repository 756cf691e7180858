"""Many files as units: slices of a sorted list, cut where the files' names say so and not by counting.

A slice ends behind a file whose name falls into one of `USUAL` classes, so a file more or less changes the slice it is
in and no other: what was done stays done. A slice's name says which files are in it, with their sizes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from watcher.holdings.places import Place, host_of, named
from watcher.holdings.trouble import PlaceError, trouble
from watcher.types import Estimate, Reason, Source, Unit, Window
from watcher.urls import masked

USUAL = 200  # files: some seconds of work each
MOST = 3 * USUAL
PER_PAGE = 0.0186  # seconds of one core for a document that is extracted: `seconds_per_page` of bench/results/warc.json
_NAME = re.compile(r" \+[0-9]+ [0-9a-f]{12} [0-9]+$")


@dataclass(frozen=True, slots=True)
class Slice:
    """Files that are one unit."""

    name: str
    first: int  # its place in the whole list
    files: tuple[Place, ...]


def cut(files: Sequence[Place]) -> Iterator[Slice]:
    """The slices of a list of files, in its order."""
    first = 0
    for place, file in enumerate(files, 1):
        is_end = _number(file.address) % USUAL == 0
        if place == len(files) or is_end or place - first == MOST:
            yield _slice(first, tuple(files[first:place]))
            first = place


def units(source: Source, window: Window, files: Sequence[Place]) -> tuple[Unit, ...]:
    """A unit for each slice of these files of a source."""
    return tuple(
        Unit(source.id, source.kind, each.name, window, source.url, each.first, each.first + len(each.files))
        for each in cut(files)
    )


def files_of(unit: Unit, files: Sequence[Place]) -> tuple[Place, ...]:
    """The files of a unit, found again in what is there now; PlaceError where some of them came, went or changed."""
    for each in cut(files):
        if each.name == unit.name:
            return each.files
    text = f"{masked(unit.url)}: the files there changed since the work was planned; run the command again"
    raise PlaceError(trouble(Reason.INCOMPLETE, text))


def estimate(unit: Unit) -> Estimate:
    """Its files and their bytes, which were counted when it was planned."""
    host = host_of(unit.url)
    documents = None if unit.end is None else unit.end - unit.first
    size = int(unit.name.rpartition(" ")[2])
    seconds = None if documents is None else PER_PAGE * documents
    return Estimate(documents, documents or 0 if host else 0, frozenset({host} if host else ()), size, seconds)


def is_slice(unit: Unit) -> bool:
    """True for a unit that was made here."""
    return _NAME.search(unit.name) is not None


def _slice(first: int, files: tuple[Place, ...]) -> Slice:
    rows = "\n".join(f"{named(file.address)} {file.size}" for file in files)
    digest = hashlib.sha256(rows.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    size = sum(file.size or 0 for file in files)
    return Slice(f"{named(files[0].address)} +{len(files) - 1} {digest} {size}", first, files)


def _number(address: str) -> int:
    # With its folder, as in some archives all pages are called index.html; without the others, wherever it all lies.
    name = "/".join(named(address).split("/")[-2:]).encode("utf-8", "surrogateescape")
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big")
