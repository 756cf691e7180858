"""What came, made into a document the parser reads by its fast and right path: from the feed's own element to its end.

    text -shelf-> markup only -root-> the feed's own element -entries-> the wanted ones -mend-> well-formed XML, mostly

The DOCTYPE is left out with every entity it defines, but for short texts, which are put where they are meant.
Undeclared prefixes, stray ampersands and entities that only HTML knows would each throw the parser into its slow path.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.entities import html5
from typing import Protocol

from watcher.errors import ReadError
from watcher.sources.dates import read_date
from watcher.sources.namespaces import meant
from watcher.sources.shelf import Shelf
from watcher.sources.wrong import no_feed, other_root

_ROOTS = frozenset(("rss", "feed", "rdf", "channel", "entry"))
_ANY_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)(?=[\s>/])", re.IGNORECASE)
_NAME = re.compile(r"<([A-Za-z_][\w.:-]{0,60})")
_DOCTYPE = re.compile(r"<!DOCTYPE\s", re.IGNORECASE)
_SUBSET_END = re.compile(r"\]\s*>")
_TAG_END = re.compile(r"(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*>")
_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel|entry)\s*>", re.IGNORECASE)
_ENTRY_TAG = re.compile(r"<(/?)(?:[A-Za-z_][\w.-]{0,40}:)?(?:item|entry)(?=[\s/>])([^<>]*)>", re.IGNORECASE)
_ENTRY_DATE = re.compile(
    r"<(?:pubDate|published|updated|dc:date|issued|modified|created)[^<>]{0,80}>\s*([^<]{6,60})<", re.IGNORECASE
)
_ENTITY = re.compile(r"<!ENTITY\s+([A-Za-z_][\w.-]{0,60})\s+(?:\"([^\"<]{0,1000})\"|'([^'<]{0,1000})')\s*>")
_MOST_ENTITIES, _LONGEST_ENTITY, _MOST_EXPANDED = 500, 1_000, 100_000
_LARGE = 200_000  # characters; what is smaller cannot hold the parser up
_LONG_TAG = re.compile(r"<([^\s<>]{1,100})[^<>]{50000,}>")
_LONG_NAME = re.compile(
    r"(<(?:\w{1,20}:)?(?:author|creator|contributor|publisher|managingEditor|webMaster|owner|name|email|pubDate|date|"
    r"published|updated|issued|modified|created)\b[^<>]{0,200}>[^<]{1000})[^<]+",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,12})|([0-9]{1,12}));?")
_NAMED = re.compile(r"&([A-Za-z_][\w.-]{0,60});")
_STRAY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,8});)")
_XML_NAMES = frozenset("amp lt gt quot apos".split())
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Restored(Protocol):
    """Puts the long texts back that stood in a string; see `Shelf.restored`."""

    def __call__(self, text: str, *, escaped: bool = False) -> str: ...


@dataclass(frozen=True, slots=True)
class Document:
    """A feed's own element as text, what stands in it before the first entry, and the way back to its long texts."""

    text: str
    head: str
    whole: bool  # False: it was cut off; its complete entries are there
    restored: Restored


def prepared(text: str, most: int) -> Document:
    """The feed in a text, with its newest `most` entries. Raises ReadError with the reason where there is none."""
    shelf = Shelf(_ILLEGAL.sub("", text))
    document, entities = _from_root(shelf.text)
    document, whole = _to_end(document)
    starts, ends = _entries(document)
    head = document[: starts[0]] if starts else document
    document = _chosen(document, starts, ends, most)
    document = meant(_mended(_bounded(document), entities))
    return Document(document, head, whole, shelf.restored)


def _from_root(text: str) -> tuple[str, dict[str, str]]:
    """The document from its feed element on, and the texts its DOCTYPE gives names to; junk before both is left out."""
    position = 0
    entities: dict[str, str] = {}
    while (position := text.find("<", position)) >= 0:
        if text.startswith("<!", position):
            if not entities and _DOCTYPE.match(text, position):
                position, entities = _doctype(text, position)
            else:
                position = max(text.find(">", position), position + 1)
        elif match := _NAME.match(text, position):
            name = match[1].rpartition(":")[2].lower()
            if name in _ROOTS:
                return _wrapped(text[position:], name), entities
            if reason := other_root(name, text):
                raise ReadError(reason)
            break
        else:
            position += 1
    match = _ANY_ROOT.search(text, max(position, 0))
    if match is None:
        raise ReadError(no_feed(text))
    return text[match.start() :], entities


def _doctype(text: str, start: int) -> tuple[int, dict[str, str]]:
    """Where a DOCTYPE ends, and the texts it gives names to; comments and sections are not here any more."""
    end, subset = text.find(">", start), text.find("[", start)
    if not 0 <= subset < end:
        return max(end, start + 1), {}
    closing = _SUBSET_END.search(text, subset)
    entities = _entities(text[subset : closing.start() if closing else end])
    # The name of nothing: one DOCTYPE is looked into, whatever it holds.
    return (closing.end() if closing else end), entities or {"": ""}


def _entities(subset: str) -> dict[str, str]:
    """Names for short plain texts, as XML 1.0 defines them; names for markup, files or ever longer texts are not."""
    found: dict[str, str] = {}
    for match in _ENTITY.finditer(subset):
        if len(found) == _MOST_ENTITIES:
            break
        value = _NAMED.sub(lambda inner: found.get(inner[1], inner[0]), match[2] or match[3] or "")
        value = _mended(value, {})
        if len(value) <= _LONGEST_ENTITY:
            found.setdefault(match[1], value)  # the first definition binds
    return found


def _wrapped(document: str, name: str) -> str:
    """An Atom entry that stands alone is a feed of one."""
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{document}</feed>' if name == "entry" else document


def _to_end(document: str) -> tuple[str, bool]:
    """The document up to its closing tag, and whether it had one. A cut one ends after its last complete entry."""
    end = _last(_END, document)
    if end is not None:
        return document[: end.end()], True
    name = _NAME.match(document)
    start = _TAG_END.match(document, name.end()) if name else None
    if name is not None and start is not None and start[0].endswith("/>"):
        return document[: start.end()], True
    last = _last(_ENTRY_TAG, document)
    if name is None or start is None or last is None:
        raise ReadError("a feed, cut off before its first entry is complete")
    close = "</channel>" if name[1].lower() == "rss" else ""
    return f"{document[: last.end()]}{close}</{name[1]}>", False


def _last(pattern: re.Pattern[str], document: str) -> re.Match[str] | None:
    """The last match of a closing tag, found from the end without looking at the whole document twice."""
    position = len(document)
    while (position := document.rfind("</", 0, position)) >= 0:
        if match := pattern.match(document, position):
            return match
    return None


def _entries(document: str) -> tuple[list[int], list[int]]:
    """Where the entries begin and end. One inside another (a conflicting version, a quoted feed) is part of it."""
    tags = list(_ENTRY_TAG.finditer(document))
    opened = [not tag[1] and not tag[2].endswith("/") for tag in tags]
    closed = [bool(tag[1]) for tag in tags]
    if sum(opened) != sum(closed):
        return _unclosed(tags, document)
    starts: list[int] = []
    ends: list[int] = []
    depth = 0
    for tag, opens, closes in zip(tags, opened, closed, strict=True):
        if depth <= 0 and not closes:
            starts.append(tag.start())
        depth += opens - closes
        if depth <= 0 and len(ends) < len(starts):
            ends.append(tag.end())
    return starts, [*ends, *(len(document) for _ in starts[len(ends) :])]


def _unclosed(tags: list[re.Match[str]], document: str) -> tuple[list[int], list[int]]:
    """Where tags are missing, each entry ends where the next begins."""
    starts = [tag.start() for tag in tags if not tag[1]]
    last = next((tag.end() for tag in reversed(tags) if tag[1]), len(document))
    return starts, [*starts[1:], max(last, starts[-1])] if starts else []


def _chosen(document: str, starts: list[int], ends: list[int], most: int) -> str:
    """The document with its newest entries only where it has too many, and none inside another."""
    chosen = list(range(len(starts)))
    if len(starts) > most:
        dates = [_stamp(document[start:end]) for start, end in zip(starts, ends, strict=True)]
        # Stable: among entries without a date the first ones are the newest by custom.
        chosen = sorted(sorted(chosen, key=lambda index: -dates[index])[:most])
    parts = [_without_inner(document[starts[index] : ends[index]]) for index in chosen]
    if len(starts) <= most and sum(map(len, parts)) == sum(ends) - sum(starts):
        return document
    between = [document[end:start] for end, start in zip(ends, starts[1:], strict=False)]
    kept = "".join(gap for gap in between if not gap.isspace())
    return "".join((document[: starts[0]], *parts, kept, document[ends[-1] :]))


def _without_inner(entry: str) -> str:
    """An entry without the entries inside it: the parser would end it where the first of them ends."""
    tags = list(_ENTRY_TAG.finditer(entry))
    opened = sum(not tag[1] and not tag[2].endswith("/") for tag in tags)
    if len(tags) < 3 or opened != sum(bool(tag[1]) for tag in tags):
        return entry
    return entry[: tags[1].start()] + entry[tags[-2].end() :]


def _stamp(entry: str) -> float:
    match = _ENTRY_DATE.search(entry)
    moment = read_date(match[1]) if match else None
    return moment.timestamp() if moment else 0.0


def _bounded(document: str) -> str:
    """The document without what only an attack holds and the parser spends minutes on: tags and names without end."""
    if len(document) < _LARGE:
        return document
    document = _LONG_TAG.sub(r"<\1>", document)
    return _LONG_NAME.sub(r"\1", document)


def _mended(document: str, entities: dict[str, str]) -> str:
    """References that XML does not know, made into ones it does."""
    if "&" not in document:
        return document
    left = _MOST_EXPANDED

    def named(match: re.Match[str]) -> str:
        nonlocal left
        if match[1] in _XML_NAMES:
            return match[0]
        if match[1] in entities and left > 0:
            left -= len(entities[match[1]])
            return entities[match[1]]
        text = html5.get(match[1] + ";")
        return f"&amp;{match[1]};" if text is None else "".join(f"&#{ord(character)};" for character in text)

    document = _NUMERIC.sub(_numeric, document)
    document = _NAMED.sub(named, document)
    return _STRAY.sub("&amp;", document)


def _numeric(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    if code > 0x10FFFF or (code < 32 and code not in (9, 10, 13)) or _ILLEGAL.match(chr(code)):
        return ""
    return f"&#{code};"
