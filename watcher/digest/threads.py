"""Forum threads and aggregators' links go to the story they point at: they open none of their own where it is there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from watcher.digest.select import is_talk
from watcher.types import Grown, Relation, StoredArticle, Story
from watcher.urls import canonical

_LINK = re.compile(r"https?://[^\s<>\"'\])}]+")
_END = ".,;:!?"  # a sentence's, not the address's
_MOST_LINKS = 20  # a thread's own link stands in front
# "[N] ", "Show HN: ", "(2025) ": what forums put around the headline of what they link to.
_AROUND = re.compile(r"^(?:\s*\[[^\]]{1,20}\]|\s*(?:Show|Ask|Tell) HN:)+|\s*[\[(][^\])]{1,20}[\])]\s*$")
_OUTLET = re.compile(r"\s+[|–—-]\s+[^|–—]{2,40}$")
_LEAST_TITLE = 16  # letters: a shorter headline may be another article's too (in scripts without spaces half of it)


Located = Callable[[Sequence[str]], frozenset[str]]
"""Those of these canonical addresses at which an article of a told story stands."""


def attached(
    stories: Sequence[Story], grown: Sequence[Grown], located: Located | None = None
) -> tuple[tuple[Story, ...], tuple[Grown, ...], int]:
    """The stories, new ones and told ones, with each thread put to the one it links to.

    A thread belongs to the article at the address it names, or else to the one whose headline it repeats. One that
    links to a story told before which is not here (`located` knows) tells nothing; the number counts those.
    """
    threads = {story.id: story for story in stories if story.told_in is None and _is_talk(story)}
    if not threads:
        return tuple(stories), tuple(grown), 0
    found = _Found([story for story in stories if story.id not in threads] + [each.story for each in grown])
    targets = {name: target for name, thread in threads.items() if (target := found.target(thread)) is not None}
    joining: dict[str, list[StoredArticle]] = {}
    for name, target in targets.items():
        articles = (replace(each, relation=Relation.RETELLING) for each in threads[name].articles)
        joining.setdefault(target, []).extend(articles)
    old = _of_told([thread for name, thread in threads.items() if name not in targets], located)
    kept = (story for story in stories if story.id not in targets and story.id not in old)
    return (
        tuple(_with(story, joining.get(story.id, ())) for story in kept),
        tuple(_grown(each, joining.get(each.story.id, ())) for each in grown),
        len(old),
    )


def _of_told(threads: Sequence[Story], located: Located | None) -> set[str]:
    """The threads that link to an article of a told story, by id; asked at once."""
    linked = {
        thread.id: {url for link in _links(thread) if (url := canonical(link.rstrip(_END)))} for thread in threads
    }
    asked = sorted({url for addresses in linked.values() for url in addresses})
    found = located(asked) if located is not None and asked else frozenset()
    return {name for name, addresses in linked.items() if not found.isdisjoint(addresses)}


def _links(thread: Story) -> list[str]:
    articles = [stored.article for stored in thread.articles]
    return [link for each in articles for link in (each.url, *_LINK.findall(each.text)[:_MOST_LINKS])]


def _grown(each: Grown, joining: Sequence[StoredArticle]) -> Grown:
    fresh = each.fresh | {stored.id for stored in joining}
    return replace(each, story=_with(each.story, joining), fresh=fresh) if joining else each


def _is_talk(story: Story) -> bool:
    return bool(story.articles) and all(is_talk(each.article.role) for each in story.articles)


def _with(story: Story, joining: Sequence[StoredArticle]) -> Story:
    return replace(story, articles=(*story.articles, *joining)) if joining else story


class _Found:
    """Where outlets' articles are, by address and by headline."""

    def __init__(self, stories: Sequence[Story]) -> None:
        self._addresses: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        for story in stories:
            for stored in story.articles:
                if not is_talk(stored.article.role):
                    self._addresses.setdefault(_address(stored.article.url), story.id)
                    for title in _titles(stored.article.title):
                        self._titles.setdefault(title, story.id)

    def target(self, thread: Story) -> str | None:
        """The story that a thread is about, if it is here."""
        articles = [stored.article for stored in thread.articles]
        titles = (title for each in articles for title in _titles(each.title))
        return _first(self._addresses, map(_address, _links(thread))) or _first(self._titles, titles)


def _first(table: Mapping[str, str], keys: Iterable[str]) -> str | None:
    return next((table[key] for key in keys if key and key in table), None)


def _address(url: str) -> str:
    address = (canonical(url.rstrip(_END)) or "").partition("://")[2].removeprefix("www.")
    return address if "/" in address.rstrip("/") else ""  # a front page is no article


def _titles(title: str) -> tuple[str, ...]:
    """A headline as it is compared: with and without the outlet's name behind it."""
    bare = _AROUND.sub("", title)
    return tuple(key for form in (bare, _OUTLET.sub("", bare)) if (key := _folded(form)))


def _folded(title: str) -> str:
    letters = "".join(sign for sign in unicodedata.normalize("NFKC", title).casefold() if sign.isalnum())
    return letters if len(letters) >= (_LEAST_TITLE if letters.isascii() else _LEAST_TITLE // 2) else ""
