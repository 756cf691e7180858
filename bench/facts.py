"""How well facts alone tell one story from another, and how often keys find a retelling.

    python bench/facts.py FOLDER [labelled.jsonl ...]

FOLDER holds `translations.jsonl`, `events-en.jsonl` and `headlines.jsonl`; further files are documents with `story`.
For each set of pairs: ROC-AUC of the overall score, the share of same-story pairs found at one false alarm in 1,000 and
in 10,000 pairs, the best F1 (chosen with hindsight), and the share of same-story pairs with a key in common. Cuts are
taken for same-language and cross-language pairs apart where both occur.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from watcher.stories.facts import compare, extract, keys_of
from watcher.types import Document

FILES = ("translations.jsonl", "events-en.jsonl", "headlines.jsonl")
Row = dict[str, Any]
Gold = Callable[[Row, Row], bool | None]


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair's truth and what facts make of it."""

    is_same: bool
    score: float
    has_key: bool
    is_one_language: bool
    is_one_text: bool  # translations of one document


def document(row: Row) -> Document:
    """A row as the program would see it."""
    published = row.get("published")
    moment = None
    if published:
        form = "%Y%m%dT%H%M%SZ" if published.endswith("Z") and "-" not in published else None
        moment = datetime.strptime(published, form).replace(tzinfo=UTC) if form else _iso(published)
    return Document(row["id"], row.get("text", ""), row.get("title", ""), row.get("language", "und"), published=moment)


def _iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def pairs(rows: Sequence[Row], gold: Gold) -> list[Pair]:
    """Every pair that is labelled."""
    found: list[Pair] = []
    extracted = [extract(document(row)) for row in rows]
    held = [set(keys_of(facts)) for facts in extracted]
    for one, other in combinations(range(len(rows)), 2):
        is_same = gold(rows[one], rows[other])
        if is_same is not None:
            score = compare(extracted[one], extracted[other]).score
            is_one_language = rows[one].get("language") == rows[other].get("language")
            is_one_text = bool(rows[one].get("document")) and rows[one].get("document") == rows[other].get("document")
            found.append(Pair(is_same, score, bool(held[one] & held[other]), is_one_language, is_one_text))
    return found


def report(name: str, found: Sequence[Pair]) -> None:
    """One line of figures."""
    same = np.array([pair.score for pair in found if pair.is_same])
    other = np.sort(np.array([pair.score for pair in found if not pair.is_same]))
    if not len(same) or not len(other):
        return
    auc = float(np.mean((np.searchsorted(other, same, "left") + np.searchsorted(other, same, "right")) / 2)) / len(
        other
    )
    cuts = [other[max(0, len(other) - 1 - int(len(other) * rate))] for rate in (1e-3, 1e-4)]
    recalls = [float(np.mean(same > cut)) for cut in cuts]
    with_key = np.mean([pair.has_key for pair in found if pair.is_same])
    wrong_key = np.mean([pair.has_key for pair in found if not pair.is_same])
    f1, cut = best_f1(same, other)
    print(
        f"{name:44} same {len(same):6} other {len(other):6}  AUC {auc:.4f}"
        f"  recall@1e-3 {recalls[0]:.3f} @1e-4 {recalls[1]:.3f}"
        f"  best F1 {f1:.3f} (cut {cut:.3f})  keys {with_key:.3f} (others {wrong_key:.4f})"
    )


def best_f1(same: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> tuple[float, float]:
    """The best F1 over all cuts, and that cut."""
    ranked = np.sort(same)
    best, at = 0.0, 0.0
    for place, cut in enumerate(ranked):
        right = len(ranked) - place
        wrong = len(other) - np.searchsorted(other, cut, "left")
        f1 = 2 * right / (2 * right + wrong + place)
        if f1 > best:
            best, at = float(f1), float(cut)
    return best, at


def sets(folder: Path, further: Sequence[Path]) -> Iterator[tuple[str, list[Row], Gold]]:
    """Every labelled set: its name, its documents, and what two of them are to each other (None: not labelled)."""
    yield "translations", _rows(folder / "translations.jsonl"), translated
    yield (
        "events-en",
        _rows(folder / "events-en.jsonl"),
        lambda a, b: one_story(a, b) if a["topic"] == b["topic"] else None,
    )
    yield "headlines", _rows(folder / "headlines.jsonl"), headlined
    for path in further:
        yield path.name, [row for row in _rows(path) if row.get("part", "tune") == "tune"], one_story


def one_story(a: Row, b: Row) -> bool:
    return bool(a["story"] == b["story"])


def translated(a: Row, b: Row) -> bool | None:
    if a["story"] == b["story"]:
        return True
    return None if a["family"] and a["family"] == b["family"] else False


_ONE_OCCASION = {"assange_at_pope_funeral", "trump_suit_at_pope_funeral"}


def headlined(a: Row, b: Row) -> bool | None:
    if {a["id"], b["id"]} == {"h118", "h124"}:
        return None
    if a["event"] != b["event"]:
        return None if {a["event"], b["event"]} == _ONE_OCCASION else False
    relations = {a["relation"], b["relation"]}
    return True if relations == {"same"} else False if relations == {"same", "hard_negative"} else None


def parts(name: str, every: Sequence[Pair]) -> Iterator[tuple[str, list[Pair]]]:
    """A set's pairs, by whether they are of one language; translations apart from independent reports."""
    for title, is_one in (("across languages", False), ("one language", True)):
        own = [pair for pair in every if pair.is_one_language == is_one]
        if name == "translations":
            yield f"{name}: one text, {title}", [pair for pair in own if not pair.is_same or pair.is_one_text]
            yield f"{name}: one story, {title}", [pair for pair in own if not (pair.is_same and pair.is_one_text)]
        else:
            yield f"{name}: {title}", own


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def speed(folder: Path) -> None:
    """Milliseconds for a document of 3,000 characters and for one comparison: the best of five, on a shared machine."""
    made = [(document(row), len(row["text"])) for row in _rows(folder / "translations.jsonl")]
    for language in ("en", "de", "ru", "zh", "ja", "ko", "ar"):
        own = [(one, size) for one, size in made if one.language == language]
        spent = sum(min(_took(extract, one) for _ in range(5)) for one, _ in own) * 1000
        whole = sum(size for _, size in own)
        print(
            f"extract {language}: {spent / len(own):.2f} ms a document, {3000 * spent / whole:.2f} a 3,000 characters"
        )
    facts = [extract(one) for one, _ in made[::11]]
    spent = [min(_took(compare, one, other) for _ in range(5)) * 1000 for one, other in combinations(facts, 2)]
    print(f"compare: {np.mean(spent):.3f} ms, 99 in 100 below {np.quantile(spent, 0.99):.3f}")


def _took(work: Callable[..., object], *given: object) -> float:
    start = time.perf_counter()
    work(*given)
    return time.perf_counter() - start


def main(folder: Path, further: Sequence[Path]) -> None:
    """All sets, then speed."""
    for name, rows, gold in sets(folder, further):
        for title, own in parts(name, pairs(rows, gold)):
            report(title, own)
    speed(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
