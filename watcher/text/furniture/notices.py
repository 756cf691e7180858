"""Which sentences of a page belong to the site and not to the story: cookie banners, newsletters, related links.

A list of telling phrases, and what stands around them. It is not meant to be complete: it only has to keep two stories
of one site from looking alike because of what the site hangs around both.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from watcher.text.normalise import Normalised, fold
from watcher.text.scripts import SPACELESS_RANGES
from watcher.text.sentences import Sentence, sentences

# A sentence with one of these is furniture. `…` stands for up to sixty characters.
_TELLING = """
we use cookies | uses cookies | use of cookies | cookies and similar | cookie policy | cookie settings | accept all
accept cookies | cookies to … | manage preferences | manage your preferences | your privacy choices
store and/or access | our partners … data | our privacy policy | and privacy policy | consent to | subscribe to our
sign up for our | sign up to our | our newsletter | newsletter … inbox | straight to your inbox
delivered to your inbox | unsubscribe | all rights reserved | follow us on | share this article | share on
advertisement | already a subscriber | subscribe now | log in to | leave a comment
your email address will not be published | terms of use | terms of service | wir verwenden cookies
verwendet cookies | nutzt cookies | nutzen cookies | setzen cookies | mit cookies | alle akzeptieren
cookies akzeptieren | cookie-einstellungen | einstellungen verwalten | unsere partner … daten | datenschutzerklärung
newsletter abonnieren | unseren newsletter | unser newsletter | newsletter anmelden | jederzeit abbestellen
abmeldung ist jederzeit | alle rechte vorbehalten | folgen sie uns | artikel teilen | zurück zum seitenanfang
zum seitenanfang | kommentar schreiben | jetzt abonnieren | widerruf | usamos cookies | utilizamos cookies
utiliza cookies | usa cookies | uso de cookies | aceitar todos | aceitar cookies | política de privacidade
política de cookies | gerir preferências | gerenciar preferências | nossa newsletter | a nossa newsletter
assine a newsletter | assine nossa | subscreva | inscreva-se | receba as notícias | no seu e-mail
todos os direitos reservados | siga-nos | partilhe | compartilhe | deixe um comentário | nenhum comentário
postar um comentário | o seu endereço de email não será publicado | campos obrigatórios | fonte da imagem
aceptar todas | aceptar todo | aceptar cookies | política de privacidad | configurar cookies | nuestro boletín
suscríbete | suscríbase | nuestra newsletter | en tu correo | todos los derechos reservados | síguenos
deja un comentario | nous utilisons des cookies | utilise des cookies | utilisons des cookies | des cookies
tout accepter | accepter et | politique de confidentialité | gérer vos préférences | gérer mes préférences
notre newsletter | notre lettre d'information | inscrivez-vous | abonnez-vous | dans votre boîte mail
tous droits réservés | suivez-nous | partager sur | utilizziamo cookie | utilizziamo i cookie | utilizza cookie
utilizza i cookie | usiamo i cookie | i cookie per | accetta tutti | accetta i cookie | accetta tutto
informativa sulla privacy | gestisci le preferenze | alla nostra newsletter | iscriviti | nostra newsletter
nella tua casella | tutti i diritti riservati | seguici su | condividi | riproduzione riservata | lascia un commento
wij gebruiken cookies | gebruikt cookies | alle cookies | onze nieuwsbrief | schrijf je in | używamy plików cookie
pliki cookie | plików cookie | zapisz się do | polityka prywatności | wszelkie prawa zastrzeżone | çerez
bültenimize | tüm hakları saklıdır | gizlilik politikası | файлы cookie | файлов cookie | cookie-файлы
использует cookie | используем cookie | принять все | подпишитесь | подписывайтесь | нашу рассылку | на рассылку
политика конфиденциальности | политикой конфиденциальности | все права защищены | файли cookie | підпишіться
使用cookie | 使用 cookie | 的cookie | 接受所有 | 接受全部 | 隐私政策 | 隱私權政策 | 订阅我们 | 訂閱 | 新闻简报
電子報 | 电子邮箱 | 版权所有 | 未经授权 | 关注我们 | 扫码 | クッキー | cookieを | cookie を | プライバシーポリシー
すべて同意 | すべて許可 | メールマガジン | ニュースレター | 無断転載 | 配信登録 | フォローする | 쿠키를 | 쿠키 사용
모두 수락 | 모두 동의 | 개인정보 처리방침 | 개인정보처리방침 | 뉴스레터 | 무단 전재 | 무단전재 | 재배포 금지
구독하 | ملفات تعريف الارتباط | الكوكيز | قبول الكل | قبول الجميع | سياسة الخصوصية | النشرة البريدية | نشرتنا
اشترك في | جميع الحقوق محفوظة | تابعونا | คุกกี้ | ยอมรับทั้งหมด | นโยบายความเป็นส่วนตัว | จดหมายข่าว | สมัครรับ
สงวนลิขสิทธิ์ | עוגיות | מדיניות הפרטיות | कुकी | न्यूज़लेटर | गोपनीयता नीति
use cookies or | use cookies to | nutzen … cookies | verwenden … cookies | utilisons … cookies | usamos … cookies
usamos cookies | gebruiken … cookies | używamy … cookie | kullanıyoruz … çerez | 使用cookie | クッキーを使
reject all | personalised ad | personalized ad | withdraw your consent | withdraw consent | on your device
by clicking … agree | by continuing … agree | cookie notice | unlimited access | cancel anytime | cancel at any time
cancel whenever | per month | first month | log in here | sign in to | comments are closed | house rules
join the conversation | download our app | get the app | in our app | breaking news alerts | push notifications
without written permission | may not be reproduced | reproduction … prohibited | related topics | morning briefing
ablehnen | auf ihrem gerät | werbezweck … | personalisierte werbung | einwilligung … widerrufen | cookie-hinweis
unbegrenzt lesen | jederzeit kündbar | monatlich kündbar | schon ein abo | bereits abonnent | hier anmelden
kommentarfunktion | netiquette | unsere app | eilmeldung mehr | per push | nachdruck | nur mit schriftlicher
morgenbriefing | in ihrem postfach | in ihr postfach
tout refuser | continuer sans accepter | nos partenaires | sur votre appareil | à des fins publicitaires
publicités personnalisées | retirer votre | accès illimité | sans engagement | premier mois | déjà abonné
connectez-vous | commentaires sont fermés | notre charte | notre application | lettre du matin | mentions légales
reproduction interdite | sans autorisation | partager cet article | cliquant sur
rechazar todo | rechazar todas | socios | en su dispositivo | fines publicitarios | publicidad personalizada
retirar su consentimiento | acceso ilimitado | cancele cuando | primer mes | ya es suscriptor | eres suscriptor
inicie sesión | inicia sesión | comentarios están cerrados | normas de participación | descargue nuestra
descarga nuestra | nuestra aplicación | nuestra app | prohibida la reproducción | sin permiso escrito | aviso legal
comparte esta | compartir esta | compartir en | síganos | boletín
rifiuta tutto | rifiuta tutti | nostri partner | nostri … partner | sul tuo dispositivo | finalità pubblicitarie
pubblicità personalizzata | revocare il consenso | accesso illimitato | disdici quando | primo mese | sei già abbonato
accedi per | commenti sono chiusi | il regolamento | scarica la nostra | nostra app | vietata la riproduzione
senza autorizzazione | note legali | newsletter del
rejeitar tudo | rejeitar todos | recusar todos | nossos parceiros | nossos … parceiros | no seu dispositivo
fins publicitários | publicidade personalizada | retirar o consentimento | acesso ilimitado | cancele quando
primeiro mês | já é assinante | inicie sessão | faça login | comentários estão encerrados | regras da comunidade
descarregue | baixe o app | baixe nosso | nossa aplicação | nosso aplicativo | proibida a reprodução | sem autorização
partilhar este | newsletter da | ficha técnica
alles weigeren | alles accepteren | onze … partners | op uw apparaat | op je apparaat | voor advertenties
toestemming … intrekken | onbeperkt lezen | opzegbaar | eerste maand | al abonnee | log hier in | log in om
reageren is niet | huisregels | onze app | cookiebeleid | nieuwsbrief | alle rechten voorbehouden | overname alleen
zonder toestemming | deel dit artikel | deel dit bericht | volg ons | gebruiksvoorwaarden
odrzuć wszystko | odrzuć wszystkie | akceptuję | nasi partnerzy | na twoim urządzeniu | celach reklamowych
zgodę możesz wycofać | wycofać zgodę | nieograniczony dostęp | pierwszym miesiącu | zrezygnuj w | rezygnacja w
masz już | zaloguj się | komentarze zostały | komentowania | regulamin | naszą aplikację | przedruk | bez zgody
udostępnij | śledź nas | obserwuj nas | newsletter
tümünü reddet | tümünü kabul | kabul et | iş ortağımız | iş ortaklarımız | cihazınızda | reklam amacıyla
onayınızı | sınırsız erişim | iptal edin | ilk ay | zaten abone | giriş yapın | yorumlar kapat | topluluk kuralları
uygulamamızı | izinsiz | izin olmadan | haberi paylaş | takip edin | kullanım koşulları | bülten
отклонить все | отклонить всё | партнеры … данны | наши партнеры | на вашем устройстве | рекламных целях
персонализированной рекламы | согласие можно | отозвать согласие | неограниченный доступ | первый месяц
отмена в любой | уже есть подписка | уже подписаны | войдите | комментарии закрыты | правила общения | скачайте
нашем приложении | наше приложение | перепечатка | письменного разрешения | поделиться | мы в социальных
рассылк … | условия использования
رفض الكل | إدارة التفضيلات | وشركاؤنا | شركائنا | على جهازك | لأغراض إعلانية | إعلانات مخصصة | سحب موافقتك
وصول غير محدود | الشهر الأول | إلغاء متى | هل أنت مشترك | سجل الدخول | تسجيل الدخول | التعليقات مغلقة
قواعد النقاش | حمل تطبيقنا | حمل التطبيق | تطبيقنا | دون إذن | شارك هذا | شروط الاستخدام
全部拒绝 | 全部同意 | 合作伙伴 … 信息 | 您的设备 | 广告目的 | 个性化广告 | 撤回同意 | 无限阅读 | 随时取消 | 随时可以取消
首月 | 已是订户 | 已是会员 | 请登录 | 登录后 | 评论已关闭 | 社区规则 | 下载我们 | 下载app | 客户端 … 下载 | 不得转载
书面许可 | 分享本文 | 分享到 | 使用条款 | 相关话题 | 早间简报 | 您的邮箱
すべて拒否 | 同意する | パートナー … 端末 | お使いの端末 | 広告を目的 | パーソナライズ | 同意は | 読み放題
いつでも解約 | 初月 | 会員の方 | 会員登録 | ログインして | ログインする | コメントは終了 | コメントは受け付け
アプリをダウンロード
アプリで | 記事をシェア | シェアする | 利用規約 | 関連トピック | 著作権は | メールでお届け
모두 거부 | 귀하의 기기 | 광고 목적 | 맞춤형 광고 | 맞춤 광고 | 동의는 | 철회할 수 | 무제한 이용 | 해지할 수 | 첫 달
이미 구독 | 로그인하 | 댓글이 마감 | 댓글 … 규칙 | 앱을 내려받 | 앱 다운로드 | 기사 공유 | 팔로우하 | 이용약관
관련 주제 | 이메일로 보내
"""
# A line that begins with one of these opens a list of links: the short lines after it belong to it.
_OPENING = """
related articles | related stories | related: | related news | read more | read also | read next | more from
more on | more stories | most read | most popular | you may also like | you might also like | recommended | trending
see also | also on | mehr zum thema | zum thema | lesen sie auch | auch interessant | das könnte | weitere artikel
weitere meldungen | meistgelesen | mehr aus | wir empfehlen | diesbezügliche artikel | leia também | leia mais
veja também | mais lidas | mais notícias | notícias relacionadas | artigos relacionados | relacionadas | lea también
lee también | más noticias | te puede interesar | más leídas | noticias relacionadas | à lire aussi | lire aussi
a lire aussi | sur le même sujet | articles liés | les plus lus | à voir aussi | leggi anche | articoli correlati
potrebbe interessarti | ti potrebbe | i più letti | altre notizie | lees ook | meer over | czytaj także
zobacz także | przeczytaj | ilgili haberler | читайте также | по теме | материалы по теме | похожие | ещё по теме
читайте ще | 相关阅读 | 相关新闻 | 相关文章 | 推荐阅读 | 延伸阅读 | 热门 | 更多新闻 | 相關新聞 | 延伸閱讀 | 関連記事
関連ニュース | あわせて読みたい | おすすめ | 人気記事 | 관련기사 | 관련 기사 | 추천 기사 | 많이 본 | 인기 기사
اقرأ أيضا | إقرأ أيضا | مواضيع ذات صلة | أخبار ذات صلة | الأكثر قراءة | ข่าวที่เกี่ยวข้อง | อ่านเพิ่มเติม
บทความที่เกี่ยวข้อง | קראו גם | यह भी पढ़ें
also of interest | editors' picks | top stories | latest news | das könnte sie | mehr nachrichten | aktuelle meldungen
también le puede | lo más leído | lo más visto | también te puede | também lhe pode | também pode | pode interessar
últimas notícias | últimas noticias | vous aimerez | ces articles | l'essentiel | plus d'articles | da leggere
più letti | ultime notizie | meest gelezen | ook interessant | najczęściej czytane | najnowsze | polecamy
en çok okunan | bunlar da | son haberler | самое читаемое | самое популярное | главные новости | последние новости
您可能 | 猜你喜欢 | 最新消息 | 猜您喜欢 | アクセスランキング | 新着記事 | こちらの記事も | 함께 보면
인기 뉴스 | 최신 뉴스 | قد يهمك | قد يعجبك | آخر الأخبار
"""
_LINK_LETTERS = 140
"""A link of a related list is a headline: shorter than this, in letters. A longer line ends the list."""
_APART = 70  # letters in which the second part of a phrase with `…` has to end
_SMALLEST_STORY = 200
"""A page of which less is left is more likely a story about cookies: then nothing is taken away. In letters."""
_LIST = 3
"""Lines without a full stop in a row that make a list."""
_BETWEEN, _BESIDE = 200, 120
"""Letters between two sentences of the site, and between one and the edge of the text, that belong to it as well."""
_PARAGRAPH = 100
"""Letters from which a line with a full stop is a paragraph of the story."""
_SPACELESS = re.compile(f"[{SPACELESS_RANGES}]")
_HANGUL = re.compile("[\uac00-\ud7a3]")


def furniture(text: str, folded: Normalised) -> tuple[Sentence, ...]:
    """The sentences of a text (given with its folded form) that belong to the site around the story, in order."""
    telling, opening = _phrases()
    told = _places(folded, telling)
    opened = _places(folded, opening)
    if not told and not opened:
        return ()
    pieces = sentences(text)
    marked = _marked(text, pieces, told, opened)
    _mark_lists(text, pieces, marked)
    _mark_ends(text, pieces, marked)
    _mark_between(text, pieces, marked)
    kept = [piece for piece, is_site in zip(pieces, marked, strict=True) if not is_site]
    if sum(_letters(text, piece) for piece in kept) < _SMALLEST_STORY:
        return ()
    return tuple(piece for piece, is_site in zip(pieces, marked, strict=True) if is_site)


def _marked(text: str, pieces: Sequence[Sentence], told: Sequence[int], opened: Sequence[int]) -> list[bool]:
    """Which sentences say that they belong to the site, or follow in a list one of them opens."""
    marked = []
    in_list = False
    for piece in pieces:
        is_short = piece.end - piece.start <= _LINK_LETTERS
        opens = is_short and _starts(text, piece, opened)
        tells = _holds(piece, told)
        follows = in_list and is_short and _is_line(text, piece)
        in_list = opens or (in_list and (tells or follows))
        marked.append(opens or tells or follows)
    return marked


def _mark_lists(text: str, pieces: Sequence[Sentence], marked: list[bool]) -> None:
    """Marks lines without a full stop that stand in a row of some: headlines, menus, tags.

    Only where such lines are not what the text is made of: a text whose lines were broken anywhere has nothing else.
    """
    lines = [_is_line(text, piece) and _letters(text, piece) <= _LINK_LETTERS for piece in pieces]
    prose = sum(_letters(text, piece) for piece, is_line in zip(pieces, lines, strict=True) if not is_line)
    if prose < _SMALLEST_STORY:
        return
    at = 0
    while at < len(pieces):
        end = at
        while end < len(pieces) and (lines[end] or marked[end]):
            end += 1
        if sum(lines[at:end]) >= _LIST and (any(marked[at:end]) or _are_headings(text, pieces[at:end])):
            marked[at:end] = [True] * (end - at)
        at = end + 1


def _mark_ends(text: str, pieces: Sequence[Sentence], marked: list[bool]) -> None:
    """Marks what stands above the first paragraph and below the last one, where lines without a full stop are many.

    Links, buttons and labels no list of phrases will ever name; a short sentence among them belongs to them.
    """
    lines = _by_line(text, pieces)
    is_prose = [
        sum(_letters(text, pieces[at]) for at in line if not marked[at]) > _PARAGRAPH
        and not (len(line) == 1 and _is_line(text, pieces[line[0]]))
        for line in lines
    ]
    if not any(is_prose):
        return
    first, last = is_prose.index(True), len(is_prose) - is_prose[::-1].index(True)
    for end in (lines[:first][::-1], lines[last:]):
        labels = [all(marked[at] or _is_label(text, pieces[at]) for at in line) for line in end]
        for begin, is_label in enumerate(labels):
            count = sum(labels[begin:])
            if is_label and count >= _LIST and 2 * count >= len(labels) - begin:
                for at in (at for line in end[begin:] for at in line):
                    marked[at] = True
                break


def _is_label(text: str, piece: Sentence) -> bool:
    return _is_line(text, piece) and any(letter.isalpha() for letter in text[piece.start : piece.end])


def _by_line(text: str, pieces: Sequence[Sentence]) -> list[list[int]]:
    """The numbers of the sentences of each line."""
    lines: list[list[int]] = []
    for at, piece in enumerate(pieces):
        if at and "\n" not in text[pieces[at - 1].end : piece.start]:
            lines[-1].append(at)
        else:
            lines.append([at])
    return lines


def _are_headings(text: str, lines: Sequence[Sentence]) -> bool:
    """True unless a line goes on where the one before it broke off.

    Then it begins with a small letter; in a script without them the lines are about equally long, the last one aside.
    """
    firsts = [next((letter for letter in text[line.start : line.end] if letter.isalpha()), "") for line in lines]
    if any(letter.lower() != letter.upper() for letter in firsts):
        return not any(letter.islower() for letter in firsts)
    lengths = [line.end - line.start for line in lines[:-1]]
    return 2 * max(lengths) >= 3 * min(lengths)


def _mark_between(text: str, pieces: Sequence[Sentence], marked: list[bool]) -> None:
    """Marks a few words between two sentences of the site, or between one and the edge of the text."""
    edges = [-1, *(at for at, is_site in enumerate(marked) if is_site), len(pieces)]
    for before, after in pairwise(edges):
        between = pieces[before + 1 : after]
        is_edge = before < 0 or after == len(pieces)
        letters = sum(_letters(text, piece) for piece in between)
        if between and len(between) <= 2 and letters <= (_BESIDE if is_edge else _BETWEEN):
            marked[before + 1 : after] = [True] * len(between)


def _letters(text: str, piece: Sentence) -> int:
    """The length of a sentence; signs of scripts without spaces say about three times as much, Korean ones twice."""
    dense = 2 * len(_SPACELESS.findall(text, piece.start, piece.end))
    return piece.end - piece.start + dense + len(_HANGUL.findall(text, piece.start, piece.end))


def _places(folded: Normalised, phrases: Sequence[str]) -> list[int]:
    """Where in the given text these phrases begin, in order. Letters with spaces between words match whole words only.

    One substring search for each phrase takes 0.3 ms for 3,000 characters, one pattern of all alternatives 9 ms.
    """
    found: list[int] = []
    for phrase in phrases:
        head, _, tail = phrase.partition("...")
        if head not in folded.text or tail not in folded.text:
            continue
        start = folded.text.find(head)
        while start >= 0:
            end = start + len(head)
            is_whole = not (head[0].isascii() and start and folded.text[start - 1].isalnum())
            if is_whole and (not tail or tail in folded.text[end : end + _APART]):
                found.append(folded.offsets[start])
            start = folded.text.find(head, end)
    return sorted(found)


def _holds(piece: Sentence, places: Sequence[int]) -> bool:
    position = bisect_left(places, piece.start)
    return position < len(places) and places[position] < piece.end


def _starts(text: str, piece: Sentence, places: Sequence[int]) -> bool:
    """True when one of these places is where the sentence's first letter stands."""
    first = next((at for at in range(piece.start, piece.end) if text[at].isalnum()), piece.start)
    position = bisect_left(places, first)
    return position < len(places) and places[position] == first


def _is_line(text: str, piece: Sentence) -> bool:
    """True for a sentence that has a line to itself and no full stop: that is how headlines stand in a list."""
    if text[piece.end - 1] in ".。।۔":
        return False
    before = text.rfind("\n", 0, piece.start)
    after = text.find("\n", piece.end)
    return not text[before + 1 : piece.start].strip() and not text[piece.end : None if after < 0 else after].strip()


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Both lists, folded as texts are. Made on first use: it takes some milliseconds."""
    both = ([fold(phrase) for phrase in re.split(r"[|\n]", written)] for written in (_TELLING, _OPENING))
    telling, opening = (tuple(dict.fromkeys(phrase for phrase in phrases if phrase)) for phrases in both)
    return telling, opening
