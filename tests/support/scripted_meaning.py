"""An encoder that reads tags `~this`, a judge that weighs them beside `#that`, and runs of both on a real archive."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from newsroom import CUT, MONDAY, TagJudge, tags

from watcher.encoder.index import VectorIndex
from watcher.encoding import Parts, Run
from watcher.store import SqlStore
from watcher.stories.cluster import Rules
from watcher.stories.facts import Facts, pack
from watcher.types import Document, Encoding, Evidence, Match, Reason, Relation, Seed, Trouble

SCRIPTED = Encoding("scripted", 1)
DOWN = Trouble(Reason.CONNECTION, "the service is down")
_SIZE = 16


class TagEncoder:
    """A dimension for each tag; texts without any have no vector, as those that hold `poison`. Answers at once."""

    name = "scripted"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.troubles: list[Trouble] = []

    def encode(self, texts: Sequence[str]) -> Future[tuple[bytes, ...] | Trouble]:
        self.asked += texts
        answer: Future[tuple[bytes, ...] | Trouble] = Future()
        answer.set_result(self.troubles.pop(0) if self.troubles else tuple(map(vector, texts)))
        return answer

    def close(self) -> None: ...


def vector(text: str) -> bytes:
    places = {ord(tag[1]) % _SIZE for tag in tags(text, "~")}
    return bytes(100 * (place in places) for place in range(_SIZE)) if places and "poison" not in text else b""


class MeaningJudge(TagJudge):
    """The mean of shared tags and of the cosine where both articles have vectors; else shared tags alone."""

    def prepared(self, document: Document) -> Document:
        return replace(document, facts=document.facts or pack(Facts(language=(document.text.split() or ["none"])[0])))

    def whole(self, document: Document) -> bytes:
        return dict(document.vectors).get("lead", b"")

    def compare(self, a: Document, b: Document) -> Match:
        found = super().compare(a, b)
        ours, theirs = self.whole(a), self.whole(b)
        if not ours or not theirs or found.evidence.conflicts or found.relation is Relation.COPY:
            return found
        both = sum(x > 0 and y > 0 for x, y in zip(ours, theirs, strict=True))
        cosine = both / (sum(x > 0 for x in ours) * sum(y > 0 for y in theirs)) ** 0.5
        score = round((found.score + cosine) / 2, 4)
        relation = Relation.RETELLING if score >= CUT else Relation.RELATED if score else Relation.NEW
        return Match(b.id, relation, score, Evidence({"tags": found.score, "meaning": cosine}, cut=CUT))


@contextmanager
def running(
    store: SqlStore,
    folder: Path,
    *,
    encoder: TagEncoder | None = None,
    seeds: Sequence[Seed] = (),
    now: datetime = MONDAY,
    stop: Callable[[], bool] = lambda: False,
    rules: Rules | None = None,
    seconds: Callable[[], float] = time.monotonic,
) -> Iterator[Run]:
    """A run over an archive that was opened with `encoding=SCRIPTED`; its index lies in `folder`."""
    given = encoder or TagEncoder()
    with VectorIndex(folder / "vectors.index", "scripted") as index:
        parts = Parts(
            store=store,
            judge=MeaningJudge(),
            seeds=seeds,
            rules=rules or Rules(),
            encoder=given,
            encoding=SCRIPTED,
            cache=given,
            keep_cache=lambda: None,
            index=index,
            clock=lambda: now,
            seconds=seconds,
        )
        yield Run(parts, stop)
