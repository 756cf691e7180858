"""Where children come from: a process that imported the program once and forks a real command at each request."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Nursery:
    """The process that forks children; see `child`."""

    def __init__(self) -> None:
        program = str(Path(__file__).with_name("child.py"))
        root = str(Path(__file__).parents[2])
        self._folder = tempfile.TemporaryDirectory(prefix="kill")
        self._process = subprocess.Popen(
            [sys.executable, program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Sockets of the workers: a killed program leaves its own behind.
            env={**os.environ, "PYTHONPATH": root, "PYTHONWARNINGS": "ignore", "TMPDIR": self._folder.name},
        )
        assert self._hear() == "ready", "the program could not be imported"

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._folder.cleanup()

    def start(self, request: dict[str, Any]) -> Child:
        self._say(request)
        return Child(int(self._hear()), self._hear)

    def bury(self) -> None:
        """Lets go of the child that has ended."""
        self._say(None)
        assert self._hear() == "buried"

    def _say(self, request: dict[str, Any] | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class Child:
    """A running command."""

    def __init__(self, pid: int, hear: Callable[[], str]) -> None:
        self.pid = pid
        self.code = 0
        self.ended = threading.Event()
        self._hear = hear
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        self.code = int(self._hear() or -1)
        self.ended.set()

    def signal(self, number: int) -> None:
        if not self.ended.is_set():  # and when it has just ended: its id is kept until it is buried
            os.kill(self.pid, number)

    def has_company(self) -> bool:
        """Whether a process that it started is still there."""
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
