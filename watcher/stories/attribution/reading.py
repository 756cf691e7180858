"""Reads attributions: every outlet a text names, and whether the words around it make it the origin.

Outlets are looked for first and phrases around them second: a name is rarer than "according to".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal

from watcher.stories.attribution.outlets import Mention, agency, mentions, phrases
from watcher.text.automaton import Automaton
from watcher.types import Document

Kind = Literal["source-line", "phrase", "dateline"]

_AROUND = 110
"""Characters looked at on either side of a name."""
_LARGEST = 30_000
"""Characters that are read: no news article is longer, and a page made of outlets' names stays below a second or two."""
_OPENING_LENGTH = 500
"""Characters in which an article says where it has its news from, if it names nobody."""
_LINES = 3
"""First lines that may begin with a dateline: a headline and a byline come before it at times."""
_QUOTES = "\"'“”„«»‘’「」『』《》〈〉*_"
_OPENING, _CLOSING = re.escape(_QUOTES) + r"(\[（【", re.escape(_QUOTES) + r")\]）】"


@dataclass(frozen=True, slots=True)
class Attribution:
    """An outlet that a text names as its origin: as written there, which outlet that is (None: not in the table), where.

    Offsets lie in the document's text; those of a headline without a text in its title.
    """

    name: str
    outlet: str | None
    start: int
    end: int
    kind: Kind


def attributions(document: Document) -> tuple[Attribution, ...]:
    """The origins a document names, in the order of its text."""
    text = (document.text or document.title)[:_LARGEST]
    found: dict[tuple[int, int], Attribution] = {}
    for kind, mention in (*_datelines(text), *_source_lines(text), *_phrases(text, document.language)):
        span = (mention.start, mention.end)
        if not any(start < mention.end and mention.start < end for start, end in found):
            found[span] = Attribution(text[mention.start : mention.end], mention.outlet, *span, kind)
    return tuple(found[span] for span in sorted(found))


def is_hearsay(document: Document) -> bool:
    """True where a text's opening has its news from reports that it does not name: somebody reported it, nobody knows
    who."""
    opening = f"{document.title}\n{document.text[:_OPENING_LENGTH]}"
    heralds, forms = _hearsay()
    heralded = {forms[index] for index in heralds.present(_caseless(opening))}
    return any(_of_hearsay(form).search(opening) for form in heralded)


@lru_cache(maxsize=1)
def _hearsay() -> tuple[Automaton, tuple[str, ...]]:
    """What heralds hearsay, and the form that each heralds."""
    pairs = [(_caseless(herald), each["form"]) for each in phrases()["hearsay"] for herald in each["heralds"]]
    return Automaton([herald for herald, _ in pairs]), tuple(form for _, form in pairs)


@lru_cache(maxsize=64)
def _of_hearsay(form: str) -> re.Pattern[str]:
    return re.compile(form, re.IGNORECASE)


def _caseless(text: str) -> str:
    """Equal for all that patterns take for equal when they ignore case: they know one letter i, with a dot or none."""
    return text.casefold().replace("i\u0307", "i").replace("ı", "i")


# --- phrases ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cues:
    before: re.Pattern[str]
    after: re.Pattern[str]
    joined: re.Pattern[str]  # what may stand between two outlets of one phrase


def _phrases(text: str, language: str) -> Iterator[tuple[Kind, Mention]]:
    named = mentions(text)
    if not named:
        return
    cues = _cues(language)
    background = _background()
    said = [_is_origin(text, mention, cues, background) for mention in named]
    # "Reuters and the FT reported", "according to Reuters and the FT": the phrase holds for both.
    links = [bool(cues.joined.fullmatch(text, a.end, b.start)) for a, b in pairwise(named)]
    for place in range(len(links)):
        said[place + 1] |= links[place] and said[place]
    for place in reversed(range(len(links))):
        said[place] |= links[place] and said[place + 1]
    for mention, is_origin in zip(named, said, strict=True):
        if is_origin:
            yield "phrase", mention


def _is_origin(text: str, mention: Mention, cues: _Cues, background: re.Pattern[str]) -> bool:
    before = text[max(0, mention.start - _AROUND) : mention.start]
    after = text[mention.end : mention.end + _AROUND]
    if cues.before.search(before):
        return not background.match(after)
    found = cues.after.match(after)
    return found is not None and not background.match(after[found.end() :])


@lru_cache(maxsize=1)
def _background() -> re.Pattern[str]:
    return re.compile(rf"[^.!?。\n]{{0,25}}?(?:{'|'.join(phrases()['background'])})")


@lru_cache(maxsize=32)
def _cues(language: str) -> _Cues:
    table: Mapping[str, Any] = {name: part for name, part in phrases().items() if isinstance(part, dict)}
    parts = [table[language]] if language in table else list(table.values())
    before, after = [], []
    for part in parts:
        if "between_bare" in part:
            gap_before = gap_after = part["between_bare"]
            start = end = ""
        else:
            words = rf"(?:(?:{part['between']})(?!\w)[\s'’,]*)"
            gap_before, gap_after = (
                rf"[\s'’]*{words}{{0,7}}",
                rf"(?:['’]\w{{1,4}}(?!\w))?(?:,[^,.\n]{{3,60}},)?[\s,]*{words}{{0,4}}",
            )
            start, end = r"(?<!\w)[وف]?", r"(?!\w)"
        before.append(rf"{start}(?i:{'|'.join(part['before'])}){end}[{_OPENING}]*{gap_before}")
        after.append(rf"{gap_after}[{_QUOTES}]*(?:{'|'.join(part['after'])})")
    link = "|".join(
        (
            r"and",
            "und",
            "et",
            "y",
            "e",
            "en",
            "i",
            "ve",
            "и",
            "та",
            "och",
            "og",
            "和",
            "与",
            "と",
            "や",
            "와",
            "과",
            "و",
        )
    )
    return _Cues(
        before=re.compile(rf"(?:{'|'.join(before)})[\s:，,{_OPENING}]*$"),
        after=re.compile(rf"[{_CLOSING}]*(?:{'|'.join(after)})"),
        joined=re.compile(
            rf"[\s,、{_CLOSING}]*(?:{link})?\s*(?:the|die|das|der|dem|den|des|le|la|les|el|il|o|a|de|da|do)?[\s{_OPENING}]*"
        ),
    )


# --- lines that name a source -----------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _labels() -> re.Pattern[str]:
    return re.compile(
        rf"(?:^[\W_]{{0,4}}|[(（\[【]\s*)(?:{'|'.join(phrases()['source_labels'])})\s?(?:[:：]|(?<=via)\s)\s*(?P<rest>[^\n]{{2,160}})",
        re.IGNORECASE | re.MULTILINE,
    )


def _source_lines(text: str) -> Iterator[tuple[Kind, Mention]]:
    for line in _labels().finditer(text):
        at, end = line.span("rest")
        rest = re.split(r"[)）\]】]", text[at:end])[0]
        kind: Kind = "phrase" if line.group().lstrip("([（【 ").lower().startswith("via") else "source-line"
        for mention in (*mentions(rest), *_short(rest)):
            yield kind, Mention(at + mention.start, at + mention.end, mention.outlet)
    yield from _credit(text)


def _short(rest: str) -> Iterator[Mention]:
    if found := agency(rest):
        yield found


def _credit(text: str) -> Iterator[tuple[Kind, Mention]]:
    """An agency alone at the very end: "(dpa)", "/AFP"."""
    last = text.rstrip()
    found = re.search(
        r"(?:[(（/]\s*(?P<inside>[^()（）/\n]{2,30})\s*[)）]?|^(?P<alone>[^\s.:：][^.:：\n]{1,18}))\.?$",
        last,
        re.MULTILINE,
    )
    if found is None or found.end() != len(last):
        return
    group = "inside" if found.group("inside") else "alone"
    named = agency(found.group(group))
    if named and len(found.group(group)) - (named.end - named.start) <= 6:  # "dpa-AFX", "dpa/lnw": little else
        at = found.start(group)
        yield "source-line", Mention(at + named.start, at + named.end, named.outlet)


# --- datelines --------------------------------------------------------------------------------------------------------

_MONTHS = "jan|feb|mar|apr|abr|may|mai|maj|jun|jul|aug|ago|août|sep|set|oct|okt|out|oct|nov|dec|dez|dic|déc|янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек|марта|січ|лют|берез"
_PLACE = re.compile(
    rf"(?:(?:[^\W\d_a-zà-ÿа-яё][\w.'’-]*|\d[\d.]*|(?:{_MONTHS})\w*\.?|d[aeio]|del|der|am|im|den|le|la|los|las)[\s,.]*){{0,8}}"
)
_BRACKETED = re.compile(r"[(（\[【/](?P<inside>[^)）\]】/\n]{1,40})[)）\]】/]")
_DASHED = re.compile(r"(?:\s*[-–—/,]\s*)?(?P<inside>[^\s–—/-][^–—/:.\n-]{0,24}?)\s*(?:[-–—/:]|\.\s?[-–—])(?!\w)")
_HAN = re.compile(r"[【\[]?(?P<inside>[^\s，。]{2,6})(?:社)?[^，。\s]{0,14}(?:电|電|訊|讯)(?:[\s（(】\]]|$)")


def _datelines(text: str) -> Iterator[tuple[Kind, Mention]]:
    lines = list(re.finditer(r"[^\n]*\S[^\n]*", text[:1500]))[:_LINES]
    for line in lines:
        head = line.group()[:120]
        for begin in _starts(head):
            for form in (_BRACKETED, _DASHED, _HAN):
                found = form.match(head, begin)
                named = agency(found.group("inside")) if found else None
                if found and named and _is_short(found.group("inside"), named):
                    at = line.start() + found.start("inside")
                    yield "dateline", Mention(at + named.start, at + named.end, named.outlet)
                    return


def _starts(head: str) -> Iterator[int]:
    """Where a dateline's agency may stand: at once, or after place and date."""
    begin = len(head) - len(head.lstrip())
    yield begin
    place = _PLACE.match(head, begin)
    if place and place.end() > begin:
        yield place.end()


def _is_short(inside: str, named: Mention) -> bool:
    """True if hardly more than the agency and a place stand there."""
    rest = inside[: named.start] + inside[named.end :]
    return len(rest) <= 24 and not re.search(r"[a-zа-я]{3,} [a-zа-я]{3,}", rest)
