"""What a channel needs from outside and cannot have itself: a clock, and the door to the network."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.ports import Clock, Send


@dataclass(frozen=True, slots=True)
class Outside:
    """Handed to every channel when it is set up; most need none of it."""

    clock: Clock
    send: Send
