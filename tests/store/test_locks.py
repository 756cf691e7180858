import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from watcher.errors import StoreBusyError, StoreError
from watcher.store.locks import WriterLock, hold_daemon_lock


def test_a_second_daemon_is_told_who_is_running_and_since_when(tmp_path: Path) -> None:
    with (
        hold_daemon_lock(tmp_path),
        pytest.raises(StoreBusyError, match=rf"already running \(pid {os.getpid()}, since 20.* UTC\)"),
        hold_daemon_lock(tmp_path),
    ):
        pass
    with hold_daemon_lock(tmp_path):
        pass


def test_a_daemon_that_has_not_written_its_name_yet_still_holds_the_lock(tmp_path: Path) -> None:
    with hold_daemon_lock(tmp_path):
        (tmp_path / "daemon.lock").write_text("")
        with pytest.raises(StoreBusyError, match="not yet said"), hold_daemon_lock(tmp_path):
            pass


def test_the_lock_of_a_killed_daemon_is_free_even_while_its_workers_live(tmp_path: Path) -> None:
    code = """
import os, sys, time
from pathlib import Path
from watcher.store.locks import hold_daemon_lock
with hold_daemon_lock(Path(sys.argv[1])):
    child = os.fork()
    if child == 0:
        time.sleep(600)
    time.sleep(0.1)
    print(child, flush=True)
    time.sleep(600)
"""
    daemon = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert daemon.stdout is not None
    worker = int(daemon.stdout.readline())
    try:
        with pytest.raises(StoreBusyError, match=f"pid {daemon.pid}"), hold_daemon_lock(tmp_path):
            pass
        daemon.kill()
        daemon.wait()
        with hold_daemon_lock(tmp_path):
            pass
    finally:
        os.kill(worker, 9)
        daemon.stdout.close()


def test_the_lock_is_held_by_one_thread_at_a_time(tmp_path: Path) -> None:
    lock, inside, most = WriterLock(tmp_path), [0], [0]

    def work() -> None:
        for _ in range(50):
            with lock.held():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                threading.Event().wait(0.0001)
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_two_locks_of_one_folder_exclude_each_other_in_one_process(tmp_path: Path) -> None:
    one, two = WriterLock(tmp_path), WriterLock(tmp_path, patience=0.05)
    with one.held(), pytest.raises(StoreBusyError, match="try again"), two.held():
        pass
    with two.held():
        pass
    one.close()
    two.close()
    with two.held():  # a closed lock opens again when it is asked for
        pass
    two.close()


def test_a_thread_that_waits_too_long_is_told(tmp_path: Path) -> None:
    lock, caught = WriterLock(tmp_path, patience=0.05), []

    def wait() -> None:
        try:
            with lock.held():
                pass
        except StoreBusyError as error:
            caught.append(error)

    with lock.held():
        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join()
    assert len(caught) == 1
    with lock.held():  # and the lock is none the worse
        pass
    lock.close()


def test_taking_the_lock_twice_in_one_thread_is_a_defect(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path)
    with lock.held():
        with pytest.raises(RuntimeError, match="inside a write transaction"), lock.held():
            pass
        assert not (tmp_path / "writer.lock").read_text()
    lock.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write to"), hold_daemon_lock(tmp_path / "file" / "data"):
        pass
