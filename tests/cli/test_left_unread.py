"""`status` and `sources` say how much `on-topic` misses."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from command import run

from watcher.app import archive, utc_now
from watcher.config import load_config
from watcher.sampling import note


def test_status_and_the_lists_of_sources_say_it(filled: Path):
    with archive(load_config(filled, {})) as store, store.writing() as writer:
        note(writer, utc_now(), Counter(meridian=50), Counter(meridian=5))
    assert "about 10% (4% to 21%)" in run("status", "--config", filled).out
    unread = run("status", "--json", "--config", filled).row()["left_unread"]
    assert (unread["looked"], unread["missed"], unread["share"]) == (50, 5, 0.1)
    assert "left unread" in run("sources", "show", "meridian", "--config", filled).out
    rows = {row["id"]: row for row in run("sources", "list", "--json", "--config", filled).rows()}
    assert (rows["meridian"]["looked"], rows["meridian"]["missed"], rows["fjord"]["looked"]) == (50, 5, 0)
    assert "About 10%" in run("sources", "list", "--config", filled).err
