"""A document as a small set of hashes: enough to recognise its copies, too little to read it.

A sketch keeps about a third of the three-word shingles (those with the lowest hashes, so that two texts keep the same
ones), roughly where each stood, and the hashes of figures and names. Written down it is a fingerprint:

    v1:<words>:<limit>:<shingles>:<figures>:<names>

Fields hold base64url numbers without separators, 8 letters a shingle, 4 a figure or name, with a point between blocks
of eight words. Inside a block they are sorted: the order of the words is gone.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watcher.errors import SeedError
from watcher.stories.copy.prepared import Prepared
from watcher.text.shingles import word_hash
from watcher.text.tokens import is_figure

VERSION = "v1"
BLOCK = 8
"""Words in a block: the coarse position that is kept."""
_FEWEST, _MOST = 24, 340
"""Shingles kept: a third of them, within these bounds. 340 make 3.2 kB of fingerprint, blocks included."""
_MOST_WORDS = 120  # figures, and names: a text in capitals has nothing but names
_SHINGLE_BITS, _WORD_BITS = 48, 24
_LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
_VALUE = {letter: value for value, letter in enumerate(_LETTERS)}


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a text. Shingles, figures and names come with the block they stood in.

    `limit` is the highest shingle hash that would have been kept: below it the sketch is complete.
    `words` holds the hashes of every word where the text is at hand, of figures and names where it is not.
    """

    size: int
    limit: int
    shingles: tuple[tuple[int, int], ...]
    figures: tuple[tuple[int, int], ...]
    names: tuple[tuple[int, int], ...]
    words: frozenset[int]


def sketch(text: Prepared, limit: int | None = None) -> Sketch:
    """Sketches a text: with the shingles below `limit`, or with as many as a fingerprint keeps."""
    hashes = [value >> (64 - _SHINGLE_BITS) for value, _ in text.shingles]
    if limit is None:
        count = max(_FEWEST, min(_MOST, round(text.size / 3)))
        limit = max(sorted(hashes)[:count], default=0)
    blocks = [int(mass // BLOCK) for mass in text.mass]
    figures, names = set(), set()
    for at, word in enumerate(text.words):
        if is_figure(word):
            figures.add((_word_mark(word), blocks[at]))
        elif text.is_name[at]:
            names.add((_word_mark(word), blocks[at]))
    return Sketch(
        size=round(text.size),
        limit=limit,
        shingles=tuple(sorted({(value, blocks[at]) for at, value in enumerate(hashes) if value <= limit})),
        figures=tuple(sorted(figures)[:_MOST_WORDS]),
        names=tuple(sorted(names)[:_MOST_WORDS]),
        words=frozenset(_word_mark(word) for word in text.vocabulary),
    )


def lowest(text: Prepared, count: int) -> tuple[int, ...]:
    """The lowest different shingle hashes of a text."""
    return tuple(sorted({value >> (64 - _SHINGLE_BITS) for value, _ in text.shingles})[:count])


def written(made: Sketch) -> str:
    """The sketch as a fingerprint: one line of ASCII without quotes or backslashes."""
    fields = (
        _blocks_written(made.shingles, _SHINGLE_BITS),
        _blocks_written(made.figures, _WORD_BITS),
        _blocks_written(made.names, _WORD_BITS),
    )
    return ":".join((VERSION, str(made.size), _number_written(made.limit, _SHINGLE_BITS), *fields))


def read(fingerprint: str) -> Sketch:
    """Reads a fingerprint; a SeedError says what is wrong with it."""
    parts = fingerprint.strip().split(":")
    if parts[0] != VERSION:
        raise SeedError(f"fingerprint of an unknown version {parts[0][:12]!r}: make it anew with `watcher seeds add`")
    try:
        _, size, limit, shingles, figures, names = parts
        figure_marks, name_marks = _blocks_read(figures, _WORD_BITS), _blocks_read(names, _WORD_BITS)
        return Sketch(
            size=int(size),
            limit=_number_read(limit, _SHINGLE_BITS),
            shingles=_blocks_read(shingles, _SHINGLE_BITS),
            figures=figure_marks,
            names=name_marks,
            words=frozenset(value for value, _ in (*figure_marks, *name_marks)),
        )
    except (ValueError, KeyError) as error:
        raise SeedError("fingerprint is damaged: make it anew with `watcher seeds add`") from error


def _word_mark(word: str) -> int:
    return word_hash(word) >> (64 - _WORD_BITS)


def _blocks_written(marks: Iterable[tuple[int, int]], bits: int) -> str:
    blocks: list[list[int]] = []
    for value, block in marks:
        while len(blocks) <= block:
            blocks.append([])
        blocks[block].append(value)
    return ".".join("".join(_number_written(value, bits) for value in sorted(values)) for values in blocks)


def _blocks_read(text: str, bits: int) -> tuple[tuple[int, int], ...]:
    letters = bits // 6
    marks: list[tuple[int, int]] = []
    for block, values in enumerate(text.split(".")):
        starts = range(0, len(values), letters)
        marks.extend((_number_read(values[start : start + letters], bits), block) for start in starts)
    return tuple(sorted(marks))


def _number_written(value: int, bits: int) -> str:
    return "".join(_LETTERS[value >> shift & 63] for shift in range(bits - 6, -1, -6))


def _number_read(text: Sequence[str], bits: int) -> int:
    if len(text) * 6 != bits:
        raise ValueError(f"expected {bits // 6} letters, found {len(text)}")
    value = 0
    for letter in text:
        value = value << 6 | _VALUE[letter]
    return value
