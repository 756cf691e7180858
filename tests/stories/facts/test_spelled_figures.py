"""Numbers: one value and unit, however a language writes them."""

from __future__ import annotations

import pytest
from spellings import SPELLINGS

from watcher.stories.facts.numbers import Amount, amounts
from watcher.stories.facts.wordnumbers import spelled
from watcher.stories.facts.words import plain, read


def figures(text: str, language: str) -> list[Amount]:
    made = plain(text)
    return [*amounts(made, language, []), *spelled(read(made, language))]


def values(text: str, language: str = "en") -> list[float]:
    return [amount.value for amount in figures(text, language)]


@pytest.mark.parametrize(("language", "text", "value", "unit"), SPELLINGS, ids=lambda part: str(part)[:30])
def test_a_spelling_has_its_value_and_unit(language: str, text: str, value: float, unit: str) -> None:
    found = figures(text, language)
    assert [(amount.value, amount.unit) for amount in found] == [(pytest.approx(value), unit)]


def test_the_table_is_as_large_as_promised() -> None:
    assert len({(language, text) for language, text, _, _ in SPELLINGS}) >= 150


@pytest.mark.parametrize(
    ("language", "text", "other"),
    [
        ("pt", "2 bilhões", 2e12),  # Brazil: a thousand million; elsewhere a million million
        ("de", "2 Billionen", 2e9),  # English figures, badly translated
        ("es", "2 billones", 2e9),
        ("en", "1.234", 1234.0),
        ("de", "1,234", 1234.0),
        ("und", "1.234", 1.234),
    ],
)
def test_an_unclear_spelling_keeps_its_other_reading(language: str, text: str, other: float) -> None:
    assert other in figures(text, language)[0].also


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("at 10:30 on the day", "en"),
        ("um 14 Uhr", "de"),
        ("at 7 : 35 am", "en"),
        ("at 7 p.m. sharp", "en"),
        ("version 3.1.2 is out", "en"),
        ("see https://example.org/2024/50000/x", "en"),
        ("上午10点", "zh"),
        ("午後3時", "ja"),
        ("十分重要", "zh"),
        ("einmalig und zweifellos", "de"),
        ("a one-off", "en"),
    ],
)
def test_what_is_no_amount_is_not_read_as_one(text: str, language: str) -> None:
    assert values(text, language) == []


def test_both_ends_of_a_range_share_magnitude_and_unit() -> None:
    found = figures("zwischen 10 bis 12 Milliarden Euro", "de")
    assert [(amount.value, amount.unit) for amount in found] == [(10e9, "EUR"), (12e9, "EUR")]


def test_two_numbers_side_by_side_stay_two_where_spaces_do_not_group() -> None:
    assert values("In 2010 200 people came") == [2010, 200]
    assert values("in 100 200 Fällen", "fr") == [100_200]


def test_english_once_is_no_eleven() -> None:
    assert values("once upon a time") == []
    assert values("once millones", "es") == [11e6]


def test_a_bare_four_digit_number_may_be_a_year() -> None:
    assert figures("in 2025", "en")[0].bare
    assert not figures("2,025 of them", "en")[0].bare
