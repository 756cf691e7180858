"""What a source needs besides its address: from the environment or a file, never from `config.toml`.

`WATCHER_SOURCES__MY_FEED__PASSWORD` belongs to the source `my-feed`: its id in capitals, with `_` for what is no letter
or digit. An address that comes this way is a secret as a whole.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from watcher.keys.tables import SECRET, Beside, Table, said
from watcher.types import Access, Source
from watcher.urls import apart, origin, split

Path = tuple[str | int, ...]

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# Those are the door's own: who we are, how long an answer is, what it may be packed in, what we have already.
_RESERVED = frozenset(
    "host content-length transfer-encoding connection keep-alive te trailer upgrade expect range accept-encoding "
    "user-agent if-none-match if-modified-since proxy-authorization proxy-connection".split()
)


def _headers(value: object) -> tuple[tuple[str, str], ...]:
    expected = 'expected lines like "Name: value"'
    if not isinstance(value, str):
        raise ValueError(expected)
    found: dict[str, tuple[str, str]] = {}
    for line in value.splitlines():
        name, colon, text = (part.strip() for part in line.partition(":"))
        if not line.strip():
            continue
        if not colon or not _NAME.fullmatch(name) or not text or not _is_sendable(text):
            raise ValueError(expected)
        if name.lower() in _RESERVED:
            raise ValueError(f"expected no header that is the program's own, which {name} is")
        if name.lower() in found:
            raise ValueError(f"expected each header once, found {name} twice")
        found[name.lower()] = (name, text)
    return tuple(found.values())


def _sendable(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not _is_sendable(value):
        raise ValueError("expected one line that a header can hold")
    return value.strip()


def _user(value: object) -> str:
    if not isinstance(value, str) or not value or ":" in value:
        raise ValueError("expected a user name without a colon")
    return value


def _proxy(value: object) -> str:
    expected = 'expected a proxy like "http://proxy.example.org:3128"'
    if not isinstance(value, str):
        raise ValueError(expected)
    address = split(apart(value)[0])
    if address is None or address.scheme != "http" or address.target != "/":
        raise ValueError(f"{expected} (HTTP proxies only)")
    return value.strip()


def _authorities(file: FilePath) -> FilePath:
    try:
        if "-----BEGIN CERTIFICATE-----" in file.read_text("ascii"):
            return file
    except (OSError, ValueError):
        pass
    raise PydanticCustomError("watcher", "{expected}", {"expected": "expected a readable file of PEM certificates"})


class AccessTable(Table):
    """The keys of a source that say how it is reached; all but the last may not stand in the file."""

    user: Annotated[str, said(_user)] | None = Field(default=None, repr=False, json_schema_extra=SECRET)
    password: str | None = Field(default=None, repr=False, json_schema_extra=SECRET)
    cookie: Annotated[str, said(_sendable)] | None = Field(default=None, repr=False, json_schema_extra=SECRET)
    headers: Annotated[tuple[tuple[str, str], ...], said(_headers)] = Field(
        default="", repr=False, json_schema_extra=SECRET, validate_default=True
    )
    proxy: Annotated[str, said(_proxy)] | None = Field(default=None, repr=False, json_schema_extra=SECRET)
    user_agent: Annotated[str, said(_sendable)] | None = Field(default=None, json_schema_extra=SECRET)
    ca_file: Annotated[Beside, AfterValidator(_authorities)] | None = None


def access_problems(path: Path, row: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """What no single one of these keys shows."""
    names = {line.partition(":")[0].strip().lower() for line in str(row.get("headers", "")).splitlines()}
    if "password" in row and "user" not in row:
        yield (*path, "password"), "expected a user with it (…__USER)"
    if "user" in row and "authorization" in names:
        yield (*path, "user"), "expected either a user or a header Authorization, found both"
    if "cookie" in row and "cookie" in names:
        yield (*path, "cookie"), "expected the cookie once, found it among the headers too"


def with_access(source: Source, row: AccessTable, secret: bool) -> Source:
    """The source with what it needs; `secret`: its address is one."""
    headers = list(row.headers)
    if row.user is not None:
        pair = b64encode(f"{row.user}:{row.password or ''}".encode()).decode("ascii")
        headers.append(("Authorization", f"Basic {pair}"))
    if row.cookie is not None:
        headers.append(("Cookie", row.cookie))
    ca_file = str(row.ca_file) if row.ca_file is not None else None
    if not (headers or row.proxy or row.user_agent or ca_file or secret):
        return source
    access = Access(origin(source.url), tuple(headers), row.user_agent, row.proxy, ca_file, secret)
    return replace(source, access=access)


def spelled(id: object) -> str:
    """A source's id as it stands in the name of a variable."""
    return re.sub(r"[^A-Z0-9]", "_", str(id).upper())


def numbered(name: str, sources: Sequence[Any]) -> list[str] | str | None:
    """`SOURCES__MY_FEED__URL` as `sources`, its number, `url`; what is wrong with the name; None for another name."""
    if not name.upper().startswith("SOURCES__"):
        return None
    rest = name.upper().removeprefix("SOURCES__")
    ids = [str(row.get("id", "")) if isinstance(row, Mapping) else "" for row in sources]
    fitting = [number for number, id in enumerate(ids) if id and rest.startswith(f"{spelled(id)}__")]
    if fitting:
        best = max(fitting, key=lambda number: len(ids[number]))
        alike = [f'"{ids[number]}"' for number in fitting if spelled(ids[number]) == spelled(ids[best])]
        if len(alike) > 1:
            return f"{' and '.join(alike)} are spelled alike here: change the id of one"
        key = rest.removeprefix(f"{spelled(ids[best])}__")
        return ["sources", str(best), *key.lower().split("__")]
    wanted, separator, _ = rest.partition("__")
    if wanted.isdigit() or not separator:
        return None
    known = ", ".join(map(spelled, filter(None, ids))) or "none"
    return f"there is no source {wanted} (the ids of this file are spelled here: {known[:200]})"


def _is_sendable(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return _BREAKS.search(text) is None
