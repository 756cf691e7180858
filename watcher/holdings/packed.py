"""gzip as it is met: several members, cut off, damaged in the middle. What came before the damage is read."""

from __future__ import annotations

import io
import zlib
from typing import Any, BinaryIO

from watcher.holdings.trouble import PlaceError, trouble
from watcher.types import Reason

_PIECE = 2**16


class Unpacked(io.RawIOBase):
    """What is in a gzip file, as it is wanted; a PlaceError where it cannot be read any further."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        super().__init__()
        self._file, self._name = file, name
        self._inside = zlib.decompressobj(wbits=31)
        self._waiting = b""  # packed
        self._left = b""  # unpacked, from before the damage
        self._begun = False
        self._broken: PlaceError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed wants any writable buffer
        data = b"" if self._broken is not None else self._next(len(buffer))
        if self._broken is not None and not data:
            data, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
            if not data:
                raise self._broken
        buffer[: len(data)] = data
        return len(data)

    def _next(self, most: int) -> bytes:
        while True:
            piece = self._waiting or self._file.read(_PIECE)
            if self._inside.eof:
                self._waiting = b""
                if not piece:
                    return b""
                piece = piece.lstrip(b"\0")  # some writers fill up with zeros behind the last member
                if not piece:
                    continue
                self._inside = zlib.decompressobj(wbits=31)
            if not piece:
                if self._begun:
                    self._damaged("the gzip data end too early; what there is was read")
                return b""
            self._begun = True
            if data := self._unpack(piece, most):
                return data
            if self._broken is not None:
                return b""

    def _unpack(self, piece: bytes, most: int) -> bytes:
        before = self._inside.copy()
        try:
            data = self._inside.decompress(piece, most)
        except zlib.error:
            self._damaged("damaged gzip data; what is before the damage was read")
            self._left = _until_damage(before, piece)
            return b""
        self._waiting = self._inside.unconsumed_tail or self._inside.unused_data
        return data

    def _damaged(self, text: str) -> None:
        self._broken = PlaceError(trouble(Reason.INCOMPLETE, f"{self._name}: {text}"))

    def close(self) -> None:
        self._file.close()
        super().close()


def _until_damage(inside: Any, piece: bytes) -> bytes:
    """What can be had of a piece that cannot be unpacked to its end."""
    found = bytearray()
    try:
        for place in range(len(piece)):
            found += inside.decompress(piece[place : place + 1])
    except zlib.error:
        pass
    return bytes(found)
