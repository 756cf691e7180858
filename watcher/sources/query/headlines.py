"""Headlines as engines write them: the outlet's name behind, and what a translation left in them."""

from __future__ import annotations

import re
import unicodedata

_GAP = re.compile(r"\s+[-–—|](?=\s)")
_LONGEST_NAME = 60
_FEWEST_WORDS = 3  # of a headline that is left when an outlet's name is only guessed


def without_outlet(title: str, outlet: str | None) -> tuple[str, str | None]:
    """A headline and its outlet, of "Headline - Outlet".

    With the outlet's name known, exactly that is cut off, whatever hyphens it has ("Ouest-France", "BBC News - Asia"),
    twice where the outlet itself writes its name there. Without, what stands behind the last gap is taken for it.
    """
    if outlet:
        return _cut(title, _alike(outlet)), outlet
    headline, gap, name = title.rpartition(" - ")
    is_headline = len(headline.split()) >= _FEWEST_WORDS or not headline.isascii()
    return (headline, name) if gap and is_headline and 0 < len(name) <= _LONGEST_NAME else (title, None)


def _cut(title: str, outlet: str) -> str:
    for gap in _GAP.finditer(title):
        if gap.start() and _alike(title[gap.end() :]) == outlet:
            return _cut(title[: gap.start()], outlet)
    return title


def _alike(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
