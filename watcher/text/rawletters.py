"""Characters that are another one after folding, and how the bytes of a page are folded without a look at each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from watcher.text.fold import folded

CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r") + b"\x7f"
LOWER = bytes(code + 32 if 65 <= code <= 90 else code for code in range(256))
# One replacement takes 0.04 to 0.08 ms of a page of 50 kB, a look at every character 1.2 ms.
_FEW = 12

# Letters that fold to letters of their own script, by script: `rawfinder` takes care of those. What is rare in news is
# left out, as every letter here makes bytes alike that are not.
_OWN = (
    frozenset("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁабвгдежзийклмнопрстуфхцчшщъыьэюяёїі"),
    frozenset("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψωςάέήίόύώ"),
    frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآؤئىیکةپچگ"),
    frozenset(map(chr, range(0x3041, 0x3100))),
)
_VANISHING = frozenset(map(chr, (*range(0x80, 0xA0), 0xFEFF, 0xFFFE, 0xFFFF)))
# Most of what is outside ASCII: gone through a run at a time. Nothing in it has anything instead of it.
_USUAL = re.compile(
    "[\u4e00-\u9fff\uac00-\ud7a3\u0410-\u044f\u0401\u0451\u0454-\u045b\u3041-\u3096\u30a0-\u30fe\u3001-\u301f"
    "\u0e01-\u0e32\u0e34-\u0e3a\u0e40-\u0e5b\u0904-\u0928\u092a-\u0930\u0932\u0933\u0935-\u0939\u093e-\u0957"
    "\u061d-\u063f\u0641-\u064a\u0660-\u066f\u0679-\u06bf\u06c1\u06c3-\u06d2\u06d4\u05d0-\u05ea\u0391-\u03a1"
    "\u03a3-\u03a9\u03ac-\u03af\u03b1-\u03c9\u03cc-\u03ce\u2010-\u2029\u202f-\u2035\u20ac\u00a0-\u00a9\u00ab\u00b0\u00b7"
    "\u00bb\u00bf\u00d7]+"
)
_usual: set[str] = set()
_unusual_ones: set[str] = set()


def own_script(character: str) -> frozenset[str] | None:
    """The letters among which a character folds."""
    return next((letters for letters in _OWN if character in letters), None)


def instead(character: str) -> str | None:
    """What stands for a character when names are looked for; None where it stands for itself."""
    if character in _VANISHING:
        return ""
    became = folded(character)
    if became == character:
        return None
    letters = own_script(character)
    if letters is not None and became in letters and _size(became) == _size(character):
        return None
    if became and all(letter < "\x80" and not letter.isalnum() for letter in became):
        return None
    is_capital = became.isascii() and (character.isupper() or character.istitle())
    return became.upper() if is_capital else became


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def unusual_letters(text: str) -> frozenset[str]:
    """Those of a text's characters that something else stands for. Each is looked at once in a process's life."""
    present = set(_USUAL.sub("", text))
    for character in present - _usual - _unusual_ones:
        (_usual if instead(character) is None else _unusual_ones).add(character)
    return frozenset(present & _unusual_ones)


class _Each(dict[int, str]):
    def __missing__(self, code: int) -> str:
        became = instead(chr(code))
        self[code] = chr(code) if became is None else became
        return self[code]


EACH = _Each()


@dataclass(frozen=True, slots=True)
class Plan:
    replaced: tuple[tuple[bytes, bytes], ...]
    deleted: bytes
    table: bytes


@lru_cache(maxsize=512)
def plan(unusual: frozenset[str]) -> Plan | None:
    """How a page with these characters is folded in few passes; None where a look at every character is cheaper.

    A letter with an accent is two bytes: the first, a few for all such letters, is deleted, the second becomes the
    letter without. Two letters that would need the same second byte cannot both be had so.
    """
    second: dict[int, int] = {}
    deleted: set[int] = set(CONTROLS)
    replaced: list[tuple[bytes, bytes]] = []
    for character in sorted(unusual):
        data, became = character.encode("utf-8", "surrogatepass"), instead(character) or ""
        is_simple = len(data) == 2 and len(became) == 1 and became.isascii()
        if is_simple and second.setdefault(data[1], ord(became.lower())) == ord(became.lower()):
            deleted.add(data[0])
        else:
            replaced.append((data, became.encode("utf-8")))
    if len(replaced) > _FEW:
        return None
    table = bytearray(LOWER)
    for code, letter in second.items():
        table[code] = letter
    # What vanishes comes last: an accent of its own may have followed a letter that is replaced.
    return Plan(tuple(replaced), bytes(sorted(deleted)), bytes(table))
