"""What a new article adds to a told story, in several languages; and what brings nothing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from watcher.digest.compose import compose
from watcher.digest.news import new_facts
from watcher.digest.reading import Reader
from watcher.types import Grown

TOLD = (
    "Nvidia said on Monday that it will invest $500 million in DataForge, a startup in Porto with 300 employees. "
    "DataForge rents out 50,000 H20 chips. The startup was founded by two engineers of the university."
)

RETELLINGS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("retellings.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture
def brings(stored):
    def tell(title, text, language="en", **fields):
        told = stored("First", title="Nvidia to invest $500 million in DataForge", text=TOLD, hours=40)
        return new_facts([told], stored("Later", title=title, text=text, language=language, **fields), Reader())

    return tell


@pytest.mark.parametrize(
    ("language", "title", "text", "quoted"),
    [
        ("en", "Nvidia raises its stake", "Nvidia will now invest $700 million, it said.", "$700 million"),
        ("fr", "Nvidia mise davantage", "Nvidia investira finalement 700 millions de dollars.", "700 millions"),
        ("zh", "英伟达增加投资", "英伟达将投资7亿美元，高于此前的5亿美元。", "7亿美元"),
        ("pt", "DataForge encomenda B30A", "A DataForge vai alugar também o B30A.", "B30A"),
        ("en", "Nvidia deal to close", "The deal will close on 15 May 2025, Nvidia said.", "15 May"),
        ("it", "Nvidia smentisce l'investimento", "Nvidia ha smentito l'investimento in DataForge.", "smentito"),
        ("es", "El regulador prohíbe la operación", "El regulador ha prohibido la inversión de Nvidia.", "prohibido"),
        ("ja", "ファーウェイもDataForgeに出資", "ファーウェイも5億ドルを出資する。", "ファーウェイ"),
        ("de", "Nvidia dementiert", "Ein Sprecher hat den Einstieg bei DataForge dementiert.", "dementiert"),
        ("ru", "Nvidia увеличит вложения", "Nvidia вложит в DataForge 700 млн долларов.", "700"),
    ],
)
def test_an_amount_a_product_a_day_a_denial_a_decision_or_an_actor_is_news(brings, language, title, text, quoted):
    sentences = brings(title, text, language)
    assert any(quoted in sentence for sentence in sentences), sentences


@pytest.mark.parametrize(("language", "title", "text"), RETELLINGS)
def test_a_late_translation_or_a_blogs_retelling_brings_nothing(brings, language, title, text):
    assert brings(title, text, language) == ()


def test_background_far_down_is_no_news(brings):
    assert brings("x", "The same was said again by everybody. " * 30 + "In 1999 it sold 77,777 boards.") == ()


def test_a_headline_is_quoted_when_the_text_says_nothing(brings):
    assert brings("Order of 91,000 chips", "") == ("Order of 91,000 chips",)


def test_a_fact_is_news_once(stored):
    reader = Reader()
    told = stored(text=TOLD, hours=40)
    denial = stored(text="O fabricante desmentiu a notícia.", title="x", language="pt")
    assert new_facts([told], denial, reader) == ("O fabricante desmentiu a notícia.",)
    assert new_facts([told, denial], stored(text="The maker denied the report.", title="x"), reader) == ()


def _edition(now, grown):
    return compose(
        [],
        topics=(("nvidia", "Nvidia"),),
        day=date(2025, 3, 11),
        schedule="07:00 UTC",
        since=now - timedelta(days=1),
        until=now,
        now=now,
        grown=(grown,),
    )


def test_a_told_story_is_an_update_once_a_day_with_the_new_sentence_and_its_outlet(story, stored, now):
    told = stored("First", text=TOLD, hours=40)
    denial = stored("Faro", language="it", title="x", text="Nvidia ha smentito l'investimento.", relation="retelling")
    blog = stored("Blog", title="Nvidia and DataForge", text="Nvidia invests $500 million.", relation="retelling")
    both = story(told, denial, blog, told_in=1)
    (entry,) = _edition(now, Grown(both, frozenset({denial.id, blog.id}), date(2025, 3, 10))).entries
    assert entry.status == "update"
    assert [(quote.text, quote.outlet) for quote in entry.new] == [("Nvidia ha smentito l'investimento.", "Faro")]
    today = _edition(now, Grown(both, frozenset({denial.id}), date(2025, 3, 11)))
    assert (today.entries, today.retold) == ((), 1)
    retold = _edition(now, Grown(both, frozenset({blog.id}), date(2025, 3, 10)))
    assert (retold.entries, retold.retold) == ((), 1)


def test_a_forum_brings_no_update(story, stored, now):
    told = stored("First", text=TOLD, hours=40)
    thread = stored("Orange Bench", role="forum", title="x", text="They deny it, and ask $900 million.")
    assert _edition(now, Grown(story(told, thread, told_in=1), frozenset({thread.id}))).entries == ()


COURT = "The two directors of the company appeared in court on Friday and pleaded not guilty."
CUSTOMS = "Customs officers seized 2,304 chips in four containers. They are worth about 92 million dollars."


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        (
            f"{COURT} The total is 112 million dollars; at first 2,304 chips were found.",
            True,
        ),
        (
            f"{COURT} The total is 112 million dollars.",
            False,
        ),  # of whatever
        (
            f"{COURT} The 2,304 chips are worth 92 million dollars.",
            False,
        ),
    ],
)
def test_a_total_that_rises_beside_the_told_figure_is_news(stored, text, raised):
    told = stored("First", title="Customs seize 2,304 chips", text=CUSTOMS, hours=40)
    found = new_facts([told], stored("Later", title="Directors appear in court", text=text), Reader())
    assert any("112 million" in sentence for sentence in found) is raised
