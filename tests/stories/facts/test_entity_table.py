"""Entities: one thing under its names in every script, and a table that users extend."""

from __future__ import annotations

from collections import Counter

import pytest

from watcher.stories.facts import Entities, EntitiesError, merge, parse, shipped
from watcher.stories.facts.entities import NOBODY, known
from watcher.stories.facts.words import plain, read
from watcher.text.fold import folded


def ids(text: str, language: str = "en", finder: Entities | None = None) -> list[str]:
    return [place.entity.id for place in (finder or known()).find(read(plain(text), language))]


def test_the_table_is_as_large_as_promised_and_no_name_is_two_things() -> None:
    assert len(shipped()) >= 250
    owners = {(folded(name), e.id) for e in shipped() if e.type != NOBODY for name in e.names}
    assert [name for name, count in Counter(name for name, _ in owners).items() if count > 1] == []
    assert len({entity.id for entity in shipped()}) == len(shipped())


@pytest.mark.parametrize(
    ("language", "text", "entity"),
    [
        ("zh", "华为发布新品", "huawei"),
        ("zh", "華為發表新品", "huawei"),
        ("ja", "ファーウェイが発表", "huawei"),
        ("ko", "화웨이는 밝혔다", "huawei"),
        ("ru", "чипы Хуавэя", "huawei"),
        ("ar", "شركة هواوي", "huawei"),
        ("de", "Huaweis Chips", "huawei"),
        ("pl", "karty Nvidii", "nvidia"),
        ("ru", "в России", "russia"),
        ("de", "in Nordkorea", "northkorea"),
        ("ar", "كوريا الشمالية تؤكد", "northkorea"),
        ("en", "the FT said", "ft"),
        ("zh", "据《金融时报》报道", "ft"),
        ("zh", "梁文锋说", "liangwenfeng"),
        ("ko", "량원펑 창업자", "liangwenfeng"),
        ("ja", "北朝鮮が", "northkorea"),
        ("en", "US officials", "usa"),
    ],
)
def test_an_entity_is_found_in_every_script(language: str, text: str, entity: str) -> None:
    assert entity in ids(text, language)


@pytest.mark.parametrize(
    "text", ["an apple a day", "tell us more", "intelligence", "LET US GO TO THE MARKET NOW", "ascending"]
)
def test_ordinary_words_are_no_entities(text: str) -> None:
    assert ids(text) == []


def test_the_longest_name_counts() -> None:
    assert ids("the South China Morning Post reported") == ["scmp"]


def test_a_users_table_adds_entities_and_names() -> None:
    own = parse('[company]\nbeispiel = ["Beispiel AG", "例公司"]\nhuawei = ["Hua Wei Technologies"]\n', "own.toml")
    finder = Entities(merge(shipped(), own))
    assert ids("例公司与华为", "zh", finder) == ["beispiel", "huawei"]
    assert ids("Hua Wei Technologies said", "en", finder) == ["huawei"]


def test_a_name_of_the_users_table_belongs_to_the_user() -> None:
    finder = Entities(merge(shipped(), parse('[product]\nobst = ["Apple"]\n')))
    assert ids("Apple said", "en", finder) == ["obst"]


@pytest.mark.parametrize(
    "text", ["[company\n", '[planet]\nmars = ["Mars"]\n', "[company]\nx = []\n", "[company]\nx = 3\n"]
)
def test_a_bad_table_is_refused_in_words(text: str) -> None:
    with pytest.raises(EntitiesError, match=r"own\.toml"):
        parse(text, "own.toml")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Über das Startup ist wenig bekannt."),
        ("pt", "Meta de inflação sobe."),
        ("es", "Llama la atención su precio."),
        ("it", "Dell'azienda si sa poco."),
        ("en", "My chip is faster."),
        ("es", "La meta es clara. Meta cumplida."),
        ("en", "Oracle of the valley. An oracle speaks."),
    ],
)
def test_a_word_of_the_language_is_nobody(language: str, text: str) -> None:
    assert ids(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "entity"),
    [
        ("de", "Uber fährt ohne Fahrer.", "uber"),
        ("pt", "Meta lança óculos.", "meta"),
        ("es", "Meta cumple la meta de Meta.", "meta"),
        ("it", "Dell produce server.", "dell"),
        ("fr", "Nestle investit.", "nestle"),
        ("hi", "डीपसीक ने मॉडल टाला", "deepseek"),
        ("th", "ดีปซีคเลื่อนเปิดตัว", "deepseek"),
        ("he", "החברה חזרה לאנבידיה", "nvidia"),
        ("uk", "повернулася до Енвідіа", "nvidia"),
        ("vi", "chip của Mỹ", "usa"),
        ("fa", "تراشه‌های هواوی", "huawei"),
        ("ko", "알렉산더 왕은 말했다", "alexandrwang"),
        ("ar", "شبكة سي إن بي سي", "cnbc"),
    ],
)
def test_names_are_found_as_their_readers_spell_them(language: str, text: str, entity: str) -> None:
    assert entity in ids(text, language)
