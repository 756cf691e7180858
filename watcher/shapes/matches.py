"""What a document is to another, as programs get it: the contract's shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from watcher.types import Match, Relation


def match_row(match: Match | None) -> dict[str, Any] | None:
    """A match with its evidence; None where the two have nothing to do with each other."""
    if match is None or match.relation is Relation.NEW:
        return None
    return {**short_row(match), "evidence": evidence_row(match)}


def short_row(match: Match) -> dict[str, Any]:
    """A match without its evidence."""
    return {"id": match.id, "relation": match.relation.value, "score": match.score}


def evidence_row(match: Match) -> dict[str, Any]:
    """Evidence as JSON."""
    row: Mapping[str, Any] = asdict(match.evidence)
    return {**row, "signals": dict(match.evidence.signals)}
