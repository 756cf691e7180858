"""Makes `watcher/stories/verdict/weights.json`: how the judge weighs what the signals see.

    python bench/train_judge.py DATA_FOLDER [--known FOLDER ...] [--vectors FILE] [--figures-only]

Eight logistic regressions: pairs in one language and across two, on the program's subject and on others, by facts alone
and with meaning. Learned from the labelled files of DATA_FOLDER and from the rows of `tests/eval/stories*.jsonl` whose
part is `tune`, held against each other and against the known documents (`--known` adds folders of them). Each chance is
calibrated on pairs held out.

Printed and kept are figures of rows that the weights in question have not seen: grouped cross-validation (English
events by topic, translations by story, headlines by event, tuned-on subject rows by story), and the rows whose part is
`measure`, which nothing here learns from.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import judge_sets as sets
import numpy as np
from judge_figures import CUTS, figures
from judge_sets import Array, Pairs
from labelled import open_vectors
from make_means import sources

from watcher.stories.verdict import MEANING_TERMS, TERMS, Linear, Model
from watcher.stories.verdict.model import FACTS, FILE, KINDS, MEANING, ONE, OTHER_ONE, OTHER_TWO, TWO

ROOT = Path(__file__).parent.parent
EVAL = ROOT / "tests" / "eval"
GENERAL = ("translations", "events-en", "headlines")
WEIGHT = {"translations": 3_000.0, "events-en": 3_000.0, "headlines": 750.0}
"""What all pairs of a set of general news count for together in a line of the subject, which has thirty thousand of
its own. A tenth of it gains .01 of recall on measured rows and loses two stories of the demo."""
SUBJECT, KNOWN = 2.0, 1.5  # what a pair of the subject counts for, and one with a known document
OTHER_WEIGHT = {"translations": 30_000.0, "events-en": 30_000.0, "headlines": 3_000.0}
"""The same for pairs on other subjects, which learn from general news alone."""
OTHER_DECAY = 20.0
DECAY = 60.0
"""Ridge on the scaled terms. From 40 to 100 nothing changes beyond chance; at 15 measured precision falls by .02, at
250 the events lose .01 of F1."""
FOLDS = 8


@dataclass(frozen=True)
class Fitted:
    """The four lines, fitted on some pairs: by form (facts, or facts and meaning) and kind of pair."""

    model: Model

    def __call__(self, form: str, pairs: Pairs) -> Array:
        """A chance for each pair."""
        found = np.zeros(len(pairs.same))
        for kind in KINDS:
            chosen = (pairs.one_language == (kind in (ONE, OTHER_ONE))) & (pairs.on_subject == (kind in (ONE, TWO)))
            line = self.model.lines[form, kind]
            total = pairs.terms[chosen][:, : len(line.weights)] @ np.array(line.weights) + line.bias
            found[chosen] = 1 / (1 + np.exp(-np.clip(total, -30, 30)))
        return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--known", type=Path, action="append", default=[])
    arguments.add_argument("--vectors", type=Path, default=Path(tempfile.gettempdir()) / "toldonce-bench-vectors")
    arguments.add_argument("--figures-only", action="store_true")
    options = arguments.parse_args()
    folders = [ROOT / "seeds", *options.known]
    vectors, pool = open_vectors(options.vectors)
    with pool:
        meanings = sets.Meanings(sources(options.data, vectors))
        general = [make(options.data, vectors, meanings) for make in (sets.events, sets.headlines)]
        general.insert(0, sets.translations(meanings))
        tuned = list(subject_sets("tune", folders, vectors, meanings))
        measured = list(subject_sets("measure", folders, vectors, meanings))
    vectors.close()
    learned = [*general, *tuned]
    scales = calibrations(learned)
    made = fit(learned, scales=scales)
    by_meaning = made.model.lines[MEANING, OTHER_TWO]
    figures(learned, measured, made, lambda held: fit(held, scales=scales, by_meaning=by_meaning))
    if not options.figures_only:
        FILE.write_text(made.model.dumps(made_by(options.data, folders)), "utf-8")
        print(f"{FILE.name}: {sum(len(each.same) for each in learned)} pairs of {len(learned)} sets")


def subject_sets(
    part: str, folders: Sequence[Path], vectors: sets.VectorFile, meanings: sets.Meanings
) -> Iterator[Pairs]:
    """Every file of the subject that has rows of this part: its pairs, and its pairs with the known documents."""
    for file in sorted(EVAL.glob("stories*.jsonl")):
        if f'"part": "{part}"' in file.read_text("utf-8"):
            yield sets.subject(file, part, vectors, meanings)
            if '"seed_story": "' in file.read_text("utf-8"):
                yield sets.known(file, part, folders, vectors, meanings)


def made_by(data: Path, folders: Sequence[Path]) -> dict[str, str]:
    """What the weights were made of, so that anybody can tell whether they are of today's sets."""
    digest = hashlib.sha256()
    for file in [*(data / f"{name}.jsonl" for name in GENERAL), *sorted(EVAL.glob("stories*.jsonl"))]:
        digest.update(file.read_bytes())
    for folder in folders:
        for file in sorted(folder.iterdir()):
            digest.update(file.read_bytes())
    own = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(EVAL.glob("stories*.jsonl")))).hexdigest()
    return {"script": "bench/train_judge.py", "sha256_of_data": digest.hexdigest(), "sha256_of_own_sets": own}


# --- fitting ----------------------------------------------------------------------------------------------------------

Scales = dict[tuple[str, str], tuple[float, float]]


def fit(learned: Sequence[Pairs], scales: Scales | None = None, by_meaning: Linear | None = None) -> Fitted:
    """The eight lines from these pairs; with scales, each chance calibrated.

    Of two texts on other subjects in two languages meaning decides alone, by a line of two numbers: beside it, facts
    only lost (independent reports of one event, a week of news on one disaster, have other figures every day). In
    cross-validation that line is given: scores of folds with lines of their own cannot be pooled.
    """
    parts = [(each.for_training, each.name) for each in learned]
    lines: dict[tuple[str, str], Linear] = {}
    for form in (FACTS, MEANING):
        width = len(TERMS) if form == FACTS else len(TERMS) + len(MEANING_TERMS)
        for kind in KINDS:
            only = [width - len(MEANING_TERMS)] if (form, kind) == (MEANING, OTHER_TWO) else list(range(width))
            if by_meaning is not None and len(only) == 1:
                lines[form, kind] = by_meaning
                continue
            rows, same, weights = gathered(parts, kind)
            decay = DECAY if kind in (ONE, TWO) else OTHER_DECAY
            found, bias = solve(rows[:, only], same, weights, decay)
            slopes = np.zeros(width)
            slopes[only] = found
            steep, shift = (scales or {}).get((form, kind), (1.0, 0.0))
            lines[form, kind] = Linear(steep * bias + shift, tuple((steep * slopes).tolist()))
    return Fitted(Model(lines, CUTS, ""))


def gathered(parts: Sequence[tuple[Pairs, str]], kind: str) -> tuple[Array, Array, Array]:
    """Terms, labels and weights of what a kind of line learns from: those on other subjects from general news."""
    rows, same, weights = [], [], []
    for pairs, name in parts:
        chosen = pairs.one_language == (kind in (ONE, OTHER_ONE))
        if (kind in (OTHER_ONE, OTHER_TWO) and name not in WEIGHT) or not pairs.same[chosen].any():
            continue
        rows.append(pairs.terms[chosen].astype(float))
        same.append(pairs.same[chosen].astype(float))
        weights.append(np.full(chosen.sum(), weight_of(name, int(chosen.sum()), kind)))
    return np.concatenate(rows), np.concatenate(same), np.concatenate(weights)


def weight_of(name: str, count: int, kind: str) -> float:
    """What one pair of a set counts for."""
    if kind in (OTHER_ONE, OTHER_TWO):
        return min(1.0, OTHER_WEIGHT[name] / count)
    if name in WEIGHT:
        return min(0.5, WEIGHT[name] / count)
    return KNOWN if name.endswith(", known") else SUBJECT


def solve(rows: Array, same: Array, weights: Array, decay: float = DECAY) -> tuple[Array, float]:
    """Weighted logistic regression by Newton's method: slopes and bias."""
    centre = np.average(rows, 0, weights)
    spread = np.sqrt(np.average((rows - centre) ** 2, 0, weights))
    spread[spread < 1e-6] = 1.0
    scaled = np.hstack([(rows - centre) / spread, np.ones((len(rows), 1))])
    ridge = np.diag([decay] * rows.shape[1] + [1e-6])
    found = np.zeros(scaled.shape[1])
    for _ in range(40):
        chance = 1 / (1 + np.exp(-np.clip(scaled @ found, -30, 30)))
        slope = scaled.T @ (weights * (chance - same)) + ridge @ found
        curve = (scaled * (weights * np.maximum(chance * (1 - chance), 1e-6))[:, None]).T @ scaled + ridge
        step = np.linalg.solve(curve, slope)
        found -= step
        if np.abs(step).max() < 1e-6:
            break
    slopes = found[:-1] / spread
    return slopes, float(found[-1] - centre @ slopes)


# --- calibration ------------------------------------------------------------------------------------------------------


def calibrations(learned: Sequence[Pairs]) -> Scales:
    """For each line what to stretch and shift it by, so that of pairs at .9 nine in ten are the same.

    From candidate pairs of whole groups held out: a ridge makes chances timid, and a fit on its own pairs bold.
    """
    held = list(held_out(learned, fit))
    scales: Scales = {}
    for form in (FACTS, MEANING):
        for kind in KINDS:
            if (form, kind) == (FACTS, OTHER_TWO):
                scales[form, kind] = (1.0, 0.0)  # few such pairs meet that are no translations: nothing to calibrate on
                continue
            totals, same, weights = [], [], []
            for pairs, fitted in held:
                meets = pairs.keyed if form == FACTS else pairs.candidate
                chosen = (pairs.one_language == (kind in (ONE, OTHER_ONE))) & meets
                chosen &= (pairs.on_subject == (kind in (ONE, TWO))) & ~(pairs.one_text & pairs.same)
                if not chosen.any() or (kind in (OTHER_ONE, OTHER_TWO) and pairs.name not in WEIGHT):
                    continue
                chance = np.clip(fitted(form, pairs.only(chosen)), 1e-9, 1 - 1e-9)
                totals.append(np.log(chance / (1 - chance)))
                same.append(pairs.same[chosen].astype(float))
                weights.append(np.full(int(chosen.sum()), weight_of(pairs.name, int(chosen.sum()), kind)))
            slopes, bias = solve(np.concatenate(totals)[:, None], np.concatenate(same), np.concatenate(weights), 1e-3)
            scales[form, kind] = (float(slopes[0]), bias)
        # How often two articles of one language are one story cannot be told from sets that tell each story in many
        # languages and hardly ever twice in one: half-way between what they say and what holds across languages.
        one, two = scales[form, ONE], scales[form, TWO]
        scales[form, ONE] = ((one[0] + two[0]) / 2, (one[1] + two[1]) / 2)
    return scales


def held_out(learned: Sequence[Pairs], make: Callable[[Sequence[Pairs]], Fitted]) -> Iterator[tuple[Pairs, Fitted]]:
    """Pairs of each fold of groups, with what was made of the pairs that touch none of them."""
    names = sorted({str(group) for each in learned for group in each.groups.ravel() if not group.startswith("known/")})
    told = [name for name in names if name.startswith("told/")]
    order = [*told, *(name for name in names if name not in told)]  # the known stories into folds of their own
    for fold in range(FOLDS):
        away = order[fold::FOLDS]
        fitted = make([each.only(~each.touches(away)) for each in learned])
        for each in learned:
            # A pair of two folds counts with the first of its two groups: it is held out once.
            yield each.only(np.isin(each.groups[:, 0], away)), fitted


if __name__ == "__main__":
    main()
