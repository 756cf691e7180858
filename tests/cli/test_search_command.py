"""`watcher search`: fills the index first, finds in every script, lists to take along, and says what it left out."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from command import run

from watcher.app import archive
from watcher.config import load_config
from watcher.text.words import is_paired, plain_runs


def search(config: Path, *words: str | Path) -> list[dict[str, object]]:
    done = run("search", *words, "--config", config, "--json")
    assert done.code == 0, done.err
    return done.rows()


def test_pieces_of_titles_are_found_in_an_archive_that_had_no_index(filled: Path):
    assert search(filled, "华为", "昇腾")
    with archive(load_config(filled, {}), read_only=True) as store:
        assert store.unindexed() == 0
        titles = {stored.id: stored.article for stored in store.articles(500)}
    scripts = {article.language for article in titles.values()}
    assert {"zh", "ja", "ko", "de"} <= scripts
    for number, article in list(titles.items())[::3]:
        runs = [run for run in plain_runs(article.title) if len(run) > 3]
        word = runs[-1][1:3] if runs and is_paired(runs[-1]) else runs[-1]
        assert number in {hit["id"] for hit in search(filled, word, "--limit", "500")}, word


def test_words_narrow_down_and_minus_leaves_out(filled: Path):
    every = {hit["id"] for hit in search(filled, "nvidia", "--limit", "500")}
    german = {hit["id"] for hit in search(filled, "nvidia language:de", "--limit", "500")}
    without = {hit["id"] for hit in search(filled, "nvidia -huawei", "--limit", "500")}
    assert set() < german < every
    assert set() < without < every
    assert search(filled, "nvidia", "--since", "2099-01-01") == []


def test_what_is_not_understood_is_said_and_nothing_is_an_error(filled: Path):
    done = run("search", "nvidia since:yesterday ***", "--config", filled)
    assert done.code == 0
    assert "left out: since:yesterday ***" in done.err
    assert "»" in done.out


@pytest.mark.parametrize("typed", ["***", "since:9999-99-99", "🙂"])
def test_nothing_that_can_be_searched_for_is_said_and_nothing_is_listed(filled: Path, typed: str):
    done = run("search", typed, "--config", filled)
    assert (done.code, done.out) == (0, "")
    assert "nothing to search for in this" in done.err
    assert run("search", "", "--config", filled).out


def test_a_list_that_is_cut_says_so_beside_it(filled: Path):
    done = run("search", "nvidia", "--limit", "1", "--format", "csv", "--config", filled)
    assert len(list(csv.DictReader(io.StringIO(done.out)))) == 1
    assert "found, 1 of them shown" in done.err


@pytest.mark.parametrize("command", [("search", "nvidia"), ("stories", "list")])
def test_lists_to_take_along_have_date_outlet_and_link(filled: Path, command: tuple[str, ...]):
    rows = list(csv.DictReader(io.StringIO(run(*command, "--config", filled, "--format", "csv").out)))
    assert rows
    assert all(row["date"] and row["outlet"] and row["url"].startswith("http") for row in rows)
    found = json.loads(run(*command, "--config", filled, "--format", "json").out)
    assert [each["url"] for each in found] == [row["url"] for row in rows]
    assert run(*command, "--config", filled, "--format", "markdown").out.count("](<http") == len(rows)
    assert run(*command, "--config", filled, "--format", "exe").code == 2


def test_a_damaged_index_is_found_by_the_check_and_made_anew(filled: Path):
    search(filled, "nvidia")
    with closing(sqlite3.connect(filled.parent / "data" / "watcher.db")) as connection, connection:
        connection.execute("DELETE FROM words_data WHERE id > 10")
    assert run("db", "check", "--config", filled).code == 1
    asked = run("search", "nvidia", "--config", filled)
    assert asked.code == 1
    assert "watcher search --rebuild" in asked.err
    assert run("search", "--rebuild", "--config", filled).code == 0
    assert run("db", "check", "--config", filled).code == 0
    assert search(filled, "nvidia")


def test_without_an_archive_nothing_is_found_and_nothing_is_made(config: Path):
    assert search(config, "nvidia") == []
    assert not (config.parent / "data").exists()
