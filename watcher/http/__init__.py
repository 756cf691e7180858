"""The one door to the network for addresses that came from outside: guarded, bounded, and never raising."""

from watcher.http.client import HttpFetch
from watcher.http.guard import Guard, is_public

__all__ = ["Guard", "HttpFetch", "is_public"]
