"""Space given back, copies taken while others write, copies put back: nothing is lost on the way."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from pgserver import Server, programs

from watcher.errors import StoreError
from watcher.indexing import catch_up
from watcher.store import SqlStore, compaction, open_store
from watcher.store.opening import restore_store
from watcher.text.query import read_query
from watcher.types import Verdict

LONG = " ".join(f"word{number}" for number in range(400))


def fill(store: SqlStore, build: SimpleNamespace, first: int, count: int = 10, text: str = LONG) -> None:
    """One transaction."""
    with store.writing() as writer:
        for number in range(first, first + count):
            article = build.article(f"a{number}", text=f"{text} own{number}", found=build.now)
            writer.add(article, (), build.keys(number, number + 5_000), Verdict())
        writer.set_checkpoint("filled", str(first + count))


def test_a_copy_taken_while_somebody_writes_is_the_archive_as_it_was_between_two_transactions(
    in_file: SqlStore, build: SimpleNamespace, tmp_path: Path
):
    fill(in_file, build, 0)
    stop = threading.Event()

    def write() -> None:
        number = 10
        while not stop.is_set():
            fill(in_file, build, number)
            number += 10

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [tmp_path / f"copy-{number}" for number in range(6)]
        for folder in copies:
            folder.mkdir()
            with open_store(in_file.path.parent, read_only=True) as reading:
                reading.backup(folder / "watcher.db")
    finally:
        stop.set()
        writer.join()
    whole = {row["url"]: row for row in in_file.export()}
    sizes = []
    for folder in copies:
        with open_store(folder) as copied:
            assert copied.integrity() == []
            rows = list(copied.export())
            assert len(rows) == int(copied.checkpoint("filled") or 0)  # the two change in one transaction
            assert all(whole[row["url"]] == row for row in rows)
            sizes.append(len(rows))
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]


def test_what_is_restored_is_the_archive_that_was_copied(in_file: SqlStore, build: SimpleNamespace, tmp_path: Path):
    fill(in_file, build, 0)
    catch_up(in_file, lambda _: None)
    told = list(in_file.export())
    in_file.backup(tmp_path / "copy.db")
    fill(in_file, build, 100)
    folder = in_file.path.parent
    (folder / "vectors.index").write_bytes(b"of what came later")
    with open_store(folder, read_only=True) as looking:  # as the service does: it need not be opened again
        assert looking.counts().articles == 20
        assert restore_store(tmp_path / "copy.db", folder) is None
        assert looking.counts().articles == 10
    assert not (folder / "vectors.index").exists()
    assert list(in_file.export()) == told
    assert in_file.integrity() == []
    fill(in_file, build, 300)
    assert in_file.counts().articles == 20


def test_what_is_no_whole_copy_of_an_archive_is_refused_and_changes_nothing(
    in_file: SqlStore, build: SimpleNamespace, tmp_path: Path
):
    fill(in_file, build, 0)
    in_file.backup(tmp_path / "copy.db")
    torn = bytearray((tmp_path / "copy.db").read_bytes())
    torn[8192 * 3 : 8192 * 5] = bytes(8192 * 2)
    (tmp_path / "torn.db").write_bytes(torn)
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as other:
        other.execute("CREATE TABLE t (a)")
    for name, said in (
        ("torn.db", "damaged"),
        ("foreign.db", "another program"),
        ("missing.db", "there is no file"),
        (str(in_file.path), "the database itself"),
    ):
        with pytest.raises(StoreError, match=said) as refused:
            restore_store(tmp_path / name, in_file.path.parent)
        assert not re.search("data_dir|move it away", str(refused.value)), "advice for the archive, not for a copy"
    assert in_file.counts().articles == 10


def test_a_database_that_cannot_be_read_is_put_aside_by_what_is_restored(tmp_path: Path, build: SimpleNamespace):
    with open_store(tmp_path) as store:
        fill(store, build, 0)
        store.backup(tmp_path / "copy.db")
    (tmp_path / "watcher.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 9_000)
    kept = restore_store(tmp_path / "copy.db", tmp_path)
    assert kept == tmp_path / "watcher.db.damaged"
    with open_store(tmp_path) as store:
        assert store.counts().articles == 10


def test_a_compact_file_is_smaller_and_holds_the_same(store: SqlStore, build: SimpleNamespace):
    fill(store, build, 0, 120)
    catch_up(store, lambda _: None)
    with store.writing() as writer:
        assert writer.remove(range(1, 101), build.now) == 100
    told, before = list(store.export()), store.size()
    store.compact(full=True)
    assert store.size() < before
    assert list(store.export()) == told
    assert store.integrity() == []
    assert len(store.search(read_query("own119")).hits) == 1


def test_readers_see_the_same_before_and_after_a_file_was_written_anew(in_file: SqlStore, build: SimpleNamespace):
    fill(in_file, build, 0)
    with open_store(in_file.path.parent, read_only=True) as looking:
        assert looking.counts().articles == 10
        in_file.compact()
        assert looking.counts().articles == 10
    fill(in_file, build, 10)
    assert in_file.counts().articles == 20


def test_a_disk_too_full_for_a_second_copy_is_said_beforehand(
    in_file: SqlStore, build: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
):
    fill(in_file, build, 0)
    size = in_file.size()
    monkeypatch.setattr(compaction.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 1_000))
    with pytest.raises(StoreError, match=r"and 0 MB are free.*nothing was changed"):
        in_file.compact()
    assert in_file.size() == size


COMPACT = "import sys, pathlib, watcher.store as s; s.open_store(pathlib.Path(sys.argv[1])).compact()"


def test_a_kill_in_the_middle_loses_nothing(tmp_path: Path, build: SimpleNamespace):
    with open_store(tmp_path) as store:
        fill(store, build, 0, 100, LONG * 40)
        with store.writing() as writer:
            writer.remove(range(1, 51), build.now)
        told = list(store.export())
    for seconds in (0.0, 0.02):
        process = subprocess.Popen([sys.executable, "-c", COMPACT, str(tmp_path)])
        log = tmp_path / "watcher.db-wal"
        while process.poll() is None and not (log.exists() and log.stat().st_size):
            threading.Event().wait(0.002)
        threading.Event().wait(seconds)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with open_store(tmp_path) as store:
            assert store.integrity() == []
            assert list(store.export()) == told


def test_old_texts_give_their_room_back(in_file: SqlStore, build: SimpleNamespace):
    fill(in_file, build, 0, 100, LONG * 5)
    full = in_file.size()
    with in_file.writing() as writer:
        writer.remove(range(1, 81), build.now)
    in_file.compact()
    assert in_file.size() < full / 2


def test_on_a_server_its_own_programs_copy_and_restore_as_the_message_says(
    on_server: SqlStore, pg_server: Server, pg_used: str, build: SimpleNamespace, tmp_path: Path
):
    fill(on_server, build, 0)
    told = list(on_server.export())
    with pytest.raises(StoreError, match=r"pg_dump --format=custom --file=FILE") as refused:
        on_server.backup(tmp_path / "copy.db")
    bin_, copied = programs(), tmp_path / "watcher.dump"
    assert bin_ is not None
    where = ["--host", str(pg_server.folder), "--port", str(pg_server.port), "--username", "watcher"]
    command = str(refused.value).split("(")[-1].rstrip(")").replace("FILE", str(copied)).split()
    subprocess.run([bin_ / command[0], *where, *command[1:]], check=True)
    fill(on_server, build, 100)
    with pytest.raises(StoreError, match="pg_restore --clean --if-exists") as refused:
        restore_store(copied, tmp_path, pg_server.address(pg_used))
    command = str(refused.value).split(": ")[-1].replace("DATABASE", pg_used).replace("FILE", str(copied)).split()
    on_server.close()  # its connections: tables are taken away and made anew
    subprocess.run([bin_ / command[0], *where, *command[1:]], check=True)
    with open_store(tmp_path / "data", pg_server.address(pg_used)) as restored:
        assert list(restored.export()) == told
        fill(restored, build, 300)
        assert restored.counts().articles == 20
