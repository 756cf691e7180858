from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.digest.leaning import opens_well, stands_alone
from watcher.digest.openings import hedged, leans, speaks
from watcher.digest.summary import ROOM, ROOM_SPACELESS, cut_at_clause, summarise
from watcher.text.sentences import split_sentences

LEAD = "Siliziumwerk hat in Dresden eine Fabrik für Beschleuniger eröffnet, die 800 Menschen beschäftigt."


def test_a_summary_begins_with_what_happened():
    text = f"{LEAD}\nDie Baukosten lagen bei 1,2 Milliarden Euro.\nIm Umland stehen weitere Werke anderer Hersteller."
    assert summarise(text, "de")[0] == LEAD


def test_every_sentence_of_a_summary_is_one_of_the_article_in_its_order():
    text = (
        "Siliziumwerk opened a plant for accelerators in Dresden on Monday. "
        "Some 800 people work there already, half of them hired abroad. "
        "Construction cost 1.2 billion euros and took three years. "
        "The state paid a quarter of it, against the advice of its auditors. "
        "Competitors plan factories in Milan, Grenoble and Eindhoven."
    )
    chosen = summarise(text, "en")
    written = split_sentences(text)
    assert 1 < len(chosen) <= 3
    assert [written.index(each) for each in chosen] == sorted(written.index(each) for each in chosen)


@pytest.mark.parametrize(
    ("language", "lead", "dependent"),
    [
        ("en", "The maker opened a plant in Dresden on Monday.", "He said that 800 people will work there in 2026."),
        ("de", LEAD, "Er sagte, die ersten 100 Chips seien schon ausgeliefert."),
        ("nl", "De maker opende maandag een fabriek in Dresden.", "Hij zei dat er in 2026 800 mensen zullen werken."),
        ("pt", "A fabricante abriu na segunda uma fábrica em Dresden.", "Ele disse que 800 pessoas trabalharão lá."),
        ("es", "El fabricante abrió el lunes una planta en Dresde.", "Dijo que allí trabajarán 800 personas en 2026."),
        (
            "it",
            "Il produttore ha aperto lunedì una fabbrica a Dresda.",
            "Ha detto che ci lavoreranno 800 persone nel 2026.",
        ),
        ("fr", "Le fabricant a ouvert lundi une usine à Dresde.", "Il a déclaré que 800 personnes y travailleront."),
        ("pl", "Producent otworzył w poniedziałek fabrykę w Dreźnie.", "Dodał, że w 2026 roku będzie tam 800 osób."),
        (
            "ru",
            "Производитель открыл в понедельник завод в Дрездене.",
            "Он сказал, что там будут работать 800 человек.",
        ),
        ("tr", "Üretici pazartesi günü Dresden'de bir fabrika açtı.", "Bu fabrikada 2026 yılında 800 kişi çalışacak."),
        ("ar", "افتتحت الشركة يوم الاثنين مصنعا جديدا في دريسدن.", "وأضاف أن 800 شخص سيعملون هناك في عام 2026."),
        ("zh", "该厂商周一在德累斯顿启用了一座新工厂。", "他表示2026年将有800人在那里工作。"),
        ("ja", "メーカーは月曜日にドレスデンで工場を開いた。", "彼は2026年に800人が働くと述べた。"),
        (
            "ko",
            "제조사는 월요일 드레스덴에 새로운 반도체 공장을 공식적으로 열었다고 밝혔다.",
            "그는 2026년에 800명이 그곳에서 일하게 될 것이라고 분명히 말했다.",
        ),
    ],
)
def test_a_sentence_that_leans_on_the_one_before_is_left_out(language, lead, dependent):
    assert summarise(f"{lead}\n{dependent}", language) == (lead,)


def test_the_first_sentence_of_an_article_leans_on_nothing():
    first = "This Monday the maker opened a plant in Dresden."
    assert summarise(f"{first} Rain fell on the guests while speeches were being held outside.", "en")[0] == first


@pytest.mark.parametrize(
    "furniture",
    [
        "Lesen Sie auch: Die zehn besten Grafikkarten des Jahres 2025.",
        "Subscribe to our newsletter for 100 more stories like this one.",
        "Foto: Siliziumwerk, aufgenommen im März 2025 in Dresden.",
        "© 2025 Siliziumblatt. Alle Rechte vorbehalten, auch an 12 Bildern.",
        "Mehr unter https://siliziumblatt.example/123 und in der Ausgabe.",
        "点击这里关注我们的公众号获取2025年最新资讯。",
    ],
)
def test_page_furniture_is_no_summary(furniture):
    assert summarise(f"{furniture}\n{LEAD}\n{furniture}", "de") == (LEAD,)


def test_a_heading_or_caption_without_a_full_stop_is_no_summary():
    assert summarise(f"Neues Werk für 800 Menschen in der Landeshauptstadt Dresden\n{LEAD}", "de") == (LEAD,)


def test_a_sentence_inside_a_longer_quotation_is_left_out():
    text = f"{LEAD} Die Chefin sagte: „Das Werk ist fertig. Andere bauten 12 Jahre daran. Dresden dankt allen Helfern.“"
    assert summarise(text, "de") == (LEAD,)


def test_a_chinese_summary_has_room_for_fewer_characters():
    text = (
        "硅谷工坊周一在德累斯顿启用了一座生产加速器芯片的新工厂，首批晶圆已经下线。"
        "工厂目前雇用800名员工，其中一半来自国外。建设耗时三年，总投资达到12亿欧元。"
        "州政府承担了四分之一的费用，审计部门曾对此表示反对。竞争对手计划在米兰、格勒诺布尔和埃因霍温建厂。"
        "分析师认为欧洲产能在五年内将增加一倍以上。当地大学新设了半导体专业。"
    )
    chosen = summarise(text, "zh")
    assert ROOM_SPACELESS / 2 < sum(map(len, chosen)) <= ROOM_SPACELESS


def test_a_sentence_with_latin_capitals_in_another_script_is_no_shouting():
    text = "针对R2将于3月17日发布的传闻，公司表示该消息不实。公司没有给出新的时间表。"
    assert summarise(text, "zh")[0].startswith("针对R2")


def test_a_dateline_is_left_out():
    text = "DRESDEN, March 10 (Wire) - The maker opened a plant in the city on Monday, its third in Europe."
    assert summarise(text, "en") == ("The maker opened a plant in the city on Monday, its third in Europe.",)


def test_a_sentence_that_is_too_long_is_cut_at_a_clause():
    text = "The maker opened a plant in Dresden, " + ", ".join(["which took a year to build"] * 20) + "."
    (sentence,) = summarise(text, "en")
    assert len(sentence) <= ROOM
    assert sentence.endswith("which took a year to build…")


def test_a_hedge_is_never_cut_off():
    text = "The maker has opened a plant in Dresden, " + ", ".join(["which took a year"] * 18) + ", sources said."
    (sentence,) = summarise(text, "en")
    assert sentence.endswith("sources said.")


def test_a_story_pulls_up_what_its_other_reports_tell_too():
    text = " ".join(
        [
            "The weather in Dresden was mild on the day of the opening.",
            "A band played for the visitors near the northern entrance.",
            "Some visitors came from towns as far away as Leipzig.",
            "A choir followed the band and was applauded warmly.",
            "The Siliziumwerk plant makes wafers of 300 millimetres for accelerators.",
        ]
    )
    words = {"siliziumwerk": 1.0, "wafers": 1.0, "accelerators": 1.0, "millimetres": 1.0, "300": 1.0}
    assert any("Siliziumwerk" in each for each in summarise(text, "en", story=words, names=("Siliziumwerk",)))


def test_a_teaser_without_a_full_stop_is_better_than_nothing():
    assert summarise("Werk in Dresden eröffnet", "de") == ("Werk in Dresden eröffnet",)


@pytest.mark.parametrize("text", ["", " \n ", "…", "!!!"])
def test_an_empty_text_has_an_empty_summary(text):
    assert summarise(text, "en") == ()


@given(st.text(max_size=900), st.sampled_from(["en", "de", "zh", "ja", "ar", "und", "xx"]))
def test_no_text_makes_a_summary_fail_or_grow(text, language):
    chosen = summarise(text, language, title=text[:50], names=(text[:3],))
    assert len(chosen) <= 3
    assert sum(map(len, chosen)) <= 2 * ROOM


@given(st.text(max_size=200), st.integers(min_value=5, max_value=80))
def test_a_cut_text_has_room(text, room):
    assert len(cut_at_clause(text, room)) <= max(room, 1)


def test_an_opening_is_a_whole_word():
    assert leans("Er kam.", "de")
    assert not leans("Erfurt baut.", "de")
    assert leans("„Es geht los“, sagte sie.", "de")
    assert speaks("Ich kam.", "de")


@pytest.mark.parametrize(
    "text", ["Nvidia reportedly cut prices", "laut einem Bericht", "据称已停产", "segundo o jornal"]
)
def test_a_hedge_is_recognised(text):
    assert hedged(text)
    assert not hedged("Nvidia cut prices on Monday")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Asked how that was possible, he said that the laboratory in Hangzhou had 800 machines."),
        ("en", "On the new machine it should take six."),
        ("en", "The hall in Dresden was built for this purpose alone."),
        ("en", "Mr. Okafor put the price at 900 dollars a month."),
        ("de", "Gebaut wurde die Halle in Dresden für diesen Zweck."),
        ("pt", "O novo modelo da casa ataca justamente esse vício."),
        ("es", "Si ni así hubiera respuesta, la autoridad puede multar a la empresa."),
        ("fr", "Après la fermeture, elle a vendu ses machines à un concurrent."),
        ("ru", "Обошлась она почти в шесть миллионов долларов."),
        ("ru", "Собрана машина из тридцати двух шкафов."),
        ("ar", "فقد فتحت الجمارك أربع حاويات في الميناء."),
        ("zh", "去年年底，该公司又追加了两亿元投资。"),
        ("ja", "オカフォー氏は、工場の建設費を12億ユーロと見積もった。"),
        ("ko", "지난해 말 그는 공장 두 곳을 더 짓겠다고 밝혔다."),
    ],
)
def test_what_points_at_something_left_out_does_not_stand_alone(language, sentence):
    assert not stands_alone(sentence, language)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Nvidia said it would spend 900 million dollars on the plant."),
        ("en", "The plant in Dresden starts this summer."),
        ("de", "Das Werk in Dresden soll diese Woche anlaufen."),
        ("pt", "A fábrica de Dresden abre nesta quinta-feira."),
        ("ja", "エヌビディアはドレスデンに新しい工場を開いた。"),
        ("xx", "He said so."),
    ],
)
def test_what_names_its_subject_or_points_at_the_calendar_stands_alone(language, sentence):
    assert stands_alone(sentence, language, before="Nvidia builds in Dresden")


def test_a_surname_that_the_headline_names_needs_no_introduction():
    said = "オカフォー氏は、工場の建設費を12億ユーロと見積もった。"
    assert stands_alone(said, "ja", before="オカフォー氏、工場建設を発表")


def test_an_article_may_begin_in_the_first_person_and_not_with_an_answer():
    assert opens_well("We visited the plant in Dresden on Monday.", "en")
    assert not opens_well("But the plant in Dresden stays open.", "en")
    assert not opens_well("O modelo ataca justamente esse vício.", "pt")


def test_a_first_sentence_that_points_at_something_gives_way_to_one_that_does_not():
    text = "But these doubts are over now, it seems.\nSiliziumwerk opened its plant in Dresden on Monday."
    assert summarise(text, "en") == ("Siliziumwerk opened its plant in Dresden on Monday.",)
    assert summarise(text.splitlines()[0], "en") == ("But these doubts are over now, it seems.",)


def test_sentences_that_follow_each_other_stay_together():
    text = (
        "The maker opened a plant in Dresden on Monday. It took three years to build and 800 people to run.\n"
        "Auditors had advised against it in 2022. The maker's plant in Dresden employs 800 people at 40 machines."
    )
    chosen = summarise(text, "en", title="Maker opens Dresden plant")
    assert chosen[:2] == (
        "The maker opened a plant in Dresden on Monday.",
        "It took three years to build and 800 people to run.",
    )


def test_a_claim_is_never_given_to_the_person_of_a_paragraph_left_out():
    text = (
        "Three speakers in Oslo told us on Thursday that the laboratory owns 50,000 processors.\n"
        "Alina Okafor, who runs a rival laboratory, was the first to say so in public, on a stage in Bergen, and "
        "her words have been repeated ever since by people who never heard them, in papers, in parliaments and in "
        "the reports of banks, until nobody remembered that they were a guess made in passing late at night.\n"
        "Asked how that was possible, she said that the laboratory in Oslo had 50,000 processors in its cellar."
    )
    assert summarise(text, "en") == (text.splitlines()[0],)


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "However, nobody knows when. Nvidia reportedly plans a plant in Dresden for 800 people.", "reportedly"),
        (
            "de",
            "Allerdings ist das nicht sicher. Nvidia baut angeblich ein Werk in Dresden für 800 Menschen.",
            "angebl",
        ),
        (
            "es",
            "Sin embargo, no hay fecha. Nvidia construirá, según el diario, una planta en Dresde para 800.",
            "según",
        ),
        ("pt", "No entanto, não há data. A Nvidia fará, segundo o jornal, uma fábrica em Dresden para 800.", "segundo"),
        ("it", "Tuttavia non c'è una data. Nvidia aprirà, secondo il giornale, uno stabilimento a Dresda.", "secondo"),
        ("fr", "Cependant, rien n'est sûr. Nvidia construira, selon le journal, une usine à Dresde pour 800.", "selon"),
        ("ru", "Однако даты нет. Nvidia, по слухам, построит в Дрездене завод на 800 человек.", "слухам"),
        ("zh", "不过，目前还没有时间表。据称，英伟达将在德累斯顿建设一座可容纳800人的工厂。", "据称"),
        ("ja", "しかし、時期は明らかでない。エヌビディアはドレスデンに工場を建設するとされる。", "とされる"),
        ("ko", "그러나 시기는 알려지지 않았다. 엔비디아는 드레스덴에 공장을 짓는 것으로 알려졌다.", "알려졌다"),
    ],
)
def test_a_summary_opens_with_a_sentence_that_stands_and_keeps_its_hedge(language, text, told):
    (sentence,) = summarise(text, language, title="Nvidia Dresden")
    assert told in sentence
    assert text.endswith(sentence)


@pytest.mark.parametrize(
    ("language", "begin", "clause", "end"),
    [
        ("en", "The maker has opened a plant in Dresden", ", which took a year", ", sources said."),
        (
            "de",
            "Der Hersteller baut ein Werk in Dresden",
            ", das ein Jahr Bauzeit braucht",
            ", wie es angeblich heißt.",
        ),
        ("es", "La empresa construirá una planta en Dresde", ", que tarda un año", ", según fuentes."),
        ("ru", "Компания построит завод в Дрездене", ", на что уйдёт целый год", ", сообщает якобы знающий источник."),
        ("zh", "英伟达将在德累斯顿建设工厂", "，工期需要整整一年时间", "，据称如此。"),
    ],
)
@pytest.mark.parametrize("clauses", [18, 90])
def test_however_long_a_sentence_is_its_hedge_stays(language, begin, clause, end, clauses):
    (sentence,) = summarise(begin + clause * clauses + end, language)
    assert hedged(sentence)
    assert sentence.startswith(begin)
    assert sentence.endswith(end[-4:])
    assert len(sentence) <= 2 * ROOM
