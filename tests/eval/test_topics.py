"""How well the shipped rules tell what a text is about, on texts and headlines written for this.

A row belongs to the tuned or to the held-out part by a hash of its id; the held-out part was written in another style.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from watcher.topics import TopicMatcher
from watcher.types import TopicRule

ROWS = [json.loads(line) for line in Path(__file__).with_name("topics.jsonl").read_text("utf-8").splitlines()]
CONFIG = tomllib.loads((Path(__file__).parents[2] / "config.toml").read_text("utf-8"))
HEADLINES = Path(__file__).with_name("topics-headlines.jsonl")
TOPICS = ("deepseek", "ascend", "nvidia")
KEYS = ("names", "weak", "needs", "never", "without")


def shipped_rules() -> list[TopicRule]:
    return [
        TopicRule(id=topic, title=rule["title"], **{key: tuple(rule.get(key, ())) for key in KEYS})
        for topic, rule in CONFIG["topics"].items()
    ]


def rules_without_offers_and_games() -> list[TopicRule]:
    """The first sets call shop offers and game drivers nothing: written for a reader who leaves those groups out."""
    return [replace(rule, without=("deals", "gaming")) if rule.id == "nvidia" else rule for rule in shipped_rules()]


def part(row: dict[str, object]) -> str:
    return "held-out" if hashlib.sha256(str(row["id"]).encode()).digest()[0] % 5 < 2 else "tuned"


@pytest.fixture(scope="module")
def answers() -> dict[str, tuple[set[str], set[str]]]:
    matcher = TopicMatcher(rules_without_offers_and_games())
    found = {row["id"]: matcher(row["title"], row["text"]) for row in ROWS}
    return {
        row_id: ({match.topic for match in matches if match.about}, {match.topic for match in matches})
        for row_id, matches in found.items()
    }


def precision_and_recall(rows: list[dict[str, object]], answers: dict[str, tuple[set[str], set[str]]], topic: str):
    gold = {row["id"] for row in rows if topic in row["about"]}
    said = {row["id"] for row in rows if topic in answers[row["id"]][0]}
    right = gold & said
    return len(right) / max(len(said), 1), len(right) / max(len(gold), 1), sorted(gold ^ said)


@pytest.mark.parametrize("topic", TOPICS)
def test_about_is_right_97_times_in_100_over_the_whole_set(topic, answers):
    precision, recall, wrong = precision_and_recall(ROWS, answers, topic)
    assert precision >= 0.97, wrong
    assert recall >= 0.97, wrong


@pytest.mark.parametrize("topic", TOPICS)
def test_the_held_out_part_is_no_worse_than_it_was_when_first_seen(topic, answers, record_property):
    """First look, before anything was changed for it: precision 1, 1, 0.95 and recall 1, 0.81, 1."""
    precision, recall, wrong = precision_and_recall([row for row in ROWS if part(row) == "held-out"], answers, topic)
    record_property("held_out", {"topic": topic, "precision": precision, "recall": recall, "wrong": wrong})
    assert precision >= 0.95, wrong
    assert recall >= 0.95, wrong


def test_mentions_are_found_and_kept_apart_from_what_a_text_is_about(answers):
    wanted = {(row["id"], topic) for row in ROWS for topic in row["mentions"]}
    found = {(row_id, topic) for row_id, topic in wanted if topic in answers[row_id][1] - answers[row_id][0]}
    assert len(found) / len(wanted) >= 0.95, sorted(wanted - found)


def test_traps_bring_no_topic_at_all(answers):
    traps = [row["id"] for row in ROWS if not row["about"] and not row["mentions"]]
    caught = [row_id for row_id in traps if answers[row_id][1]]
    assert len(caught) / len(traps) <= 0.03, caught


def test_the_set_covers_what_it_claims_to():
    assert len(ROWS) >= 240
    assert len({row["language"] for row in ROWS}) >= 9
    assert sum(not row["about"] for row in ROWS) * 3 >= len(ROWS)
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert min(sum(part(row) == name for row in ROWS) for name in ("tuned", "held-out")) >= 90


def test_of_79_headlines_written_after_the_tuning_three_are_wrong():
    """Seven were, at first sight. Still wrong: people called Blackwell and Rubin, a motorway by a data centre."""
    matcher = TopicMatcher(rules_without_offers_and_games())
    rows = [json.loads(line) for line in HEADLINES.read_text("utf-8").splitlines()]
    said = {row["id"]: {match.topic for match in matcher(row["title"], row["text"]) if match.about} for row in rows}
    assert [row["id"] for row in rows if said[row["id"]] != set(row["about"])] == ["h46", "h48", "h51"]


# Written from the definition alone: the first before its writer had read the rules, the last after mending them and
# measured once. First sight (deepseek, ascend, nvidia): precision 1, 1, 1 and recall 1, 1, 0.942 for the first; for the
# last precision 1, 0.929, 1 and recall 1, 0.929, 1 (14 of its rows are about Ascend: one trap caught, one row missed).
STRANGERS = {"topics-strangers.jsonl": 0.97, "topics-strangers-last.jsonl": 0.92}


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("name", STRANGERS)
def test_sets_written_from_the_definition_alone(name, topic):
    rows, said = shipped_answers(name)
    precision, recall, wrong = precision_and_recall(rows, said, topic)
    assert precision >= STRANGERS[name], wrong
    assert recall >= STRANGERS[name], wrong


@pytest.mark.parametrize("name", STRANGERS)
def test_their_mentions_are_mentions_and_nothing_else_is(name):
    rows, said = shipped_answers(name)
    wanted = {(row["id"], topic) for row in rows for topic in row["mentions"]}
    found = {(row_id, topic) for row_id, (about, named) in said.items() for topic in named - about}
    assert found == wanted


def test_they_hold_a_third_of_traps_and_mentions_in_many_languages():
    rows = [row for name in STRANGERS for row in shipped_answers(name)[0]]
    assert len(rows) >= 360
    assert len({row["language"] for row in rows}) >= 14
    assert sum(not row["about"] or bool(row["mentions"]) for row in rows) * 3 >= len(rows)


def shipped_answers(name: str) -> tuple[list[dict[str, object]], dict[str, tuple[set[str], set[str]]]]:
    matcher = TopicMatcher(shipped_rules())
    rows = [json.loads(line) for line in Path(__file__).with_name(name).read_text("utf-8").splitlines()]
    found = {row["id"]: matcher(row["title"], row["text"]) for row in rows}
    return rows, {
        row_id: ({match.topic for match in matches if match.about}, {match.topic for match in matches})
        for row_id, matches in found.items()
    }
