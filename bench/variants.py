"""Other ways to cut a document into pieces, encoded for comparison with the shipped one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from labelled import Labelled

from watcher.stories.meaning.pieces import KINDS, pieces
from watcher.types import Document
from watcher.workers import WorkerPool

Cut = Callable[[Document], Mapping[str, str]]


def _joined(document: Document) -> Mapping[str, str]:
    given = pieces(document)
    text = given.get("opening") or given.get("lead", "")
    return {"lead": f"{given.get('title', '')}\n{text}".strip()} if text else dict(given)


def _without_lead(document: Document) -> Mapping[str, str]:
    given = dict(pieces(document))
    lead = given.pop("lead", None)
    return given if "opening" in given or lead is None else {**given, "opening": lead}


def _what_follows(document: Document) -> Mapping[str, str]:
    given = dict(pieces(document))
    if "opening" in given:
        given["opening"] = given["opening"].removeprefix(given["lead"]).strip()
    return {kind: piece for kind, piece in given.items() if piece}


VARIANTS: dict[str, tuple[Cut, bool]] = {
    "title and opening as one text": (_joined, True),
    "title; opening": (_without_lead, True),
    "title; lead; what follows the lead": (_what_follows, True),
    "title; lead; opening": (pieces, True),
    "the same, as passages": (pieces, False),
}


def with_pieces(files: Sequence[Labelled], variant: tuple[Cut, bool], pool: WorkerPool) -> list[Labelled]:
    """The same documents, cut and encoded in another way."""
    cut, as_query = variant
    return [_encoded(labelled, cut, as_query, pool) for labelled in files]


def _encoded(labelled: Labelled, cut: Cut, as_query: bool, pool: WorkerPool) -> Labelled:
    texts = [dict(cut(document)) for document in labelled.documents]
    known = {
        piece: vector
        for document, held in zip(labelled.documents, labelled.held, strict=True)
        for piece, vector in ((text, held[kind]) for kind, text in pieces(document).items())
        if as_query
    }
    missing = list(dict.fromkeys(piece for each in texts for piece in each.values() if piece not in known))
    for start in range(0, len(missing), 8):
        batch = tuple(missing[start : start + 8])
        known.update(zip(batch, pool.submit(_encode, batch, as_query, seconds=300).result(), strict=True))
    held = [{kind: known[piece] for kind, piece in each.items()} for each in texts]
    tables = {}
    for kind in KINDS:
        rows = np.zeros_like(labelled.tables[kind])
        for place, each in enumerate(held):
            if kind in each:
                rows[place] = np.frombuffer(each[kind], np.int8)
        tables[kind] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return replace(labelled, held=held, tables=tables)


def _encode(texts: tuple[str, ...], as_query: bool) -> tuple[bytes, ...]:
    from watcher.encoder.nano import _model
    from watcher.stories.meaning.arrays import packed

    return packed(_model().encode(list(texts), is_query=as_query))
