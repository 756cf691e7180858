"""Has a machine put headlines into a language the reader reads, before an edition is due; the edition only looks up.

    the coming editions ─> stories told in full to a reader who cannot read them ─> words never asked for
                                                                                        │ all of a reader's, or none
    cache <─ fit to be shown? <─ machine (one source's words a request) <─ today's cap <─┘
      └─> publish: for each reader all that is wanted, or nothing

A request is noted with the most that it can cost before it is made, and corrected by what it did cost: whoever is
killed in between has spent too much by the books, never too little.
"""

from __future__ import annotations

from watcher.translating.run import TROUBLE, Parts, Run
from watcher.translating.terms import Reader, Terms
from watcher.translating.wanted import words_for

__all__ = ["TROUBLE", "Parts", "Reader", "Run", "Terms", "words_for"]
