"""Reading an answer's body: never more than the cap, compressed or not, and never half of it taken for the whole."""

from __future__ import annotations

import zlib
from typing import Protocol

from watcher.http.failure import BrokenBodyError, TooLargeError

_STEP = 65_536
_LONGEST_CHAIN = 3  # encodings on top of each other; two have been seen in the wild, by mistake
# Of gzip members one behind the other: a parallel packer makes one for 64 kB, a log rotated by appending one a day.
# 10 MiB of empty ones would be half a million.
_MOST_MEMBERS = 10_000
_GZIP_MAGIC = b"\x1f\x8b"
_UNPACKED = frozenset({"gzip", "x-gzip", "deflate"})


class Answer(Protocol):
    """What is needed of a response: its headers by name, and its raw bytes piece by piece."""

    def getheader(self, name: str, default: str | None = None) -> str | None: ...
    def read(self, amt: int | None = None, decode_content: bool | None = None) -> bytes: ...


def read_body(answer: Answer, cap: int) -> bytes:
    """The decoded body. Raises TooLargeError or BrokenBodyError, and what reading from the network raises.

    Decoded here and not by the HTTP library: the cap holds on every layer, only what was asked for is understood
    (brotli and zstandard are refused unread), and a compressed body without its end is noticed.
    """
    layers = _layers(answer.getheader("content-encoding") or "")
    declared = (answer.getheader("content-length") or "").strip()
    if declared.isascii() and declared.isdigit() and int(declared[:19]) > cap:
        raise TooLargeError(f"{declared[:19]} bytes announced")
    raw = bytearray()
    while piece := answer.read(_STEP, decode_content=False):
        raw += piece
        if len(raw) > cap:
            raise TooLargeError(f"more than {cap} bytes")
    data = bytes(raw)
    for layer in reversed(layers):
        if not data:
            return data
        data = _unpacked(data, layer, cap)
    return data


def _layers(header: str) -> list[str]:
    layers = [name for part in header.split(",") if (name := part.strip().lower()) not in ("", "identity")]
    if len(layers) > _LONGEST_CHAIN:
        raise BrokenBodyError(f"{len(layers)} encodings on top of each other")
    for layer in layers:
        if layer not in _UNPACKED:
            words = layer if layer.isalnum() and layer.isascii() and len(layer) < 20 else "something else"
            raise BrokenBodyError(f"encoded as {words}, though only gzip was asked for")
    return layers


def _unpacked(data: bytes, layer: str, cap: int) -> bytes:
    if layer == "deflate":  # with zlib's wrapper by the standard, without it by habit of old servers
        wrapped = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        window = zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS
    else:
        window = 16 + zlib.MAX_WBITS
    try:
        return _inflated(memoryview(data), window, cap)
    except zlib.error as error:
        raise BrokenBodyError(f"announced as {layer}, and it is not: {error}") from error


def _inflated(data: memoryview, window: int, cap: int) -> bytes:
    """Fed in steps: what is left behind a member's end is copied for every member, and must be small."""
    out = bytearray()
    at = 0
    for _ in range(_MOST_MEMBERS):
        unpacker = zlib.decompressobj(window)
        while not unpacker.eof:
            piece = data[at : at + _STEP]
            if not piece:
                raise BrokenBodyError("the compressed body ends before its end")
            out += unpacker.decompress(piece, cap - len(out) + 1)
            if len(out) > cap:
                raise TooLargeError(f"more than {cap} bytes when unpacked")
            at += len(piece) - len(unpacker.unused_data)
        # A further member; padding after the last one is ignored, as gzip itself does.
        if window <= zlib.MAX_WBITS or data[at : at + 2] != _GZIP_MAGIC:
            return bytes(out)
    raise BrokenBodyError(f"more than {_MOST_MEMBERS} packed members one behind the other")
