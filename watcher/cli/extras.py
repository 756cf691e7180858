"""What ways into the past need beside the program itself: said before anything is begun, and not by every unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec

from watcher.backfill import Asked
from watcher.errors import ConfigError
from watcher.holdings.places import address_scheme

_RECORDS = ("warc", "ccnews")
_REMOTE = {"http": ("fsspec", "aiohttp"), "https": ("fsspec", "aiohttp"), "s3": ("fsspec", "s3fs")}


def check_extras(asked: Iterable[Asked], *, on_cluster: bool) -> None:
    """Raises ConfigError where a library is missing that these ways, or a cluster, need."""
    for needed, library, extra in _needed(asked, on_cluster=on_cluster):
        if not _is_there(library):
            raise ConfigError(f"{needed} needs {library}, which is not installed: pip install 'toldonce[{extra}]'")


def _needed(asked: Iterable[Asked], *, on_cluster: bool) -> Iterator[tuple[str, str, str]]:
    """(what needs it, library, extra), the first thing that is asked for first."""
    if on_cluster:
        yield "--engine dask", "distributed", "cluster"
    for each in asked:
        for way in each.ways:
            if way.family == "asked":
                continue
            if way.name in _RECORDS:
                yield f"reading WARC files ({each.source.id})", "fastwarc", "warc"
            is_index = way.name == "ccnews" and not each.source.url
            scheme = "https" if is_index else address_scheme(each.source.url)
            for library in _REMOTE.get(scheme, ()):
                yield f"reading {scheme} addresses ({each.source.id})", library, "cluster" if scheme == "s3" else "warc"


def _is_there(library: str) -> bool:
    try:
        return find_spec(library) is not None
    except (ImportError, ValueError):  # somebody keeps it from being loaded
        return False
