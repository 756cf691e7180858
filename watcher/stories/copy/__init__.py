"""Signal: is it the same text? Republished, edited, cut, wrapped in a page, misread, two on one page - in any script.

Keys are a few of the lowest shingle hashes. The score follows shared passages through both texts (`measure`), or
compares sketches where one of the two is known by its fingerprint alone (`likeness`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from watcher.stories.copy.coverage import CUT
from watcher.stories.copy.likeness import likeness
from watcher.stories.copy.measure import measure
from watcher.stories.copy.prepared import Prepared, prepare
from watcher.stories.copy.sketch import BLOCK, Sketch, lowest, read, sketch, written
from watcher.stories.signal import Score
from watcher.types import Document, Key, Passage

__all__ = ["CUT", "CopySignal", "fingerprint"]

_FEWEST_KEYS, _MOST_KEYS = 32, 64
_WORDS_PER_KEY = 10
"""A text of 60 words and one of 320 both get 32 keys, a long page up to 64: enough that a brief of 60 words, edited and
misread, shares at least one with a page that carries it below another article."""


class CopySignal:
    """The same text, whatever was done to it."""

    name = "copy"
    version = 1

    def keys(self, document: Document) -> tuple[Key, ...]:
        """A few shingle hashes; none for a text too short to be told from others."""
        if document.fingerprint:
            made = _read(document.fingerprint)
            values = tuple(sorted({value for value, _ in made.shingles})[: _key_count(made.size)])
        else:
            text = prepare(document.text)
            values = lowest(text, _key_count(text.size))
        return tuple(Key(self.name, self.version, value) for value in values)

    def score(self, a: Document, b: Document) -> Score:
        """Symmetric; 1 for a text and itself. Passages lie in the text of `a`: none where it is not at hand."""
        if a.fingerprint or b.fingerprint:
            return _by_sketch(a, b)
        ours = prepare(a.text)
        measured = measure(ours, prepare(b.text))
        return Score(
            value=measured.value,
            conflicts=measured.differing.facts if measured.differing else (),
            passages=_joined((ours.starts[p.a_start], ours.ends[p.a_end - 1]) for p in measured.passages),
        )


def fingerprint(text: str) -> str:
    """A document's fingerprint: by it its copies are recognised without its text. One line of ASCII, below 4 kB."""
    return written(sketch(prepare(text)))


def _key_count(size: float) -> int:
    return max(_FEWEST_KEYS, min(_MOST_KEYS, int(size / _WORDS_PER_KEY)))


def _by_sketch(a: Document, b: Document) -> Score:
    known = [_read(document.fingerprint) for document in (a, b) if document.fingerprint]
    limit = min(made.limit for made in known)
    ours, theirs = _sketch_of(a, limit), _sketch_of(b, limit)
    compared = likeness(ours, theirs)
    passages = () if a.fingerprint else _places(prepare(a.text), compared.blocks)
    return Score(value=compared.value, passages=passages)


def _sketch_of(document: Document, limit: int) -> Sketch:
    return _read(document.fingerprint) if document.fingerprint else _sketched(document.text, limit)


@lru_cache(maxsize=16)
def _sketched(text: str, limit: int) -> Sketch:
    """A document meets every known one in a row: it is sketched once for all that were sketched as finely."""
    return sketch(prepare(text), limit)


@lru_cache(maxsize=256)
def _read(written_down: str) -> Sketch:
    return read(written_down)


def _places(text: Prepared, blocks: Iterable[int]) -> tuple[Passage, ...]:
    spans = []
    for block in blocks:
        first = bisect_left(text.mass, block * BLOCK)
        last = min(bisect_left(text.mass, (block + 1) * BLOCK), len(text.words))
        if first < last:
            spans.append((text.starts[first], text.ends[last - 1]))
    return _joined(spans)


def _joined(spans: Iterable[tuple[int, int]]) -> tuple[Passage, ...]:
    """Passages in order; those with nothing but a few characters between them become one."""
    joined: list[Passage] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1].end <= 2:
            joined[-1] = Passage(joined[-1].start, max(end, joined[-1].end))
        else:
            joined.append(Passage(start, end))
    return tuple(joined)
