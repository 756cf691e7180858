"""One thread that runs a pass, told of every answer through a queue of calls.

Fetching happens in threads of its own, reading and extracting in worker processes; what is here waits for none of them.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from watcher import cadence, urls
from watcher.errands import Errands
from watcher.errors import StoreAwayError
from watcher.ingest import Followed
from watcher.poll.asking import Asking
from watcher.poll.following import Following
from watcher.poll.hosts import Hosts
from watcher.poll.parts import Calls, Parts, Visiting
from watcher.poll.writing import BATCH_SECONDS, Writing
from watcher.sources import kind_of
from watcher.types import Lead, Memory, Request, Source, Visit, Window

# A pass has at most this many visits open that it claimed by itself, so that a thousand due ones do not all wait in
# memory: the next ones are claimed as these end.
CLAIM = 1000
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Pass:
    """A run over sources. `run` returns when everything claimed has ended, or, with `stop`, as soon as that is safe."""

    def __init__(self, parts: Parts, on_visit: Callable[[Visit], None] | None = None) -> None:
        self._parts = parts
        self._on_visit = on_visit
        self._calls = Calls()
        self._hosts = Hosts(parts.store, parts.clock)
        self._writing = Writing(parts, self._hosts, self._has_closed)
        self._asking = Asking(parts, self._hosts, self._calls)
        self._following = Following(parts, self._hosts, self._asking, self._writing, self._calls)
        self._open: dict[str, Visiting] = {}
        self._rung: dict[str, Source] = {}
        self._soon: list[tuple[datetime, str]] = []  # a heap: when the sources last rung for are due
        self.rounds = 0  # how often everything that was due had been asked to its end
        self._is_finishing = False

    @property
    def prepared(self) -> int:
        """Articles that are read and wait to be judged and written."""
        return self._writing.prepared

    # --- what may be called from another thread ---

    def ring(self, sources: Sequence[Source], everything: bool = False) -> None:
        """Asks the run to claim what is due now, and, if it runs for ever, each of the others when it is due.

        Safe from any thread. The store is looked at with every ring: another command may have changed a due time.
        """

        def rung() -> None:
            self._rung = {source.id: source for source in sources}
            self.claim(sources, everything, limit=CLAIM - len(self._open))
            self._look_ahead()

        self._calls.put(rung)

    def finish(self) -> None:
        """Asks a run that goes on for ever to begin nothing more, and to end with what is open.

        Safe from any thread.
        """
        self._is_finishing = True

    # --- the run ---

    def claim(self, sources: Sequence[Source], everything: bool = False, limit: int = CLAIM) -> None:
        """Claims up to `limit` sources that are due and queues their first requests.

        One whose host rests is not asked: it is due when the rest is over, and nothing else of it changes.
        """
        free = {source.id: source for source in sources if source.id not in self._open}
        if limit > 0 and free:
            now = self._parts.clock()
            with self._parts.store.claiming() as writer:
                memories = writer.claim_due(list(free.values()), now, limit, everything)
            asked = [(free[memory.source], memory, _first_of(free[memory.source], memory)) for memory in memories]
            self._hosts.meet((urls.host_port(each.url) for *_, requests in asked for each in requests), anew=True)
            for source, memory, requests in asked:
                claimed = cadence.claimed_until(source, memory, now)
                self._visit(Visiting(source, memory, self._parts.clock(), None, claimed=claimed), requests)
        self.rounds += not self._open  # nothing was due: whoever waits for the first round need not

    def visit(self, source: Source, memory: Memory, window: Window | None = None) -> None:
        """Queues the first requests of one source."""
        self._visit(Visiting(source, memory, self._parts.clock(), window), _first_of(source, memory, window))

    def follow(self, source: Source, memory: Memory, window: Window, leads: Sequence[Followed]) -> None:
        """Queues the pages of leads that a source had before. As of a backfill, what they bring counts as told."""
        opened = Visiting(source, memory, self._parts.clock(), window)
        self._open[source.id] = opened
        opened.waiting = 1
        self._following.follow(opened, leads)
        self._writing.one_less(opened)

    def bring(self, source: Source, memory: Memory, window: Window, leads: Sequence[Lead]) -> None:
        """Takes leads out of a list as if the source had brought them: those on a topic are followed."""
        opened = Visiting(source, memory, self._parts.clock(), window)
        self._open[source.id] = opened
        opened.waiting = 1
        self._following.bring(opened, leads)
        self._writing.one_less(opened)

    def _visit(self, opened: Visiting, requests: Sequence[Request]) -> None:
        self._open[opened.source.id] = opened
        opened.waiting = 1
        for request in requests:
            self._following.ask(opened, request)
        self._writing.one_less(opened)

    def run(self, stop: Callable[[], bool] = lambda: False, forever: bool = False) -> None:
        """Works until nothing is open, or for ever; ends early, with everything known written, when `stop` says so.

        However it ends, it waits for no request: what a server still answers then is nobody's any more.
        """
        errands = self._asking.errands()
        try:
            while not stop() and (self._goes_on(forever) or self._open or not self._calls.none):
                self._check_share()
                self._step(errands)
                if self._goes_on(forever):
                    self._wake()
        finally:
            errands.dismiss()
        while not self._writing.is_empty:
            self._writing.flush()

    def _check_share(self) -> None:
        """Ends a run whose claims may be another daemon's by now, as a kill would: nothing more is asked or written."""
        if self._parts.share is not None and not self._parts.share.is_held():
            raise StoreAwayError(
                "this daemon could not renew its place in the database in time: its claims have lapsed"
            )

    def _goes_on(self, forever: bool) -> bool:
        return forever and not self._is_finishing

    def _step(self, errands: Errands) -> None:
        now = self._parts.seconds()
        is_full = self._writing.is_full or self._following.is_full
        if is_full:
            self._asking.give_back()
        else:
            self._asking.start(errands)
        asking = None if is_full else self._asking.next_moment(now)
        moments = [moment for moment in (asking, self._writing.due) if moment is not None]
        patience = max(0.0, min([*(moment - now for moment in moments), BATCH_SECONDS]))
        self._calls.make(patience, self._must_flush)
        nothing_else = self._writing.due is not None and self._calls.none and not self._asking.flying
        if nothing_else or self._must_flush():
            self._writing.flush()

    def _must_flush(self) -> bool:
        return self._writing.is_due(self._parts.seconds())

    # --- whose turn is next ---

    def _look_ahead(self) -> None:
        """Notes when each source is due: what is not due yet need not wait for a next ring."""
        memories = self._parts.store.memories(self._rung)
        known = (memories.get(name) or Memory(name) for name in self._rung)
        self._soon = [
            (memory.due or _LONG_AGO, memory.source) for memory in known if not memory.paused and memory.ended is None
        ]
        heapq.heapify(self._soon)

    def _wake(self) -> None:
        """Claims what has become due since the last look."""
        room = CLAIM - len(self._open)
        now = self._parts.clock()
        due: list[Source] = []
        while self._soon and self._soon[0][0] <= now and len(due) < room:
            _, name = heapq.heappop(self._soon)
            if name in self._rung and name not in self._open:
                due.append(self._rung[name])
        if due:
            self.claim(due, limit=len(due))

    def _has_closed(self, opened: Visiting, visit: Visit) -> None:
        del self._open[opened.source.id]
        if self._on_visit is not None:
            self._on_visit(visit)
        memory = visit.memory
        if opened.source.id in self._rung and memory is not None and memory.due is not None and memory.ended is None:
            heapq.heappush(self._soon, (memory.due, opened.source.id))
        self.rounds += not self._open


def _first_of(source: Source, memory: Memory, window: Window | None = None) -> tuple[Request, ...]:
    return tuple(kind_of(source.kind, window).requests(source, memory, window))
