"""Everything measured on one set, as `watcher evaluate` shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from watcher.evaluation.bcubed import bcubed
from watcher.evaluation.calibration import calibration, expected_error, middle
from watcher.evaluation.figures import by_language, counted, language_pair, recall_at, rounded, row, shares
from watcher.evaluation.scoring import Labelled, Pair, Scorer, score_pairs
from watcher.types import Document

_WORST = 10
_RATES = (("1e-3", 1e-3), ("1e-4", 1e-4))
_UNDATED = datetime.max.replace(tzinfo=UTC)


def report(labelled: Sequence[Labelled], scorer: Scorer) -> tuple[dict[str, Any], list[Pair]]:
    """The figures of a scorer on a set, and every pair that counts."""
    scorer.prepare([labelled_row.document for labelled_row in labelled])
    pairs = score_pairs(labelled, scorer)
    languages = [labelled_row.document.language for labelled_row in labelled]
    candidates = [pair for pair in pairs if pair.candidate]
    bins, inner = calibration(candidates), calibration(middle(candidates))
    same = sum(pair.same for pair in pairs)
    ordered = stream_order(labelled)
    return {
        "documents": len(labelled),
        "pairs": row(counted(pairs)),
        "bcubed": bcubed(ordered, scorer.stories([labelled_row.document for labelled_row in ordered])),
        "by_relation": shares(by_language(pairs, languages)),
        "calibration": [_rounded(asdict(each)) for each in bins],
        "calibration_error": rounded(expected_error(bins)),
        "calibration_error_middle": rounded(expected_error(inner)),
        "candidates": {
            "n": len(candidates),
            "n_middle": sum(each.n for each in inner),
            "recall": rounded(sum(pair.same for pair in candidates) / same if same else None),
        },
        "recall_at_fpr": {name: rounded(recall_at(pairs, rate)) for name, rate in _RATES},
        "worst": [pair_row(labelled, pair) for pair in worst(pairs)],
    }, pairs


def stream_order(labelled: Iterable[Labelled]) -> list[Labelled]:
    """As a stream would bring them: by date (undated ones last), then by address, then by id."""

    def place(row: Labelled) -> tuple[datetime, str]:
        document: Document = row.document
        return document.published or _UNDATED, document.url or document.id

    return sorted(labelled, key=place)


def worst(pairs: Iterable[Pair], count: int = _WORST) -> list[Pair]:
    """The most confident mistakes: false alarms by falling score, then misses by rising score, `count` of each."""
    mistakes = [pair for pair in pairs if pair.said != pair.same]
    false = sorted((pair for pair in mistakes if pair.said), key=lambda pair: -pair.score)
    missed = sorted((pair for pair in mistakes if pair.same), key=lambda pair: pair.score)
    return false[:count] + missed[:count]


def pair_row(labelled: Sequence[Labelled], pair: Pair) -> dict[str, Any]:
    """One pair as JSON."""
    a, b = labelled[pair.a].document, labelled[pair.b].document
    return {
        "a": a.id,
        "b": b.id,
        "languages": language_pair(a.language, b.language),
        "gold": pair.same,
        "relation": pair.relation.value,
        "score": pair.score,
    }


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in values.items()}
