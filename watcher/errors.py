"""The errors a user can cause or mend: the class says who must act, the text says what to do.

Anything outside this tree is a defect and ends the program with a traceback.
Expected trouble inside a visit or a delivery is no exception at all but a value: `types.Trouble`, `types.Receipt`.
"""

from __future__ import annotations


class WatcherError(Exception):
    """What happened, to what, and what to do about it, in one line."""

    exit_code = 1


class UsageError(WatcherError):
    """The command line asks for something that cannot be meant."""

    exit_code = 2


class ConfigError(WatcherError):
    """`config.toml` or the environment says something that cannot be followed."""

    exit_code = 78


class OutputError(WatcherError):
    """A file for readers cannot be put in its place."""


class SeedError(WatcherError):
    """A document in the seed folder cannot be used."""


class ReadError(WatcherError):
    """Bytes that should be a feed, a page or a document are not readable as one."""


class StoreError(WatcherError):
    """The database cannot be opened, is not ours, or refused a write."""


class StoreBusyError(StoreError):
    """Another process holds the lock: try again later."""

    exit_code = 75


class StoreAwayError(StoreError):
    """The database's server cannot be reached, or has cut the connection: whoever holds something there stops."""

    exit_code = 75


class StoreAccessError(StoreError):
    """The database's server does not let us in, or has no such database: what was configured does not fit."""

    exit_code = 78


class StoreMissingError(StoreError):
    """What talks to the database is not installed."""

    exit_code = 78


class WordsError(StoreError):
    """The index of words cannot be used; everything else of the archive can."""


class DeliveryError(WatcherError):
    """A channel is set up in a way that cannot deliver anything."""


class EngineError(WatcherError):
    """Who is to work on a backfill's units cannot."""


class RefusedError(WatcherError):
    """What somebody said of what they read cannot be meant. A page says it in the reader's words, by this name of it
    (`cannot.NAME` of `templates/words`): the text is for the command line."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name
