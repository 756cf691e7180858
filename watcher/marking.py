"""What somebody says of what they read: made from the names they give, kept, taken back, and listed with what it did.

A mark speaks of a story by the articles that the story has now (`stories.carrying`), or of an outlet or phrase.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from watcher.digest.heeding import OPENING, names_of
from watcher.errors import RefusedError, WatcherError
from watcher.ports import Store
from watcher.stories.attribution import outlet_key
from watcher.stories.carrying import carried
from watcher.text.phrases import plain
from watcher.types import Headline, Mark, MarkKind, Member, StoredArticle, Story, Sum

OF_STORIES: tuple[MarkKind, ...] = ("mute", "follow", "known", "off-topic", "saved")
State = Literal["holds", "rests", "ended", "undone"]
"""Rests: its articles are the lesser part of a larger story now; it wakes when they part."""

_NOTHING = Sum()
_LEAST_PHRASE = 2  # characters: a letter hides nearly everything
_MOST_TEXT = 2000
_LATELY = timedelta(days=30)
_NO_TEXT = frozenset({"Cc", "Cs", "Cn"})  # controls, halves of letters, what is no letter


@dataclass(frozen=True, slots=True)
class Within:
    """The topics and sources that there are: hidden can be within these."""

    topics: Collection[str] = ()
    sources: Collection[str] = ()


class Outlets(Protocol):
    """Whatever knows which outlets articles are of."""

    def outlets(self, since: datetime) -> Sequence[tuple[str, str]]: ...


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
        raise RefusedError(
            f"no story or article has the id or address {name}: `watcher stories list` shows stories", "story"
        )
    return found


def of_story(
    kind: MarkKind, story: Story, now: datetime, *, topic: str = "", note: str = "", until: datetime | None = None
) -> Mark:
    """What is said of a story and all its articles."""
    if kind == "off-topic":
        found = {match.topic for stored in story.articles for match in stored.topics}
        if topic not in found:
            those = ", ".join(sorted(found)) or "none"
            raise RefusedError(
                f"story {story.id} is not in topic {topic or '(none given)'}; it is in: {those}", "within"
            )
    elif topic:
        raise WatcherError(f"a topic is said with off-topic, not with {kind}")
    _refuse_past(until, now)
    articles = tuple(stored.id for stored in story.articles)
    return Mark(0, kind, now, articles, topic=topic, note=_text(note), until=until)


def hide(
    now: datetime,
    within: Within,
    *,
    outlet: str = "",
    phrase: str = "",
    topic: str = "",
    source: str = "",
    until: datetime | None = None,
) -> Mark:
    """What is found and not shown: articles of an outlet, or with a phrase; within a topic or from a source alone."""
    outlet, phrase = " ".join(outlet.split()), " ".join(phrase.split())
    if bool(outlet) == bool(phrase):
        raise RefusedError("say what is to be hidden: an outlet or a phrase, one of them", "form")
    _refuse_phrase(outlet or phrase, is_outlet=bool(outlet))
    if topic and topic not in within.topics:
        raise RefusedError(f"no topic is called {topic}: {', '.join(within.topics) or 'none is configured'}", "within")
    if source and source not in within.sources:
        raise RefusedError(f"no source has the id {source}: `watcher sources list` shows them", "within")
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
        raise RefusedError(f"there is no mark {mark} that could be taken back: `watcher marks` lists them", "undone")
    return found


def annotate(store: Store, mark: int, note: str) -> Mark:
    """Another note for what was saved."""
    with store.writing() as writer:
        found = writer.annotate(mark, _text(note))
    if found is None:
        raise RefusedError(f"there is no mark {mark}: `watcher marks` lists them", "undone")
    return found


def said_of(store: Store, story: Story, now: datetime) -> tuple[Mark, ...]:
    """What holds of a story now."""
    return _held(store, story, now)[0]


def resting(store: Store, story: Story, now: datetime) -> tuple[Mark, ...]:
    """What was said of a lesser part of a story, and holds of no story until that parts again."""
    return _held(store, story, now)[1]


def _held(store: Store, story: Story, now: datetime) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """The marks on its articles that a story carries, and those that no story carries."""
    theirs = store.marks_on([stored.id for stored in story.articles])
    held = [mark for mark in theirs if mark.holds(now)]
    members = store.members({article for mark in held for article in mark.articles}) if held else ()
    found = carried(held, members)
    awake = {mark.id for own in found.values() for mark in own}
    return found.get(story.id, ()), tuple(mark for mark in held if mark.id not in awake and mark.kind != "saved")


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
        raise RefusedError("that moment is over already: name one to come", "past")


def _refuse_phrase(text: str, *, is_outlet: bool) -> None:
    """What hides nothing, or nearly everything, is refused with the reason."""
    if any(unicodedata.category(sign) in _NO_TEXT or sign == "\ufffd" for sign in text):
        raise RefusedError("there are signs in it that no text has: write it anew", "form")
    if len(text) > OPENING:
        raise RefusedError(f"it is longer than the {OPENING} characters that are looked at: write fewer", "long")
    if is_outlet:
        return
    if not any(map(str.isalnum, plain(text))):
        raise RefusedError(f"{text!r} has no letter and no digit: nothing is found by signs alone", "letters")
    if len(plain(text)) < _LEAST_PHRASE:
        raise RefusedError(f"{text!r} would hide nearly everything: write a longer phrase", "short")


def is_met(store: Outlets, said: Mark, now: datetime) -> bool:
    """Whether an article of the last 30 days is of the outlet that is hidden; True for a phrase."""
    key = outlet_key(said.outlet)
    return not said.outlet or any(key in names_of(*each) for each in store.outlets(now - _LATELY))


def _text(text: str) -> str:
    return " ".join(text.split()) if len(text) < _MOST_TEXT else " ".join(text.split())[:_MOST_TEXT]
