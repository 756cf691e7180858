"""The demonstration end to end: real HTTP, a real archive, a real SMTP conversation, held against what is true."""

from __future__ import annotations

import itertools
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from watcher import urls
from watcher.app import assembled
from watcher.config import load_config
from watcher.demo.content import DAY_ONE, DAY_THREE, DAYS
from watcher.demo.gold import Gold, gold
from watcher.demo.server import Newsroom, StageClock
from watcher.demo.show import Day, known_documents, live, said, show_demo
from watcher.demo.sink import Mail, Sink
from watcher.poll import total
from watcher.types import Edition, Entry, Outcome, Relation, StoredArticle

# Where the judge errs on the newsroom: the demonstration runs on facts alone, without an encoder. The list may only
# become shorter.
TOLD_APART: frozenset[str] = frozenset()
FLOOR = 0.93  # pairwise F1 of the grouping; .958 measured, 260 of 283 pairs found and none wrong


@dataclass(frozen=True)
class Shown:
    """What is left when the demonstration has ended."""

    folder: Path
    days: tuple[Day, ...]
    truth: dict[str, Gold]
    articles: dict[str, StoredArticle]
    mails: tuple[Mail, ...]
    asked: tuple[tuple[str, str, int], ...]
    passed_over: frozenset[str]  # addresses of off-topic leads


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("demo")
    clock = StageClock(DAY_ONE)
    with Sink() as sink, Newsroom(clock, drip=0.2) as newsroom:
        file = folder / "config.toml"
        file.write_text(newsroom.config_toml("data", "edition", sink.port, known_documents(folder / "seeds")), "utf-8")
        with assembled(load_config(file, {}), clock) as program:
            days = tuple(live(program, clock, moment) for moment in DAYS)
            articles = {stored.article.url: stored for stored in program.store.articles(limit=1000)}
            passed_over = frozenset(record.url for record in program.store.off_topic(DAY_ONE - timedelta(days=1)))
            assert program.store.integrity() == []
        truth = {urls.canonical(url) or url: fact for url, fact in gold(newsroom).items()}
        asked = tuple((each.outlet, each.path, each.status) for each in newsroom.requests)
        yield Shown(folder, days, truth, articles, sink.messages, asked, passed_over)


def test_every_lead_of_every_day_ends_in_one_outcome(shown: Shown):
    for day in shown.days:
        assert all(visit.trouble is not None or visit.status in {200, 304} for visit in day.visits)
    first, *later = (total(day.visits) for day in shown.days)
    assert first[Outcome.STORED] > 40
    assert len(later) == 2
    assert all(counts[Outcome.SEEN] > counts[Outcome.STORED] > 20 for counts in later)


def test_a_source_that_is_gone_and_one_that_is_broken_hold_up_nobody(shown: Shown):
    failing = [{visit.source for visit in day.visits if visit.trouble} for day in shown.days]
    assert failing == [{"oldmill", "pulsetech"}, {"pulsetech"}, {"pulsetech"}]
    assert all("oldmill" not in {visit.source for visit in day.visits} for day in shown.days[1:])


def test_whatever_is_on_topic_and_can_be_read_is_stored(shown: Shown):
    wanted = {
        url
        for url, fact in shown.truth.items()
        if "about" in fact.topics.values() and fact.reach != "never" and fact.published <= DAY_THREE
    }
    missed = {url for url in wanted if url not in shown.articles and fact_is_recent(shown.truth[url])}
    # `pages = "on-topic"` follows what title or teaser names: a page whose teaser names no topic stays unread, and its
    # lead is kept as off-topic.
    assert missed <= shown.passed_over
    assert len(missed) <= 0.05 * len(wanted)


def fact_is_recent(fact: Gold) -> bool:
    return (DAY_THREE - fact.published).days < 3


def test_every_copy_is_folded_under_its_original_and_nothing_else_is_a_copy(shown: Shown):
    wrong = []
    for url, stored in shown.articles.items():
        fact = shown.truth[url]
        story = {shown.truth[other].story for other in shown.articles if shown.articles[other].story == stored.story}
        if len(story) > 1 and fact.edit != "joined":
            wrong.append((url, story))
        if fact.relation == "copy" and not fact_alone(shown, url, stored):
            wrong.append((url, "stands alone"))
    assert not wrong


def fact_alone(shown: Shown, url: str, stored: StoredArticle) -> bool:
    """True when a copy shares its story with another article, or its original could not be read in full."""
    originals = [shown.articles.get(urls.canonical(each) or each) for each in shown.truth[url].of]
    readable = [each for each in originals if each is not None and each.article.headline_only is None]
    return (
        stored.article.headline_only is not None or not readable or any(each.story == stored.story for each in readable)
    )


def test_a_page_behind_a_wall_leaves_its_headline_with_the_reason(shown: Shown):
    reasons = Counter(stored.article.headline_only for stored in shown.articles.values())
    assert set(reasons) >= {None, "paywall", "consent-wall", "forbidden"}


def test_the_first_edition_shows_every_part_of_an_edition(shown: Shown):
    """Stories, copies folded under them, headlines, a story that is known already, and a mere mention."""
    (edition,) = shown.days[0].editions
    known = [story for entry in edition.known for story in stories_of(shown, entry)]
    assert sorted(known) == ["fifty-thousand", "photonics", "r1-ascend", "r2-delay"]
    assert all(entry.seed for entry in edition.known)
    assert next(iter(edition.mentions)).title.startswith("Lüftertausch")
    assert any(report.relation is Relation.COPY for entry in edition.entries for report in entry.reports)


def editions(shown: Shown) -> list[Edition]:
    return [edition for day in shown.days for edition in day.editions]


def stories_of(shown: Shown, entry: Entry) -> set[str]:
    """What an entry truly tells. A joined page tells two stories, and stands under the first."""
    return {shown.truth[report.url].story for report in entry.reports}


def told_by(shown: Shown) -> dict[str, int]:
    """The first edition that told each true story, by place."""
    found: dict[str, int] = {}
    for place, edition in enumerate(editions(shown)):
        for entry in (*edition.entries, *edition.known):
            for story in stories_of(shown, entry):
                found.setdefault(story, place)
    return found


def test_no_story_is_new_twice(shown: Shown):
    """By what is true, over all editions: news and what a known document tells, each once."""
    telling = Counter(
        story
        for edition in editions(shown)
        for entry in (*edition.entries, *edition.known)
        if entry.status != "update"
        for story in stories_of(shown, entry)
    )
    assert len(telling) >= 20
    assert {story for story, times in telling.items() if times > 1} <= TOLD_APART


def test_what_is_new_in_a_told_story_appears_once_with_its_sentence(shown: Shown):
    updates = [entry for edition in editions(shown) for entry in edition.entries if entry.status == "update"]
    adding = {fact.story for fact in shown.truth.values() if fact.adds}
    told = Counter(story for entry in updates for story in stories_of(shown, entry))
    assert len(adding) == 2
    assert set(told) <= adding
    assert all(told[story] == 1 for story in adding - TOLD_APART)
    for entry in updates:
        added = [sentence for report in entry.reports for sentence in shown.truth[report.url].adds]
        assert entry.new
        assert all(quote.text.endswith(tuple(added)) for quote in entry.new)  # an agency's place and date may lead


def test_a_late_retelling_or_copy_is_no_entry(shown: Shown):
    first = told_by(shown)
    late = {
        url
        for url, fact in shown.truth.items()
        if fact.relation in ("retelling", "copy") and not fact.adds and first.get(fact.story, 9) < edition_of(fact)
    }
    assert len({shown.truth[url].language for url in late}) >= 8
    entered = {
        report.url
        for edition in editions(shown)
        for entry in (*edition.entries, *edition.known)
        if entry.status != "update"
        for report in entry.reports
    }
    assert {shown.truth[url].story for url in late & entered} <= TOLD_APART


def edition_of(fact: Gold) -> int:
    """The place of the edition whose day it was published in; what is older counts to the first."""
    return next(place for place, day in enumerate(DAYS) if fact.published <= day)


def test_the_last_edition_says_how_many_stories_are_still_being_retold(shown: Shown):
    last = editions(shown)[-1]
    found = {each.story for each in shown.articles.values() if each.article.found > last.since}
    assert last.retold == len(found - {entry.id for entry in last.entries}) >= 12
    text = (shown.folder / "edition" / f"{last.date}.txt").read_text("utf-8")
    assert f"Still being retold: {last.retold} stories." in text
    assert f"{last.retold} told stories still being retold" in said(shown.days[-1])


def test_a_look_alike_of_the_same_week_is_a_story_of_its_own(shown: Shown):
    by_story = {shown.truth[url].story: stored.story for url, stored in shown.articles.items()}
    assert by_story["ulanqab"] != by_story["guiyang"]
    (entry,) = [each for each in editions(shown)[-1].entries if "ulanqab" in stories_of(shown, each)]
    assert entry.status == "new"
    assert {report.language for report in entry.reports} == {"en", "zh"}


def test_a_forum_thread_belongs_to_the_story_it_links_to(shown: Shown):
    (thread,) = [stored for stored in shown.articles.values() if stored.article.role == "forum"]
    (linked,) = shown.truth[thread.article.url].of
    assert thread.story == shown.articles[linked].story
    entries = [entry for edition in editions(shown) for entry in (*edition.entries, *edition.known)]
    assert not any(report.url == thread.article.url for entry in entries for report in entry.reports)


def test_the_grouping_is_as_good_as_measured(shown: Shown):
    """Pairs of articles, by facts alone; a page that joins two stories belongs to both and is left out."""
    right = wrong = missed = 0
    rows = [(shown.truth[url], stored.story) for url, stored in shown.articles.items()]
    for (one, story), (other, elsewhere) in itertools.combinations([row for row in rows if row[0].edit != "joined"], 2):
        together, true = story == elsewhere, one.story == other.story
        right += together and true
        wrong += together and not true
        missed += true and not together
    f1 = 2 * right / (2 * right + wrong + missed)
    line = f"pairwise F1 {f1:.3f}: {right} pairs found, {wrong} wrong, {missed} missed, {len(rows)} articles"
    sys.stdout.write(line + "\n")
    assert f1 >= FLOOR, line


def test_the_reader_gets_one_mail_a_day_with_both_parts(shown: Shown):
    assert len(shown.mails) == 3
    for mail in shown.mails:
        message = message_from_bytes(mail.data, policy=policy.default)
        assert message["Message-ID"]
        assert message.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert len({message_from_bytes(mail.data)["Message-ID"] for mail in shown.mails}) == 3


def test_the_edition_is_there_in_every_form(shown: Shown):
    folder = shown.folder / "edition"
    written = {file.name for file in folder.iterdir()}
    day = DAY_ONE.date().isoformat()
    assert written >= {f"{day}.html", f"{day}.txt", f"{day}.md", f"{day}.json", "index.html"}
    edition = json.loads((folder / f"{day}.json").read_text("utf-8"))
    assert set(edition) >= {"date", "window", "counts", "sections", "headlines", "known", "footer"}
    stories = [story["id"] for section in edition["sections"] for story in section["stories"]]
    assert len(stories) == len(set(stories)) == len(editions(shown)[0].entries) >= 10


def test_a_feed_that_has_not_changed_answers_304_on_the_second_day(shown: Shown):
    assert any(status == 304 for _, _, status in shown.asked)


def test_the_demo_will_not_touch_a_folder_that_is_not_its_own(tmp_path: Path):
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(Exception, match="choose another folder"):
        show_demo(tmp_path, lambda _: None, keep=False)
    assert (tmp_path / "letters.txt").read_text() == "mine"
