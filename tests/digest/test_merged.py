"""Editions merged for a reader who left days out: each story once, everything that was told, counts that add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.digest.merged import merge
from watcher.digest.view import view
from watcher.types import (
    Caution,
    Difference,
    Edition,
    Entry,
    Figure,
    Footer,
    Outcome,
    Quote,
    Relation,
    Report,
    SourceChange,
    Sourcing,
    Volume,
)

START = datetime(2026, 3, 14, 7, tzinfo=UTC)


def report(number: int, *, told: bool = False, language: str = "en", outlet: str = "Paper") -> Report:
    return Report(
        number, f"https://paper.example/{number}", f"Nvidia {number}", outlet, "paper", language,
        START + timedelta(minutes=number), Relation.NEW, topics=("nvidia",), told=told,
    )  # fmt: skip


def entry(name: str, *reports: Report, status: str = "new", score: float = 1.0) -> Entry:
    return Entry(name, status, ("nvidia",), reports, score)  # type: ignore[arg-type]


def edition(day: int, *entries: Entry) -> Edition:
    end = START + timedelta(days=day)
    return Edition(
        id=day + 1,
        date=date(2026, 3, 14) + timedelta(days=day),
        schedule="07:00 UTC",
        since=end - timedelta(days=1),
        until=end,
        made=end,
        topics=(("nvidia", "Nvidia"), ("ascend", "Ascend")),
        entries=entries,
    )


def test_a_story_new_on_saturday_and_updated_on_monday_stands_once_as_new_with_everything():
    saturday = edition(0, replace(entry("1", report(1)), sourcing=Sourcing(1, ("Paper",))))
    monday = edition(
        2,
        replace(
            entry("1", report(1, told=True), report(2, outlet="Gazette"), status="update", score=3.0),
            new=(Quote("It ships in May.", "Gazette", "en"),),
        ),
    )
    (merged,) = merge([saturday, monday]).entries
    assert (merged.status, merged.score) == ("new", 3.0)
    assert [(each.article, each.told) for each in merged.reports] == [(1, False), (2, False)]
    assert [quote.text for quote in merged.new] == ["It ships in May."]
    assert merged.sourcing == Sourcing(2, ("Paper",))


def test_a_story_told_before_the_first_of_them_stays_an_update():
    sunday = edition(1, entry("1", report(1, told=True), report(2), status="update"))
    monday = edition(2, entry("1", report(1, told=True), report(3), status="update"))
    (merged,) = merge([monday, sunday]).entries
    assert merged.status == "update"
    assert [each.article for each in merged.reports if each.told] == [1]


def test_a_story_with_another_name_by_now_is_known_by_its_articles():
    saturday = edition(0, entry("1", report(1)), entry("2", report(2)))
    monday = edition(2, entry("9", report(1, told=True), report(2, told=True), report(3), status="update"))
    (merged,) = merge([saturday, monday]).entries
    assert [each.article for each in merged.reports] == [1, 2, 3]
    assert merged.id == "9"


def test_the_best_stands_first_whichever_day_told_it():
    merged = merge([edition(0, entry("1", report(1), score=2)), edition(1, entry("2", report(2), score=5))])
    assert [each.id for each in merged.entries] == ["2", "1"]
    assert (merged.date, merged.since, merged.until) == (date(2026, 3, 15), START - timedelta(days=1), merged.made)


def test_figures_that_differ_are_brought_together():
    claims = [
        Difference("", "H100", (Figure(50_000, ("Paper",)), Figure(2_000, ("Gazette",)))),
        Difference("", "H100", (Figure(2_000, ("Courier", "Gazette")),)),
    ]
    days = [edition(day, replace(entry("1", report(day)), differences=(claims[day],))) for day in (0, 1)]
    (merged,) = merge(days).entries
    assert merged.differences == (
        Difference("", "H100", (Figure(2_000, ("Gazette", "Courier")), Figure(50_000, ("Paper",)))),
    )


def test_what_was_only_known_or_mentioned_is_left_to_the_news_that_tells_it():
    known = replace(edition(0), known=(entry("1", report(1), status="known"), entry("2", report(2), status="known")))
    known = replace(known, mentions=(report(3), report(4)), seeds=(("000", "An older story"),))
    merged = merge([known, replace(edition(1, entry("1", report(1)), entry("3", report(3))), mentions=(report(4),))])
    assert [each.id for each in merged.known] == ["2"]
    assert [each.article for each in merged.mentions] == [4]
    assert merged.seeds == (("000", "An older story"),)


def test_the_footer_adds_up_and_speaks_of_now():
    changes = [SourceChange("a", "A", "ended", START), SourceChange("b", "B", "moved", START + timedelta(days=1))]
    footers = [
        Footer(4, outcomes={Outcome.STORED: 2, Outcome.SEEN: 5}, pending=3, changes=(changes[0],)),
        Footer(3, outcomes={Outcome.STORED: 1}, changes=(changes[0], changes[1])),
    ]
    days = [replace(edition(day), footer=footers[day], retold=day + 1) for day in (0, 1)]
    days[0] = replace(days[0], cautions=(Caution("sources", 3, 10), Caution("language", 0, 9.0, "pt")))
    days[1] = replace(days[1], cautions=(Caution("sources", 4, 10),), volumes=(Volume("nvidia", (1, 2)),))
    merged = merge(days)
    assert merged.retold == 3
    assert merged.footer.outcomes == {Outcome.STORED: 3, Outcome.SEEN: 5}
    assert (merged.footer.sources, merged.footer.pending) == (4, 0)
    assert merged.footer.changes == tuple(changes)
    assert merged.cautions == (Caution("sources", 4, 10), Caution("language", 0, 9.0, "pt"))
    assert merged.volumes == (Volume("nvidia", (1, 2)),)


def test_one_edition_is_itself_and_none_is_nothing():
    alone = edition(0, entry("1", report(1)))
    assert merge([alone]) is alone
    with pytest.raises(ValueError, match="no editions"):
        merge([])


Days = st.lists(st.lists(st.tuples(st.integers(0, 5), st.sets(st.integers(0, 9), min_size=1)), max_size=4), max_size=4)


@given(Days)
def test_every_article_told_is_told_once(days: list[list[tuple[int, set[int]]]]):
    made = [
        edition(number, *(entry(str(name), *map(report, sorted(articles))) for name, articles in day))
        for number, day in enumerate([*days, []])
    ]
    merged = merge(made)
    told = Counter(each.article for entry in merged.entries for each in entry.reports)
    assert set(told) == {each.article for edition in made for entry in edition.entries for each in entry.reports}
    assert set(told.values()) <= {1}
    assert len({entry.id for entry in merged.entries}) == len(merged.entries)
    seen = view(merged, max_stories=3)
    assert seen.counts.articles == len(told)
    assert seen.counts.articles == seen.counts.news + seen.counts.folded
