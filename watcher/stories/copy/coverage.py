"""The rules both ways of comparing share: how coverage is weighed, how little is too little, what makes a template.

News is told from the top: a text cut short keeps the lead, a quotation or a paragraph "About the company" shared by two
stories lies below it. So the first half of a text weighs three times the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CUT = 0.55
"""From here on it is the same text."""
SMALLEST = 15.0
"""Words that have to be shared at least: a headline or a notice is no text."""
ENOUGH = 40.0
SMALLEST_SHARE = 0.05
"""Of the larger text, unless `ENOUGH` words are shared: a teaser in a list of links is not a story on that page."""
QUOTED = 0.48
"""Below this share of both texts a passage is a quotation, wherever it stands."""
_PLAIN = 0.05
"""What coverage without the weight of the lead has to bring more."""
_TOP = 0.08
"""A covered part that begins above this begins with the lead."""
CORE = 0.4
"""Share of a story that may be exchanged between two shared passages, or below one at the top of both texts; more means
a common frame around two stories. An editor's new paragraph is a third of a very short story."""
_WHOLE = 0.97
"""The seams of passages leave a word or two: from here on a text is covered."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """How many words of a kind stand where the other text has others, and how many both have."""

    other: int
    same: int

    @property
    def share(self) -> float:
        """The exchanged part."""
        return self.other / (self.other + self.same) if self.other else 0.0


def weighed(spans: Iterable[tuple[float, float, float]]) -> float:
    """The covered part of a text, of spans (from, to, how surely) with places from 0 (top) to 1 (end).

    The weight of the lead counts only where the covered part begins with it.
    """
    plain = led = 0.0
    top = 1.0
    for start, end, share in spans:
        plain += share * (end - start)
        led += share * (end * (2 - end) - start * (2 - start))
        top = min(top, start)
    if plain >= _WHOLE:
        return 1.0
    return max(plain - _PLAIN, led if top <= _TOP else 0.0)


def is_template(figures: Exchanged, names: Exchanged, is_misread: bool) -> bool:
    """True when too many figures or names are exchanged for an edited copy.

    An editor leaves nearly all figures alone; a scanner misreads them as it misreads words, so where words are misread
    (or where that cannot be seen) more has to differ.
    """
    if not is_misread and figures.other and not figures.same:
        return True
    both = Exchanged(figures.other + names.other, figures.same + names.same)
    return (
        (figures.other >= 2 and figures.share >= (0.45 if is_misread else 0.34))
        or (names.other >= 3 and names.share >= (0.6 if is_misread else 0.5))
        or (figures.other >= 1 and both.other >= 3 and both.share >= (0.5 if is_misread else 0.4))
    )


def is_form(figures: Exchanged, names: Exchanged, filled: float) -> bool:
    """True when a few figures are exchanged and hardly anything else is: one form with most fields filled alike.

    `filled` is the share of all differences that exchange a figure for a figure or a name for a name. An editor who
    touches figures touches many more words; one who corrects two of twenty figures in a long text is left alone.
    """
    few = figures.other >= 2 and filled >= 0.25
    named = figures.other and figures.other + names.other >= 3 and filled >= 0.5
    return bool(few or named) and figures.share >= 0.2


def is_quoted(in_a: Sequence[tuple[float, float, float]], in_b: Sequence[tuple[float, float, float]]) -> bool:
    """True when less than half of either text is shared: a passage two stories quote, even if one opens with it.

    A story cut off after its first part fills what is left of its page: it makes up most of one of the two.
    """
    return max(sum(share * (end - start) for start, end, share in spans) for spans in (in_a, in_b)) < QUOTED
