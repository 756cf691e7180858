"""What hosts told us for longer than one request: until when they rest, and their robots.txt. It outlives a restart."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher import robots
from watcher.ports import Clock, Store, Writer
from watcher.robots import Robots
from watcher.types import HostState, Page, Trouble

# What is kept in memory; the store has the rest. A robots.txt concerns us with a few hundred characters mostly.
MOST_HOSTS = 4096
MOST_TEXT = 8_000_000  # characters


@dataclass(slots=True)
class _Host:
    state: HostState
    rules: Robots | None = None  # of `state.robots`, parsed when first needed


class Hosts:
    """Host states as far as they are needed now, loaded when a host is first met, written with the next batch."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._hosts: OrderedDict[str, _Host] = OrderedDict()  # least recently met first
        self._text = 0
        self._changed: set[str] = set()

    @property
    def has_changed(self) -> bool:
        return bool(self._changed)

    def meet(self, names: Iterable[str], *, anew: bool = False) -> None:
        """Loads what is remembered of these hosts, in one reading; `anew` those known already too, as other commands
        write down rests as well."""
        wanted = [name for name in dict.fromkeys(names) if name]
        unknown = [name for name in wanted if name not in self._changed and (anew or name not in self._hosts)]
        if unknown:
            found = self._store.hosts(unknown)
            for name in unknown:
                self._set(found.get(name) or HostState(name))
        for name in wanted:
            self._hosts.move_to_end(name)
        self._forget(len(wanted))

    def resting_until(self, name: str) -> datetime | None:
        """When a host's rest ends; None for one that does not rest."""
        until = self._host(name).state.rest_until
        return until if until is not None and until > self._clock() else None

    def rest(self, name: str, span: timedelta, because: str) -> None:
        """Notes that a host wants to be left alone; never shortens a rest."""
        until = self._clock() + span
        state = self._host(name).state
        if span > timedelta(0) and (state.rest_until is None or until > state.rest_until):
            self._change(replace(state, rest_until=until, rest_because=because))

    def must_be_asked(self, name: str) -> bool:
        """True when what is remembered of a host's robots.txt does not hold any more, or nothing is."""
        return not robots.is_fresh(self._host(name).state, self._clock())

    def robots(self, name: str) -> Robots | None:
        """The rules of a host; None where its robots.txt could never be had."""
        host = self._host(name)
        if host.rules is None and host.state.robots is not None:
            host.rules = Robots(host.state.robots)
        return host.rules

    def again(self, name: str) -> datetime:
        """When a robots.txt that could not be had is asked for again."""
        return (self._host(name).state.robots_at or self._clock()) + robots.AGAIN

    def heard(self, name: str, answer: Page | Trouble) -> None:
        """Notes what a host's robots.txt answered."""
        self._change(robots.heard(self._host(name).state, answer, self._clock()))

    def keep(self, writer: Writer) -> None:
        """Writes down what has changed; a longer rest that another command noted meanwhile stays."""
        stored = self._store.hosts(self._changed)
        states = [_with_longer_rest(self._hosts[name].state, stored.get(name)) for name in sorted(self._changed)]
        writer.keep_hosts(states)

    def kept(self) -> None:
        """Says that what was kept is in the store for good."""
        self._changed.clear()

    def _host(self, name: str) -> _Host:
        if name not in self._hosts:
            self.meet([name])
        return self._hosts[name]

    def _change(self, state: HostState) -> None:
        self._set(state)
        self._changed.add(state.host)

    def _set(self, state: HostState) -> None:
        before = self._hosts.get(state.host)
        rules = before.rules if before is not None and before.state.robots == state.robots else None
        self._text += len(state.robots or "") - (len(before.state.robots or "") if before else 0)
        self._hosts[state.host] = _Host(state, rules)

    def _forget(self, met: int) -> None:
        """Lets those go that were met longest ago; what is not written yet stays, and what was met just now."""
        if len(self._hosts) <= MOST_HOSTS and self._text <= MOST_TEXT:
            return
        for name in list(self._hosts)[: len(self._hosts) - met]:
            if len(self._hosts) <= MOST_HOSTS and self._text <= MOST_TEXT:
                return
            if name not in self._changed:
                self._text -= len(self._hosts.pop(name).state.robots or "")


def _with_longer_rest(state: HostState, stored: HostState | None) -> HostState:
    if stored is None or stored.rest_until is None:
        return state
    if state.rest_until is not None and state.rest_until >= stored.rest_until:
        return state
    return replace(state, rest_until=stored.rest_until, rest_because=stored.rest_because)
