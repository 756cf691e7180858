"""Which scripts put no spaces between words: there a character is the unit, elsewhere the word is."""

from __future__ import annotations

import re

# Han, kana, Thai, Lao, Khmer, Myanmar. Hangul is left out on purpose: Korean writes spaces between words.
SPACELESS_RANGES = (
    "\u0e00-\u0e7f"  # Thai
    "\u0e80-\u0eff"  # Lao
    "\u1000-\u109f"  # Myanmar
    "\u1780-\u17ff"  # Khmer
    "\u3005-\u3007"  # ideographic iteration mark and zero
    "\u3041-\u30ff"  # hiragana, katakana
    "\u3400-\u4dbf"  # Han, extension A
    "\u4e00-\u9fff"  # Han
    "\uf900-\ufaff"  # Han, compatibility
    "\U00020000-\U0003134f"  # Han, extensions B to G
)
_SPACELESS = re.compile(f"[{SPACELESS_RANGES}]")
_LETTERS = re.compile(r"[^\W_]")


def is_spaceless(character: str) -> bool:
    """True for a character of a script that writes no spaces between words."""
    return _SPACELESS.match(character) is not None


def spaceless_share(text: str) -> float:
    """The share of letters and digits in `text` that belong to scripts without spaces; 0 for an empty text."""
    spaceless = len(_SPACELESS.findall(text))
    # Vowel signs of Thai stand in their script's range and are no letters by themselves.
    return min(1.0, spaceless / max(1, len(_LETTERS.findall(text)))) if spaceless else 0.0
