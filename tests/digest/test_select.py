from __future__ import annotations

import pytest

from watcher.digest.select import EVENT, LANGUAGES, NEWNESS, REACH, TOPICALITY, select

TOPICS = (("deepseek", "DeepSeek"), ("nvidia", "Nvidia"))


def test_the_weights_of_a_rank_add_up_to_one():
    assert pytest.approx(1) == REACH + EVENT + TOPICALITY + NEWNESS + LANGUAGES


def test_three_newsrooms_rank_before_ten_carriers_of_one_text(story, stored, now):
    reported = story(stored("A"), stored("B", relation="retelling"), stored("C", relation="retelling"))
    carried = story(stored("D"), *(stored(f"Carrier {number}", relation="copy") for number in range(5)))
    chosen = select([carried, reported], TOPICS, now)
    assert [each.story for each in chosen.news] == [reported, carried]


def test_a_makers_release_is_not_last_for_having_one_outlet(story, stored, now):
    release = story(stored("Maker", role="primary"))
    single = story(stored("A"))
    double = story(stored("B"), stored("C", relation="retelling"))
    chosen = select([single, double, release], TOPICS, now)
    assert [each.story for each in chosen.news] == [release, double, single]


def test_forums_and_aggregators_add_no_reach(story, stored, now):
    talked = story(stored("A"), *(stored(f"Forum {number}", role="forum", relation="retelling") for number in range(9)))
    alone = story(stored("A"))
    ranked = {each.story.id: each.score for each in select([talked, alone], TOPICS, now).news}
    assert ranked[talked.id] == ranked[alone.id]


def test_the_newer_of_two_like_stories_is_first(story, stored, now):
    old, new = story(stored(hours=20)), story(stored(hours=1))
    assert [each.story for each in select([old, new], TOPICS, now).news] == [new, old]


def test_a_date_in_the_future_is_no_advantage(story, stored, now):
    future, present = story(stored(hours=-500)), story(stored(hours=0))
    scores = {each.story.id: each.score for each in select([future, present], TOPICS, now).news}
    assert scores[future.id] == scores[present.id]


def test_a_story_stands_under_its_strongest_topic(story, stored, now):
    both = story(stored(topics=(("deepseek", 0.6, True), ("nvidia", 0.9, True))))
    assert select([both], TOPICS, now).news[0].topics == ("nvidia", "deepseek")


def test_topics_of_equal_strength_stand_in_the_order_of_the_config(story, stored, now):
    both = story(stored(topics=(("nvidia", 0.8, True), ("deepseek", 0.8, True))))
    assert select([both], TOPICS, now).news[0].topics == ("deepseek", "nvidia")


def test_an_article_whose_every_topic_is_only_mentioned_is_never_a_story(story, stored, now):
    passing = stored(topics=(("nvidia", 0.6, False), ("deepseek", 0.5, False)))
    chosen = select([story(passing)], TOPICS, now)
    assert chosen.mentions == (passing,)
    assert chosen.news == ()


def test_a_topic_that_left_the_config_makes_no_story(story, stored, now):
    gone = stored(topics=(("amd", 0.9, True),))
    chosen = select([story(gone)], TOPICS, now)
    assert chosen.mentions == (gone,)


def test_a_story_is_known_when_one_of_its_articles_tells_a_seed(story, stored, now):
    known = story(stored(), stored("B", relation="retelling", seed="000"))
    chosen = select([known], TOPICS, now)
    assert [each.seed for each in chosen.known] == ["000"]
    assert chosen.news == ()


def test_a_story_that_was_told_is_not_told_again(story, stored, now):
    told, backfilled = story(stored(), told_in=4), story(stored(), told_in=0)
    chosen = select([told, backfilled], TOPICS, now)
    assert chosen.told == (told, backfilled)
    assert chosen.news == ()


def test_the_order_does_not_depend_on_the_order_of_the_stories(story, stored, now):
    stories = [story(stored(hours=number % 3)) for number in range(12)]
    assert select(stories, TOPICS, now) == select(stories[::-1], TOPICS, now)
