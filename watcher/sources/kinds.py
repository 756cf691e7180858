"""What a kind of source is, and what a way into the past of one is."""

from __future__ import annotations

from typing import Protocol

from watcher.types import Estimate, Memory, Page, Reading, Request, Source, Trouble, Unit, Window


class Kind(Protocol):
    """One kind of source."""

    def requests(self, source: Source, memory: Memory, window: Window | None) -> tuple[Request, ...]:
        """What to ask first. With a window: without validators, as the past is asked for and not what changed."""
        ...

    def read(self, source: Source, page: Page, window: Window | None) -> Reading:
        """The leads in a page. Raises ReadError, and nothing else, when its bytes are not readable as this kind."""
        ...


class Way(Kind, Protocol):
    """One way into the past of a source: a kind that is only ever asked with a window, piece by piece."""

    def units(self, source: Source, window: Window) -> tuple[Unit, ...]:
        """The pieces to be asked for, oldest first: together they hold the window, no moment of it twice.

        `source` is the one that is polled, of whichever kind. A unit is asked with `replace(source, kind=unit.via,
        url=unit.url or source.url)`, within its own window.
        """
        ...

    def estimate(self, source: Source, page: Page, window: Window) -> Estimate:
        """What the whole window would take, as far as the answer to the first of `requests` tells.

        `requests` counts what is asked of the source itself, at least; the documents' own pages come on top. Raises
        ReadError as `read` does.
        """
        ...

    def refused(self, source: Source, url: str, trouble: Trouble, window: Window) -> Reading | Trouble:
        """What stands for an answer of the source's own that did not come: what to ask instead, nothing more where
        that is how an archive ends, or the trouble, in better words where there are."""
        ...
