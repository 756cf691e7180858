"""What a model weighs: the signals' features, and the few products and bends of them that a straight line misses.

Each was kept because leaving it out lost in grouped cross-validation (`bench/train_judge.py --ablate`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from watcher.stories.facts import FEATURES
from watcher.types import Document

_LONG = 3000
"""Characters from which a text says enough: two columns of 4,000 and 40,000 are compared alike."""

TERMS = (
    *(name for name in FEATURES if name != "same_language"),  # there is a model for each of the two
    "blank",  # one of the two is a headline alone
    "both_blank",
    "short",  # ln(1 + characters of the shorter text)
    "front*hard",
    "front*back",
    "pooled^.5",
    "pooled>.15",
    "pooled>.3",
    "hard*actors_differ",
    "numbers_differ*other",  # another figure and another actor or deed: look-alike events
)
"""Of facts and texts, in the order in which `terms` gives them."""

MEANING_TERMS = (
    "whole", "titles", "texts", "crossed", "nearest", "whole>.3", "whole>.5", "whole*pooled", "whole*hard",
    "no_titles", "no_texts",
)  # fmt: skip
"""What comes behind them where both documents have vectors."""


def terms(a: Document, b: Document, facts: Mapping[str, float], meaning: Mapping[str, float] | None) -> list[float]:
    """The numbers for one pair: `TERMS`, and with meaning `MEANING_TERMS` behind them."""
    found = dict(facts)
    blanks = (not a.text) + (not b.text)
    other = max(found["actors_differ"], found["deeds_differ"])
    found |= {
        "blank": float(blanks > 0),
        "both_blank": float(blanks == 2),
        "short": math.log1p(min(len(a.text), len(b.text), _LONG)),
        "front*hard": found["front"] * found["hard"],
        "front*back": found["front"] * found["back"],
        "pooled^.5": math.sqrt(found["pooled"]),
        "pooled>.15": max(0.0, found["pooled"] - 0.15),
        "pooled>.3": max(0.0, found["pooled"] - 0.3),
        "hard*actors_differ": found["hard"] * found["actors_differ"],
        "numbers_differ*other": found["numbers_differ"] * other,
    }
    row = [found[name] for name in TERMS]
    if meaning is not None:
        row += _meaning(meaning, found)
    return row


def _meaning(likeness: Mapping[str, float], found: Mapping[str, float]) -> list[float]:
    whole, titles, texts, crossed = (likeness.get(name, 0.0) for name in ("whole", "titles", "texts", "crossed"))
    return [
        whole,
        titles,
        texts,
        crossed,
        max(whole, titles, texts, crossed),
        max(0.0, whole - 0.3),
        max(0.0, whole - 0.5),
        whole * found["pooled"],
        whole * found["hard"],
        float("titles" not in likeness),
        float("texts" not in likeness),
    ]
