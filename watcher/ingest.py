"""What becomes of a lead: every one ends in exactly one outcome.

    lead ── no http(s) address ───────────────> no-address
      ├──── address followed before ──────────> seen
      ├──── outside the window ───────────────> too-old
      ├──── no topic, and pages = on-topic ───> off-topic
      ├──── page wanted ── fetched, extracted ─> article, or the feed's own text, or its headline with the reason
      └──── topics of what was read ── none ──> off-topic
                                     └─ some ─> judged, put into its story: stored

`sift` decides what needs no page, `read` makes the article, `settle` stores it. None of them waits for anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from watcher import placing, urls
from watcher.ports import Judge, Matcher, Writer
from watcher.stories.cluster import Rules
from watcher.stories.signal import compared
from watcher.text.scripts import spaceless_share
from watcher.types import (
    TELLS,
    UNKNOWN_LANGUAGE,
    Article,
    DateFrom,
    Document,
    Extraction,
    HeadlineOnly,
    Key,
    Lead,
    LeadRecord,
    Outcome,
    Reason,
    Seed,
    Source,
    TopicMatch,
    Trouble,
    Window,
)

# The web's first news sites are of the mid-nineties: an earlier date is a broken one (feedparser reads the Unix time
# 1704103200 as the year 1704), and so is one more than a day ahead, which no time zone explains.
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=24)
# When a source is visited for the first time, only its last day is news; later on, what is older than two weeks when
# it is found has come back from an archive.
FIRST_VISIT_NEWS = timedelta(hours=24)
RESURFACED = timedelta(days=14)
# A feed's own text stands for the page from about sixty words on: shorter ones are teasers. A character of a script
# without spaces carries about as much as three others.
ENOUGH_TEXT = 400
SPACELESS_WEIGHT = 3


@dataclass(frozen=True, slots=True)
class Followed:
    """A lead that goes on: its canonical address, and whether its page is to be fetched."""

    lead: Lead
    url: str
    wants_page: bool


@dataclass(frozen=True, slots=True)
class Sifted:
    """Leads that ended at once, and those that go on."""

    ended: tuple[LeadRecord, ...]
    followed: tuple[Followed, ...]
    seen: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article with everything about it that needs no archive: its topics, its keys and its facts."""

    lead_url: str
    article: Article
    topics: tuple[TopicMatch, ...]
    keys: tuple[Key, ...]
    facts: str = ""


def sift(
    leads: Sequence[Lead],
    source: Source,
    followed: Collection[str],
    matches: Matcher,
    now: datetime,
    window: Window | None = None,
) -> Sifted:
    """Ends the leads that need no page. `followed` holds the canonical addresses whose lead ended before."""
    ended: list[LeadRecord] = []
    going_on: list[Followed] = []
    met: set[str] = set()
    seen = 0
    for lead in leads:
        url = urls.canonical(lead.url) if lead.url else None
        if url is not None and (url in followed or url in met):
            seen += 1
            continue
        outcome = _outcome_without_page(lead, url, source, matches, window)
        if url is None or outcome is not None:
            ended.append(_record(lead, url, source, outcome or Outcome.NO_ADDRESS, now))
        else:
            going_on.append(Followed(lead, url, wants_page=source.pages != "never"))
        met.add(url or "")
    return Sifted(tuple(ended), tuple(going_on), seen)


def _outcome_without_page(
    lead: Lead, url: str | None, source: Source, matches: Matcher, window: Window | None
) -> Outcome | None:
    if url is None:
        return Outcome.NO_ADDRESS
    claimed = lead.published or lead.updated
    if window is not None and claimed is not None and not window.holds(claimed):
        return Outcome.TOO_OLD
    # A sitemap's lead has no words to be judged by: its page decides.
    if source.pages == "always" or not (lead.title or lead.summary or lead.content):
        return None
    return None if _topics(matches, source, lead.title, lead.content or lead.summary) else Outcome.OFF_TOPIC


def _record(lead: Lead, url: str | None, source: Source, outcome: Outcome, now: datetime) -> LeadRecord:
    address = url or lead.link or lead.id or f"{source.id}:{lead.title}"
    return LeadRecord(address, source.id, lead.title, outcome, now, lead.published)


def ended(followed: Followed, source: Source, outcome: Outcome, now: datetime) -> LeadRecord:
    """The record of a lead whose end came after it was followed."""
    return _record(followed.lead, followed.url, source, outcome, now)


def read(
    followed: Followed,
    source: Source,
    answer: Extraction | Trouble | None,
    *,
    outlet: str | None,
    language: str,
    now: datetime,
) -> Article | Outcome:
    """Makes an article of a lead and what its page gave: an extraction, trouble, or None when no page was wanted.

    Where the page gives nothing, the feed's own text stands in, then its headline with the reason. `language` is what
    the lead's own words were identified as, `outlet` what the source calls itself.
    """
    if isinstance(answer, Trouble) and answer.reason is Reason.FORBIDDEN_ADDRESS:
        return Outcome.REFUSED
    if isinstance(answer, Extraction) and answer.outcome == "article" and answer.wall is None:
        return _article(followed, source, answer, answer.text, None, outlet, language, now)
    lead = followed.lead
    reason = _missing(answer)
    extraction = answer if isinstance(answer, Extraction) else None
    own_text = lead.content if weight(lead.content) >= weight(lead.summary) else lead.summary
    if weight(own_text) >= ENOUGH_TEXT:
        return _article(followed, source, extraction, own_text, None, outlet, language, now)
    if not lead.title:
        return _OUTCOMES[reason]
    # What a wall or a listing says is no teaser; a short page is one.
    teaser = own_text or (extraction.text if extraction and reason == "too-short" else "")
    return _article(followed, source, extraction, teaser, reason, outlet, language, now)


def weight(text: str) -> int:
    """How much a text says, in characters of a script with spaces."""
    return int(len(text) * (1 + (SPACELESS_WEIGHT - 1) * spaceless_share(text)))


_OUTCOMES: dict[HeadlineOnly, Outcome] = {
    "forbidden": Outcome.FORBIDDEN,
    "robots": Outcome.FORBIDDEN,
    "paywall": Outcome.FORBIDDEN,
    "consent-wall": Outcome.FORBIDDEN,
    "unreachable": Outcome.UNREACHABLE,
    "unreadable": Outcome.UNREADABLE,
    "not-an-article": Outcome.NOT_AN_ARTICLE,
    "too-short": Outcome.TOO_SHORT,
    "feed-only": Outcome.TOO_SHORT,
}


def _missing(answer: Extraction | Trouble | None) -> HeadlineOnly:
    """Why there is no page text."""
    if answer is None:
        return "feed-only"
    if isinstance(answer, Trouble):
        if answer.reason is Reason.ROBOTS:
            return "robots"
        # 401, 402, 403 and 451 refuse us, not the moment.
        return "forbidden" if answer.status in {401, 402, 403, 451} else "unreachable"
    if answer.wall is not None:
        return answer.wall
    return "unreadable" if answer.outcome == "article" else answer.outcome


def _article(
    followed: Followed,
    source: Source,
    extraction: Extraction | None,
    text: str,
    headline_only: HeadlineOnly | None,
    outlet: str | None,
    language: str,
    now: datetime,
) -> Article:
    lead = followed.lead
    canonical = urls.canonical(extraction.url) if extraction and extraction.url else None
    published, published_from = _published(lead, extraction, now)
    found_language = source.language or lead.language or (extraction.language if extraction else "") or language
    return Article(
        url=canonical or followed.url,
        title=lead.title or (extraction.title if extraction else ""),
        text=_with_links(text, lead, extraction) if source.role == "forum" else text,
        source=source.id,
        outlet=_outlet(source, extraction, outlet, canonical or followed.url),
        language=found_language if found_language != UNKNOWN_LANGUAGE else language,
        found=now,
        published=published,
        published_from=published_from,
        authors=lead.authors or (extraction.authors if extraction else ()),
        role=source.role,
        headline_only=headline_only,
    )


_LINK = re.compile(r"https?://[^\s<>\"'\])}]+")


def _with_links(text: str, lead: Lead, extraction: Extraction | None) -> str:
    """A thread's text with the addresses that its page and its lead name beside it: they say what it talks of."""
    named = (*(extraction.links if extraction else ()), *_LINK.findall(lead.content), *_LINK.findall(lead.summary))
    missing = [each for each in dict.fromkeys(named) if each not in text]
    return "\n".join(filter(None, (text, *missing)))


def _outlet(source: Source, extraction: Extraction | None, feed_title: str | None, url: str) -> str:
    """An outlet's own name; what an aggregator or forum links to is called by its own site, never by theirs."""
    on_page = extraction.outlet if extraction else None
    if source.role in {"aggregator", "forum"}:
        return on_page or urls.host(url)
    return source.title or on_page or feed_title or urls.host(url)


def _published(lead: Lead, extraction: Extraction | None, now: datetime) -> tuple[datetime | None, DateFrom]:
    """The most trustworthy claim about the date, and whose it is. An implausible claim is none."""
    by_feed = _plausible(lead.published or lead.updated, now)
    by_page = _plausible(extraction.published if extraction else None, now)
    # A page often gives the day alone; where the feed agrees with it about the day, the feed's hour is the better one.
    if by_page and by_feed and abs(by_page - by_feed) <= timedelta(hours=36):
        return by_feed, "feed"
    if by_page:
        return by_page, "page"
    return (by_feed, "feed") if by_feed else (None, "found")


def _plausible(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment is not None and EARLIEST <= moment <= now + AHEAD else None


def counts_as_told(article: Article, *, first_visit: bool, window: Window | None) -> bool:
    """True for what is no news today: backfilled, old on a source's first visit, or back from an archive."""
    if window is not None:
        return True
    age = article.found - article.effective
    return age > (FIRST_VISIT_NEWS if first_visit else RESURFACED)


def prepare(followed: Followed, article: Article, source: Source, matches: Matcher, judge: Judge) -> Prepared | None:
    """Topics, keys and facts of an article; None when it is on no topic."""
    topics = _topics(matches, source, article.title, article.text)
    if not topics:
        return None
    own = judge.prepared(document(article, topics))
    return Prepared(followed.url, article, topics, judge.keys(own), own.facts)


def _topics(matches: Matcher, source: Source, title: str, text: str) -> tuple[TopicMatch, ...]:
    found = matches(title, text)
    return tuple(match for match in found if match.topic in source.topics) if source.topics else found


def document(article: Article, topics: Sequence[TopicMatch] = ()) -> Document:
    """An article as something that can be compared."""
    return Document(
        id="",
        text=compared(article.text),
        title=article.title,
        language=article.language,
        url=article.url,
        published=article.effective,
        topics=tuple(match.topic for match in topics if match.about),
    )


def settle(
    prepared: Prepared,
    writer: Writer,
    judge: Judge,
    seeds: Sequence[Seed],
    now: datetime,
    rules: Rules | None = None,
) -> Outcome:
    """Judges an article against the known documents and what came before it, and puts it into its story.

    All in the writer's transaction. What comes later in the order of stories is judged against this one instead.
    It counts as found `now`, within that transaction: an edition that begins behind it sees it, one before it does not,
    and no article falls between the two.
    """
    article = replace(prepared.article, found=now)
    if writer.by_url(article.url) is not None:
        return Outcome.SEEN
    own = replace(document(article, prepared.topics), facts=prepared.facts)
    earlier, later = placing.parted(writer, own, writer.candidates(prepared.keys))
    verdict = judge.verdict(own, seeds, earlier)
    number = writer.add(article, prepared.topics, prepared.keys, verdict, prepared.facts)
    told = [each for each in placing.judged_later(judge, own, str(number), later) if each.relation in TELLS]
    if told:
        writer.liken(told)
    # Like nothing (most are): it stays the one article of the story it was given.
    if told or (verdict.earlier is not None and verdict.earlier.relation in TELLS):
        placing.place(writer, judge, rules or Rules(), number, own)
    return Outcome.STORED
