"""Names that stand beside a known one in texts: "台积电（TSMC）", "Taiwan Semiconductor Manufacturing (TSMC)"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from watcher.subjects.names import Called, _script
from watcher.text.fold import folded
from watcher.text.scripts import is_spaceless

# How much of a text is looked at: who is introduced is so early, and brackets in long texts are not names.
_OPENING = 3000
_LONGEST = 60  # characters of a name
_MOST_WORDS = 6
_OPEN, _CLOSE = "(（［[", ")）］]"
_EDGE = " \t\n,.;:!?\"'«»“”„‘’，。；：！？、「」『』《》【】·|/–—-"
_QUOTED = re.compile('[“"「『《«„‘]([^“”"「」『』《》«»„‘’]{2,40})[”"」』》»’“]$')
_FIGURE = re.compile(r"[\d$€£%]")


@dataclass(frozen=True, slots=True)
class Beside:
    """A name found beside a known one: how many texts have it, and whether nothing else can be meant."""

    name: str
    texts: int
    sure: bool

    def called(self) -> Called:
        many = "1 stored text" if self.texts == 1 else f"{self.texts} stored texts"
        return Called(self.name, f"beside it in {many}", self.sure)


def names_beside(known: Sequence[str], texts: Iterable[str]) -> tuple[Beside, ...]:
    """What stands in brackets behind a known name, or in front of one in brackets; what most texts have, first."""
    pattern = re.compile("|".join(re.escape(name) for name in sorted(known, key=len, reverse=True)), re.IGNORECASE)
    have = {folded(name) for name in known}
    counted: defaultdict[str, int] = defaultdict(int)
    certain: set[str] = set()  # seen where it could be neither longer nor shorter
    runs: list[frozenset[str]] = []  # of each text: what stands before the brackets where no spaces are written
    for text in texts:
        opening = text[:_OPENING]
        found = {each for hit in pattern.finditer(opening) for each in _around(opening, hit)}
        runs.append(frozenset(each.name for each in found if each.is_run))
        for each in {each for each in found if not each.is_run}:
            counted[each.name] += 1
            certain |= {each.name} if each.is_certain else set()
    for name, texts_with_it in _shared_endings(runs).items():
        counted[name] += texts_with_it
        certain |= {name} if texts_with_it > 1 else set()
    names = [name for name in counted if folded(name) not in have]
    ranked = sorted(names, key=lambda name: (-counted[name], name))
    return tuple(Beside(name, counted[name], name in certain) for name in ranked)


def _shared_endings(runs: Sequence[frozenset[str]]) -> dict[str, int]:
    """Where a name begins that no space sets off: at the longest ending that runs of two texts share."""
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for number, found in enumerate(runs):
        for run in found:
            for start in range(len(run) - 1):
                holders[run[start:]].add(number)
    chosen: dict[str, int] = {}
    for run in sorted(set().union(*runs)) if runs else ():
        endings = [run[start:] for start in range(len(run) - 1)]
        name = next((each for each in endings if len(holders[each]) > 1), run)
        chosen[name] = len(holders[name])
    return chosen


class _Found(NamedTuple):
    """A name beside the known one, in one text."""

    name: str
    is_certain: bool = False
    is_run: bool = False  # of characters without spaces: its end is certain, its beginning is not


def _around(text: str, hit: re.Match[str]) -> Iterable[_Found]:
    written, start, end = hit.group(), hit.start(), hit.end()
    after = re.match(
        rf"\s?[{re.escape(_OPEN)}]([^{re.escape(_OPEN + _CLOSE)}\n]{{2,{_LONGEST}}})[{re.escape(_CLOSE)}]",
        text[end : end + _LONGEST + 4],
    )
    if after and (name := _fitting(re.split("[,，;；、]", after[1])[0].strip(_EDGE), written)):
        yield _Found(name, True)
    head = text[:start].rstrip()
    if head[-1:] and head[-1] in _OPEN and text[end : end + 1] and text[end] in _CLOSE + ",，;；、":
        yield from _in_front(head[:-1].rstrip(), written)


def _in_front(head: str, written: str) -> Iterable[_Found]:
    """The name that ends where `head` ends. Where no spaces are written it begins somewhere behind the last mark."""
    quoted = _QUOTED.search(head[-_LONGEST:])
    if quoted:
        if name := _fitting(quoted[1], written):
            yield _Found(name, True)
        return
    if head and is_spaceless(head[-1]):
        begin = len(head)
        while begin and head[begin - 1] not in _EDGE and is_spaceless(head[begin - 1]):
            begin -= 1
        run = head[begin:]
        if 2 <= len(run) <= 12 and (name := _fitting(run, written)):
            yield _Found(name, is_run=True)
        return
    words = re.split(r"\s+", head[-_LONGEST:].rsplit("\n", 1)[-1])[-_MOST_WORDS:]
    for count in range(len(words), 0, -1):
        name = _fitting(" ".join(words[-count:]).strip(_EDGE), written)
        if name and (_spells(name, written) if _script(name[0]) == _script(written[0]) else count == 1):
            yield _Found(name, _spells(name, written))
            return


def _fitting(name: str, written: str) -> str:
    """The name if it can be one: in another script, or words whose beginnings the known one is made of."""
    if not 2 <= len(name) <= _LONGEST or _FIGURE.search(name) or len(name.split()) > _MOST_WORDS:
        return ""
    letters = [sign for sign in name if sign.isalpha()]
    if len(letters) < 2:
        return ""
    scripts = {_script(sign) for sign in letters}
    if _script(written[0]) not in scripts:
        return name
    return name if _spells(name, written) or _spells(written, name) else ""


def _spells(name: str, short: str) -> bool:
    """True for words whose first letters, in this order, are the short name: SMIC, TSMC, ESA."""
    if len(short) < 2 or not short.isupper() or not short.isascii() or " " in short:
        return False
    words = [word for word in re.split(r"[\s-]+", name) if word]
    initials = "".join(word[0] for word in words if word[0].isupper() or len(word) > 3).upper()
    rest = iter(initials)
    return len(words) > 1 and words[0][0].upper() == short[0] and all(sign in rest for sign in short)
