"""What a server answered, as a crawler kept it: headers, and a body that is chunked and packed, or falsely said so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol

Headers = tuple[tuple[str, str], ...]

_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})")
_LONGEST_HEAD = 64 << 10
_LONGEST_CHAIN = 3  # encodings on top of each other; two have been seen in the wild, by mistake
_PIECE = 1 << 16
_OK = 200
_LONGEST_NUMBER = 19  # digits
_PAGE_END = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_PAGE_TYPES = re.compile(r"html|text/plain|octet-stream|xml|^$", re.IGNORECASE)
_TAG = re.compile(rb"<(?:!doctype|html|head|body|article|main|section|div|p|h1|table|meta|title)[\s>/]", re.IGNORECASE)


class Reader(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


Unpackers = Mapping[str, Callable[[bytes], Reader]]
"""What undoes each encoding that a body may have, by its name in the headers."""


def answer(block: bytes) -> tuple[int, Headers, bytes]:
    """Status, headers and what follows them. A block that is no answer of HTTP is a body without headers."""
    status = _STATUS.match(block)
    if status is None:
        return 200, (), block
    end = _END.search(block, 0, _LONGEST_HEAD)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    return int(status[1]), _headers(head), body


def _headers(head: bytes) -> Headers:
    found: list[tuple[str, str]] = []
    for line in head.decode("latin-1").splitlines()[1:]:
        name, colon, value = line.partition(":")
        if line[:1] in " \t" and found:  # a header's second line
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        elif colon:
            found.append((name.strip(), value.strip()))
    return tuple(found)


def header(headers: Headers, name: str) -> str:
    """The first value of a header, its name in small letters; empty when there is none."""
    return next((value for key, value in headers if key.lower() == name), "")


def is_no_answer(block: bytes, headers: Headers) -> bool:
    """True for what should be an answer of HTTP and does not begin like one, nor like a page without its headers."""
    return bool(block) and not headers and _STATUS.match(block) is None and not block.lstrip().startswith(b"<")


def is_cut(status: int, headers: Headers, body: bytes) -> bool:
    """True for a page that is shorter than its headers say, and whose end is missing. Crawlers that unpack a body leave
    the headers: what is packed no more is longer, or ends as a page does.
    """
    length = header(headers, "content-length")
    if status != _OK or not (length.isdecimal() and len(length) < _LONGEST_NUMBER) or len(body) >= int(length):
        return False
    return bool(_TAG.search(body, 0, 1 << 16)) and _PAGE_END.search(body[-4096:]) is None


def decoded(body: bytes, headers: Headers, most: int, unpackers: Unpackers) -> bytes | None:
    """The body without chunks and encodings, as far as its headers say the truth: many crawlers take them off and leave
    the headers. None where it is longer than `most`.
    """
    if "chunked" in header(headers, "transfer-encoding").lower():
        body = _through("chunked", body, most, unpackers)
    layers = [layer for part in header(headers, "content-encoding").split(",") if (layer := part.strip().lower())]
    for layer in reversed(layers[:_LONGEST_CHAIN]):
        body = _through(layer, body, most, unpackers)
    return None if len(body) > most else body


def _through(layer: str, body: bytes, most: int, unpackers: Unpackers) -> bytes:
    """What a reader of one layer makes of a body: as it is where that is not packed so, its beginning where damaged."""
    opened = unpackers.get(layer)
    if opened is None or (layer.endswith("gzip") and body[:2] != b"\x1f\x8b"):
        return body
    found = bytearray()
    try:
        reader = opened(body)
        while len(found) <= most and (piece := reader.read(min(_PIECE, most + 1 - len(found)))):
            found += piece
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # noqa: BLE001 - the boundary: fastwarc raises OSError, and may panic, which is no Exception
        return bytes(found) or body
    return bytes(found) or body


def is_page(body: bytes, headers: Headers) -> bool:
    """True for what may be a page: by its bytes, and by its type where that is plainly something else."""
    kind = header(headers, "content-type").partition(";")[0].strip()
    if not _PAGE_TYPES.search(kind):
        return False
    if b"\0" in body[:64]:  # UTF-16 without a byte order mark
        return _TAG.search(body[: 1 << 16].replace(b"\0", b"")) is not None
    return body[:2] in (b"\xff\xfe", b"\xfe\xff") or _TAG.search(body, 0, 1 << 16) is not None
