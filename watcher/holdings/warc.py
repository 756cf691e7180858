"""WARC files: what crawlers keep, gzip per record as a rule. The one door to fastwarc.

A damaged record costs itself: reading goes on at the next place where a record begins, and at the file's end a
PlaceError says where it was damaged. What is no page (an image, a redirect, an error) comes as a capture without a
body, so that it can be counted; a revisit, which says that nothing had changed, as one with status 304.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from watcher.errors import ConfigError
from watcher.holdings import payload, places, whole
from watcher.holdings.gaps import Gap, Gaps
from watcher.holdings.tape import SKIPPED, ZSTD, Opener, Tape, is_packed_whole, magic_of, next_record
from watcher.holdings.trouble import PlaceError, trouble
from watcher.text.automaton import Marks
from watcher.types import Capture, Estimate, Reason, Trouble, Unit
from watcher.urls import masked

if TYPE_CHECKING:
    from fastwarc.warc import ArchiveIterator, WarcRecord

MAX_BYTES = 10 << 20  # of a page, as with the network's; what is longer is no page
_HEAD = 64 << 10  # of an answer's headers, beside its body
# So often it looks for the next record behind a damaged one; a file with more damage is no WARC file.
_MOST_DAMAGES = 1_000
_MOST_REWINDS = 20  # of a file that is packed as a whole: each time it is unpacked anew from its start
# fastwarc.warc.WarcRecordType, which is loaded when a file is read.
_RESPONSE, _RESOURCE, _REVISIT = 4, 8, 64
_NAMED_DATE = re.compile(r"(?<!\d)((?:19|20)\d{12})(?:\d{3})?(?!\d)")
_BEGINNINGS = Marks([b"\nWARC/0", b"\nWARC/1"])
_NEXT = re.compile(rb"\r?\n\r?\nWARC/[01]\.\d{1,3}\r?\nWARC-")

# A core of the machine of bench/results/warc.json: pages a second, and bytes a second, packed and as they are.
PAGES, PACKED, PLAIN = 1459.9, 21.3e6, 76.0e6

units = whole.units
estimate = whole.estimate


def look(unit: Unit, clock: Callable[[], float] = lambda: 0.0) -> Estimate:
    """How many captures a file holds, counted in its first megabytes, for the rest as many for as many bytes; and one
    core's seconds. Raises PlaceError where it is no WARC file."""
    seen = places.glimpse(unit.url, unit.end, clock)
    magic, count = magic_of(BytesIO(seen.data)), 0
    try:
        for _ in read(lambda offset: BytesIO(seen.data[offset:]), masked(unit.url)):
            count += 1
    except PlaceError as error:  # damage is told by who reads it, and that a part of it ends early is none
        with contextlib.closing(Tape(lambda offset: BytesIO(seen.data[offset:]), 0, False, "")) as tape:
            if error.trouble.reason is Reason.UNREADABLE and (seen.whole or next_record(tape, magic) is None):
                raise
    return _reckoned(unit, seen, count, bool(magic))


def _reckoned(unit: Unit, seen: places.Glimpse, count: int, is_packed: bool) -> Estimate:
    documents = seen.of(count)
    working = max(documents / PAGES, (seen.size or 0) / (PACKED if is_packed else PLAIN))
    known = replace(estimate(unit), documents=documents, bytes=seen.size, about=not seen.whole)
    return replace(known, seconds=seen.seconds + working)


def captures(unit: Unit, max_bytes: int = MAX_BYTES) -> Iterator[Capture]:
    """Every response, resource and revisit of a WARC file, in its order. Raises PlaceError where it is damaged."""
    yield from read(partial(_opened, unit), masked(unit.url), max_bytes)


def _opened(unit: Unit, offset: int) -> BinaryIO:
    return places.opened(unit.url, offset)


def read(opened: Opener, name: str, max_bytes: int = MAX_BYTES) -> Iterator[Capture]:
    """The captures of a file that `opened` gives from any offset on; at its end a PlaceError where it is damaged."""
    with contextlib.closing(opened(0)) as file:
        magic = magic_of(file)
    if magic == SKIPPED:
        text = "packed by zstd with a dictionary of its own, which is not read here; unpack it first"
        raise PlaceError(trouble(Reason.UNREADABLE, f"{name}: {text}"))
    is_whole = False
    if magic[:2] == b"\x1f\x8b":
        with contextlib.closing(opened(0)) as file:
            is_whole = is_packed_whole(file)
    reading = _Reading(opened, name, max_bytes, b"" if is_whole else magic, is_whole)
    yield from reading.captures()
    if told := reading.trouble():
        raise PlaceError(told)


@cache
def _unpackers() -> payload.Unpackers:
    from fastwarc import stream_io

    def gzip(body: bytes) -> payload.Reader:
        return stream_io.GzipReader(BytesIO(body))

    return {
        "chunked": lambda body: stream_io.ChunkedReader(BytesIO(body)),
        "gzip": gzip,
        "x-gzip": gzip,
        "deflate": lambda body: stream_io.GzipReader(BytesIO(body), zlib=True),
        "br": lambda body: stream_io.BrotliReader(BytesIO(body)),
        "zstd": lambda body: stream_io.ZstdReader(BytesIO(body)),
    }


def _unpacked(magic: bytes, data: bytes, most: int) -> tuple[bytes, bool]:
    """What is in frames of zstd or lz4, up to so many bytes; False where they are damaged or cut off."""
    from fastwarc import stream_io

    found = bytearray()
    try:
        reader = (stream_io.ZstdReader if magic == ZSTD else stream_io.Lz4Reader)(BytesIO(data))
        while len(found) < most and (piece := reader.read(min(1 << 20, most - len(found)))):
            found += piece
    except (OSError, ValueError):
        return bytes(found), False
    except BaseException as error:  # as `_Reading._damage`
        if type(error).__name__ != "PanicException":
            raise
        return bytes(found), False
    return bytes(found), True


class _Damage:
    """What is raised at damaged data is noted. It panics at times, which is a BaseException and no Exception.

    Entered three times a record, so it is one object and no generator.
    """

    __slots__ = ("_reading",)

    def __init__(self, reading: _Reading) -> None:
        self._reading = reading

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if kind is None or not (issubclass(kind, OSError | ValueError) or kind.__name__ == "PanicException"):
            return False
        self._reading.note_damage()
        return True


class _Reading:
    """One file on its way: where the last record began, and where it was damaged."""

    def __init__(self, opened: Opener, name: str, max_bytes: int, magic: bytes, is_whole: bool) -> None:
        self._opened, self._name, self._max_bytes, self._magic, self._whole = opened, name, max_bytes, magic, is_whole
        self._place = 0  # where the last record began that was met
        self._records = 0
        self._damages: list[int] = []
        self._damaged = False  # the last record met, or what should be the next
        self._faulty = False  # the last record met was noted as damaged
        self._resumed: int | None = None  # where a record begins that the reader passed over
        self._date: datetime | None = None  # of the last record that has one
        self._error: PlaceError | None = None  # what kept the bytes themselves from being read
        self._damage = _Damage(self)

    def note_damage(self) -> None:
        self._damaged = True

    def captures(self) -> Iterator[Capture]:
        start: int | None = 0
        while start is not None:
            yield from self._from(start)
            start = self._behind() if self._damaged and self._error is None else None

    def trouble(self) -> Trouble | None:
        """What kept the file from being read whole."""
        if self._error is not None:
            told = self._error.trouble
            return replace(told, text=f"{told.text}; {self._records} records could be read") if self._records else told
        if not self._records:
            return trouble(Reason.UNREADABLE, f"{self._name}: no WARC file: there is no record in it")
        if not self._damages:
            return None
        more = f" and in {len(self._damages) - 1} more places" if len(self._damages) > 1 else ""
        packed = " of what is packed in it" if self._whole else ""
        text = (
            f"{self._name}: damaged or cut off behind byte {self._damages[0]}{packed}{more}; {self._records} records "
            "could be read"
        )
        return trouble(Reason.INCOMPLETE, text)

    def _from(self, start: int) -> Iterator[Capture]:
        """The captures from an offset on, until the end or the first damage.

        One is held back until the next record is met: only then it is known whether it has ended where it says.
        """
        self._damaged, self._place, self._resumed, self._faulty = False, start, None, False
        held: Capture | None = None
        with contextlib.closing(Tape(self._opened, start, self._whole, self._name)) as tape:
            records, gaps = _iterator(tape), Gaps(tape, self._magic, partial(_unpacked, self._magic))
            while (record := self._next(records)) is not None:
                is_cut = self._is_cut(gaps.before(record))
                if held is not None and not is_cut:
                    yield held
                held = None
                if self._damaged:
                    break
                self._place = max(self._place, record.stream_pos)
                held = self._taken(record) if tape.error is None else None
                if self._damaged:
                    break
            is_cut = not self._damaged and tape.error is None and self._is_cut(gaps.at_end())
            if held is not None and tape.error is None and not is_cut:
                yield held
            self._error = tape.error

    def _is_cut(self, gap: Gap | None) -> bool:
        """Notes what lies between two records; True where it is the rest of the first. Where a record begins in it,
        reading goes on there.
        """
        if gap is None:
            return False
        if not self._faulty:
            self._damages.append(gap.place)
            self._records -= gap.cuts
        if gap.record is not None and len(self._damages) <= self._most():
            self._damaged, self._resumed = True, gap.record
        return gap.cuts

    def _next(self, records: ArchiveIterator) -> WarcRecord | None:
        with self._damage:
            return next(records, None)
        return None

    def _taken(self, record: WarcRecord) -> Capture | None:
        """What a record holds, if it is of those that count."""
        self._faulty = False
        raw, skipped = b"", 0
        with self._damage:
            raw = _read(record, self._max_bytes + _HEAD) if int(record.record_type) in (_RESPONSE, _RESOURCE) else b""
            skipped = record.consume()
        if self._damaged:
            return None
        # It may declare more than there is, and so have swallowed those behind it; or the file ends in it.
        follows = _NEXT.search(raw) if _BEGINNINGS.places(raw) else None
        if follows is not None or len(raw) + skipped < record.content_length:
            self._damaged = True
            if follows is None:
                return None
            raw = raw[: follows.start()]
        if (record.headers.get("Content-Length") or "").strip().isdecimal():
            self._records += 1
        else:
            self._fault()
            return None
        with self._damage:
            return self._capture(record, raw, whole=not skipped)
        return None

    def _capture(self, record: WarcRecord, raw: bytes, whole: bool) -> Capture | None:
        kind, about = int(record.record_type), record.headers
        if kind not in (_RESPONSE, _RESOURCE, _REVISIT):
            return None
        url = (about.get("WARC-Target-URI") or "").strip().strip("<>")
        captured = record.record_date or self._date or _date_in(self._name)
        self._date = captured
        if kind == _REVISIT:
            return Capture(url, b"", status=304, captured=captured)
        kind_of_block = about.get("Content-Type") or ""
        is_http = "http" in (kind_of_block or "http").lower()
        status, headers, body = payload.answer(raw) if is_http else (200, (), raw)
        is_cut = whole and not about.get("WARC-Truncated") and payload.is_cut(status, headers, body)
        if is_cut or (kind_of_block and is_http and payload.is_no_answer(raw, headers)):
            self._records -= 1
            self._fault()
            return None
        if not headers and not is_http:
            headers = (("Content-Type", kind_of_block),)
        page = payload.decoded(body, headers, self._max_bytes, _unpackers()) if status == 200 and whole else None
        if page is None or not payload.is_page(page, headers):
            return Capture(url, b"", headers, status, captured)
        return Capture(url, page, headers, status, captured)

    def _fault(self) -> None:
        """Notes damage in a record behind which reading can simply go on."""
        self._damages.append(self._place)
        self._faulty = True

    def _behind(self) -> int | None:
        """Where to go on behind damage; None where no further record begins."""
        if self._resumed is not None:
            return self._resumed
        self._damages.append(self._place)
        if len(self._damages) > self._most():
            return None
        with contextlib.closing(Tape(self._opened, self._place + 1, self._whole, self._name)) as tape:
            found = next_record(tape, self._magic)
            self._error = tape.error
        return found

    def _most(self) -> int:
        return _MOST_REWINDS if self._whole else _MOST_DAMAGES


def _date_in(name: str) -> datetime | None:
    """When a file was begun, by its name: CC-NEWS-20260301101500-00001.warc.gz, as most crawlers call them."""
    found = _NAMED_DATE.search(name.rpartition("/")[2])
    with contextlib.suppress(ValueError):
        return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
    return None


def _iterator(tape: Tape) -> ArchiveIterator:
    try:
        from fastwarc.warc import ArchiveIterator
    except ImportError:
        raise ConfigError('WARC files need an extra: pip install "toldonce[warc]"') from None
    # Quirks: lines that end with LF alone, as WARC/0.18 and files made by hand have them.
    return ArchiveIterator(tape, parse_http=False, quirks_mode=True)  # type: ignore[arg-type]  # it has no `seek`


def _read(record: WarcRecord, most: int) -> bytes:
    first = record.reader.read(min(1 << 18, most))
    if len(first) == record.content_length:  # as most are: no copy
        return first
    found = bytearray(first)
    while first and len(found) < most and (piece := record.reader.read(min(1 << 18, most - len(found)))):
        found += piece
    return bytes(found)
