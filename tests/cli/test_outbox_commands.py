"""The commands about messages and readers, on an archive with a delivered edition."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import run

from watcher.app import archive
from watcher.config import load_config
from watcher.types import Receipt


@pytest.fixture
def waiting(filled: Path) -> int:
    """The id of a message that cannot be delivered: the mail server of the newsroom is gone."""
    assert run("digest", "--send", "--config", filled).code == 75
    (row,) = run("outbox", "list", "--state", "waiting", "--json", "--config", filled).rows()
    return int(row["id"])


def refuse(file: Path, number: int) -> None:
    with archive(load_config(file, {})) as store, store.writing() as writer:
        (row,) = store.outbox(("waiting",))
        taken = writer.lease(row.next_attempt, row.next_attempt, 9)
        assert [each.id for each in taken] == [number]
        writer.receipt(number, Receipt("refused", "550 nobody here"), row.next_attempt)


def states(file: Path) -> list[str]:
    return [row["state"] for row in run("outbox", "list", "--json", "--config", file).rows()]


def test_messages_are_listed_by_state(filled: Path, waiting: int) -> None:
    assert waiting
    assert states(filled) == ["delivered", "waiting"]
    assert run("outbox", "list", "--failed", "--json", "--config", filled).rows() == []
    both = run("outbox", "list", "--state", "delivered", "--state", "waiting", "--json", "--config", filled)
    assert len(both.rows()) == 2
    wrong = run("outbox", "list", "--state", "lost", "--config", filled)
    assert (wrong.code, "delivered" in wrong.err) == (2, True)


def test_what_was_refused_is_seen_everywhere_and_sent_again_by_hand(filled: Path, waiting: int) -> None:
    refuse(filled, waiting)
    (row,) = run("outbox", "list", "--failed", "--json", "--config", filled).rows()
    assert row["reply"] == "550 nobody here"
    assert "550 nobody here" in run("status", "--config", filled).out
    doctor = run("doctor", "--config", filled)
    assert doctor.code == 1
    assert f"watcher outbox retry {waiting}" in doctor.out
    assert run("outbox", "retry", "--failed", "--config", filled).code == 0
    assert states(filled) == ["delivered", "waiting"]


def test_messages_are_moved_by_ids_or_all_of_a_kind_and_never_in_part(filled: Path, waiting: int) -> None:
    assert run("outbox", "discard", waiting, "1", "--config", filled).code == 1, "the first was delivered"
    assert states(filled) == ["delivered", "waiting"]
    assert run("outbox", "discard", "--all", "--config", filled).code == 0
    assert states(filled) == ["delivered", "discarded"]
    assert "there is none" in run("outbox", "retry", "--failed", "--config", filled).err
    assert run("outbox", "retry", waiting, "--config", filled).code == 0
    assert states(filled) == ["delivered", "waiting"]


@pytest.mark.parametrize("words", [[], ["--all", "--failed"], ["1", "--all"]])
def test_which_messages_are_meant_must_be_said_in_one_way(filled: Path, words: list[str]) -> None:
    assert run("outbox", "discard", *words, "--config", filled).code == 2


def test_who_unsubscribed_is_listed_and_can_be_taken_back(filled: Path, waiting: int) -> None:
    (reader,) = run("recipients", "list", "--json", "--config", filled).rows()
    assert reader["since"] is not None
    assert reader["unsubscribed"] is None
    config = load_config(filled, {})
    with archive(config) as store, store.writing() as writer:
        writer.leave(reader["address"], store.outbox()[0].created)
    assert states(filled) == ["delivered", "discarded"]
    assert run("outbox", "retry", waiting, "--config", filled).code == 1
    (listed,) = run("recipients", "list", "--json", "--config", filled).rows()
    assert listed["unsubscribed"] is not None
    assert run("recipients", "restore", reader["address"], "--config", filled).code == 0
    assert run("recipients", "restore", reader["address"], "--config", filled).code == 1
    (listed,) = run("recipients", "list", "--json", "--config", filled).rows()
    assert listed["unsubscribed"] is None
