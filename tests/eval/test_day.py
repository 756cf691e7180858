"""An ordinary day: what the edition makes of it, held against what an analyst wants in the morning.

Two days of news were written for this, apart from the program's rules and about different events: `day/tune.jsonl` may
be looked at while the ranking is made, `day/measure.jsonl` is only measured. What they tell is made up. Each article
says which story it tells and what somebody who follows DeepSeek, Huawei Ascend and Nvidia would say of that story:
`wanted` among the twenty best or not, and whether dropping it without a word would be a fault (`worth`). Rows of `day`
-1 and -2 were told by the editions before; what retells them is late, unless it is an `update`.

The articles go through the pipeline by the facts alone; `python bench/day.py` prints the page, with the encoder too.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from ordinary.passing import Passed, passed
from ordinary.rows import HALVES, KINDS, Labels, load
from ordinary.score import TOP, Score, scored

from watcher.types import Outcome

each_half = pytest.mark.parametrize("half", HALVES)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Labels, Passed, Score]:
    """The day that nothing is tuned on, by the facts alone."""
    labels = load("measure")
    day = passed(labels, tmp_path_factory.mktemp("day"))
    return labels, day, scored(labels, day)


# --- the set ---


@each_half
def test_a_day_has_its_news_its_chatter_and_what_comes_late(half: str):
    labels = load(half)
    kinds = Counter(row.kind for row in labels.day)
    assert len(labels.day) >= 170
    assert len({row.language for row in labels.day}) >= 16
    assert len({row.source for row in labels.day}) >= 45
    assert 8 <= len(labels.told_before) <= 12
    assert len(labels.late) >= 20
    assert 4 <= len(labels.updates) <= 6
    assert 18 <= sum(rows[0].wanted == "yes" for rows in labels.stories.values()) <= 32
    assert set(kinds) == KINDS
    assert min(kinds.values()) >= 3
    assert {row.role for row in labels.day} == {"outlet", "primary", "forum", "aggregator"}


def test_the_two_days_tell_of_different_events():
    tune, measure = (load(half) for half in HALVES)
    assert not {row.story for row in tune.rows} & {row.story for row in measure.rows}
    assert not {row.url for row in tune.rows} & {row.url for row in measure.rows}
    assert len(load("both").day) >= 340


@each_half
def test_labels_do_not_contradict_each_other(half: str):
    labels = load(half)
    assert len({row.id for row in labels.rows}) == len({row.url for row in labels.rows}) == len(labels.rows)
    for story, rows in labels.stories.items():
        assert len({(row.wanted, row.worth) for row in rows}) == 1, story
    assert all(row.wanted == "no" and row.worth == "fine" for row in labels.late)
    assert all(row.story in labels.told_before for row in labels.day if row.update)


@each_half
def test_every_article_was_published_in_the_span_of_its_edition(half: str):
    labels = load(half)
    for row in labels.rows:
        until = labels.end + timedelta(days=row.day)
        assert until - timedelta(days=1) <= row.published < until - timedelta(minutes=15), row.id


@each_half
def test_texts_are_as_long_as_news_is(half: str):
    """Some three sentences; scripts that say a word in two characters need fewer."""
    for row in load(half).rows:
        spaceless = row.language in {"zh", "ja", "ko"}
        assert len(row.title) >= 4, row.id
        assert (35 if spaceless or row.role in {"forum", "aggregator"} else 70) <= len(row.text) <= 1500, row.id


# --- what the edition makes of it ---


def test_four_in_five_of_the_top_twenty_are_what_an_analyst_wants(measured: tuple[Labels, Passed, Score]):
    _, _, score = measured
    assert len(score.top) == TOP
    assert score.precision >= 0.8, [each.lead.story for each in score.top if each.lead.wanted != "yes"]
