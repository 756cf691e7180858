"""What the judge's model reaches on rows it has not seen: every set by folds of whole groups, and the measured part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations_with_replacement
from typing import Any, Protocol

import numpy as np
from judge_sets import Array, Pairs
from results import keep

from watcher.evaluation.calibration import calibration, expected_error, middle
from watcher.evaluation.figures import Counts, f1, precision, recall
from watcher.evaluation.folds import by_event, pooled
from watcher.evaluation.scoring import Pair
from watcher.stories.verdict.model import FACTS, MEANING
from watcher.types import Relation

CUTS = {MEANING: {"normal": 0.5, "careful": 0.8}, FACTS: {"normal": 0.75, "careful": 0.9}}
"""From which chance on a pair counts, by form: facts alone are asked for more on the program's subject."""
RATES = (1e-3, 1e-4)
FORMS = (MEANING, FACTS)


class Judged(Protocol):
    def __call__(self, form: str, pairs: Pairs) -> Array: ...


Fit = Callable[[Sequence[Pairs]], Judged]


def figures(learned: Sequence[Pairs], measured: Sequence[Pairs], made: Judged, fit: Fit) -> None:
    """Measures, keeps and prints everything."""
    found: dict[str, Any] = {}
    for each in measured:
        for form in FORMS:
            found.setdefault(f"measured: {each.name}", {})[form] = of_pairs(each, made(form, each), each.same, form)
            if each.name.endswith(", known"):
                found[f"measured: {each.name}"][form] = dict(of_known(each, made(form, each), form))
    known = [each for each in measured if each.name.endswith(", known")]
    for form in FORMS:
        found.setdefault("measured: known documents", {})[form] = pooled_known(known, made, form)
    for each in learned:
        chances = cross_validated(each, learned, fit)
        for form in FORMS:
            name = f"held out: {each.name}"
            if each.name == "translations":
                found.setdefault(name, {})[form] = of_translations(each, chances[form], form)
            elif each.name.endswith(", known"):
                found.setdefault(name, {})[form] = dict(of_known(each, chances[form], form))
            else:
                found.setdefault(name, {})[form] = of_pairs(each, chances[form], judged_in(each), form)
    keep("judge", found)


# --- cross-validation -------------------------------------------------------------------------------------------------


def cross_validated(pairs: Pairs, learned: Sequence[Pairs], fit: Fit) -> dict[str, Array]:
    """For each form a chance for each pair, from what was fitted without any pair that touches its groups."""
    found = {form: np.zeros(len(pairs.same)) for form in FORMS}
    fold = folds_of(pairs)
    for away, chosen in blocks(pairs, fold):
        if chosen.any():
            fitted = fit([each.only(~each.touches(away)) for each in learned])
            for form in FORMS:
                found[form][chosen] = fitted(form, pairs.only(chosen))
    return found


def folds_of(pairs: Pairs) -> dict[str, int]:
    """English events: five folds of topics. Headlines: an event a fold. All else: eight, the largest groups apart."""
    names, sizes = np.unique(pairs.groups, return_counts=True)
    own = [
        (name, size) for name, size in zip(names.tolist(), sizes.tolist(), strict=True) if not name.startswith("known/")
    ]
    if pairs.name == "events-en":
        topics = sorted((name for name, _ in own), key=lambda name: int(name.rsplit("/", 1)[1]))
        return {name: place % 5 for place, name in enumerate(topics)}
    if pairs.name == "headlines":
        return {name: place for place, (name, _) in enumerate(own)}
    fold: dict[str, int] = {}
    filled = [0] * 8
    for name, size in sorted(own, key=lambda pair: (not pair[0].startswith("told/"), -pair[1], pair[0])):
        least = filled.index(min(filled))
        fold[name] = least
        filled[least] += size
    return fold


def blocks(pairs: Pairs, fold: dict[str, int]) -> Iterator[tuple[list[str], Array]]:
    """The groups to leave out, and the pairs to judge: of translations and headlines, where false alarms are counted
    by the thousandth, for every two folds; of the others for every fold of the first document."""
    ours = np.array([fold.get(name, -1) for name in pairs.groups[:, 0]])
    theirs = np.array([fold.get(name, -1) for name in pairs.groups[:, 1]])
    every = range(max(fold.values()) + 1)
    if pairs.name in ("translations", "headlines"):
        for one, other in combinations_with_replacement(every, 2):
            chosen = ((ours == one) & (theirs == other)) | ((ours == other) & (theirs == one))
            yield [name for name, at in fold.items() if at in (one, other)], chosen
        return
    for one in every:
        yield [name for name, at in fold.items() if at == one], ours == one


def judged_in(pairs: Pairs) -> Array:
    """Which pairs count: of English events those within a fold of topics."""
    if pairs.name != "events-en":
        return np.ones(len(pairs.same), bool)
    fold = folds_of(pairs)
    inside: Array = np.array([fold[a] == fold[b] for a, b in pairs.groups])
    return inside


# --- figures ----------------------------------------------------------------------------------------------------------


def of_pairs(pairs: Pairs, chances: Array, counted: Array, form: str) -> dict[str, Any]:
    """Pair F1 three ways, recall where hardly any false alarm is allowed, calibration."""
    cut = CUTS[form if pairs.on_subject.mean() > 0.5 else MEANING]["normal"]
    if counted is pairs.same:
        counted = np.ones(len(pairs.same), bool)
    part, scored = pairs.only(counted), chances[counted]
    across = ~part.one_language
    found = {"all": shares(part, scored, cut), **rates(scored, part.same)}
    if across.any() and not across.all():
        found["across languages"] = shares(part.only(across), scored[across], cut)
    return {**found, **calibrated(part, scored, form)}


def shares(pairs: Pairs, scored: Array, cut: float) -> dict[str, Any]:
    counts = by_event(
        (frozenset(groups), count(bool(said), bool(same)))
        for groups, said, same in zip(pairs.groups.tolist(), scored >= cut, pairs.same, strict=True)
        if said or same
    )
    total = sum(counts.values(), Counts())
    figure = pooled(counts)
    return {
        "pairs": len(pairs.same),
        "same": int(pairs.same.sum()),
        "precision": rounded(precision(total)),
        "recall": rounded(recall(total)),
        "f1": rounded(f1(total)),
        "mean over events": round(figure.mean, 3),
        "95 % interval": [round(figure.low, 3), round(figure.high, 3)],
    }


def count(said: bool, same: bool) -> Counts:
    return Counts(right=float(said and same), false=float(said and not same), missed=float(same and not said))


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def rates(scored: Array, same: Array) -> dict[str, float]:
    others = np.sort(scored[~same])[::-1]
    return {
        f"recall at {rate:g}": round(float((scored[same] > others[int(len(others) * rate)]).mean()), 4)
        for rate in RATES
    }


def calibrated(pairs: Pairs, scored: Array, form: str) -> dict[str, float | None]:
    """Over pairs that meet in a stream: all of them, and those scored .1 to .9."""
    met = [
        Pair(0, 0, bool(same), Relation.NEW, float(score))
        for same, score, candidate in zip(
            pairs.same, scored, pairs.keyed if form == FACTS else pairs.candidate, strict=True
        )
        if candidate
    ]
    return {
        "calibration error": rounded(expected_error(calibration(met))),
        "scored .1 to .9": rounded(expected_error(calibration(middle(met)))),
    }


def of_translations(pairs: Pairs, chances: Array, form: str) -> dict[str, Any]:
    """Translations of one document, and independent reports of one event, each against all pairs of two events."""
    across = ~pairs.one_language
    found: dict[str, Any] = {}
    is_one_text = pairs.one_text
    for name, chosen in (("one document", is_one_text), ("one event", ~is_one_text)):
        own = (pairs.same & across & chosen) | ~pairs.same
        found[name] = {"same": int((pairs.same & across & chosen).sum()), **rates(chances[own], pairs.same[own])}
    return {**found, **calibrated(pairs, chances, form)}


def of_known(pairs: Pairs, chances: Array, form: str) -> Iterator[tuple[str, Any]]:
    """By document, for each folder of known documents: is it told that the news is known, and which?"""
    folders = sorted({seed.split(" ", 1)[1] for _, seed in pairs.ids.tolist()})
    for folder in folders:
        chosen = np.array([seed.endswith(f" {folder}") for _, seed in pairs.ids.tolist()])
        best: dict[str, tuple[float, bool]] = {}
        told: dict[str, bool] = {}
        for (document, _), chance, same in zip(
            pairs.ids[chosen].tolist(), chances[chosen].tolist(), pairs.same[chosen].tolist(), strict=True
        ):
            best[document] = max(best.get(document, (-1.0, False)), (chance, same))
            told[document] = told.get(document, False) or same
        total = sum((known_count(*best[name], told[name], CUTS[form]["normal"]) for name in best), Counts())
        yield folder, {
            "documents": len(best), "known": sum(told.values()), "precision": rounded(precision(total)),
            "recall": rounded(recall(total)), "f1": rounded(f1(total)),
            "counts": [total.right, total.false, total.missed],
        }  # fmt: skip
    yield "calibration", calibrated(pairs, chances, form)


def pooled_known(parts: Sequence[Pairs], made: Judged, form: str) -> dict[str, Any]:
    """All measured sets together, for the project's own accounts of the known documents and for saved pages."""
    whole = [dict(of_known(each, made(form, each), form)) for each in parts]
    found: dict[str, Any] = {}
    for folder in sorted(name for name in whole[0] if name != "calibration"):
        total = sum((counts_of(each[folder]) for each in whole), Counts())
        found[folder] = {
            "documents": sum(each[folder]["documents"] for each in whole),
            "known": sum(each[folder]["known"] for each in whole),
            "precision": rounded(precision(total)),
            "recall": rounded(recall(total)),
            "f1": rounded(f1(total)),
        }
    return found


def counts_of(shown: dict[str, Any]) -> Counts:
    return Counts(*shown["counts"])


def known_count(chance: float, is_right: bool, is_known: bool, cut: float) -> Counts:
    said = chance >= cut
    return Counts(
        right=float(said and is_known and is_right),
        false=float(said and not (is_known and is_right)),
        missed=float(is_known and not (said and is_right)),
    )
