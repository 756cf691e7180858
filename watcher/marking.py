"""What somebody says of what they read: made from the names they give, kept, taken back, and listed with what it did.

A mark speaks of a story by the articles that the story has now (`stories.carrying`), or of an outlet or phrase.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from watcher.errors import WatcherError
from watcher.ports import Store
from watcher.stories.carrying import carried
from watcher.text.phrases import plain
from watcher.types import Headline, Mark, MarkKind, Member, StoredArticle, Story, Sum

OF_STORIES: tuple[MarkKind, ...] = ("mute", "follow", "known", "off-topic", "saved")
State = Literal["holds", "rests", "ended", "undone"]
"""Rests: its articles are the lesser part of a larger story now; it wakes when they part."""

_NOTHING = Sum()
_LEAST_PHRASE = 2  # characters: a letter hides nearly everything
_MOST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark as a list shows it: what it speaks of now, and what it did so far."""

    mark: Mark
    state: State
    story: str | None = None
    headline: Headline | None = None  # of the first of its articles
    did: Sum = _NOTHING


def story_of(store: Store, name: str) -> Story:
    """The story with this id, or that an article is in: `article:ID`, or its address."""
    kind, _, rest = name.partition(":")
    if kind == "article" and rest:
        return _of_article(store, rest)
    found = store.story(name)
    return found if found is not None else _of_article(store, name)


def _of_article(store: Store, name: str) -> Story:
    stored: StoredArticle | None = store.article(name)
    found = store.story(stored.story) if stored is not None else None
    if found is None:
        raise WatcherError(f"no story or article has the id or address {name}: `watcher stories list` shows stories")
    return found


def of_story(
    kind: MarkKind, story: Story, now: datetime, *, topic: str = "", note: str = "", until: datetime | None = None
) -> Mark:
    """What is said of a story and all its articles."""
    if kind == "off-topic":
        found = {match.topic for stored in story.articles for match in stored.topics}
        if topic not in found:
            those = ", ".join(sorted(found)) or "none"
            raise WatcherError(f"story {story.id} is not in topic {topic or '(none given)'}; it is in: {those}")
    elif topic:
        raise WatcherError(f"a topic is said with off-topic, not with {kind}")
    _refuse_past(until, now)
    articles = tuple(stored.id for stored in story.articles)
    return Mark(0, kind, now, articles, topic=topic, note=_text(note), until=until)


def hide(
    now: datetime,
    *,
    outlet: str = "",
    phrase: str = "",
    topic: str = "",
    source: str = "",
    until: datetime | None = None,
) -> Mark:
    """What is found and not shown: articles of an outlet, or with a phrase; within a topic or from a source alone."""
    outlet, phrase = _text(outlet), _text(phrase)
    if bool(outlet) == bool(phrase):
        raise WatcherError("say what is to be hidden: an outlet or a phrase, one of them")
    if phrase and (len(plain(phrase)) < _LEAST_PHRASE or not any(map(str.isalnum, plain(phrase)))):
        raise WatcherError(f"{phrase!r} would hide nearly everything: write a longer phrase")
    _refuse_past(until, now)
    return Mark(0, "hide", now, outlet=outlet, phrase=phrase, topic=topic, source=source, until=until)


def say(store: Store, said: Mark, others: Sequence[Mark] | None = None) -> Mark:
    """Keeps a mark. Said again it replaces what was said before, with its new date and note."""
    before = [mark for mark in (store.marks() if others is None else others) if same(mark, said)]
    with store.writing() as writer:
        for mark in before:
            writer.unmark(mark.id, said.made)
        return writer.mark(said)


def undo(store: Store, mark: int, now: datetime) -> Mark:
    """Takes a mark back; what it kept from editions is told by the next one, if it is still news."""
    with store.writing() as writer:
        found = writer.unmark(mark, now)
    if found is None:
        raise WatcherError(f"there is no mark {mark} that could be taken back: `watcher marks` lists them")
    return found


def annotate(store: Store, mark: int, note: str) -> Mark:
    """Another note for what was saved."""
    with store.writing() as writer:
        found = writer.annotate(mark, _text(note))
    if found is None:
        raise WatcherError(f"there is no mark {mark}: `watcher marks` lists them")
    return found


def said_of(store: Store, story: Story, now: datetime) -> tuple[Mark, ...]:
    """What holds of a story now."""
    theirs = store.marks_on([stored.id for stored in story.articles])
    held = [mark for mark in theirs if mark.holds(now)]
    members = store.members({article for mark in held for article in mark.articles}) if held else ()
    return carried(held, members).get(story.id, ())


def listing(
    marks: Sequence[Mark],
    members: Sequence[Member],
    headlines: Mapping[int, Headline],
    sums: Mapping[int, Sum],
    now: datetime,
) -> tuple[Marked, ...]:
    """Marks with what became of them, the newest first."""
    of_stories = [mark for mark in marks if mark.articles]
    stories = {mark.id: name for name, own in carried(of_stories, members).items() for mark in own}
    return tuple(
        Marked(
            mark,
            _state(mark, stories.get(mark.id), now),
            stories.get(mark.id),
            headlines.get(mark.articles[0]) if mark.articles else None,
            sums.get(mark.id, Sum()),
        )
        for mark in reversed(marks)
    )


def _state(mark: Mark, story: str | None, now: datetime) -> State:
    if mark.undone is not None:
        return "undone"
    if not mark.holds(now):
        return "ended"
    return "rests" if mark.articles and story is None and mark.kind != "saved" else "holds"


def same(mark: Mark, said: Mark) -> bool:
    """True where a standing mark says the same of the same."""
    if mark.undone is not None or (mark.kind, mark.topic, mark.source) != (said.kind, said.topic, said.source):
        return False
    if said.kind != "hide":
        return bool(set(mark.articles) & set(said.articles)) and set(mark.articles) <= set(said.articles)
    return (plain(mark.outlet), plain(mark.phrase)) == (plain(said.outlet), plain(said.phrase))


def _refuse_past(until: datetime | None, now: datetime) -> None:
    if until is not None and until <= now:
        raise WatcherError(f"{until:%Y-%m-%d %H:%M} is over already: name a day to come")


def _text(text: str) -> str:
    return " ".join(text.split()) if len(text) < _MOST_TEXT else " ".join(text.split())[:_MOST_TEXT]
