"""What a new article of a told story adds to what was told: sentences with a fact that nobody had told.

Facts are compared, not words: an amount, a day to come, a product, somebody who acts, a decision, a denial. They are
the same in every language, so a late translation brings nothing; what stands further down is background.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

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

# News puts what happened on top; a figure further down is background.
_LEAD = 700
_MOST = 2  # sentences quoted
_LONGEST = 400
# Rarity from which a fact is news: a small number, a month or a name of every day says nothing new.
_NUMBER, _MODEL, _DAY = 1.9, 1.2, 2.0
# Deeds that decide something, by what they do: a retelling may call a ban a sanction, but not an approval.
_DECISIONS = {
    "a:ban": "against", "a:sanction": "against", "a:stop": "against", "a:fine": "against", "a:charge": "against",
    "a:sue": "against", "a:arrest": "against", "a:probe": "against", "a:approve": "for", "a:buy": "deal",
    "a:resign": "leaves", "a:appoint": "comes",
}  # fmt: skip
_DENIAL = "a:deny"
_WHO = frozenset({"company", "person", "institution"})


def new_facts(told: Sequence[StoredArticle], article: StoredArticle, reader: Reader) -> tuple[str, ...]:
    """Sentences of the title and the opening with a fact that no told article has anywhere."""
    own = article.article
    known_facts = [reader.facts(each) for each in told]
    found = _new(reader.facts(article), known_facts, document(article))
    if not found:
        return ()
    sentences = [
        sentence
        for sentence in split_sentences(f"{own.title}\n{_opening(document(article).text)}")
        if len(sentence) <= _LONGEST and found & _keys(sentence, article)
    ]
    # The headline names the fact, a sentence of the text says it whole.
    in_text = [sentence for sentence in sentences if sentence != own.title]
    return tuple((in_text or sentences)[:_MOST])


def _new(facts: Facts, told: Sequence[Facts], article: Document) -> frozenset[str]:
    """The keys of what is new at an article's front."""
    front = [mark for mark in facts.marks if mark.place <= LEAD]
    said = [mark for each in told for mark in each.marks]
    keys = {key for mark in said for key in (mark.key, *mark.also)}
    numbers = [mark for mark in said if mark.kind == "number"]
    found = {mark.key for mark in front if mark.kind == "number" and _is_new_number(mark, numbers)}
    found |= {mark.key for mark in front if mark.kind == "model" and mark.weight >= _MODEL and not _said(mark, keys)}
    found |= {
        mark.key for mark in front if mark.kind == "date" and _is_to_come(mark, article) and not _said(mark, keys)
    }
    found |= _new_actors(facts, keys)
    found |= _new_deeds(front, said)
    return frozenset(found)


def _said(mark: Mark, keys: Collection[str]) -> bool:
    return any(key in keys for key in (mark.key, *mark.also))


def _is_new_number(mark: Mark, numbers: Sequence[Mark]) -> bool:
    """A figure that no told one equals, rounded or read otherwise; neither converted money nor a span of time."""
    if mark.weight < _NUMBER or mark.unit in SPANS or _is_year(mark):
        return False
    if mark.unit in MONEY:
        currencies = {each.unit for each in numbers if each.unit in MONEY}
        if currencies and not any(agree(mark.unit, each) for each in currencies):
            return False
    return not any(same_amount(mark, each) for each in numbers)


def _is_year(mark: Mark) -> bool:
    return not mark.unit and not mark.role and len(mark.key) == 6 and mark.key[2:4] in ("19", "20")


def _is_to_come(mark: Mark, article: Document) -> bool:
    """A day after the article's own: what was on Tuesday is when the told news happened."""
    day = mark.key.removeprefix("d:")
    return (
        mark.weight >= _DAY
        and day.count("-") == 2
        and len(day) == 10
        and article.published is not None
        and day > article.published.date().isoformat()
    )


def _new_actors(facts: Facts, keys: Collection[str]) -> set[str]:
    """Who acts in the headline and was nowhere in what was told."""
    entities = known().by_id
    titled = {mark.key for mark in facts.marks if mark.place == TITLE}
    return {
        key
        for key in facts.actors
        if key in titled and key not in keys and (one := entities.get(key[2:])) is not None and one.type in _WHO
    }


def _new_deeds(front: Sequence[Mark], said: Sequence[Mark]) -> set[str]:
    """A denial where nobody denied; a decision where none of its kind was told."""
    deeds = {mark.key for mark in said if mark.kind == "action"}
    decided = {_DECISIONS[key] for key in deeds if key in _DECISIONS}
    found = {_DENIAL} if _DENIAL not in deeds and any(mark.key == _DENIAL for mark in front) else set()
    for mark in front:
        if mark.place == TITLE and mark.key in _DECISIONS and _DECISIONS[mark.key] not in decided:
            found.add(mark.key)
    return found


def _opening(text: str) -> str:
    """The first sentences, whole: a figure must not be cut in two."""
    taken, room = [], _LEAD
    for sentence in split_sentences(text):
        if room <= 0:
            break
        taken.append(sentence)
        room -= len(sentence)
    return "\n".join(taken)


def _keys(sentence: str, article: StoredArticle) -> frozenset[str]:
    """What one sentence says, read by itself."""
    own = article.article
    facts = extract(Document("", sentence, language=own.language, published=own.effective))
    return frozenset((*(mark.key for mark in facts.marks), *facts.actors))
