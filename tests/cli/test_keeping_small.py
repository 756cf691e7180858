"""Commands that keep an archive small and safe, and what the others say of what was removed."""

from __future__ import annotations

import json
from pathlib import Path

from command import database, run

from watcher.store import open_store


def told(filled: Path) -> dict[str, object]:
    return {
        row["url"]: row["story"] for row in map(json.loads, run("db", "export", "--config", filled).out.splitlines())
    }


def test_old_texts_go_and_everything_else_still_answers(filled: Path):
    on = ["--config", filled]
    stories, day = told(filled), "2026-03-12"
    edition = run("digest", "--date", day, "--json", *on).out
    before = database(filled.parent)
    said = json.loads(run("db", "prune", "--before", "2027-01-01", "--dry-run", "--json", *on).out)
    assert database(filled.parent) == before
    assert said["old"] == len(stories) > 3
    assert said["removed"] == 0
    done = run("db", "prune", "--yes", "--before", "2027-01-01", *on)
    assert (done.code, done.out.split(",")[0]) == (0, f"removed the texts of {len(stories)} articles")
    assert run("db", "prune", "--yes", "--before", "2027-01-01", *on).out.startswith("removed the texts of 0 articles")
    assert told(filled) == stories
    assert {row["text"] for row in map(json.loads, run("db", "export", *on).out.splitlines())} == {""}
    assert run("digest", "--date", day, "--json", *on).out == edition
    why = run("why", "1", *on).out
    assert "by retention" in why
    row = json.loads(run("why", "1", "--json", *on).out)
    assert (row["headline_only"], row["removed"] is not None) == ("removed", True)
    title = row["title"].split()[0]
    assert "removed" in {
        each["headline_only"] for each in map(json.loads, run("search", title, "--json", *on).out.splitlines())
    }
    assert run("stories", "rebuild", *on).code == 0
    assert told(filled) == stories
    for command in (
        ("stories", "list"),
        ("stories", "show", row["story"]),
        ("status",),
        ("topics", "try", "--archive", "nvidia"),
    ):
        assert run(*command, *on).code == 0, command
    assert run("db", "check", *on).code == 0
    with open_store(filled.parent / "data") as store:
        assert store.last_article() == len(stories)


def test_without_a_date_or_a_word_in_the_configuration_nothing_is_too_old(filled: Path):
    nothing = run("db", "prune", "--config", filled)
    assert nothing.code == 2
    assert '[archive] keep = "2y"' in nothing.err
    wrong = run("db", "prune", "--before", "yesterday", "--config", filled)
    assert (wrong.code, "expected a date" in wrong.err) == (2, True)
    filled.write_text(f'{filled.read_text("utf-8")}\n[archive]\nkeep = "9y"\n', "utf-8")
    assert run("db", "prune", "--config", filled).out.startswith("removed the texts of 0 articles")


def test_copies_in_a_folder_are_counted_and_the_newest_kept(filled: Path, tmp_path: Path):
    copies = tmp_path / "copies"
    refused = run("db", "backup", copies, "--keep", "2", "--config", filled)
    assert (refused.code, "make it first" in refused.err) == (2, True)
    copies.mkdir()
    for number in range(3):
        (copies / f"watcher-2025010{number + 1}-000000.db").touch()
    (copies / "mine.db").touch()
    made = Path(run("db", "backup", copies, "--keep", "2", "--config", filled).out.strip())
    assert sorted(each.name for each in copies.iterdir()) == ["mine.db", "watcher-20250103-000000.db", made.name]
    before = told(filled)
    run("db", "prune", "--yes", "--before", "2027-01-01", "--config", filled)
    restored = run("db", "restore", made, "--config", filled)
    assert (restored.code, told(filled)) == (0, before)
    assert "" not in {json.loads(line)["text"] for line in run("db", "export", "--config", filled).out.splitlines()[:1]}


def test_a_file_is_written_anew_and_says_what_that_gained(filled: Path):
    said = json.loads(run("db", "compact", "--json", "--config", filled).out)
    assert 0 < said["after"] <= said["before"]
    assert run("db", "check", "--config", filled).code == 0


def test_a_date_that_takes_more_than_half_needs_a_word_more(filled: Path):
    on = ["--before", "2027-01-01", "--config", filled]
    refused = run("db", "prune", *on)
    assert refused.code == 2
    assert "more than half of the archive" in refused.err
    assert "--yes" in refused.err
    assert run("db", "prune", "--dry-run", *on).code == 0
    assert run("db", "prune", "--before", "2001-01-01", "--config", filled).code == 0
    assert run("db", "prune", "--yes", *on).code == 0
