"""Phrases are found as they were typed: whole words where there are words, anywhere where there are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.text.phrases import Phrases, plain


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("black friday", "BLACK  FRIDAY: ten deals"),
        ("Cafe", "Im Café um die Ecke"),
        ("ＧＰＵ", "a gpu for all"),
        ("黑色星期五", "今年的黑色星期五优惠"),
        ("セール", "大セール開催"),
        ("deals", "“Deals”, they said"),
        ("GPU", "GPUの価格"),
        ("price-cut", "a price‑cut for boards"),
        ("5090", "RTX 5090: better?"),
        ("распродажа", "Распродажа началась"),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str):
    assert Phrases(["something else", phrase]).within("no", text) == (1,)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("deal", "Nvidia deals in boards"),
        ("ban", "banana"),
        ("509", "RTX 5090"),
        ("сон", "персона"),
        ("Friday black", "black friday"),
    ],
)
def test_a_phrase_is_no_part_of_a_longer_word(phrase: str, text: str):
    assert Phrases([phrase]).within(text) == ()


def test_nothing_is_found_by_nothing():
    assert Phrases([]).within("anything") == ()
    assert Phrases(["", "  "]).within("anything") == ()


@given(st.text(max_size=12), st.text(max_size=60), st.text(max_size=60))
def test_what_stands_between_spaces_is_always_found(phrase: str, before: str, after: str):
    if plain(phrase):
        assert Phrases([phrase]).within(f"{before} {phrase} {after}") == (0,)
