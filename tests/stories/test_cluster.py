"""Stories never chain, and come out the same in whatever order their articles were found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.stories.cluster import CAREFUL, Clusters, Rules, named, replay
from watcher.types import Correction, Fact, Likeness, Point, Relation

START = datetime(2026, 3, 2, 7, tzinfo=UTC)
CUT = 0.5


def point(name: str, days: float = 0) -> Point:
    return Point(name, START + timedelta(days=days), f"https://beispielblatt.example/{name}")


def like(article: str, other: str, score: float, relation: Relation | None = None, *facts: str) -> Likeness:
    told = Relation.RETELLING if score >= CUT else Relation.RELATED if score >= 0.15 else Relation.NEW
    return Likeness(article, other, relation or told, score, CUT, tuple(Fact("number", each) for each in facts))


class Table:
    """Likenesses written down by hand; what is not there is 0."""

    def __init__(self, *rows: Likeness) -> None:
        self.rows = {(row.article, row.other): row for row in rows}
        self.asked: list[tuple[str, str]] = []

    def __call__(self, article: str, other: str) -> Likeness:
        self.asked.append((article, other))
        return self.rows.get((article, other), like(article, other, 0.0))

    def of(self) -> dict[str, list[Likeness]]:
        found: dict[str, list[Likeness]] = {}
        for row in self.rows.values():
            found.setdefault(row.article, []).append(row)
        return found


def stories(points: list[Point], table: Table, rules: Rules | None = None, *said: Correction) -> list[set[str]]:
    clusters, _ = replay(points, table.of(), table, rules, said)
    return [set(articles) for articles in clusters.stories().values()]


def correction(kind: str, number: int = 1, together=(), apart=()) -> Correction:
    return Correction(number, kind, START, together, apart)  # type: ignore[arg-type]


ABC = [point("a"), point("b", 1), point("c", 2)]
CHAIN = (like("b", "a", 0.9), like("c", "b", 0.9))


def test_a_is_like_b_and_b_like_c_does_not_put_c_with_a():
    assert stories(ABC, Table(*CHAIN)) == [{"a", "b"}, {"c"}]


def test_what_is_like_the_story_as_a_whole_joins_it():
    assert stories(ABC, Table(*CHAIN, like("c", "a", 0.45))) == [{"a", "b", "c"}]


def test_other_figures_alone_keep_no_article_out():
    assert stories(ABC, Table(*CHAIN, like("c", "a", 0.3, None, "50000 / 2000"))) == [{"a", "b", "c"}]


def test_a_contradiction_with_any_member_that_is_asked_keeps_an_article_out():
    against = (Fact("number", "50000 / 2000"), Fact("actor", "Wang / Huang"))
    table = Table(like("b", "a", 0.9), like("c", "a", 0.9), Likeness("c", "b", Relation.RELATED, 0.1, CUT, against))
    clusters, placed = replay(ABC, table.of(), table)
    assert [set(each) for each in clusters.stories().values()] == [{"a", "b"}, {"c"}]
    (refused,) = placed[2].refused
    assert (refused.other, refused.why, refused.conflicts) == (
        "b", "facts contradict each other", against,
    )  # fmt: skip


@pytest.mark.parametrize("relation", [Relation.COPY, Relation.RETELLING, Relation.RELATED])
def test_a_contradiction_that_the_judge_weighed_and_let_pass_is_no_veto(relation: Relation):
    table = Table(like("b", "a", 0.9), like("c", "a", 0.9), like("c", "b", 0.45, relation, "50000 / 2000"))
    assert stories(ABC, table) == [{"a", "b", "c"}]


def test_a_copy_joins_its_originals_story_whatever_the_first_report_says():
    assert stories(ABC, Table(like("b", "a", 0.9), like("c", "b", 0.8, Relation.COPY))) == [{"a", "b", "c"}]


def test_a_retelling_reaches_back_over_the_window_and_a_copy_over_the_whole_archive():
    late = [point("a"), point("b", 30)]
    assert stories(late, Table(like("b", "a", 0.99))) == [{"a"}, {"b"}]
    assert stories(late, Table(like("b", "a", 0.99, Relation.COPY))) == [{"a", "b"}]
    assert stories(late, Table(like("b", "a", 0.99)), Rules(window=timedelta(days=31))) == [{"a", "b"}]


def test_without_retellings_only_copies_are_grouped():
    table = Table(like("b", "a", 0.9), like("c", "a", 0.9, Relation.COPY))
    assert stories(ABC, table, Rules(retellings=False)) == [{"a", "c"}, {"b"}]


def test_careful_grouping_asks_for_more_than_normal():
    table = Table(*CHAIN, like("c", "a", 0.3))
    assert stories(ABC, table) == [{"a", "b", "c"}]
    assert stories(ABC, table, CAREFUL) == [{"a", "b"}, {"c"}]


def test_an_article_that_does_not_fit_the_best_story_joins_the_next_one_it_fits():
    points = [point("a"), point("b", 1), point("x", 1.5), point("c", 2)]
    table = Table(*CHAIN, like("c", "x", 0.7))
    assert stories(points, table) == [{"a", "b"}, {"x", "c"}]


def test_a_story_of_a_hundred_is_asked_five_times_for_each_newcomer():
    names = [f"n{number:03}" for number in range(100)]
    points = [point(name, place / 100) for place, name in enumerate(names)]
    table = Table(*(like(b, a, 0.9) for place, b in enumerate(names) for a in names[max(0, place - 1) : place]))

    def ask(article: str, other: str) -> Likeness:
        table.asked.append((article, other))
        return like(article, other, 0.8)

    clusters, _ = replay(points, table.of(), ask)
    assert len(clusters.stories()) == 1
    assert max(sum(article == name for article, _ in table.asked) for name in names) <= 4


def test_what_was_merged_by_hand_stays_one_story_and_grows_on_both_sides():
    points = [point("a"), point("b", 1), point("a2", 2), point("b2", 3)]
    table = Table(like("a2", "a", 0.9), like("b2", "b", 0.9))
    merged = correction("merge", together=(("a", "b"),))
    assert stories(points, table) == [{"a", "a2"}, {"b", "b2"}]
    assert stories(points, table, None, merged) == [{"a", "b", "a2", "b2"}]


def test_what_was_split_off_never_comes_back_even_as_a_copy():
    table = Table(like("b", "a", 0.9), like("c", "a", 1.0, Relation.COPY))
    said = correction("split", together=(("c",), ("a", "b")), apart=((("c",), ("a", "b")),))
    assert stories(ABC, table, None, said) == [{"a", "b"}, {"c"}]


def test_articles_split_off_together_form_one_story():
    points = [*ABC, point("d", 3)]
    table = Table(*(like(each, "a", 0.9) for each in "bcd"), like("c", "b", 0.9), like("d", "b", 0.9))
    said = correction("split", together=(("c", "d"), ("a", "b")), apart=((("c", "d"), ("a", "b")),))
    assert stories(points, table, None, said) == [{"a", "b"}, {"c", "d"}]


def test_two_stories_kept_apart_are_joined_by_no_third():
    said = correction("apart", apart=((("a",), ("b",)),))
    table = Table(like("b", "a", 0.9), like("c", "a", 0.8), like("c", "b", 0.9))
    assert stories(ABC, table, None, said) == [{"a"}, {"b", "c"}]


def test_of_two_words_on_one_pair_the_later_counts():
    merge = correction("merge", 1, together=(("a", "b"),))
    split = correction("split", 2, apart=((("b",), ("a",)),))
    assert stories(ABC[:2], Table(), None, merge, split) == [{"a"}, {"b"}]
    again = correction("merge", 3, together=(("a", "b"),))
    assert stories(ABC[:2], Table(), None, again, merge, split) == [{"a", "b"}]


NAMES = "abcdefg"
tables = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] > pair[1]),
    st.tuples(st.floats(0, 1), st.booleans(), st.booleans()),
)


def table_of(drawn) -> Table:
    return Table(
        *(
            like(a, b, score, Relation.COPY if copy and score > 0.7 else None, *(["1 / 2"] if odd else []))
            for (a, b), (score, copy, odd) in drawn.items()
        )
    )


@given(tables, st.permutations(NAMES))
def test_the_order_of_the_input_does_not_matter(drawn, order):
    points = {name: point(name, place / 2) for place, name in enumerate(NAMES)}
    assert stories([points[name] for name in order], table_of(drawn)) == stories(list(points.values()), table_of(drawn))


@given(tables)
def test_nobody_stands_in_a_story_whose_first_report_is_unlike_it_unless_as_a_copy(drawn):
    table = table_of(drawn)
    points = [point(name, place / 2) for place, name in enumerate(NAMES)]
    _, placed = replay(points, table.of(), table)
    for each in placed:
        if each.relation is Relation.RETELLING:
            held = table.rows.get((each.article, each.strand), like(each.article, each.strand, 0.0))
            assert held.relation is Relation.COPY or held.score >= 0.5 * CUT


@given(tables, st.integers(1, len(NAMES)))
def test_going_on_from_what_was_placed_gives_what_placing_all_gives(drawn, done):
    points = [point(name, place / 2) for place, name in enumerate(NAMES)]
    table = table_of(drawn)
    whole, placed = replay(points, table.of(), table)
    going_on = Clusters(table)
    for each, before in zip(points[:done], placed[:done], strict=True):
        going_on.adopt(each, f"strand {before.strand}", before.relation)
    for each in points[done:]:
        going_on.place(each, table.of().get(each.id, ()))
    assert going_on.stories() == whole.stories()


@pytest.mark.parametrize("order", list(permutations(["x", "y"])))
def test_a_story_that_falls_apart_goes_on_as_its_larger_part(order):
    groups = {"x": ["1", "2"], "y": ["3"]}
    before = {"1": "7", "2": "7", "3": "7"}
    assert named({name: groups[name] for name in order}, before) == {"x": "7", "y": None}
