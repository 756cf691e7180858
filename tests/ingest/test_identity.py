"""Two versions of a feed, one after the other: which of their entries are the same article."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted import Stage, rss

from watcher.imprint import alike, said
from watcher.ingest import identity
from watcher.poll import Pass
from watcher.types import Lead, Outcome, Source, Visit

SOURCE = Source("paper", "https://paper.example/feed", language="en", pages="never")
SITE = "https://paper.example"
A = "Nvidia moved the last tests of its accelerator to a second factory in Penang after a fire at the first one."
B = "A court in Turin has let the takeover of the chip designer by Nvidia go ahead, against the mayor's appeal."


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


def visited(stage: Stage, *entries: dict[str, str], source: Source = SOURCE) -> Visit:
    visits: list[Visit] = []
    stage.clock.advance(hours=1)
    # The number of the visit keeps a feed that says the same from being passed over unread.
    stage.fetch.answers[source.url] = rss(*entries, title=f"{stage.clock()}")
    run = Pass(stage.parts(), visits.append)
    run.claim([source], everything=True)
    run.run()
    return visits[0]


def entry(title: str = "Nvidia moves its tests", text: str = A, **more: str) -> dict[str, str]:
    return {"title": title, "description": text, "link": f"{SITE}/tests", "guid": "1"} | more


def without(made: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in made.items() if name not in names}


SAME = {
    "the id went from http to https": (
        entry(guid="http://paper.example/?p=1"), entry(guid="https://paper.example/?p=1")),
    "the id was renumbered": (entry(guid=f"{SITE}/?p=1"), entry(guid=f"{SITE}/?p=900")),
    "the id is missing now": (entry(), without(entry(), "guid")),
    "the id was missing before": (without(entry(), "guid"), entry()),
    "the link is missing now": (entry(), without(entry(), "link")),
    "the slug was edited": (entry(), entry(link=f"{SITE}/tests-moved")),
    "slug and headline were edited": (entry(), entry("Nvidia moves tests to Penang", link=f"{SITE}/penang")),
    "slug and text were edited": (entry(), entry(text=f"UPDATE {A} More soon.", link=f"{SITE}/penang")),
    "slug and headline were edited and there is no text": (
        entry(text=""), entry("Nvidia moves its last tests", "", link=f"{SITE}/penang")),
    "the link went from http to https": (
        entry(link="http://paper.example/tests"), without(entry(), "guid")),
    "the link is the mobile one now": (
        without(entry(), "guid"), without(entry(link="https://m.paper.example/tests"), "guid")),
    "the link is without www now": (
        without(entry(link="https://www.paper.example/tests"), "guid"), without(entry(), "guid")),
    "the link carries a campaign": (
        without(entry(), "guid"), without(entry(link=f"{SITE}/tests?utm_source=rss&amp;fbclid=x"), "guid")),
    "id and link are new, the words are the same": (entry(), entry(link=f"{SITE}/2026/9", guid="urn:9")),
    "there is neither id nor link": (without(entry(), "guid", "link"), without(entry(), "guid", "link")),
}  # fmt: skip

OTHER = {
    "an id is used again": (entry(), entry("A court lets Nvidia buy", B, link=f"{SITE}/court")),
    "an id is used again and there is no text": (
        entry(text=""), entry("Court lets takeover go ahead, says Nvidia", "", link=f"{SITE}/court")),
    "everything links to the front page": (
        entry(link=f"{SITE}/"), entry("A court lets Nvidia buy", B, link=f"{SITE}/", guid="2")),
    "the same column a week later": (
        entry(pubDate="Tue, 03 Mar 2026 05:00:00 GMT"),
        entry(text=f"{A} Week 11.", link=f"{SITE}/11", guid="11", pubDate="Tue, 10 Mar 2026 05:00:00 GMT")),
    "the same headline over another text": (entry(), entry(text=B, link=f"{SITE}/11", guid="11")),
    "the same headline and no text": (entry(text=""), entry(text="", link=f"{SITE}/11", guid="11")),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_it_is_the_same_article_when(stage: Stage, name: str):
    before, after = SAME[name]
    visited(stage, before)
    assert visited(stage, after).counts == {Outcome.SEEN: 1}
    assert visited(stage, after).counts == {Outcome.SEEN: 1}
    assert visited(stage, before).counts == {Outcome.SEEN: 1}


@pytest.mark.parametrize("name", OTHER)
def test_it_is_another_article_when(stage: Stage, name: str):
    before, after = OTHER[name]
    visited(stage, before)
    assert visited(stage, after).counts == {Outcome.STORED: 1}
    assert visited(stage, after).counts == {Outcome.SEEN: 1}
    assert stage.store.counts().articles == 2


def test_an_id_repeated_within_a_feed_stands_for_none_of_its_entries(stage: Stage):
    entries = [entry(f"Nvidia {n}", "", link=f"{SITE}/{n}") for n in range(4)]
    assert visited(stage, *entries).counts == {Outcome.STORED: 4}
    assert visited(stage, *reversed(entries)).counts == {Outcome.SEEN: 4}
    assert visited(stage, entries[2]).counts == {Outcome.SEEN: 1}


def test_a_forum_that_links_home_has_an_article_for_each_entry(stage: Stage):
    entries = [
        entry(f"Nvidia {word}", f"{text} So far {word}.", link=f"{SITE}/", guid=word)
        for word, text in (("tests", A), ("court", B), ("price", "The price of the Nvidia board fell again in Tokyo."))
    ]
    assert visited(stage, *entries).counts == {Outcome.STORED: 3}
    assert visited(stage, *entries[1:]).counts == {Outcome.SEEN: 2}
    addresses = {each.article.url for each in stage.store.articles(9)}
    assert len(addresses) == 3
    assert all(address.startswith(f"{SITE}/#!") for address in addresses)


def test_an_entry_listed_twice_is_one(stage: Stage):
    counts = visited(stage, entry(), entry(), entry(guid="2"), entry(link=f"{SITE}/tests?utm_source=x")).counts
    assert counts == {Outcome.STORED: 1, Outcome.SEEN: 3}


def test_an_address_adopted_by_one_source_is_known_to_the_others(stage: Stage):
    visited(stage, entry())
    visited(stage, entry(link=f"{SITE}/new-slug"))
    other = Source("other", "https://other.example/feed", language="en", pages="never")
    assert visited(stage, entry(link=f"{SITE}/new-slug", guid="x"), source=other).counts == {Outcome.SEEN: 1}


def test_the_ids_of_one_source_mean_nothing_to_another(stage: Stage):
    visited(stage, entry())
    other = Source("other", "https://other.example/feed", language="en", pages="never")
    counts = visited(stage, entry(link="https://other.example/a", guid="1"), source=other).counts
    assert counts == {Outcome.STORED: 1}


def test_a_lead_without_an_address_ends_once(stage: Stage):
    bare = {"title": "Nvidia without a link", "description": A}
    assert visited(stage, bare).counts == {Outcome.NO_ADDRESS: 1}
    assert visited(stage, bare).counts == {Outcome.SEEN: 1}


def test_a_reading_asks_the_archive_once_and_writes_nothing_that_it_knows(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    entries = [entry(f"Nvidia {n}", f"{A} {n}", link=f"{SITE}/{n}", guid=str(n)) for n in range(30)]
    visited(stage, *entries)
    asked = []
    known = stage.store.known
    monkeypatch.setattr(stage.store, "known", lambda names: asked.append(names) or known(names))
    found = identity.claims([], SOURCE)
    assert found == ()
    before = stage.store.known(["id paper 1"])
    asked.clear()
    assert visited(stage, *entries).counts == {Outcome.SEEN: 30}
    assert len(asked) == 1
    assert stage.store.known(["id paper 1"]) == before


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("Nvidia ships early", ""), ("Nvidia ships early", ""), True),
        (("", A), ("", f"{A} And more."), True),
        (("Nvidia ships early", A), ("Something else entirely", A), True),
        (("Nvidia ships early", A), ("Court lets takeover pass", B), False),
        (("", ""), ("Nvidia ships early", A), None),
        (("英伟达提前发货", ""), ("英伟达提前两个月发货", ""), True),
        (("英伟达提前发货", ""), ("都灵法院批准收购", ""), False),
    ],
)
def test_words_say_the_same_something_else_or_nothing(one, other, expected):
    first, second = (Lead(None, title=title, summary=text) for title, text in (one, other))
    assert alike(second, said(first)) is expected
    assert len(said(first)) <= 45
