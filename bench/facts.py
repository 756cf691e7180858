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

from watcher.stories.facts import compare, extract, keys
from watcher.stories.facts.marks import Facts
from watcher.types import Document, Key

Row = dict[str, Any]
Gold = Callable[[Row, Row], bool | None]


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair's truth and what facts make of it."""

    is_same: bool
    score: float
    has_key: bool
    is_one_language: bool


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
    facts: list[Facts] = []
    found_keys: list[set[Key]] = []
    for row in rows:
        facts.append(extract(document(row)))
        found_keys.append(set(keys(document(row))))
    found = []
    for one, other in combinations(range(len(rows)), 2):
        is_same = gold(rows[one], rows[other])
        if is_same is not None:
            score = compare(facts[one], facts[other]).score
            is_one_language = rows[one].get("language") == rows[other].get("language")
            found.append(Pair(is_same, score, bool(found_keys[one] & found_keys[other]), is_one_language))
    return found


def report(name: str, found: Sequence[Pair]) -> None:
    """One line of figures."""
    same = np.array([pair.score for pair in found if pair.is_same])
    other = np.sort(np.array([pair.score for pair in found if not pair.is_same]))
    if not len(same) or not len(other):
        return
    auc = float(np.mean((np.searchsorted(other, same, "left") + np.searchsorted(other, same, "right")) / 2)) / len(other)
    cuts = [other[max(0, len(other) - 1 - int(len(other) * rate))] for rate in (1e-3, 1e-4)]
    recalls = [float(np.mean(same > cut)) for cut in cuts]
    with_key = np.mean([pair.has_key for pair in found if pair.is_same])
    wrong_key = np.mean([pair.has_key for pair in found if not pair.is_same])
    f1, cut = best_f1(same, other)
    print(
        f"{name:44} same {len(same):6} other {len(other):6}  AUC {auc:.4f}  recall@1e-3 {recalls[0]:.3f} @1e-4 {recalls[1]:.3f}"
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


def translations(folder: Path) -> Iterator[tuple[str, list[Pair]]]:
    rows = _rows(folder / "translations.jsonl")

    def one_text(a: Row, b: Row) -> bool | None:
        return True if a["document"] == b["document"] else False if _are_strangers(a, b) else None

    def one_story(a: Row, b: Row) -> bool | None:
        if a["document"] == b["document"]:
            return None
        return True if a["story"] == b["story"] else False if _are_strangers(a, b) else None

    found = {"same document": one_text, "same story, other document": one_story}
    for name, gold in found.items():
        every = pairs(rows, gold)
        yield f"translations: {name}, across languages", [pair for pair in every if not pair.is_one_language]
        yield f"translations: {name}, one language", [pair for pair in every if pair.is_one_language]


def _are_strangers(a: Row, b: Row) -> bool:
    return bool(a["story"] != b["story"] and not (a["family"] and a["family"] == b["family"]))


def events(folder: Path) -> Iterator[tuple[str, list[Pair]]]:
    rows = _rows(folder / "events-en.jsonl")
    within = pairs(rows, lambda a, b: a["story"] == b["story"] if a["topic"] == b["topic"] else None)
    yield "events-en: within a topic (look-alikes)", within
    yield "events-en: all pairs", pairs(rows, lambda a, b: bool(a["story"] == b["story"]))


_ONE_OCCASION = {"assange_at_pope_funeral", "trump_suit_at_pope_funeral"}


def headlines(folder: Path) -> Iterator[tuple[str, list[Pair]]]:
    def gold(a: Row, b: Row) -> bool | None:
        if {a["id"], b["id"]} == {"h118", "h124"}:
            return None
        if a["event"] != b["event"]:
            return None if {a["event"], b["event"]} == _ONE_OCCASION else False
        relations = {a["relation"], b["relation"]}
        return True if relations == {"same"} else False if relations == {"same", "hard_negative"} else None

    every = pairs(_rows(folder / "headlines.jsonl"), gold)
    yield "headlines: across languages", [pair for pair in every if not pair.is_one_language]
    yield "headlines: one language", [pair for pair in every if pair.is_one_language]
    yield "headlines: all", every


def labelled(path: Path) -> Iterator[tuple[str, list[Pair]]]:
    rows = [row for row in _rows(path) if row.get("story") and row.get("part", "tune") == "tune"]
    every = pairs(rows, lambda a, b: bool(a["story"] == b["story"]))
    yield f"{path.name}: across languages", [pair for pair in every if not pair.is_one_language]
    yield f"{path.name}: one language", [pair for pair in every if pair.is_one_language]


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def speed(folder: Path) -> None:
    """Milliseconds of processor time for a document of 3,000 characters, and for one comparison."""
    rows = _rows(folder / "translations.jsonl")
    made = [(document(row), len(row["text"])) for row in rows]
    for one, _ in made:
        extract(one)
    for language in ("en", "de", "ru", "zh", "ja", "ko", "ar"):
        own = [(one, size) for one, size in made if one.language == language]
        start = time.process_time()
        for one, _ in own:
            extract(one)
        spent = (time.process_time() - start) * 1000
        print(f"extract {language}: {spent / len(own):.2f} ms a document, {3000 * spent / sum(s for _, s in own):.2f} a 3,000 characters")
    facts = [extract(one) for one, _ in made[::7]]
    start, count = time.process_time(), 0
    for one, other in combinations(facts, 2):
        compare(one, other)
        count += 1
    print(f"compare: {(time.process_time() - start) / count * 1000:.3f} ms")


def main(folder: Path, further: Sequence[Path]) -> None:
    """All sets, then speed."""
    for found in (translations, events, headlines):
        for name, every in found(folder):
            report(name, every)
    for path in further:
        for name, every in labelled(path):
            report(name, every)
    speed(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
