from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.text.furniture import furniture
from watcher.text.normalise import normalise

STORY = "The bridge across the bay will stay closed until March because of cracks in four of its six girders.\n" * 2


def found(text: str) -> list[str]:
    return [text[piece.start : piece.end] for piece in furniture(text, normalise(text))]


@pytest.mark.parametrize(
    "line",
    [
        "We use cookies to improve your experience.",
        "WIR VERWENDEN COOKIES, um Inhalte zu messen.",
        "Nenhum comentário:",
        "Файлы cookie помогают нам.",
        "本网站使用Cookie来改善体验。",
        "Зaрегистрируйтесь и подпишитесь на рассылку",  # with a Latin a
        "يستخدم هذا الموقع ملفات تعريف الارتباط.",
    ],
)
def test_a_telling_phrase_makes_a_sentence_furniture(line: str) -> None:
    assert found(f"{line}\n{STORY}") == [line]


def test_the_short_lines_after_a_list_heading_belong_to_it() -> None:
    page = STORY + "Read more\nCouncil delays vote\nFive walks for a rainy weekend\n" + STORY
    assert found(page) == ["Read more", "Council delays vote", "Five walks for a rainy weekend"]


def test_a_story_about_cookies_keeps_its_sentences() -> None:
    assert found("The court ruled that a site that says we use cookies must mean it.\n") == []


def test_a_phrase_inside_a_word_is_no_phrase() -> None:
    assert found("The company misuses cookies-shaped moulds, says its baker.\n" + STORY) == []


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=80))
def test_any_string_is_accepted(text: str) -> None:
    page = f"{text}\nRead more\n{text}\n{STORY}"
    assert all(0 <= piece.start < piece.end <= len(page) for piece in furniture(page, normalise(page)))


def test_labels_below_the_last_paragraph_are_furniture_when_one_of_them_tells() -> None:
    labels = [
        "Share this article",
        "Harbour walk opens again",
        "Tell us what you saw.",
        "Prices of bread compared",
        "Start",
    ]
    assert found(STORY.replace("\n", " ") + "\n" + "\n".join(labels)) == labels


def test_a_story_whose_lines_were_broken_anywhere_keeps_them() -> None:
    assert (
        found("The bridge across the bay\nwill stay closed until March\nbecause of cracks in four\nof its girders\n")
        == []
    )


def test_a_story_of_short_sentences_keeps_its_end() -> None:
    assert found(STORY + "He was late.\nNobody minded.\nThe boat left at noon.\nAll went home.\n") == []
