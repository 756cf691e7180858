"""From a source's answer to the ends of its leads: read in a worker, sifted, each page asked for, extracted, judged."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from functools import partial

from watcher import ingest, twins, urls
from watcher.glance import Glance, glance
from watcher.poll.asking import Asking
from watcher.poll.hosts import Hosts
from watcher.poll.parts import Calls, Parts, Visiting
from watcher.poll.writing import Writing
from watcher.sampling import Sampling
from watcher.sources import WAYS
from watcher.sources.history.wayback import captured_at
from watcher.types import (
    UNKNOWN_LANGUAGE,
    Article,
    Extraction,
    Gist,
    Lead,
    Outcome,
    Page,
    Reading,
    Reason,
    Request,
    TopicMatch,
    Trouble,
    Window,
)

# A page that is not there any more may have been kept by somebody: it says so, or its host has no name any more.
_GONE = frozenset({404, 410, 451})
# A page that answers so, or not at all, may answer tomorrow.
_OF_THE_MOMENT = frozenset({Reason.TIMEOUT, Reason.CONNECTION, Reason.NAME, Reason.TLS})
_MOMENTARY = frozenset({408, 425, 429, 500, 502, 503, 504, *range(520, 531)})
# Of a source's own, for one piece of its past: the end of any walk, whatever its server answers.
MOST_ASKED = 5_000
# Bytes of bodies that were fetched and are not read to their end, and characters of articles not yet understood, before
# no more is asked: a thousand feeds that come faster than they are read, or a few of the largest size, would else all
# lie in memory.
MOST_UNREAD = 16 << 20


class Following:
    """Takes a visit through its answers; every lead it brings ends in `Writing`."""

    def __init__(self, parts: Parts, hosts: Hosts, asking: Asking, writing: Writing, calls: Calls) -> None:
        self._parts = parts
        self._hosts = hosts
        self._asking = asking
        self._writing = writing
        self._calls = calls
        self._unread = 0
        self._sampling = Sampling(parts.store, parts.clock, parts.samples)

    @property
    def is_full(self) -> bool:
        return self._unread >= MOST_UNREAD

    def ask(self, opened: Visiting, request: Request) -> None:
        """Asks for a page of the source itself."""
        opened.waiting += 1
        opened.asked.add(_unmarked(request.url))
        then, left = partial(self._answered, opened, request.url), partial(self._was_left_alone, opened, request.url)
        self._asking.source(opened, request, then, left)

    # --- a source's answer ---

    def _answered(self, opened: Visiting, url: str, answer: Page | Trouble) -> None:
        if isinstance(answer, Trouble):
            return self._was_refused(opened, url, answer)
        opened.status = opened.status or answer.status
        opened.page = opened.page or replace(answer, body=b"")  # its headers are what is remembered
        digest = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
        unchanged = opened.window is None and digest == opened.memory.body_hash
        if answer.status == 304 or unchanged:
            return self._writing.one_less(opened)
        opened.body_hash = opened.body_hash or digest
        self._unread += len(answer.body)
        future = self._parts.workers.read(opened.source, answer, opened.window)
        return self._calls.then(future, partial(self._was_read, opened, answer.url, len(answer.body)))

    def _was_refused(self, opened: Visiting, url: str, trouble: Trouble) -> None:
        """A way into the past may know where else to ask, or that this is how an archive ends."""
        stead: Reading | Trouble = trouble
        if opened.window is not None and (way := WAYS.get(opened.source.kind)) is not None:
            stead = way.refused(opened.source, url, trouble, opened.window)
        if isinstance(stead, Trouble):
            opened.fails(stead, url)
        else:
            self._go_back(opened, url, stead)
        return self._writing.one_less(opened)

    def _go_back(self, opened: Visiting, url: str, reading: Reading) -> None:
        """Asks for what a reading names besides its leads, each address once; says why where it does not."""
        short = reading.short
        for request in reading.more:
            if _unmarked(request.url) in opened.asked:
                continue
            if opened.window is not None and len(opened.asked) >= MOST_ASKED:
                short = short or f"more than {MOST_ASKED} pages of its archive were named; no more of them are asked"
                break
            self.ask(opened, request)
        if short is not None and opened.window is not None:
            opened.fails(Trouble(Reason.INCOMPLETE, short), url)

    def _was_left_alone(self, opened: Visiting, url: str, trouble: Trouble, until: datetime) -> None:
        """What its host's rest came before is no failure of the source: it is asked when the rest is over."""
        if opened.window is None and opened.page is None and opened.trouble is None:
            opened.rests_until = until
        opened.fails(trouble, url)  # of a further page, or of an archive: it was not read to its end
        return self._writing.one_less(opened)

    def _was_read(self, opened: Visiting, url: str, size: int, future: Future[Reading | Trouble]) -> None:
        self._unread -= size
        reading = future.result()
        if isinstance(reading, Trouble):
            if opened.page is not None and url == opened.page.url:
                opened.trouble = reading
            else:
                opened.fails(reading, url)
            return self._writing.one_less(opened)
        if not opened.has_read:
            opened.reading, opened.has_read = replace(reading, leads=(), more=()), True
        opened.whole = opened.whole and reading.whole
        self._go_back(opened, url, reading)
        self._sift(opened, reading)
        return self._writing.one_less(opened)

    def bring(self, opened: Visiting, leads: Sequence[Lead]) -> None:
        """Goes on with leads that no answer of the source brought."""
        self._sift(opened, Reading(tuple(leads)))

    def _sift(self, opened: Visiting, reading: Reading) -> None:
        sifted = ingest.sift(
            reading.leads,
            opened.source,
            self._parts.store.known,
            self._writing.pending,
            self._parts.matches,
            self._parts.clock(),
            memory=opened.memory,
            window=opened.window,
            before=opened.news,
            sample=self._sampling.wants,
        )
        opened.news += sum(each.news for each in sifted.followed)
        if sifted.seen:
            opened.counts[Outcome.SEEN] += sifted.seen
        left = self._glance(opened, sifted.followed)
        for record in (*sifted.ended, *left.ended):
            self._writing.end(opened, record)
        self.follow(opened, self._left_to_us(opened, left.followed))

    def _left_to_us(self, opened: Visiting, followed: Sequence[ingest.Followed]) -> Sequence[ingest.Followed]:
        """Those that no other daemon follows at the moment, nor has followed to their ends since they were looked up.

        What another one follows is seen, but this source is read again at its next visit: that daemon may die.
        """
        share, store = self._parts.share, self._parts.store
        if share is None or not followed:
            return followed
        with store.claiming() as writer:
            ours = writer.claim_pages(share.holder, [each.url for each in followed])
        ended = store.known(ours)  # asked last: what ends later than this was ours
        left = [each for each in followed if each.url in ours and each.url not in ended]
        opened.counts[Outcome.SEEN] += len(followed) - len(left)
        opened.later = opened.later or len(ours) < len({each.url for each in followed})
        self._writing.free(ended)
        return left

    def follow(self, opened: Visiting, followed: Sequence[ingest.Followed]) -> None:
        """Goes on with leads: the page of each is asked for, or it is read from what its source said."""
        self._hosts.meet(_host_of(going_on) for going_on in followed if going_on.wants_page)
        for going_on in followed:
            if twins.is_brought(self._parts.store, going_on.lead, opened.source, self._parts.clock()):
                self._writing.end(opened, ingest.ended(going_on, opened.source, Outcome.SEEN, self._parts.clock()))
                continue
            self._writing.follow(going_on.url)
            opened.waiting += 1
            if going_on.wants_page:
                opened.pages += 1
                then = partial(self._page_came, opened, going_on)
                self._asking.page(opened.source, _page_of(going_on), opened.pages, then)
            else:
                self._conclude(opened, going_on, None)

    def _glance(self, opened: Visiting, followed: Sequence[ingest.Followed]) -> Glance:
        left = glance(
            followed,
            opened.source,
            self._parts.matches,
            opened.memory,
            self._parts.clock(),
            window=opened.window,
            asked=opened.blind,
        )
        opened.blind += left.blind
        # What waits for the next visit must be found there: an unchanged sitemap would never be read again.
        opened.later = opened.later or bool(left.later)
        return left

    # --- a lead's page ---

    def _page_came(self, opened: Visiting, followed: ingest.Followed, answer: Page | Trouble) -> None:
        if isinstance(answer, Trouble):
            if followed.lead.copy is not None and (answer.status in _GONE or answer.reason is Reason.NAME):
                then = partial(self._copy_came, opened, followed, answer)
                return self._asking.page(opened.source, followed.lead.copy, opened.pages, then)
            return self._conclude(opened, followed, answer)
        return self._extract(opened, followed, answer)

    def _copy_came(self, opened: Visiting, followed: ingest.Followed, gone: Trouble, answer: Page | Trouble) -> None:
        """What an archive kept of a page that is gone, read as the page it was; without it, the page is gone."""
        captured = captured_at(answer.url) if isinstance(answer, Page) else None
        if isinstance(answer, Trouble) and (answer.unsent or _may_pass(answer)) and answer.reason is not Reason.NAME:
            return self._conclude(opened, followed, answer)  # the archive may have it, at another time
        if isinstance(answer, Trouble) or captured is None:
            return self._conclude(opened, followed, gone)
        page = replace(answer, url=_page_of(followed), fetched=captured)
        return self._extract(opened, followed, page, captured)

    def _extract(
        self, opened: Visiting, followed: ingest.Followed, page: Page, captured: datetime | None = None
    ) -> None:
        self._unread += len(page.body)
        future = self._parts.workers.extract(page, opened.source.language)
        return self._calls.then(future, partial(self._was_extracted, opened, followed, len(page.body), captured))

    def _was_extracted(
        self,
        opened: Visiting,
        followed: ingest.Followed,
        size: int,
        captured: datetime | None,
        future: Future[Extraction],
    ) -> None:
        self._unread -= size
        self._conclude(opened, followed, future.result(), captured)

    def _conclude(
        self,
        opened: Visiting,
        followed: ingest.Followed,
        answer: Extraction | Trouble | None,
        captured: datetime | None = None,
    ) -> None:
        now = self._parts.clock()
        article = ingest.read(
            followed,
            opened.source,
            answer,
            outlet=opened.reading.title or opened.memory.title,
            language=self._language(opened, followed),
            now=now,
            captured=captured,
        )
        if followed.sampled and not self._was_missed(opened, article):
            return self._ends(opened, followed, Outcome.OFF_TOPIC)
        if opened.window is not None and isinstance(answer, Trouble) and _is_asked_again(followed, answer, article):
            where = urls.masked_for(opened.source, _page_of(followed))
            opened.unanswered.append(answer.text if where in answer.text else f"{where}: {answer.text}")
            if answer.unsent:
                self._writing.leave(opened, followed.url, Outcome.UNREACHABLE)
                return self._writing.one_less(opened)
            return self._ends(opened, followed, Outcome.UNREACHABLE)
        if isinstance(article, Outcome):
            return self._ends(opened, followed, article)
        if opened.window is not None and _is_of_another_time(followed, article, opened.window):
            return self._ends(opened, followed, Outcome.TOO_OLD)
        first = ingest.is_first(opened.memory)
        told = ingest.counts_as_told(followed, article, first_visit=first, window=opened.window)
        article = replace(article, told=told)
        topics = ingest.topics_of(self._parts.matches, opened.source, article.title, article.text)
        if not topics:
            return self._ends(opened, followed, Outcome.OFF_TOPIC)
        self._unread += len(article.text)
        future = self._parts.workers.gist(ingest.document(article, topics))
        return self._calls.then(future, partial(self._was_understood, opened, followed, article, topics))

    def _ends(self, opened: Visiting, followed: ingest.Followed, outcome: Outcome) -> None:
        self._writing.end(opened, ingest.ended(followed, opened.source, outcome, self._parts.clock()))
        self._writing.one_less(opened)

    def _was_missed(self, opened: Visiting, article: Article | Outcome) -> bool:
        """Whether the page of a lead that named no topic is about one; notes that it was looked at."""
        if isinstance(article, Outcome) or article.headline_only is not None:
            return False  # not read: it says nothing either way
        found = ingest.topics_of(self._parts.matches, opened.source, article.title, article.text)
        is_about = any(match.about for match in found)
        self._writing.looked(opened.source.id, is_about)
        return is_about

    def _was_understood(
        self,
        opened: Visiting,
        followed: ingest.Followed,
        article: Article,
        topics: tuple[TopicMatch, ...],
        future: Future[Gist],
    ) -> None:
        self._unread -= len(article.text)
        self._writing.judge(opened, ingest.prepare(followed, article, opened.source, topics, future.result()))

    def _language(self, opened: Visiting, followed: ingest.Followed) -> str:
        given = opened.source.language or followed.lead.language or opened.reading.language
        lead = followed.lead
        return given or self._parts.identify(f"{lead.title}\n{lead.content or lead.summary}") or UNKNOWN_LANGUAGE


def _is_of_another_time(followed: ingest.Followed, article: Article, window: Window) -> bool:
    """Whether a lead that said nothing of its date led out of the window: to be in a sitemap that changed then, or in a
    list that was captured then, is not to be published then."""
    lead = followed.lead
    is_dated = lead.published is not None or lead.updated is not None
    return not is_dated and article.published is not None and not window.holds(article.published)


def _is_asked_again(followed: ingest.Followed, trouble: Trouble, article: Article | Outcome) -> bool:
    """Whether a page of the past gave nothing for the moment only: the next run asks for it, a few times in all. One
    that was not even asked for, as its host rests, has lost none of them."""
    if not (article is Outcome.UNREACHABLE or _is_unreached(article)):
        return False
    if followed.last or trouble.unsent:
        return trouble.unsent
    if trouble.reason is Reason.NAME and followed.lead.copy is not None:
        return False  # an archive answered, and has no copy: its host is gone
    return _may_pass(trouble)


def _may_pass(trouble: Trouble) -> bool:
    return trouble.reason in _OF_THE_MOMENT or trouble.status in _MOMENTARY


def _is_unreached(article: Article | Outcome) -> bool:
    return isinstance(article, Article) and article.headline_only == "unreachable"


def _unmarked(url: str) -> str:
    """An address without its fragment: what is asked for is the same."""
    return url.partition("#")[0]


def _page_of(followed: ingest.Followed) -> str:
    return followed.lead.url or followed.url


def _host_of(followed: ingest.Followed) -> str:
    return urls.host_port(_page_of(followed))
