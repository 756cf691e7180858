"""What sites put around their articles is cut; articles are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.text.furniture import article_span, article_spans, without_furniture

ARTICLES = {
    "en": "The chip maker said on Monday that it would double the output of its accelerator by the end of the year, three "
    "people with knowledge of the plan said.\nThe second plant will open in spring and employ four hundred people, "
    "according to a document seen by this paper.",
    "de": "Der Chiphersteller will die Fertigung seines Beschleunigers bis zum Jahresende verdoppeln, wie drei mit dem "
    "Vorhaben vertraute Personen berichten.\nDas zweite Werk soll im Frühjahr öffnen und vierhundert Menschen "
    "beschäftigen, heißt es in einem Papier, das der Redaktion vorliegt.",
    "pt": "A fabricante pretende duplicar a produção do seu acelerador até ao fim do ano, disseram três pessoas ligadas ao "
    "projeto.\nA segunda fábrica deve abrir na primavera e empregar quatrocentas pessoas, segundo um documento.",
    "zh": "该芯片制造商计划在年底前将加速卡产量翻倍，三位知情人士周一表示。公司去年底已经开始为此招募工程师，并在深圳租下厂房。\n"
    "第二座工厂将于春季投产，雇用四百名员工，本报看到的一份文件这样写道。公司发言人拒绝就具体时间表发表评论。",
    "ja": "半導体メーカーは年末までにアクセラレーターの生産を倍増させる計画だと、事情に詳しい3人の関係者が月曜日に明らかにした。\n"
    "第2工場は春に稼働し、400人を雇用する見通しだ。会社側は詳細な日程についてコメントを控えている。",
    "ko": "반도체 업체가 연말까지 가속기 생산을 두 배로 늘릴 계획이라고 사정에 밝은 관계자 세 명이 월요일 밝혔다. 회사는 지난해 말부터 "
    "엔지니어를 채용해 왔다.\n두 번째 공장은 봄에 문을 열어 사백 명을 고용할 예정이라고 본지가 확인한 문서에 적혀 있다. 회사 측은 논평을 "
    "거부했다.",
    "ru": "Производитель чипов намерен удвоить выпуск своего ускорителя к концу года, сообщили в понедельник три человека, "
    "знакомые с планами.\nВторой завод откроется весной и даст работу четырёмстам сотрудникам, следует из документа.",
}
BELOW = {
    "en": ["Leave a Reply\nYour email address will not be published. Required fields are marked *", "Related Articles\n"
           "House prices rise in the north\nFerry line adds a route", "Share this article", "Back to top",
           "Sign up for our newsletter and get the news in your inbox.", "Photo: Getty Images", "3 Comments\nI knew it all "
           "along and said so years ago, but of course nobody ever listens to people like me.", "Advertisement",
           "© 2026 The Harbour Ledger. All rights reserved.", "We use cookies to improve your experience.",
           "Tags: chips, plants", "This article does not constitute investment advice.", "About the author\nMiriam writes."],
    "de": ["Schreibe einen Kommentar", "Das könnte Sie auch interessieren\nNeues Freibad in Bremen", "Zurück zum "
           "Seitenanfang", "Bildquelle: dpa", "Lesen Sie auch: Speicherpreise steigen im dritten Quartal", "Teilen",
           "Dieser Text stellt keine Anlageberatung dar.", "Folgen Sie uns auf Instagram", "Diese Seite verwendet Cookies."],
    "pt": ["Nenhum comentário:\nPostar um comentário", "Leia também\nPreço da memória sobe", "Fonte e Imagens", "Imagem: "
           "Divulgação", "Este conteúdo não constitui aconselhamento de investimento.", "Compartilhe", "Voltar ao topo"],
    "zh": ["责任编辑：王一", "相关阅读\n新能源汽车销量创新高", "返回顶部", "扫码关注我们的公众号", "发表评论", "（图片来源：网络）",
           "版权声明：未经授权不得转载", "本文不构成投资建议。"],
    "ja": ["関連記事\n北海道の新工場が稼働", "コメントを残す", "この記事をシェアする", "無断転載を禁じます", "ページトップへ", "写真：共同"],
    "ko": ["관련기사\n가을 축제 개막", "댓글쓰기", "저작권자 ⓒ 한빛테크 무단전재 및 재배포 금지", "이도윤 기자 a@b.example", "공유하기"],
    "ru": ["Читайте также\nЦены на память растут", "Оставить комментарий", "Подписывайтесь на наш канал в Telegram!", "Фото: "
           "ТАСС", "Реклама", "Наверх", "Все права защищены."],
}  # fmt: skip
OTHERS = {
    "es": "Deja un comentario|Te puede interesar|Compartir|Foto: EFE|Todos los derechos reservados|Volver arriba",
    "fr": "Laisser un commentaire|À lire aussi|Partager|Crédit photo : AFP|Tous droits réservés|Retour en haut",
    "it": "Lascia un commento|Leggi anche|Condividi|Foto: Ansa|Tutti i diritti riservati|Torna su",
    "nl": "Plaats een reactie|Lees ook|Delen|Foto: ANP|Alle rechten voorbehouden|Terug naar boven",
    "pl": "Dodaj komentarz|Zobacz także|Udostępnij|Fot. PAP|Wszelkie prawa zastrzeżone|Do góry",
    "tr": "Yorum yap|İlgili haberler|Paylaş|Fotoğraf: AA|Tüm hakları saklıdır|Yukarı çık",
    "ar": "أضف تعليقا|مقالات ذات صلة|شارك|الصورة: وكالات|جميع الحقوق محفوظة|العودة إلى الأعلى",
    "uk": "Залишити коментар|Читайте також|Поширити|Фото: УНІАН|Усі права захищені|Вгору",
}


@pytest.mark.parametrize(
    ("language", "below"), [(language, below) for language, many in BELOW.items() for below in many]
)
def test_what_stands_below_an_article_is_cut(language: str, below: str) -> None:
    assert without_furniture(f"{ARTICLES[language]}\n\n{below}") == ARTICLES[language]


@pytest.mark.parametrize(
    ("language", "line"), [(language, line) for language, many in OTHERS.items() for line in many.split("|")]
)
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
        "“We use cookies in the office kitchen,” he joked, to the delight of the assembled journalists and of the staff.",
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
