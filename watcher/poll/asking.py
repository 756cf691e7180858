"""Asks hosts at their pace: lanes, rests, robots.txt, and a second try for what failed for a reason of the moment.

A source's own requests are answered as they come. A page waits behind its host's robots.txt, and may end without having
been asked: forbidden there, or its host wants to be left alone. Whoever asks is called back in the run's own thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Literal

from watcher import cadence, urls
from watcher.errands import Errands
from watcher.politeness import PACES, Lanes
from watcher.poll.hosts import Hosts
from watcher.poll.parts import Calls, Parts, Visiting
from watcher.types import Page, Reason, Request, RestScope, Source, Trouble, without_headers

# A host that wants a longer rest than this (a 429 or 503 without a time asks for hours) holds no run open: what waits
# for it ends as unreachable, and the source's own due time says when it is asked again.
LONGEST_WAIT = 60.0
# So long, and so often in a row, a host may give no answer at all before the pages that still wait for it are given up:
# five hundred leads of a dead host would otherwise take four hours of timeouts.
LONGEST_SILENCE = 60.0
MOST_SILENT = 3
_OF_THE_MOMENT = frozenset({Reason.TIMEOUT, Reason.CONNECTION})
# A host that another daemon asks at the moment is looked at again after so many seconds at the most.
LOOK_AGAIN = 0.5
_FIRST, _LAST = 0.0, float("inf")

Then = Callable[[Page | Trouble], None]
Left = Callable[[Trouble, datetime], None]  # told why, and until when its host wants to be left alone


@dataclass(slots=True)
class _Work:
    lane: str
    request: Request
    what: Literal["source", "page", "robots"]
    then: Then
    left: Left | None = None
    scope: RestScope = "host"
    opened: Visiting | None = None
    rank: float = _FIRST
    tries: int = 0


@dataclass(slots=True)
class _Silence:
    since: float
    times: int


class Asking:
    """What is to be asked, what is being asked, and the rules of both."""

    def __init__(self, parts: Parts, hosts: Hosts, calls: Calls) -> None:
        self._parts = parts
        self._hosts = hosts
        self._calls = calls
        self._lanes: Lanes[_Work] = Lanes(gap=parts.gap, concurrency=parts.concurrency, slow=parts.slow)
        self._behind_robots: dict[str, list[_Work]] = {}
        self._silent: dict[str, _Silence] = {}
        self._heard: set[str] = set()  # lanes whose robots.txt was asked for in this run
        self._ended: set[str] = set()  # lanes whose turn is to be given back

    @property
    def flying(self) -> int:
        return self._lanes.flying

    def source(self, opened: Visiting, request: Request, then: Then, left: Left) -> None:
        """Asks one of a source's own addresses. `left` is called instead where its host wants a long rest."""
        source = opened.source
        if source.access is not None:
            request = replace(request, access=source.access)
        self._put(_Work(urls.host_port(request.url), request, "source", then, left, source.retry_after, opened))

    def page(self, source: Source, url: str, number: int, then: Then) -> None:
        """Asks for the page of a lead, the `number`-th of its visit, if its host's robots.txt lets us."""
        request = Request(url, access=source.access)  # its headers go to its own origin alone: the door sees to that
        self._page(_Work(urls.host_port(url), request, "page", then, rank=_FIRST + 1 + number))

    def errands(self) -> Errands:
        """Threads for all that may be in flight."""
        return Errands(self._lanes.most_flying, "fetch")

    def start(self, errands: Errands) -> None:
        """Sends off what may start now."""
        taken = self._lanes.take(self._parts.seconds())
        for work in taken if self._parts.share is None else self._in_turn(taken):
            self._calls.then(errands.send(self._parts.fetch, work.request), partial(self._landed, work))

    def give_back(self) -> None:
        """Lets other daemons have their turn at hosts that have answered."""
        if self._ended:
            self._in_turn(())

    def next_moment(self, now: float) -> float | None:
        return self._lanes.next_moment(now)

    # --- among several daemons ---

    def _in_turn(self, taken: Sequence[_Work]) -> list[_Work]:
        """Those whose host is nobody else's now; the others wait. One transaction for all, none where nothing changed.

        What hosts told us is stored before a turn is given back, and read after it is ours: whoever asks a host knows
        what it told anybody.
        """
        share, lanes = self._parts.share, {work.lane for work in taken if work.lane}
        if share is None or not (lanes or self._ended):
            return list(taken)
        now = self._parts.seconds()
        ended = {lane: self._lanes.ready_in(lane, now) for lane in self._ended if lane and lane not in lanes}
        with self._parts.store.claiming() as writer:
            if self._hosts.has_changed:
                self._hosts.keep(writer)
            waits = writer.turns(share.holder, ended, lanes, self._parts.longest)
        self._hosts.kept()
        self._ended.clear()
        self._hosts.meet((lane for lane, wait in waits.items() if not wait), anew=True)
        begun: list[_Work] = []
        now = self._parts.seconds()  # the turn may have been waited for
        for work in taken:
            wait = waits.get(work.lane, 0.0)
            if wait:
                # Whoever asks now may be done long before it must: it is looked again, and then known to the moment.
                self._lanes.put_back(work.lane, work, work.rank, now + min(wait, LOOK_AGAIN))
            elif self._is_still_to_be_asked(work, now):
                if work.lane:
                    self._lanes.began(work.lane, now)
                begun.append(work)
        return self._still_claimed(begun, now)

    def _still_claimed(self, begun: list[_Work], now: float) -> list[_Work]:
        """Those that no other daemon has claimed while they waited for their turn: an interval counts from a request,
        not from when it was put into its lane."""
        claims: dict[str, tuple[datetime, datetime]] = {}
        for work in begun:
            if (opened := work.opened) is not None and opened.claimed is not None:
                until = cadence.claimed_until(opened.source, opened.memory, self._parts.clock())
                claims[opened.source.id] = opened.claimed, max(opened.claimed, until)
        if not claims:
            return begun
        with self._parts.store.claiming() as writer:
            ours = writer.claim_again(claims)
        kept: list[_Work] = []
        for work in begun:
            opened = work.opened
            if opened is None or opened.source.id not in claims:
                kept.append(work)
            elif opened.source.id in ours:
                opened.claimed = claims[opened.source.id][1]
                kept.append(work)
            else:
                self._lanes.done(work.lane, now)
                self._ended.add(work.lane)
                opened.is_anothers = True
                work.then(Trouble(Reason.STATUS, f"another daemon visits {opened.source.id} by now"))
        return kept

    def _is_still_to_be_asked(self, work: _Work, now: float) -> bool:
        """Whether what other daemons heard of this host leaves us anything to ask."""
        lane, until = work.lane, self._hosts.resting_until(work.lane)
        robots = self._hosts.robots(lane)
        if until is not None:
            wait = (until - self._parts.clock()).total_seconds()
            if wait <= LONGEST_WAIT:
                self._lanes.put_back(lane, work, work.rank, now + wait)
            else:
                self._lanes.done(lane, now)
                self._leave_alone(work, until)
        elif work.what == "robots" and not self._hosts.must_be_asked(lane):
            self._lanes.done(lane, now)
            self._robots_known(lane)
        elif work.what == "page" and robots is not None and not robots.allows(work.request.url):
            self._lanes.done(lane, now)
            self._by_the_rules(work)
        else:
            return True
        self._ended.add(lane)
        return False

    # --- before a request ---

    def _page(self, work: _Work) -> None:
        lane = work.lane
        if not lane or self._must_wait_long(lane):  # no address: the door says so
            self._put(work)
        elif lane in self._behind_robots:
            self._behind_robots[lane].append(work)
        elif self._hosts.must_be_asked(lane):
            self._behind_robots[lane] = [work]
            self._put(_robots_of(work, partial(self._robots_came, lane), partial(self._robots_left, lane)))
        else:
            self._by_the_rules(work)

    def _by_the_rules(self, work: _Work) -> None:
        robots = self._hosts.robots(work.lane)
        if robots is None:
            again = self._hosts.again(work.lane)
            text = f"robots.txt of {work.lane} could not be read: no page of it is asked for before {again:%d %b %H:%M}"
            not_now = Trouble(Reason.CONNECTION, text, unsent=work.lane not in self._heard)
            self._calls.put(partial(work.then, not_now))
        elif not robots.allows(work.request.url):
            text = f"robots.txt of {work.lane} asks not to read {_shown(work.request)}"
            self._calls.put(partial(work.then, Trouble(Reason.ROBOTS, text)))
        else:
            self._put(work)

    def _must_wait_long(self, lane: str) -> bool:
        until = self._hosts.resting_until(lane)
        return until is not None and (until - self._parts.clock()).total_seconds() > LONGEST_WAIT

    def _put(self, work: _Work, after: float = float("-inf")) -> None:
        until = self._hosts.resting_until(work.lane)
        if until is not None:
            wait = (until - self._parts.clock()).total_seconds()
            if wait > LONGEST_WAIT:
                return self._calls.put(partial(self._leave_alone, work, until))
            self._lanes.rest(work.lane, self._parts.seconds() + wait)
        robots = self._hosts.robots(work.lane)
        if gap := max(robots.delay if robots is not None else 0.0, PACES.get(work.lane, 0.0)):
            self._lanes.pace(work.lane, gap)
        return self._lanes.put(work.lane, work, work.rank, after)

    # --- after it ---

    def _landed(self, work: _Work, future: Future[Page | Trouble]) -> None:
        now = self._parts.seconds()
        self._lanes.done(work.lane, now)
        self._ended.add(work.lane)
        answer = future.result()
        if self._is_of_the_moment(answer) and work.tries == 0 and work.what != "source":
            again = replace(work, tries=1, rank=_LAST if work.what == "page" else _FIRST)
            self._put(again, now + self._parts.second_try)
        else:
            self._heed(work, answer)
            work.then(answer)
        self._listen(work.lane, answer, now)

    def _is_of_the_moment(self, answer: Page | Trouble) -> bool:
        """True for what may well be otherwise in a few seconds, where nobody asked to be left alone."""
        if not isinstance(answer, Trouble) or cadence.host_rest(answer) is not None:
            return False
        return answer.reason in _OF_THE_MOMENT or (answer.status or 0) >= 500

    def _heed(self, work: _Work, answer: Page | Trouble) -> None:
        """Leaves a host alone that asks for it. A feed may speak for itself alone, where the user said so."""
        if not isinstance(answer, Trouble) or work.scope == "feed":
            return
        rest = cadence.host_rest(answer)
        if rest is None:
            return
        lane = answer.host or work.lane  # behind a redirect another host may have answered
        self._hosts.rest(lane, rest, answer.text)
        if rest.total_seconds() <= LONGEST_WAIT:
            self._lanes.rest(lane, self._parts.seconds() + rest.total_seconds())
            return
        until = self._parts.clock() + rest
        for waiting in self._lanes.drop(lane):
            self._leave_alone(waiting, until)

    def _listen(self, lane: str, answer: Page | Trouble, now: float) -> None:
        """Gives up the pages of a host that has not answered anything for long."""
        if not (isinstance(answer, Trouble) and answer.reason in _OF_THE_MOMENT):
            self._silent.pop(lane, None)
            return
        silence = self._silent.setdefault(lane, _Silence(now, 0))
        silence.times += 1
        if silence.times >= MOST_SILENT and now - silence.since >= LONGEST_SILENCE:
            del self._silent[lane]
            for page in self._lanes.drop(lane, lambda work: work.what == "page"):
                text = f"{lane} did not answer {silence.times} requests in a row; {_shown(page.request)} was not asked"
                page.then(Trouble(answer.reason, text))

    def _leave_alone(self, work: _Work, until: datetime) -> None:
        """Ends what would have to wait for a host that asked to be left alone."""
        rest = until - self._parts.clock()
        text = f"{work.lane} asked to be left alone until {until:%d %b %H:%M} UTC; {_shown(work.request)} was not asked"
        trouble = Trouble(Reason.STATUS, text, retry_after=rest, unsent=True)
        if work.left is not None:
            work.left(trouble, until)
        else:
            work.then(trouble)

    # --- robots.txt ---

    def _robots_came(self, lane: str, answer: Page | Trouble) -> None:
        self._hosts.heard(lane, answer)
        self._heard.add(lane)
        self._robots_known(lane)

    def _robots_known(self, lane: str) -> None:
        for page in self._behind_robots.pop(lane):
            self._page(page)

    def _robots_left(self, lane: str, _trouble: Trouble, until: datetime) -> None:
        for page in self._behind_robots.pop(lane):
            self._leave_alone(page, until)


def _robots_of(page: _Work, then: Then, left: Left) -> _Work:
    """The request for the robots.txt a page stands under: without credentials, by the same way."""
    address, access = urls.split(page.request.url), page.request.access
    where = f"{address.scheme}://{address.netloc}" if address else ""
    return _Work(page.lane, Request(f"{where}/robots.txt", access=without_headers(access)), "robots", then, left)


def _shown(request: Request) -> str:
    return urls.masked(request.url, whole=request.access is not None and request.access.secret)
