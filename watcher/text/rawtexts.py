"""A page read as text without parsing it: a look at every character, for what bytes alone do not tell."""

from __future__ import annotations

import re

from watcher.text.finder import SEPARATOR
from watcher.text.fold import folded
from watcher.text.rawpage import RawPage

TAG = re.compile(
    rb"<(?:!--(?:-?>|.{0,5000}?-->)|[^<>\"']*+(?:(?:\"[^\"]{0,5000}+\"|'[^']{0,5000}+')[^<>\"']*+){0,50}+>)", re.DOTALL
)
"""A tag as it stands in a page, a comment among them; attributes may hold what looks like its end."""
_LAX_TAG = re.compile(rb"<[^>]*>")
# A sign that no letter is, as a page may write it: itself, a reference, an escape.
_SIGN = r"(?:{}|&#?[0-9a-z]{{1,32}};?|\\u[0-9a-f]{{4}})"
_FEWEST = 2  # letters of initials


def loose_texts(page: RawPage) -> tuple[str, str, str]:
    """A page folded as it stands, and with one sign for every tag, as strict and as lax readers take it for one."""
    data = page.whole  # `plain` lacks bytes of letters with accents, which letters without may begin with, too: é, ð
    closed, end, open_ = data.rpartition(b">")  # from every sign behind it the page would be looked at to its end
    lax = _LAX_TAG.sub(b"<", closed + end) + open_
    return _text(data), _text(TAG.sub(b"<", data)), _text(lax)


def initials_of(written: str) -> re.Pattern[str] | None:
    """What a name looks like whose letters stand alone between signs ("A.I."); None for any other name."""
    text = folded(written).strip()
    if SEPARATOR.search(text) or not text.isascii() or sum(map(str.isalnum, text)) < _FEWEST or text.isalnum():
        return None
    signs = (letter if letter.isalnum() else _SIGN.format(re.escape(letter)) for letter in text)
    return re.compile("<*".join(signs))


def _text(data: bytes) -> str:
    return folded(data.decode("utf-8", "replace"))
