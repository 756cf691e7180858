from __future__ import annotations

from watcher.digest.news import new_facts

TOLD = "Nvidia sold 50,000 H20 chips in 2024. Revenue rose 12 percent."


def test_a_sentence_with_a_new_figure_is_quoted(stored):
    new = stored(text="Nvidia sold 50.000 H20 chips. Another 70,000 are on order.", title="Chips")
    assert new_facts([stored(text=TOLD)], new) == ("Another 70,000 are on order.",)


def test_a_new_model_name_is_a_new_fact_in_the_same_language_only(stored):
    assert new_facts([stored(text=TOLD)], stored(text="The B30A follows.", title="x")) == ("The B30A follows.",)
    assert new_facts([stored(text=TOLD)], stored(text="Der B30A folgt.", title="x", language="de")) == ()


def test_figures_are_the_same_in_other_locales_and_words(stored):
    told = [stored(text=TOLD)]
    for language, text in (("de", "50.000 Stück H20."), ("zh", "共售出5万颗H20芯片。"), ("fr", "50 000 puces H20.")):
        assert new_facts(told, stored(text=text, title="x", language=language)) == ()
    assert new_facts(told, stored(text="共售出73500颗芯片。", title="x", language="zh")) == ("共售出73500颗芯片。",)


def test_a_denial_is_news_once(stored):
    told = stored(text=TOLD)
    denial = stored(text="O fabricante desmentiu a notícia.", title="x", language="pt")
    assert new_facts([told], denial) == ("O fabricante desmentiu a notícia.",)
    assert new_facts([told, denial], stored(text="The maker denied the report.", title="x")) == ()


def test_background_far_down_is_no_news(stored):
    text = "The same was said again by everybody. " * 30 + "In 1999 it sold 77,777 boards."
    assert new_facts([stored(text=TOLD)], stored(text=text, title="x")) == ()


def test_a_headline_is_quoted_when_the_text_says_nothing(stored):
    assert new_facts([stored(text=TOLD)], stored(text="", title="Order of 91,000 chips")) == ("Order of 91,000 chips",)
