"""What a number is a number of: shares of a hundred, money, measures, and things that news counts."""

from __future__ import annotations

from functools import cache

from watcher.stories.facts.words import fold_word

PERCENT = "%"

# Signs and codes of money, before or behind the number.
CURRENCY_SIGNS = {
    "us$": "USD", "u$s": "USD", "$us": "USD", "a$": "AUD", "c$": "CAD", "hk$": "HKD", "nt$": "TWD", "s$": "SGD",
    "r$": "BRL", "mex$": "MXN", "nz$": "NZD", "$": "USD", "€": "EUR", "£": "GBP", "¥": "¥", "rmb": "CNY", "₽": "RUB",
    "₩": "KRW", "₹": "INR", "rs": "INR", "₺": "TRY", "₴": "UAH", "₪": "ILS", "zł": "PLN", "usd": "USD", "eur": "EUR",
    "gbp": "GBP", "cny": "CNY", "jpy": "JPY", "krw": "KRW", "rub": "RUB", "inr": "INR", "brl": "BRL", "chf": "CHF",
    "aud": "AUD", "cad": "CAD", "hkd": "HKD", "twd": "TWD", "pln": "PLN", "sek": "SEK", "nok": "NOK", "dkk": "DKK",
    "kr": "KR",
}  # fmt: skip

# Unit, then the words for it (folded beginnings end with a star). Words of scripts without spaces stand in `_JOINED`.
_UNITS = """
% = percent percents pct prozent procent procenten procents procenta procentow procentu procento prosent prosenttia
% = percento percentage percentuali процент* процентов відсот* percentageprozentpunkte vh yuzde persen
% = percentagepoints prozentpunkt* procentenheter szazalek* проц proc प्रतिशत फीसदी फ़ीसदी אחוז אחוזים درصد
USD = dollar dollars dollarn dolar dolares dolarow dolara dolary dolari dolarlik dollari dollaria dollaro bucks
USD = доллар* долл дол долар* دولار دولارا دولارات دولارا डॉलर δολαρι* דולר
EUR = euro euros euron eur евро євро يورو ευρω avro
GBP = pound pounds pfund libra libras livres sterline sterling funtow funt фунт* стерлинг*
CNY = yuan yuans renminbi юан* يوان jen iuanes iuane
JPY = yen yens йен* иен* ين
KRW = вон won wons
RUB = ruble rubles rouble roubles rubel rublos rublo rubli roebel rubla rubli rublow рубл* руб روبل
INR = rupee rupees rupien rupias rupie roupies рупи* روبيه रुपये रुपए
BRL = reais reales reals
PLN = zloty zlotych zlote zl
TRY = lira liras lirasi
CHF = franken francs franchi franchisuisses
KR = kronor kroner kronen koron korun
nm = nm nanometer nanometers nanometre nanometres nanometri nanometros nanometrow nanometr* нанометр* нм نانومتر
km = km kilometer kilometers kilometre kilometres kilometern kilometri quilometros quilometro kilometros kilometro
km = kilometrow kilometrov kilometre километр* км كيلومتر كيلومترا كم كيلومترات
mile = mile miles meilen milles millas milhas miglia mijl mil мил* ميل
m = metre metres meter meters metern metros metro metri metrow metr* метр* متر مترا امتار
kg = kg kilogram kilograms kilogramm kilogrammes kilos kilo kilogramos quilos quilogramas килограмм* кг كيلوغرام
t = ton tons tonne tonnes tonnen toneladas tonelada tonnellate tonn ton* тонн* طن طنا
mw = mw megawatt megawatts megawatios мегаватт* мвт
gw = gw gigawatt gigawatts gigawatios гигаватт* гвт
kw = kw kilowatt kilowatts
gb = gb gigabyte gigabytes gigaoctets гб гигабайт*
tb = tb terabyte terabytes тб терабайт*
mb = mb megabyte megabytes мб
barrel = barrel barrels barriles barris barili fasser vaten баррел* برميل
celsius = celsius grad degrees graus grados gradi degres градус*
hour = hour hours stunde stunden hora horas ore ora heures heure uur uren godzin godziny час часа часов saat timmar timer ساعه
hour = ساعات
minute = minute minutes minuten minuto minutos minuti minut минут* dakika دقيقه دقائق minuter minutter
second = seconds sekunden segundos secondi secondes seconden sekund секунд* saniye ثانيه
day = day days tag tage tagen dia dias giorno giorni jour jours dag dagen dni dzien день дня дней gun ايام يوم يوما dagar
week = week weeks woche wochen semana semanas settimana settimane semaine semaines weken tydzien tygodni tygodnie
week = недел* hafta اسابيع اسبوع veckor uger uker
month = month months monat monate monaten mes meses mese mesi mois maand maanden miesiac* месяц* ay اشهر شهر manader
year = year years jahr jahre jahren ano anos año años anno anni ans annee annees jaar jaren lat lata rok roku год года лет
year = yil yildir عام عاما سنه سنوات اعوام
dead = dead deaths killed tote toten todesopfer getotet muertos muertes fallecidos victimas mortos mortes vitimas morti
dead = vittime uccise uccisi morts doden zabitych ofiar погиб* жертв* убит* olu قتيل قتيلا قتلى وفاه doda dode
hurt = injured wounded hurt verletzte verletzten heridos lesionados feridos feriti blesses gewonden rannych ранен*
hurt = пострадавш* yarali جريح جريحا جرحى مصابا مصابين skadade
job = jobs arbeitsplatze stellen empleos empregos posti emplois banen рабочих etatow
staff = employees staff workers mitarbeiter* beschaftigte* empleados funcionarios trabalhadores dipendenti salaries
staff = werknemers medewerkers pracownikow сотрудник* работник* calisan موظف موظفين موظفا anstallda ansatte
troops = troops soldiers soldaten soldados soldati soldats zolnierzy солдат* военнослужащ* asker جندي جنديا جنود
people = people persons menschen personen leute personas pessoas persone personnes mensen osob ludzi человек человека людей kisi شخص
people = شخصا اشخاص
user = users nutzer nutzern usuarios utilizadores utenti utilisateurs gebruikers uzytkownikow пользовател* kullanici
user = مستخدم مستخدما مستخدمين
customer = customers kunden clientes clienti clients klanten klientow клиент* abonnenten
chip = chip chips chipe chippe процессор* чип* чипов chipow cipli شريحه رقاقه شرائح رقائق processors prozessoren
chip = processadores procesadores processori processeurs semiconductors
gpu = gpu gpus grafikprozessoren grafikkarten gpuow видеокарт* ускорител* aceleradores accelerators beschleuniger acceleratori
gpu = accelerateurs grafikchips aceleradoras
parameter = parameter parameters parametern parametros parametri parametres параметр* parametrow معلمه parametre
token = tokens token токен* tokenow
share = shares aktien acciones acoes azioni actions aandelen akcji акци* hisse سهم
car = cars vehicles fahrzeuge autos coches vehiculos carros veiculos veicoli voitures vehicules автомобил* arac سياره
unit = units unidades unita unites stuck eenheden sztuk единиц adet وحده
vote = votes stimmen votos voti voix stemmen glosow голос* oy صوت صوتا
order = orders bestellungen pedidos ordini commandes заказ*
"""

# Scripts without spaces, and Korean, which writes the unit onto the number: the beginning of what follows it.
_JOINED = """
% = % パーセント ％ 퍼센트 프로 百分点 個百分點 个百分点
USD = 美元 美金 ドル 米ドル 달러 미국달러 億美元
EUR = 欧元 歐元 ユーロ 유로
GBP = 英镑 英鎊 ポンド 파운드
CNY = 元 人民币 人民幣 人民元 위안
JPY = 日元 日圓 円 엔
KRW = 韩元 韓元 ウォン 원
RUB = 卢布 盧布 ルーブル 루블
INR = 卢比 盧比 ルピー 루피
HKD = 港元 港幣 港币 香港ドル 香港元 홍콩달러
TWD = 新台币 新台幣 台幣
nm = 纳米 奈米 ナノメートル ナノ 나노
km = 公里 千米 キロメートル キロ 킬로미터
m = 米 公尺 メートル 미터
mile = 英里 マイル 마일
kg = 公斤 千克 キログラム 킬로그램
t = 吨 噸 トン 톤
mw = 兆瓦 メガワット 메가와트
gw = 吉瓦 ギガワット 기가와트
hour = 小时 小時 時間 시간
minute = 分钟 分鐘 分間 분
second = 秒 초
day = 天 日間 일간
week = 周 週 周間 週間 주
month = 个月 個月 か月 カ月 ヶ月 ヵ月 개월
year = 年 年間 歳 岁 歲 년
dead = 人死亡 人遇难 人遇難 人が死亡 人死 人罹难 명사망 명이숨 명숨 死
hurt = 人受伤 人受傷 人がけが 人負傷 명부상 人伤
staff = 名员工 名員工 人の従業員 명의직원
troops = 名士兵 名军人 人の兵士 명의병력
people = 人 名 명 位
user = 用户 用戶 ユーザー 사용자
gpu = 块显卡 张显卡 枚のgpu 块gpu 颗gpu 张gpu 基のgpu 個のgpu 枚gpu 개의gpu
chip = 颗芯片 块芯片 枚芯片 片芯片 顆晶片 個のチップ 枚のチップ 個芯片 个芯片 개의칩 块加速卡
unit = 个 個 枚 台 块 張 张 颗 顆 片 件 部 辆 輛 개 대 장
share = 股 株 주식
vote = 票 표
parameter = 参数 參數 パラメータ 매개변수
token = 个token トークン 토큰
"""


def _rows(table: str) -> list[tuple[str, list[str]]]:
    rows = [line.partition(" = ") for line in table.strip().splitlines()]
    return [(unit, words.split()) for unit, _, words in rows]


@cache
def _exact() -> dict[str, str]:
    return {fold_word(word): unit for unit, words in _rows(_UNITS) for word in words if not word.endswith("*")}


@cache
def _beginnings() -> dict[str, str]:
    return {fold_word(word[:-1]): unit for unit, words in _rows(_UNITS) for word in words if word.endswith("*")}


@cache
def _joined() -> dict[str, str]:
    return {word: unit for unit, words in _rows(_JOINED) for word in words}


def unit_of(word: str) -> str:
    """The unit a folded word stands for; "" for none."""
    found = _exact().get(word) or CURRENCY_SIGNS.get(word)
    if found:
        return found
    beginnings = _beginnings()
    lengths = range(min(len(word), 10), 2, -1)
    return next((beginnings[word[:length]] for length in lengths if word[:length] in beginnings), "")


def joined_unit(text: str) -> tuple[str, int]:
    """The unit a text in a script without spaces begins with, and its length; the longest name counts."""
    table = _joined()
    return next(((table[text[:length]], length) for length in range(8, 0, -1) if text[:length] in table), ("", 0))


MONEY = frozenset(CURRENCY_SIGNS.values())
SPANS = frozenset({"hour", "minute", "second", "day", "week", "month", "year"})
"""Lengths of time: said in every article, so they tell little."""
LOOSE = frozenset({"unit", "people", "chip", "gpu"})
"""Words for what is counted that may stand for a more precise one: chips are GPUs, the dead are people."""


def agree(one: str, other: str) -> bool:
    """True where two units may be one: either is not told, or one is a looser word for what is counted."""
    if not one or not other or one == other:
        return True
    if {one, other} in ({"¥", "CNY"}, {"¥", "JPY"}):
        return True
    if one in LOOSE or other in LOOSE:
        return not (_is_measured(one) or _is_measured(other))
    return False


def _is_measured(unit: str) -> bool:
    return unit == PERCENT or unit in MONEY or unit in SPANS or unit in _MEASURES


_MEASURES = frozenset("nm km mile m kg t mw gw kw gb tb mb barrel celsius".split())
