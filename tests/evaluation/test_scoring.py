from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import combinations

import pytest

from watcher.evaluation import JudgeScorer, Labelled, report, score_pairs
from watcher.evaluation import scoring as scoring_module
from watcher.evaluation.bcubed import bcubed
from watcher.evaluation.report import stream_order, worst
from watcher.types import Document, Match, Relation

BRIDGE = (
    "The bridge between Alder Point and the harbour will be closed to traffic from Monday, the city announced. "
    "Inspectors had found cracks in four of the six main girders, one of them forty centimetres long. "
    "Buses will use the tunnel, and cyclists are asked to take the ferry, which runs every twenty minutes. "
)
HERON = (
    "A pair of grey herons has nested on the roof of the town hall for the first time since records began. "
    "The mayor has forbidden fireworks within two hundred metres until the chicks have fledged. "
    "A camera shows the nest day and night, and eleven thousand people watched on the first weekend. "
)


def labelled(
    own: str, *gold: str, text: str = "", language: str = "en", groups: tuple[str | None, ...] = ()
) -> Labelled:
    return Labelled(Document(own, text or own, language=language), frozenset(gold), groups)


class Told:
    """A scorer that says what it was told to say."""

    def __init__(self, scores: dict[tuple[str, str], float], stories: dict[str, str] | None = None) -> None:
        self.scores, self.put, self.prepared = scores, stories or {}, 0

    def prepare(self, documents: Sequence[Document]) -> None:
        self.prepared += len(documents)

    def __call__(self, a: Document, b: Document) -> Match:
        score = self.scores.get((a.id, b.id), 0.0)
        return Match(b.id, Relation.RETELLING if score >= 0.5 else Relation.NEW, score)

    def candidates(self, documents: Sequence[Document]) -> list[tuple[int, int]]:
        return [(0, 1)] if len(documents) > 1 else []

    def stories(self, documents: Sequence[Document]) -> list[str]:
        return [self.put.get(document.id, document.id) for document in documents]


@pytest.mark.parametrize("tile", [1, 2, 3, 7, 96])
def test_every_pair_is_seen_once_whatever_the_tiles(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring_module, "_TILE", tile)
    rows = [labelled(str(number), str(number)) for number in range(7)]
    assert [(pair.a, pair.b) for pair in score_pairs(rows, Told({}))] == list(combinations(range(7), 2))


def test_pairs_of_one_group_and_two_stories_are_left_out_and_empty_groups_leave_nothing_out() -> None:
    rows = [
        labelled("a", "s1", groups=("g",)),
        labelled("b", "s1", groups=("g",)),
        labelled("c", "s2", groups=("g",)),
        labelled("d", "s3", groups=(None,)),
        labelled("e", "s4", groups=(None,)),
    ]
    seen = {(rows[pair.a].document.id, rows[pair.b].document.id) for pair in score_pairs(rows, Told({}))}
    assert ("a", "b") in seen
    assert ("d", "e") in seen
    assert not seen & {("a", "c"), ("b", "c")}
    assert len(seen) == 8


def test_a_document_that_tells_two_stories_is_the_same_as_the_documents_of_either() -> None:
    rows = [labelled("both", "s1", "s2"), labelled("one", "s1"), labelled("two", "s2")]
    assert [pair.same for pair in score_pairs(rows, Told({}))] == [True, True, False]


def test_the_judge_sees_pairs_that_no_key_would_have_proposed() -> None:
    rows = [
        labelled("a", "s", text=BRIDGE),
        labelled("b", "s", text=f"{HERON}\n{BRIDGE}"),
        labelled("c", "h", text="Rain"),
    ]
    pairs = score_pairs(rows, JudgeScorer())
    assert [(pair.said, pair.candidate) for pair in pairs] == [(True, True), (False, False), (False, False)]


def test_stories_are_those_of_a_stream() -> None:
    documents = [Document("a", BRIDGE), Document("b", HERON), Document("c", BRIDGE + " More tomorrow.")]
    assert JudgeScorer().stories(documents) == ["a", "b", "a"]


def test_b_cubed_is_that_of_the_textbook() -> None:
    rows = [labelled(own, gold) for own, gold in zip("abcde", "xxxyy", strict=True)]
    found = bcubed(rows, ["1", "1", "2", "2", "2"])
    assert found["precision"] == round((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5, 4)
    assert found["recall"] == round((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5, 4)


def test_b_cubed_of_a_perfect_grouping_is_one_and_ignored_pairs_do_no_harm() -> None:
    rows = [labelled("a", "x", groups=("g",)), labelled("b", "y", groups=("g",)), labelled("c", "y", groups=("g",))]
    assert bcubed(rows, ["1", "1", "1"]) == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert bcubed([], []) == {"precision": None, "recall": None, "f1": None}


def test_a_stream_comes_by_date_then_address_then_id_with_undated_documents_last() -> None:
    day = datetime(2026, 3, 4, tzinfo=UTC)
    rows = [
        Labelled(document, frozenset("x"))
        for document in (
            Document("undated", "x"),
            Document("late", "x", published=day.replace(hour=3)),
            Document("1", "x", url="https://b.example/", published=day),
            Document("2", "x", url="https://a.example/", published=day),
        )
    ]
    assert [row.document.id for row in stream_order(rows)] == ["2", "1", "late", "undated"]


def test_the_most_confident_mistakes_come_first() -> None:
    rows = [labelled(own, gold) for own, gold in zip("abcd", "xxyz", strict=True)]
    pairs = score_pairs(rows, Told({("a", "b"): 0.1, ("a", "c"): 0.6, ("b", "d"): 0.9, ("c", "d"): 0.4}))
    assert [(pair.a, pair.b) for pair in worst(pairs)] == [(1, 3), (0, 2), (0, 1)]


def test_a_report_holds_what_was_promised_and_prepares_once() -> None:
    rows = [labelled("a", "x", language="en"), labelled("b", "x", language="de"), labelled("c", "y", language="en")]
    scorer = Told({("a", "b"): 0.9, ("a", "c"): 0.7}, {"a": "a", "b": "a"})
    figures, pairs = report(rows, scorer)
    assert figures["pairs"] == {"n": 3, "precision": 0.5, "recall": 1.0, "f1": 0.6667}
    assert figures["bcubed"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert figures["by_relation"]["de-en"] == {"n": 2, "precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert figures["recall_at_fpr"] == {"1e-3": 1.0, "1e-4": 1.0}
    assert figures["calibration"] == [{"score": 0.9, "right": 1.0, "n": 1}]
    assert figures["candidates"] == {"n": 1, "n_middle": 1, "recall": 1.0}
    assert [row["a"] + row["b"] for row in figures["worst"]] == ["ac"]
    assert (scorer.prepared, len(pairs)) == (3, 3)
