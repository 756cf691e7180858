"""Words of a machine beside a story's own: which stories want them, which are shown, and which are not fit to be.

What a machine says is text from outside, made of other text from outside. It may only say again what it was given:
the same figures and names, in the language asked for, at about the same length, and nothing that could be followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from watcher.stories.facts import Mark, extract
from watcher.stories.facts.entities import known
from watcher.text.normalise import fold
from watcher.types import UNKNOWN_LANGUAGE, Document, MachineWords, Report, Wording

Identify = Callable[[str], str]

# A character of these scripts says what three of an alphabet do: titles of 868 translations, German to Chinese 2.9.
_DENSE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
_LONGER, _SHORTER = 4.0, 5.0  # times; the same titles lie between 0.4 and 2.4 in all 182 directions
_SHORT = 30  # so long anything may be: two words may take six in another language
_MOST_HEADLINE, _MOST_SUMMARY = 400, 2_000
# Markup, addresses with or without a scheme, and a name of a host: nothing may be there that was not given.
_MARKUP = re.compile(r"<[a-z/!][^>]*>?|\]\(|&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8});|```|\*\*|^#{1,6} ", re.IGNORECASE)
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://\S+|(?:javascript|data|mailto|tel):\S+|\bwww\.\S+|[\w.+-]+@[\w-]+\.\w+"
    r"|\b(?:[a-z0-9-]{1,63}\.){1,4}(?:[a-z]{2,18}|xn--[a-z0-9-]+)\b(?:/\S*)?",
    re.IGNORECASE,
)
# How a model says that it will not, or talks to whoever asked: at the beginning, as further on such words may be news.
_TALKING = re.compile(
    r"(?:i['’]?m |i am )?(?:sorry|unable to)\b|i can(?:['’]t|not)\b|as an? (?:ai|language model)\b|here(?:['’]s| is) "
    r"(?:the|your)\b|(?:translation|translated headline|headline|summary|note) ?:",
    re.IGNORECASE,
)
# Languages that a short text is easily taken for one another of.
_KIN = {
    "pt": "gl", "gl": "pt es", "no": "da", "da": "no", "hr": "sr bs", "sr": "hr bs", "bs": "hr sr", "id": "ms",
    "ms": "id", "cs": "sk", "sk": "cs", "nl": "af", "af": "nl", "uk": "be", "be": "uk", "bg": "mk", "mk": "bg",
}  # fmt: skip
# Countries and places are left out: "washingtonian", "Chinese" and "the West" come and go between languages.
_NAMED = frozenset({"company", "product", "person"})
_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]?\d)")
# "One man" is "a man", "both" is "the two" and "doubled": up to here a figure may come and go. A wrong one in its place
# is a figure that was made up.
_LEAST_FIGURE = 2


def wanting(leads: Iterable[Report], reads: Sequence[str]) -> tuple[Report, ...]:
    """Those of the reports that lead stories which a reader of these languages cannot read."""
    if not reads:
        return ()
    return tuple(each for each in leads if each.language not in reads and each.language != UNKNOWN_LANGUAGE)


def shown(leads: Iterable[Report], words: Sequence[MachineWords], reads: Sequence[str]) -> Mapping[int, MachineWords]:
    """A machine's words for the reports that lead a reader's stories, by article: for all that want them, or none.

    In the first language the reader reads in which all are there. One that the machine found no fit words for is
    settled too, and keeps its own alone; one that it was not asked about, or has not answered, leaves all without.
    """
    wanted = wanting(leads, reads) if words else ()
    for language in reads:
        said = {each.article: each for each in words if each.language == language}
        if wanted and all(each.article in said for each in wanted):
            return {each.article: said[each.article] for each in wanted if said[each.article].headline}
    return {}


def refusal(given: Wording, language: str, said: Wording, into: str, identify: Identify) -> str:
    """Why a machine's words are not fit to be shown, in a few words for the log; empty where they are."""
    if trouble := _of_one(given.headline, language, said.headline, into, identify, _MOST_HEADLINE):
        return f"headline: {trouble}"
    if given.summary and (trouble := _of_one(given.summary, language, said.summary, into, identify, _MOST_SUMMARY)):
        return f"summary: {trouble}"
    return ""


def _of_one(given: str, language: str, said: str, into: str, identify: Identify, most: int) -> str:
    if not said.strip():
        return "nothing was said"
    if fold(said) == fold(given):
        return "it is the original"
    if len(said) > most or _weight(said) > max(_SHORT, _LONGER * _weight(given)):
        return "far longer than the original"
    if _weight(given) > max(_SHORT, _SHORTER * _weight(said)):
        return "far shorter than the original"
    if _TALKING.match(said) and not _TALKING.match(given):
        return "the machine talks about itself"
    if added := _added(given, said):
        return added
    if not _is_in(said, into, identify):
        return f"not in the language {into}"
    return _changed(given, language, said, into)


def _weight(text: str) -> int:
    return len(text) + 2 * len(_DENSE.findall(text))


def _added(given: str, said: str) -> str:
    """Markup or addresses that the original does not have."""
    lower = given.lower()
    if any(match[0].lower() not in lower for match in _MARKUP.finditer(said)):
        return "it has markup"
    if any(match[0].lower().rstrip(".,;:!?)") not in lower for match in _ADDRESS.finditer(said)):
        return "it has an address"
    return ""


def _is_in(said: str, into: str, identify: Identify) -> bool:
    found = identify(said)
    return found in (into, UNKNOWN_LANGUAGE) or found in _KIN.get(into, "").split()


def _changed(given: str, language: str, said: str, into: str) -> str:
    """What figures or names were lost or came in."""
    before = extract(Document("", "", title=given, language=language)).marks
    after = extract(Document("", "", title=said, language=into)).marks
    for one, other, text, what in ((before, after, said, "lost"), (after, before, given, "made up")):
        for mark in one:
            if not _is_there(mark, other, text):
                return f"{mark.shown} was {what}"
    if year := _strange_year(given, said, before):
        return f"{year} was made up"
    return "it names another day" if _days_differ(before, after) else ""


def _days_differ(before: Sequence[Mark], after: Sequence[Mark]) -> bool:
    """True where both name days, or months, and none of them is one of the other's."""
    ours, theirs = (
        {key for mark in marks if mark.kind == "date" for key in (mark.key, *mark.also)} for marks in (before, after)
    )
    return bool(ours and theirs) and ours.isdisjoint(theirs)


def _strange_year(given: str, said: str, before: Sequence[Mark]) -> str:
    """A year, which is no fact by itself, that stands in neither the digits nor the figures of the original."""
    digits = set(_DIGITS.findall(fold(given)))
    figures = {key for mark in before for key in (mark.key, *mark.also)}
    years = _YEAR.findall(fold(said))
    return next((year for year in years if year not in digits and f"n:{year}" not in figures), "")


def _is_there(mark: Mark, others: Sequence[Mark], text: str) -> bool:
    """True where a figure or a name of one text is in the other too, or is of a kind that need not be."""
    if mark.kind == "number":
        if not mark.unit and mark.key in {f"n:{figure}" for figure in range(_LEAST_FIGURE + 1)}:
            return True
        return _is_said(mark, others) or _spelt(mark, text)
    if mark.kind == "model":
        return _is_said(mark, others) or fold(mark.shown) in fold(text)
    if mark.kind == "entity" and (entity := known().by_id.get(mark.key[2:])) is not None and entity.type in _NAMED:
        return any(each.key == mark.key for each in others) or fold(mark.shown) in fold(text)
    return True


def _is_said(mark: Mark, others: Sequence[Mark]) -> bool:
    """True where another mark is the same, in some reading of each. Rounded is not the same: nothing is retold here."""
    keys = {mark.key, *mark.also}
    return any(not keys.isdisjoint((each.key, *each.also)) for each in others)


def _spelt(mark: Mark, text: str) -> bool:
    """True where a figure's digits stand in the other text, be it as part of a date or a name."""
    digits = _DIGITS.findall(fold(mark.shown))
    there = _DIGITS.findall(fold(text))
    return bool(digits) and all(each in there for each in digits)
