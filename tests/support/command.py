"""The `watcher` command as tests use it: in this process where that is enough, as a process of its own where not."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import watcher
from watcher.cli import main

ROOT = Path(watcher.__file__).parents[1]
# What a test waits for comes at once, or never: so long after it should have come, a machine that was busy, or stood
# still, is no explanation any more.
PATIENCE = 120.0
COMMAND = (sys.executable, "-c", "from watcher.cli import main; main()")


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    def rows(self) -> list[Any]:
        """Its output as JSON Lines."""
        return [json.loads(line) for line in self.out.split("\n") if line]

    def row(self) -> Any:
        """Its output as the one JSON object it should be."""
        (row,) = self.rows()
        return row


def run(*arguments: str | Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Done:
    """Runs a command in this process. What it raises, the test gets: a user would have seen a traceback."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    code = 0
    with (
        mock.patch.object(sys, "argv", ["watcher", *map(str, arguments)]),
        mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8", "surrogateescape")),
        mock.patch.object(sys, "stdout", out),
        mock.patch.object(sys, "stderr", err),
        mock.patch.dict(os.environ, dict(env or {})),
        _signals_kept(),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    written = [stream.buffer.getvalue().decode("utf-8", "surrogateescape") for stream in (out, err)]  # type: ignore[attr-defined]
    return Done(code, *written)


def tuned(program: Sequence[str], **constants: float) -> Sequence[str]:
    """The same program with other numbers in `watcher.daemon`: for how long it waits for what."""
    if program is COMMAND:
        words = "; ".join(f"watcher.daemon.{name} = {value!r}" for name, value in constants.items())
        return (sys.executable, "-c", f"import watcher.daemon; {words}; from watcher.cli import main; main()")
    return ("env", f"TUNED={json.dumps(constants)}", *program)


class _signals_kept:  # noqa: N801 - used like a function
    def __enter__(self) -> None:
        self._before = signal.getsignal(signal.SIGTERM)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGTERM, self._before)


class Running:
    """A command as a process of its own; its stderr is read along."""

    def __init__(
        self,
        *arguments: str | Path,
        program: Sequence[str] = COMMAND,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._process = subprocess.Popen(
            [*program, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        )
        self.pid = self._process.pid
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stderr is not None
        self.lines += iter(self._process.stderr.readline, "")

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self.wait()

    @property
    def err(self) -> str:
        return "".join(self.lines)

    def says(self, words: str, seconds: float = PATIENCE) -> str:
        """Waits until a line of stderr holds these words, and returns it."""

        def found() -> str | None:
            return next((line for line in self.lines if words in line), None)

        until(lambda: found() is not None or not self._reader.is_alive(), seconds, lambda: f"{words!r} in {self.err}")
        line = found()
        assert line is not None, f"it ended without saying {words!r}: {self.err}"
        return line

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def wait(self, seconds: float = PATIENCE) -> int:
        """Its exit code."""
        code = self._process.wait(seconds)
        self._reader.join(PATIENCE)
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()
        return code

    def ended(self, seconds: float = PATIENCE) -> Done:
        """Waits for its end, and gives what it printed."""
        assert self._process.stdout is not None
        out = self._process.stdout.read()
        return Done(self.wait(seconds), out, self.err)


def until(true: Any, seconds: float = PATIENCE, what: Any = lambda: "") -> None:
    """Waits until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"it did not come true within {seconds} s: {what()}"
        time.sleep(0.02)


def database(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes: two equal ones mean that nothing was changed.

    Reading a SQLite file leaves an index of its log behind, and a log with nothing in it.
    """
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix not in {".lock", ".db-shm"}]
    return {file.name: body for file in files if (body := file.read_bytes()) or file.suffix != ".db-wal"}
