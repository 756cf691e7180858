"""The units that the page on systemd names are such as systemd takes."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from doc_blocks import ROOT, blocks

ANALYZE = shutil.which("systemd-analyze")
PAGE = ROOT / "docs" / "how-to" / "systemd.md"
UNITS = sorted((ROOT / "deploy").glob("watcher*.*"))


@pytest.mark.skipif(ANALYZE is None, reason="no systemd-analyze on this machine; `apt-get install systemd` brings it")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path):
    for unit in UNITS:
        # The program is where the page installs it, which is not here.
        text = unit.read_text("utf-8").replace("/opt/watcher/bin/watcher", "/bin/true")
        (tmp_path / unit.name).write_text(text, "utf-8")
    assert ANALYZE is not None
    done = subprocess.run(
        [ANALYZE, "verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS)], capture_output=True, text=True
    )
    complaints = [line for line in done.stderr.splitlines() if str(tmp_path) in line or line.startswith("watcher")]
    assert not complaints, complaints


def test_what_the_page_shows_of_a_unit_stands_in_it():
    unit = (ROOT / "deploy" / "watcher.service").read_text("utf-8")
    (block,) = [each for each in blocks(PAGE) if each.language == "ini"]
    for line in block.text.splitlines():
        assert re.search(rf"(?m)^# {re.escape(line)}$", unit), line
