"""Short runs of tokens as 64-bit numbers that are the same in every process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

_MASK = (1 << 64) - 1
_ODD = 0x9E3779B97F4A7C15  # 2^64 / golden ratio: spreads sums over all bits

WORDS = 3
"""Words in a shingle. A word survives a wire editor who replaces 15 % of them in 85 cases of 100, a three-word run in
61, a five-word run in 44; with 2 % of the characters misread it is 69 and 54."""


@lru_cache(maxsize=1 << 16)
def word_hash(word: str) -> int:
    """64 bits of a word."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def shingles(words: Sequence[str], weights: Sequence[float]) -> tuple[tuple[int, int], ...]:
    """For each token the hash of the run of about three words that starts there, and where that run ends.

    Tokens at the end of the text, where no full run fits, have none: the result may be shorter than the text.
    """
    hashes = [word_hash(word) for word in words]
    found: list[tuple[int, int]] = []
    mass, end = 0.0, 0
    for start in range(len(words)):
        while mass < WORDS and end < len(words):
            mass += weights[end]
            end += 1
        if mass < WORDS:
            break
        found.append((_mix(hashes[start:end]), end))
        mass -= weights[start]  # weights are halves and quarters: the sum stays exact
    return tuple(found)


def _mix(parts: Sequence[int]) -> int:
    total = len(parts)
    for part in parts:
        total = (total * _ODD + part) & _MASK
    total ^= total >> 32
    total = (total * 0xD6E8FEB86659FD93) & _MASK
    return total ^ (total >> 32)
