"""The documents that are already known, and what told them lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watcher.web.reading.desk import Desk
from watcher.web.reading.lines import Line, line_of

_PAGE = 30
_TELLERS = 5


@dataclass(frozen=True, slots=True)
class Known:
    """A known document and the last articles that tell it."""

    id: str
    title: str
    language: str
    topics: tuple[str, ...]
    published: datetime | None
    as_text: bool  # its text is here, and not its fingerprint alone
    tellers: tuple[Line, ...]


def known_values(desk: Desk, page: int) -> dict[str, Any]:
    """The known documents, in the order of their files."""
    seeds = desk.seeds()
    pages = max(1, -(-len(seeds) // _PAGE))
    page = min(max(page, 1), pages)
    here = seeds[(page - 1) * _PAGE : page * _PAGE]
    tellers = desk.store.tellers([seed.id for seed in here], _TELLERS)
    known = tuple(
        Known(
            id=seed.id,
            title=seed.title or seed.id,
            language=seed.language,
            topics=tuple(desk.topics.get(topic, topic) for topic in seed.topics),
            published=seed.published,
            as_text=seed.fingerprint is None,
            tellers=tuple(line_of(each) for each in tellers[seed.id]),
        )
        for seed in here
    )
    return {"known": known, "count": len(seeds), "page": page, "pages": pages}
