import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from watcher.errors import StoreError
from watcher.store import SqlStore, open_store
from watcher.types import Counts, Match, Memory, Outcome, Placement, Relation, TopicMatch, Verdict, Visit

DAY = timedelta(days=1)


def fill(store: SqlStore, build: SimpleNamespace, names: str, found: timedelta = timedelta()) -> None:
    with store.writing() as writer:
        for name in names:
            article = build.article(name, found=build.now + found, published=build.now, published_from="page")
            retells = writer.by_url(build.article("a").url)
            verdict = build.earlier(retells) if retells else Verdict(seed=Match("000", Relation.COPY, 0.9))
            writer.add(article, [TopicMatch("ascend", True, 0.9, ("910C",))], build.keys(1, 2), verdict)


def test_an_empty_archive_counts_nothing(store: SqlStore) -> None:
    assert store.counts() == Counts(0, 0, 0)


def test_counts_say_what_the_archive_holds(store: SqlStore, build: SimpleNamespace) -> None:
    fill(store, build, "abc")
    with store.writing() as writer:
        writer.record([build.lead("x"), build.lead("y"), build.lead("z", outcome=Outcome.TOO_OLD)])
        writer.publish(build.edition(date(2026, 3, 2)), [build.row("x@example.org")])
    leads = {Outcome.OFF_TOPIC: 2, Outcome.TOO_OLD: 1}
    assert store.counts() == Counts(3, 1, 1, leads, {"waiting": 1})


def test_what_is_kept_of_counts_is_what_counting_gives(
    store: SqlStore, build: SimpleNamespace, spoil: Callable[[SqlStore, str], None]
) -> None:
    fill(store, build, "ab")
    with store.writing() as writer:
        leads = [build.lead("x"), build.lead("x"), build.lead("y"), build.lead("z", outcome=Outcome.STORED)]
        writer.record(leads)
    spoil(store, "UPDATE checkpoint SET name = 'of another version' WHERE name = 'counts'")
    fill(store, build, "bcd")  # b is there already
    with store.writing() as writer:
        writer.record(
            [build.lead("x", outcome=Outcome.STORED), build.lead("z"), build.lead("y", outcome=Outcome.UNREACHABLE)]
        )
        apart = tuple(Placement(str(number), str(number), Relation.NEW) for number in (1, 2))
        writer.regroup(apart, {"1": ["1"], "new": ["2"]})
        writer.regroup((), {"1": ["1", "2"]})

    def interrupted() -> None:
        with store.writing() as writer:
            writer.record([build.lead("never")])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert store.counts() == Counts(4, 1, 0, {Outcome.STORED: 2, Outcome.UNREACHABLE: 1}, {})
    assert store.integrity() == []
    spoil(store, "DELETE FROM lead")
    assert store.counts().leads
    assert any("`watcher db compact`" in line for line in store.integrity())
    store.compact()
    assert store.counts().leads == {}


def test_checkpoints_are_kept_and_replaced(store: SqlStore) -> None:
    with store.writing() as writer:
        assert writer.checkpoint("backfill") is None
        writer.set_checkpoint("backfill", "2026-01")
        writer.set_checkpoint("backfill", "2026-02")
        assert writer.checkpoint("backfill") == "2026-02"
        writer.set_checkpoint("words", "1:7")
    assert store.checkpoints(["words", "never set", "backfill"]) == {"words": "1:7", "backfill": "2026-02"}
    assert store.checkpoints([]) == {}


def test_archives_of_the_same_articles_export_the_same_whatever_the_order_and_the_clock(
    tmp_path: Path, build: SimpleNamespace
) -> None:
    with open_store(tmp_path / "one") as one, open_store(tmp_path / "two") as two:
        fill(one, build, "abcd")
        fill(two, build, "a", found=DAY)
        fill(two, build, "dcb", found=2 * DAY)
        exported = list(one.export())
        assert exported == list(two.export())
        assert [row["url"] for row in exported] == [build.article(name).url for name in "abcd"]
        assert {row["story"] for row in exported} == {build.article("a").url}
        assert [row["relation"] for row in exported] == ["new", "retelling", "retelling", "retelling"]
        assert exported[0]["seed"] == {"id": "000", "relation": "copy"}
        json.dumps(exported)


def test_a_date_that_only_says_when_it_was_found_is_not_exported(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        writer.add(build.article("a", published=build.now, published_from="found"), (), (), Verdict())
    (row,) = store.export()
    assert row["published"] is None
    assert build.now.isoformat() not in json.dumps(row)


@pytest.mark.long_on_servers
def test_a_long_export_is_one_snapshot_and_holds_up_no_writer(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        for number in range(450):
            writer.add(build.article(f"{number:04}"), (), (), Verdict())
    rows = store.export()
    first = next(rows)
    with store.writing() as writer:
        writer.add(build.article("zz-late"), (), (), Verdict())
    urls = [first["url"], *(row["url"] for row in rows)]
    assert len(urls) == 450
    assert urls == sorted(urls, key=str)


def test_pruning_drops_old_visits(store: SqlStore, build: SimpleNamespace) -> None:
    ended = [build.now - 40 * DAY, build.now]
    with store.writing() as writer:
        writer.visited([Visit("a", moment, moment, 200, {}, Memory("a")) for moment in ended])
        writer.prune(build.now - 30 * DAY)
    assert [visit.ended for visit in store.visits("a", 9)] == [build.now]


def test_a_sound_archive_has_no_faults(store: SqlStore, build: SimpleNamespace) -> None:
    fill(store, build, "ab")
    with store.writing() as writer:
        writer.publish(build.edition(date(2026, 3, 2), "1"), [build.row("x@example.org")])
        writer.lease(build.now, build.now + DAY, 1)
    assert store.integrity() == []


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("DELETE FROM article WHERE id = 2", "keys of articles that are not there"),
        ("INSERT INTO story (id) VALUES (99)", "1 stories without an article"),
        ("UPDATE story SET told_in = 77", "1 stories told in editions that are not there"),
        ("UPDATE outbox SET state = 'lost'", "1 messages in an unknown state"),
        ("UPDATE outbox SET leased_until = 1", "1 messages whose lease contradicts their state"),
        (
            "INSERT INTO signal_key (signal, key, article) "
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 201) SELECT 1, 55, i FROM n",
            "1 keys held by more than 200 articles",
        ),
    ],
)
def test_each_kind_of_fault_is_found(
    store: SqlStore, build: SimpleNamespace, spoil: Callable[[SqlStore, str], None], damage: str, fault: str
) -> None:
    fill(store, build, "ab")
    with store.writing() as writer:
        writer.publish(build.edition(date(2026, 3, 2)), [build.row("x@example.org")])
    spoil(store, damage)
    assert any(fault in line for line in store.integrity())


@pytest.mark.of_files
def test_a_row_that_refers_to_nothing_is_found(
    store: SqlStore, build: SimpleNamespace, spoil: Callable[[SqlStore, str], None]
) -> None:
    fill(store, build, "ab")
    spoil(store, "DELETE FROM article WHERE id = 2")
    assert any("refers to a row of article" in line for line in store.integrity())


@pytest.mark.of_files
def test_a_backup_is_a_whole_archive_made_while_others_write(
    store: SqlStore, build: SimpleNamespace, tmp_path: Path
) -> None:
    fill(store, build, "ab")
    target = tmp_path / "kept" / "watcher.db"
    target.parent.mkdir()
    target.write_text("an older backup")
    with store.writing() as writer:
        writer.set_checkpoint("half", "done")
        store.backup(target)
    assert [path.name for path in target.parent.iterdir()] == ["watcher.db"]
    with open_store(target.parent, read_only=True) as restored:
        assert restored.integrity() == []
        assert list(restored.export()) == list(store.export())


@pytest.mark.of_files
def test_a_backup_never_replaces_the_database_itself(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="the database itself"):
        store.backup(store.path)


@pytest.mark.of_files
def test_a_backup_that_cannot_be_written_says_so(store: SqlStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        store.backup(tmp_path / "nowhere" / "watcher.db")
