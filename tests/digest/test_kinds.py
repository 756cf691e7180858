"""What a headline and its address say of a story. The headlines are made up; what they tell is too."""

from __future__ import annotations

import pytest

from watcher.digest.kinds import judged
from watcher.types import Relation

# kind, aside, language, headline
EVENTS = """
en|Commerce Department bans sale of Nvidia's B30A to China
en|Nvidia reports record quarter as data center revenue passes $60 billion
en|Nvidia shares fall 6% after Washington halts licences for H20 exports
en|DeepSeek cuts API prices by half from Monday
en|DeepSeek denies rumor of an R3 launch in December
en|Huawei to ship Ascend 950 clusters to three Gulf carriers
en|Court orders Nvidia to hand over emails in antitrust probe
en|DeepSeek chat goes down for six hours, company blames network fault
en|Leaked memo shows Huawei yield on Ascend 920 below 40%
en|Nvidia acquires networking startup Wirelane for $1.2 billion
de|Bundeskartellamt prüft Nvidias Verträge mit Rechenzentren
de|Huawei stellt Ascend 960 mit doppeltem Speicher vor
de|Nvidia senkt Preis der RTX Pro 6000 um ein Fünftel
de|Nvidia-Aktie gibt nach: Exportstopp für H20 in Kraft
de|DeepSeek sperrt Zugang für Nutzer in Italien
pt|Nvidia anuncia fábrica de servidores no Ceará
pt|Justiça italiana multa DeepSeek em 15 milhões de euros
pt|Huawei adia entrega do Ascend 950 para março
es|España prohíbe DeepSeek en los ordenadores de la administración
es|Nvidia invierte 500 millones en una planta de Monterrey
it|Il Garante multa DeepSeek per 10 milioni
it|Nvidia acquisisce una startup di Pisa
fr|Nvidia rachète une start-up grenobloise de photonique
fr|Bruxelles ouvre une enquête sur Nvidia
ru|Huawei начала поставки Ascend 950 в Россию
ru|DeepSeek оштрафована на 5 млн рублей
zh|华为发布昇腾960芯片，算力翻倍
zh|深度求索宣布API降价一半
zh|深度求索完成首轮融资
zh|商务部对英伟达启动反垄断调查
ja|エヌビディア、熊本に研究拠点を開設
ja|ディープシーク、APIを半額に値下げ
ko|엔비디아, 삼성 HBM4 품질 승인
ko|딥시크, 한국 서비스 중단
"""
ASIDES = """
news|en|How to run DeepSeek R1 on your laptop
news|en|Opinion: Nvidia is the new IBM
news|en|Is DeepSeek still ahead of its rivals?
news|en|5 things to know about Huawei's Ascend roadmap
news|en|Best GPUs for local models in 2026
news|en|Why Nvidia's moat is deeper than you think
news|en|What is CUDA? The software behind Nvidia, explained
news|en|Rumor: RTX 6090 to use 600 watts, says leaker
news|de|Kommentar: Warum Europa eigene KI-Chips braucht
news|de|So installieren Sie DeepSeek auf dem eigenen Rechner
news|de|Fünf Gründe, warum Nvidia vorn bleibt
news|de|Gerüchte um die RTX 6090: 600 Watt
news|pt|Como usar o DeepSeek no celular: passo a passo
news|pt|Entenda o que é o chip Ascend da Huawei
news|es|Qué es DeepSeek y por qué importa
news|it|Come usare DeepSeek in italiano: guida completa
news|fr|Pourquoi Nvidia domine encore
news|ru|Как запустить DeepSeek на домашнем компьютере
news|zh|一文看懂：昇腾950是什么
news|ja|DeepSeekの使い方を初心者向けに解説
news|ko|딥시크 사용법 총정리
market|en|Nvidia stock: should you buy before earnings on Nov. 19?
market|en|Analyst lifts Nvidia price target to $250 billion-dollar optimism
market|en|Nvidia shares edge higher as traders await results
market|de|Nvidia-Aktie: Analysten erhöhen Kursziel auf 220 Dollar
market|pt|Ações da Nvidia: analistas veem preço-alvo de US$ 240
market|zh|英伟达股价收涨2% 分析师上调目标价
market|ja|エヌビディア関連銘柄に買い、半導体株が上昇
market|ko|엔비디아 목표주가 상향, 수혜주는
deal|en|Black Friday deals: save $300 on an RTX 5080 gaming laptop
deal|de|RTX 5070 bei Mindfactory für 549 Euro: Bestpreis
deal|it|RTX 5070 in offerta su Amazon a 549 euro: minimo storico
deal|pt|RTX 5060 com desconto no KaBuM por R$ 1.999
review|en|RTX 5050 review: tested against last year's card
review|de|Geforce RTX 5050 im Test: leise, aber langsam
"""


def rows(text):
    return [line.split("|") for line in text.strip().splitlines()]


BODY = {
    "review": "Our review and verdict after a week of benchmarks. Fan noise is low. Fazit: im Test.",
    "deal": "Now $899 instead of $1,199 while stocks last. Statt 699 jetzt 549 Euro. Prezzo: 549 euro.",
    "market": "Shares closed at 180 dollars, up 2 percent; investors wait. Anleger hoffen auf 2 Prozent.",
}


@pytest.mark.parametrize(("language", "title"), rows(EVENTS))
def test_what_happened_is_news(stored, language, title):
    found = judged((stored(title=title, language=language, text="No more is known so far, at least for now."),))
    assert (found.kind, found.aside, found.event) == ("news", False, 1.0)


@pytest.mark.parametrize(("kind", "language", "title"), rows(ASIDES))
def test_what_advises_comments_trades_or_tests_stands_behind(stored, kind, language, title):
    found = judged((stored(title=title, language=language, text=BODY.get(kind, "Much could be said of it.")),))
    assert (found.kind, found.aside) == (kind, True)


@pytest.mark.parametrize(
    "title",
    [
        "v0.9.1",
        "vLLM 0.9.1",
        "vLLM 0.9.1 released",
        "Nvidia GeForce driver 581.15 is out",
        "GeForce-Treiber 581.15 veröffentlicht",
        "英伟达发布581.15驱动",
        "CANN 8.3.RC1",
        "torch-npu 2.7.1rc1 released",
    ],
)
def test_a_bare_version_is_a_release(stored, title):
    assert judged((stored(title=title),)).kind == "release"


@pytest.mark.parametrize(
    "title",
    [
        "DeepSeek V3.2 launched with sparse attention",
        "Flaw in Nvidia driver 581.15 lets attackers probe memory, firm hacked",
        "Nvidia earns $1.30 a share",
        "Huawei fined on 12.11.2025 in Lisbon",
        "Nvidia unveils Rubin at 3.6 exaflops",
    ],
)
def test_a_model_a_flaw_and_a_figure_are_none(stored, title):
    assert judged((stored(title=title),)).kind == "news"


def at(made, url):
    from dataclasses import replace

    return replace(made, article=replace(made.article, url=url))


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://github.com/vllm-project/vllm-ascend/releases/tag/v0.11.0", "release"),
        ("https://docs.maker.example/toolkit/release-notes/index.html", "release"),
        ("https://arxiv.org/abs/2511.01234", "paper"),
        ("https://openreview.net/forum?id=x", "paper"),
        ("https://huggingface.co/papers/2511.01234", "paper"),
        ("https://github.com/deepseek-ai/DeepSeek-OCR", "news"),
        ("https://notarxiv.org.example/abs/1", "news"),
    ],
)
def test_releases_and_papers_are_known_by_their_address(stored, url, kind):
    assert judged((at(stored(role="primary"), url),)).kind == kind


def test_an_abstract_is_a_paper_and_an_article_about_one_is_news(stored):
    abstract = stored(role="primary", text="We present a study of it. In this paper, we train a model on Ascend NPUs.")
    report = stored(text="Researchers of three universities say they trained a model on Ascend processors.")
    assert judged((abstract,)).kind == "paper"
    assert judged((abstract, report)).kind == "news"


def test_what_only_a_forum_has_is_a_thread(stored):
    assert judged((stored(role="forum"), stored(role="aggregator"))).kind == "thread"
    assert judged((stored(role="forum"), stored())).kind == "news"


def test_an_announcement_that_outlets_carry_is_news(stored):
    title = "Maker launches Orbit 3, its accelerator for small rooms"
    maker = stored("Maker", role="primary", title=title)
    outlet = stored("Blatt", relation="retelling", title="Maker unveils Orbit 3")
    assert (judged((maker, outlet)).kind, judged((maker,)).kind) == ("news", "news")


def test_a_release_that_an_outlet_tells_in_its_own_words_is_news(stored):
    release = at(stored(role="primary", title="v3.0.0"), "https://github.com/maker/orbit/releases/tag/v3.0.0")
    outlet = stored(relation="retelling", title="Maker opens the source of its whole compiler")
    copy = stored(relation="copy", title="v3.0.0")
    assert judged((release, copy)).kind == "release"
    assert judged((release, outlet)).kind == "news"


def test_most_newsrooms_decide(stored):
    titles = ["Nvidia invests in Lyon", "Nvidia builds in Lyon", "Why Nvidia goes to Lyon"]
    reports = [stored(title=title, relation=str(Relation.RETELLING)) for title in titles]
    assert not judged(tuple(reports)).aside
    assert judged(tuple(reports[2:])).aside


def test_a_comment_within_an_events_story_is_known_and_leads_nothing(stored):
    comment = stored(hours=9, title="Opinion: Nvidia in Lyon is a mistake")
    event = stored(hours=8, relation="retelling", title="Nvidia opens plant in Lyon")
    found = judged((comment, event))
    assert (found.aside, found.asides) == (False, frozenset({comment.id}))
