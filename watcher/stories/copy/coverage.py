"""The rules both ways of comparing share: how coverage is weighed, how little is too little, what makes a template.

News is told from the top: a text cut short keeps the lead, a quotation or a paragraph "About the company" shared by two
stories lies below it. So the first half of a text weighs three times the second.
"""

from __future__ import annotations

from collections.abc import Iterable

CUT = 0.55
"""From here on it is the same text."""
SMALLEST = 15.0
"""Words that have to be shared at least: a headline or a notice is no text."""
ENOUGH = 40.0
SMALLEST_SHARE = 0.05
"""Of the larger text, unless `ENOUGH` words are shared: a teaser in a list of links is not a story on that page."""
_PLAIN = 0.1
"""What coverage without the weight of the lead has to bring more."""
_WHOLE = 0.97
"""The seams of passages leave a word or two: from here on a text is covered."""


def weighed(spans: Iterable[tuple[float, float, float]]) -> float:
    """The covered part of a text, of spans (from, to, how surely) with places from 0 (top) to 1 (end)."""
    plain = led = 0.0
    for start, end, share in spans:
        plain += share * (end - start)
        led += share * (end * (2 - end) - start * (2 - start))
    return 1.0 if plain >= _WHOLE else max(led, plain - _PLAIN)


def is_template(other_figures: int, same_figures: int, other_names: int, same_names: int) -> bool:
    """True when too many figures or names are exchanged for an edited copy."""
    figures = _share(other_figures, same_figures)
    names = _share(other_names, same_names)
    both = _share(other_figures + other_names, same_figures + same_names)
    return (
        (other_figures >= 2 and figures >= 0.34)
        or (other_names >= 3 and names >= 0.5)
        or (other_figures >= 1 and other_figures + other_names >= 3 and both >= 0.4)
    )


def _share(other: int, same: int) -> float:
    return other / (other + same) if other else 0.0
