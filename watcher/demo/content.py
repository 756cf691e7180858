"""The newsroom's content: outlets and the pieces they publish, read from the data files beside this module.

Everything in `newsroom/` is invented for the demonstration: outlets, people quoted by name, events. A piece is what an
outlet publishes; what the watcher reads out of its page is an `Article`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Literal

# A Thursday: the prose names weekdays, so the demonstration has a date of its own. Day 1 is the 24 hours before it.
DAY_ONE = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)
DAY_TWO = DAY_ONE + timedelta(days=1)
DAY_THREE = DAY_ONE + timedelta(days=2)
DAYS = (DAY_ONE, DAY_TWO, DAY_THREE)  # the moments of the three editions

Format = Literal["rss2", "rss091", "rdf", "atom", "atom03", "json"]
Manner = Literal["gone", "broken", "slow", "moved", "paywall", "consent", "forbidden", "robots", "tracking"]
Stance = Literal["about", "mention"]

_OFFSET = re.compile(r"([+-])(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")


@dataclass(frozen=True, slots=True)
class Outlet:
    """One newsroom: its name and voice on the page, and how its server behaves."""

    id: str
    name: str
    language: str
    tagline: str
    sections: tuple[str, ...]
    newsletter: str
    imprint: str
    layout: str
    format: Format = "rss2"
    feed: str = "/feed.xml"
    old_feed: str | None = None  # answers with a permanent redirect to `feed`
    encoding: str = "utf-8"  # of feed and pages
    full: bool = False  # the feed carries whole articles
    validators: Literal["both", "etag", "last-modified", "none"] = "both"
    archive: Literal["", "rfc5005", "wordpress"] = ""
    manners: tuple[Manner, ...] = ()
    subject: bool = False  # writes about chips and models anyway: all its pages are read
    role: Literal["outlet", "forum"] = "outlet"

    @property
    def address(self) -> str:
        """The path a reader has subscribed to."""
        return self.old_feed or self.feed


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece as its newsroom publishes it, with what is true about it (`story`, `relation`, `topics`)."""

    id: str
    outlet: str
    path: str
    offset: timedelta  # from day one's "now"
    title: str
    body: str  # paragraphs separated by blank lines; "## " begins a subheading, "> " a quotation, "- " a list item
    authors: tuple[str, ...]
    story: str
    relation: Literal["new", "copy", "retelling", "related"]
    of: tuple[str, ...]  # ids of pieces, or "seed:000"; empty for `new`
    topics: Mapping[str, Stance]
    edit: str = ""  # how a copy was made
    adds: tuple[str, ...] = ()  # the sentences of a retelling that hold what its story did not have before
    links: str = ""  # the piece whose address stands where the body says "{link}"
    trap: str = ""  # why this could be taken for something it is not
    teaser: str = ""
    related: tuple[str, ...] = ()  # headlines on the page that lead elsewhere

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.body.split("\n\n") if part.strip())

    @property
    def summary(self) -> str:
        """What the feed says about it: the teaser, else the first paragraph that is prose."""
        return self.teaser or next(part for part in self.paragraphs if not part.startswith(("## ", "> ", "- ")))

    @property
    def text(self) -> str:
        """The body without its marks, a paragraph a line."""
        return "\n".join(re.sub(r"(?m)^(?:## |> |- )", "", part) for part in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the newsroom can serve, read once."""

    outlets: Mapping[str, Outlet]
    pieces: tuple[Piece, ...]  # by publication, then id
    phrases: Mapping[str, Mapping[str, str]]  # by language: the words around an article


@cache
def load_content() -> Content:
    """Reads the bundled data files; the result is shared and frozen."""
    folder = resources.files("watcher.demo") / "newsroom"
    outlets = tomllib.loads((folder / "outlets.toml").read_text("utf-8"))["outlets"]
    phrases = tomllib.loads((folder / "phrases.toml").read_text("utf-8"))
    pieces = [
        _piece(outlet.name, file)
        for outlet in (folder / "articles").iterdir()
        for file in outlet.iterdir()
        if file.name.endswith(".md")
    ]
    return Content(
        {row["id"]: Outlet(**_tuples(row)) for row in outlets},
        tuple(sorted(pieces, key=lambda piece: (piece.offset, piece.id))),
        phrases,
    )


def _piece(outlet: str, file: Traversable) -> Piece:
    _, front, body = file.read_text("utf-8").split("+++\n", 2)
    fields = _tuples(tomllib.loads(front))
    offset = parse_offset(fields.pop("published"))
    slug = file.name.removesuffix(".md")
    return Piece(id=f"{outlet}/{slug}", outlet=outlet, offset=offset, body=body.strip(), **fields)


def parse_offset(text: str) -> timedelta:
    """`-1d2h30m` as a span of time."""
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise ValueError(f"not an offset like -1d2h30m: {text!r}")
    sign, *numbers = found.groups(default="0")
    days, hours, minutes = map(int, numbers)
    return timedelta(days=days, hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
