"""An edition, and each story of it, as items of feeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid5

import nh3

from watcher.digest.view import StoryView, View
from watcher.render.clean import clean, cleaned, language_tag, link, shorten
from watcher.render.feeds import Item
from watcher.render.plain import anchor
from watcher.render.renderer import Renderer
from watcher.types.marks import SavedStory

# What readers of feeds show well; whatever else a template writes is taken out, its text stays.
_TAGS = {
    "a",
    "abbr",
    "b",
    "bdi",
    "blockquote",
    "br",
    "cite",
    "em",
    "h3",
    "h4",
    "i",
    "li",
    "ol",
    "p",
    "q",
    "strong",
    "ul",
}
_ATTRIBUTES = {"a": {"href", "lang", "dir"}, "abbr": {"title"}, "*": {"lang", "dir"}}
# Headlines of an edition that an item lists; the page has all of them.
_HEADLINES = 60
_OUTLETS = 8  # named as authors
_TITLE = 300

Ids = Callable[[str], str]


def ids_of(archive: UUID, edition: str) -> Ids:
    """Names for what an edition holds: the same for ever, and no other archive's."""
    return lambda what: uuid5(archive, f"{edition}\0{what}").urn


def edition_item(renderer: Renderer, view: View, ids: Ids, page: str) -> Item:
    """A whole edition, with every story told in full and the first of the headlines."""
    shown = replace(view, headlines=view.headlines[:_HEADLINES], known=(), mentions=(), volumes=())
    html = renderer.fragment("feed-edition.html", shown, more=len(view.headlines) - len(shown.headlines))
    return Item(
        id=ids("edition"),
        title=renderer.subject(shown),
        html=_sanitised(html),
        language=renderer.language,
        at=view.until,
        page=page,
        tags=tuple(title for _, title in view.topics),
    )


def story_items(renderer: Renderer, view: View, ids: Ids, page: str) -> tuple[Item, ...]:
    """Every story that an edition tells in full, in its order: what is new in a told one is an item of its own.

    A reader of feeds hardly ever shows that an item has changed: an update that took the place of the first report
    would go unread.
    """
    told = [(story, anchor(story.id)) for story in view.stories]
    told += [(story, f"shelf-{shelf.kind}") for shelf in view.shelves for story in shelf.stories]
    bare = replace(view, headlines=(), known=(), mentions=(), volumes=(), cautions=(), sections=(), shelves=())
    return tuple(_story_item(renderer, bare, cleaned(story), ids, f"{page}#{place}") for story, place in told)


def _story_item(renderer: Renderer, view: View, story: StoryView, ids: Ids, page: str) -> Item:
    titles = dict(view.topics)
    title = shorten(story.lead.title, _TITLE) or story.lead.outlet or titles.get(story.topic) or renderer.title
    if story.status == "update":
        title = f"{renderer.words.say('update')}: {title}"
    return Item(
        id=ids(f"story {story.id}"),
        title=title,
        html=_sanitised(renderer.fragment("feed-story.html", view, story=story)),
        language=language_tag(story.lead.language),
        at=view.until,
        page=page,
        about=story.lead.url,
        authors=tuple(name for name in story.outlets[:_OUTLETS] if name),
        tags=tuple(titles.get(topic, topic) for topic in (story.topic, *story.chips) if topic),
    )


def saved_item(renderer: Renderer, saved: SavedStory, ids: Ids, base: str) -> Item:
    """A story that somebody saved, with their note: it names the articles and holds none of their texts."""
    first = saved.articles[0] if saved.articles else None
    title = shorten(clean(first.title if first else saved.mark.note), _TITLE) or renderer.title
    shown = [
        replace(each, title=clean(each.title), outlet=clean(each.outlet), url=link(each.url)) for each in saved.articles
    ]
    html = renderer.page("feed-saved.html", {"note": clean(saved.mark.note), "articles": shown})
    return Item(
        id=ids(f"saved {saved.mark.id}"),
        title=title,
        html=_sanitised(html),
        language=language_tag(first.language) if first else "",
        at=saved.mark.made,
        page=f"{base}/articles/{first.article}" if first else "",
        about=link(first.url) if first else "",
        authors=tuple(each.outlet for each in shown[:_OUTLETS] if each.outlet),
    )


def _sanitised(html: str) -> str:
    lines = (line.strip() for line in html.splitlines())
    text = "\n".join(line for line in lines if line)
    return nh3.clean(
        text,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
