"""From a topic's names to what an engine is asked: those a language is written with, quoted, within its limits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from watcher.text.finder import script
from watcher.text.fold import folded

# The scripts of a language besides Latin, in which products and companies are named everywhere. What is not listed is
# written in Latin letters alone. "han" and "kana" are told apart here: a Japanese spelling is of no use in Chinese.
_SCRIPTS = {
    "zh": {"han"}, "ja": {"han", "kana"}, "ko": {"hangul"},
    "ru": {"cyrillic"}, "uk": {"cyrillic"}, "bg": {"cyrillic"}, "sr": {"cyrillic"}, "be": {"cyrillic"},
    "mk": {"cyrillic"}, "kk": {"cyrillic"}, "ar": {"arabic"}, "fa": {"arabic"}, "ur": {"arabic"}, "he": {"hebrew"},
    "el": {"greek"}, "hi": {"devanagari"}, "mr": {"devanagari"}, "ne": {"devanagari"}, "bn": {"bengali"},
    "ta": {"tamil"}, "te": {"telugu"}, "th": {"thai"},
}  # fmt: skip
_BLOCKS = (("HIRAGANA", "kana"), ("KATAKANA", "kana"), ("CJK", "han"), ("THAI", "thai"), ("TAMIL", "tamil"),
           ("TELUGU", "telugu"))  # fmt: skip
_QUOTES = str.maketrans("", "", '"“”„«»()[]{}\\')


def names_in(names: Iterable[str], language: str | None) -> tuple[str, ...]:
    """The names a language is written with: the first of all, those in its own scripts, Latin ones.

    A name that holds an earlier one as a phrase ("DeepSeek R1" holds "DeepSeek") finds nothing more and is left out.
    """
    own = _SCRIPTS.get(language or "", set())
    kept: dict[str, tuple[int, str]] = {}
    for name in (" ".join(name.translate(_QUOTES).split()) for name in names):
        scripts = {_script(sign) for sign in folded(name)} - {"", "digit", "latin"}
        if name and scripts <= own:
            # A topic's first name is the one everybody uses; what only this language writes finds more than the rest.
            rank = 0 if not kept else 3 if not scripts else 2 if own > scripts else 1
            kept.setdefault(folded(name), (rank, name))
    ordered = [name for _, name in sorted(kept.values(), key=lambda each: each[0])]
    return tuple(name for name in ordered if not any(_holds(name, other) for other in ordered if other != name))


def within(names: Sequence[str], *, characters: int, words: int, most: int) -> tuple[str, ...]:
    """As many of these names, in order, as a query of quoted names joined by OR may have; the first one in any case."""
    taken: list[str] = []
    length, counted = 0, 0
    for name in names[:most]:
        length += len(f'"{name}" OR ')
        counted += len(name.split()) + 1
        if taken and (length > characters or counted > words):
            break
        taken.append(name)
    return tuple(taken)


def any_of(names: Sequence[str]) -> str:
    """`"DeepSeek" OR "Liang Wenfeng"`."""
    return " OR ".join(f'"{name}"' for name in names)


def parts_of(query: str) -> tuple[str, ...]:
    """What a query joins by OR, without the quotes."""
    return tuple(filter(None, (" ".join(part.translate(_QUOTES).split()) for part in re.split(r"\s+OR\s+", query))))


def _script(sign: str) -> str:
    found = script(sign)
    if found not in ("spaceless", "katakana", "other"):
        return found
    name = unicodedata.name(sign, "")
    return next((block for start, block in _BLOCKS if name.startswith(start)), "unknown")


def _holds(name: str, other: str) -> bool:
    """True where a phrase search for `other` finds every text with `name` in it."""
    long, short = folded(name), folded(other)
    if any(_script(sign) in ("han", "kana", "thai") for sign in short):
        return short in long
    return f" {short} " in f" {long} "
