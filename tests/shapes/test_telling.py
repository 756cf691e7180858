"""The operator's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.shapes.telling import OUTCOMES, counted, relative, span, state_of, when
from watcher.types import Because, HostState, Memory, Outcome

NOW = datetime(2026, 3, 12, 7, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(), "less than a second"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=90), "90 seconds"),
        (timedelta(minutes=2), "2 minutes"),
        (HOUR, "1 hour"),
        (36 * HOUR, "36 hours"),
        (24 * HOUR, "1 day"),
        (72 * HOUR, "3 days"),
        (-72 * HOUR, "3 days"),
    ],
)
def test_a_span_is_told_in_its_largest_fitting_unit(length: timedelta, words: str):
    assert span(length) == words


@given(st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_a_span_never_claims_more_than_a_quarter_off(length: timedelta):
    number, unit = span(length).split()[:2] if length >= timedelta(seconds=1) else ("0", "second")
    size = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}[unit.rstrip("s")]
    assert abs(int(number.replace(",", "")) * size - length.total_seconds()) <= max(0.25 * length.total_seconds(), 1)


def test_moments_are_told_from_now_and_on_the_clock_of_the_zone():
    assert relative(NOW, NOW) == "now"
    assert when(NOW + HOUR / 2, NOW, "Europe/Lisbon") == "in 30 minutes (Thu 12 Mar 07:40)"
    assert when(NOW - 400 * 24 * HOUR, NOW, "Asia/Tokyo") == "400 days ago (Wed 5 Feb 2025 16:10)"


def test_every_outcome_has_a_word_and_the_most_come_first():
    assert set(OUTCOMES) == set(Outcome)
    assert counted({Outcome.STORED: 2, Outcome.OFF_TOPIC: 5, Outcome.SEEN: 0}) == "5 off topic, 2 kept"


@pytest.mark.parametrize(
    ("memory", "host", "state"),
    [
        (None, None, "new"),
        (Memory("a", due=NOW), None, "new"),
        (Memory("a", paused=True), None, "paused"),
        (Memory("a", visited=NOW), None, "ok"),
        (Memory("a", visited=NOW, failures=1), None, "missed"),
        (Memory("a", visited=NOW, failures=9, failing_since=NOW - 72 * HOUR), None, "failing"),
        (Memory("a", visited=NOW, failures=9, failing_since=NOW - 71 * HOUR), None, "missed"),
        (Memory("a", visited=NOW, ended=NOW, failures=1), None, "ended"),
        (Memory("a", visited=NOW, failures=1, due=NOW + HOUR, because=Because.RETRY_AFTER), None, "resting"),
        (Memory("a", visited=NOW, failures=1, due=NOW - HOUR, because=Because.RETRY_AFTER), None, "missed"),
        (Memory("a", visited=NOW), HostState("a:443", rest_until=NOW + HOUR), "resting"),
        (Memory("a", visited=NOW), HostState("a:443", rest_until=NOW - HOUR), "ok"),
    ],
)
def test_a_source_is_in_one_state(memory: Memory | None, host: HostState | None, state: str):
    assert state_of(memory, host, NOW) == state
