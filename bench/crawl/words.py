"""Frequent words of each language: enough for extractors and language models to take the pages for real ones."""

from __future__ import annotations

WORDS = {
    "en": "the of and to in is that for with was on are as this company market town which said new has more year",
    "de": "der die das und in zu den mit von ist auf nicht für ein eine dem auch es sich Unternehmen Straße neue Jahr",
    "pt": "o a de que e do da em um para com não uma os no se na por mais as empresa cidade novo mercado ano foi",
    "es": "el la de que y a en un ser se no haber por con su para como estar tener empresa ciudad nuevo mercado año",
    "fr": "le la de et à les des en un du une que est pour qui dans par sur plus au entreprise ville nouveau marché",
    "it": "il di che e la a un in per è una sono non si da con come le dei nel alla azienda città nuovo mercato anno",
    "nl": "de het een van en in is dat op te zijn met voor niet aan er om ook bedrijf stad nieuwe markt jaar werd",
    "pl": "w i na z do że się nie to jest o jak za od po ale przez firma układ nowy rynek rok który także oraz gdzieś",
    "cs": "a v se na je že s z do o i ale jako za pro tak po podle který která město nový trh rok společnost také",
    "sv": "och i att det som en på är av för med till den har de inte om ett men var år företag stad marknad nytt över",
    "hu": "a az és hogy nem is egy ez volt meg de csak már vállalat város új piac év amely szerint között még után",
    "ro": "și în de la cu pe pentru că este nu a fost sunt din mai care oraș piață nou an compania după însă între",
    "vi": "và của là có trong cho được các một với những không người này khi đã công ty thị trường năm mới thành phố",
    "tr": "bir ve bu için ile de da olarak daha çok en şirket yeni pazar yıl olan kadar sonra göre ancak gibi değil",
    "id": "yang dan di dengan untuk dari ini itu pada adalah tidak akan telah dalam perusahaan kota pasar baru tahun",
    "ru": "в и на с по не что это как для от за из к был компания рынок новый год который также после она они город",
    "uk": "в і на з по не що це як для від за до був компанія ринок новий рік який також після вона вони місто її",
    "el": "και το να η της του στην με για που είναι από τη θα δεν εταιρεία πόλη αγορά νέο έτος αυτό όταν μετά",
    "ar": "في من على إلى أن التي عن هذا مع كان شركة مدينة سوق جديد عام بعد بين الذي قال أيضا كما خلال وقد ذلك",
    "fa": "در از به که این را با است برای آن شرکت شهر بازار جدید سال بعد خود یک شده تا گفت نیز هم می بود",
    "he": "של את על הוא לא זה עם היא גם כי חברה עיר שוק חדש שנה אחרי בין אמר יותר אבל כל היה אם רק",
    "hi": "के में की है और से का को पर यह नहीं कि एक कंपनी शहर बाजार नया साल बाद लिए भी हैं कहा था",
    "ko": "있다 하는 것은 그리고 회사는 시장에서 도시의 새로운 올해 지난 이번 대한 통해 위해 밝혔다 따르면",
}
SPACELESS = {
    "zh": "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说",
    "ja": "のにはをたがでてとしれさあるいるもするからなことしてい都市場新製品企業発表開発年月日米中国出荷デザイン",
    "th": "การที่และในของเป็นมีได้ว่าจะไม่ให้กับบริษัทเมืองตลาดใหม่ปีหลังจากโดย",
}
# What a part of a language's pages is still written in; the first is the commonest.
ENCODINGS = {
    "de": ("iso-8859-1", "windows-1252"),
    "en": ("iso-8859-1", "us-ascii"),
    "fr": ("iso-8859-15", "windows-1252"),
    "es": ("iso-8859-1",),
    "pt": ("iso-8859-1",),
    "it": ("windows-1252",),
    "pl": ("iso-8859-2", "windows-1250"),
    "cs": ("windows-1250",),
    "hu": ("iso-8859-2",),
    "tr": ("iso-8859-9", "windows-1254"),
    "ru": ("windows-1251", "koi8-r"),
    "uk": ("windows-1251", "koi8-u"),
    "el": ("iso-8859-7", "windows-1253"),
    "ar": ("windows-1256",),
    "he": ("windows-1255",),
    "ko": ("euc-kr",),
    "zh": ("gb2312", "gbk", "gb18030", "big5"),
    "ja": ("shift_jis", "euc-jp"),
    "th": ("tis-620", "utf-16"),
}
