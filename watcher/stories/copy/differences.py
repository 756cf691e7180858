"""What differs where two texts agree: an editor exchanges words, a template exchanges figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from watcher.stories.copy.align import Aligned, Gap, between, in_common, is_near
from watcher.stories.copy.coverage import Exchanged, is_form, is_template
from watcher.stories.copy.prepared import Prepared
from watcher.text.tokens import is_figure
from watcher.types import Fact

_SCANNED = 0.02
"""Share of misspelt words from which a text counts as scanned: 2 % of misread characters make 5 %, an editor none."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Figures and names inside shared passages: those both texts have, and those one has where the other has others."""

    same_figures: frozenset[str]
    other_figures: frozenset[tuple[str, str]]
    same_names: frozenset[str]
    other_names: frozenset[tuple[str, str]]
    misread: float  # share of the words of the passages that are spelt a little differently
    places: int  # where in the passages the texts differ at all

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The differing figures and names as evidence: "5.1 / 6.3"."""
        figures = [Fact("number", f"{one} / {other}") for one, other in sorted(self.other_figures)]
        return (*figures, *(Fact("name", f"{one} / {other}") for one, other in sorted(self.other_names)))

    @property
    def is_template(self) -> bool:
        """True when too much differs for an edited copy: two bulletins filled into one form."""
        is_misread = self.misread >= _SCANNED
        other = [pair for pair in self.other_figures if not (is_misread and _is_damaged(*pair))]
        figures = Exchanged(len(other), len(self.same_figures))
        names = Exchanged(len(self.other_names), len(self.same_names))
        if is_template(figures, names, is_misread=is_misread):
            return True
        filled = len(other) + len(self.other_names)
        return not is_misread and is_form(figures, names, filled / max(1, self.places))


def differences(a: Prepared, b: Prepared, passages: Sequence[Aligned]) -> Differences:
    """Compares figures and names inside the passages of two texts, and in the sentences they leave over."""
    outer, alike = between(a, b, passages)
    pairs = [*(pair for passage in passages for pair in passage.equal), *alike]
    gaps = [*(gap for passage in passages for gap in passage.gaps), *outer]
    return Differences(
        same_figures=frozenset(a.words[i] for i, _ in pairs if is_figure(a.words[i])),
        other_figures=frozenset(found for gap in gaps for found in _exchanged(a, b, gap, _figures)),
        same_names=frozenset(a.words[i] for i, _ in pairs if a.is_name[i]),
        other_names=frozenset(found for gap in gaps for found in _exchanged(a, b, gap, _names)),
        misread=sum(a.words[i] != b.words[j] for i, j in pairs) / max(1, len(pairs)),
        places=sum(not _is_respaced(a, b, gap) for gap in gaps),
    )


def _exchanged(
    a: Prepared, b: Prepared, gap: Gap, kind: Callable[[Prepared, int, int], list[str]]
) -> list[tuple[str, str]]:
    """Words of a kind that stand where the other text has others of that kind; words merely moved do not count."""
    ours, theirs = kind(a, gap.a_start, gap.a_end), kind(b, gap.b_start, gap.b_end)
    if _is_respaced(a, b, gap) or (len(ours) != len(theirs) and _joined(ours) == _joined(theirs)):  # 1 9 9 6 is 1996
        return []
    only_ours = [word for word in ours if not any(is_near(word, other) for other in theirs)]
    only_theirs = [word for word in theirs if not any(is_near(word, other) for other in ours)]
    pairs = zip(only_ours, only_theirs, strict=False)
    return [(x, y) for x, y in pairs if x not in b.vocabulary or y not in a.vocabulary]


def _joined(words: Sequence[str]) -> str:
    return "".join(words).replace(".", "")


def _is_respaced(a: Prepared, b: Prepared, gap: Gap) -> bool:
    """True where the same letters are only parted otherwise."""
    return "".join(a.words[gap.a_start : gap.a_end]) == "".join(b.words[gap.b_start : gap.b_end])


def _is_damaged(one: str, other: str) -> bool:
    """True when a scanner may have made one of the other: half is still there, and a sign was lost or is no digit.

    91mc and 2.00 were 910c and 2000; 3480 and 3462 are two figures.
    """
    may_be = len(one) != len(other) or not (one + other).isdigit()
    return may_be and 2 * in_common(one, other) >= max(len(one), len(other))


def _figures(text: Prepared, start: int, end: int) -> list[str]:
    return [word for word in text.words[start:end] if is_figure(word)]


def _names(text: Prepared, start: int, end: int) -> list[str]:
    return [text.words[at] for at in range(start, end) if text.is_name[at] and not is_figure(text.words[at])]
