"""A thousand kills of the real program, at named points and at random moments: nothing lost, nothing twice.

`make kill` runs it; it goes on where it was ended. Each life is one archive through thirty kills; several run side by
side. Signals that end the program politely (SIGTERM, once and twice) come on top and are not counted as kills.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from kill.faults import FAULTS
from kill.lives import Life, Told
from kill.nursery import Nursery
from kill.plan import Kill, planned
from kill.upgrades import upgrade
from many.server import Server
from results import keep

KILLS_OF_A_LIFE = 30
DONE = Path(__file__).parents[1] / ".cache" / "kills"
Say = Callable[[str], None]


def one_life(
    number: int, kills: Sequence[Kill], seed: int, say: Say = lambda _: None, database: str | None = None
) -> Told:
    """An archive through these kills, and as many others as are killed while they are brought up to date."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kills") as folder:
        life = Life(Path(folder) / "life", seed * 1000 + number, database=database)
        try:

            def on_kill(kill: Kill, where: str) -> None:
                seconds = time.monotonic() - began
                say(f"life {number}, {seconds:6.1f} s, {life.told.kills} kills: {' '.join(kill.command)} - {where}")

            told = life.live([kill for kill in kills if kill.kind != "upgrade"], on_kill)
        finally:
            life.close()
        if database is None:  # a server upgrades in one transaction, and copies nothing before
            told.add(_upgrades([kill for kill in kills if kill.kind == "upgrade"], Path(folder), seed * 1000 + number))
    return told


def _upgrades(kills: Sequence[Kill], folder: Path, seed: int) -> Told:
    told, randomly = Told(), random.Random(seed)
    nursery = Nursery()
    try:
        for kill in kills:
            reached, problems = upgrade(kill, nursery, folder / "old", randomly)
            told.checks += reached
            told.kills += reached
            told.by_label[f"upgrade, {kill.label}"] += reached
            told.missed[f"upgrade, {kill.label}"] += not reached
            told.problems += problems
    finally:
        nursery.close()
    return told


def unseen_faults(say: Say) -> list[str]:
    """The program broken on purpose in every way: those that the ledger does not see."""
    unseen = []
    for name, (_, kill) in FAULTS.items():
        with tempfile.TemporaryDirectory(prefix="kills") as folder:
            life = Life(Path(folder) / "life", 1, name)
            try:
                told = life.live([kill], rounds=1)
            finally:
                life.close()
        say(f"fault {name}: {'not seen' if is_good(told) else told.problems[0]}")
        if is_good(told):
            unseen.append(name)
    return unseen


def lives_of(kills: int, seed: int) -> list[tuple[Kill, ...]]:
    """The plan in parts: signals that end a child belong to the life of the kills before them."""
    lives: list[list[Kill]] = [[]]
    for kill in planned(kills, seed):
        if kill.is_kill and sum(each.is_kill for each in lives[-1]) == KILLS_OF_A_LIFE:
            lives.append([])
        lives[-1].append(kill)
    return [tuple(life) for life in lives]


def run(kills: int, seed: int, jobs: int, memory: Path | None, say: Say, server: Server | None = None) -> Told:
    """All lives, those that are done already taken from `memory`, and further ones until there were so many kills.

    A child may have come to its end before a random moment, or never pass the point where it was to die.
    """
    parts = lives_of(kills, seed)

    def one(number: int) -> Told:
        file = memory / f"{'pg-' if server else ''}{seed}-{kills}-{number}.json" if memory else None
        if file is not None and file.exists():
            return _told_from(json.loads(file.read_text("utf-8")))
        planned_kills = parts[number] if number < len(parts) else lives_of(kills, seed + number)[0]
        told = one_life(number, planned_kills, seed, say, server.make(f"life{number}") if server else None)
        for problem in told.problems:
            say(f"life {number}: {problem}")
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(told.figures()), "utf-8")
        return told

    total = Told()
    with ThreadPoolExecutor(jobs) as threads:
        for told in threads.map(one, range(len(parts))):
            total.add(told)
        number = len(parts)
        while memory is not None and total.kills < kills:
            total.add(one(number))
            number += 1
    return total


def _told_from(row: dict[str, Any]) -> Told:
    counted = {name: Counter(value) if isinstance(value, dict) else value for name, value in row.items()}
    return Told(**counted)


def figures_of(told: Told, seed: int) -> dict[str, Any]:
    return told.figures() | {
        "seed": seed,
        "problems": len(told.problems),
        "points": len(told.by_label),
        "by_label": dict(sorted(told.by_label.items())),
        "missed": {name: count for name, count in sorted(told.missed.items()) if count},
    }


def is_good(told: Told) -> bool:
    """As promised: nothing lost, and no second copy but for a kill between the final dot and our commit."""
    return not (told.problems or told.lost_articles or told.lost_mails or told.doubled) and (
        told.second_copies <= told.between
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=1000)
    options.add_argument("--seed", type=int, default=5)
    options.add_argument("--jobs", type=int, default=2, help="lives side by side")
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--short", action="store_true", help="60 kills, nothing kept: for `make check`")
    options.add_argument("--anew", action="store_true", help="forget the lives that are done")
    asked = options.parse_args()
    kills, memory = (60, None) if asked.short else (asked.kills, DONE)
    prefix = "pg-" if asked.database == "postgresql" else ""
    if memory is not None and asked.anew:
        for file in memory.glob(f"{prefix}{asked.seed}-{kills}-*.json"):
            file.unlink()
    guard, began = threading.Lock(), time.monotonic()

    def say(line: str) -> None:
        with guard:
            print(line, file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="kills-server") as name, ExitStack() as stack:
        Path(name).chmod(0o755)  # the server is another user's
        server = stack.enter_context(closing(Server(Path(name) / "server"))) if prefix else None
        told = run(kills, asked.seed, asked.jobs, memory, (lambda _: None) if asked.short else say, server)
    seconds = round(time.monotonic() - began, 1)
    for problem in told.problems[:20]:
        print(f"problem: {problem}", file=sys.stderr)
    unseen: list[str] = []
    if asked.short:
        print(
            f"{told.kills} kills at {len(told.by_label)} points in {seconds} s: {told.lost_articles} articles lost, "
            f"{told.lost_mails} mails lost, {told.second_copies} second copies for {told.between} kills between "
            f"the final dot and our commit, {len(told.problems)} problems"
        )
    else:
        unseen = [] if prefix else unseen_faults(say)
        figures = {"faults": len(FAULTS), "faults_unseen": unseen, "seconds_of_this_run": seconds}
        keep("kill_postgresql" if prefix else "kill", figures_of(told, asked.seed) | figures)
    sys.exit(bool(unseen) or not is_good(told))


if __name__ == "__main__":
    main()
