"""A summary taken from an article: two or three of its own sentences, in its own language, without a model.

A sentence is worth more near the top, near what the article and its story keep naming, with a topic's name or a
figure in it. One that leans on the sentence before, page furniture and headings are worth nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from watcher.digest.openings import depends, hedged
from watcher.text.scripts import SPACELESS_RANGES, spaceless_share
from watcher.text.sentences import split_sentences

# Room for a summary in characters; a Chinese character says about as much as two and a half Latin letters.
ROOM = 320
ROOM_SPACELESS = 140
MOST_SENTENCES = 3

# News puts what happened on top: what stands below this many characters or sentences is background.
_READ_CHARACTERS = 3_500
_READ_SENTENCES = 16

# Weights of a sentence's worth; position 1 / (1 + 0.3 i) gives 1, .77, .63, .53 ... and leads on purpose: choosing the
# opening sentences is the baseline that extractive summaries of news rarely beat.
_POSITION, _CENTRALITY, _STORY, _TOPIC, _FIGURE, _HEDGE = 1.0, 0.5, 0.4, 0.25, 0.12, 0.05
_POSITION_DECAY = 0.3
_QUESTION, _QUOTED, _LONG = 0.5, 0.35, 0.3
# Two sentences that share this much of the shorter one's words say the same.
_REPEATS = 0.6

_WORD = re.compile(rf"[{SPACELESS_RANGES}]+|[^\W_{SPACELESS_RANGES}]+(?:[.,'’-][^\W_{SPACELESS_RANGES}]+)*")
_SPACELESS = re.compile(f"[{SPACELESS_RANGES}]")
_FIGURE_SIGN = re.compile(r"\d")
_ENDS = re.compile(r"[.!?…。！？｡।॥۔؟][\"'”’»›」』）)\]】》〉]*$")
_ASKS = re.compile(r"[?？؟][\"'”’»›」』）)\]】》〉]*$")
_DATELINE = re.compile(r"^[^\W\d_][\w .,'’/-]{1,40}\([^()]{2,30}\)\s*[-–—:]+\s+(?=\S)")
_CLAUSE = re.compile(r"[,;:،؛，；：、](?=\s|[^\x00-\x7f])|\s[–—-]\s")

# What belongs to the page and not to its article, in the languages most sources use. Plain substrings of the
# lower-cased sentence: one alternation of all these took three quarters of a summary's time.
_FURNITURE = tuple(
    "https://|http://|www.|©|all rights reserved|alle rechte vorbehalten|todos os direitos|todos los derechos|"
    "tous droits|cookie|newsletter|subscribe|sign up|read more|read also|follow us|click here|advertisement|sponsored|"
    "affiliate link|this article was|image credit|lesen sie auch|mehr zum thema|abonnieren|zurück zum|leia também|"
    "leia mais|siga-nos|compartilhe|inscreva-se|lea también|lea más|suscríb|síguenos|leggi anche|"
    "iscriviti|lire aussi|abonnez-vous|"
    "lees ook|lees meer|czytaj też|czytaj także|czytaj więcej|читайте также|подписывайтесь|подпишитесь|"
    "点击|扫码|扫描二维码|关注我们|版权所有|未经授权|转载|クリック|登録はこちら|関連記事|無断転載|"
    "구독|무단전재|무단 전재|재배포|관련기사|اقرأ أيضا|اشترك|تابعنا|جميع الحقوق|abone ol|tıklayın".split("|")
)
_CREDIT = re.compile(
    r"(?:image|photo|picture|video|source|credit|foto|bild|bildquelle|quelle|imagem|fonte|fuente|crédits?|фото|источник|"
    r"图片|图源|来源|來源|责任编辑|責任編輯|編集|写真|사진|صورة|المصدر)\s*[:：/]",
    re.IGNORECASE,
)
_QUOTES = (("“", "”"), ("«", "»"), ("「", "」"), ("『", "』"))
_PAIRS = (*_QUOTES, ("(", ")"), ("（", "）"), ("《", "》"))


@dataclass(frozen=True, slots=True)
class _Candidate:
    place: int
    text: str
    words: frozenset[str]
    worth: float


def summarise(
    text: str,
    language: str,
    title: str = "",
    names: Collection[str] = (),
    story: Mapping[str, float] | None = None,
) -> tuple[str, ...]:
    """Up to three sentences of `text`, in their order, within 320 characters (140 in scripts without spaces).

    `names` are the topic's names found in the article; `story` gives weights (0 to 1) to words its other reports use.
    The only change ever made to a sentence is a cut at a clause, marked with an ellipsis. Empty text: empty summary.
    """
    opening = text[:_READ_CHARACTERS]
    pieces = _pieces(opening, is_torn=len(text) > _READ_CHARACTERS)
    usable = _usable(pieces, language) or _last_resort(pieces)
    if not usable:
        return ()
    room = ROOM_SPACELESS if spaceless_share(opening[:200]) > 0.3 else ROOM
    candidates = _weigh(usable, room, words_of(title), names, story or {})
    return _choose(candidates, room)


def words_of(text: str) -> frozenset[str]:
    """The words that carry meaning, told without stop lists: pairs of characters where a script writes no spaces;
    elsewhere words of four letters and more, and everything with a figure in it."""
    found: set[str] = set()
    for match in _WORD.finditer(text.lower()):
        word = match.group()
        if _SPACELESS.match(word):
            found.update(word[place : place + 2] for place in range(len(word) - 1))
        elif len(word) > 3 or _FIGURE_SIGN.search(word):
            found.add(word)
    return frozenset(found)


def common_words(texts: Iterable[str]) -> dict[str, float]:
    """Words that at least two of these texts use, each with the share of the texts that use it."""
    counts: Counter[str] = Counter()
    number = 0
    for text in texts:
        counts.update(words_of(text))
        number += 1
    return {word: count / number for word, count in counts.items() if count > 1}


def _undated(piece: str) -> str:
    """Without a dateline such as `BEIJING, Jan. 5 (Agency) -`."""
    rest = _DATELINE.sub("", piece, count=1)
    return rest if len(rest) > len(piece) // 2 else piece


def _pieces(opening: str, is_torn: bool) -> list[str]:
    pieces = split_sentences(opening)
    if is_torn and 1 < len(pieces) <= _READ_SENTENCES:
        pieces = pieces[:-1]  # the last one goes on beyond what was read
    return [_undated(piece) for piece in pieces[:_READ_SENTENCES]]


def _usable(pieces: list[str], language: str) -> list[str]:
    """The sentences that can stand alone. The article's very first depends on nothing, whatever its opening."""
    found: list[str] = []
    is_first, is_quoting = True, False
    for piece in pieces:
        was_quoting, is_quoting = is_quoting, _still_quoting(piece, is_quoting)
        if was_quoting or not _is_sentence(piece):
            continue
        if is_first or not depends(piece, language):
            found.append(piece)
        is_first = False
    return found


def _is_sentence(piece: str) -> bool:
    """False for headings, captions, torn quotations, shouting and furniture."""
    is_spaceless = _SPACELESS.search(piece) is not None
    return (
        len(piece) >= (12 if is_spaceless else 35)
        and _ENDS.search(piece) is not None
        and not piece[0].islower()
        and not _shouts(piece)
        and not _torn(piece)
        and not _is_furniture(piece)
    )


def _shouts(piece: str) -> bool:
    """True for a line in capitals; the one "R2" in a Chinese sentence is none."""
    return 2 * sum(map(str.isupper, piece)) > sum(map(str.isalpha, piece))


def _still_quoting(piece: str, was: bool) -> bool:
    """True when a quotation that opened in this sentence, or before it, is still open at its end."""
    for opened, closed in _QUOTES:
        balance = piece.count(opened) - piece.count(closed)
        if balance > 0:
            return True
        if balance < 0 and was:
            return False
    return (not was) if piece.count('"') % 2 else was


def _is_furniture(piece: str) -> bool:
    lowered = piece.lower()
    return _CREDIT.match(piece) is not None or any(each in lowered for each in _FURNITURE)


def _torn(piece: str) -> bool:
    """True when a quotation or bracket opens in this sentence and closes in another."""
    if piece.count('"') % 2:
        return True
    if "„" in piece:  # closed by “ or ” according to the house
        return piece.count("„") > piece.count("“") + piece.count("”")
    return any(piece.count(opened) != piece.count(closed) for opened, closed in _PAIRS)


def _last_resort(pieces: list[str]) -> list[str]:
    """A short teaser may be all there is: its first piece that is not furniture, whatever its form."""
    return [piece for piece in pieces if not _is_furniture(piece) and len(piece) >= 8][:1]


def _weigh(
    pieces: list[str], room: int, title: frozenset[str], names: Collection[str], story: Mapping[str, float]
) -> list[_Candidate]:
    words = [words_of(piece) for piece in pieces]
    counts = Counter(word for each in words for word in each)
    # A word in more than half of the sentences is grammar (or the subject itself), one in a single one is detail.
    central = {word: count for word, count in counts.items() if 1 < count <= max(len(pieces) / 2, 2)}
    lowered = tuple(name.lower() for name in names)
    sums = [sum(central.get(word, 0) for word in each) / (len(each) ** 0.5 or 1) for each in words]
    shares = [sum(story.get(word, 0.0) for word in each) / (len(each) ** 0.5 or 1) for each in words]
    most, most_story = max(sums) or 1, max(shares) or 1
    found: list[_Candidate] = []
    for place, piece in enumerate(pieces):
        worth = _POSITION / (1 + _POSITION_DECAY * place)
        worth += _CENTRALITY * sums[place] / most + _STORY * shares[place] / most_story
        worth += _form(piece, room, lowered)
        if title and len(words[place] & title) > 0.9 * len(words[place]):
            worth -= 1.0  # the headline is read already
        found.append(_Candidate(place, piece, words[place], worth))
    return found


def _form(piece: str, room: int, names: Collection[str]) -> float:
    """What a sentence's form adds to its worth, or takes away."""
    lowered = piece.lower()
    worth = _TOPIC if any(name in lowered for name in names) else 0.0
    worth += _FIGURE if _FIGURE_SIGN.search(piece) else 0.0
    worth += _HEDGE if hedged(piece) else 0.0
    worth -= _QUESTION if _ASKS.search(piece) else 0.0
    worth -= _QUOTED if piece[0] in '"“„«「『' else 0.0
    worth -= _LONG if len(piece) > 0.85 * room else 0.0
    return worth


def _choose(candidates: list[_Candidate], room: int) -> tuple[str, ...]:
    """The worthiest that fit, none saying what another says, in the article's order."""
    chosen: list[_Candidate] = []
    left = room
    for candidate in sorted(candidates, key=lambda each: (-each.worth, each.place)):
        if len(chosen) == MOST_SENTENCES:
            break
        if not chosen and len(candidate.text) > room and (head := _shortened(candidate.text, room)):
            candidate = replace(candidate, text=head)
        if len(candidate.text) <= left and not any(_repeats(candidate, other) for other in chosen):
            chosen.append(candidate)
            left -= len(candidate.text) + 1
    if not chosen:
        return (_cut(candidates, room),)
    return tuple(each.text for each in sorted(chosen, key=lambda each: each.place))


def _repeats(one: _Candidate, other: _Candidate) -> bool:
    smaller = min(len(one.words), len(other.words))
    return bool(smaller) and len(one.words & other.words) >= _REPEATS * smaller


def _cut(candidates: list[_Candidate], room: int) -> str:
    """Every sentence is too long and hedged at its end: the first one whole, unless it is longer than two summaries."""
    first = candidates[0].text
    return first if len(first) <= 2 * room else cut_at_clause(first, room)


def _shortened(text: str, room: int) -> str | None:
    """The sentence cut at a clause; None where its claim would stay and the words that hedge it would go."""
    head = cut_at_clause(text, room)
    return head if hedged(head) or not hedged(text) else None


def cut_at_clause(text: str, room: int) -> str:
    """`text` within `room` characters, ended at a clause (or a word) and marked with an ellipsis."""
    if len(text) <= room:
        return text
    head = text[: room - 1]
    clauses = [match.start() for match in _CLAUSE.finditer(head) if match.start() >= room // 3]
    if clauses:
        return head[: clauses[-1]].rstrip() + "…"
    space = head.rfind(" ")
    return (head[:space] if space >= room // 3 else head).rstrip(" ,;:") + "…"
