"""What walls, error pages and challenges say, in seventeen languages. Data for `walls`."""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase for line in text.splitlines() for part in line.split("|") if (phrase := part.strip()))


# Stems of which every offer holds one: the pattern below costs more than the rest of an extraction, a look-up nothing.
SUBSCRIBE_STEMS = _phrases(
    """
subscri | member | register | unlock | reading | log in | sign up | assin | cadastre-se | login | subscre | abon |
weiterlesen | weiterzulesen | artikel | testen | lesen | suscr | regístr | hazte | exclusiv | reservad | restrit |
réserv | connectez | inscriv | à lire | abbon | iscri | registrati | accedi | riservato | verder | prenumer | subskr |
dostęp | czytać | devam | haberin tamamı | abone | подпис | войдите | передплат | увійдіть | اشترك | سجل | للمشتركين |
订阅 | 登录 | 登錄 | 登入 | 付费 | 付費 | 会员 | 會員 | 会員 | 剩余 | 開通 | 开通 | 有料 | 続き | 購読 | 残り |
구독 | 로그인 | 회원 | 유료 | 프리미엄 | logga in | předpla | přihlas
"""
)
SUBSCRIBE = _any(
    r"(?:subscribe|sign up|register|log in|become a (?:member|subscriber))\b.{0,40}\bto (?:continue|keep|read|"
    r"unlock|access)",
    r"(?:subscribe|register) for full access",
    r"(?:continue|keep) reading (?:with|by|for)",
    r"(?:this|the) (?:article|story|content) is (?:for|only for|available (?:only )?to|reserved for|exclusive to)"
    r" .{0,20}(?:subscribers|members)",
    r"to (?:read|continue reading) (?:the (?:full|rest)|this) .{0,30}(?:subscribe|register|log in)",
    r"already a subscriber|unlock this article|subscribers only",
    # Portuguese
    r"(?:assine|cadastre-se|faça (?:o )?login|subscreva|torne-se assinante)\b.{0,40}\bpara (?:continuar|ler|"
    r"ter acesso|aceder)",
    r"(?:conteúdo|artigo|matéria) (?:exclusiv[oa]|reservad[oa]|restrit[oa]) (?:para|a) (?:assinantes|subscritores)",
    r"já é assinante|exclusivo para assinantes",
    # German
    r"(?:jetzt|hier) (?:abonnieren|weiterlesen) (?:und|mit)|weiterlesen mit|um weiterzulesen|zum weiterlesen",
    r"(?:diesen|den ganzen|den vollständigen) artikel (?:mit|lesen sie mit|weiterlesen)|bereits abonnent",
    r"(?:dieser|der) (?:artikel|inhalt|beitrag) ist (?:nur )?(?:für|exklusiv für) .{0,20}(?:abonnenten|"
    r"abonnentinnen|mitglieder)",
    r"(?:testen|lesen) sie .{0,30}(?:\bplus\b|\bpremium\b|digitalabo|probeabo)",
    # Spanish
    r"(?:suscríbete|suscríbase|regístrate|hazte (?:socio|suscriptor))\b.{0,40}\bpara (?:seguir|continuar|leer|acceder)",
    r"(?:contenido|artículo|noticia) (?:exclusiv[oa]|solo|reservad[oa]) (?:para|a) suscriptores|ya (?:eres|"
    r"es) suscriptor",
    # French
    r"(?:abonnez-vous|inscrivez-vous|connectez-vous)\b.{0,40}\bpour (?:lire|continuer|poursuivre|accéder)",
    r"(?:article|contenu) (?:est )?réservé (?:aux|à nos) abonnés|déjà abonné|la suite est réservée",
    r"il vous reste .{0,20}de cet article à lire",
    # Italian
    r"(?:abbonati|registrati|accedi)\b.{0,40}\bper (?:continuare|leggere|accedere)",
    r"(?:contenuto|articolo) (?:è )?riservato agli abbonati|sei già abbonato",
    # Dutch
    r"(?:abonneer je|word abonnee|log in|neem een abonnement)\b.{0,40}\b(?:om (?:verder|dit|het hele)|en lees)",
    r"(?:dit|het) artikel is (?:alleen )?(?:voor|exclusief voor) (?:abonnees|leden)|al abonnee|verder lezen\?",
    # Polish
    r"(?:wykup|kup|załóż)\b.{0,30}\b(?:dostęp|subskrypcję|prenumeratę)|aby czytać dalej|masz już (?:prenumeratę|"
    r"subskrypcję)",
    r"(?:treść|artykuł) (?:dostępn[ay] )?(?:tylko )?dla (?:prenumeratorów|subskrybentów)",
    # Turkish
    r"(?:okumaya devam etmek|devamını okumak|haberin tamamını okumak) için|(?:yalnızca|sadece) abonelere|"
    r"zaten abone misiniz",
    # Russian, Ukrainian
    r"(?:оформите подписку|подпишитесь|войдите)\b.{0,40}\b(?:чтобы|для)\b.{0,20}(?:чита|прочита|продолж|доступ)",
    r"(?:материал|статья|текст) (?:доступ\w+ )?(?:только )?(?:для )?подписчик|уже есть подписка",
    r"(?:оформіть підписку|оформіть передплату|підпишіться|увійдіть)\b.{0,40}\bщоб\b|лише для передплатників",
    # Arabic
    r"(?:اشترك|سجل الدخول).{0,40}(?:لمواصلة|لمتابعة|لإكمال|لقراءة)|للمشتركين فقط|هذا المحتوى للمشتركين",
    # Chinese
    r"(?:订阅|登录|登錄|登入|付费|付費|開通|开通|成为会员|成為會員|加入會員).{0,18}(?:继续阅读|繼續閱讀|阅读全文|"
    r"閱讀全文|查看全文|解锁)",
    r"(?:仅限|僅限|限).{0,6}(?:会员|會員|订阅|訂閱|付费|付費).{0,4}(?:阅读|閱讀|用户|讀者)|剩余.{0,6}字",
    r"(?:会员|會員)(?:专享|專享|限定)|(?:付费|付費)(?:内容|內容|文章)",
    # Japanese
    r"(?:この記事は|ここから先は|こちらは).{0,12}(?:会員|有料|購読者)|会員限定(?:記事|です)|残り\s*[\d,]+\s*文字",
    r"続きを(?:読む|お読みになる|ご覧になる)に?は|(?:ログイン|会員登録|購読)して.{0,8}(?:続き|全文)",
    # Korean
    r"(?:구독|로그인|회원가입|유료회원).{0,16}(?:계속 읽|전체 기사|전문을|이어서|열람|보실 수)",
    r"(?:유료|구독자|회원|프리미엄) ?(?:전용|회원만|독자 전용)",
    # Swedish, Czech
    r"(?:prenumerera|logga in)\b.{0,30}\bför att (?:läsa|fortsätta)|(?:předplaťte|přihlaste)\b.{0,40}\b(?:abyste|"
    r"pro čtení)",
)

# Plain phrases, counted in the lower-cased text.
CONSENT = _phrases(
    """
before you continue | store and/or access information | use cookies and | our partners | we use cookies |
value your privacy | care about your privacy | privacy choices | accept all | accept cookies | reject all |
manage options | manage preferences | manage cookies | cookie settings | legitimate interest | your consent |
consent to | valorizamos a sua privacidade | antes de continuar | aceitar tudo | aceitar todos | aceitar cookies |
rejeitar tudo | rejeitar todos | gerir opções | utilizamos cookies | usamos cookies | utiliza cookies |
consentimento | nossos parceiros | verwenden cookies | nutzen cookies | unsere partner | partner verwenden |
ihre privatsphäre | bevor sie fortfahren | alle akzeptieren | alle ablehnen | cookies akzeptieren |
zustimmen und weiter | einwilligung | mit werbung | einstellungen verwalten | berechtigtes interesse |
berechtigten interesses | valoramos su privacidad | valoramos tu privacidad | respetamos tu privacidad |
aceptar todo | aceptar todas | aceptar y continuar | aceptar cookies | rechazar todo | rechazar todas |
consentimiento | nuestros socios | votre vie privée | avant de continuer | tout accepter | continuer et accepter |
accepter et continuer | accepter et fermer | tout refuser | continuer sans accepter | utilisons des cookies |
utilisent des cookies | consentement | paramétrer les cookies | intérêt légitime | la tua privacy |
prima di continuare | accetta tutto | accetta tutti | accetta e continua | rifiuta tutto | utilizziamo cookie |
utilizziamo i cookie | il tuo consenso | interesse legittimo | je privacy | uw privacy | voordat je verdergaat |
alles accepteren | alles afwijzen | alles weigeren | gebruiken cookies | toestemming | cookies accepteren |
onze partners | twoją prywatność | państwa prywatność | zaakceptuj wszystk | akceptuj wszystk | odrzuć wszystk |
przejdź do serwisu | plików cookie | wyrażam zgodę | zgodę na | gizliliğinize | devam etmeden önce | tümünü kabul et |
tümünü reddet | çerez | вашу конфиденциальность | прежде чем продолжить | принять все | отклонить все | файлы cookie |
согласие на | 继续之前 | 重视您的隐私 | 接受所有 | 全部接受 | 全部拒绝 | 使用 cookie | 使用cookie | 同意并继续 |
繼續之前 | 全部拒絕 | 同意並繼續 | 続行する前に | プライバシーを尊重 | すべて同意 | すべて拒否 | すべて許可 |
すべて受け入れ | cookieを使用 | cookie を使用 | クッキーを使用 | 同意して | 계속하기 전에 | 개인정보를 존중 |
모두 동의 | 모두 수락 | 모두 거부 | 쿠키를 사용 | 동의하고 계속 | نقدر خصوصيتك | قبل المتابعة | قبول الكل | رفض الكل |
ملفات تعريف الارتباط
"""
)

CHALLENGE = _phrases(
    """
just a moment | attention required | checking your browser | checking if the site connection is secure |
you are human | you are a human | are you a robot | are you human | not a robot | enable javascript and cookies |
please enable javascript | please enable js | please turn on javascript | access denied |
access to this page has been denied | unusual traffic | ddos-guard | ddos protection | pardon our interruption |
security check | bot protection | bot verification | request unsuccessful | you have been blocked |
human verification | verificação de segurança | você é humano | não sou um robô | einen moment |
sicherheitsüberprüfung | sind sie ein mensch | kein roboter | zugriff verweigert | comprobando su navegador |
comprobando tu navegador | no soy un robot | acceso denegado | vérification de sécurité | pas un robot |
accès refusé | verifica di sicurezza | non sono un robot | accesso negato | toegang geweigerd | nie jestem robotem |
odmowa dostępu | ben robot değilim | erişim engellendi | проверка безопасности | проверка браузера | я не робот |
доступ запрещен | доступ запрещён | 安全验证 | 人机验证 | 请完成验证 | 访问受限 | 访问验证 | 安全驗證 |
アクセスが拒否 | 私はロボットではありません | セキュリティチェック | 보안 확인 | 로봇이 아닙니다 | 접근이 거부 |
لست روبوت
"""
)
CHALLENGE_MARKS = (
    "cf-challenge challenge-platform cf_chl_ px-captcha captcha-delivery.com g-recaptcha h-captcha _incapsula_resource "
    "awswaf aws-waf sec-if-cpt geetest"
).split()

# A whole title or heading that says the page is missing.
_ERROR = r"(?:error|fehler|erro|erreur|errore|fout|błąd|ошибка|hata|错误|エラー|오류)"
MISSING = _any(
    rf"{_ERROR}?\s*(?:404|410|403|500|502|503)\b.{{0,50}}",
    r".{0,25}\b(?:page|article|story|content|document) (?:was |could )?(?:not|no longer) (?:be )?(?:found|"
    r"available|exists?)\b.{0,20}",
    r".{0,12}page (?:doesn.t|does not) exist.{0,12}|not found|oops\b.{0,40}",
    r".{0,25}(?:seite|artikel|inhalt) (?:wurde |konnte )?(?:leider )?(?:nicht (?:gefunden|verfügbar)|"
    r"existiert nicht).{0,20}",
    r".{0,20}(?:página|artigo|conteúdo|artículo|contenido|noticia) (?:não|no) (?:foi )?"
    r"(?:encontrad[oa]|disponible|disponível|existe).{0,20}",
    r".{0,20}(?:page|article|contenu) (?:introuvable|non trouvée?|n.existe (?:pas|plus)).{0,20}",
    r".{0,20}(?:pagina|articolo|contenuto) non (?:è )?(?:trovat[ao]|disponibile|esiste).{0,20}",
    r".{0,20}(?:pagina|artikel) (?:is )?niet (?:gevonden|beschikbaar).{0,20}",
    r".{0,20}(?:strona|artykuł) nie (?:została |został )?(?:znalezion[ay]|istnieje).{0,20}|nie znaleziono.{0,30}",
    r".{0,12}sayfa bulunamadı.{0,12}",
    r".{0,20}(?:страница|статья|материал) (?:не найден[ао]?|не существует|удален[ао]?|удалён).{0,20}",
    r".{0,20}сторінк[ау] не знайдено.{0,12}|.{0,12}الصفحة غير موجودة.{0,12}",
    r".{0,16}(?:页面|頁面|网页|網頁|文章|内容).{0,6}(?:不存在|未找到|找不到|已删除|已刪除|走丢).{0,12}",
    r".{0,12}找不到.{0,10}(?:页面|頁面|网页|網頁).{0,6}",
    r".{0,20}(?:ページ|記事)(?:が|は)(?:見つかりません|存在しません|削除され).{0,16}",
    r".{0,20}(?:페이지|기사)(?:를|을|가)? ?(?:찾을 수 없|존재하지 않|삭제).{0,16}",
)

PAYWALL_CLASS = re.compile(
    r"(?:^|[\s_-])(?:pay-?wall|reg-?wall|subscriber-?(?:only|wall|content)|subscription-?(?:wall|gate|required)|"
    r"premium-?(?:wall|gate|overlay|content-?lock)|article-?(?:locked|gate|paywall)|metered-?content|meter-?wall|"
    r"paid-?content|"
    r"content-?gate|tp-modal|piano-?(?:container|offer|paywall)|locked-?content|leaky-?paywall|pw-?layer)(?:$|[\s_-])",
    re.IGNORECASE,
)
NO_PAYWALL_CLASS = re.compile(
    r"\b(?:no|not|free|disabled?|hide|hidden|without|is-free)[\s_-]*pay-?wall|paywall[_-]?(?:off|disabled|free|none)",
    re.IGNORECASE,
)
BANNER_CLASS = re.compile(
    r"cookie|consent|gdpr|onetrust|didomi|usercentrics|qc-cmp|sp_message|cmp-?(?:box|wall|layer|container|banner)|"
    r"truste|"
    r"privacy-?(?:wall|banner|gate|layer)|ccpa",
    re.IGNORECASE,
)
# A way to a consent form: a whole part of the path, so that an article about consent is none.
CONSENT_PATH = re.compile(
    r"/(?:consent(?:-?wall)?|cookie-?(?:wall|consent)|privacy-?(?:wall|gate)|cmp|zustimmung|einwilligung|"
    r"consentement|consentimiento|consentimento|consenso)(?:/|$|\.(?:html?|php|aspx?)$)",
    re.IGNORECASE,
)
CONSENT_HOST = re.compile(r"^(?:consent|guce|cmp|privacy|zustimmung)\.|(?:^|\.)consent\.")
