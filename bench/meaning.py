"""How well meaning alone tells stories apart: python bench/meaning.py DATA_FOLDER [--variants] [--vectors FILE]
                                             python bench/meaning.py --index

Nothing is measured on what it was learned from. Translations: 8 folds of stories (a family is one group); for two
documents, means and fidelity come from the folds that hold neither. Negatives are pairs of every two languages, one
language included: a threshold has to hold for all of them. English events and headlines: means from the translations,
thresholds from the other topics or events. `--variants` encodes other pieces of the same texts, for comparison.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from labelled import Labelled, load, open_vectors
from make_means import means_of
from results import keep
from variants import VARIANTS, with_pieces

from watcher.encoder.index import Placed, VectorIndex
from watcher.stories.meaning.arrays import packed, similarities, table, unit
from watcher.stories.meaning.means import Means
from watcher.stories.meaning.space import Space

FOLDS = 8
RATES = (1e-3, 1e-4)
DRAWS = 1_000

Way = Callable[[Labelled, Means | None], tuple[np.ndarray, np.ndarray]]
"""From documents and means (None: uncentred): their vectors, and what cosines are divided by."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("data", type=Path, nargs="?")
    arguments.add_argument("--vectors", type=Path, default=Path(tempfile.gettempdir()) / "toldonce-bench-vectors")
    arguments.add_argument("--variants", action="store_true")
    arguments.add_argument("--index", action="store_true")
    options = arguments.parse_args()
    if options.index:
        keep("meaning_index", index_figures())
        return
    if options.data is None:
        arguments.error("give the folder of the labelled data, or --index")
    vectors, pool = open_vectors(options.vectors)
    with pool:
        files = [load(options.data / f"{name}.jsonl", vectors) for name in ("translations", "events-en", "headlines")]
        if options.variants:
            keep(
                "meaning_variants",
                {name: figures(*with_pieces(files, made, vectors)) for name, made in VARIANTS.items()},
            )
        else:
            keep("meaning", figures(*files, details=True))
    vectors.close()


def figures(translations: Labelled, events: Labelled, headlines: Labelled, details: bool = False) -> dict[str, Any]:
    found = {"ours": all_three(translations, events, headlines, ours)}
    if details:
        found["without fidelity"] = all_three(translations, events, headlines, unmeasured)
        found["opening only, centred"] = all_three(translations, events, headlines, only("opening", True))
        found["title only, centred"] = all_three(translations, events, headlines, only("title", True))
        found["opening only, raw"] = all_three(translations, events, headlines, only("opening", False))
    return found


def all_three(translations: Labelled, events: Labelled, headlines: Labelled, way: Way) -> dict[str, Any]:
    whole = means_of(translations, range(len(translations.rows)))
    return {
        **translation_figures(translations, way),
        "events-en": event_figures(events, cosines(way(events, whole))),
        "headlines": headline_figures(headlines, cosines(way(headlines, whole))),
    }


# --- ways of comparing ------------------------------------------------------------------------------------------------


def ours(labelled: Labelled, means: Means | None) -> tuple[np.ndarray, np.ndarray]:
    assert means is not None
    languages = labelled.languages.tolist()
    meanings = Space(means).meanings(labelled.held, languages)
    known = {pair: means.expected(*pair) for pair in {(one, other) for one in languages for other in languages}}
    expected = np.array([[known[one, other] for other in languages] for one in languages], np.float32)
    return table([meaning.whole for meaning in meanings]), expected


def unmeasured(labelled: Labelled, means: Means | None) -> tuple[np.ndarray, np.ndarray]:
    return ours(labelled, means)[0], np.ones(1, np.float32)


def only(kind: str, centred: bool) -> Way:
    """One kind of piece; where a document has none, its lead or title stands for it."""

    def way(labelled: Labelled, means: Means | None) -> tuple[np.ndarray, np.ndarray]:
        rows = np.zeros_like(labelled.tables[kind])
        for place, document in enumerate(labelled.documents):
            held = next((name for name in (kind, "lead", "title") if labelled.held[place].get(name)), kind)
            row = labelled.tables[held][place : place + 1]
            rows[place] = means.centred(held, document.language, row) if centred and means else row
        return unit(rows), np.ones(1, np.float32)

    return way


def cosines(made: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return (made[0] @ made[0].T) / made[1]


# --- translations -----------------------------------------------------------------------------------------------------


def translation_figures(labelled: Labelled, way: Way) -> dict[str, Any]:
    story, document, language = labelled.column("story"), labelled.column("document"), labelled.languages
    family = labelled.column("family")
    group = np.where(family == "", story, family)
    scores = held_out_cosines(labelled, way, folds_of(group))
    one, other = np.triu_indices(len(story), 1)
    scored = scores[one, other]
    crossing = language[one] != language[other]
    same_document = document[one] == document[other]
    negative = np.sort(scored[group[one] != group[other]])[::-1]
    retold = crossing & (story[one] == story[other]) & ~same_document
    found: dict[str, Any] = {"pairs": {"negative": len(negative)}}
    for name, positive in (("translations", crossing & same_document), ("reports of one event", retold)):
        found["pairs"][name] = int(positive.sum())
        for rate in RATES:
            hits = scored[positive] > negative[int(len(negative) * rate)]
            found[f"{name}, recall at {rate:g}"] = round(float(hits.mean()), 3)
            if name != "translations":
                by_event = story[one][positive]
                found[f"{name}, mean over events at {rate:g}"] = round(mean_over(hits, by_event), 3)
                found[f"{name}, 95 % interval at {rate:g}"] = interval(hits, by_event)
    return found


def folds_of(group: np.ndarray) -> np.ndarray:
    """Groups dealt out, the largest first, each to the fold with fewest rows."""
    names, sizes = np.unique(group, return_counts=True)
    load_of, fold = [0] * FOLDS, {}
    for place in np.lexsort((names, -sizes)):
        least = load_of.index(min(load_of))
        fold[names[place]] = least
        load_of[least] += int(sizes[place])
    return np.array([fold[name] for name in group])


def held_out_cosines(labelled: Labelled, way: Way, folds: np.ndarray) -> np.ndarray:
    scores = np.zeros((len(folds), len(folds)), np.float32)
    for one in range(FOLDS):
        for other in range(one, FOLDS):
            others = np.flatnonzero((folds != one) & (folds != other))
            found = cosines(way(labelled, means_of(labelled, others.tolist())))
            block = np.ix_(folds == one, folds == other)
            scores[block] = found[block]
            scores[block[::-1][0].T, block[0].T] = found[block].T
    return scores


def mean_over(hits: np.ndarray, event: np.ndarray) -> float:
    return float(np.mean([hits[event == name].mean() for name in np.unique(event)]))


def interval(hits: np.ndarray, event: np.ndarray) -> list[float]:
    """Drawing events, not pairs: pairs of one event hang together."""
    dice = np.random.default_rng(1)
    names = np.unique(event)
    sums = np.array([[hits[event == name].sum(), (event == name).sum()] for name in names], float)
    drawn = sums[dice.integers(0, len(names), (DRAWS, len(names)))].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return [round(float(low), 3), round(float(high), 3)]


# --- events and headlines: pair F1 ------------------------------------------------------------------------------------


def event_figures(labelled: Labelled, scores: np.ndarray) -> dict[str, Any]:
    """Five folds of topics: a threshold from four of them, decisions among the rows of the fifth."""
    topic, story = labelled.column("topic"), labelled.column("story")
    fold_of = {name: place % 5 for place, name in enumerate(sorted(set(topic), key=int))}
    fold = np.array([fold_of[name] for name in topic])
    one, other = np.triu_indices(len(story), 1)
    gold, scored = story[one] == story[other], scores[one, other]
    said, judged = np.zeros(len(gold), bool), fold[one] == fold[other]
    for held_out in range(5):
        others = (fold[one] != held_out) & (fold[other] != held_out)
        said[judged & (fold[one] == held_out)] = (scored > best_cut(scored[others], gold[others]))[
            judged & (fold[one] == held_out)
        ]
    return f1_figures(said[judged], gold[judged], topic[one][judged])


def headline_figures(labelled: Labelled, scores: np.ndarray) -> dict[str, Any]:
    """Each pair is decided by a threshold from pairs that touch none of its events."""
    pairs = [
        (one, other, gold)
        for one in range(len(labelled.rows))
        for other in range(one + 1, len(labelled.rows))
        if (gold := headline_gold(labelled.rows[one], labelled.rows[other])) is not None
    ]
    one, other, gold = (np.array(column) for column in zip(*pairs, strict=True))
    event = labelled.column("event")
    scored, said = scores[one, other], np.zeros(len(gold), bool)
    for ours_ in np.unique(event):
        for theirs in np.unique(event):
            decided = (event[one] == ours_) & (event[other] == theirs)
            free = ~np.isin(event[one], [ours_, theirs]) & ~np.isin(event[other], [ours_, theirs])
            if decided.any():
                said[decided] = scored[decided] > best_cut(scored[free], gold[free])
    crossing = labelled.languages[one] != labelled.languages[other]
    return {
        **f1_figures(said, gold, event[one]),
        "across languages only": f1_figures(said[crossing], gold[crossing], event[one][crossing]),
    }


def headline_gold(one: dict[str, Any], other: dict[str, Any]) -> bool | None:
    relations, events = {one["relation"], other["relation"]}, {one["event"], other["event"]}
    if {one["id"], other["id"]} == {"h118", "h124"} or "related" in relations:
        return None
    if len(events) == 1:
        return relations == {"same"} if "same" in relations else None
    return None if {event.partition("_")[0] for event in events} == {"assange", "trump"} else False


def best_cut(scored: np.ndarray, gold: np.ndarray) -> float:
    """The threshold with the best F1, half way to the next score below."""
    order = np.argsort(-scored, kind="stable")
    right = np.cumsum(gold[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + gold.sum())
    best = int(np.argmax(f1))
    below = min(best + 1, len(order) - 1)
    return float(scored[order[best]] + scored[order[below]]) / 2


def f1_figures(said: np.ndarray, gold: np.ndarray, event: np.ndarray) -> dict[str, Any]:
    counts = np.array([counted(said[event == name], gold[event == name]) for name in np.unique(event)], float)
    dice = np.random.default_rng(1)
    drawn = counts[dice.integers(0, len(counts), (DRAWS, len(counts)))].sum(axis=1)
    low, high = np.percentile([f1_of(row) for row in drawn], [2.5, 97.5])
    right, claimed, true = counted(said, gold)
    return {
        "pairs": len(gold),
        "same": int(gold.sum()),
        "pair f1": round(f1_of((right, claimed, true)), 3),
        "precision": round(right / max(claimed, 1), 3),
        "recall": round(right / max(true, 1), 3),
        "mean over events": round(float(np.mean([f1_of(row) for row in counts if row[2]])), 3),
        "95 % interval": [round(float(low), 3), round(float(high), 3)],
    }


def counted(said: np.ndarray, gold: np.ndarray) -> tuple[int, int, int]:
    return int((said & gold).sum()), int(said.sum()), int(gold.sum())


def f1_of(counts: Sequence[float]) -> float:
    right, claimed, true = counts
    return float(2 * right / max(claimed + true, 1))


# --- the index --------------------------------------------------------------------------------------------------------


def index_figures(count: int = 100_000, size: int = 384) -> dict[str, Any]:
    """A window of 100,000 articles in 3,000 stories; questions are further articles of these stories."""
    dice = np.random.default_rng(1)
    centres = unit(dice.standard_normal((3_000, size), dtype=np.float32))
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    window = (noon, noon + timedelta(days=10))

    def articles(number: int) -> tuple[bytes, ...]:
        told = centres[dice.integers(0, len(centres), number)]
        return packed(0.6 * told + 0.8 * unit(dice.standard_normal((number, size), dtype=np.float32)))

    before = resident()
    held: list[bytes] = []
    with tempfile.TemporaryDirectory() as folder, VectorIndex(Path(folder) / "index", "bench") as index:
        adding = 0.0
        for start in range(1, count + 1, 1_000):
            batch = articles(1_000)
            held.extend(batch)
            placed = [
                Placed(start + at, start + at, noon + timedelta(seconds=start), one) for at, one in enumerate(batch)
            ]
            began = time.perf_counter()
            index.add(placed)
            adding += time.perf_counter() - began
        kept = resident() - before - sum(map(len, held)) / 1e6
        asked = articles(200)
        seconds, agreeing = [], []
        for question in asked:
            began = time.perf_counter()
            found = index.nearest(question, *window, 20)
            seconds.append(time.perf_counter() - began)
            exact = np.argsort(-np.array(similarities(question, held)), kind="stable")[:20] + 1
            agreeing.append(len({article for article, _ in found} & set(exact.tolist())) / 20)
        began = time.perf_counter()
        reopened = VectorIndex(Path(folder) / "index", "bench")
        opening = time.perf_counter() - began
        reopened.close()
        return {
            "articles": count,
            "nearest_median_ms": round(float(np.median(seconds)) * 1e3, 2),
            "nearest_p95_ms": round(float(np.percentile(seconds, 95)) * 1e3, 2),
            "of the 20 nearest, found": round(float(np.mean(agreeing)), 4),
            "add_us": round(adding / count * 1e6, 1),
            "open_s": round(opening, 2),
            "file_mb": round((Path(folder) / "index").stat().st_size / 1e6, 1),
            "memory_mb, about": round(kept, 0),
        }


def resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
