"""How much of one text is in another: coverage in both directions, and what speaks against the same text.

A cut, a page wrapped around a story, two stories on one page: in each the smaller text lies in the larger, so the
larger of the two coverages counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.stories.copy.align import Aligned, align
from watcher.stories.copy.coverage import CORE, ENOUGH, SMALLEST, SMALLEST_SHARE, is_quoted, weighed
from watcher.stories.copy.differences import Differences, differences
from watcher.stories.copy.prepared import Prepared

_FULL_AGREEMENT = 0.7
"""A passage whose words agree to this share counts whole: that is wire editing and misreading together."""

_AT_TOP = 4.0  # words: a page's name, a date


@dataclass(frozen=True, slots=True)
class Measured:
    """The sameness of two texts (0 to 1), the passages shared and what differs inside them."""

    value: float
    passages: tuple[Aligned, ...] = ()
    differing: Differences | None = None


def measure(a: Prepared, b: Prepared) -> Measured:
    """Measures the sameness of two texts; the order does not matter."""
    if (len(b.words), b.words) < (len(a.words), a.words):
        swapped = _measure(b, a)
        return Measured(swapped.value, tuple(passage.turned() for passage in swapped.passages), swapped.differing)
    return _measure(a, b)


def _measure(a: Prepared, b: Prepared) -> Measured:
    if min(a.size, b.size) < SMALLEST or a.places.keys().isdisjoint(b.places.keys()):
        return Measured(0.0)
    passages = align(a, b)
    if a.words == b.words:  # also a text that only repeats itself, where no passage can be laid without overlap
        return Measured(1.0, passages)
    if not passages:
        return Measured(0.0)
    in_a = _covered(a, [(p.a_start, p.a_end, p.agreement) for p in passages])
    in_b = _covered(b, [(p.b_start, p.b_end, p.agreement) for p in passages])
    value = max(weighed(in_a), weighed(in_b))
    shared = sum(a.between(i, i + 1) for passage in passages for i, _ in passage.equal)
    differing = differences(a, b, passages)
    if shared < SMALLEST or (shared < ENOUGH and shared < SMALLEST_SHARE * max(a.size, b.size)):
        value = min(value, 0.3)
    elif differing.is_template or _frames(a, b, passages) or is_quoted(in_a, in_b):
        value = min(value, 0.5)
    return Measured(value, passages, differing)


def _covered(text: Prepared, spans: Sequence[tuple[int, int, float]]) -> list[tuple[float, float, float]]:
    return [
        (text.mass[start] / text.size, text.mass[end] / text.size, min(1.0, agreement / _FULL_AGREEMENT))
        for start, end, agreement in spans
    ]


def _frames(a: Prepared, b: Prepared, passages: Sequence[Aligned]) -> bool:
    """True when what is shared stands around, or at the top of, a core that is another story in each text.

    Two stories with the same unknown banner above them share the top of the page; so do a story and its beginning cut
    off and put into a page, but there the page has something of its own above it.
    """
    far_a, far_b = passages[0].a_start, passages[0].b_start
    is_from_top = a.is_top and b.is_top and max(a.mass[far_a], b.mass[far_b]) <= _AT_TOP
    for passage in passages:
        if passage.b_start >= far_b and _is_core(a, b, (far_a, passage.a_start), (far_b, passage.b_start)):
            return True
        far_a, far_b = max(far_a, passage.a_end), max(far_b, passage.b_end)
    return is_from_top and _is_core(a, b, (far_a, len(a.words)), (far_b, len(b.words)))


def _is_core(a: Prepared, b: Prepared, in_a: tuple[int, int], in_b: tuple[int, int]) -> bool:
    return a.between(*in_a) > CORE * a.size and b.between(*in_b) > CORE * b.size
