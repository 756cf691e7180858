"""What a new article of a told story adds to what was told: sentences with a fact that nobody had told.

Facts are compared, not words: an amount, a day to come, a product, somebody who acts, a decision, a denial. They are
the same in every language, so a late translation brings nothing; what stands further down is background.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from watcher.digest.figures import same_amount
from watcher.digest.reading import Reader, document
from watcher.stories.facts import Facts, Mark, extract
from watcher.stories.facts.entities import known
from watcher.stories.facts.marks import LEAD, TITLE
from watcher.stories.facts.units import MONEY, SPANS, agree
from watcher.text.sentences import split_sentences
from watcher.types import Document, StoredArticle

NewFacts = Callable[[Sequence[StoredArticle], StoredArticle, Reader], tuple[str, ...]]
"""(articles told, new article, what reads them) -> its sentences that bring a new fact, in its own words."""

# A new fact stands in the headline or the first sentence (but for `_raised`): of 340 retellings of told stories in the
# labelled sets, by other newsrooms, 103 told a new figure or product somewhere in 700 characters, as background.
_LEAD = 700  # characters in which the sentence that says it whole is looked for
_LEAST_SENTENCE = 30  # characters (half of them in scripts without spaces): a byline or a dateline is shorter
_MOST = 2  # sentences quoted
_LONGEST = 400
# Rarity from which a fact is news: a small number, a month or a name of every day says nothing new.
_NUMBER, _MODEL, _DAY = 1.9, 2.0, 2.0
_RARE = 3.0  # of a number that hardly another story has
_LEAST_BARE = 1000  # a figure without unit or product: smaller ones count anything
# Deeds that decide something, by what they do. A retelling may call a ban a sanction, but not an approval.
_DECISIONS = {
    "a:ban": "against", "a:sanction": "against", "a:fine": "against", "a:sue": "against", "a:arrest": "against",
    "a:approve": "for", "a:resign": "leaves", "a:appoint": "comes",
}  # fmt: skip
# What the told articles may have called it.
_SAID_AS = {"a:probe": "against", "a:charge": "against", "a:stop": "against", "a:agree": "for", "a:win": "for"}
_DENIAL = "a:deny"
_WHO = frozenset({"company", "institution"})


def new_facts(told: Sequence[StoredArticle], article: StoredArticle, reader: Reader) -> tuple[str, ...]:
    """Sentences of an article's opening with a fact of its headline or first sentence that no told article has."""
    own, whole = article.article, document(article)
    sentences = [own.title, *_opening(whole.text)]
    front = extract(replace(whole, text=_first(sentences[1:])))
    said = [reader.facts(each) for each in told]
    found = _new(front, said, whole) | _raised(reader.facts(article), said)
    if not found:
        return ()
    holding = [each for each in sentences if each and len(each) <= _LONGEST and found & _keys(each, article)]
    # The headline names the fact, a sentence of the text says it whole.
    in_text = [each for each in holding if each != own.title]
    return tuple((in_text or holding)[:_MOST])


def _first(sentences: Sequence[str]) -> str:
    """The first sentence that is no byline; where it is short, the next one with it."""
    found = ""
    for sentence in (each for each in sentences if len(each) >= _least(each)):
        found = f"{found} {sentence}".strip()
        if len(found) >= 2 * _least(found):
            break
    return found


def _least(sentence: str) -> int:
    return _LEAST_SENTENCE if sentence[:20].isascii() or sentence[:1].isascii() else _LEAST_SENTENCE // 2


def _new(front: Facts, told: Sequence[Facts], article: Document) -> frozenset[str]:
    """The keys of what is new at an article's front."""
    said = [mark for each in told for mark in each.marks]
    keys = {key for mark in said for key in (mark.key, *mark.also)}
    numbers = [mark for mark in said if mark.kind == "number"]
    found = {mark.key for mark in front.marks if mark.kind == "number" and _is_new_number(mark, numbers, keys)}
    found |= {mark.key for mark in front.marks if _is_new_model(mark, keys)}
    found |= {mark.key for mark in front.marks if _is_to_come(mark, article) and not _said(mark, keys)}
    found |= _new_actors(front, keys)
    found |= _new_deeds(front.marks, said)
    return frozenset(found)


def _said(mark: Mark, keys: Collection[str]) -> bool:
    return any(key in keys for key in (mark.key, *mark.also))


def _is_new_model(mark: Mark, keys: Collection[str]) -> bool:
    return mark.kind == "model" and mark.weight >= _MODEL and not _said(mark, keys)


def _is_new_number(mark: Mark, numbers: Sequence[Mark], keys: Collection[str]) -> bool:
    """A figure that no told one equals, rounded or read otherwise; neither converted money nor a span of time."""
    is_bare = not mark.unit and not mark.role
    if (
        mark.weight < _NUMBER
        or mark.unit in SPANS
        or (is_bare and (_is_year(mark) or float(mark.key[2:]) < _LEAST_BARE))
    ):
        return False
    if f"m:{mark.key[2:]}" in keys:
        return False  # "910 C", read as a figure
    if mark.unit in MONEY:
        currencies = {each.unit for each in numbers if each.unit in MONEY}
        if currencies and not any(agree(mark.unit, each) for each in currencies):
            return False
    return not any(same_amount(mark, each) for each in numbers)


def _raised(facts: Facts, told: Sequence[Facts]) -> frozenset[str]:
    """A new sum in place of a told one, by an article that repeats the figure of a told headline: a total has risen.

    Without that figure a sum behind the first sentence is background.
    """
    said = [mark for each in told for mark in each.marks if mark.kind == "number"]
    fronts = [mark for mark in said if mark.place <= LEAD and mark.weight >= _RARE]
    own = [mark for mark in facts.marks if mark.kind == "number" and mark.place <= LEAD and mark.weight >= _RARE]
    headlines = [mark for mark in fronts if mark.place == TITLE]
    if not any(same_amount(mark, each) for mark in own for each in headlines):
        return frozenset()
    sums = {each.unit for each in fronts if each.unit in MONEY}
    return frozenset(
        mark.key for mark in own if mark.unit in sums and not any(same_amount(mark, each) for each in said)
    )


def _is_year(mark: Mark) -> bool:
    return len(mark.key) == 6 and mark.key[2:4] in ("19", "20")


def _is_to_come(mark: Mark, article: Document) -> bool:
    """A day after the article's own: what was on Tuesday is when the told news happened."""
    day = mark.key.removeprefix("d:")
    return (
        mark.kind == "date"
        and mark.weight >= _DAY
        and day.count("-") == 2
        and len(day) == 10
        and article.published is not None
        and day > article.published.date().isoformat()
    )


def _new_actors(front: Facts, keys: Collection[str]) -> set[str]:
    """Who acts in the headline and was nowhere in what was told: a company or an institution, with what it does."""
    entities = known().by_id
    titled = {mark.key for mark in front.marks if mark.place == TITLE}
    if not any(key.startswith("a:") for key in (*titled, *front.deeds)):
        return set()
    actors = (key for key in front.actors if key in titled and key not in keys)
    return {key for key in actors if (one := entities.get(key[2:])) is not None and one.type in _WHO}


def _new_deeds(front: Sequence[Mark], said: Sequence[Mark]) -> set[str]:
    """A denial where nobody denied; a decision where none of its kind was told."""
    deeds = {mark.key for mark in said if mark.kind == "action"}
    kinds = _DECISIONS | _SAID_AS
    decided = {kinds[key] for key in deeds if key in kinds}
    found = {_DENIAL} if _DENIAL not in deeds and any(mark.key == _DENIAL for mark in front) else set()
    for mark in front:
        if mark.place == TITLE and mark.key in _DECISIONS and _DECISIONS[mark.key] not in decided:
            found.add(mark.key)
    return found


def _opening(text: str) -> list[str]:
    """The first sentences, whole: a figure must not be cut in two."""
    taken, room = [], _LEAD
    for sentence in split_sentences(text):
        if room <= 0:
            break
        taken.append(sentence)
        room -= len(sentence)
    return taken


def _keys(sentence: str, article: StoredArticle) -> frozenset[str]:
    """What one sentence says, read by itself."""
    own = article.article
    facts = extract(Document("", sentence, language=own.language, published=own.effective))
    return frozenset((*(mark.key for mark in facts.marks), *facts.actors))
