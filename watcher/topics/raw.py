"""Whether a page can be about a topic, from its bytes."""

from __future__ import annotations

from collections.abc import Sequence

from watcher.types import Page, TopicRule


class PageFilter:
    """Made once from the topics' rules."""

    def __init__(self, rules: Sequence[TopicRule]) -> None:
        self._rules = tuple(rules)

    def __call__(self, page: Page) -> bool:
        """False only for a page in which the matcher would find nothing."""
        return bool(self._rules and page.body)
