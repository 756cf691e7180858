"""What each page, feed and search costs: processor time of one request after the other, nothing beside it.

    python bench/service_cost.py --keep FOLDER [--times 12] [--only WORDS] [--profile]

Over the archive that `bench/service.py --keep FOLDER` made, asked in this process: a machine that does other things
beside it changes these figures little. `--profile` says in which functions the time goes.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import anyio.to_thread
from service import TOKEN, asked_for, wanted, write_config
from service_archive import give_facts
from starlette.types import ASGIApp, Message, Scope

from watcher import app
from watcher.config import load_config
from watcher.web.application import application
from watcher.web.site import Site


async def ask(service: ASGIApp, address: str) -> int:
    """The status of an answer that is thrown away."""
    path, _, query = address.partition("?")
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {TOKEN}".encode()), (b"accept", b"text/html")]
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "headers": headers,
        "state": {}, "client": None, "server": None,
    }  # fmt: skip
    await service(scope, receive, send)
    return status


async def costs(service: ASGIApp, things: dict[str, Callable[[], str]], times: int) -> dict[str, dict[str, float]]:
    """Milliseconds of processor by thing asked for: the first time, then the middle and the mean of the others."""
    found: dict[str, dict[str, float]] = {}
    for name, address in sorted(things.items()):
        took = []
        for _ in range(times + 1):
            begun = time.process_time()
            status = await ask(service, address())
            took.append(1e3 * (time.process_time() - begun))
            if status not in (200, 303):
                sys.exit(f"bench: {name} was answered {status}")
        first, *rest = took
        middle, mean = statistics.median(rest), statistics.fmean(rest)
        found[name] = {"first_ms": round(first, 1), "p50_ms": round(middle, 1), "mean_ms": round(mean, 1)}
    return found


async def _at_once(call: Callable[..., object], *args: object, **_: object) -> object:
    return call(*args)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--keep", type=Path, required=True)
    asked.add_argument("--times", type=int, default=12)
    asked.add_argument("--only", default="", help="what has these words in its name")
    asked.add_argument("--profile", action="store_true")
    given = asked.parse_args()
    settings = load_config(write_config(given.keep, 9, 8712), {**os.environ, "WATCHER_SERVICE__TOKEN": TOKEN})
    with app.archive(settings) as store:
        give_facts(store, asked_for(store)[1])
        site = Site(settings, store, app.press_of(settings), app.utc_now)
        things = {name: each for name, each in wanted(store, site).items() if given.only in name}
        service = application(site)
        profile = cProfile.Profile() if given.profile else None
        if profile is not None:
            anyio.to_thread.run_sync = _at_once  # type: ignore[assignment]  # a profile sees one thread
            asyncio.run(costs(service, things, 1))
            found = profile.runcall(asyncio.run, costs(service, things, given.times))
        else:
            found = asyncio.run(costs(service, things, given.times))
    for name, row in sorted(found.items(), key=lambda each: -each[1]["mean_ms"]):
        print(f"{row['mean_ms']:8.1f} mean {row['p50_ms']:8.1f} middle {row['first_ms']:8.1f} first  {name}")
    print(json.dumps({"mean_ms": round(statistics.fmean(row["mean_ms"] for row in found.values()), 2)}))
    if profile is not None:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(95)


if __name__ == "__main__":
    main()
