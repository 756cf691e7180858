"""The nearest of many vectors, in a file: the daemon holds 64 bytes an article, whatever a vector takes.

Two steps. The signs of a vector's numbers are kept in memory, one bit each; how many differ tells well enough who might
be near (two vectors with a cosine of .4 differ in 37 % of their signs, two unrelated ones in half). The few that are
left are read from the file and compared exactly.

The file is a cache of what the archive holds. Each record carries a checksum and the archive's number of its vector, so
after a crash the whole records are kept, the torn one is cut off, and the archive is asked for all that came later.
"""

from __future__ import annotations

import json
import os
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from watcher.stories.meaning.nearest import Codes, best
from watcher.types import Placed

__all__ = ["Placed", "VectorIndex"]

_HEAD_SIZE = 256
_RECORD = struct.Struct("<qqqI4x")  # article, number, moment, checksum; then the vector
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class VectorIndex:
    """Vectors of one `stamp` (encoder, recipe and means) in one file. Safe to use from many threads.

    A file with another stamp, or none of ours, is begun anew: `last` is 0 then, and the archive fills it again.
    """

    def __init__(self, path: Path, stamp: str) -> None:
        self._path = path
        self._stamp = sha256(stamp.encode()).hexdigest()
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._size = 0  # of a vector
        self._codes = Codes()
        self.last = 0
        self._load()

    def __enter__(self) -> VectorIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._codes)

    def close(self) -> None:
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    def add(self, placed: Iterable[Placed]) -> None:
        """Appends vectors, in the order of their numbers. What is here already (up to `last`) is not added again."""
        with self._lock:
            rows: list[tuple[int, int, bytes]] = []
            records: list[bytes] = []
            for each in placed:
                if each.number <= self.last:
                    continue
                self.last = each.number
                if not each.vector or not self._fits(each.vector):
                    continue
                moment = (each.moment - _EPOCH) // _MICROSECOND
                rows.append((each.article, moment, each.vector))
                records.append(_record(each.article, each.number, moment, each.vector))
            if records:
                os.pwrite(self._file, b"".join(records), self._offset(len(self._codes)))
                self._codes.add(rows)

    def nearest(self, vector: bytes, since: datetime, until: datetime, limit: int) -> tuple[tuple[int, float], ...]:
        """The articles with a moment in [since, until) nearest to a vector, with cosines: best first, then by id."""
        with self._lock:
            if not vector or len(vector) != self._size or limit < 1:
                return ()
            window = ((since - _EPOCH) // _MICROSECOND, (until - _EPOCH) // _MICROSECOND)
            places = self._codes.near(vector, *window, limit)
            articles = self._codes.articles(places)
            held = [self._vector(place) for place in places]
        return best(vector, articles, held, limit)

    def forget(self, before: datetime) -> None:
        """Leaves out what lies before a moment, by writing the file anew beside the old one."""
        with self._lock:
            limit = (before - _EPOCH) // _MICROSECOND
            kept = [place for place in range(len(self._codes)) if self._codes.moment(place) >= limit]
            if len(kept) == len(self._codes):
                return
            part = self._path.with_name(self._path.name + ".part")
            with part.open("wb") as new:
                new.write(self._head())
                for place in kept:
                    new.write(os.pread(self._file, _RECORD.size + self._size, self._offset(place)))
            last = self.last
            part.replace(self._path)
            os.close(self._file)
            self._file = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
            self._load()
            self.last = max(last, self.last)

    def _fits(self, vector: bytes) -> bool:
        """True for a vector of the file's size, which the first one decides."""
        if not self._size:
            self._size = len(vector)
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, self._head(), 0)
        return len(vector) == self._size

    def _offset(self, place: int) -> int:
        return _HEAD_SIZE + place * (_RECORD.size + self._size)

    def _vector(self, place: int) -> bytes:
        # Read and not mapped: a mapped file that somebody cuts short ends the program, and its pages count as memory.
        return os.pread(self._file, self._size, self._offset(place) + _RECORD.size).ljust(self._size, b"\0")

    def _head(self) -> bytes:
        return json.dumps({"stamp": self._stamp, "size": self._size}).encode().ljust(_HEAD_SIZE - 1) + b"\n"

    def _load(self) -> None:
        """Takes over the whole records of the file, and cuts off what follows the last of them."""
        self._codes = Codes()
        self._size = _size_in(os.pread(self._file, _HEAD_SIZE, 0), self._stamp)
        self.last = 0
        if not self._size:
            os.ftruncate(self._file, 0)
            return
        rows = []
        for article, number, moment, vector in self._records():
            rows.append((article, moment, vector))
            self.last = max(self.last, number)
            if len(rows) == 4096:
                self._codes.add(rows)
                rows = []
        self._codes.add(rows)
        os.ftruncate(self._file, self._offset(len(self._codes)))

    def _records(self) -> Iterator[tuple[int, int, int, bytes]]:
        step = _RECORD.size + self._size
        at = _HEAD_SIZE
        while block := os.pread(self._file, step * 1024, at):
            at += len(block)
            for start in range(0, len(block) - step + 1, step):
                record = block[start : start + step]
                article, number, moment, _ = _RECORD.unpack_from(record)
                vector = record[_RECORD.size :]
                if record != _record(article, number, moment, vector):
                    return
                yield article, number, moment, vector
            if len(block) % step:
                return


def _record(article: int, number: int, moment: int, vector: bytes) -> bytes:
    checksum = zlib.crc32(_RECORD.pack(article, number, moment, 0) + vector)
    return _RECORD.pack(article, number, moment, checksum) + vector


def _size_in(head: bytes, stamp: str) -> int:
    """The size of a vector in a file of ours; 0 for one to be begun anew."""
    try:
        said = json.loads(head) if len(head) == _HEAD_SIZE else {}
        return int(said["size"]) if said["stamp"] == stamp else 0
    except (ValueError, KeyError, TypeError):
        return 0
