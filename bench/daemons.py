"""Several daemons, one PostgreSQL database, random kills and cut connections: nothing lost, nothing early or twice.

`make daemons` runs it: real processes of the program, a real server that is ended and begun again, hosts and a mail
server that keep their own books. In the end all is told and delivered, and the archive is that of one quiet daemon.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from many.account import Account, of_articles, of_mails, of_requests
from many.crowd import SPAN, SPEED, TIMES, Crowd, config
from results import keep

from watcher.store import open_store

# How often each of these is done, of so many.
_KINDS = {"kill": 8, "cut": 4, "asked": 3, "answered": 4, "terminate": 3, "hole": 3, "end": 1, "crash": 1, "restart": 1}
_CALM_WITHIN = 120.0  # seconds in which everything must be told and delivered, once nobody disturbs
Say = Callable[[str], None]


def live(
    folder: Path,
    daemons: int,
    hosts: int,
    disturbances: int,
    seed: int,
    say: Say,
    every: tuple[float, float] = (1.0, 4.0),
) -> tuple[Account, Crowd]:
    """A crowd through so many disturbances, then in peace until all is told."""
    crowd = Crowd(folder, daemons, hosts, seed)
    try:
        crowd.bring(4 * hosts)
        crowd.revive()
        _all_at_work(crowd)
        kinds = [kind for kind, share in _KINDS.items() for _ in range(share)]
        crowd.randomly.shuffle(kinds)
        for number in range(disturbances):
            crowd.bring(crowd.randomly.randrange(0, 4))
            time.sleep(crowd.randomly.uniform(*every))
            kind = kinds[number % len(kinds)]
            crowd.disturb(kind)
            said = crowd.disturbances[-1]
            so_far = f"{len(crowd.room.asked)} requests, {len(crowd.taken)} mails"
            say(f"{number + 1}/{disturbances} {crowd.now():%H:%M} {kind} {said.who or 'all'}: {so_far}")
            crowd.revive()
        account = Account()
        _settle(crowd, account)
        for daemon in crowd.daemons:
            daemon.end(signal.SIGTERM)
            daemon.bury()
            account.problems += daemon.fallen
        _account(crowd, account, folder)
    finally:
        crowd.close()
    return account, crowd


def _all_at_work(crowd: Crowd) -> None:
    """Waits until each daemon has asked for something: on a slow machine the first may have done all there was."""
    until = time.monotonic() + _CALM_WITHIN
    while {daemon.who for daemon in crowd.daemons} - {each.who for each in crowd.room.asked}:
        if time.monotonic() > until:
            return
        crowd.bring(1)
        time.sleep(0.5)


def _settle(crowd: Crowd, account: Account) -> None:
    """Waits until every article is read and every mail is there, and for as long as a lost daemon's claims hold."""
    until, calm_from = time.monotonic() + _CALM_WITHIN, time.monotonic() + 2 * SPAN
    with open_store(crowd.daemons[0].folder / "looking", crowd.server.address(), read_only=True) as store:
        while True:
            crowd.revive()
            urls = {piece.url for piece in crowd.room.pieces}
            unread = len(urls) - len(store.known(urls))
            waiting = len(store.outbox(("waiting", "sending")))
            is_between = 4 <= crowd.now().minute % 30 <= 14  # no edition is under way, and none will be soon
            if not unread and not waiting and is_between and time.monotonic() > calm_from:
                return
            if time.monotonic() > until:
                account.problems.append(f"{unread} leads and {waiting} mails still wait after {_CALM_WITHIN} s")
                return
            time.sleep(0.5)


def _account(crowd: Crowd, account: Account, folder: Path) -> None:
    disturbed = crowd.disturbances
    of_requests(account, [*crowd.room.asked], disturbed)
    passed = [f"{each} UTC" for each in TIMES if each <= f"{crowd.now():%H:%M}"][:-1]  # the last one may be under way
    for daemon in crowd.daemons:
        account.other_bytes += sum(len(bodies) > 1 for bodies in daemon.post.bodies.values())
    with open_store(folder / "looking", crowd.server.address(), read_only=True) as shared:
        account.problems += shared.integrity()
        of_mails(account, shared, crowd.taken, disturbed, passed)
        with open_store(_quiet(crowd, folder), read_only=True) as quiet:
            of_articles(account, shared, quiet, crowd.room)


def _quiet(crowd: Crowd, folder: Path) -> Path:
    """The archive of one daemon that reads all there is at once; its folder."""
    home = folder / "quiet"
    home.mkdir()
    (home / "config.toml").write_text(config(crowd.room, "quiet", 9, None, 0), "utf-8")
    crowd.room.slow = 0.0
    nursery = crowd.daemons[0].nursery
    child = nursery.start(
        {
            "arguments": ["poll", "--all"],
            "folder": str(home),
            "label": "",
            "nth": 0,
            "base": crowd.now().isoformat(),
            "began": time.monotonic(),
            "speed": SPEED,
            "fault": "",
        }
    )
    child.ended.wait(120)
    nursery.bury()
    return home / "data"


def figures_of(account: Account, crowd: Crowd, seed: int, seconds: float) -> dict[str, Any]:
    return asdict(account) | {
        "problems": len(account.problems),
        "seed": seed,
        "daemons": len(crowd.daemons),
        "lives": sum(daemon.lives for daemon in crowd.daemons),
        "disturbances": len(crowd.disturbances),
        "by_kind": dict(sorted(Counter(each.kind for each in crowd.disturbances).items())),
        "seconds": round(seconds, 1),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--daemons", type=int, default=4)
    options.add_argument("--hosts", type=int, default=6)
    options.add_argument("--disturbances", type=int, default=100)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--keep", type=Path, help="a folder that stays, to look into")
    asked = options.parse_args()
    began = time.monotonic()

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="daemons") as name:
        folder = asked.keep or Path(name)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)  # the server is another user's
        account, crowd = live(folder, asked.daemons, asked.hosts, asked.disturbances, asked.seed, say)
    for problem in account.problems[:30]:
        say(f"problem: {problem}")
    keep("daemons", figures_of(account, crowd, asked.seed, time.monotonic() - began))
    sys.exit(not account.is_good())


if __name__ == "__main__":
    main()
