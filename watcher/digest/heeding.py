"""What was said by hand, heeded before an edition is made: what it keeps back is counted, never dropped in silence.

mute      the story is not told
known     it counts as told: later articles tell what is new in them
off-topic it leaves a topic, and the edition with its last one
hide      articles of an outlet or with a phrase are not shown; a story that has no others is not told, nor one that
          has others only in languages nobody reads: it would be told as news from abroad
follow    every news of it is told in full, before the others

Of mute and follow, what was said last holds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from watcher.stories.attribution import outlet_key
from watcher.text.phrases import Phrases
from watcher.types import Article, Effect, Grown, Mark, Relation, StoredArticle, Story

# Characters of an article's text in which a hidden phrase counts, behind its headline: what an edition shows of it.
# Further down it stands in every other article as background, or in the teasers around it.
OPENING = 600


class Hiding:
    """The articles that are hidden, by outlet and by phrase; made once for an edition."""

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self._outlets: defaultdict[str, list[Mark]] = defaultdict(list)
        self._phrased: list[Mark] = []
        for mark in marks:
            if mark.phrase:
                self._phrased.append(mark)
            elif mark.outlet:
                self._outlets[outlet_key(mark.outlet)].append(mark)
        self._phrases = Phrases([mark.phrase for mark in self._phrased])

    def of(self, article: Article) -> tuple[Mark, ...]:
        """The marks that say something of an article; the oldest first."""
        if not self._outlets and not self._phrased:
            return ()
        found = (
            [mark for key in names_of(article.outlet, article.url) for mark in self._outlets.get(key, ())]
            if self._outlets
            else []
        )
        if self._phrased:
            found += [self._phrased[each] for each in self._phrases.within(article.title, article.text[:OPENING])]
        own = {mark.id: mark for mark in found if not mark.source or mark.source == article.source}
        return tuple(sorted(own.values(), key=lambda mark: mark.id))


def names_of(outlet: str, url: str) -> tuple[str, ...]:
    """What an outlet may have been called: its name, or the site that the article stands at."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return tuple(dict.fromkeys(each for each in (outlet_key(outlet), outlet_key(host)) if each))


@dataclass(frozen=True, slots=True)
class Said:
    """Everything that was said by hand and holds: by story, and of articles."""

    carried: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    hiding: Hiding = field(default_factory=Hiding)

    def of(self, story: str, *kinds: str) -> Mark | None:
        """What was said last of a story, of these kinds."""
        found = [mark for mark in self.carried.get(story, ()) if mark.kind in kinds]
        return max(found, key=lambda mark: (mark.made, mark.id), default=None)


@dataclass(slots=True)
class Heeded:
    """What is left to tell, and what each mark kept back."""

    stories: list[Story] = field(default_factory=list)
    grown: list[Grown] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)  # how much was kept back, for the footer
    known: dict[str, Mark] = field(default_factory=dict)  # stories of `grown` that count as told by hand alone
    followed: dict[str, Mark] = field(default_factory=dict)
    reads: frozenset[str] = frozenset()  # languages; empty: all

    def keep(self, mark: Mark, articles: Iterable[int]) -> None:
        """A story, or hidden articles, are not told."""
        ids = tuple(sorted(articles))
        self.effects.append(Effect(mark.id, mark.kind, ids))
        self.kept[mark.kind] += len(ids) if mark.kind == "hide" else 1


def heeded(said: Said, stories: Sequence[Story], grown: Sequence[Grown], reads: Collection[str] = ()) -> Heeded:
    """The stories as what was said by hand leaves them; `reads` are the languages that anybody reads (none: all)."""
    found = Heeded(reads=frozenset(reads))
    for story in stories:
        _heed(said, found, story, None)
    for each in grown:
        _heed(said, found, each.story, each)
    return found


def _heed(said: Said, found: Heeded, story: Story, grown: Grown | None) -> None:
    fresh = grown.fresh if grown else frozenset(each.id for each in story.articles)
    last = said.of(story.id, "mute", "follow")
    if last is not None and last.kind == "mute":
        found.keep(last, fresh)
        return
    on_topic = _on_topic(said, found, story, fresh)
    shown, before = _shown(said, found, on_topic, fresh) if on_topic is not None else (None, frozenset[int]())
    if shown is None:
        return
    left = fresh & {each.id for each in shown.articles} - before
    if not left:
        return
    if last is not None:
        found.followed[story.id] = last
    known = said.of(story.id, "known")
    if known is not None:
        _counts_as_told(found, known, shown, grown, left, before)
    elif grown is not None:
        found.grown.append(replace(grown, story=shown, fresh=left, hidden=before))
    else:
        found.stories.append(shown)


def _counts_as_told(
    found: Heeded, known: Mark, story: Story, grown: Grown | None, fresh: frozenset[int], hidden: frozenset[int]
) -> None:
    """As if an edition had told it when it was said: what it had then is no news any more."""
    later = fresh - frozenset(known.articles)
    if not later:
        found.keep(known, fresh)
        return
    if fresh - later:
        found.effects.append(Effect(known.id, "known", tuple(sorted(fresh - later))))
    found.known[story.id] = known
    found.grown.append(Grown(story, later, grown.told_on if grown else None, hidden))


def _on_topic(said: Said, found: Heeded, story: Story, fresh: Collection[int]) -> Story | None:
    """The story without the topics it is not about; None where that was all it was about."""
    marks = [mark for mark in said.carried.get(story.id, ()) if mark.kind == "off-topic"]
    if not marks:
        return story
    gone = {mark.topic for mark in marks}
    left = replace(story, articles=tuple(_without(each, gone) for each in story.articles))
    if _is_about(left.articles) or not _is_about(story.articles):
        return left
    was = {match.topic for each in story.articles for match in each.topics if match.about}
    mark = next(mark for mark in marks if mark.topic in was)
    found.keep(mark, fresh)
    return None


def _is_about(articles: Iterable[StoredArticle]) -> bool:
    return any(match.about for each in articles for match in each.topics)


def _without(stored: StoredArticle, topics: Collection[str]) -> StoredArticle:
    left = tuple(match for match in stored.topics if match.topic not in topics)
    return stored if len(left) == len(stored.topics) else replace(stored, topics=left)


def _shown(said: Said, found: Heeded, story: Story, fresh: Collection[int]) -> tuple[Story | None, frozenset[int]]:
    """The story without its hidden articles; None where no other is left.

    Told ones that were hidden later stay to be compared with: the second value names them.
    """
    gone: defaultdict[int, list[int]] = defaultdict(list)
    by_id: dict[int, Mark] = {}
    hidden: list[tuple[StoredArticle, Mark]] = []
    left: list[StoredArticle] = []
    before: set[int] = set()
    for stored in story.articles:
        marks = said.hiding.of(stored.article)
        seen, mark = _seen(stored, marks) if marks else (stored, None)
        if mark is None:
            left.append(seen)
            continue
        hidden.append((stored, mark))
        if stored.id in fresh:
            by_id[mark.id] = mark
            gone[mark.id].append(stored.id)
        elif stored.article.found < mark.made:
            before.add(stored.id)
            left.append(stored)
    for number, articles in sorted(gone.items()):
        found.keep(by_id[number], articles)
    if len(left) == len(before):
        return None, frozenset()
    if (mark := _unread(found.reads, hidden, [each for each in left if each.id not in before])) is not None:
        if others := set(fresh) - {each.id for each, _ in hidden}:
            found.keep(mark, others)
        return None, frozenset()
    if len(left) == len(story.articles) and not any(a is not b for a, b in zip(left, story.articles, strict=True)):
        return story, frozenset(before)
    return replace(story, articles=_led(left)), frozenset(before)


def _unread(
    reads: Collection[str], hidden: Sequence[tuple[StoredArticle, Mark]], left: Sequence[StoredArticle]
) -> Mark | None:
    """The mark that hides all that anybody reads of a story; None where something is left, or nothing was there."""
    if not reads or any(each.article.language in reads for each in left):
        return None
    return next((mark for stored, mark in hidden if stored.article.language in reads), None)


def _seen(stored: StoredArticle, marks: Sequence[Mark]) -> tuple[StoredArticle, Mark | None]:
    """An article as what is hidden leaves it, and the mark that hides it, if one does."""
    everywhere = next((mark for mark in marks if not mark.topic), None)
    if everywhere is not None:
        return stored, everywhere
    seen = _without(stored, {mark.topic for mark in marks})
    if seen is stored or seen.topics:
        return seen, None
    return stored, next(mark for mark in marks if any(match.topic == mark.topic for match in stored.topics))


def _led(articles: Sequence[StoredArticle]) -> tuple[StoredArticle, ...]:
    """The first of what is left is the story's first report now."""
    first, *others = articles
    return (replace(first, relation=Relation.NEW), *others)
