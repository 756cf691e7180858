"""How large forms are: a mail below the size at which mail programs clip, whatever the script; charts in every form."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from looks import edition, report, story

from watcher.delivery.compose import compose_mail
from watcher.digest.view import View, view
from watcher.render import Renderer
from watcher.render.charts import chart
from watcher.render.mail import MOST_BYTES, transferred
from watcher.render.words import Words
from watcher.shipped import shipped
from watcher.types import Message, Relation, Volume

ONLINE = "https://w.example/2026-03-11.html"
TITLES = {
    "long titles": ("en", "A headline that goes on and on about what happened to whom, and where, and why " * 4),
    "Chinese": ("zh", "华为昇腾芯片良率大幅提升深度求索增加推理订单" * 4),
    "Arabic": ("ar", "جامعة عربية تدرب نموذجا صغيرا على نتائج نموذج كبير بتكلفة قليلة " * 3),
}

# A character of three bytes takes four in base64: 565 and 510 of these headlines stand.
MOST_LEFT = {"long titles": 0, "Chinese": 450, "Arabic": 500}


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer([shipped("templates")])


def big_day(language: str, title: str) -> View:
    """A thousand stories of ten thousand articles."""
    entries = []
    for number in range(1_000):
        reports = [
            report(
                10 * number + each, language, f"n{number}n {title}", outlet=f"{title[:20]} {each}",
                relation=Relation.RETELLING if each else Relation.NEW, summary=(f"{title}。",) if each < 1 else (),
            )
            for each in range(10)
        ]  # fmt: skip
        entries.append(story(number, *reports))
    return view(edition(entries), ("en",), per_source=100)


def sent(message: Message) -> tuple[bytes, str]:
    """The HTML part as its bytes travel, and the text as it is read."""
    raw = compose_mail(
        message, sender="w@example.org", recipient="r@example.org", message_id="<1@example.org>",
        date=datetime(2026, 3, 11, tzinfo=UTC), list_id="e.example.org",
    )  # fmt: skip
    read = message_from_bytes(raw, policy=policy.default)
    text = read.get_body(("plain",))
    assert text is not None
    return raw.split(b"Content-Type: text/html")[1].split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--", 1)[0], text.get_content()


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name == "Arabic" else pytest.mark.long) for name in TITLES]
)
def test_a_thousand_stories_fit_into_a_mail_and_the_rest_is_one_link_or_a_line_away(
    name: str, renderer: Renderer
) -> None:
    shown = big_day(*TITLES[name])
    assert len(shown.stories) == 20
    linked, alone = renderer.message(shown, ONLINE), renderer.message(shown)
    for message in (linked, alone):
        page, _ = sent(message)
        assert len(page) <= MOST_BYTES
        assert abs(len(page) - transferred(message.html)) < 1_500, "what is measured is what travels"
        assert message.html.count("<h3") == 20, "every story told in full stands"
        assert len(page) > 0.85 * MOST_BYTES, "room is used"
    for message in (linked, alone):
        assert len(set(re.findall(r"n(\d+)n", sent(message)[1]))) == 1_000, "the text is whole"
    left = 1_000 - len(named(linked))
    assert left > 0
    assert f"and {left:,} more stories" in linked.html
    assert f'href="{ONLINE}"' in linked.html.split(f"and {left:,} more stories")[1]
    assert "w.example" not in alone.html + alone.text
    left = 1_000 - len(named(alone))
    assert left <= MOST_LEFT[name], "without an address headlines come before words"
    assert (f"and {left:,} more stories" in alone.html) == (left > 0)
    assert ("plain-text part of this mail" in alone.html) == (left > 0)


def named(message: Message) -> set[str]:
    return set(re.findall(r"n(\d+)n", message.html))


def test_an_ordinary_mail_says_everything_and_has_nothing_left(renderer: Renderer) -> None:
    shown = view(edition(story(number, report(number)) for number in range(40)))
    message = renderer.message(shown, ONLINE)
    assert "more stories." not in message.html
    assert [message.html.count(f"({number})") > 0 for number in range(40)] == [True] * 40


def test_without_an_address_a_headline_rather_loses_its_link_than_its_place(renderer: Renderer) -> None:
    far = "https://n.example/" + "x" * 900
    entries = [
        story(number, report(number, title=f"n{number}n {TITLES['long titles'][1]}", url=f"{far}{number}"))
        for number in range(400)
    ]
    known = tuple(
        replace(story(number, report(number, title=f"Old {number}o")), status="known") for number in range(500, 560)
    )
    message = renderer.message(view(edition(entries, known=known)))
    assert transferred(message.html) <= MOST_BYTES
    assert len(named(message)) == 400
    assert all(f"Old {number}o" in message.html for number in range(500, 560))
    assert "more stories" not in message.html
    assert "tells" not in message.html + message.text, "nobody knows which document"
    assert 0 < message.html.count(far) < 100


def test_more_stories_than_a_mail_tells_stand_as_headlines(renderer: Renderer) -> None:
    words = tuple(
        f"A sentence that is rather long and says what happened to whom, the {number}th of many."
        for number in range(40)
    )
    shown = view(
        edition(story(number, report(number, summary=words)) for number in range(600)), max_stories=300, per_source=300
    )
    message = renderer.message(shown)
    assert message.html.count("<h3") < 300
    assert all(f"({number})" in message.html for number in range(600))


def test_an_older_copy_of_the_mail_counts_what_it_has_no_lines_for(tmp_path: Path) -> None:
    source = (shipped("templates") / "mail.html").read_text("utf-8")
    source = re.sub(r"\{\{ lines\(rest\.\w+\) \}\}|\{%- macro lines.*?endmacro %\}", "", source, flags=re.DOTALL)
    (tmp_path / "mail.html").write_text(source.replace(" or rest.headlines", "").replace(" or rest.known", ""), "utf-8")
    message = Renderer([tmp_path, shipped("templates")]).message(big_day(*TITLES["Chinese"]))
    left = 1_000 - len(named(message))
    assert left > 0
    assert f"and {left:,} more stories" in message.html


@pytest.mark.parametrize(
    ("lived", "said"),
    [
        (None, "0.7 a day on average, 20"),
        (30, "0.7 a day on average, 20"),
        (10, "2 a day on average, 20"),
        (7, "2.9 a day on average, 20"),
    ],
)
def test_an_average_is_of_the_days_on_which_there_was_an_archive(lived: int | None, said: str) -> None:
    volume = Volume("nvidia", (0,) * 29 + (20,), lived)
    assert said in chart(volume, "Nvidia", Words([shipped("templates")], "en")).words


@pytest.mark.parametrize("lived", [0, 1, 6])
def test_an_archive_younger_than_a_week_has_no_average(lived: int) -> None:
    volume = Volume("nvidia", (0,) * 29 + (20,), lived)
    assert chart(volume, "Nvidia", Words([shipped("templates")], "en")).words == (
        "20 articles found on the last day; 20 a day at most"
    )


@pytest.mark.parametrize(
    ("days", "blocks"),
    [((0, 0, 0), "···"), ((1, 2, 4, 8), "▁▂▄█"), ((0, 1, 1_000_000), "·▁█"), ((), "·"), ((-5, 3), "·█")],
)
def test_a_chart_has_a_bar_for_every_day_on_which_there_was_anything(days: tuple[int, ...], blocks: str) -> None:
    drawn = chart(Volume("nvidia", days), "Nvidia", Words([shipped("templates")], "en"))
    assert drawn.blocks == blocks
    assert [bar.height > 0 for bar in drawn.bars] == [day > 0 for day in days or (0,)]
    assert all(bar.y + bar.height == drawn.height for bar in drawn.bars)


def test_a_month_is_drawn_and_said_in_every_form(renderer: Renderer) -> None:
    shown = view(edition([story(1, report(1))], volumes=(Volume("nvidia", (*range(40), 7)),)))
    words = "7 articles found on the last day"
    page, message = renderer.render(shown, "html"), renderer.message(shown)
    assert page.count("<rect") == 30
    assert re.search(rf'<svg role="img" aria-label="Nvidia: {words}; [^"]+"', page)
    assert message.html.count("<td><div") == 30
    assert re.search(rf'<div role="img" aria-label="Nvidia: {words}', message.html)
    for text in (message.text, renderer.render(shown, "text"), renderer.render(shown, "markdown")):
        assert words in text
        assert len(re.findall("[·▁▂▃▄▅▆▇█]{30}", text)) == 1
    assert all('role="presentation"' in tag for tag in re.findall("<table[^>]*>", message.html))


def test_the_ways_to_say_something_of_a_story_fit_into_a_mail_and_stand_only_where_there_is_a_service(
    renderer: Renderer,
) -> None:
    shown = big_day(*TITLES["Chinese"])
    marking = "https://w.example/w/a"
    with_ways, without = renderer.message(shown, ONLINE, marking=marking), renderer.message(shown, ONLINE)
    assert transferred(with_ways.html) <= MOST_BYTES
    ordinary = view(edition(story(number, report(number)) for number in range(5)))
    message = renderer.message(ordinary, ONLINE, marking=marking)
    ways = re.findall(rf'href="{marking}/(\d+)/([a-z-]+)"', message.html)
    assert len(ways) == 20
    assert {verb for _, verb in ways} == {"known", "mute", "follow", "off-topic"}
    assert len(re.findall(rf"^ *{marking}/\d+$", message.text, re.MULTILINE)) == 5, "one line in the text"
    assert message == renderer.message(ordinary, ONLINE, marking=marking)
    assert "/a/" not in without.html + without.text
    for form in ("html", "text", "markdown"):
        assert "/a/" not in renderer.render(ordinary, form), "a file of an edition leads to no service"  # type: ignore[arg-type]
