"""Where news comes from: sources, requests and what they answer, leads and their ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from watcher.types.articles import TopicMatch

UNKNOWN_LANGUAGE = "und"

Role = Literal["outlet", "primary", "forum", "aggregator"]
Pages = Literal["always", "on-topic", "never"]
RestScope = Literal["host", "feed"]


@dataclass(frozen=True, slots=True)
class Access:
    """What a source's own requests need besides its address: from the environment or a file, never shown.

    Headers (a cookie and basic auth among them) go to `origin` alone: no redirect and no article page of another host
    ever gets them.
    """

    origin: str  # scheme://host:port
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    user_agent: str | None = None  # instead of our own
    proxy: str | None = field(default=None, repr=False)  # http://[user:password@]host:port, for this source's requests
    ca_file: str | None = None  # authorities trusted for `origin` besides the system's
    secret: bool = False  # the source's address is a secret as a whole: of it nothing but the host is ever shown


def without_headers(access: Access | None) -> Access | None:
    """The same way to ask, for what is not the source's own."""
    return None if access is None else replace(access, headers=())


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where a listing page has what: CSS selectors. What is None is found by itself, within each item."""

    items: str | None = None
    link: str | None = None
    title: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One place that is visited: what the user wrote in `config.toml`."""

    id: str
    url: str
    kind: str = "feed"
    title: str | None = None  # the outlet's name as readers see it; None: taken from the feed or the host
    language: str | None = None
    role: Role = "outlet"
    pages: Pages = "on-topic"
    interval: timedelta = timedelta(minutes=30)
    topics: tuple[str, ...] = ()  # only these topics are looked for; empty: all
    retry_after: RestScope = "host"  # whom a Retry-After rests: RSSHub and the like serve many feeds from one host
    select: Selectors = Selectors()  # kind "page"
    engine: str | None = None  # kind "query": whose query feed; `url` is made from it and `query`
    query: str | None = None
    most: int | None = None  # leads taken of one reading, newest first; None: all
    access: Access | None = None
    folder: tuple[str, ...] = ()  # where it lies in the user's list, outermost first; nothing is decided by it
    site: str | None = None  # the page people read, for lists; nothing is decided by it


class Because(StrEnum):
    """What decided when a source is asked next."""

    INTERVAL = "interval"  # what the user wrote
    RHYTHM = "rhythm"  # the source itself brings news more rarely
    CACHE = "cache"  # max-age, s-maxage, Expires
    TTL = "ttl"  # ttl, sy:updatePeriod
    SKIPPED = "skipped"  # skipHours, skipDays
    RETRY_AFTER = "retry-after"
    BACK_OFF = "back-off"
    HOST_REST = "host-rest"  # another source's answer asked for the whole host to be left alone
    CLAIMED = "claimed"  # a visit under way, or one that never came to its end


@dataclass(frozen=True, slots=True)
class Hints:
    """What a feed itself, and the server behind it, said about when to come back."""

    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()  # UTC, 0-23
    skip_days: frozenset[int] = frozenset()  # 0 = Monday
    fresh_for: timedelta | None = None  # max-age of the last whole answer: a 304 that names none confirms it


@dataclass(frozen=True, slots=True)
class Memory:
    """What the store remembers of a source between visits. Validators are kept byte for byte (Latin-1 text)."""

    source: str
    due: datetime | None = None  # None: never claimed, due at once
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None  # of the last body that was read; an equal one is not read again
    visited: datetime | None = None  # end of the last visit
    changed: datetime | None = None  # last visit that brought a lead not seen before
    visits: int = 0
    failures: int = 0  # in a row
    trouble: str | None = None  # the last visit's trouble in words; None: it went well
    failing_since: datetime | None = None
    title: str | None = None  # what the feed calls itself
    moved_to: str | None = None  # the address adopted instead of the configured one
    moved: datetime | None = None  # when it was adopted
    paused: bool = False
    ended: datetime | None = None  # the server said 410, or another source reads the address it moved to
    because: Because | None = None  # what decided `due`
    hints: Hints = Hints()  # of the last reading: they hold for unchanged and failing visits too
    unmodified_since: datetime | None = None  # first of the 304s in a row, as they have been the only answer since
    moving_to: str | None = None  # where permanent redirects lead, not adopted yet
    moving_since: datetime | None = None
    moving_seen: int = 0  # visits in a row that were redirected there
    rhythm: timedelta | None = None  # the source's own: how far apart it brings leads not seen before
    recovered: datetime | None = None  # the visit that ended the last long failure
    recovered_from: datetime | None = None  # when that failure had begun
    url: str | None = None  # the configured address that all this was learned of; None: not known, taken for today's


@dataclass(frozen=True, slots=True)
class HostState:
    """What is remembered of a host:port between runs: how long it wants to be left alone, and its robots.txt."""

    host: str  # host:port, as `urls.host_port` writes it
    rest_until: datetime | None = None
    rest_because: str | None = None  # in words
    robots: str | None = None  # the file's text; "" when there is none (everything allowed); None: never answered
    robots_status: int | None = None
    robots_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A span of the past, `since` included, `until` not. Absent when polling."""

    since: datetime
    until: datetime
    again: bool = False  # it was read with other topics: what was on none is looked at once more

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


@dataclass(frozen=True, slots=True)
class Request:
    """One address to ask, with the validators of the last good answer."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    access: Access | None = None
    form: tuple[tuple[str, str], ...] = ()  # sent by POST; a redirect of it is not followed


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answered: the final address, status, headers as received, decoded body, when."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched: datetime
    asked: str = ""  # the address first asked, before redirects
    permanent: bool = False  # every hop on the way here was a 301 or 308

    def header(self, name: str) -> str | None:
        """The first value of a header, its name in any case; None when the server sent none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Reason(StrEnum):
    """Why something expected to go wrong at times did go wrong."""

    TIMEOUT = "timeout"  # the wall-clock deadline passed
    NAME = "name"  # the host name has no address
    CONNECTION = "connection"  # refused, reset, closed early
    TLS = "tls"
    FORBIDDEN_ADDRESS = "forbidden-address"  # a private or reserved network that `allow` does not list
    BAD_ADDRESS = "bad-address"  # not http(s), or not an address at all
    TOO_LARGE = "too-large"
    REDIRECTS = "redirects"  # too many, a loop, or one without a target
    PROTOCOL = "protocol"  # not HTTP, or a broken encoding
    STATUS = "status"  # the server answered with an error status
    UNREADABLE = "unreadable"  # the body is not what the source's kind expects
    INCOMPLETE = "incomplete"  # readable, and less than it should be: cut off, or empty where there were leads
    ROBOTS = "robots"  # robots.txt asks not to read it
    KILLED = "killed"  # a worker ran out of time or memory, or crashed


@dataclass(frozen=True, slots=True)
class Trouble:
    """Expected trouble as a value: a named reason, and one line that says what happened, to what, and what to do."""

    reason: Reason
    text: str
    status: int | None = None
    retry_after: timedelta | None = None
    fresh_for: timedelta | None = None  # how long an error answer says it stays true, by its cache headers
    host: str | None = None  # host:port of who answered with a status, behind all redirects
    unsent: bool = False  # what was to be asked was not, or never reached whom it was for


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a lead is recognised by, worked out where it was read: comparing costs little, this is what costs."""

    url: str | None  # canonical
    title: str  # without what case and white space tell
    beginning: str  # of its text, the same way
    words: bytes  # all of them, pressed into some fifty bytes


@dataclass(frozen=True, slots=True)
class Lead:
    """What a source claims about one article: evidence, not fact. Texts are plain; `url` is absolute http(s)."""

    url: str | None
    title: str = ""
    link: str | None = None  # as it stood in the source
    summary: str = ""
    content: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    id: str | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    outlet: str | None = None  # whose article it is, where a third party (a search, a planet) says so
    outlet_url: str | None = None  # that outlet's site
    keywords: tuple[str, ...] = ()  # a news sitemap's: they help to tell what it is about and are never shown
    imprint: Imprint | None = field(default=None, compare=False, repr=False)  # None: worked out when it is asked for
    topics: tuple[TopicMatch, ...] | None = field(default=None, compare=False, repr=False)  # None: not looked for yet
    copy: str | None = None  # where somebody kept a copy of its page, for when the page itself is gone


@dataclass(frozen=True, slots=True)
class Reading:
    """Leads found in a page, and more requests to follow (archives, further pages)."""

    leads: tuple[Lead, ...] = ()
    more: tuple[Request, ...] = ()
    title: str | None = None
    language: str | None = None
    hints: Hints = Hints()
    whole: bool = True  # False: the document was cut off; its validators are not kept, so that the rest is asked for
    short: str | None = None  # of a way into the past: why it ends here before its end; what was found is kept


class Outcome(StrEnum):
    """The closed list of ends of a lead. Every lead ends in exactly one."""

    STORED = "stored"
    SEEN = "seen"
    OFF_TOPIC = "off-topic"
    TOO_SHORT = "too-short"
    TOO_OLD = "too-old"
    UNREACHABLE = "unreachable"
    FORBIDDEN = "forbidden"
    NOT_AN_ARTICLE = "not-an-article"
    UNREADABLE = "unreadable"
    NO_ADDRESS = "no-address"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LeadRecord:
    """The end of one lead, as kept: what it was called, where it came from, what became of it."""

    url: str  # canonical
    source: str
    title: str
    outcome: Outcome
    found: datetime
    published: datetime | None = None  # as claimed, however odd
    names: tuple[str, ...] = ()  # what it can be recognised by besides its address
    said: bytes = b""  # its words, pressed into some fifty bytes (`imprint`)
    again: int | None = None  # the kept lead that this one is, come again with other names or other words
    revised: str | None = None  # its new text, where that is kept


@dataclass(frozen=True, slots=True)
class KnownLead:
    """A lead that ended before, as far as it takes to recognise it and what changed."""

    number: int
    source: str
    stored: bool  # it became an article
    published: datetime | None
    said: bytes  # empty: nobody wrote down what it said
    edits: int  # changes of its words so far
    names: int  # names it was given after it ended
    outcome: Outcome | None = None  # how it ended


@dataclass(frozen=True, slots=True)
class Revision:
    """What a feed said of a stored article later than it was read: its title and its text then."""

    seen: datetime
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Visit:
    """The end of a source's visit: counts by outcome, the new memory (with its next due time), trouble if any.

    A backfill's visit has no memory: it leaves what polling remembers as it is.
    """

    source: str
    started: datetime
    ended: datetime
    status: int | None
    counts: Mapping[Outcome, int]
    memory: Memory | None
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a source brought over a span of time, and what of it reached a reader."""

    visits: int = 0
    failed: int = 0  # of those visits
    leads: Mapping[Outcome, int] = field(default_factory=dict)  # new ones by their end; `seen` is none of them
    articles: int = 0  # stored
    shown: int = 0  # of those: in an edition, and more than the copy of a text that was there before
    copies: int = 0  # of those: copies of an earlier text
    read: int = 0  # of those: the text was read, and not the headline alone

    @property
    def found(self) -> int:
        """New leads."""
        return sum(self.leads.values())

    @property
    def noise(self) -> float | None:
        """The share of the new leads that reached no reader; None where there were none."""
        return None if not self.found else max(0.0, 1 - self.shown / self.found)
