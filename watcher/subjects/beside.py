"""Names that stand beside a known one in texts: "台积电（TSMC）", "Taiwan Semiconductor Manufacturing (TSMC)"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watcher.subjects.names import Called, _script
from watcher.text.fold import folded
from watcher.text.scripts import is_spaceless

# How much of a text is looked at: who is introduced is so early, and brackets in long texts are not names.
_OPENING = 3000
_LONGEST = 60  # characters of a name
_MOST_WORDS = 6
_OPEN, _CLOSE = "(（［[", ")）］]"
_EDGE = " \t\n,.;:!?\"'«»“”„‘’，。；：！？、「」『』《》【】·|/–—-"
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
    whole: set[str] = set()  # seen where it could not be longer or shorter
    for text in texts:
        opening = text[:_OPENING]
        found: set[str] = set()
        for hit in pattern.finditer(opening):
            for name, certain in _around(opening, hit):
                found.add(name)
                if certain:
                    whole.add(name)
        for name in found:
            counted[name] += 1
    names = [name for name in counted if folded(name) not in have]
    ranked = sorted(names, key=lambda name: (-counted[name], name))
    return tuple(Beside(name, counted[name], name in whole) for name in ranked)


def _around(text: str, hit: re.Match[str]) -> Iterable[tuple[str, bool]]:
    written, start, end = hit.group(), hit.start(), hit.end()
    after = re.match(
        rf"\s?[{re.escape(_OPEN)}]([^{re.escape(_OPEN + _CLOSE)}\n]{{2,{_LONGEST}}})[{re.escape(_CLOSE)}]",
        text[end : end + _LONGEST + 4],
    )
    if after and (name := _fitting(re.split("[,，;；、]", after[1])[0].strip(_EDGE), written)):
        yield name, True
    head = text[:start].rstrip()
    if head[-1:] and head[-1] in _OPEN and text[end : end + 1] and text[end] in _CLOSE + ",，;；、":
        yield from _in_front(head[:-1].rstrip(), written)


def _in_front(head: str, written: str) -> Iterable[tuple[str, bool]]:
    """The name that ends where `head` ends. Where no spaces are written it begins where its sentence or quote does."""
    if head and is_spaceless(head[-1]):
        begin = len(head)
        while begin and head[begin - 1] not in _EDGE and is_spaceless(head[begin - 1]):
            begin -= 1
        run = head[begin:]
        if 2 <= len(run) <= 12 and (name := _fitting(run, written)):
            yield name, begin == 0 or head[begin - 1] in _EDGE
        return
    words = re.split(r"\s+", head[-_LONGEST:].rsplit("\n", 1)[-1])[-_MOST_WORDS:]
    for count in range(len(words), 0, -1):
        name = _fitting(" ".join(words[-count:]).strip(_EDGE), written)
        if name and (_spells(name, written) if _script(name[0]) == _script(written[0]) else count == 1):
            yield name, _spells(name, written)
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
