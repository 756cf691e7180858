from __future__ import annotations

from datetime import date, timedelta

from watcher.digest.compose import compose
from watcher.types import Edition, Likeness, Placement, Relation

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


def test_the_reason_names_what_independent_reports_share_the_rarest_first(story, stored, now):
    reports = [
        stored("A", title="Yield of the Ascend 910C reaches 60 %", text="Up from 23% in 2024.", hours=9),
        stored("B", language="zh", relation="retelling", title="昇腾910C良率升至60%", text="2024年为23%。"),
        stored("C", language="de", relation="retelling", title="Ausbeute des 910C steigt", text=""),
    ]
    (entry,) = edition([story(*reports)], now).entries
    assert {each.value for each in entry.shared} >= {"910C", "60 %", "23 %"}
    assert entry.why == " · ".join(each.value for each in entry.shared)
    assert len(entry.shared) <= 5


def test_a_single_report_and_copies_need_no_reason(story, stored, now):
    single = story(stored(title="The 910C"))
    copied = story(stored(title="The 910C"), stored(title="The 910C", relation="copy"))
    assert [entry.why for entry in edition([single, copied], now).entries] == ["", ""]


def test_a_story_says_whose_reporting_it_is(story, stored, now):
    first = stored("Beispielblatt", hours=9, text="Nvidia has sold its last plant, the Financial Times reported.")
    source = stored("Financial Times", hours=8, relation="retelling", text="Nvidia has sold its last plant for cash.")
    others = [
        stored(
            f"Paper {n}",
            relation="retelling",
            language="de",
            text="Nvidia verkauft, wie die Financial Times berichtet.",
        )
        for n in range(10)
    ]
    forum = stored("Orange Bench", role="forum", relation="retelling", hours=20)
    (entry,) = edition([story(forum, first, source, *others)], now).entries
    assert entry.sourcing is not None
    assert (entry.sourcing.outlets, entry.sourcing.originals, entry.sourcing.unclear) == (12, ("Financial Times",), ())
    assert entry.first == source.id, "whoever names another outlet of the story did not report it first"
    assert next(report for report in entry.reports if report.article == first.id).credits == ("Financial Times",)


def test_who_names_an_outlet_outside_is_first_where_nobody_else_reported_it(story, stored, now):
    early = stored("Faro", hours=9, text="The plant is sold, Reuters reported.")
    blog = stored("Late Blog", hours=1, relation="retelling", text="The plant is sold, we hear.")
    (entry,) = edition([story(early, blog)], now).entries
    assert entry.first == early.id
    assert entry.sourcing is not None
    assert (entry.sourcing.originals, entry.sourcing.unclear) == (("Reuters",), ("Late Blog",))


def test_a_thread_goes_to_the_story_it_links_to_by_address_or_by_title(story, stored, now):
    article = stored("Fjord Courier", title="Foundry opens a second plant in Tromsø")
    linked = stored(
        "Orange Bench", role="forum", title="Chips up north", text=f"See {article.article.url}?utm_source=x ."
    )
    titled = stored("Heap", role="aggregator", title="Foundry opens a second plant in Tromsø - Fjord Courier")
    stranger = stored("Orange Bench", role="forum", title="Which card for a small office machine?")
    entries = edition([story(linked), story(article), story(titled), story(stranger)], now).entries
    together = next(entry for entry in entries if len(entry.reports) == 3)
    assert {report.article for report in together.reports} == {article.id, linked.id, titled.id}
    assert together.sourcing is not None
    assert together.sourcing.outlets == 1
    assert sorted(len(entry.reports) for entry in entries) == [1, 3]


def test_a_thread_about_a_story_told_long_ago_opens_no_entry(story, stored, now):
    old = "https://news.example/long-ago"
    linking = stored("Orange Bench", role="forum", title="Chips up north", text=f"What now?\n{old}?utm_source=x")
    stranger = stored("Orange Bench", role="forum", title="Which card?", text="https://news.example/unheard-of")
    made = edition([story(linking), story(stranger)], now, located=lambda urls: frozenset(urls) & {old})
    assert [report.title for entry in made.entries for report in entry.reports] == ["Which card?"]
    assert made.retold == 1


def test_a_story_that_hardly_holds_together_says_so(story, stored, now):
    one, other = stored("A", hours=5), stored("B", relation="retelling")

    def placed(score):
        by = Likeness(str(other.id), str(one.id), Relation.RETELLING, score, 0.6)
        placements = {other.id: Placement(str(other.id), str(one.id), Relation.RETELLING, by)}
        (entry,) = edition([story(one, other)], now, placed=placements.get).entries
        return entry.unsure

    assert placed(0.66) == (0.66, 0.6)
    assert placed(0.71) is placed(0.95) is None


def test_a_story_is_summed_up_in_the_languages_that_somebody_reads_or_in_its_own(story, stored, now):
    german = stored("A", language="de", text="Das Werk in Dresden beschäftigt seit Montag 800 Menschen.")
    english = stored("B", relation="retelling", text="The plant in Dresden employs 800 people since Monday.")
    chinese = stored("C", language="zh", text="该厂周一在德累斯顿投产，雇用了八百名员工。")
    both, foreign = story(german, english), story(chinese)
    made = edition([both, foreign], now, reads=("de", "pt"))
    assert {report.outlet for entry in made.entries for report in entry.reports if report.summary} == {"A", "C"}


def test_a_story_of_many_carriers_is_read_where_it_began(story, stored, now):
    source = stored(
        "Fjord Courier", hours=30, title="Plant sold", text="The plant was sold on Monday for nine million."
    )
    carriers = [
        stored(f"Paper {n}", relation="retelling", text="The plant is sold, the Fjord Courier reported.")
        for n in range(40)
    ]
    (entry,) = edition([story(source, *carriers)], now).entries
    assert entry.sourcing is not None
    assert (entry.sourcing.outlets, entry.sourcing.originals) == (41, ("Fjord Courier",))
    assert entry.sourcing.unclear == ()
    assert entry.first == source.id


def test_an_entry_says_what_it_is_and_where_it_stands(story, stored, now):
    titles = {"news": "Maker opens a plant", "market": "Maker stock: should you buy now", "release": "vLLM 0.9.1"}
    made = edition([story(stored(title=title)) for title in titles.values()], now)
    assert {entry.kind: entry.aside for entry in made.entries} == {"news": False, "market": True, "release": False}
    assert made.entries[0].kind == "news"
