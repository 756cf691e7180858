"""The one door to files wherever they lie: this machine, http(s), an object store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Place:
    """A file, by its address."""

    address: str  # a path, or http(s)://, s3://
    size: int | None = None  # bytes; None: nobody said
    stamp: str = ""  # changes when its content does, as far as whoever keeps it says so


def listed(address: str) -> tuple[Place, ...]:
    """The files at an address: one, a folder's or a glob's, in order. Raises PlaceError where there is none."""
    raise NotImplementedError(address)


def opened(address: str, first: int = 0, end: int | None = None) -> BinaryIO:
    """Bytes `first` to `end` of a file, read as they are wanted. Raises PlaceError, as every read of it may."""
    raise NotImplementedError(address, first, end)


def host_of(address: str) -> str:
    """host:port of who would be asked; empty for a file of this machine."""
    raise NotImplementedError(address)
