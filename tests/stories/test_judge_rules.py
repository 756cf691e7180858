"""What the judge makes of a chance: rules that hold whatever the weights are. The models here say one chance of all."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.stories.facts import FactsSignal
from watcher.stories.judge import StoryJudge
from watcher.stories.signal import Score
from watcher.stories.stream import Stream
from watcher.stories.verdict import MEANING_TERMS, TERMS, Linear, Model
from watcher.stories.verdict.model import FACTS, KINDS, MEANING
from watcher.types import TELLS, Document, Evidence, Fact, Grouping, Key, Match, Relation

EVAL = Path(__file__).parents[1] / "eval"
FERRY = "The ferry to Ebbing ran aground off the north mole in thick fog, and forty passengers were taken off by boat."
LOOM = "A weaver in Tarn has rebuilt a loom of the eighteenth century from drawings that were found in a church tower."


ASKED: dict[str, Grouping] = {"normal": "normal", "careful": "careful", "off": "off"}
"""Topics named after how carefully they are grouped."""


def always(chance: float) -> Model:
    """A model that says this of every pair."""
    bias = math.log(chance / (1 - chance))
    widths = {FACTS: len(TERMS), MEANING: len(TERMS) + len(MEANING_TERMS)}
    lines = {(form, kind): Linear(bias, (0.0,) * width) for form, width in widths.items() for kind in KINDS}
    cuts = {"normal": 0.5, "careful": 0.8}
    return Model(lines, {FACTS: cuts, MEANING: cuts}, "made up")


def doc(own: str, text: str = "", title: str = "", language: str = "en", grouping: Grouping = "normal") -> Document:
    return Document(own, text, title, language, topics=(grouping,))


class Contradicting(FactsSignal):
    """Sees conflicts of these kinds in every pair."""

    def __init__(self, *kinds: str) -> None:
        super().__init__()
        self._conflicts = tuple(Fact(kind, "one ≠ other") for kind in kinds)

    def score(self, a: Document, b: Document) -> Score:
        return replace(super().score(a, b), conflicts=self._conflicts)


# --- what speaks against a merge --------------------------------------------------------------------------------------


def test_two_headlines_in_two_languages_never_merge_without_a_shared_hard_fact() -> None:
    judge = StoryJudge(model=always(0.99))
    english = doc("a", title="Markets nervous ahead of the decision")
    german = doc("b", title="Die Börsen sind vor der Entscheidung nervös", language="de")
    for a, b in ((english, german), (german, english)):
        match = judge.compare(a, b)
        assert match.relation is Relation.RELATED
        assert match.score < match.evidence.cut
    assert judge.compare(english, replace(german, text="Mit Text ist es keine Schlagzeile mehr.")).relation in TELLS
    assert judge.compare(english, replace(english, id="c", title="Investors jittery")).relation in TELLS


def test_two_headlines_in_two_languages_merge_with_one() -> None:
    english = doc("a", title="Huawei to ship 805,000 Ascend 910C")
    german = doc("b", title="Huawei will 805.000 Ascend 910C ausliefern", language="de")
    assert StoryJudge(model=always(0.99)).compare(english, german).relation is Relation.RETELLING


@pytest.mark.parametrize("kinds", [("number", "actor"), ("number", "action"), ("action", "date", "number")])
def test_a_contradicted_pair_is_related_and_its_score_says_no_more_than_that(kinds: tuple[str, ...]) -> None:
    match = StoryJudge(facts=Contradicting(*kinds), model=always(0.99)).compare(doc("a", FERRY), doc("b", LOOM))
    assert match.relation is Relation.RELATED
    assert match.score < match.evidence.cut
    assert {fact.kind for fact in match.evidence.conflicts} == set(kinds)


@pytest.mark.parametrize("kinds", [("number",), ("actor", "action"), ("date", "number")])
def test_other_figures_for_one_claim_do_not_part_two_reports(kinds: tuple[str, ...]) -> None:
    match = StoryJudge(facts=Contradicting(*kinds), model=always(0.99)).compare(doc("a", FERRY), doc("b", LOOM))
    assert match.relation is Relation.RETELLING
    assert match.evidence.conflicts


@given(
    st.floats(0.001, 0.999) | st.sampled_from([0.4999999, 0.7999999, 0.9999999]),
    st.sampled_from(["normal", "careful", "off"]),
)
def test_a_score_reaches_the_cut_where_the_judge_says_yes_and_nowhere_else(chance: float, grouping: Grouping) -> None:
    match = StoryJudge(model=always(chance), groupings=ASKED).compare(
        doc("a", FERRY, grouping=grouping), doc("b", LOOM)
    )
    assert (match.score >= match.evidence.cut) == (match.relation in TELLS)


# --- how carefully ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chance", "one", "other", "relation"),
    [
        (0.6, "normal", "normal", Relation.RETELLING),
        (0.6, "normal", "careful", Relation.RELATED),
        (0.6, "careful", "careful", Relation.RELATED),
        (0.9, "careful", "normal", Relation.RETELLING),
        (0.9, "careful", "off", Relation.RELATED),
        (0.99, "normal", "off", Relation.RELATED),
    ],
)
def test_the_more_careful_of_two_counts(chance: float, one: Grouping, other: Grouping, relation: Relation) -> None:
    judge = StoryJudge(model=always(chance), groupings=ASKED)
    a, b = doc("a", FERRY, grouping=one), doc("b", LOOM, grouping=other)
    assert judge.compare(a, b).relation is judge.compare(b, a).relation is relation


def test_with_grouping_off_copies_alone_are_grouped() -> None:
    judge = StoryJudge(model=always(0.99), groupings=ASKED)
    match = judge.compare(doc("a", FERRY * 3, grouping="off"), doc("b", FERRY.upper() * 3))
    assert match.relation is Relation.COPY
    assert match.score >= 0.95


# --- laws over the labelled sets --------------------------------------------------------------------------------------


def measured(count: int) -> list[Document]:
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in (EVAL / "stories-third.jsonl").read_text("utf-8").splitlines()
    ]
    return [Document(row["id"], row["text"], row["title"], row["language"], row["url"]) for row in rows[::5][:count]]


def with_vectors(documents: Sequence[Document]) -> tuple[StoryJudge, list[Document]]:
    """A judge with meaning, and the documents with the vectors that are in the project."""
    pytest.importorskip("numpy", reason="no numpy in this environment; pip install 'toldonce[meaning]' brings it")
    from watcher.encoder import VectorFile
    from watcher.stories.meaning import RECIPE, pieces
    from watcher.stories.meaning.means import shipped_means
    from watcher.stories.meaning.space import Space

    held = VectorFile(EVAL / "vectors.bin")
    found = []
    for document in documents:
        texts = pieces(document)
        vectors = held.encode(list(texts.values())).result()
        assert isinstance(vectors, tuple)
        found.append(replace(document, vectors=tuple(zip(texts, vectors, strict=True))))
    return StoryJudge(Space(shipped_means(held.name, RECIPE))), found


@pytest.mark.parametrize("has_meaning", [False, True])
def test_it_does_not_matter_which_of_two_comes_first(has_meaning: bool) -> None:
    documents = measured(26)
    judge, documents = with_vectors(documents) if has_meaning else (StoryJudge(), documents)
    for a, b in combinations(map(judge.prepared, documents), 2):
        there, back = judge.compare(a, b), judge.compare(b, a)
        assert (there.relation, there.score) == (back.relation, back.score), (a.id, b.id)
        assert ("meaning" in there.evidence.signals) == has_meaning


def test_facts_that_are_brought_along_change_no_decision() -> None:
    judge, documents = StoryJudge(), measured(14)
    for a, b in combinations(documents, 2):
        assert judge.compare(judge.prepared(a), judge.prepared(b)) == judge.compare(a, b)


def test_preparing_a_document_reads_its_facts_and_touches_nothing_else() -> None:
    judge, (document, *_) = StoryJudge(), measured(1)
    ready = judge.prepared(document)
    assert ready.facts
    assert replace(ready, facts="") == document
    assert judge.prepared(ready) == ready
    assert judge.keys(ready) == judge.keys(document)


# --- streams ----------------------------------------------------------------------------------------------------------


class Told(StoryJudge):
    """Finds everybody and says what it was told of each pair; of others, that they are new."""

    def __init__(self, likes: dict[frozenset[str], float]) -> None:
        super().__init__()
        self._likes = likes

    def prepared(self, document: Document) -> Document:
        return document

    def keys(self, document: Document) -> tuple[Key, ...]:  # noqa: ARG002  # a judge's signature
        return (Key("told", 1, 7),)

    def compare(self, a: Document, b: Document) -> Match:
        score = 1.0 if a.id == b.id else self._likes.get(frozenset((a.id, b.id)), 0.0)
        relation = Relation.RETELLING if score >= 0.5 else Relation.NEW
        return Match(b.id, relation, score, Evidence(cut=0.5))


def stories(judge: StoryJudge, *names: str) -> list[str]:
    stream = Stream(judge)
    return [stream.add(doc(name, name)).story for name in names]


def test_a_stream_makes_no_chains() -> None:
    likes = {frozenset("ab"): 0.9, frozenset("bc"): 0.9, frozenset("ac"): 0.02}
    assert stories(Told(likes), "a", "b", "c") == ["a", "a", "c"]
    assert stories(Told({**likes, frozenset("ac"): 0.8}), "a", "b", "c") == ["a", "a", "a"]


def test_whoever_is_unlike_most_of_a_story_does_not_join_it() -> None:
    likes = {frozenset(pair): 0.9 for pair in combinations("abcd", 2)} | {frozenset("de"): 0.9, frozenset("ae"): 0.4}
    assert stories(Told(likes), *"abcde") == ["a", "a", "a", "a", "e"]


def test_an_id_that_comes_twice_is_told_of_as_the_first_and_judged_by_its_own_words() -> None:
    stream = Stream(StoryJudge())
    first = stream.add(doc("x", FERRY * 2))
    other = stream.add(doc("x", LOOM * 2))
    third = stream.add(doc("y", FERRY.lower() * 2))
    assert (first.story, first.verdict.earlier) == ("x", None)
    assert other.verdict.earlier is None
    assert third.verdict.earlier is not None
    assert (third.verdict.earlier.id, third.verdict.earlier.relation) == ("x", Relation.COPY)
    assert third.story == "x"
