"""The README says only what is there: its figures come from result files, its commands and links exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from watcher.cli.program import program

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_figures_are_those_of_the_result_files():
    done = subprocess.run([sys.executable, "bench/figures.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)\)", README))))
def test_every_link_leads_to_a_file(target: str):
    assert (ROOT / target).exists()


@pytest.mark.parametrize("command", sorted(set(re.findall(r"(?m)(?:^|`)watcher ([a-z]+)", README))))
def test_every_command_it_names_exists(command: str):
    assert command in get_command(program).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?m)(?:^|`)make ([a-z-]+)", README))))
def test_every_make_target_it_names_exists(target: str):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    exists = re.search(rf"^{target}:", makefile, re.MULTILINE) is not None
    bench = target.startswith("bench-") and (ROOT / "bench" / f"{target.removeprefix('bench-')}.py").exists()
    assert exists or bench
