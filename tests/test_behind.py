"""What the daemon does behind everything else keeps going, whatever happens to it."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from scripted import START, Stage

from watcher import behind
from watcher.behind import index
from watcher.errors import StoreAwayError, StoreError
from watcher.types import Article, Key, Verdict


class Bell(Event):
    """Rings so many more times, then is the last thing that the hand hears."""

    def __init__(self, more: int, stopping: Event) -> None:
        super().__init__()
        self._more, self._stopping = more, stopping

    def wait(self, _timeout: float | None = None) -> bool:
        self._more -= 1
        if self._more < 0:
            self._stopping.set()
        return True


def _work(stage: Stage, keep: timedelta | None, rings: int = 0) -> None:
    """The hand of the index from its start until the bell has rung so often more."""
    config = SimpleNamespace(archive=SimpleNamespace(keep=keep), timezone="UTC")
    program: Any = SimpleNamespace(config=config, store=stage.store, clock=stage.clock, share=None)
    stopping = Event()
    index(program, Bell(rings, stopping), stopping)


def _stored(stage: Stage, days: int) -> None:
    url, found = f"https://paper.example/{days}", START - timedelta(days=days)
    with stage.store.writing() as writer:
        article = Article(url, "Nvidia ships", "Nvidia ships H20s.", "paper", "Paper", "en", found)
        writer.add(article, (), (Key("copy", 1, days),), Verdict())


def _said(stage: Stage) -> list[str]:
    return [str(row["url"]) for row in stage.store.export() if row["text"]]


def test_new_words_are_found_and_texts_older_than_the_archive_keeps_are_gone(tmp_path: Path):
    stage = Stage(tmp_path)
    _stored(stage, 800)
    _stored(stage, 1)
    _work(stage, None)
    assert len(_said(stage)) == 2
    _work(stage, timedelta(days=730))
    assert _said(stage) == ["https://paper.example/1"]


def _spoil_counts(stage: Stage) -> None:
    """What a program that does not count along leaves behind."""
    with stage.store.ground.writing() as connection:
        connection.exec_driver_sql("UPDATE checkpoint SET value = '{\"articles\":6}' WHERE name = 'counts'")


def test_what_a_program_of_another_version_did_not_count_is_counted_at_the_start(tmp_path: Path):
    stage = Stage(tmp_path)
    _stored(stage, 1)
    _spoil_counts(stage)
    assert stage.store.counts().articles == 6
    _work(stage, None)
    assert (stage.store.counts().articles, stage.store.counts().stories) == (1, 1)


def test_that_is_looked_at_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stage = Stage(tmp_path)
    _stored(stage, 1)
    said: list[int] = []

    def ring(*_: object) -> int:
        said.append(stage.store.counts().articles)
        _spoil_counts(stage)
        if len(said) == 4:
            stage.clock.advance(days=1)
        return 0

    monkeypatch.setattr(behind, "catch_up", ring)
    _work(stage, None, 5)
    assert said == [1, 1, 6, 6, 1, 6]


@pytest.mark.parametrize(
    ("trouble", "asked"), [(StoreError("torn"), 3), pytest.param(StoreAwayError("gone"), 1, id="away")]
)
def test_a_store_that_fails_is_asked_at_the_next_bell_and_one_that_is_away_is_the_callers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: StoreError, asked: int
):
    calls: list[object] = []

    def fails(*args: object) -> int:
        calls.append(args)
        raise trouble

    monkeypatch.setattr(behind, "catch_up", fails)
    with pytest.raises(StoreAwayError) if isinstance(trouble, StoreAwayError) else nullcontext():
        _work(Stage(tmp_path), None, 2)
    assert len(calls) == asked
