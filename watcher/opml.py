"""OPML, the list of sources that feed readers exchange: read from anybody's hand, written so that it comes back equal.

What is not OPML's own (a source's id, kind, interval ...) is written as attributes of a namespace of ours, which
other programs pass over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.entities import html5
from typing import Any
from xml.parsers import expat

from watcher.errors import ReadError
from watcher.sources.charset import decode

MOST_BYTES = 64 * 2**20
MOST_ROWS = 100_000
# Readers know one or two levels. What lies deeper is put into the deepest folder that is kept.
MOST_LEVELS = 10
LONGEST_NAME = 500  # characters of a title or folder

NAMESPACE = "urn:toldonce:opml"
_OWN = "toldonce:"
_JSON = "json:"  # before what is no text: a list, a number
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)(?:([A-Za-z][A-Za-z0-9]{1,31};))?")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,8}));")


@dataclass(frozen=True, slots=True)
class Outline:
    """One source as a list names it; texts on one line, `url` as it stood there."""

    url: str
    title: str = ""
    site: str = ""
    language: str = ""
    folder: tuple[str, ...] = ()  # outermost first
    own: Mapping[str, Any] = field(default_factory=dict)  # what only this program knows, by the keys of config.toml
    line: int = 0


@dataclass(frozen=True, slots=True)
class Outlines:
    """A whole list, with what had to be mended to read it."""

    rows: tuple[Outline, ...]
    warnings: tuple[str, ...] = ()


def read_outlines(body: bytes) -> Outlines:
    """The sources a list names, in its order; ReadError for what is no OPML, or could be an attack.

    OPML 1 and 2, folders in folders, in any encoding, names of elements and attributes in any case. A document type
    definition is refused, so no entity is ever expanded; a bare `&` is mended and said.
    """
    if len(body) > MOST_BYTES:
        raise ReadError(f"larger than {MOST_BYTES >> 20} MiB, which no list of sources is")
    text = decode(body)
    if not text.strip():
        raise ReadError("empty")
    warnings: list[str] = []
    clean = _NOT_XML.sub("", _REFERENCE.sub(_allowed, text))
    if clean != text:
        warnings.append("characters that XML does not allow were left out")
    mended = _ENTITY.sub(_mend, clean)
    if mended != clean:
        line = clean.count("\n", 0, next(_ENTITY.finditer(clean)).start()) + 1
        warnings.append(f"line {line}: a bare & (or an entity that XML does not know) was mended, there and wherever")
    reader = _Reader(warnings)
    reader.read(mended)
    return Outlines(tuple(reader.rows), tuple(dict.fromkeys(warnings)))


def plain(text: str) -> str:
    """A title or folder's name on one line, without what XML cannot hold. Doing it twice is doing it once."""
    return " ".join(_NOT_XML.sub(" ", text).split())[:LONGEST_NAME].strip()


def write_outlines(rows: Sequence[Outline], title: str) -> str:
    """The list as OPML 2.0, in the order of its rows, those of one folder together.

    No date stands in it: equal sources give an equal file.
    """
    rows = [replace(row, folder=_shown_folder(row.folder)) for row in rows]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:toldonce="{NAMESPACE}">',
        f"  <head><title>{_escaped(plain(title))}</title></head>",
        "  <body>",
        *_nested(rows, 0),
        "  </body>",
        "</opml>",
    ]
    return "\n".join(lines) + "\n"


def _shown_folder(folder: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for each in folder if (name := plain(each)))[:MOST_LEVELS]


def _nested(rows: Sequence[Outline], level: int) -> Iterable[str]:
    indent = "  " * (level + 2)
    groups: dict[str, list[Outline]] = {}
    alone = 0
    for row in rows:
        if len(row.folder) > level:
            groups.setdefault("/" + row.folder[level], []).append(row)
        else:
            groups[str(alone)] = [row]
            alone += 1
    for name, group in groups.items():
        if name[0] != "/":
            yield f"{indent}<outline{_attributes(group[0])}/>"
            continue
        folder = _escaped(name[1:])
        yield f'{indent}<outline text="{folder}" title="{folder}">'
        yield from _nested(group, level + 1)
        yield f"{indent}</outline>"


def _attributes(row: Outline) -> str:
    title = plain(row.title)
    title = title if title != row.url else ""
    found = {
        "type": "rss",
        "text": title or _named(row.own) or row.url,
        "title": title,
        "xmlUrl": row.url,
        "htmlUrl": row.site,
        "language": row.language,
    }
    own = {f"{_OWN}{key}": _packed(value) for key, value in row.own.items()}
    return "".join(f' {name}="{_escaped(value)}"' for name, value in (found | own).items() if value)


def _named(own: Mapping[str, Any]) -> str:
    return plain(str(own.get("id", "")))


def _packed(value: Any) -> str:
    if isinstance(value, str) and value == _NOT_XML.sub("", value).strip() and not value.startswith(_JSON):
        return value
    return _JSON + json.dumps(value, sort_keys=True)


def _unpacked(text: str) -> Any:
    if not text.startswith(_JSON):
        return text
    try:
        return json.loads(text.removeprefix(_JSON))
    except (ValueError, RecursionError):
        return text


def _escaped(text: str) -> str:
    text = _NOT_XML.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def _allowed(match: re.Match[str]) -> str:
    """A reference to a character, if XML allows that character."""
    number = int(match[1], 16) if match[1] else int(match[2])
    return match[0] if number < 0x110000 and not _NOT_XML.match(chr(number)) else ""


def _mend(match: re.Match[str]) -> str:
    known = html5.get(match[1] or "")
    if known is not None:
        return "".join(f"&#{ord(letter)};" for letter in known)
    return "&amp;" + match[0][1:]


class _Reader:
    """What expat calls: no recursion, so that a thousand folders in one another cost no stack."""

    def __init__(self, warnings: list[str]) -> None:
        self.rows: list[Outline] = []
        self._warnings = warnings
        self._open: list[bool] = []  # for every open element: it put a folder's name on the path
        self._path: list[str] = []
        self._is_opml = False
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, text: str) -> None:
        body = _DECLARATION.sub("", text, count=1).encode()
        try:
            self._parser.Parse(body, True)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            raise ReadError(f"not readable as XML: {what} in line {error.lineno}, column {error.offset + 1}") from None
        finally:
            for handler in ("StartDoctypeDeclHandler", "StartElementHandler", "EndElementHandler"):
                setattr(self._parser, handler, None)  # the parser and its handlers would keep each other alive

    def _doctype(self, *_: object) -> None:
        raise ReadError("it has a document type definition (<!DOCTYPE ...>), which no list of sources needs: refused")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._is_opml:
            if name.lower() != "opml":
                raise ReadError(f"no OPML: its outermost element is <{name[:40]}>")
            self._is_opml = True
        is_folder = False
        if name.lower() == "outline":
            is_folder = self._outline({key.lower(): value.strip() for key, value in attributes.items()})
        self._open.append(is_folder)

    def _end(self, _name: str) -> None:
        if self._open.pop():
            self._path.pop()

    def _outline(self, attributes: dict[str, str]) -> bool:
        """Notes a row; True for a folder."""
        url = attributes.get("xmlurl", "")
        name = plain(attributes.get("title", "")) or plain(attributes.get("text", ""))
        if not url:
            self._path.append(name)
            return True
        if len(self.rows) >= MOST_ROWS:
            raise ReadError(f"more than {MOST_ROWS:,} sources, which nobody reads")
        own = {key.removeprefix(_OWN): _unpacked(each) for key, each in attributes.items() if key.startswith(_OWN)}
        titled = "title" in attributes or name != _named(own)
        self.rows.append(
            Outline(
                url=url,
                title=name if titled and name != url else "",
                site=attributes.get("htmlurl", ""),
                language=attributes.get("language", ""),
                folder=self._folder(attributes.get("category", "")),
                own=own,
                line=self._parser.CurrentLineNumber,
            )
        )
        return False

    def _folder(self, category: str) -> tuple[str, ...]:
        """The folders a row lies in; else the first of its categories that is written as a path (OPML 2.0)."""
        names = self._path
        if not any(names) and category.startswith("/"):
            names = category.partition(",")[0].split("/")
        if len(names) > MOST_LEVELS + 1:
            self._warnings.append(f"folders deeper than {MOST_LEVELS} levels were put together")
        return _shown_folder(names)
