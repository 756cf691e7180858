"""What lies between the end of a WARC record and the next one: nothing, or what a lenient reader passed over.

Fastwarc looks for the next record by itself, and says nothing of what it skipped on the way: a record with a damaged
first line, bytes that are of no record, the rest of one that declares less than it has. Here the bytes that went by
are held until the next record is met, and its beginning is held against where the former ended.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.holdings.tape import GZIP, Tape

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_BLANK = b"\r\n\t \0"  # also what some writers fill up with behind the last record
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LONGEST_HEAD = 64 << 10
_LINE = re.compile(rb"WARC/[01]\.\d{1,3}\r?\n(?:WARC-|Content-)")
# The first four bytes alone are met by chance once in 4 GB. Flags other than none (a name, a comment) come from tools
# that pack files, not records.
_MEMBER = re.compile(rb"\x1f\x8b\x08\x00")
_LARGEST = 64 << 20  # of what is unpacked to be looked at closely

Unpack = Callable[[bytes, int], tuple[bytes, bool]]
"""What is in frames of zstd or lz4, up to so many bytes, and whether they could be unpacked to their end."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What should not be there: where it begins, and where a record begins in it, if one does."""

    place: int
    record: int | None = None
    cuts: bool = False  # the record before it did not end where it says


@dataclass(slots=True)
class _Met:
    """A record on its way by."""

    place: int
    length: int
    head: int  # bytes of its head, as far as that is known without looking


class Gaps:
    """Follows one tape. `magic` is what each packed record begins with; empty where the bytes are the records.
    `unpack` is for what the standard library cannot."""

    def __init__(self, tape: Tape, magic: bytes, unpack: Unpack) -> None:
        self._tape, self._magic, self._unpack = tape, magic, unpack
        self._last: _Met | None = None
        self._shared = False  # the last record lies in one member with others: where each ends is not to be seen

    def before(self, record: WarcRecord) -> Gap | None:
        """What lies before a record that was met, and behind the one before it; told once for each."""
        is_shared = bool(self._magic) and self._last is not None and self._last.place == record.stream_pos
        gap = None if is_shared or self._shared else self._between(record.stream_pos)
        self._shared = is_shared
        self._last = _Met(record.stream_pos, record.content_length, _head_of(record) if self._magic else 0)
        if not self._magic:
            text = self._tape.between(record.stream_pos, record.stream_pos + _LONGEST_HEAD)
            end = _HEAD_END.search(text)
            self._last.head = end.end() if end else 0
        self._tape.forget(record.stream_pos + (0 if self._magic else self._last.head + record.content_length))
        return gap

    def at_end(self) -> Gap | None:
        """What lies behind the last record."""
        return None if self._last is None or self._shared else self._between(self._tape.place)

    def _between(self, until: int) -> Gap | None:
        if self._magic and self._magic != GZIP:
            return self._framed(until)
        if not self._magic:
            start = self._tape.start if self._last is None else self._last.place + self._last.head + self._last.length
            return _stray(self._tape.between(start, until), start, self._last is None)
        start = self._tape.start if self._last is None else self._last.place
        data = self._tape.between(start, until)
        if not data.startswith(GZIP) or (self._last is not None and _is_usual(data, self._last)):
            return None
        return _closely(data, start, self._last)

    def _framed(self, until: int) -> Gap | None:
        """Of zstd and lz4, which do not say at their end how much is in them: all of it is unpacked once more. That
        takes a hundredth of what reading the page does."""
        start = self._tape.start if self._last is None else self._last.place
        data = self._tape.between(start, until)
        if not data.startswith(self._magic) or len(data) > _LARGEST:
            return None
        text, is_whole = self._unpack(data, _LARGEST)
        if len(text) >= _LARGEST:
            return None
        end = _HEAD_END.search(text) if self._last is not None else None
        behind = end.end() + self._last.length if end and self._last is not None else 0
        if is_whole and behind <= len(text) and not text[behind:].strip(_BLANK):
            return None
        frames = (start + found.start() for found in re.finditer(re.escape(self._magic), data[1:]))
        record = next((at + 1 for at in frames if self._unpack(data[at + 1 - start :], 5)[0] == b"WARC/"), None)
        return Gap(start, record, behind > len(text) or _cuts(text[behind : behind + 4]))


def _head_of(record: WarcRecord) -> int:
    """Bytes of a head that is written as most are."""
    headers = record.headers
    return sum(len(name) + len(value) + 4 for name, value in headers.items()) + 12


def _stray(text: bytes, place: int, is_first: bool) -> Gap | None:
    found = text.lstrip(_BLANK)
    if not found:
        return None
    # The reader was begun at the first one, and did not take it for a record.
    record = _LINE.search(found, 1 if is_first else 0)
    behind = place + len(text) - len(found)
    return Gap(place, None if record is None else behind + record.start(), not is_first and _cuts(text))


def _cuts(rest: bytes) -> bool:
    """True for what stands where a record should have ended, if it is the rest of it."""
    return not rest.startswith((b"\r\n\r\n", b"\n\n"))


def _is_usual(data: bytes, last: _Met) -> bool:
    """True for one member that holds the record and nothing else, by the size it says it has unpacked."""
    size = int.from_bytes(data[-4:], "little")
    return 0 <= size - last.length - last.head <= 4 and _MEMBER.search(data, 1) is None


def _closely(data: bytes, place: int, last: _Met | None) -> Gap | None:
    """The same, by unpacking: a record may lie in several members, or its head be written in an unusual way."""
    text, members, start = bytearray(), list[tuple[int, bytes]](), 0
    while (rest := data[start:].lstrip(b"\0")) and len(text) < _LARGEST:
        start = len(data) - len(rest)
        unpacker = zlib.decompressobj(31)
        try:
            found = unpacker.decompress(rest, _LARGEST)
        except zlib.error:
            return Gap(place + start, cuts=not members)
        if unpacker.unconsumed_tail:
            return None
        if not unpacker.eof:
            return Gap(place + start, cuts=not members)
        members.append((start, found[:5]))
        text += found
        start = len(data) - len(unpacker.unused_data)
    end = _HEAD_END.search(text) if last is not None else None
    behind = end.end() + last.length if end and last is not None else 0
    if not text[behind:].strip(_BLANK):
        return None
    record = next((at for at, begins in members[1:] if begins == b"WARC/"), None)
    return Gap(place, None if record is None else place + record, _cuts(bytes(text[behind : behind + 4])))
