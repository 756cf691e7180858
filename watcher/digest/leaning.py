"""Whether a sentence can stand alone: nothing in it points at a person, a thing or a number of a sentence left out.

Tables of forms, not grammar, for the languages of `openings`. A wrong "leans" costs a sentence, a wrong "stands"
gives a claim to the wrong person: in doubt a sentence leans.
"""

from __future__ import annotations

import re
from functools import cache

from watcher.digest.openings import leans, speaks

# Determiners that point at something named before, and the nouns of the calendar after which they point at a date.
_DETERMINERS = {
    "en": ("this|these|those|such", "week|month|year|quarter|morning|afternoon|evening|summer|winter|spring|autumn|"
           "fall|one|decade|century|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tues|wednes|thurs|fri|satur|sun"),
    "de": ("dies(?:e|er|es|em|en)|jene[rsmn]?|solche[rsmn]?", "woche|monat|jahr|quartal|tag|sommer|winter|frühjahr|"
           "herbst|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|januar|februar|märz|april|mai|juni|juli|august|"
           "september|oktober|november|dezember"),
    "nl": ("deze|dit", "week|maand|jaar|kwartaal|dag|zomer|winter|voorjaar|najaar|maan|dins|woens|donder|vrij|zat|zon"),
    "pt": ("[dn]?(?:este|esta|esse|essa)s?|[dn]?aquel[ea]s?", "semana|mês|ano|trimestre|dia|manhã|tarde|noite|segunda|"
           "terça|quarta|quinta|sexta|sábado|domingo|verão|inverno|início|fim|final"),
    "es": ("est[ea]|es[ea]|est[oa]s|es[oa]s", "semana|mes|año|trimestre|día|mañana|tarde|noche|lunes|martes|"
           "miércoles|jueves|viernes|sábado|domingo|verano|invierno|fin"),
    "it": ("quest[oaei]", "settimana|mese|anno|trimestre|giorno|mattina|sera|estate|inverno|lunedì|martedì|mercoledì|"
           "giovedì|venerdì|sabato|domenica"),
    "fr": ("cet|cette|ces|ce(?!\\s+(?:que|qui|dont|sont|n))", "semaine|mois|année|trimestre|jour|matin|soir|été|hiver|"
           "printemps|automne|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"),
    "pl": ("ten|ta|te|tego|tej|tych|tym|tę|tą", "tydzie|tygod|miesi|rok|dzie|dni|lat|poniedzia|wtor|śro|czwart|piąt"),
    "ru": ("эт(?:от|а|и|ого|ой|их|ому|им|ими|ом|у)", "недел|месяц|год|квартал|день|дня|утр|вечер|лет|зим|весн|осен"),
    "tr": ("bu|şu", "hafta|ay|yıl|çeyrek|gün|sabah|akşam|yaz|kış|pazar|salı|çarşamba|perşembe|cuma"),
    "ar": ("[وبلفك]?(?:هذا|هذه|تلك|هؤلاء)", "العام|الأسبوع|الشهر|اليوم|السنة|الربع|الصيف|الشتاء"),
    "zh": ("这|這|此(?:次|举|舉|类|類)", "周|週|个月|個月|一年|天"),
    "ja": ("[こそ]の|こうした|そうした|こういう", "ほど|たび|度|日|週|年|春|夏|秋|冬|うち|ため"),
    "ko": ("이|그|이런|그런|이러한|그러한|해당", "날|달|주|해|때"),
}  # fmt: skip

# Words that stand for something named before. Left out where a form is as often an expletive (es, gibt es).
_POINTERS = {
    "en": "he|she|it|they|him|them|this|(?:how|why|after|before|of|for|like|than|from|with|by) that|"
    "the latter|the former",
    "de": "er|sie|ihm|ihn|ihnen|dies|dafür|dabei|davon|dazu|danach|darüber|dagegen|dadurch|daher|deshalb|dort",
    "nl": "hij|zij|ze|hem|hen|dit|daarvoor|daarbij|daarvan|daardoor|daarmee",
    "pt": "ele|ela|eles|elas|isso|isto|disso|nisso|disto|nisto|assim|ali|aquilo|lhe|lhes",
    "es": "él|ella|ellos|ellas|ello|eso|esto|así|ahí|allí|aquello|les",
    "it": "egli|lui|lei|loro|esso|essa|ciò|così|questo|questa",
    "fr": "il|elle|ils|elles|cela|ça|ceci|celui-ci|celle-ci|ceux-ci",
    "pl": "on|ona|ono|oni|one|tam|jego|jej|go",
    "ru": "он|она|оно|они|им|ему|ей|(?<!— )это|этого|этом|там|туда",
    "tr": "o|onlar|bunlar|bunun|buna|bunu|bunda|bundan|onun|ona|onu|orada",
    "ar": "ذلك|بذلك|لذلك|هناك",
    "zh": "他|她|它|其(?!中|他|次|实|實)|该|該|双方|雙方|两者|兩者|上述|当时|當時|前者|后者|後者",
    "ja": "これ|それ|ここ|そこ|彼|同社|同氏|両社|両者|当時|前者|後者",
    "ko": "그는|그가|그녀|그의|이는|이를|이에|이들|그들|그것|이것|당시",
}

# A person by the surname alone: introduced before, or in what was left out.
_SURNAMES = {
    "en": r"\b(?:mr|mrs|ms)\.?\s+(\w+)",
    "de": r"\b(?:herr|frau)\s+(\w+)",
    "zh": r"(?:^|[，。、])([\u4e00-\u9fff])(?:先生|女士|某)",
    "ja": r"(?<![ァ-ヺー一-龯々・])([ァ-ヺー]{1,8}|[一-龯々]{1,2})(?:氏|さん)",
    "ko": r"(?:^|[,\s])([가-힣]{1,3})\s?(?:씨|대표|회장)(?:는|은|가|이)(?!\w)",
}

# Openings that answer a sentence which is not there, wherever they stand.
_ANSWERS = {"es": r"(?:si ni|ni así|ni aun)\b", "ar": r"(?:فقد|وقد|فإن|فهو|فهي|فيما|أما)\b", "ru": r"(?:вот|то есть)\b"}
# A verb or participle first, its subject often in the sentence before: good at an article's top, where it has one.
_HEADLESS = {
    "ru": r"\w+(?:ла|ло|ли|лся|лась|лось|лись|\w\w[её]н[аоы]|\wан[аоы])\b",
    "ar": r"(?:وكان|وكانت|وقال|وقالت|وأوضح|وأشار|وذكر|ويقول|وتقول|ويأتي)\w*\b",
}
# A number whose noun was named before: "... it should take six."
_ELIDED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|"
    r"dois|duas|três|quatro|cinco|seis|sete|oito|nove|dez|dos|tres|cuatro|siete|ocho|nueve|diez|due|tre|quattro|cinque|"
    r"sei|sette|otto|dieci|deux|trois|quatre|cinq|sept|huit|neuf|dix|twee|drie|vijf|zes|zeven|tien|"
    r"две|два|три|четыре|пять|шесть|семь|восемь|девять|десять)[.!?…]?$",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[,;:،؛，；：、]\s*|\s[–—-]\s+")
# In what an article's first sentence opens with, nothing can have been named yet.
_OPENING_WORDS, _OPENING_SIGNS = 3, 6
_JOINED = frozenset({"zh", "ja"})
_NAME = re.compile(r"\w*[A-ZÀ-ÞА-ЯЁ\d][\w.-]*\w|[ァ-ヺー]{2,}|[\u4e00-\u9fff]{2}|[\u0621-\u064a]{4,}|[가-힣]{2,}")


def names_of(text: str) -> frozenset[str]:
    """Names and words with a figure, lower-cased; scripts without capitals give their words or pairs of characters."""
    found = {word.lower() for word in _NAME.findall(text) if len(word) > 3 or not word.istitle()}
    # Pairs of Chinese characters overlap: 深度求索 also holds 度求.
    found.update(text[at : at + 2] for at in range(len(text) - 1) if "\u4e00" <= text[at] <= text[at + 1] <= "\u9fff")
    return frozenset(found)


def stands_alone(sentence: str, language: str, before: str = "") -> bool:
    """True when a sentence can follow any other; `before` is what its reader has seen."""
    text = _undated(sentence.lstrip(), language)
    return not (
        leans(text, language)
        or speaks(text, language)
        or _matches(_HEADLESS, text, language)
        or _points_at_something(text, language, before)
        or _ELIDED.search(text)
        or _points(_first_clauses(text), language, names_of(before))
    )


def opens_well(sentence: str, language: str, title: str = "") -> bool:
    """True when an article's first sentence can be read after its title alone; it may speak in the first person."""
    text = _undated(sentence.lstrip(), language)
    words = text[:_OPENING_SIGNS] if language in _JOINED else " ".join(text.split()[:_OPENING_WORDS])
    return not (
        leans(text, language) or _points_at_something(text, language, title) or _points(words, language, frozenset())
    )


def _points_at_something(text: str, language: str, before: str) -> bool:
    """True for a determiner with what it points at, a bare surname, an answer to nothing."""
    pointing = _determiner(language)
    if (pointing is not None and pointing.search(text)) or _matches(_ANSWERS, text, language):
        return True
    surnames = re.findall(_SURNAMES[language], text, re.IGNORECASE) if language in _SURNAMES else ()
    return any(surname.lower() not in before.lower() for surname in surnames)


def _points(text: str, language: str, known: frozenset[str]) -> bool:
    """True when a pronoun stands here and no name that is known stands before it."""
    pronoun = _pointer(language)
    match = pronoun.search(text) if pronoun else None
    return match is not None and known.isdisjoint(names_of(text[: match.start()]))


def _first_clauses(text: str) -> str:
    """The first clause and the word that the second begins with: "Asked how it went, he ...", "他说，该公司……"."""
    ends = list(_CLAUSES.finditer(text))
    if not ends:
        return text
    rest = text[ends[0].end() :]
    return text[: ends[0].end()] + (rest[:3] if not rest.isascii() and " " not in rest[:8] else rest.split(" ")[0])


def _undated(text: str, language: str) -> str:
    """Without "this week" and its like, which point at the calendar."""
    dated = _dated(language)
    return dated.sub("- ", text) if dated else text


def _matches(table: dict[str, str], text: str, language: str) -> bool:
    pattern = table.get(language)
    return pattern is not None and re.match(pattern, text, re.IGNORECASE) is not None


@cache
def _dated(language: str) -> re.Pattern[str] | None:
    if language not in _DETERMINERS:
        return None
    determiners, nouns = _DETERMINERS[language]
    if language in _JOINED:
        return re.compile(f"(?:{determiners})(?:{nouns})")
    return re.compile(rf"(?<!\w)(?:{determiners})\s+(?:{nouns})\w*(?:-\w+)*", re.IGNORECASE)


@cache
def _determiner(language: str) -> re.Pattern[str] | None:
    if language not in _DETERMINERS:
        return None
    determiners, _ = _DETERMINERS[language]
    if language in _JOINED:
        return re.compile(determiners)
    return re.compile(rf"(?<!\w)(?:{determiners})\s+\w", re.IGNORECASE)


@cache
def _pointer(language: str) -> re.Pattern[str] | None:
    if language not in _POINTERS:
        return None
    words = _POINTERS[language]
    return re.compile(words if language in _JOINED else rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
