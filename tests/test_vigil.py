"""Who has not been heard of for too long."""

from __future__ import annotations

from watcher.vigil import Vigil


def test_a_hand_stalls_when_it_is_not_heard_of_for_its_own_time_and_comes_back_when_it_is():
    now = 100.0
    vigil = Vigil(lambda: now, {"quick": 10.0, "slow": 100.0})
    assert vigil.stalled() == ()
    now += 10
    assert vigil.stalled() == ("quick",)
    now += 90
    assert vigil.stalled() == ("quick", "slow")
    vigil.heard("quick")
    assert vigil.stalled() == ("slow",)
