"""A pasted page: which line is its headline, and where its story begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.text.furniture import opening, story

STORY = (
    "The Nordhafen port authority will close its oldest dock for two years, the harbour master said on Tuesday, for "
    "the quay wall has moved by eleven centimetres since spring.\n\nShips will be sent to the western dock instead."
)
HEADLINE = "Nordhafen closes its oldest dock for two years"


@pytest.mark.parametrize(
    "above",
    [
        [HEADLINE],
        ["Categories", "", HEADLINE],
        ["Home", "Politics", "Sports", "Log in", HEADLINE, "By Ada Example"],
        [HEADLINE, "", "harbourfan77", "harbourfan77", "12.02.2025 14:05", HEADLINE],
        [HEADLINE.upper(), "", HEADLINE],
        ["Menu", HEADLINE, "Facebook", "WhatsApp", "03 March 2025, 08:12"],
        [
            "We use cookies to show you advertisements. Read our privacy policy for what we store on your device.",
            HEADLINE,
        ],
    ],
)
def test_the_headline_is_the_line_that_the_story_bears_out(above: list[str]) -> None:
    text = "\n".join([*above, "", STORY])
    found = opening(text)
    assert found.title == HEADLINE
    assert text[found.start :].startswith("The Nordhafen")


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "諾德港關閉最舊碼頭兩年",
            "諾德港港務局週二宣布，最舊的碼頭將關閉兩年，因為岸壁自春天以來移動了十一公分，船隻改往西側碼頭停泊。",
        ),
        (
            "노르트하펜, 가장 오래된 부두 2년간 폐쇄",
            "노르트하펜 항만청은 화요일 가장 오래된 부두를 2년간 닫는다고 밝혔다. 안벽이 봄부터 11센티미터 움직였기 "
            "때문이다. 배들은 서쪽 부두로 간다.",
        ),
        (
            "ميناء نوردهافن يغلق أقدم أرصفته لعامين",
            "أعلنت سلطة ميناء نوردهافن يوم الثلاثاء أنها ستغلق أقدم رصيف لمدة عامين لأن جدار الرصيف تحرك "
            "أحد عشر سنتيمترا منذ الربيع.",
        ),
    ],
)
def test_headlines_are_found_in_every_script(title: str, body: str) -> None:
    assert opening(f"Menu\n{title}\n\n{body}").title == title


def test_a_text_that_begins_with_its_story_has_no_headline() -> None:
    assert opening(STORY).title == ""
    assert opening("Categories\n\n" + STORY).title == ""


def test_lines_broken_at_some_width_are_no_headline() -> None:
    wrapped = (
        "The Nordhafen port authority will close its oldest dock for two\nyears, the harbour master said on Tuesday."
    )
    assert opening(wrapped).title == ""


def test_capitals_go_and_names_keep_theirs() -> None:
    text = "NORDHAFEN CLOSES ITS OLDEST DOCK, PIER 7B\n\n" + STORY
    assert opening(text).title == "Nordhafen closes its oldest dock, pier 7B"


def test_a_given_headline_is_not_told_twice() -> None:
    title, body = story(f"Menu\n{HEADLINE}\nharbourfan77\n{HEADLINE}\n{STORY}", HEADLINE)
    assert title == HEADLINE
    assert HEADLINE not in body
    assert body.strip().startswith("The Nordhafen")


def test_without_a_headline_the_text_stays_whole() -> None:
    text = f"Menu\n{HEADLINE}\n\n{STORY}"
    assert story(text, "") == ("", text)


@given(st.text(alphabet=st.sampled_from("aA.\n 中가م7:"), max_size=200), st.text(max_size=40))
def test_any_text_has_an_opening(text: str, title: str) -> None:
    found = opening(text, title)
    assert 0 <= found.start <= len(text)
    story(text, title)
