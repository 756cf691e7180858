"""What somebody said by hand, as programs get it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from watcher import marking
from watcher.marking import Marked

if TYPE_CHECKING:
    from watcher.store import SqlStore


def marked(store: SqlStore, now: datetime) -> tuple[Marked, ...]:
    """Every mark with what became of it."""
    marks = store.marks()
    members = store.members({article for mark in marks for article in mark.articles})
    headlines = store.headlines({mark.articles[0] for mark in marks if mark.articles})
    return marking.listing(marks, members, headlines, store.sums(), now)


def mark_row(each: Marked) -> dict[str, Any]:
    """A mark for programs."""
    mark, head = each.mark, each.headline
    return {
        "id": mark.id,
        "kind": mark.kind,
        "state": each.state,
        "made": mark.made.isoformat(),
        "until": mark.until.isoformat() if mark.until else None,
        "undone": mark.undone.isoformat() if mark.undone else None,
        "story": each.story,
        "headline": head.title if head else None,
        "url": head.url if head else None,
        "articles": list(mark.articles),
        "outlet": mark.outlet or None,
        "phrase": mark.phrase or None,
        "topic": mark.topic or None,
        "source": mark.source or None,
        "note": mark.note,
        "kept": {"articles": each.did.articles, "stories": each.did.stories},
    }
