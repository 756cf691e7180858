"""Two real daemons on one real PostgreSQL, killed and cut off: nothing lost, nothing early or twice."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from daemons import live
from many.account import Account, is_explained, of_requests
from many.crowd import Disturbance
from many.newsroom import Asked
from many.server import programs


@pytest.mark.long
@pytest.mark.skipif(programs() is None, reason="no PostgreSQL server here: apt-get install postgresql")
def test_two_daemons_lose_nothing_and_ask_nothing_twice() -> None:
    with TemporaryDirectory(prefix="daemons") as name:
        Path(name).chmod(0o755)  # the server is another user's
        account, crowd = live(Path(name), 2, 3, 5, 3, lambda _: None, (0.5, 1.5))
    assert account.problems == []
    assert account.is_good()
    assert account.mails > 0
    assert account.articles > 0
    assert {each.who for each in crowd.room.asked} - {"quiet"} == {"d0", "d1"}, "both were at work"


def counted(*asked: tuple[str, str, float, float], disturbed: tuple[Disturbance, ...] = ()) -> Account:
    account = Account()
    of_requests(account, [Asked("a:80", path, who, began, ended) for who, path, began, ended in asked], disturbed)
    return account


def test_the_books_see_what_they_are_there_for() -> None:
    assert counted(("d0", "/1", 0.0, 0.1), ("d1", "/2", 1.0, 1.1)).is_good()
    assert counted(("d0", "/1", 0.0, 0.1), ("d1", "/2", 0.5, 0.6)).too_fast == 1
    assert counted(("d0", "/1", 0.0, 1.5), ("d1", "/2", 1.2, 1.3)).at_once == 1
    assert counted(("d0", "/1", 0.0, 0.1), ("d1", "/1", 5.0, 5.1)).double == 1
    assert counted(("d0", "/a.xml", 0.0, 0.1), ("d1", "/a.xml", 4.0, 4.1)).early == 1
    assert counted(("d0", "/a.xml", 0.0, 0.1), ("d1", "/a.xml", 10.0, 10.1)).is_good()
    killed = (Disturbance("kill", "d0", 1.0, 1.0),)
    assert counted(("d0", "/1", 0.0, 0.1), ("d1", "/1", 5.0, 5.1), disturbed=killed).again == 1
    assert counted(("d1", "/1", 0.0, 0.1), ("d0", "/1", 5.0, 5.1), disturbed=killed).double == 1, "of another daemon"


def test_a_disturbance_explains_what_its_own_daemon_did_shortly_before() -> None:
    killed = [Disturbance("kill", "d0", 10.0, 10.0), Disturbance("crash", "", 50.0, 52.0)]
    assert is_explained("d0", 9.5, killed)
    assert not is_explained("d1", 9.5, killed)
    assert not is_explained("d0", 12.0, killed)
    assert is_explained("d1", 49.0, killed)
