"""A table of keys, and the kinds of value that stand in one. The words of their mistakes are those of `values`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StrictInt, ValidationInfo
from pydantic_core import PydanticCustomError

from watcher.keys import values


class Table(BaseModel):
    """A table of the file: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def said(parse: Callable[[object], Any]) -> BeforeValidator:
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


Duration = Annotated[timedelta, said(values.duration)]
PositiveDuration = Annotated[timedelta, said(values.positive_duration)]
Size = Annotated[int, said(values.size)]
Hour = Annotated[str, said(values.hour)]
Days = Annotated[frozenset[int], said(values.days)]
Language = Annotated[str, said(values.language)]
TimeZone = Annotated[str, said(values.time_zone)]
SourceAddress = Annotated[str, said(values.source_address)]
WebAddress = Annotated[str, said(values.web_address)]
Mailbox = Annotated[str, said(values.mailbox)]
DatabaseAddress = Annotated[str, said(values.database_address)]
Contact = Annotated[str, said(values.contact)]
Host = Annotated[str, said(values.host)]
Sender = Annotated[str, said(values.sender)]
Text = Annotated[str, Field(min_length=1)]
Beside = Annotated[Path, BeforeValidator(_beside_the_file)]
Port = Annotated[StrictInt, Field(ge=1, le=65535)]
Count = Annotated[StrictInt, Field(ge=1)]
Words = tuple[Text, ...]
Folders = Annotated[Words, BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]

# A key that may not stand in the file: its value comes from the environment, or from a file named there.
SECRET: dict[str, JsonValue] = {"secret": True}
