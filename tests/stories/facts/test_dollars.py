"""Dollars are American unless their name says whose they are."""

from __future__ import annotations

import pytest

from watcher.stories.facts import extract
from watcher.types import Document


@pytest.mark.parametrize(
    ("language", "text", "unit"),
    [
        ("en", "The group pays 40 billion Hong Kong dollars.", "HKD"),
        ("de", "Die Gruppe zahlt 40 Milliarden Hongkong-Dollar.", "HKD"),
        ("fr", "Le groupe paie 40 milliards de dollars de Hong Kong.", "HKD"),
        ("es", "El grupo paga 40.000 millones de dólares hongkoneses.", "HKD"),
        ("ja", "同社は400億香港ドルを支払う。", "HKD"),
        ("en", "The group pays 40 billion dollars in Hong Kong.", "USD"),
    ],
)
def test_hong_kong_dollars_are_none_of_america(language: str, text: str, unit: str) -> None:
    (number,) = [mark for mark in extract(Document("", text, language=language)).marks if mark.kind == "number"]
    assert (number.key, number.unit) == ("n:4e+10", unit)
