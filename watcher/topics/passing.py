"""Names said in passing: in brackets, as one of a list, as a yardstick or somebody's customer.

A single such name does not make a text about its topic. The cues are the words that introduce a comparison or an
example, in the languages the program is used in.
"""

from __future__ import annotations

import re

from watcher.text.fold import cue_pattern, folded

# What introduces a name as one of many, as a yardstick, or as somebody's customer.
_BEFORE = """
like|such as|including|includes|include|unlike|similar to|compared with|compared to|than|versus|vs|vs.|rival|rivals
competitor|competitors|customers|clients|suppliers to|supplier to|among others|alongside|as well as|e.g.|for example
formerly at|formerly of|former|ex|veteran of|backed by|worked at|worked for|years at|left|chips from|hardware from
wie|etwa|darunter|beispielsweise|z.b.|zum beispiel|anders als|ähnlich wie|im vergleich zu|konkurrent|konkurrenten
rivale|rivalen|kunden|neben|ehemals bei|ehemaliger
como|tais como|incluindo|ao contrário da|ao contrário do|diferente da|semelhante à|em comparação com|concorrente
concorrentes|rival|rivais|clientes|entre elas|por exemplo
tales como|incluidos|incluidas|a diferencia de|en comparación con|frente a|competidores|rivales|por ejemplo|entre ellas
come|tra cui|ad esempio|a differenza di|rispetto a|concorrenti|rivali|clienti|quali
comme|tels que|telles que|notamment|y compris|contrairement à
par rapport à|concurrent|concurrents|clients|à l'instar de|dont
zoals|waaronder|bijvoorbeeld|in tegenstelling tot|vergeleken met|concurrent|klanten
takich jak|takie jak|jak|m.in.|w tym|na przykład|w przeciwieństwie do|konkurent|klienci
такие как|таких как|например|в том числе|включая|в отличие от
по сравнению с|конкурент|конкуренты|конкурента|среди которых|как
gibi|örneğin|rakibi|مثل|على غرار|بما في ذلك|منافس|مقارنة ب
如|例如|包括|像|比如|诸如|不同于|相比|比|竞争对手|客户|與|諸如|競爭對手|客戶|不同於
"""
_AFTER = """
など|等|などの|といった|のような|とは異なり|と比べ|などと|와 달리
과 달리|같은|등|등의|에 비해|之类|之類|gibi|के जैसे|जैसे|जैसी
"""
_LED_IN = re.compile(
    rf"(?:^|[\W_])(?:{cue_pattern(_BEFORE)})\W{{0,3}}(?:the |die |der |den |a |o |la |le |el |da |do |von |van )?$"
)
_LED_IN_SPACELESS = re.compile(
    "(?:如|例如|包括|像|比如|诸如|不同于|相比|竞争对手|客户|與|諸如|競爭對手|客戶|不同於|競合|ライバル|元)$"
)
_LED_OUT = re.compile(rf"^[\s'\"」』a-z]{{0,3}}(?:{cue_pattern(_AFTER)})")
# Items of a list look like names: capitals where the script has them, no particles where it does not.
_ITEM = r"[A-ZÀ-ÞĀ-ŽА-ЯЁ0-9\u0590-\u07ff\u0900-\u0d7f\uac00-\ud7a3][^\s,;:().]{0,24}(?: [^\s,;:().]{1,24}){0,2}"
_DELIMITER = (
    r"(?:\s?[,،/·]\s?|\s(?:and|und|e|y|et|en|i|a|и|ve|or|oder|ou|o|sowie|及)\s|\s?[와과]\s)(?:(?:and|und|or|et|y|e) )?"
)
_CJK_ITEM = "[A-Za-z0-9ァ-ヺー\u4e00-\u9fff]{2,12}"
_CJK_DELIMITER = "(?:[、·・/]|以及|[和与與及と])"
_ITEMS_AFTER = re.compile(
    rf"(?:['’]s)?(?: [\w-]{{1,12}})?{_DELIMITER}{_ITEM}{_DELIMITER}{_ITEM}"
    rf"|[A-Za-z0-9]{{0,8}}{_CJK_DELIMITER}{_CJK_ITEM}{_CJK_DELIMITER}{_CJK_ITEM}"
)
_ITEMS_BEFORE = re.compile(
    rf"{_ITEM}{_DELIMITER}{_ITEM}{_DELIMITER}$|{_CJK_ITEM}{_CJK_DELIMITER}{_CJK_ITEM}{_CJK_DELIMITER}$"
)
_ITEM_BEFORE = re.compile(rf"{_ITEM}{_DELIMITER}$|{_CJK_ITEM}{_CJK_DELIMITER}$")
_ITEM_AFTER = re.compile(rf"(?:['’]s)?(?: [\w-]{{1,12}})?{_DELIMITER}{_ITEM}|{_CJK_DELIMITER}{_CJK_ITEM}")
_PERCENT = re.compile(r"\d\s?(?:[%％]|percent|prozent|por ciento|por cento)")


def in_passing(before: str, after: str) -> str | None:
    """Why a name is only said in passing, from what its sentence says before and after it; None when it is not."""
    if _inside_brackets(before, after):
        return "in brackets"
    if len(_PERCENT.findall(before)) + len(_PERCENT.findall(after)) >= 3:
        return "in a list of prices"
    led_in = folded(before[-40:])
    if _LED_IN.search(led_in) or _LED_IN_SPACELESS.search(led_in) or _LED_OUT.match(folded(after[:12])):
        return "named for comparison"
    if _in_enumeration(before[-80:], after[:80]):
        return "one of a list"
    return None


def _inside_brackets(before: str, after: str) -> bool:
    opened = max(before.rfind("("), before.rfind("（"))
    closed = max(before.rfind(")"), before.rfind("）"))
    return opened > closed and re.search("[)）]", after) is not None


def _in_enumeration(before: str, after: str) -> bool:
    """One of three or more short items."""
    if _ITEMS_AFTER.match(after) or _ITEMS_BEFORE.search(before):
        return True
    return _ITEM_BEFORE.search(before) is not None and _ITEM_AFTER.match(after) is not None
