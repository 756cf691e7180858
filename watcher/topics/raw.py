"""Whether a page can be about a topic, from its bytes: nothing is parsed, and nothing is lost.

A page passes when one of a topic's names may be in it, or a weak name and one of the words it needs. What passes is
read like any page; what does not, the matcher would find no topic in.
"""

from __future__ import annotations

from collections.abc import Sequence

from watcher.markup.decoding import in_utf8
from watcher.text.rawfinder import RawFinder
from watcher.text.rawpage import raw_pages
from watcher.topics.context import needed_terms
from watcher.types import Page, TopicRule


class PageFilter:
    """Made once from the topics' rules."""

    def __init__(self, rules: Sequence[TopicRule]) -> None:
        self._rules = tuple(rules)
        entries = [
            (rule, name, weak) for rule in rules for names, weak in _kinds(rule) for name in dict.fromkeys(names)
        ]
        self._entries = [(rule, weak) for rule, _, weak in entries]
        self._names = RawFinder([name for _, name, _ in entries])
        self._always = any(not self._entries[index][1] for index in self._names.always)
        self._needs = {rule.id: RawFinder(needed_terms(rule)) for rule in self._rules}

    def __call__(self, page: Page) -> bool:
        """False only for a page in whose article the matcher would find no topic."""
        if self._always:
            return True
        data = in_utf8(page)
        if data is None:
            return True
        pages = raw_pages(data)
        weak: set[str] = set()
        for each in pages:
            for index in self._names.find(each):
                rule, is_weak = self._entries[index]
                if not is_weak:
                    return True
                weak.add(rule.id)
        return any(self._needs[topic].find_closely(each) for topic in weak for each in pages)


def _kinds(rule: TopicRule) -> tuple[tuple[tuple[str, ...], bool], ...]:
    return (rule.names, False), (rule.weak, True)
