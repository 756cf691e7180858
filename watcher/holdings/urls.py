"""A file of addresses: one a line, a table with a column of them, JSON Lines, or a browser's bookmarks.

Each row is a lead, also one without a usable address: that it has none is an outcome. `#` begins a comment line.
A table is known by a first line that names a column `url`, `link`, `address`, `href` or `loc`; columns for a title, a
date of publication, a language and an outlet are read where they are called so. When somebody saved an address
(Pocket's `time_added`, Instapaper's `Timestamp`) says nothing about when the article was published, and is not read.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from watcher.holdings import places
from watcher.holdings.places import Place
from watcher.holdings.trouble import PlaceError, trouble
from watcher.sources.charset import decode
from watcher.sources.dates import read_date
from watcher.sources.plain import plain_line
from watcher.text.references import unescaped
from watcher.types import Estimate, Lead, Reason, Source, Unit, Window
from watcher.urls import absolute, host_port, masked

SLICE = 500  # rows of a unit: a quarter of an hour at two seconds each, if they are one host's
LONGEST = 256 * 2**20  # bytes of a file: some two million addresses
_KEPT = 32 * 2**20  # bytes of a list that is held in memory
_LONGEST_ROW = 20_000
_MOST_LINES = 10
_COLUMNS = {
    "url": ("url", "link", "address", "href", "loc", "uri", "adresse"),
    "title": ("title", "headline", "titel", "name"),
    "date": ("date", "published", "published_at", "publication_date", "pubdate", "publish_date", "datum", "datetime"),
    "language": ("language", "lang"),
    "outlet": ("outlet", "publisher", "publication", "site_name", "source"),
}
_BOOKMARK = re.compile(r'(?i)<a\s[^<>]{0,4000}?href\s*=\s*"([^"<>]{1,8000})"[^<>]{0,200000}>([^<]{0,1000})')
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,20}:/?/\S+")
_DATE_BEHIND = re.compile(r"[,;|]\s*([0-9]{4}-[0-9]{2}-[0-9]{2}\S*)$")
_Row = Mapping[str, str]


def units(source: Source, window: Window) -> tuple[Unit, ...]:
    """Some hundred rows of a file each, in its order; what is appended to a file changes none but its last."""
    found: list[Unit] = []
    for place in places.listed(source.url):
        rows = iter(_of(place))
        first = 0
        while part := list(islice(rows, SLICE)):
            end = first + len(part)
            text = "\n".join(json.dumps(row, sort_keys=True) for row in part)
            digest = hashlib.sha256(text.encode()).hexdigest()[:12]
            name = f"{places.named(place.address)} {first}-{end} {digest}"
            found.append(Unit(source.id, source.kind, name, window, place.address, first, end))
            first = end
    return tuple(found)


def leads(unit: Unit) -> Iterator[Lead]:
    """The rows of a unit."""
    (place,) = places.listed(unit.url)
    for row in islice(_of(place), unit.first, unit.end):
        yield _lead(row)


def estimate(unit: Unit) -> Estimate:
    """A request for each address, of as many hosts as there are; of very long lists nobody counts the hosts."""
    (place,) = places.listed(unit.url)
    if (place.size or 0) > _KEPT and unit.end is not None:
        return Estimate(unit.end - unit.first, unit.end - unit.first)
    found = [lead.url for lead in leads(unit)]
    urls = [url for url in found if url]
    return Estimate(len(found), len(urls), frozenset(filter(None, map(host_port, urls))))


def _lead(row: _Row) -> Lead:
    link = unescaped(row.get("url", "").strip())
    return Lead(
        url=absolute(None, link),
        title=plain_line(row.get("title", "")),
        link=link,
        published=read_date(row.get("date", "")),
        language=_language(row.get("language", "")),
        outlet=plain_line(row.get("outlet", "")) or None,
    )


def _language(text: str) -> str | None:
    match = re.fullmatch(r"\s*([A-Za-z]{2,3})(?:[-_]\w{1,12})*\s*", text)
    return match[1].lower() if match else None


# --- the shapes a list comes in ---


def _of(place: Place) -> Iterable[_Row]:
    """The rows of a file: kept while it is read unit by unit, but for those of the longest lists."""
    return _rows(place.address) if place.size is None or place.size > _KEPT or not place.stamp else _kept(place)


@lru_cache(maxsize=1)
def _kept(place: Place) -> tuple[_Row, ...]:
    return tuple(_rows(place.address))


def _rows(address: str) -> Iterator[_Row]:
    with places.unpacked(address) as file:
        body = file.read(LONGEST + 1)
    if len(body) > LONGEST:
        text = f"{masked(address)}: larger than {LONGEST >> 20} MiB; cut it into several files"
        raise PlaceError(trouble(Reason.TOO_LARGE, text))
    if b"\0" in body[:4096] and body[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        text = f"{masked(address)}: not a list of addresses but a binary file; check the address"
        raise PlaceError(trouble(Reason.UNREADABLE, text))
    text = decode(body)
    begin = text.lstrip()[:2000]
    if begin.startswith("["):
        return _json_list(text)
    if begin.startswith("{"):
        return _json_lines(text)
    if "netscape-bookmark-file" in begin.lower():
        return ({"url": unescaped(match[1]), "title": match[2]} for match in _BOOKMARK.finditer(text))
    return _lines(text)


def _lines(text: str) -> Iterator[_Row]:
    lines = (line.rstrip("\r\n") for line in text.splitlines())
    kept = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not kept:
        return iter(())
    delimiter = max("\t;,", key=kept[0].count)
    header = next(iter(csv.reader(kept[:1], delimiter=delimiter)), [])
    columns = _named([name.strip().lower().lstrip("\ufeff") for name in header])
    if "url" in columns:
        return _table(kept[1:], delimiter, columns)
    return (_plain(line) for line in kept)


def _table(lines: Sequence[str], delimiter: str, columns: Mapping[str, int]) -> Iterator[_Row]:
    place = 0
    while place < len(lines):
        count = _of_one_row(lines, place)
        row = "\n".join(lines[place : place + count])[:_LONGEST_ROW]
        if row.count('"') % 2:
            cells = row.replace('"', "").split(delimiter)
        else:
            cells = next(iter(csv.reader([row], delimiter=delimiter)), [])
        yield {name: cells[number] for name, number in columns.items() if number < len(cells)}
        place += count


def _of_one_row(lines: Sequence[str], place: int) -> int:
    """How many lines a row takes: more than one where a cell holds line breaks, but a quote that is never closed must
    not swallow the rest of the file."""
    quotes = 0
    for count, line in enumerate(lines[place : place + _MOST_LINES], 1):
        quotes += line.count('"')
        if quotes % 2 == 0:
            return count
    return 1


def _named(header: Sequence[str]) -> dict[str, int]:
    """Where each column we read is."""
    places: dict[str, int] = {}
    for name, spellings in _COLUMNS.items():
        found = next((header.index(spelling) for spelling in spellings if spelling in header), None)
        if found is not None:
            places[name] = found
    return places


def _plain(line: str) -> _Row:
    """An address, and perhaps a date before or behind it."""
    match = _ADDRESS.search(line)
    if match is None:
        return {"url": line.strip()[:_LONGEST_ROW]}  # none: that is its end
    url, rest = match[0], line[: match.start()] + line[match.end() :]
    if beside := _DATE_BEHIND.search(url):  # a comma may belong to an address, before a date it does not
        url, rest = url[: beside.start()], rest + beside[1]
    return {"url": url.rstrip(",;|>\"'"), "date": rest.strip(" \t,;|<>\"'")}


def _json_lines(text: str) -> Iterator[_Row]:
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                value = None
            yield _object(value, line)


def _json_list(text: str) -> Iterator[_Row]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return _json_lines(text)
    return (_object(value, str(value)) for value in values)


def _object(value: Any, raw: str) -> _Row:
    if isinstance(value, str):
        return {"url": value}
    if not isinstance(value, Mapping):
        return {"url": raw[:_LONGEST_ROW]}  # no address: that is its end
    names = [str(name).lower() for name in value]
    values = list(value.values())
    return {
        name: str(values[place])
        for name, place in _named(names).items()
        if isinstance(values[place], str | int | float) and not isinstance(values[place], bool)
    }
