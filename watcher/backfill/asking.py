"""Asked and listed units through the polite pass: those of one host one after the other, hosts side by side.

One host's units in turn, and not for politeness alone, which its lane sees to anyway: of two that bring one article the
older one has it, run after run.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from watcher import urls
from watcher.backfill import checkpoints
from watcher.backfill.plan import Task, trouble_of
from watcher.errors import ReadError
from watcher.poll import Parts, Pass
from watcher.types import Lead, Memory, Outcome, Reason, Trouble, Visit

# Hosts with a unit under way: their leads and pages all wait in memory.
MOST_HOSTS = 200
# What was refused so, with nothing found, is refused whichever day is asked for.
_REFUSED = frozenset({401, 403, 404, 405, 410, 451, 501})
# So many pieces in a row without any answer, and the rest is left to the next run: a year of days would be as many
# timeouts.
MOST_SILENT = 3
_SILENCE = frozenset(
    {Reason.TIMEOUT, Reason.CONNECTION, Reason.NAME, Reason.TLS, Reason.FORBIDDEN_ADDRESS, Reason.BAD_ADDRESS}
)

# Every piece of these comes through one door: where so many in a row were not readable, there is none.
_ONE_DOOR = frozenset({"wordpress"})
# Of an address how far a walk is, and a query that fills a line.
_OURS = re.compile(r"(https?://[^\s?#]+)(\?[^\s#]*)?(?:#[\w.…-]*)?")
_LONGEST_QUERY = 60

Ended = Callable[[Task, Counter[Outcome], Trouble | None], None]


class Asking:
    """Runs tasks through a pass of its own, and says of each how it ended."""

    def __init__(self, parts: Parts, tasks: Sequence[Task], on_ended: Ended) -> None:
        self._parts = parts
        self._on_ended = on_ended
        self._waiting = deque(_chains(tasks))
        self._chains: dict[str, deque[Task]] = {}  # by the source of the task that is under way
        self._cut_short: dict[str, Trouble] = {}
        self._silent: Counter[tuple[str, str]] = Counter()  # pieces in a row that nobody answered, by source and way
        self._pass = Pass(parts, self._has_ended)

    def run(self, stop: Callable[[], bool]) -> None:
        """Until every task has ended, or as soon as it is safe once `stop` says so."""
        while len(self._chains) < MOST_HOSTS and self._waiting:
            self._begin(self._waiting.popleft())
        self._pass.run(stop)

    def _begin(self, chain: deque[Task]) -> None:
        """Has the first task of a chain visited."""
        task = chain[0]
        self._chains[task.source.id] = chain
        source, memory, window = task.visited, Memory(task.source.id), task.unit.window
        if task.way.leads is None:
            self._pass.visit(source, memory, window)
        else:
            self._pass.bring(source, memory, window, self._leads(task))

    def _leads(self, task: Task) -> tuple[Lead, ...]:
        """What a list holds, as far as it can be read; why not further is said when the rest has come to its end."""
        leads: list[Lead] = []
        try:
            leads.extend(task.way.leads(task.unit) if task.way.leads else ())
        except ReadError as error:
            self._cut_short[task.source.id] = trouble_of(error)
        return tuple(leads)

    def _has_ended(self, visit: Visit) -> None:
        chain = self._chains.pop(visit.source)
        task, counts = chain.popleft(), Counter(visit.counts)
        trouble = visit.trouble or self._cut_short.pop(visit.source, None)
        if trouble is not None:
            trouble = replace(trouble, text=_OURS.sub(_shortened, trouble.text))
        if trouble is None:
            self._silent.pop((task.source.id, task.way.name), None)
            with self._parts.store.writing() as writer:
                checkpoints.finish(writer, task.unit, self._parts.clock(), counts, topics=task.topics)
        self._on_ended(task, counts, trouble)
        if trouble is not None and self._is_hopeless(task, trouble, counts):
            chain = self._given_up(chain, task, trouble)
        if chain or self._waiting:
            self._begin(chain or self._waiting.popleft())

    def _is_hopeless(self, task: Task, trouble: Trouble, counts: Counter[Outcome]) -> bool:
        """Whether the way's other pieces would come to the same: it is closed, or nobody has answered for some time."""
        way = (task.source.id, task.way.name)
        is_silent = trouble.reason in _SILENCE or (trouble.reason is Reason.UNREADABLE and way[1] in _ONE_DOOR)
        self._silent[way] = self._silent[way] + 1 if is_silent and not counts else 0
        return not counts and (trouble.status in _REFUSED or self._silent[way] >= MOST_SILENT)

    def _given_up(self, chain: deque[Task], refused: Task, trouble: Trouble) -> deque[Task]:
        """What is left of a chain without the further pieces of a way that is closed: a year of days would be refused
        three hundred times. The next run asks again, once."""
        of_it = [task for task in chain if (task.source.id, task.way) == (refused.source.id, refused.way)]
        for task in of_it:
            self._on_ended(task, Counter(), trouble)
        return deque(task for task in chain if task not in of_it)


def _shortened(address: re.Match[str]) -> str:
    query = address[2] or ""
    return address[1] + (query if len(query) <= _LONGEST_QUERY else "?…")


def _chains(tasks: Sequence[Task]) -> list[deque[Task]]:
    """Tasks by the host of their source, in their order; what has none (a file) by its source."""
    found: dict[str, deque[Task]] = {}
    for task in tasks:
        host = urls.host_port(task.source.url) if task.way.family == "asked" else ""
        found.setdefault(host or task.source.id, deque()).append(task)
    return list(found.values())
