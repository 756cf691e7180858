"""Names by their consonants, names by their capitals."""

from __future__ import annotations

import pytest

from watcher.stories.facts.names import names
from watcher.stories.facts.sounds import skeleton, variants
from watcher.stories.facts.words import fold_word, plain, read


def sounds(word: str, script: str) -> set[str]:
    folded = fold_word(word)
    return {skeleton(folded, script), *variants(folded, script)} - {""}


@pytest.mark.parametrize(
    ("latin", "others"),
    [
        (
            "Kavanaugh",
            {"cyrillic": "Кавано", "katakana": "カバノー", "hangul": "캐버노", "arabic": "كافانو", "han": "卡瓦诺"},
        ),
        (
            "Sulawesi",
            {
                "cyrillic": "Сулавеси",
                "katakana": "スラウェシ",
                "hangul": "술라웨시",
                "arabic": "سولاويسي",
                "han": "苏拉威西",
            },
        ),
        (
            "Zuckerberg",
            {"cyrillic": "Цукерберг", "katakana": "ザッカーバーグ", "hangul": "저커버그", "han": "扎克伯格"},
        ),
        (
            "Ivanov",
            {
                "latin": "Iwanow",
                "cyrillic": "Иванов",
                "katakana": "イヴァノフ",
                "hangul": "이바노프",
                "arabic": "ايفانوف",
            },
        ),
        ("Johnson", {"cyrillic": "Джонсон", "katakana": "ジョンソン", "hangul": "존슨", "arabic": "جونسون"}),
    ],
)
def test_a_name_sounds_the_same_in_every_script(latin: str, others: dict[str, str]) -> None:
    for script, written in others.items():
        assert sounds(latin, "latin") & sounds(written, script), (script, written)


def test_names_that_sound_different_stay_apart() -> None:
    assert not sounds("Kavanaugh", "latin") & sounds("Цукерберг", "cyrillic")


def test_a_name_with_too_few_consonants_has_no_sound() -> None:
    assert skeleton("mao", "latin") == ""


def found(text: str, language: str) -> set[str]:
    made = names([read(plain(text), language)], lambda word: word in {"the", "but", "yesterday"})
    return {word.key for part in made for word in part if word.key}


def test_a_capital_inside_a_sentence_makes_a_name() -> None:
    assert found("Yesterday the lawyer Teixeira spoke. But nobody listened.", "en") == {"teixeira"}


def test_a_word_that_opens_a_sentence_is_a_name_if_it_is_one_elsewhere() -> None:
    assert "teixeira" in found("Teixeira spoke. Later they met Teixeira.", "en")
    assert "lawyers" not in found("Lawyers spoke. Then more lawyers spoke.", "en")


def test_latin_words_in_a_text_of_another_script_are_names() -> None:
    assert {"modelarts", "studio"} <= found("用户可以在ModelArts Studio中使用该模型，这是一个平台。", "zh")


def test_german_nouns_are_not_sure_names_but_two_in_a_row_are() -> None:
    (part,) = names([read("Gestern sprach der Minister mit Alexandr Wang über das Wetter.", "de")], lambda _: False)
    assert {word.shown: word.is_sure for word in part} == {
        "Gestern": False, "Minister": False, "Alexandr": True, "Wang": True, "Wetter": False,
    }  # fmt: skip


def test_a_handle_is_a_name() -> None:
    assert "@dorialexander" in found("so @DoriAlexander wrote", "en")
