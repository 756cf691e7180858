"""Each language's mean vector: what an encoder says of every text in a language, and so of no text in particular.

A raw cosine mostly tells which language a text is in. Less its language's mean it tells what the text is about.
How much of that comes through differs by language: translations of one text have a cosine of .80 in German and French,
of .57 in Arabic and Japanese. So a language has a fidelity, too, and cosines across languages are measured by it.
Means are a numbered snapshot: a decision is made again only when they are asked to change (`stories rebuild`).
"""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from watcher.stories.meaning.arrays import Array, unit, unpacked

FORMAT = 1
_SHIPPED = Path(__file__).parent / "shipped"

_PRIOR = 5.0
"""What the guess for a language counts for, in documents. Measured by leaving each language out: of retellings, at one
false alarm in 1,000, .94 are found with all 60 documents' mean, .83 with 5 documents and this guess, .61 without it."""
_ENOUGH = 30  # documents from which on a mean is taken as it is: a guess beside it changed nothing
_UNKNOWN_FIDELITY = 0.8
_SHARPNESS = 10.0
"""How much a language that looks like the text counts in the guess. At 10 .41 are found without a single document, with
the plain mean of all languages .29, with the one most alike .34."""


@dataclass(frozen=True, slots=True)
class LanguageMeans:
    """For one kind of piece: means in rows, the language of each, and how many documents it was learned from."""

    languages: tuple[str, ...]
    counts: tuple[int, ...]
    rows: Array

    def of(self, language: str, vectors: Array) -> Array:
        """What to take from each of these vectors (rows of length 1), all in one language."""
        known = self.counts[place] if (place := self._place(language)) is not None else 0
        if place is not None and known >= _ENOUGH:
            return np.broadcast_to(self.rows[place], vectors.shape)
        guessed = self._guess(vectors)
        return guessed if place is None else (known * self.rows[place] + _PRIOR * guessed) / np.float32(known + _PRIOR)

    def _place(self, language: str) -> int | None:
        return self.languages.index(language) if language in self.languages else None

    def _guess(self, vectors: Array) -> Array:
        """The mean of a language that is not known: a mixture of those known, by how much each looks like the text."""
        trusted = self.rows[[place for place, count in enumerate(self.counts) if count >= _ENOUGH]]
        if not len(trusted):
            trusted = self.rows
        middle = trusted.mean(axis=0)
        alike = unit(vectors - middle) @ unit(trusted - middle).T
        weights = np.exp(_SHARPNESS * (alike - alike.max(axis=1, keepdims=True)))
        mixed: Array = (weights / weights.sum(axis=1, keepdims=True)) @ trusted
        return mixed.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Means:
    """A snapshot: for one encoder and one recipe, by kind of piece."""

    encoder: str
    recipe: int
    kinds: Mapping[str, LanguageMeans]
    fidelity: Mapping[str, float] = field(default_factory=dict)  # by language, at most 1
    made_from: str = ""  # which data, in words
    whitening: Array | None = None  # see `whitening`; None: vectors stay as they are

    @property
    def stamp(self) -> str:
        """A short name of exactly these numbers: kept with each verdict."""
        return sha256(self.dumps().encode()).hexdigest()[:12]

    def centred(self, kind: str, language: str, vectors: Array) -> Array:
        """Vectors (rows of length 1, one language) less their language's mean, of length 1 again."""
        known = self.kinds.get(kind)
        return unit(vectors - known.of(language, vectors)) if known else vectors

    def whitened(self, rows: Array) -> Array:
        """Rows with what does not tell stories apart turned down, of length 1; zeros stay zeros."""
        return unit(rows if self.whitening is None else rows @ self.whitening)

    def expected(self, one: str, other: str) -> float:
        """What to measure the cosine of two documents by: below 1 for two languages, the less the encoder knows them.

        The root of what translations of one text reach: it finds most (`bench/meaning.py`).
        """
        if one == other or not self.kinds:
            return 1.0
        ours, theirs = (self.fidelity.get(language, _UNKNOWN_FIDELITY) for language in (one, other))
        return float((ours * theirs) ** 0.5)

    def dumps(self) -> str:
        """A readable file: JSON, a line for each mean."""
        kinds = {
            kind: {
                language: {"documents": count, "mean": _written(row)}
                for language, count, row in zip(means.languages, means.counts, means.rows, strict=True)
            }
            for kind, means in self.kinds.items()
        }
        whole = {
            "format": FORMAT,
            "encoder": self.encoder,
            "recipe": self.recipe,
            "made_from": self.made_from,
            "fidelity": {language: round(value, 3) for language, value in self.fidelity.items()},
            "kinds": kinds,
            "whitening": None if self.whitening is None else _written(self.whitening),
        }
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def loads(text: str) -> Means:
    """The snapshot that `dumps` wrote; ValueError for anything else."""
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']}, this program reads {FORMAT}")
        kinds = {kind: _read(held) for kind, held in data["kinds"].items()}
        fidelity = {str(language): float(value) for language, value in data["fidelity"].items()}
        matrix = _square(data["whitening"]) if data.get("whitening") else None
        return Means(data["encoder"], data["recipe"], kinds, fidelity, data["made_from"], matrix)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"not a file of means: {error}") from error


def _read(held: Mapping[str, Mapping[str, object]]) -> LanguageMeans:
    rows = [np.frombuffer(base64.b64decode(str(entry["mean"])), "<f2") for entry in held.values()]
    counts = tuple(int(str(entry["documents"])) for entry in held.values())
    return LanguageMeans(tuple(held), counts, np.stack(rows).astype(np.float32))


def _written(rows: Array) -> str:
    return base64.b64encode(rows.astype("<f2").tobytes()).decode()


def _square(text: str) -> Array:
    values = np.frombuffer(base64.b64decode(text), "<f2").astype(np.float32)
    size = int(len(values) ** 0.5)
    return values.reshape(size, size)


@cache
def shipped_means(encoder: str, recipe: int) -> Means:
    """The means that come with the program; without any for an encoder it does not know, which centres nothing."""
    file = _SHIPPED / f"{encoder}-{recipe}.json"
    known = encoder.isalnum() and file.exists()
    return loads(file.read_text("utf-8")) if known else Means(encoder, recipe, {})


def learned(
    encoder: str,
    recipe: int,
    samples: Iterable[tuple[str, str, bytes]],
    prior: Means | None = None,
    made_from: str = "",
) -> Means:
    """Means of (kind, language, vector as encoded) samples, one for each story and language.

    A prior's means count as many documents as they were learned from, at most 60: an archive that has seen more of a
    language than that knows better how its own subject sounds in it. Fidelity is the prior's.
    """
    sums: dict[tuple[str, str], Array] = {}
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    for kind, means in (prior.kinds if prior else {}).items():
        for language, count, row in zip(means.languages, means.counts, means.rows, strict=True):
            counts[kind, language] = min(count, 60)
            sums[kind, language] = row * min(count, 60)
    for kind, language, vector in samples:
        if vector:
            key = (kind, language)
            sums[key] = sums[key] + unpacked(vector) if key in sums else unpacked(vector)
            counts[key] += 1
    kinds: defaultdict[str, dict[str, Array]] = defaultdict(dict)
    for kind, language in sorted(sums):
        kinds[kind][language] = sums[kind, language] / np.float32(counts[kind, language])
    made = {
        kind: LanguageMeans(
            tuple(rows), tuple(counts[kind, language] for language in rows), np.stack(list(rows.values()))
        )
        for kind, rows in kinds.items()
    }
    fidelity, matrix = (prior.fidelity, prior.whitening) if prior else ({}, None)
    return Means(encoder, recipe, made, fidelity, made_from, matrix)
