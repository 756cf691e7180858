"""Stories corrected from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import command
import pytest
from newsroom import article, put

from watcher.store import open_store
from watcher.store.locks import hold_daemon_lock

CONFIG = '[watcher]\ntimezone = "UTC"\n[seeds]\npath = "seeds"\n[topics.nvidia]\ntitle = "Nvidia"\nnames = ["Nvidia"]\n'
CHIPS = (
    "Nvidia said on Tuesday that its new accelerator will ship in May, two months earlier than planned. "
    "The company has moved the final tests to a second factory in Penang after a fire at the first one. "
    "Customers in Europe get the first boards, among them two weather services and a car maker from Turin."
)
BRIDGE = (
    "The bridge between Alder Point and the harbour will be closed to traffic from Monday, the city announced. "
    "Inspectors had found cracks in four of the six main girders, one of them forty centimetres long. "
    "Buses will use the tunnel, and cyclists are asked to take the ferry, which runs every twenty minutes."
)


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def said(heard: list[str]) -> Callable[[], str]:
    """What the last command said on stderr."""
    return lambda: heard[-1]


@pytest.fixture
def ask(tmp_path: Path, heard: list[str]) -> Callable[..., list[Any]]:
    """Runs a `stories` command on an archive of two stories, one of two articles; gives its lines of JSON."""
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    (tmp_path / "seeds").mkdir()
    with open_store(tmp_path / "data") as store, store.writing() as writer:
        put(
            writer,
            article("one", f"{CHIPS} #chips #tests verbatim", 1),
            article("two", f"{CHIPS} #chips #tests verbatim", 2),
            article("three", f"{BRIDGE} #bridge", 3),
        )

    def run(*words: str, code: int = 0, group: str = "stories") -> list[Any]:
        done = command.run(*([group] if group else []), *words, "--config", config)
        heard.append(done.err)
        assert done.code == code, done
        return [json.loads(line) for line in done.out.splitlines() if line.startswith("{")]

    return run


def test_stories_are_merged_split_and_put_back(ask):
    rows = ask("merge", "1", "2", "--json")
    assert [(row["story"], row["articles"]) for row in rows] == [("1", 3)]
    assert [row["kind"] for row in ask("corrections", "--json")] == ["merge"]
    assert {(pair["a"]["id"], pair["b"]["id"], pair["relation"]) for pair in ask("export")} == {
        ("2", "1", "retelling"),
        ("3", "1", "retelling"),
    }
    ask("undo", "1", "--json")
    rows = ask("split", "1", "https://two.example/1", "--json")
    assert sorted(row["articles"] for row in rows) == [1, 1]
    (why,) = ask("why", "2", "--json", group="")
    assert why["not_grouped_with"]["article"] == "1"
    assert why["not_grouped_with"]["why"] == "kept apart by hand"
    assert ask("rebuild", "--dry-run", "--json") == []
    ask("undo", "2")
    assert sorted(row["articles"] for row in ask("list", "--json")) == [1, 2]


def test_a_rebuild_says_which_stories_change(ask):
    ask("apart", "1", "2", "--json")
    assert ask("rebuild", "--json") == []


def test_why_names_what_put_an_article_into_its_story(ask):
    (why,) = ask("why", "2", "--json", group="")
    assert (why["placed_by"]["article"], why["placed_by"]["relation"]) == ("1", "copy")


HUGE = "9" * 30


@pytest.mark.parametrize(
    "words",
    [
        ("merge", "1", "77"),
        ("merge", "1", "1"),
        ("apart", HUGE, "1"),
        ("apart", "one", "1"),
        ("split", "77", "1"),
        ("split", "1", "77"),
        ("split", "1", "https://nowhere.example/"),
        ("split", "1", "3"),
        ("split", "1", "1", "2"),
        ("split", "1", "\u0663"),
        ("undo", "9"),
        ("undo", HUGE),
        ("undo", "0"),
    ],
    ids=" ".join,
)
def test_a_correction_of_what_is_not_there_says_so_and_changes_nothing(ask, said, words):
    before = ask("list", "--json")
    assert ask(*words, code=1) == []
    assert said().startswith("watcher: ")
    assert len(said().splitlines()) == 1
    assert ask("corrections", "--json") == []
    assert ask("list", "--json") == before


def test_a_correction_says_what_it_did_and_how_to_take_it_back(ask, said):
    ask("merge", "1", "2")
    assert said().splitlines()[-1] == "one story now: kept as correction 1; `watcher stories undo 1` takes it back"
    ask("undo", "1")
    again = "`watcher stories merge 1 2` says it again"
    assert said().splitlines()[-1] == f"correction 1 (merge) is taken back; {again}"
    ask("split", "1", "2")
    assert said().splitlines()[-1].startswith("two stories now: kept as correction")
    ask("undo", "2")
    assert said().splitlines()[-1].endswith("; `watcher stories split 1 2` says it again")


def test_corrections_are_made_beside_a_running_daemon(ask, tmp_path: Path):
    with hold_daemon_lock(tmp_path / "data"), open_store(tmp_path / "data") as store:
        before = store.stories(9)
        ask("merge", "1", "2")
        assert (len(before), len(store.stories(9))) == (2, 1)
        with store.writing() as writer:
            put(writer, article("four", f"{BRIDGE} #bridge verbatim", 4))
        ask("undo", "1")
        assert ask("rebuild", "--json") == []
        assert len(store.stories(9)) == 2


def test_why_gives_the_evidence_of_what_placed_an_article_and_of_what_it_was_kept_from(ask):
    (why,) = ask("why", "2", "--json", group="")
    assert set(why["placed_by"]["evidence"]) == {"signals", "shared", "conflicts", "passages", "cut"}
    assert why["first_report"]["article"] == 1
    ask("split", "1", "https://two.example/1", "--json")
    (why,) = ask("why", "2", "--json", group="")
    assert set(why["not_grouped_with"]["evidence"]) == {"signals", "shared", "conflicts", "passages", "cut"}


@pytest.mark.usefixtures("ask")
def test_why_says_it_in_plain_words_a_block_for_each_decision(tmp_path):
    said = command.run("why", "2", "--config", tmp_path / "config.toml").out
    blocks = said.split("\n\n")
    assert len(blocks) >= 4
    (placed,) = (block for block in blocks if block.startswith("story "))
    assert "  first report: " in placed
    assert "  placed by article 1: copy (" in placed
    assert "the cut of 0." in said
