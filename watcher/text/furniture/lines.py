"""The site's own furniture around an article's text: comment forms, related links, share bars, notices, credits.

It is not part of the story: left in, two articles of one site look alike and two copies on two sites do not.
Works line by line (a paragraph is a line) by what lines say and by how blocks of them look; in doubt a line is kept.
Attributions such as "Fonte: wccftech" are kept: they say where a story comes from.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from watcher.text.furniture.phrases import COMMENTS, INSIDE, LINES, OPENINGS, OTHERS
from watcher.text.scripts import SPACELESS_RANGES

_LONGEST_PATTERN = 400  # characters; a longer line is a paragraph, whatever it mentions
_OPENING = re.compile("|".join(f"(?:{pattern})" for pattern in OPENINGS))
_INSIDE = tuple((words, re.compile(pattern)) for words, pattern in INSIDE)
# What may stand around a phrase: bullets, arrows, brackets, a count of comments.
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_SPACELESS = re.compile(f"[{SPACELESS_RANGES}]")
_TERMINATED = re.compile(r"[.!?。！？।؟۔:：;；][\"'”’»›」』）)\]\s]*$")
_TEASER_END = re.compile(r"(?:…|\.{3}|\[…\]|\[\.{3}\])$")
_LIST_ITEM = re.compile(r"\s*(?:[-*•·‣▪–—]|\d{1,2}[.)、]|[a-z]\))\s*\S")
_ATTRIBUTION = re.compile(
    r"\s*(?:fontes?|quellen?|sources?|fuentes?|via|bron|źródł[oa]|kaynak|источники?|джерел[оа]|المصدر|المصادر|"
    r"来源|來源|原文|出典|情報源|ソース|출처|källa|zdroj|nguồn|sumber)(?:\s*[:：]\s*|\s+(?=https?:))\S",
    re.IGNORECASE,
)
BYLINE = re.compile(
    r"\s*(?:by|von|por|di|par|door|przez|av|автор:?|作者[:：]|文[:：/／]|撰文[:：]|記者|记者)\s*\S+(?:\s\S+){0,3}\s*$",
    re.I,
)
# A reporter's address below the text: in Korea always, elsewhere often.
_SIGNATURE = re.compile(r".{0,40}\S+@\S+\.\w+\W*|[가-힣]{2,4} ?(?:기자|특파원|선임기자)\W*")
_BIO = re.compile(
    r".{3,60}\b(?:is|ist|est|es|é|è) (?:a|an|the|ein|eine|um|uma|un|une|una|o|a)\b.{0,80}"
    r"\b(?:journalist|reporter|correspondent|editor|writer|redakteur|journalistin|redakteurin|jornalista|redator|"
    r"periodista|redactor|redactora|journaliste|rédacteur|rédactrice|giornalista|redattore)\b.*",
    re.IGNORECASE,
)
_FIRST_LINES = 12  # how far down menus, bread crumbs and repeated names reach at the start
_TEASERS = 2  # lines in a row that break off: a feed cuts its own text once, a list of teasers every time
_LABELS = 3  # short lines in a row without a full stop that have nothing to do with the article
_KNOWN_WORDS = 0.4  # share of a line's words that the article uses as well, from which on it belongs to it


@dataclass(frozen=True, slots=True)
class Line:
    start: int
    end: int
    text: str
    size: int  # characters, those of scripts without spaces counted thrice: they say about three times as much

    @property
    def is_prose(self) -> bool:
        return self.size >= 100 and bool(_TERMINATED.search(self.text)) and not _TEASER_END.search(self.text)


def without_furniture(text: str) -> str:
    """The text without its site's furniture; what stays is unchanged, line by line."""
    return "\n".join(text[start:end] for start, end in article_spans(text))


def article_span(text: str) -> tuple[int, int]:
    """Where the article begins and ends in the text, furniture between its lines included; (0, 0) if all is."""
    spans = article_spans(text)
    return (spans[0][0], spans[-1][1]) if spans else (0, 0)


def article_spans(text: str) -> tuple[tuple[int, int], ...]:
    """The pieces of the text that are the article, as offsets; whole lines, neighbours joined."""
    lines = lines_of(text)
    kept = [line for line, keep in zip(lines, _kept(lines), strict=True) if keep]
    spans: list[tuple[int, int]] = []
    for line in kept:
        if spans and not text[spans[-1][1] : line.start].strip():
            spans[-1] = (spans[-1][0], line.end)
        else:
            spans.append((line.start, line.end))
    return tuple(spans)


def lines_of(text: str) -> list[Line]:
    found = []
    for match in re.finditer(r"[^\n]+", text):
        if stripped := match.group().strip():
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            size = len(stripped) + 2 * len(_SPACELESS.findall(stripped))
            found.append(Line(start, start + len(stripped), stripped, size))
    return found


def _kept(lines: list[Line]) -> list[bool]:
    furniture = [is_furniture(line.text) for line in lines]
    end = _end(lines, furniture)
    for number in range(end, len(lines)):
        furniture[number] = not _ATTRIBUTION.match(lines[number].text)
    _mark_repeated(lines, furniture)
    _mark_tail(lines[:end], furniture)
    return [not mark for mark in furniture]


def is_furniture(line: str) -> bool:
    if _ATTRIBUTION.match(line):
        return False
    phrase = phrase_of(line)
    if phrase in LINES or phrase in COMMENTS or phrase in OTHERS:
        return True
    return len(line) <= _LONGEST_PATTERN and _matches(line.strip(" \t•*→»()（）[]【】").lower())


def _matches(line: str) -> bool:
    if _OPENING.fullmatch(line):
        return True
    return any(any(word in line for word in words) and pattern.search(line) for words, pattern in _INSIDE)


def phrase_of(line: str) -> str:
    folded = unicodedata.normalize("NFC", line).replace("İ", "i").casefold().replace("’", "'")
    return _AROUND.sub("", _AROUND.sub("", folded))


def _end(lines: list[Line], furniture: list[bool]) -> int:
    """The number of the first line of what follows the article."""
    total = sum(line.size for line in lines)
    before = 0
    for number, line in enumerate(lines):
        phrase = phrase_of(line.text) if furniture[number] else ""
        after = total - before - line.size
        # Comments may be long; but a "Comments" link also stands at the top, below the headline.
        if phrase in COMMENTS and (before >= after or not any(rest.is_prose for rest in lines[number:])):
            return number
        if phrase in OTHERS and not _goes_on(lines[number + 1 :], before):
            return number
        before += line.size
    return len(lines)


def _goes_on(rest: list[Line], before: int) -> bool:
    """Whether the article goes on below a box of links: with prose that is more than teasers below links."""
    prose = sum(line.size for line in rest if line.is_prose)
    return prose > max(300, before * 0.3)


def _mark_repeated(lines: list[Line], furniture: list[bool]) -> None:
    """At the start: a name or headline that stands there twice, and a lone label before the first prose."""
    seen: dict[str, int] = {}
    for number, line in enumerate(lines[:_FIRST_LINES]):
        if line.is_prose or _TERMINATED.search(line.text):
            continue
        if BYLINE.match(line.text) and not any(before.is_prose for before in lines[:number]):
            furniture[number] = True
            continue
        earlier = seen.setdefault(phrase_of(line.text), number)
        if earlier != number:
            furniture[number] = True
            # An author's name below the same name as the text of a picture, not a headline.
            if earlier == number - 1 and len(line.text.split()) <= 3 and line.size <= 40:
                furniture[earlier] = True


def _mark_tail(lines: list[Line], furniture: list[bool]) -> None:
    """From the end upwards: by-lines, portraits, teasers that break off, labels that belong to other articles."""
    last = len(lines)
    while last and (furniture[last - 1] or _ATTRIBUTION.match(lines[last - 1].text)):
        last -= 1
    for kind, least in ((_is_teaser, _TEASERS), (_is_label, _LABELS)):
        first = last
        while first and (kind(lines[first - 1]) or furniture[first - 1]):
            first -= 1
        block = [number for number in range(first, last) if not furniture[number]]
        if len(block) >= least and first and not _is_list(lines[first - 1]) and _is_foreign(lines, first, block, kind):
            for number in block:
                furniture[number] = True
            last = first
    if last > 1 and _is_signed(lines[last - 1]):
        furniture[last - 1] = True


def _is_teaser(line: Line) -> bool:
    return bool(_TEASER_END.search(line.text)) and line.size <= 400


def _is_label(line: Line) -> bool:
    return line.size <= 150 and not _TERMINATED.search(line.text) and not _LIST_ITEM.match(line.text)


def _is_list(introduction: Line) -> bool:
    return introduction.text.endswith((":", "："))


def _is_signed(line: Line) -> bool:
    """Whether a last line names who wrote the article."""
    if len(line.text) > 300:
        return False
    return bool(BYLINE.match(line.text) or _SIGNATURE.fullmatch(line.text) or _BIO.fullmatch(line.text))


def _is_foreign(lines: list[Line], first: int, block: list[int], kind: object) -> bool:
    """Whether a block is about other things than the article above it."""
    known = units(" ".join(line.text for line in lines[:first]))
    if not any(line.is_prose for line in lines[:first]):
        return False
    shares = []
    for number in block:
        own = units(lines[number].text)
        shares.append(len(own & known) / len(own) if own else 0.0)
    limit = _KNOWN_WORDS + (0.3 if kind is _is_teaser else 0.0)
    return sum(shares) / len(shares) < limit


def units(text: str) -> set[str]:
    """Words of four letters and more, and pairs of characters where no spaces are written."""
    text = text.casefold()
    units = set(re.findall(r"\w{4,}", _SPACELESS.sub(" ", text)))
    for run in re.findall(f"[{SPACELESS_RANGES}]{{2,}}", text):
        units.update(run[i : i + 2] for i in range(len(run) - 1))
    return units
