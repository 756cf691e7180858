"""What becomes of a lead: every one ends in exactly one outcome.

    lead ── no http(s) address ───────────────> no-address
      ├──── met before, by any of its names ──> seen (`identity`)
      ├──── outside the window ───────────────> too-old
      ├──── no topic, and pages = on-topic ───> off-topic
      ├──── page wanted ── fetched, extracted ─> article, or the feed's own text, or its headline with the reason
      └──── topics of what was read ── none ──> off-topic
                                     └─ some ─> judged, put into its story: stored

`sift` decides what needs no page, `read` makes the article, `settle` stores it. None of them waits for anything.
"""

from __future__ import annotations

from watcher.ingest.dating import AHEAD, EARLIEST, plausible
from watcher.ingest.reading import ENOUGH_TEXT, read, weight
from watcher.ingest.settling import Prepared, document, ended_as, prepare, settle
from watcher.ingest.sifting import Followed, Sifted, counts_as_told, ended, is_first, sift, topics_of

__all__ = [
    "AHEAD",
    "EARLIEST",
    "ENOUGH_TEXT",
    "Followed",
    "Prepared",
    "Sifted",
    "counts_as_told",
    "document",
    "ended",
    "ended_as",
    "is_first",
    "plausible",
    "prepare",
    "read",
    "settle",
    "sift",
    "topics_of",
    "weight",
]
