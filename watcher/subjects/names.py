"""Names for a subject: what was given, what tables and texts know it by, and which of these say nothing alone."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from watcher.stories.facts import Entity
from watcher.stories.facts.entities import NOBODY
from watcher.text.finder import script
from watcher.text.fold import fold
from watcher.text.scripts import is_spaceless
from watcher.types import TopicRule

Place = Literal["names", "weak", "never", "perhaps"]
_WORDS = Path(__file__).with_name("words.toml")
# Shorter ones stand in every other text: R1, AI, X.
_FEWEST, _FEWEST_HANGUL = 3, 2
_MOST_NAMES = 80  # of one rule, in all scripts: what comes behind is in no newspaper
_LONGEST_ID = 64
_JOINERS = "\u200c\u200d"


# The table has 4,000 names and all of them are held against each one that is proposed: 10 ms for Nvidia, and 320 ms
# where they were folded anew each time.
@lru_cache(maxsize=16_384)
def folded(name: str) -> str:
    """A name as it is compared."""
    return fold(name).text


@dataclass(frozen=True, slots=True)
class Name:
    """One name, where it belongs in a rule, and what speaks for that."""

    name: str
    place: Place
    why: str

    @property
    def script(self) -> str:
        """The script of its first letter, as people call it."""
        return next((_script(sign) for sign in self.name if sign.isalpha()), "figures")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule for a subject that nobody has written yet; `perhaps` names are not in it."""

    rule: TopicRule
    names: tuple[Name, ...]
    kind: str = ""  # company, person, product ..., where a table knows


@dataclass(frozen=True, slots=True)
class Called:
    """What somebody else calls the subject: a name, who says so, and whether that can be relied on."""

    name: str
    why: str
    sure: bool = True
    place: Place | None = None  # where it belongs, if whoever says so knows


def proposed(
    given: Sequence[str],
    table: Iterable[Entity],
    called: Iterable[Called] = (),
    *,
    title: str | None = None,
    id: str | None = None,
    needs: Sequence[str] = (),
) -> Proposal:
    """A rule for a subject of these names. What was given stands first, whatever else is known."""
    entities = tuple(table)
    known = _known(given, entities)
    kind = known[0].type if known else ""
    rows: dict[str, Name] = {}
    for said in (*_given(given, bool(known)), *_tabled(known), *called):
        called_so = replace(said, name=plain_name(said.name), why=plain_name(said.why))
        key = folded(called_so.name) or called_so.name
        if key and key not in rows:
            rows[key] = _placed(called_so, entities, known, given)
    for never in _nevers(rows.values(), entities):
        rows.setdefault(folded(never.name), never)
    names = _by_script(tuple(rows.values())[:_MOST_NAMES])
    shown = title or given[0]
    rule = _rule(id or topic_id(shown), shown, names, needs or needs_of(kind))
    return Proposal(rule, names, kind)


def _by_script(names: Sequence[Name]) -> tuple[Name, ...]:
    """The names of one script together, as they are read most easily; the scripts in the order they came in."""
    scripts = dict.fromkeys(name.script for name in names)
    return tuple(name for script in scripts for name in names if name.script == script)


def _given(given: Sequence[str], is_known: bool) -> Iterable[Called]:
    """What was given; of what no table knows also how else it may be written: "heat pumps"."""
    for name in given:
        yield Called(name, "you say so")
        if not is_known:
            yield from (Called(other, "another way to write it") for other in variants(name)[1:])


def _tabled(known: Sequence[Entity]) -> Iterable[Called]:
    return (Called(name, f"table of names: {entity.type} {entity.id}") for entity in known for name in entity.names)


def _known(given: Sequence[str], entities: Sequence[Entity]) -> list[Entity]:
    """The entities that carry one of these names."""
    wanted = {folded(name) for name in given}
    return [
        entity for entity in entities if entity.type != NOBODY and any(folded(name) in wanted for name in entity.names)
    ]


def _placed(said: Called, entities: Sequence[Entity], known: Sequence[Entity], given: Sequence[str]) -> Name:
    if said.place is not None:
        return Name(said.name, said.place, said.why)
    doubt = ambiguity(said.name, entities, known)
    if doubt:
        is_one = said.sure or said.name in given
        return Name(said.name, "weak" if is_one else "perhaps", f"{said.why}; {doubt}")
    return Name(said.name, "names" if said.sure else "perhaps", said.why)


def ambiguity(name: str, entities: Sequence[Entity], known: Sequence[Entity] = ()) -> str:
    """Why a name says too little by itself; "" where it is enough."""
    key = folded(name)
    letters = [sign for sign in key if sign.isalnum()]
    if not letters:
        return "it has no letter and no figure, so no text can be searched for it"
    if any(map(is_spaceless, letters)):
        if len(letters) < 2:
            return "one sign is part of many words"
    elif len(letters) < (_FEWEST_HANGUL if any(script(sign) == "hangul" for sign in letters) else _FEWEST):
        return f"{len(letters)} letter{'s' * (len(letters) > 1)} stand{'s' * (len(letters) == 1)} in every other text"
    if key in _ordinary():
        return "a word besides"
    if any(f" {key} " in f" {folded(other)} " for each in entities if each.type == NOBODY for other in each.names):
        return "part of words that name nobody"
    own = {entity.id for entity in known}
    others = [e.id for e in entities if e.type != NOBODY and e.id not in own and key in map(folded, e.names)]
    return f"{others[0]} is called so too" if others else ""


def _nevers(names: Iterable[Name], entities: Sequence[Entity]) -> Iterable[Name]:
    """Words that hold a name of the rule and name nobody: Apple pie, Amazon rainforest."""
    keys = [folded(name.name) for name in names if name.place in ("names", "weak")]
    for entity in entities:
        if entity.type != NOBODY or entity.id != "any":
            continue
        for other in entity.names:
            if any(f" {key} " in f" {folded(other)} " for key in keys):
                yield Name(other, "never", "looks like it and is something else")


def _rule(id: str, title: str, names: Sequence[Name], needs: Sequence[str]) -> TopicRule:
    strong = tuple(each.name for each in names if each.place == "names")
    weak = tuple(each.name for each in names if each.place == "weak")
    never = tuple(each.name for each in names if each.place == "never")
    return TopicRule(id, title, strong, weak, tuple(dict.fromkeys((*strong, *needs))) if weak else (), never)


def needs_of(kind: str) -> tuple[str, ...]:
    """Words that make a weak name of such a thing count: a firm's and a product's where nobody knows what it is."""
    needs = _needs()
    kinds = {"institution": ("place", "company"), "country": ("place",)}.get(kind, (kind,))
    found = [word for each in kinds if each in needs for word in needs[each]]
    return tuple(found or (*needs["company"], *needs["product"]))


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(str(_words()["ordinary"]).split())


@cache
def _needs() -> Mapping[str, Sequence[str]]:
    return {kind: tuple(words) for kind, words in _words()["needs"].items()}


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(_WORDS.read_text("utf-8"))


def topic_id(title: str) -> str:
    """What a subject is called in `[topics.…]`."""
    flat = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode() or title
    id = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in flat.lower())
    return "-".join(filter(None, id.split("-")))[:_LONGEST_ID] or "subject"


def plain_name(text: str) -> str:
    """One line of letters: no control characters, no halves of letters from a terminal in another encoding."""
    return " ".join("".join(letter if is_letter(letter) else " " for letter in text).split())


def is_letter(sign: str) -> bool:
    """True for what can be seen, and for the joiners without which Persian and Hindi names are spelled wrongly."""
    return sign.isprintable() or sign in _JOINERS


def _script(sign: str) -> str:
    found = script(folded(sign)[:1] or sign)
    if found not in ("spaceless", "other", ""):
        return found
    name = unicodedata.name(sign, "other").split()[0].lower()
    return {"cjk": "han", "hiragana": "kana"}.get(name, name)


# --- how else a name may be written ---


def variants(subject: str) -> tuple[str, ...]:
    """The subject as it may also be written: its hyphens as spaces, its last word in the other number of English.

    Only a last word in small ASCII letters has one here: names (DeepSeek) have none, other languages their own rules.
    """
    start, gap, last = subject.rpartition(" ")
    numbers = [subject, *(start + gap + other for other in _other_number(last))]
    spaced = [number.replace("-", " ") for number in numbers]
    return tuple(dict.fromkeys([*numbers, *spaced]))


def _other_number(word: str) -> tuple[str, ...]:
    """`batteries` of `battery` and the other way round; nothing where the simple rules of English do not reach."""
    *_, last = word.split("-")
    head = word[: len(word) - len(last)]
    if not (len(last) > 3 and last.isascii() and last.isalpha() and last.islower()):
        return ()
    if last.endswith("ies"):
        return (head + last[:-3] + "y",) if len(last) > 4 else (head + last[:-1],)
    if last.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return (head + last[:-2],)
    if last.endswith(("ss", "us", "is", "ics", "news")):  # glass, virus, analysis, robotics: no plural's s
        return (head + last + "es",) if last.endswith("ss") else ()
    if last.endswith("s"):
        return (head + last[:-1],)
    if last.endswith("y") and last[-2] not in "aeiou":
        return (head + last[:-1] + "ies",)
    if last.endswith(("sh", "ch", "x", "z")):
        return (head + last + "es",)
    return (head + last + "s",)
