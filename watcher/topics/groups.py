"""Kinds of article a topic can leave out: share prices, offers, games, product tests.

The title decides and the body must agree: an article belongs to a group when its title speaks the group's language and
its body goes on doing so. Words of real news in the title (figures of a quarter, export rules, a launch) keep it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from watcher.text.fold import folded
from watcher.topics.cues import CUES

# How much of a body is looked at: what it is about shows early, and comments follow late.
LOOKED_AT = 3000
# A body shorter than this says too little to agree with its title.
TEASER = 60


def cue_pattern(cues: str) -> re.Pattern[str]:
    """One pattern for cues separated by `|` or lines; `word*` takes any ending, other words stand alone.

    In scripts without spaces, and in those that write particles onto words, a cue may stand anywhere. Cues with a
    common beginning are tried together: one after the other, 500 of them took ten times as long.
    """
    spaced, joined = _Branch(), _Branch()
    for cue in re.split(r"[|\n]", cues):
        word = folded(cue.strip())
        if word:
            stem = word.removesuffix("*")
            is_spaced = re.match(r"[0-9a-z\u0370-\u052f]", word) is not None
            is_closed = is_spaced and not word.endswith("*") and word[-1].isalnum()
            (spaced if is_spaced else joined).grow(stem, is_closed)
    branches = [(r"(?<!\w)", spaced), ("", joined)]
    written = [f"{before}(?:{branch.written()})" for before, branch in branches if branch.further]
    return re.compile("|".join(written) or r"(?!)")


class _Branch:
    """What may follow a beginning of cues: further signs, or the end of one."""

    def __init__(self) -> None:
        self.further: dict[str, _Branch] = {}
        self._ends: set[str] = set()

    def grow(self, rest: str, is_closed: bool) -> None:
        if rest:
            self.further.setdefault(rest[0], _Branch()).grow(rest[1:], is_closed)
        else:
            self._ends.add(r"(?!\w)" if is_closed else "")

    def written(self) -> str:
        """As a pattern: the longer cue before the shorter one."""
        rest = [re.escape(sign) + branch.written() for sign, branch in self.further.items()]
        rest += ["" if "" in self._ends else end for end in sorted(self._ends)[:1]]
        return rest[0] if len(rest) == 1 else f"(?:{'|'.join(rest)})"


@dataclass(frozen=True, slots=True)
class _Group:
    title: re.Pattern[str]
    body: re.Pattern[str]
    news: re.Pattern[str]
    needed: int  # different cues in the body


_PRICE = re.compile(
    r"[$€£¥₽₺₩]\s?\d|r\$\s?\d|\d[\d.,\s]*\s?(?:[$€£₽₺₩]|eur(?:o|os)?\b|dollars?\b|zł|zl\b|руб|円|元|원|tl\b|lira|reais)"
)
_GROUPS = {
    name: _Group(
        cue_pattern(cues["title"]),
        cue_pattern(cues["title"] + "|" + cues["body"]),
        cue_pattern(CUES["news"]["title"] + "|" + cues["news"]),
        1 if name == "deals" else 2,
    )
    for name, cues in CUES.items()
    if name != "news"
}
GROUPS = tuple(_GROUPS)


def titled(name: str, heading: str) -> int:
    """How many different words of a group a title (folded) has, whatever else it says."""
    return len(set(_GROUPS[name].title.findall(heading)))


def left_out(groups: Sequence[str], title: str, text: str) -> str | None:
    """The first of these groups that is the main matter of a text; None when none is, or for names we do not know."""
    heading = folded(title)
    spoken = [name for name in groups if name in _GROUPS and speaks(name, heading)]
    body = folded(text[:LOOKED_AT]) if spoken else ""
    return next((name for name in spoken if _is_main(_GROUPS[name], heading, body, with_prices=name == "deals")), None)


def speaks(name: str, heading: str) -> bool:
    """True for a title (folded) in the language of a group, without a word of real news."""
    group = _GROUPS[name]
    return group.title.search(heading) is not None and group.news.search(heading) is None


def _is_main(group: _Group, heading: str, body: str, with_prices: bool) -> bool:
    titled = set(group.title.findall(heading))
    if len(body.strip()) < TEASER:
        # A headline (almost) alone has to say it twice: "Game Ready driver", "deals: save $300".
        return len(_support(group, f"{heading}\n{body}", with_prices) | titled) >= 2
    # The more the title says itself, the less the body has to add.
    return len(_support(group, body, with_prices)) >= max(1, group.needed - (len(titled) - 1))


def _support(group: _Group, text: str, with_prices: bool) -> set[str]:
    """The different cues of a group in a text; for offers, any price is one more."""
    found: set[str] = set(group.body.findall(text))
    if with_prices and _PRICE.search(text):
        found.add("a price")
    return found
