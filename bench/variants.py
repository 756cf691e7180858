"""Other ways to cut a document into pieces, encoded for comparison with the shipped one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from labelled import Labelled, encode, tables_of

from watcher.encoder import VectorFile
from watcher.stories.meaning.pieces import pieces
from watcher.types import Document

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


VARIANTS: dict[str, Cut] = {
    "title and opening as one text": _joined,
    "title; opening": _without_lead,
    "title; lead; what follows the lead": _what_follows,
    "title; lead; opening": pieces,
}


def with_pieces(files: Sequence[Labelled], cut: Cut, vectors: VectorFile) -> list[Labelled]:
    """The same documents, cut and encoded in another way."""
    return [_encoded(labelled, cut, vectors) for labelled in files]


def _encoded(labelled: Labelled, cut: Cut, vectors: VectorFile) -> Labelled:
    texts = [dict(cut(document)) for document in labelled.documents]
    known = encode(vectors, [piece for each in texts for piece in each.values()], "variant")
    held = [{kind: known[piece] for kind, piece in each.items()} for each in texts]
    return replace(labelled, held=held, tables=tables_of(held))
