"""How long `watcher --help` takes, as a process, and which modules it imports."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from results import keep

COMMAND = [sys.executable, "-c", "from watcher.cli import main; main()", "--help"]


def main() -> None:
    seconds = []
    for _ in range(11):
        started = time.perf_counter()
        subprocess.run(COMMAND, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - started)
    keep("start", {"help_ms": round(1000 * statistics.median(seconds[1:]), 1)})


if __name__ == "__main__":
    main()
