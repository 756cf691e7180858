"""What holds for every command: help, usage errors, what is imported, where things are written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from command import COMMAND, PATIENCE, ROOT, Running, database, run

from watcher.cli.program import program

UNKNOWN = ["db mirror x", "backfill --since 2026-01-01 --threads 4", "archive"]


def every_command() -> list[str]:
    tree = typer.main.get_command(program)
    names: list[str] = []
    for name, command in tree.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        names += [f"{name} {each}" for each in inner] if inner else [name]
    return names


@pytest.mark.parametrize("line", UNKNOWN)
def test_a_command_or_an_option_that_there_is_not_is_a_usage_error(line: str):
    done = run(*line.split())
    assert (done.code, done.out) == (2, "")
    assert "No such" in done.err


def test_every_command_has_help_and_takes_a_configuration():
    commands = every_command()
    assert len(commands) > 35
    for line in commands:
        done = run(*line.split(), "--help")
        assert done.code == 0
        assert "Usage:" in done.out
        # It is an option everywhere: what is refused below is the missing word after it.
        assert "requires an argument" in run(*line.split(), "--config").err, line


def test_a_configuration_that_is_not_there_is_78_in_one_line(tmp_path: Path):
    words = {
        "db backup": ["x"],
        "db restore": ["x"],
        "why": ["1"],
        "backfill": ["--since", "2026-01-01"],
        "stories show": ["1"],
    }
    words |= {"db restore": ["x"], "db copy": ["x"], "recipients restore": ["reader@desk.example"]}
    words |= {"outbox retry": ["1"], "outbox discard": ["1"], "templates copy": ["page.css"], "seeds remove": ["1"]}
    words |= {"sources add": ["https://paper.example/"], "match": ["--archive"], "seeds add": ["x"]}
    words |= {f"sources {each}": ["paper"] for each in ("show", "remove", "pause", "resume")}
    words |= {"sources check": ["paper"], "sources import": ["x.opml"]}
    words |= {"topics try": ["--archive", "x"], "topics add": ["x"]}
    words |= {"stories merge": ["1", "2"], "stories apart": ["1", "2"], "stories split": ["1", "2"]}
    words |= {"stories undo": ["1"], "feeds add": ["stories"], "feeds revoke": ["1"]}
    no_need = {"init", "demo", "version", "extract", "evaluate", "sources read"}
    for line in set(every_command()) - no_need:
        done = run(*line.split(), *words.get(line, []), "--config", tmp_path / "none.toml")
        assert (done.code, done.out) == (78, ""), line
        assert len(done.err.splitlines()) == 1


def test_help_loads_nothing_heavy():
    heavy = "sqlalchemy sqlmodel pydantic trafilatura lxml feedparser jinja2 apscheduler urllib3 rich._emoji numpy"
    code = (
        "import sys, runpy\nsys.argv = ['watcher', '--help']\n"
        "from watcher.cli import main\ntry: main()\nexcept SystemExit: pass\n"
        f"print('LOADED', *(set({heavy.split()!r}) & set(sys.modules)))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert shown.stdout.splitlines()[-1] == "LOADED"


def test_no_color_reaches_a_pipe(filled: Path):
    with Running("status", "--config", filled, program=COMMAND) as shown:
        done = shown.ended()
    assert done.code == 0
    assert "\x1b" not in done.out + done.err


@pytest.mark.parametrize(
    "line",
    ["poll --dry-run", "poll --all --dry-run", "digest", "digest --dry-run", "digest --send --dry-run", "status",
     "doctor", "backfill --since 2026-03-01 --dry-run", "sources list", "db check", "stories list", "outbox list",
     "why 1", "db export", "match --archive", "sources show tejo", "sources export"],
)  # fmt: skip
def test_what_only_looks_changes_nothing(filled: Path, line: str):
    before = database(filled.parent)
    done = run(*line.split(), "--config", filled)
    assert done.code in {0, 1}, done.err
    assert "Traceback" not in done.err
    assert database(filled.parent) == before


@pytest.mark.parametrize(
    "line",
    ["poll --dry-run", "digest", "digest --send --dry-run", "status", "doctor", "backfill --since 2026-03-01 --dry-run",
     "sources list", "db check", "db export", "stories list", "outbox list", "outbox retry 1", "why 1"],
)  # fmt: skip
def test_what_only_looks_makes_no_database(config: Path, line: str):
    done = run(*line.split(), "--config", config)
    assert done.code in {0, 1}, done.err
    assert not (config.parent / "data").exists()


@pytest.mark.parametrize(
    "line",
    ["digest --since yesterday", "digest --until 9999-12-31T23:59:59-14:00", "digest --date tomorrow",
     "digest --since 2026-01-05 --until 2026-01-01", "digest --date 2026-01-01 --send", "digest --format pdf",
     "digest --send --since 2026-01-01", "backfill", "backfill --since never",
     "backfill --since 2026-03-02 --until 2026-03-01", "backfill --since 2999-01-01", "stories list --limit 0",
     "outbox retry one", "poll --sorce x", "match --encoder sharp", "sources read x --kind smoke", "topics try",
     "sources add https://a.example/ --id /", "sources add https://a.example/ --language english",
     "sources add ftp://a.example/", "extract x.html --url nonsense", "init"],
)  # fmt: skip
def test_what_cannot_be_meant_is_a_usage_error(config: Path, line: str):
    done = run(*line.split(), "--config", config)
    assert (done.code, done.out) == (2, ""), done
    assert done.err


def test_whoever_stops_reading_gets_no_complaint(filled: Path):
    shown = subprocess.Popen(
        [*COMMAND, "db", "export", "--config", str(filled)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert shown.stdout is not None
    assert shown.stderr is not None
    shown.stdout.read(10)
    shown.stdout.close()
    assert shown.stderr.read() == b""
    shown.stderr.close()
    shown.wait(PATIENCE)
