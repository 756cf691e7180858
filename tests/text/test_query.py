"""What somebody typed, read kindly."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.text.query import day_of, read_query
from watcher.types import SearchQuery, Term


def test_words_phrases_and_fields_are_told_apart():
    found = read_query('nvidia "export rules" -gaming topic:ascend lang:DE outlet:"heise online" source:a-b h20*')
    assert found.terms == (Term(("nvidia",)), Term(("export", "rules")), Term(("h20",), begins=True))
    assert found.without == (Term(("gaming",)),)
    assert (found.topics, found.languages, found.sources) == (("ascend",), ("de",), ("a-b",))
    assert found.outlets == (Term(("heise", "online")),)
    assert found.ignored == ()


def test_a_date_is_that_of_the_zone_and_until_means_that_day_too():
    found = read_query("since:2026-03-09 until:2026-03", "Europe/Berlin")
    assert found.since == datetime(2026, 3, 8, 23, tzinfo=UTC)
    assert found.until == datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert day_of("2025") == (datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "typed", ["since:yesterday", "until:2026-13", "since:2026-02-30", "since:0000", "until:9999-12-31"]
)
def test_a_date_that_is_none_is_left_out_and_named(typed: str):
    found = read_query(f"nvidia {typed}")
    assert found.ignored == (typed,)
    assert found.since is found.until is None
    assert found.terms == (Term(("nvidia",)),)


@pytest.mark.parametrize(
    ("typed", "runs"),
    [
        ("ratio:3", [("ratio", "3")]),
        ('"never closed', [("never", "closed")]),
        ("“curly quotes”", [("curly", "quotes")]),
        ("https://a.example/b", [("https", "a", "example", "b")]),
        ("GPT-4", [("gpt", "4")]),
        ("AND OR NOT NEAR", [("and",), ("or",), ("not",), ("near",)]),
        ("a a a", [("a",)]),
        ("昇腾910C", [("昇腾", "910c")]),
    ],
)
def test_whatever_is_typed_is_taken_for_words(typed: str, runs: list[tuple[str, ...]]):
    assert [term.runs for term in read_query(typed).terms] == runs


def test_a_part_without_a_letter_is_named_as_left_out():
    assert read_query("*** nvidia -! topic:").ignored == ("***", "-!")


@given(st.text(max_size=200))
def test_no_text_is_an_error(typed: str):
    found = read_query(typed)
    assert isinstance(found, SearchQuery)
    assert found.text == typed


@given(st.lists(st.sampled_from(["topic:", "-", '"', "since:", "2026", "x", " ", "*", ":", "outlet:", "”", "9" * 30])))
def test_no_heap_of_signs_is_an_error(parts: list[str]):
    typed = "".join(parts)
    found = read_query(typed, "Pacific/Chatham")
    assert found.text == typed
    for term in (*found.terms, *found.without, *found.outlets):
        assert term.runs
        assert all(term.runs)  # an empty one would stand everywhere
    assert found.is_void == (found.is_empty and typed.strip() != "")


def test_a_query_of_a_thousand_words_is_cut_and_says_so():
    found = read_query(" ".join(f"w{number}" for number in range(200)))
    assert len(found.terms) == 32
    assert found.ignored[0] == "w32"
