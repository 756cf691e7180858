"""`match`: one answer a document, in order, whatever the row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import Done, run

STORY = (
    "DeepSeek rented 1,800 Ascend 910C accelerators from a data centre near Guiyang, according to a tender that was "
    "published on Tuesday. The contract runs for three years and is worth 240 million yuan. Huawei, which makes the "
    "accelerators, will install them in 28 cabinets before the end of May. A second phase depends on whether the first "
    "one reaches the promised utilisation of 85 percent. Two rival bidders had offered Nvidia H20 cards instead, and "
    "both were turned down because neither could guarantee that they would be delivered this year."
)
OTHER = "The town council of Ebbing has voted to plant four hundred lime trees along the old canal before next winter."


def match(*arguments: str | Path, stdin: bytes = b"") -> Done:
    """`match` by facts alone: with meaning it is tested in `test_match_by_meaning.py`."""
    return run("match", "--encoder", "off", *arguments, stdin=stdin)


def lines(*rows: Any) -> bytes:
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()


def test_an_answer_has_the_shape_of_the_contract(tmp_path: Path):
    (tmp_path / "000.txt").write_text(STORY)
    given = f"Skip to content. Menu. Subscribe now!\n{STORY}\nRead more from our partners."
    stdin = lines({"id": "a", "text": given, "title": "A tender"}, {"id": "b", "text": OTHER})
    copy, other = match("--json", "--seeds", tmp_path, "-", stdin=stdin).rows()
    assert set(copy) == {"id", "language", "topics", "seed", "seeds", "earlier", "also", "story"}
    assert (copy["id"], copy["language"], copy["story"], copy["earlier"], copy["also"]) == ("a", "en", "a", None, [])
    topics = {topic["topic"]: topic for topic in copy["topics"]}
    assert topics["deepseek"]["about"] is True
    assert all(set(topic) == {"topic", "about", "score", "terms"} for topic in copy["topics"])
    assert all(0.5 <= topic["score"] <= 1 for topic in copy["topics"])
    seed = copy["seed"]
    assert set(seed) == {"id", "relation", "score", "evidence"}
    assert (seed["id"], seed["relation"]) == ("000", "copy")
    assert copy["seeds"] == [{"id": "000", "relation": "copy", "score": seed["score"]}]
    evidence = seed["evidence"]
    assert set(evidence) == {"signals", "shared", "conflicts", "passages", "cut"}
    assert seed["score"] >= evidence["cut"] or evidence["signals"]["copy"] >= evidence["cut"]
    (passage,) = evidence["passages"]
    shared = given[passage["start"] : passage["end"]]
    assert shared in given
    assert len(shared) > 0.8 * len(STORY)
    assert shared.strip() in STORY
    assert (other["topics"], other["seed"], other["seeds"]) == ([], None, [])


def test_a_stream_compares_with_what_came_before(tmp_path: Path):
    stdin = lines(
        {"id": "one", "text": STORY},
        {"id": "two", "text": OTHER * 5},
        {"id": "both", "text": f"{STORY}\n\n{OTHER * 5}"},
        {"id": "one", "text": STORY},
    )
    first, second, both, again = match("--json", "--stream", "--seeds", tmp_path, stdin=stdin).rows()
    assert (first["earlier"], second["earlier"]) == (None, None)
    assert {both["earlier"]["id"], *(each["id"] for each in both["also"])} == {"one", "two"}
    assert all(set(each) == {"id", "relation", "score"} for each in both["also"])
    assert (again["earlier"]["relation"], again["story"]) == ("copy", "one")
    alone = match("--json", "--seeds", tmp_path, stdin=stdin).rows()
    assert [(row["earlier"], row["story"]) for row in alone] == [(None, name) for name in ("one", "two", "both", "one")]


def test_a_bad_row_is_answered_and_the_rest_goes_on():
    bad = [
        "nonsense", "[1]", "7", {"text": "x"}, {"id": "", "text": "x"}, {"id": None, "text": "x"},
        {"id": True, "text": "x"},
        {"id": "n"}, {"id": "n", "text": " ", "title": ""}, {"id": "n", "text": 5},
        {"id": "n", "text": "x", "title": []},
        {"id": "n", "text": "x", "published": False}, {"id": "n", "text": "x", "language": 0},
        {"id": "n", "text": "x", "published": "yesterday"},
        {"id": "n", "text": "x", "published": "9999-12-31T23:59:59-14:00"},
        "[" * 50_000, '{"id": "n", "text": "x", "k": ' + "[" * 50_000, '{"id": 1' + "0" * 5_000 + ', "text": "x"}',
    ]  # fmt: skip
    for stream in ([], ["--stream"]):
        done = match("--json", *stream, stdin=lines(*bad, {"id": "last", "text": "x"}))
        *errors, last = done.rows()
        assert done.code == 1
        assert len(errors) == len(bad)
        assert all(set(row) == {"id", "error"} and row["error"] for row in errors)
        assert last["id"] == "last"
    readable = match(stdin=lines(*bad[:3], {"id": "last", "text": "x"}))
    assert len(readable.out.splitlines()) == 4
    assert "{" not in readable.out


@pytest.mark.parametrize(
    ("row", "language"),
    [
        ({"id": "a", "text": "", "title": "DeepSeek opens an office in Lyon and hires forty people"}, "en"),
        ({"id": 7, "text": "x", "language": "pt-BR"}, "pt"),
        ({"id": "nul", "text": "Nvidia\x00 ships\ud800 the \udfff chip", "title": "\x00"}, None),
        ({"id": "\ud800", "text": "Nvidia"}, None),
        (
            {"id": "u", "text": "a\u2028b\u2029c\x85d", "published": "2026-03-01", "url": "not an address", "more": 1},
            None,
        ),
        ({"id": "x", "text": "昇" * 20_000}, None),
        ({"id": "y", "text": "word " * 50_000, "url": "https://a.example/" + "x" * 100_000}, None),
        ({"id": "z", "text": "‮\u200b\ufeff" * 1000}, None),
    ],
)
def test_an_odd_row_is_a_document_like_any_other(row: dict[str, Any], language: str | None):
    done = match("--json", "--stream", stdin=lines(row, row))
    answers = done.rows()
    assert done.code == 0
    assert [answer["id"] for answer in answers] == [str(row["id"])] * 2
    assert language is None or answers[0]["language"] == language
    assert len(match(stdin=lines(row)).out.splitlines()) == 1


def test_input_is_utf_8_whatever_the_terminal_says():
    row = b'\xef\xbb\xbf{"id": "bom", "text": "Nvidia \xff\xfe"}\r\n\r\n{"id": "\xc3\xa9", "text": "x"}\r'
    assert [answer["id"] for answer in match("--json", stdin=row).rows()] == ["bom", "é"]


def test_nothing_in_is_nothing_out():
    for arguments in ([], ["--pairs"], ["-"]):
        assert match("--json", *arguments) == match(*arguments)
        assert (match(*arguments).code, match(*arguments).out) == (0, "")


def test_files_are_documents_named_after_themselves(tmp_path: Path):
    (tmp_path / "one.txt").write_text(STORY)
    (tmp_path / "two.md").write_text(f"# A tender\n\n{STORY}")
    (tmp_path / "three.html").write_text(f"<html lang=en><title>A tender</title><body><p>{STORY}</p></body></html>")
    (tmp_path / "rows.jsonl").write_bytes(lines({"id": "row", "text": OTHER}))
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "front.md").write_text("+++\nnot closed")
    (tmp_path / "dir.txt").mkdir()
    names = [
        "one.txt",
        "two.md",
        "three.html",
        "gone.txt",
        "empty.txt",
        "front.md",
        "dir.txt",
        "gone.jsonl",
        "rows.jsonl",
    ]
    done = match("--json", "--stream", *(tmp_path / name for name in names))
    assert done.code == 1
    answers = done.rows()
    assert [answer["id"] for answer in answers] == [
        "one",
        "two",
        "three",
        "gone",
        "empty",
        "front",
        "dir",
        "gone",
        "row",
    ]
    assert ["error" in answer for answer in answers] == [False] * 3 + [True] * 5 + [False]
    assert [answer["earlier"]["relation"] for answer in answers[1:3]] == ["copy", "copy"]


def test_pairs_are_compared_by_themselves():
    good = {"a": {"id": "1", "text": STORY}, "b": {"id": "1", "text": STORY.replace("Tuesday", "Wednesday")}}
    far = {"a": {"id": "1", "text": STORY}, "b": {"id": "2", "text": OTHER}}
    done = match("--pairs", "--json", stdin=lines(good, far, {"a": good["a"]}, {"a": 1, "b": 2}, 7, "x"))
    copy, new, *errors = done.rows()
    assert done.code == 1
    assert set(copy) == {"relation", "score", "evidence"}
    assert (copy["relation"], new["relation"]) == ("copy", "new")
    assert len(errors) == 4
    assert all(set(row) == {"id", "error"} for row in errors)
    assert len(match("--pairs", stdin=lines(good, 7)).out.splitlines()) == 2


def test_the_archive_is_compared_with_when_it_is_asked_for(filled: Path, config: Path):
    stored = run("db", "export", "--config", filled).rows()
    article = max(stored, key=lambda row: len(row.get("text") or ""))
    stdin = lines({"id": "mine", "text": f"As others report: {article['text']}"})
    (answer,) = match("--archive", "--json", "--config", filled, stdin=stdin).rows()
    assert answer["earlier"]["relation"] == "copy"
    near = [answer["earlier"]["id"], *(each["id"] for each in answer["also"])]
    assert article["url"] in {run("why", each, "--json", "--config", filled).row()["url"] for each in near}
    (alone,) = match("--json", "--config", filled, stdin=stdin).rows()
    assert alone["earlier"] is None
    none = match("--archive", "--config", config, stdin=stdin)
    assert (none.code, none.out) == (1, "")
    assert len(none.err.splitlines()) == 1


def test_a_folder_of_known_documents_must_be_one(tmp_path: Path):
    assert match("--seeds", tmp_path / "none", stdin=lines({"id": "a", "text": "x"})).code == 1
    (tmp_path / "bad.md").write_text("no front matter")
    assert match("--seeds", tmp_path, stdin=lines({"id": "a", "text": "x"})).code == 1


def test_a_broken_configuration_is_never_passed_over_for_the_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    assert match(stdin=lines({"id": "a", "text": "x"})).code == 0
    (tmp_path / "xdg" / "watcher").mkdir(parents=True)
    (tmp_path / "xdg" / "watcher" / "config.toml").write_text("[watcher]\nreads = 5")
    assert match(stdin=lines({"id": "a", "text": "x"})).code == 78
