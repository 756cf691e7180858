"""The text of a sitemap: unpacked where it is packed, by its bytes and not by its name."""

from __future__ import annotations

import zlib

from watcher.errors import ReadError
from watcher.sources.charset import decode

MOST_BYTES = 50 * 2**20  # unpacked: the protocol's bound (sitemaps.org); one larger is read up to there
_MAGIC = b"\x1f\x8b"
_MOST_LAYERS = 2  # packed by the site and once more by its server
_PIECE = 1 << 20


def text_of(body: bytes, content_type: str | None) -> tuple[str, bool]:
    """The text, and whether it is whole. Raises ReadError where packed bytes give nothing at all."""
    whole = True
    for _ in range(_MOST_LAYERS):
        if body[:2] != _MAGIC:
            break
        body, complete = _unpacked(body)
        whole = whole and complete
    if body[:2] == _MAGIC:
        raise ReadError("packed within packed: not a sitemap")
    return decode(body, content_type), whole


def _unpacked(packed: bytes) -> tuple[bytes, bool]:
    """What gzip's bytes hold, up to the bound; cut-off or damaged ones give what comes before."""
    pieces: list[bytes] = []
    size = 0
    unpacker = zlib.decompressobj(wbits=31)
    rest = packed
    try:
        while rest and size < MOST_BYTES:
            piece = unpacker.decompress(rest, min(_PIECE, MOST_BYTES - size))
            pieces.append(piece)
            size += len(piece)
            rest = unpacker.unconsumed_tail
            if unpacker.eof:
                rest = unpacker.unused_data if unpacker.unused_data[:2] == _MAGIC else b""
                unpacker = zlib.decompressobj(wbits=31) if rest else unpacker
            elif not piece and not rest:
                break
    except zlib.error as error:
        if not size:
            raise ReadError(f"starts like gzip and is none: {error}") from error
        return b"".join(pieces), False
    if not size:
        raise ReadError("gzip that holds nothing")
    # At the bound nothing is missing that asking again would bring.
    return b"".join(pieces), unpacker.eof or size >= MOST_BYTES
