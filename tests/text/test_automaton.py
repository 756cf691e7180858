"""What stands where in bytes: the same places whichever library looks for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.text import automaton
from watcher.text.automaton import BytesAutomaton, Marks

_LETTERS = st.lists(st.sampled_from([b"a", b"b", b"<", b">", b"\x00", b"\\", b"\xd0", b"\xff", b"\n"]), max_size=40)
_STRINGS = st.lists(_LETTERS.filter(bool).map(lambda parts: b"".join(parts)[:5]), min_size=1, max_size=12, unique=True)


def _naive(strings: list[bytes], data: bytes) -> list[tuple[int, int, int]]:
    return sorted(
        (index, start, start + len(string))
        for index, string in enumerate(strings)
        for start in range(len(data))
        if data.startswith(string, start)
    )


@given(_STRINGS, _LETTERS.map(b"".join))
def test_every_place_of_every_string_is_found(strings: list[bytes], data: bytes) -> None:
    assert sorted(BytesAutomaton(strings).places(data)) == _naive(strings, data)


@given(_STRINGS, _LETTERS.map(b"".join))
def test_without_the_faster_library_the_same_is_found(strings: list[bytes], data: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(automaton, "_scanner", lambda _: None)
        assert sorted(BytesAutomaton(strings).places(data)) == _naive(strings, data)


def test_of_no_strings_none_is_found() -> None:
    assert BytesAutomaton([]).places(b"anything") == []
    assert BytesAutomaton([]).present(b"anything") == set()


@given(_LETTERS.map(b"".join))
def test_marks_are_found_from_the_left_and_nothing_else_is(data: bytes) -> None:
    marks = [b"<a", b"<b", b">"]
    assert Marks(marks).places(data) == sorted(_naive(marks, data), key=lambda place: place[1])


def test_what_only_widens_the_search_is_no_mark() -> None:
    assert Marks([b"<a"]).places(b"".join(automaton._NOWHERE % code for code in range(1, 5)) + b"<a") == [(0, 44, 46)]
