"""One article twice: brought by a search under a link that leads on, and by its outlet under its own address.

    a search's article that is there already ──────────> seen
    the outlet's article, a search's link was first ───> remembered: that is where the link leads
    an edition with links whose target is known ───────> the target in their place; what would stand there twice is left

What a link leads to is remembered whoever found it out: the outlet's own feed here, or `resolving` by asking.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from watcher import urls
from watcher.ports import Store, Writer
from watcher.sources.query.redirects import is_redirect
from watcher.stories.headline import headline_keys, is_near
from watcher.types import Article, Edition, Grown, Key, Lead, StoredArticle, Story

Resolve = Callable[[Sequence[str]], int]
"""Finds out where links lead, remembers it, and says of how many; bounded in time, and never raises."""

_RESOLVED = "resolved "  # before the link, in the name of a checkpoint


def keys_of(article: Article, lead: Lead) -> tuple[Key, ...]:
    """Under which an article is found by its headline and outlet. Threads and aggregators' links are no outlet's."""
    if article.role not in ("outlet", "primary"):
        return ()
    site = None if is_redirect(article.url) else article.url
    return headline_keys(article.title, article.outlet, site, lead.outlet_url)


def comes_again(writer: Writer, article: Article, keys: Sequence[Key], *, by_search: bool) -> bool:
    """True for what a search brings although it is there. What a direct source brings says where searches' links led.

    In the writer's transaction, before the article is added.
    """
    if not keys:
        return False
    near = [other for other in writer.candidates(keys) if is_near(other.published, article.effective)]
    if by_search:
        return bool(near)
    if not is_redirect(article.url):
        for other in near:
            if other.url and is_redirect(other.url):
                remember(writer, other.url, article.url)
    return False


def remember(writer: Writer, link: str, target: str) -> None:
    """Keeps where a link leads."""
    writer.set_checkpoint(_RESOLVED + link, target)


def remembered(store: Store, links: Iterable[str]) -> dict[str, str]:
    """Where these links lead, as far as that is known."""
    found = ((link, store.checkpoint(_RESOLVED + link)) for link in dict.fromkeys(links))
    return {link: target for link, target in found if target is not None}


def settled(
    stories: Sequence[Story], grown: Sequence[Grown], leads_to: Mapping[str, str], told: Collection[str] = ()
) -> tuple[tuple[Story, ...], tuple[Grown, ...]]:
    """The stories of an edition with links in place of redirects, each address once.

    A redirect whose target stands in the edition by itself, or at an address that was `told`, is left out: it is the
    same article. So is a story of which nothing else is left.
    """
    if not leads_to:
        return tuple(stories), tuple(grown)
    there = {*told, *_addresses(stories), *(url for each in grown for url in _addresses([each.story]))}
    fresh = tuple(replace(story, articles=_settled(story, leads_to, there)) for story in stories)
    again = tuple(
        replace(each, story=replace(each.story, articles=_settled(each.story, leads_to, there))) for each in grown
    )
    again = tuple(
        replace(each, fresh=each.fresh & {stored.id for stored in each.story.articles})
        for each in again
        if each.story.articles
    )
    return tuple(story for story in fresh if story.articles), tuple(each for each in again if each.fresh)


def _addresses(stories: Iterable[Story]) -> set[str]:
    return {each.article.url for story in stories for each in story.articles if not is_redirect(each.article.url)}


def _settled(story: Story, leads_to: Mapping[str, str], there: set[str]) -> tuple[StoredArticle, ...]:
    kept: list[StoredArticle] = []
    for stored in story.articles:
        target = leads_to.get(stored.article.url)
        target = urls.canonical(target) if target else None
        if target is None:
            kept.append(stored)
        elif target not in there:
            there.add(target)
            kept.append(replace(stored, article=replace(stored.article, url=target)))
    return tuple(kept)


def redirects_of(stories: Iterable[Story]) -> tuple[str, ...]:
    """The links in stories that only lead on."""
    return tuple(each.article.url for story in stories for each in story.articles if is_redirect(each.article.url))


def unresolved(edition: Edition) -> tuple[str, ...]:
    """The links of an edition that only lead on: those of each entry's first such report before the rest."""
    of_entry = [
        [report.url for report in entry.reports if is_redirect(report.url)]
        for entry in (*edition.entries, *edition.known)
    ]
    first = [links[0] for links in of_entry if links]
    rest = [link for links in of_entry for link in links[1:]]
    return tuple(dict.fromkeys((*first, *rest)))
