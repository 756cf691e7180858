"""An archive of stories made to measure, its editions, and what somebody says of them: names instead of numbers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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
# Stories that the real judge tells apart; each text stands for as many articles as there are papers that copy it.
CHIPS = (
    "Nvidia said on Tuesday that its new accelerator will ship in May, two months earlier than planned. "
    "The company has moved the final tests to a second factory in Penang after a fire at the first one. "
    "Customers in Europe get the first boards, among them two weather services and a car maker from Turin."
)
BRIDGE = (
    "The bridge between Alder Point and the harbour will be closed to traffic from Monday, the city announced. "
    "Inspectors had found cracks in four of the six main girders, one of them forty centimetres long. "
    "Buses will use the tunnel, and cyclists are asked to take the ferry, which runs every twenty minutes."
)
ORCHARD = (
    "Growers in the valley expect the smallest cherry harvest in thirty years after three nights of frost in April. "
    "Sprinklers and candles saved the lower orchards; above the old railway nearly every blossom froze. "
    "The cooperative asks for help with the interest on loans, and for bees that fly at nine degrees."
)
LIBRARY = (
    "A reading room with twelve thousand maps opens on Saturday in the former customs house of Marwick. "
    "The collection had lain in a cellar since its owner, a surveyor, left it to the town ninety years ago. "
    "Visitors may touch what is printed; what is drawn by hand stays under glass until it has been copied."
)


@dataclass
class Desk:
    """One reader's archive. An hour passes with everything that is said or found."""

    store: SqlStore
    now: datetime = MONDAY
    last: datetime = field(default=MONDAY)
    reads: frozenset[str] = frozenset()

    def found(self, *names_and_texts: tuple[str, str], **more: Any) -> None:
        for name, text in names_and_texts:
            self.now += timedelta(hours=1)
            with self.store.writing() as writer:
                put(writer, article(name, text, 0, **({"found": self.now} | more)))

    def edition(self) -> Edition:
        """The next edition, told."""
        self.now += timedelta(hours=1)
        found = preview(
            self.store,
            replace(PAPER, reads=self.reads),
            DAILY,
            (self.now + timedelta(days=self.count)).date(),
            self.last,
            self.now,
        )
        with self.store.writing() as writer:
            stored = writer.publish(found, ())
        self.last = self.now
        return stored

    def next(self) -> Edition:
        """What the next edition would tell if it were made now."""
        until = self.now + timedelta(minutes=1)
        return preview(self.store, replace(PAPER, reads=self.reads), DAILY, until.date(), self.last, until)

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
        return marking.say(
            self.store, marking.hide(self.now, marking.Within(("nvidia", "ascend"), ("elsewhere", "a", "b")), **what)
        )

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
