"""A folder of saved pages: HTML as browsers save it, alone or as MHTML, packed or not.

Which page it was is said, in this order, by a file beside it (`NAME.url` or `NAME.json`, also with its whole name), by
what the program that saved it wrote into it ("saved from url=", SingleFile, Save Page WE, HTTrack, MHTML's
Snapshot-Content-Location), and by the page itself (canonical, og:url). Of a page where nothing does the address is "":
it ends as `no-address` and is counted so. When it was saved is said by the same, else by the file's own time.

The folders that browsers put pictures into (`NAME_files`) are passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from watcher.holdings import places, slices
from watcher.holdings.mhtml import unwrapped
from watcher.holdings.places import Place
from watcher.holdings.trouble import PlaceError
from watcher.sources.dates import read_date
from watcher.text.references import unescaped
from watcher.types import Capture, Estimate, Source, Unit, Window
from watcher.urls import absolute, split

LONGEST = 32 * 2**20  # bytes of one page; with its pictures in it, which are left out
_LONGEST_NOTE = 2**20
_PAGE = re.compile(r"(?i)(.+)\.(?:x?html?|mht|mhtml)(?:\.gz)?$")
_NOTE = re.compile(r"(?i)(.+)\.(?:url|json)$")
# How browsers and office programs call the folder beside a page, in the languages they speak.
_BESIDE = re.compile(
    r"(?i)(.+)[-_. ](?:files|filer|file|dateien|archivos|fichiers|ficheiros|arquivos|bestanden|pliki|soubory|fitxers|"
    r"tiedostot|dosyalar|bylos|failid|faili|elemei|datoteke|fajlovi|файлы|файли)"
)
_PICTURE = re.compile(rb"data:[\w.+-]{1,60}/[\w.+-]{1,60};base64,[A-Za-z0-9+/=%\s]{1000,}")
_LOOKED_AT = 4 * 2**20  # bytes of a page in which its own words on its address are looked for

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\s*(?:\([0-9]{1,6}\))?\s*(\S{1,8000}?)\s*-->", re.IGNORECASE)
_SINGLE_FILE = re.compile(
    r"<!--\s*Page saved with SingleFile\b.{0,200}?url:\s*(\S{1,8000})"
    r".{0,200}?saved date:\s*([^\n]{1,120}?)\s*(?:\n|-->)",
    re.DOTALL | re.IGNORECASE,
)
_HTTRACK = re.compile(
    r"<!--\s*Mirrored from (\S{1,8000}) by HTTrack(?:[^\]\n>]{0,80}\],?\s*([^\n>]{0,60}?)\s*-->)?", re.IGNORECASE
)
# A page that was saved from an archive of the web is the page that was archived, and as old as that.
_ARCHIVED = re.compile(r"(?i)https?://web\.archive\.org/web/([0-9]{14})[a-z_]{0,4}/(https?:/.{1,8000})")
# No step back and never past the next "<": a page of a million "<meta" without an end costs no more than its length.
_TAG = re.compile(r"""<(link|meta)\s((?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+)>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


def units(source: Source, window: Window) -> tuple[Unit, ...]:
    """Slices of some 200 files each, in the order of their names."""
    return slices.units(source, window, _pages(places.listed(source.url)))


def captures(unit: Unit) -> Iterator[Capture]:
    """Every saved page of a slice. One that cannot be read has what could be: its end is told by who reads it."""
    there = places.listed(unit.url)
    notes = _notes(there)
    for file in slices.files_of(unit, _pages(there)):
        yield _capture(file, notes.get(file.address, ()))


def estimate(unit: Unit) -> Estimate:
    """Its files and their bytes, which were counted when it was planned."""
    return slices.estimate(unit)


# --- which files ---


def _pages(there: Sequence[Place]) -> tuple[Place, ...]:
    names = {match[1] for each in there if (match := _PAGE.fullmatch(each.address))}
    return tuple(each for each in there if _PAGE.fullmatch(each.address) and not _is_beside(each.address, names))


def _is_beside(address: str, names: set[str]) -> bool:
    """True for a file in a folder that belongs to a page."""
    folder = address.rpartition("/")[0]
    while folder:
        match = _BESIDE.fullmatch(folder)
        if match and match[1] in names:
            return True
        folder = folder.rpartition("/")[0]
    return False


def _notes(there: Sequence[Place]) -> dict[str, tuple[str, ...]]:
    """The addresses of what is written beside each page."""
    found: dict[str, tuple[str, ...]] = {}
    by_name: dict[str, list[str]] = {}
    for each in there:
        if match := _NOTE.fullmatch(each.address):
            by_name.setdefault(match[1], []).append(each.address)
    for each in there:
        if match := _PAGE.fullmatch(each.address):
            found[each.address] = (*by_name.get(each.address, ()), *by_name.get(match[1], ()))
    return found


# --- one page ---


def _capture(file: Place, notes: Sequence[str]) -> Capture:
    body = _read(file.address, LONGEST)
    if re.search(r"(?i)\.mht(?:ml)?(?:\.gz)?$", file.address):
        body, headers, url, captured = unwrapped(body)
    else:
        headers, url, captured = (), None, None
    if len(body) > _LOOKED_AT:
        body = _PICTURE.sub(b"data:,", body)
    beside = [_note(_read(note, _LONGEST_NOTE)) for note in notes]
    own = said(_text(body[:_LOOKED_AT]))
    given = next((found for found, _ in beside if found), None)
    moment = next((found for _, found in beside if found), None)
    address, archived = _unarchived(given or url or own[0] or "")
    return Capture(
        url=address,
        body=body,
        headers=headers,
        captured=moment or archived or captured or own[1] or file.modified,
    )


def _unarchived(url: str) -> tuple[str, datetime | None]:
    match = _ARCHIVED.fullmatch(url)
    original = _web(match[2].replace(":/", "://", 1).replace(":///", "://", 1)) if match else None
    if match is None or original is None:
        return url, None
    try:
        return original, datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return original, None


def _read(address: str, most: int) -> bytes:
    """What can be read of a file: a damaged one to where the damage is."""
    pieces: list[bytes] = []
    try:
        with places.unpacked(address) as file:
            while most > 0 and (piece := file.read1(min(most, 2**20))):
                pieces.append(piece)
                most -= len(piece)
    except PlaceError:
        pass  # one file of a folder: it ends as what its bytes are, which may be none
    return b"".join(pieces)


def said(text: str) -> tuple[str | None, datetime | None]:
    """What a page says of where it was, and of when it was saved."""
    when: datetime | None = None
    if match := _SINGLE_FILE.search(text):
        url, when = match[1], _javascript_date(match[2])
        if found := _web(url):
            return found, when
    if (match := _SAVED_FROM.search(text)) and (found := _web(match[1])):
        return found, when
    if match := _HTTRACK.search(text):
        url = match[1]
        if found := _web(url if "://" in url else f"http://{url}"):
            return found, read_date(match[2] or "")
    metas, canonical = _claims(text)
    if date := metas.get("savepage-date"):
        when = _javascript_date(date)
    for claim in (metas.get("savepage-url"), canonical, metas.get("og:url")):
        if found := _web(claim):
            return found, when
    return None, when


def _claims(text: str) -> tuple[Mapping[str, str], str | None]:
    metas: dict[str, str] = {}
    canonical: str | None = None
    for match in _TAG.finditer(text):
        attributes = {
            each[1].lower(): unescaped(each[2] or each[3] or each[4] or "") for each in _ATTRIBUTE.finditer(match[2])
        }
        if match[1].lower() == "link":
            if canonical is None and "canonical" in attributes.get("rel", "").lower().split():
                canonical = attributes.get("href")
        else:
            name = (attributes.get("property") or attributes.get("name") or "").lower()
            if name in ("og:url", "savepage-url", "savepage-date"):
                metas.setdefault(name, attributes.get("content", ""))
    return metas, canonical


def _note(body: bytes) -> tuple[str | None, datetime | None]:
    """What is written beside a page: a link of Windows (`URL=`), or JSON with "url"."""
    text = _text(body)
    if text.lstrip().startswith("{"):
        try:
            value: Any = json.loads(text)
        except (ValueError, RecursionError):
            return None, None
        url = next((value[key] for key in ("url", "source_url", "uri") if isinstance(value.get(key), str)), None)
        keys = ("captured", "saved", "saved_at", "archived_at", "timestamp", "fetched")
        date = next((str(value[key]) for key in keys if isinstance(value.get(key), str | int | float)), "")
        return _web(url), read_date(date.partition(".")[0] if date.replace(".", "", 1).isdigit() else date)
    match = re.search(r"(?im)^\s*URL\s*=\s*(\S+)", text)
    return _web(match[1] if match else None), None


def _web(url: str | None) -> str | None:
    """An http(s) address as it is written in files of any age."""
    found = absolute(None, unescaped(url).strip()) if url else None
    return found if found and split(found) else None


def _javascript_date(text: str) -> datetime | None:
    """`Wed Mar 04 2026 12:00:00 GMT+0100 (Central European Standard Time)`, or any other."""
    return read_date(re.sub(r"\s*\(.*", "", text))


def _text(body: bytes) -> str:
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace")
    return body.decode("utf-8", "replace")
