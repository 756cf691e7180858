"""What an engine's processes do in tests: units that are written down in a folder, one that takes its process along.

    unit.url   a JSON file: a list of pages, each with url, title, text, and published, captured where it has them
    unit.name  "killer": takes the process with it whenever it is worked on; "killer once": the first time alone;
               "slow ...": takes half a second; "raises": raises;
               "stuck ...": the first time, waits to be killed by whoever reads `stuck` beside its file

Each time a unit is worked on leaves a line in `worked` beside its file.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from watcher.types import Brought, Extraction, Lead, Load, Outcome, Page, Unit, Window


def work(unit: Unit) -> Load:
    """The Load of a unit, read from its file."""
    file = Path(unit.url)
    with (file.parent / "worked").open("a") as log:
        log.write(f"{unit.name}\n")
    if unit.name == "raises":
        raise ValueError("this unit cannot be read")
    marker = file.with_suffix(".died")
    if unit.name == "killer" or (unit.name == "killer once" and not marker.exists()):
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if unit.name.startswith("stuck") and not marker.exists():
        marker.touch()
        wait_to_be_killed(file.parent / "stuck")
    if unit.name.startswith("slow"):
        time.sleep(0.5)
    pages = json.loads(file.read_text("utf-8"))
    brought = tuple(_brought(page) for page in pages if page.get("text"))
    others = {Outcome.OFF_TOPIC: len(pages) - len(brought)} if len(brought) < len(pages) else {}
    return Load(unit, brought, others, len(pages), file.stat().st_size)


def together(unit: Unit) -> Load:
    """How many units this process is at work on, as `documents`; behind `wait for 2` until two processes are."""
    folder = Path(unit.url).parent
    mine = folder / f"at work {os.getpid()}"
    mine.touch()
    _at_work.append(unit)
    try:
        time.sleep(0.05)
        end = time.monotonic() + 240
        while (folder / "wait for 2").exists() and len(list(folder.glob("at work *"))) < 2:
            assert time.monotonic() < end, "no second process came"
            time.sleep(0.02)
        return Load(unit, documents=len(_at_work))
    finally:
        _at_work.remove(unit)


_at_work: list[Unit] = []


def wait_to_be_killed(note: Path) -> None:
    """Says who waits, and waits."""
    new = note.with_suffix(".new")
    new.write_text(str(os.getpid()))
    new.replace(note)
    time.sleep(600)
    raise AssertionError("nobody killed it")


def with_children(unit: Unit) -> Load:
    """A process that may not have children of its own ends with an error here."""
    child = multiprocessing.get_context("spawn").Process(target=os.getpid)
    child.start()
    child.join()
    return Load(unit, documents=1 if child.exitcode == 0 else 0)


def _brought(page: dict[str, Any]) -> Brought:
    published, captured = (
        datetime.fromisoformat(page[name]) if page.get(name) else None for name in ("published", "captured")
    )
    extraction = Extraction("article", page["url"], page["title"], page["text"], published, page.get("language", "en"))
    return Brought(Lead(page["url"]), extraction, captured)


def unit_of(folder: Path, name: str, pages: Sequence[dict[str, Any]], window: Window, source: str = "held") -> Unit:
    """Writes a unit down."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{name.replace(' ', '-')}.json"
    file.write_text(json.dumps(list(pages)), "utf-8")
    return Unit(source, "pages", name, window, url=str(file))


def worked(folder: Path) -> list[str]:
    """The units that were worked on so far, each as often as it was."""
    file = folder / "worked"
    return file.read_text().splitlines() if file.exists() else []


# --- the real work, with a page that takes its extractor along ---


def really(unit: Unit, settings: Any, log: str, stuck: str = "") -> Load:
    """`units.work`, noted down; a page that says KILLER takes the process with it in which it is taken apart.

    A unit of the name `stuck` waits the first time, to be killed by whoever reads the file of that name beside `log`.
    """
    import watcher.units

    with Path(log).open("a") as file:
        file.write(f"{unit.name}\n")
    sys.modules["watcher.units.work"].__dict__["read_page"] = deadly
    note = Path(log).with_suffix(".stuck")
    if stuck and unit.name.endswith(stuck) and not note.exists():
        wait_to_be_killed(note)
    load: Load = watcher.units.work(unit, settings)
    return load


def deadly(page: Page, *rest: Any) -> Any:
    """In the extractor's process."""
    from watcher.units.reading import read_page

    if b"KILLER" in page.body:
        os.kill(os.getpid(), signal.SIGKILL)
    return read_page(page, *rest)
