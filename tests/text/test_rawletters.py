"""What is taken for usual outside ASCII, and nothing stands for it."""

from __future__ import annotations

import sys

from watcher.text.rawletters import _USUAL, instead


def test_nothing_stands_for_a_character_that_is_passed_over() -> None:
    usual = [chr(code) for code in range(0x80, sys.maxunicode + 1) if _USUAL.match(chr(code))]
    assert len(usual) > 30_000
    assert [character for character in usual if instead(character) is not None] == []
