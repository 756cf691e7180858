"""How fast sources are polled, beside the `reader` library over the same feeds in the same run.

1,000 feeds of 30 items of 1.5 kB on 200 loopback ports, 5 % of the items on topic, pages = "never", gap 0. Cold: an
empty archive. Warm: every feed answers 304. Each of the two is a process of its own; `peak_mb` is what that process
held at most (of ours the one that polls; its workers stand beside it). `make bench-polling` runs it; the peer lives in
.venv-bench.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from results import keep

from watcher.app import assembled
from watcher.config import load_config
from watcher.poll import Pass, total
from watcher.types import Visit

HERE = Path(__file__).parent
PEER = HERE.parent / ".venv-bench" / "bin" / "python"


@contextmanager
def origin(feeds: int, ports: int) -> Iterator[list[str]]:
    """The origin in a process of its own; gives the addresses of its feeds."""
    command = [sys.executable, str(HERE / "origin.py"), "--feeds", str(feeds), "--ports", str(ports)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        open_ports = json.loads(process.stdout.readline())
        try:
            yield [f"http://127.0.0.1:{open_ports[n % len(open_ports)]}/{n}" for n in range(feeds)]
        finally:
            process.stdin.close()


def config_text(urls: list[str], folder: Path) -> str:
    sources = "".join(f'[[sources]]\nid = "s{n}"\nurl = "{url}"\nlanguage = "en"\n' for n, url in enumerate(urls))
    return (
        f'[watcher]\ndata_dir = "{folder}"\n[network]\nallow = ["127.0.0.0/8"]\ngap = "0s"\n'
        f'[defaults]\npages = "never"\n[stories]\nencoder = "off"\n[topics.nvidia]\nnames = ["Nvidia"]\n{sources}'
    )


def ours(urls: list[str], folder: Path) -> dict[str, float]:
    """Seconds of a cold and a warm round in a process of its own, with what was stored and what it held."""
    (folder / "config.toml").write_text(config_text(urls, folder), "utf-8")
    (folder / "seeds").mkdir()
    return measured([sys.executable, __file__, "--ours", str(folder)])


def polled(folder: Path) -> dict[str, float]:
    """What such a process does."""
    config = load_config(folder / "config.toml", {})
    rounds: list[float] = []
    leads = 0
    with assembled(config) as program:
        for _ in range(2):
            visits: list[Visit] = []
            start = time.perf_counter()
            run = Pass(program.parts, visits.append)
            run.claim(config.sources, everything=True)
            run.run()
            rounds.append(time.perf_counter() - start)
            assert len(visits) == len(config.sources), f"{len(visits)} of {len(config.sources)} visited"
            assert not any(visit.trouble for visit in visits), next(visit.trouble for visit in visits if visit.trouble)
            leads += sum(total(visits).values())
        stored = program.store.counts().articles
    peak = {"peak_mb": peak_mb(resource.RUSAGE_SELF), "largest_worker_mb": peak_mb(resource.RUSAGE_CHILDREN)}
    return {"cold": rounds[0], "warm": rounds[1], "leads": leads, "articles": stored, **peak}


def peak_mb(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def measured(command: list[str], given: str = "") -> dict[str, float]:
    done = subprocess.run(command, check=True, input=given, stdout=subprocess.PIPE, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def theirs(urls: list[str], folder: Path) -> dict[str, float] | None:
    """The same with `reader`; None where its environment is missing."""
    if not PEER.exists():
        return None
    command = [str(PEER), str(HERE / "peers" / "poll_reader.py"), str(folder / "reader.db")]
    return measured(command, "\n".join(urls))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--feeds", type=int, default=1000)
    options.add_argument("--ports", type=int, default=200)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.ours is not None:
        print(json.dumps(polled(asked.ours)))
        return
    mine: list[dict[str, float]] = []
    peers: list[dict[str, float]] = []
    with origin(asked.feeds, asked.ports) as urls:
        for _ in range(asked.rounds):
            with tempfile.TemporaryDirectory() as folder:
                mine.append(ours(urls, Path(folder)))
            with tempfile.TemporaryDirectory() as folder:
                if (figures := theirs(urls, Path(folder))) is not None:
                    peers.append(figures)
    keep(
        "polling", {"feeds": asked.feeds, "watcher": _medians(mine), "reader": _medians(peers), **_ratios(mine, peers)}
    )


def _medians(runs: list[dict[str, float]]) -> dict[str, float] | None:
    return {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]} if runs else None


def _ratios(mine: list[dict[str, float]], peers: list[dict[str, float]]) -> dict[str, float]:
    """How many times faster than the peer, run by run, as medians."""
    return {
        f"{name}_times_faster": round(statistics.median(b[name] / a[name] for a, b in zip(mine, peers, strict=True)), 2)
        for name in ("cold", "warm")
        if peers
    }


if __name__ == "__main__":
    main()
