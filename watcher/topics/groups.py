"""Kinds of article a topic can leave out."""

from __future__ import annotations

from collections.abc import Sequence

GROUPS = ("stocks", "deals", "gaming", "reviews")


def left_out(groups: Sequence[str], title: str, text: str) -> str | None:
    """The first of these groups that is the main matter of a text; None when none is."""
    return None
