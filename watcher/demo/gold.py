"""What is true about every article of the newsroom, by its address: the measure of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from watcher.demo.content import Piece, Stance
from watcher.demo.server import Newsroom


@dataclass(frozen=True, slots=True)
class Gold:
    """The truth about one article. `of` holds the addresses of the earlier articles it is a copy or retelling of."""

    id: str
    url: str
    outlet: str
    language: str
    published: datetime
    story: str
    relation: Literal["new", "copy", "retelling", "related"]
    of: tuple[str, ...]
    seeds: tuple[str, ...]  # the seeds that tell this story already: any of them is right
    topics: Mapping[str, Stance]  # empty: off-topic
    adds: tuple[str, ...]  # a retelling's sentences with facts that were not told before: an update has to quote them
    edit: str  # how a copy was made: verbatim, recased, wire, cut, wrapped, joined, shuffled, ocr, lookalike
    trap: str
    reach: Literal["page", "headline", "never"]  # how much of it a polite watcher can read


def gold(newsroom: Newsroom) -> dict[str, Gold]:
    """The truth about everything the newsroom publishes, whenever it appears."""
    by_id = {piece.id: piece for piece in newsroom.content.pieces}
    return {newsroom.url(piece): _truth(newsroom, piece, by_id) for piece in newsroom.content.pieces}


def _truth(newsroom: Newsroom, piece: Piece, by_id: Mapping[str, Piece]) -> Gold:
    outlet = newsroom.content.outlets[piece.outlet]
    walled = {"paywall", "consent", "forbidden", "robots"} & set(outlet.manners)
    lost = {"gone", "broken"} & set(outlet.manners)
    return Gold(
        id=piece.id,
        url=newsroom.url(piece),
        outlet=outlet.name,
        language=outlet.language,
        published=newsroom.day_one + piece.offset,
        story=piece.story,
        relation=piece.relation,
        of=tuple(newsroom.url(by_id[name]) for name in piece.of if not name.startswith("seed:")),
        seeds=tuple(name.removeprefix("seed:") for name in piece.of if name.startswith("seed:")),
        topics=piece.topics,
        adds=piece.adds,
        edit=piece.edit,
        trap=piece.trap,
        reach="never" if lost else "headline" if walled else "page",
    )
