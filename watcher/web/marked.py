"""What the pages show of what somebody said by hand, and of what may be said of a story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from watcher import marking
from watcher.marking import Marked
from watcher.render.clean import cleaned
from watcher.store import SqlStore
from watcher.types import Correction, Headline, Mark, MarkKind, Relation, Story
from watcher.web.site import Site

# Verbs with a page of their own: what would happen, of which articles, and the form that does it.
VERBS = ("known", "mute", "follow", "off-topic", "saved", "hide", "merge", "split", "apart")
_MOST_ALIKE = 8
_ORDER: tuple[MarkKind, ...] = ("follow", "mute", "known", "off-topic", "hide")


@dataclass(frozen=True, slots=True)
class Acts:
    """One story as somebody may say something of it; `templates/actions.html` has the forms."""

    article: int  # by which the story is known: ids of stories change
    story: str
    headline: str
    language: str
    articles: tuple[Headline, ...]
    said: tuple[Mark, ...]
    topics: tuple[tuple[str, str], ...]  # that it is in now
    outlets: tuple[str, ...]
    sources: tuple[str, ...]
    back: str
    alike: tuple[Headline, ...] = ()
    kinds: frozenset[str] = frozenset()  # of what was said
    resting: tuple[Mark, ...] = ()  # said of a lesser part of it, without effect

    def title(self, topic: str) -> str:
        """A topic as it is called."""
        return dict(self.topics).get(topic, topic)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction by hand, with the first report of each story that it speaks of."""

    said: Correction
    heads: tuple[Headline, ...] = field(default=())


def acts_of(site: Site, story: Story, article: int, back: str, *, alike: bool = False) -> Acts:
    """What may be said of a story that was reached by one of its articles."""
    said = marking.said_of(site.store, story, site.clock())
    titles = {topic.id: topic.title for topic in site.config.topics}
    found = dict.fromkeys(match.topic for stored in story.articles for match in stored.topics if match.about)
    gone = {mark.topic for mark in said if mark.kind == "off-topic"}
    first = next(stored for stored in story.articles if stored.id == article).article
    heads = tuple(
        Headline(each.id, story.id, *(each.article.title, each.article.url, each.article.outlet),
                 each.article.language, each.article.effective)
        for each in story.articles
    )  # fmt: skip
    return cleaned(
        Acts(
            article=article,
            story=story.id,
            headline=first.title,
            language=first.language,
            articles=heads,
            said=said,
            topics=tuple((topic, titles.get(topic, topic)) for topic in found if topic not in gone),
            outlets=tuple(dict.fromkeys(head.outlet for head in heads)),
            sources=tuple(dict.fromkeys(stored.article.source for stored in story.articles)),
            back=back,
            alike=_alike(site.store, story) if alike else (),
            kinds=frozenset(mark.kind for mark in said),
            resting=marking.resting(site.store, story, site.clock()),
        )
    )


def _alike(store: SqlStore, story: Story) -> tuple[Headline, ...]:
    """Stories that an article of this one was held against and found alike, the nearest first."""
    scores: dict[int, float] = {}
    for stored in story.articles[:_MOST_ALIKE]:
        verdict = store.verdict(stored.id)
        for match in (verdict.earlier, *verdict.also) if verdict is not None else ():
            if match is not None and match.relation is not Relation.NEW and match.id.isdecimal():
                scores[int(match.id)] = max(scores.get(int(match.id), 0.0), match.score)
        placed = store.placement(stored.id)
        for refused in placed.refused if placed is not None else ():
            if refused.other.isdecimal():
                scores[int(refused.other)] = max(scores.get(int(refused.other), 0.0), refused.score)
    heads = store.headlines(scores)
    found: dict[str, Headline] = {}
    for number in sorted(scores, key=lambda each: -scores[each]):
        head = heads.get(number)
        if head is not None and head.story != story.id:
            found.setdefault(head.story, head)
    return tuple(found.values())[:_MOST_ALIKE]


def marked(site: Site) -> tuple[Marked, ...]:
    """Every mark with what became of it, the newest first."""
    store = site.store
    marks = store.marks()
    members = store.members({article for mark in marks for article in mark.articles})
    heads = store.headlines({mark.articles[0] for mark in marks if mark.articles})
    return marking.listing(marks, members, heads, store.sums(), site.clock())


def by_kind(marks: Sequence[Marked]) -> list[tuple[str, list[Marked]]]:
    """What the page of marks lists: what was saved has a page of its own."""
    found = [(kind, [each for each in marks if each.mark.kind == kind]) for kind in _ORDER]
    return [(kind, list(cleaned(tuple(own)))) for kind, own in found if own]


def saved(marks: Sequence[Marked]) -> tuple[Marked, ...]:
    """What is kept for later and was not taken out."""
    return cleaned(
        tuple(each for each in marks if each.mark.kind == "saved" and each.state == "holds" and each.headline)
    )


def corrected(store: SqlStore) -> tuple[Corrected, ...]:
    """Every correction, the newest first."""
    said = store.corrections()[::-1]
    firsts = {each.id: _firsts(each) for each in said}
    heads = store.headlines({number for own in firsts.values() for number in own})
    return cleaned(
        tuple(Corrected(each, tuple(heads[number] for number in firsts[each.id] if number in heads)) for each in said)
    )


def _firsts(said: Correction) -> tuple[int, ...]:
    groups = [*said.together, *(group for pair in said.apart for group in pair)]
    found = {int(group[0]) for group in groups if group} | (
        {int(said.together[0][-1])} if said.kind == "merge" else set()
    )
    return tuple(sorted(found))
