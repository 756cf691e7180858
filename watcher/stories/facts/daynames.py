"""Months, weekdays and "yesterday" in the languages of the news, as folded words."""

from __future__ import annotations

from functools import cache

from watcher.stories.facts.words import fold_word
from watcher.types import UNKNOWN_LANGUAGE

# The languages of a row, then January to December; forms of one month are joined by a slash.
_MONTHS = """
en january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sept/sep october/oct november/nov december/dec
de januar/jänner/jan/januars februar/feb/februars märz/mrz/maerz april/apr/aprils mai/mais juni/jun/junis juli/jul/julis august/aug/augusts september/sept/sep/septembers oktober/okt/oktobers november/nov/novembers dezember/dez/dezembers
fr janvier/janv février/févr/fevr mars avril/avr mai juin juillet/juil août/aout septembre/sept octobre/oct novembre/nov décembre/déc
es enero/ene febrero/feb marzo/mar abril/abr mayo junio/jun julio/jul agosto/ago septiembre/setiembre/sept/sep octubre/oct noviembre/nov diciembre/dic
pt janeiro/jan fevereiro/fev março/mar abril/abr maio/mai junho/jun julho/jul agosto/ago setembro/set outubro/out novembro/nov dezembro/dez
it gennaio/gen febbraio/feb marzo/mar aprile/apr maggio/mag giugno/giu luglio/lug agosto/ago settembre/sett/set ottobre/ott novembre/nov dicembre/dic
nl januari/jan februari/feb maart/mrt april/apr mei juni/jun juli/jul augustus/aug september/sep oktober/okt november/nov december/dec
pl styczeń/stycznia/styczniu luty/lutego/lutym marzec/marca/marcu kwiecień/kwietnia/kwietniu maj/maja/maju czerwiec/czerwca/czerwcu lipiec/lipca/lipcu sierpień/sierpnia/sierpniu wrzesień/września/wrześniu październik/października/październiku listopad/listopada/listopadzie grudzień/grudnia/grudniu
ru январь/января/январе/янв февраль/февраля/феврале/фев/февр март/марта/марте апрель/апреля/апреле/апр май/мая/мае июнь/июня/июне июль/июля/июле август/августа/августе/авг сентябрь/сентября/сентябре/сент октябрь/октября/октябре/окт ноябрь/ноября/ноябре/нояб декабрь/декабря/декабре/дек
uk січень/січня/січні лютий/лютого/лютому березень/березня/березні квітень/квітня/квітні травень/травня/травні червень/червня/червні липень/липня/липні серпень/серпня/серпні вересень/вересня/вересні жовтень/жовтня/жовтні листопад/листопада/листопаді грудень/грудня/грудні
bg януари февруари март април май юни юли август септември октомври ноември декември
tr ocak/ocakta/oca şubat/şubatta/şub mart/martta nisan/nisanda mayıs/mayısta haziran/haziranda temmuz/temmuzda ağustos/ağustosta eylül/eylülde ekim/ekimde kasım/kasımda aralık/aralıkta
sv januari/jan februari/feb mars april/apr maj juni/jun juli/jul augusti/aug september/sept oktober/okt november/nov december/dec
da,no januar/jan februar/feb marts/mars april/apr maj/mai juni/jun juli/jul august/aug september/sept oktober/okt november/nov december/desember/dec/des
fi tammikuu/tammikuuta/tammikuussa helmikuu/helmikuuta/helmikuussa maaliskuu/maaliskuuta/maaliskuussa huhtikuu/huhtikuuta/huhtikuussa toukokuu/toukokuuta/toukokuussa kesäkuu/kesäkuuta/kesäkuussa heinäkuu/heinäkuuta/heinäkuussa elokuu/elokuuta/elokuussa syyskuu/syyskuuta/syyskuussa lokakuu/lokakuuta/lokakuussa marraskuu/marraskuuta/marraskuussa joulukuu/joulukuuta/joulukuussa
cs leden/ledna/lednu únor/února/únoru březen/března/březnu duben/dubna/dubnu květen/května/květnu červen/června/červnu červenec/července/červenci srpen/srpna/srpnu září říjen/října/říjnu listopad/listopadu prosinec/prosince/prosinci
hu január/jan február/febr március/márc április/ápr május/máj június/jún július/júl augusztus/aug szeptember/szept október/okt november/nov december/dec
ro ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
el ιανουάριος/ιανουαρίου/ιανουάριο φεβρουάριος/φεβρουαρίου/φεβρουάριο μάρτιος/μαρτίου/μάρτιο απρίλιος/απριλίου/απρίλιο μάιος/μαΐου/μάιο ιούνιος/ιουνίου/ιούνιο ιούλιος/ιουλίου/ιούλιο αύγουστος/αυγούστου/αύγουστο σεπτέμβριος/σεπτεμβρίου/σεπτέμβριο οκτώβριος/οκτωβρίου/οκτώβριο νοέμβριος/νοεμβρίου/νοέμβριο δεκέμβριος/δεκεμβρίου/δεκέμβριο
ar يناير/كانون فبراير/شباط مارس/آذار أبريل/إبريل/نيسان مايو/أيار يونيو/حزيران يوليو/تموز أغسطس/آب سبتمبر/أيلول أكتوبر نوفمبر ديسمبر
id,ms januari/jan februari/feb maret/mar april/apr mei juni/jun juli/jul agustus/agu september/sep oktober/okt november/nov desember/des
hi जनवरी फरवरी/फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर
he ינואר/בינואר פברואר/בפברואר מרץ/במרץ אפריל/באפריל מאי/במאי יוני/ביוני יולי/ביולי אוגוסט/באוגוסט ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר
"""
# Monday to Sunday.
_WEEKDAYS = """
en monday/mon tuesday/tue/tues wednesday/wed thursday/thu/thurs friday/fri saturday sunday
de montag/montags dienstag/dienstags mittwoch/mittwochs donnerstag/donnerstags freitag/freitags samstag/sonnabend/samstags sonntag/sonntags
fr lundi mardi mercredi jeudi vendredi samedi dimanche
es lunes martes miércoles jueves viernes sábado domingo
pt segunda-feira/segunda terça-feira/terça quarta-feira/quarta quinta-feira/quinta sexta-feira/sexta sábado domingo
it lunedì martedì mercoledì giovedì venerdì sabato domenica
nl maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
pl poniedziałek/poniedziałku wtorek/wtorku środa/środę czwartek/czwartku piątek/piątku sobota/sobotę niedziela/niedzielę
ru понедельник/понедельника/понедельнику вторник/вторника среда/среду/среды четверг/четверга пятница/пятницу/пятницы суббота/субботу/субботы воскресенье/воскресенья
uk понеділок вівторок середа/середу четвер пятниця/пятницю субота/суботу неділя/неділю
tr pazartesi salı çarşamba perşembe cuma cumartesi pazar
sv måndag/måndagen tisdag/tisdagen onsdag/onsdagen torsdag/torsdagen fredag/fredagen lördag/lördagen söndag/söndagen
da,no mandag tirsdag onsdag torsdag fredag lørdag søndag
fi maanantai/maanantaina tiistai/tiistaina keskiviikko/keskiviikkona torstai/torstaina perjantai/perjantaina lauantai/lauantaina sunnuntai/sunnuntaina
cs pondělí úterý středa/středu čtvrtek pátek sobota/sobotu neděle/neděli
hu hétfő/hétfőn kedd/kedden szerda/szerdán csütörtök/csütörtökön péntek/pénteken szombat/szombaton vasárnap
ar الاثنين/الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد
ko 월요일 화요일 수요일 목요일 금요일 토요일 일요일
id,ms senin selasa rabu kamis jumat sabtu minggu
"""
# The day before publication, the day itself, the day after.
_RELATIVE = """
en yesterday today tomorrow
de gestern heute morgen
fr hier aujourd'hui demain
es ayer hoy mañana
pt ontem hoje amanhã
it ieri oggi domani
nl gisteren vandaag morgen
pl wczoraj dzisiaj/dziś jutro
ru вчера сегодня завтра
uk вчора сьогодні завтра
bg вчера днес утре
tr dün bugün yarın
sv igår/går idag imorgon
da,no går - -
fi eilen tänään huomenna
cs včera dnes zítra
hu tegnap - holnap
ro ieri astăzi/azi mâine
el χθες σήμερα αύριο
ar أمس/امس اليوم غدا
ko 어제 오늘 내일
zh 昨天/昨日 今天/今日 明天/明日
ja 昨日 今日/本日 明日
id,ms kemarin - besok
hi - आज -
he אתמול היום מחר
"""
_WORDLESS = frozenset(
    "mar may set dec ago gen out mag mai sep sett des jan jun jul nov okt ott oct fev feb mart mars mei".split()
)
"""Months that are other words too, or abbreviations: alone, without a day or a year, they say nothing."""
_MORE_THAN_A_DAY = frozenset(
    "segunda terca quarta quinta sexta mon wed fri thu tue pazar minggu martes cuma sali morgen manana".split()
)


@cache
def month_words(language: str = UNKNOWN_LANGUAGE) -> dict[str, int]:
    """Folded names and abbreviations of months, of one language; of all for a language that has no row.

    "Mais" is May's in German and "more" in Portuguese, "marca" Polish for March and Spanish for a brand.
    """
    return _places(_MONTHS, 12, language)


@cache
def weekday_words(language: str = UNKNOWN_LANGUAGE) -> dict[str, int]:
    """Folded names of weekdays; 0 = Monday."""
    return {word: number - 1 for word, number in _places(_WEEKDAYS, 7, language).items()}


@cache
def relative_words(language: str = UNKNOWN_LANGUAGE) -> dict[str, int]:
    """Folded words for the days around the day of publication: -1, 0, 1. French "hier" is German for "here"."""
    return {word: number - 2 for word, number in _places(_RELATIVE, 3, language).items()}


_WITHOUT_WORDS = frozenset({"zh", "ja", "vi", "th", "yue"})
"""Languages that count their days and months: another one's words mean something else there (Vietnamese "mai")."""


def _places(table: str, length: int, language: str) -> dict[str, int]:
    rows = [line.split() for line in table.strip().splitlines()]
    own = [cells for cells in rows if language in cells[0].split(",")]
    if not own and language not in _WITHOUT_WORDS:
        own = rows
    found: dict[str, int] = {}
    for codes, *cells in own:
        if len(cells) != length:
            raise ValueError(f"{len(cells)} names where {length} are expected: {codes} {' '.join(cells)[:60]}")
        for number, cell in enumerate(cells, 1):
            for word in cell.strip("-").split("/"):
                if word:
                    found.setdefault(fold_word(word), number)
    return found


def is_firm_month(word: str) -> bool:
    """True where a month's name means nothing else when it stands alone."""
    return word not in _WORDLESS and len(word) > 3


def is_firm_weekday(word: str) -> bool:
    """True where a weekday's name means nothing else: Portuguese counts its days, Turkish markets on Sunday."""
    return word not in _MORE_THAN_A_DAY
