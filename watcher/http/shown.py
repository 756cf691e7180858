"""How the addresses of one request stand in its messages: short, printable, and without a secret."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace

from watcher.types import Access, Request, Trouble
from watcher.urls import apart, masked, secrets_of, split

_LONGEST = 200
_LOOKED_AT = 2_000  # characters of an address: a Location may have 65,536
_SHORTEST = 4  # what is shorter is no secret, and would be found in every word
_WORD = re.compile(r"[^\s;,=]+")


class Shown:
    """Knows what a request carries that no message may hold."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._whole = request.access is not None and request.access.secret

    def __call__(self, url: str) -> str:
        """An address as it may stand in a message."""
        sent = url[:_LOOKED_AT].partition("#")[0]  # a fragment never leaves, and may be a mark of our own
        text = masked(sent, whole=self._whole)
        text = "".join(character if character.isprintable() else "?" for character in text[: _LONGEST + 1])
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

    def cleaned(self, trouble: Trouble) -> Trouble:
        """The same trouble, whatever way a secret came into its text: a redirect may repeat one at another host."""
        text = trouble.text
        for secret in _hidden(self._request.url, self._request.access):
            text = text.replace(secret, "…")
        return trouble if text == trouble.text else replace(trouble, text=text)


def _hidden(url: str, access: Access | None) -> tuple[str, ...]:
    found = set(secrets_of(url))
    if access is not None:
        found |= {part for _, value in access.headers for part in _parts_of(value)}
        if access.proxy:
            found |= set(apart(access.proxy)[1] or ())
        address = split(url) if access.secret else None
        if address is not None:
            found |= set(re.split(r"[/?&=;]", url.partition("://")[2].partition("/")[2])) | {address.target}
    return tuple(sorted((secret for secret in found if len(secret) >= _SHORTEST), key=len, reverse=True))


def _parts_of(value: str) -> set[str]:
    """A header's value, its words (a cookie's values, what follows "Bearer"), and what basic credentials hold."""
    parts = {value, *_WORD.findall(value)}
    scheme, _, pair = value.partition(" ")
    if scheme.lower() == "basic":
        try:
            parts |= set(b64decode(pair).decode("utf-8").split(":", 1))
        except ValueError:
            return parts
    return parts
