"""Whether a page can be about a topic, from its bytes: nothing is parsed, and nothing is lost.

A page passes when one of a topic's names may be in it, or a weak name and one of the words it needs. What passes is
read like any page; what does not, the matcher would find no topic in.
"""

from __future__ import annotations

from collections.abc import Sequence

from watcher.markup.decoding import in_utf8
from watcher.text.rawfinder import RawFinder
from watcher.text.rawpage import RawPage, raw_pages
from watcher.topics.context import Needed
from watcher.types import Page, TopicRule


class PageFilter:
    """Made once from the topics' rules."""

    def __init__(self, rules: Sequence[TopicRule]) -> None:
        self._rules = tuple(rules)
        entries = [
            (rule, name, weak) for rule in rules for names, weak in _kinds(rule) for name in dict.fromkeys(names)
        ]
        self._entries = entries
        self._names = RawFinder([name for _, name, _ in entries])
        self._always = any(not self._entries[index][2] for index in self._names.always)
        needs = {rule.id: Needed(rule) for rule in self._rules}
        self._needs = {topic: (needed, RawFinder(needed.terms)) for topic, needed in needs.items()}
        self._signs = frozenset().union(self._names.signs, *(finder.signs for _, finder in self._needs.values()))

    def __call__(self, page: Page) -> bool:
        """False only for a page in whose article the matcher would find no topic."""
        if self._always:
            return True
        data = in_utf8(page)
        if data is None:
            return True
        pages = raw_pages(data, self._signs)
        if pages is None:
            return True
        weak: dict[str, set[str]] = {}
        for each in pages:
            for index in self._names.find(each):
                rule, name, is_weak = self._entries[index]
                if not is_weak:
                    return True
                weak.setdefault(rule.id, set()).add(name)
        return any(self._may_count(topic, names, pages) for topic, names in weak.items())

    def _may_count(self, topic: str, names: set[str], pages: Sequence[RawPage]) -> bool:
        needed, finder = self._needs[topic]
        words = {needed.terms[index] for each in pages for index in finder.find_closely(each)}
        return needed.may_count(names, words)


def _kinds(rule: TopicRule) -> tuple[tuple[tuple[str, ...], bool], ...]:
    return (rule.names, False), (rule.weak, True)
