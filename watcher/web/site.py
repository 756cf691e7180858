"""What the service shows and changes, in the words of the archive: nothing of HTTP stands here."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import unquote, urlsplit

from watcher import app
from watcher.config import Config
from watcher.errors import WatcherError
from watcher.ports import Clock
from watcher.press import EditionPress
from watcher.render import Form, Notice, edition_name
from watcher.shapes.sources import SPAN
from watcher.signing import SECRET, feed_token, is_edition, reader_of
from watcher.store import SqlStore
from watcher.types import Counts, Harvest, Listed
from watcher.web.guesses import Guesses
from watcher.web.kept import Kept, Shelf
from watcher.web.metrics import Metrics
from watcher.web.sessions import Sessions
from watcher.web.token import Token

_NAME = re.compile(r"\d{4}-\d\d-\d\d(?:-[a-z0-9-]{1,80})?", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
# The page says by itself what it may load; the header repeats it, with what a page cannot say.
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"\r\n]{1,500})">')
_WITHOUT_ONE = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_COUNTED, _COUNTED_ANEW = timedelta(seconds=10), timedelta(minutes=5)
# What counts over a month may be some minutes old: over 100,000 articles it takes half a second to count.
_HARVESTED = timedelta(minutes=10)
_KEPT = 16 * 1024 * 1024  # of pages of editions: some hundred, or eight of a thousand stories, each a second of work


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as it is sent: its bytes, the mark by which a browser asks whether it has changed, what it may load."""

    body: bytes
    etag: str
    policy: str


class Site:
    """One archive's pages, and what all routes stand on. Used by any number of threads; pages are made one at a time.

    `is_fresh` says whether whoever keeps the archive up to date is alive.
    """

    # Whoever waits for the writer's lock holds up the end of the daemon, which comes within five seconds.
    patience = 3.0

    def __init__(
        self,
        config: Config,
        store: SqlStore,
        press: EditionPress,  # nobody else's: what it remembers belongs to one thread at a time
        clock: Clock,
        is_fresh: Callable[[], bool] = lambda: True,
        seconds: Callable[[], float] = app.seconds,
    ) -> None:
        self.config, self.store, self.press, self.clock = config, store, press, clock
        self.is_fresh = is_fresh
        parts = urlsplit(config.service.public_url or "")
        self.origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower() if parts.netloc else ""
        self.cookie = f"watcher-{config.service.port}"  # another port's is another watcher's: browsers do not tell them
        self.token = Token(config)
        self.sessions = Sessions(self.token, clock)
        self.metrics = Metrics(config, store, clock, self.counts)
        self._counted: tuple[datetime, Counts, timedelta] | None = None
        self.harvests: Kept[dict[str, Harvest]] = Kept(self._harvests, _HARVESTED, clock)
        self.guesses = Guesses(seconds)
        self.names = frozenset({parts.netloc.rpartition("@")[2].removesuffix(f":{parts.port}")} - {""})
        self.prefix = unquote(parts.path).rstrip("/")
        self._making = threading.Lock()
        self._pages: Shelf[Shown | None] = Shelf(_KEPT, lambda shown: len(shown.body) if shown else 1)

    def secret(self) -> str | None:
        """What the archive's addresses are signed with; None where none was ever made."""
        return self.store.checkpoint(SECRET)

    # --- editions ---

    def edition(self, name: str, signature: str, form: Form) -> Shown | None:
        """The page of a stored edition; None for a name that was not signed, and for one that is not stored."""
        secret = self.secret()
        if secret is None or not _NAME.fullmatch(name) or not is_edition(secret, name, signature):
            return None
        # Its other forms lie beside it under the same signature; what lists all editions is not for everybody.
        return self.edition_page(name, form, signature)

    def edition_json(self, name: str) -> bytes | None:
        """The same for programs of who signed in, by its name alone; None for one that is not stored."""
        shown = self.edition_page(name, "json", None)
        return shown.body if shown is not None else None

    def edition_page(
        self, name: str, form: Form, called: str | None, place: Mapping[str, str] | None = None
    ) -> Shown | None:
        """An edition's page, whose other forms are `called` so; made once, as an edition never changes.

        Which one a name means is asked each time: today's may have been made, or another schedule become the main one.
        """
        found = self.edition_named(name)
        if found is None:
            return None

        def made() -> Shown | None:
            edition = self.store.edition(str(found.id))
            if edition is None:
                return None
            view = self.press.view(edition)
            return shown_of(self.press.renderer.render(view, form, called, listed=False, place=place))

        # Who edits a copied template sees it at once.
        templates = self.press.renderer.slips().state
        return self._pages.get((found.id, form, called, *sorted((place or {}).items()), templates), made)

    def edition_named(self, name: str) -> Listed | None:
        """By its file name. A date alone is the edition of the main schedule, or of what was that at the time."""
        if not _NAME.fullmatch(name):
            return None
        try:
            day = date.fromisoformat(name[:10])
        except ValueError:
            return None
        editions = self.store.listed_between(day, day)[::-1]
        by_schedule = [each for each in editions if edition_name(day, each.schedule) == name]
        main = [each for each in editions if each.schedule == self.press.main_schedule]
        return next(iter([*by_schedule, *(main or editions if name == day.isoformat() else [])]), None)

    # --- readers ---

    @property
    def is_writable(self) -> bool:
        return not self.store.read_only

    def reader(self, token: str) -> str | None:
        """Whose token this is, also of those who were readers once; None where it is nobody's.

        Takes as long, whoever it is.
        """
        secret = self.secret()
        if secret is None or not _TOKEN.fullmatch(token):
            return None
        now = (each.address for each in self.press.recipients)
        ever = (each.address for each in self.store.subscriptions())
        return reader_of(secret, token, dict.fromkeys((*now, *ever)))

    def leave(self, reader: str) -> None:
        """Remembers that a reader wants no more; one who left before stays as they were."""
        with self.store.writing(self.patience) as writer:
            writer.leave(reader, self.clock())

    def notice(self, kind: Notice, reader: str = "") -> Shown:
        """A page of a few words in the reader's language: a question, or what came of it."""
        press = self.press
        language = next((each.language for each in press.recipients if each.address == reader), "")
        with self._making:
            return shown_of(press.renderers.get(language, press.renderer).notice(kind, address=_masked(reader)))

    def page(self, template: str, context: Mapping[str, object]) -> Shown:
        """A page by a template of its own, from what is clean already."""
        with self._making:
            return shown_of(self.press.renderer.page(template, context))

    def feeds(self) -> tuple[str, ...]:
        """The paths of the feeds that programs ask for: of several of the same stories one."""
        secret = self.secret()
        used = {each.feed: each.id for each in self.store.feed_addresses() if each.revoked is None}
        return tuple(f"/f/{feed_token(secret, id)}" for id in used.values()) if secret else ()

    # --- health ---

    def counts(self) -> Counts:
        """How much there is, as of the last ten seconds; as of the last minutes where it takes long.

        Counting 100,000 articles and the ends of their leads takes a tenth of a second, a million nearly two.
        """
        now, kept = self.clock(), self._counted
        if kept is None or not timedelta(0) <= now - kept[0] < kept[2]:
            counted = self.store.counts()
            lasts = min(max(_COUNTED, 100 * (self.clock() - now)), _COUNTED_ANEW)
            kept = self._counted = now, counted, lasts
        return kept[1]

    def _harvests(self) -> dict[str, Harvest]:
        return self.store.harvest([source.id for source in self.config.sources], self.clock() - SPAN)

    def ailment(self) -> str:
        """What keeps the service from doing its work; empty when it is ready."""
        try:
            if not self.store.is_current():
                return "the database is missing or of another version"
        except WatcherError:
            return "the database cannot be read"
        return "" if self.is_fresh() else "nothing was looked at for a minute"


def shown_of(text: str) -> Shown:
    """A page as it is sent; what it may load stands in itself."""
    body = text.encode("utf-8", "replace")
    policy = _POLICY.search(text[:4000])
    said = policy[1] if policy else _WITHOUT_ONE
    return Shown(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', f"{said}; frame-ancestors 'none'")


def _masked(address: str) -> str:
    """Enough of an address for its owner to know it: a forwarded mail shows its link to others."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}…{at}{domain}" if at else ""
