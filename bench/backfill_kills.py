"""Fifty kills during a backfill of three providers: the archive is that of one clean run. `make backfill-kills`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from past.lives import Lives
from past.room import Room
from results import keep

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-c", "from watcher.cli import main; main()")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--seed", type=int, default=1)
    wanted = options.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="backfill-kills-") as folder:
        room = Room(Path(folder))
        try:
            lives = Lives(room, COMMAND, env={"PYTHONPATH": str(ROOT)})
            told = lives.killed(wanted.kills, wanted.seed, print)
        finally:
            room.close()
    for difference in told.differences:
        print(difference)
    figures = {
        "kills": told.kills,
        "archives": told.archives,
        "articles": len(lives.clean),
        "different_exports": len(told.differences),
        "requests_of_a_clean_run": lives.requests,
        "requests_again_per_kill": round(told.asked_again / max(1, told.kills), 2),
        "seconds": round(time.monotonic() - began),
        "seed": wanted.seed,
    }
    keep("backfill_kills", figures)
    return 1 if told.differences else 0


if __name__ == "__main__":
    sys.exit(main())
