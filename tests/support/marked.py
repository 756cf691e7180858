"""An archive of stories made to measure, its editions, and what somebody says of them: names instead of numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from newsroom import MONDAY, TagJudge, article, put

from watcher import correcting, marking
from watcher.publish import Paper, preview
from watcher.rebuild import rebuild
from watcher.store import SqlStore
from watcher.stories.cluster import Rules
from watcher.types import Edition, Mark, MarkKind, Schedule, Story

JUDGE, RULES = TagJudge(), Rules()
DAILY = Schedule("07:00", "UTC")
PAPER = Paper(sources=(), topics=(("nvidia", "Nvidia"), ("ascend", "Ascend")), seeds={})


@dataclass
class Desk:
    """One reader's archive. An hour passes with everything that is said or found."""

    store: SqlStore
    now: datetime = MONDAY
    last: datetime = field(default=MONDAY)

    def found(self, *names_and_texts: tuple[str, str], **more: Any) -> None:
        for name, text in names_and_texts:
            self.now += timedelta(hours=1)
            with self.store.writing() as writer:
                put(writer, article(name, text, 0, **({"found": self.now} | more)))

    def edition(self) -> Edition:
        """The next edition, told."""
        self.now += timedelta(hours=1)
        found = preview(self.store, PAPER, DAILY, (self.now + timedelta(days=self.count)).date(), self.last, self.now)
        with self.store.writing() as writer:
            stored = writer.publish(found, ())
        self.last = self.now
        return stored

    @property
    def count(self) -> int:
        return self.store.counts().editions

    def number(self, name: str) -> int:
        stored = self.store.article(f"https://{name}.example/1")
        assert stored is not None
        return stored.id

    def story(self, name: str) -> Story:
        return marking.story_of(self.store, f"https://{name}.example/1")

    def say(self, kind: MarkKind, name: str, **more: Any) -> Mark:
        self.now += timedelta(hours=1)
        return marking.say(self.store, marking.of_story(kind, self.story(name), self.now, **more))

    def hide(self, **what: Any) -> Mark:
        self.now += timedelta(hours=1)
        return marking.say(self.store, marking.hide(self.now, **what))

    def undo(self, mark: Mark) -> None:
        self.now += timedelta(hours=1)
        marking.undo(self.store, mark.id, self.now)

    def merge(self, one: str, other: str) -> int:
        self.now += timedelta(hours=1)
        said = correcting.merge(self.story(one), self.story(other), self.store.corrections(), self.now)
        return correcting.correct(self.store, JUDGE, RULES, said).id

    def split(self, name: str, *leaving: str) -> int:
        self.now += timedelta(hours=1)
        said = correcting.split(self.story(name), [str(self.number(each)) for each in leaving], self.now)
        return correcting.correct(self.store, JUDGE, RULES, said).id

    def uncorrect(self, number: int) -> None:
        self.now += timedelta(hours=1)
        correcting.undo(self.store, JUDGE, RULES, number, self.now)

    def rebuild(self) -> None:
        rebuild(self.store, JUDGE, (), RULES)


def told(edition: Edition) -> set[str]:
    """The stories of an edition, each by the names of its articles; those told before in brackets."""
    return {
        "".join(sorted(f"({_name(each.url)})" if each.told else _name(each.url) for each in entry.reports))
        for entry in edition.entries
    }


def _name(url: str) -> str:
    return url.removeprefix("https://").partition(".")[0]
