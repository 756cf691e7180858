"""Kills of the real program lose nothing and double nothing; and what would is seen."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from kill.faults import FAULTS
from kill.lives import Life, Told
from kill.nursery import Nursery
from kill.plan import POLL, RUN, SEND, Kill, planned
from kill.upgrades import upgrade
from kills import is_good, lives_of

# Where the program stands between two things that belong together: the sharpest points of the plan. `make check` kills
# at sixty, all others among them, and those at random moments (`bench/kills.py --short`).
SHARPEST = (
    Kill("step", "claim_due: committed", POLL),
    Kill("step", "add: before the commit", RUN),
    Kill("step", "publish: edition stored, no mail queued", SEND),
    Kill("step", "publish: committed", SEND),
    Kill("step", "file: half written", SEND, 2),
    Kill("smtp", "final dot", SEND),
    Kill("step", "mail: answered", SEND),
    Kill("step", "receipt: before the commit", SEND, 2),
)


def lived(folder: Path, kills: tuple[Kill, ...], fault: str = "") -> Told:
    life = Life(folder / "life", 7, fault)
    try:
        return life.live(kills)
    finally:
        life.close()


def test_kills_lose_nothing_and_double_only_what_was_not_noted(tmp_path: Path) -> None:
    told = lived(tmp_path, SHARPEST)
    assert told.problems == []
    assert is_good(told)
    # A child may have come to its end before a random moment.
    assert told.kills >= sum(kill.is_kill and kill.kind in ("step", "smtp") for kill in SHARPEST), told.by_label
    assert told.between >= 2, "so many of them fall between the final dot and our commit"
    assert told.second_copies == told.between


# The others are run by `make kill`.
@pytest.mark.long
@pytest.mark.parametrize("name", ["queues_mails_apart"])
def test_a_program_broken_on_purpose_is_found_out(tmp_path: Path, name: str) -> None:
    _, kill = FAULTS[name]
    life = Life(tmp_path / "life", 1, name)
    try:
        told = life.live([kill], rounds=1)
    finally:
        life.close()
    assert told.kills == 1
    assert not is_good(told)
    seen = {"queues_mails_apart": "lost_mails", "takes_leads_for_read": "lost_articles"}.get(name, "doubled")
    assert getattr(told, seen) > 0


def test_an_upgrade_that_is_killed_leaves_an_archive_that_opens(tmp_path: Path) -> None:
    nursery = Nursery()
    try:
        for label in ("file: before the rename", "upgrade: before the commit"):
            reached, problems = upgrade(Kill("upgrade", label, ("db", "upgrade")), nursery, tmp_path / "old", Random(1))
            assert (reached, problems) == (True, [])
    finally:
        nursery.close()


def test_every_point_takes_as_many_kills_as_any_other() -> None:
    plan = planned(1000, seed=5)
    assert sum(kill.is_kill for kill in plan) == 1000
    assert planned(1000, seed=5) == plan
    named = Counter((kill.kind, kill.label) for kill in plan if kill.kind in ("step", "smtp", "upgrade"))
    assert max(named.values()) - min(named.values()) <= 1
    assert sum(named.values()) > 600
    assert [kill for life in lives_of(1000, seed=5) for kill in life] == list(plan)
