"""Makes `watcher/stories/facts/weights.json`: how the features of two documents' facts become one score.

    python bench/facts_weights.py FOLDER [labelled.jsonl ...]

Two logistic regressions, for pairs in one language and in two. Of each set the pairs of one story and of two count half
each, and every set counts alike, so that no large set drowns the others. Of labelled files only rows with `part` = tune
(or without a part) are read. Say which labelled file was used: its hash goes into the file.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import facts as bench  # the neighbour: the sets and their labels
import numpy as np

from watcher.stories.facts import compare, comparison, extract
from watcher.stories.facts.comparison import FEATURES

Array = np.ndarray[Any, Any]
Measured = tuple[Array, Array, Array]
_DECAY = 1e-3
_FEWEST = 20  # pairs of one story a set must have
_KEPT = 0.25  # of the pairs of two stories, where there are more than a hundred thousand
_MANY = 100_000


def main(folder: Path, further: list[Path]) -> None:
    """Reads the sets, fits twice, writes."""
    target = Path(comparison.__file__).with_name("weights.json")
    nothing = {"bias": 0.0, "weights": dict.fromkeys(FEATURES, 0.0)}  # features do not depend on the weights
    target.write_text(json.dumps(dict.fromkeys(("one language", "two languages"), nothing)), "utf-8")
    named = [(name, measured(name, rows, gold)) for name, rows, gold in bench.sets(folder, further)]
    sets = [data for _, data in named]
    held_out([name for name, _ in named], sets)
    made = {name: written(*fit(sets, is_one)) for name, is_one in (("one language", True), ("two languages", False))}
    digest = hashlib.sha256()
    for path in [*(folder / name for name in bench.FILES), *further]:
        digest.update(path.read_bytes())
    made["made_by"] = {"script": "bench/facts_weights.py", "sha256_of_data": digest.hexdigest()}
    target.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    print(f"{target.name}: {sum(len(labels) for _, labels, _ in sets)} pairs of {len(sets)} sets")


def measured(name: str, rows: list[bench.Row], gold: bench.Gold) -> Measured:
    """Features, labels, and which pairs are of one language."""
    chance = np.random.default_rng(5)
    found = [extract(bench.document(row)) for row in rows]
    labelled = [
        (one, other, is_same)
        for one in range(len(rows))
        for other in range(one)
        if (is_same := gold(rows[one], rows[other])) is not None
    ]
    if len(labelled) > _MANY:
        labelled = [row for row in labelled if row[2] or chance.random() < _KEPT]
    print(f"{name}: {len(labelled)} pairs")
    features = np.array([compare(found[one], found[other]).features for one, other, _ in labelled])
    labels = np.array([is_same for _, _, is_same in labelled])
    return features, labels, features[:, FEATURES.index("same_language")] == 1.0


def fit(sets: Sequence[Measured], is_one_language: bool) -> tuple[Array, float]:
    """One regression over all sets: slopes and bias. A feature whose slope has the wrong sign is left out."""
    parts = [(x[own == is_one_language], y[own == is_one_language]) for x, y, own in sets]
    parts = [(x, y) for x, y in parts if y.any() and not y.all() and y.sum() >= _FEWEST]
    features = np.vstack([x for x, _ in parts])
    labels = np.concatenate([y for _, y in parts]).astype(float)
    weights = np.concatenate([np.where(y, 0.5 / y.sum(), 0.5 / (~y).sum()) for _, y in parts]) / len(parts)
    signs = np.array([-1.0 if name.endswith("_differ") else 1.0 for name in FEATURES])
    used = features.std(0) > 0
    while True:
        slopes = np.zeros(len(FEATURES))
        slopes[used], bias = solve(features[:, used], labels, weights)
        wrong = slopes * signs < 0
        if not wrong.any():
            return slopes, bias
        used &= ~wrong


def solve(features: Array, labels: Array, weights: Array) -> tuple[Array, float]:
    """Weighted logistic regression with a little decay, by Newton's method."""
    centre, spread = features.mean(0), features.std(0) + 1e-9
    scaled = np.hstack([(features - centre) / spread, np.ones((len(features), 1))])
    decay = np.diag([2 * _DECAY] * features.shape[1] + [0.0])
    solution = np.zeros(scaled.shape[1])
    for _ in range(40):
        chance = 1 / (1 + np.exp(-np.clip(scaled @ solution, -30, 30)))
        slope = scaled.T @ (weights * (chance - labels)) + decay @ solution
        curve = (scaled * (weights * np.maximum(chance * (1 - chance), 1e-6))[:, None]).T @ scaled + decay
        solution -= np.linalg.solve(curve, slope)
    slopes = solution[:-1] / spread
    return slopes, float(solution[-1] - centre @ slopes)


def written(slopes: Array, bias: float) -> dict[str, Any]:
    """One model as the file holds it."""
    return {"bias": round(bias, 4), "weights": {n: round(float(s), 4) for n, s in zip(FEATURES, slopes, strict=True)}}


def held_out(names: Sequence[str], sets: Sequence[Measured]) -> None:
    """Each set scored by weights learned from the others alone."""
    for place, name in enumerate(names):
        for title, is_one in (("across languages", False), ("one language", True)):
            features, labels, own = sets[place]
            chosen = own == is_one
            if labels[chosen].sum() < _FEWEST or labels[chosen].all():
                continue
            slopes, bias = fit([row for at, row in enumerate(sets) if at != place], is_one)
            scores = features[chosen] @ slopes + bias
            found = [
                bench.Pair(bool(y), float(s), False, is_one, False) for y, s in zip(labels[chosen], scores, strict=True)
            ]
            bench.report(f"held out: {name}, {title}", found)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
