"""What a lead said, in some fifty bytes: whether it changed since, and whether another one is a version of it.

8 bytes  all its words        4 bytes  all but its figures        1 byte  how many of these are of the title
2 bytes  for each of up to eight words of its title and eight runs of three words of its opening: the least hashes,
         which two texts that share much mostly share
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from zlib import crc32

from watcher import urls
from watcher.text.scripts import SPACELESS_RANGES
from watcher.types import Imprint, Lead

# Two openings that are versions of one share most runs of words. Of unrelated ones, one in a thousand shares one by
# chance: eight by eight chances in 65,536.
VERSION = 2
# Headlines on one subject share its names: half of the words must be the same where nothing else is known, and three
# quarters where the texts have nothing in common.
_SAME_TITLE, _SURELY_SAME_TITLE = 0.5, 0.75
# A text's opening stands for it: a teaser and the whole text begin alike.
_OPENING = 400
# Characters of a text that name it.
_BEGINNING = 160
_KEPT = 8
_BRIEF = 8
_HEAD = 13
# Words as they stand, without the care that comparing articles takes: every new lead is pressed, on topic or not.
_WORD = re.compile(rf"[{SPACELESS_RANGES}]|(?:(?![{SPACELESS_RANGES}])\w)+")


def imprinted(lead: Lead) -> Lead:
    """The lead with its imprint, which is then not worked out again."""
    return replace(lead, imprint=imprint(lead))


def imprint(lead: Lead) -> Imprint:
    """What a lead is recognised by."""
    return lead.imprint or Imprint(
        url=urls.canonical(lead.url) if lead.url else None,
        title=plain(lead.title),
        beginning=plain(full_text(lead)[:_BEGINNING]),
        words=_pressed(lead),
    )


def said(lead: Lead) -> bytes:
    """What is kept of a lead's words."""
    return lead.imprint.words if lead.imprint else _pressed(lead)


def brief(lead: Lead) -> bytes:
    """A hash of all its words."""
    return lead.imprint.words[:_BRIEF] if lead.imprint else hashed(_words(lead), _BRIEF)


def _pressed(lead: Lead) -> bytes:
    title, text = _title_words(lead.title), _runs(full_text(lead)[:_OPENING])
    parts = b"".join(part.to_bytes(2, "big") for part in (*title, *text))
    return hashed(_words(lead), _BRIEF) + _steady(lead) + bytes((len(title),)) + parts


def is_word_for_word(said: bytes, held: bytes) -> bool:
    """True when a lead (its `brief`) says exactly what was held of it."""
    return held[:_BRIEF] == said


def but_for_figures(lead: Lead, held: bytes) -> bool:
    """True when a lead says what was held of it, figures left out."""
    return held[8:12] == _steady(lead)


def alike(lead: Lead, held: bytes) -> bool | None:
    """True for what is at most edited, False where title and text are entirely different, None if nobody can tell."""
    if not held:
        return None
    if is_word_for_word(brief(lead), held):
        return True
    title, text = _overlap(lead, held), runs_in_both(lead, held)
    if title is None and text is None:
        return None
    if text is None:
        return title is not None and title >= _SAME_TITLE
    return text >= VERSION or (title is not None and title >= _SURELY_SAME_TITLE)


def runs_in_both(lead: Lead, held: bytes) -> int | None:
    """How many runs of three words two openings share, of at most eight; None where one of them has hardly any."""
    here, there = set(_runs(full_text(lead)[:_OPENING])), _parts(held)[1]
    return len(here & there) if min(len(here), len(there)) > _KEPT // 2 else None


def titles_differ(lead: Lead, held: bytes) -> bool:
    """True when two titles have next to no words in common."""
    shared = _overlap(lead, held)
    return shared is not None and shared < _SAME_TITLE


def full_text(lead: Lead) -> str:
    """The longest text that a feed gives."""
    return lead.content or lead.summary


def told(lead: Lead) -> str:
    """The words by which a lead's topics are found, besides its title."""
    return lead.content or lead.summary or ", ".join(lead.keywords)


def plain(text: str) -> str:
    """A text whose case and white space tell nothing."""
    return " ".join(text.casefold().split())


def hashed(text: str, size: int) -> bytes:
    """A text in so many bytes."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()


def _steady(lead: Lead) -> bytes:
    words = _words(lead).encode("utf-8", "surrogatepass")
    return blake2b(words.translate(None, b"0123456789"), digest_size=4).digest()


def _overlap(lead: Lead, held: bytes) -> float | None:
    """The share of the shorter title's words that both titles have; None where one of them has none."""
    here, there = set(_title_words(lead.title)), _parts(held)[0]
    return len(here & there) / min(len(here), len(there)) if here and there else None


def _parts(held: bytes) -> tuple[set[int], set[int]]:
    if len(held) < _HEAD:
        return set(), set()
    numbers = [int.from_bytes(held[at : at + 2], "big") for at in range(_HEAD, len(held), 2)]
    return set(numbers[: held[12]]), set(numbers[held[12] :])


def _title_words(title: str) -> tuple[int, ...]:
    """The words of a title that say something: short ones are articles and prepositions in most languages."""
    words = _WORD.findall(title.casefold())
    telling = [word for word in words if len(word) > 3 or not word.isascii() or any(map(str.isdigit, word))]
    return _least(telling or words)


def _runs(text: str) -> tuple[int, ...]:
    """Three words each: two ("of the") stand in every other text."""
    words = _WORD.findall(text.casefold())
    return _least([" ".join(run) for run in zip(words, words[1:], words[2:], strict=False)])


def _least(words: Sequence[str]) -> tuple[int, ...]:
    numbers = {crc32(word.encode("utf-8", "surrogatepass")) for word in words}
    return tuple(number & 0xFFFF for number in sorted(numbers)[:_KEPT])


def _words(lead: Lead) -> str:
    return plain(f"{lead.title}\n{full_text(lead)}")
