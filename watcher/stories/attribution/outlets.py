"""Which outlets a text names, and where: those of the table, and names that have the form of one.

The table (`outlets.toml`) lists outlets and agencies in the scripts they are named in. What is not in it is taken for
an outlet only by its form: a domain, "Gazette" or "Zeitung" in the name, a word like "newspaper" in front of it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from watcher.text.automaton import Automaton

_HERE = Path(__file__).parent
_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_LETTERS = f"{_LATIN}0-9\u0400-\u052f"
# A preposition or "and" is written onto the word in Arabic: لرويترز.
_ARABIC_START = "(?:(?<![\u0620-\u064a])|(?<=(?<![\u0620-\u064a])[لبكوف])|(?<=(?<![\u0620-\u064a])[وف][لبك]))"
_HIDDEN = "\x00"


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of an outlet in a text, and the outlet it is, if the table has it."""

    start: int
    end: int
    outlet: str | None


@dataclass(frozen=True, slots=True)
class Outlets:
    """The table, ready to be searched for."""

    shown: Mapping[str, str]
    ids: Mapping[str, str]  # folded name or domain -> outlet
    names: _Names
    marks: _Names  # agencies, by name or by abbreviation


class _Names:
    """Names and the outlets they stand for, all looked for together."""

    def __init__(self, owners: Mapping[str, str]) -> None:
        self._names = sorted(owners.items(), key=lambda each: (-len(each[0]), each[0]))  # of several, the longest
        self._automaton = Automaton([name.removesuffix("*") for name, _ in self._names])

    def found(self, text: str) -> Iterator[Mention]:
        """Every name in a text, in order; none overlaps another."""
        places = sorted((start, index) for index, start, _ in self._automaton.places(text.replace("\u00a0", " ")))
        free = 0
        for start, index in places:
            name, own = self._names[index]
            if start >= free and (match := _compiled(_alternative(name)).match(text, start)):
                free = match.end()
                yield Mention(start, free, own)


@lru_cache(maxsize=1)
def phrases() -> Mapping[str, Any]:
    """The phrase table as it stands."""
    return tomllib.loads((_HERE / "phrases.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def outlets() -> Outlets:
    """The outlet table."""
    table = tomllib.loads((_HERE / "outlets.toml").read_text("utf-8"))
    ids: dict[str, str] = {}
    names: dict[str, str] = {}
    marks: dict[str, str] = {}
    for own, outlet in table.items():
        names |= dict.fromkeys(outlet["names"], own)
        ids |= {_key(name): own for name in (own, outlet["name"], *outlet["names"])}
        ids |= dict.fromkeys(outlet.get("domains", ()), own)
        if outlet.get("agency"):
            marks |= dict.fromkeys((*outlet["names"], *outlet.get("marks", ())), own)
    return Outlets({own: outlet["name"] for own, outlet in table.items()}, ids, _Names(names), _Names(marks))


@lru_cache(maxsize=8192)  # a day names the same outlets by the thousand
def outlet_id(name: str) -> str | None:
    """The outlet of the table that a name, an address or a domain stands for; None: not in the table."""
    if found := outlets().ids.get(_key(name)):
        return found
    host = re.sub(r"^(?:https?://)?(?:www\.)?([^/:?#]+).*$", r"\1", name.strip().lower())
    while "." in host:
        if found := outlets().ids.get(host):
            return found
        host = host.partition(".")[2]
    return None


def shown_name(outlet: str) -> str:
    """An outlet of the table as readers see it."""
    return outlets().shown.get(outlet, outlet)


def mentions(text: str) -> list[Mention]:
    """Every outlet named in a text, in order; none overlaps another."""
    free = _never().sub(lambda found: _HIDDEN * len(found.group()), text)
    taken = list(outlets().names.found(free))
    for mention in taken:
        free = free[: mention.start] + _HIDDEN * (mention.end - mention.start) + free[mention.end :]
    return sorted((*taken, *_formed(free)), key=lambda mention: mention.start)


def agency(text: str) -> Mention | None:
    """The first wire service named in a dateline or a credit, by name or abbreviation."""
    return next(outlets().marks.found(text), None)


def _key(name: str) -> str:
    folded = re.sub(r"\s+", " ", name.strip().casefold().replace("’", "'"))
    return folded.removeprefix("the ")


def _alternative(name: str) -> str:
    """A name as a pattern: whole words where its script has words, with endings where it is declined."""
    body = re.escape(name.removesuffix("*")).replace("\\ ", r"[ \u00a0]")
    if name.endswith("*"):
        body += "[а-яґєіїa-ząćęłńóśźż]{0,3}"
    if re.match(f"[{_LETTERS}]", name):
        return rf"(?<![{_LETTERS}@]){body}(?![{_LETTERS}])(?!\.[a-z]{{2,3}}\b(?!\s))"
    if "\u0600" <= name[0] <= "\u06ff":
        return rf"{_ARABIC_START}{body}(?![\u0620-\u064a])"
    return body


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """A text holds a few of all names and forms: none is compiled before it may stand there."""
    return re.compile(pattern)


@lru_cache(maxsize=1)
def _never() -> re.Pattern[str]:
    return re.compile("|".join(phrases()["never"]))


# --- names by their form ----------------------------------------------------------------------------------------------

_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĪİĶĹĻĽŁŃŅŇŌŐŒŘŚŞŠŤŪŮŰŲŹŻŽȘȚА-ЯЁІЇЄҐ]"
_WORD = rf"{_CAPITAL}[\w'’&-]*"
_ENDINGS = "com|net|org|info|news|media|online|tech|io|co|tv|eu|de|at|ch|fr|es|pt|it|nl|be|pl|cz|ru|ua|tr|se|dk|no|fi|uk|us|ca|au|in|cn|tw|hk|jp|kr|sg|vn|br|mx|ar|il|example"
_DOMAIN = rf"(?<![\w@./-])(?:[a-zA-Z0-9-]{{2,}}\.)+(?:{_ENDINGS})(?:\.(?:com|br|cn|tw|uk|au|jp|kr|tr|ar|mx))?(?![\w-])"
_MEDIA = (
    r"newspaper|paper|daily|weekly|tabloid|news agency|news site|news website|website|tech site|outlet|magazine|broadcaster|portal"
    r"|journal|quotidien|hebdomadaire|site|média|diario|periódico|revista|medio|jornal|quotidiano|giornale"
    r"|rivista|testata|sito|krant|dagblad|nieuwssite|persbureau|dziennik\w{0,3}|gazet\w{1,2}|tygodnik\w{0,3}|serwis\w{0,3}|portal\w{0,3}"
    r"|tidningen|nyhetsbyrån|avisen|avisa|mediet|lehti|deník\w?|server\w?|gazetesi|sitesi"
    r"|газет\w{1,3}|издани\w{1,3}|журнал\w{0,3}|портал\w{0,3}|телеканал\w{0,3}|видання"
)
# Every German noun has a capital: only quotation marks make a name of the one that follows these.
_MEDIA_DE = "Zeitung|Tageszeitung|Wirtschaftszeitung|Zeitschrift|Magazin|Fachmagazin|Nachrichtenportal|Branchendienst"
_ADJECTIVE = r"(?: (?!de |da |do |di |the )[a-zà-ÿа-я-]{4,})?"  # "o jornal britânico", "le quotidien économique"
_ENGLISH = "Times|News|Post|Journal|Herald|Tribune|Gazette|Chronicle|Observer|Courier|Telegraph|Examiner|Inquirer|Dispatch|Advertiser|Daily|Weekly|Ledger|Sentinel"
_GERMAN = "Zeitung|Nachrichten|Anzeiger|Tageblatt|Tagblatt|Rundschau|Kurier|Allgemeinen?|Morgenpost|Abendblatt|Volksblatt|Presse|Dagblad|Nieuwsblad|Courant|Tidende|Tidning|Allehanda|Sanomat"
_JOINED = "zeitung|anzeiger|tageblatt|nachrichten|rundschau|bladet|avisen|tidningen|posten|tidende|dagblad|krant"
_KIND_FIRST = r"Diario|Diário|Jornal|Correio|Correo|Corriere|Gazzetta|Giornale|Periódico|Courrier|Journal|Quotidien|Gazette|Folha|Gazeta|Gazety|Dziennik\w{0,3}|Kurier\w{0,3}|Tribuna|Tribune|Voz|Dépêche|Eco|Notícias|Heraldo"
_HAN = "日报|晚报|早报|时报|商报|周报|新报|日報|晚報|時報|新聞網|新闻网|新闻社|電視台|电视台|周刊|週刊"
_KANA = "新聞|通信社|放送|テレビ|ニュース|日報|タイムズ|タイムス"
_HANGUL = "일보|신문|뉴스|통신|방송|타임스|저널|데일리"
_ARABIC = "صحيفة|موقع|مجلة|قناة"
# The words of which whatever a form finds holds one, and the form.
_FORMS = (
    (re.sub(r"(^|\|)", r"\1.", _ENDINGS), rf"(?P<domain>{_DOMAIN})"),
    # English
    (_ENGLISH, rf"(?:The )?(?:{_WORD} ){{1,3}}(?:{_ENGLISH})(?![\w])"),
    ("Daily ", rf"Daily {_WORD}"),
    # German, Nordic, Dutch
    (_GERMAN, rf"{_WORD}(?: {_WORD})? (?:{_GERMAN})(?!\w)"),
    (
        _JOINED,
        rf"(?<!\w)(?!Tages|Wirtschafts|Fach|Amts|Merk|Flug|Daten|Sonntags|Wochen|Morgen|Abend)[A-ZÄÖÜÅÆØ][a-zäöüßåæø]{{2,}}(?:{_JOINED})(?!\w)",
    ),
    # Romance and Slavic: the kind of paper first
    (
        _KIND_FIRST,
        rf"(?:(?:Il|La|Le|El|O|A|Les) )?(?:{_KIND_FIRST})(?: (?:d[aeo]s?|del|della|delle|dello|des|du|de la|de las|de los))?(?: (?:d['’])?{_WORD}){{1,2}}",
    ),
    # A word that says what it is, then the name, in quotation marks or not
    (
        f"{_MEDIA}|{_MEDIA_DE}",
        rf"(?<!\w)(?:{_MEDIA}|{_MEDIA_DE}){_ADJECTIVE} [\"“„«](?P<quoted>{_CAPITAL}[^\"”“»\n]{{1,40}})[\"”“»]",
    ),
    (
        _MEDIA,
        rf"(?<!\w)(?:{_MEDIA}){_ADJECTIVE} (?P<plain>(?:(?:Le|La|El|Il|O|A|The|Die|Der|De|Het) )?{_WORD}(?: {_WORD}){{0,2}}(?: (?:d[aeo]s?|d[ei]l|della|des|du|de la) {_WORD})?)(?![\w.]\w)",
    ),
    # Scripts without spaces: in their title marks, or between the words that make an attribution
    (
        "《",
        r"《(?P<book>[\u4e00-\u9fffA-Za-z·]{2,14}(?:[报報刊]|周刊|週刊|時報|时报|雜誌|杂志|新聞|新闻))》",
    ),
    (_HAN, rf"(?<=[据據])(?:[^，。\s]{{0,6}}?(?:媒体|媒體))?(?P<han>[\u4e00-\u9fff]{{2,8}}?(?:{_HAN}))"),
    (_KANA, rf"(?P<kana>[\u4e00-\u9fff\u30a1-\u30ffA-Za-z]{{2,12}}(?:{_KANA}))(?=社|は|が|の|に|、)"),
    (_HANGUL, rf"(?<![가-힣])(?P<hangul>[가-힣A-Za-z]{{1,7}}(?:{_HANGUL}))(?=는|은|이|가|에|의|도|를|을| )"),
    (_ARABIC, rf"(?:{_ARABIC}) [\"«“](?P<arab>[^\"»”\n]{{2,40}})[\"»”]"),
)


@lru_cache(maxsize=1)
def _heralds() -> tuple[Automaton, tuple[int, ...]]:
    """What a form's finds hold for certain, and the form that each heralds."""
    pairs = [(_certain(word), index) for index, (words, _) in enumerate(_FORMS) for word in words.split("|")]
    return Automaton([herald for herald, _ in pairs]), tuple(index for _, index in pairs)


def _certain(word: str) -> str:
    """The beginning of a word's pattern that stands in all it finds."""
    fixed = re.split(r"[\\?]", word)[0]
    return fixed[:-1] if word[len(fixed) :].startswith("?") else fixed


def _in_form(text: str) -> Iterator[re.Match[str]]:
    """Everything that has the form of a name, from left to right, none over another; of two the form listed first."""
    heralds, forms = _heralds()
    patterns = {index: _compiled(_FORMS[index][1]) for index in {forms[herald] for herald in heralds.present(text)}}
    following = {index: pattern.search(text) for index, pattern in patterns.items()}
    while ahead := [(match.start(), index, match) for index, match in following.items() if match]:
        _, _, first = min(ahead)
        yield first
        for start, index, _ in ahead:
            if start < first.end():
                following[index] = patterns[index].search(text, first.end())


def _formed(text: str) -> list[Mention]:
    none = frozenset(phrases()["not_outlets"])
    found = []
    for match in _in_form(text):
        inner = next((name for name, value in match.groupdict().items() if value), None)
        start, end = match.span(inner) if inner else match.span()
        name = text[start:end].casefold()
        labels = set(name.split(".")) if inner == "domain" else set(name.removeprefix("the ").split(" ")[:1])
        if not labels & none and _HIDDEN not in name:
            found.append(Mention(start, end, outlet_id(text[start:end])))
    return found
