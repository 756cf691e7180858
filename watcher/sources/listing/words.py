"""Words that mean the same on every site: the furniture of a listing, in the languages sources are written in."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from watcher.text.scripts import SPACELESS_RANGES

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_SPACELESS = re.compile(f"[{SPACELESS_RANGES}]")

# What a link says that leads on without saying where.
GENERIC = re.compile(
    r"(?:(?:read|learn|see|view|show|find out|continue|load)\s+(?:more|full|all|on|reading|article|the article|story|"
    r"the story|details|full story|the full story)?(?:\s+about\b.*)?|more|full story|details|continue reading|"
    r"weiter(?:lesen)?|mehr(?:\s+(?:lesen|erfahren|dazu|infos?))?|zum artikel|artikel lesen|jetzt lesen|"
    r"leia(?: mais)?|ler (?:mais|artigo)|saiba mais|continu(?:e|ar) (?:lendo|a ler|leyendo)|ver mais|"
    r"leer (?:más|mas|artículo|nota)|seguir leyendo|ver más|más información|lire (?:la suite|plus|l[’']article)|"
    r"en savoir plus|suite|leggi(?: tutto| di più| l[’']articolo)?|continua(?: a leggere)?|lees (?:meer|verder)|"
    r"läs mer|les mer|læs mere|lue lisää|czytaj (?:dalej|więcej)|więcej|číst (?:dál|více)|devamını oku|devamı|"
    r"читать(?: далее| дальше| полностью)?|подробнее|далее|читати далі|阅读全文|阅读更多|查看更多|查看详情|查看全文|"
    r"更多|详情|全文|閱讀全文|閱讀更多|更多內容|続きを読む|もっと見る|詳細(?:を見る|はこちら)?|記事を読む|자세히 보기|더보기|더 보기|기사 보기|"
    r"اقرأ (?:المزيد|أكثر)|المزيد|التفاصيل|قراءة المزيد|ادامه مطلب|بیشتر|קרא עוד|आगे पढ़ें|और पढ़ें|xem thêm|đọc tiếp|"
    r"baca selengkapnya|selengkapnya|อ่านต่อ|[0-9]+|[»›→…>.\s]+|(?:[0-9]+\s*)?(?:comments?|kommentare?|coment[aá]rios?|"
    r"comentarios?|commentaires?|条评论|评论|コメント|댓글|تعليق(?:ات)?)(?:\s*\(?[0-9]*\)?)?)[\s»›→….>:：]*",
    re.IGNORECASE,
)

# What stands above a list of articles that are listed for another reason than that they are new.
ASIDE = re.compile(
    r"most[- ](?:read|popular|viewed|shared|commented|discussed)|(?:read|viewed) most|popular|trending|related|"
    r"recommended|you (?:may|might) (?:also )?like|more from|don[’']t miss|editor[’']?s[’']? (?:picks?|choice)|sponsored|"
    r"partner content|advertisement|from our partners|promoted|recent comments|blogroll|archives?|categor(?:y|ies)|"
    r"follow us|about (?:us|me)|"
    r"meist ?gelesen\w*|meist ?geklickt\w*|meist ?kommentiert\w*|beliebt\w*|am häufigsten|verwandt\w*|"
    r"mehr zum thema|das könnte (?:sie|dich|ihnen) auch|empfohlen\w*|empfehlungen|anzeigen?|neueste kommentare|archiv|"
    r"mais (?:lid[ao]s|vist[ao]s|populares|comentad[ao]s|acessad[ao]s)|relacionad[ao]s?|recomendad[ao]s?|"
    r"veja também|leia também|publicidade|arquivo|coment[aá]rios recentes|em alta|"
    r"lo más (?:leído|visto|comentado)|más (?:leíd[ao]s|vist[ao]s|populares)|te puede interesar|le puede interesar|"
    r"publicidad|archivos?(?: del blog)?|destacados del mes|"
    r"les plus (?:lus|vus|populaires|commentés)|à lire aussi|articles liés|sur le même sujet|publicité|populaires?|"
    r"i più (?:letti|visti|condivisi)|più letti|potrebbe interessarti|correlati|pubblicità|"
    r"meest gelezen|populair|gerelateerd|mest (?:lä?st|les|sett|lest|læs)\w*|luetuimmat|"
    r"najczęściej czytane|najpopularniejsze|popularne|powiązane|polecane|nejčtenější|en çok okunan\w*|"
    r"самое (?:читаемое|популярное|обсуждаемое)|популярн\w*|читайте также|по теме|рекомендуем|реклама|найпопулярніше|"
    r"热门|最热|热点排行|排行榜?|点击排行|阅读排行|热文|推荐(?:阅读)?|相关(?:阅读|文章|新闻|推荐)|猜你喜欢|广告|友情链接|標籤|标签|"
    r"熱門|最多(?:閱讀|人看)|人氣|推薦(?:閱讀)?|相關(?:文章|新聞)|"
    r"人気(?:記事|ランキング)?|アクセスランキング|ランキング|よく読まれて\w*|関連(?:記事|ニュース)|おすすめ(?:記事)?|広告|PR|注目記事|"
    r"인기(?:\s?기사)?|많이 본(?:\s?뉴스|\s?기사)?|관련\s?기사|추천\s?기사|광고|"
    r"الأكثر (?:قراءة|مشاهدة|تعليقا|شعبية)|مواضيع ذات صلة|اقرأ أيضا|قد يعجبك|إعلان|پربازدیدترین|مطالب مرتبط|"
    r"הנקראות ביותר|सबसे ज्यादा पढ़े|संबंधित|đọc nhiều|xem nhiều|liên quan|terpopuler|terkait",
    re.IGNORECASE,
)


def count_words(text: str) -> int:
    """Words; two characters of a script without spaces count as one."""
    spaceless = len(_SPACELESS.findall(text))
    return len(_WORD.findall(_SPACELESS.sub(" ", text) if spaceless else text)) + (spaceless + 1) // 2


def is_generic(text: str) -> bool:
    """True for a link's text that names no article: "read more", an arrow, a number of comments, nothing."""
    return not text or (len(text) < 60 and GENERIC.fullmatch(text) is not None)


def is_aside_title(text: str) -> bool:
    """True for the title of a list that is there for another reason than that it is new."""
    match = ASIDE.match(text := text.strip(" \t:：|»›-–—•*【["))
    # Not within a Latin word: "PR" is an advertisement in Japan, "Products" is none.
    return match is not None and not (match[0][-1].isascii() and text[match.end() : match.end() + 1].isalpha())


_MOST_NODES = 400  # text nodes of one element that are looked at: nobody's headline has more
_SILENT = frozenset({"script", "style", "template", "svg", "noscript"})


def text_of(element: Any) -> str:
    """The visible words of an element on one line."""
    if next(element.iter(*_SILENT), None) is None:
        return " ".join(" ".join(islice(element.itertext(), _MOST_NODES)).split()) if len(element) else _own(element)
    pieces = [
        text
        for node in islice(element.iter(), _MOST_NODES)
        for text in ("" if node.tag in _SILENT else node.text or "", "" if node is element else node.tail or "")
    ]
    return " ".join(" ".join(pieces).split())


def _own(element: Any) -> str:
    return " ".join((element.text or "").split())
