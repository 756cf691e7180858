"""Months, weekdays and "yesterday" in the languages of the news, as folded words."""

from __future__ import annotations

from functools import cache

from watcher.stories.facts.words import fold_word

# January to December; forms of one month are joined by a slash.
_MONTHS = """
january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sept/sep october/oct november/nov december/dec
januar/jänner/jan/januars februar/feb/februars märz/mrz/maerz april/apr/aprils mai/mais juni/jun/junis juli/jul/julis august/aug/augusts september/sept/sep/septembers oktober/okt/oktobers november/nov/novembers dezember/dez/dezembers
janvier/janv février/févr/fevr mars avril/avr mai juin juillet/juil août/aout septembre/sept octobre/oct novembre/nov décembre/déc
enero/ene febrero/feb marzo/mar abril/abr mayo junio/jun julio/jul agosto/ago septiembre/setiembre/sept/sep octubre/oct noviembre/nov diciembre/dic
janeiro/jan fevereiro/fev março/mar abril/abr maio/mai junho/jun julho/jul agosto/ago setembro/set outubro/out novembro/nov dezembro/dez
gennaio/gen febbraio/feb marzo/mar aprile/apr maggio/mag giugno/giu luglio/lug agosto/ago settembre/sett/set ottobre/ott novembre/nov dicembre/dic
januari/jan februari/feb maart/mrt april/apr mei juni/jun juli/jul augustus/aug september/sep oktober/okt november/nov december/dec
styczeń/stycznia/styczniu luty/lutego/lutym marzec/marca/marcu kwiecień/kwietnia/kwietniu maj/maja/maju czerwiec/czerwca/czerwcu lipiec/lipca/lipcu sierpień/sierpnia/sierpniu wrzesień/września/wrześniu październik/października/październiku listopad/listopada/listopadzie grudzień/grudnia/grudniu
январь/января/январе/янв февраль/февраля/феврале/фев/февр март/марта/марте апрель/апреля/апреле/апр май/мая/мае июнь/июня/июне июль/июля/июле август/августа/августе/авг сентябрь/сентября/сентябре/сент октябрь/октября/октябре/окт ноябрь/ноября/ноябре/нояб декабрь/декабря/декабре/дек
січень/січня/січні лютий/лютого/лютому березень/березня/березні квітень/квітня/квітні травень/травня/травні червень/червня/червні липень/липня/липні серпень/серпня/серпні вересень/вересня/вересні жовтень/жовтня/жовтні листопад/листопада/листопаді грудень/грудня/грудні
януари февруари март април май юни юли август септември октомври ноември декември
ocak/ocakta/oca şubat/şubatta/şub mart/martta nisan/nisanda mayıs/mayısta haziran/haziranda temmuz/temmuzda ağustos/ağustosta eylül/eylülde ekim/ekimde kasım/kasımda aralık/aralıkta
januari/jan februari/feb mars april/apr maj juni/jun juli/jul augusti/aug september/sept oktober/okt november/nov december/dec
januar/jan februar/feb marts/mars april/apr maj/mai juni/jun juli/jul august/aug september/sept oktober/okt november/nov december/desember/dec/des
tammikuu/tammikuuta/tammikuussa helmikuu/helmikuuta/helmikuussa maaliskuu/maaliskuuta/maaliskuussa huhtikuu/huhtikuuta/huhtikuussa toukokuu/toukokuuta/toukokuussa kesäkuu/kesäkuuta/kesäkuussa heinäkuu/heinäkuuta/heinäkuussa elokuu/elokuuta/elokuussa syyskuu/syyskuuta/syyskuussa lokakuu/lokakuuta/lokakuussa marraskuu/marraskuuta/marraskuussa joulukuu/joulukuuta/joulukuussa
leden/ledna/lednu únor/února/únoru březen/března/březnu duben/dubna/dubnu květen/května/květnu červen/června/červnu červenec/července/červenci srpen/srpna/srpnu září říjen/října/říjnu listopad/listopadu prosinec/prosince/prosinci
január/jan február/febr március/márc április/ápr május/máj június/jún július/júl augusztus/aug szeptember/szept október/okt november/nov december/dec
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
ιανουάριος/ιανουαρίου/ιανουάριο φεβρουάριος/φεβρουαρίου/φεβρουάριο μάρτιος/μαρτίου/μάρτιο απρίλιος/απριλίου/απρίλιο μάιος/μαΐου/μάιο ιούνιος/ιουνίου/ιούνιο ιούλιος/ιουλίου/ιούλιο αύγουστος/αυγούστου/αύγουστο σεπτέμβριος/σεπτεμβρίου/σεπτέμβριο οκτώβριος/οκτωβρίου/οκτώβριο νοέμβριος/νοεμβρίου/νοέμβριο δεκέμβριος/δεκεμβρίου/δεκέμβριο
يناير/كانون فبراير/شباط مارس/آذار أبريل/إبريل/نيسان مايو/أيار يونيو/حزيران يوليو/تموز أغسطس/آب سبتمبر/أيلول أكتوبر نوفمبر ديسمبر
januari/jan februari/feb maret/mar april/apr mei juni/jun juli/jul agustus/agu september/sep oktober/okt november/nov desember/des
जनवरी फरवरी/फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर
ינואר/בינואר פברואר/בפברואר מרץ/במרץ אפריל/באפריל מאי/במאי יוני/ביוני יולי/ביולי אוגוסט/באוגוסט ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר
"""
# Monday to Sunday.
_WEEKDAYS = """
monday/mon tuesday/tue/tues wednesday/wed thursday/thu/thurs friday/fri saturday sunday
montag/montags dienstag/dienstags mittwoch/mittwochs donnerstag/donnerstags freitag/freitags samstag/sonnabend/samstags sonntag/sonntags
lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miércoles jueves viernes sábado domingo
segunda-feira/segunda terça-feira/terça quarta-feira/quarta quinta-feira/quinta sexta-feira/sexta sábado domingo
lunedì martedì mercoledì giovedì venerdì sabato domenica
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
poniedziałek/poniedziałku wtorek/wtorku środa/środę czwartek/czwartku piątek/piątku sobota/sobotę niedziela/niedzielę
понедельник/понедельника/понедельнику вторник/вторника среда/среду/среды четверг/четверга пятница/пятницу/пятницы суббота/субботу/субботы воскресенье/воскресенья
понеділок вівторок середа/середу четвер пятниця/пятницю субота/суботу неділя/неділю
pazartesi salı çarşamba perşembe cuma cumartesi pazar
måndag/måndagen tisdag/tisdagen onsdag/onsdagen torsdag/torsdagen fredag/fredagen lördag/lördagen söndag/söndagen
mandag tirsdag onsdag torsdag fredag lørdag søndag
maanantai/maanantaina tiistai/tiistaina keskiviikko/keskiviikkona torstai/torstaina perjantai/perjantaina lauantai/lauantaina sunnuntai/sunnuntaina
pondělí úterý středa/středu čtvrtek pátek sobota/sobotu neděle/neděli
hétfő/hétfőn kedd/kedden szerda/szerdán csütörtök/csütörtökön péntek/pénteken szombat/szombaton vasárnap
الاثنين/الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد
월요일 화요일 수요일 목요일 금요일 토요일 일요일
senin selasa rabu kamis jumat sabtu minggu
"""
# How many days from the day of publication.
_RELATIVE = {
    -1: "yesterday gestern hier ayer ontem ieri gisteren wczoraj вчера вчора dün igår går eilen včera أمس امس 어제 昨天 昨日 kemarin",
    0: "today heute aujourd'hui hoy hoje oggi vandaag dzisiaj dziś сегодня сьогодні bugün idag tänään dnes اليوم 오늘 今天 今日 本日",
    1: "tomorrow morgen demain mañana amanhã domani jutro завтра yarın imorgon huomenna zítra غدا 내일 明天 明日",
}
_WORDLESS = frozenset(
    "mar may set dec ago gen out mag mai sep sett des jan jun jul nov okt ott oct fev feb mart mars mei".split()
)
"""Months that are other words too, or abbreviations: alone, without a day or a year, they say nothing."""
_MORE_THAN_A_DAY = frozenset(
    "segunda terca quarta quinta sexta mon wed fri thu tue pazar minggu martes cuma sali morgen manana".split()
)


@cache
def month_words() -> dict[str, int]:
    """Folded names and abbreviations of months."""
    return _places(_MONTHS, 12)


@cache
def weekday_words() -> dict[str, int]:
    """Folded names of weekdays; 0 = Monday."""
    return {word: number - 1 for word, number in _places(_WEEKDAYS, 7).items()}


def _places(table: str, length: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in table.strip().splitlines():
        cells = line.split()
        if len(cells) != length:
            raise ValueError(f"{len(cells)} names where {length} are expected: {line[:60]}")
        for number, cell in enumerate(cells, 1):
            for word in cell.split("/"):
                found.setdefault(fold_word(word), number)
    return found


@cache
def relative_words() -> dict[str, int]:
    """Folded words for the days around the day of publication."""
    return {fold_word(word): days for days, words in _RELATIVE.items() for word in words.split()}


def is_firm_month(word: str) -> bool:
    """True where a month's name means nothing else when it stands alone."""
    return word not in _WORDLESS and len(word) > 3


def is_firm_weekday(word: str) -> bool:
    """True where a weekday's name means nothing else: Portuguese counts its days, Turkish markets on Sunday."""
    return word not in _MORE_THAN_A_DAY
