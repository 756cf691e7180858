"""What a document is compared by, read in a worker process: its text comes from outside, and reading takes longest."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

from watcher.stories.facts import Entities, FactsSignal, merge, parse, shipped
from watcher.stories.judge import StoryJudge
from watcher.types import Document, Gist


def gist(document: Document, names: tuple[str, str] | None = None) -> Gist:
    """Facts and keys of a document. `names` is the user's table of entities: its text, and what messages call it."""
    judge = _judge(names)
    own = judge.prepared(document)
    return Gist(own.facts, judge.keys(own))


def basis(document: Document) -> bytes:
    """Tells apart documents whose gists may differ: of two that agree, the gist of one is that of the other."""
    parts = (document.text, document.title, document.language, document.url, document.published)
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@lru_cache(maxsize=1)
def _judge(names: tuple[str, str] | None) -> StoryJudge:
    return StoryJudge(facts=FactsSignal(Entities(merge(shipped(), parse(*names))) if names else None))
