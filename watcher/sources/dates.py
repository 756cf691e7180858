"""Dates as feeds write them: every usual form, and None sooner than a wrong one.

Own rules, because the library's guesses are dangerous: it read `1704103200` as the year 1704, `2024年1月1日` as
November, `0000-00-00` as the year -1, 30 February as 2 March, and `CET` and `IST` as UTC.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

# No feed is older than the web's first page; what claims to be is a placeholder (1970, 1904, 0001) or a typing error.
EARLIEST_YEAR = 1990
LATEST_YEAR = 2099

# By month: English, German, French, Spanish, Portuguese, Italian, Dutch, the Nordic languages, Catalan, Romanian,
# Polish, Czech, Hungarian, Turkish, Indonesian, Russian, Ukrainian, Greek, Arabic. Only what means one month in all of
# them: "listopad" is October in Zagreb and November in Warsaw, "lis" likewise.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan jän januar januari január jänner january janvier janv enero ene janeiro gennaio gen "
            "gener ianuarie ian stycznia styczeń sty ledna leden ocak oca tammikuuta tammikuu янв января січня січ "
            "ιανουαρίου ιαν يناير",
            "feb februar february février févr fevrier fevr fév fev febrero fevereiro febbraio februari febrer "
            "februarie lutego luty lut února únor február şubat şub subat helmikuuta helmikuu pebruari фев февр "
            "февраля лютого лют φεβρουαρίου φεβ فبراير",
            "mar mär mrz märz maerz march mars marts mart martie marzo março marco març maart mrt marca marzec března "
            "březen március márc maaliskuuta maaliskuu maret мар марта березня бер μαρτίου μαρ مارس",
            "apr april avril avr abril abr aprile aprilie kwietnia kwiecień kwi dubna duben április ápr nisan nis "
            "huhtikuuta huhtikuu апр апреля квітня кві απριλίου απρ أبريل ابريل",
            "may mai mayo maio maggio mag maig mei maj maja května květen május máj mayıs toukokuuta toukokuu мая май "
            "травня тра μαΐου μαι مايو",
            "jun juni june juin junio junho giugno giu juny iunie iun czerwca czerwiec cze června červen június jún "
            "haziran haz kesäkuuta kesäkuu июн июня червня чер ιουνίου ιουν يونيو",
            "jul juli july juillet juil julio julho luglio lug juliol iulie iul lipca lipiec července červenec július "
            "júl temmuz tem heinäkuuta heinäkuu июл июля липня ιουλίου ιουλ يوليو",
            "aug august août aout agosto ago augustus augusti agost sierpnia sierpień sie srpna srpen augusztus "
            "ağustos ağu elokuuta elokuu agustus agu авг августа серпня сер αυγούστου αυγ أغسطس اغسطس",
            "sep sept september septembre septiembre setembro set settembre setembre septembrie września wrzesień wrz "
            "září szeptember szept eylül eyl syyskuuta syyskuu сен сент сентября вересня вер σεπτεμβρίου σεπ سبتمبر",
            "oct okt october oktober octobre octubre outubro out ottobre ott octombrie października październik paź "
            "října říjen október ekim eki lokakuuta lokakuu окт октября жовтня жов οκτωβρίου οκτ أكتوبر اكتوبر",
            "nov november novembre noviembre novembro noiembrie kasım kas marraskuuta marraskuu ноя нояб ноября "
            "νοεμβρίου νοε نوفمبر",
            "dec dez dezember december décembre decembre déc diciembre dic dezembro dicembre desembre decembrie "
            "grudnia grudzień gru prosince prosinec desember des aralık ara joulukuuta joulukuu дек декабря грудня гру "
            "δεκεμβρίου δεκ ديسمبر",
        ),
        start=1,
    )
    for name in names.split()
}
# Hours from UTC. Of the ambiguous ones: RFC 822 fixes CST, EST, MST, PST as American; IST and BST are read as India's
# and Britain's, which write far more feeds with these letters than Israel, Ireland or Bangladesh.
_ZONES = {
    "": 0.0, "z": 0.0, "ut": 0.0, "utc": 0.0, "gmt": 0.0, "wet": 0.0, "west": 1.0, "bst": 1.0, "cet": 1.0, "met": 1.0,
    "mez": 1.0, "cest": 2.0, "mest": 2.0, "mesz": 2.0, "eet": 2.0, "sast": 2.0, "eest": 3.0, "msk": 3.0, "trt": 3.0,
    "gst": 4.0, "idt": 3.0, "eat": 3.0, "cat": 2.0, "wat": 1.0, "irst": 3.5, "pkt": 5.0, "ist": 5.5, "npt": 5.75,
    "mmt": 6.5, "ict": 7.0, "wib": 7.0, "wita": 8.0, "wit": 9.0, "hkt": 8.0, "sgt": 8.0, "myt": 8.0, "awst": 8.0,
    "pht": 8.0, "jst": 9.0, "kst": 9.0, "acst": 9.5, "acdt": 10.5, "aest": 10.0, "aedt": 11.0, "nzst": 12.0,
    "nzdt": 13.0, "brt": -3.0, "art": -3.0, "uyt": -3.0, "clst": -3.0, "clt": -4.0, "bot": -4.0, "vet": -4.0,
    "cot": -5.0, "pet": -5.0, "nst": -3.5, "ndt": -2.5, "adt": -3.0, "ast": -4.0, "edt": -4.0, "est": -5.0, "cdt": -5.0,
    "cst": -6.0, "mdt": -6.0, "mst": -7.0, "pdt": -7.0, "pst": -8.0, "akdt": -8.0, "akst": -9.0, "hst": -10.0,
}  # fmt: skip

_TIME = (
    r"(?:(?P<before>上午|下午|午前|午後|晚上|오전|오후)\s*)?"
    r"(?P<hour>[0-9]{1,2})[:h.](?P<minute>[0-9]{1,2})(?:[:.](?P<second>[0-9]{1,2})(?:[.,][0-9]{1,9})?)?"
    r"\s*(?P<half>[aApP]\.?[mM]\.?)?"
)
_ZONE = (
    r"(?:(?P<sign>[+\-−])(?P<zone_hour>[0-9]{2}(?=[0-9]{2})|[0-9]{1,2}):?(?P<zone_minute>[0-9]{2})?"
    r"|(?P<zone>[A-Za-z]{1,5}))"
)
# "+0100 (CET)", "GMT+0800", "+0000 UTC", "+01:00[Europe/Berlin]": a word beside an offset explains it.
_CLOCK = (
    rf"(?:[-,]\s*)?(?:{_TIME})?(?:\s*(?:Uhr|hod\.?|klo))?\s*(?:(?:UTC|GMT)?{_ZONE})?\s*(?:\([^)]{{0,40}}\)|UTC|GMT)?"
)
_WEEKDAY = r"(?:[^\W\d]{1,14}(?:-[^\W\d]{1,8})?\.?\s?,?\s+)?"  # any, in any language
_AT = r"(?:[^\W\d_]{1,4}\.?,?\s+){0,2}"  # um, at, à, alle, às, a las, kl., в, "г. в"
_NAME = r"(?P<name>[^\W\d_]{3,12})"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        # 2024-01-31T10:00:00+01:00, 2024/01/31 10:00, 20240131T100000Z
        rf"(?P<year>[0-9]{{4}})([-/.])\s?(?P<month>[0-9]{{1,2}})\2\s?(?P<day>[0-9]{{1,2}})\.?(?:[Tt,\s]\s*{_CLOCK})?",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})[Tt]?"
        rf"(?:(?P<hour>[0-9]{{2}})(?P<minute>[0-9]{{2}})(?P<second>[0-9]{{2}})?)?\s*{_ZONE}?",
        # 31.01.2024 10:00: with dots the day comes first wherever this is written
        rf"(?P<day>[0-9]{{1,2}})\.\s?(?P<month>[0-9]{{1,2}})\.\s?(?P<year>[0-9]{{4}})(?:[,\s]\s*{_CLOCK})?",
        # 31/01/2024 or 01/31/2024: where one of the two cannot be a month
        rf"(?P<one>[0-9]{{1,2}})([/-])(?P<other>[0-9]{{1,2}})\2(?P<year>[0-9]{{4}})(?:[,\s]\s*{_CLOCK})?",
    )
)
_NAMED = tuple(
    re.compile(form)
    for form in (
        # Wed, 31 Jan 2024 10:00:00 +0100; 31. Januar 2024, 10:00; 31 de enero de 2024
        rf"{_WEEKDAY}(?P<day>[0-9]{{1,2}})(?:\.|º|er|st|nd|rd|th)?[\s/-]+(?:de\s+|of\s+)?{_NAME}\.?,?"
        rf"[\s/-]+(?:de\s+|del\s+)?(?P<year>[0-9]{{4}}|[0-9]{{2}})(?:[,\s]\s*{_AT}{_CLOCK})?",
        # January 31, 2024 10:00 AM PST; Wed Jan 31 10:00:00 CET 2024
        rf"(?:[^\W\d]+\.?,?\s+)??{_NAME}\.?\s+(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>[0-9]{{4}})"
        rf"(?:[,\s]\s*{_AT}{_CLOCK})?",
        rf"[^\W\d]+,?\s+{_NAME}\s+(?P<day>[0-9]{{1,2}})\s+{_TIME}\s*{_ZONE}?\s+(?P<year>[0-9]{{4}})",
        # 2024. január 31. 10:00; Wed, 2024-01-31 10:00
        rf"(?P<year>[0-9]{{4}})\.?\s+{_NAME}\s+(?P<day>[0-9]{{1,2}})\.?(?:[,\s]\s*{_CLOCK})?",
        rf"[^\W\d]{{1,14}}\.?,?\s+(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?:[Tt,\s]\s*{_CLOCK})?",
    )
)
# 2024年1月31日 10:00, 2024년 1월 31일 오후 3:00; an hour of the afternoon is counted from noon
_CJK = re.compile(
    r"(?P<year>[0-9]{4})\s*[年년]\s*(?P<month>[0-9]{1,2})\s*[月월]\s*(?P<day>[0-9]{1,2})\s*[日号號일]"
    r"(?:\s*[(（][^)）]{1,5}[)）])?(?:\s*(?:星期|周|週)[一二三四五六日天])?"
    r"(?:\s*(?P<half>上午|下午|午前|午後|晚上|오전|오후)?\s*(?P<hour>[0-9]{1,2})\s*[:：时時시点點]\s*(?P<minute>[0-9]{1,2})?"
    rf"\s*[分분]?(?:[:：]?(?P<second>[0-9]{{2}})[秒초]?)?)?\s*{_ZONE}?"
)
_EXPLAINED = re.compile(r"(Z|[+-][0-9]{2}:?[0-9]{2})\[[\w/+-]{1,40}\]")
_AFTERNOON = frozenset(("下午", "午後", "晚上", "오후"))
_EPOCH = re.compile(r"([0-9]{9,10})(?:\.[0-9]+)?|([0-9]{13})", re.ASCII)


def read_date(text: str) -> datetime | None:
    """The moment (UTC) a feed's date means; None for what is no date, impossible, ambiguous or absurd. Never raises.

    Without a zone it is read as UTC, without an hour as midnight. A zone nobody knows makes the date None, as its hour
    could be off by a day's half.
    """
    text = " ".join(unicodedata.normalize("NFC", text[:120]).split())
    text = _EXPLAINED.sub(r"\1", text)
    if len(text) < 6:
        return None
    epoch = _EPOCH.fullmatch(text)
    if epoch is not None:
        return _from_epoch(int(epoch[1]) if epoch[1] else int(epoch[2]) // 1000)
    for form in (*_FORMS, *_NAMED, _CJK):
        match = form.fullmatch(text)
        if match is not None and (moment := _moment(match.groupdict())) is not None:
            return moment
    return None


def _from_epoch(seconds: int) -> datetime | None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return moment if EARLIEST_YEAR <= moment.year <= LATEST_YEAR else None


def _moment(parts: dict[str, str | None]) -> datetime | None:
    parts = _ordered(parts) if "one" in parts else parts
    offset = _offset(parts)
    month = _month(parts)
    year = _year(parts["year"] or "")
    if offset is None or month is None or not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    hour = _hour_of_day(hour, parts.get("before") or parts.get("half") or "")
    try:
        # 24:00 is the next midnight, and a leap second the one before it.
        midnight = datetime(year, month, int(parts["day"] or 0), tzinfo=UTC)
        if hour == 24 and minute == second == 0:
            return midnight + timedelta(days=1) - offset
        return midnight.replace(hour=hour, minute=minute, second=59 if second == 60 else second) - offset
    except ValueError:
        return None


def _ordered(parts: dict[str, str | None]) -> dict[str, str | None]:
    """Day and month of 31/01/2024 or 01/31/2024; no month where either could be it."""
    one, other = int(parts["one"] or 0), int(parts["other"] or 0)
    if one == other or one > 12 >= other:
        return {**parts, "day": parts["one"], "month": parts["other"]}
    return {**parts, "day": parts["other"], "month": parts["one"] if other > 12 >= one else None}


def _hour_of_day(hour: int, half: str) -> int:
    if half in _AFTERNOON or half[:1] in ("p", "P"):
        return hour + 12 if hour < 12 else hour
    if half[:1] in ("a", "A") and hour == 12:
        return 0
    return hour


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 2:  # RFC 2822, section 4.3
        return 2000 + year if year < 50 else 1900 + year
    return year


def _month(parts: dict[str, str | None]) -> int | None:
    number = parts.get("month")
    return int(number) if number else _MONTHS.get((parts.get("name") or "").lower())


def _offset(parts: dict[str, str | None]) -> timedelta | None:
    if parts.get("sign"):
        hours, minutes = int(parts["zone_hour"] or 0), int(parts.get("zone_minute") or 0)
        if hours > 14 or minutes > 59:  # +14:00 (Kiribati) is the widest there is
            return None
        offset = timedelta(hours=hours, minutes=minutes)
        return offset if parts["sign"] == "+" else -offset
    hours_off = _ZONES.get((parts.get("zone") or "").lower())
    return None if hours_off is None else timedelta(hours=hours_off)
