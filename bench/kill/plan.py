"""Which point each kill takes: every one of them as often as any other, a third at random moments."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from kill.sink import STAGES

Kind = Literal["step", "smtp", "random", "pause", "upgrade", "terminate", "terminate twice"]

RUN, POLL, SEND = ("run", "--no-serve"), ("poll",), ("digest", "--send")
_POLLING = (
    "claim_due: written, not committed",
    "claim_due: before the commit",
    "claim_due: committed",
    "fetch: before",
    "fetch: answered",
    "add: written, not committed",
    "add: before the commit",
    "add: committed",
    "record: written, not committed",
    "visited: written, not committed",
)
_SENDING = (
    "publish: edition stored, no mail queued",
    "publish: written, not committed",
    "publish: before the commit",
    "publish: committed",
    "file: written",
    "file: half written",
    "file: before the rename",
    "file: renamed",
    "lease: before the commit",
    "lease: committed",
    "mail: before",
    "mail: answered",
    "receipt: written, not committed",
    "receipt: before the commit",
    "receipt: committed",
)
_UPGRADES = (
    "upgrade: before the backup",
    "file: before the rename",
    "upgrade: backed up",
    "upgrade: between two statements",
    "upgrade: before the commit",
    "upgrade: committed",
)
_OFTEN = ("fetch", "file", "lease", "mail", "receipt")  # a command passes these several times


@dataclass(frozen=True)
class Kill:
    """What is done to one child."""

    kind: Kind
    label: str
    command: tuple[str, ...]
    nth: int = 1
    after: float = 0.0  # of those at a moment: the part of its work, by time, that the child comes to
    again: float = 0.0  # seconds until the second signal, or until a stopped child goes on
    at_once: bool = False  # the clock does not jump before it: a restart within minutes

    @property
    def is_kill(self) -> bool:
        return self.kind not in ("terminate", "terminate twice")


def planned(kills: int, seed: int) -> tuple[Kill, ...]:
    """So many kills, with a signal to end it after every tenth."""
    randomly = random.Random(seed)
    chosen: list[Kill] = []
    for number, kill in enumerate(islice(_endless(randomly), kills), 1):
        chosen.append(kill)
        if number % 10 == 0:
            twice = number % 20 == 0
            after, again = randomly.random(), randomly.uniform(0, 0.3)
            command = _one(randomly, RUN, RUN, SEND, POLL)
            chosen.append(Kill("terminate twice" if twice else "terminate", "", command, 1, after, again))
    return tuple(chosen)


def _endless(randomly: random.Random) -> Iterator[Kill]:
    while True:
        kills = [*_steps(randomly), *_at_random(randomly)]
        randomly.shuffle(kills)
        yield from kills


def _steps(randomly: random.Random) -> Iterator[Kill]:
    for label in _POLLING:
        yield Kill("step", label, _one(randomly, RUN, POLL), _nth(label, randomly))
    for label in _SENDING:
        yield Kill("step", label, _one(randomly, RUN, SEND), _nth(label, randomly))
    yield Kill("step", "prune: before the commit", RUN)
    for stage in STAGES:
        yield Kill("smtp", stage, _one(randomly, RUN, SEND), randomly.choice((1, 1, 2, 3)))
    for label in _UPGRADES:
        nth = randomly.randrange(1, 9) if "statements" in label else 1
        yield Kill("upgrade", label, ("db", "upgrade"), nth)


def _nth(label: str, randomly: random.Random) -> int:
    return randomly.choice((1, 1, 2, 3)) if label.startswith(_OFTEN) else 1


def _at_random(randomly: random.Random) -> Iterator[Kill]:
    for _ in range(18):
        command, at_once = _one(randomly, RUN, RUN, POLL, SEND), randomly.random() < 0.3
        yield Kill("random", "", command, 1, randomly.random(), at_once=at_once)
    for _ in range(3):
        yield Kill("pause", "", RUN, 1, randomly.random(), randomly.uniform(0.1, 0.8))


def _one(randomly: random.Random, *commands: tuple[str, ...]) -> tuple[str, ...]:
    return randomly.choice(commands)
