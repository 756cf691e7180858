"""What is pending gets its vectors and is judged again with them; what comes of it depends on no order."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from newsroom import MONDAY, article, put

pytest.importorskip("numpy", reason="no numpy in this environment; pip install 'toldonce[meaning]' brings it")

from scripted_meaning import DOWN, SCRIPTED, MeaningJudge, TagEncoder, running

from watcher.encoder.index import VectorIndex
from watcher.encoding import BATCH, FIRST_PAUSE, TROUBLE
from watcher.publish import Paper, preview, publish
from watcher.rebuild import rebuild
from watcher.store import SqlStore, groups, open_store
from watcher.stories.cluster import Rules
from watcher.stories.facts import unpack
from watcher.types import Article, Edition, OutboxRow, Relation, Schedule, Seed, Slips, Trouble

NEWS = article("news", "#r1 #910c ~a ~b the cluster", 1)
FOREIGN = article("fremd", "#x ~a ~b der Cluster", 3, language="de")
OTHER = article("other", "#npu ~e ~f the fab", 2)
NOW = MONDAY + timedelta(hours=8)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with open_store(tmp_path / "data", encoding=SCRIPTED) as opened:
        yield opened


def found(store: SqlStore, *articles: Article, seeds: tuple[Seed, ...] = ()) -> None:
    for each in articles:
        with store.writing() as writer:
            put(writer, each, judge=MeaningJudge(), seeds=seeds)


def story_names(store: SqlStore) -> dict[str, str]:
    return {str(row["url"])[8:].split(".")[0]: str(row["story"])[8:].split(".")[0] for row in store.export()}


def pending(store: SqlStore) -> int:
    return len(store.backlog(SCRIPTED, 1000))


def test_what_shares_no_word_is_one_story_once_it_has_vectors(store: SqlStore, tmp_path: Path):
    found(store, NEWS, OTHER, FOREIGN)
    assert len(store.stories(9)) == 3
    with running(store, tmp_path, now=NOW) as run:
        assert run.drive() is None
    assert story_names(store) == {"news": "news", "fremd": "news", "other": "other"}
    assert pending(store) == 0
    verdict = store.verdict(3)
    assert verdict is not None
    assert verdict.earlier is not None
    assert (verdict.earlier.id, verdict.earlier.relation) == ("1", Relation.RETELLING)
    assert store.integrity() == []


def test_what_vectors_contradict_is_parted_again(store: SqlStore, tmp_path: Path):
    found(store, article("one", "#r1 #910c ~a", 1), article("two", "#r1 #x ~e", 2))
    assert len(store.stories(9)) == 1
    with running(store, tmp_path, now=NOW) as run:
        run.drive()
    assert len(store.stories(9)) == 2


def test_facts_and_vectors_come_along_with_an_article(store: SqlStore, tmp_path: Path):
    found(store, NEWS, OTHER)
    with running(store, tmp_path, now=NOW) as run:
        run.drive()
    for documents in (store.documents([1]), store.candidates(MeaningJudge().keys(store.documents([1])[0]))):
        (document,) = documents
        assert unpack(document.facts).language == "#r1"
        assert dict(document.vectors).keys() == {"lead"}
    assert unpack(store.documents([2])[0].facts).language == "#npu"


def test_a_text_once_seen_is_never_encoded_again(store: SqlStore, tmp_path: Path):
    encoder = TagEncoder()
    found(store, NEWS)
    with running(store, tmp_path, encoder=encoder, now=NOW) as run:
        run.drive()
        found(store, article("copy", NEWS.text, 2, title=NEWS.title), article("twin", NEWS.text, 3, title="Twin"))
        run.drive()
    assert sorted(encoder.asked) == sorted({NEWS.title, NEWS.text, "Twin"})
    with running(store, tmp_path, encoder=encoder, now=NOW) as run:
        run.drive()
    assert len(encoder.asked) == 3


def test_known_documents_are_told_by_their_meaning_too(store: SqlStore, tmp_path: Path):
    known = (Seed("000", "Known", "#pt ~a ~b conhecido", "pt"),)
    found(store, NEWS, seeds=known)
    with running(store, tmp_path, seeds=known, now=NOW) as run:
        run.drive()
    stored = store.article("1")
    assert stored is not None
    assert stored.seed is not None
    assert (stored.seed.id, stored.seed.relation) == ("000", Relation.RETELLING)


def test_trouble_leaves_everything_pending_and_is_tried_again_after_growing_pauses(store: SqlStore, tmp_path: Path):
    encoder = TagEncoder()
    encoder.troubles = [DOWN] * 3
    found(store, NEWS)
    waited: list[float] = []
    told: list[Trouble] = []
    with running(store, tmp_path, encoder=encoder, now=NOW, stop=lambda: store.checkpoint("done") == "yes") as run:
        assert run.drive() == DOWN
        assert store.checkpoint(TROUBLE) == DOWN.text
        assert pending(store) == 1

        def done(_: int) -> None:
            with store.writing() as writer:
                writer.set_checkpoint("done", "yes")

        run.forever(waited.append, lambda trouble, _: told.append(trouble), done)
    assert waited == [FIRST_PAUSE, 2 * FIRST_PAUSE]
    assert told == [DOWN, DOWN]
    assert store.checkpoint(TROUBLE) == ""
    assert pending(store) == 0


def test_a_text_without_a_vector_is_not_asked_for_again(store: SqlStore, tmp_path: Path):
    encoder = TagEncoder()
    found(store, article("bad", "#r1 ~a poison", 1, title="~a poison"), article("empty", "", 2, title=" "))
    with running(store, tmp_path, encoder=encoder, now=NOW) as run:
        run.drive()
        run.drive()
    assert pending(store) == 0
    assert encoder.asked == ["~a poison", "#r1 ~a poison"]


def test_news_comes_first_and_what_is_old_follows_newest_first_at_a_bounded_rate(store: SqlStore, tmp_path: Path):
    old = [article(f"old{n}", f"#o{n} ~a old", -24 * 40 + n, told=True) for n in range(BATCH + 3)]
    found(store, *old, NEWS)
    encoder, clock, waits = TagEncoder(), [100.0], []
    with running(
        store, tmp_path, encoder=encoder, now=NOW, stop=lambda: len(waits) > 40, seconds=lambda: clock[0]
    ) as run:

        def wait(seconds: float) -> None:
            waits.append((seconds, pending(store)))
            clock[0] += seconds

        run.forever(wait, lambda *_: None)
    assert encoder.asked[1] == NEWS.text
    olds = [text for text in encoder.asked if text.startswith("#o")]
    assert olds == [each.text for each in reversed(old)]
    left = [number for _, number in waits]
    assert left[0] == 3  # a batch, then a rest
    assert left.index(0) >= 19  # of twenty seconds


def test_what_was_judged_late_is_not_new_again_however_old(store: SqlStore, tmp_path: Path):
    paper = Paper(sources=(), topics=(("nvidia", "Nvidia"),), seeds={})

    def told(day: int) -> list[str]:
        until = MONDAY + timedelta(days=day, hours=7)
        made = preview(store, paper, Schedule("07:00", "UTC"), date(2026, 3, 2 + day), until - timedelta(days=1), until)
        with store.writing() as writer:
            writer.publish(made, ())
        return [entry.reports[0].outlet for entry in made.entries if entry.status == "new"]

    found(store, NEWS, FOREIGN, article("one", "#k #l ~c", 4), article("two", "#k #m ~d", 5))
    assert sorted(told(0)) == ["Fremd", "News", "One"]
    with running(store, tmp_path, now=MONDAY + timedelta(days=1)) as run:
        run.drive()
    assert story_names(store)["fremd"] == "news"
    assert story_names(store)["two"] == "two"
    assert [told(day) for day in (1, 2)] == [[], []]


# --- whatever the order -----------------------------------------------------------------------------------------------

_FRESH: list[Path] = []


@pytest.fixture(scope="session", autouse=True)
def fresh(tmp_path_factory: pytest.TempPathFactory) -> None:
    _FRESH[:] = [tmp_path_factory.mktemp("fresh")]
    open_store(_FRESH[0]).close()


WORDS = st.frozensets(st.sampled_from(["#a", "#b", "#c", "#d"]), min_size=1, max_size=3)
MEANINGS = st.frozensets(st.sampled_from(["~a", "~b", "~c", "~d"]), max_size=3)
DRAWN = st.tuples(WORDS, MEANINGS, st.sampled_from(["", "", "", "verbatim", "poison"]), st.integers(0, 400))


def filled(folder: Path, articles: list[Article], chance: random.Random) -> list[dict[str, object]]:
    """Articles in this order, vectors in any: now and then some of what is pending is encoded."""
    copytree(_FRESH[0], folder)
    now = MONDAY + timedelta(days=20)
    with open_store(folder, encoding=SCRIPTED) as store, running(store, folder, now=now) as run:
        for each in articles:
            found(store, each)
            lacking = list(store.backlog(SCRIPTED, 99))
            chance.shuffle(lacking)
            run.take(lacking[: chance.randint(0, 2)])
        run.drive()
        assert pending(store) == 0
        assert store.integrity() == []
        return list(store.export())


@pytest.mark.long  # tests/test_placing.py has the like without vectors
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(DRAWN, min_size=2, max_size=8), st.integers(0, 10**6))
def test_any_articles_and_vectors_in_two_orders_give_one_export(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[frozenset[str], frozenset[str], str, int]], seed: int
):
    articles = [
        article(f"n{place}", " ".join([*sorted(words), *sorted(meanings), word]), hours, title=" ")
        for place, (words, meanings, word, hours) in enumerate(drawn)
    ]
    chance = random.Random(seed)
    folder = tmp_path_factory.mktemp("orders")
    before = filled(folder / "1", articles, chance)
    chance.shuffle(articles)
    assert filled(folder / "2", articles, chance) == before
    with open_store(folder / "2", encoding=SCRIPTED) as store, VectorIndex(folder / "replay", "scripted") as index:
        assert rebuild(store, MeaningJudge(), (), Rules(), index=index) == ()
        assert list(store.export()) == before


def mixed(number: int) -> str:
    words = ("abcdef"[number % 6], "ghi"[number % 3])
    meanings = ("abcd"[number % 4], "efg"[number % 5 % 3])
    return " ".join([*(f"#{each}" for each in words), *(f"~{each}" for each in meanings)])


MANY = [article(f"m{number}", mixed(number), number) for number in range(18)]


@pytest.mark.long  # the same
def test_several_processes_give_the_export_of_one(tmp_path: Path):
    code = (
        "import sys; sys.path[:0] = sys.argv[1:3]\n"
        "from pathlib import Path\nimport test_encoding as t\nfrom watcher.store import open_store, try_to_hold\n"
        "folder = Path(sys.argv[3])\n"
        "with open_store(folder, encoding=t.SCRIPTED) as store:\n"
        "    for n in map(int, sys.argv[4].split(',')):\n"
        "        t.found(store, t.MANY[n])\n"
        "        with try_to_hold(folder, 'encoder.lock') as alone:\n"
        "            if alone:\n"
        "                with t.running(store, folder, now=t.NOW) as run: assert run.drive() is None\n"
    )
    here = Path(__file__).parent
    copytree(_FRESH[0], tmp_path / "many")
    parts = [",".join(str(n) for n in range(first, 18, 3)) for first in range(3)]
    running_ = [
        subprocess.Popen([sys.executable, "-c", code, str(here), str(here / "support"), str(tmp_path / "many"), part])
        for part in parts
    ]
    assert [each.wait(600) for each in running_] == [0, 0, 0]
    with open_store(tmp_path / "many", encoding=SCRIPTED) as store:
        with running(store, tmp_path / "many", now=NOW) as run:
            run.drive()
        assert list(store.export()) == filled(tmp_path / "one", MANY, random.Random(4))
        assert len({row["story"] for row in store.export()}) < 18


def test_a_story_larger_than_a_neighbourhood_is_not_torn_by_late_vectors(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(groups, "BOUND", 5)
    found(store, *(article(f"n{number}", "#r1 #910c ~a ~b", number * 7 % 20) for number in range(15)))
    with running(store, tmp_path, now=NOW) as run:
        run.drive()
    (story,) = store.stories(9)
    assert len(story.articles) == 15
    assert store.integrity() == []


def test_the_next_process_does_not_walk_through_what_is_done(store: SqlStore, tmp_path: Path):
    found(store, NEWS, OTHER)
    with running(store, tmp_path, now=NOW) as run:
        run.drive()
    found(store, FOREIGN)
    assert store.checkpoint("encoded by scripted 1") == "2"
    with running(store, tmp_path, now=NOW + timedelta(days=99)) as run:  # old by now, and found all the same
        run.drive()
    assert pending(store) == 0
    assert store.checkpoint("encoded by scripted 1") == "3"


def test_an_index_that_was_lost_is_filled_again(store: SqlStore, tmp_path: Path):
    found(store, NEWS, OTHER)
    with running(store, tmp_path, now=NOW) as run:
        run.drive()
    (tmp_path / "vectors.index").unlink()
    found(store, FOREIGN)
    with running(store, tmp_path, now=NOW) as run:
        run.drive()
    assert story_names(store)["fremd"] == "news"


def test_vectors_that_come_while_a_rebuild_runs_are_heeded(store: SqlStore, tmp_path: Path):
    found(store, NEWS, OTHER, FOREIGN)

    def encode_at_the_end(done: int, total: int) -> None:
        if done == total:
            with running(store, tmp_path, now=NOW) as run:
                run.drive()

    with VectorIndex(tmp_path / "replay", "scripted") as index:
        rebuild(store, MeaningJudge(), (), Rules(), index=index, progress=encode_at_the_end)
    assert story_names(store)["fremd"] == "news"


# --- an edition waits -------------------------------------------------------------------------------------------------


class SilentPress:
    def outbox_rows(self, edition: Edition, now: object, *others: object) -> tuple[OutboxRow, ...]:
        del edition, now, others
        return ()

    def write_out(self, edition: Edition, past: object) -> tuple[str, ...]:
        del edition, past
        return ()

    def tidy(self) -> None:
        pass

    def slips(self) -> Slips:
        return Slips()


DUE = MONDAY + timedelta(hours=7, minutes=30)
PAPER = Paper(sources=(), topics=(("nvidia", "Nvidia"),), seeds={}, wait=timedelta(minutes=10))


def test_an_edition_waits_for_pending_verdicts_and_no_longer(store: SqlStore, tmp_path: Path):
    found(store, NEWS, FOREIGN)
    waited: list[float] = []
    with running(store, tmp_path, now=DUE) as run:

        def wait(seconds: float) -> None:
            waited.append(seconds)
            if len(waited) == 3:
                run.drive()

        (edition,) = publish(store, SilentPress(), PAPER, [Schedule("07:00", "UTC")], lambda: DUE, wait)
    assert len(waited) == 3
    assert len(edition.entries) == 1
    assert edition.footer.pending == 0


def test_an_edition_goes_without_what_does_not_come_in_time_and_says_so(store: SqlStore):
    found(store, NEWS, FOREIGN, article("old", "#old ~o", 1, told=True))
    waited: list[float] = []
    (edition,) = publish(store, SilentPress(), PAPER, [Schedule("07:00", "UTC")], lambda: DUE, waited.append)
    assert sum(waited) == 600
    assert len(edition.entries) == 2
    assert edition.footer.pending == 2


def test_an_edition_that_is_told_to_stop_while_it_waits_is_not_made(store: SqlStore):
    found(store, NEWS)
    waited: list[float] = []
    stop = lambda: len(waited) == 2  # noqa: E731
    assert publish(store, SilentPress(), PAPER, [Schedule("07:00", "UTC")], lambda: DUE, waited.append, stop) == ()


def test_without_an_encoder_nothing_is_waited_for(tmp_path: Path):
    with open_store(tmp_path) as store:
        found(store, NEWS)
        (edition,) = publish(store, SilentPress(), PAPER, [Schedule("07:00", "UTC")], lambda: DUE, pytest.fail)
    assert edition.footer.pending == 0
