from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.text.tokens import is_figure, tokens

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Der Dax stieg um 50.000 auf 1,5 %.", ["der", "dax", "stieg", "um", "50000", "auf", "1.5"]),
        ("l’azienda e l'azienda", ["l", "azienda", "e", "l", "azienda"]),
        ("18.42포인트 오른", ["18.42", "포인트", "오른"]),
        ("हिन्दी समाचार।", ["हिन्दी", "समाचार"]),
        ("Ascend 910C, H100", ["ascend", "910c", "h100"]),
    ],
)
def test_words_are_cut_where_readers_cut_them(text: str, words: list[str]) -> None:
    assert list(tokens(text).words) == words


def test_scripts_without_spaces_are_cut_into_characters() -> None:
    cut = tokens("华为Ascend芯片")
    assert len(cut) == 5
    assert list(cut.weights) == [0.5, 0.5, 1.0, 0.5, 0.5]


@given(ANY)
def test_every_token_has_its_place_in_the_given_text_in_order(text: str) -> None:
    cut = tokens(text)
    assert list(cut.starts) == sorted(cut.starts)
    assert list(cut.ends) == sorted(cut.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(cut.starts, cut.ends, strict=True))


@pytest.mark.parametrize("word", ["50000", "3.5", "12th", "910c"])
def test_a_number_with_or_without_a_unit_is_a_figure(word: str) -> None:
    assert is_figure(word)


@pytest.mark.parametrize("word", ["h100", "r1", "ascend", "一"])
def test_a_word_with_a_digit_in_it_is_no_figure(word: str) -> None:
    assert not is_figure(word)
