"""Cues against the plainest reading of what a list promises: one cue after the other, by a pattern of its own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.text.automaton import Automaton
from watcher.text.cues import Cues

LISTS = {
    "forms": "how to|tutorial*|^best|^why|c++|昇腾|ai*|ai|a|^如何",
    "rumours": "leak*|leaker|rumour|\n слух* |루머|best buy|buy",
    "none": "\n",
}
PIECES = [
    "how to", "tutorial", "tutorials", "best", "best buy", "buyer", "why", "c++", "昇腾", "ai", "aim", "leak", "leaker",
    "leaky", "слухи", "루머는", "如何", " ", " ", ": ", "|", "_", "-", "é", "7", "(", "» ", "」", "\ud800", "、",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)


def plainly(written: str, text: str) -> set[tuple[int, int]]:
    """Where one cue stands, by a pattern of its own."""
    word = written.strip().removeprefix("^")
    stem = re.escape(word.removesuffix("*"))
    if re.match(r"[0-9a-z\u0370-\u052f]", word):
        stem = rf"(?<!\w){stem}"
        if word[-1].isalnum():
            stem += r"(?!\w)"
    found = {match.span(1) for match in re.finditer(f"(?=({stem}))", text)}
    if not written.strip().startswith("^"):
        return found
    return {(start, end) for start, end in found if re.search(r"(?:^|[:|–—\]】）)»])\W*\Z", text[:start])}


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_a_text_speaks_the_lists_of_which_a_cue_stands_in_it(text: str):
    spoken = Cues(LISTS).of(text)
    for name, cues in LISTS.items():
        places = set().union(*(plainly(cue, text) for cue in re.split(r"[|\n]", cues) if cue.strip()), set())
        assert set(spoken.places.get(name, ())) == places
        assert (name in spoken) == bool(places)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("best buy", {"best buy"}),  # the longest, and none over another
        ("leaker leaks", {"leaker", "leak"}),
        ("buy buy", {"buy"}),
        ("lebest buyer", set()),
    ],
)
def test_different_cues_are_counted_once_and_none_over_another(text: str, words: set[str]):
    assert Cues(LISTS).of(text).words("rumours") == words


def test_strings_are_found_beside_half_a_surrogate_pair_and_none_are_found_of_none():
    assert Automaton(["b"]).places("a\ud800b") == [(0, 2, 3)]
    assert Automaton([]).places("anything") == []
