"""Files on other machines, through fsspec: http(s), and object stores that speak S3.

Read in ranges of a few megabytes, so that a connection that breaks costs one of them and no file is ever whole in
memory. A server that takes no ranges is read in one go, and a break is the end of it.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from threading import Event
from typing import TYPE_CHECKING, Any, cast

from watcher.errors import ConfigError
from watcher.holdings.trouble import PlaceError, trouble
from watcher.sources.dates import read_date
from watcher.types import Reason
from watcher.urls import absolute, masked, split

if TYPE_CHECKING:
    import aiohttp

# A range costs one round trip: at 4 MiB that is 2 % of the time on a line of 10 MB/s and 10 ms away.
RANGE = 4 * 2**20
_FIRST = 2**16  # who only looks at the beginning gets no megabytes; each range is four times the one before
# Seconds before a range is asked for again. Common Crawl asks whom it slows down (503) to wait a second at least.
PAUSES = (0.5, 2.0, 6.0)
_MAGIC = re.compile(r"[*?\[]")
_SLOWER = frozenset({429, 500, 502, 503, 504})
_Row = tuple[str, int | None, str, datetime | None]


class _AnswerError(Exception):
    """An answer that must not be used."""


class _WholeError(_AnswerError):
    """The server sends everything where a range was asked for."""


class _ElsewhereError(_AnswerError):
    """The server sends us to another host."""


def listed(address: str) -> tuple[_Row, ...]:
    """(address, size, stamp, when it was changed) of the files at a remote address. Raises PlaceError."""
    system = _system(address)
    try:
        if not address.lower().startswith("s3:"):
            return (_row(address, system.info(address)),)
        found = _objects(system, address)
    except Exception as error:  # the boundary: whatever a library of three meets on the way is one named trouble
        raise _trouble(address, error) from error
    return tuple(_row(f"s3://{name}", about) for name, about in found.items() if about.get("type") == "file")


def opened(
    address: str, first: int = 0, end: int | None = None, wait: Callable[[float], object] | None = None
) -> io.BufferedReader:
    """Bytes `first` to `end` of a remote file. Raises PlaceError, as every read may; `wait` makes the pauses."""
    system = _system(address)
    try:
        about = system.info(address)
    except Exception as error:  # as above
        raise _trouble(address, error) from error
    size, tag = about.get("size"), str(about.get("ETag") or "")
    if not isinstance(size, int) or about.get("partial") is False:
        return io.BufferedReader(_Stream(system, address, first, end), 2**17)
    last = size if end is None else min(end, size)
    raw = _Ranges(system, address, first, last, tag if tag.startswith('"') else "", wait or Event().wait)
    return io.BufferedReader(raw, 2**17)


class _Ranges(io.RawIOBase):
    """A file asked for piece by piece."""

    def __init__(
        self, system: Any, address: str, first: int, end: int, tag: str, wait: Callable[[float], object]
    ) -> None:
        super().__init__()
        self._system, self._address, self._at, self._end, self._tag = system, address, first, end, tag
        self._wait = wait
        self._most = _FIRST
        self._piece = memoryview(b"")
        self._ranged = False  # a range came: what comes in one go now is another file
        self._rest: _Stream | None = None  # once it is clear that the server takes no ranges

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed wants any writable buffer
        if self._rest is None and not self._piece and self._at < self._end:
            self._piece = memoryview(self._asked())
            self._at += len(self._piece)
            self._most = min(4 * self._most, RANGE)
        if self._rest is not None:
            return self._rest.readinto(buffer)
        count = min(len(buffer), len(self._piece))
        buffer[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count

    def _asked(self) -> bytes:
        pauses = iter(PAUSES)
        while True:
            try:
                return self._range(self._at, min(self._at + self._most, self._end))
            except Exception as error:  # as above
                if _caused(error, _WholeError) is not None:
                    return self._in_one_go()
                if not _may_pass(error) or (pause := next(pauses, None)) is None:
                    raise _trouble(self._address, error, self._at) from error
                self._wait(pause)

    def _range(self, first: int, end: int) -> bytes:
        given: dict[str, Any] = {}
        if self._tag and not self._address.lower().startswith("s3:"):
            given["headers"] = {"If-Range": self._tag}  # of a file that is another one by now: all of it, not a range
        data = bytes(self._system.cat_file(self._address, start=first, end=end, **given))
        if len(data) != end - first:
            raise ConnectionResetError(f"{len(data)} bytes came where {end - first} were asked for")
        self._ranged = True
        return data

    def _in_one_go(self) -> bytes:
        if self._ranged:
            text = f"{masked(self._address)}: it was changed while it was read; run the command again"
            raise PlaceError(trouble(Reason.INCOMPLETE, text))
        self._rest = _Stream(self._system, self._address, self._at, self._end)
        return b""

    def close(self) -> None:
        if self._rest is not None:
            self._rest.close()
        super().close()


class _Stream(io.RawIOBase):
    """A file of which there is one answer, from its beginning to its end."""

    def __init__(self, system: Any, address: str, first: int, end: int | None) -> None:
        super().__init__()
        self._address, self._at, self._end = address, 0, end
        try:
            self._file = system.open(address, "rb", block_size=0)
            while self._at < first and (data := self._file.read(min(2**16, first - self._at))):
                self._at += len(data)
        except Exception as error:  # as above
            raise _trouble(address, error) from error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed wants any writable buffer
        most = len(buffer) if self._end is None else min(len(buffer), self._end - self._at)
        if most <= 0:
            return 0
        try:
            data = self._file.read(most)
        except Exception as error:  # as above
            raise _trouble(self._address, error, self._at) from error
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def _objects(system: Any, address: str) -> dict[str, dict[str, Any]]:
    bucket_and_key = address.partition("://")[2]
    if _MAGIC.search(bucket_and_key):
        return cast("dict[str, dict[str, Any]]", system.glob(bucket_and_key, detail=True))
    return cast("dict[str, dict[str, Any]]", system.find(bucket_and_key, detail=True))


def _row(address: str, about: dict[str, Any]) -> _Row:
    size = about.get("size")
    stamp = about.get("ETag") or about.get("Last-Modified") or about.get("LastModified") or ""
    modified = about.get("LastModified")
    if not isinstance(modified, datetime):
        modified = read_date(str(about.get("Last-Modified") or ""))
    return address, size if isinstance(size, int) else None, str(stamp), modified


# --- the libraries behind it ---


def _system(address: str) -> Any:
    scheme = address.partition(":")[0].lower()
    try:
        import fsspec

        if scheme != "s3":
            import aiohttp  # noqa: F401 -- what is missing is said here, and not by fsspec in its own words

            return fsspec.filesystem("http", get_client=_client)
        import s3fs  # noqa: F401 -- as above
    except ImportError as error:
        extra = "cluster" if scheme == "s3" else "warc"
        raise ConfigError(
            f"{masked(address)}: reading it needs {error.name}, which is not installed: pip install 'toldonce[{extra}]'"
        ) from None
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    kept = {"use_listings_cache": False, "endpoint_url": endpoint, "config_kwargs": {"connect_timeout": 30}}
    return fsspec.filesystem("s3", anon=_is_anonymous(_settings()), **kept)


def _settings() -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_")))


@lru_cache(maxsize=4)  # where there are none, a cloud's own service is asked for some: seconds, outside of one
def _is_anonymous(_: tuple[tuple[str, str], ...]) -> bool:
    """True where no credentials are to be found: public buckets are read without."""
    import botocore.session  # s3fs brings it

    return botocore.session.get_session().get_credentials() is None


async def _client(**kwargs: Any) -> aiohttp.ClientSession:
    import aiohttp

    watch = aiohttp.TraceConfig()
    watch.on_request_redirect.append(_stay)
    watch.on_request_end.append(_only_ranges)
    # No limit for a whole answer, which may be gigabytes; none of its bytes may take longer than a minute.
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=60)
    # Bytes as they lie there: a server that calls a .warc.gz "Content-Encoding: gzip" must not have it unpacked.
    headers = {"Accept-Encoding": "identity", "User-Agent": "toldonce"}
    return aiohttp.ClientSession(
        trace_configs=[watch], timeout=timeout, headers=headers, auto_decompress=False, **kwargs
    )


async def _stay(_session: object, _context: object, params: aiohttp.TraceRequestRedirectParams) -> None:
    here = split(str(params.url))
    there = split(absolute(str(params.url), params.response.headers.get("Location", "")) or "")
    if here is None or there is None or there.host != here.host:
        params.response.close()
        raise _ElsewhereError(there.host if there else "an address that is none")
    if (there.scheme, there.port) not in ((here.scheme, here.port), ("https", 443)):
        params.response.close()
        raise _ElsewhereError(f"{there.host}:{there.port}")


async def _only_ranges(_session: object, _context: object, params: aiohttp.TraceRequestEndParams) -> None:
    if "Range" in params.headers and params.response.status == 200:
        params.response.close()
        raise _WholeError


# --- what went wrong ---


def _chain(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    for _ in range(10):
        if found is None:
            return
        yield found
        found = found.__cause__ or found.__context__


def _caused(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    return next((each for each in _chain(error) if isinstance(each, kind)), None)


def _status(error: BaseException) -> int | None:
    """The status that an answer had: as aiohttp says it, or botocore."""
    for each in _chain(error):
        status = getattr(each, "status", None)
        if not isinstance(status, int):
            response = getattr(each, "response", None)
            about = response.get("ResponseMetadata", {}) if isinstance(response, dict) else {}
            status = about.get("HTTPStatusCode")
        if isinstance(status, int) and status >= 300:
            return status
    return None


def _is_connection(error: BaseException) -> bool:
    return isinstance(error, ConnectionError) or type(error).__module__.startswith("aiohttp.")


def _may_pass(error: BaseException) -> bool:
    status = _status(error)
    if status is not None:
        return status in _SLOWER
    return not any(isinstance(each, _AnswerError | PlaceError | FileNotFoundError) for each in _chain(error))


def _trouble(address: str, error: Exception, at: int = 0) -> PlaceError:
    if isinstance(error, PlaceError):
        return error
    shown = masked(address)
    place = f" at byte {at}" if at else ""
    elsewhere = _caused(error, _ElsewhereError)
    status = _status(error)
    if elsewhere is not None:
        text = f"{shown}: it leads to another host ({elsewhere}), which is not followed; give the address there"
        return PlaceError(trouble(Reason.REDIRECTS, text))
    if status is not None:
        return PlaceError(
            trouble(Reason.STATUS, f"{shown}: the server answered {status}{place}; check the address", status)
        )
    if _caused(error, TimeoutError) is not None:
        return PlaceError(trouble(Reason.TIMEOUT, f"{shown}: no answer in time{place}; run the command again"))
    # What kept it from being asked at all is behind "not found" too, where fsspec looks for its size.
    broken = next((each for each in _chain(error) if _is_connection(each)), None)
    if broken is None and isinstance(error, FileNotFoundError | PermissionError):
        text = f"{shown}: there is no such file, or it may not be read; check the address"
        return PlaceError(trouble(Reason.NAME, text))
    words = type(broken or error).__name__
    return PlaceError(
        trouble(Reason.CONNECTION, f"{shown}: the connection broke{place} ({words}); run the command again")
    )
