"""The form of the labelled set for recognising a story: counts, splits, labels that do not contradict each other."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from watcher.text.tokens import Tokens, tokens

SET = Path(__file__).parent / "stories.jsonl"
SEEDS = Path(__file__).parents[2] / "seeds"
Row = dict[str, Any]

KNOWN = {"A": "r1-inference-on-ascend", "B": "wang-50000-h100", "C": "r2-delayed-by-ascend-training"}
BROKE = {"A": date(2025, 1, 28), "B": date(2025, 1, 23), "C": date(2025, 8, 14)}
REQUIRED = {
    "id",
    "language",
    "title",
    "text",
    "published",
    "outlet",
    "story",
    "seed_story",
    "main",
    "part",
    "kind",
    "note",
}
SCRIPTS = {
    "ja": r"[\u3041-\u30ff]",
    "zh": r"[\u4e00-\u9fff]",
    "ko": r"[\uac00-\ud7a3]",
    "ru": r"[\u0400-\u04ff]",
    "ar": r"[\u0600-\u06ff]",
}

ROWS: list[Row] = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]


def _text(row: Row) -> str:
    return f"{row['title']}\n{row['text']}"


def _by_story() -> dict[str, list[Row]]:
    stories: dict[str, list[Row]] = defaultdict(list)
    for row in ROWS:
        stories[row["story"]].append(row)
    return stories


def _tellings(seed: str) -> list[Row]:
    return [row for row in ROWS if row["seed_story"] == seed and row["main"]]


def _length(row: Row) -> float:
    """Words; a Chinese or Japanese word is about two characters."""
    return sum(tokens(row["text"]).weights)


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


def test_every_row_has_its_fields_and_an_id_of_its_own() -> None:
    for row in ROWS:
        assert set(row) - {"url"} == REQUIRED, row["id"]
        assert row["title"], row["id"]
        assert isinstance(row["main"], bool), row["id"]
        assert row["part"] in {"tune", "measure"}, row["id"]
        assert row["kind"] in {"retelling", "hard-negative", "trap"}, row["id"]
        assert row["seed_story"] in {"A", "B", "C", None}, row["id"]
    assert len({row["id"] for row in ROWS}) == len(ROWS)


def test_the_set_is_large_and_speaks_many_languages_in_both_parts() -> None:
    assert len(ROWS) >= 250
    for part in ("tune", "measure"):
        rows = [row for row in ROWS if row["part"] == part]
        assert len(rows) >= 0.45 * len(ROWS)
        assert len({row["language"] for row in rows}) >= 14
        assert set(Counter(row["kind"] for row in rows)) == {"retelling", "hard-negative", "trap"}
    assert min(Counter(row["language"] for row in ROWS).values()) >= 9


def test_each_known_story_is_told_often_in_many_languages_and_in_both_parts() -> None:
    for seed in KNOWN:
        told = _tellings(seed)
        assert len(told) >= 18
        assert len({row["language"] for row in told}) >= 13
        for part in ("tune", "measure"):
            assert len({row["language"] for row in told if row["part"] == part}) >= 9, (seed, part)


def test_what_tells_a_known_story_is_labelled_so_everywhere() -> None:
    for row in ROWS:
        tells = row["seed_story"] is not None and row["main"]
        assert tells == (row["kind"] == "retelling"), row["id"]
        assert tells == (row["story"] in KNOWN.values()), row["id"]
        if tells:
            assert row["story"] == KNOWN[row["seed_story"]], row["id"]


def test_a_passing_mention_names_the_known_story_it_mentions_and_is_a_trap() -> None:
    passing = [row for row in ROWS if not row["main"]]
    assert len(passing) >= 12
    for row in passing:
        assert row["seed_story"] is not None, row["id"]
        assert row["kind"] == "trap", row["id"]
        assert row["note"], row["id"]
    assert {row["seed_story"] for row in passing} == set(KNOWN)


def test_other_stories_are_many_and_each_stays_in_one_part() -> None:
    others = {story: rows for story, rows in _by_story().items() if story not in KNOWN.values()}
    assert len(others) >= 80
    assert sum(len({row["language"] for row in rows}) > 1 for rows in others.values()) >= 60
    for story, rows in others.items():
        assert len({row["part"] for row in rows}) == 1, story
        assert len(rows) <= 4, story


def test_one_newsroom_tells_a_story_once() -> None:
    for story, rows in _by_story().items():
        told = Counter(row["outlet"] for row in rows)
        assert max(told.values()) == 1, (story, told.most_common(1))


def test_there_are_long_texts_short_ones_and_bare_headlines_in_each_part() -> None:
    for part in ("tune", "measure"):
        lengths = [_length(row) for row in ROWS if row["part"] == part]
        assert sum(length == 0 for length in lengths) >= 10
        assert sum(35 <= length <= 100 for length in lengths) >= 60
        assert sum(length >= 150 for length in lengths) >= 20
        assert not [length for length in lengths if 0 < length < 35 or length > 350]


def test_dates_are_days_near_the_event_they_report() -> None:
    for story, rows in _by_story().items():
        days = [date.fromisoformat(row["published"]) for row in rows]
        assert date(2024, 10, 1) <= min(days), story
        assert max(days) <= date(2026, 6, 30), story
        assert (max(days) - min(days)).days <= 14, story
    for seed, broke in BROKE.items():
        days = [date.fromisoformat(row["published"]) for row in _tellings(seed)]
        assert min(days) == broke, seed
        assert (max(days) - broke).days >= 5, f"{seed}: nobody tells it late"


def test_rows_stand_in_the_order_of_their_days() -> None:
    days = [row["published"] for row in ROWS]
    assert days == sorted(days)


def test_a_text_is_written_in_the_script_of_its_language() -> None:
    for row in ROWS:
        has = {language for language, letters in SCRIPTS.items() if len(re.findall(letters, _text(row))) >= 10}
        language = row["language"]
        if language == "ja":
            has.discard("zh")
        assert has == {language} & set(SCRIPTS), row["id"]


def test_addresses_are_reserved_ones_and_differ() -> None:
    urls = [row["url"] for row in ROWS if "url" in row]
    assert len(set(urls)) == len(urls)
    assert all(re.fullmatch(r"https://[a-z0-9-]+\.example/\d{4}/\d{2}/\d+", url) for url in urls)


def test_no_two_texts_share_a_run_of_eight_words() -> None:
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in ROWS:
        for run in _runs(tokens(_text(row)), 8):
            owners[run].add(row["id"])
    shared = {" ".join(run): ids for run, ids in owners.items() if len(ids) > 1}
    assert not shared


def test_no_text_shares_a_run_of_five_words_with_the_accounts_of_the_known_stories() -> None:
    accounts = {run for file in SEEDS.glob("*.md") for run in _runs(tokens(file.read_text(encoding="utf-8")), 5)}
    assert accounts
    for row in ROWS:
        assert not accounts.intersection(_runs(tokens(_text(row)), 5)), row["id"]


def test_a_note_that_points_to_a_row_points_to_one_that_exists() -> None:
    ids = {row["id"] for row in ROWS}
    for row in ROWS:
        assert "{" not in row["note"], row["id"]
        assert set(re.findall(r"\bs\d{3}\b", row["note"])) <= ids - {row["id"]}, row["id"]
