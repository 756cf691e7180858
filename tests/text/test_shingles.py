from __future__ import annotations

import subprocess
import sys

from watcher.text.shingles import shingles
from watcher.text.tokens import tokens

TEXT = "Der Zug 公司发布新的芯片 fährt heute nicht."
_SHOW = """
from watcher.text.shingles import shingles
from watcher.text.tokens import tokens
cut = tokens("Der Zug \u516c\u53f8\u53d1\u5e03\u65b0\u7684\u82af\u7247 f\u00e4hrt heute nicht.")
print(shingles(cut.words, cut.weights))
"""


def test_a_shingle_holds_about_three_words_in_any_script() -> None:
    for text, size in (("eins zwei drei vier", 3), ("公司发布新的芯片", 6), ("รถไฟทางคู่สายเหนือ", 12)):
        cut = tokens(text)
        first, *_ = shingles(cut.words, cut.weights)
        assert first[1] == size


def test_a_text_too_short_for_a_shingle_has_none() -> None:
    assert shingles(["zwei", "worte"], [1.0, 1.0]) == ()
    assert shingles([], []) == ()


def test_hashes_are_the_same_in_every_process() -> None:
    cut = tokens(TEXT)
    for seed in ("0", "1"):
        shown = subprocess.run(
            [sys.executable, "-c", _SHOW], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        )
        assert shown.stdout.strip() == str(shingles(cut.words, cut.weights))
