"""Which of many names a page may hold, from its bytes: none that `Finder` would find in its text is missed.

A name is taken apart into runs of one script, and may be there when each of its runs is. Runs in Latin letters are
looked for as words, torn by tags or not; runs in other scripts wherever they stand. One automaton for each script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from watcher.text.automaton import BytesAutomaton
from watcher.text.finder import SEPARATOR, Name, compile_name, end_pattern, script, stem, word_pattern
from watcher.text.fold import folded
from watcher.text.rawletters import instead, own_script
from watcher.text.rawpage import RawPage, is_sign
from watcher.text.rawtexts import TAG, initials_of, loose_texts

# Scripts that fold within themselves are called OTHER and one of their letters.
LATIN, OTHER = "latin", "other"
_SHORTEST, _LEAST = 3, 2  # letters of a run that is asked for; where a name has no longer one
_MOST_RUNS = 2  # of a name that are asked for: the longest, which are the rarest
_TAGS = re.compile(rb"(?:" + TAG.pattern + rb")++", re.DOTALL)
_UNSURE = re.compile(rb"[a-z0-9]{0,8}[<&\\\x80-\xff]")
_OTHER_SCRIPT = r"(?=[<&\\\x80-\xff])"  # follows, or something behind which it may
_LONGEST_TAG = 5_000
_LONGEST_ENDING = 40  # with what must not follow it
_UNTOLD = -1
_OUTSIDE_ASCII = re.compile("[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class _Run:
    """A part of names in one script, and what must stand around it where it is a word of its own."""

    letters: str
    block: str  # LATIN, OTHER, or the script that folds within itself
    first: bool = False  # it begins its name, so that what stands before it counts
    digits_before: bool = True
    after: str = ""  # pattern from its beginning to the end of its name; "" where anything may follow


class RawFinder:
    """Made once of its names. `always` holds those that are too short to be looked for: they may be in any page.
    `signs` are what of the names is outside ASCII and no letter: "C♯", "€uro".
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.always: set[int] = set()
        self._initials: dict[int, re.Pattern[str]] = {}
        self._runs_of: dict[int, tuple[_Run, ...]] = {}
        self._parts: dict[int, tuple[str, ...]] = {}
        self.signs = frozenset(sign for written in names for sign in folded(written) if is_sign(sign))
        self._names_of: dict[_Run, list[int]] = {}  # by the first of their runs: hardly any page has one
        for index, written in enumerate(names):
            name = compile_name(written)
            if name is None:
                continue
            runs = _runs(name)
            if runs:
                self._runs_of[index] = runs
                self._parts[index] = _parts(name)
                self._names_of.setdefault(runs[0], []).append(index)
            else:
                self.always.add(index)
                if (initials := initials_of(written)) is not None:
                    self._initials[index] = initials
        self._first = _searchers(runs[0] for runs in self._runs_of.values())
        self._others = _searchers(run for runs in self._runs_of.values() for run in runs[1:])

    def find(self, page: RawPage) -> set[int]:
        """The names that a page may hold, by their places in the list."""
        present = {run for searcher in self._first for run in searcher.present(page)}
        named = {index for run in present for index in self._names_of[run]}
        if any(not present.issuperset(self._runs_of[index]) for index in named):
            present.update(run for searcher in self._others for run in searcher.present(page))
        found = {index for index in named if present.issuperset(self._runs_of[index])}
        if any(self._parts[index] for index in found):
            texts = loose_texts(page)
            found = {index for index in found if all(_stand(part, texts) for part in self._parts[index])}
        return found | self.always

    def find_closely(self, page: RawPage) -> set[int]:
        """The same, but of the names that are too short those with signs in them ("A.I.") only where they stand: a
        look at every character, worth it where the page is read otherwise.
        """
        found = self.find(page)
        if not self._initials:
            return found
        texts = loose_texts(page)
        return {
            index for index in found if index not in self._initials or any(map(self._initials[index].search, texts))
        }


def _searchers(runs: Iterable[_Run]) -> tuple[_Latin | _Block, ...]:
    by_block: dict[str, dict[_Run, None]] = {}
    for run in runs:
        by_block.setdefault(run.block, {})[run] = None
    return tuple(
        _Latin(tuple(own)) if block == LATIN else _Block(tuple(own), block) for block, own in sorted(by_block.items())
    )


def _stand(part: str, texts: Sequence[str]) -> bool:
    return any(map(_compiled(part).search, texts))


_compiled = lru_cache(maxsize=4096)(re.compile)


def _parts(name: Name) -> tuple[str, ...]:
    """Patterns of a name's letters outside ASCII, a word's together, with nothing but tags between them.

    They are looked for where a name was found in the bytes: those have no spaces left, so it may be parts of others.
    """
    words = [word for word in SEPARATOR.split(folded(name.written)) if word]
    found: list[str] = []
    for place, word in enumerate(words):
        for letters in _OUTSIDE_ASCII.findall(stem(word)):
            following = words[place + 1] if place + 1 < len(words) else ""
            found.append("<*".join(letters) + (_uncased_end(word, following) if letters == word else ""))
    return tuple(found)


def _runs(name: Name) -> tuple[_Run, ...]:
    """The runs of a name that are asked for: the longest, in Latin letters where it has such a word."""
    words = [word for word in SEPARATOR.split(folded(name.written)) if word]
    found: list[_Run] = []
    for place, word in enumerate(words):
        whole = stem(word)
        is_plain = word.isascii() and word.isalnum()
        after = _after(word, words[place + 1] if place + 1 < len(words) else "", name.letters) if is_plain else ""
        done = 0
        digits = script(word[0]) == "latin" and name.letters >= 5
        for block, characters in groupby(whole, _block):
            letters = "".join(characters)
            done += len(letters)
            within = not is_plain and done < len(whole) and whole[done] >= "\x80"
            follows = letters + _OTHER_SCRIPT if within else after
            if block:
                found.append(
                    _Run(letters, block, place == 0 and done == len(letters), digits, follows if block == LATIN else "")
                )
    found = next(filter(None, ([run for run in found if _weight(run) >= least] for least in (_SHORTEST, _LEAST))), [])
    latin = [run for run in found if run.block == LATIN]
    if any(len(run.letters) > _SHORTEST for run in latin):
        found = latin
    return tuple(sorted(found, key=lambda run: -len(run.letters.encode("utf-8")))[:_MOST_RUNS])


def _weight(run: _Run) -> int:
    """How many letters a run has; a character of Han, kana or Hangul counts for as much as two."""
    return sum(2 if letter >= "\u3000" else 1 for letter in run.letters)


def _after(word: str, following: str, length: int) -> str:
    """How a word and what follows it look in a name."""
    if not following:
        return word_pattern(word) + end_pattern(word[-1], length)
    joined = f"|(?={re.escape(following[:3])})" if following.isascii() else ""
    letters = "a-z0-9" if word[-1].isdigit() else "a-z"
    return word_pattern(word) + f"(?:(?![{letters}]){joined})"


def _uncased_end(word: str, following: str) -> str:
    """What follows a word to which nothing is added; "" where that may be anything, as in scripts with capitals."""
    if script(word[-1]) not in ("arabic", "hebrew") or word_pattern(word) != re.escape(word):
        return ""
    joined = f"|(?={re.escape(following[0])})" if following else ""
    return f"(?:{end_pattern(word[-1], len(word))}{joined})"


def _block(character: str) -> str:
    """The script of a folded character, as far as it matters here; "" for what is no letter."""
    if character.isascii():
        return LATIN if character.isalnum() else ""
    letters = own_script(character)
    return OTHER if letters is None else OTHER + min(letters)


class _Block:
    """Runs of one script, where its letters fold to others of it: bytes that folding would mix are taken for one."""

    def __init__(self, runs: Sequence[_Run], block: str) -> None:
        self._runs = runs
        letters = own_script(block[len(OTHER) :]) if block != OTHER else {run.letters[0] for run in runs}
        self._leads = {letter.encode("utf-8")[0] for letter in letters or ()}
        self._table = _classes(block)
        self._automaton = BytesAutomaton([run.letters.encode("utf-8").translate(self._table) for run in runs])
        self._folds = block != OTHER

    def present(self, page: RawPage) -> set[_Run]:
        # Of what folds to another letter, few begin with another byte.
        if not page.rest or not any(lead in page.rest for lead in self._leads):
            return set()
        if not self._folds:
            found = self._automaton.present(page.rest) | self._automaton.present(page.untagged)
            return {self._runs[index] for index in found}
        found = self._automaton.present(page.rest.translate(self._table))
        found |= self._automaton.present(page.untagged.translate(self._table))
        # Most of what is found so is other letters.
        return {self._runs[index] for index in found if self._runs[index].letters in page.letters} if found else set()


def _classes(block: str) -> bytes:
    """A table that takes bytes for one where a letter of the block and what it folds to differ in them."""
    parent = list(range(256))

    def root(byte: int) -> int:
        while parent[byte] != byte:
            byte = parent[byte]
        return byte

    if block != OTHER:
        own = own_script(block[len(OTHER) :]) or frozenset()
        for character in sorted(own):
            became = folded(character)
            if instead(character) is None and became in own:
                for one, other in zip(character.encode("utf-8"), became.encode("utf-8"), strict=True):
                    parent[root(one)] = root(other)
    return bytes(map(root, range(256)))


class _Latin:
    """Runs of Latin letters and digits, which tags may tear apart."""

    def __init__(self, runs: Sequence[_Run]) -> None:
        by_pattern: dict[bytes, list[tuple[_Run, int]]] = {}
        for run in runs:
            for pattern, torn in _patterns(run.letters):
                by_pattern.setdefault(pattern, []).append((run, torn))
        self._entries = tuple(map(tuple, by_pattern.values()))
        self._after = {run.after: re.compile(run.after.encode("latin-1")) for run in runs if run.after}
        # Of dozens of names with one word most places of it can be none.
        self._any_after = tuple(_any_after(pattern, entries) for pattern, entries in by_pattern.items())
        self._next = tuple(_next_letters(pattern, entries) for pattern, entries in by_pattern.items())
        self._automaton = BytesAutomaton(tuple(by_pattern))

    def present(self, page: RawPage) -> set[_Run]:
        found: set[_Run] = set()
        for index, start, end in self._automaton.places(page.low):
            following = self._next[index]
            if following and not _may_follow(page.low, end - 1, following):
                continue
            after = self._any_after[index]
            if after is not None and not after.match(page.low, start) and not _is_hump(page, end):
                continue
            for run, torn in self._entries[index]:
                if run not in found and self._stands(run, torn, page, start, end):
                    found.add(run)
        return found

    def _stands(self, run: _Run, torn: int, page: RawPage, start: int, end: int) -> bool:
        if torn == _WHOLE:
            return _may_begin(run, page, start) and self._may_end(run, page, start, end)
        letters = run.letters.encode("ascii")
        if torn == _TORN_LATER:
            return _may_begin(run, page, start) and self._goes_on(run, page, end - 1, letters[end - 1 - start :])
        return self._goes_on(run, page, start + 1, letters[1:]) and _comes_behind(run, page, start)

    def _goes_on(self, run: _Run, page: RawPage, place: int, letters: bytes) -> bool:
        """True where these letters and the name's end follow, whatever tags stand between them."""
        end = _behind(page.low, place, letters)
        if end is None or end == _UNTOLD or not run.after:
            return end is not None
        rest = run.letters.encode("ascii") + page.low[end : end + _LONGEST_ENDING]
        return bool(self._after[run.after].match(rest)) or self._is_open(page, end)

    def _is_open(self, page: RawPage, end: int) -> bool:
        return _UNSURE.match(page.low, end) is not None or _is_hump(page, end)

    def _may_end(self, run: _Run, page: RawPage, start: int, end: int) -> bool:
        if not run.after or self._after[run.after].match(page.low, start):
            return True
        return self._is_open(page, end)


def _any_after(pattern: bytes, entries: Sequence[tuple[_Run, int]]) -> re.Pattern[bytes] | None:
    """What must follow a run for any name to be there; None where that is nothing in particular."""
    if any(torn != _WHOLE or not run.after for run, torn in entries):
        return None
    ends = "|".join(dict.fromkeys(f"(?:{run.after})" for run, _ in entries))
    return re.compile(ends.encode("latin-1") + b"|" + pattern + _UNSURE.pattern)


def _next_letters(pattern: bytes, entries: Sequence[tuple[_Run, int]]) -> bytes:
    """What may follow the tags behind the first letters of runs, and "<" where that cannot be told; empty elsewhere."""
    if any(torn != _TORN_LATER for _, torn in entries):
        return b""
    return b"<" + bytes({ord(run.letters[len(pattern) - 1]) for run, _ in entries})


def _may_follow(low: bytes, place: int, letters: bytes) -> bool:
    tags = _TAGS.match(low, place)
    return tags is None or (tags.end() < len(low) and low[tags.end()] in letters)


def _is_hump(page: RawPage, end: int) -> bool:
    """True where a capital begins a word within a word, behind the name or its last letter: "NvidiaNews"."""
    return any(_is_capital(byte) for byte in page.plain[end : end + 2])


def _is_capital(byte: int) -> bool:
    """True for a capital, and for what may be one with an accent."""
    return 65 <= byte <= 90 or byte >= 0x80


_WHOLE, _TORN_LATER, _TORN_FIRST = 0, 1, 2


def _patterns(letters: str) -> Iterator[tuple[bytes, int]]:
    """A run as it stands, and how its first letters show where a tag stands within it."""
    data = letters.encode("ascii")
    yield data, _WHOLE
    for length in range(2, len(data)):
        yield data[:length] + b"<", _TORN_LATER
    # Behind its first letter alone: the tag's end, and either what follows or less of it that a tag follows again.
    yield b">" + data[1:4], _TORN_FIRST
    for length in range(2, min(len(data), 4)):
        yield b">" + data[1:length] + b"<", _TORN_FIRST


def _behind(low: bytes, place: int, letters: bytes) -> int | None:
    """Where these letters end, whatever tags stand between them; None where they do not follow."""
    for letter in letters:
        if low[place : place + 1] == b"<":
            tags = _TAGS.match(low, place)
            if tags is None or low[tags.end() : tags.end() + 1] == b"<":
                return _UNTOLD
            place = tags.end()
        byte = low[place] if place < len(low) else 0
        if byte != letter:
            return None  # a reference or an escape is none here: those are undone in another reading of the page
        place += 1
    return place


def _comes_behind(run: _Run, page: RawPage, place: int) -> bool:
    """True where the tag that ends at `place` stands directly behind a run's first letter, or nobody can tell."""
    low, letter = page.low, run.letters[:1].encode("ascii")
    for _ in range(50):
        first = low.rfind(b"<", max(0, place - _LONGEST_TAG), place)
        if first < 0 or low[place - 2 : place] == b"--":
            return True
        tag = low[first:place]
        if tag.count(b'"') % 2 or tag.count(b"'") % 2:
            return True
        before = low[first - 1 : first]
        if before != b">":
            return before == letter and _may_begin(run, page, first - 1)
        place = first - 1
    return True


def _may_begin(run: _Run, page: RawPage, start: int) -> bool:
    """False where ASCII letters or digits before a name make it the rest of a longer word."""
    if not run.first or start == 0:
        return True
    plain = page.plain
    before = plain[start - 1]
    if not (48 <= before <= 57 or 65 <= before <= 90 or 97 <= before <= 122):
        return True
    escape = plain[max(0, start - 6) : start]
    if escape.endswith(b"\\u"):
        return False  # the figures of an escape: "\ub300"
    if b"\\" in escape or b"&" in escape or b"%" in escape:
        return True  # "\nNvidia", "\u00a0H20": the letters before it are no letters
    if 48 <= before <= 57:
        return run.digits_before
    # "HuaweiAscend", "8xH100"
    return _is_capital(plain[start]) or before in b"xX"
