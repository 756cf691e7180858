"""Days: resolved against the day of publication, in many languages."""

from __future__ import annotations

from datetime import date

import pytest

from watcher.stories.facts.dates import Day, days
from watcher.stories.facts.words import plain, read

THURSDAY = date(2025, 1, 30)


def found(text: str, language: str, published: date | None = THURSDAY) -> list[Day]:
    return days(read(plain(text), language), published)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "on January 27"),
        ("en", "on the 27th of January"),
        ("en", "Jan. 27, 2025"),
        ("en", "on Monday"),
        ("de", "am 27. Januar"),
        ("de", "am Montag"),
        ("de", "27.01.2025"),
        ("fr", "le 27 janvier"),
        ("fr", "lundi"),
        ("es", "el 27 de enero de 2025"),
        ("es", "el lunes"),
        ("pt", "27 de janeiro"),
        ("pt", "na segunda-feira"),
        ("it", "il 27 gennaio"),
        ("it", "lunedì"),
        ("nl", "op 27 januari"),
        ("pl", "27 stycznia"),
        ("pl", "w poniedziałek"),
        ("ru", "27 января 2025 года"),
        ("ru", "в понедельник"),
        ("uk", "27 січня"),
        ("tr", "27 Ocak"),
        ("sv", "den 27 januari"),
        ("cs", "27. ledna"),
        ("ar", "27 يناير"),
        ("ja", "1月27日"),
        ("ja", "27日"),
        ("ja", "月曜日"),
        ("zh", "2025年1月27日"),
        ("zh", "周一"),
        ("ko", "1월 27일"),
        ("ko", "월요일"),
        ("vi", "ngày 27 tháng 1"),
        ("en", "2025-01-27"),
        ("en", "01/27/2025"),
        ("fr", "27/01/2025"),
    ],
)
def test_a_day_is_the_same_day_in_every_language(language: str, text: str) -> None:
    assert [day.key for day in found(text, language)] == ["d:2025-01-27"]


@pytest.mark.parametrize(
    ("language", "text"), [("en", "yesterday"), ("de", "gestern"), ("ru", "вчера"), ("zh", "昨天"), ("pt", "ontem")]
)
def test_yesterday_is_counted_from_publication(language: str, text: str) -> None:
    assert [day.key for day in found(text, language)] == ["d:2025-01-29"]
    assert found(text, language, None) == []


def test_a_weekday_may_be_the_coming_one() -> None:
    assert "d:2025-02-03" in found("on Monday", "en")[0].also


def test_a_day_without_its_year_is_in_the_nearest_one() -> None:
    assert found("on December 28", "en")[0].key == "d:2024-12-28"
    assert found("on December 28", "en", None)[0].key == "d:12-28"


def test_a_year_alone_weighs_little() -> None:
    year, day = found("in 2023, on March 3, 2024", "en")
    assert year.key == "d:2023"
    assert year.weight < day.weight / 3


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "he may be late"), ("pt", "pela segunda vez"), ("ja", "日本"), ("en", "on March 31, 2025, 30 people")],
)
def test_other_words_are_no_days(language: str, text: str) -> None:
    assert {day.key for day in found(text, language)} <= {"d:2025-03-31"}


def test_a_day_that_does_not_exist_is_none() -> None:
    assert [day.key for day in found("on February 30, 2025", "en")] == ["d:2025"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "nos mais novos chips"),
        ("es", "la marca de chips"),
        ("de", "hier gibt es gar nichts"),
        ("vi", "công ty may mắn"),
        ("it", "set di dati"),
    ],
)
def test_another_language_s_month_is_no_day(language: str, text: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"), [("de", "Ende des Mais"), ("pl", "do marca"), ("fr", "hier"), ("und", "maio")]
)
def test_a_language_s_own_words_stay_days(language: str, text: str) -> None:
    assert found(text, language) != []
