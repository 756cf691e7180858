"""What a subject is called, and which of its names say too little by themselves."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.stories.facts import Entity, shipped
from watcher.subjects import plain_name, proposed, rule_lines
from watcher.subjects.names import Called, Place, topic_id
from watcher.subjects.written import topic_table
from watcher.topics import TopicMatcher

TABLE = shipped()


def places(*given: str, called: tuple[Called, ...] = ()) -> dict[str, Place]:
    return {name.name: name.place for name in proposed(given, TABLE, called).names}


def test_a_name_that_a_table_knows_comes_in_every_script():
    proposal = proposed(["TSMC"], TABLE)
    assert proposal.kind == "company"
    assert {"TSMC", "台积电", "台積電", "ТСМЦ"} <= set(proposal.rule.names)
    assert proposal.rule.names[0] == "TSMC"
    assert {name.script for name in proposal.names} >= {"latin", "han", "cyrillic", "thai", "arabic", "devanagari"}
    assert all(name.why for name in proposal.names)
    matches = TopicMatcher([proposal.rule])
    for title in ("台积电7月涨价", "ТСМЦ повышает цены", "TSMC's plant"):
        assert matches(title, "")[0].about


def test_a_name_asked_for_in_another_script_is_the_same_thing():
    assert proposed(["台积电"], TABLE).rule.names[0] == "台积电"
    assert "TSMC" in proposed(["台积电"], TABLE).rule.names


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Apple", "word"),
        ("Meta", "word"),
        ("R", "1 letter "),
        ("R2", "2 letters"),
        ("银", "one sign"),
        ("Gemini", "word"),
    ],
)
def test_a_name_that_says_too_little_is_weak_and_needs_another_word(name: str, why: str):
    proposal = proposed([name], TABLE)
    (own,) = [each for each in proposal.names if each.name == name]
    assert own.place == "weak"
    assert why in own.why
    assert proposal.rule.needs
    assert name not in proposal.rule.names


@pytest.mark.parametrize("name", ["AMD", "Siemens", "삼성", "华为", "solid-state batteries", "Mistral AI"])
def test_a_name_that_says_enough_stands_alone(name: str):
    assert places(name)[name] == "names"


def test_a_weak_name_counts_beside_a_word_of_its_kind_alone():
    matches = TopicMatcher([proposed(["Apple"], TABLE).rule])
    assert matches("Apple shares fall", "")
    assert not matches("An apple a day", "")
    assert not matches("Apple pie from the company kitchen", ""), "what looks like it and is none"


def test_what_another_thing_is_called_too_is_weak():
    planet, singer = Entity("planet", "place", ("Vesper",)), Entity("singer", "person", ("Ida Vesper", "Vesper"))
    rule = proposed(["Ida Vesper"], (planet, singer)).rule
    assert (rule.names, rule.weak) == (("Ida Vesper",), ("Vesper",))


def test_what_somebody_else_calls_it_is_taken_only_if_that_is_sure():
    called = (Called("Gigafab", "beside it", sure=True), Called("Fabrik", "beside it", sure=False))
    found = places("TSMC", called=called)
    assert (found["Gigafab"], found["Fabrik"]) == ("names", "perhaps")
    lines = rule_lines(proposed(["TSMC"], TABLE, called))
    assert '# perhaps: "Fabrik"   (beside it)' in lines


def test_of_what_no_table_knows_the_other_number_is_tried_too():
    assert set(places("heat pump")) == {"heat pump", "heat pumps"}
    assert "apples" not in places("apple")


@pytest.mark.parametrize(
    ("title", "id"),
    [("Huawei Ascend", "huawei-ascend"), ("São Paulo", "sao-paulo"), ("昇腾", "subject"), ("a" * 99, "a" * 64)],
)
def test_a_subject_gets_a_short_name_of_its_title(title: str, id: str):
    assert topic_id(title) == id


_NAMES = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30), min_size=1, max_size=4
)


@settings(max_examples=20)
@given(_NAMES)
def test_whatever_it_is_called_the_lines_say_the_rule(names: list[str]):
    assert_the_lines_say_the_rule(names)


@pytest.mark.long
@settings(max_examples=60)
@given(_NAMES)
def test_whatever_it_is_called_the_lines_say_the_rule_60_times(names: list[str]):
    assert_the_lines_say_the_rule(names)


def assert_the_lines_say_the_rule(names: list[str]) -> None:
    kept = [name for each in names if (name := plain_name(each))]
    if not kept:
        return
    rule = proposed(kept, TABLE).rule
    said = tomllib.loads(rule_lines(proposed(kept, TABLE)))["topics"][rule.id]
    assert said == topic_table(rule)


@pytest.mark.parametrize(
    "entity",
    [
        pytest.param(each, id=each.id, marks=pytest.mark.long if number % 4 else ())
        for number, each in enumerate(TABLE[::9])
    ],
)
def test_the_lines_say_the_rule_of_whatever_a_table_knows(entity: Entity):
    proposal = proposed([entity.names[0]], TABLE)
    said = tomllib.loads(rule_lines(proposal))["topics"][proposal.rule.id]
    assert said == topic_table(proposal.rule)


def test_what_others_say_cannot_write_anything_but_a_name():
    nasty = 'Gigafab"]\n[network]\nallow = ["0.0.0.0/0"]\x00\x1b\ud800\u202e'
    called = (Called(nasty, nasty), Called("x" + nasty, "so\r\n[watcher]\x07", sure=False), Called("\x00", "nothing"))
    proposal = proposed(["TSMC"], TABLE, called)
    read = tomllib.loads(rule_lines(proposal))
    assert set(read) == {"topics"}
    assert read["topics"]["tsmc"] == topic_table(proposal.rule)
    assert any(name.startswith("Gigafab") for name in proposal.rule.names)
