"""B-cubed: for each document, how much of its story is right and how much of what is right is in its story."""

from __future__ import annotations

from collections.abc import Sequence

from watcher.evaluation.scoring import Labelled


def bcubed(labelled: Sequence[Labelled], stories: Sequence[str]) -> dict[str, float | None]:
    """Precision, recall and F1 over documents, each with itself; ignored pairs count on neither side.

    A document that tells two stories is right beside the documents of either.
    """
    if not labelled:
        return {"precision": None, "recall": None, "f1": None}
    together: dict[str, list[int]] = {}
    for place, story in enumerate(stories):
        together.setdefault(story, []).append(place)
    known: dict[str, list[int]] = {}
    for place, document in enumerate(labelled):
        for story in document.gold:
            known.setdefault(story, []).append(place)
    precision = recall = 0.0
    for place, document in enumerate(labelled):
        put = {other for other in together[stories[place]] if not document.is_ignored_with(labelled[other])}
        same = {other for story in document.gold for other in known[story]}
        precision += len(put & same) / len(put)
        recall += len(put & same) / len(same)
    precision, recall = precision / len(labelled), recall / len(labelled)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / (precision + recall), 4),
    }
