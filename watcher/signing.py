"""Addresses that nobody can guess: an edition's page and a reader's way out, each signed with the archive's secret.

    PUBLIC_URL/e/NAME/SIGNATURE     the page of one edition
    PUBLIC_URL/u/TOKEN              what unsubscribes one reader from one list
    PUBLIC_URL/f/TOKEN              a feed that somebody reads in a program of their own

A token is a signature too and names nobody: who keeps a log of addresses keeps no list of readers. Whose it is, is
found by signing the address of every reader, of whom there are few.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from uuid import UUID

from watcher.types import address_key

SECRET = "secret"  # noqa: S105 - the checkpoint's name
LIST = "editions"  # every reader is on this one list
_BYTES = 32


def new_secret() -> str:
    """What the archive keeps for ever as its checkpoint `SECRET`: another one makes every address sent before void."""
    return secrets.token_hex(_BYTES)


def identity(secret: str) -> UUID:
    """What an archive is called by where everybody can read it; tells nothing about its secret."""
    return UUID(bytes=_digest(secret, "archive")[:16], version=5)


def edition_signature(secret: str, name: str) -> str:
    """The signature of an edition's page, by the edition's file name without ending."""
    return _signed(secret, "e", name)


def is_edition(secret: str, name: str, signature: str) -> bool:
    """True where this signature is that edition's; takes as long for a wrong one, wherever it differs."""
    return _same(edition_signature(secret, name), signature)


def unsubscribe_token(secret: str, address: str, list: str = LIST) -> str:
    """The token by which a reader leaves a list, however the address is written."""
    return _signed(secret, "u", address_key(address), list)


def reader_of(secret: str, token: str, addresses: Iterable[str], list: str = LIST) -> str | None:
    """Whose token it is; None where it is nobody's of these. Looks at every one, whoever it is."""
    found = None
    for address in addresses:
        if _same(unsubscribe_token(secret, address, list), token):
            found = address
    return found


def feed_token(secret: str, id: int) -> str:
    """What opens the feed of this id: the archive remembers whether it still does."""
    return f"{id}-{_signed(secret, 'f', str(id))}"


def feed_of(secret: str, token: str) -> int | None:
    """The id of a feed's token; None for one that was not signed here."""
    id, _, signature = token.partition("-")
    if not (id.isascii() and id.isdecimal() and len(id) < 10):
        return None
    return int(id) if _same(_signed(secret, "f", id), signature) else None


def edition_url(public_url: str, secret: str, name: str) -> str:
    """Where an edition's page is for whoever got it."""
    return f"{public_url.rstrip('/')}/e/{name}/{edition_signature(secret, name)}"


def unsubscribe_url(public_url: str, secret: str, address: str, list: str = LIST) -> str:
    """Where a reader leaves the list: a page on GET, done on POST (RFC 8058)."""
    return f"{public_url.rstrip('/')}/u/{unsubscribe_token(secret, address, list)}"


def _signed(secret: str, *parts: str) -> str:
    """HMAC-SHA256 over the parts with a NUL between them, as base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(_digest(secret, *parts)).rstrip(b"=").decode()


def _digest(secret: str, *parts: str) -> bytes:
    text = "\0".join(part.replace("\0", "") for part in parts)  # "a", "b" and "a\0b" stay two things
    return hmac.new(bytes.fromhex(secret), text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "surrogatepass"))
