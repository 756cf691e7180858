"""Model numbers: one key across hyphens, spaces, scripts and endings."""

from __future__ import annotations

import pytest

from watcher.stories.facts.models import models
from watcher.stories.facts.words import plain


def keys(text: str, language: str = "en") -> set[str]:
    return {key for model in models(plain(text), language) for key in (model.key, *model.also)}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("the Ascend 910C", "m:910c"),
        ("the Ascend-910C", "m:910c"),
        ("the Ascend910C", "m:910c"),
        ("910Cチップ", "m:910c"),
        ("昇腾910C芯片", "m:910c"),
        ("어센드 910C를", "m:910c"),
        ("чип 910C", "m:910c"),
        ("50,000 H100s", "m:h100"),
        ("H100-GPUs", "m:h100"),
        ("Н100", "m:h100"),  # noqa: RUF100  # a Cyrillic letter on purpose
        ("Ｈ１００", "m:h100"),
        ("A100/H800", "m:h800"),
        ("das R1-Modell", "m:r1"),
        ("DeepSeek-R1", "m:r1"),
        ("deepseek-r1", "m:r1"),
        ("DeepSeek-V3.1", "m:v3.1"),
        ("GB200-Racks", "m:gb200"),
        ("Qwen3", "m:qwen3"),
        ("Qwen 3", "m:qwen3"),
        ("Qwen-3", "m:qwen3"),
        ("通义千问3", "m:qwen3"),
        ("CANN 9", "m:cann9"),
        ("RTX 5090", "m:rtx5090"),
        ("RTX5090", "m:rtx5090"),
        ("RTX-5090", "m:rtx5090"),
        ("iPhone 16 Pro", "m:iphone16"),
        ("Boeing 737", "m:boeing737"),
        ("波音737", "m:boeing737"),
        ("CloudMatrix 384", "m:cloudmatrix384"),
        ("GPT-4o", "m:gpt4o"),
        ("o3-mini", "m:o3"),
        ("MI300X", "m:mi300x"),
        ("HBM3e", "m:hbm3e"),
        ("Су-57", "m:su57"),
        ("С-400", "m:s400"),
    ],
)
def test_a_model_number_has_one_key(text: str, key: str) -> None:
    assert key in keys(text)


@pytest.mark.parametrize(
    "text", ["50k", "50K users", "20GB", "7nm", "the 1990s", "on the 21st", "mid-2018", "NATO 5 million", "$910B", "3D"]
)
def test_amounts_and_ordinals_are_no_models(text: str) -> None:
    assert keys(text) == set()


def test_a_card_is_met_again_by_its_number_alone() -> None:
    assert {"m:5090", "n:5090"} <= keys("RTX 5090")


def test_a_model_of_70b_is_also_seventy_thousand_million() -> None:
    assert "n:70000000000" in keys("a 70B model")
