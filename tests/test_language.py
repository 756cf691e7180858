"""Languages told by script or by the bundled model, without any connection."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.language import identify


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The company will ship its new accelerator in autumn", "en"),
        ("Der Hersteller liefert den neuen Beschleuniger erst im Herbst aus", "de"),
        ("A empresa chinesa adiou o lançamento do novo modelo de linguagem", "pt"),
        ("La empresa china aplazó el lanzamiento de su nuevo modelo", "es"),
        ("L'azienda cinese ha rinviato l'uscita del nuovo modello", "it"),
        ("Le groupe chinois a reporté la sortie de son nouveau modèle", "fr"),
        ("Het Chinese bedrijf stelt de lancering van het nieuwe model uit", "nl"),
        ("Chińska firma opóźnia premierę nowego modelu językowego", "pl"),
        ("Çinli şirket yeni dil modelinin çıkışını erteledi", "tr"),
        ("Китайская компания отложила выпуск новой языковой модели", "ru"),
        ("Китайська компанія відклала випуск нової мовної моделі", "uk"),
        ("أرجأت الشركة الصينية إطلاق نموذجها اللغوي الجديد", "ar"),
        ("华为推迟发布新一代昇腾芯片", "zh"),
        ("華為延後發表新一代昇騰晶片", "zh"),
        ("ファーウェイ、昇騰の次世代品を延期", "ja"),
        ("昇騰910C、量産を開始へ", "ja"),
        ("화웨이, 차세대 어센드 칩 출시 연기", "ko"),
        ("หัวเว่ยเลื่อนเปิดตัวชิปรุ่นใหม่", "th"),
        ("HUAWEI-BESCHLEUNIGER UNTERSTÜTZEN AUCH DAS SPRACHMODELL", "de"),
        ("https://paper.example/a-b-c 910C 2025", "und"),
        ("", "und"),
        ("12 345 — 67 %", "und"),
    ],
)
def test_a_headline_is_told_by_its_language(text: str, language: str) -> None:
    assert identify(text) == language


def test_a_zero_byte_does_not_end_the_text() -> None:
    assert identify("\0\0Der Hersteller liefert den\0 neuen Beschleuniger aus\ud83d") == "de"


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=400))
def test_any_text_gives_a_subtag_and_no_error(text: str) -> None:
    assert 2 <= len(identify(text)) <= 3


def test_no_connection_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert identify("The model is part of the package and needs no download") == "en"
