"""What must hold when processes compete, are killed, or run out of disk: always against real files and real signals."""

import resource
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from watcher.errors import StoreError
from watcher.store import SqlStore, open_store
from watcher.types import Verdict

pytestmark = pytest.mark.of_files  # what is said of PostgreSQL stands in test_postgres.py

PREAMBLE = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from watcher.errors import StoreError
from watcher.store import open_store
from watcher.types import Article, Key, LeadRecord, Outcome, TopicMatch, Verdict
NOW = datetime(2026, 3, 2, tzinfo=UTC)
store = open_store(Path(sys.argv[1]))

def write(number):
    url = f"https://beispielblatt.example/{number}"
    with store.writing() as writer:
        writer.record([LeadRecord(url, "b", "t", Outcome.STORED, NOW)])
        keys = [Key("copy", 1, number * 100 + place) for place in range(24)]
        article = Article(url, "t", "x" * 1500, "b", "B", "de", NOW)
        writer.add(article, [TopicMatch("ascend", True, 0.9, ())], keys, Verdict())
        writer.set_checkpoint("last", str(number))
"""

COUNT = """
for _ in range(200):
    with store.writing() as writer:
        writer.set_checkpoint("sum", str(int(writer.checkpoint("sum") or 0) + 1))
"""

WRITE = """
with store.writing() as writer:
    number = int(writer.checkpoint("last") or 0)
while True:
    number += 1
    write(number)
    print(number, flush=True)
"""

FILL = """
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
number, failures = 0, 0
while not failures:
    number += 1
    try:
        write(number)
    except StoreError as error:
        failures += 1
        print("failed:", error, file=sys.stderr)
        print(store.counts().articles, len(store.integrity()), flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
write(number)
print(number, flush=True)
"""


def start(folder: Path, code: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PREAMBLE + code, str(folder), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def articles_are_whole(store: SqlStore) -> int:
    """The number of articles; everything one transaction wrote is there or nothing of it."""
    count = store.counts().articles
    urls = [f"https://beispielblatt.example/{number}" for number in range(1, count + 2)]
    assert set(store.known(urls)) == set(urls[:-1])
    with store.writing() as writer:
        assert int(writer.checkpoint("last") or 0) == count
    return count


def test_four_processes_lose_no_update(store: SqlStore) -> None:
    counters = [start(store.path.parent, COUNT) for _ in range(4)]
    for counter in counters:
        _, errors = counter.communicate(timeout=600)
        assert (counter.returncode, errors) == (0, "")
    with store.writing() as writer:
        assert writer.checkpoint("sum") == "800"


def test_a_kill_in_the_middle_of_writing_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    for pause in (0.01, 0.05, 0.12, 0.3):
        process = start(tmp_path, WRITE)
        assert process.stdout is not None
        process.stdout.readline()  # it has begun
        time.sleep(pause)
        process.kill()
        output, _ = process.communicate()
        acknowledged = [int(line) for line in output.splitlines(keepends=True) if line.endswith("\n")]
        with open_store(tmp_path) as store:
            assert store.integrity() == []
            assert articles_are_whole(store) >= max(acknowledged, default=0)


@pytest.mark.parametrize("kib", [517, *(pytest.param(kib, marks=pytest.mark.long) for kib in (300, 1100))])
def test_a_full_disk_is_a_plain_error_and_is_survived(tmp_path: Path, kib: int) -> None:
    open_store(tmp_path).close()
    process = start(tmp_path, FILL, str(kib * 1024))
    output, errors = process.communicate(timeout=600)
    assert process.returncode == 0, errors
    assert "make room on its disk" in errors
    (stored, faults), (last,) = (map(int, line.split()) for line in output.splitlines())
    assert stored == last - 1  # every acknowledged one was kept, the failed one not
    assert faults == 0  # and reading went on
    with open_store(tmp_path) as store:
        assert store.integrity() == []
        assert articles_are_whole(store) == last  # once there was room, writing went on


def test_a_writer_that_dies_inside_a_transaction_holds_up_no_one(store: SqlStore, build: SimpleNamespace) -> None:
    hang = """
with store.writing() as writer:
    writer.set_checkpoint("never", "kept")
    print("inside", flush=True)
    sys.stdin.read()
"""
    command = [sys.executable, "-c", PREAMBLE + hang, str(store.path.parent)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "inside\n"
    with open_store(store.path.parent, patience=0.1) as hasty:
        with pytest.raises(StoreError, match="try again"), hasty.writing():
            pass
        assert hasty.counts().articles == 0
    process.kill()
    process.communicate()
    with store.writing() as writer:
        assert writer.checkpoint("never") is None
        writer.add(build.article("a"), (), (), Verdict())


def test_many_threads_read_and_write_one_store(store: SqlStore) -> None:
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(25):
                with store.writing() as writer:
                    writer.set_checkpoint("sum", str(int(writer.checkpoint("sum") or 0) + 1))
                store.counts()
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test shows it
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with store.writing() as writer:
        assert writer.checkpoint("sum") == "400"


def test_the_log_stays_bounded_when_nobody_reads(store: SqlStore, build: SimpleNamespace) -> None:
    for number in range(300):
        with store.writing() as writer:
            writer.add(build.article(str(number), text="x" * 20_000), (), build.keys(number), Verdict())
    log = store.path.with_name("watcher.db-wal")
    assert log.stat().st_size < 16 * 1024 * 1024
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
