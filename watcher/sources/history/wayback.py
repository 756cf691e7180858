"""The way `wayback`: what a feed or a page of news looked like on past days, by the Internet Archive's Wayback Machine.

    list of captures (CDX), a month at a time ──> a few captures of each day, as they were served then
      └─ read as what they are (feed, sitemap, page) with links of that time ──> their articles' pages, asked live
                                                                                 └─ gone ──> the page's own capture

The archive asks for fewer than 24 searches a minute of one network, counts what comes after a 429 and shuts out whoever
goes on (github.com/edgi-govdata-archiving/wayback, release 0.5.1 and issue 137): `politeness.PACES` keeps three seconds
between two requests, and a 429 without a time ends the asking for hours, as of any host.

Another archive of the same kind is asked where a source's address is one of its searches: `.../cdx?url=ADDRESS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from watcher import urls
from watcher.errors import ReadError
from watcher.sources import feed, listing, sitemap
from watcher.sources.history import spans
from watcher.sources.history.rows import rows_of
from watcher.sources.history.steps import reckoned
from watcher.types import Estimate, Lead, Memory, Page, Reading, Request, Source, Trouble, Unit, Window

CDX = "https://web.archive.org/cdx/search/cdx"
MOST_LISTED = 1_000  # captures in one answer: an hour's first ones of a whole month, and those after it
MOST_LISTS = 20  # answers for one month
PER_DAY = 4  # captures read of one day, six hours apart: a busy feed holds no more than that
AFTER = 2  # captures read that were taken after the window: they list what was published at its end
_FIELDS = "timestamp,original,statuscode,mimetype,digest,length"
_SEARCH = re.compile(r"/cdx(?:/search/cdx)?/?$")
_CAPTURE = re.compile(r"/web/([0-9]{14})[a-z_]{0,4}/(https?:/{1,2}[^#]+)", re.IGNORECASE)
_SLASHES = re.compile(r"^(https?:)/+", re.IGNORECASE)
_LIST = re.compile(r"#list-([0-9]{1,4})$")
_KINDS = (("feed", feed), ("sitemap", sitemap), ("page", listing))


@dataclass(frozen=True, slots=True)
class _Row:
    moment: datetime
    stamp: str
    url: str
    digest: str
    is_answer: bool  # and no redirect or error that was captured


def requests(source: Source, memory: Memory, window: Window | None) -> tuple[Request, ...]:
    """The list of captures of the source's address, from the window's beginning on."""
    del memory
    window = spans.wanted(window)
    search, wanted = _asked_of(source)
    query = {
        "url": wanted,
        "from": f"{window.since.astimezone(UTC):%Y%m%d%H%M%S}",
        "output": "json",
        "fl": _FIELDS,
        "filter": "statuscode:200",
        "collapse": "timestamp:10",
        "limit": MOST_LISTED,
        "showResumeKey": "true",
    }
    return (Request(f"{search}?{urlencode(query)}#list-1"),)


def units(source: Source, window: Window) -> tuple[Unit, ...]:
    """A month each: what was published on one day is listed by captures of several."""
    return spans.months(source, "wayback", window)


def read(source: Source, page: Page, window: Window | None) -> Reading:
    """Of a list of captures the requests for some of them; of a capture the leads it listed."""
    window = spans.wanted(window)
    if _LIST.search(page.asked):
        return _listed(source, page, window)
    return _captured(source, page, window)


def estimate(source: Source, page: Page, window: Window) -> Estimate:
    """How many captures would be read; of one of them, how many articles there are if they always come as often."""
    hosts = frozenset({urls.host_port(page.url), urls.host_port(_asked_of(source)[1])})
    if not _LIST.search(page.asked):
        leads = _captured(source, page, window).leads
        dated = [moment for lead in leads if (moment := lead.published or lead.updated) is not None]
        return Estimate(reckoned(dated, window.since, window.until), 0, hosts, about=True)
    reading = _listed(source, page, window)
    if not reading.more and reading.short is None:
        return Estimate(0, 1, hosts)
    return Estimate(requests=1 + len(reading.more), hosts=hosts)


def refused(source: Source, url: str, trouble: Trouble, window: Window) -> Reading | Trouble:
    """Nothing stands for it: the archive refuses, or lost what its list names."""
    del source, url, window
    return trouble


def captured_at(url: str) -> datetime | None:
    """When the capture was taken that has this address in an archive; None for any other address."""
    match = _CAPTURE.search(url)
    return _moment(match[1]) if match else None


# --- the list ---


def _asked_of(source: Source) -> tuple[str, str]:
    """The search that is asked, and the address whose captures are wanted."""
    address = urls.split(source.url)
    if address is not None and _SEARCH.search(address.path):
        wanted = dict(parse_qsl(address.query)).get("url")
        if wanted:
            return (
                f"{address.scheme}://{address.netloc}{address.path}",
                wanted if "://" in wanted else f"http://{wanted}",
            )
    return CDX, source.url


def _listed(source: Source, page: Page, window: Window) -> Reading:
    found, whole = rows_of(page.body)
    if isinstance(found, dict):
        raise ReadError("JSON of another kind: no list of captures")
    rows, key, junk = _rows(found, _asked_of(source)[1])
    chosen = _chosen(rows, window)
    more = [Request(f"{_replay(page.url)}{row.stamp}id_/{row.url}") for row in chosen]
    short = None
    if not whole:
        short = "the list of captures is cut off before its end"
    elif junk:
        short = (
            f"{junk} of {junk + len(rows)} rows in the list of captures name none of {urls.host(_asked_of(source)[1])}"
        )
    if key and (not rows or max(row.moment for row in rows) < window.until):
        number = int(match[1]) if (match := _LIST.search(page.asked)) else 1
        if number >= MOST_LISTS:
            short = short or f"the list of captures goes on after {number} answers; no more were asked"
        elif _unmarked(_resumed(page.asked, key, number)) == _unmarked(page.asked):
            short = short or f"the list of captures goes on with itself after {number} answers"
        else:
            more.append(Request(_resumed(page.asked, key, number + 1)))
    return Reading(more=tuple(more), short=short)


def _rows(found: list[Any], wanted: str) -> tuple[list[_Row], str | None, int]:
    """The captures in a list, the key by which it goes on, and how many of its rows are none of the address's."""
    if not found:
        return [], None, 0
    header = found[0] if isinstance(found[0], list) else []
    if not {"timestamp", "original"} <= {name for name in header if isinstance(name, str)}:
        raise ReadError("no list of captures: its first row does not name a timestamp and an original")
    rows: dict[str, _Row] = {}
    key, junk = None, 0
    if len(found) > 2 and found[-2] == [] and isinstance(found[-1], list) and len(found[-1]) == 1:
        key, found = str(found[-1][0]), found[:-2]
    own: dict[str, str | None] = {}
    for cells in found[1:]:
        if (row := _row(header, cells, wanted, own)) is None:
            junk += 1
        elif row.is_answer:
            rows.setdefault(row.stamp, row)
    if junk and junk == len(found) - 1:
        raise ReadError(f"no list of captures: not one of its {junk} rows names one of {urls.host(wanted)}")
    return sorted(rows.values(), key=lambda row: (row.moment, row.url)), key, junk


def _row(header: list[Any], cells: Any, wanted: str, own: dict[str, str | None]) -> _Row | None:
    if not isinstance(cells, list) or len(cells) != len(header) or not all(isinstance(cell, str) for cell in cells):
        return None
    named = dict(zip(header, cells, strict=True))
    moment, original = _moment(named["timestamp"]), named["original"]
    if original not in own:  # a list repeats it thousands of times
        own[original] = _of_site(original, wanted)
    url = own[original]
    if moment is None or url is None:
        return None
    is_answer = named.get("statuscode", "200") == "200"
    return _Row(moment, named["timestamp"], url, named.get("digest", ""), is_answer)


def _of_site(original: str, wanted: str) -> str | None:
    """A captured address of the site that was asked for, without the port that old captures name (":80")."""
    address = urls.split(original)
    if address is None or _bare(address.host) != _bare(urls.host(wanted)):
        return None
    return f"{address.scheme}://{address.netloc}{address.target}"


def _chosen(rows: Iterable[_Row], window: Window) -> list[_Row]:
    """A few of each day that differ from the one before, oldest first, and the first ones after the window."""
    chosen: list[_Row] = []
    taken: set[tuple[object, int]] = set()
    before, after = "", 0
    for row in rows:
        if row.moment < window.since or after >= AFTER:
            continue
        slot = (row.moment.date(), row.moment.hour * PER_DAY // 24)
        if slot in taken or (row.digest and row.digest == before):
            continue
        taken.add(slot)
        chosen.append(row)
        before, after = row.digest, after + (row.moment >= window.until)
    return chosen


def _replay(search: str) -> str:
    """Where an archive's captures are, by the address of its search."""
    address = urls.split(search)
    return f"{address.scheme}://{address.netloc}/web/" if address else ""


def _unmarked(url: str) -> str:
    return url.partition("#")[0]


def _resumed(asked: str, key: str, number: int) -> str:
    """The same search from where it ended: the key comes percent-encoded, and goes back as it came."""
    bare = re.sub(r"&resumeKey=[^&]*", "", asked.partition("#")[0])
    return f"{bare}&resumeKey={quote(key, safe='%+')}#list-{number}"


# --- a capture ---


def _captured(source: Source, page: Page, window: Window) -> Reading:
    """A capture read as the page it was, at its own address and its own time."""
    match = _CAPTURE.search(page.url)
    moment = _moment(match[1]) if match else None
    if match is None or moment is None:
        raise ReadError(f"{urls.masked(page.url)} is no capture: the archive led elsewhere")
    url = _own(match[2])
    then = Page(url, 200, page.headers, page.body, moment, asked=url)
    reading = _read_as_it_is(replace(source, url=url), then)
    leads = (_lead(lead, page.url[: match.start()]) for lead in reading.leads)
    claimed = ((lead, lead.published or lead.updated) for lead in leads)
    kept = tuple(_copied(lead, match[1], page.url) for lead, at in claimed if at is None or window.holds(at))
    short = None if reading.whole else f"the capture of {match[1]} is cut off before its end"
    return Reading(kept, title=reading.title, language=reading.language, short=short)


def _read_as_it_is(source: Source, page: Page) -> Reading:
    reasons: list[str] = []
    for name, kind in _KINDS:
        try:
            reading = kind.read(replace(source, kind=name, most=source.most or feed.MOST_READ), page, None)
        except ReadError as error:
            reasons.append(str(error))
            continue
        return Reading(
            reading.leads, title=reading.title, language=reading.language, whole=reading.whole or not reading.leads
        )
    raise ReadError(f"the capture is neither a feed nor a list of articles: {reasons[0]}")


def _lead(lead: Lead, archive: str) -> Lead:
    """Its own address, where the archive had put itself in front of it."""
    if lead.url is None or not lead.url.startswith(f"{archive}/web/"):
        return lead
    match = _CAPTURE.search(lead.url)
    return replace(lead, url=_own(match[2])) if match else lead


def _own(url: str) -> str:
    """What was captured: of a capture of a capture the innermost; servers between us make one slash of two."""
    while match := _CAPTURE.search(url):
        url = match[2]
    return _SLASHES.sub(r"\1//", url)


def _copied(lead: Lead, stamp: str, page_url: str) -> Lead:
    if lead.url is None:
        return lead
    return replace(lead, copy=f"{_replay(page_url)}{stamp}id_/{lead.url.partition('#')[0]}")


def _moment(stamp: str) -> datetime | None:
    if len(stamp) != 14 or not (stamp.isascii() and stamp.isdigit()):
        return None
    try:
        day, time = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}", f"{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}"
        return datetime.fromisoformat(f"{day}T{time}+00:00")
    except ValueError:
        return None


def _bare(host: str) -> str:
    return host.removeprefix("www.")
