"""Asks where the links of searches lead that enter an edition: few, politely, and within a time that is stated.

    link ─ its page ─┬─ led on to the publisher ────────────────> target
                     └─ a signature ─ question ─ answer ────────> target ─> remembered

Google answers 429 after a dozen or so; then its host rests, for its feeds too. Whatever fails, the item keeps the link
it has, and an edition is late by `WITHIN` seconds at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass, replace

from watcher import cadence, twins, urls
from watcher.errands import Errands
from watcher.errors import StoreError
from watcher.ports import Clock, Fetch, Store, Wait, Writer
from watcher.sources.query.redirects import answer, decoded, google_id, question, signed, target
from watcher.types import HostState, Page, Reason, Request, Trouble

MOST = 12  # links of one edition: what Google answers before it says 429 (`sources.query.redirects`)
WITHIN = 60.0  # seconds for all of them: an edition at seven comes by a minute past at the latest
EACH = 15.0  # seconds for one: two requests with the pause between them
_LOOK = 0.5


@dataclass(frozen=True, slots=True)
class Resolver:
    """Satisfies `twins.Resolve`."""

    store: Store
    fetch: Fetch
    clock: Clock
    seconds: Callable[[], float]  # only goes forward
    wait: Wait
    gap: float  # seconds between two requests to one host
    stop: Callable[[], bool] = lambda: False

    def __call__(self, links: Sequence[str]) -> int:
        """How many of these links were found out, `MOST` of them asked for; what is found is remembered at once."""
        end = self.seconds() + WITHIN
        resting: set[str] = set()
        found = asked = 0
        errands = Errands(MOST, "resolve")
        try:
            for link in links[:MOST]:
                lane = urls.host_port(link)
                if lane in resting or self._rests(lane):
                    continue
                pause = self.gap if asked else 0.0
                if self.stop() or end - self.seconds() <= pause:
                    break
                self.wait(pause)
                asked += 1
                said = self._awaited(errands.send(self._ask, link), min(EACH, end - self.seconds()))
                if isinstance(said, str):
                    found += self._remember(link, said)
                elif said is not None:
                    resting.add(lane)
                    self._let_rest(lane, said)
        finally:
            errands.dismiss()
        return found

    def _ask(self, link: str) -> str | Trouble | None:
        """Where one link leads; Trouble where its host is to be left alone; None where it does not say."""
        if known := decoded(link):
            return known
        page = self.fetch(Request(link))
        if isinstance(page, Trouble):
            return page if cadence.host_rest(page) is not None else None
        if led := target(page.url):
            return led
        id = google_id(link)
        about = signed(id, page) if id else None
        if about is None:
            return None
        self.wait(self.gap)
        said = self.fetch(question(about))
        if isinstance(said, Page):
            return answer(said)
        return said if cadence.host_rest(said) is not None else None

    def _awaited(self, future: Future[str | Trouble | None], patience: float) -> str | Trouble | None:
        """What came of one link within its time. What went wrong in a way nobody foresaw is nothing, too.

        A host that took longer is asked nothing more for this edition: its last request is still under way.
        """
        end = self.seconds() + patience
        while not self.stop() and (left := end - self.seconds()) > 0:
            try:
                return None if future.exception(min(left, _LOOK)) else future.result()
            except NotYetError:
                continue
        return Trouble(Reason.TIMEOUT, f"no answer within {patience:.0f} s")

    def _rests(self, lane: str) -> bool:
        state = self.store.hosts([lane]).get(lane)
        return state is not None and state.rest_until is not None and state.rest_until > self.clock()

    def _let_rest(self, lane: str, trouble: Trouble) -> None:
        rest = cadence.host_rest(trouble)
        if rest is None:
            return
        lane = trouble.host or lane
        state = self.store.hosts([lane]).get(lane) or HostState(lane)
        until = self.clock() + rest
        if state.rest_until is None or state.rest_until < until:
            self._write(lambda writer: writer.keep_hosts([replace(state, rest_until=until, rest_because=trouble.text)]))

    def _remember(self, link: str, said: str) -> int:
        return self._write(lambda writer: twins.remember(writer, link, said))

    def _write(self, change: Callable[[Writer], None]) -> int:
        """1 where it was written; an archive that is busy is no reason to have no edition."""
        try:
            with self.store.writing() as writer:
                change(writer)
        except StoreError:
            return 0
        return 1
