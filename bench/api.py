"""The API against what its own document allows, and what it does not: Schemathesis over a real server and archive.

python bench/api.py [--examples N] [--archive FOLDER]

Counts answers of 500 and above, and answers that are not what the document says; every check of Schemathesis is on.
Without a folder of an archive (with its config.toml) the demo makes one: three days of a newsroom in nine languages.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

from watcher import app
from watcher.config import load_config
from watcher.indexing import catch_up
from watcher.web.api.reference import reference
from watcher.web.application import application
from watcher.web.guesses import Guesses
from watcher.web.server import listen, serve
from watcher.web.site import Site

RESULTS = Path(__file__).parent / "results" / "api.json"
TOKEN = "a-token-for-measuring-0123456789"  # noqa: S105 - of a server that lives for this run
PHASES = "examples,coverage,fuzzing,stateful"
_COUNTED = re.compile(r"(\d+) generated")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--examples", type=int, default=10_000)
    asked.add_argument("--archive", type=Path)
    asked.add_argument("--reference", action="store_true", help="write docs/reference/api.md, and ask nothing")
    given = asked.parse_args()
    if given.reference:
        write_reference()
        return
    with tempfile.TemporaryDirectory() as folder:
        archive = given.archive or demo(Path(folder))
        with serving(archive / "config.toml") as address:
            start = time.perf_counter()
            figures = fuzz(address, given.examples)
    figures["seconds"] = round(time.perf_counter() - start)
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures))
    sys.exit(int(figures["failures"] > 0 or figures["examples"] < given.examples))


def write_reference() -> None:
    """The API's reference, of the document of a service that nobody asks."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.toml"
        file.write_text('[watcher]\ntimezone = "UTC"\n')
        with serving(file) as address:
            request = Request(f"{address}/openapi.json", headers={"Authorization": f"Bearer {TOKEN}"})  # noqa: S310
            with urlopen(request) as answer:  # noqa: S310 - our own server
                document = json.load(answer)
    target = Path(__file__).parents[1] / "docs" / "reference" / "api.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(reference(document), "utf-8")


def demo(folder: Path) -> Path:
    """The archive that the demo leaves behind."""
    command = [sys.executable, "-c", "from watcher.cli import main; main()", "demo", "--out", str(folder / "demo")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder / "demo"


@contextmanager
def serving(config: Path) -> Iterator[str]:
    """A server on a loopback port over the archive of a configuration."""
    loaded = load_config(config, {**os.environ, "WATCHER_SERVICE__TOKEN": TOKEN})
    with app.archive(loaded) as store:
        catch_up(store, lambda _: None)
        site = Site(loaded, store, app.press_of(loaded, app.secret_of(store)), app.utc_now)
        # Guessing costs nothing here: a thousand wrong tokens are part of it. What it costs else is tested elsewhere.
        site.guesses = Guesses(lambda: time.monotonic() * 1e9)
        listening = listen("127.0.0.1", 0)
        port = listening.getsockname()[1]
        stopping = threading.Event()
        thread = threading.Thread(target=serve, args=(application(site), listening, stopping.is_set))
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            stopping.set()
            thread.join(10)


def fuzz(address: str, examples: int, operations: int = 13) -> dict[str, int]:
    """So many examples and a few more, in rounds: how many there were, and how many findings."""
    total = failures = 0
    for seed in range(1, 60):
        if total >= examples or failures:
            break
        each = max(5, min(400, (examples - total) // operations))
        done, found, said = round_of(address, each, seed)
        total, failures = total + done, failures + found
        if found:
            print(said)
    return {"examples": total, "failures": failures}


def round_of(address: str, each: int, seed: int, phases: str = PHASES) -> tuple[int, int, str]:
    """One run of Schemathesis: examples, findings, and what it said."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json", "--mode", "all",
               "-H", f"Authorization: Bearer {TOKEN}", "--phases", phases, "--max-examples", str(each),
               "--seed", str(seed), "--no-color", "--generation-database", "none"]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    counted = _COUNTED.search(run.stdout)
    if counted is None:
        raise SystemExit(f"Schemathesis did not run: {run.stdout}{run.stderr}")
    return int(counted[1]), run.returncode, run.stdout


if __name__ == "__main__":
    main()
