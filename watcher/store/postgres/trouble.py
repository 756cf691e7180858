"""What goes wrong with a PostgreSQL server, in one line that says what to do."""

from __future__ import annotations

from typing import Any

from watcher.errors import StoreAccessError, StoreAwayError, StoreBusyError, StoreError
from watcher.store.postgres.address import Address

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_ADVICE = {
    "28": "who may connect, and how, stands in the server's pg_hba.conf; the password comes from "
    "WATCHER_DATABASE_PASSWORD (or ..._PASSWORD_FILE), PGPASSWORD or ~/.pgpass",
    "role": "createuser --pwprompt {user} makes it",
    "3D000": "createdb --encoding=UTF8 --template=template0 {database} makes it",
    "42501": "ALTER DATABASE {database} OWNER TO {user} gives it (as the server's administrator)",
    "3F000": "ALTER DATABASE {database} OWNER TO {user} gives it a schema of its own to write into",
    "25006": "a standby takes no changes: name the primary server in [watcher] database",
    "53100": "make room on the server's disk and try again",
    "53200": "the server is short of memory: try again, or give it more",
    "53": "the server has none to spare: try again, or raise max_connections there",
    "XX001": "restore a backup: the server found damage on its disk",
    "XX002": "REINDEX DATABASE {database} makes damaged indexes anew; look at the server's disk first",
    "58": "look into the server's log: it cannot reach its own files",
}
_ACCESS = {"28", "role", "3D000", "42501", "3F000"}  # who configured it can mend it, and trying again cannot
_BUSY = {"55P03", "40P01", "40001", "57014", "57P03", "53300", "55006"}
_LOST = {"57P01", "57P02", "57P05", "25P03", "08"}

# libpq has no codes for what happens before a connection is made; these are the server's words, untranslated.
_SAID = {
    "authentication failed": "28",
    "no password supplied": "28",
    "pg_hba.conf": "28",
    "role ": "role",
    'database "': "3D000",
    "too many": "53300",
    "remaining connection slots": "53300",
    "starting up": "57P03",
    "shutting down": "57P03",
    "recovery mode": "57P03",
    "not yet accepting": "57P03",
}


def explain(error: Any, address: Address) -> StoreError | None:
    """One line for a person; None for a defect of ours."""
    said = _first_line(str(error), address)
    if "invalid connection option" in said:  # said of an address before it is used
        return StoreAccessError(f"[watcher] database is no address that can be used ({said})")
    code = error.sqlstate or _code_of(said)
    if code in _BUSY:
        return StoreBusyError(f"the database {address.name} is busy ({said}); try again when that is over")
    if code in _LOST or code[:2] in _LOST:
        return _lost(said, address)
    advice = _ADVICE.get(code) or _ADVICE.get(code[:2])
    if advice:
        told = advice.format(database=address.database, user=address.user or "USER")
        kind = StoreAccessError if {code, code[:2]} & _ACCESS else StoreError
        return kind(f"the database {address.name} refused ({said}): {told}")
    if code or not _is_of_the_link(error):
        return None
    return _lost(said, address)


def _lost(said: str, address: Address) -> StoreError:
    return StoreAwayError(
        f"no connection to the database {address.name} ({said}): is the server running there, and does "
        "[watcher] database name it right? What was being written is stored whole or not at all"
    )


def busy(address: Address, patience: float) -> StoreBusyError:
    """Somebody else has had the right to write for too long."""
    return StoreBusyError(
        f"another program has been writing to {address.name} for more than {patience:g} seconds; try again when it "
        "has finished (pg_stat_activity there names it)"
    )


def full(address: Address) -> StoreBusyError:
    """Every connection that we allow ourselves is in use."""
    return StoreBusyError(f"every connection to {address.name} is in use; try again")


def _code_of(said: str) -> str:
    return next((code for words, code in _SAID.items() if words in said), "")


def _is_of_the_link(error: Any) -> bool:
    """psycopg says OperationalError of a link that broke, and InterfaceError of one that was closed before."""
    return any(kind.__name__ in ("OperationalError", "InterfaceError") for kind in type(error).__mro__)


def _first_line(said: str, address: Address) -> str:
    """The last attempt of several, without where it was tried, and without a password should one ever stand there."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    told = next((line for line in lines if "failed: " in line), lines[0] if lines else "no reason given")
    secret = str(address.options.get("password") or "")
    return told.replace(secret, "…") if secret else told
