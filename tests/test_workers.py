"""Workers that abort, spin or eat memory cost their own task, and no other."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from datetime import UTC, datetime
from pathlib import Path

import pytest
from command import PATIENCE

from watcher import workers
from watcher.stories.judge import StoryJudge
from watcher.types import Document, Gist, Page, Reason, Source, Trouble
from watcher.workers import TaskFailedError, TaskKilledError, WorkerPool

PAGE = Page("https://paper.example/a", 200, (), b"<html><body><p>Hello", datetime(2026, 1, 1, tzinfo=UTC))


def double(number: int) -> int:
    return number * 2


def length(body: bytes) -> int:
    return len(body)


def worker_id(_: int = 0) -> int:
    return os.getpid()


def abort() -> None:
    os.abort()


def crash() -> None:
    ctypes.string_at(0)


def leave() -> None:
    os._exit(3)


def spin() -> None:
    while True:
        pass


def eat() -> None:
    kept = []
    while True:
        kept.append(bytearray(16 << 20))


def swallow(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def fail() -> None:
    raise ValueError("no such thing")


def unsendable() -> object:
    return threading.Lock()


def shout() -> None:
    print("noise")  # noqa: T201 - what this test is about
    os.write(2, b"noise")


def fate(number: int) -> int:
    match number % 20:
        case 3:
            abort()
        case 11:
            eat()
        case 17 if number < 20:
            spin()
        case 17:
            time.sleep(600)  # without an end as well, and the processor is somebody else's meanwhile
    return number


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(processes=2, seconds_per_page=PATIENCE) as opened:
        yield opened


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def wait_until(condition: object, seconds: float = PATIENCE) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_tasks_are_done_and_answers_come_back(pool: WorkerPool) -> None:
    assert [future.result(PATIENCE) for future in [pool.submit(double, n) for n in range(50)]] == list(range(0, 100, 2))


def test_a_page_of_ten_megabytes_goes_through(pool: WorkerPool) -> None:
    assert pool.submit(length, bytes(10 << 20)).result(PATIENCE) == 10 << 20


@pytest.mark.parametrize(
    ("task", "words"),
    [(abort, "SIGABRT"), (crash, "SIGSEGV"), (leave, "came to an end"), (eat, "memory")],
    ids=["abort", "segmentation fault", "exit", "memory"],
)
def test_a_dead_worker_is_one_failed_task(pool: WorkerPool, task: object, words: str) -> None:
    with pytest.raises(TaskKilledError, match=words):
        pool.submit(task).result(PATIENCE)  # type: ignore[arg-type]
    assert pool.submit(double, 4).result(PATIENCE) == 8


def test_a_task_without_end_is_ended_after_its_time(pool: WorkerPool) -> None:
    began = time.monotonic()
    with pytest.raises(TaskKilledError, match="too long"):
        pool.submit(spin, seconds=0.5).result(PATIENCE)
    assert time.monotonic() - began < PATIENCE / 2


def test_a_stopped_worker_is_ended_while_a_long_page_is_sent_to_it_and_the_page_goes_to_the_next() -> None:
    with WorkerPool(processes=1) as own:
        os.kill(own.submit(worker_id).result(PATIENCE), signal.SIGSTOP)
        assert own.submit(length, bytes(4 << 20), seconds=4.0).result(PATIENCE) == 4 << 20


def test_an_error_is_an_answer_and_the_worker_stays(pool: WorkerPool) -> None:
    with pytest.raises(TaskFailedError, match="ValueError: no such thing"):
        pool.submit(fail).result(PATIENCE)
    with pytest.raises(TaskFailedError, match="cannot be sent"):
        pool.submit(unsendable).result(PATIENCE)


def test_a_worker_killed_between_two_tasks_costs_nothing() -> None:
    with WorkerPool(processes=1) as own:
        os.kill(own.submit(worker_id).result(PATIENCE), signal.SIGKILL)
        time.sleep(0.1)
        assert own.submit(double, 4).result(PATIENCE) == 8


def test_among_many_pages_the_fatal_ones_alone_are_lost() -> None:
    with WorkerPool(processes=2, seconds_per_page=2.5, memory=512 << 20) as own:
        futures = [own.submit(fate, number) for number in range(60)]
        answers = [future.exception(PATIENCE) or future.result() for future in futures]
    lost = [number for number, answer in enumerate(answers) if isinstance(answer, TaskKilledError)]
    assert lost == [n for n in range(60) if n % 20 in (3, 11, 17)]
    assert all(answer == number for number, answer in enumerate(answers) if number not in lost)


def test_a_worker_is_replaced_after_so_many_pages_and_after_a_heavy_one() -> None:
    with WorkerPool(processes=1, pages_per_worker=3, memory=1 << 30) as own:
        pids = [own.submit(worker_id).result(PATIENCE) for _ in range(7)]
        assert [len(set(pids[start : start + 3])) for start in (0, 3)] == [1, 1]
        assert len(set(pids)) == 3
    with WorkerPool(processes=1, memory=1 << 30) as own:
        before = own.submit(worker_id).result(PATIENCE)
        own.submit(swallow, 600).result(PATIENCE)
        assert own.submit(worker_id).result(PATIENCE) != before


def test_a_killed_reading_is_trouble_with_a_reason_and_a_killed_extraction_is_unreadable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "_read", _aborting_read)
    monkeypatch.setattr(workers, "_extract", _aborting_read)
    with WorkerPool(processes=1) as own:
        trouble = own.read(Source("paper", "https://paper.example/feed"), PAGE, None).result(PATIENCE)
        assert isinstance(trouble, Trouble)
        assert trouble.reason is Reason.KILLED
        assert "https://paper.example/a" in trouble.text
        assert own.extract(PAGE, None).result(PATIENCE).outcome == "unreadable"


def _aborting_read(*_: object) -> None:
    os.abort()


def test_a_page_is_extracted_in_a_worker(pool: WorkerPool) -> None:
    body = b"<html><body><h1>Chips</h1>" + b"<p>The company said that its accelerator ships in autumn.</p>" * 20
    page = Page("https://paper.example/a", 200, (("content-type", "text/html"),), body, PAGE.fetched)
    assert pool.extract(page, "en").result(PATIENCE).outcome == "article"


def test_no_process_starts_before_the_first_task() -> None:
    threads = threading.active_count()
    with WorkerPool():
        assert threading.active_count() == threads


def test_closing_is_quick_and_cancels_what_is_not_done() -> None:
    own = WorkerPool(processes=2)
    pid = own.submit(worker_id).result(PATIENCE)
    futures = [own.submit(spin, seconds=600.0) for _ in range(5)]
    assert wait_until(lambda: sum(future.running() for future in futures) == 2)
    began = time.monotonic()
    own.close()
    own.close()
    assert time.monotonic() - began < PATIENCE / 2, "they would have ended after ten minutes"
    for future in futures:
        with pytest.raises(CancelledError):
            future.result(0)
    assert wait_until(lambda: not is_alive(pid))
    with pytest.raises(RuntimeError, match="closed"):
        own.submit(double, 1)


SCRIPT = """
import os, sys, time
from tests_workers_tasks import spin, worker_id, shout
from watcher.workers import WorkerPool
if __name__ == "__main__":
    pool = WorkerPool(processes=2)
    pool.submit(shout).result(120)
    pids = {pool.submit(worker_id).result(120) for _ in range(20)}
    spinning = [pool.submit(spin, seconds=float(sys.argv[3])) for _ in range(int(sys.argv[1]))]
    time.sleep(0.3)
    print(*pids, flush=True)
    time.sleep(float(sys.argv[2]))
"""
TASKS = """
import os
def spin():
    while True: pass
def worker_id(): return os.getpid()
def shout():
    print("noise", flush=True)
    os.write(2, b"noise")
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "tests_workers_tasks.py").write_text(TASKS)
    path = tmp_path / "program.py"
    path.write_text(SCRIPT)
    return path


def start(script: Path, *arguments: str) -> tuple[subprocess.Popen[str], list[int]]:
    path = f"{Path(workers.__file__).parents[1]}{os.pathsep}{script.parent}"
    program = subprocess.Popen(
        [sys.executable, str(script), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,
    )
    assert program.stdout
    return program, [int(pid) for pid in program.stdout.readline().split()]


@pytest.mark.parametrize(
    "number",
    [pytest.param(signal.SIGTERM, marks=pytest.mark.long, id="terminated"), pytest.param(signal.SIGKILL, id="killed")],
)
def test_no_worker_outlives_a_program_that_was_ended(script: Path, number: int) -> None:
    program, pids = start(script, "1", "600", "3")
    program.send_signal(number)
    program.communicate(timeout=PATIENCE)
    assert pids
    assert wait_until(lambda: not any(map(is_alive, pids)))


def test_a_program_that_forgets_to_close_ends_at_once_and_prints_nothing_of_its_workers(script: Path) -> None:
    program, pids = start(script, "2", "0", "600")
    began = time.monotonic()
    out, err = program.communicate(timeout=PATIENCE)
    assert time.monotonic() - began < PATIENCE / 2, "a page that takes ten minutes is not waited for"
    assert (out, err) == ("", "")
    assert not any(map(is_alive, pids))


def test_a_signal_to_the_whole_group_ends_no_page() -> None:
    with WorkerPool(processes=1) as own:
        pid = own.submit(worker_id).result(PATIENCE)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
            os.kill(pid, signal.SIGINT)
        assert own.submit(worker_id).result(PATIENCE) == pid


def test_what_a_document_is_compared_by_is_read_in_a_worker_and_is_what_the_judge_would_read(pool: WorkerPool) -> None:
    document = Document("1", "Nvidia sold 50,000 H20 accelerators to Huawei for $1.2 billion on Monday. " * 3, "Sold")
    read = pool.gist(document).result()
    judge = StoryJudge()
    own = judge.prepared(document)
    assert read == Gist(own.facts, judge.keys(own))
    assert read.facts
    assert read.keys
