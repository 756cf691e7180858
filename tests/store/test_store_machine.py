"""What a machine was asked, what that cost, and what it said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from watcher.store import SqlStore
from watcher.types import KeptWords, MachineCall, MachineSpend


@pytest.fixture
def call(build: SimpleNamespace) -> MachineCall:
    url = "http://127.0.0.1:9/v1"
    return MachineCall(0, build.now, "tiny-1", url, "en", (7, 8), 60, 900, 2_000, 0.25, "no answer yet")


def test_a_request_is_noted_before_and_corrected_after(store: SqlStore, call: MachineCall) -> None:
    with store.writing() as writer:
        number = writer.machine_asks(call)
        assert writer.machine_spend(call.at) == MachineSpend(1, 900, 2_000, 0.25)
    assert store.machine_calls(9) == (replace(call, id=number),)
    done = replace(call, id=number, tokens_in=210, tokens_out=50, cost=0.01, trouble=None)
    with store.writing() as writer:
        writer.machine_answered(done)
    assert store.machine_calls(9) == (done,)
    assert store.machine_spend(call.at) == MachineSpend(1, 210, 50, 0.01)


def test_the_log_is_newest_first_and_the_spend_is_of_a_time(store: SqlStore, call: MachineCall) -> None:
    moments = [call.at + timedelta(hours=hours) for hours in (0, 30, 60)]
    with store.writing() as writer:
        for moment in moments:
            writer.machine_asks(replace(call, at=moment))
    assert [each.at for each in store.machine_calls(2)] == [moments[2], moments[1]]
    assert store.machine_spend(moments[1]).calls == 2
    assert store.machine_spend(moments[2] + timedelta(seconds=1)) == MachineSpend()


def test_a_service_that_claims_endless_tokens_breaks_no_sum(store: SqlStore, call: MachineCall) -> None:
    with store.writing() as writer:
        for _ in range(3):
            writer.machine_asks(replace(call, tokens_in=2**70, tokens_out=2**70))
    assert store.machine_spend(call.at).tokens_in == 3 * 10**12


def test_what_was_said_is_kept_once(store: SqlStore, build: SimpleNamespace) -> None:
    first = {-5: KeptWords("Nvidia zögert", "Zwei Sätze."), 2**62: KeptWords(refused="it has an address")}
    with store.writing() as writer:
        writer.keep_machine_words(build.now, first)
        writer.keep_machine_words(build.now, {-5: KeptWords("Anders"), 6: KeptWords("\ud800\0")})
    found = store.machine_words([-5, 2**62, 6, 99])
    assert {key: found[key] for key in first} == first
    assert 99 not in found
    assert set(found) == {-5, 2**62, 6}
    assert store.machine_words([]) == {}
