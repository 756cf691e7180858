"""A WARC file as bytes: read from any offset on, packed record by record, as a whole or not at all."""

from __future__ import annotations

import re
import zlib
from collections import deque
from collections.abc import Callable
from typing import BinaryIO, cast

from watcher.holdings.packed import Unpacked
from watcher.holdings.trouble import PlaceError

Opener = Callable[[int], BinaryIO]
"""The bytes of a file from an offset on."""

# How a file begins that has a dictionary for its other frames in a first one, which readers of zstd pass over: a common
# form of .warc.zst (iipc.github.io/warc-specifications/specifications/warc-zstd).
SKIPPED = b"\x5d\x2a\x4d\x18"
_PIECE = 1 << 20
GZIP, ZSTD, LZ4 = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"
_RECORD = re.compile(rb"(?:(?<=\n)|^)WARC/[01]\.\d{1,3}\r?\n")
_LENGTH = re.compile(rb"\ncontent-length:[ \t]*(\d{1,18})\s", re.IGNORECASE)
_MOST_HELD = 32 << 20  # of what went by: a record that is longer is not looked at any closer
_LONGEST_FIRST = 8 << 20  # the first record of a file describes it: a few hundred bytes


class Tape:
    """What fastwarc reads from: `read` and `tell`. A PlaceError on the way is kept in `error` and ends it.

    What went by is held until it is forgotten: the pieces with their places, the oldest first.
    """

    def __init__(self, opened: Opener, start: int, whole: bool, name: str) -> None:
        self.error: PlaceError | None = None
        self._held: deque[tuple[int, bytes]] = deque()
        self._needed = start  # what lies before it is of no use any more
        self._bytes = 0
        self.start = self.place = start
        if whole:
            self._file = cast("BinaryIO", Unpacked(opened(0), name))
            self.place = 0
            while self.place < start and self.read(min(_PIECE, start - self.place)):
                pass
        else:
            self._file = opened(start)

    def read(self, size: int = -1) -> bytes:
        if self.error is not None:
            return b""
        try:
            data = self._file.read(size if size >= 0 else _PIECE) or b""
        except PlaceError as error:
            self.error = error
            return b""
        if self.place + len(data) > self._needed:
            self._held.append((self.place, data))
            self._bytes += len(data)
            while self._bytes > _MOST_HELD and len(self._held) > 1:
                self._bytes -= len(self._held.popleft()[1])
        self.place += len(data)
        return data

    def between(self, start: int, end: int) -> bytes:
        """What went by there, as far as it is still held."""
        return b"".join(
            data[max(0, start - place) : end - place]
            for place, data in self._held
            if place < end and place + len(data) > start
        )

    def forget(self, place: int) -> None:
        """Lets go of what lies before a place, which may be still to come."""
        self._needed = place
        while self._held and self._held[0][0] + len(self._held[0][1]) <= place:
            self._bytes -= len(self._held.popleft()[1])

    def tell(self) -> int:
        return self.place

    def close(self) -> None:
        self._file.close()


def magic_of(file: BinaryIO) -> bytes:
    """The bytes with which each packed record of a file begins; empty where it is not packed."""
    start = file.read(4)
    return next((magic for magic in (GZIP, ZSTD, LZ4, SKIPPED) if start.startswith(magic)), b"")


def is_packed_whole(file: BinaryIO) -> bool:
    """True for a gzip file that was packed as one: its first member holds more than the first record."""
    unpacker = zlib.decompressobj(31)
    text, wanted = b"", 1 << 15
    try:
        while len(text) < wanted and not unpacker.eof and (piece := unpacker.unconsumed_tail or file.read(1 << 14)):
            text += unpacker.decompress(piece, wanted - len(text))
            if wanted == 1 << 15 and (end := _end_of_first(text)) is not None:
                wanted = end
                if wanted > _LONGEST_FIRST:
                    return False
    except zlib.error:
        return False
    return _RECORD.search(text, 1) is not None and _RECORD.search(text[:wanted][-32:]) is not None


def _end_of_first(text: bytes) -> int | None:
    """Where a second record would have begun to show."""
    head = re.search(rb"\r?\n\r?\n", text)
    length = _LENGTH.search(text, 0, head.end()) if head else None
    return head.end() + int(length[1]) + 24 if head and length else None


def next_record(tape: Tape, magic: bytes) -> int | None:
    """Where the next record begins, on a tape from there on; None at its end."""
    wanted = re.compile(re.escape(magic)) if magic else _RECORD
    before = tape.place
    text = tape.read(_PIECE)
    while text:
        for found in wanted.finditer(text):
            if magic != GZIP or _holds_record(text[found.start() : found.start() + 4096]):
                return before + found.start()
        rest = text[-4096:] if len(text) >= 8192 else b""
        before += len(text) - len(rest)
        more = tape.read(_PIECE)
        text = rest + more if more else b""
    return None


def _holds_record(packed: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(packed, 5) == b"WARC/"
    except zlib.error:
        return False
