"""How rare a fact is: learned for what is said of many stories, by its kind for what is not.

Weights are natural logarithms: about how many stories there are to one that holds the fact. The learned table is made
by `bench/facts_rarity.py`; facts of the program's own subject (Nvidia, GPU, R1) have theirs in `common.toml`, because
no learned table is as full of them as the news this program reads.
"""

from __future__ import annotations

import struct
import tomllib
from array import array
from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path

_TABLE = Path(__file__).with_name("rarity.bin")
_COMMON = Path(__file__).with_name("common.toml")
_MAGIC = b"facts-rarity-1\n"

UNSEEN: Mapping[str, float] = {
    "number": 3.0, "model": 4.5, "name": 4.6, "entity": 3.2, "date": 3.0, "action": 1.6, "quote": 5.0, "sound": 3.6,
    "word": 3.9,
}  # fmt: skip
"""Rarity of a fact of which nothing was learned, by its kind."""
_STEP = 20.0  # a weight is kept as a byte, in twentieths


def fact_hash(key: str) -> int:
    """32 bits of a key, the same in every process."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "big")


def written(weights: Mapping[str, float], made_of: str) -> bytes:
    """The table as a file: a line of what made it, then hashes in order, then weights."""
    rows = sorted({fact_hash(key): max(1, min(255, round(weight * _STEP))) for key, weight in weights.items()}.items())
    hashes = struct.pack(f">{len(rows)}I", *(value for value, _ in rows))
    return _MAGIC + made_of.encode() + b"\n" + struct.pack(">I", len(rows)) + hashes + bytes(w for _, w in rows)


@cache
def learned() -> Mapping[int, float]:
    """Weights by hash; empty where the table is missing."""
    if not _TABLE.exists():
        return {}
    content = _TABLE.read_bytes()
    if not content.startswith(_MAGIC):
        raise ValueError(
            f"{_TABLE.name} is of another version than the program: make it anew with bench/facts_rarity.py"
        )
    start = content.index(b"\n", len(_MAGIC)) + 1
    (count,) = struct.unpack_from(">I", content, start)
    hashes = struct.unpack_from(f">{count}I", content, start + 4)
    weights = array("B", content[start + 4 + 4 * count :])
    return {value: weight / _STEP for value, weight in zip(hashes, weights, strict=True)}


@cache
def common() -> Mapping[str, float]:
    """What the subject's own news says all the time, by key."""
    table = tomllib.loads(_COMMON.read_text("utf-8"))
    return {key: float(weight) for weight, keys in table["weights"].items() for key in keys.split()}


@cache
def subject() -> frozenset[str]:
    """Keys that a text about the program's subject holds."""
    return frozenset(tomllib.loads(_COMMON.read_text("utf-8"))["subject"]["keys"].split())


@lru_cache(maxsize=1 << 15)
def weight(key: str, kind: str) -> float:
    """The rarity of a fact."""
    if (fixed := common().get(key)) is not None:
        return fixed
    known = learned().get(fact_hash(key))
    return UNSEEN[kind] if known is None else known


@lru_cache(maxsize=1 << 14)
def is_common(key: str) -> bool:
    """True for what several stories say."""
    return fact_hash(key) in learned()
