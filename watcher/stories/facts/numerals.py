"""How languages write numbers in words: units, tens, and what multiplies them."""

from __future__ import annotations

from functools import cache, lru_cache

from watcher.stories.facts.words import fold_word

# Words for 2 to 9 (0 = left out: the word means something else as well), 10 to 19, 20 to 90; further forms as "word=n".
# 1 is left out everywhere: it is an article in most languages.
_COUNTING: dict[str, tuple[str, str, str, str]] = {
    "en": (
        "two three four five six seven eight nine",
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
        "twenty thirty forty fifty sixty seventy eighty ninety",
        "dozen=12",
    ),
    "de": (
        "zwei drei vier fünf sechs sieben acht neun",
        "zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
        "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
        "zwo=2 dutzend=12 fuenf=5 zwoelf=12 fuenfzig=50",
    ),
    "nl": (
        "twee drie vier vijf zes zeven acht negen",
        "tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien",
        "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
        "",
    ),
    "fr": (
        "deux trois quatre cinq six sept huit 0",
        "dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf",
        "vingt trente quarante cinquante soixante septante octante nonante",
        "huitante=80 vingts=20 douzaine=12",
    ),
    "es": (
        "dos tres cuatro cinco seis siete ocho nueve",
        "diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve",
        "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
        "veintiuno=21 veintiún=21 veintidós=22 veintitrés=23 veinticuatro=24 veinticinco=25 veintiséis=26 "
        "veintisiete=27 veintiocho=28 veintinueve=29 doscientos=200 doscientas=200 trescientos=300 trescientas=300 "
        "cuatrocientos=400 cuatrocientas=400 quinientos=500 quinientas=500 seiscientos=600 seiscientas=600 "
        "setecientos=700 setecientas=700 ochocientos=800 ochocientas=800 novecientos=900 novecientas=900 docena=12",
    ),
    "pt": (
        "dois três quatro cinco seis sete oito nove",
        "dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove",
        "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
        "duas=2 quatorze=14 dezasseis=16 dezassete=17 dezanove=19 duzentos=200 duzentas=200 trezentos=300 "
        "trezentas=300 quatrocentos=400 quatrocentas=400 quinhentos=500 quinhentas=500 seiscentos=600 seiscentas=600 "
        "setecentos=700 setecentas=700 oitocentos=800 oitocentas=800 novecentos=900 novecentas=900 dúzia=12",
    ),
    "it": (
        "due tre quattro cinque 0 sette otto nove",
        "dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove",
        "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
        "",
    ),
    "pl": (
        "dwa trzy cztery pięć sześć siedem osiem dziewięć",
        "dziesięć jedenaście dwanaście trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście "
        "dziewiętnaście",
        "dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt",
        "dwie=2 dwóch=2 dwoje=2 trzech=3 czterech=4 pięciu=5 sześciu=6 siedmiu=7 ośmiu=8 dziewięciu=9 dziesięciu=10 "
        "pięćdziesięciu=50 dwudziestu=20 trzydziestu=30 dwieście=200 trzysta=300 czterysta=400 pięćset=500 "
        "sześćset=600 siedemset=700 osiemset=800 dziewięćset=900",
    ),
    "ru": (
        "два три четыре пять шесть семь восемь девять",
        "десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать "
        "девятнадцать",
        "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто",
        "две=2 двух=2 двум=2 двумя=2 двое=2 трех=3 трем=3 трое=3 четырех=4 четверо=4 пяти=5 пятеро=5 "
        "шестеро=6 семеро=7 шести=6 "
        "семи=7 восьми=8 девяти=9 десяти=10 двенадцати=12 пятнадцати=15 двадцати=20 тридцати=30 сорока=40 "
        "пятидесяти=50 шестидесяти=60 семидесяти=70 восьмидесяти=80 двести=200 двухсот=200 триста=300 трехсот=300 "
        "четыреста=400 пятьсот=500 пятисот=500 шестьсот=600 семьсот=700 восемьсот=800 девятьсот=900 полтора=1.5 "
        "дюжина=12",
    ),
    "uk": (
        "два три чотири пять шість сім вісім девять",
        "десять одинадцять дванадцять тринадцять чотирнадцять пятнадцять шістнадцять сімнадцять вісімнадцять "
        "девятнадцять",
        "двадцять тридцять сорок пятдесят шістдесят сімдесят вісімдесят девяносто",
        "дві=2 двох=2 трьох=3 чотирьох=4 двісті=200 триста=300 чотириста=400",
    ),
    "tr": (
        "iki üç dört beş 0 yedi sekiz dokuz",
        "0 0 0 0 0 0 0 0 0 0",
        "yirmi otuz kırk elli altmış yetmiş seksen doksan",
        "",
    ),
    "sv": (
        "två tre fyra fem 0 sju åtta nio",
        "tio elva tolv tretton fjorton femton sexton sjutton arton nitton",
        "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio",
        "",
    ),
    "da": (
        "to tre fire fem seks syv otte ni",
        "ti elleve tolv tretten fjorten femten seksten sytten atten nitten",
        "tyve tredive fyrre halvtreds tres halvfjerds firs halvfems",
        "",
    ),
    "no": (
        "to tre fire fem seks sju åtte ni",
        "ti elleve tolv tretten fjorten femten seksten sytten atten nitten",
        "tjue tretti førti femti seksti sytti åtti nitti",
        "syv=7 tjuetallet=20",
    ),
    "ar": (
        "اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة",
        "عشرة 0 0 0 0 0 0 0 0 0",
        "عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون",
        "اثنين=2 ثلاث=3 أربع=4 خمس=5 ست=6 سبع=7 ثماني=8 تسع=9 عشر=10 عشرين=20 ثلاثين=30 أربعين=40 خمسين=50 ستين=60 "
        "سبعين=70 ثمانين=80 تسعين=90 مئتين=200 مائتي=200 مئتي=200",
    ),
}  # fmt: skip

# What multiplies a number written before it. Where the same word means two things, the second reading follows a slash.
_MULTIPLIERS: dict[str, str] = {
    "*": "k=1e3 mn=1e6 mln=1e6 bn=1e9 bln=1e9 tn=1e12 trn=1e12 tln=1e12",
    "en": "hundred=100 hundreds=100 thousand=1e3 thousands=1e3 million=1e6 millions=1e6 billion=1e9 billions=1e9 "
    "trillion=1e12 trillions=1e12 quadrillion=1e15 m=1e6 b=1e9 t=1e12 mil=1e6 mio=1e6 lakh=1e5 lakhs=1e5 crore=1e7 "
    "crores=1e7",
    "de": "hundert=100 hunderte=100 tausend=1e3 tausende=1e3 tsd=1e3 million=1e6 millionen=1e6 mio=1e6 mill=1e6 "
    "milliarde=1e9 milliarden=1e9 mrd=1e9 billion=1e12/1e9 billionen=1e12/1e9 bio=1e12 billiarde=1e15 billiarden=1e15 "
    "trillion=1e18/1e12 trillionen=1e18/1e12",
    "nl": "honderd=100 honderden=100 duizend=1e3 duizenden=1e3 miljoen=1e6 miljoenen=1e6 mio=1e6 miljard=1e9 "
    "miljarden=1e9 mrd=1e9 mld=1e9 biljoen=1e12 biljoenen=1e12 biljard=1e15",
    "fr": "cent=100 cents=100 centaines=100 mille=1e3 milliers=1e3 million=1e6 millions=1e6 mio=1e6 milliard=1e9 "
    "milliards=1e9 mds=1e9 md=1e9 mrd=1e9 mrds=1e9 billion=1e12/1e9 billions=1e12/1e9 trillion=1e18/1e12 "
    "trillions=1e18/1e12 m=1e6",
    "es": "cien=100 ciento=100 cientos=100 mil=1e3 miles=1e3 millón=1e6 millones=1e6 mill=1e6 mdd=1e6 millardo=1e9 "
    "millardos=1e9 billón=1e12/1e9 billones=1e12/1e9 trillón=1e18/1e12 trillones=1e18/1e12",
    "pt": "cem=100 cento=100 centenas=100 mil=1e3 milhares=1e3 milhão=1e6 milhões=1e6 mi=1e6 mio=1e6 bilhão=1e9/1e12 "
    "bilhões=1e9/1e12 bi=1e9 bilião=1e12/1e9 biliões=1e12/1e9 trilhão=1e12/1e18 trilhões=1e12/1e18 tri=1e12 "
    "trilião=1e18/1e12 triliões=1e18/1e12",
    "it": "cento=100 centinaia=100 mille=1e3 mila=1e3 migliaia=1e3 milione=1e6 milioni=1e6 mln=1e6 mio=1e6 "
    "miliardo=1e9 miliardi=1e9 mld=1e9 mrd=1e9 bilione=1e12/1e9 bilioni=1e12/1e9 trilione=1e12/1e18 trilioni=1e12/1e18",
    "pl": "sto=100 stu=100 setki=100 setek=100 tysiąc=1e3 tysiące=1e3 tysięcy=1e3 tysiącach=1e3 tys=1e3 milion=1e6 "
    "miliona=1e6 miliony=1e6 milionów=1e6 miliard=1e9 miliarda=1e9 miliardy=1e9 miliardów=1e9 mld=1e9 bilion=1e12 "
    "biliona=1e12 biliony=1e12 bilionów=1e12 bln=1e12",
    "cs": "tisíc=1e3 tisíce=1e3 tis=1e3 milion=1e6 miliony=1e6 milionů=1e6 mil=1e6 miliarda=1e9 miliardy=1e9 "
    "miliard=1e9 mld=1e9 bilion=1e12 bilionu=1e12 biliony=1e12 bilionů=1e12",
    "ru": "сто=100 ста=100 сотня=100 сотни=100 сотен=100 тысяча=1e3 тысячи=1e3 тысяч=1e3 тысячам=1e3 тысячами=1e3 "
    "тыс=1e3 миллион=1e6 миллиона=1e6 миллионов=1e6 миллионам=1e6 млн=1e6 миллиард=1e9 миллиарда=1e9 миллиардов=1e9 "
    "миллиардам=1e9 млрд=1e9 триллион=1e12 триллиона=1e12 триллионов=1e12 трлн=1e12",
    "uk": "сто=100 тисяча=1e3 тисячі=1e3 тисяч=1e3 тис=1e3 мільйон=1e6 мільйона=1e6 мільйони=1e6 мільйонів=1e6 "
    "млн=1e6 мільярд=1e9 мільярда=1e9 мільярди=1e9 мільярдів=1e9 млрд=1e9 трильйон=1e12 трильйона=1e12 "
    "трильйонів=1e12 трлн=1e12",
    "bg": "хиляди=1e3 хил=1e3 милион=1e6 милиона=1e6 млн=1e6 милиард=1e9 милиарда=1e9 млрд=1e9 трилион=1e12 "
    "трилиона=1e12",
    "tr": "yüz=100 yüzlerce=100 bin=1e3 milyon=1e6 mn=1e6 milyar=1e9 mr=1e9 milyarlık=1e9 milyonluk=1e6 trilyon=1e12",
    "sv": "hundra=100 tusen=1e3 tusentals=1e3 miljon=1e6 miljoner=1e6 mkr=1e6 milj=1e6 miljard=1e9 miljarder=1e9 "
    "mdr=1e9 biljon=1e12 biljoner=1e12",
    "da": "hundrede=100 tusind=1e3 tusinde=1e3 million=1e6 millioner=1e6 mio=1e6 milliard=1e9 milliarder=1e9 mia=1e9 "
    "billion=1e12 billioner=1e12",
    "no": "hundre=100 tusen=1e3 million=1e6 millioner=1e6 mill=1e6 milliard=1e9 milliarder=1e9 mrd=1e9 billion=1e12 "
    "billioner=1e12",
    "fi": "sata=100 tuhat=1e3 tuhatta=1e3 miljoona=1e6 miljoonaa=1e6 milj=1e6 miljardi=1e9 miljardia=1e9 mrd=1e9 "
    "biljoona=1e12 biljoonaa=1e12",
    "hu": "száz=100 ezer=1e3 millió=1e6 milliárd=1e9 billió=1e12",
    "ro": "sute=100 mie=1e3 mii=1e3 milion=1e6 milioane=1e6 mil=1e6 miliard=1e9 miliarde=1e9 mld=1e9 trilion=1e12 "
    "trilioane=1e12",
    "el": "χιλιάδες=1e3 χιλ=1e3 εκατομμύριο=1e6 εκατομμύρια=1e6 εκατ=1e6 δισεκατομμύριο=1e9 δισεκατομμύρια=1e9 "
    "δισ=1e9 τρισεκατομμύρια=1e12 τρισ=1e12",
    "ar": "مئة=100 مائة=100 مئات=100 ألف=1e3 ألفا=1e3 آلاف=1e3 الف=1e3 مليون=1e6 مليونا=1e6 ملايين=1e6 مليار=1e9 "
    "مليارا=1e9 مليارات=1e9 بليون=1e9 تريليون=1e12 تريليونا=1e12 تريليونات=1e12",
    "fa": "صد=100 هزار=1e3 میلیون=1e6 میلیارد=1e9 تریلیون=1e12",
    "he": "אלף=1e3 אלפים=1e3 מיליון=1e6 מיליוני=1e6 מיליארד=1e9 מיליארדי=1e9 טריליון=1e12",
    "hi": "हजार=1e3 हज़ार=1e3 लाख=1e5 करोड़=1e7 करोड=1e7 अरब=1e9 मिलियन=1e6 बिलियन=1e9 ट्रिलियन=1e12",
    "vi": "nghìn=1e3 ngàn=1e3 triệu=1e6 tỷ=1e9 tỉ=1e9",
    "id": "ribu=1e3 juta=1e6 miliar=1e9 milyar=1e9 triliun=1e12",
    "ms": "ribu=1e3 juta=1e6 bilion=1e9 trilion=1e12",
    "th": "พัน=1e3 หมื่น=1e4 แสน=1e5 ล้าน=1e6 พันล้าน=1e9 หมื่นล้าน=1e10 แสนล้าน=1e11 ล้านล้าน=1e12",
}
_SAME_AS = {"nb": "no", "nn": "no", "sk": "cs", "be": "ru", "gl": "es", "ca": "es", "lb": "de", "yue": "zh"}

# Where a number is one word: (words for hundred, words for thousand), longest first.
_COMPOUND = {
    "de": (("hundert",), ("tausend",)),
    "nl": (("honderd",), ("duizend",)),
    "it": (("cento",), ("mila", "mille")),
    "sv": (("hundra",), ("tusen",)),
    "da": (("hundrede",), ("tusind",)),
    "no": (("hundre",), ("tusen",)),
}
_AND = {"de": "und", "nl": "en", "da": "og"}
_LINKS = frozenset("and e y et und i en og och a و".split())


def base_language(language: str) -> str:
    """The language whose tables serve this one."""
    return _SAME_AS.get(language, language)


def links(word: str) -> bool:
    """True for the "and" between the parts of one number."""
    return word in _LINKS


@cache
def counting(language: str) -> dict[str, float]:
    """Folded words for 2 to 99 (and for hundreds, where they are words of their own)."""
    rows = _COUNTING.get(base_language(language))
    if rows is None:
        return {}
    units, teens, tens, more = rows
    found: dict[str, float] = {}
    for first, step, names in ((2, 1, units), (10, 1, teens), (20, 10, tens)):
        found.update((fold_word(name), first + step * place) for place, name in enumerate(names.split()) if name != "0")
    for extra in more.split():
        name, value = extra.split("=")
        found[fold_word(name)] = float(value)
    found.update(_joined(base_language(language), units.split(), tens.split()))
    return found


def _joined(language: str, units: list[str], tens: list[str]) -> dict[str, float]:
    """Tens and units written as one word: zweiundzwanzig, ventidue, tjugotvå."""
    found: dict[str, float] = {}
    one = {"de": "ein", "nl": "een", "da": "en", "it": "uno", "sv": "ett", "no": "en"}.get(language)
    if one is None:
        return found
    sixes = {"it": "sei", "sv": "sex"}
    named = [one, *(sixes.get(language, "") if unit == "0" else unit for unit in units)]
    for ten, tens_name in enumerate(tens, 2):
        for value, unit in enumerate(named, 1):
            if language in _AND:
                forms = [unit + _AND[language] + tens_name]
            elif language == "it" and unit[0] in "uo":
                forms = [tens_name[:-1] + unit]
            else:
                forms = [tens_name + unit]
            found.update((fold_word(form), ten * 10 + value) for form in forms)
    return found


@cache
def multipliers(language: str) -> dict[str, tuple[float, ...]]:
    """Folded words that multiply the number before them, with their readings, the likelier first."""
    base = base_language(language)
    rows = [_MULTIPLIERS["*"]]
    if base in _MULTIPLIERS:
        rows.append(_MULTIPLIERS[base])
        # English figures stand in every language's technology news ("50 million", "2 trillion").
        rows.insert(0, "million=1e6 mio=1e6")
    else:
        rows[:0] = [row for name, row in _MULTIPLIERS.items() if name in ("ru", "de", "es", "pt", "fr", "ar", "en")]
    found: dict[str, tuple[float, ...]] = {}
    for row in rows:
        for extra in row.split():
            name, values = extra.split("=")
            found[fold_word(name)] = tuple(map(float, values.split("/")))
    return found


def is_compounding(language: str) -> bool:
    """True for a language that writes large numbers as one word."""
    return _compound(language) is not None


@cache
def _compound(language: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    return _COMPOUND.get(base_language(language))


@lru_cache(maxsize=1 << 14)
def compound(word: str, language: str) -> float | None:
    """The value of a number written as one word: fünfzigtausend, duecento, vijfhonderd."""
    shape = _compound(language)
    if shape is None or len(word) < 5:
        return None
    hundreds, thousands = shape
    for names, factor in ((thousands, 1000.0), (hundreds, 100.0)):
        for name in names:
            head, found, tail = word.partition(name)
            if not found:
                continue
            first, rest = _part(head, language), _part(tail.removeprefix("und"), language)
            if first is not None and rest is not None and (head or tail):
                return (first or 1.0) * factor + rest
    return None


def _part(word: str, language: str) -> float | None:
    """The value of a part of such a word; 0 for none at all, None for what is no number."""
    if not word or word in ("ein", "een", "ett", "et"):
        return 1.0 if word else 0.0
    value = counting(language).get(word)
    return compound(word, language) if value is None else value
