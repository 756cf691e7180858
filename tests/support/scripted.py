"""Doubles for the jobs: a clock that stands, answers that are written down, workers that work in this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from watcher.poll import Parts
from watcher.sources import read_document
from watcher.store import SqlStore, open_store
from watcher.stories.gist import gist
from watcher.stories.judge import StoryJudge
from watcher.topics import TopicMatcher
from watcher.types import (
    Document,
    Extraction,
    Gist,
    Page,
    Reading,
    Reason,
    Request,
    Seed,
    Source,
    TopicRule,
    Trouble,
    Window,
)

T = TypeVar("T")
START = datetime(2026, 3, 10, 6, tzinfo=UTC)
RULES = (TopicRule("nvidia", "Nvidia", ("Nvidia",)), TopicRule("deepseek", "DeepSeek", ("DeepSeek",)))


class StandingClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class ScriptedFetch:
    """Answers each address with what was written down for it: bytes, a Page, a Trouble, or a call that gives one."""

    clock: StandingClock
    answers: dict[str, bytes | Page | Trouble | Callable[[Request], Page | Trouble]] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Page | Trouble:
        self.asked.append(request)
        answer = self.answers.get(request.url)
        if answer is None:
            return Trouble(Reason.STATUS, f"{request.url} answered 404", status=404)
        if callable(answer):
            return answer(request)
        return self.page(request.url, answer) if isinstance(answer, bytes) else answer

    def page(self, url: str, body: bytes, status: int = 200, **headers: str) -> Page:
        """A page as the network would have brought it."""
        pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return Page(url, status, pairs, body, self.clock())


@dataclass
class ScriptedWorkers:
    """Reads for real, in this process; extracts what was written down for an address."""

    pages: Mapping[str, Extraction] = field(default_factory=dict)

    def read(self, source: Source, page: Page, window: Window | None) -> Future[Reading | Trouble]:
        return _done(read_document(source.kind, source, page, window))

    def extract(self, page: Page, lead_language: str | None) -> Future[Extraction]:
        del lead_language
        return _done(self.pages.get(page.url, Extraction("unreadable")))

    def gist(self, document: Document) -> Future[Gist]:
        return _done(gist(document))


def _done(value: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(value)
    return future


@dataclass
class Stage:
    """Everything a job needs, on a real archive in a folder of its own."""

    folder: Path
    clock: StandingClock = field(default_factory=StandingClock)
    workers: ScriptedWorkers = field(default_factory=ScriptedWorkers)
    seeds: tuple[Seed, ...] = ()

    def __post_init__(self) -> None:
        self.fetch = ScriptedFetch(self.clock)
        self.store: SqlStore = open_store(self.folder)

    def parts(self) -> Parts:
        return Parts(
            store=self.store,
            fetch=self.fetch,
            workers=self.workers,
            matches=TopicMatcher(RULES),
            judge=StoryJudge(),
            seeds=self.seeds,
            identify=lambda _: "en",
            clock=self.clock,
            seconds=time.monotonic,
            concurrency=8,
            gap=0.0,
            second_try=0.2,
        )


def rss(*items: Mapping[str, str], title: str = "A Paper") -> bytes:
    """An RSS 2.0 feed of these items."""
    written = "".join(
        "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in item.items()) + "</item>" for item in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{written}</channel></rss>'.encode()
