"""Ways into the past of a source that are asked as its present is: through the same polite pass, with a `Window`.

A way is a module with what a kind has and with `units`, `estimate` and `refused` (`kinds.Way`); `WAYS` is the table.
"""

from __future__ import annotations

from watcher.sources.history import paged, sitemaps, wayback, wordpress
from watcher.sources.kinds import Way

__all__ = ["WAYS", "Way"]

WAYS: dict[str, Way] = {
    "feed": paged,
    "wordpress": wordpress,
    "sitemap": sitemaps,
    "wayback": wayback,
}
