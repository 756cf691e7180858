"""What feed readers hand out of what was read or starred: Miniflux, FreshRSS, Feedly, and others of the same shapes.

Known by their shape, whatever the file is called:

- Miniflux: the answer of its API, `{"total", "entries": [{"id", "title", "url", "published_at", "content", "starred",
  "status", "feed": {"title", "site_url"}}]}` (https://miniflux.app/docs/api.html#endpoint-get-entries);
- FreshRSS: `starred_DAY.json`, or the zip of such files that its export page makes, in the shape of Google Reader:
  `{"items": [{"title", "published" (seconds), "crawlTimeMsec", "canonical"/"alternate": [{"href"}],
  "content"/"summary": {"content"}, "origin": {"title", "htmlUrl"}}]}`
  (https://freshrss.github.io/FreshRSS/en/developers/06_GoogleReader_API.html, `app/views/helpers/export`);
- Feedly: streams of the same shape, with times in milliseconds, `canonicalUrl` and `actionTimestamp` (when it was
  saved) beside them (https://developers.feedly.com/reference/articlejson), or a bare list of such articles.

What Miniflux says was neither read nor starred is left out, and said. Cut into days of publication. When it was
read or starred is not when it was published: it decides nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from watcher.holdings import places
from watcher.holdings.places import Place
from watcher.holdings.trouble import PlaceError, trouble
from watcher.sources.charset import decode
from watcher.sources.dates import read_date
from watcher.sources.plain import plain_line, plain_text
from watcher.text.references import unescaped
from watcher.types import Estimate, Lead, Reason, Source, Unit, Window
from watcher.urls import absolute, host_port, masked

LONGEST = 512 * 2**20  # bytes: some hundred thousand articles with their texts
_UNDATED = "undated"
_LONGEST_CONTENT = 200_000  # characters
_NUMBER = re.compile(r"[0-9]{9,13}(?:\.[0-9]{1,9})?")
_CHOICE = "expected what Miniflux, FreshRSS or Feedly export (JSON, or FreshRSS's zip)"


def units(source: Source, window: Window) -> tuple[Unit, ...]:
    """A unit for each day of the window on which something was published, oldest first; one for what has no date."""
    found: dict[str, list[Lead]] = {}
    for lead in _all(source.url):
        found.setdefault(_day(lead), []).append(lead)
    days = sorted(day for day in found if day != _UNDATED and _meets(day, window))
    named = [*days, _UNDATED] if _UNDATED in found else days
    return tuple(
        Unit(source.id, source.kind, f"{day} {_digest(found[day])}", window, source.url, end=len(found[day]))
        for day in named
    )


def leads(unit: Unit) -> Iterator[Lead]:
    """The articles of a day, in the order in which they were exported."""
    day = unit.name.partition(" ")[0]
    return (lead for lead in _all(unit.url) if _day(lead) == day)


def estimate(unit: Unit) -> Estimate:
    """A request for each article."""
    found = list(leads(unit))
    urls = [lead.url for lead in found if lead.url]
    return Estimate(len(found), len(urls), frozenset(filter(None, map(host_port, urls))))


def notes(source: Source) -> tuple[str, ...]:
    """What is to be said of an export before it is brought in: how much of it is nobody's history."""
    count = sum(_untouched(place) for place in places.listed(source.url))
    return (f"{count:,} entries were neither read nor starred, and are left out",) if count else ()


def _day(lead: Lead) -> str:
    return lead.published.date().isoformat() if lead.published else _UNDATED


def _meets(day: str, window: Window) -> bool:
    begin = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return begin < window.until and begin + timedelta(days=1) > window.since


def _digest(leads: Sequence[Lead]) -> str:
    rows = "\n".join(f"{lead.link} {lead.title}" for lead in leads)
    return hashlib.sha256(rows.encode("utf-8", "replace")).hexdigest()[:12]


# --- files ---


def _all(address: str) -> tuple[Lead, ...]:
    return tuple(lead for place in places.listed(address) for lead in _of_file(place))


@lru_cache(maxsize=4)  # a unit is a day of the same file, and there are hundreds of days
def _of_file(place: Place) -> tuple[Lead, ...]:
    body = _body(place)
    found: list[Lead] = []
    for text in _texts(body, place.address):
        entries = _entries(text, place.address)
        found += [_lead(entry) for entry in entries if not _is_untouched(entry)]
    return tuple(found)


def _body(place: Place) -> bytes:
    with places.unpacked(place.address) as file:
        body = file.read(LONGEST + 1)
    if len(body) > LONGEST:
        raise _unreadable(place.address, f"larger than {LONGEST >> 20} MiB; export it in parts", Reason.TOO_LARGE)
    return body


def _untouched(place: Place) -> int:
    """How many entries of a file nobody has read or starred."""
    body = _body(place)
    return sum(_is_untouched(each) for text in _texts(body, place.address) for each in _entries(text, place.address))


def _is_untouched(entry: Any) -> bool:
    """True for what Miniflux says was neither read nor starred: it was there, and is no history of anybody."""
    return isinstance(entry, Mapping) and entry.get("status") == "unread" and entry.get("starred") is False


def _texts(body: bytes, address: str) -> Iterator[str]:
    if not body.startswith(b"PK"):
        yield decode(body)
        return
    left = LONGEST
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for info in sorted(archive.infolist(), key=lambda info: info.filename):
                if info.filename.lower().endswith(".json"):
                    with archive.open(info) as file:
                        data = file.read(left + 1)
                    left -= len(data)
                    if left < 0:
                        raise _unreadable(address, f"more than {LONGEST >> 20} MiB unpacked", Reason.TOO_LARGE)
                    yield decode(data)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise _unreadable(address, f"a damaged zip file ({error})", Reason.INCOMPLETE) from None


def _entries(text: str, address: str) -> Sequence[Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = _lines(text)
        if not value:
            raise _unreadable(address, f"not readable as JSON, or cut off; {_CHOICE}", Reason.UNREADABLE) from None
    if isinstance(value, Mapping):
        value = next((value[key] for key in ("entries", "items", "articles") if isinstance(value.get(key), list)), None)
    if not isinstance(value, list):
        raise _unreadable(address, _CHOICE, Reason.UNREADABLE)
    if value and not any(isinstance(each, Mapping) and _is_entry(each) for each in value):
        raise _unreadable(address, _CHOICE, Reason.UNREADABLE)
    return value


def _lines(text: str) -> list[Any]:
    """JSON Lines: an article, or an answer of the API, on each."""
    found: list[Any] = []
    for line in text.splitlines():
        try:
            value = json.loads(line) if line.strip() else None
        except (ValueError, RecursionError):
            return []
        if isinstance(value, Mapping):
            inner = next((value[key] for key in ("entries", "items") if isinstance(value.get(key), list)), [value])
            found += inner
    return found


def _is_entry(entry: Mapping[str, Any]) -> bool:
    return "title" in entry and bool({"url", "canonical", "alternate", "canonicalUrl", "originId"} & set(entry))


def _unreadable(address: str, text: str, reason: Reason) -> PlaceError:
    return PlaceError(trouble(reason, f"{masked(address)}: {text}"))


# --- one article ---


def _lead(entry: Any) -> Lead:
    """What an export says of one article; what is no article in it is a lead without an address."""
    if not isinstance(entry, Mapping):
        return Lead(url=None, link=str(entry)[:1000])
    of = _part(entry, "feed") or _part(entry, "origin")
    link = _link(entry)
    content = plain_text(_content(entry)[:_LONGEST_CONTENT], is_html=True)
    return Lead(
        url=absolute(None, link) if link else None,
        title=plain_line(_string(entry.get("title"))),
        link=link or None,
        content=content,
        published=_moment(entry.get("published_at") or entry.get("published")),
        updated=_moment(entry.get("updated")),
        id=_string(entry.get("hash")) or _string(entry.get("originId")) or None,
        language=_string(entry.get("language"))[:2].lower() or None,
        authors=tuple(filter(None, (plain_line(_string(entry.get("author"))),))),
        outlet=plain_line(_string(of.get("title"))) or None,
        outlet_url=absolute(None, _string(of.get("site_url") or of.get("htmlUrl"))) or None,
    )


def _link(entry: Mapping[str, Any]) -> str:
    """Where an article is: what its publisher calls it by before what a feed led to."""
    for key in ("url", "canonicalUrl"):
        if text := _string(entry.get(key)).strip():
            return text
    for key in ("canonical", "alternate"):
        links = entry.get(key)
        for link in links if isinstance(links, list) else ():
            kind = _string(link.get("type")) if isinstance(link, Mapping) else ""
            if (
                isinstance(link, Mapping)
                and kind in ("", "text/html")
                and (text := unescaped(_string(link.get("href"))).strip())
            ):
                return text
    text = _string(entry.get("originId"))
    return text if text.startswith(("http://", "https://")) else ""


def _content(entry: Mapping[str, Any]) -> str:
    texts = []
    for key in ("content", "fullContent", "summary"):
        value = entry.get(key)
        texts.append(_string(value.get("content")) if isinstance(value, Mapping) else _string(value))
    return max(texts, key=len)


def _part(entry: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = entry.get(key)
    return value if isinstance(value, Mapping) else {}


def _moment(value: object) -> datetime | None:
    """ISO 8601, seconds or milliseconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(int(value)) if isinstance(value, float) and abs(value) < 1e15 else str(value)
    return read_date(text.partition(".")[0] if _NUMBER.fullmatch(text) else text)


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
