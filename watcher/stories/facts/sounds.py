"""Names by their consonants, the same in every script: Kavanaugh, Кавано, カバノー, 캐버노, كافانو, 卡瓦诺.

Vowels are dropped and consonants that scripts confuse (b and v, l and r, g and k) are one. What is left is coarse: a
short skeleton is shared by many names, so its rarity is learned and short ones do not count.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SHORTEST = 3
"""Consonants a name must have. Two are shared by every tenth name."""

_CYRILLIC = (
    "а a б b в v г g д d е e ж z з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х h ц ts ч s ш s щ s ъ - ы i "
)
_CYRILLIC += "ь - э e ю u я a є e і i ї i ґ g ў u ј i љ l њ n ћ s ђ d џ z ѓ g ќ k"
_PAIRS = _CYRILLIC.split()
_TO_LATIN = {
    ord(letter): "" if sound == "-" else sound for letter, sound in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)
}
SPELLED_OUT = {**_TO_LATIN, ord("ч"): "ch", ord("ш"): "sh", ord("ж"): "zh", ord("х"): "kh"}
"""Cyrillic letters of a model number as they are read: С-400 is S-400, Су-57 is Su-57."""
LOOKALIKES = {ord(a): b for a, b in zip("авекмнорстухАВЕКМНОРСТУХ", "abekmhopctyxabekmhopctyx", strict=True)}
"""Cyrillic letters as they look: Н100 typed on the wrong keyboard."""

_GREEK = dict(
    zip(
        map(ord, "αβγδεζηθικλμνξοπρσςτυφχψω"), "a v g d e z i t i k l m n x o p r s s t i f h ps o".split(), strict=True
    )
)
_HEBREW = dict(
    zip(
        map(ord, "אבגדהוזחטיכךלמםנןסעפףצץקרשת"),
        "- v g d h v z h t i k k l m m n n s - p p ts ts k r s t".split(),
        strict=True,
    )
)
_ARABIC = dict(
    zip(
        map(ord, "ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگڤئءؤ"),
        "- b t t z h h d z r z s s s d t z - g f k k l m n h u i p c z g v - - -".split(),
        strict=True,
    )
)
_KANA = dict(
    zip(
        map(
            ord,
            "カキクケコガギグゲゴサシスセソザジズゼゾタチツテトダヂヅデドナニヌネノハヒフヘホバビブベボパピプペポマミムメモラリルレロワヲンヴ",
        ),
        "k k k k k g g g g g s s s s s z z z z z t s s t t d z z d d n n n n n h h f h h b b b b b p p p p p m m m m m "
        "r r r r r w - n v".split(),
        strict=True,
    )
)
# Chinese characters that write the syllables of foreign names.
_HAN_ROWS = """
b 巴贝貝比伯博布班邦鲍鮑本宾賓波勃卜拜彼毕畢伦
p 帕潘佩皮平普蓬庞龐珀珮派保
m 马馬玛瑪迈邁曼梅门門蒙米密明莫默姆穆麦麥摩缪
f 法凡菲费費芬弗福夫富芙冯馮丰弗
w 瓦旺万威韦韋维維温文沃乌烏武伍翁华華怀
d 达達戴丹道德狄蒂迪杜多登邓鄧丁顿頓東东
t 塔泰坦汤湯唐特滕提图圖托陶廷汀通屠
n 纳納娜南内內尼涅宁寧纽紐努诺諾农尔年恩
l 拉莱萊兰蘭劳勞勒雷利里立莲蓮林琳龙龍卢盧鲁魯伦倫罗羅洛列丽麗莉律路
g 盖蓋戈格根葛高古冈岡
k 卡凯凱坎康科克肯库庫考柯奎昆金基
h 哈海汉漢赫胡霍亨豪洪惠
s 萨薩塞桑沙山尚舍圣聖施什史斯司松苏蘇索西希夏肖谢謝辛欣许許森申绍
z 扎詹珍朱兹茲泽澤赞贊佐祖
c 查切乔喬奇齐齊恰车
j 加贾賈杰傑吉季济
r 热荣日让瑞儒
y -
a 阿埃艾安奥奧厄亚亞扬揚杨耶叶葉伊因英尤于約约雅爱愛欧歐
"""


def _han() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in _HAN_ROWS.strip().splitlines():
        sound, _, signs = row.partition(" ")
        for sign in signs:
            found.setdefault(sign, "" if sound == "a" else sound)
    return found | dict(zip("安恩因英文温曼坦潘丹兰凡班", "n n n n wn wn mn tn pn dn ln fn bn".split(), strict=True))


_HAN = _han()
_HAN |= {"尔": "l", "爾": "l", "伦": "ln", "倫": "ln", "顿": "dn", "頓": "dn", "森": "sn", "林": "ln", "琳": "ln", "宾": "bn",
         "加": "g", "吉": "g", "斯": "s", "克": "k", "金": "kn", "登": "dn", "康": "kn", "桑": "sn", "汉": "hn", "根": "gn",
         "肯": "kn", "坎": "kn", "班": "bn", "本": "bn", "芬": "fn", "滕": "tn", "廷": "tn", "申": "sn", "珍": "zn", "詹": "zn",
         "唐": "tn", "汤": "tn", "旺": "wn", "万": "wn", "南": "nn", "宁": "nn", "明": "mn", "蒙": "mn", "门": "mn", "邓": "dn",
         "龙": "ln", "荣": "rn", "让": "zn", "昆": "kn", "松": "sn", "辛": "sn", "杨": "n", "冯": "fn", "亨": "hn", "庞": "pn"}  # fmt: skip
HAN_NAME = re.compile(f"[{''.join(_HAN)}]{{2,8}}(?:[·・‧][{''.join(_HAN)}]{{1,8}})*")

# Consonants that one script or another cannot tell apart; h is dropped: half of the scripts do not write it.
_CLASS = str.maketrans(
    {
        **dict.fromkeys("bpfvw", "P"), **dict.fromkeys("dt", "T"), **dict.fromkeys("szcjç", "S"),
        **dict.fromkeys("gkq", "K"), **dict.fromkeys("lr", "R"), "m": "M", "n": "N",
    }
)  # fmt: skip
_LATIN_RULES = (
    (re.compile("(?:au|ou)gh"), "o"), (re.compile("igh"), "i"), (re.compile("sch|tsch|tch|cz|sz|ch(?=[ei])|sh|zh|č|š|ž|ć|ş|ś|ź|ż"), "s"),
    (re.compile("dsch|dj|dž"), "z"), (re.compile("ph"), "f"), (re.compile("th"), "t"), (re.compile("kh|ch|ck|cc(?![eiy])|qu"), "k"),
    (re.compile("c(?=[eiy])|ç"), "s"), (re.compile("c"), "k"), (re.compile("x"), "ks"), (re.compile("ng"), "n"), (re.compile("g(?=[eiy])"), "z"),
    (re.compile("wr"), "r"), (re.compile("kn(?=[aeiou])"), "n"), (re.compile("ow$"), "ov"), (re.compile("(?<=[aeiou])w(?![aeiou])"), ""), (re.compile("j"), "z"),
)  # fmt: skip
_ROLLED = re.compile(r"r+(?![aeiour])")
_AFFRICATE = re.compile("t+s|dz")  # ts, dz: one sound, and s in most spellings
_TWICE = re.compile(r"(.)\1+")
_NO_CLASS = re.compile("[^PTSKRMN]+")


@lru_cache(maxsize=1 << 15)
def skeleton(word: str, script: str) -> str:
    """The consonants of a folded word, as classes; "" for what has too few."""
    spoken = _spoken(word, script)
    return _classes(spoken)


@lru_cache(maxsize=1 << 15)
def variants(word: str, script: str) -> tuple[str, ...]:
    """Other skeletons the word may have in another script.

    Japanese, Korean and Chinese hear no r that ends a syllable (Zuckerberg), Korean and Arabic write w as a vowel
    (Sulawesi); an Arabic word may begin with one that is written onto it.
    """
    spoken = _spoken(word, script)
    found = []
    if script in _ROLLING:
        found.append(_ROLLED.sub("", spoken))
    if "w" in spoken:
        found += [one.replace("w", "") for one in (spoken, *found)]
    if script == "arabic" and word[:1] in "وفبلك":
        found.append(_spoken(word[1:], script))
    own = _classes(spoken)
    return tuple(dict.fromkeys(classes for one in found if (classes := _classes(one)) and classes != own))


_ROLLING = frozenset({"latin", "cyrillic", "arabic", "greek", "hebrew"})


def _classes(spoken: str) -> str:
    classes = _TWICE.sub(r"\1", _NO_CLASS.sub("", spoken.translate(_CLASS)))
    return classes if len(classes) >= SHORTEST else ""


def _spoken(word: str, script: str) -> str:
    match script:
        case "latin":
            for pattern, sound in _LATIN_RULES:
                word = pattern.sub(sound, word)
            return _AFFRICATE.sub("s", word)
        case "cyrillic":
            return _AFFRICATE.sub("s", word.translate(_TO_LATIN))
        case "katakana":
            return _kana(word)
        case "hangul":
            return "".join(map(_syllable, word))
        case "arabic":
            return ("w" if word[:1] == "و" else "") + word.translate(_ARABIC)
        case "greek":
            return word.translate(_GREEK)
        case "hebrew":
            return word.translate(_HEBREW)
        case "han":
            return "".join(_HAN.get(sign, "") for sign in word)
    return ""


def _kana(word: str) -> str:
    sounds = [_KANA.get(ord(unicodedata.normalize("NFC", sign)), "") for sign in word]
    for place, sign in enumerate(word):
        if sign == "ウ" and place + 1 < len(word) and word[place + 1] in "ィェォ":
            sounds[place] = "w"
        elif sign == "ッ":
            sounds[place] = ""
    return "".join(sounds)


_INITIALS = "k kk n t tt r m p pp s ss - z zz c k t p h".split()
_FINALS = "- k kk ks n nz nh t r rk rm rb rs rt rp rh m p ps s ss n z c k t p h".split()


def _syllable(sign: str) -> str:
    place = ord(sign) - 0xAC00
    if not 0 <= place < 11172:
        return ""
    first, last = _INITIALS[place // 588], _FINALS[place % 28]
    return ("" if first == "-" else first) + "a" + ("" if last == "-" else last)
