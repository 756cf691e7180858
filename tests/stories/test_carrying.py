"""Which story a mark speaks of: never two, never one it was not said of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from watcher.stories.carrying import carried
from watcher.types import Mark, Member

NOW = datetime(2026, 3, 10, 7, tzinfo=UTC)


def members(**stories: str) -> list[Member]:
    """Articles by story, a digit each; those below 5 were found before NOW."""
    return [
        Member(int(each), name, NOW + timedelta(hours=1 if int(each) >= 5 else -1))
        for name, articles in stories.items()
        for each in articles
    ]


def mark(articles: str, number: int = 1) -> Mark:
    return Mark(number, "mute", NOW, tuple(map(int, articles)))


def of(said: Mark, **stories: str) -> list[str]:
    return list(carried([said], members(**stories)))


def test_a_mark_stays_with_its_story_under_any_name():
    assert of(mark("12"), a="12", b="34") == ["a"]
    assert of(mark("12"), z="12", b="34") == ["z"]


def test_growth_keeps_the_mark():
    assert of(mark("1"), a="156789") == ["a"]


def test_a_larger_story_that_was_there_before_is_not_silenced_by_a_merge():
    assert of(mark("1"), b="1234") == []
    assert of(mark("12"), b="123") == ["b"]


def test_a_part_that_was_split_off_is_free():
    assert of(mark("123"), a="12", b="3") == ["a"]


def test_of_two_halves_the_one_with_the_first_report_carries_it():
    assert of(mark("12"), a="1", b="2") == ["a"]
    assert of(mark("21"), a="1", b="2") == ["b"]


def test_what_is_not_there_any_more_is_carried_by_nobody():
    assert of(mark("9"), a="12") == []


@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=14),
    st.lists(st.booleans(), min_size=14, max_size=14),
    st.lists(st.integers(0, 13), min_size=1, max_size=6, unique=True),
)
def test_a_mark_is_carried_by_one_story_at_most_and_by_none_it_is_a_lesser_part_of(
    places: list[int], late: list[bool], marked: list[int]
):
    found = [Member(n, str(place), NOW + timedelta(hours=1 if late[n] else -1)) for n, place in enumerate(places)]
    said = Mark(1, "mute", NOW, tuple(marked))
    carriers = carried([said], found)
    assert len(carriers) <= 1
    for name, own in carriers.items():
        assert own == (said,)
        theirs = [each for each in found if each.story == name]
        ours = [each for each in theirs if each.article in marked]
        others = [each for each in theirs if each.article not in marked and each.found < NOW]
        assert ours
        assert len(ours) >= len(others)
    alone = {each.story for each in found if each.article in marked}
    if len(alone) == 1 and all(each.article in marked or each.found > NOW for each in found if each.story in alone):
        assert set(carriers) == alone, "what was said of a whole story stays with it, however it grew"
