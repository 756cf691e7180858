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
from watcher.types import (
    UNKNOWN_LANGUAGE,
    Article,
    Extraction,
    Gist,
    Outcome,
    Page,
    Reading,
    Request,
    TopicMatch,
    Trouble,
)

_NO_SUCH_PAGE = frozenset({404, 410})
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
        opened.asked.add(request.url)
        then, left = partial(self._answered, opened, request.url), partial(self._was_left_alone, opened, request.url)
        self._asking.source(opened, request, then, left)

    # --- a source's answer ---

    def _answered(self, opened: Visiting, url: str, answer: Page | Trouble) -> None:
        if isinstance(answer, Trouble):
            # Numbered archive pages end with a 404 behind the last one: that is the end of an archive, not trouble.
            if opened.window is None or opened.page is None or answer.status not in _NO_SUCH_PAGE:
                opened.fails(answer, url)
            return self._writing.one_less(opened)
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
        for request in reading.more:
            if request.url not in opened.asked:
                self.ask(opened, request)
        self._sift(opened, reading)
        return self._writing.one_less(opened)

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
            return self._conclude(opened, followed, answer)
        self._unread += len(answer.body)
        future = self._parts.workers.extract(answer, opened.source.language)
        return self._calls.then(future, partial(self._was_extracted, opened, followed, len(answer.body)))

    def _was_extracted(
        self, opened: Visiting, followed: ingest.Followed, size: int, future: Future[Extraction]
    ) -> None:
        self._unread -= size
        self._conclude(opened, followed, future.result())

    def _conclude(self, opened: Visiting, followed: ingest.Followed, answer: Extraction | Trouble | None) -> None:
        now = self._parts.clock()
        article = ingest.read(
            followed,
            opened.source,
            answer,
            outlet=opened.reading.title or opened.memory.title,
            language=self._language(opened, followed),
            now=now,
        )
        if followed.sampled and not self._was_missed(opened, article):
            self._writing.end(opened, ingest.ended(followed, opened.source, Outcome.OFF_TOPIC, now))
            return self._writing.one_less(opened)
        if isinstance(article, Outcome):
            self._writing.end(opened, ingest.ended(followed, opened.source, article, now))
            return self._writing.one_less(opened)
        first = ingest.is_first(opened.memory)
        told = ingest.counts_as_told(followed, article, first_visit=first, window=opened.window)
        article = replace(article, told=told)
        topics = ingest.topics_of(self._parts.matches, opened.source, article.title, article.text)
        if not topics:
            self._writing.end(opened, ingest.ended(followed, opened.source, Outcome.OFF_TOPIC, now))
            return self._writing.one_less(opened)
        self._unread += len(article.text)
        future = self._parts.workers.gist(ingest.document(article, topics))
        return self._calls.then(future, partial(self._was_understood, opened, followed, article, topics))

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


def _page_of(followed: ingest.Followed) -> str:
    return followed.lead.url or followed.url


def _host_of(followed: ingest.Followed) -> str:
    return urls.host_port(_page_of(followed))
