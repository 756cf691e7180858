"""What a rule is tried on, as the store gives it out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from watcher.store.opened import Opened
from watcher.store.subjects import passed_articles, passed_leads
from watcher.types import PassedText


class SubjectReads(Opened):
    """Texts to try a rule on."""

    def passed_by(self, since: datetime) -> Iterator[PassedText]:
        """Everything found since a moment that a rule can be tried on, newest first: articles, then off-topic leads.

        A lead's language is what its source is written in: the caller knows that.
        """
        with self._reading() as connection:
            yield from passed_articles(connection, since)
        with self._reading() as connection:
            yield from passed_leads(connection, since)
