"""The command that pages name, on a path of its own."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def started() -> Iterator[Path]:
    """A folder with a `watcher` that starts anew each time, as a reader's does."""
    with tempfile.TemporaryDirectory(prefix="docs-") as name:
        file = Path(name, "watcher")
        file.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from watcher.cli import main; main()" "$@"\n', "utf-8")
        file.chmod(0o755)
        yield Path(name)
