"""The signal `facts`: what was read once comes along as text, and says the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.stories.facts import FEATURES, SUBJECT, FactsSignal
from watcher.stories.facts.marks import pack, unpack
from watcher.types import Document

ARTICLE = Document(
    "a",
    'Huawei shipped 100,000 Ascend 910C processors on 3 March 2026, Reuters reported. Eric Xu said: "We will double '
    'our output this year." The contract is worth 2.4 billion yuan, 12 percent more than planned.',
    "Huawei ships 100,000 Ascend 910C",
    "en",
)
OTHER = Document(
    "b",
    "Huawei hat nach einem Bericht von Reuters 100.000 Prozessoren vom Typ Ascend 910C ausgeliefert. Der Auftrag ist "
    "2,4 Milliarden Yuan wert.",
    "Huawei liefert 100.000 Ascend 910C aus",
    "de",
)


def test_packed_facts_are_text_that_says_the_same() -> None:
    signal = FactsSignal()
    facts = signal.facts(ARTICLE)
    assert facts.marks
    assert unpack(pack(facts)) == facts
    assert pack(unpack(signal.packed(ARTICLE))) == signal.packed(ARTICLE)


@given(st.text(max_size=200), st.text(max_size=60), st.sampled_from(["en", "de", "zh", "ar", "und", "xx"]))
def test_any_text_s_facts_can_be_packed(text: str, title: str, language: str) -> None:
    signal = FactsSignal()
    document = Document("x", text, title, language)
    packed = signal.packed(document)
    assert unpack(packed) == signal.facts(document)
    packed.encode()  # the archive keeps it


def test_a_document_that_brings_its_facts_is_not_read_again() -> None:
    brought = replace(ARTICLE, facts=FactsSignal().packed(ARTICLE))
    emptied = replace(brought, text="", title="")
    signal = FactsSignal()
    assert signal.packed(brought) == brought.facts
    assert signal.keys(emptied) == signal.keys(ARTICLE)
    assert signal.score(emptied, OTHER) == signal.score(ARTICLE, OTHER)


def test_the_signal_gives_every_feature_and_is_symmetric_in_them() -> None:
    signal = FactsSignal()
    there, back = signal.score(ARTICLE, OTHER), signal.score(OTHER, ARTICLE)
    assert tuple(there.features) == (*FEATURES, SUBJECT)
    assert there.features == back.features
    assert there.value == back.value == pytest.approx(there.value)
    assert {fact.kind for fact in there.shared} >= {"number", "model"}
    assert set(signal.keys(ARTICLE)) & set(signal.keys(OTHER))
    assert {key.signal for key in signal.keys(ARTICLE)} == {"facts"}
