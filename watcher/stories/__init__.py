"""Recognising stories: each signal sees sameness in one way, `judge` decides from all of them.

A new signal is a module with `keys` and `score` (see `signal.Signal`) and one line in this table.
"""

from __future__ import annotations

from watcher.stories.address import AddressSignal
from watcher.stories.copy import CopySignal
from watcher.stories.signal import Signal

SIGNALS: tuple[Signal, ...] = (AddressSignal(), CopySignal())
