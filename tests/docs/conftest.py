"""The commands that pages name, on a path of their own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from doc_blocks import ROOT
from forker import shim


@pytest.fixture(scope="session")
def forked() -> Iterator[Path]:
    """A folder with a `watcher` that answers at once (`forker`)."""
    with tempfile.TemporaryDirectory(prefix="docs-") as name:  # a socket's address has little room
        folder, address = Path(name), Path(name, "line")
        script = str(ROOT / "tests" / "support" / "forker.py")
        with subprocess.Popen(
            [sys.executable, script, str(address)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", "PATH": "/usr/bin:/bin"},
            text=True,
        ) as forker:
            assert forker.stdout is not None
            assert forker.stdin is not None
            assert forker.stdout.readline() == "ready\n"
            shim(folder, address)
            yield folder
            forker.stdin.close()


@pytest.fixture(scope="session")
def started() -> Iterator[Path]:
    """A folder with a `watcher` that starts anew each time, as a reader's does."""
    with tempfile.TemporaryDirectory(prefix="docs-") as name:
        file = Path(name, "watcher")
        file.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from watcher.cli import main; main()" "$@"\n', "utf-8")
        file.chmod(0o755)
        yield Path(name)
