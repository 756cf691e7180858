"""What a new article adds to a told story, in several languages; and what brings nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from watcher.digest.compose import compose
from watcher.digest.news import new_facts
from watcher.digest.reading import Reader
from watcher.types import Grown

TOLD = (
    "Nvidia said on Monday that it will invest $500 million in DataForge, a startup in Porto with 300 employees. "
    "DataForge rents out 50,000 H20 chips. The startup was founded by two engineers of the university."
)


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


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("de", "Nvidia steigt bei DataForge ein", "Nvidia investiert 500 Millionen Dollar in DataForge. Das Start-up hat 300 Mitarbeiter und vermietet 50.000 H20, teilte Nvidia am Montag mit."),
        ("pt", "Nvidia investe na DataForge", "A Nvidia vai investir US$ 500 milhões (cerca de 460 milhões de euros) na DataForge."),
        ("zh", "英伟达向DataForge投资5亿美元", "英伟达周一表示将向拥有300名员工的DataForge投资5亿美元，该公司出租5万颗H20芯片。"),
        ("ru", "Nvidia вложит 500 млн долларов в DataForge", "Nvidia в понедельник объявила, что вложит 500 млн долларов в стартап с 50 тыс. чипов H20."),
        ("ja", "エヌビディア、DataForgeに5億ドル出資", "エヌビディアは月曜日、DataForgeに5億ドルを出資すると発表した。従業員は300人。"),
        ("es", "Nvidia apuesta por DataForge", "Nvidia invertirá unos 500 millones de dólares en DataForge, una empresa de Oporto."),
        ("it", "Nvidia punta su DataForge", "Nvidia investirà mezzo miliardo di dollari in DataForge, start-up con 300 dipendenti."),
        ("en", "Nvidia bets on DataForge, says blog", "The half-billion bet is bold. Nvidia is the king of chips, and DataForge knows it."),
        ("fr", "Nvidia investit dans DataForge", "Le géant investit 500 millions de dollars. L'annonce a été faite lundi."),
        ("nl", "Nvidia investeert in DataForge", "Nvidia steekt 500 miljoen dollar in DataForge, dat 50.000 H20-chips verhuurt."),
    ],
)  # fmt: skip
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
