"""How late the other sources are asked while many servers answer with a byte a second.

Two hundred ordinary feeds are due every ten seconds (staggered), beside 50 or 200 drips that are due every minute and
hang until the deadline of 30 s. All of them are due at once at the start, the drips first. Late is the moment a request
comes in at the origin after the moment it was due. `make bench-drips` runs it.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

from results import keep

from watcher.app import assembled
from watcher.config import load_config
from watcher.poll import Pass
from watcher.types import Visit

HERE = Path(__file__).parent
ORDINARY = 200
INTERVAL = timedelta(seconds=10)


def measured(drips: int, seconds: float) -> dict[str, float]:
    command = [sys.executable, str(HERE / "origin.py"), "--feeds", str(ORDINARY), "--ports", str(ORDINARY)]
    command += ["--drips", str(drips), "--items", "3"]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as origin,
        tempfile.TemporaryDirectory() as folder,
    ):
        assert origin.stdout is not None
        assert origin.stdin is not None
        ports = json.loads(origin.stdout.readline())
        slow, quick = ports[ORDINARY:], ports[:ORDINARY]
        urls = {f"a{n}": f"http://127.0.0.1:{port}/drip" for n, port in enumerate(slow)}
        urls |= {f"b{n}": f"http://127.0.0.1:{port}/{n}" for n, port in enumerate(quick)}
        figures = run(urls, Path(folder), seconds)
        origin.stdin.close()
    return figures


def run(urls: dict[str, str], folder: Path, seconds: float) -> dict[str, float]:
    rows = "".join(f'[[sources]]\nid = "{name}"\nurl = "{url}"\nlanguage = "en"\n' for name, url in urls.items())
    (folder / "config.toml").write_text(
        f'[watcher]\ndata_dir = "{folder}"\n[network]\nallow = ["127.0.0.0/8"]\n[defaults]\npages = "never"\n'
        f'interval = "1m"\n[stories]\nencoder = "off"\n[topics.nvidia]\nnames = ["Nvidia"]\n{rows}',
        "utf-8",
    )
    (folder / "seeds").mkdir()
    config = load_config(folder / "config.toml", {})
    late: list[float] = []
    asked: dict[str, float] = {}
    due: dict[str, float] = {}
    threads = 0
    end = time.monotonic() + seconds
    with assembled(config) as program:
        inner = program.parts.fetch

        def fetch(request):  # type: ignore[no-untyped-def]
            asked[request.url] = time.time()
            return inner(request)

        def visited(visit: Visit) -> None:
            nonlocal threads
            threads = max(threads, threading.active_count())
            if visit.source.startswith("b") and visit.memory is not None and visit.memory.due is not None:
                late.append(asked[urls[visit.source]] - due.get(visit.source, began))
                due[visit.source] = visit.memory.due.timestamp()

        # The configuration allows no interval below a minute; the pass does not mind.
        sources = tuple(
            dataclasses.replace(source, interval=INTERVAL) if source.id.startswith("b") else source
            for source in config.sources
        )
        parts = dataclasses.replace(program.parts, fetch=fetch)
        passing = Pass(parts, visited)
        began = time.time()
        passing.ring(sources)
        passing.run(lambda: time.monotonic() > end, forever=True)
    return {
        "requests": len(late),
        "late_median": round(statistics.median(late), 3),
        "late_most": round(max(late), 3),
        "late_most_after_the_first_round": round(max(late[ORDINARY:], default=0.0), 3),
        "threads_at_most": threads,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=150)
    options.add_argument("--drips", type=int)
    asked = options.parse_args()
    if asked.drips is not None:
        print(json.dumps(measured(asked.drips, asked.seconds)))
        return
    figures = {}
    for drips in (0, 50, 200):
        command = [sys.executable, __file__, "--drips", str(drips), "--seconds", str(asked.seconds)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        figures[f"{drips}_drips"] = json.loads(done.stdout.splitlines()[-1])
    keep("drips", {"ordinary": ORDINARY, "seconds": asked.seconds, **figures})


if __name__ == "__main__":
    main()
