"""The nearest of many vectors, from a file that crashes must not spoil."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="no numpy in this environment; pip install 'toldonce[meaning]' brings it")

from watcher.encoder.index import Placed, VectorIndex
from watcher.stories.meaning.arrays import packed, similarity

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVER = (NOON - 9_999 * HOUR, NOON + 9_999 * HOUR)


def some(count: int, size: int = 40, seed: int = 1) -> tuple[bytes, ...]:
    dice = random.Random(seed)
    return packed([[dice.gauss(0, 1) for _ in range(size)] for _ in range(count)])


def placed(vectors: Sequence[bytes], first: int = 1) -> list[Placed]:
    """One an hour; each one's number is twice its article's id."""
    return [
        Placed(number, 2 * number, NOON + number * HOUR, vector) for number, vector in enumerate(vectors, start=first)
    ]


def brute(query: bytes, vectors: Sequence[bytes], limit: int) -> list[int]:
    scores = [(-round(similarity(query, vector), 6), number) for number, vector in enumerate(vectors, start=1)]
    return [number for _, number in sorted(scores)[:limit]]


def test_the_nearest_come_best_first_with_their_cosine(tmp_path: Path) -> None:
    vectors = some(500)
    with VectorIndex(tmp_path / "index", "s") as index:
        index.add(placed(vectors))
        for query in some(20, seed=2):
            found = index.nearest(query, *EVER, 10)
            assert [article for article, _ in found] == brute(query, vectors, 10)
            assert found[0][1] == pytest.approx(similarity(query, vectors[found[0][0] - 1]), abs=1e-5)


def test_what_is_near_is_found_among_very_many(tmp_path: Path) -> None:
    dice = random.Random(3)
    vectors = some(6_000, size=96)
    query, noise = some(2, size=96, seed=9)
    mixed = [[0.5 * a + dice.uniform(0.1, 0.9) * b for a, b in zip(signed(query), signed(noise), strict=True)]]
    with VectorIndex(tmp_path / "index", "s") as index:
        index.add(placed([*vectors, *packed(mixed)]))
        assert index.nearest(query, *EVER, 1)[0][0] == 6_001


def signed(vector: bytes) -> list[float]:
    return [float(number - 256 if number > 127 else number) for number in vector]


def test_equals_come_by_id_whoever_came_first(tmp_path: Path) -> None:
    (vector,) = some(1)
    answers = []
    for order in ([1, 2, 3], [3, 1, 2]):
        with VectorIndex(tmp_path / str(order), "s") as index:
            index.add(Placed(article, number, NOON, vector) for number, article in enumerate(order, start=1))
            answers.append(index.nearest(vector, *EVER, 2))
    assert answers[0] == answers[1] == ((1, 1.0), (2, 1.0))


def test_only_the_window_is_looked_at(tmp_path: Path) -> None:
    (vector,) = some(1)
    with VectorIndex(tmp_path / "index", "s") as index:
        index.add(placed([vector] * 9))
        found = index.nearest(vector, NOON + 3 * HOUR, NOON + 5 * HOUR, 9)
        assert [article for article, _ in found] == [3, 4]
        assert index.nearest(vector, NOON + 30 * HOUR, NOON + 50 * HOUR, 9) == ()


def test_nothing_is_near_in_an_empty_index_or_to_nothing(tmp_path: Path) -> None:
    (vector,) = some(1)
    with VectorIndex(tmp_path / "index", "s") as index:
        assert index.nearest(vector, *EVER, 5) == ()
        index.add(placed([vector]))
        assert index.nearest(b"", *EVER, 5) == ()
        assert index.nearest(some(1, size=7)[0], *EVER, 5) == ()
        assert index.nearest(vector, *EVER, 0) == ()


def test_it_goes_on_where_it_ended(tmp_path: Path) -> None:
    vectors = some(50)
    with VectorIndex(tmp_path / "index", "s") as index:
        index.add(placed(vectors[:20]))
    with VectorIndex(tmp_path / "index", "s") as index:
        assert (len(index), index.last) == (20, 40)
        index.add(placed(vectors))  # all of them again: those it has are not taken twice
        assert (len(index), index.last) == (50, 100)
        assert [article for article, _ in index.nearest(vectors[7], *EVER, 3)] == brute(vectors[7], vectors, 3)


def test_an_article_without_a_vector_is_passed_over_for_good(tmp_path: Path) -> None:
    (vector,) = some(1)
    with VectorIndex(tmp_path / "index", "s") as index:
        index.add([Placed(1, 5, NOON, vector), Placed(2, 6, NOON, b"")])
        assert (len(index), index.last) == (1, 6)


@pytest.mark.parametrize("stamp", ["other", "s2"])
def test_a_file_of_other_means_is_begun_anew(tmp_path: Path, stamp: str) -> None:
    with VectorIndex(tmp_path / "index", "s") as index:
        index.add(placed(some(5)))
    with VectorIndex(tmp_path / "index", stamp) as index:
        assert (len(index), index.last) == (0, 0)
        index.add(placed(some(3, size=16)))
        assert len(index) == 3


@pytest.mark.parametrize("content", [b"", b"x", b"{}" * 400, b"\xff" * 1_000])
def test_a_file_that_is_none_of_ours_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index").write_bytes(content)
    with VectorIndex(tmp_path / "index", "s") as index:
        assert len(index) == 0
        index.add(placed(some(3)))
    with VectorIndex(tmp_path / "index", "s") as index:
        assert len(index) == 3


def test_a_file_cut_off_anywhere_keeps_its_whole_records(tmp_path: Path) -> None:
    vectors = some(4, size=16)
    with VectorIndex(tmp_path / "whole", "s") as index:
        index.add(placed(vectors))
    whole = (tmp_path / "whole").read_bytes()
    record = (len(whole) - 256) // 4
    for size in range(0, len(whole), 7):
        (tmp_path / "cut").write_bytes(whole[:size])
        with VectorIndex(tmp_path / "cut", "s") as index:
            assert len(index) == max(0, size - 256) // record
            assert index.last == 2 * len(index)
            index.add(placed(vectors))
        assert (tmp_path / "cut").read_bytes() == whole


def test_a_damaged_record_and_all_behind_it_are_asked_for_again(tmp_path: Path) -> None:
    vectors = some(4, size=16)
    with VectorIndex(tmp_path / "index", "s") as index:
        index.add(placed(vectors))
    whole = bytearray((tmp_path / "index").read_bytes())
    record = (len(whole) - 256) // 4
    whole[256 + 2 * record + 40] ^= 1
    (tmp_path / "index").write_bytes(whole)
    with VectorIndex(tmp_path / "index", "s") as index:
        assert (len(index), index.last) == (2, 4)


def test_what_is_forgotten_is_gone_and_the_rest_is_found(tmp_path: Path) -> None:
    vectors = some(30)
    with VectorIndex(tmp_path / "index", "s") as index:
        index.add([*placed(vectors), Placed(99, 99, NOON, b"")])
        size = (tmp_path / "index").stat().st_size
        index.forget(NOON + 21 * HOUR)
        assert (len(index), index.last) == (10, 99)
        assert (tmp_path / "index").stat().st_size < size
        assert index.nearest(vectors[25], *EVER, 1) == ((26, 1.0),)
        index.add([Placed(100, 100, NOON + 40 * HOUR, vectors[0])])
    with VectorIndex(tmp_path / "index", "s") as index:
        assert index.nearest(vectors[0], *EVER, 1) == ((100, 1.0),)
    assert [file.name for file in tmp_path.iterdir()] == ["index"]


CRASH = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from watcher.encoder.index import Placed, VectorIndex
from watcher.stories.meaning.arrays import packed
index = VectorIndex(Path(sys.argv[1]), "s")
(vector,) = packed([[1.0, -1.0] * 50])
number = 0
while True:
    number += 1
    index.add([Placed(number, number, datetime(2026, 1, 1, tzinfo=UTC), vector)])
    if number == 50:
        print("begun", flush=True)
"""


def test_a_kill_in_the_middle_of_adding_leaves_whole_records(tmp_path: Path) -> None:
    file = tmp_path / "index"
    program = subprocess.Popen([sys.executable, "-c", CRASH, str(file)], stdout=subprocess.PIPE)
    assert program.stdout is not None
    program.stdout.readline()
    os.kill(program.pid, signal.SIGKILL)
    program.wait()
    program.stdout.close()
    with VectorIndex(file, "s") as index:
        assert len(index) == index.last >= 50


def test_it_is_asked_and_filled_by_several_threads(tmp_path: Path) -> None:
    vectors = some(400)
    failed: list[Exception] = []
    with VectorIndex(tmp_path / "index", "s") as index:
        index.add(placed(vectors[:1]))

        def ask() -> None:
            try:
                for _ in range(50):
                    assert index.nearest(vectors[0], *EVER, 1) == ((1, 1.0),)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                failed.append(error)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for each in placed(vectors[1:], first=2):
            index.add([each])
        for thread in threads:
            thread.join()
    assert failed == []
