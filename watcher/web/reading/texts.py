"""An article's text as a page shows it: paragraphs of plain pieces, some of which stand in another text too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.render.clean import clean
from watcher.types import Passage


class Verbatim(str):
    """Text that is clean already, and whose spaces at its ends count."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `marked`: it stands in the other text too."""

    text: str
    marked: bool = False


Paragraph = tuple[Piece, ...]


def paragraphs(text: str, passages: Sequence[Passage] = (), most: int = 1_000_000) -> tuple[Paragraph, ...]:
    """The first `most` characters of a text, ended at a line, with the passages marked. Offsets lie in the text."""
    found: list[Paragraph] = []
    start = 0
    for line in text.splitlines(keepends=True):
        if start and start + len(line) > most:
            break
        pieces = _pieces(text, start, start + min(len(line.rstrip()), most), passages)
        if any(piece.text.strip() for piece in pieces):
            found.append(pieces)
        start += len(line)
    return tuple(found)


def excerpt(text: str, passages: Sequence[Passage]) -> Paragraph:
    """One line with its passages marked."""
    return _pieces(text, 0, len(text), passages)


def _pieces(text: str, start: int, end: int, passages: Sequence[Passage]) -> Paragraph:
    """The text between two offsets, cut where a passage begins or ends."""
    inside = [(max(each.start, start), min(each.end, end)) for each in passages]
    pieces: list[Piece] = []
    at = start
    for first, last in sorted(span for span in inside if span[0] < span[1]):
        if first > at:
            pieces.append(_piece(text[at:first], marked=False))
        if last > (first := max(first, at)):
            pieces.append(_piece(text[first:last], marked=True))
            at = last
    if at < end:
        pieces.append(_piece(text[at:end], marked=False))
    return tuple(piece for piece in pieces if piece.text)


def _piece(text: str, *, marked: bool) -> Piece:
    """Cleaned, but for the one space that parts it from its neighbour."""
    inner = clean(text)
    before = " " if text[:1].isspace() else ""
    after = " " if inner and text[-1:].isspace() else ""
    return Piece(Verbatim(f"{before}{inner}{after}"), marked)
