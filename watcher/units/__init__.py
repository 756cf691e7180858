"""What is done with one unit of captures, wherever that is: in a process of this machine or of a cluster."""

from __future__ import annotations

from watcher.units.work import Settings, work

__all__ = ["Settings", "work"]
