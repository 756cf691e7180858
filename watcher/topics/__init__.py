"""Topics: names in many scripts, found as people write them, and what a text is about."""

from __future__ import annotations

from watcher.topics.groups import GROUPS
from watcher.topics.matcher import ABOUT, MENTION, Hit, TopicExplanation, TopicMatcher

__all__ = ["ABOUT", "GROUPS", "MENTION", "Hit", "TopicExplanation", "TopicMatcher"]
