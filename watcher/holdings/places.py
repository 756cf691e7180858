"""The one door to files wherever they lie: this machine with the standard library, http(s) and s3 through fsspec.

An address comes from who runs the program, as a service does: the guard against private networks does not stand before
it, no redirect to another host is followed, and of what is secret in it nothing is shown.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from watcher.holdings.packed import Unpacked
from watcher.holdings.trouble import PlaceError, trouble
from watcher.types import Reason
from watcher.urls import apart, host_port, masked

_SCHEME = re.compile(r"(?i)([a-z][a-z0-9+.\-]+)://|(file):")
_MAGIC = re.compile(r"[*?\[]")
REMOTE = ("http", "https", "s3")
# Bytes that a glimpse of a file takes: of one elsewhere its first range, and the next two (`remote.RANGE` grows so).
FIRST, FIRST_FAR, MORE_FAR = 4 * 2**20, 2**16, 2**18 + 2**20
Row = tuple[str, int | None, str, datetime | None]


@dataclass(frozen=True, slots=True)
class Place:
    """A file, by its address."""

    address: str  # a path, or http(s)://, s3://
    size: int | None = None  # bytes; None: nobody said
    stamp: str = ""  # changes when its content does, as far as whoever keeps it says so
    modified: datetime | None = None


def address(text: str, base: Path) -> str:
    """What a person wrote as an absolute address: a path is taken from `base`. Raises ValueError, which says why.

    A path, a `file:` address, `http(s)://` or `s3://`, the first two and the last with `*`, `?` and `[...]` in them.
    """
    expected = 'expected a path, or an address like "https://example.org/a.warc.gz" or "s3://bucket/folder/*.warc.gz"'
    if not text or text != text.strip() or any(ord(character) < 0x20 or ord(character) == 0x7F for character in text):
        raise ValueError(expected)
    scheme = address_scheme(text)
    if scheme == "file":
        parts = urlsplit(text)
        if parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
            raise ValueError('expected a file of this machine, like "file:///srv/pages"')
        return _path(text)
    if scheme in REMOTE:
        if not urlsplit(text).netloc:
            raise ValueError(expected)
        if apart(text)[1] is not None:
            raise ValueError("expected an address without a user name or password in it")
        return text
    if scheme:
        raise ValueError(f"{expected}; {scheme}: is none of them")
    return str(Path(base, Path(text).expanduser()))


def listed(address: str) -> tuple[Place, ...]:
    """The files at an address: one, a folder's or a glob's, in order. Raises PlaceError where there is none."""
    if address_scheme(address) in REMOTE:
        from watcher.holdings import remote

        found = remote.listed(address)
    else:
        found = tuple(_local(_path(address)))
    if not found:
        raise PlaceError(trouble(Reason.NAME, f"{masked(address)}: no file there; check the address"))
    return tuple(Place(*row) for row in sorted(found, key=lambda row: row[0]))


def opened(address: str, first: int = 0, end: int | None = None) -> io.BufferedReader:
    """Bytes `first` to `end` of a file, read as they are wanted. Raises PlaceError, as every read of it may.

    A connection that breaks is taken up again where it broke, a few times, if the server takes ranges.
    """
    if address_scheme(address) in REMOTE:
        from watcher.holdings import remote

        return remote.opened(address, first, end)
    try:
        file = Path(_path(address)).open("rb")  # noqa: SIM115 -- closed with the stream that reads it
        file.seek(first)
    except OSError as error:
        raise PlaceError(trouble(Reason.NAME, f"{address}: cannot be read: {error.strerror or error}")) from None
    raw = _Until(file, None if end is None else max(0, end - first), address)
    return io.BufferedReader(raw, 2**17)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """The beginning of a file, how long the whole of it is, and how long bringing all of that here would take."""

    data: bytes
    size: int | None  # bytes; None: nobody said
    seconds: float = 0.0  # for all of it, as fast as its beginning came; nothing for a file of this machine

    @property
    def whole(self) -> bool:
        return self.size is not None and len(self.data) >= self.size

    def of(self, count: int) -> int:
        """As many in the whole file as there are in its beginning, if it goes on like that."""
        return count if self.whole or not self.data else round(count * (self.size or len(self.data)) / len(self.data))


def glimpse(address: str, size: int | None, clock: Callable[[], float]) -> Glimpse:
    """The first megabytes of a file; of one elsewhere as much as comes with its first ranges. Raises PlaceError."""
    is_far = bool(host_of(address))
    if size is None or is_far:
        size = next((place.size for place in listed(address)), None)
    with opened(address) as file:
        data, seconds = file.read(FIRST_FAR if is_far else FIRST), 0.0
        if is_far and len(data) == FIRST_FAR:  # a connection stands now
            began = clock()
            more = file.read(MORE_FAR)
            seconds = (clock() - began) / max(1, len(more)) * (size or 0)
            data += more
    if size is None and len(data) < (FIRST_FAR if is_far else FIRST):
        size = len(data)
    return Glimpse(data, size, seconds)


def unpacked(address: str) -> io.BufferedReader:
    """A whole file, and what is in it where it is a gzip file, whatever it is called."""
    return _unpacked(opened(address), address)


def unpacked_of(data: bytes, address: str) -> io.BufferedReader:
    """The same of a file's beginning."""
    return _unpacked(io.BufferedReader(io.BytesIO(data)), address)


def _unpacked(file: io.BufferedReader, address: str) -> io.BufferedReader:
    if file.peek(2)[:2] != b"\x1f\x8b":
        return file
    return io.BufferedReader(Unpacked(file, masked(address)), 2**17)


def host_of(address: str) -> str:
    """host:port of who would be asked; empty for a file of this machine."""
    scheme = address_scheme(address)
    if scheme in ("http", "https"):
        return host_port(address)
    if scheme == "s3":
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
        return host_port(endpoint) if endpoint else "s3.amazonaws.com:443"
    return ""


def named(address: str) -> str:
    """What a file is called in the name of a unit: its address, without what may change or is nobody's business."""
    if address_scheme(address) not in ("http", "https"):
        return address
    plain, _, query = apart(address)[0].partition("?")
    return plain + (f"?{hashlib.sha256(query.encode()).hexdigest()[:12]}" if query else "")


def address_scheme(address: str) -> str:
    """ "http", "s3", "file"…; empty for a path."""
    match = _SCHEME.match(address)
    return (match[1] or match[2]).lower() if match else ""


def _path(address: str) -> str:
    """The path of a file of this machine, where it is written as an address."""
    return unquote(urlsplit(address).path) if address_scheme(address) == "file" else address


def _local(address: str) -> Iterator[Row]:
    path = Path(address)
    try:
        if path.is_dir():
            for folder, _, files in os.walk(path, onerror=_refuse):
                yield from (_row(Path(folder, name)) for name in files if Path(folder, name).is_file())
        elif path.is_file():
            yield _row(path)
        elif _MAGIC.search(address):
            yield from (_row(found) for found in _matching(path) if found.is_file())
    except (OSError, ValueError) as error:
        words = (error.strerror if isinstance(error, OSError) else None) or error
        raise PlaceError(trouble(Reason.NAME, f"{address}: cannot be read: {words}")) from None


def _matching(path: Path) -> Iterator[Path]:
    parts = path.parts
    fixed = next(place for place, part in enumerate(parts) if _MAGIC.search(part))
    return Path(*parts[:fixed]).glob(str(Path(*parts[fixed:])))


def _row(path: Path) -> Row:
    about = path.stat()
    modified = datetime.fromtimestamp(about.st_mtime, UTC) if 0 < about.st_mtime < 2**36 else None
    return str(path), about.st_size, str(about.st_mtime_ns), modified


def _refuse(error: OSError) -> None:
    raise error


class _Until(io.RawIOBase):
    """A local file up to an offset; what keeps it from being read is a PlaceError."""

    def __init__(self, file: BinaryIO, left: int | None, address: str) -> None:
        super().__init__()
        self._file, self._left, self._address = file, left, address

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed wants any writable buffer
        most = len(buffer) if self._left is None else min(len(buffer), self._left)
        try:
            data = self._file.read(most)
        except OSError as error:
            text = f"{self._address}: cannot be read to its end: {error.strerror or error}"
            raise PlaceError(trouble(Reason.INCOMPLETE, text)) from None
        buffer[: len(data)] = data
        if self._left is not None:
            self._left -= len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()
