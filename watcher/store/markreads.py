"""Marks as an open archive gives them back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from watcher.store import marks as rows
from watcher.store.opened import Opened
from watcher.types import Grown, Headline, Mark, Member, Story, Sum


class MarkReads(Opened):
    """What an open archive knows of marks."""

    def marks(self) -> tuple[Mark, ...]:
        """All of them, those taken back included, the oldest first."""
        with self._reading() as connection:
            return rows.listed(connection)

    def marks_on(self, articles: Collection[int]) -> tuple[Mark, ...]:
        """Those that were said of one of these articles."""
        with self._reading() as connection:
            return rows.on(connection, articles)

    def members(self, articles: Collection[int]) -> tuple[Member, ...]:
        """Every article of every story that holds one of these."""
        with self._reading() as connection:
            return rows.members(connection, articles)

    def headlines(self, articles: Collection[int]) -> dict[int, Headline]:
        """These articles as a list shows them."""
        with self._reading() as connection:
            return rows.headlines(connection, articles)

    def outlets(self, since: datetime) -> tuple[tuple[str, str], ...]:
        """The outlets of articles found since a moment, each with an address: one for every site."""
        with self._reading() as connection:
            return rows.outlets(connection, since)

    def kept_back(self, marks: Collection[int], schedule: str, since: datetime) -> frozenset[int]:
        """The articles found since a moment that these marks kept out of editions of a schedule."""
        with self._reading() as connection:
            return rows.kept_back(connection, marks, schedule, since)

    def holding(self, articles: Collection[int], schedule: str) -> tuple[tuple[Story, ...], tuple[Grown, ...]]:
        """The stories of these articles: those not told by that schedule; and the others, as grown by these."""
        with self._reading() as connection:
            return rows.holding(connection, articles, schedule)

    def sums(self) -> dict[int, Sum]:
        """How many articles each mark kept from editions (or brought), and of how many stories as they are now."""
        with self._reading() as connection:
            return rows.sums(connection)
