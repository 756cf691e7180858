"""Signal: what survives translation and retelling - figures, model numbers, names, days, deeds, quoted words.

`extract` reads a document once, `compare` sets two side by side, `keys` are what a retelling is found by. `pack` and
`unpack` keep extracted facts as text, so that comparing needs no second reading.
"""

from __future__ import annotations

from watcher.stories.facts.comparison import FEATURES, FactsEvidence, compare
from watcher.stories.facts.entities import Entities, EntitiesError, Entity, merge, parse, shipped
from watcher.stories.facts.extraction import extract
from watcher.stories.facts.lookup import MOST_KEYS, keys_of
from watcher.stories.facts.marks import KINDS, Facts, Mark, pack, unpack
from watcher.stories.facts.signal import SUBJECT, FactsSignal
from watcher.types import Document, Key

__all__ = [
    "FEATURES",
    "KINDS",
    "MOST_KEYS",
    "SUBJECT",
    "Entities",
    "EntitiesError",
    "Entity",
    "Facts",
    "FactsEvidence",
    "FactsSignal",
    "Mark",
    "compare",
    "extract",
    "keys",
    "keys_of",
    "merge",
    "pack",
    "parse",
    "shipped",
    "unpack",
]  # fmt: skip


def keys(document: Document, entities: Entities | None = None) -> tuple[Key, ...]:
    """The keys under which retellings of the document are found, in any language."""
    return keys_of(extract(document, entities), document.published)
