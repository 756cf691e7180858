"""Corrections by hand: two stories are one, articles do not belong, two stories are never one. They stick.

Each is kept by the articles it speaks of, applied at once, and heeded by every later placement and by `rebuild`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from watcher.errors import RefusedError, WatcherError
from watcher.placing import Leaving, articles_of, heed, place_again
from watcher.ports import Judge, Store
from watcher.stories.cluster import Rules
from watcher.types import Correction, Relation, Story


def merge(one: Story, other: Story, earlier: Sequence[Correction], now: datetime) -> Correction:
    """The two stories are one; their articles as they are now stay together."""
    _refuse_same(one, other)
    _refuse_kept_apart(one, other, earlier)
    together = ((*_articles(one), *_articles(other)),)
    return Correction(0, "merge", now, together=together, before=_before(one, other))


def split(story: Story, leaving: Sequence[str], now: datetime) -> Correction:
    """These articles leave the story and never come back; together they form one of their own."""
    members = _articles(story)
    strange = [article for article in leaving if article not in members]
    if strange:
        raise RefusedError(f"story {story.id} has no article {strange[0]}: `watcher stories show {story.id}`", "split")
    staying = tuple(article for article in members if article not in leaving)
    if not staying or not leaving:
        raise RefusedError(f"nothing would be left of story {story.id}: name some of its articles, not all", "split")
    gone = tuple(article for article in members if article in leaving)
    return Correction(0, "split", now, together=(gone, staying), apart=((gone, staying),), before=_before(story))


def apart(one: Story, other: Story, now: datetime) -> Correction:
    """These two stories are two, whatever comes."""
    _refuse_same(one, other)
    return Correction(0, "apart", now, apart=((_articles(one), _articles(other)),), before=_before(one, other))


def correct(store: Store, judge: Judge, rules: Rules, said: Correction) -> Correction:
    """Keeps a correction and applies it at once. What leaves a told story is brought up by the next edition."""
    with store.writing() as writer:
        kept = writer.correct(said)
        heed(writer, judge, rules, kept)
    return kept


def again(said: Correction, find: Callable[[str], str | None]) -> str | None:
    """The words after `watcher stories` that say a correction anew; `find` names the story an article is in now.

    None where there is nothing to say: a merge whose articles are one story anyway.
    """
    if said.kind == "split":
        gone, staying = said.together
        return f"split {find(staying[0]) or '?'} {' '.join(gone)}"
    groups = said.together if said.kind == "merge" else said.apart[0]
    stories = list(dict.fromkeys(story for group in groups for article in group if (story := find(article))))
    return f"{said.kind} {' '.join(stories)}" if len(stories) == 2 else None


def undo(store: Store, judge: Judge, rules: Rules, number: int, now: datetime) -> Correction:
    """Takes a correction back and groups its articles as if nobody had said anything."""
    with store.writing() as writer:
        said = writer.uncorrect(number)
        if said is None:
            raise RefusedError(f"there is no correction {number}: `watcher stories corrections` lists them", "undone")
        # What a merge hid from the editions since is brought up; its articles go where they belong by themselves.
        before = {article: name for name, articles in said.before for article in articles}
        place_again(writer, judge, rules, articles_of(said), Leaving(frozenset(), now, hidden=True, before=before))
    return said


def labelled(corrections: Iterable[Correction]) -> Iterator[tuple[str, str, Relation]]:
    """What the corrections say as pairs of articles with the relation between them.

    A merge says of each article of the one story what it is to the other's first; a split or apart, of every pair.
    """
    for said in corrections:
        for left, right in said.apart:
            for one in left:
                yield from ((one, other, Relation.RELATED) for other in right)
        if said.kind == "merge":
            for group in said.together:
                yield from ((other, group[0], Relation.RETELLING) for other in group[1:])


def story_of(find: Callable[[str], Story | None], name: str) -> Story:
    """The story with this id."""
    story = find(name)
    if story is None:
        raise WatcherError(f"no story has the id {name}: `watcher stories list` shows them")
    return story


def _articles(story: Story) -> tuple[str, ...]:
    return tuple(str(stored.id) for stored in story.articles)


def _before(*stories: Story) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((story.id, _articles(story)) for story in stories)


def _refuse_same(one: Story, other: Story) -> None:
    if one.id == other.id:
        raise RefusedError(
            f"{one.id} and {other.id} are one story: to part it, `watcher stories split {one.id} ARTICLE`", "same"
        )


def _refuse_kept_apart(one: Story, other: Story, earlier: Sequence[Correction]) -> None:
    ours, theirs = set(_articles(one)), set(_articles(other))
    for said in earlier:
        for left, right in said.apart:
            if (ours & set(left) and theirs & set(right)) or (ours & set(right) and theirs & set(left)):
                raise RefusedError(
                    f"correction {said.id} keeps articles of {one.id} and {other.id} apart: "
                    f"take it back first with `watcher stories undo {said.id}`",
                    "apart",
                )
