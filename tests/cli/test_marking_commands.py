"""What somebody says of what they read, from the command line: kept, listed with what it did, taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import command
import pytest
from newsroom import article, put

from watcher.store import open_store
from watcher.store.locks import hold_daemon_lock

CONFIG = (
    '[watcher]\ntimezone = "UTC"\n[topics.nvidia]\ntitle = "Nvidia"\nnames = ["Nvidia"]\n'
    '[[sources]]\nid = "paper"\nurl = "https://paper.example/feed"\n'
)
Ask = Callable[..., list[Any]]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Runs a command on an archive of two stories, the first of two articles; gives its lines of JSON."""
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    with open_store(tmp_path / "data") as store, store.writing() as writer:
        put(
            writer,
            article("one", "#chips #tests verbatim", 1),
            article("two", "#chips #tests verbatim", 2),
            article("three", "#bridge", 3),
        )

    def run(*words: str, code: int = 0) -> list[Any]:
        done = command.run(*words, "--config", config)
        assert done.code == code, done
        assert (len(done.err.splitlines()) <= 1) or code == 0
        return [json.loads(line) for line in done.out.splitlines() if line.startswith("{")]

    return run


@pytest.mark.parametrize("verb", ["mute", "follow", "known", "save"])
@pytest.mark.parametrize("name", ["1", "article:2", "https://two.example/1"])
def test_a_story_is_named_by_itself_or_by_an_article(ask: Ask, verb: str, name: str):
    (said,) = ask(verb, name, "--json")
    assert (said["articles"], said["state"], said["headline"]) == ([1, 2], "holds", "Headline of one")
    assert ask(verb, "--json") == [said]
    assert ask(verb, "2", "--undo", code=1) == []
    (gone,) = ask(verb, name, "--undo", "--json")
    assert (gone["id"], gone["state"]) == (said["id"], "undone")
    assert ask(verb, name, "--undo", code=1) == []


def test_marks_are_taken_back_by_their_number_too(ask: Ask):
    ask("mute", "1")
    ask("off-topic", "2", "--topic", "nvidia")
    assert [each["kind"] for each in ask("marks", "--json")] == ["off-topic", "mute"]
    ask("marks", "--undo", "1")
    assert [each["state"] for each in ask("marks", "--json")] == ["holds", "undone"]
    ask("marks", "--undo", "1", code=1)
    ask("marks", "--undo", "99", code=1)


def test_what_is_said_twice_holds_once_with_its_new_date(ask: Ask):
    ask("mute", "1")
    ask("mute", "1", "--until", "30d")
    first, second = ask("mute", "--json")
    assert (first["state"], second["state"]) == ("holds", "undone")
    assert datetime.fromisoformat(first["until"]) - datetime.now(UTC) > timedelta(days=29)


def test_a_day_holds_to_its_end(ask: Ask):
    (said,) = ask("mute", "1", "--until", "2999-12-31", "--json")
    assert said["until"] == "3000-01-01T00:00:00+00:00"


def test_outlets_and_phrases_are_hidden_and_shown_again(ask: Ask):
    ask("hide", "--outlet", "Two")
    ask("hide", "--phrase", "Black Friday", "--topic", "nvidia", "--source", "paper")
    found = ask("hide", "--json")
    assert [(each["outlet"], each["phrase"], each["topic"], each["source"]) for each in found] == [
        (None, "Black Friday", "nvidia", "paper"),
        ("Two", None, None, None),
    ]
    ask("hide", "--phrase", "black  friday", "--undo", code=1)  # elsewhere it is shown anyway
    ask("hide", "--phrase", "black  friday", "--topic", "nvidia", "--source", "paper", "--undo")
    assert [each["state"] for each in ask("hide", "--json")] == ["undone", "holds"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("mute", "77"), 1),
        (("mute", "article:77"), 1),
        (("mute", "https://nowhere.example/"), 1),
        (("mute", "9" * 40), 1),
        (("mute", "1", "--until", "yesterday"), 2),
        (("mute", "1", "--until", "2020-01-01"), 1),
        (("mute", "1", "--until", "2020-13-01"), 2),
        (("off-topic", "1"), 1),
        (("off-topic", "1", "--topic", "ascend"), 1),
        (("hide", "--outlet", "a", "--phrase", "b"), 1),
        (("hide", "--phrase", "."), 1),
        (("hide", "--phrase", ""), 1),
        (("hide", "--phrase", "a" * 601), 1),
        (("hide", "--phrase", "black\x07friday"), 1),
        (("hide", "--topic", "nvidia"), 2),
        (("hide", "--outlet", "a", "--topic", "none"), 1),
        (("hide", "--outlet", "a", "--source", "none"), 1),
        (("hide", "--undo"), 2),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_what_cannot_be_meant_says_so_and_keeps_nothing(ask: Ask, words: tuple[str, ...], code: int):
    assert ask(*words, code=code) == []
    assert ask("marks", "--json") == []


def test_something_is_said_while_the_daemon_runs(ask: Ask, tmp_path: Path):
    with hold_daemon_lock(tmp_path / "data"):
        ask("mute", "1")
    assert len(ask("mute", "--json")) == 1


def test_a_merge_says_which_mark_rests_from_now_on(ask: Ask, tmp_path: Path):
    ask("mute", "2")
    done = command.run("stories", "merge", "1", "2", "--config", tmp_path / "config.toml")
    assert "the mute of mark 1 rests from now on" in done.err
    assert "`watcher mute 1` says it of all of it" in done.err
    assert [each["id"] for each in ask("stories", "show", "2", "--json")] == ["1"]
    assert ask("follow", "2", "--json")[0]["story"] == "1"


def answer(tmp_path: Path, *words: str) -> Any:
    return command.run(*words, "--config", tmp_path / "config.toml")


@pytest.mark.usefixtures("ask")
def test_a_mark_is_answered_with_a_sentence_and_what_there_is(tmp_path: Path):
    done = answer(tmp_path, "mute", "2")
    assert done.err.startswith("no more of it is told: Headline of three (1 article); ")
    assert [line.split()[0] for line in done.out.splitlines()] == ["id", "kind", "state", "said_of"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mute", "1"), "the next edition tells what it kept"),
        (("follow", "1"), "its news stands among the others again"),
        (("save", "1"), "taken out of what is saved"),
    ],
)
def test_every_undo_says_what_it_does(ask: Ask, tmp_path: Path, words: tuple[str, ...], said: str):
    ask(*words)
    assert said in answer(tmp_path, *words, "--undo").err


def test_an_outlet_nobody_met_is_hidden_with_a_hint(ask: Ask, tmp_path: Path):
    hint = "no article of the last 30 days is of an outlet called that"
    assert hint in answer(tmp_path, "hide", "--outlet", "Example Gazette").err
    assert len(ask("hide", "--json")) == 1
    assert "no letter and no digit" in answer(tmp_path, "hide", "--phrase", "!?").err


@pytest.mark.usefixtures("ask")
def test_a_day_that_is_over_is_called_by_its_name(tmp_path: Path):
    assert "--until 2020-01-01: that day is over already" in answer(tmp_path, "mute", "1", "--until", "2020-01-01").err
