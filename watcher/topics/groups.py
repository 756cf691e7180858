"""Kinds of article a topic can leave out: share prices, offers, games, product tests.

The title decides and the body must agree: an article belongs to a group when its title speaks the group's language and
its body goes on doing so. Words of real news in the title (figures of a quarter, export rules, a launch) keep it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from watcher.text.cues import Cues, Spoken
from watcher.text.fold import folded
from watcher.topics.cues import CUES

# How much of a body is looked at: what it is about shows early, and comments follow late.
LOOKED_AT = 3000
# A body shorter than this says too little to agree with its title.
TEASER = 60


@dataclass(frozen=True, slots=True)
class _Group:
    body: Cues
    needed: int  # different cues in the body


_PRICE = re.compile(
    r"[$€£¥₽₺₩]\s?\d|r\$\s?\d|\d[\d.,\s]*\s?(?:[$€£₽₺₩]|eur(?:o|os)?\b|dollars?\b|zł|zl\b|руб|円|元|원|tl\b|lira|reais)"
)
_GROUPS = {
    name: _Group(Cues({name: cues["title"] + "|" + cues["body"]}), 1 if name == "deals" else 2)
    for name, cues in CUES.items()
    if name != "news"
}
GROUPS = tuple(_GROUPS)


def _news(name: str) -> str:
    """The list of words of real news that keep an article, whatever else its title says of a group."""
    return f"{name} news"


_TITLES = Cues(
    {name: CUES[name]["title"] for name in GROUPS}
    | {_news(name): CUES["news"]["title"] + "|" + CUES[name]["news"] for name in GROUPS}
)


@lru_cache(maxsize=64)  # a title is asked about each group in turn
def _title(heading: str) -> Spoken:
    return _TITLES.of(heading)


def titled(name: str, heading: str) -> int:
    """How many different words of a group a title (folded) has, whatever else it says."""
    return len(_title(heading).words(name))


def left_out(groups: Sequence[str], title: str, text: str) -> str | None:
    """The first of these groups that is the main matter of a text; None when none is, or for names we do not know."""
    heading = folded(title)
    spoken = [name for name in groups if name in _GROUPS and speaks(name, heading)]
    body = folded(text[:LOOKED_AT]) if spoken else ""
    return next((name for name in spoken if _is_main(name, heading, body)), None)


def speaks(name: str, heading: str) -> bool:
    """True for a title (folded) in the language of a group, without a word of real news."""
    spoken = _title(heading)
    return name in spoken and _news(name) not in spoken


def _is_main(name: str, heading: str, body: str) -> bool:
    titled = _title(heading).words(name)
    if len(body.strip()) < TEASER:
        # A headline (almost) alone has to say it twice: "Game Ready driver", "deals: save $300".
        return len(_support(name, f"{heading}\n{body}") | titled) >= 2
    # The more the title says itself, the less the body has to add.
    return len(_support(name, body)) >= max(1, _GROUPS[name].needed - (len(titled) - 1))


def _support(name: str, text: str) -> set[str]:
    """The different cues of a group in a text; for offers, any price is one more."""
    found = set(_GROUPS[name].body.of(text).words(name))
    if name == "deals" and _PRICE.search(text):
        found.add("a price")
    return found
