import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from watcher.errors import StoreError
from watcher.store import SqlStore, open_store
from watcher.store import migrations as shipped
from watcher.store.connect import writing_engine
from watcher.store.locks import WriterLock
from watcher.store.migrations import REVISIONS
from watcher.store.schema import APPLICATION_ID, migrate, state_of
from watcher.store.tables import metadata
from watcher.types import LeadRecord

pytestmark = pytest.mark.of_files  # what is said of PostgreSQL stands in test_postgres.py

SCRIPTS = Path(shipped.__file__).parent
RELEASED = sorted((Path(__file__).parent / "schemas").glob("*.sql"))
NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "next", {last!r}
def upgrade():
    with op.batch_alter_table("lead") as table:
        table.add_column(sa.Column("colour", sa.Text()))
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))
    {more}
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A copy of the shipped migrations, for another step to be put beside them."""
    return copytree(SCRIPTS, tmp_path / "scripts", ignore=ignore_patterns("__pycache__"))


def put_next(scripts: Path, more: str = "pass") -> tuple[str, ...]:
    (scripts / "versions" / "next.py").write_text(NEXT.format(last=REVISIONS[-1], more=more))
    return (*REVISIONS, "next")


@pytest.fixture
def old(store: SqlStore, build: object) -> Path:
    with store.writing() as writer:
        writer.record([build.lead("kept")])  # type: ignore[attr-defined]  # a namespace of makers
    store.close()
    return store.path


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_the_known_revisions_are_those_of_the_migrations() -> None:
    found = [script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()]
    assert tuple(reversed(found)) == REVISIONS


def test_the_migrations_lead_to_the_tables_of_the_code(store: SqlStore) -> None:
    store.close()
    engine = writing_engine(store.path)
    with engine.begin() as connection:
        # `words` is an index of the database's own making: no table of ours describes it.
        def is_ours(name: str | None, kind: str, _parents: object) -> bool:
            return kind != "table" or not (name or "").startswith("words")

        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_tables_without_row_ids_are_made_as_such(store: SqlStore) -> None:
    with closing(sqlite3.connect(store.path)) as connection:
        compact = connection.execute(
            "SELECT name FROM pragma_table_list WHERE wr = 1 AND name NOT LIKE 'words_%' ORDER BY name"
        ).fetchall()
    assert [name for (name,) in compact] == [
        "article_topic",
        "correction_article",
        "edition_story",
        "lead_name",
        "likeness",
        "machine_words",
        "mark_article",
        "mark_effect",
        "revision",
        "signal_key",
    ]


def test_an_older_archive_is_migrated_with_its_data_after_a_backup(old: Path, scripts: Path) -> None:
    revisions = put_next(scripts)
    assert state_of(old, revisions) == "old"
    migrate(old, revisions, scripts)
    assert state_of(old, revisions) == "current"
    assert "extra" in tables(old)
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT title, colour FROM lead").fetchall() == [("About kept", None)]
    backup = old.with_name(f"watcher.db.schema-{REVISIONS[-1]}")
    assert "extra" not in tables(backup)
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT title FROM lead").fetchall() == [("About kept",)]


@pytest.mark.parametrize("fault", ["raise KeyError('half way')", "op.execute('INSERT INTO nowhere VALUES (1)')"])
def test_a_migration_that_fails_half_way_changes_nothing(old: Path, scripts: Path, fault: str) -> None:
    with pytest.raises(Exception, match=r"half way|nowhere"):
        migrate(old, put_next(scripts, fault), scripts)
    assert "extra" not in tables(old)
    with open_store(old.parent) as store:
        assert store.integrity() == []
        assert store.lead("https://beispielblatt.example/kept") is not None


def test_a_migration_that_breaks_references_changes_nothing(old: Path, scripts: Path) -> None:
    orphan = "op.execute(\"INSERT INTO verdict (article, body) VALUES (99, '{}')\")"
    with pytest.raises(StoreError, match="refer to nothing"):
        migrate(old, put_next(scripts, orphan), scripts)
    assert "extra" not in tables(old)


def test_two_starters_migrate_once(old: Path, scripts: Path) -> None:
    revisions, failed = put_next(scripts), []

    def start() -> None:
        lock = WriterLock(old.parent)
        try:
            with lock.held():
                migrate(old, revisions, scripts)
        except Exception as error:  # noqa: BLE001  # whatever it is, the test shows it
            failed.append(error)
        finally:
            lock.close()

    starters = [threading.Thread(target=start) for _ in range(2)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    assert failed == []
    assert state_of(old, revisions) == "current"


def test_read_only_refuses_an_older_archive(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.store.opening.state_of", lambda path, **_: state_of(path, (*REVISIONS, "next")))
    with pytest.raises(StoreError, match="watcher db upgrade"):
        open_store(old.parent, read_only=True)


def test_a_start_killed_before_the_schema_was_there_starts_anew(tmp_path: Path) -> None:
    path = tmp_path / "watcher.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    assert state_of(path) == "empty"
    with open_store(tmp_path) as store:
        assert store.integrity() == []


@pytest.mark.parametrize("dump", RELEASED, ids=lambda path: path.stem)
def test_archives_of_every_released_schema_open_with_their_data(tmp_path: Path, dump: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "watcher.db", isolation_level=None)) as connection:
        connection.executescript(dump.read_text())
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    with open_store(tmp_path) as store:
        assert store.integrity() == []
        counts = store.counts()
        assert (counts.articles, counts.stories, counts.editions) == (3, 2, 1)
        (told, untold) = sorted(store.stories(9), key=lambda story: story.told_in is None)
        assert [len(told.articles), len(untold.articles)] == [2, 1]
        assert store.verdict(2) is not None
        assert [row.state for row in store.outbox()] == ["delivered", "waiting"]
        assert isinstance(store.lead("https://beispielblatt.example/off"), LeadRecord)
        assert store.edition("1") is not None
        assert store.memories(["beispielblatt"])["beispielblatt"].etag == '"v1"'


def test_every_released_schema_has_an_archive_to_migrate_from() -> None:
    assert [dump.stem for dump in RELEASED] == list(REVISIONS)
