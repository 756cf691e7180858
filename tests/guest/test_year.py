"""A simulated year, and a short one of the program: nothing lost, nobody forgotten, every request explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from guest.ledger import Ledger
from guest.plots import START
from guest.score import Came
from year import INTERVAL, cast, live

HOUR = timedelta(hours=1)


def asked(book: Ledger, number: int, *hours: float) -> None:
    for each in hours:
        book.came(Came(START + each * HOUR, book.plots[number].host, f"/{number}/feed", {"user-agent": "guest/1.0"}))


def test_twenty_days_lose_nothing_and_every_request_is_explained() -> None:
    year = live(sources=20, days=20, restarts=8)
    assert year.is_good, year
    assert year.kills > 0
    assert year.stops > 0
    assert year.shown > 100


@pytest.mark.parametrize(
    ("hours", "explained", "unexplained", "early"),
    [((0, 6, 12.5), 2, 0, 0), ((0, 6, 18), 1, 1, 0), ((0, 6, 9), 2, 0, 1)],
)
def test_a_request_too_late_or_too_early_is_not_explained(
    hours: tuple[float, ...], explained: int, unexplained: int, early: int
) -> None:
    book = Ledger(cast(2, 30, 1), INTERVAL, timedelta(seconds=2))
    asked(book, 1, *hours)
    assert (book.explained, len(book.unexplained), book.early) == (explained, unexplained, early)
    assert book.overdue(START + 9 * HOUR) == [0]
    assert book.overdue(START + 40 * HOUR) == [0, 1]


def test_what_was_shown_to_a_guest_that_died_is_not_counted_as_shown() -> None:
    book = Ledger(cast(2, 30, 1), INTERVAL, timedelta(seconds=2))
    asked(book, 1, 0)
    assert book.shown
    book.killed(START + HOUR, [1])
    assert not book.shown
    asked(book, 1, 6.5)
    assert book.shown


def test_a_year_with_a_lost_lead_or_a_source_left_out_is_not_good() -> None:
    year = live(sources=4, days=1, restarts=0)
    assert year.is_good, year
    assert not replace(year, missing=["https://feed1.example/1"]).is_good
    assert not replace(year, overdue=[3]).is_good
    assert not replace(year, articles=(0, 1)).is_good
