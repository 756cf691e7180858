"""One spelling for what reads the same, with the way back to the given text.

Case, accents, compatibility forms, invisible characters, look-alike letters, digits of other scripts and white space
are folded. Folding is for comparing: nobody ever reads its result.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass

from watcher.text.lookalikes import ALWAYS, IN_LATIN_WORDS, SMALL_IN_LATIN_WORDS

# Format characters, variation selectors, fillers that draw nothing, controls that are no white space, lone surrogates.
_INVISIBLE = (
    "\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Accents of Latin, Greek and Cyrillic; Hebrew points; Arabic vowel signs and the stretching dash: often lost.
_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
_DROPPED = re.compile(f"[{_INVISIBLE}{_MARKS}]+")
# Only here does a letter depend on its neighbour: Korean letters that join into a syllable, kana with a voicing mark.
_JOINING = re.compile(
    "[\uac00-\ud7a3]?[\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\ud7b0-\ud7fb\uffa1-\uffdc]+"
    "|[^\u3099\u309a\uff9e\uff9f][\u3099\u309a\uff9e\uff9f]+"
)
# A word is Latin with letters smuggled in when it has a letter that no other alphabet lends.
_WORD = re.compile(r"[^\W\d_]+")
_ONLY_LATIN = frozenset("dfglqruvwzDFGLQRUVWZ")
_SMUGGLED = re.compile("[" + "".join(map(chr, IN_LATIN_WORDS)) + "]")
_SMUGGLED_SMALL = re.compile("[" + "".join(map(chr, SMALL_IN_LATIN_WORDS)) + "]")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A folded text; its character `i` was read from the given text at `offsets[i]`.

    `offsets` has one more entry than there are characters: the length of the given text. So `offsets[i + 1]` is where
    a run that ends with character `i` ends, marks and invisible characters that were dropped after it included.
    """

    text: str
    offsets: array[int]


def normalise(text: str) -> Normalised:
    """Folds a text. Folding what is folded changes nothing; any string is accepted."""
    seen, origins = _visible(text)
    if _SMUGGLED_SMALL.search(seen):
        seen = _unsmuggled(seen, SMALL_IN_LATIN_WORDS)
    pieces: list[str] = []
    offsets = array("L")
    done = 0
    for cluster in _JOINING.finditer(seen):
        _fold_plain(seen, done, cluster.start(), origins, pieces, offsets)
        folded = "".join(_FOLDED[character] for character in unicodedata.normalize("NFKC", cluster.group()))
        pieces.append(folded)
        offsets.extend([_origin(origins, cluster.start())] * len(folded))
        done = cluster.end()
    _fold_plain(seen, done, len(seen), origins, pieces, offsets)
    whole = "".join(pieces)
    if _SMUGGLED.search(whole):
        whole = _unsmuggled(whole, IN_LATIN_WORDS)
    return _collapsed(whole, offsets, len(text))


def fold(text: str) -> str:
    """The folded text alone."""
    return normalise(text).text


class _Folded(dict[str, str]):
    """What one character becomes; filled as characters are met."""

    def __missing__(self, character: str) -> str:
        before, after = "", character
        while before != after:  # a few compatibility forms need a second round
            before, after = after, _fold_once(after)
        self[character] = after
        return after


def _fold_once(text: str) -> str:
    opened = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    closed = unicodedata.normalize("NFC", _DROPPED.sub("", opened)).translate(ALWAYS)
    return "".join(_digit(character) for character in closed)


def _digit(character: str) -> str:
    if character.isspace():
        return " "
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


_FOLDED = _Folded()


def _unsmuggled(text: str, table: dict[int, str]) -> str:
    """The text with look-alikes replaced in its Latin words, each by one character."""

    def replaced(word: re.Match[str]) -> str:
        letters = word.group()
        return letters if _ONLY_LATIN.isdisjoint(letters) else letters.translate(table)

    return _WORD.sub(replaced, text)


def _visible(text: str) -> tuple[str, array[int] | None]:
    """The text without what is dropped, and where each kept one stood (None: nothing was dropped)."""
    if not _DROPPED.search(text):
        return text, None
    origins = array("L")
    pieces: list[str] = []
    done = 0
    for gap in _DROPPED.finditer(text):
        pieces.append(text[done : gap.start()])
        origins.extend(range(done, gap.start()))
        done = gap.end()
    pieces.append(text[done:])
    origins.extend(range(done, len(text)))
    return "".join(pieces), origins


def _origin(origins: array[int] | None, position: int) -> int:
    return position if origins is None else origins[position]


def _fold_plain(
    seen: str, start: int, end: int, origins: array[int] | None, pieces: list[str], offsets: array[int]
) -> None:
    """Folds characters that do not depend on their neighbours."""
    folded = [_FOLDED[character] for character in seen[start:end]]
    pieces.extend(folded)
    where = range(start, end) if origins is None else origins[start:end]
    for origin, piece in zip(where, folded, strict=True):
        if len(piece) == 1:
            offsets.append(origin)
        else:
            offsets.extend([origin] * len(piece))


def _collapsed(text: str, offsets: array[int], length: int) -> Normalised:
    """One space for each run of white space, none at either end."""
    kept = array("L")
    words: list[str] = []
    end = 0
    for word in re.finditer(r"[^ ]+", text):
        if words:
            kept.append(offsets[end])
        start, end = word.span()
        words.append(word.group())
        kept.extend(offsets[start:end])
    kept.append(offsets[end] if words and end < len(offsets) else length)
    return Normalised(" ".join(words), kept)
