"""What is quoted word for word: runs of words inside quotation marks, found again within one language."""

from __future__ import annotations

import re
from hashlib import blake2b

from watcher.stories.facts.words import Reading

_QUOTED = re.compile(
    "“([^”“\n]{20,600})[”“]|„([^“”\n]{20,600})[“”]|«([^»\n]{20,600})»|»([^«\n]{20,600})«|「([^」\n]{8,400})」|『([^』\n]{8,400})』"
    '|(?<![A-Za-z0-9])"([^"\n]{20,600})"|‘([^’\n]{30,600})’(?![a-z])'
)
_FEWEST = 5  # words; shorter quotations are terms and titles
_FEWEST_SIGNS = 8  # signs of scripts without spaces: 「昇騰（アセンド）」 is a name
_RUN = 5
_KEPT = 3
"""Runs kept of one quotation, the lowest hashes: a quotation cut short still shares some with the whole."""


def quotes(reading: Reading) -> list[tuple[str, str, int, int]]:
    """For each kept run of a quotation its key, the quotation's beginning, and its place."""
    found: list[tuple[str, str, int, int]] = []
    words = reading.words
    at = 0
    for match in _QUOTED.finditer(reading.text):
        start, end = match.span(match.lastindex or 0)
        while at < len(words) and words[at].start < start:
            at += 1
        last = at
        said: list[str] = []
        signs = 0
        while last < len(words) and words[last].end <= end:
            word = words[last]
            is_run = word.script in ("han", "hiragana", "katakana", "thai")
            said.extend(word.folded if is_run else (word.folded,))
            signs += len(word.folded) if is_run else 0
            last += 1
        if len(said) < (_FEWEST_SIGNS if signs > 1 else _FEWEST):
            continue
        runs = sorted({_hash(" ".join(said[place : place + _RUN])) for place in range(len(said) - _RUN + 1)})
        shown = reading.text[start : min(end, start + 60)].strip() + ("…" if end - start > 60 else "")
        found.extend((f"q:{run}", shown, start, end) for run in runs[:_KEPT])
    return found


def _hash(run: str) -> str:
    return blake2b(run.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
