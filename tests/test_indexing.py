"""The index of words is filled behind everybody's back."""

from __future__ import annotations

import pytest

from watcher.errors import StoreBusyError, WordsError
from watcher.indexing import catch_up


class Archive:
    """So many articles; what is in `falls` is raised in turn."""

    def __init__(self, waiting: int, *falls: Exception | None) -> None:
        self.waiting, self.all, self.falls, self.forgot = waiting, waiting, list(falls), 0

    def index_next(self) -> int:
        if self.falls and (fall := self.falls.pop(0)) is not None:
            raise fall
        step = min(10, self.waiting)
        self.waiting -= step
        return step

    def forget_words(self) -> None:
        self.waiting, self.forgot = self.all, self.forgot + 1


def run(archive: Archive, **more: object) -> int:
    return catch_up(archive, lambda _: None, **more)  # type: ignore[arg-type]  # as much of a store as is asked


def test_everything_is_indexed_in_batches_with_a_breath_between():
    archive, breaths, steps = Archive(25), [], []
    assert catch_up(archive, breaths.append, on_step=steps.append) == 25  # type: ignore[arg-type]  # likewise
    assert (len(breaths), steps) == (3, [10, 20, 25])


def test_it_ends_when_it_is_told_and_goes_on_from_there():
    archive = Archive(25)
    assert run(archive, stop=iter([False, True]).__next__) == 10
    assert run(archive) == 15


def test_a_damaged_index_is_made_anew_once():
    archive = Archive(25, None, WordsError("damaged"))
    assert run(archive) == 35
    assert (archive.waiting, archive.forgot) == (0, 1)
    with pytest.raises(WordsError):
        run(Archive(25, WordsError("damaged"), WordsError("again")))


def test_a_lock_that_stays_taken_is_the_callers_matter():
    with pytest.raises(StoreBusyError):
        run(Archive(25, StoreBusyError("taken")))
