"""Measured quality of recognising copies, with floors that only rise."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path

import pytest

from watcher.stories.copy import CUT, CopySignal, fingerprint
from watcher.stories.judge import StoryJudge
from watcher.stories.stream import Stream
from watcher.types import Document, Relation, Verdict

HERE = Path(__file__).parent
SPLITS = ("tune", "held-out")


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


ROWS = rows("copies.jsonl")
PAIRS = rows("copies_pairs.jsonl")
BY_ID = {row["id"]: Document(row["id"], row["text"], row["title"], row["language"]) for row in ROWS}
STORIES = {row["id"]: set(row["stories"]) for row in ROWS}


def f1(right: int, false: int, missed: int) -> float:
    return 2 * right / (2 * right + false + missed)


def test_the_set_is_what_its_script_makes() -> None:
    spec = importlib.util.spec_from_file_location("make_copies", HERE / "make_copies.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.make() == (ROWS, PAIRS)


def test_the_set_is_large_and_mixed_enough_to_mean_something() -> None:
    counts = Counter((pair["split"], pair["gold"]) for pair in PAIRS)
    assert len(PAIRS) >= 250
    assert min(counts[split, gold] for split in SPLITS for gold in ("copy", "not")) >= 30
    assert len({row["language"] for row in ROWS}) >= 12


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    """Of every row, in a stream."""
    stream = Stream(StoryJudge())
    return [stream.add(BY_ID[row["id"]]).verdict for row in ROWS]


@pytest.mark.parametrize("split", SPLITS)
def test_in_a_stream_copies_are_found_and_none_is_false(split: str, verdicts: list[Verdict]) -> None:
    """Floor: F1 0.98 over (document, earlier story), no false copy."""
    right, false, missed = 0, [], []
    seen: set[str] = set()
    for row, verdict in zip(ROWS, verdicts, strict=True):
        linked = [match for match in (verdict.earlier, *verdict.also) if match and match.relation is Relation.COPY]
        carried = STORIES[row["id"]] & seen
        found = {story for match in linked for story in STORIES[match.id] & carried}
        seen |= STORIES[row["id"]]
        if row["split"] == split:
            right += len(found)
            missed += [(row["id"], story) for story in carried - found]
            false += [(row["id"], match.id) for match in linked if not STORIES[match.id] & STORIES[row["id"]]]
    assert false == []
    assert f1(right, len(false), len(missed)) >= 0.98, missed


@pytest.mark.parametrize("split", SPLITS)
def test_in_pairs_copies_are_found_and_none_is_false(split: str) -> None:
    """Floor: F1 0.98 over labelled pairs, no false copy."""
    judge = StoryJudge()
    said = [
        (pair, judge.compare(BY_ID[pair["a"]], BY_ID[pair["b"]]).relation is Relation.COPY)
        for pair in PAIRS
        if pair["split"] == split
    ]
    false = [pair for pair, is_copy in said if is_copy and pair["gold"] != "copy"]
    missed = [pair for pair, is_copy in said if not is_copy and pair["gold"] == "copy"]
    assert false == []
    assert f1(sum(is_copy for _, is_copy in said), len(false), len(missed)) >= 0.98, missed


def test_by_fingerprint_alone_nearly_as_many_are_found() -> None:
    """Floor: F1 0.97 over labelled pairs where the original is known by its fingerprint only."""
    signal = CopySignal()
    made = {own: Document(own, "", fingerprint=fingerprint(document.text)) for own, document in BY_ID.items()}
    counts = Counter(
        (signal.score(BY_ID[pair["a"]], made[pair["b"]]).value >= CUT, pair["gold"] == "copy") for pair in PAIRS
    )
    assert f1(counts[True, True], counts[True, False], counts[False, True]) >= 0.97
