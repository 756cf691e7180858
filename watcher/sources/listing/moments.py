"""Dates as listing pages show them: in an attribute, in words of many languages, or only how long ago."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

from watcher.sources.dates import EARLIEST_YEAR, read_date

_MONTHS = {  # beside those of the feeds' dates
    "يناير": "Jan", "كانون الثاني": "Jan", "فبراير": "Feb", "شباط": "Feb", "مارس": "Mar", "آذار": "Mar",
    "أبريل": "Apr", "ابريل": "Apr", "نيسان": "Apr", "مايو": "May", "أيار": "May", "يونيو": "Jun", "حزيران": "Jun",
    "يوليو": "Jul", "تموز": "Jul", "أغسطس": "Aug", "اغسطس": "Aug", "آب": "Aug", "سبتمبر": "Sep", "أيلول": "Sep",
    "أكتوبر": "Oct", "اكتوبر": "Oct", "تشرين الأول": "Oct", "نوفمبر": "Nov", "تشرين الثاني": "Nov",
    "ديسمبر": "Dec", "كانون الأول": "Dec",
    "stycznia": "Jan", "lutego": "Feb", "marca": "Mar", "kwietnia": "Apr", "maja": "May", "czerwca": "Jun",
    "lipca": "Jul", "sierpnia": "Aug", "września": "Sep", "października": "Oct", "listopada": "Nov", "grudnia": "Dec",
    "ocak": "Jan", "şubat": "Feb", "mart": "Mar", "nisan": "Apr", "mayıs": "May", "haziran": "Jun", "temmuz": "Jul",
    "ağustos": "Aug", "eylül": "Sep", "ekim": "Oct", "kasım": "Nov", "aralık": "Dec",
}  # fmt: skip
_FOREIGN_MONTH = re.compile("|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True)), re.IGNORECASE)
_CLOCK = r"(?:[,،\s–—·|-]{1,4}(?:(?:um|at|à|alle|às|a las|o)\s+)?[0-9]{1,2}[:h][0-9]{2}(?::[0-9]{2})?(?:\s*(?:Uhr|[ap]\.?m\.?))?(?:\s*(?:Z|UTC|GMT|CES?T|MES?Z|E[SD]T|P[SD]T|[+-][0-9]{2}:?[0-9]{2})(?![A-Za-z]))?)?"
_NAME = r"[^\W\d_]{3,12}\.?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<![0-9])[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[T\s]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?(?:Z|\s?[+-][0-9]{2}:?[0-9]{2})?)?",
        r"(?<![0-9])[0-9]{4}[/.][0-9]{1,2}[/.][0-9]{1,2}(?:\s+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?",
        r"[0-9]{4}\s*[年년]\s*[0-9]{1,2}\s*[月월]\s*[0-9]{1,2}\s*[日号號일](?:\s*(?:上午|下午|午前|午後|오전|오후)?\s*[0-9]{1,2}[:：时時点][0-9]{0,2}分?)?",
        rf"(?<![0-9])[0-9]{{1,2}}\.\s?[0-9]{{1,2}}\.\s?[0-9]{{4}}{_CLOCK}",
        rf"(?<![0-9])[0-9]{{1,2}}(?:\.|º|er|st|nd|rd|th)?[\s-]+(?:de\s+)?{_NAME},?[\s-]+(?:de\s+|del\s+)?[0-9]{{4}}{_CLOCK}",
        rf"(?<!\w){_NAME}\s+[0-9]{{1,2}}(?:st|nd|rd|th)?,?\s+[0-9]{{4}}{_CLOCK}",
    )
)
_SLASHED = re.compile(
    r"(?<![0-9])([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4}|[0-9]{2})(?![0-9])(?:[,\s–—|-]{1,4}(?:à|às)?\s*([0-9]{1,2}[:h][0-9]{2}))?"
)
_DAY_FIRST = frozenset("pt es fr it nl pl tr ar id vi ru uk ro el da nb sv fi cs".split())
_NO_YEAR = (
    (re.compile(rf"([0-9]{{1,2}})(?:\.|º|st|nd|rd|th)?\s+(?:de\s+)?({_NAME}){_CLOCK}", re.IGNORECASE), 1, 2),
    (re.compile(rf"({_NAME})\s+([0-9]{{1,2}})(?:st|nd|rd|th)?{_CLOCK}", re.IGNORECASE), 2, 1),
)
_NO_YEAR_CJK = re.compile(
    r"([0-9]{1,2})\s*[月월]\s*([0-9]{1,2})\s*[日일号號](?:\s*[(（][^)）]{1,5}[)）])?(?:\s*([0-9]{1,2})[:：時时]([0-9]{2}))?"
)
_MONTH_DAY = re.compile(r"([01]?[0-9])-([0-3]?[0-9])(?:\s+([0-9]{1,2}):([0-9]{2}))?")
CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:h]([0-5][0-9])(?:\s*(?:Uhr|h))?", re.IGNORECASE)

_UNITS = {
    "minutes": (r"min(?:ute|uto|uten|utes|utos|uti|uut|uta)?s?|мин\w*|хв\w*|分钟|分鐘|分|분|دقائق|دقيقة|دقيقه|dakika|dk", timedelta(minutes=1)),
    "hours": (r"h(?:ou)?rs?|h|stunden?|std|horas?|heures?|ore|ora|uur|час\w*|годин\w*|小时|小時|時間|시간|ساعات|ساعة|ساعت|saat|godzin\w*|timmar|timer|tuntia", timedelta(hours=1)),
    "days": (r"days?|d|tage?n?|dias?|días?|jours?|giorn[io]|dagen|dag|дн\w*|день|天|日|일|أيام|يوم|روز|gün|dni|dagar|dager|dage|päivää", timedelta(days=1)),
    "weeks": (r"weeks?|w|wochen?|semanas?|semaines?|settiman[ae]|weken|недел\w*|周|週間|주|أسابيع|أسبوع|hafta|tygodni\w*", timedelta(weeks=1)),
}  # fmt: skip
_AGO = re.compile(
    r"(?:ago|vor|há|hace|il y a|fa|geleden|назад|тому|sedan|siden|sitten|temu|önce|منذ|قبل|پیش|ago|前|전)",
    re.IGNORECASE,
)
_NUMBERED = {
    name: re.compile(rf"([0-9]{{1,3}})\s*(?:{pattern})(?![^\W\d_])", re.IGNORECASE)
    for name, (pattern, _) in _UNITS.items()
}
_NUMBERED_CJK = re.compile(r"([0-9]{1,3})\s*(分钟|分鐘|分|小时|小時|時間|天|日|周|週間|분|시간|일|주)\s*(?:前|전)")
_CJK_UNITS = {
    **dict.fromkeys(("分钟", "分鐘", "分", "분"), timedelta(minutes=1)),
    **dict.fromkeys(("小时", "小時", "時間", "시간"), timedelta(hours=1)),
    **dict.fromkeys(("天", "日", "일"), timedelta(days=1)),
    **dict.fromkeys(("周", "週間", "주"), timedelta(weeks=1)),
}
_TODAY = re.compile(
    r"(?:today|heute|hoje|hoy|aujourd[’']hui|oggi|vandaag|сегодня|今天|今日|오늘|اليوم|bugün|dzisiaj|dziś)", re.I
)
_YESTERDAY = re.compile(
    r"(?:yesterday|gestern|ontem|ayer|hier|ieri|gisteren|вчера|昨天|昨日|어제|أمس|dün|wczoraj)", re.I
)
_URL_DATE = re.compile(r"/((?:19|20)[0-9]{2})[/_.-]?(0?[1-9]|1[0-2])[/_.-]?(0[1-9]|[12][0-9]|3[01])(?![0-9])")


def moment_in(text: str, now: datetime, language: str | None) -> datetime | None:
    """The first date that a short text tells, in UTC unless it says otherwise; None where it tells none."""
    text = _plain(text)
    for form in _FORMS:
        if (match := form.search(text)) and (moment := _dated(match[0])):
            return moment
    if (match := _SLASHED.search(text)) and (moment := _slashed(match, language)):
        return moment
    # Of a file nobody knows when it was fetched: what is relative means nothing then.
    return (_ago(text, now) or _without_year(text, now)) if now.year >= EARLIEST_YEAR else None


def whole_moment(text: str, now: datetime, language: str | None) -> datetime | None:
    """The date of a text that is nothing but one, a weekday aside: what stands above a day's articles."""
    if not 3 <= len(text) <= 48 or (moment := moment_in(text, now, language)) is None:
        return None
    left = re.sub(r"[0-9]|[^\w\s]", "", _plain(text))
    return moment if len(left.split()) <= 5 else None


def url_moment(url: str) -> datetime | None:
    """The day an address names."""
    match = _URL_DATE.search(url)
    return read_date(f"{match[1]}-{match[2]}-{match[3]}") if match else None


def _plain(text: str) -> str:
    text = " ".join(text[:300].split())
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
        text = _FOREIGN_MONTH.sub(lambda match: _MONTHS[match[0].lower()], text)
    return text


def _dated(text: str) -> datetime | None:
    text = re.sub(r"\s*[,،–—·|-]\s+(?=[0-9]{1,2}[:h])", " ", text).replace("،", ",")
    text = re.sub(r"\s+(?:um|at|à|alle|às|a las|o)\s+(?=[0-9]{1,2}[:h])", " ", text, flags=re.IGNORECASE)
    return read_date(text)


def _slashed(match: re.Match[str], language: str | None) -> datetime | None:
    first, second, year = int(match[1]), int(match[2]), match[3]
    year = f"20{year}" if len(year) == 2 else year
    if first > 12 or language in _DAY_FIRST:
        day, month = first, second
    elif second > 12:
        month, day = first, second
    else:
        return None  # 03/04/2026 is March or April: no date sooner than a wrong one
    clock = f" {match[4].replace('h', ':')}" if match[4] else ""
    return read_date(f"{year}-{month:02}-{day:02}{clock}")


def _ago(text: str, now: datetime) -> datetime | None:
    if match := _NUMBERED_CJK.search(text):
        return now - int(match[1]) * _CJK_UNITS[match[2]]
    if len(text) <= 40 and _AGO.search(text):
        for name, pattern in _NUMBERED.items():
            if match := pattern.search(text):
                return now - int(match[1]) * _UNITS[name][1]
    if len(text) <= 30:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        day = midnight if _TODAY.match(text) else midnight - timedelta(days=1) if _YESTERDAY.match(text) else None
        if day is not None:
            clock = CLOCK.search(text)
            return day + timedelta(hours=int(clock[1]), minutes=int(clock[2])) if clock else day
    return None


def _without_year(text: str, now: datetime) -> datetime | None:
    """A day and a month alone mean the last such day."""
    if len(text) > 40:
        return None
    match = _NO_YEAR_CJK.search(text) or _MONTH_DAY.fullmatch(text)
    if match is not None:
        clock = f" {match[3]}:{match[4]}" if match[3] and match[4] else ""
        return _latest("{year}-" + f"{int(match[1]):02}-{int(match[2]):02}{clock}", now)
    for form, day, name in _NO_YEAR:
        match = form.fullmatch(text)
        if match is not None:
            return _latest(f"{match[day]} {match[name].rstrip('.')} " + "{year}", now)
    return None


def _latest(written: str, now: datetime) -> datetime | None:
    for year in (now.year, now.year - 1):
        moment = read_date(written.replace("{year}", str(year)))
        if moment is not None and moment <= now + timedelta(days=1):
            return moment
    return None
