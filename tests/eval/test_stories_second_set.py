"""The form of the second labelled set for recognising a story: written apart from the first, for measuring only."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from watcher.text.tokens import Tokens, tokens

SET = Path(__file__).parent / "stories-second.jsonl"
FIRST = Path(__file__).parent / "stories.jsonl"
SEEDS = Path(__file__).parents[2] / "seeds"
Row = dict[str, Any]

KNOWN = {"A": "r1-inference-on-ascend", "B": "wang-50000-h100", "C": "r2-delayed-by-ascend-training"}
BROKE = {"A": date(2025, 1, 28), "B": date(2025, 1, 23), "C": date(2025, 8, 14)}
FIELDS = {
    "id",
    "language",
    "title",
    "text",
    "published",
    "url",
    "outlet",
    "story",
    "seed_story",
    "main",
    "part",
    "kind",
    "note",
}
MOST_LANGUAGES = set("en pt de it es fr zh ja ko ru ar nl pl tr".split())
SCRIPTS = {
    "ja": r"[\u3041-\u30ff]",
    "zh": r"[\u4e00-\u9fff]",
    "ko": r"[\uac00-\ud7a3]",
    "ru": r"[\u0400-\u04ff]",
    "uk": r"[\u0400-\u04ff]",
    "ar": r"[\u0600-\u06ff]",
    "hi": r"[\u0900-\u097f]",
    "th": r"[\u0e00-\u0e7f]",
}
FRAMES = ("About Tessellate:", "Der Monitor erscheint", "昇腾概念股收盘一览")
"""Marks of the traps that repeat a frame on purpose: press releases, a numbered report, a daily list."""

ROWS: list[Row] = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]


def _text(row: Row) -> str:
    return f"{row['title']}\n{row['text']}"


def _tellings(seed: str) -> list[Row]:
    return [row for row in ROWS if row["seed_story"] == seed and row["main"]]


def _others() -> dict[str, list[Row]]:
    others: dict[str, list[Row]] = defaultdict(list)
    for row in ROWS:
        if row["story"] not in KNOWN.values():
            others[row["story"]].append(row)
    return others


def _runs(found: Tokens, words: int) -> Iterator[tuple[str, ...]]:
    """Every run of tokens that counts for at least so many words."""
    mass, end = 0.0, 0
    for start in range(len(found)):
        while mass < words and end < len(found):
            mass += found.weights[end]
            end += 1
        if mass < words:
            return
        yield tuple(found.words[start:end])
        mass -= found.weights[start]


def test_every_row_of_the_second_set_has_its_fields_and_an_id_of_its_own() -> None:
    assert len(ROWS) == 130
    for row in ROWS:
        assert set(row) == FIELDS, row["id"]
        assert row["title"], row["id"]
        assert isinstance(row["main"], bool), row["id"]
        assert row["part"] == "measure", row["id"]
        assert row["kind"] in {"retelling", "hard-negative", "trap"}, row["id"]
        assert row["note"], row["id"]
    assert [row["id"] for row in ROWS] == [f"t{number:03}" for number in range(1, 131)]


def test_the_second_set_holds_retellings_other_stories_and_traps() -> None:
    kinds = Counter(row["kind"] for row in ROWS)
    assert kinds["retelling"] >= 48
    assert kinds["hard-negative"] >= 43
    assert kinds["trap"] >= 32
    assert sum(not row["main"] for row in ROWS) >= 10


def test_the_second_set_speaks_the_fourteen_languages_and_a_few_more() -> None:
    count = Counter(row["language"] for row in ROWS)
    assert set(count) >= MOST_LANGUAGES
    assert len(count) >= 18
    assert min(count[language] for language in MOST_LANGUAGES) >= 5
    assert max(count.values()) <= 0.2 * len(ROWS)


def test_each_known_story_is_retold_in_many_languages_of_the_second_set() -> None:
    for seed in KNOWN:
        told = _tellings(seed)
        assert len(told) >= 14
        assert len({row["language"] for row in told}) >= 12
        assert any((date.fromisoformat(row["published"]) - BROKE[seed]).days >= 5 for row in told), seed
        assert all(date.fromisoformat(row["published"]) >= BROKE[seed] for row in told), seed


def test_labels_of_the_second_set_do_not_contradict_each_other() -> None:
    for row in ROWS:
        tells = row["seed_story"] is not None and row["main"]
        assert tells == (row["kind"] == "retelling") == (row["story"] in KNOWN.values()), row["id"]
        if tells:
            assert row["story"] == KNOWN[row["seed_story"]], row["id"]
        if not row["main"]:
            assert row["seed_story"] in KNOWN, row["id"]
            assert row["kind"] == "trap", row["id"]


def test_a_dozen_other_stories_of_the_second_set_are_told_in_several_languages() -> None:
    several = [rows for rows in _others().values() if len({row["language"] for row in rows}) > 1]
    assert len(several) >= 12
    for rows in several:
        days = [date.fromisoformat(row["published"]) for row in rows]
        assert (max(days) - min(days)).days <= 14, rows[0]["story"]


def test_one_newsroom_of_the_second_set_tells_a_story_once() -> None:
    told = Counter((row["story"], row["outlet"]) for row in ROWS)
    assert max(told.values()) == 1


def test_texts_of_the_second_set_are_long_short_and_missing() -> None:
    lengths = [len(row["text"]) for row in ROWS]
    assert sum(length == 0 for length in lengths) == 8
    assert sum(0 < length < 400 for length in lengths) >= 15
    assert sum(length >= 1500 for length in lengths) >= 12
    assert max(lengths) <= 4000


def test_a_text_of_the_second_set_is_written_in_the_script_of_its_language() -> None:
    for row in ROWS:
        letters = SCRIPTS.get(row["language"])
        if letters:
            assert len(re.findall(letters, _text(row))) >= 10, row["id"]
        else:
            assert not re.search("|".join(SCRIPTS.values()), _text(row)), row["id"]


def test_addresses_of_the_second_set_are_reserved_ones_and_fit_the_day() -> None:
    assert len({row["url"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        found = re.fullmatch(r"https://[a-z0-9-]+\.example/(\d{4})/(\d{2})/\d+", row["url"])
        assert found, row["id"]
        assert row["published"].startswith("-".join(found.groups())), row["id"]


def test_texts_of_the_second_set_share_no_run_of_eight_words_save_their_frames() -> None:
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in ROWS:
        if not any(frame in _text(row) for frame in FRAMES):
            for run in _runs(tokens(_text(row)), 8):
                owners[run].add(row["id"])
    shared = {" ".join(run): ids for run, ids in owners.items() if len(ids) > 1}
    assert not shared


def test_each_frame_is_shared_by_two_or_three_different_stories() -> None:
    for frame in FRAMES:
        rows = [row for row in ROWS if frame in _text(row)]
        assert len(rows) in {2, 3}, frame
        assert len({row["story"] for row in rows}) == len(rows), frame
        assert len({row["outlet"] for row in rows}) == 1, frame


def test_the_second_set_repeats_nothing_of_the_first_nor_of_the_accounts() -> None:
    first = {
        run
        for line in FIRST.read_text(encoding="utf-8").splitlines()
        for run in _runs(tokens(_text(json.loads(line))), 8)
    }
    accounts = {run for file in SEEDS.glob("*.md") for run in _runs(tokens(file.read_text(encoding="utf-8")), 8)}
    assert first
    assert accounts
    for row in ROWS:
        assert not (first | accounts).intersection(_runs(tokens(_text(row)), 8)), row["id"]
