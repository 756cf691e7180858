from datetime import date, timedelta
from types import SimpleNamespace

from watcher.store import SqlStore
from watcher.types import Match, Relation, Verdict

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
SEED = Verdict(seed=Match("000", Relation.RETELLING, 0.9))


def story_of(store: SqlStore, article: int) -> str:
    stored = store.article(str(article))
    assert stored is not None
    return stored.story


def test_stories_with_an_article_found_in_the_window_are_untold_and_whole(
    store: SqlStore, build: SimpleNamespace
) -> None:
    with store.writing() as writer:
        old = writer.add(build.article("old", found=build.now - 9 * DAY), (), (), Verdict())
        writer.add(build.article("old-again", found=build.now), (), (), build.earlier(old))
        writer.add(build.article("before", found=build.now - timedelta(microseconds=1)), (), (), Verdict())
        writer.add(build.article("after", found=build.now + DAY), (), (), Verdict())
        writer.add(build.article("seeded", found=build.now + HOUR), (), (), SEED)
    untold = store.untold(build.now, build.now + DAY)
    assert [[member.article.url.rsplit("/")[-1] for member in story.articles] for story in untold] == [
        ["old", "old-again"],
        ["seeded"],
    ]
    assert [story.told_in for story in untold] == [None, None]
    assert untold[1].articles[0].seed == SEED.seed


def test_an_address_of_a_told_story_is_known_by_the_address(store: SqlStore, build: SimpleNamespace) -> None:
    told, fresh = build.article("old", told=True), build.article("fresh")
    with store.writing() as writer:
        for each in (told, fresh):
            writer.add(each, (), (), Verdict())
    asked = [told.url, fresh.url, "https://news.example/unheard-of"]
    assert store.told_at(asked) == store.told_at(asked, "07:00 UTC") == {told.url}


def test_what_counts_as_told_is_not_untold(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        told = writer.add(build.article("old", told=True), (), (), Verdict())
    assert store.untold(build.now, build.now + DAY) == ()
    assert store.retold(build.now, build.now + DAY) == 0
    story = store.story(story_of(store, told))
    assert story is not None
    assert story.told_in == 0


def test_an_old_article_that_joins_todays_news_does_not_silence_it(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        first = writer.add(build.article("today"), (), (), Verdict())
        writer.add(build.article("history", told=True), (), (), build.earlier(first))
    assert len(store.untold(build.now, build.now + DAY)) == 1


def test_a_backfilled_article_does_not_bring_up_an_old_story(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        old = writer.add(build.article("left-out", found=build.now - 9 * DAY), (), (), Verdict())
        writer.add(build.article("history", told=True), (), (), build.earlier(old))
    assert store.untold(build.now, build.now + DAY) == ()


def test_publishing_marks_entries_and_known_stories_as_told_and_queues_the_mail(
    store: SqlStore, build: SimpleNamespace
) -> None:
    with store.writing() as writer:
        numbers = [writer.add(build.article(name), (), (), Verdict()) for name in ("a", "b", "c")]
    told, known, left = (story_of(store, number) for number in numbers)
    edition = build.edition(MONDAY, told)
    edition = build.edition(MONDAY, told, known=build.edition(MONDAY, known).entries)
    with store.writing() as writer:
        stored = writer.publish(edition, [build.row("x@example.org"), build.row("y@example.org")])
    assert stored.id > 0
    assert store.edition(str(stored.id)) == stored
    assert store.edition("2026-03-02") == stored
    assert [story.id for story in store.untold(build.now, build.now + DAY)] == [left]
    assert {row.recipient for row in store.outbox()} == {"x@example.org", "y@example.org"}
    assert {row.edition for row in store.outbox()} == {stored.id}
    story = store.story(told)
    assert story is not None
    assert story.told_in == stored.id


def test_publishing_a_date_and_schedule_twice_changes_nothing(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        number = writer.add(build.article("a"), (), (), Verdict())
        first = writer.publish(build.edition(MONDAY), [build.row("x@example.org")])
    with store.writing() as writer:
        again = build.edition(MONDAY, story_of(store, number))
        assert writer.publish(again, [build.row("y@example.org")]) == first
    assert [row.recipient for row in store.outbox()] == ["x@example.org"]
    assert len(store.untold(build.now, build.now + DAY)) == 1


def test_a_transaction_that_fails_publishes_nothing(store: SqlStore, build: SimpleNamespace) -> None:
    class InterruptedHereError(Exception):
        pass

    try:
        with store.writing() as writer:
            writer.publish(build.edition(MONDAY), [build.row("x@example.org")])
            raise InterruptedHereError
    except InterruptedHereError:
        pass
    assert store.editions(9) == ()
    assert store.outbox() == ()


def test_a_recipient_named_twice_gets_an_edition_once(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        writer.publish(build.edition(MONDAY), [build.row("x@example.org"), build.row("x@example.org")])
    assert len(store.outbox()) == 1


def test_a_told_story_with_a_new_article_is_counted_as_retold(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        number = writer.add(build.article("a", found=build.now - HOUR), (), (), Verdict())
        writer.add(build.article("untold", found=build.now + HOUR), (), (), Verdict())
        backfilled = writer.add(build.article("old", told=True), (), (), Verdict())
    with store.writing() as writer:
        writer.publish(build.edition(MONDAY, story_of(store, number)), [])
    day = (build.now, build.now + DAY)
    assert store.retold(build.now - DAY, build.now + DAY) == 0  # what the edition itself told adds nothing
    with store.writing() as writer:
        for name, earlier in (("b", number), ("c", number), ("d", backfilled)):
            writer.add(build.article(name, found=build.now + HOUR), (), (), build.earlier(earlier))
        writer.add(build.article("e", found=build.now + HOUR, told=True), (), (), build.earlier(backfilled))
    assert store.retold(*day) == 2
    assert store.retold(build.now + DAY, build.now + 2 * DAY) == 0


def test_readers_of_another_schedule_are_told_too(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        number = writer.add(build.article("a", found=build.now - HOUR), (), (), Verdict())
        writer.add(build.article("old", found=build.now - HOUR, told=True), (), (), Verdict())
    with store.writing() as writer:
        writer.publish(build.edition(MONDAY, story_of(store, number), schedule="06:30 Europe/Berlin"), [])
    window = (build.now - DAY, build.now)
    assert store.untold(*window) == ()
    assert store.untold(*window, schedule="06:30 Europe/Berlin") == ()
    assert len(store.untold(*window, schedule="07:00 Europe/Lisbon")) == 1
    with store.writing() as writer:
        writer.add(build.article("b", found=build.now + HOUR), (), (), build.earlier(number))
    later = (build.now, build.now + DAY)
    assert store.retold(*later, schedule="06:30 Europe/Berlin") == 1
    assert store.retold(*later, schedule="07:00 Europe/Lisbon") == 0


def test_the_first_edition_tells_every_schedule(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        number = writer.add(build.article("a", found=build.now - HOUR), (), (), Verdict())
    with store.writing() as writer:
        writer.publish(build.edition(MONDAY, story_of(store, number), schedule="first"), [])
    assert store.untold(build.now - DAY, build.now, schedule="07:00 Europe/Lisbon") == ()


def test_an_updated_story_names_the_newest_edition_that_told_it(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        number = writer.add(build.article("a"), (), (), Verdict())
    name = story_of(store, number)
    with store.writing() as writer:
        writer.publish(build.edition(MONDAY, name), [])
        second = writer.publish(build.edition(TUESDAY, name), [])
    story = store.story(name)
    assert story is not None
    assert story.told_in == second.id


def test_the_last_edition_is_the_newest_by_its_window(store: SqlStore, build: SimpleNamespace) -> None:
    assert store.last_edition() is None
    with store.writing() as writer:
        tuesday = writer.publish(build.edition(TUESDAY), [])
        monday = writer.publish(build.edition(MONDAY), [])
        other = writer.publish(build.edition(MONDAY, schedule="06:30 Europe/Berlin"), [])
    assert store.last_edition() == tuesday
    assert store.last_edition("06:30 Europe/Berlin") == other
    assert store.last_edition("never") is None
    assert store.editions(2) == (tuesday, other)
    assert store.editions(9) == (tuesday, other, monday)


def test_an_edition_that_is_not_there_is_none(store: SqlStore) -> None:
    assert [store.edition(name) for name in ("1", "2026-03-02", "20260302", "yesterday", "")] == [None] * 5
