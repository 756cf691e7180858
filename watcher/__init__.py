"""Each story once: a watcher for news sources with a daily digest."""

__version__ = "0.1.0"
