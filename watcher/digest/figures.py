"""Where outlets give different figures for one claim, and which facts their reports share.

A figure is a claim where it stands at an article's front and what it counts is told: a product behind it, or a unit.
Two figures are one where one is the other, rounded: 49,800 and "about 50,000", 2.1 trillion and 2 trillion.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import floor, log10

from watcher.digest.reading import Reader, closely, document
from watcher.digest.select import is_talk
from watcher.stories.attribution import outlet_key
from watcher.stories.facts import Facts, Mark, compare, extract
from watcher.stories.facts.marks import LEAD, TITLE
from watcher.stories.facts.units import LOOSE, MONEY, PERCENT, SPANS
from watcher.text.sentences import split_sentences
from watcher.types import Difference, Document, Fact, Figure, Relation, Shared, StoredArticle

# A line for each claim, and no more than two: the articles say the rest.
_MOST = 2
# Figures further apart than this are no two tellings of one claim: seed 002's story was told with 50,000 and 2,000.
_FARTHEST = 100.0
# One is the other rounded only where they are this close: 54,000 is not "about 50,000".
_ROUNDED = 0.1
# Reports that are read for what is told: the earliest. More of them say nothing new, and pairs grow with the square.
_READ = 8
_SHOWN = 5
_NAMED = 3000  # characters in which a whole name is looked for
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĘĚĞİŁŃŇŒŘŚŞŠŤŮŹŻŽА-ЯЁ][\w’'-]+"
# Latin letters without their marks: one report's São Paulo is another's Sao Paulo.
_BASES = {code: unicodedata.normalize("NFD", chr(code))[0] for code in range(0xC0, 0x250)}
# Characters in which the sentence of a figure at the front is looked for.
_FRONT = 1000
# Sharing one of these, two sentences tell of one thing; a company's name alone stands in every one.
_TELLING = frozenset({"model", "action", "quote"})
# What a reader can check at a glance. Deeds and quoted words are evidence for the judge, in no reader's language.
_CHECKED = frozenset({"number", "model", "name", "entity", "date"})
_LEAST = 1.0  # rarity: what every second story on the subject says explains nothing
_LEAST_DATE = 2.0  # the day of the report itself weighs 1.2
_LEAST_NUMBER, _LEAST_BARE = 1.5, 100  # "three people said" weighs 1.3


def reported(articles: Sequence[StoredArticle]) -> list[StoredArticle]:
    """The reports whose facts are read: an outlet's own, earliest first, a few."""
    own = [each for each in articles if each.relation is not Relation.COPY and not is_talk(each.article.role)]
    return own[:_READ]


# --- figures that differ ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Side:
    """What one report says of one thing."""

    stored: StoredArticle
    facts: Facts
    mark: Mark

    @property
    def outlet(self) -> str:
        return self.stored.article.outlet


def differences(articles: Sequence[StoredArticle], reader: Reader) -> tuple[Difference, ...]:
    """The claims that outlets tell with different figures, the weightiest first."""
    told = reported(articles)
    if len({outlet_key(each.article.outlet) for each in told}) < 2:
        return ()
    sides: dict[str, list[_Side]] = {}
    for stored in told:
        facts = reader.facts(stored)
        for thing, mark in _claims(facts, stored.article.language).items():
            sides.setdefault(thing, []).append(_Side(stored, facts, mark))
    found = [
        (max(side.mark.weight for side in each), difference)
        for each in sides.values()
        if (difference := _difference(each)) is not None
    ]
    ranked = sorted(found, key=lambda row: (-row[0], row[1].of, row[1].unit))
    return tuple(difference for _, difference in ranked[:_MOST])


def _claims(facts: Facts, language: str) -> dict[str, Mark]:
    """The one figure that the front gives of each thing; where it gives several, nobody knows which is the claim."""
    fronts: dict[str, list[Mark]] = {}
    for mark in facts.marks:
        if (
            mark.kind == "number"
            and mark.place <= LEAD
            and mark.weight >= _LEAST
            and (thing := _counted(mark, language))
        ):
            fronts.setdefault(thing, []).append(mark)
    found: dict[str, Mark] = {}
    for thing, marks in fronts.items():
        foremost = [mark for mark in marks if mark.place == TITLE] or marks
        if len(foremost) == 1:
            found[thing] = foremost[0]
    return found


def _counted(mark: Mark, language: str) -> str:
    if mark.role:  # 60 % of an H100 is no number of H100
        return f"{mark.role} {mark.unit if _is_measured(mark.unit) else ''}"
    if mark.unit == "¥":
        return "JPY" if language == "ja" else "CNY"
    return "" if mark.unit in SPANS else "count" if mark.unit in LOOSE else mark.unit


def _is_measured(unit: str) -> bool:
    return unit == PERCENT or unit in MONEY or unit in SPANS


def _difference(sides: Sequence[_Side]) -> Difference | None:
    """What the outlets say of one thing; None where they agree, or where one of them tells both figures."""
    groups = _groups(sides)
    values = [_value(group[0].mark.key) for group in groups]
    if len(groups) < 2 or max(values) > _FARTHEST * min(values) or _corrects_itself(groups):
        return None
    for one, other in combinations(groups, 2):
        if any(_tells(side.facts, one[0].mark) and _tells(side.facts, other[0].mark) for side in sides):
            return None
    order = {side.outlet: place for place, side in enumerate(sides)}
    first, *others = sorted(groups, key=lambda group: (-len(group), min(order[side.outlet] for side in group)))
    agreed = [group for group in others if any(_is_one_claim(a, b) for a in first for b in group)]
    if not agreed:
        return None
    figures = (
        Figure(
            _value(group[0].mark.key),
            tuple(dict.fromkeys(sorted((side.outlet for side in group), key=lambda outlet: order[outlet]))),
        )
        for group in (first, *agreed)
    )
    head = first[0].mark
    return Difference(head.unit, head.role[2:].upper(), tuple(figures))


def _groups(sides: Sequence[_Side]) -> list[list[_Side]]:
    """The sides by the figure they give, the most precise first in each."""
    groups: list[list[_Side]] = []
    for side in sorted(sides, key=lambda side: -_precision(_value(side.mark.key))):
        for group in groups:
            if same_amount(group[0].mark, side.mark):
                group.append(side)
                break
        else:
            groups.append([side])
    return groups


def _corrects_itself(groups: Sequence[Sequence[_Side]]) -> bool:
    """True where one outlet gives two figures: it differs from nobody but itself."""
    stands: dict[str, set[int]] = {}
    for place, group in enumerate(groups):
        for side in group:
            stands.setdefault(outlet_key(side.outlet), set()).add(place)
    return any(len(places) > 1 for places in stands.values())


def _is_one_claim(one: _Side, other: _Side) -> bool:
    """True where two figures are told of one thing: a product behind both, or sentences that say the same otherwise.

    Every story on a company has its money and its shares of a hundred.
    """
    if one.mark.role:
        return True
    found = compare(_sentence(one), _sentence(other)).shared
    return sum(fact.kind != "number" for fact in found) > 1 or any(fact.kind in _TELLING for fact in found)


def _sentence(side: _Side) -> Facts:
    """The facts of the first sentence that gives a side's figure, the headline before the text."""
    article = side.stored.article
    text = document(side.stored).text[:_FRONT]
    for sentence in (article.title, *split_sentences(text)):
        facts = extract(Document("", sentence, language=article.language, published=article.effective))
        if any(mark.kind == "number" and mark.key == side.mark.key for mark in facts.marks):
            return facts
    return Facts(article.language)


def _tells(facts: Facts, figure: Mark) -> bool:
    return any(mark.kind == "number" and same_amount(mark, figure) for mark in facts.marks)


def same_amount(one: Mark, other: Mark) -> bool:
    """True where two figures are one, in some reading of each: equal, or one the other rounded to what it says."""
    return any(
        one_key[:1] == other_key[:1] and _same_value(_value(one_key), _value(other_key))
        for one_key in (one.key, *one.also)
        for other_key in (other.key, *other.also)
    )


def _same_value(one: float, other: float) -> bool:
    fine, coarse = (one, other) if _precision(one) > _precision(other) else (other, one)
    if abs(fine - coarse) <= 1e-9 * max(abs(fine), abs(coarse)):
        return True
    figures = _precision(coarse)
    if _precision(fine) == figures or abs(fine - coarse) >= _ROUNDED * max(fine, coarse):
        return False
    unit = 10.0 ** (floor(log10(fine)) - figures + 1)
    return (
        abs(round(fine / unit) * unit - coarse) <= 1e-9 * coarse
        or abs(floor(fine / unit) * unit - coarse) <= 1e-9 * coarse
    )


def _precision(value: float) -> int:
    """How many figures a number is told with: 50,000 with one, 49,800 with three."""
    return len(f"{value:.9g}".split("e")[0].replace(".", "").replace("-", "").strip("0")) or 1


def _value(key: str) -> float:
    try:
        return float(key[2:])
    except ValueError:
        return 0.0


# --- facts that are shared --------------------------------------------------------------------------------------------


def shared(articles: Sequence[StoredArticle], reader: Reader) -> tuple[Shared, ...]:
    """What independent reports of a story both tell, the rarest first; nothing for a single report.

    Copies explain themselves. What most reports tell stands before what two of them do.
    """
    reports = reported(articles)
    if len(reports) < 2:
        return ()
    told = [reader.facts(each) for each in reports]
    tellers: dict[Fact, set[int]] = {}
    for (one, ours), (other, theirs) in combinations(enumerate(told), 2):
        for fact in compare(ours, theirs).shared:
            if fact.kind in _CHECKED:
                tellers.setdefault(fact, set()).update((one, other))
    named = _names(articles, reader)
    marks = {(mark.kind, mark.shown): mark for facts in told for mark in facts.marks}
    ranked = sorted(
        ((fact, mark) for fact in tellers if (mark := marks.get((fact.kind, fact.value))) and _explains(mark, named)),
        key=lambda row: (2 * len(tellers[row[0]]) < len(told), -row[1].weight, row[0].value),
    )
    texts = [each.article.text[:_NAMED] for each in reports]
    found = list(_distinct(_whole(_shared(fact, mark), texts) for fact, mark in ranked))
    return tuple(each for each in found if not any(_is_piece(each, other) for other in found))[:_SHOWN]


def _is_piece(fact: Shared, other: Shared) -> bool:
    """True for a name that stands in a longer one."""
    is_shorter = fact.number is None and other.number is None and len(fact.value) < len(other.value)
    return is_shorter and f" {fact.value.casefold()} " in f" {other.value.casefold()} "


def _whole(fact: Shared, texts: Sequence[str]) -> Shared:
    """A word of a name as the whole name that most texts have, two at least: Paulo as São Paulo."""
    if fact.kind != "name":
        return fact
    word = fact.value.translate(_BASES)
    runs = re.compile(rf"(?<!\w)(?:{_CAPITAL} ){{0,2}}{re.escape(word)}(?: {_CAPITAL}){{0,2}}(?!\w)")
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for text in texts:
        found: dict[str, str] = {}
        for match in runs.finditer(text.translate(_BASES)):  # a letter for a letter: places stay
            found.update(zip(_parts(match.group()), _parts(text[slice(*match.span())]), strict=True))
        counts.update(found.keys())
        spelled = found | spelled
    names = [run for run, count in counts.items() if count > 1 and word in run.split()]
    longest = max(names, key=lambda run: (counts[run], len(run)), default=word)
    return replace(fact, value=spelled[longest]) if longest != word else fact


def _parts(run: str) -> list[str]:
    """A run of capitals and every shorter one in it: what stands before a name may only begin a sentence."""
    words = run.split(" ")
    ends = range(1, len(words) + 1)
    return [" ".join(words[start:end]) for end in ends for start in range(end)]


def _names(articles: Sequence[StoredArticle], reader: Reader) -> frozenset[str]:
    """The words of outlets' names: who is quoted explains nothing. Whom reports name is read where anything is."""
    read = closely(articles)
    outlets = [each.article.outlet for each in articles]
    outlets += [name for each in articles if each.id in read for name in reader.credits(each)]
    return frozenset(word for name in outlets for word in (name.casefold(), *name.casefold().split()))


def _explains(mark: Mark, named: Collection[str]) -> bool:
    """False for what any two texts share: the day they appeared, whom they quote, a small number of anything."""
    if mark.kind in ("name", "entity") and mark.shown.casefold() in named:
        return False
    if mark.kind == "number" and not mark.unit and not mark.role:
        return _value(mark.key) >= _LEAST_BARE
    return mark.weight >= {"date": _LEAST_DATE, "number": _LEAST_NUMBER}.get(mark.kind, _LEAST)


def _shared(fact: Fact, mark: Mark) -> Shared:
    if fact.kind == "number":
        of = mark.role[2:].upper()
        return Shared(fact.kind, f"{fact.value} {of}".strip(), _value(mark.key), mark.unit, of)
    return Shared(fact.kind, fact.value)


def _distinct(facts: Iterable[Shared]) -> Iterator[Shared]:
    """Each fact once: DeepSeek the company says all that DeepSeek the name does, 100,000 910C all that 910C does."""
    seen: set[str | float] = set()
    for fact in facts:
        says = {each for each in (fact.number, fact.of.casefold(), fact.value.casefold()) if each}
        if (fact.number or fact.value.casefold()) not in seen:
            seen |= says
            yield fact
