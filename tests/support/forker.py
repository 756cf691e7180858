"""The `watcher` command without its start: a process that has imported everything forks one for each call.

The workers of all of them come from one fork server, for the same reason.

A page of the documentation runs a dozen commands, and each would spend a second of processor time on imports alone; so
would each daemon of a test. `watcher` on the path is a shim of a few lines, which hands its arguments, folder,
environment and the three streams to this process, passes signals on, and leaves with the exit code. `make check` runs
the same pages and tests with the real command.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import multiprocessing
import os
import pkgutil
import select
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.forkserver import _forkserver
from pathlib import Path
from typing import Any

from watcher import workers

# Native code that starts threads of its own, or that takes long and is asked for by few: as late as in real life.
LATE = ("watcher.encoder.nano", "watcher.delivery.push", "watcher.store.migrations")

SHIM = """\
#!{python} -IS
import json, os, signal, socket, sys
told = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
signal.pthread_sigmask(signal.SIG_BLOCK, told)
line = socket.socket(socket.AF_UNIX)
line.connect({address!r})
words = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(line, [len(words).to_bytes(4, "big")], [0, 1, 2])
line.sendall(words)
answers = line.makefile("r")
pid = int(answers.readline())
for number in told:
    signal.signal(number, lambda number, _frame: os.kill(pid, number))
signal.pthread_sigmask(signal.SIG_UNBLOCK, told)
code = int(answers.readline() or 99)
sys.exit(code if code >= 0 else 128 - code)
"""


def shim(folder: Path, address: Path, python: str = sys.executable) -> Path:
    """An executable called `watcher`."""
    file = folder / "watcher"
    file.write_text(SHIM.format(python=python, address=str(address)), "utf-8")
    file.chmod(0o755)
    return file


def listen(address: str) -> None:
    """Serves until its parent is gone; returns in each child, which then is the command.

    One thread and no other: what is forked beside threads may find their locks held for ever.
    """
    for module in pkgutil.walk_packages(importlib.import_module("watcher").__path__, "watcher."):
        if not module.name.startswith(LATE):
            importlib.import_module(module.name)
    multiprocessing.set_forkserver_preload(workers._PRELOADED)
    _forkserver.ensure_running()
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen(16)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    running: dict[int, socket.socket] = {}
    while True:
        asked, _, _ = select.select([server, sys.stdin, *running.values()], [], [], 0.02 if running else None)
        if sys.stdin in asked:
            sys.exit(0)
        if server in asked:
            line, _ = server.accept()
            call, files = _read(line)
            pid = os.fork()
            if pid == 0:
                for other in (server, line, *running.values()):
                    other.close()
                return _become(*call, files)
            for file in files:
                os.close(file)
            line.sendall(f"{pid}\n".encode())
            running[pid] = line
        for pid in [pid for pid, line in running.items() if line in asked]:
            os.kill(pid, signal.SIGKILL)  # who asked for it was killed: it never says anything more
        _say_ends(running)


def _read(line: socket.socket) -> tuple[Any, list[int]]:
    size, files, _, _ = socket.recv_fds(line, 4, 3)
    words = b""
    while len(words) < int.from_bytes(size, "big"):
        words += line.recv(65_536)
    return json.loads(words), files


def _say_ends(running: dict[int, socket.socket]) -> None:
    for pid in list(running):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with running.pop(pid) as line, contextlib.suppress(OSError):  # whoever asked may be gone
                line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _become(arguments: Sequence[str], folder: str, environment: Mapping[str, str], files: Sequence[int]) -> None:
    """Makes this process the command: its streams, folder, environment and arguments."""
    os.setsid()
    _forkserver.ensure_running = lambda: None  # it is no child of this process, which could not ask after it
    for target, file in enumerate(files):
        os.dup2(file, target)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for name, value in json.loads(os.environ.pop("TUNED", "{}")).items():
        setattr(importlib.import_module("watcher.daemon"), name, value)
    sys.argv = ["watcher", *arguments]


if __name__ == "__main__":
    listen(sys.argv[1])
    importlib.import_module("watcher.cli").main()
