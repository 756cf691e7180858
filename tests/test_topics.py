"""Topics: names as people write them, what a text is about, and what of a page is not its story."""

from __future__ import annotations

import time
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pace import bearable

from watcher.text.fold import fold
from watcher.topics import ABOUT, GROUPS, MENTION, TopicMatcher
from watcher.types import TopicRule

CONFIG = tomllib.loads((Path(__file__).parents[1] / "config.toml").read_text("utf-8"))
KEYS = ("names", "weak", "needs", "never", "without")
SHIPPED = TopicMatcher(
    [
        TopicRule(id=topic, title=rule["title"], **{key: tuple(rule.get(key, ())) for key in KEYS})
        for topic, rule in CONFIG["topics"].items()
    ]
)
FILLER = "The council met on Tuesday evening to talk about the new bridge over the canal and its cost. " * 8


def rule(*names: str, **more: tuple[str, ...]) -> TopicRule:
    return TopicRule("t", "T", names=names, **more)


def found(name: str, text: str) -> list[str]:
    """What of a text the name was found in, as written there."""
    return [hit.written for topic in TopicMatcher([rule(name)]).explain(text, "") for hit in topic.hits]


def about(title: str, text: str = "") -> set[str]:
    return {match.topic for match in SHIPPED(title, text) if match.about}


def mentioned(title: str, text: str = "") -> set[str]:
    return {match.topic for match in SHIPPED(title, text) if not match.about}


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Nvidia", "NVIDIA rises"),
        ("Nvidia", "Nvidias Umsatz"),
        ("Nvidia", "Nvidia-Chef Huang"),
        ("Nvidia", "米NVIDIAの決算"),
        ("Nvidia", "ＮＶＩＤＩＡ"),
        ("Nvidia", "nvıdıa"),
        ("Nvidia", "Nvidia'nın geliri"),
        ("Nvidia", "Nvidia’s plan"),
        ("Nvidia", "szef Nvidii"),
        ("Nvidia", "z Nvidią"),
        ("Nvidia", "الـNvidia"),
        ("Nvidia", "anti-Nvidia"),
        ("DeepSeek", "DeepSeeka nie ma"),
        ("DeepSeek", "DeepSeekCoder is out"),
        ("Huawei", "#HuaweiAscend"),
        ("H100", "8xH100 servers"),
        ("H100", "50,000 H100s"),
        ("H100", "5万H100"),
        ("Ascend 910C", "the Ascend-910C chip"),
        ("Ascend 910C", "Ascend910C"),
        ("Ascend 910C", "Ascend 910C"),
        ("昇腾", "华为昇腾910B芯片"),
        ("エヌビディア", "エヌビディア製の半導体"),
        ("エヌビディア", "ｴﾇﾋﾞﾃﾞｨｱの決算"),
        ("Нвидиа", "акции Нвидии"),
        ("Нвидиа", "про Нвидию"),
        ("Дженсен Хуанг", "с Дженсеном Хуангом"),
        ("엔비디아", "엔비디아가 발표"),
        ("엔비디아", "탈엔비디아 전략"),
        ("젠슨 황", "젠슨황은 말했다"),
        ("إنفيديا", "وإنفيديا أيضا"),
        ("إنفيديا", "إِنفيديا"),
        ("إنفيديا", "انفيديا"),
        ("एनवीडिया", "एनवीडिया ने कहा"),
        ("אנבידיה", "של האנבידיה"),
        ("Pelé", "Pele scored"),
        ("Pele", "Pele\u0301 scored"),
    ],
)
def test_a_name_is_found_as_people_write_it(name, text):
    assert len(found(name, text)) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("AI", "training in the rain"),
        ("AI", "Kairo"),
        ("Nvidia", "la envidia"),
        ("CANN", "cannot, Cannes"),
        ("H100", "H1000, AH100, H100x"),
        ("Ascend", "ascending, ascendant, ascended"),
        ("910C", "Ascend910C, 1910C"),
        ("엔비", "엔비디아"),
        ("سيك", "كلاسيكي"),
        ("Нвидиа", "инвидиа"),
        ("アセンド", "ディアセンド"),
    ],
)
def test_a_name_inside_another_word_is_none(name, text):
    assert found(name, text) == []


def test_the_written_form_and_its_offsets_survive_folding():
    text = "Straße e\u0301 ﬁ: die ＮＶＩＤＩＡ\u00ads"
    (topic,) = TopicMatcher([rule("Nvidia")]).explain("", text)
    (hit,) = topic.hits
    assert text[hit.start : hit.end] == hit.written == "ＮＶＩＤＩＡ\u00ads"


def test_the_longest_name_wins_where_several_begin():
    matcher = TopicMatcher([rule("Ascend", "Ascend 910", "Ascend 910C")])
    assert matcher("Ascend 910C ships", "")[0].terms == ("Ascend 910C",)


def test_rules_without_names_and_names_without_letters_match_nothing():
    assert TopicMatcher([])("Nvidia", "Nvidia") == ()
    assert TopicMatcher([rule(), rule("--", "", " ")])("Nvidia -- ", "...") == ()


# --- weak names and never ---------------------------------------------------------------------------------------------

WEAK = TopicMatcher(
    [rule("昇腾", weak=("Ascend", "Huawei"), needs=("AI chip", "Huawei", "芯片"), never=("Ascend P6",))]
)
PAIRED = TopicMatcher([rule(weak=("Huawei", "华为"), needs=("AI + chip | chips | 芯片",), never=("Kirin",))])


def test_a_weak_name_counts_only_beside_a_word_it_needs():
    assert WEAK("Huawei shows a watch", "") == ()
    assert WEAK("Huawei shows an AI chip", "")[0].about
    assert WEAK("", "Huawei shows a watch. Others make an AI chip.") == ()


def test_explain_names_the_word_that_made_a_weak_name_count():
    (topic,) = WEAK.explain("Huawei shows an AI chip", "Huawei sells phones.")
    assert [(hit.where, hit.weak, hit.need, hit.counts) for hit in topic.hits] == [
        ("title", True, "AI chip", True),
        ("body", True, None, False),
    ]
    assert "needs" in topic.hits[1].why


def test_in_scripts_without_spaces_a_needed_word_must_stand_within_forty_characters():
    near, far = "。" + "山" * 30, "。" + "山" * 60
    assert WEAK("", f"Huawei{near}芯片") != ()
    assert WEAK("", f"Huawei{far}芯片") == ()


def test_a_weak_name_that_is_needed_too_supports_others_but_not_its_like():
    assert WEAK("Huawei and Huawei", "") == ()
    assert [hit.term for hit in WEAK.explain("Huawei puts Ascend first", "")[0].hits if hit.counts] == ["Ascend"]


def test_a_weak_name_in_the_title_does_not_lean_on_the_lead():
    assert WEAK("Ascend comes next year", "Huawei told customers on Monday.") == ()


@pytest.mark.parametrize(
    "title",
    [
        "Huawei ships artificial intelligence (AI) chips",
        "Huawei's chips are made for AI",
        "Huawei plans AI training and inference chips",
        "华为推出AI向新型芯片",
    ],
)
def test_a_need_of_two_sides_wants_one_word_of_each_near_the_other(title):
    assert PAIRED(title, "")[0].about


@pytest.mark.parametrize(
    "title",
    [
        "Huawei adds AI to its watches",
        "Huawei talks about AI, and others about chips",
        "Huawei adds AI to watches, cars and phones and says nothing more about chips",
        "Huawei phone: AI camera and Kirin 9030 chip",
        "华为手机AI拍照更快了许多也更清楚了，换了芯片",
    ],
)
def test_a_need_of_two_sides_is_not_met_by_one_nor_far_apart_nor_beside_what_spoils_it(title):
    assert PAIRED(title, "") == ()


def test_explain_names_both_words_of_a_pair():
    (topic,) = PAIRED.explain("Huawei makes chips for AI", "")
    assert topic.hits[0].need == "chips + AI"


def test_a_weak_name_that_is_a_word_too_counts_only_with_its_capital():
    assert about("Climbers ascend Everest with Huawei on their wrists") == set()
    assert about("Huawei ascends to the top of the phone market") == set()
    assert about("China's Ascend lead over Huawei rivals grows") == {"ascend"}
    assert about("huawei ascend chips twice as fast") == {"ascend"}


def test_a_never_phrase_blanks_out_what_it_covers_and_nothing_else():
    assert WEAK("Huawei Ascend P6 is thin", "") == ()
    assert WEAK("Huawei Ascend P60 is thin", "") != ()
    matcher = TopicMatcher([rule("Ascend 910C", never=("the Ascend",))])
    assert matcher("the Ascend 910C ships", "") != ()


def test_one_topics_never_does_not_blank_anothers_name():
    other = TopicRule("o", "O", names=("Ascend",))
    assert [match.topic for match in TopicMatcher([*WEAK.rules, other])("The Ascend P6 phone", "")] == ["o"]


# --- about and mention ------------------------------------------------------------------------------------------------


def test_a_name_in_the_title_is_what_a_text_is_about():
    assert about("Nvidia opens a laboratory", FILLER) == {"nvidia"}


def test_a_name_in_the_opening_is_what_a_text_is_about():
    assert about("A laboratory opens", "Nvidia will open it in May. " + FILLER) == {"nvidia"}


def test_one_name_far_down_is_a_mention_and_two_are_not():
    once = FILLER + "It will house Nvidia servers. "
    assert mentioned("A bridge", once + FILLER) == {"nvidia"}
    assert about("A bridge", once + "Later Nvidia may move in. " + FILLER) == {"nvidia"}


def test_two_different_names_in_one_sentence_are_one_naming_and_one_name_twice_is_two():
    assert mentioned("A bridge", FILLER + "It will house Huawei's Ascend accelerators.") == {"ascend"}
    assert mentioned("A bridge", FILLER + "DeepSeek (深度求索) may move in.") == {"deepseek"}
    assert about("A bridge", FILLER + "It will house Nvidia, says Nvidia.") == {"nvidia"}


@pytest.mark.parametrize(
    "sentence",
    [
        "The firm competes with Intel, Nvidia and Qualcomm in this market.",
        "The old design (by Nvidia) was dropped last year.",
        "Apple +1.2%, Nvidia -0.8% and Tesla +3.1% led the trading.",
        "客户包括英伟达、苹果和高通。",
    ],
)
def test_the_first_500_characters_count_however_a_name_is_said_there(sentence):
    assert about("A start-up raises money", sentence + " " + FILLER) == {"nvidia"}
    assert mentioned("A start-up raises money", FILLER + sentence) == {"nvidia"}


@pytest.mark.parametrize(
    ("title", "topic"),
    [("قالت إنفيديا، أمس", "nvidia"), ("لماذا ديب سيك؟", "deepseek"), ("भारत आई एनवीडिया।", "nvidia")],
)
def test_the_comma_of_a_script_ends_a_name_as_ours_does(title, topic):
    assert about(title) == {topic}


def test_news_about_privacy_is_no_banner():
    assert about("Aufsicht", "Die Datenschutz-Aufsicht verlangt Zustimmung: DeepSeek muss antworten.") == {"deepseek"}
    assert about("Regulator", "DeepSeek asked nobody for consent before it shared data with a partner.") == {"deepseek"}


def test_scores_order_topics_and_the_threshold_of_about_is_stated():
    text = (
        "Nvidia sells chips. Nvidia leads. Nvidia grows. " + FILLER + "A visitor asked DeepSeek for advice. " + FILLER
    )
    matches = SHIPPED("Nvidia leads the market", text)
    assert [match.topic for match in matches] == ["nvidia", "deepseek"]
    assert MENTION <= matches[1].score < ABOUT <= matches[0].score <= 1


@pytest.mark.parametrize(
    "tail",
    [
        "\nRelated articles\nNvidia unveils a chip\nIs DeepSeek safe?\nHuawei plans Ascend 960",
        "\nNvidia unveils a chip\nDeepSeek raises prices",
        "\nRead also: Nvidia unveils a chip",
        "\nLesen Sie auch: Nvidia stellt Chip vor.",
        "\nあわせて読みたい：エヌビディアの新製品",
        "\nTags: Nvidia, DeepSeek",
        "\nImage: Nvidia",
        " (Photo: Nvidia)",
        "\nNvidia unveils a chip\nNvidia to build a plant in the U.S.\n© 2025 Beispielblatt. All rights reserved.",
        "\nWe use cookies. Our partners, Nvidia among them, ask you to accept.",
        "\nMore at https://example.org/nvidia-deepseek and www.nvidia.com",
        "\nA teaser about Nvidia, published the day before, that breaks off…\nAnother about DeepSeek that does so too…",
    ],
)
def test_what_surrounds_an_article_is_not_its_story(tail):
    assert SHIPPED("A bridge", "The bridge opens on Friday. The mayor will speak." + tail) == ()


def test_a_headline_alone_or_a_note_without_a_full_stop_is_no_list_of_links():
    assert about("", "Nvidia opens a laboratory in Tokyo") == {"nvidia"}
    assert about("A laboratory", "Nvidia opens it in May\nNvidia hires 40 people") == {"nvidia"}


# --- groups -----------------------------------------------------------------------------------------------------------


def left_out(group: str, title: str, text: str) -> str | None:
    matcher = TopicMatcher([rule("Nvidia", "GeForce", "英伟达", "エヌビディア", "엔비디아", without=(group,))])
    (topic,) = matcher.explain(title, text)
    assert (topic.match is None) == (topic.left_out is not None)
    return topic.left_out


@pytest.mark.parametrize(
    ("group", "title", "text"),
    [
        (
            "stocks",
            "Nvidia stock: analyst raises price target to $220",
            "Shares closed at 181 dollars. Investors cheered.",
        ),
        ("stocks", "Nvidia-Aktie: Kursziel angehoben", "Die Anleger griffen zu. Das Papier legte drei Prozent zu."),
        ("stocks", "Ações da Nvidia sobem, analistas elevam preço-alvo", "Os investidores reagiram bem no pregão."),
        (
            "stocks",
            "Las acciones de Nvidia caen en bolsa",
            "Los inversores venden. Cotiza un dos por ciento por debajo.",
        ),
        ("stocks", "L'action Nvidia recule en Bourse", "Les investisseurs vendent. Elle perd deux pour cent."),
        (
            "stocks",
            "Azioni Nvidia in calo, gli analisti abbassano il target price",
            "Seduta debole, gli investitori vendono.",
        ),
        (
            "stocks",
            "Акции Nvidia подешевели, аналитики снизили целевую цену",
            "Инвесторы продавали весь день, торги шли вяло.",
        ),
        ("stocks", "英伟达股价下跌 分析师下调目标价", "投资者获利了结,收盘下跌百分之二。"),
        ("stocks", "エヌビディア株価が下落、アナリストは強気", "投資家の売りが続き、終値は二パーセントの下落だった。"),
        ("stocks", "엔비디아 주가 급락, 목표주가는 유지", "투자자들이 팔았다. 종가는 이 퍼센트 하락했다."),
        (
            "deals",
            "GeForce laptop deals: save $400 today",
            "Now $1,299 instead of $1,699 while stocks last, two shops.",
        ),
        (
            "deals",
            "Schnäppchen: GeForce-Karte um 100 Euro reduziert",
            "Der Preis fällt auf 499 Euro statt 599 Euro bei zwei Händlern.",
        ),
        (
            "gaming",
            "GeForce driver brings DLSS to five games",
            "Gamers gain 40 fps at 1440p, and ray tracing gets faster too.",
        ),
        (
            "gaming",
            "GeForce-Treiber bringt DLSS in fünf Spiele",
            "Spieler gewinnen 40 Bilder pro Sekunde, in 4K etwas weniger.",
        ),
        (
            "reviews",
            "Nvidia Shield review: still the best box",
            "We tested it for a month. Verdict: buy it. Pros: quiet, quick.",
        ),
        ("reviews", "Nvidia Shield im Test", "Fazit nach vier Wochen: sehr leise, der Akku fehlt. Note: 1,4 Punkte."),
    ],
)
def test_a_group_recognises_its_articles(group, title, text):
    assert left_out(group, title, text) == group


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Nvidia reports record revenue, shares rise",
            "Revenue was 46.7 billion dollars. Investors had expected less.",
        ),
        ("Nvidia-Umsatz steigt auf Rekordwert, Aktie legt zu", "Der Umsatz stieg auf 46,7 Milliarden Dollar."),
        ("US bans export of Nvidia H20, stock falls", "The rule takes effect at once. Shares fell six per cent."),
        ("US government to review Nvidia export licences", "Officials will test each case. A verdict is due in May."),
        ("Nvidia launches GeForce RTX 6090 for gamers", "The card costs $1,999 and has 36 GB. Games run at 200 fps."),
        ("Nvidia signs chip deal with Saudi fund", "The deal covers 18,000 chips and a discount of ten per cent."),
        ("英伟达营收创新高 股价上涨", "公司公布季度营收四百六十七亿美元。投资者反应积极。"),
        ("Nvidia opens a laboratory in Tokyo", "Forty people will work there on robots that play games."),
    ],
)
def test_no_group_removes_real_news(group, title, text):
    assert left_out(group, title, text) is None


def test_a_left_out_text_still_says_which_names_it_holds():
    matcher = TopicMatcher([replace(rule, without=("deals",)) for rule in SHIPPED.rules])
    (topic,) = matcher.explain(
        "Best GeForce deals: save $300", "Now $999 instead of $1,299 at two shops, this week only."
    )
    assert (topic.match, topic.left_out) == (None, "deals")
    assert topic.hits[0].written == "GeForce"


# --- laws -------------------------------------------------------------------------------------------------------------

FRAGMENTS = st.sampled_from(
    [
        *(
            "Nvidia",
            "DeepSeek",
            "Huawei",
            "Ascend 910C",
            "昇腾",
            "芯片",
            "Нвидии",
            "엔비디아가",
            "وإنفيديا",
            "AI chip ",
        ),
        *("(", ")", ", ", "、", ". ", "。", "\n", "Read also: ", "%", "https://", "x8"),
        *("\u0301", "\u200d", "İ", "ß", "ﬁ", "\ud800", "\x00", "`"),
    ]
)
ANY_TEXT = st.one_of(st.text(), st.lists(st.one_of(FRAGMENTS, st.text(max_size=5)), max_size=30).map("".join))


@settings(max_examples=200, deadline=None)
@given(title=ANY_TEXT, text=ANY_TEXT)
def test_any_text_is_answered_and_every_offset_is_valid(title, text):
    for topic in SHIPPED.explain(title, text):
        for hit in topic.hits:
            given_text = title if hit.where == "title" else text
            assert 0 <= hit.start < hit.end <= len(given_text)
            assert given_text[hit.start : hit.end] == hit.written
    scores = [match.score for match in SHIPPED(title, text)]
    assert scores == sorted(scores, reverse=True)
    assert all(MENTION <= score <= 1 for score in scores)


@settings(max_examples=100, deadline=None)
@given(ANY_TEXT)
def test_folding_twice_is_folding_once_and_every_character_has_an_origin(text):
    once = fold(text)
    assert fold(once.text).text == once.text
    origins = [once.origin(offset) for offset in range(len(once.text) + 1)]
    assert origins == sorted(origins)
    assert all(origin <= len(text) for origin in origins)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["Nvidia opens it. Nvidia pays.", "DeepSeek says so. Ask DeepSeek.", "昇腾芯片发布。昇腾很快。"]),
    st.lists(
        st.sampled_from(["The bridge is open.", "Das Wetter bleibt gut.", "今天下雨。", "Дождь идёт."]), max_size=6
    ),
)
def test_added_sentences_without_a_name_change_no_match(text, more):
    before, after = SHIPPED("", text), SHIPPED("", "\n".join([text, *more]))
    assert [(match.topic, match.about, match.terms) for match in before] == [
        (match.topic, match.about, match.terms) for match in after
    ]


@given(st.permutations(list(SHIPPED.rules)))
@settings(max_examples=6, deadline=None)
def test_the_order_of_the_rules_does_not_change_what_matches(rules):
    text = "DeepSeek trained on Nvidia chips and moved to Huawei Ascend. DeepSeek is silent."
    assert TopicMatcher(rules)("", text) == SHIPPED("", text)


def test_a_page_of_nothing_but_names_is_answered_in_bounded_time():
    """37 s before the work was bounded; 1 s on a busy machine since."""
    started = time.process_time()
    SHIPPED("", "ascend " * 150_000)
    SHIPPED("", "Huawei, Nvidia und AMD sagen. " * 30_000)
    SHIPPED("", "(" * 500_000 + "nvidia@" * 50_000)
    assert time.process_time() - started < bearable(12)


def test_an_ordinary_page_costs_milliseconds():
    """63 kB: 0.2 ms for the automaton, 1 ms (Latin) to 3 ms (other scripts) with folding, measured alone."""
    page = (FILLER * 100)[:63_000]
    SHIPPED("", page)
    took = []
    for _ in range(10):
        started = time.process_time()
        SHIPPED("A bridge", page)
        took.append(time.process_time() - started)
    assert min(took) < bearable(0.02)


# --- the shipped configuration ----------------------------------------------------------------------------------------


def test_the_shipped_sources_are_switched_on_only_where_their_kind_works():
    sources = CONFIG["sources"]
    assert len(sources) >= 60
    assert len({source["language"] for source in sources}) >= 9
    assert {source.get("kind", "feed") for source in sources} == {"feed"}
    assert len({source["id"] for source in sources}) == len({source["url"] for source in sources}) == len(sources)
    assert {source.get("pages", "always") for source in sources} == {"always"}


def test_the_shipped_sources_are_in_alphabetical_order_within_a_language():
    by_language: dict[str, list[str]] = {}
    for source in CONFIG["sources"]:
        by_language.setdefault(source["language"], []).append(source["id"])
    assert all(ids == sorted(ids) for ids in by_language.values())


def test_nothing_in_the_shipped_configuration_would_send_anything():
    assert "email" not in CONFIG["digest"]
    assert "recipients" not in CONFIG["digest"]


@pytest.mark.parametrize(
    ("topic", "title"),
    [
        ("deepseek", "深度求索发布新模型"),
        ("deepseek", "딥시크 새 모델 공개"),
        ("deepseek", "ДипСик выпустил модель"),
        ("deepseek", "ديب سيك تطلق نموذجا"),
        ("deepseek", "डीपसीक ने नया मॉडल जारी किया"),
        ("deepseek", "ディープシークの新型"),
        ("ascend", "昇騰晶片量產"),
        ("ascend", "화웨이 어센드 910C 양산"),
        ("ascend", "华为AI芯片路线图"),
        ("nvidia", "输给英伟达的一代"),
        ("nvidia", "輝達財報"),
        ("nvidia", "أرباح إنفيديا"),
        ("nvidia", "एनवीडिया का मुनाफा"),
        ("nvidia", "เอ็นวิเดียเปิดตัวชิป"),
        ("nvidia", "אנבידיה מדווחת"),
        ("nvidia", "黄仁勋访问北京"),
    ],
)
def test_the_shipped_names_are_written_in_every_script(topic, title):
    assert about(title) == {topic}
