"""A small calibrated model: one straight line for each of eight kinds of pairs, read from a file that people can read.

Pairs in one language and across two are told apart (a shared Chinese word says less than a shared Portuguese one when
both texts are Chinese), and so are pairs with vectors and without: what facts are worth changes when meaning stands
beside them. And so are two texts on the program's subject from all others: among articles on AI chips all are like each
other in meaning and share their names, and titles decide; in other news meaning nearly decides alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from watcher.stories.verdict.terms import MEANING_TERMS, TERMS

FILE = Path(__file__).with_name("weights.json")
FORMAT = 1
ONE, TWO = "one language", "two languages"
OTHER_ONE, OTHER_TWO = "other subjects, one language", "other subjects, two languages"
KINDS = (ONE, TWO, OTHER_ONE, OTHER_TWO)
FACTS, MEANING = "facts", "facts and meaning"
_FORMS: Mapping[str, tuple[str, ...]] = {FACTS: TERMS, MEANING: (*TERMS, *MEANING_TERMS)}
_STEEPEST = 30.0  # beyond, e^x says nothing more


@dataclass(frozen=True, slots=True)
class Linear:
    """A logistic regression: the chance is that of `bias` + the weighted terms."""

    bias: float
    weights: tuple[float, ...]

    def chance(self, row: Sequence[float]) -> float:
        """0 to 1. ValueError for a row of another length than the weights."""
        total = self.bias + sum(weight * term for weight, term in zip(self.weights, row, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-_STEEPEST, min(_STEEPEST, total))))


@dataclass(frozen=True, slots=True)
class Weighed:
    """The chance that two documents tell the same news, and from which on it counts, by how carefully is asked."""

    chance: float
    cuts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Model:
    """All eight, and the cuts: from which chance on a pair counts as the same news, by form and how carefully.

    By facts alone it takes more on the subject: two that meet because they share a key are one story more often than
    not, which their chance says; and of those that are none, many meet.
    """

    lines: Mapping[tuple[str, str], Linear]  # by form and kind of pair
    cuts: Mapping[str, Mapping[str, float]]
    stamp: str  # the hash of the data that made it

    def weigh(self, row: Sequence[float], *, is_one_language: bool, is_on_subject: bool) -> Weighed:
        """What a row of `terms` says; its length tells whether meaning is among it."""
        form = FACTS if len(row) == len(TERMS) else MEANING
        kind = (ONE if is_one_language else TWO) if is_on_subject else (OTHER_ONE if is_one_language else OTHER_TWO)
        cuts = self.cuts[FACTS if form == FACTS and is_on_subject else MEANING]
        return Weighed(self.lines[form, kind].chance(row), cuts)

    def dumps(self, made_by: Mapping[str, Any]) -> str:
        """The file: JSON, a line for each term."""
        forms: dict[str, dict[str, Any]] = {}
        for (form, kind), line in self.lines.items():
            named = {name: round(weight, 4) for name, weight in zip(_FORMS[form], line.weights, strict=True)}
            forms.setdefault(form, {})[kind] = {"bias": round(line.bias, 4), "weights": named}
        whole = {
            "format": FORMAT,
            "made_by": dict(made_by),
            "cuts": {form: dict(cuts) for form, cuts in self.cuts.items()},
            "forms": forms,
        }
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def load(text: str) -> Model:
    """The model that `dumps` wrote. ValueError for anything else, also for terms that this program does not know."""
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']}, this program reads {FORMAT}")
        lines = {
            (form, kind): _line(data["forms"][form][kind], names) for form, names in _FORMS.items() for kind in KINDS
        }
        cuts = {form: {str(name): float(cut) for name, cut in data["cuts"][form].items()} for form in _FORMS}
        return Model(lines, cuts, str(data["made_by"]["sha256_of_data"]))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"not a judge's weights: {error}") from error


def _line(held: Mapping[str, Any], names: Sequence[str]) -> Linear:
    weights = {str(name): float(weight) for name, weight in held["weights"].items()}
    if unknown := set(weights) - set(names):
        raise ValueError(f"unknown terms {', '.join(sorted(unknown))}")
    return Linear(float(held["bias"]), tuple(weights.get(name, 0.0) for name in names))


@cache
def shipped() -> Model:
    """The model that comes with the program."""
    return load(FILE.read_text("utf-8"))
