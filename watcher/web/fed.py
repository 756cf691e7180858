"""What feeds carry for programs of one's own: editions, stories, those of a topic, what was saved."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import format_datetime
from uuid import UUID

from watcher import signing
from watcher.config import Config
from watcher.digest.view import view
from watcher.past import FED_EDITIONS, FED_STORIES, INDEXED
from watcher.press import EditionPress
from watcher.render import Feed, Item, atom, edition_item, edition_name, ids_of, json_feed, saved_item, story_items
from watcher.store import SqlStore
from watcher.types import Edition, FeedAddress, Listed

KINDS = {"atom": "application/atom+xml; charset=utf-8", "json": "application/feed+json; charset=utf-8"}
_FEEDS = 16  # whole feeds: some hundred kB each
_KEPT = 400  # items of so many editions and feeds: some hundred kB each


@dataclass(frozen=True, slots=True)
class Fed:
    """A feed as it is sent."""

    body: bytes
    kind: str
    etag: str
    modified: str  # as HTTP writes a moment; empty where none tells


def feeds_of(config: Config) -> dict[str, str]:
    """The feeds there are, and the topics' titles for those of a topic."""
    topics = {f"topic:{topic.id}": topic.title for topic in config.topics}
    return {"editions": "", "stories": "", **topics, "saved": ""}


class Newsstand:
    """Makes feeds. Used by any number of threads; what one edition says is worked out once."""

    def __init__(self, config: Config, store: SqlStore, press: EditionPress) -> None:
        self._config, self._store, self._press = config, store, press
        self._making = threading.Lock()
        self._items: OrderedDict[tuple[str, int], tuple[Item, ...]] = OrderedDict()
        self._fed: OrderedDict[tuple[object, ...], Fed] = OrderedDict()

    def feed(self, address: FeedAddress, base: str, secret: str) -> Fed:
        """The feed at an address; `base` is what all our addresses begin with."""
        with self._making:
            listed = self._listed()
            key = address, base, secret, tuple(each.id for each in listed)
            if address.feed == "saved":  # changes at any time, and is soon made
                return self._written(address, self._saved(base, signing.identity(secret)), base, secret)
            if key not in self._fed:
                items = self._told(address.feed, listed, base, secret)
                self._fed[key] = self._written(address, items, base, secret)
                while len(self._fed) > _FEEDS:
                    self._fed.popitem(last=False)
            self._fed.move_to_end(key)
            return self._fed[key]

    def _written(self, address: FeedAddress, items: tuple[Item, ...], base: str, secret: str) -> Fed:
        updated = max((item.at for item in items), default=address.made)
        feed = Feed(
            id=ids_of(signing.identity(secret), "address")(str(address.id)),
            title=f"{self._press.renderer.title} · {self.title(address.feed)}",
            author=self._press.renderer.title,
            language=self._press.renderer.language,
            page=f"{base}/",
            updated=updated,
            items=items,
        )
        body = (json_feed(feed) if address.form == "json" else atom(feed)).encode("utf-8", "replace")
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        # What is taken back leaves no moment: of what was saved only the mark says whether it has changed.
        is_dated = address.feed != "saved"
        modified = format_datetime(updated.astimezone(UTC).replace(microsecond=0), usegmt=True) if is_dated else ""
        return Fed(body, KINDS[address.form], etag, modified)

    def title(self, feed: str) -> str:
        """What a feed carries, in the words of the pages."""
        say = self._press.renderer.words.say
        kind, _, topic = feed.partition(":")
        if kind == "topic":
            return say("feed.topic", title=feeds_of(self._config).get(feed, topic))
        return say(f"feed.{kind}")

    def _listed(self) -> list[Listed]:
        """The editions that feeds tell of, the newest first."""
        found = [each for each in self._store.listed(INDEXED) if each.schedule == self._press.main_schedule]
        return found[:FED_EDITIONS]

    def _told(self, feed: str, listed: Sequence[Listed], base: str, secret: str) -> tuple[Item, ...]:
        found: list[Item] = []
        for each in listed:
            name = self._name(each)
            page = f"{base}/e/{name}/{signing.edition_signature(secret, name)}"
            items = self._of(feed, each, signing.identity(secret))
            found += [replace(item, page=page + item.page) for item in items]
            if len(found) >= FED_STORIES:
                break  # an edition is read in 20 ms
        return tuple(found[:FED_STORIES])

    def _name(self, listed: Listed) -> str:
        main = listed.schedule == self._press.main_schedule
        return edition_name(listed.date, None if main else listed.schedule)

    def _of(self, feed: str, listed: Listed, identity: UUID) -> tuple[Item, ...]:
        """What a feed says of one edition, without the address of its page. An edition never changes."""
        key = feed, listed.id
        if key not in self._items:
            edition = self._store.edition(str(listed.id))
            self._items[key] = (
                self._made(feed, edition, identity) if edition is not None and not edition.skipped else ()
            )
            while len(self._items) > _KEPT:
                self._items.popitem(last=False)
        return self._items[key]

    def _made(self, feed: str, edition: Edition, identity: UUID) -> tuple[Item, ...]:
        press = self._press
        kind, _, topic = feed.partition(":")
        ids = ids_of(identity, f"{edition.id} {edition.made.isoformat()}")
        if kind == "topic" and all(topic != each for each, _ in edition.topics):
            return ()  # it was not asked for then
        seen = view(edition, press.reads, (topic,) if topic else (), press.max_stories)
        if kind == "editions":
            return (edition_item(press.renderer, seen, ids, ""),)
        return story_items(press.renderer, seen, ids, "")

    def _saved(self, base: str, identity: UUID) -> tuple[Item, ...]:
        ids = ids_of(identity, "saved")
        return tuple(saved_item(self._press.renderer, each, ids, base) for each in self._store.saved())
