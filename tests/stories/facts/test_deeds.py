"""Deeds: one concept for what newsrooms of many languages say."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import watcher.stories.facts.actions as actions_module
from watcher.stories.facts.actions import actions, concepts
from watcher.stories.facts.words import plain, read


def found(text: str, language: str) -> set[str]:
    return {concept for concept, _, _ in actions(read(plain(text), language))}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "DeepSeek postponed its model"), ("de", "DeepSeek verschiebt sein Modell"), ("fr", "DeepSeek repousse"),
        ("es", "DeepSeek aplaza su modelo"), ("pt", "DeepSeek adia o modelo"), ("it", "DeepSeek rinvia il modello"),
        ("nl", "DeepSeek stelt uitgesteld model"), ("pl", "DeepSeek odłożył model"), ("ru", "DeepSeek отложила выпуск"),
        ("tr", "DeepSeek modeli erteledi"), ("sv", "DeepSeek skjuter upp"), ("zh", "DeepSeek推迟发布"),
        ("ja", "DeepSeekが延期"), ("ko", "딥시크 출시 연기"), ("ar", "تأجيل النموذج"),
    ],
)  # fmt: skip
def test_a_delay_is_a_delay_in_every_language(language: str, text: str) -> None:
    assert "delay" in found(text, language)


def test_every_concept_has_cues_in_twelve_languages() -> None:
    table = tomllib.loads(Path(actions_module.__file__).with_name("actions.toml").read_text("utf-8"))
    assert len(concepts()) >= 30
    assert {concept: len(languages) for concept, languages in table.items() if len(languages) < 12} == {}


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "die Firma hat die Leute"), ("nl", "het is niet met haar"), ("es", "para todos"),
     ("en", "faster processors"), ("tr", "bana göre"), ("en", "according to reports")],
)  # fmt: skip
def test_everyday_words_are_no_deeds(language: str, text: str) -> None:
    assert found(text, language) == set()


@pytest.mark.parametrize(
    ("language", "text", "deed"),
    [
        ("hi", "डीपसीक ने मॉडल टाला", "delay"), ("th", "ดีปซีคเลื่อนเปิดตัว", "delay"),
        ("uk", "компанія відклала модель", "delay"), ("he", "האימון נכשל", "fail"), ("he", "האימון נכשל", "train"),
        ("el", "αποτυχία εκπαίδευσης", "train"), ("cs", "trénink selhal", "fail"), ("fa", "آموزش ناکام ماند", "fail"),
        ("id", "DeepSeek menunda R2", "delay"), ("zh", "训练失败", "fail"), ("ko", "H100 보유", "own"),
        ("da", "selskabet udskyder modellen", "delay"), ("fi", "yhtiö lykkäsi mallia", "delay"),
        ("uk", "штраф у мільйон", "fine"),  # what Ukrainian has no cue for it reads by Russian's
    ],
)  # fmt: skip
def test_deeds_are_read_in_further_languages(language: str, text: str, deed: str) -> None:
    assert deed in found(text, language)
