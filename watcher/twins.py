"""One article twice: brought by a search under a link that leads on, and by its outlet under its own address.

    a search's article that is there already ──────────> seen
    the outlet's article, a search's link was first ───> remembered: that is where the link leads
    an edition with links whose target is known ───────> the target in their place; what would stand there twice is left

What a link leads to is remembered whoever found it out: the outlet's own feed here, or `resolving` by asking.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from watcher import urls
from watcher.ports import Store, Writer
from watcher.sources.query.redirects import is_redirect
from watcher.stories.headline import headline_keys, is_near, title_key
from watcher.types import Article, Document, Edition, Grown, Key, Lead, Source, StoredArticle, Story

Resolve = Callable[[Sequence[str]], int]
"""Finds out where links lead, remembers it, and says of how many; bounded in time, and never raises."""

_RESOLVED = "resolved "  # before the link, in the name of a checkpoint


def keys_of(article: Article, lead: Lead) -> tuple[Key, ...]:
    """Under which an article is found by its headline: the first alone, the others with a name of its outlet each.

    Threads and aggregators' links are no outlet's.
    """
    alone = title_key(article.title)
    if article.role not in ("outlet", "primary"):
        return alone
    site = None if is_redirect(article.url) else article.url
    return (*alone, *headline_keys(article.title, article.outlet, site, lead.outlet_url))


def met(writer: Writer, article: Article, keys: Sequence[Key], found: Sequence[Document]) -> tuple[Document, ...]:
    """Of what was found, the same outlet's articles of the same days under the same headline: one article, in short.

    Only where there is one under this headline at all, the store is asked for its outlet.
    """
    if not any(title_key(other.title) == tuple(keys[:1]) for other in found if keys):
        return ()
    same = writer.candidates(keys[1:]) if len(keys) > 1 else ()
    return tuple(other for other in same if is_near(other.published, article.effective))


def is_brought(store: Store, lead: Lead, source: Source, now: datetime) -> bool:
    """True for what a search finds although it was brought before: known by its claims, so that no page is asked."""
    if source.kind != "query" or source.role == "forum" or not lead.outlet:
        return False
    keys = headline_keys(lead.title, lead.outlet, lead.outlet_url)
    found = store.candidates(keys) if keys else ()
    return any(is_near(other.published, lead.published or lead.updated or now) for other in found)


def led_here(writer: Writer, article: Article, same: Sequence[Document]) -> tuple[Document, ...]:
    """Those of them that searches brought: now it is known where their links lead, and it is remembered."""
    found = () if is_redirect(article.url) else tuple(other for other in same if other.url and is_redirect(other.url))
    for other in found:
        remember(writer, other.url or "", article.url)
    return found


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
    there = {*told, *_addresses(stories), *_addresses(each.story for each in grown)}
    again = tuple(kept for each in grown if (kept := _grown(each, leads_to, there)) is not None)
    fresh = (replace(story, articles=_settled(story, leads_to, there)) for story in stories)
    return tuple(story for story in fresh if story.articles), again


def _grown(grown: Grown, leads_to: Mapping[str, str], there: set[str]) -> Grown | None:
    """A told story with what is fresh in it: where its link was told, the outlet's own article is not news."""
    told = {
        urls.canonical(target)
        for each in grown.story.articles
        if each.id not in grown.fresh and (target := leads_to.get(each.article.url))
    }
    fresh = frozenset(
        each.id for each in grown.story.articles if each.id in grown.fresh and each.article.url not in told
    )
    story = replace(grown.story, articles=_settled(grown.story, leads_to, there))
    fresh &= {each.id for each in story.articles}
    return replace(grown, story=story, fresh=fresh) if fresh else None


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
