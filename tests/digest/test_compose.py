from __future__ import annotations

from datetime import date, timedelta

from watcher.digest.compose import compose, why
from watcher.types import Edition

TOPICS = (("deepseek", "DeepSeek"), ("nvidia", "Nvidia"))


def edition(stories, now, **fields) -> Edition:
    return compose(
        stories,
        topics=TOPICS,
        day=date(2025, 3, 11),
        schedule="07:00 UTC",
        since=now - timedelta(days=1),
        until=now,
        now=now,
        **fields,
    )


def test_every_article_is_in_exactly_one_place(story, stored, now):
    stories = [
        story(stored("A"), stored("B", relation="copy")),
        story(stored("C", seed="000")),
        story(stored("D", topics=(("nvidia", 0.5, False),))),
    ]
    made = edition(stories, now, seeds={"000": "A known one", "001": "Another"})
    placed = [report.article for entry in (*made.entries, *made.known) for report in entry.reports]
    placed += [report.article for report in made.mentions]
    assert sorted(placed) == sorted(each.id for one in stories for each in one.articles)
    assert made.seeds == (("000", "A known one"),)


def test_told_stories_are_counted(story, stored, now):
    assert edition([story(stored(), told_in=3), story(stored())], now, retold=2).retold == 3


def test_reports_stand_in_the_order_of_their_publication(story, stored, now):
    late, early = stored("A", hours=1), stored("B", hours=9, relation="retelling")
    (entry,) = edition([story(late, early)], now).entries
    assert [report.outlet for report in entry.reports] == ["B", "A"]


def test_each_language_is_summed_up_once_from_its_best_report(story, stored, now):
    teaser = stored("A", hours=9, headline_only="paywall", text="Only a teaser.")
    copy = stored("B", hours=8, relation="copy")
    own = stored("C", hours=7, relation="retelling")
    forum = stored("D", hours=10, role="forum", relation="retelling")
    german = stored("E", language="de", relation="retelling", text="Das Werk in Dresden beschäftigt 800 Menschen.")
    (entry,) = edition([story(teaser, copy, own, forum, german)], now).entries
    assert {report.outlet for report in entry.reports if report.summary} == {"C", "E"}


def test_a_report_keeps_its_topics_for_readers_who_follow_only_one(story, stored, now):
    (entry,) = edition([story(stored(topics=(("nvidia", 0.9, True), ("deepseek", 0.5, False))))], now).entries
    assert entry.topics == ("nvidia",)
    assert entry.reports[0].topics == ("nvidia", "deepseek")


def test_the_reason_names_what_independent_reports_share(stored):
    reports = [
        stored("A", title="Yield of the Ascend 910C reaches 60 %", text="Up from 20% in 2024."),
        stored("B", language="zh", relation="retelling", title="昇腾910C良率升至60%", text="2024年为20%。"),
        stored("C", language="de", relation="retelling", title="Ausbeute des 910C steigt", text=""),
    ]
    assert why(reports) == "910C · 20% · 60%"


def test_a_single_report_and_copies_need_no_reason(stored):
    assert why([stored(title="The 910C")]) == ""
    assert why([stored(title="The 910C"), stored(title="The 910C", relation="copy")]) == ""
