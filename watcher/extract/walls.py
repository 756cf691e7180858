"""What stands where an article should: a wall before it, or a page that is none at all."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from watcher.extract import linked_data
from watcher.extract.claims import Claims

_FREE = "isAccessibleForFree"
# A teaser has one to three paragraphs. Longer text below a paywall's flag was delivered in full (metered papers, or
# papers that open up to readers from a feed): it is what we read, and no wall.
_TEASER_WORDS = 250
_SHORT_PAGE_WORDS = 150  # an error, login or challenge page says no more; an article *about* these does

_SUBSCRIBE = re.compile(
    r"(?:subscribe|sign up|register|log in|become a (?:member|subscriber))\b.{0,40}\b(?:to (?:continue|keep|read|unlock|"
    r"access)|for full access)|(?:continue|keep) reading (?:with|by|for)|(?:this|the) (?:article|story|content) is "
    r"(?:for|only for|available (?:only )?to|reserved for|exclusive to) .{0,20}(?:subscribers|members)|to (?:read|continue "
    r"reading) (?:the (?:full|rest)|this) .{0,30}(?:subscribe|register|log in)|already a subscriber|unlock this article|"
    r"subscribers only|"
    r"(?:assine|cadastre-se|faça (?:o )?login|subscreva|torne-se assinante)\b.{0,40}\b(?:para (?:continuar|ler|ter acesso|"
    r"aceder))|(?:conteúdo|artigo|matéria) (?:exclusiv[oa]|reservad[oa]|restrit[oa]) (?:para|a) (?:assinantes|subscritores)|"
    r"já é assinante|exclusivo para assinantes|"
    r"(?:jetzt|hier) (?:abonnieren|weiterlesen) (?:und|mit)|weiterlesen mit|(?:diesen|den ganzen|den vollständigen) artikel "
    r"(?:mit|lesen sie mit|weiterlesen)|(?:dieser|der) (?:artikel|inhalt|beitrag) ist (?:nur )?(?:für|exklusiv für) "
    r".{0,20}(?:abonnenten|abonnentinnen|mitglieder)|um weiterzulesen|zum weiterlesen|bereits abonnent|"
    r"(?:testen|lesen) sie .{0,30}(?:\bplus\b|\bpremium\b|digitalabo|probeabo)|"
    r"(?:suscríbete|suscríbase|regístrate|hazte (?:socio|suscriptor))\b.{0,40}\bpara (?:seguir|continuar|leer|acceder)|"
    r"(?:contenido|artículo|noticia) (?:exclusiv[oa]|solo|reservad[oa]) (?:para|a) suscriptores|ya (?:eres|es) suscriptor|"
    r"(?:abonnez-vous|inscrivez-vous|connectez-vous)\b.{0,40}\bpour (?:lire|continuer|poursuivre|accéder)|(?:article|contenu) "
    r"(?:est )?réservé (?:aux|à nos) abonnés|il vous reste .{0,20}de cet article à lire|déjà abonné|la suite est réservée|"
    r"(?:abbonati|registrati|accedi)\b.{0,40}\bper (?:continuare|leggere|accedere)|(?:contenuto|articolo) (?:è )?riservato "
    r"agli abbonati|sei già abbonato|"
    r"(?:abonneer je|word abonnee|log in|neem een abonnement)\b.{0,40}\b(?:om (?:verder|dit|het hele)|en lees)|(?:dit|het) artikel "
    r"is (?:alleen )?(?:voor|exclusief voor) (?:abonnees|leden)|al abonnee|verder lezen\?|"
    r"(?:wykup|kup|załóż)\b.{0,30}\b(?:dostęp|subskrypcję|konto)\b.{0,40}|(?:treść|artykuł) (?:dostępn[ay] )?(?:tylko )?dla "
    r"(?:prenumeratorów|subskrybentów)|aby czytać dalej|masz już (?:prenumeratę|subskrypcję)|"
    r"(?:okumaya devam etmek|devamını okumak|haberin tamamını okumak) için.{0,40}|(?:yalnızca|sadece) abonelere|zaten abone misiniz|"
    r"(?:оформите подписку|подпишитесь|войдите)\b.{0,40}\b(?:чтобы|для)\b.{0,20}(?:чита|прочита|продолж|доступ)\w*|(?:материал|"
    r"статья|текст) (?:доступен|доступна|доступны)? ?(?:только )?(?:для )?подписчик\w+|уже есть подписка|"
    r"(?:оформіть підписку|підпишіться|увійдіть)\b.{0,40}\bщоб\b|лише для передплатників|"
    r"(?:اشترك|سجل الدخول)\b.{0,40}(?:لمواصلة|لمتابعة|لإكمال|لقراءة)|(?:للمشتركين فقط|هذا المحتوى للمشتركين)|"
    r"(?:订阅|登录|登錄|登入|付费|付費|開通|开通|成为会员|成為會員|加入會員).{0,12}(?:后|後|以|即可|可)?.{0,6}(?:继续阅读|繼續閱讀|阅读全文|閱讀全文|查看全文|"
    r"解锁)|(?:仅限|僅限|限).{0,6}(?:会员|會員|订阅|訂閱|付费|付費).{0,4}(?:阅读|閱讀|用户|讀者)?|剩余.{0,6}字|(?:会员|會員)(?:专享|專享|限定)|(?:付费|付費)(?:内容|內容|文章)|"
    r"(?:この記事は|ここから先は|こちらは).{0,12}(?:会員|有料|購読者)(?:限定|向け)?|会員限定(?:記事|です)|有料会員限定|続きを(?:読む|お読みになる|ご覧)に?は|残り\s*[\d,]+\s*文字|"
    r"(?:ログイン|会員登録|購読)して.{0,8}(?:続き|全文)|"
    r"(?:구독|로그인|회원가입|유료회원).{0,16}(?:계속 읽|전체 기사|전문을|이어서|열람|보실 수)|(?:유료|구독자|회원|프리미엄) ?(?:전용|회원만|독자 전용)|"
    r"(?:prenumerera|logga in)\b.{0,30}\bför att (?:läsa|fortsätta)|(?:předplaťte|přihlaste)\b.{0,40}\b(?:abyste|pro čtení)",
    re.IGNORECASE,
)

_CONSENT = re.compile(
    r"(?:we|our (?:\d+ )?partners|and our).{0,60}(?:store and/or access|use cookies|process (?:personal )?data)|before you continue|"
    r"we (?:value|care about) your privacy|your privacy (?:choices|matters)|accept (?:all|cookies)|reject all|manage (?:options|"
    r"preferences|cookies|settings)|legitimate interest|consent to|(?:withdraw|give) your consent|"
    r"valorizamos (?:a )?sua privacidade|antes de continuar|aceitar (?:tudo|todos|cookies)|rejeitar tudo|gerir (?:opções|preferências)|"
    r"utiliza(?:mos)? cookies|usamos cookies|consentimento|"
    r"(?:wir|und unsere).{0,60}(?:verwenden cookies|nutzen cookies|partner|ihre daten)|ihre privatsphäre|bevor sie (?:zu|fortfahren)|"
    r"(?:alle|cookies) (?:akzeptieren|ablehnen|annehmen)|zustimmen und weiter|einwilligung|mit werbung (?:weiter)?lesen|einstellungen "
    r"verwalten|berechtigtes interesse|"
    r"(?:valoramos|respetamos|nos importa) (?:tu|su) privacidad|aceptar (?:todo|todas|y continuar|cookies)|rechazar (?:todo|todas)|"
    r"utilizamos cookies|usamos cookies|consentimiento|"
    r"(?:nous respectons|respect de) votre vie privée|avant de continuer|(?:tout|continuer et) accepter|accepter et (?:continuer|fermer)|"
    r"tout refuser|continuer sans accepter|utilisons des cookies|consentement|paramétrer les cookies|"
    r"(?:rispettiamo|teniamo alla) (?:la )?tua privacy|prima di continuare|accetta (?:tutto|tutti|e continua)|rifiuta tutto|utilizziamo "
    r"(?:i )?cookie|consenso|"
    r"(?:wij|we) (?:geven om|waarderen|respecteren) (?:je|uw) privacy|voordat je verdergaat|alles (?:accepteren|afwijzen|weigeren)|"
    r"(?:wij|we) gebruiken cookies|toestemming|cookies accepteren|"
    r"(?:cenimy|szanujemy) (?:twoją|państwa) prywatność|zanim przejdziesz|(?:zaakceptuj|akceptuj|odrzuć) wszystk\w+|przejdź do serwisu|"
    r"używamy (?:plików )?cookies|zgod[ęa]|"
    r"gizliliğinize (?:önem|değer)|devam etmeden önce|tümünü (?:kabul et|reddet)|çerez\w* kullan\w*|"
    r"(?:мы )?(?:ценим|уважаем) вашу конфиденциальность|прежде чем (?:продолжить|перейти)|принять все|отклонить все|использу\w+ (?:файлы )?"
    r"cookie|согласи[ея]|"
    r"继续之前|我们重视您的隐私|接受所有|全部接受|全部拒绝|使用\s*cookies?|同意并继续|繼續之前|全部接受|"
    r"続行する前に|プライバシーを尊重|すべて(?:同意|拒否|許可|受け入れ)|cookie\s*を使用|同意して(?:続|進)|"
    r"계속하기 전에|개인정보를? (?:존중|소중)|모두 (?:동의|수락|거부)|쿠키를? 사용|동의하고 계속|"
    r"نقدر خصوصيتك|قبل المتابعة|قبول الكل|رفض الكل|ملفات تعريف الارتباط",
    re.IGNORECASE,
)
_CONSENT_HOSTS = re.compile(r"^(?:consent|guce|cmp|privacy|zustimmung)\.|(?:^|\.)consent\.")

_CHALLENGE = re.compile(
    r"just a moment|attention required|checking (?:your browser|if the site connection is secure)|verify(?:ing)? (?:that )?you are "
    r"(?:a )?human|are you (?:a )?(?:robot|human)|i'?m not a robot|enable javascript and cookies|please (?:enable|turn on) "
    r"(?:javascript|js)|access (?:to this page has been )?denied|unusual traffic|ddos[- ]guard|ddos protection|pardon our interruption|"
    r"security check|bot (?:protection|verification)|request unsuccessful|you have been blocked|human verification|"
    r"verificação de segurança|verifique se você é humano|não sou um robô|einen moment|sicherheitsüberprüfung|sind sie ein (?:mensch|"
    r"roboter)|ich bin kein roboter|zugriff verweigert|comprobando (?:su|tu) navegador|no soy un robot|acceso denegado|vérification de "
    r"sécurité|je ne suis pas un robot|accès refusé|verifica di sicurezza|non sono un robot|accesso negato|toegang geweigerd|nie jestem "
    r"robotem|odmowa dostępu|проверка безопасности|проверка браузера|я не робот|доступ запрещ[её]н|安全验证|人机验证|请完成验证|访问受限|访问验证|"
    r"安全驗證|アクセスが拒否|私はロボットではありません|セキュリティチェック|보안 확인|로봇이 아닙니다|접근이 거부",
    re.IGNORECASE,
)
_CHALLENGE_MARKS = ("cf-challenge", "challenge-platform", "cf_chl_", "px-captcha", "captcha-delivery.com", "g-recaptcha", "h-captcha",
                    "_incapsula_resource", "aws-waf", "awswaf", "sec-if-cpt", "geetest")  # fmt: skip

_MISSING = re.compile(
    r"^\W*(?:(?:error|fehler|erro|erreur|errore|fout|błąd|ошибка|hata)?\s*(?:404|410|403|500|502|503)\b.{0,50}|.{0,25}\b(?:page|article|"
    r"story|content|document) (?:was |could )?(?:not|no longer) (?:be )?(?:found|available|exists?)\b.{0,20}|.{0,12}page (?:doesn.t|does not) exist.{0,12}|"
    r"not found|oops\b.{0,40}|.{0,25}(?:seite|artikel|inhalt) (?:wurde |konnte )?(?:leider )?(?:nicht (?:gefunden|verfügbar)|existiert nicht).{0,20}|"
    r".{0,20}(?:página|artigo|conteúdo|artículo|contenido|noticia) (?:não|no) (?:foi )?(?:encontrad[oa]|disponible|disponível|existe).{0,20}|"
    r".{0,20}(?:page|article|contenu) (?:introuvable|non trouvée?|n.existe (?:pas|plus)).{0,20}|.{0,20}(?:pagina|articolo|contenuto) non "
    r"(?:è )?(?:trovat[ao]|disponibile|esiste).{0,20}|.{0,20}(?:pagina|artikel) (?:is )?niet (?:gevonden|beschikbaar).{0,20}|.{0,20}(?:strona|"
    r"artykuł) nie (?:została |został )?(?:znalezion[ay]|istnieje).{0,20}|nie znaleziono.{0,30}|.{0,12}sayfa bulunamadı.{0,12}|.{0,20}(?:страница|"
    r"статья|материал) (?:не найден[ао]?|не существует|удален[ао]?|удалён).{0,20}|.{0,20}сторінк[ау] не знайдено.{0,12}|.{0,12}الصفحة غير موجودة.{0,12}|"
    r".{0,16}(?:页面|頁面|网页|網頁|文章|内容|您访问的页面).{0,6}(?:不存在|未找到|找不到|已删除|已刪除|走丢).{0,12}|找不到.{0,10}(?:页面|頁面|网页|網頁).{0,6}|"
    r".{0,20}(?:ページ|記事)(?:が|は)(?:見つかりません|存在しません|削除され).{0,16}|.{0,20}(?:페이지|기사)(?:를|을|가)? ?(?:찾을 수 없|존재하지 않|삭제).{0,16})\W*",
    re.IGNORECASE,
)  # fmt: skip

_PAYWALL_CLASS = re.compile(
    r"(?:^|[\s_-])(?:pay-?wall|reg-?wall|subscriber-?(?:only|wall|content)|subscription-?(?:wall|gate|required)|premium-?(?:wall|gate|"
    r"overlay|content-?lock)|article-?(?:locked|gate|paywall)|metered-?content|meter-?wall|paid-?content|content-?gate|tp-modal|piano-?"
    r"(?:container|offer|paywall)|locked-?content|leaky-?paywall|pw-?layer)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NO_PAYWALL_CLASS = re.compile(
    r"\b(?:no|not|free|disable[d]?|hide|hidden|without|is-free)[\s_-]*(?:pay-?wall|paywall)|paywall[_-]?(?:off|disabled|free|none)",
    re.I,
)
_BANNER_CLASS = re.compile(
    r"cookie|consent|gdpr|onetrust|didomi|usercentrics|qc-cmp|sp_message|cmp-?(?:box|wall|layer|container|banner)|truste|privacy-?(?:wall|"
    r"banner|gate|layer)|ccpa",
    re.IGNORECASE,
)
_BANNER_TAGS = ("div", "section", "aside", "dialog", "form", "footer", "p")


def word_count(text: str) -> int:
    """Words; in scripts without spaces two characters count as one (Chinese and Japanese words are that long)."""
    from watcher.text.scripts import SPACELESS_RANGES

    spaceless = len(re.findall(f"[{SPACELESS_RANGES}]", text))
    return len(re.findall(r"\w+", re.sub(f"[{SPACELESS_RANGES}]", " ", text))) + spaceless // 2


def remove_banners(root: HtmlElement) -> str:
    """Takes cookie and consent banners out of the tree; returns their words."""
    words = []
    for element in list(root.iter(*_BANNER_TAGS)):
        name = f"{element.get('id', '')} {element.get('class', '')}"
        if len(name) > 1 and _BANNER_CLASS.search(name) and not _holds_article(element):
            text = " ".join(element.text_content().split())
            # "cookies-accepted" and the like on the page's outermost box
            if text and (word_count(text) < 400 or len(_CONSENT.findall(text)) * 60 > word_count(text)):
                words.append(text)
                element.drop_tree()
    return " ".join(words)


def _holds_article(element: HtmlElement) -> bool:
    return next(element.iter("article", "h1"), None) is not None and len(_CONSENT.findall(element.text_content())) < 2


def is_consent_page(claims: Claims, banner: str, text: str, visible: str) -> bool:
    """Whether the page is nothing but a consent form: `text` is what was extracted, `visible` all words but banners."""
    if _CONSENT_HOSTS.search(urlsplit(claims.page.url).hostname or ""):
        return True
    if word_count(text) >= _SHORT_PAGE_WORDS and not _mostly_consent(text):
        return False
    if banner and len(_CONSENT.findall(banner)) >= 2:
        return word_count(visible) < max(60, word_count(banner))
    return _mostly_consent(visible) and not claims.article


def _mostly_consent(text: str) -> bool:
    return len(_CONSENT.findall(text)) >= max(3, word_count(text) / 60)


def paywall(claims: Claims, text: str, visible: str) -> Literal["paywall"] | None:
    """Whether only a teaser of the article was delivered, by what the page declares, asks for, or is built of."""
    if word_count(text) >= _TEASER_WORDS:
        return None
    said = [value for node in claims.nodes if _FREE in node for value in [node[_FREE]]]
    tier = (claims.first_meta("article:content_tier", "content_tier") or "").lower()
    if any(str(value).lower().endswith("false") for value in said) or tier in ("locked", "metered"):
        return "paywall"
    if _SUBSCRIBE.search(visible) or _has_paywall_box(claims.root):
        return "paywall"
    return None


def _has_paywall_box(root: HtmlElement) -> bool:
    for element in root.iter("div", "section", "aside", "p"):
        name = f"{element.get('class', '')} {element.get('id', '')}"
        if len(name) > 5 and _PAYWALL_CLASS.search(name) and not _NO_PAYWALL_CLASS.search(name):
            return True
    return False


def without_offers(text: str) -> str:
    """The text without the lines that ask to subscribe or to consent."""
    lines = text.split("\n")
    return "\n".join(
        line for line in lines if len(line) > 400 or not (_SUBSCRIBE.search(line) or _mostly_consent(line))
    )


def is_no_article(claims: Claims, visible: str, text: str) -> bool:
    """An error page sent with status 200, a bot challenge, a login form, a list of articles, a home page."""
    words = word_count(visible)
    title = next((element.text_content() for element in claims.root.iter("title")), "").strip()
    if words < _SHORT_PAGE_WORDS * 2:
        heads = (title, *claims.headings[:2])
        if any(_MISSING.match(part) for head in heads for part in (head, *re.split(r"\s[|–—-]\s", head))):
            return True
    if words < _SHORT_PAGE_WORDS:
        if _CHALLENGE.search(f"{title}\n{visible}") or _has_challenge(claims.root):
            return True
        if claims.root.xpath("boolean(//input[@type='password'])") and not claims.says_article:
            return True
    return _is_listing(claims, text)


def _has_challenge(root: HtmlElement) -> bool:
    for element in root.iter("script", "iframe", "div", "form"):
        marks = f"{element.get('src', '')} {element.get('id', '')} {element.get('class', '')} {element.get('action', '')}".lower()
        if any(
            mark in marks or (element.tag == "script" and mark in (element.text or "")[:5000].lower())
            for mark in _CHALLENGE_MARKS
        ):
            return True
    return False


def _is_listing(claims: Claims, text: str) -> bool:
    parts = urlsplit(claims.page.url)
    is_home = (
        parts.path.rstrip("/") in ("", "/index.html", "/index.php", "/home") and not parts.query and bool(parts.netloc)
    )
    if claims.article and not is_home:
        return False
    teasers = _linked_headlines(claims.root)
    prose = sum(word_count(line) for line in text.split("\n") if word_count(line) >= 25)
    if is_home:
        return teasers >= 3 or not claims.says_article
    if any(map(linked_data.is_listing, claims.nodes)) and prose < 150:
        return True
    # In a list each headline has a teaser of a sentence or two; an article with as many links to others is longer.
    return teasers >= 5 and prose < (20 if claims.says_article else 45) * teasers


def _linked_headlines(root: HtmlElement) -> int:
    outside = {"aside", "footer", "nav", "header"}
    count = 0
    for heading in root.iter("h2", "h3", "h4"):
        linked = next(heading.iter("a"), None) is not None or heading.getparent().tag == "a"
        if linked and not any(ancestor.tag in outside for ancestor in heading.iterancestors()):
            count += 1
    return count
