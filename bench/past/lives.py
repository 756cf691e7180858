"""A backfill of three providers, killed at random moments and begun again until it is done."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from past.room import SINCE, UNTIL, Room
from watcher.store import open_store

_MOST_SECONDS = 300.0


@dataclass
class Told:
    """What kills did to archives: how many there were, and what differs from one clean run."""

    kills: int = 0
    archives: int = 0
    asked_again: int = 0  # requests beyond those of clean runs: what a kill costs
    differences: list[str] = field(default_factory=list)
    done_at: Counter[int] = field(default_factory=Counter)  # units done when a kill came


class Lives:
    """Archives of one room, filled by the program that a command begins."""

    def __init__(self, room: Room, program: Sequence[str], more: Sequence[str] = (), env: dict[str, str] | None = None):
        self._room, self._program, self._more, self._env = room, program, more, env
        began = time.monotonic()
        room.requests.clear()
        code, _ = self._run(room.config("clean"), None)
        assert code == 0, "the clean run failed"
        self.seconds = time.monotonic() - began
        self.requests = len(room.requests)
        self.clean = self.export("clean")

    def killed(self, kills: int, seed: int, say: Callable[[str], None] = lambda _: None) -> Told:
        """Kills so many runs at random moments of their lives, and holds every archive that is done against the clean
        one. The last archive is brought to its end."""
        told, randomly = Told(), random.Random(seed)
        while told.kills < kills:
            self._fill(f"archive {seed}-{told.archives}", kills, randomly, told)
            say(f"{told.kills} kills, {told.archives} archives, {len(told.differences)} differences")
        return told

    def _fill(self, name: str, kills: int, randomly: random.Random, told: Told) -> None:
        """One archive, from nothing to its end."""
        config = self._room.config(name)
        self._room.requests.clear()
        is_fresh = True
        while True:
            after = randomly.uniform(0, self.seconds) if told.kills < kills else None
            began = time.monotonic()
            code, was_killed = self._run(config, after)
            told.kills += was_killed
            if is_fresh and not was_killed:  # the machine is quieter now than it was for the clean run
                self.seconds = min(self.seconds, time.monotonic() - began)
            is_fresh = False
            if not was_killed:
                break
        if code != 0:
            told.differences.append(f"{name}: exit code {code}")
        told.archives += 1
        told.asked_again += max(0, len(self._room.requests) - self.requests)
        if self.export(name) != self.clean:
            told.differences.append(f"{name}: another export than that of a clean run")

    def _run(self, config: Path, after: float | None) -> tuple[int, bool]:
        """A run of the command; with a moment, it is killed then. Its exit code, and whether it was killed."""
        command = [*self._program, "backfill", "--config", str(config), "--since", SINCE, "--until", UNTIL]
        env = {**os.environ, **(self._env or {})}
        process = subprocess.Popen(
            [*command, "--processes", "1", *self._more],
            env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            return process.wait(_MOST_SECONDS if after is None else after), False
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait(30)
            return -signal.SIGKILL, True

    def export(self, name: str) -> list[str]:
        """What the canonical export of an archive says; that it is whole is looked at too."""
        with open_store(self._room.folder / name / "data") as store:
            assert store.integrity() == []
            return [json.dumps(row, sort_keys=True) for row in store.export()]
