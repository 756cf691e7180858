"""The judge's weights: terms in their order, a file that is read as it was written, anything else refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.stories.facts import FEATURES
from watcher.stories.verdict import MEANING_TERMS, TERMS, Linear, Model, load, shipped, terms
from watcher.stories.verdict.model import FACTS, FILE, FORMAT, KINDS, MEANING, ONE, OTHER_ONE, OTHER_TWO, TWO
from watcher.types import Document

NO_FACTS = dict.fromkeys(FEATURES, 0.0)
LINES = {
    (form, kind): Linear(-1.5 + number, tuple(round(0.25 * place - number, 4) for place in range(width)))
    for number, (form, kind, width) in enumerate(
        (form, kind, len(TERMS) + len(MEANING_TERMS) * (form == MEANING)) for form in (FACTS, MEANING) for kind in KINDS
    )
}
CUTS = {"normal": 0.5, "careful": 0.8}
BARE = {"normal": 0.7, "careful": 0.9}
MODEL = Model(LINES, {FACTS: BARE, MEANING: CUTS}, "abc")
MADE_BY = {"script": "a script", "sha256_of_data": "abc"}
A, B = Document("a", "A short text.", "A title"), Document("b", "", "Another title")


def test_there_is_a_number_for_every_term_and_no_term_twice() -> None:
    assert len(terms(A, B, NO_FACTS, None)) == len(TERMS) == len(set(TERMS))
    assert len(terms(A, B, NO_FACTS, {})) == len(TERMS) + len(MEANING_TERMS)
    assert not set(TERMS) & set(MEANING_TERMS)


def test_terms_stand_where_their_names_stand() -> None:
    facts = {**NO_FACTS, "front": 0.5, "hard": 4.0, "pooled": 0.25, "deeds_differ": 1.0, "numbers_differ": 3.0}
    row = dict(zip((*TERMS, *MEANING_TERMS), terms(A, B, facts, {"whole": 0.4, "titles": 0.9}), strict=True))
    assert (row["front"], row["front*hard"], row["pooled^.5"]) == (0.5, 2.0, 0.5)
    assert row["pooled>.15"] == pytest.approx(0.1)
    assert (row["blank"], row["both_blank"], row["short"]) == (1.0, 0.0, 0.0)
    assert row["numbers_differ*other"] == 3.0
    assert (row["whole"], row["nearest"], row["no_titles"], row["no_texts"]) == (0.4, 0.9, 0.0, 1.0)
    assert row["whole*hard"] == pytest.approx(1.6)


def test_terms_are_the_same_either_way_round() -> None:
    facts = {**NO_FACTS, "front": 0.5, "pooled": 0.4}
    assert terms(A, B, facts, {"whole": 0.4}) == terms(B, A, facts, {"whole": 0.4})


def test_a_model_is_read_as_it_was_written() -> None:
    again = load(MODEL.dumps(MADE_BY))
    assert again == MODEL
    assert again.dumps(MADE_BY) == MODEL.dumps(MADE_BY)


def test_the_file_is_readable_a_line_for_each_term() -> None:
    written = MODEL.dumps(MADE_BY)
    for name in (*TERMS, *MEANING_TERMS):
        assert f'"{name}": ' in written
    assert written.count("\n") > len(TERMS) * 4


def test_a_term_that_is_not_in_the_file_weighs_nothing() -> None:
    data = json.loads(MODEL.dumps(MADE_BY))
    del data["forms"][FACTS][ONE]["weights"]["pooled"]
    line = load(json.dumps(data)).lines[FACTS, ONE]
    assert line.weights[TERMS.index("pooled")] == 0.0
    assert len(line.weights) == len(TERMS)


def _with(change: Callable[[dict[str, Any]], object]) -> str:
    data = json.loads(MODEL.dumps(MADE_BY))
    change(data)
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_with(lambda data: data.update(format=FORMAT + 1)), f"format {FORMAT + 1}, this program reads {FORMAT}"),
        (_with(lambda data: data["forms"][FACTS][TWO]["weights"].update(moon=1.0)), "unknown terms moon"),
        (_with(lambda data: data["forms"][FACTS][ONE]["weights"].update(whole=1.0)), "unknown terms whole"),
        (_with(lambda data: data["forms"].pop(MEANING)), "not a judge's weights"),
        (_with(lambda data: data["forms"][FACTS][ONE].update(bias="much")), "not a judge's weights"),
        (_with(lambda data: data.update(cuts=None)), "not a judge's weights"),
        (_with(lambda data: data.pop("made_by")), "not a judge's weights"),
        ("", "not a judge's weights"),
        ("[]", "not a judge's weights"),
        ("{}", "not a judge's weights"),
    ],
)
def test_a_file_that_is_none_is_refused_with_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(ValueError, match="not a judge's weights") as refused:
        load(text)
    assert said in str(refused.value)


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3), st.floats(-1e3, 1e3))
def test_a_chance_is_one_whatever_is_weighed(row: list[float], bias: float) -> None:
    assert 0 < Linear(bias, (0.5, -2.0, 30.0)).chance(row) < 1


def test_more_of_what_speaks_for_it_is_a_greater_chance() -> None:
    line = Linear(-1.0, (2.0,))
    chances = [line.chance([number / 4]) for number in range(8)]
    assert chances == sorted(set(chances))
    with pytest.raises(ValueError, match="zip"):
        line.chance([1.0, 2.0])


@pytest.mark.parametrize("form", [FACTS, MEANING])
@pytest.mark.parametrize(
    ("is_one_language", "is_on_subject", "kind"),
    [(True, True, ONE), (False, True, TWO), (True, False, OTHER_ONE), (False, False, OTHER_TWO)],
)
def test_every_kind_of_pair_has_a_line_of_its_own(
    form: str, is_one_language: bool, is_on_subject: bool, kind: str
) -> None:
    row = [0.0] * (len(TERMS) + len(MEANING_TERMS) * (form == MEANING))
    weighed = MODEL.weigh(row, is_one_language=is_one_language, is_on_subject=is_on_subject)
    assert weighed.chance == LINES[form, kind].chance(row)
    same = [named for named, line in LINES.items() if named[0] == form and line.chance(row) == weighed.chance]
    assert same == [(form, kind)]


def test_facts_alone_are_asked_for_more_on_the_subject_and_only_there() -> None:
    short, long = [0.0] * len(TERMS), [0.0] * (len(TERMS) + len(MEANING_TERMS))
    assert MODEL.weigh(short, is_one_language=True, is_on_subject=True).cuts == BARE
    assert MODEL.weigh(short, is_one_language=True, is_on_subject=False).cuts == CUTS
    assert MODEL.weigh(long, is_one_language=True, is_on_subject=True).cuts == CUTS


def test_the_shipped_weights_are_made_of_the_labelled_sets_as_they_are() -> None:
    eval_sets = sorted((Path(__file__).parents[2] / "eval").glob("stories*.jsonl"))
    made_by = json.loads(FILE.read_text("utf-8"))["made_by"]
    assert made_by["sha256_of_own_sets"] == sha256(b"".join(file.read_bytes() for file in eval_sets)).hexdigest()


def test_the_shipped_model_is_whole_and_more_careful_where_it_is_asked_to_be() -> None:
    model = shipped()
    assert set(model.lines) == set(LINES)
    assert all(0 < cuts["normal"] < cuts["careful"] < 1 for cuts in model.cuts.values())
    assert model.stamp
    assert load(model.dumps(json.loads(FILE.read_text("utf-8"))["made_by"])) == model
    weighed = model.weigh(terms(A, B, NO_FACTS, None), is_one_language=True, is_on_subject=True)
    assert weighed.chance < weighed.cuts["normal"]
