"""What of a page is not its story: lists of links, "read also" lines, credits, banners, addresses.

Pages arrive as text, a paragraph a line. What surrounds an article is recognised by its shape first (short lines
without a full stop at the end) and by its opening words second, in the languages the program is used in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from watcher.text.fold import cue_pattern

# Longer lines are sentences whose full stop got lost; teasers of other articles are up to about this long.
SHORT_LINE = 120
SHORT_LINE_SPACELESS = 45
_TERMINATED = re.compile("[.!?。！？｡।॥۔؟:：;；][\"'”’»›」』）)\\]】]*$")
# "Nvidia to build plant in U.S." ends in a full stop, and no sentence.
_INITIAL = re.compile(r"(?:^|[\s.])[a-z]\.$")
_TEASER = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])$")


# Lines that lead elsewhere.
_LINKS = """
read also|also read|read more|read next|see also|more on this|more on|more from|related|related articles
related stories|related news|related posts|recommended|recommended reading|you may also like|you might also like
further reading|most read|most popular|trending|trending now|latest news|up next|don't miss|also on|more stories
top stories|popular stories|editor's picks|what to read next|in other news|previous article|next article
lesen sie auch|lesen sie dazu|auch interessant|mehr zum thema|mehr dazu|siehe auch|passend dazu|weitere artikel
das könnte sie auch interessieren|meistgelesen|zum weiterlesen|verwandte artikel|ähnliche artikel|weitere meldungen
wir empfehlen|lies auch|aus dem archiv
leia também|leia mais|veja também|veja mais|saiba mais|ler também|ver também|relacionados|notícias relacionadas
artigos relacionados|mais lidas|mais notícias|mais lidos|confira também|você pode gostar
lee también|lea también|leer también|ver también|véase también|te puede interesar|te recomendamos|más información
noticias relacionadas|artículos relacionados|lo más leído|más leídas|le puede interesar|también te puede interesar
leggi anche|leggi di più|vedi anche|potrebbe interessarti|ti potrebbe interessare|articoli correlati|i più letti
approfondisci|notizie correlate|da leggere
lire aussi|à lire aussi|a lire|à lire également|lire également|voir aussi|sur le même sujet|articles liés
articles similaires|les plus lus|à ne pas manquer|en savoir plus
lees ook|lees meer|zie ook|meer over|gerelateerd|gerelateerde artikelen|meest gelezen
czytaj też|czytaj także|czytaj również|zobacz też|zobacz także|zobacz również|przeczytaj też|przeczytaj także
powiązane|podobne artykuły|najpopularniejsze|polecane
читайте также|читать также|смотрите также|по теме|материалы по теме|ещё по теме|похожие новости|другие новости
рекомендуем|популярное|вам может быть интересно|главное сегодня|читать далее
ayrıca okuyun|bunu da okuyun|ilgili haberler
ilginizi çekebilir|benzer haberler|bunlar da ilginizi çekebilir|en çok okunan
اقرأ أيضا|اقرأ أيضًا|إقرأ أيضا|شاهد أيضا|مواضيع ذات صلة|أخبار ذات صلة|الأكثر قراءة|قد يعجبك
関連記事|あわせて読みたい|合わせて読みたい|こちらもおすすめ|おすすめ記事
人気記事|関連リンク|関連ニュース|ランキング|次に読む
相关阅读|相关报道|相关新闻|相关文章|延伸阅读|推荐阅读|更多阅读|热门文章|猜你喜欢
延伸閱讀|相關新聞|相關報導|相關文章|推薦閱讀|更多新聞|熱門文章|热门推荐|上一篇|下一篇
관련 기사|관련기사|함께 읽기|함께 보면 좋은|많이 본 기사|많이 본 뉴스|추천 기사|인기 기사|관련 뉴스|이전 기사|다음 기사
यह भी पढ़ें|ये भी पढ़ें|संबंधित खबरें|läs också|läs mer|les også|læs også|lue myös|olvassa el|čtěte také|citește și
"""
# Lines about the page itself: who took the picture, under which labels it is filed, what it asks of its reader.
_PAGE = """
tags|tag|topics|filed under|categories|keywords|image|images|image credit|photo|photos|photo credit|picture|source
sources|via|credit|credits|copyright|disclosure|disclaimer|advertisement|sponsored|subscribe|follow us|sign up
schlagwörter|themen|stichwörter|bild|bilder|foto|fotos|bildquelle|quelle|quellen|anzeige|abbildung|werbung
imagem|imagens|fonte|fontes|fonte da imagem|crédito|créditos|publicidade|etiquetas
imagen|imágenes|fuente|fuentes|publicidad|etiquetas|crédito de la imagen
immagine|immagini|fonte|fonti|crediti|pubblicità
image d'illustration|crédit photo|crédits|mots-clés|étiquettes|publicité
afbeelding|bron|bronnen|zdjęcie|źródło|źródła|tagi|fot
изображение|источник|источник изображения|источник изображений|фото|теги|метки|реклама|görsel|kaynak|etiketler|fotoğraf
الصورة|المصدر|كلمات دلالية|الوسوم
画像|画像提供|出典|写真|タグ|提供|図源|图源|图片来源|来源|标签
关键词|責任編輯|责任编辑|圖源|圖片來源|來源|標籤|사진|출처|태그|사진 제공|이미지
"""
# Only words of banners: "consent" and "privacy" are what news about chatbots is made of.
_BANNER = """
cookie|cookies|we value your privacy|newsletter|クッキー|файлы cookie|쿠키|çerez
"""
# The line under everything, which ends in a full stop though it is no sentence of the story.
_RIGHTS = """
all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados
todos os direitos reservados|tutti i diritti riservati|alle rechten voorbehouden|wszelkie prawa zastrzeżone
все права защищены|tüm hakları saklıdır|جميع الحقوق محفوظة|版权所有|版權所有|無断転載|無断複製|무단 전재|무단전재
"""
_LINK_LINE = re.compile(rf"[\s>*•\-–→►▶|【\[(（#]*(?:{cue_pattern(_LINKS)})s?\s*(?:[:：】\])）>»|→-]|$)")
_PAGE_LINE = re.compile(rf"[\s(（\[【©]*(?:{cue_pattern(_PAGE)})\s*(?:[:：©/／|=]|$)")
_CREDIT_TAIL = re.compile(
    r"[(（\[【][^()（）\[\]]{0,30}(?:" + cue_pattern(_PAGE) + r")\s*[:：©/][^()（）]{0,60}[)）\]】]"
)
_LINK_INLINE = re.compile(rf"[(（\[【]\s*(?:{cue_pattern(_LINKS)})\s*[:：][^()（）\[\]【】]*[)）\]】]")
_BANNER_WORD = re.compile(rf"(?:{cue_pattern(_BANNER)})")
_BANNER_ACT = re.compile(
    "accept(?!ed)|consent|agree(?!d)|prefer|akzept|zustimm|aceit|acept(?!o)|accett|accepter|同意|принима|соглас|동의|接受"
    "|kabul|أوافق|privacy|settings|einstellung|subscribe(?!r|d)|abonnier|abonnez"
)
_RIGHTS_LINE = re.compile(rf"^\s*©|(?:{cue_pattern(_RIGHTS)})")
_ADDRESS = re.compile(r"://|^www\.|@[\w-]+\.\w|\w\.(?:com|org|net|ai|cn|io|dev|gov|edu|de|jp|co|eu|fr|ru|kr|tw)\b")
_TOKEN_BEFORE = re.compile(r"[!-~]{1,80}$")
_TOKEN_AFTER = re.compile(r"[!-~]{1,80}")


@dataclass(frozen=True, slots=True)
class Zone:
    """Characters `start` to `end` (not included) of a text that are not its story, and what they are."""

    start: int
    end: int
    what: str


def is_loose(line: str) -> bool:
    """True for a short line that does not end like a sentence: a link, a label, a teaser that breaks off."""
    line = line.strip()
    wide = sum(character >= "\u2e80" for character in line)
    limit = SHORT_LINE_SPACELESS if wide * 2 > len(line) else SHORT_LINE
    if _TEASER.search(line):
        return True
    return len(line) <= limit and (_INITIAL.search(line) is not None or not _TERMINATED.search(line))


class Outside:
    """The parts of one text (folded) that are not its story."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.zones = _zones(text)
        self._starts = [zone.start for zone in self.zones]

    def what(self, start: int, end: int) -> str | None:
        """What the name at `start` to `end` belongs to instead of the story; None where it is part of the story."""
        place = bisect_right(self._starts, start) - 1
        # Zones inside a line may lie within one that covers the line: two steps back see both.
        for zone in self.zones[max(place - 2, 0) : place + 1]:
            if zone.start <= start < zone.end:
                return zone.what
        before = _TOKEN_BEFORE.search(self._text[max(start - 80, 0) : start])
        after = _TOKEN_AFTER.match(self._text[end : end + 80])
        token = (before.group() if before else "") + self._text[start:end] + (after.group() if after else "")
        return "an address" if _ADDRESS.search(token) else None


def _zones(text: str) -> tuple[Zone, ...]:
    found: list[Zone] = []
    lines = _lines(text)
    trailing = _trailing(lines)
    if trailing is not None:
        found.append(Zone(trailing, len(text), "a list of links"))
    after_cue = False
    for start, line in lines:
        if trailing is not None and start >= trailing:
            break
        what = _page_part(line)
        if what is None and after_cue and (is_loose(line) or _asks(line)):
            what = "a line that leads elsewhere"
        else:
            after_cue = what == "a line that leads elsewhere" and line.rstrip(" :：】])）>»").count(" ") <= 6
        if what is not None:
            found.append(Zone(start, start + len(line), what))
            continue
        for pattern, inside in ((_LINK_INLINE, "a line that leads elsewhere"), (_CREDIT_TAIL, "a credit")):
            found.extend(Zone(start + match.start(), start + match.end(), inside) for match in pattern.finditer(line))
    return tuple(sorted(found, key=lambda zone: zone.start))


def _lines(text: str) -> list[tuple[int, str]]:
    """The lines that hold anything, with where they start."""
    found: list[tuple[int, str]] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            found.append((start, line))
        start += len(line) + 1
    return found


def _trailing(lines: list[tuple[int, str]]) -> int | None:
    """Where a closing block of at least two loose lines begins; None without one, or when nothing stands above it.

    A text of loose lines alone is a headline, a note, or a page of links: from six lines on it is the latter.
    """
    first = len(lines)
    while first and (is_loose(lines[first - 1][1]) or _page_part(lines[first - 1][1]) or _asks(lines[first - 1][1])):
        first -= 1
    # Headlines may ask; but a question that closes an article is its last line, not the first link.
    while first < len(lines) and _asks(lines[first][1]) and not _page_part(lines[first][1]):
        first += 1
    if first == 0:
        return lines[0][0] if len(lines) >= 6 else None
    return lines[first][0] if len(lines) - first >= 2 else None


def _asks(line: str) -> bool:
    """True for a short line that ends in a question or exclamation mark, as headlines do."""
    return len(line) <= SHORT_LINE and line.rstrip()[-1:] in ("?", "!", "？", "！", "؟")


def _page_part(line: str) -> str | None:
    if _LINK_LINE.match(line):
        return "a line that leads elsewhere"
    if len(line) <= 160 and _PAGE_LINE.match(line):
        return "a line about the page"
    if len(line) <= 160 and _RIGHTS_LINE.search(line):
        return "a line about the page"
    if _BANNER_WORD.search(line) and _BANNER_ACT.search(line):
        return "a banner"
    return None
