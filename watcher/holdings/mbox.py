"""Mailboxes: mbox files (in parts of some megabytes), Maildir folders and single `.eml` files.

A message belongs to the part that its "From " line begins in, whoever reads on past the part's end. Parts are cut at
multiples of `PART`, so mail that is appended changes no part before the last; the last one has the file's size in its
name and is looked at again when it has grown, where what is known ends as seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import BinaryIO

from watcher.holdings import mails, places, slices
from watcher.holdings.places import Place
from watcher.holdings.trouble import PlaceError, trouble
from watcher.sources.dates import read_date
from watcher.types import Capture, Estimate, Reason, Source, Unit, Window
from watcher.urls import masked

PART = 16 * 2**20  # bytes: some hundred newsletters, some seconds
LONGEST = 32 * 2**20  # bytes of one message; what is longer has attachments, and is read to here
_LINE = 2**20
_LOOKED_AT = 2**20  # bytes of a part in which messages are counted for an estimate
# What tells "From " at the beginning of a line from a sentence that begins so: what comes before and what follows.
_DATED = re.compile(rb"From .{0,200}\b[0-9]{1,2}:[0-9]{2}\b.{0,60}\b(?:19|20)[0-9]{2}\b")
_BARE = re.compile(rb"From \S{0,200}\s*$")
_HEADER = re.compile(rb"[!-9;-~]{1,100}[ \t]*:|>From ")
_BLANK = (b"\n", b"\r\n")
_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)  # mboxrd; of the older forms nobody can tell
_PACKED = re.compile(r"(?i)\.gz$")
_SINGLE = re.compile(r"(?i)\.(?:eml|emlx)$|/(?:cur|new)/[^/]+$")
_OTHER = re.compile(r"(?i)/\.[^/]*$|/tmp/[^/]+$|/dovecot[^/]*$|/maildirfolder$|\.(?:msf|dat|sbd|index|lock|html?)$")


def units(source: Source, window: Window) -> tuple[Unit, ...]:
    """Parts of each mailbox file, and slices of some 200 files where each holds one message."""
    there = places.listed(source.url)
    known = there if len(there) == 1 else tuple(each for each in there if not _OTHER.search(each.address))
    single = tuple(each for each in known if _SINGLE.search(each.address))
    boxes = (each for each in known if not _SINGLE.search(each.address))
    parts = [unit for box in boxes for unit in _parts(source, window, box)]
    return (*parts, *slices.units(source, window, single))


def captures(unit: Unit) -> Iterator[Capture]:
    """Every message that begins in a part, or lies in a slice."""
    if not slices.is_slice(unit):
        yield from _of_part(unit)
        return
    there = places.listed(unit.url)
    single = tuple(each for each in there if _SINGLE.search(each.address) and not _OTHER.search(each.address))
    for file in slices.files_of(unit, single):
        yield from mails.captures(_one(file.address), file.modified)


def estimate(unit: Unit) -> Estimate:
    """The bytes of its part, or the number of its files."""
    if slices.is_slice(unit):
        return slices.estimate(unit)
    return replace(_asked(unit), bytes=None if unit.end is None else unit.end - unit.first)


def _asked(unit: Unit) -> Estimate:
    host = places.host_of(unit.url)
    return Estimate(requests=1 if host else 0, hosts=frozenset({host} if host else ()))


def look(unit: Unit, clock: Callable[[], float] = lambda: 0.0) -> Estimate:
    """How many messages begin in a part: counted at its beginning, for the rest as many for as many bytes. Raises
    PlaceError where it is no mailbox."""
    known = estimate(unit)
    if known.documents is not None:
        return known
    if unit.end is None:
        found = _packed(unit, clock)
    else:
        before = min(unit.first, 4)
        with places.opened(unit.url, unit.first - before) as file:
            count, read = _counted(file, unit.first - before, unit)
        size = known.bytes or 0
        documents = round(count * max(1.0, size / max(1, read)))
        found = replace(known, documents=documents, about=read < size)
    return replace(found, seconds=(found.seconds or 0.0) + slices.PER_PAGE * (found.documents or 0))


def _packed(unit: Unit, clock: Callable[[], float]) -> Estimate:
    """The same of a packed mailbox, or one whose size nobody says: by as much of it as can be unpacked so far."""
    seen = places.glimpse(unit.url, None, clock)
    file = places.unpacked_of(seen.data, unit.url)
    count = 0
    try:
        for place, line, begins in _marked(file, 0):
            if place == 0 and not begins:
                _check(line, unit.url)
                count = 1
            count += begins
    except PlaceError as error:
        if error.trouble.reason is not Reason.INCOMPLETE:
            raise  # it is no mailbox; that the part of it ends early is no news
    return replace(_asked(unit), documents=seen.of(count), bytes=seen.size, seconds=seen.seconds, about=not seen.whole)


def _counted(file: BinaryIO, at: int, unit: Unit) -> tuple[int, int]:
    """How many messages begin in the first megabyte of a part, and how many bytes that were."""
    count = read = 0
    for place, line, begins in _marked(file, at):
        if place >= unit.first:
            if place == 0 and not begins:
                _check(line, unit.url)
                count = 1
            if place - unit.first >= _LOOKED_AT or (unit.end is not None and place >= unit.end):
                break
            count += begins
            read = place + len(line) - unit.first
    return count, read


# --- files of one message ---


def _one(address: str) -> bytes:
    try:
        with places.opened(address) as file:
            data = file.read(LONGEST)
    except PlaceError:
        return b""  # one message of a folder: it ends as unreadable
    if address.lower().endswith(".emlx"):  # its length in bytes on a line of its own, a property list behind it
        count, _, rest = data.partition(b"\n")
        return rest[: int(count)] if count.strip().isdigit() else data
    return data


# --- parts of a mailbox ---


@dataclass(slots=True)
class _Growing:
    """A message on its way."""

    line: bytes
    pieces: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, line: bytes) -> None:
        if self.size < LONGEST:
            self.pieces.append(line[: LONGEST - self.size])
            self.size += len(line)


def _parts(source: Source, window: Window, box: Place) -> Iterator[Unit]:
    name = places.named(box.address)
    if _PACKED.search(box.address) or box.size is None:
        yield Unit(source.id, source.kind, f"{name} {box.size or box.stamp}", window, box.address)
        return
    for first in range(0, box.size, PART):
        end = min(first + PART, box.size)
        yield Unit(source.id, source.kind, f"{name} {first}-{end}", window, box.address, first, end)


def _of_part(unit: Unit) -> Iterator[Capture]:
    # Whether a line begins a message is told by the line before it: two line ends are read of what is before.
    before = min(unit.first, 4)
    at = unit.first - before
    with places.unpacked(unit.url) if unit.end is None else places.opened(unit.url, at) as file:
        for line, raw in _messages(file, at, unit.first, unit.end, unit.url):
            yield from mails.captures(_FROM.sub(rb"\1", raw), _came(line))


def _messages(file: BinaryIO, at: int, first: int, end: int | None, address: str) -> Iterator[tuple[bytes, bytes]]:
    """("From " line, message) of the messages that begin at `first` or behind it, and before `end`."""
    growing: _Growing | None = None
    try:
        for place, line, begins in _marked(file, at):
            if begins and place >= first:
                if growing is not None:
                    yield growing.line, b"".join(growing.pieces)
                if end is not None and place >= end:
                    return
                growing = _Growing(line)
            elif growing is not None:
                growing.add(line)
            elif place == first == 0:
                _check(line, address)
                growing = _Growing(b"", [line])  # a single message that is called a mailbox
    except PlaceError:
        if growing is not None:  # damage in the middle of a message: what there is of it is read
            yield growing.line, b"".join(growing.pieces)
        raise
    if growing is not None:
        yield growing.line, b"".join(growing.pieces)


def _marked(file: BinaryIO, at: int) -> Iterator[tuple[int, bytes, bool]]:
    """Each line with its place, and whether a message begins with it; blank lines before all others are passed over."""
    blank = at == 0
    place = at
    line = file.readline(_LINE)
    while place == 0 and line in _BLANK:
        line = file.readline(_LINE)
    while line:
        following = file.readline(_LINE)
        yield place, line, _begins(line, following, blank)
        place += len(line)
        blank = line in _BLANK
        line = following


def _begins(line: bytes, following: bytes, blank: bool) -> bool:
    if not line.startswith(b"From "):
        return False
    if _DATED.match(line):
        return not following or following in _BLANK or _HEADER.match(following) is not None
    return blank and _BARE.match(line) is not None and _HEADER.match(following) is not None


def _check(line: bytes, address: str) -> None:
    if not _HEADER.match(line):
        text = (
            f'{masked(address)}: not a mailbox: expected a line that begins with "From ", or a message\'s first header'
        )
        raise PlaceError(trouble(Reason.UNREADABLE, text))


def _came(line: bytes) -> datetime | None:
    """`From sender@example.org Wed Mar  4 12:00:00 2026`: when it came, in UTC as RFC 4155 says."""
    words = line.decode("ascii", "replace").split()
    return read_date(" ".join(words[2:])) if len(words) > 4 else None
