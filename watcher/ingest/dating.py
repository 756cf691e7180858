"""What dates are worth: claims, each checked for what it can be, none of them fact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from watcher.types import DateFrom, Extraction, Lead

# The web's first news sites are of the mid-nineties: an earlier date is a broken one (feedparser reads the Unix time
# 1704103200 as the year 1704), and so is one more than a day ahead, which no time zone explains.
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=24)


def published_of(lead: Lead, extraction: Extraction | None, now: datetime) -> tuple[datetime | None, DateFrom]:
    """The most trustworthy claim about the date, and whose it is. An implausible claim is none."""
    by_feed = plausible(lead.published or lead.updated, now)
    by_page = plausible(extraction.published if extraction else None, now)
    # A page often gives the day alone; where the feed agrees with it about the day, the feed's hour is the better one.
    if by_page and by_feed and abs(by_page - by_feed) <= timedelta(hours=36):
        return by_feed, "feed"
    if by_page:
        return by_page, "page"
    return (by_feed, "feed") if by_feed else (None, "found")


def plausible(moment: datetime | None, now: datetime) -> datetime | None:
    """The moment itself if something can have been published then, else None."""
    return moment if moment is not None and EARLIEST <= moment <= now + AHEAD else None
