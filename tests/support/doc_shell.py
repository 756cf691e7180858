"""A shell that goes through the blocks of one page."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

_PATIENCE = 90.0  # seconds; a busy machine is no fault of a page


class Shell:
    """bash in a folder; what one command sets, the next one has."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._written = folder.parent / f"{folder.name}.printed"
        self._written.mkdir()
        self._count = 0
        self._bash = subprocess.Popen(
            ["/bin/bash", "--norc", "--noprofile"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=dict(environment),
            text=True,
        )

    def run(self, command: str) -> tuple[int, str]:
        """Exit code and all that was printed, on whichever stream."""
        code, file = self._hand_over(f"{{ {command}\n}}")
        return code, file.read_text("utf-8", "replace")

    def start(self, command: str, words: str) -> None:
        """Starts what stays; returns once it has said these words."""
        _, file = self._hand_over(f"{{ exec {command}\n}}", " &")
        end = time.monotonic() + _PATIENCE
        while words not in file.read_text("utf-8", "replace"):
            assert time.monotonic() < end, f"`{command}` never said {words!r}: {file.read_text('utf-8', 'replace')}"
            time.sleep(0.05)

    def close(self) -> None:
        """Ends everything that it started."""
        assert self._bash.stdin is not None
        self._bash.stdin.write("kill $(jobs -p) 2>/dev/null; wait; exit\n")
        self._bash.stdin.close()
        try:
            self._bash.wait(120)
        except subprocess.TimeoutExpired:
            self._bash.kill()
            self._bash.wait(5)
        if self._bash.stdout is not None:
            self._bash.stdout.close()

    def _hand_over(self, group: str, after: str = "") -> tuple[int, Path]:
        self._count += 1
        file = self._written / f"{self._count}.txt"
        file.touch()
        assert self._bash.stdin is not None
        self._bash.stdin.write(f'{group} > "{file}" 2>&1 < /dev/null{after}\necho "$?"\n')
        self._bash.stdin.flush()
        return self._code(group), file

    def _code(self, group: str) -> int:
        assert self._bash.stdout is not None
        said = b""
        end = time.monotonic() + _PATIENCE
        while not said.endswith(b"\n"):
            ready, _, _ = select.select([self._bash.stdout], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"no end within {_PATIENCE:.0f} s: {group}"
            piece = os.read(self._bash.stdout.fileno(), 4096)
            assert piece, f"the shell is gone after: {group}"
            said += piece
        return int(said)
