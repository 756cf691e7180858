"""A summary taken from an article: its first sentences as they stand, in its own language, without a model.

News puts what happened on top, and sentences torn apart change their meaning: the run from the lead is kept together.
One jump is allowed, to a sentence that stands by itself and names what the title or the lead names; among those, the
worth decides. Page furniture, headings and torn quotations are never part of a summary.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from watcher.digest.leaning import names_of, opens_well, stands_alone
from watcher.digest.openings import hedged
from watcher.text.scripts import SPACELESS_RANGES, spaceless_share
from watcher.text.sentences import sentences

# Room for a summary in characters; a Chinese character says about as much as two and a half Latin letters.
ROOM = 320
ROOM_SPACELESS = 140
MOST_SENTENCES = 3

# News puts what happened on top: what stands below this many characters or sentences is background.
_READ_CHARACTERS = 3_500
_READ_SENTENCES = 16

# Where the first sentence cannot open a summary, one of the next few must, and no jump goes further than that.
_LEADS = 5

# Weights of a sentence's worth where a jump is allowed; position 1 / (1 + 0.3 i) gives 1, .77, .63, .53 ...
_POSITION, _CENTRALITY, _STORY, _TOPIC, _FIGURE, _HEDGE = 1.0, 0.5, 0.4, 0.25, 0.12, 0.05
_POSITION_DECAY = 0.3
_QUESTION, _QUOTED, _LONG = 0.5, 0.35, 0.3
# Two sentences that share this much of the shorter one's words say the same.
_REPEATS = 0.6

_WORD = re.compile(rf"[{SPACELESS_RANGES}]+|[^\W_{SPACELESS_RANGES}]+(?:[.,'’-][^\W_{SPACELESS_RANGES}]+)*")
_SPACELESS = re.compile(f"[{SPACELESS_RANGES}]")
_SYLLABLES = re.compile("[\uac00-\ud7a3]{2}")  # a Korean sign is two or three letters
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
class _Piece:
    """A sentence of the article: its place, and whether it goes on in the paragraph of the one before."""

    place: int
    text: str
    goes_on: bool


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
    usable = _usable(pieces)
    if not usable:
        return _last_resort(pieces)
    room = ROOM_SPACELESS if spaceless_share(opening[:200]) > 0.3 else ROOM
    lead = _lead(usable, language, title)
    head = _fitted(lead.text, room)
    if len(head) > room or head != lead.text:
        return (head,)
    run = _run(lead, usable, language, title, room)

    def worthiest() -> list[_Piece]:
        worths = _worths(usable, room, words_of(title), names, story or {})
        return sorted(usable, key=lambda each: -worths[each.place])

    return _with_a_jump(run, worthiest, language, title, names, room)


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


def undated(piece: str) -> str:
    """Without a dateline such as `BEIJING, Jan. 5 (Agency) -`."""
    rest = _DATELINE.sub("", piece, count=1)
    return rest if len(rest) > len(piece) // 2 else piece


def _pieces(opening: str, is_torn: bool) -> list[_Piece]:
    found: list[_Piece] = []
    end = 0
    for place, each in enumerate(sentences(opening)[: _READ_SENTENCES + 1]):
        goes_on = place > 0 and "\n" not in opening[end : each.start]
        found.append(_Piece(place, undated(opening[each.start : each.end]), goes_on))
        end = each.end
    if is_torn and 1 < len(found) <= _READ_SENTENCES:
        found.pop()  # the last one goes on beyond what was read
    return found[:_READ_SENTENCES]


def _usable(pieces: list[_Piece]) -> list[_Piece]:
    """The whole sentences outside of longer quotations."""
    found: list[_Piece] = []
    is_quoting = False
    for piece in pieces:
        was_quoting, is_quoting = is_quoting, _still_quoting(piece.text, is_quoting)
        if not was_quoting and _is_sentence(piece.text):
            found.append(piece)
    return found


def _lead(usable: list[_Piece], language: str, title: str) -> _Piece:
    """The first sentence, or the next one that can open a summary where the first points at something unsaid."""
    first, *others = usable
    if opens_well(first.text, language, title) and _tells(first, title):
        return first
    standing = (each for each in others[: _LEADS - 1] if stands_alone(each.text, language, title))
    return next((each for each in standing if _tells(each, title)), first)


def _tells(piece: _Piece, title: str) -> bool:
    """False for a question, for somebody's words, and for the headline once more."""
    words, told = words_of(piece.text), words_of(title)
    is_headline = bool(told) and len(words & told) > 0.9 * len(words)
    return not (is_headline or _ASKS.search(piece.text) or piece.text[0] in '"“„«「『')


def _run(lead: _Piece, usable: list[_Piece], language: str, title: str, room: int) -> list[_Piece]:
    """The lead and what follows it without a gap, while it fits and either goes on in its paragraph or stands alone."""
    run, left = [lead], room - len(lead.text)
    for piece in usable:
        if piece.place != run[-1].place + 1:
            continue
        before = " ".join((title, *(each.text for each in run)))
        follows = piece.goes_on or stands_alone(piece.text, language, before)
        if len(run) == MOST_SENTENCES or not follows or _ASKS.search(piece.text) or _said(piece, run):
            break
        if len(piece.text) >= left:
            break
        run.append(piece)
        left -= len(piece.text) + 1
    return run


def _with_a_jump(
    run: list[_Piece],
    others: Callable[[], Sequence[_Piece]],
    language: str,
    title: str,
    names: Collection[str],
    room: int,
) -> tuple[str, ...]:
    """The run; a lone sentence, or a run silent about the topic, is completed by the worthiest that may follow."""
    lead = run[0]
    is_silent = bool(names) and not _holds(" ".join(each.text for each in run), names)
    is_short = len(run) == 1 and len(lead.text) < room / 2
    if is_short or is_silent:
        seen = f"{title} {lead.text}"
        for piece in others():
            if not lead.place < piece.place < lead.place + _LEADS or len(lead.text) + 1 + len(piece.text) > room:
                continue
            if is_silent and len(run) > 1 and not _holds(piece.text, names):
                continue
            if _may_follow(piece, language, seen, names) and not _said(piece, [lead]):
                return lead.text, piece.text
    return tuple(each.text for each in run)


def _may_follow(piece: _Piece, language: str, seen: str, names: Collection[str]) -> bool:
    """True for a sentence that tells, stands by itself and says at its beginning what it is about."""
    clause = piece.text[: len(piece.text) // 2 + 1]
    is_anchored = not names_of(seen).isdisjoint(names_of(clause)) or _holds(clause, names)
    return is_anchored and _tells(piece, "") and stands_alone(piece.text, language, seen)


def _holds(text: str, names: Collection[str]) -> bool:
    lowered = text.lower()
    return any(name.lower() in lowered for name in names)


def _is_sentence(piece: str) -> bool:
    """False for headings, captions, torn quotations, shouting and furniture."""
    least = 12 if _SPACELESS.search(piece) else 18 if _SYLLABLES.search(piece) else 35
    return (
        len(piece) >= least
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


def _last_resort(pieces: list[_Piece]) -> tuple[str, ...]:
    """A short teaser may be all there is: its first piece that is not furniture, whatever its form."""
    texts = [piece.text for piece in pieces if not _is_furniture(piece.text) and len(piece.text) >= 8]
    return tuple(cut_at_clause(text, ROOM) for text in texts[:1])


def _worths(
    pieces: list[_Piece], room: int, title: frozenset[str], names: Collection[str], story: Mapping[str, float]
) -> dict[int, float]:
    """What each sentence is worth, by its place."""
    words = [words_of(piece.text) for piece in pieces]
    counts = Counter(word for each in words for word in each)
    # A word in more than half of the sentences is grammar (or the subject itself), one in a single one is detail.
    central = {word: count for word, count in counts.items() if 1 < count <= max(len(pieces) / 2, 2)}
    lowered = tuple(name.lower() for name in names)
    sums = [sum(central.get(word, 0) for word in each) / (len(each) ** 0.5 or 1) for each in words]
    shares = [sum(story.get(word, 0.0) for word in each) / (len(each) ** 0.5 or 1) for each in words]
    most, most_story = max(sums) or 1, max(shares) or 1
    found: dict[int, float] = {}
    for order, piece in enumerate(pieces):
        worth = _POSITION / (1 + _POSITION_DECAY * order)
        worth += _CENTRALITY * sums[order] / most + _STORY * shares[order] / most_story
        worth += _form(piece.text, room, lowered)
        if title and len(words[order] & title) > 0.9 * len(words[order]):
            worth -= 1.0  # the headline is read already
        found[piece.place] = worth
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


def _said(piece: _Piece, others: Iterable[_Piece]) -> bool:
    """True when one of these says most of it already."""
    words = words_of(piece.text)
    for other in others:
        told = words_of(other.text)
        smaller = min(len(words), len(told))
        if smaller and len(words & told) >= _REPEATS * smaller:
            return True
    return False


def _fitted(text: str, room: int) -> str:
    """A sentence that fits; one hedged at its end stays whole, unless it is longer than two summaries."""
    if len(text) <= room:
        return text
    return _shortened(text, room) or (text if len(text) <= 2 * room else _with_its_hedge(text, room))


def _with_its_hedge(text: str, room: int) -> str:
    """A sentence of any length as its beginning and the clause that hedges it."""
    hedges = [clause.strip() for clause in _CLAUSE.split(text) if hedged(clause) and len(clause) <= room]
    if not hedges:
        return cut_at_clause(text, room)
    return f"{cut_at_clause(text, room)} {hedges[-1]}{'' if _ENDS.search(hedges[-1]) else '…'}"


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
