"""Measuring: how often the judge is right on documents whose stories are known.

`scoring` lets a scorer see every pair, `figures` and `bcubed` count, `calibration` asks whether a score means what it
says, `folds` holds out whole groups and says how sure a figure is.
"""

from __future__ import annotations

from watcher.evaluation.figures import Counts, f1, precision, recall
from watcher.evaluation.report import pair_row, report
from watcher.evaluation.scoring import JudgeScorer, Labelled, Pair, Scorer, score_pairs

__all__ = [
    "Counts",
    "JudgeScorer",
    "Labelled",
    "Pair",
    "Scorer",
    "f1",
    "pair_row",
    "precision",
    "recall",
    "report",
    "score_pairs",
]
