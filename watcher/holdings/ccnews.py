"""CC-NEWS, Common Crawl's archive of news pages: a WARC file each hour or two, found by the month's index of paths.

A file is named after the moment it was begun and is closed after 1 GiB or a day (news-crawl, `conf/crawler.flux`:
FileTimeSizeRotationPolicy 1024 MB, 1440 minutes). A window is about publication, and a page is read after that: mostly
within a day, as the crawler reads feeds and sitemaps several times a day, but a sitemap that is walked rarely brings
pages of the week before. So the files begun up to a week after the window are read too; what is found outside of the
window ends as `too-old`, like everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from watcher.holdings import places
from watcher.holdings.trouble import PlaceError, trouble
from watcher.types import Capture, Estimate, Reason, Source, Unit, Window
from watcher.urls import masked

BASE = "https://data.commoncrawl.org/"
BEGAN = (2016, 8)  # the first month there is
OPEN = timedelta(days=1)  # how long a file may be written to
LATER = timedelta(days=7)  # how long after its publication a page may still be met for the first time
_USUAL = 2**30  # bytes of a file
_LONGEST_INDEX = 64 * 2**20  # bytes; a month's is some 60 kB
_NAME = re.compile(r"(?:[\w./-]{0,200}/)?(CC-NEWS-([0-9]{14})-[0-9]{1,9})\.warc\.gz")
_MISSING = frozenset({403, 404})  # an object store says 403 of what is not there to whom may not list it


def units(source: Source, window: Window) -> tuple[Unit, ...]:
    """One unit for each WARC file that may hold pages published in the window, oldest first. Asks for the indexes.

    `url` is the archive's address or a mirror's: a folder here, http(s) or s3, with `crawl-data/CC-NEWS/` below it.
    """
    base = (source.url or BASE).rstrip("/") + "/"
    begin, end = window.since - OPEN, window.until + LATER
    found: dict[str, str] = {}
    answered = False
    missing: list[PlaceError] = []
    for year, month in _months(begin, end):
        try:
            rows = list(_paths(f"{base}crawl-data/CC-NEWS/{year:04}/{month:02}/warc.paths.gz"))
        except PlaceError as error:
            # A month that has not begun has no index; before one that has, it is a fault. What is asked for only for
            # a file still open at the window's beginning need not be in a mirror of some months.
            if error.trouble.status not in _MISSING and error.trouble.reason is not Reason.NAME:
                raise
            if (year, month) >= (window.since.year, window.since.month):
                missing.append(error)
            continue
        if missing:
            raise missing[0]
        answered = True
        found.update({name: path for name, moment, path in rows if begin <= moment < end})
    if not answered and missing:
        raise missing[0]
    return tuple(Unit(source.id, source.kind, name, window, base + path) for name, path in sorted(found.items()))


def captures(unit: Unit) -> Iterator[Capture]:
    """The pages of one file."""
    from watcher.holdings import held  # fastwarc's door is opened by who reads, not by who plans

    return held("warc").captures(replace(unit, via="warc"))


def estimate(unit: Unit) -> Estimate:
    """A gigabyte: files are closed at that size, and asking each for its own would be a request for every hour."""
    host = places.host_of(unit.url)
    return Estimate(requests=1 if host else 0, hosts=frozenset({host} if host else ()), bytes=_USUAL, about=True)


def look(unit: Unit, clock: Callable[[], float]) -> Estimate:
    """What the beginning of one file says of it, and how large it is."""
    from watcher.holdings import warc

    return warc.look(replace(unit, via="warc"), clock)


def _months(begin: datetime, end: datetime) -> Iterator[tuple[int, int]]:
    year, month = max((begin.year, begin.month), BEGAN)
    while (year, month) <= (end.year, end.month):
        yield year, month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _paths(address: str) -> Iterator[tuple[str, datetime, str]]:
    """(name, when it was begun, path) of the files an index names; what is no such path is passed over."""
    with places.unpacked(address) as file:
        text = file.read(_LONGEST_INDEX)
    seen = False
    for line in text.decode("utf-8", "replace").splitlines():
        match = _NAME.fullmatch(line.strip().lstrip("/"))
        moment = _moment(match[2]) if match else None
        if match and moment and ".." not in match[0].split("/"):
            seen = True
            yield match[1], moment, match[0]
    if text.strip() and not seen:
        raise PlaceError(trouble(Reason.UNREADABLE, f"{masked(address)}: no index of CC-NEWS files; check the address"))


def _moment(digits: str) -> datetime | None:
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
