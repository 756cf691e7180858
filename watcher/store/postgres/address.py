"""Where a PostgreSQL database is, and as whom one connects: without ever showing a password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from watcher.errors import StoreAccessError

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")

# A server that is not there is given up after this; a link that died is noticed within a minute, not two hours.
_DEFAULTS = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "application_name": "watcher",
}


@dataclass(frozen=True, slots=True)
class Address:
    """A database of a server. What libpq is told stays out of every message."""

    name: str  # for people
    database: str
    user: str | None
    options: Mapping[str, Any] = field(repr=False)


def read_address(text: str, password: str | None = None) -> Address:
    """Takes an address apart; what it does not say libpq takes from PGPASSWORD, ~/.pgpass and the like."""
    try:
        url = make_url(text)
        url.port  # noqa: B018 - a port that is none raises here
    except (ArgumentError, ValueError):
        raise StoreAccessError(
            '[watcher] database is no address; write "postgresql+psycopg://user@host/name"'
        ) from None
    if url.drivername not in SCHEMES or not url.database:
        raise StoreAccessError('[watcher] database: expected an address like "postgresql+psycopg://user@host/name"')
    options: dict[str, Any] = dict(_DEFAULTS)
    options |= {key: value if isinstance(value, str) else ",".join(value) for key, value in url.query.items()}
    named = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database}
    options |= {key: value for key, value in named.items() if value is not None}
    secret = password if password is not None else url.password
    if secret is not None:
        options["password"] = secret
    return Address(_shown(url), url.database, url.username, options | {"client_encoding": "UTF8"})


def _shown(url: URL) -> str:
    """Without password and without what follows the question mark, which may hold one; the folder of a socket stays."""
    host = url.host or url.query.get("host") or ""
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    told = bare.render_as_string()
    return told if url.host or not host else f"{told} at {host if isinstance(host, str) else ','.join(host)}"
