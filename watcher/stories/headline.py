"""One headline of one outlet, whoever found it: a pure rule, and keys under which the archive finds such articles.

A search brings an outlet's article by a link of its own; the outlet's feed brings the same by its address. Nothing but
headline and outlet tells that they are one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import blake2b

from watcher.stories.attribution import outlet_key
from watcher.types import Key
from watcher.urls import host

NAME, VERSION = "headline", 1
# A search finds an article hours after it was published, at times a day or two. "The week in chips" comes every week.
WITHIN = timedelta(days=3)
# Letters and digits of a headline that says enough to be one article's; a character of Han or kana counts twice.
_LEAST = 20
_SECOND_LEVEL = frozenset("co com org net gov edu ac or ne go gob".split())


def headline_keys(title: str, outlet: str | None, *sites: str | None) -> tuple[Key, ...]:
    """The keys of an article: its headline with each name of its outlet, given by name and by addresses of its site.

    Two articles that share one are the same outlet's under one headline. None for a headline too short to tell.
    """
    said = _folded(title)
    if not said:
        return ()
    return tuple(_key(said, name) for name in sorted(_names(outlet, sites)))


def title_key(title: str) -> tuple[Key, ...]:
    """The key of a headline alone, whoever writes it."""
    said = _folded(title)
    return (_key(said, ""),) if said else ()


def is_near(a: datetime | None, b: datetime | None) -> bool:
    """True for two moments of one article."""
    return a is None or b is None or abs(a - b) <= WITHIN


def _names(outlet: str | None, sites: Iterable[str | None]) -> set[str]:
    names = {outlet_key(outlet)} if outlet else set()
    for site in sites:
        name = host(site or "").removeprefix("www.")
        if "." not in name:
            continue
        names.add(outlet_key(name))
        parent = name.partition(".")[2]  # tech.example.org is example.org's
        if "." in parent and parent.partition(".")[0] not in _SECOND_LEVEL:
            names.add(outlet_key(parent))
    return names - {""}


def _key(said: str, name: str) -> Key:
    digest = blake2b(f"{said}\n{name}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return Key(NAME, VERSION, int.from_bytes(digest, "big", signed=True))


def _folded(title: str) -> str:
    letters = "".join(sign for sign in unicodedata.normalize("NFKC", title).casefold() if sign.isalnum())
    return letters if sum(1 if sign < "\u2e80" else 2 for sign in letters) >= _LEAST else ""
