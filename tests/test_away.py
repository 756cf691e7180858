"""Hands that outlive a database that is away: said once, begun anew, ended when it is time."""

from __future__ import annotations

import threading

import pytest
from command import PATIENCE

from watcher import away
from watcher.away import Away
from watcher.errors import StoreAwayError, StoreError
from watcher.store import SqlStore


class Flaky:
    """A store that answers again after so many looks."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def last_article(self) -> int:
        self.looks -= 1
        if self.looks >= 0:
            raise StoreAwayError("no connection")
        return 0


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []

    class Log:
        def warning(self, what: str, **more: object) -> None:
            lines.append(f"{what}: {more['trouble']}")

        def info(self, what: str, **more: object) -> None:
            lines.append(f"{what}: {more['state']}")

    monkeypatch.setattr(away, "logger", Log)
    return lines


def test_a_hand_is_begun_anew_when_the_database_is_back_and_it_is_said_once(said: list[str]) -> None:
    waited: list[float] = []
    heard: list[str] = []
    begun = 0

    def stopped(seconds: float) -> bool:
        waited.append(seconds)
        return False

    def work() -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            raise StoreAwayError("the server went away")

    Away(Flaky(3), stopped, heard.append).outlived(work, "poll")  # type: ignore[arg-type]  # all that is asked of it
    assert begun == 2
    assert waited == [0.5, 1.0, 2.0, 5.0], "a pause that grows"
    assert set(heard) == {"poll"}
    assert said == ["database: the server went away", "database: it is back"]


def test_many_hands_that_find_out_say_it_once(said: list[str]) -> None:
    keeper = Away(Flaky(0), lambda _: False, lambda _: None)  # type: ignore[arg-type]  # all that is asked of it
    both = threading.Barrier(4)

    def work() -> None:
        if threading.current_thread() not in seen:
            seen.add(threading.current_thread())
            both.wait(PATIENCE)
            raise StoreAwayError("gone")

    seen: set[threading.Thread] = set()
    threads = [threading.Thread(target=keeper.outlived, args=(work, "x")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert 1 <= said.count("database: gone") <= 4
    assert said[-1] == "database: it is back"
    assert len(said) == 2 * said.count("database: gone"), "never twice without being back in between"


def test_a_hand_ends_while_the_database_is_away(said: list[str]) -> None:
    def work() -> None:
        raise StoreAwayError("gone")

    Away(Flaky(99), lambda _: True, lambda _: None).outlived(work, "poll")  # type: ignore[arg-type]  # likewise
    assert said == ["database: gone"]


def test_what_is_no_matter_of_reach_ends_the_daemon_as_ever(said: list[str]) -> None:
    def work() -> None:
        raise StoreError("the disk is full")

    with pytest.raises(StoreError, match="disk"):
        Away(SqlStore.__new__(SqlStore), lambda _: True, lambda _: None).outlived(work, "poll")
    assert said == []
