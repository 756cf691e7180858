"""Reading an answer's body: never more than the cap, compressed or not, and never half of it taken for the whole."""

from __future__ import annotations

import zlib
from typing import Protocol

_STEP = 65_536
_LONGEST_CHAIN = 3  # encodings on top of each other; two have been seen in the wild, by mistake
_GZIP_MAGIC = b"\x1f\x8b"


class TooLargeError(Exception):
    """The body is larger than the cap, as sent or unpacked."""


class BrokenBodyError(Exception):
    """The body cannot be unpacked, or ends before its end."""


class Answer(Protocol):
    """What is needed of a response: its headers by name, and its raw bytes piece by piece."""

    def getheader(self, name: str, default: str | None = None) -> str | None: ...
    def read(self, amt: int | None = None, decode_content: bool | None = None) -> bytes: ...


def read_body(answer: Answer, cap: int) -> bytes:
    """The decoded body. Raises TooLargeError or BrokenBodyError, and what reading from the network raises.

    Decoded here and not by the HTTP library: the cap holds on every layer, only what was asked for is understood, and
    a compressed body without its end is noticed.
    """
    declared = (answer.getheader("content-length") or "").strip()
    if declared.isascii() and declared.isdigit() and int(declared[:19]) > cap:
        raise TooLargeError(f"{declared} bytes announced")
    raw = bytearray()
    while piece := answer.read(_STEP, decode_content=False):
        raw += piece
        if len(raw) > cap:
            raise TooLargeError(f"more than {cap} bytes")
    return _decoded(bytes(raw), answer.getheader("content-encoding") or "", cap)


def _decoded(data: bytes, header: str, cap: int) -> bytes:
    layers = [name for part in header.split(",") if (name := part.strip().lower()) not in ("", "identity")]
    if len(layers) > _LONGEST_CHAIN:
        raise BrokenBodyError(f"{len(layers)} encodings on top of each other")
    for layer in reversed(layers):
        if not data:
            return data
        try:
            data = _unpacked(data, layer, cap)
        except zlib.error as error:
            raise BrokenBodyError(f"announced as {layer}, and it is not: {error}") from error
    return data


def _unpacked(data: bytes, layer: str, cap: int) -> bytes:
    if layer in ("gzip", "x-gzip"):
        return _inflated(data, 16 + zlib.MAX_WBITS, cap)
    if layer == "deflate":  # with zlib's wrapper by the standard, without it by habit of old servers
        wrapped = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        return _inflated(data, zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS, cap)
    raise BrokenBodyError(f"encoded as {layer[:40]}, though only gzip was asked for")


def _inflated(data: bytes, window: int, cap: int) -> bytes:
    out = bytearray()
    while True:
        unpacker = zlib.decompressobj(window)
        out += unpacker.decompress(data, cap - len(out) + 1)
        if len(out) > cap:
            raise TooLargeError(f"more than {cap} bytes when unpacked")
        if not unpacker.eof:
            raise BrokenBodyError("the compressed body ends before its end")
        data = unpacker.unused_data  # a further member; padding after the last one is ignored, as gzip itself does
        if not data.startswith(_GZIP_MAGIC):
            return bytes(out)
