"""What an edition reads in its articles beyond their words: their facts, and whom they have their news from.

Each article is read once for an edition, and only where its story is shown in full.
"""

from __future__ import annotations

from collections.abc import Sequence

from watcher.digest.select import is_talk
from watcher.stories.attribution import Attribution, Carried, attributions, is_hearsay, origins, outlet_key, shown_name
from watcher.stories.facts import Facts, extract, unpack
from watcher.stories.signal import compared
from watcher.types import Document, Relation, Sourcing, StoredArticle

# Articles of a story that are read for their origin. Of forty carriers the first ten name whoever there is to name, and
# reading one costs half a millisecond.
_READ = 10


class Reader:
    """Reads articles, each of them once."""

    def __init__(self) -> None:
        self._facts: dict[int, Facts] = {}
        self._credits: dict[int, tuple[Attribution, ...]] = {}
        self._hearsay: dict[int, bool] = {}

    def facts(self, stored: StoredArticle) -> Facts:
        """An article's facts: those that came with it, or else what its text says."""
        found = self._facts.get(stored.id)
        if found is None:
            found = self._facts[stored.id] = unpack(stored.facts) if stored.facts else extract(document(stored))
        return found

    def attributions(self, stored: StoredArticle) -> tuple[Attribution, ...]:
        """The outlets that an article names as the origin of its news."""
        found = self._credits.get(stored.id)
        if found is None:
            found = self._credits[stored.id] = attributions(document(stored))
        return found

    def is_hearsay(self, stored: StoredArticle) -> bool:
        """True where an article has its news from reports it does not name."""
        found = self._hearsay.get(stored.id)
        if found is None:
            found = self._hearsay[stored.id] = is_hearsay(document(stored))
        return found

    def credits(self, stored: StoredArticle) -> tuple[str, ...]:
        """The other outlets it names, as readers see them."""
        own = outlet_key(stored.article.outlet)
        named = {
            _key(each): shown_name(each.outlet) if each.outlet else each.name for each in self.attributions(stored)
        }
        return tuple(shown for key, shown in named.items() if key != own)


def document(stored: StoredArticle) -> Document:
    """An article as it is compared."""
    article = stored.article
    text = compared(article.text)
    return Document(str(stored.id), text, article.title, article.language, article.url, article.effective)


def closely(articles: Sequence[StoredArticle]) -> frozenset[int]:
    """The articles of a story, earliest first, that are read for whom they have their news from: the earliest, own
    texts before copies. Forums and aggregators have it from anywhere."""
    own = [stored for stored in articles if not is_talk(stored.article.role)]
    own.sort(key=lambda stored: stored.relation is Relation.COPY)
    return frozenset(stored.id for stored in own[:_READ])


def sourcing(articles: Sequence[StoredArticle], reader: Reader) -> Sourcing:
    """Whose reporting a story is, of its articles earliest first. Forums and aggregators carry nothing.

    Of a story that everybody has, the earliest are read; the others only carry it.
    """
    read = closely(articles)
    found = origins(
        [
            Carried(
                stored.article.outlet,
                reader.attributions(stored) if stored.id in read else (),
                is_copy=stored.relation is Relation.COPY or stored.id not in read,
                is_read=stored.article.headline_only is None,
                is_hearsay=stored.id in read and reader.is_hearsay(stored),
            )
            for stored in articles
            if not is_talk(stored.article.role)
        ]
    )
    return Sourcing(found.outlets, found.originals, found.unclear)


def first_report(articles: Sequence[StoredArticle], reader: Reader, found: Sourcing) -> int | None:
    """The article that reported a story first: own reporting before what passes another's on, then the earliest.

    Whoever names an outlet that is in the story too is not first; nor is, beside own reporting, a copy or whoever
    names an outlet outside it. None where only forums and aggregators have the story.
    """
    read = closely(articles)
    own = [stored for stored in articles if stored.id in read]
    there = {outlet_key(stored.article.outlet) for stored in own}
    originals = {outlet_key(name) for name in found.originals} & there

    def rank(stored: StoredArticle) -> tuple[bool, bool, bool]:
        named = {_key(each) for each in reader.attributions(stored)} - {outlet_key(stored.article.outlet)}
        passes_on = bool(named & there)
        has_it_from = bool(named) or stored.relation is Relation.COPY or reader.is_hearsay(stored)
        is_beside = bool(originals) and has_it_from
        return passes_on, is_beside, stored.relation is Relation.COPY

    return (
        min(own, key=lambda stored: (*rank(stored), stored.article.effective, stored.article.url)).id if own else None
    )


def _key(attribution: Attribution) -> str:
    return attribution.outlet or outlet_key(attribution.name)
