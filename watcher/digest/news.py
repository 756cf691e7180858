"""What a new article of a told story adds to what was told: sentences with a fact that nobody had told.

A simple rule over figures, model names, dates and denials. In a language that the story was told in, all of them
count; in another one only the digits that survive translation do, and denials.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from watcher.text.sentences import split_sentences
from watcher.types import StoredArticle

NewFacts = Callable[[Sequence[StoredArticle], StoredArticle], tuple[str, ...]]
"""(articles told, new article) -> its sentences that bring a new fact, in its own words."""

# News puts what happened on top; a figure further down is background.
_LEAD = 700
_MOST = 2  # sentences quoted
_LONGEST = 400

_FIGURE = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")
_MODEL = re.compile(r"\b(?=[A-Za-z-]*\d)(?=[\d-]*[A-Za-z])[A-Za-z\d]+(?:-[A-Za-z\d]+)*")
_SEPARATORS = re.compile(r"[^\d]")
# A story and its denial share every name and figure: a word of denying is news where nobody denied before. Stems, so
# that forms are found; short ones stand with what surely follows them.
_DENIAL = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|refut|dement|bestreit|bestritt|desment|desmint|nega(?:m|n|ram|ron|ndo)?\b|négó|neg[oó]\b|"
    r"dément|nié\b|nie\b|smenti|ontken|zaprzecz|опроверг|отрица|yalanla|نفى|نفت|تنفي|ينفي)|否认|否認|否定|부인",
    re.IGNORECASE,
)


def new_facts(told: Sequence[StoredArticle], article: StoredArticle) -> tuple[str, ...]:
    """Sentences of the title and the opening with a figure, a model or a denial that no told article has."""
    own = article.article
    same = any(each.article.language == own.language for each in told)
    texts = [f"{each.article.title}\n{each.article.text}" for each in told]
    known = {fact for text in texts for fact in _facts(text, same=same)}
    found = [
        sentence
        for sentence in split_sentences(f"{own.title}\n{_opening(own.text)}")
        if len(sentence) <= _LONGEST and not known.issuperset(_facts(sentence, same=same))
    ]
    # The headline names the fact, a sentence of the text says it whole.
    in_text = [sentence for sentence in found if sentence != own.title]
    return tuple((in_text or found)[:_MOST])


def _opening(text: str) -> str:
    """The first sentences, whole: a figure must not be cut in two."""
    taken, room = [], _LEAD
    for sentence in split_sentences(text):
        if room <= 0:
            break
        taken.append(sentence)
        room -= len(sentence)
    return "\n".join(taken)


def _facts(text: str, *, same: bool) -> set[str]:
    """What can be compared: a denial; figures; within one language model names and exact figures too."""
    found = {"denial"} if _DENIAL.search(text) else set()
    without_models = _MODEL.sub(" ", text)
    if same:
        found.update(match.upper() for match in _MODEL.findall(text))
        found.update(_exact(_FIGURE.findall(without_models)))
    else:
        found.update(_significant(_FIGURE.findall(without_models)))
    return found


def _exact(figures: Iterable[str]) -> set[str]:
    """Figures without their separators; single digits are left out: "two" and "2" are one house's style."""
    digits = {_SEPARATORS.sub("", figure) for figure in figures}
    return {each for each in digits if len(each) > 1}


def _significant(figures: Iterable[str]) -> set[str]:
    """What a figure keeps in any language: 50.000, 5万 and 50 thousand are all a 5. Years and days say too little."""
    stripped = {_SEPARATORS.sub("", figure).strip("0") for figure in figures}
    return {each for each in stripped if len(each) > 1 and not (len(each) == 4 and each[:2] in {"19", "20"})}
