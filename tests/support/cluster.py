"""A Dask scheduler and workers as processes of this machine, on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from command import ROOT, until


class Cluster:
    """Running until closed. `address` is the scheduler's; `workers` are processes, each one unit at a time."""

    def __init__(self, folder: Path, workers: int = 2, env: Mapping[str, str] | None = None, threads: int = 1) -> None:
        self._folder, self._threads = folder, threads
        self._file = folder / "scheduler.json"
        path = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
        # A worker that leaves is noticed at once; what a dying one was sent is sent elsewhere.
        self._env = {**os.environ, "PYTHONPATH": path, "DASK_DISTRIBUTED__WORKER__DAEMON": "False", **(env or {})}
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(self._file)
        )
        until(lambda: self._file.exists() and self._file.read_text().endswith("}"))
        self.address: str = json.loads(self._file.read_text())["address"]
        self.workers = [self.add() for _ in range(workers)]
        # A command waits half a minute for workers; a busy machine may need longer to start them.
        log = folder / "worker.log"
        until(lambda: not workers or log.read_text("utf-8").count("Registered to:") >= workers, 240, lambda: log)

    def add(self) -> subprocess.Popen[bytes]:
        """One more worker."""
        return self._start(
            "worker", "--scheduler-file", str(self._file), "--nthreads", str(self._threads),
            "--no-nanny", "--host", "127.0.0.1", "--local-directory", str(self._folder),
        )  # fmt: skip

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.send_signal(signal.SIGKILL)
            process.wait(120)

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{what}.log").open("ab") as log:
            return self._popen(what, arguments, log)

    def _popen(self, what: str, arguments: Sequence[str], log: BinaryIO) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *arguments],
            env=self._env,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
