from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

from watcher.store import SqlStore
from watcher.types import Because, FailingSource, Memory, Outcome, Reason, Source, Trouble, Visit

HOUR = timedelta(hours=1)


def visit(build: SimpleNamespace, memory: Memory, minutes: int = 0, **more: object) -> Visit:
    at = build.now + timedelta(minutes=minutes)
    values: dict[str, object] = {"started": at, "ended": at, "status": 200, "counts": {}, "memory": memory}
    return Visit(source=memory.source, **(values | more))  # type: ignore[arg-type]  # the values of a test


def test_a_source_never_claimed_is_due_at_once(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        assert writer.claim_due([build.source("a")], build.now, 10) == (Memory("a"),)


def test_claiming_stores_the_next_due_time_and_returns_the_memory_before(
    store: SqlStore, build: SimpleNamespace
) -> None:
    sources = [build.source("a", interval=HOUR)]
    with store.writing() as writer:
        writer.claim_due(sources, build.now, 10)
    assert store.memories(["a"])["a"].due == build.now + HOUR
    with store.writing() as writer:
        assert writer.claim_due(sources, build.now + HOUR - timedelta(seconds=1), 10) == ()
        (before,) = writer.claim_due(sources, build.now + HOUR, 10)
    assert before.due == build.now + HOUR


def test_the_oldest_due_time_comes_first_and_the_limit_holds(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        for name, hours in (("late", 3), ("early", 1), ("middle", 2)):
            writer.visited([visit(build, Memory(name, due=build.now + hours * HOUR))])
        sources = [build.source(name) for name in ("late", "middle", "early", "fresh")]
        claimed = writer.claim_due(sources, build.now + 5 * HOUR, 3)
    assert [memory.source for memory in claimed] == ["fresh", "early", "middle"]


def test_everything_claims_what_is_not_due_but_nothing_paused_or_ended(store: SqlStore, build: SimpleNamespace) -> None:
    later = build.now + HOUR
    with store.writing() as writer:
        writer.visited([visit(build, Memory("waiting", due=later)), visit(build, Memory("gone", ended=build.now))])
        writer.pause("resting", True)
        sources = [build.source(name) for name in ("waiting", "gone", "resting")]
        assert writer.claim_due(sources, build.now, 10) == ()
        claimed = writer.claim_due(sources, build.now, 10, everything=True)
        assert [memory.source for memory in claimed] == ["waiting"]
        writer.pause("resting", False)
        assert [memory.source for memory in writer.claim_due(sources, build.now, 10)] == ["resting"]


def test_only_the_sources_asked_for_are_claimed_and_in_any_number(store: SqlStore, build: SimpleNamespace) -> None:
    many = [build.source(f"s{number}") for number in range(1_200)]
    with store.writing() as writer:
        assert len(writer.claim_due(many, build.now, 5_000)) == 1_200
    with store.writing() as writer:
        assert len(writer.claim_due(many[:7], build.now + HOUR, 5_000)) == 7


def test_a_memory_comes_back_as_the_visit_left_it(store: SqlStore, build: SimpleNamespace) -> None:
    memory = Memory(
        source="a",
        due=build.now + HOUR,
        etag='W/"\xe4\xff  x"',  # Latin-1, byte for byte
        last_modified="yesterday",
        body_hash="00ff",
        visited=build.now,
        changed=build.now,
        visits=7,
        failures=2,
        trouble="no answer",
        failing_since=build.now - HOUR,
        title="Beispielblatt 报",
        moved_to="https://new.example/feed",
        ended=build.now,
    )
    with store.writing() as writer:
        writer.visited([visit(build, memory)])
    assert store.memories(["a", "unknown"]) == {"a": memory}


def test_a_visit_that_ends_does_not_undo_a_pause_made_meanwhile(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        (memory,) = writer.claim_due([build.source("a")], build.now, 1)
    with store.writing() as writer:
        writer.pause("a", True)
    with store.writing() as writer:
        writer.visited([visit(build, replace(memory, visits=1))])
    stored = store.memories(["a"])["a"]
    assert stored.paused
    assert stored.visits == 1


def test_putting_off_moves_the_due_time_and_nothing_else(store: SqlStore, build: SimpleNamespace) -> None:
    known = Memory("known", due=build.now, etag='"1"', failures=3, visits=7, paused=True)
    later = build.now + HOUR
    with store.writing() as writer:
        writer.visited([visit(build, known)])
        writer.pause("known", True)
        put_off = [replace(known, due=later, because=Because.HOST_REST, failures=9), Memory("new", due=later)]
        writer.put_off(put_off)
    found = store.memories(["known", "new"])
    assert found["known"] == replace(known, due=later, because=Because.HOST_REST)
    assert found["new"] == Memory("new", due=later)


def test_failing_sources_are_listed_longest_first_with_what_they_are_called(
    store: SqlStore, build: SimpleNamespace
) -> None:
    def failing(name: str, hours: int, **more: object) -> Visit:
        memory = Memory(name, failing_since=build.now - hours * HOUR, trouble="no answer")
        return visit(build, replace(memory, **more))  # type: ignore[arg-type]  # the values of a test

    with store.writing() as writer:
        writer.visited([failing("short", 1), failing("long", 50, title="Long Post"), failing("longer", 70)])
        writer.visited([failing("resting", 99), visit(build, Memory("fine"))])
        writer.pause("resting", True)
    names = ["short", "long", "longer", "resting", "fine"]
    assert store.failing(names, build.now - 48 * HOUR) == (
        FailingSource("longer", "longer", build.now - 70 * HOUR, "no answer"),
        FailingSource("long", "Long Post", build.now - 50 * HOUR, "no answer"),
    )


def test_outcomes_are_summed_over_visits_that_ended_in_the_window(store: SqlStore, build: SimpleNamespace) -> None:
    memory = Memory("a")
    with store.writing() as writer:
        writer.visited(
            [
                visit(build, memory, -1, counts={Outcome.STORED: 100}),
                visit(build, memory, 0, counts={Outcome.SEEN: 30}),
                visit(build, memory, 1, counts={Outcome.SEEN: 30, Outcome.STORED: 0}),
                visit(build, memory, 2, counts={Outcome.STORED: 2, Outcome.SEEN: 1}),
                visit(build, memory, 3),
                visit(build, memory, 60, counts={Outcome.STORED: 100}),
            ]
        )
    assert store.outcomes(build.now, build.now + HOUR) == {Outcome.SEEN: 61, Outcome.STORED: 2}


def test_visits_are_listed_newest_first_with_their_trouble(store: SqlStore, build: SimpleNamespace) -> None:
    memory = Memory("a", visits=2)
    trouble = Trouble(Reason.TIMEOUT, "a.example gave no answer in 30 s", retry_after=HOUR)
    first = visit(build, memory, 0, counts={Outcome.SEEN: 3})
    second = visit(build, memory, 5, status=None, trouble=trouble)
    with store.writing() as writer:
        writer.visited([first, second, visit(build, Memory("b"), 9)])
    assert store.visits("a", 10) == (second, first)
    assert store.visits("a", 1) == (second,)


def test_text_that_a_database_cannot_hold_is_cleaned(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        writer.visited([visit(build, Memory("a", title="a\0b\ud800c"))])
    assert store.memories(["a"])["a"].title == "ab?c"


def test_two_sources_of_one_name_are_claimed_once(store: SqlStore, build: SimpleNamespace) -> None:
    twice = [Source("a", "https://a.example/1"), Source("a", "https://a.example/2")]
    with store.writing() as writer:
        assert len(writer.claim_due(twice, build.now, 10)) == 1
