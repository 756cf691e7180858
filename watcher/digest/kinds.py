"""What sort of thing a story is, and whether it tells an event: by who reports it, where it stands and what it says.

    only forums have it ─> thread      every own report is one ─> release, paper
    else what most own reports are:    market, deal, review, news; and aside where they tell no event

A maker's own announcement is news, and so is a release or a paper that an outlet reports in words of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from watcher.digest.cues import AHEAD, FORMS, HAPPENED, HEDGES, RUMOUR, SHOPS, SOFTWARE, TIPS
from watcher.stories.facts.actions import actions
from watcher.stories.facts.words import read
from watcher.text.cues import Cues, Spoken
from watcher.text.fold import folded
from watcher.topics.groups import left_out, speaks, titled
from watcher.types import Article, Kind, Relation, Role, StoredArticle

# Reports that are looked at, the earliest of their own: what three newsrooms call it is what it is.
_LOOKED_AT = 3
_OPENING = 200  # characters in which a text says what happened, where its headline does not

# --- by address -------------------------------------------------------------------------------------------------------

_PAPERS = re.compile(
    r"://(?:[\w-]+\.)*(?:arxiv\.org|openreview\.net|aclanthology\.org|proceedings\.mlr\.press|papers\.n(?:eur)?ips\.cc"
    r"|dl\.acm\.org|ieeexplore\.ieee\.org|biorxiv\.org|medrxiv\.org|ssrn\.com|hal\.science|papers\.cool|alphaxiv\.org"
    r"|chinaxiv\.org|techrxiv\.org|researchgate\.net|semanticscholar\.org|doi\.org)/"
    r"|://huggingface\.co/papers/"
)
_RELEASES = re.compile(
    r"://(?:[\w-]+\.)*(?:github\.com|gitlab\.com|gitee\.com|codeberg\.org|gitcode\.com)/[^/]+/[^/]+/(?:-/)?(?:releases|tags?)(?:/|$)"
    r"|://pypi\.org/project/|://(?:www\.)?npmjs\.com/package/|://hub\.docker\.com/"
    r"|/(?:release-?notes|changelog|relnotes)(?:[/.#?-]|$)",
    re.IGNORECASE,
)
_PAPER_NAME = re.compile(r"\b(?:arxiv|openreview|biorxiv|acl anthology)\b|\b\d{4}\.\d{5}(?:v\d+)?\b", re.IGNORECASE)
_ABSTRACT = re.compile(
    r"^\s*(?:abstract\b|arxiv:\s*\d{4}\.\d{4,5})|\bin this (?:paper|work|report|study),? we\b"
    r"|\bthis paper (?:presents|proposes|introduces|studies|investigates)\b"
    r"|\bwe (?:propose|introduce|present) [\w-]+, an? (?:novel|new|framework|method)"
    r"|本文(?:提出|介绍|研究)|本論文では|本稿では|본 논문",
    re.IGNORECASE,
)

# --- by words ---------------------------------------------------------------------------------------------------------

# States that move shares.
_RULED = "export*|ausfuhr*|licen*|lizenz*|sanction*|sanktion*|tariff*|出口|制裁|輸出|수출|제재|экспорт*|санкци*"
_CUES = Cues({
    **FORMS, "rumour": RUMOUR, "tips": TIPS, "ahead": AHEAD, "hedges": HEDGES, "happened": HAPPENED, "shops": SHOPS,
    "software": SOFTWARE, "ruled": _RULED,
})  # fmt: skip
_ASKS = re.compile(r"[?？؟][\s\"'”’»›」』）)\]】]*(?:$|\s[-–—|])")
# "5 reasons", "7 things", "10 Gründe": a number and what is listed, at the front.
_LISTED = re.compile(
    r"^\W*(?:the |die |os |as |los |las |i |le |les |de )?"
    r"(?:\d{1,2}|three|five|seven|ten|drei|funf|zehn|tres|cinco|cinq|cinque|пять|三|五|十)\s*(?:\w+\s)?"
    r"(?:things|reasons|ways|tips|tricks|facts|questions|lessons|takeaways|stocks|tools|alternatives|charts"
    r"|grunde|dinge|tipps|fragen|fakten|aktien|alternativen|coisas|razoes|motivos|dicas|acoes|alternativas"
    r"|cosas|razones|consejos|acciones|cose|ragioni|motivi|consigli|alternative|choses|raisons|conseils|astuces"
    r"|redenen|powod\w*|причин\w*|вещей|способ\w*|совет\w*|个理由|大看点|个问题|件事|つの|가지)"
)
_PRICE = re.compile(
    r"(?:[$€£¥₽₩]|r\$)\s?\d[\d.,]{0,6}(?![\d.,]|\s?(?:b|m|tn|trillion|billion|million|mrd|mio))|\d[\d.,]{0,6}\s?(?:[€₽]|eur|euro|zl|руб|円|元|원)\b"
)
_VERSION = re.compile(
    r"(?<![A-Za-z0-9_.$€£])v?(\d{1,4}(?:\.\d{1,4}){1,3})(?:[-_.]?(?:rc|beta|alpha|post|dev)[-.]?\d*)?(?![A-Za-z0-9_%])",
    re.IGNORECASE,
)
_BARE = 7  # further words in a headline that names a version and little more
_BESIDE = 12  # signs: beside its version a program is named, and nothing else is
_SPACELESS = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]")

# Deeds (`stories.facts`) that are news wherever they are done; `raise` and `fall` are where no share price does it.
_DEEDS = frozenset(
    "delay launch ban sue buy invest results cutprice deny confirm arrest charge approve export sanction resign appoint"
    " layoff agree partner hack probe fine build produce supply stop steal smuggle fail withdraw raise fall"
    " warn train".split()
)
# Of those, the ones that a share price cannot be said to do, and that nobody retells as a rumour.
_HARD = _DEEDS - frozenset(
    "invest raise fall results supply cutprice warn buy launch confirm fail export produce build".split()
)
_MOVING = _HARD | {"results", "export", "buy", "partner", "agree"}
_OF_RELEASES = frozenset("launch cutprice raise fall supply produce build confirm results surpass".split())

Strength = Literal[0, 1, 2]
"""Whether an article tells an event: in its headline (2), in its opening (1), or not that one could see."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a story is: its kind, whether it stands behind what happened, and how surely it tells an event (0 to 1)."""

    kind: Kind = "news"
    aside: bool = False
    event: float = 0.0
    asides: frozenset[int] = frozenset()  # articles of a story that tells an event, and do not tell it


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: Kind
    aside: bool
    strength: Strength


def judged(articles: Sequence[StoredArticle]) -> Judged:
    """What sort of thing a story of these articles is."""
    reported = [each for each in articles if each.article.role not in _TALK]
    if not reported:
        is_thread = any(each.article.role == "forum" for each in articles)
        return Judged("thread" if is_thread else "news")
    own = [each for each in reported if each.relation is not Relation.COPY] or reported
    own.sort(key=lambda each: (each.article.effective, each.article.url))
    pieces = [_piece(each.article) for each in own[:_LOOKED_AT]]
    event = max(piece.strength for piece in pieces) / 2
    kinds = {piece.kind for piece in pieces}
    if kinds <= {"release", "paper"}:
        return Judged(pieces[0].kind, event=event)
    told = [piece for piece in pieces if piece.kind not in ("release", "paper")]
    counted = Counter(piece.kind for piece in told)
    kind = max(counted, key=lambda each: (counted[each], each == "news", each))
    if kind != "news" or 2 * sum(piece.aside for piece in told) > len(told):
        return Judged(kind, True, event)
    return Judged(
        kind, False, event, frozenset(each.id for each, piece in zip(own, pieces, strict=False) if piece.aside)
    )


_TALK: frozenset[Role] = frozenset({"forum", "aggregator"})


def _piece(article: Article) -> _Piece:
    heading = _CUES.of(folded(article.title))
    deeds = {concept for concept, _, _ in actions(read(article.title, article.language, True))}
    if _is_paper(article):
        return _Piece("paper", False, 0)
    if _is_release(article, heading, deeds):
        return _Piece("release", False, 0)
    kind = _trade(article, heading, deeds)
    if kind is not None:
        return _Piece(kind, True, 0)
    if _tells_nothing(article, heading, deeds):
        return _Piece("news", True, 0)
    return _Piece("news", False, _strength(article, heading, deeds))


def _is_paper(article: Article) -> bool:
    if _PAPERS.search(article.url) or _PAPER_NAME.search(article.outlet):
        return True
    is_numbered = _PAPER_NAME.search(article.title) is not None
    return is_numbered or _ABSTRACT.search(article.text[:600]) is not None


def _is_release(article: Article, heading: Spoken, deeds: set[str]) -> bool:
    """True for what stands where releases do, and for a headline that names a version of a program and little more."""
    if _RELEASES.search(article.url):
        return True
    found = _VERSION.search(article.title)
    if found is None or deeds & (_DEEDS - _OF_RELEASES) or _is_date(found[1]):
        return False
    before, after = article.title[: found.start()], article.title[found.end() :]
    is_program = found[1].count(".") > 1 or "software" in heading
    named = "software" in _CUES.of(folded(f"{before[-_BESIDE:]} {after[:_BESIDE]}"))
    return is_program and (article.role == "primary" or _words(before + after) <= (2 * _BARE if named else _BARE))


def _words(text: str) -> int:
    return len(_SPACELESS.findall(text)) // 2 + len(re.findall(r"[^\W\d_]{2,}", _SPACELESS.sub(" ", text)))


def _is_date(version: str) -> bool:
    parts = [int(part) for part in version.split(".")]
    return len(parts) == 3 and parts[0] <= 31 and parts[1] <= 12 and parts[2] > 31


def _trade(article: Article, heading: Spoken, deeds: set[str]) -> Kind | None:
    """Talk of share prices, an offer, a product's test; None for anything else, and for an event that moves prices."""
    title = heading.text
    stocks = titled("stocks", title)
    if not deeds & _HARD and ("tips" in heading or (stocks and _is_market(heading, deeds, stocks))):
        return "market"
    group = left_out(("deals", "reviews"), article.title, article.text)
    if group == "deals" or ("shops" in heading and _PRICE.search(title) and not deeds & _HARD):
        return "deal"
    if group == "reviews" or titled("reviews", title) > 1 or (speaks("reviews", title) and not deeds & _DEEDS):
        return "review"
    return None


def _is_market(heading: Spoken, deeds: set[str], stocks: int) -> bool:
    """True for a headline on shares, unless something happened that moves them: shares open, cut, raise and drop."""
    is_moved = bool(deeds & _MOVING) or "ruled" in heading
    return stocks > 1 or not is_moved or "ahead" in heading


def _tells_nothing(article: Article, heading: Spoken, deeds: set[str]) -> bool:
    """True for a headline that asks, advises, lists, explains, comments, or passes a rumour on; and for games."""
    if _ASKS.search(heading.text) or _LISTED.search(heading.text):
        return True
    if any(form in heading for form in FORMS):
        return True
    if "rumour" in heading and not deeds & _HARD:
        return True
    is_game = speaks("gaming", heading.text) and not deeds & _DEEDS
    return is_game or left_out(("gaming",), article.title, article.text) is not None


def _strength(article: Article, heading: Spoken, deeds: set[str]) -> Strength:
    if deeds & _DEEDS or "happened" in heading:
        return 1 if "hedges" in heading and not deeds & _HARD else 2
    opening = article.text[:_OPENING]
    return 1 if any(concept in _DEEDS for concept, _, _ in actions(read(opening, article.language))) else 0
