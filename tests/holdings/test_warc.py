"""WARC files as they are met in the wild: every record that can be read, where it could not, and always an end."""

from __future__ import annotations

import gzip
import io
import random
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.stream_io import BrotliWriter, Lz4Writer, ZstdWriter
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.holdings import PlaceError, held
from watcher.holdings.warc import read
from watcher.types import Capture, Reason, Unit, Window

_HTML = "Content-Type: text/html; charset=utf-8\r\n"


def _record(
    name: str | int,
    body: bytes | None = None,
    *,
    headers: str = _HTML,
    status: str = "200 OK",
    kind: str = "response",
    length: int | str | None = None,
    version: str = "WARC/1.0",
    line: str = "\r\n",
    more: str = "",
) -> bytes:
    page = _page(name) if body is None else body
    block = f"HTTP/1.1 {status}\r\n{headers}\r\n".encode() + page
    lines = (
        version,
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: https://blatt.example/{name}",
        "WARC-Date: 2026-03-01T10:00:00Z",
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(block) if length is None else length}",
        *([more] if more else []),
    )
    return (line.join(lines) + line * 2).encode() + block + b"\r\n\r\n"


def _page(name: str | int) -> bytes:
    letters = random.Random(str(name)).choices("abcdefgh ", k=3000)
    return f"<html><body><p>{name} {''.join(letters)}</p></body></html>".encode()


def _packed(*records: bytes) -> bytes:
    return b"".join(map(gzip.compress, records))


def _read(data: bytes, max_bytes: int = 1 << 20) -> tuple[list[Capture], PlaceError | None]:
    def opened(offset: int) -> io.BytesIO:
        return io.BytesIO(data[offset:])

    found: list[Capture] = []
    try:
        for capture in read(opened, "a.warc.gz", max_bytes):
            found.append(capture)  # noqa: PERF402 - what came before an error counts
    except PlaceError as error:
        return found, error
    return found, None


def _names(found: list[Capture]) -> list[str]:
    return [capture.url.rpartition("/")[2] for capture in found]


def _zstd(*records: bytes) -> bytes:
    return _with(ZstdWriter, records)


def _lz4(*records: bytes) -> bytes:
    return _with(Lz4Writer, records)


def _with(writer: Callable[..., ZstdWriter | Lz4Writer], records: tuple[bytes, ...]) -> bytes:
    target = io.BytesIO()
    packing = writer(target)
    for record in records:
        packing.write(record)
        packing.finish()
    packing.close()
    return target.getvalue()


def _plain(*records: bytes) -> bytes:
    return b"".join(records)


def _whole(*records: bytes) -> bytes:
    return gzip.compress(b"".join(records))


@pytest.mark.parametrize("pack", [_packed, _plain, _whole, _zstd, _lz4])
def test_a_file_is_read_however_it_is_packed(pack: Callable[..., bytes]) -> None:
    found, error = _read(pack(*(_record(number) for number in range(5))))
    assert error is None
    assert [capture.body for capture in found] == [_page(number) for number in range(5)]
    assert found[0].captured == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert ("Content-Type", "text/html; charset=utf-8") in found[0].headers


def test_a_unit_reads_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(_packed(_record("a")))
    window = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    unit = Unit("crawl", "warc", "a.warc.gz", window, url=str(path), end=path.stat().st_size)
    assert _names(list(held("warc").captures(unit))) == ["a"]
    assert held("warc").estimate(unit).bytes == path.stat().st_size


@pytest.mark.parametrize("pack", [_packed, _plain, _whole, _zstd, _lz4])
def test_of_a_file_that_is_cut_off_all_but_the_last_record_is_read(pack: Callable[..., bytes]) -> None:
    found, error = _read(pack(*(_record(number) for number in range(5)))[:-800])
    assert _names(found) == ["0", "1", "2", "3"]
    assert error is not None
    assert error.trouble.reason is Reason.INCOMPLETE
    assert "4 records" in error.trouble.text


def test_damage_within_a_record_costs_that_record() -> None:
    parts = [gzip.compress(_record(number)) for number in range(4)]
    broken = bytearray(parts[1])
    broken[100:140] = bytes(40)
    found, error = _read(parts[0] + bytes(broken) + parts[2] + parts[3])
    assert _names(found) == ["0", "2", "3"]
    assert error is not None


@pytest.mark.parametrize("pack", [_packed, _zstd, _lz4])
def test_what_a_lenient_reader_passes_over_is_told(pack: Callable[..., bytes]) -> None:
    good = [pack(_record(number)) for number in range(4)]
    no_record = pack(_record("lost").replace(b"WARC/1.0", b"WXRC/1.0", 1))
    found, error = _read(b"".join((*good[:2], no_record, *good[2:])))
    assert _names(found) == ["0", "1", "2", "3"]
    assert error is not None
    assert "damaged" in error.trouble.text
    short = pack(_record("short", length=200))
    found, error = _read(b"".join((*good[:2], short, *good[2:])))
    assert _names(found) == ["0", "1", "2", "3"], "the page is no page that ends where its record says"
    assert error is not None
    two, error = _read(b"".join((*good[:2], pack(_record(2) + _record(3)))))
    assert _names(two) == ["0", "1", "2", "3"]
    assert error is None, "records may share a frame"


def test_a_dictionary_for_zstd_is_refused_by_name() -> None:
    first = b"\x5d\x2a\x4d\x18" + (9).to_bytes(4, "little") + b"some dict"
    found, error = _read(first + _zstd(_record(0)))
    assert found == []
    assert error is not None
    assert "dictionary" in error.trouble.text


@pytest.mark.parametrize("pack", [_packed, _plain, _zstd, _lz4])
def test_garbage_between_records_costs_nothing(pack: Callable[..., bytes]) -> None:
    found, _ = _read(pack(_record(0)) + b"no record at all, \x1f\x8b\x08 " * 20 + b"\n" + pack(_record(1), _record(2)))
    assert _names(found) == ["0", "1", "2"]


@pytest.mark.parametrize("pack", [_packed, _plain])
@pytest.mark.parametrize("length", [10**12, 9_000, 300, -5, "many"])
def test_a_length_that_is_not_true_costs_no_other_record(pack: Callable[..., bytes], length: int | str) -> None:
    found, _ = _read(pack(_record(0), _record(1, length=length), _record(2), _record(3)), 1 << 14)
    assert set(_names(found)) >= {"0", "2", "3"}
    assert [capture.body for capture in found if capture.url.endswith("/3")] == [_page(3)]


@pytest.mark.parametrize(
    "data",
    [b"", b"<html><body>404 Not Found</body></html>", gzip.compress(b"<html>", mtime=0), b"\x1f\x8b\x08", bytes(5000)],
)
def test_what_is_no_warc_file_is_called_so(data: bytes) -> None:
    found, error = _read(data)
    assert not found
    assert error is not None
    assert error.trouble.reason is Reason.UNREADABLE
    assert "no WARC file" in error.trouble.text


def test_old_versions_and_bare_line_feeds_are_read() -> None:
    found, error = _read(
        _packed(_record(0, version="WARC/0.18"), _record(1, line="\n"), _record(2, version="WARC/1.1"))
    )
    assert _names(found) == ["0", "1", "2"]
    assert error is None


def _brotli(body: bytes) -> bytes:
    target = io.BytesIO()
    packing = BrotliWriter(target)
    packing.write(body)
    packing.close()
    return target.getvalue()


def _chunked(body: bytes) -> bytes:
    pieces = (body[start : start + 100] for start in range(0, len(body), 100))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("Transfer-Encoding: chunked", _chunked(_page("a"))),
        ("Content-Encoding: gzip", gzip.compress(_page("a"), mtime=0)),
        ("Content-Encoding: deflate", zlib.compress(_page("a"))),
        ("Content-Encoding: br", _brotli(_page("a"))),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip", _chunked(gzip.compress(_page("a"), mtime=0))),
        # What many crawlers keep: the body unpacked, the headers as they were.
        ("Transfer-Encoding: chunked", _page("a")),
        ("Content-Encoding: gzip", _page("a")),
        ("Content-Encoding: br", _page("a")),
        ("Content-Encoding: no-such-thing", _page("a")),
    ],
)
def test_a_body_is_unpacked_where_it_is_packed(header: str, body: bytes) -> None:
    found, error = _read(_packed(_record("a", body, headers=f"{_HTML}{header}\r\n"), _record("b")))
    assert [capture.body for capture in found] == [_page("a"), _page("b")]
    assert error is None


def test_a_bomb_is_no_page() -> None:
    bomb = gzip.compress(b"<html>" + bytes(50 << 20))
    found, error = _read(_packed(_record("a", bomb, headers=f"{_HTML}Content-Encoding: gzip\r\n"), _record("b")))
    assert [capture.body for capture in found] == [b"", _page("b")]
    assert error is None


def test_a_record_larger_than_a_page_may_be_is_skipped() -> None:
    found, error = _read(_packed(_record("a", b"<p>" + b"x" * 300_000), _record("b")), max_bytes=100_000)
    assert [capture.body for capture in found] == [b"", _page("b")]
    assert error is None


def test_what_is_no_page_comes_without_its_body() -> None:
    data = _packed(
        _record("image", b"\x89PNG....", headers="Content-Type: image/png\r\n"),
        _record("moved", b"<p>moved</p>", status="301 Moved"),
        _record("missing", b"<p>no</p>", status="404 Not Found"),
        _record("again", b"", kind="revisit"),
        _record("asked", b"", kind="request"),
        _record("liar", _page("liar"), headers="Content-Type: application/octet-stream\r\n"),
        _record("cut", _page("cut"), more="WARC-Truncated: length"),
    )
    found, _ = _read(data)
    assert [(capture.url.rpartition("/")[2], capture.status, bool(capture.body)) for capture in found] == [
        ("image", 200, False),
        ("moved", 301, False),
        ("missing", 404, False),
        ("again", 304, False),
        ("liar", 200, True),
        ("cut", 200, True),
    ]


_JUNK = bytes(random.Random(5).randrange(256) for _ in range(5000))


@pytest.mark.parametrize("pack", [_packed, _plain, _whole])
@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(_record(1, version="XARC/1.0"), id="first line"),
        pytest.param(_record(1).replace(b"HTTP/1.1 200 OK", b"\0\x01garbage-now"), id="status line"),
        pytest.param(_record(1, length=10), id="ten bytes"),
        pytest.param(_record(1, length=1700), id="shorter than the page"),
        pytest.param(_record(1, length=-5), id="negative"),
        pytest.param(_record(1).replace(b"Content-Length", b"Content-Xength"), id="none"),
    ],
)
def test_a_record_that_is_passed_over_or_cut_is_trouble_and_costs_no_other(
    pack: Callable[..., bytes], broken: bytes
) -> None:
    first = pack(_record(0))
    found, error = _read(pack(_record(0), broken, _record(2), _record(3)))
    assert [capture.body for capture in found] == [_page(0), _page(2), _page(3)]
    assert error is not None
    assert error.trouble.reason is Reason.INCOMPLETE
    assert "3 records could be read" in error.trouble.text
    if pack is not _whole:
        place = int(error.trouble.text.partition("byte ")[2].split()[0].rstrip(";"))
        assert 0 <= place < len(first) + len(pack(broken))  # where the former ended, or it should have itself


@pytest.mark.parametrize("junk", [_JUNK, _JUNK + b"\r\n\r\n"])
def test_bytes_of_no_record_cost_no_record_and_are_said(junk: bytes) -> None:
    found, error = _read(_plain(_record(0)) + junk + _plain(_record(1), _record(2)))
    assert _names(found) == ["0", "1", "2"]
    assert error is not None
    assert f"byte {len(_record(0)) - 4};" in error.trouble.text


def test_a_page_shorter_than_its_server_said_and_without_its_end_is_not_taken_for_whole() -> None:
    headers = f"{_HTML}Content-Length: {len(_page(1))}\r\n"
    found, error = _read(_packed(_record(0), _record(1, _page(1)[:1500], headers=headers), _record(2)))
    assert _names(found) == ["0", "2"]
    assert error is not None


def test_records_that_share_a_member_or_lie_in_several_are_no_damage() -> None:
    one, two = _record(4)[:700], _record(4)[700:]
    shared = gzip.compress(_record(1) + _record(2))
    found, error = _read(_packed(_record(0)) + shared + _packed(_record(3), one, two, _record(5)))
    assert _names(found) == ["0", "1", "2", "3", "4", "5"]
    assert error is None


def test_a_record_without_a_date_has_that_of_the_one_before_or_of_the_files_name() -> None:
    undated = _record(1).replace(b"2026-03-01T10:00:00Z", b"yesterday")
    found, _ = _read(_packed(_record(0), undated))
    assert [capture.captured for capture in found] == [datetime(2026, 3, 1, 10, tzinfo=UTC)] * 2
    named = list(read(lambda offset: io.BytesIO(undated[offset:]), "x/CC-NEWS-20260304101500-00001.warc.gz"))
    assert named[0].captured == datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


@given(st.data())
@settings(max_examples=40)
def test_any_damage_ends_and_keeps_what_came_before(data: st.DataObject) -> None:
    whole = _packed(*(_record(number) for number in range(4)))
    place = data.draw(st.integers(0, len(whole) - 1))
    kind = data.draw(st.sampled_from(["cut", "flip", "insert", "remove"]))
    junk = data.draw(st.binary(max_size=40))
    damaged = {
        "cut": whole[:place],
        "flip": whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :],
        "insert": whole[:place] + junk + whole[place:],
        "remove": whole[:place] + whole[place + 1 + len(junk) :],
    }[kind]
    found, _ = _read(damaged)
    ends, end = [], 0
    for number in range(4):
        end += len(gzip.compress(_record(number)))
        ends.append(end)
    before = [str(number) for number, end in enumerate(ends) if end <= place]
    assert _names(found)[: len(before)] == before
