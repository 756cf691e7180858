"""The pages that somebody reads: from what is stored to what their templates show.

Each is a few bounded questions to the store and values of its own, cleaned before a template sees them.
"""

from __future__ import annotations

from watcher.web.reading.routes import add_reading

__all__ = ["add_reading"]
