"""The archive's stories are a function of its articles, not of the order in which they were found."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from newsroom import MONDAY, TagJudge, article, put

from watcher import correcting
from watcher.rebuild import rebuild
from watcher.store import SqlStore, groups, open_store
from watcher.stories.cluster import Rules
from watcher.types import Article, Correction

STORIES = {
    "a": article("a", "#r1 #910c #siliconflow #inference", 1),
    "b": article("b", "#r1 #910c #siliconflow #price", 2),
    "c": article("c", "#910c #siliconflow #price #yield", 3),
    "d": article("d", "#price #yield #smic", 4),
    "e": article("e", "#r1 #910c #siliconflow #inference verbatim", 5),
    "f": article("f", "#r1 #910c #siliconflow #inference verbatim", 6),
    "g": article("g", "#r1 #910c #siliconflow #inference !h800", 7),
    "h": article("h", "#r1 #910c #siliconflow #inference !910c", 8),
    "i": article("i", "#smic #yield #price", 30),
    "j": article("j", "#r1 #910c", 24 * 20),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with open_store(tmp_path / "data") as opened:
        yield opened


_FRESH: list[Path] = []


@pytest.fixture(scope="session", autouse=True)
def fresh(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An archive just made: copying it is quicker than migrating anew for each example."""
    _FRESH[:] = [tmp_path_factory.mktemp("fresh")]
    open_store(_FRESH[0]).close()


def filled(folder: Path, articles: list[Article]) -> list[dict[str, object]]:
    copytree(_FRESH[0], folder)
    with open_store(folder) as store:
        for each in articles:
            with store.writing() as writer:
                put(writer, each)
        assert store.integrity() == []
        return list(store.export())


def story_names(store: SqlStore) -> dict[str, str]:
    return {row["url"][8:9]: row["story"][8:9] for row in store.export()}  # type: ignore[index]


def test_an_article_between_two_others_chains_them_no_more_in_the_archive(store: SqlStore):
    with store.writing() as writer:
        put(writer, *STORIES.values())
    names = story_names(store)
    assert names["a"] == names["b"] == names["c"] == names["e"] == names["f"]
    assert names["d"] not in {names["a"]}
    assert names["i"] == names["d"]
    assert names["g"] != names["h"]
    assert names["j"] == "j"  # twenty days later


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 8))])
def test_two_orders_give_one_export(tmp_path: Path, seed: int):
    shuffled = list(STORIES.values())
    random.Random(seed).shuffle(shuffled)
    assert filled(tmp_path / "1", shuffled) == filled(tmp_path / "2", list(STORIES.values()))


TAGS = st.frozensets(st.sampled_from(["#a", "#b", "#c", "#d", "#e"]), min_size=1, max_size=4)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(TAGS, st.booleans(), st.integers(0, 400)), min_size=2, max_size=9), st.randoms())
def test_any_articles_in_two_orders_give_one_export(tmp_path_factory: pytest.TempPathFactory, drawn, chance):
    articles = [
        article(f"n{place}", " ".join(sorted(each)) + (" verbatim" if copied else ""), hours)
        for place, (each, copied, hours) in enumerate(drawn)
    ]
    folder = tmp_path_factory.mktemp("orders")
    before = filled(folder / "1", articles)
    chance.shuffle(articles)
    assert filled(folder / "2", articles) == before


def test_several_processes_give_the_export_of_one(tmp_path: Path):
    code = (
        "import sys; sys.path[:0] = [sys.argv[1], sys.argv[2]]\n"
        "from test_placing import STORIES, put\nfrom watcher.store import open_store\nfrom pathlib import Path\n"
        "with open_store(Path(sys.argv[3])) as store:\n"
        "    for name in sys.argv[4]:\n"
        "        with store.writing() as writer: put(writer, STORIES[name])\n"
    )
    here = Path(__file__).parent
    filled(tmp_path / "many", [])
    parts = ("adgj", "beh", "icf")
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(here), str(here / "support"), str(tmp_path / "many"), part])
        for part in parts
    ]
    assert [each.wait(600) for each in running] == [0, 0, 0]
    with open_store(tmp_path / "many") as store:
        assert list(store.export()) == filled(tmp_path / "one", list(STORIES.values()))


def test_rebuilding_what_was_placed_one_by_one_changes_nothing(store: SqlStore):
    shuffled = list(STORIES.values())
    random.Random(5).shuffle(shuffled)
    with store.writing() as writer:
        put(writer, *shuffled)
    before = list(store.export())
    assert rebuild(store, TagJudge(), (), Rules(), dry_run=True) == ()
    assert rebuild(store, TagJudge(), (), Rules()) == ()
    assert list(store.export()) == before


BACKGROUND = " ".join(f"#w{number}" for number in range(4_000))  # more than is compared
LONG = "#r1 #910c #siliconflow " + BACKGROUND


@pytest.mark.parametrize("order", [1, -1])
def test_rebuilding_very_long_texts_and_headlines_changes_nothing(store: SqlStore, order: int):
    odd = [
        article("a", f"{LONG} #odd", 1),
        article("b", f"{LONG} #end", 2),
        article("c", "#other a teaser", 3, headline_only="paywall"),
        article("d", "#r1 #910c", 4),
    ]
    with store.writing() as writer:
        put(writer, *odd[::order])
    before, verdicts = list(store.export()), [store.verdict(number) for number in (1, 2, 3, 4)]
    assert story_names(store)["c"] == "c"
    assert rebuild(store, TagJudge(), (), Rules()) == ()
    assert list(store.export()) == before
    if order == 1:
        assert [store.verdict(number) for number in (1, 2, 3, 4)] == verdicts


def test_what_is_corrected_while_a_rebuild_runs_is_heeded(store: SqlStore):
    with store.writing() as writer:
        put(writer, *STORIES.values())
    before = story_names(store)
    assert before["a"] == before["b"]
    said: list[Correction] = []

    def split_at_the_end(done: int, total: int) -> None:
        if done == total:
            stored = store.article("https://b.example/1")
            assert stored is not None
            story = correcting.story_of(store.story, stored.story)
            gone = str(stored.id)
            said.append(correcting.correct(store, TagJudge(), Rules(), correcting.split(story, [gone], MONDAY)))

    rebuild(store, TagJudge(), (), Rules(), progress=split_at_the_end)
    after = story_names(store)
    assert said
    assert after["b"] != after["a"]
    assert rebuild(store, TagJudge(), (), Rules(), dry_run=True) == ()
    assert store.integrity() == []


def test_rebuilding_under_other_settings_says_what_changes_and_a_dry_run_changes_nothing(store: SqlStore):
    with store.writing() as writer:
        put(writer, *STORIES.values())
    before = list(store.export())
    foreseen = rebuild(store, TagJudge(), (), Rules(retellings=False), dry_run=True)
    assert list(store.export()) == before
    changed = rebuild(store, TagJudge(), (), Rules(retellings=False))
    assert {change.kind for change in changed} == {"split"}
    assert [change.articles for change in changed] == [change.articles for change in foreseen]
    names = story_names(store)
    assert names["e"] == names["f"] != names["a"]
    assert store.integrity() == []
    assert {change.kind for change in rebuild(store, TagJudge(), (), Rules())} <= {"merged", "moved"}
    assert list(store.export()) == before


def test_a_story_larger_than_a_neighbourhood_grows_without_being_replayed(store: SqlStore, monkeypatch):
    monkeypatch.setattr(groups, "BOUND", 5)
    same = "#r1 #910c #siliconflow"
    with store.writing() as writer:
        put(writer, *(article(f"n{number}", same, 10 + number) for number in range(9)))
        near = writer.neighbourhood([9])
        assert len(near.points) < 3 * groups.BOUND
        assert not near.whole
        put(writer, article("late", same, 1), article("last", same, 30))
        put(writer, *(article(f"x{number}", same, number * 7) for number in range(9)))
    (story,) = store.stories(9)
    assert len(story.articles) == 20
    assert store.integrity() == []


def test_why_an_article_was_placed_is_kept(store: SqlStore):
    with store.writing() as writer:
        put(writer, STORIES["a"], STORIES["b"], STORIES["d"], STORIES["c"])
    by_name = {name: store.article(f"https://{name}.example/1") for name in "abcd"}
    placed = {name: store.placement(stored.id) for name, stored in by_name.items() if stored}
    assert placed["c"] is not None
    assert placed["c"].by is not None
    assert placed["c"].by.score >= placed["c"].by.cut
    assert placed["d"] is not None
    assert [(each.other, each.why) for each in placed["d"].refused] == [("1", "unlike the story's first report")]
