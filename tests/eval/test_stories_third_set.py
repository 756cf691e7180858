"""The form of the third labelled set: look-alike events as the stream tells them, known stories, near misses."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from watcher.text.tokens import Tokens, tokens

SET = Path(__file__).parent / "stories-third.jsonl"
SEEDS = Path(__file__).parents[2] / "seeds"
Row = dict[str, Any]

KNOWN = {"A": "r1-inference-on-ascend", "B": "wang-50000-h100", "C": "r2-delayed-by-ascend-training"}
BROKE = {"A": date(2025, 1, 28), "B": date(2025, 1, 23), "C": date(2025, 8, 14)}
# Each pair: one company, one kind of event, two instances. A merge across a pair is the error this set looks for.
PAIRS = (
    ("nvidia-q2-fy26-results", "nvidia-q3-fy26-results"),
    ("amd-mi308-licence-required", "amd-mi308-licence-approval"),
    ("tsmc-2nm-leak-indictment", "tsmc-sues-lo-weijen"),
    ("huawei-910c-mass-shipments", "huawei-910d-tests"),
    ("openai-open-model-delay-june", "openai-open-model-delay-july"),
    ("openai-funding-october-2024", "openai-funding-march-2025"),
    ("deepseek-outage-january-2025", "deepseek-outage-march-2026"),
)
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
    "kind",
    "note",
    "part",
}
KINDS = {"stream", "retelling", "hard-negative", "trap"}
SCRIPTS = {
    "zh": r"[\u4e00-\u9fff]",
    "ja": r"[\u3041-\u30ff]",
    "ko": r"[\uac00-\ud7a3]",
    "ru": r"[\u0400-\u04ff]",
    "uk": r"[\u0400-\u04ff]",
    "ar": r"[\u0600-\u06ff]",
    "hi": r"[\u0900-\u097f]",
    "th": r"[\u0e00-\u0e7f]",
    "el": r"[\u0370-\u03ff]",
    "he": r"[\u0590-\u05ff]",
}

ROWS: list[Row] = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]


def _text(row: Row) -> str:
    return f"{row['title']}\n{row['text']}"


def _of_kind(kind: str) -> list[Row]:
    return [row for row in ROWS if row["kind"] == kind]


def _by_story(rows: list[Row]) -> dict[str, list[Row]]:
    stories: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        stories[row["story"]].append(row)
    return stories


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


def test_every_row_of_the_third_set_has_its_fields_and_its_number() -> None:
    for number, row in enumerate(ROWS, 1):
        assert set(row) == FIELDS, row["id"]
        assert row["id"] == f"u{number:03d}"
        assert row["title"], row["id"]
        assert isinstance(row["main"], bool), row["id"]
        assert row["part"] == "measure", row["id"]
        assert row["kind"] in KINDS, row["id"]
        assert row["seed_story"] in {*KNOWN, None}, row["id"]
    assert [row["published"] for row in ROWS] == sorted(row["published"] for row in ROWS)


def test_the_third_set_is_large_and_speaks_many_languages() -> None:
    assert len(ROWS) >= 130
    assert len({row["language"] for row in ROWS}) >= 20
    assert len(_of_kind("stream")) >= 70
    assert len(_of_kind("retelling")) >= 40
    assert len(_of_kind("hard-negative")) + len(_of_kind("trap")) >= 20


def test_each_event_of_a_pair_is_told_by_several_newsrooms_in_as_many_languages() -> None:
    events = _by_story(_of_kind("stream"))
    assert set(events) == {event for pair in PAIRS for event in pair}
    for event, rows in events.items():
        assert 4 <= len(rows) <= 6, event
        assert len({row["language"] for row in rows}) == len(rows), event
        assert all(row["seed_story"] is None and row["main"] for row in rows), event


def test_the_two_events_of_a_pair_share_a_language_so_that_they_can_be_confused() -> None:
    events = _by_story(_of_kind("stream"))
    for one, other in PAIRS:
        languages = [{row["language"] for row in events[event]} for event in (one, other)]
        assert languages[0] & languages[1], (one, other)


def test_what_tells_a_known_story_is_a_retelling_and_what_mentions_it_is_a_trap() -> None:
    for row in ROWS:
        tells = row["seed_story"] is not None and row["main"]
        assert tells == (row["kind"] == "retelling"), row["id"]
        assert tells == (row["story"] in KNOWN.values()), row["id"]
        assert (row["seed_story"] is not None and not row["main"]) == (row["kind"] == "trap"), row["id"]
        if tells:
            assert row["story"] == KNOWN[row["seed_story"]], row["id"]
        if row["kind"] in {"hard-negative", "trap"}:
            assert row["note"], row["id"]
    assert {row["seed_story"] for row in _of_kind("trap")} == set(KNOWN)


def test_each_known_story_is_told_in_a_dozen_languages() -> None:
    told = _by_story(_of_kind("retelling"))
    for seed, story in KNOWN.items():
        assert len({row["language"] for row in told[story]}) >= 12, seed
        assert sum("saved" in row["note"] for row in told[story]) >= 3, seed


def test_one_newsroom_of_the_third_set_writes_once() -> None:
    assert max(Counter(row["outlet"] for row in ROWS).values()) == 1
    hosts = Counter(row["url"].split("/")[2] for row in ROWS)
    assert max(hosts.values()) == 1
    assert all(re.fullmatch(r"https://[a-z0-9-]+\.example/\d{4}/\d{2}/\d{5}", row["url"]) for row in ROWS)


def test_texts_run_from_a_bare_headline_to_a_long_page() -> None:
    lengths = [len(row["text"]) for row in ROWS]
    assert 8 <= lengths.count(0) <= 12
    assert min(length for length in lengths if length) >= 60
    assert max(lengths) <= 3_500
    assert sum(length >= 1_500 for length in lengths) >= 10


def test_an_event_of_the_third_set_is_told_within_a_fortnight_and_some_tell_it_late() -> None:
    late = 0
    for story, rows in _by_story(ROWS).items():
        days = [date.fromisoformat(row["published"]) for row in rows]
        assert date(2024, 1, 1) <= min(days), story
        assert max(days) <= date(2026, 12, 31), story
        assert (max(days) - min(days)).days <= 14, story
        late += (max(days) - min(days)).days >= 5
    assert late >= 8
    for seed, broke in BROKE.items():
        days = [date.fromisoformat(row["published"]) for row in _of_kind("retelling") if row["seed_story"] == seed]
        assert min(days) >= broke, seed


def test_a_text_of_the_third_set_is_in_the_script_of_its_language() -> None:
    for row in ROWS:
        letters = SCRIPTS.get(row["language"])
        if letters:
            assert len(re.findall(letters, _text(row))) >= 10, row["id"]
        foreign = {script for script in SCRIPTS.values() if len(re.findall(script, _text(row))) >= 10} - {letters}
        if row["language"] == "ja":
            foreign.discard(SCRIPTS["zh"])
        assert not foreign, row["id"]


def test_no_two_texts_of_the_third_set_share_a_run_of_eight_words() -> None:
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in ROWS:
        for run in _runs(tokens(_text(row)), 8):
            owners[run].add(row["id"])
    shared = {" ".join(run): ids for run, ids in owners.items() if len(ids) > 1}
    assert not shared


def test_no_text_of_the_third_set_borrows_five_words_from_the_accounts_of_the_known_stories() -> None:
    accounts = {run for file in SEEDS.glob("*.md") for run in _runs(tokens(file.read_text(encoding="utf-8")), 5)}
    assert accounts
    for row in ROWS:
        assert not accounts.intersection(_runs(tokens(_text(row)), 5)), row["id"]
