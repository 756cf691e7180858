from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from watcher.digest.cautions import LEAST, Past, cautions, failing, fallen
from watcher.types import Caution, Found, Memory

WEEK = [40, 44, 42, 38, 36, 22, 20]  # Monday to Sunday


def days(weeks=4, *, start=0, week=WEEK):
    """Whole weeks of usual days; the next one is `week[start]`'s day."""
    return [week[(start + number) % 7] for number in range(7 * weeks)]


def memory(name, *, failures=0, visits=9, **fields):
    return Memory(name, visits=visits, failures=failures, **fields)


@pytest.mark.parametrize(
    ("failed", "asked", "said"), [(0, 5, False), (1, 5, False), (2, 5, True), (11, 50, True), (10, 50, False)]
)
def test_more_than_a_fifth_of_the_sources_must_fail(failed, asked, said):
    found = failing([memory(f"s{number}", failures=3 * (number < failed)) for number in range(asked)])
    assert found == ((Caution("sources", failed, float(asked)),) if said else ())


def test_a_single_failure_is_nobodys_loss_and_a_source_that_never_answered_is():
    assert failing([memory("a", failures=1), memory("b", failures=1)]) == ()
    assert failing([memory("a", failures=1, visits=1)]) == (Caution("sources", 1, 1.0),)


def test_sources_that_are_not_asked_are_not_counted():
    ended = datetime(2026, 3, 1, tzinfo=UTC)
    silent = [memory("p", failures=9, paused=True), memory("e", failures=9, ended=ended), memory("n", visits=0)]
    assert failing(silent) == ()
    assert failing([*silent, memory("f", failures=2), memory("ok")]) == (Caution("sources", 1, 2.0),)


def test_a_fall_is_measured_against_the_same_weekday():
    assert fallen([*days(), 3], 1) == (3, 40.0)
    assert fallen([*days(), 10], 1) is None
    assert fallen([*days(start=5), 9], 1) is None, "a weekend is quiet"


def test_a_holiday_looks_like_a_sunday():
    assert fallen([*days(), 8], 1) is None
    assert fallen([*days(), 6], 1) is None, "more than a quarter of a Sunday"
    assert fallen([*days(week=[40] * 7), 8], 1) == (8, 40.0), "newsrooms without weekends have no holidays either"


def test_a_fall_below_a_quiet_sunday_that_is_too_small_to_measure_is_said_when_it_lasts():
    quiet = days(week=[40, 44, 42, 38, 36, 2, 1])
    assert fallen([*quiet, 3], 1) is None
    assert fallen([*quiet, 3, 2, 3, 2], 1) == (2, 38.0)
    easter = [*days(week=[40, 44, 42, 38, 36, 2, 1])[:-3], 3, 2, 1, 3]
    assert fallen(easter, 1) is None


def test_small_numbers_say_nothing():
    assert fallen([*days(week=[LEAST - 1] * 7), 0], 1) is None
    assert fallen([*days(week=[LEAST] * 7), 0], 1) == (0, float(LEAST))


@pytest.mark.parametrize(("age", "said"), [(0, False), (13, False), (14, True), (28, True)])
def test_nothing_is_said_in_an_archives_first_two_weeks(age, said):
    assert (fallen([*([40] * age), 0], 1) is not None) == said


def test_an_edition_of_a_weekend_is_measured_against_weekends():
    assert fallen([*days(start=5), 8, 7, 12], 3) is None
    assert fallen([*days(start=4), 3, 1, 0], 3) == (4, 78.0)


def test_one_bad_week_in_the_past_hides_nothing_and_one_mad_week_cries_no_wolf():
    hype = days()
    hype[0:7] = [400] * 7
    assert fallen([*hype, 40], 1) is None
    gap = days(week=[40] * 7)
    gap[21:28] = [0] * 7
    assert fallen([*gap, 0], 1) == (0, 40.0)


def test_a_year_of_chance_weekends_and_holidays_cries_no_wolf():
    chance = random.Random(5)
    for mean in (3, 8, 16, 20, 60):
        week = [mean] * 5 + [mean * 0.4] * 2
        counts = []
        for number in range(400):
            usual = week[number % 7] * chance.gammavariate(6, 1 / 6)  # news comes in bursts: wider than chance alone
            if number % 29 == 11:
                usual = min(usual, week[6])  # a holiday
            counts.append(sum(chance.random() < usual / 500 for _ in range(500)))
        said = [number for number in range(28, 400) if fallen(counts[number - 28 : number + 1], 1)]
        assert len(said) <= 1, (mean, said)


def test_languages_and_topics_are_told_apart_and_the_deepest_fall_comes_first():
    past = [Found({"de": 40, "en": 60, "und": 40}, {"nvidia": 50, "gone": 50})] * 28
    today = Found({"de": 9, "en": 3}, {"nvidia": 2})
    found = cautions([], Past([*past, today]), ["nvidia"])
    assert [(each.about, each.name, each.seen) for each in found] == [
        ("language", "en", 3),
        ("language", "de", 9),
        ("topic", "nvidia", 2),
    ]
    young = [Found()] * 20 + past[:8]
    assert cautions([], Past([*young, today]), ["nvidia"]) == ()
