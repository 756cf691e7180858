"""Where two texts say the same in the same words: passages, tolerant of small edits and of another order.

Shared shingles are joined into exact runs, the longest runs are laid first so that no token counts twice, and runs
that follow each other in both texts are joined across small gaps: an exchanged word, a misread one, a phrase put in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from watcher.stories.copy.prepared import Prepared
from watcher.text.tokens import is_figure

GAP = 9.0
"""Words that may lie between two runs of one passage, in either text: a clause put in, not a sentence."""
_FIELD, _FIELDS = 3.0, 8.0
"""Words of a field with nothing the same in it, and of a few with a word between them."""
_SENTENCE = 24.0
"""Words two stretches between passages may have and still be one sentence with other fields."""
_SMALLEST = 6.0
"""Words a passage has in common at least; less is a stock phrase."""
_CELLS = 900
"""A gap is compared word by word up to this many pairs of words (30 x 30)."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Tokens between two runs that are not the same: `a[a_start:a_end]` stands where `b[b_start:b_end]` does."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int


@dataclass(frozen=True, slots=True)
class Aligned:
    """A passage: its span in both texts, the pairs of equal tokens, what differs inside, and how much is the same."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int
    equal: tuple[tuple[int, int], ...]
    gaps: tuple[Gap, ...]
    agreement: float  # equal words / words of the longer side

    def turned(self) -> Aligned:
        """The same passage seen from the other text. What differs inside is left out."""
        pairs = tuple((j, i) for i, j in self.equal)
        return Aligned(self.b_start, self.b_end, self.a_start, self.a_end, pairs, (), self.agreement)


@dataclass(slots=True)
class _Run:
    a: int
    b: int
    length: int


def align(a: Prepared, b: Prepared) -> tuple[Aligned, ...]:
    """Shared passages in the order of `a`; no token of either text belongs to two."""
    chains = _chains(a, b, _tiles(a, b, _runs(a, b)))
    passages = [_passage(a, b, chain) for chain in chains]
    smallest = min(_SMALLEST, 0.6 * min(a.size, b.size))
    return tuple(passage for passage in passages if _equal_mass(a, passage) >= smallest)


def _equal_mass(a: Prepared, passage: Aligned) -> float:
    return sum(a.between(i, i + 1) for i, _ in passage.equal)


def _runs(a: Prepared, b: Prepared) -> list[_Run]:
    """Exact runs: shared shingles joined along their diagonal."""
    open_runs: dict[int, _Run] = {}
    runs: list[_Run] = []
    for i, (value, end) in enumerate(a.shingles):
        for j in b.places.get(value, ()):
            run = open_runs.get(i - j)
            if run is not None and run.a + run.length >= i:
                run.length = end - run.a
            else:
                run = _Run(i, j, end - i)
                open_runs[i - j] = run
                runs.append(run)
    return runs


def _tiles(a: Prepared, b: Prepared, runs: list[_Run]) -> list[_Run]:
    """Runs that overlap nowhere, the longest laid first; what overlaps is trimmed."""
    runs.sort(key=lambda run: (-a.between(run.a, run.a + run.length), run.a, run.b))
    used_a, used_b = bytearray(len(a.words)), bytearray(len(b.words))
    tiles = []
    for run in runs:
        start, end = 0, run.length
        while start < end and (used_a[run.a + start] or used_b[run.b + start]):
            start += 1
        while end > start and (used_a[run.a + end - 1] or used_b[run.b + end - 1]):
            end -= 1
        length = end - start
        tile = _Run(run.a + start, run.b + start, length)
        if length <= 0 or any(used_a[tile.a : tile.a + length]) or any(used_b[tile.b : tile.b + length]):
            continue
        used_a[tile.a : tile.a + length] = b"\x01" * length
        used_b[tile.b : tile.b + length] = b"\x01" * length
        tiles.append(tile)
    return sorted(tiles, key=lambda tile: tile.a)


def _chains(a: Prepared, b: Prepared, tiles: Sequence[_Run]) -> list[list[_Run]]:
    """Runs that follow each other closely in both texts."""
    chains: list[list[_Run]] = []
    for tile in tiles:
        for chain in chains[-4:][::-1]:
            last = chain[-1]
            a_from, b_from = last.a + last.length, last.b + last.length
            follows = tile.a >= a_from and tile.b >= b_from
            if follows and a.between(a_from, tile.a) <= GAP and b.between(b_from, tile.b) <= GAP:
                chain.append(tile)
                break
        else:
            chains.append([tile])
    return chains


def _passage(a: Prepared, b: Prepared, chain: Sequence[_Run]) -> Aligned:
    equal: list[tuple[int, int]] = []
    gaps: list[Gap] = []
    for position, run in enumerate(chain):
        if position:
            before = chain[position - 1]
            found, left = _inside(a, b, Gap(before.a + before.length, run.a, before.b + before.length, run.b))
            equal += found
            gaps += left
        equal += [(run.a + step, run.b + step) for step in range(run.length)]
    first, last = chain[0], chain[-1]
    a_end, b_end = last.a + last.length, last.b + last.length
    longer = max(a.between(first.a, a_end), b.between(first.b, b_end))
    same = sum(a.between(i, i + 1) for i, _ in equal)
    return Aligned(first.a, a_end, first.b, b_end, tuple(equal), tuple(gaps), same / longer)


def between(
    a: Prepared, b: Prepared, passages: Sequence[Aligned]
) -> tuple[tuple[Gap, ...], tuple[tuple[int, int], ...]]:
    """What differs, and what is the same, where two short stretches stand around and between the same passages.

    A form begins and ends with its fields, and two fields close together leave no shingle between them.
    """
    edges = [(0, 0), *((p.a_end, p.b_end) for p in passages)]
    starts = [*((p.a_start, p.b_start) for p in passages), (len(a.words), len(b.words))]
    gaps: list[Gap] = []
    equal: list[tuple[int, int]] = []
    for (a_from, b_from), (a_to, b_to) in zip(edges, starts, strict=True):
        if a_from >= a_to or b_from >= b_to or max(a.between(a_from, a_to), b.between(b_from, b_to)) > _SENTENCE:
            continue
        found, left = _inside(a, b, Gap(a_from, a_to, b_from, b_to))
        longer = max(a.between(a_from, a_to), b.between(b_from, b_to))
        alike = sum(a.between(i, i + 1) for i, _ in found)
        if longer <= _FIELD or 3 * alike >= longer or (alike and longer <= _FIELDS):
            equal += found
            gaps += left
    return tuple(gaps), tuple(equal)


def _inside(a: Prepared, b: Prepared, gap: Gap) -> tuple[list[tuple[int, int]], list[Gap]]:
    """Pairs of equal or misread tokens within a gap (longest common subsequence), and the smaller gaps that remain."""
    rows, columns = gap.a_end - gap.a_start, gap.b_end - gap.b_start
    if not rows or not columns or rows * columns > _CELLS:
        return [], [gap] if rows or columns else []
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            if is_near(a.words[gap.a_start + i], b.words[gap.b_start + j]):
                best[i][j] = best[i + 1][j + 1] + 1
            else:
                best[i][j] = max(best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < rows and j < columns and best[i][j]:
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((gap.a_start + i, gap.b_start + j))
            i, j = i + 1, j + 1
    return pairs, _remaining(gap, pairs)


def _remaining(gap: Gap, pairs: Sequence[tuple[int, int]]) -> list[Gap]:
    edges = [(gap.a_start - 1, gap.b_start - 1), *pairs, (gap.a_end, gap.b_end)]
    between = [Gap(i + 1, k, j + 1, m) for (i, j), (k, m) in pairwise(edges)]
    return [left for left in between if left.a_start < left.a_end or left.b_start < left.b_end]


def is_near(x: str, y: str) -> bool:
    """True for equal words, and for words of four letters and more of which one in four was misread at most.

    Figures are near only when they are equal: 18,432 is not a misread 18,437.
    """
    if x == y:
        return True
    shorter, longer = min(len(x), len(y)), max(len(x), len(y))
    if shorter < 4 or longer - shorter > 1 or is_figure(x) or is_figure(y):
        return False
    return longer - in_common(x, y) <= max(1, shorter // 4)


def in_common(x: str, y: str) -> int:
    """How many letters two words share at their two ends."""
    shorter = min(len(x), len(y))
    head = 0
    while head < shorter and x[head] == y[head]:
        head += 1
    tail = 0
    while tail < shorter - head and x[-1 - tail] == y[-1 - tail]:
        tail += 1
    return head + tail
