"""The labelled pairs that the judge's model is made from and measured on, each with what the signals see.

Translations, English events and headlines come from a folder beside the project (`DATA_FOLDER`); the subject's own
documents are the project's (`tests/eval/stories*.jsonl`), each held against its own file's others and against the known
documents in `seeds/` (and in further folders of known documents: the same stories as pages just as they were saved).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

import facts as labels  # the neighbour: what two rows of a set are to each other
import numpy as np
from labelled import Labelled, encode, load
from make_means import Sources, part_of

from watcher.corpus import read_seeds
from watcher.encoder import VectorFile
from watcher.language import identify
from watcher.stories.facts import SUBJECT, FactsSignal
from watcher.stories.meaning import pieces
from watcher.stories.meaning.signal import MeaningSignal
from watcher.stories.meaning.space import Space
from watcher.stories.verdict import terms
from watcher.types import UNKNOWN_LANGUAGE, Document

Array = np.ndarray[Any, Any]
Row = dict[str, Any]

NEAR = 0.3
"""Meaning from which two documents are put before the judge even if they share no key: the daemon's index does so."""
KEPT_OTHERS = 0.03  # of the pairs that would never meet: the model should know them, and they are 97 in 100
REMEMBERED = 2_000  # every document of the largest set
KEPT_TRANSLATIONS = 0.05
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
    on_subject: Array
    one_text: Array  # translations of one document
    keyed: Array  # share a key: these meet without an encoder, too

    def only(self, chosen: Array) -> Pairs:
        """Some of them."""
        columns = (
            self.terms, self.same, self.one_language, self.candidate, self.groups, self.ids, self.on_subject,
            self.one_text, self.keyed,
        )  # fmt: skip
        return Pairs(self.name, *(column[chosen] for column in columns))

    def touches(self, groups: Sequence[str]) -> Array:
        """Which pairs have a document in one of these groups."""
        touched: Array = np.isin(self.groups, list(groups)).any(axis=1)
        return touched

    @property
    def for_training(self) -> Pairs:
        """Those that meet in a stream, all that are the same, and a few of the rest; few translations of one text.

        Translations share every fact, which no two newsrooms do: learned from them, facts would decide alone.
        """
        chance = np.random.default_rng(1).random(len(self.same))
        kept = self.candidate | self.same | (chance < KEPT_OTHERS)
        return self.only(kept & (~self.one_text | ~self.same | (chance < KEPT_TRANSLATIONS)))


class Measurer:
    """Turns pairs of documents into the judge's terms, with one reading of each document."""

    def __init__(self) -> None:
        self.facts = FactsSignal(remembered=REMEMBERED)

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
        rows, near, subject, keyed = [], [], [], []
        for a, b, _ in chosen:
            likeness = meaning(a, b).score(ours[a], theirs[b]).features
            facts = self.facts.score(ours[a], theirs[b]).features
            rows.append(terms(ours[a], theirs[b], facts, likeness or {}))
            subject.append(bool(facts[SUBJECT]))
            meets = bool(keys[ours[a].id] & keys[theirs[b].id])
            keyed.append(meets)
            near.append(meets or likeness.get("whole", 0.0) > NEAR)
        return Pairs(
            name,
            np.array(rows, np.float32),
            np.array([same for _, _, same in chosen]),
            np.array([ours[a].language == theirs[b].language for a, b, _ in chosen]),
            np.array(near),
            np.array([(groups[0][a], groups[1][b]) for a, b, _ in chosen]),
            np.array([(ours[a].id, theirs[b].id) for a, b, _ in chosen]),
            np.array(subject),
            np.array([_is_one_text(ours[a].id, theirs[b].id) for a, b, _ in chosen]),
            np.array(keyed),
        )


def _is_one_text(one: str, other: str) -> bool:
    """True for translations of one document: their ids end with the language."""
    return "/" in one and one.rsplit("/", 1)[0] == other.rsplit("/", 1)[0]


def with_vectors(held: Mapping[str, bytes], document: Document) -> Document:
    return replace(document, vectors=tuple(held.items()))


def documents(labelled: Labelled) -> list[Document]:
    """The rows as the program would see them, vectors included."""
    made = [labels.document(row) for row in labelled.rows]
    return [with_vectors(held, document) for held, document in zip(labelled.held, made, strict=True)]


FOLDS = 8


@dataclass
class Meanings:
    """Meaning for a pair of documents, from means and a whitening that were made without the groups of both.

    What is learned from is then as strange to them as what they will be asked for.
    """

    sources: Sources
    _made: dict[tuple[str, int, int], MeaningSignal] = field(default_factory=dict)

    @cached_property
    def full(self) -> MeaningSignal:
        """Made of everything, as it is shipped: for what none of it was made from."""
        return MeaningSignal(Space(self.sources.means()), REMEMBERED)

    def of_translations(self, fold: Array) -> Callable[[int, int], MeaningSignal]:
        def signal(a: int, b: int) -> MeaningSignal:
            one, other = sorted((int(fold[a]), int(fold[b])))
            key = ("translations", one, other)
            if key not in self._made:
                left = np.flatnonzero((fold != one) & (fold != other)).tolist()
                self._made[key] = MeaningSignal(Space(self.sources.means(rows=left)), REMEMBERED)
            return self._made[key]

        return signal

    def of_subject(self, ours: Sequence[str], theirs: Sequence[str]) -> Callable[[int, int], MeaningSignal]:
        """For rows of these groups. A known document is as strange to what is made as the story it tells."""

        def signal(a: int, b: int) -> MeaningSignal:
            told = [group.replace("known/", "told/") for group in (ours[a], theirs[b])]
            one, other = sorted(self._fold.get(group, -1) for group in told)
            key = ("subject", one, other)
            if key not in self._made:
                away = {group for group, fold in self._fold.items() if fold in (one, other)}
                self._made[key] = MeaningSignal(Space(self.sources.means(away=away)), REMEMBERED)
            return self._made[key]

        return signal

    @cached_property
    def _fold(self) -> dict[str, int]:
        groups = {row["group"] for labelled in self.sources.subject for row in labelled.rows}
        told = sorted(group for group in groups if group.startswith("told/"))
        return {group: place % FOLDS for place, group in enumerate([*told, *sorted(groups - set(told))])}


def folds_of(group: Array) -> Array:
    """Groups dealt out, the largest first, each to the fold with fewest rows."""
    names, sizes = np.unique(group, return_counts=True)
    filled, fold = [0] * FOLDS, {}
    for place in np.lexsort((names, -sizes)):
        least = filled.index(min(filled))
        fold[names[place]] = least
        filled[least] += int(sizes[place])
    return np.array([fold[name] for name in group])


# --- the three sets of general news -----------------------------------------------------------------------------------


def translations(meanings: Meanings) -> Pairs:
    """Means and fidelity for a pair come from the folds that hold neither of its documents, as for any other text."""
    labelled = meanings.sources.translations
    story, family = labelled.column("story"), labelled.column("family")
    group = np.where(family == "", story, family)
    rows = documents(labelled)
    named = [f"translations/{name}" for name in group]
    chosen = _labelled(labelled.rows, labels.translated)
    signal = meanings.of_translations(folds_of(group))
    return Measurer().pairs("translations", rows, rows, chosen, (named, named), signal)


def events(data: Path, vectors: VectorFile, meanings: Meanings) -> Pairs:
    labelled = load(data / "events-en.jsonl", vectors)
    named = [f"events-en/{row['topic']}" for row in labelled.rows]
    return _within("events-en", labelled, labels.one_story, named, lambda _a, _b: meanings.full)


def headlines(data: Path, vectors: VectorFile, meanings: Meanings) -> Pairs:
    labelled = load(data / "headlines.jsonl", vectors)
    named = [f"headlines/{_occasion(row['event'])}" for row in labelled.rows]
    return _within("headlines", labelled, labels.headlined, named, lambda _a, _b: meanings.full)


def _occasion(event: str) -> str:
    return "pope_funeral" if event.endswith("pope_funeral") else event


# --- the subject ------------------------------------------------------------------------------------------------------


def subject(file: Path, part: str, vectors: VectorFile, meanings: Meanings) -> Pairs:
    """A file's documents of one part (tune or measure) against each other."""
    labelled = part_of(file, load(file, vectors), part)
    named = [row["group"] for row in labelled.rows]
    signal = meanings.of_subject(named, named) if part == "tune" else lambda _a, _b: meanings.full
    return _within(file.stem, labelled, _same_story, named, signal)


def known(file: Path, part: str, folders: Sequence[Path], vectors: VectorFile, meanings: Meanings) -> Pairs:
    """A file's documents against the known ones. A passing mention of a known story is not the same."""
    labelled = part_of(file, load(file, vectors), part)
    seeds = list(seed_documents(folders, vectors))
    rows = documents(labelled)
    told = [row["seed_story"] if row["main"] else None for row in labelled.rows]
    chosen = [
        (a, b, told[a] == STORY_OF_SEED[seed.id[:3]])
        for a, row in enumerate(labelled.rows)
        for b, seed in enumerate(seeds)
        if row.get("kind") != "borderline"
    ]
    ours = [row["group"] for row in labelled.rows]
    theirs = [f"known/{STORY_OF_SEED[seed.id[:3]]}" for seed in seeds]
    signal = meanings.of_subject(ours, theirs) if part == "tune" else lambda _a, _b: meanings.full
    return Measurer().pairs(f"{file.stem}, known", rows, seeds, chosen, (ours, theirs), signal)


def seed_documents(folders: Sequence[Path], vectors: VectorFile) -> Iterator[Document]:
    """The known documents of every folder, each folder's under names of its own."""
    for place, folder in enumerate(folders):
        named = "accounts" if place == 0 else "saved pages"
        for seed in read_seeds(folder):
            document = replace(seed.document(), id=f"{seed.id} {named}", fingerprint=None)
            if document.language == UNKNOWN_LANGUAGE:
                document = replace(document, language=identify(f"{document.title}\n{document.text}"))
            texts = pieces(document)
            found = encode(vectors, list(texts.values()), "known documents")
            yield with_vectors({kind: found[text] for kind, text in texts.items()}, document)


def _same_story(a: Row, b: Row) -> bool | None:
    if a["story"] == b["story"]:
        return True
    return None if a.get("family") and a.get("family") == b.get("family") else False


def _within(
    name: str,
    labelled: Labelled,
    gold: labels.Gold,
    named: Sequence[str],
    signal: Callable[[int, int], MeaningSignal],
) -> Pairs:
    rows = documents(labelled)
    return Measurer().pairs(name, rows, rows, _labelled(labelled.rows, gold), (named, named), signal)


def _labelled(rows: Sequence[Row], gold: labels.Gold) -> list[tuple[int, int, bool]]:
    found = ((a, b, gold(rows[a], rows[b])) for a, b in combinations(range(len(rows)), 2))
    return [(a, b, same) for a, b, same in found if same is not None]
