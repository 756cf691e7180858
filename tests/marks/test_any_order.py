"""Whatever is said, corrected, found and rebuilt in whatever order: a mark touches its own story, and undo is whole."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest
from marked import Desk, told

from watcher.errors import WatcherError
from watcher.store import open_store
from watcher.types import Mark

TEXTS = ("#r1 #910c #price", "#h20 #licence #export", "#npu #yield #fab", "#ban #court #fine")
KINDS = ("mute", "known", "follow", "off-topic", "saved")


class Chance:
    """One reader who does this and that, with everything needed to look whether it did what it should."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.chance = desk, random.Random(seed)
        self.texts: dict[str, str] = {}
        self.marks: list[Mark] = []
        self.corrections: list[int] = []

    def act(self) -> None:
        act = self.chance.choice((self.find, self.find, self.say, self.say, self.correct, self.take_back, self.rebuild))
        with suppress(WatcherError):  # merged with itself, kept apart before, nothing left of it: said so, not done
            act()

    def find(self) -> None:
        name = f"n{len(self.texts)}"
        self.texts[name] = self.chance.choice(TEXTS)
        self.desk.found((name, self.texts[name]))

    def say(self) -> None:
        kind, name = self.chance.choice(KINDS), self.chance.choice(list(self.texts))
        if self.chance.random() < 0.3:
            self.marks.append(self.desk.hide(outlet=name))
        else:
            topic = {"topic": "nvidia"} if kind == "off-topic" else {}
            self.marks.append(self.desk.say(kind, name, **topic))  # type: ignore[arg-type]

    def correct(self) -> None:
        one, other = self.chance.sample(list(self.texts), 2)
        act = self.chance.choice((self.desk.merge, self.desk.split))
        self.corrections.append(act(one, other) if act == self.desk.merge else act(one, one))

    def take_back(self) -> None:
        if self.chance.random() < 0.5 and self.corrections:
            self.desk.uncorrect(self.corrections.pop(self.chance.randrange(len(self.corrections))))
        elif self.marks:
            self.desk.undo(self.marks.pop(self.chance.randrange(len(self.marks))))

    def rebuild(self) -> None:
        self.desk.rebuild()


def check(desk: Desk) -> None:
    """Nothing is lost, nothing leaks: every article is told, or kept by a mark that was said of its story or of it."""
    edition = desk.next()
    stories = desk.store.story_names()
    shown = {report.article for entry in edition.entries for report in entry.reports if not report.told}
    marks = {mark.id: mark for mark in desk.store.marks()}
    kept: set[int] = set()
    for effect in edition.heeded:
        mark = marks[effect.mark]
        assert mark.undone is None
        if effect.kind == "hide":
            assert {_outlet(desk, each) for each in effect.articles} == {mark.outlet}
        else:
            touched = {stories[str(each)] for each in effect.articles}
            assert len(touched) == 1, "a mark never touches two stories"
            assert touched <= {stories[str(each)] for each in mark.articles}, "nor one it was not said of"
        if effect.kind != "follow":
            kept.update(effect.articles)
    assert not shown & kept
    assert shown | kept == {int(each) for each in stories}, "nothing is dropped without being counted"


def _outlet(desk: Desk, number: int) -> str:
    stored = desk.store.article(str(number))
    assert stored is not None
    return stored.article.outlet.lower()


def run(folder: Path, seed: int) -> None:
    with open_store(folder / str(seed)) as store:
        one = Chance(Desk(store), seed)
        for _ in range(4):
            one.find()
        for _ in range(18):
            one.act()
            check(one.desk)
        for number in one.corrections:
            one.desk.uncorrect(number)
        for mark in one.marks:
            try:
                one.desk.undo(mark)
            except WatcherError:
                assert store.marks()[mark.id - 1].undone, "it was said again, and taken back with that"
        one.desk.rebuild()
        now = told(one.desk.next())
        export = list(store.export())
    with open_store(folder / f"{seed} quiet") as store:  # the same finds, and nobody says anything
        quiet = Desk(store)
        quiet.found(*one.texts.items())
        quiet.rebuild()
        same = told(quiet.next())
        assert list(store.export()) == export
        assert same == now


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_said_in_whatever_order_touches_its_own_story_and_undo_is_whole(tmp_path: Path, seed: int):
    run(tmp_path, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 40))
def test_the_same_of_many_more_orders(tmp_path: Path, seed: int):
    run(tmp_path, seed)
