import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from watcher.errors import StoreBusyError, StoreError
from watcher.store import SqlStore, open_store
from watcher.types import Verdict

pytestmark = pytest.mark.of_files  # what is said of PostgreSQL stands in test_postgres.py


def run(sql: str, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(sql)


def test_opening_creates_the_folder_and_the_file(tmp_path: Path) -> None:
    with open_store(tmp_path / "a" / "b") as store:
        assert store.path == tmp_path / "a" / "b" / "watcher.db"
        assert store.integrity() == []


def test_another_file_can_be_named(tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where" / "100% ours?.db"
    with open_store(tmp_path / "data", database=f"sqlite:///{elsewhere}") as store:
        store.counts()
    assert elsewhere.is_file()
    assert (tmp_path / "data").is_dir()  # where the locks are


@pytest.mark.parametrize("database", ["mysql://user:secret@db/watcher", "sqlite://", "x"])
def test_a_database_this_version_cannot_use_is_refused_without_showing_a_password(
    tmp_path: Path, database: str
) -> None:
    with pytest.raises(StoreError, match="stores in SQLite") as caught:
        open_store(tmp_path, database=database)
    assert "secret" not in str(caught.value)


def test_opening_an_archive_that_is_up_to_date_imports_no_alembic(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    code = """
import sys
from pathlib import Path
from watcher.store import open_store
with open_store(Path(sys.argv[1])) as store:
    store.counts()
print("alembic" in sys.modules)
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() == ["False"]


def test_two_starters_make_one_archive(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from watcher.store import open_store
with open_store(Path(sys.argv[1])) as store, store.writing() as writer:
    writer.set_checkpoint(sys.argv[2], "here")
"""
    starters = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in ("one", "two")]
    assert [starter.wait() for starter in starters] == [0, 0]
    with open_store(tmp_path) as store, store.writing() as writer:
        assert (writer.checkpoint("one"), writer.checkpoint("two")) == ("here", "here")


def test_read_only_reads_beside_a_writer_and_writes_nothing(store: SqlStore, build: SimpleNamespace) -> None:
    with open_store(store.path.parent, read_only=True) as reader:
        with store.writing() as writer:
            number = writer.add(build.article("a"), (), (), Verdict())
            assert reader.article(str(number)) is None  # not before the end of the transaction
        assert reader.article(str(number)) is not None
        with pytest.raises(StoreError, match="opened read-only"), reader.writing():
            pass


def test_read_only_of_nothing_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="watcher run"):
        open_store(tmp_path / "data", read_only=True)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("content", [b"hello", b"SQLite format 3\0" + b"\xff" * 5000, b"\0" * 4096, b"{}"])
@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes, read_only: bool) -> None:
    path = tmp_path / "watcher.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"not a database"):
        open_store(tmp_path, read_only=read_only)
    assert path.read_bytes() == content


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "watcher.db").mkdir()
    with pytest.raises(StoreError, match="not a file"):
        open_store(tmp_path)


@pytest.mark.parametrize("read_only", [False, True])
def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "watcher.db"
    run("CREATE TABLE alembic_version (version_num TEXT)", path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        open_store(tmp_path, read_only=read_only)
    assert path.read_bytes() == before


@pytest.mark.parametrize("read_only", [False, True])
def test_an_archive_of_a_newer_version_is_refused_and_left_alone(store: SqlStore, read_only: bool) -> None:
    store.close()
    run("UPDATE alembic_version SET version_num = '9999'", store.path)
    before = store.path.read_bytes()
    with pytest.raises(StoreError, match=r"newer version.*9999"):
        open_store(store.path.parent, read_only=read_only)
    assert store.path.read_bytes() == before


def test_an_archive_cut_in_half_is_refused(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        for number in range(50):
            writer.add(build.article(str(number), text="x" * 5_000), (), build.keys(number), Verdict())
    store.close()
    whole = store.path.read_bytes()
    store.path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreError, match="damaged"), open_store(store.path.parent) as half:
        half.integrity()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything; run the tests as another user to see this one")
def test_missing_rights_are_named(store: SqlStore) -> None:
    store.close()
    store.path.chmod(0o000)
    with pytest.raises(StoreError, match="owner and mode"):
        open_store(store.path.parent)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot make the folder"):
        open_store(tmp_path / "file" / "data")


def test_another_program_that_writes_is_waited_for_and_named(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.store.connect._BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError, match="locked by another program"), store.writing():
            pass
        assert store.counts().articles == 0  # reading goes on
        other.execute("COMMIT")
    with store.writing() as writer:
        writer.set_checkpoint("after", "all")


def test_a_write_transaction_inside_another_is_a_defect(store: SqlStore) -> None:
    with store.writing() as writer:
        with pytest.raises(RuntimeError, match="inside a write transaction"), store.writing():
            pass
        writer.set_checkpoint("outer", "lives")
    with store.writing() as writer:
        assert writer.checkpoint("outer") == "lives"
