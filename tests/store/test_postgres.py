"""What a server can do to an archive, and what is said of PostgreSQL alone."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from pgserver import Server
from sqlalchemy.exc import DBAPIError

from watcher.errors import StoreBusyError, StoreError
from watcher.indexing import catch_up
from watcher.store import SqlStore, open_store
from watcher.store import migrations as shipped
from watcher.store.opening import state_at
from watcher.store.postgres import PostgresGround, read_address
from watcher.store.postgres.parts import OVERLAP
from watcher.text.query import read_query
from watcher.types import Verdict

pytestmark = pytest.mark.of_servers


@pytest.fixture
def bare(pg_server: Server) -> Iterator[str]:
    """The name of a database without tables."""
    name = f"bare_{time.monotonic_ns()}"
    pg_server.make(name)
    yield name
    pg_server.run(f'DROP DATABASE "{name}" WITH (FORCE)')


def refused(folder: Path, database: str, **more: object) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(folder, database, **more).close()  # type: ignore[arg-type]  # whatever a test says
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- addresses ---


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql+psycopg://a:s3cret@db.example:6432/news?sslmode=require", "postgresql://a@db.example:6432/news"),
        ("postgresql://a:s3cret@/news?host=/run/pg", "postgresql://a@/news at /run/pg"),
        ("postgres://db/news?password=s3cret", "postgresql://db/news"),
        ("postgresql://a:s3cret%40%2F@[::1]/n%C3%A4", "postgresql://a@[::1]/n%C3%A4"),
    ],
)
def test_no_address_shows_a_password(address: str, shown: str) -> None:
    read = read_address(address, None)
    assert read.name == shown
    assert "s3cret" not in repr(read)


@pytest.mark.parametrize(
    "address", ["postgresql://db:x/n", "postgresql://db", "postgresql://", "postgresql+asyncpg://d/n", "postgresql:n"]
)
def test_what_is_no_address_is_told_so(address: str, tmp_path: Path) -> None:
    assert "postgresql+psycopg://user@host/name" in refused(tmp_path, address)


def test_an_option_that_nobody_knows_is_named(tmp_path: Path, pg_server: Server) -> None:
    assert "sslmoode" in refused(tmp_path, pg_server.address("postgres") + "&sslmoode=x")


def test_without_the_driver_the_command_that_brings_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install 'toldonce[postgres]'" in refused(tmp_path, "postgresql://db/news")


def test_an_archive_in_a_file_imports_no_driver(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from watcher.store import open_store; "
    code += "open_store(Path(sys.argv[1])).counts(); "
    code += "print('psycopg' in sys.modules, 'watcher.store.postgres' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"]


# --- who is not let in ---


def test_a_password_comes_from_outside_and_a_wrong_one_is_said_so(
    pg_server: Server, pg_blank: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = pg_blank()
    pg_server.run("DROP ROLE IF EXISTS locked")
    pg_server.run("CREATE ROLE locked LOGIN SUPERUSER PASSWORD 's3cret'")
    address = pg_server.by_network(name).replace("watcher@", "locked@")
    open_store(tmp_path, address, password="s3cret").close()
    monkeypatch.setenv("PGPASSWORD", "s3cret")
    open_store(tmp_path, address).close()
    told = refused(tmp_path, address, password="h0rse")
    assert "WATCHER_DATABASE_PASSWORD" in told
    assert "h0rse" not in told
    monkeypatch.delenv("PGPASSWORD")
    assert "WATCHER_DATABASE_PASSWORD" in refused(tmp_path, address)


def test_who_is_barred_hears_where_that_stands(pg_server: Server, tmp_path: Path) -> None:
    pg_server.run("DROP ROLE IF EXISTS barred")
    pg_server.run("CREATE ROLE barred LOGIN")
    assert "pg_hba.conf" in refused(tmp_path, pg_server.by_network("postgres").replace("watcher@", "barred@"))


def test_what_is_missing_on_the_server_is_named_with_what_makes_it(pg_server: Server, tmp_path: Path) -> None:
    assert "createdb" in refused(tmp_path, pg_server.address("nowhere"))
    assert "createuser" in refused(tmp_path, pg_server.address("postgres", "nobody_here"))
    assert "is the server running" in refused(tmp_path, "postgresql://127.0.0.1:1/news")
    assert "is the server running" in refused(tmp_path, f"postgresql://u@/news?host={tmp_path}")


def test_who_may_not_make_tables_hears_who_can_change_that(pg_server: Server, bare: str, tmp_path: Path) -> None:
    pg_server.run("DROP ROLE IF EXISTS guest")
    pg_server.run("CREATE ROLE guest LOGIN")
    pg_server.run("REVOKE ALL ON SCHEMA public FROM PUBLIC", bare)
    assert "as the server's administrator" in refused(tmp_path, pg_server.address(bare, "guest"))
    pg_server.run("GRANT USAGE ON SCHEMA public TO guest", bare)
    assert f"ALTER DATABASE {bare} OWNER TO guest" in refused(tmp_path, pg_server.address(bare, "guest"))


# --- what it finds there ---


def test_an_encoding_without_every_script_is_refused(pg_server: Server, tmp_path: Path) -> None:
    pg_server.run("DROP DATABASE IF EXISTS western")
    pg_server.run("CREATE DATABASE western ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0")
    assert "--encoding=UTF8" in refused(tmp_path, pg_server.address("western"))


def test_a_server_that_is_too_old_is_refused(
    pg_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.store.postgres.connect._OLDEST", 990000)
    assert "upgrade the server" in refused(tmp_path, pg_server.address("postgres"))


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE theirs (x int)", "CREATE TABLE alembic_version (version_num text)"]
)
def test_the_database_of_another_program_is_refused_and_left_alone(
    pg_server: Server, bare: str, tmp_path: Path, statement: str
) -> None:
    pg_server.run(statement, bare)
    for read_only in (False, True):
        assert "another program" in refused(tmp_path, pg_server.address(bare), read_only=read_only)
    tables = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    assert pg_server.run(tables, bare) == [(1,)]


def test_an_archive_of_a_newer_version_is_refused(
    pg_server: Server, pg_blank: Callable[[], str], tmp_path: Path
) -> None:
    name = pg_blank()
    pg_server.run("UPDATE alembic_version SET version_num = '9999'", name)
    assert "newer version of this program (schema 9999" in refused(tmp_path, pg_server.address(name))


def test_reading_makes_nothing_and_says_what_does(pg_server: Server, bare: str, tmp_path: Path) -> None:
    assert "watcher run" in refused(tmp_path, pg_server.address(bare), read_only=True)
    assert state_at(tmp_path, pg_server.address(bare)) == "empty"


def test_a_standby_is_told_from_its_primary(pg_server: Server, pg_blank: Callable[[], str], tmp_path: Path) -> None:
    name = pg_blank()
    pg_server.run(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    with open_store(tmp_path, pg_server.address(name)) as store:
        assert store.counts().articles == 0
        with pytest.raises(StoreError, match="name the primary"), store.writing() as writer:
            writer.set_checkpoint("a", "b")


# --- the schema ---


def upgraded(pg_server: Server, name: str, revision: str) -> None:
    """Makes the tables of an older version."""
    ground = PostgresGround(read_address(pg_server.address(name)))
    config = Config()
    config.set_main_option("script_location", str(Path(shipped.__file__).parent))
    with ground.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.exec_driver_sql("COMMENT ON TABLE alembic_version IS 'told once'")
    ground.close()


@pytest.mark.parametrize("revision", ["0001", "0004", "0007", "0008"])
def test_an_older_archive_is_brought_up_to_date_with_its_data(
    pg_server: Server, bare: str, tmp_path: Path, revision: str
) -> None:
    address = pg_server.address(bare)
    upgraded(pg_server, bare, revision)
    pg_server.run("INSERT INTO lead (url_hash, source, outcome, found) VALUES (1, 'a', 'refused', 1)", bare)
    pg_server.run("INSERT INTO signal_key (signal, key, article) VALUES (1, -5, 1), (1, 5, 2)", bare)
    assert "watcher db upgrade" in refused(tmp_path, address, read_only=True)
    with open_store(tmp_path, address) as store:
        assert store.is_current()
        assert store.counts().leads == {"refused": 1}
        assert store.integrity() == ["2 keys of articles that are not there"]


NO_LABELS = """
UPDATE words SET vector = ts_delete(vector, ARRAY(SELECT lexeme FROM unnest(vector) WHERE lexeme LIKE '.t%'))
WHERE row & 1 = 0
"""
NO_INDEX = "DROP INDEX words_article, words_part_article"
WIDE = "DROP INDEX signal_key_key; ALTER TABLE signal_key ADD PRIMARY KEY (signal, key, article)"


@pytest.mark.parametrize(
    ("before", "anew"),
    [((NO_LABELS, NO_INDEX, WIDE), 30), ((NO_INDEX, WIDE), 0), ((NO_INDEX,), 0), ((), 0)],
    ids=["a release", "no index yet", "narrow keys already", "all of it already"],
)
def test_what_was_indexed_before_rows_had_labels_of_their_weeks_is_found(
    pg_server: Server,
    pg_blank: Callable[[], str],
    tmp_path: Path,
    build: SimpleNamespace,
    before: tuple[str, ...],
    anew: int,
) -> None:
    name = pg_blank()
    address = pg_server.address(name)
    with open_store(tmp_path, address) as store:
        with store.writing() as writer:
            for number in range(30):
                said = build.article(f"a{number}", published=build.now - timedelta(days=20 * number), told=True)
                writer.add(said, (), build.keys(number, 99), Verdict())
        catch_up(store, lambda _: None)
    for statement in before:
        pg_server.run(statement, name)
    pg_server.run("UPDATE alembic_version SET version_num = '0008'", name)
    with open_store(tmp_path, address) as store:
        # Made anew only where it must be: a large archive is searched in part until that is done.
        assert store.index_next() == anew
        assert len(store.search(read_query("chips"), limit=50).hits) == 30
        assert len(store.candidates(build.keys(99))) == 30
        assert store.integrity() == []
    indexes = "SELECT indexname FROM pg_indexes WHERE tablename IN ('signal_key', 'words', 'words_part') ORDER BY 1"
    assert [index for (index,) in pg_server.run(indexes, name)] == [
        "signal_key_key",
        "words_article",
        "words_part_article",
        "words_part_pkey",
        "words_part_vector",
        "words_pkey",
        "words_vector",
    ]


def test_a_migration_that_fails_leaves_the_database_as_it_was(pg_server: Server, bare: str, tmp_path: Path) -> None:
    upgraded(pg_server, bare, "0003")
    pg_server.run("CREATE TABLE mark (x int)", bare)  # 0007 makes one
    with pytest.raises(Exception, match="mark"):
        open_store(tmp_path, pg_server.address(bare))
    assert pg_server.run("SELECT version_num FROM alembic_version", bare) == [("0003",)]
    assert pg_server.run("SELECT to_regclass('host') IS NULL", bare) == [(True,)]


def test_two_starters_make_one_archive(pg_server: Server, bare: str, tmp_path: Path) -> None:
    failed: list[StoreError] = []
    both = threading.Barrier(2)

    def start(name: str) -> None:
        try:
            both.wait(120)
            with open_store(tmp_path / name, pg_server.address(bare)) as store, store.writing() as writer:
                writer.set_checkpoint(name, "here")
        except StoreError as error:
            failed.append(error)

    starters = [threading.Thread(target=start, args=(name,)) for name in ("one", "two")]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    assert failed == []
    assert pg_server.run("SELECT count(*) FROM checkpoint WHERE value = 'here'", bare) == [(2,)]


def test_every_text_sorts_by_its_bytes(store: SqlStore) -> None:
    with store.ground.reading() as connection:
        odd = connection.exec_driver_sql(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND "
            "data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
        ).all()
        assert odd == []
        assert MigrationContext.configure(connection).get_current_revision() == shipped.REVISIONS[-1]


# --- what happens while it runs ---


def test_who_waits_too_long_for_another_writer_is_told_so(store: SqlStore, pg_server: Server, tmp_path: Path) -> None:
    assert isinstance(store.ground, PostgresGround)
    address = pg_server.address(store.ground.address.database)
    with open_store(tmp_path / "other", address) as other:
        with store.writing() as writer:
            writer.set_checkpoint("a", "first")
            with pytest.raises(StoreBusyError, match="has been writing"), other.writing(patience=0.05):
                pass
            assert other.checkpoint("a") is None  # who reads does not wait
        with other.writing(patience=0.05) as writer:
            assert writer.checkpoint("a") == "first"


def test_a_write_inside_a_write_is_a_defect_and_no_wait(store: SqlStore) -> None:
    with store.writing(), pytest.raises(RuntimeError, match="inside a write"), store.writing():
        pass


def cut(server: Server, store: SqlStore) -> None:
    assert isinstance(store.ground, PostgresGround)
    name = store.ground.address.database
    server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608 - ours


def test_a_cut_connection_stores_nothing_holds_up_nobody_and_is_made_anew(
    store: SqlStore, pg_server: Server, build: SimpleNamespace
) -> None:

    def lose() -> None:
        with store.writing() as writer:
            writer.add(build.article("lost"), (), (), Verdict())
            cut(pg_server, store)
            writer.set_checkpoint("a", "b")

    with pytest.raises(StoreError, match="no connection"):
        lose()
    assert store.counts().articles == 0
    cut(pg_server, store)  # while nobody uses it
    with store.writing(patience=60) as writer:
        writer.add(build.article("kept"), (), (), Verdict())
    with store.ground.reading() as connection:
        cut(pg_server, store)
        with pytest.raises(DBAPIError, match="terminating"):
            connection.exec_driver_sql("SELECT 1")
    assert store.counts().articles == 1


@pytest.mark.parametrize(("code", "advice"), [("53100", "make room"), ("57P03", "try again"), ("XX001", "backup")])
def test_what_a_server_suffers_is_said_with_what_helps(
    store: SqlStore, spoil: Callable[[SqlStore, str], None], code: str, advice: str
) -> None:
    spoil(
        store,
        "CREATE OR REPLACE FUNCTION fails() RETURNS trigger AS "
        f"$$ BEGIN RAISE 'suffers' USING ERRCODE = '{code}'; END $$ "
        "LANGUAGE plpgsql; CREATE TRIGGER fails BEFORE INSERT ON checkpoint EXECUTE FUNCTION fails()",
    )
    try:
        with pytest.raises(StoreError, match=advice), store.writing() as writer:
            writer.set_checkpoint("a", "b")
    finally:
        spoil(store, "DROP TRIGGER fails ON checkpoint")


# --- long articles ---


def test_a_long_article_is_found_by_whatever_stands_in_it(store: SqlStore, build: SimpleNamespace) -> None:
    """More places of a word than a vector keeps, and every phrase of neighbours across every part."""
    text = " ".join(f"the w{number}" for number in range(1_000))
    with store.writing() as writer:
        writer.add(build.article("long", title="A title", text=text), (), (), Verdict())
        writer.add(build.article("short", title="the w999 w1", text="the w500 w1"), (), (), Verdict())
    catch_up(store, lambda _: None)
    with store.ground.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM words_part").scalar_one() > 3

    def found(typed: str) -> list[int]:
        return [hit.id for hit in store.search(read_query(typed, order="relevance")).hits]

    for number in range(0, 998, 29):
        assert found(f'"w{number} the w{number + 1} the w{number + 2}"') == [1]
    assert found("w1 w500 w999") == [1, 2] or found("w1 w500 w999") == [2, 1]
    assert found('w3 w998 "a title"') == [1]
    assert found("the -w998") == [2]
    assert found("w998 -w3") == []
    assert found('"title the"') == []
    assert found("outlet:beispielblatt w997") == [1]
    beginning = " ".join(text.split()[600 : 600 + OVERLAP * 2])
    assert found(f'"{beginning}"'[:900].rsplit(" ", 1)[0] + '"') == [1]
    assert store.integrity() == []
