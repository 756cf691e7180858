"""From the signals' evidence to a chance: how likely it is that two documents tell the same news.

`terms` turns what the signals saw into numbers to weigh, `model` weighs them. The weights are a readable file,
`weights.json`, made by `bench/train_judge.py`.
"""

from __future__ import annotations

from watcher.stories.verdict.model import FACTS, MEANING, Linear, Model, Weighed, load, shipped
from watcher.stories.verdict.terms import MEANING_TERMS, TERMS, terms

__all__ = ["FACTS", "MEANING", "MEANING_TERMS", "TERMS", "Linear", "Model", "Weighed", "load", "shipped", "terms"]
