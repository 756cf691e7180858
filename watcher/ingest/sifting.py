"""Which leads of a reading go on, which end at once, and which have been met before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from watcher.imprint import full_text, said, told
from watcher.ingest import identity
from watcher.ingest.dating import plausible
from watcher.ingest.identity import Claim, Known, Reading
from watcher.ports import Matcher
from watcher.sources.query.redirects import is_redirect
from watcher.types import (
    Article,
    KnownLead,
    Lead,
    LeadRecord,
    Memory,
    Outcome,
    Source,
    TopicMatch,
    Window,
)

# When a source is visited for the first time, only its last day is news: of what has a date the newest hundred (no
# outlet writes more on a subject in a day), of what has none the first twenty, as a feed may have five hundred of
# those. Later on, what is older than two weeks when it is found has come back from an archive; and of a source that
# comes back after two weeks, what has no date is as uncertain as at the first visit.
FIRST_VISIT_NEWS = timedelta(hours=24)
FIRST_VISIT_DATED = 100
FIRST_VISIT_MOST = 20
RESURFACED = timedelta(days=14)
# Words that change at every fetch (clocks, markers of advertising) must not fill the archive. Where figures alone have
# changed it may be a correction, but soon it is a counter.
MOST_REVISIONS = 24
MOST_FIGURES = 3
# How often a lead that became no article is followed once more: two sources that name one address differently must not
# have it asked at every visit.
MOST_OPENED = 3
_OPEN = frozenset(
    {Outcome.OFF_TOPIC, Outcome.UNREACHABLE, Outcome.UNREADABLE, Outcome.NOT_AN_ARTICLE, Outcome.TOO_SHORT,
     Outcome.TOO_OLD}
)  # fmt: skip
# Other names that are kept of one lead: an id that is new at every fetch would be another one for ever.
MOST_NAMES = 24
_LONGEST_REVISION = 100_000  # characters
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Followed:
    """A lead that goes on: its canonical address, whether its page is to be fetched, whether it may be news."""

    lead: Lead
    url: str
    wants_page: bool
    news: bool = True
    names: tuple[str, ...] = ()
    sampled: bool = False  # names no topic, and is read all the same to see what is missed so (`sampling`)
    last: bool = False  # it has been followed as often as anything is


@dataclass(frozen=True, slots=True)
class Sifted:
    """Leads that ended at once (those met before that have changed among them), and those that go on."""

    ended: tuple[LeadRecord, ...]
    followed: tuple[Followed, ...]
    seen: int


def sift(
    leads: Sequence[Lead],
    source: Source,
    known: Known,
    pending: Collection[str],
    matches: Matcher,
    now: datetime,
    *,
    memory: Memory | None = None,
    window: Window | None = None,
    before: int = 0,
    sample: Callable[[str, str], bool] = lambda _source, _url: False,
) -> Sifted:
    """Ends the leads that need no page. `known` is the store's; `pending` holds addresses on their way.

    `sample` chooses those of which the page is read though they name no topic, by source and address.

    `memory` is that of the source: without a first good visit, or back after a long failure, little of what it has is
    news; `before` says how much of that an earlier reading of the same visit had.
    """
    found = identity.claims(leads, source)
    reading = identity.reading(found, source, identity.known_of(found, source, known))
    sieve = _Sieve(reading, pending, matches, now, window, sample)
    for claim in found:
        sieve.take(claim)
    news = _news(sieve.followed, memory, window, now, before)
    followed = tuple(replace(each, news=place in news) for place, each in enumerate(sieve.followed))
    return Sifted(tuple(sieve.ended), followed, sieve.seen)


class _Sieve:
    """The leads of one reading, one after the other."""

    def __init__(
        self,
        reading: Reading,
        pending: Collection[str],
        matches: Matcher,
        now: datetime,
        window: Window | None,
        sample: Callable[[str, str], bool],
    ) -> None:
        self._sample = sample
        self._reading, self._pending, self._matches, self._now, self._window = reading, pending, matches, now, window
        self._met: set[str] = set()
        self._again: set[int] = set()
        self.ended: list[LeadRecord] = []
        self.followed: list[Followed] = []
        self.seen = 0

    def take(self, claim: Claim) -> None:
        held = self._reading.holder(claim)
        if held is not None and not self._is_open(claim, held):
            again = self._met_again(claim, held)
            if again is None:
                self.seen += 1
            else:
                self.ended.append(again)
            return
        url, shared = claim.url, claim.url in self._reading.shared
        if url is not None and shared:
            url = identity.own_address(claim)
        names = self._own_names(claim, url)
        if not self._met.isdisjoint(names) or any(name in self._pending for name in names):
            self.seen += 1
            return
        self._met.update(names)
        kept = self._kept_names(claim)
        outcome = outcome_without_page(claim.lead, url, self._reading.source, self._matches, self._window)
        if url is not None and outcome is Outcome.OFF_TOPIC and self._is_sampled(url, shared):
            self.followed.append(Followed(claim.lead, url, wants_page=True, names=kept, sampled=True))
        elif url is None or outcome is not None:
            self.ended.append(
                _record(claim.lead, url, self._reading.source, outcome or Outcome.NO_ADDRESS, self._now, kept)
            )
        else:
            wants_page = self._reading.source.pages != "never" and not shared and not is_redirect(url)
            last = held is not None and held.edits == MOST_OPENED - 1
            self.followed.append(Followed(claim.lead, url, wants_page, names=kept, last=last))

    def _is_sampled(self, url: str, shared: bool) -> bool:
        """True for one of the few leads on no topic that are read all the same; never in a backfill."""
        source = self._reading.source
        if self._window is not None or shared or source.pages != "on-topic" or is_redirect(url):
            return False
        return self._sample(source.id, url)

    def _is_open(self, claim: Claim, held: KnownLead) -> bool:
        """True for a lead that ended without an article, for its words or the moment, and now may become one.

        Another source says more of it, or its own says something else; or a backfill looks where none looked before,
        once more for a page that did not answer, or with other topics.
        Only what would be followed is, and at most three times.
        """
        source, window = self._reading.source, self._window
        if held.outcome not in _OPEN or held.edits >= MOST_OPENED or not claim.url:
            return False
        is_other = held.source != source.id or identity.changed(claim, held)
        if not is_other and not (window is not None and _is_worth_another_look(held, window)):
            return False
        return outcome_without_page(claim.lead, claim.url, source, self._matches, window) is None

    def _own_names(self, claim: Claim, url: str | None) -> set[str]:
        """What a second mention of the same lead in one reading would be known by."""
        names = {url} if url else set()
        if url and url == claim.url and not identity.is_front(url):
            names.update(claim.elsewhere)
        if claim.id and claim.id not in self._reading.repeated:
            names.add(claim.id)
        if not names:
            names.add(claim.title or claim.text or claim.said.hex())
        return names

    def _kept_names(self, claim: Claim) -> tuple[str, ...]:
        """What a new lead is to be known by besides its address."""
        names = [name for name in (claim.id, claim.title, claim.text) if name and name not in self._reading.repeated]
        if claim.url and claim.url in self._reading.shared:
            names.append(identity.shared_name(claim.url, self._reading.source))
        return tuple(names)

    def _met_again(self, claim: Claim, held: KnownLead) -> LeadRecord | None:
        """What is to be written of a lead that came again; mostly nothing."""
        source, lead = self._reading.source, claim.lead
        first = held.number not in self._again
        self._again.add(held.number)
        names = self._new_names(claim, held) if held.names < MOST_NAMES else ()
        own = held.source == source.id and first
        revised = own and held.stored and held.edits < MOST_REVISIONS and identity.changed(claim, held)
        if revised and held.edits >= MOST_FIGURES and identity.changed_figures_only(claim, held):
            revised = False
        if not (names or revised or (own and not held.said)):
            return None
        pressed = said(lead) if revised or not held.said else b""
        return LeadRecord(
            claim.url or held_address(lead, source),
            source.id,
            lead.title,
            Outcome.SEEN,
            self._now,
            lead.published,
            names,
            pressed,
            held.number,
            full_text(lead)[:_LONGEST_REVISION] if revised else None,
        )

    def _new_names(self, claim: Claim, held: KnownLead) -> tuple[str, ...]:
        known, reading = self._reading.known, self._reading
        names = [claim.id] if claim.id and claim.id not in reading.repeated else []
        if claim.url and claim.url not in reading.shared:
            names.append(claim.url)
        if held.source == reading.source.id and (identity.changed(claim, held) or not held.said):
            names += [name for name in (claim.title, claim.text) if name and name not in reading.repeated]
        return tuple(name for name in names if name not in known or known[name].number != held.number)


def _is_worth_another_look(held: KnownLead, window: Window) -> bool:
    return held.outcome in {Outcome.TOO_OLD, Outcome.UNREACHABLE} or (
        window.again and held.outcome is Outcome.OFF_TOPIC
    )


def outcome_without_page(
    lead: Lead, url: str | None, source: Source, matches: Matcher, window: Window | None
) -> Outcome | None:
    """How a lead ends that needs no page to be judged; None where it goes on."""
    if url is None:
        return Outcome.NO_ADDRESS
    claimed = lead.published or lead.updated
    if window is not None and claimed is not None and not window.holds(claimed):
        return Outcome.TOO_OLD
    # A sitemap's lead has no words to be judged by: `glance` looks at its address.
    if source.pages == "always" or not (lead.title or lead.summary or lead.content):
        return None
    found = matches(lead.title, told(lead)) if lead.topics is None else lead.topics
    return None if _looked_for(found, source) else Outcome.OFF_TOPIC


def topics_of(matches: Matcher, source: Source, title: str, text: str) -> tuple[TopicMatch, ...]:
    """The topics of a text that its source is read for."""
    return _looked_for(matches(title, text), source)


def _looked_for(found: tuple[TopicMatch, ...], source: Source) -> tuple[TopicMatch, ...]:
    return tuple(match for match in found if match.topic in source.topics) if source.topics else found


def held_address(lead: Lead, source: Source) -> str:
    """What stands for the address of a lead that has none."""
    return lead.link or (f"{source.id}:{lead.id}" if lead.id else f"{source.id}:{lead.title}")


def _record(
    lead: Lead, url: str | None, source: Source, outcome: Outcome, now: datetime, names: tuple[str, ...]
) -> LeadRecord:
    address = url or held_address(lead, source)
    return LeadRecord(address, source.id, lead.title, outcome, now, lead.published, names, said(lead))


def ended(followed: Followed, source: Source, outcome: Outcome, now: datetime) -> LeadRecord:
    """The record of a lead whose end came after it was followed."""
    return _record(followed.lead, followed.url, source, outcome, now, followed.names)


# --- what is news ---


def is_first(memory: Memory | None) -> bool:
    """True until a source has been read once: a first visit that failed was none."""
    return memory is not None and memory.changed is None


def _news(
    followed: Sequence[Followed], memory: Memory | None, window: Window | None, now: datetime, before: int
) -> Collection[int]:
    """The places of the leads that may be news: everything, but on a first visit the newest only."""
    places = range(len(followed))
    if memory is None or window is not None:
        return places
    dates = [plausible(each.lead.published or each.lead.updated, now) for each in followed]
    most = FIRST_VISIT_MOST - before
    if is_first(memory):
        today = [
            place for place in places if dates[place] is not None and now - _dated(dates[place]) <= FIRST_VISIT_NEWS
        ]
        today.sort(key=lambda place: _dated(dates[place]), reverse=True)
        certain = set(today[: max(0, FIRST_VISIT_DATED - before)])
        doubtful = [place for place in places if dates[place] is None]
        most -= len(certain)
    elif memory.failing_since is not None and now - memory.failing_since > RESURFACED:
        doubtful = [place for place in places if dates[place] is None]
        certain = set(places) - set(doubtful)
    else:
        return places
    return certain | set(doubtful[: max(0, most)])  # by custom the first ones are the newest


def _dated(moment: datetime | None) -> datetime:
    return moment or _NEVER


def counts_as_told(followed: Followed, article: Article, *, first_visit: bool, window: Window | None) -> bool:
    """True for what is no news today: backfilled, old on a source's first visit, or back from an archive."""
    if window is not None or not followed.news:
        return True
    age = article.found - article.effective
    return age > (FIRST_VISIT_NEWS if first_visit else RESURFACED)
