"""`--dry-run` changes nothing and says what would happen: one test for every command that has the option.

A new command with it is found by itself, and fails here until somebody writes down how to call it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import typer
from command import run
from origin import Answer, Origin
from scripted import rss

from watcher.cli.program import program

# How to call each, and what it should say; {url} is a site of a test, {opml} a file that names it.
CALLS: Mapping[str, tuple[str, ...]] = {
    "poll --all": ("would be asked",),
    "poll --source tejo": ("tejo", "would be asked"),
    "digest": ("DeepSeek",),
    "digest --send": ("would publish the edition of", "would deliver"),
    "digest --out {folder}/page.html --format html": ("would be written to",),
    "backfill --since 2026-03-01": ("nobody can say before it is done",),
    "sources add {url}/feed": ("would be written", 'url = "{url}/feed"'),
    "sources import {opml}": ("{url}/feed",),
    "stories rebuild": (),
    "topics add Graphene": ("Graphene",),
    "topics apply": (),
    "db prune --before 2027-01-01": ("articles would be removed",),
}
OF_AN_ARCHIVE = ("stories", "db")  # commands that say so where there is none
OF_OTHERS = ("topics add",)  # commands that may come with another part of the program


def with_the_option() -> Iterator[str]:
    tree = typer.main.get_command(program)
    for name, command in tree.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        for line, each in (
            {f"{name} {key}": value for key, value in inner.items()} if inner else {name: command}
        ).items():
            if any("--dry-run" in option.opts for option in each.params):
                yield line


COMMANDS = sorted(with_the_option())
KNOWN = [line for line in CALLS if any(f"{line} ".startswith(f"{each} ") for each in COMMANDS)]


def state(folder: Path) -> dict[str, str]:
    """Every file's name and hash: database, configuration and out among them. Of a log that reading leaves, nothing."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix not in {".lock", ".db-shm"}]
    return {
        str(file.relative_to(folder)): hashlib.sha256(body).hexdigest()
        for file in files
        if (body := file.read_bytes()) or file.suffix != ".db-wal"
    }


@pytest.fixture
def words(filled: Path, origin: Origin, tmp_path: Path) -> dict[str, str]:
    origin.on(
        "/feed", Answer(body=rss({"title": "DeepSeek ships", "link": f"{origin.url}/1", "description": "x" * 80}))
    )
    filled.write_text(
        filled.read_text("utf-8").replace("[network]\nallow = [", f'[network]\nallow = ["{origin.host_port}", ')
    )
    opml = tmp_path / "mine.opml"
    opml.write_text(
        f'<opml version="2.0"><body><outline type="rss" text="Mine" xmlUrl="{origin.url}/feed"/></body></opml>'
    )
    return {"url": origin.url, "opml": str(opml), "folder": str(filled.parent)}


def test_every_command_with_the_option_is_called_below():
    missing = [each for each in COMMANDS if not any(f"{line} ".startswith(f"{each} ") for line in CALLS)]
    assert missing == [], "write into CALLS how to call it"
    unknown = [line for line in CALLS if line not in KNOWN and not line.startswith(OF_OTHERS)]
    assert unknown == [], "they have no --dry-run (any more)"
    assert {"poll", "digest", "backfill", "sources add", "sources import"} <= set(COMMANDS)


@pytest.mark.parametrize("line", KNOWN)
def test_it_changes_nothing_and_says_what_would_happen(filled: Path, words: dict[str, str], line: str):
    before = state(filled.parent)
    done = run(*line.format(**words).split(), "--dry-run", "--config", filled)
    assert done.code == 0, done.err
    assert "Traceback" not in done.err
    assert state(filled.parent) == before
    for said in CALLS[line]:
        assert said.format(**words) in done.out + done.err, done


@pytest.mark.parametrize("line", [each for each in KNOWN if not each.startswith(OF_AN_ARCHIVE)])
def test_it_makes_nothing_where_there_is_nothing_yet(config: Path, words: dict[str, str], origin: Origin, line: str):
    source = f'[[sources]]\nid = "tejo"\nurl = "{origin.url}/other"\n'
    config.write_text(f'{config.read_text("utf-8")}\n[network]\nallow = ["{origin.host_port}"]\n{source}', "utf-8")
    words = {**words, "folder": str(config.parent)}
    before = state(config.parent)
    done = run(*line.format(**words).split(), "--dry-run", "--config", config)
    assert done.code == 0, done.err
    assert state(config.parent) == before
    assert not (config.parent / "data").exists()
