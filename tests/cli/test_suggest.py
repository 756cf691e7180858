"""`sources suggest`: offers and mends from the shipped catalogue, and nothing of the user's touched unasked."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command import ROOT, run

from watcher.catalogue import Catalogue, catalogue, is_newer, suggestions
from watcher.config import load_config, source_problems
from watcher.store import open_store
from watcher.types import Memory, Source, TopicRule, Visit

NOW = datetime(2026, 3, 10, tzinfo=UTC)
TOPIC = TopicRule("deepseek", "DeepSeek", ("DeepSeek",))


def table(**changes: object) -> Catalogue:
    return replace(catalogue(), **changes)  # type: ignore[arg-type]


def found(*sources: Source, topic: TopicRule = TOPIC, reads: tuple[str, ...] = ("nl",), **memories: Memory):
    return suggestions(catalogue(), sources, memories, (topic,), reads, NOW)


# --- the table ---


def test_every_source_of_the_shipped_configuration_stands_in_the_catalogue_in_the_same_words():
    shipped = tomllib.loads((ROOT / "config.toml").read_text("utf-8"))["sources"]
    rows = {known.id: dict(known.row) for known in catalogue().rows}
    assert [row for row in shipped if rows.get(row["id"]) != row and row.get("kind") != "query"] == []


def test_the_catalogue_is_in_order():
    rows = catalogue().rows
    assert len({row.id for row in rows}) == len({row.url for row in rows}) == len(rows)
    known = {row.id for row in rows}
    assert all(each.instead is None or each.instead in known for each in catalogue().gone)
    assert all(set(row.subjects) <= set(catalogue().subjects) for row in rows)
    later = ("sitemap",)  # kinds that a version may read or not
    assert [source_problems(dict(row.row)) for row in rows if row.row.get("kind") not in later] == [[]] * sum(
        row.row.get("kind") not in later for row in rows
    )


# --- what is suggested ---


def test_offered_is_what_is_about_a_topic_in_a_language_that_is_read_best_first():
    offers = found(reads=("pl", "nl"))
    assert {each.action for each in offers} == {"add"}
    languages = [each.row["language"] for each in offers if each.row]
    assert languages == sorted(languages, reverse=True)
    assert set(languages) == {"nl", "pl"}
    assert found(topic=TopicRule("gardens", "Gardens", ("tulip",))) == ()
    assert found(topic=TopicRule("mine", "Mine", (), weak=("open-source software",)))


@pytest.mark.parametrize(
    "url", ["http://tweakers.net/feeds/nieuws.xml", "https://www.tweakers.net/feeds/nieuws.xml?utm_source=x"]
)
def test_what_somebody_has_is_not_offered_however_it_is_spelled_or_moved(url: str):
    assert [each.id for each in found()] == ["tweakers"]
    assert found(Source("mine", url)) == ()
    moved = Memory("mine", moved_to=url)
    assert [each.action for each in found(Source("mine", "https://old.example/feed"), mine=moved)] == ["replace"]


def test_an_address_that_moved_is_to_be_replaced():
    (each,) = found(Source("reg", "https://www.theregister.co.uk/headlines.atom"), reads=())
    assert (each.action, each.id, each.row) == (
        "replace", "reg", {"url": "https://www.theregister.com/headlines.atom"}
    )  # fmt: skip


def test_what_ended_is_named_with_what_comes_nearest():
    (each,) = found(Source("mine", "http://www.anandtech.com/rss"), reads=())
    assert (each.action, each.id, each.old) == ("gone", "mine", "mine")
    assert each.row is not None
    assert each.row["id"] == "servethehome"
    sth = Source("sth", "https://www.servethehome.com/feed/")
    (without,) = found(Source("mine", "http://www.anandtech.com/rss"), sth, reads=())
    assert without.row is None


@pytest.mark.parametrize(
    ("memory", "said"),
    [
        (Memory("mine", ended=NOW - timedelta(days=1)), "gone for good"),
        (Memory("mine", failing_since=NOW - timedelta(days=15), trouble="answered 404"), "answered 404"),
        (Memory("mine", failing_since=NOW - timedelta(days=13)), None),
        (Memory("mine", failing_since=NOW - timedelta(days=40), paused=True), None),
        (Memory("mine"), None),
    ],
)
def test_a_source_that_is_dead_is_named(memory: Memory, said: str | None):
    named = found(Source("mine", "https://mine.example/feed"), reads=(), mine=memory)
    assert [said in each.why for each in named if said] == ([True] if said else [])
    assert bool(named) == bool(said)


def test_after_an_upgrade_only_what_is_newer_can_be_asked_for():
    rows = tuple(replace(row, since="0.3.0") if row.id == "tweakers" else row for row in catalogue().rows)
    newer = suggestions(table(rows=rows), (), {}, (TOPIC,), ("nl", "pl"), NOW, since="0.2.9")
    assert [each.id for each in newer] == ["tweakers"]
    assert is_newer("0.10.0", "0.9.3")
    assert not is_newer("0.2.0", "0.2.0")


# --- the command ---


def test_nothing_is_changed_unless_it_is_asked_for(config: Path):
    before = config.read_bytes()
    done = run("sources", "suggest", "--json", "--config", config)
    assert (done.code, config.read_bytes()) == (0, before)
    rows = done.rows()
    assert {row["action"] for row in rows} == {"add"}
    assert {row["language"] for row in rows} == {"en", "de"}
    assert {"id", "kind", "url", "language", "role", "replaces", "since", "why", "action"} == set(rows[0])
    assert not (config.parent / "data").exists()


def test_what_is_named_is_added_and_comments_stay(config: Path):
    config.write_text(config.read_text() + "\n# my own words\n")
    done = run("sources", "suggest", "--add", "heise", "--add", "golem", "--config", config)
    assert done.code == 0, done.err
    assert [source.id for source in load_config(config, {}).sources] == ["heise", "golem"]
    assert "# my own words" in config.read_text()
    again = run("sources", "suggest", "--json", "--config", config).rows()
    assert {"heise", "golem"}.isdisjoint(row["id"] for row in again)
    assert run("sources", "suggest", "--add", "nothing", "--config", config).code == 2


def test_all_that_is_new_can_be_added_at_once(config: Path):
    offered = len(run("sources", "suggest", "--json", "--config", config).rows())
    assert run("sources", "suggest", "--all", "--config", config).code == 0
    assert len(load_config(config, {}).sources) == offered
    assert run("sources", "suggest", "--json", "--config", config).out == ""


def test_an_address_is_replaced_in_its_row_and_nothing_else(config: Path):
    old = (
        '[[sources]]\nid = "reg"\nurl = "http://www.theregister.co.uk/headlines.atom"   # since 2009\nlanguage = "en"\n'
    )
    config.write_text(config.read_text() + "\n" + old)
    before = config.read_text()
    assert run("sources", "suggest", "--config", config).code == 0
    assert config.read_text() == before
    assert run("sources", "suggest", "--replace", "reg", "--config", config).code == 0
    new = "https://www.theregister.com/headlines.atom"
    assert config.read_text() == before.replace("http://www.theregister.co.uk/headlines.atom", new)


def test_a_file_that_cannot_be_changed_says_what_to_write(config: Path):
    config.chmod(0o444)
    done = run("sources", "suggest", "--add", "heise", "--config", config)
    assert done.code == 78
    assert "https://www.heise.de/rss/heise.rdf" in done.err


def test_a_source_that_ended_is_told_from_the_archive(config: Path):
    row = '\n[[sources]]\nid = "mine"\nurl = "https://mine.example/feed"\n'
    config.write_text(config.read_text() + row)
    with open_store(config.parent / "data") as store, store.writing() as writer:
        memory = Memory("mine", ended=NOW)
        writer.visited([Visit("mine", NOW, NOW, 410, {}, memory)])
    named = [each for each in run("sources", "suggest", "--json", "--config", config).rows() if each["id"] == "mine"]
    assert [(each["action"], "2026-03-10" in each["why"]) for each in named] == [("gone", True)]
