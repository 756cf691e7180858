"""What sites put around their articles is cut; articles are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.text.furniture.lines import article_span, article_spans, without_furniture

_TEXTS = json.loads((Path(__file__).parent / "furniture.json").read_text(encoding="utf-8"))
ARTICLES: dict[str, str] = _TEXTS["articles"]
BELOW: dict[str, list[str]] = _TEXTS["below"]  # blocks as they stand below an article of that language
LINES: dict[str, list[str]] = _TEXTS["lines"]  # single lines in further languages


@pytest.mark.parametrize(
    ("language", "below"), [(language, below) for language, many in BELOW.items() for below in many]
)
def test_what_stands_below_an_article_is_cut(language: str, below: str) -> None:
    assert without_furniture(f"{ARTICLES[language]}\n\n{below}") == ARTICLES[language]


@pytest.mark.parametrize(("language", "line"), [(language, line) for language, many in LINES.items() for line in many])
def test_each_language_has_its_furniture(language: str, line: str) -> None:
    assert language
    assert without_furniture(f"{ARTICLES['en']}\n{line}") == ARTICLES["en"]


@pytest.mark.parametrize("language", ARTICLES)
def test_everything_at_once_is_cut(language: str) -> None:
    whole = ARTICLES[language] + "\n" + "\n".join(reversed(BELOW[language]))
    assert without_furniture(whole) == ARTICLES[language]


@pytest.mark.parametrize(
    "line",
    [
        "Fonte: wccftech",
        "Quelle: Financial Times",
        "Source: Reuters",
        "Via: The Harbour Ledger",
        "来源：江湾科技网",
        "出典：湾岸経済新聞",
        "출처: 한빛테크",
        "Источник: Вести кремния",
    ],
)
def test_an_attribution_is_kept_even_among_furniture(line: str) -> None:
    text = f"{ARTICLES['en']}\n{line}\nLeave a reply\nRelated articles"
    assert without_furniture(text) == f"{ARTICLES['en']}\n{line}"


@pytest.mark.parametrize(
    "line",
    [
        "Comments by the minister caused an uproar in parliament.",
        "The company shares this view, a spokesman said.",
        "Related companies fell as well.",
        "It ended with a simple sentence.",
        "The newsletter that started it all has 4,000 readers.",
        "“We use cookies in the office kitchen,” he joked, to the delight of the assembled journalists.",
        "Kommentare aus Berlin gab es dazu zunächst nicht.",
        "Der Autor des Papiers ist unbekannt.",
        "评论人士认为，这一计划过于乐观。",
        "The truncated feed ends here and there is no mo…",
    ],
)
def test_a_last_sentence_that_only_sounds_like_furniture_is_kept(line: str) -> None:
    text = f"{ARTICLES['en']}\n{line}"
    assert without_furniture(text) == text


def test_a_list_that_ends_an_article_is_kept() -> None:
    text = f"{ARTICLES['en']}\nThe new line has three members:\n910C with 128 GB\n910D with 192 GB\n920 with 256 GB"
    assert without_furniture(text) == text
    bullets = f"{ARTICLES['en']}\n- the plant in Dongguan\n- the plant in Wuhan\n- a third one without a site"
    assert without_furniture(bullets) == bullets


def test_teasers_of_other_articles_that_break_off_are_cut() -> None:
    teasers = (
        "The mayor wants to extend the ban on fireworks beyond…\nAfter weeks of rain the meadows along the river are…"
    )
    assert without_furniture(f"{ARTICLES['en']}\n{teasers}") == ARTICLES["en"]


def test_headlines_of_other_articles_are_cut_without_a_heading_above_them() -> None:
    labels = "Football club names new coach\nHouse prices rise in the north\nFerry line adds a winter route"
    assert without_furniture(f"{ARTICLES['en']}\n{labels}") == ARTICLES["en"]


def test_a_box_of_links_inside_an_article_is_cut_and_the_article_goes_on() -> None:
    first, second = ARTICLES["en"].split("\n")
    text = f"{first}\nRelated articles\nHouse prices rise in the north\n{second * 3}"
    got = without_furniture(text)
    assert "Related" not in got
    assert second in got


def test_menus_and_repeated_names_above_an_article_are_cut() -> None:
    top = "Kategorien\nPrices double\nDemon Dani\nDemon Dani\nPrices double"
    assert without_furniture(f"{top}\n{ARTICLES['en']}") == f"Prices double\n{ARTICLES['en']}"


def test_a_comments_link_at_the_top_does_not_cut_the_article() -> None:
    assert without_furniture(f"12 Comments\n{ARTICLES['en']}") == ARTICLES["en"]


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("ab. …\n\u3000中。:コ") | st.characters(), max_size=300))
def test_spans_are_pieces_of_the_text_in_order(text: str) -> None:
    spans = article_spans(text)
    flat = [offset for span in spans for offset in span]
    assert flat == sorted(flat)
    assert all(start < end for start, end in spans)
    assert "\n".join(text[start:end] for start, end in spans) == without_furniture(text)
    first, last = article_span(text)
    assert 0 <= first <= last <= len(text)


@pytest.mark.parametrize("language", ARTICLES)
def test_cutting_twice_cuts_no_more(language: str) -> None:
    once = without_furniture(ARTICLES[language] + "\n" + "\n".join(BELOW[language]))
    assert without_furniture(once) == once
