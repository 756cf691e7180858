"""`watcher evaluate`, as a program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from watcher.cli import main
from watcher.cli.program import program
from watcher.errors import ReadError, UsageError

BRIDGE = (
    "The bridge between Alder Point and the harbour will be closed to traffic from Monday, the city announced. "
    "Inspectors had found cracks in four of the six main girders, one of them forty centimetres long. "
    "Buses will use the tunnel, and cyclists are asked to take the ferry, which runs every twenty minutes. "
)
HERON = (
    "Un couple de hérons cendrés niche sur le toit de la mairie pour la première fois depuis le début des relevés. "
    "Le maire a interdit les feux d'artifice dans un rayon de deux cents mètres jusqu'à l'envol des petits. "
)
ROWS = [
    {"id": "a", "text": BRIDGE, "language": "en", "story": "bridge", "family": "town", "published": "2026-03-04"},
    {"id": "b", "text": BRIDGE + "More tomorrow.", "story": "bridge", "family": "town", "published": "2026-03-05"},
    {"id": "c", "text": HERON, "language": "fr", "story": "heron", "family": "town", "published": "2026-03-06"},
    {"id": "d", "text": HERON, "language": "fr", "story": "heron", "family": None, "published": "2026-03-07"},
]


@pytest.fixture
def asked(tmp_path: Path):
    def ask(rows: list[object], *options: str):
        file = tmp_path / "set.jsonl"
        file.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), "utf-8")
        encoder = [] if "--encoder" in options else ["--encoder", "off"]
        return CliRunner().invoke(program, ["evaluate", str(file), *encoder, *options])

    return ask


def test_figures_are_one_json_object(asked) -> None:
    result = asked(ROWS, "--json")
    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    assert figures["pairs"] == {"n": 6, "precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert figures["bcubed"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert list(figures["by_relation"]) == ["en-en", "en-fr", "fr-fr"]
    assert set(figures) >= {"calibration", "calibration_error", "calibration_error_middle", "recall_at_fpr", "worst"}


def test_a_group_is_left_out_and_every_other_pair_written_down(asked, tmp_path: Path) -> None:
    out = tmp_path / "pairs.jsonl"
    result = asked(ROWS, "--ignore", "family", "--pairs", str(out), "--json")
    assert json.loads(result.stdout)["pairs"]["n"] == 4
    written = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(row["a"], row["b"], row["gold"]) for row in written] == [
        ("a", "b", True), ("a", "d", False), ("b", "d", False), ("c", "d", True),
    ]  # fmt: skip
    assert {**written[1], "score": 0} == {
        "a": "a", "b": "d", "languages": "en-fr", "gold": False, "relation": "new", "score": 0,
    }  # fmt: skip
    assert 0 <= written[1]["score"] < 0.05
    assert written[0]["score"] >= 0.95


def test_gold_may_stand_in_another_field(asked) -> None:
    rows = [{**row, "document": row["id"]} for row in ROWS]
    figures = json.loads(asked(rows, "--gold", "document", "--json").stdout)
    assert figures["pairs"]["precision"] == 0.0
    assert [row["relation"] for row in figures["worst"]] == ["copy", "copy"]


def test_bad_rows_are_answered_the_rest_goes_on_and_the_end_is_1(asked) -> None:
    bad = ["{not json", {"id": "e", "text": ""}, {"id": "f", "text": "No gold"}, {**ROWS[0], "text": "Again"}]
    result = asked([*ROWS, *bad], "--json")
    assert result.exit_code == 1
    *answers, figures = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers][1:] == ["e", "f", "a"]
    assert all(answer["error"] for answer in answers)
    assert figures["pairs"]["n"] == 6


def test_people_get_tables(asked) -> None:
    result = asked(ROWS)
    assert "b-cubed" in result.stdout
    assert "en-fr" in result.stdout
    assert "{" not in result.stdout


def test_one_document_is_nothing_to_compare(asked) -> None:
    assert isinstance(asked(ROWS[:1], "--json").exception, ReadError)


def test_an_encoder_that_is_not_there_is_named(asked) -> None:
    refused = asked(ROWS, "--encoder", "cloud9").exception
    assert isinstance(refused, UsageError)
    assert "cloud9" in str(refused)


def test_a_file_that_is_not_there_is_one_line_and_no_traceback(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setattr("sys.argv", ["watcher", "evaluate", str(tmp_path / "none.jsonl")])
    with pytest.raises(SystemExit) as ended:
        raise SystemExit(main())
    assert ended.value.code not in {0, None}
    assert "none.jsonl" in capsys.readouterr().err
