"""Data on stdout, talk on stderr, JSON that parses, no colours where nobody looks: over every command that there is."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import typer
from command import COMMAND, Running, database, run

from watcher.cli.program import program

# What a command that lists or shows something is called with, on an archive of the newsroom.
ARGUMENTS: Mapping[str, str] = {
    "sources show": "tejo",
    "stories show": "1",
    "topics try": "'DeepSeek R1 and Huawei Ascend 910C'",
    "why": "1",
    "match": "{seed}",
    "extract": "{page}",
    "sources read": "{feed}",
    "poll": "--dry-run",
    "backfill": "--since 2026-03-01 --dry-run",
    "stories rebuild": "--dry-run",
    "search": "DeepSeek",
    "db prune": "--before 2026-01-01 --dry-run",
}
# Asked with --json elsewhere: they change something, need a network, or labelled files of their own.
ELSEWHERE = frozenset(
    "evaluate,sources check,sources import,sources suggest,stories merge,stories split,stories apart,stories undo,"
    "doctor,topics add,known,hide,mute,follow,off-topic,saved,save,db compact".split(",")
)
TALK = re.compile(r"Traceback|\x1b\[")


def commands(option: str) -> list[str]:
    tree = typer.main.get_command(program)
    found: list[str] = []
    for name, command in tree.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        parts = {f"{name} {key}": value for key, value in inner.items()} if inner else {name: command}
        found += [line for line, each in parts.items() if any(option in known.opts for known in each.params)]
    return sorted(found)


def call(line: str, tmp_path: Path) -> list[str]:
    page = "<html><head><title>DeepSeek ships</title></head><body><article><p>" + "DeepSeek ships it today. " * 60
    feed = '<rss version="2.0"><channel><item><title>A</title><link>https://a.example/1</link></item></channel></rss>'
    for name, text in (("page.html", page), ("feed.xml", feed), ("seed.txt", "DeepSeek ships. " * 40)):
        (tmp_path / name).write_text(text, "utf-8")
    words = {"page": tmp_path / "page.html", "feed": tmp_path / "feed.xml", "seed": tmp_path / "seed.txt"}
    return [*line.split(), *shlex.split(ARGUMENTS.get(line, "").format(**words))]


JSON = [line for line in commands("--json") if line.partition(" ")[0] not in ELSEWHERE and line not in ELSEWHERE]


def test_most_commands_are_looked_at():
    assert len(JSON) > 18
    assert {"status", "digest", "sources list", "outbox list", "stories list", "topics list", "version"} <= set(JSON)


@pytest.mark.parametrize("line", JSON)
def test_stdout_is_json_lines_for_programs_and_plain_text_without_talk_for_people(
    shelf: Path, tmp_path: Path, line: str
):
    config, before = shelf / "config.toml", database(shelf)
    done = run(*call(line, tmp_path), "--json", "--config", config)
    assert done.code in {0, 1}, done.err
    rows = [done.out] if line == "digest" else [row for row in done.out.split("\n") if row]
    if "--dry-run" not in ARGUMENTS.get(line, ""):  # what would be done is talk about what is not there yet
        assert all(isinstance(json.loads(row), dict) for row in rows), done.out
    said = run(*call(line, tmp_path), "--config", config)
    assert said.code == done.code, said.err
    assert not TALK.search(done.out + done.err + said.out + said.err)
    for phrase in ("watcher:", "error", "warning:"):  # how our own talk begins
        assert not any(each.startswith(phrase) for each in said.out.splitlines())
    assert database(shelf) == before


def test_a_terminal_that_wants_no_colour_gets_none(filled: Path):
    pty = pytest.importorskip("pty")
    out = b""
    child, terminal = pty.fork()
    if child == 0:
        os.environ |= {"NO_COLOR": "1", "TERM": "xterm-256color"}
        os.execv(sys.executable, [*COMMAND, "sources", "list", "--config", str(filled)])  # noqa: S606 - our own program
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the other end has gone
            break
        if not part:
            break
        out += part
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, out
    assert b"tejo" in out
    assert b"\x1b[3" not in out


SLOW = (
    "import signal, sys, time\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # who is started in the background is deaf to it
    "import watcher.cli.{module} as module\n"
    "def slow(*_, **__):\n    print('begun', file=sys.stderr, flush=True)\n    time.sleep(600)\n"
    "module.{name} = slow\n"
    "from watcher.cli import main\nmain()\n"
)


@pytest.mark.parametrize(
    ("line", "module", "name"),
    [
        ("digest --send", "working", "is_due"),
        pytest.param("poll --all", "working", "encode_pending", marks=pytest.mark.long),
        pytest.param("backfill --since 2026-03-01", "history", "encode_pending", marks=pytest.mark.long),
        pytest.param("status", "glancing", "status_row", marks=pytest.mark.long),
        pytest.param("doctor", "examining", "check_seeds", marks=pytest.mark.long),
    ],
)
def test_ctrl_c_ends_a_command_with_130_one_line_and_a_whole_archive(filled: Path, line: str, module: str, name: str):
    program = (sys.executable, "-c", SLOW.format(module=module, name=name))
    with Running(*line.split(), "--config", filled, program=program) as running:
        running.says("begun")
        running.signal(signal.SIGINT)
        assert running.wait() == 130
        assert "Traceback" not in running.err
    assert run("db", "check", "--config", filled).code == 0
