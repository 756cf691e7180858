"""How late the other sources are asked while many servers answer with a byte a second.

Two hundred ordinary feeds beside 0, 50 or 200 drips that hang until the deadline of 30 s: all of them are due at once,
the drips are first in the queue, everything else is as shipped. Late is the moment a request goes out after the moment
its source was due. `make bench-drips` runs it.
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
from pathlib import Path

from results import keep

from watcher.app import assembled
from watcher.config import load_config
from watcher.poll import Pass
from watcher.types import Page, Request, Trouble

HERE = Path(__file__).parent
ORDINARY = 200


def measured(drips: int) -> dict[str, float]:
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
        figures = run(urls, Path(folder))
        origin.stdin.close()
    return figures


def run(urls: dict[str, str], folder: Path) -> dict[str, float]:
    rows = "".join(f'[[sources]]\nid = "{name}"\nurl = "{url}"\nlanguage = "en"\n' for name, url in urls.items())
    (folder / "config.toml").write_text(
        f'[watcher]\ndata_dir = "{folder}"\n[network]\nallow = ["127.0.0.0/8"]\n[defaults]\npages = "never"\n'
        f'[stories]\nencoder = "off"\n[topics.nvidia]\nnames = ["Nvidia"]\n{rows}',
        "utf-8",
    )
    (folder / "seeds").mkdir()
    config = load_config(folder / "config.toml", {})
    asked: dict[str, float] = {}
    ended: dict[str, float] = {}
    threads = 0
    with assembled(config) as program:
        ask = program.parts.fetch

        def fetch(request: Request) -> Page | Trouble:
            nonlocal threads
            asked[request.url] = time.monotonic() - began
            threads = max(threads, threading.active_count())
            return ask(request)

        passing = Pass(
            dataclasses.replace(program.parts, fetch=fetch),
            lambda visit: ended.setdefault(visit.source, time.monotonic() - began),
        )
        began = time.monotonic()
        passing.ring(config.sources)
        passing.run(lambda: len(ended) == len(urls), forever=True)
    late = [asked[url] for name, url in urls.items() if name.startswith("b")]
    return {
        "late_median": round(statistics.median(late), 2),
        "late_most": round(max(late), 2),
        "last_ordinary_ended": round(max(moment for name, moment in ended.items() if name.startswith("b")), 2),
        "last_drip_ended": round(max(ended.values()), 2),
        "threads_at_most": threads,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--drips", type=int)
    asked = options.parse_args()
    if asked.drips is not None:
        print(json.dumps(measured(asked.drips)))
        return
    figures = {}
    for drips in (0, 50, 200):
        command = [sys.executable, __file__, "--drips", str(drips)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        figures[f"{drips}_drips"] = json.loads(done.stdout.splitlines()[-1])
    keep("drips", {"ordinary": ORDINARY, **figures})


if __name__ == "__main__":
    main()
