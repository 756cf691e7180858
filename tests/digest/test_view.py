from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.digest.arranging import StoryView
from watcher.digest.shape import joined, to_json
from watcher.digest.view import SHELF, SHELVES, view
from watcher.types import Caution, Edition, Entry, MachineWords, Quote, Relation, Report, Volume

NOW = datetime(2025, 3, 11, 7, tzinfo=UTC)
TOPICS = (("deepseek", "DeepSeek"), ("ascend", "Huawei Ascend"), ("nvidia", "Nvidia"))


def report(number, outlet="Blatt", language="en", relation="new", hours=2.0, summary=("Said so.",), **fields):
    return Report(
        article=number,
        url=f"https://news.example/{number}",
        title=f"Headline {number}",
        outlet=outlet,
        source=fields.pop("source", outlet.lower()),
        language=language,
        published=NOW - timedelta(hours=hours),
        relation=Relation(relation),
        summary=summary,
        **fields,
    )


def entry(name, *reports, topics=("nvidia",), **fields):
    return Entry(name, fields.pop("status", "new"), topics, reports, **fields)


def edition(*entries, known=(), mentions=(), **fields):
    return Edition(
        id=1,
        date=date(2025, 3, 11),
        schedule="07:00 UTC",
        since=NOW - timedelta(days=1),
        until=NOW,
        made=NOW,
        topics=TOPICS,
        entries=entries,
        known=known,
        mentions=mentions,
        **fields,
    )


def lead(reports, reads):
    (story,) = view(edition(entry("s", *reports)), reads).stories
    return story.lead.outlet


@pytest.mark.parametrize(
    ("reads", "outlet"),
    [
        (("en", "de"), "English"),
        (("de", "en"), "German"),
        (("zh",), "Chinese"),
        (("ja",), "Chinese"),  # none is readable: the earliest
        ((), "Chinese"),
    ],
)
def test_a_story_is_led_by_the_language_the_reader_reads_best(reads, outlet):
    reports = [
        report(1, "Chinese", "zh", hours=9),
        report(2, "German", "de", "retelling", hours=8),
        report(3, "English", "en", "retelling", hours=7),
    ]
    assert lead(reports, reads) == outlet


def test_a_full_article_leads_before_a_headline_and_a_copy():
    reports = [
        report(1, "Walled", hours=9, headline_only="paywall"),
        report(2, "Carrier", relation="copy", hours=8),
        report(3, "Own", relation="retelling", hours=7),
    ]
    assert lead(reports, ("en",)) == "Own"


def test_a_forum_leads_only_where_no_outlet_can_be_read():
    forum = report(1, "Forum", "en", role="forum", hours=9)
    assert lead([forum, report(2, "German", "de", "retelling")], ("en", "de")) == "German"
    assert lead([forum, report(2, "Chinese", "zh", "retelling")], ("en", "de")) == "Forum"


def test_a_headline_without_a_text_takes_the_summary_of_another_that_can_be_read():
    reports = [
        report(1, "Walled", "en", headline_only="paywall", summary=()),
        report(2, "Chinese", "zh", "retelling"),
        report(3, "German", "de", "retelling"),
    ]
    (story,) = view(edition(entry("s", *reports)), ("en", "de")).stories
    assert story.lead.outlet == "German", "what can be read whole is better to read than a headline"
    (story,) = view(
        edition(entry("s", *reports, report(4, "Walled too", "de", headline_only="paywall", hours=9, summary=()))),
        ("en",),
    ).stories
    assert story.lead.outlet == "Walled"
    assert story.summary == ()


def test_forums_are_listed_and_never_outlets():
    reports = [report(1, "A"), report(2, "Forum", role="forum", hours=9), report(3, "Heap", role="aggregator")]
    (story,) = view(edition(entry("s", *reports)), ("en",)).stories
    assert story.outlets == ("A",)
    assert story.first is not None
    assert story.first.outlet == "A"
    assert {each.outlet for each in story.talk} == {"Forum", "Heap"}
    assert view(edition(entry("s", *reports))).counts.outlets == 1


def test_copies_are_folded_under_the_report_they_copy_in_their_language():
    reports = [
        report(1, "A", hours=9),
        report(2, "B", relation="copy", hours=8),
        report(3, "C", "de", "retelling", hours=7),
        report(4, "D", "de", "copy", hours=6),
    ]
    (story,) = view(edition(entry("s", *reports)), ("en",)).stories
    assert [each.outlet for each in story.copies] == ["B"]
    assert [(line.report.outlet, [each.outlet for each in line.copies]) for line in story.also] == [("C", ["D"])]


def test_sections_stand_in_the_order_of_the_config():
    made = edition(entry("a", report(1)), entry("b", report(2), topics=("deepseek", "nvidia")))
    shown = view(made)
    assert [section.topic for section in shown.sections] == ["deepseek", "nvidia"]
    assert shown.sections[0].stories[0].chips == ("nvidia",)


def test_a_reader_of_one_topic_gets_its_stories_alone():
    made = edition(
        entry("a", report(1)),
        entry("b", report(2), topics=("deepseek", "nvidia")),
        entry("c", report(3), topics=("ascend",)),
        mentions=(report(4, topics=("ascend",)), report(5, topics=("nvidia",))),
    )
    shown = view(made, topics=("nvidia",))
    assert [(story.id, story.topic, story.chips) for story in shown.stories] == [
        ("a", "nvidia", ()),
        ("b", "nvidia", ()),
    ]
    assert [each.article for each in shown.mentions] == [5]


def test_what_does_not_fit_is_a_headline():
    made = edition(*(entry(f"s{number}", report(number, f"O{number}")) for number in range(9)))
    shown = view(made, max_stories=4)
    assert [story.id for story in shown.stories] == ["s0", "s1", "s2", "s3"]
    assert [story.id for story in shown.headlines] == ["s4", "s5", "s6", "s7", "s8"]
    assert (shown.counts.stories, shown.counts.headlines, shown.counts.articles) == (4, 5, 9)


def test_a_busy_topic_does_not_starve_a_quiet_one():
    busy = [entry(f"n{number}", report(number, f"O{number}")) for number in range(9)]
    made = edition(*busy, entry("quiet", report(99, "Q"), topics=("ascend",)))
    assert "quiet" in {story.id for story in view(made, max_stories=5).stories}


def test_a_source_leads_three_stories_and_the_next_one_is_led_by_another_that_can_be_read():
    same = [entry(f"s{number}", report(number, "Flood")) for number in range(4)]
    shared = entry("shared", report(10, "Flood", hours=9), report(11, "Other", relation="retelling"))
    shown = view(edition(*same, shared), ("en",), max_stories=4, per_source=3)
    assert [story.id for story in shown.stories] == ["s0", "s1", "s2", "shared"]
    assert shown.stories[-1].lead.outlet == "Other"
    assert [story.id for story in shown.headlines] == ["s3"]


def test_where_there_is_room_a_source_leads_more_before_talk_and_other_languages_do():
    same = [entry(f"s{number}", report(number, "Flood")) for number in range(5)]
    talk = entry("talk", report(10, "Other"), kind="market", aside=True)
    foreign = entry("foreign", report(11, "Elsewhere", "ko"))
    shown = view(edition(*same, talk, foreign), ("en",), max_stories=5, per_source=3)
    assert {story.id for story in shown.stories} == {"s0", "s1", "s2", "s3", "s4"}
    assert {story.id for story in shown.headlines} == {"talk", "foreign"}


def test_what_the_reader_can_read_stands_first_in_every_section():
    made = edition(
        entry("zh", report(1, "A", "zh")),
        entry("en", report(2, "B", "en")),
        entry("ja", report(3, "C", "ja"), topics=("ascend",)),
        entry("both", report(4, "D", "zh"), report(5, "E", "de", "retelling")),
    )
    assert [story.id for story in view(made, ("en", "de")).stories] == ["ja", "en", "both", "zh"]
    assert [story.id for story in view(made).stories] == ["ja", "zh", "en", "both"]


def test_the_cap_leaves_to_headlines_what_cannot_be_read():
    foreign = [entry(f"zh{number}", report(number, f"Z{number}", "zh")) for number in range(5)]
    native = [entry(f"en{number}", report(10 + number, f"E{number}", "en")) for number in range(4)]
    shown = view(edition(*foreign, *native), ("en",), max_stories=3)
    assert [story.id for story in shown.stories] == ["en0", "en1", "en2"]
    assert [story.id for story in shown.headlines] == ["en3", "zh0", "zh1", "zh2", "zh3", "zh4"]


def test_headlines_stand_by_topic():
    topics = ["nvidia", "deepseek", "nvidia", "ascend", "deepseek"]
    made = edition(*(entry(f"s{at}", report(at, f"O{at}"), topics=(topic,)) for at, topic in enumerate(topics)))
    assert [story.id for story in view(made, max_stories=0).headlines] == ["s1", "s4", "s3", "s0", "s2"]


def test_the_counts_add_up():
    known = entry("k", report(7), report(8, relation="copy"), seed="000")
    made = edition(
        entry("a", report(1), report(2, "B", relation="copy")), entry("b", report(3)), known=(known,),
        mentions=(report(9),),
    )  # fmt: skip
    counts = view(made, max_stories=1).counts
    assert (counts.news, counts.known, counts.folded, counts.mentions) == (2, 1, 2, 1)
    assert counts.articles == counts.news + counts.known + counts.folded + counts.mentions


def test_the_shape_is_the_contracts():
    known = entry("k", report(2), status="known", seed="000")
    made = edition(entry("a", report(1), why="910C"), known=(known,), mentions=(report(3),), seeds=(("000", "Known"),))
    rows = to_json(view(made, ("en",)))
    assert set(rows) >= {"date", "window", "counts", "sections", "headlines", "known", "footer"}
    (section,) = rows["sections"]
    (told,) = section["stories"]
    assert set(told) >= {
        "id",
        "status",
        "headline",
        "language",
        "summary",
        "outlets",
        "languages",
        "first_report",
        "why",
        "articles",
    }
    assert rows["date"] == "2025-03-11"
    assert rows["window"] == {"since": "2025-03-10T07:00:00Z", "until": "2025-03-11T07:00:00Z"}
    assert told["summary"] == "Said so."
    assert rows["known"][0]["seed"] == {"id": "000", "title": "Known"}


def test_sentences_are_joined_as_their_script_does():
    assert joined(("One.", "Two.")) == "One. Two."
    assert joined(("一。", "二。")) == "一。二。"


numbers = st.integers(min_value=1, max_value=10**6)
reports = st.builds(
    report,
    numbers,
    outlet=st.sampled_from(["A", "B", "C"]),
    language=st.sampled_from(["en", "de", "zh"]),
    relation=st.sampled_from(["new", "copy", "retelling"]),
    hours=st.floats(min_value=0, max_value=48),
    role=st.sampled_from(["outlet", "primary", "forum", "aggregator"]),
    headline_only=st.sampled_from([None, "paywall"]),
    summary=st.sampled_from([(), ("Said so.",)]),
)
topics = st.lists(st.sampled_from([topic for topic, _ in TOPICS]), min_size=1, max_size=3, unique=True).map(tuple)
bodies = st.lists(reports, min_size=1, max_size=6, unique_by=lambda each: each.article)


kinds = st.sampled_from(["news", "news", "release", "paper", "thread", "market", "deal", "review"])


@given(
    st.lists(st.tuples(bodies, topics, kinds), max_size=24),
    st.lists(st.tuples(bodies, topics), max_size=3),
    st.sampled_from([(), ("en",), ("de", "en")]),
    st.integers(min_value=0, max_value=8),
    st.integers(min_value=1, max_value=3),
)
def test_every_story_and_every_report_is_in_exactly_one_place(news, known, reads, max_stories, per_source):
    entries = [
        entry(f"n{place}", *body, topics=of, kind=kind, aside=kind in ("market", "deal", "review"))
        for place, (body, of, kind) in enumerate(news)
    ]
    told = [entry(f"k{place}", *body, topics=of, seed="000") for place, (body, of) in enumerate(known)]
    shown = view(edition(*entries, known=tuple(told)), reads, (), max_stories, per_source)
    shelved = [story for shelf in shown.shelves for story in shelf.stories]
    stories = (*shown.stories, *shelved, *shown.headlines, *shown.known)
    assert sorted(story.id for story in stories) == sorted(each.id for each in (*entries, *told))
    assert len(shown.stories) <= max_stories
    for story in stories:
        lines = [story.lead, *story.copies, *story.talk]
        lines += [each for line in story.also for each in (line.report, *line.copies)]
        assert sorted(each.article for each in lines) == sorted(each.article for each in story.reports)
    counts = shown.counts
    assert counts.shelved == len(shelved)
    assert counts.articles == counts.news + counts.known + counts.folded + counts.mentions
    assert counts.news == counts.stories + counts.shelved + counts.headlines
    for shelf in shown.shelves:
        assert 0 < len(shelf.stories) <= SHELF
        assert {story.kind for story in shelf.stories} == {shelf.kind}
        assert shelf.more == sum(story.kind == shelf.kind for story in shown.headlines)
    for section in shown.sections:
        order = [(story.aside, bool(reads) and story.lead.language not in reads) for story in section.stories]
        assert order == sorted(order)
    leads = Counter(story.lead.source for story in shown.stories)
    crowded = [rank_of(story, reads) for story in shown.stories if leads[story.lead.source] > per_source]
    for story in shown.headlines:
        if crowded and story.kind not in SHELVES and rank_of(story, reads) <= max(crowded):
            assert leads[story.lead.source] >= per_source


def rank_of(story: StoryView, reads: tuple[str, ...]) -> tuple[bool, bool]:
    return story.aside, bool(reads) and story.lead.language not in reads


def test_an_update_lists_no_report_that_was_told_and_says_its_quote_once():
    told = report(1, "First", hours=60, told=True)
    fresh = report(2, "Later", summary=("It costs 700 million dollars.", "It will be built."))
    quoted = Quote("It costs 700 million dollars.", "Later", "en")
    (story,) = view(edition(entry("s", told, fresh, status="update", new=(quoted,)))).stories
    assert (story.lead.outlet, story.also, story.summary) == ("Later", (), ())
    assert story.first is not None
    assert story.first.outlet == "First"
    other = Quote("Nobody knew.", "Later", "en")
    (story,) = view(edition(entry("s", told, fresh, status="update", new=(other,)))).stories
    assert story.summary == fresh.summary


def test_what_happened_stands_before_what_is_said_of_it_in_any_language():
    made = edition(
        entry("deal", report(1, "A"), kind="deal", aside=True),
        entry("zh", report(2, "B", "zh")),
        entry("comment", report(3, "C", "zh"), aside=True),
        entry("en", report(4, "D")),
    )
    assert [story.id for story in view(made, ("en",)).stories] == ["en", "zh", "deal", "comment"]
    assert [story.id for story in view(made, ("en",), max_stories=2).stories] == ["en", "zh"]


def test_a_shelf_holds_the_best_that_can_be_read_and_the_rest_are_headlines():
    foreign = entry("zh", report(9, "Z", "zh"), kind="paper")
    papers = [entry(f"p{number}", report(number, f"O{number}"), kind="paper") for number in range(SHELF)]
    shown = view(edition(foreign, *papers, entry("v", report(20), kind="release")), ("en",), max_stories=0)
    assert [shelf.kind for shelf in shown.shelves] == ["release", "paper"]
    assert [story.id for story in shown.shelves[1].stories] == [each.id for each in papers]
    assert (shown.shelves[1].more, [story.id for story in shown.headlines]) == (1, ["zh"])
    assert not shown.is_quiet


def test_a_day_with_what_was_known_alone_is_quiet():
    known = entry("k", report(1), status="known", seed="000")
    assert view(edition(known=(known,), mentions=(report(2),), retold=4)).is_quiet
    assert not view(edition(entry("u", report(3), status="update"))).is_quiet
    assert view(edition(entry("n", report(3), topics=("ascend",))), topics=("nvidia",)).is_quiet


def test_a_reader_is_warned_of_their_own_topics_and_of_every_source_and_language():
    cautions = (Caution("sources", 9, 20.0), Caution("language", 1, 30.0, "de"), Caution("topic", 0, 20.0, "ascend"))
    volumes = (Volume("deepseek", (1, 2)), Volume("ascend", (3, 4)))
    made = edition(cautions=cautions, volumes=volumes)
    assert view(made).cautions == cautions
    shown = view(made, topics=("deepseek",))
    assert (shown.cautions, shown.volumes) == (cautions[:2], volumes[:1])
    rows = to_json(view(made))
    assert rows["cautions"][2] == {"about": "topic", "name": "ascend", "seen": 0, "usual": 20.0}
    assert rows["volumes"][1] == {"topic": "ascend", "days": [3, 4]}


def test_a_machines_words_stand_only_beside_what_the_reader_does_not_read():
    words = [MachineWords("s", language, f"In {language}", "m-7", article=1) for language in ("en", "pt")]
    made = edition(entry("s", report(1, "A", "zh")), machine=tuple(words))
    headline = lambda reads: (machine := view(made, reads).stories[0].machine) and machine.headline  # noqa: E731 - a line
    assert [headline(reads) for reads in (("de", "pt", "en"), ("en",), ("zh",), ("de",), ())] == [
        "In pt",
        "In en",
        None,
        None,
        None,
    ]
