"""What every shape is, and the words they share."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Relation = Literal["copy", "retelling", "related", "new"]
Role = Literal["outlet", "primary", "forum", "aggregator"]
HeadlineOnly = Literal[
    "paywall", "consent-wall", "forbidden", "robots", "unreachable", "unreadable", "not-an-article", "too-short",
    "feed-only", "removed",
]  # fmt: skip


class Shape(BaseModel):
    """Nothing but these fields."""

    model_config = ConfigDict(extra="forbid")


class Error(Shape):
    """What went wrong, in a line."""

    error: str
