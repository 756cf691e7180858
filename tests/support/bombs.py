"""Answers that are small on the wire and two gibibytes in memory, or that never end. Made in milliseconds."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

TWO_GIB = 2 * 1024**3
_MIB = 1024 * 1024


def deflated(size: int = TWO_GIB, window: int = 31) -> bytes:
    """`size` zeros as gzip (31), zlib (15) or bare deflate (-15): one packed mebibyte, repeated."""
    packer = zlib.compressobj(9, wbits=window)
    first = packer.compress(bytes(_MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(_MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + block * (size // _MIB - 1) + b"\x03\x00"  # an empty last block; the checksum is never reached


def twice(size: int = TWO_GIB) -> bytes:
    """A bomb within a bomb: a few kilobytes."""
    packer = zlib.compressobj(9, wbits=31)
    return packer.compress(deflated(size)) + packer.flush()


def zstandard(size: int = TWO_GIB) -> bytes:
    """A Zstandard frame of run-length blocks: four bytes for 128 KiB."""
    blocks = size // 131_072
    block = struct.pack("<I", (131_072 << 3) | (1 << 1))[:3] + b"\0"
    last = struct.pack("<I", (131_072 << 3) | (1 << 1) | 1)[:3] + b"\0"
    return b"\x28\xb5\x2f\xfd\xa4" + struct.pack("<I", size & 0xFFFFFFFF) + block * (blocks - 1) + last


def head(status: str = "200 OK", *lines: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1")


def _packed(encoding: str, body: bytes, status: str = "200 OK", *lines: str) -> Iterator[bytes]:
    yield head(status, f"Content-Encoding: {encoding}", f"Content-Length: {len(body)}", *lines) + body


def _repeated(first: bytes, piece: bytes) -> Iterator[bytes]:
    yield first
    whole = piece * max(1, 65_536 // len(piece))
    while True:
        yield whole


def _members() -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=31)
    empty = packer.flush()
    return _packed("gzip", empty * (10 * _MIB // len(empty) - 1))


def _chunked(piece: bytes, first: bytes = b"") -> Callable[[], Iterator[bytes]]:
    return lambda: _repeated(head("200 OK", "Transfer-Encoding: chunked") + first, piece)


# A brotli stream needs a library to be made; as it is refused unread, any bytes do.
BOMBS: dict[str, Callable[[], Iterator[bytes]]] = {
    "gzip": lambda: _packed("gzip", deflated()),
    "x-gzip": lambda: _packed("x-gzip", deflated()),
    "deflate": lambda: _packed("deflate", deflated(window=15)),
    "bare deflate": lambda: _packed("deflate", deflated(window=-15)),
    "gzip in gzip": lambda: _packed("gzip, gzip", twice()),
    "brotli": lambda: _packed("br", b"\xcf\xff\xff\x7f\xf8\x27" * 300),
    "zstandard": lambda: _packed("zstd", zstandard()),
    "brotli in gzip": lambda: _packed("br, gzip", deflated()),
    "empty gzip members": _members,
    "on a redirect": lambda: _packed("gzip", deflated(), "302 Found", "Location: /gzip"),
    "on an error page": lambda: _packed("gzip", deflated(), "503 Service Unavailable"),
    "on a 404 without end": lambda: _repeated(head("404 Not Found"), b"x" * 65_536),
    "unannounced": lambda: _repeated(head(), b"x" * 65_536),
    "announced too small": lambda: _repeated(head("200 OK", "Content-Length: 10"), b"x" * 65_536),
    "announced too large": lambda: iter([head("200 OK", f"Content-Length: {TWO_GIB}") + b"x" * 65_536]),
    "announced negative": lambda: _repeated(head("200 OK", "Content-Length: -1"), b"x" * 65_536),
    "chunks": _chunked(b"10000\r\n" + b"x" * 65_536 + b"\r\n"),
    "chunks of one byte": _chunked(b"1\r\nx\r\n"),
    "one chunk of 2 GiB": _chunked(b"7fffffff\r\n" + b"x" * 65_529),
    "a chunk of negative length": _chunked(b"-5\r\n"),
    "chunk extensions": _chunked(b"1;" + b"e" * 60_000 + b"\r\nx\r\n"),
    "an endless chunk size": _chunked(b"0" * 65_536),
    "trailer lines": _chunked(b"X: y\r\n", b"0\r\n"),
    "header lines": lambda: _repeated(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "100,000 header lines": lambda: iter([b"HTTP/1.1 200 OK\r\n" + b"X-A: yyyy\r\n" * 100_000 + b"\r\n"]),
    "one header line": lambda: _repeated(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 65_536),
    "folded header lines": lambda: _repeated(b"HTTP/1.1 200 OK\r\nX: y\r\n", b" y\r\n"),
    "a status line": lambda: _repeated(b"HTTP/1.1 200 ", b"O" * 65_536),
    "interim answers": lambda: _repeated(b"", head("100 Continue")),
    "interim answers with headers": lambda: _repeated(b"", head("103 Early Hints", "Link: </a>; rel=preload")),
    "no HTTP": lambda: _repeated(b"", b"\0" * 65_536),
    "no HTTP in lines": lambda: _repeated(b"", b"SSH-2.0\r\n"),
    "HTTP of another age": lambda: _repeated(b"HTTP/9.9 200 OK\r\n\r\n", b"x" * 65_536),
}  # fmt: skip
