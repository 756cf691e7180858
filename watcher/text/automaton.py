"""Where any of many strings stands in a text: one pass, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence

from ahocorasick_rs import AhoCorasick, Implementation


class Automaton:
    """Made once of its strings, used for every text."""

    def __init__(self, strings: Sequence[str]) -> None:
        self._automaton = AhoCorasick(strings, implementation=Implementation.DFA) if strings else None

    def places(self, text: str) -> list[tuple[int, int, int]]:
        """Every place where one of the strings stands, overlapping ones too: which of them, its start and its end.

        Half a surrogate pair in the text raises UnicodeEncodeError: a folded text has none.
        """
        if self._automaton is None:
            return []
        return self._automaton.find_matches_as_indexes(text, overlapping=True)
