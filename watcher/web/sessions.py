"""Who is signed in: sessions that nobody keeps a list of, signed with what was derived from the token.

They end when the token changes, after thirty days, or when somebody signs out (`over`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from watcher.ports import Clock
from watcher.web.over import Over
from watcher.web.token import Token

LASTS = timedelta(days=30)
CODE_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that signed in; `csrf` is what its forms carry."""

    id: str
    expires: int  # seconds since 1970
    csrf: str


class Sessions:
    """Opens, recognises and ends sessions. Used by any number of threads."""

    def __init__(self, token: Token, clock: Clock) -> None:
        self._token, self._clock = token, clock
        self._over = Over(token.file.parent, lambda: clock().timestamp())

    def is_token(self, given: str) -> bool:
        """True for the token; takes as long for a wrong one, wherever it differs."""
        token = self._token.read()
        return token is not None and hmac.compare_digest(_hash(token), _hash(given))

    def open(self) -> str | None:
        """A new session, as its cookie says it; None where there is no token."""
        return self._stamped("session", LASTS)

    def find(self, cookie: str) -> Session | None:
        """The session of a cookie; None for one that is not ours, has ended, or was opened by another token."""
        found = self._read("session", cookie)
        if found is None:
            return None
        id, expires = found
        return Session(id, expires, self._sign("csrf", id) or "")

    def end(self, session: Session) -> None:
        """Signs out: whoever has a copy of the cookie too."""
        self._over.note(session.id, session.expires)

    def code(self) -> str | None:
        """What a sign-in link carries in place of the token: good once, for ten minutes."""
        return self._stamped("code", CODE_LASTS)

    def take(self, code: str) -> bool:
        """True the first time for a code in its time."""
        found = self._read("code", code)
        return found is not None and self._over.note(*found)

    def _stamped(self, purpose: str, lasts: timedelta) -> str | None:
        expires = int((self._clock() + lasts).timestamp())
        said = f"{expires}.{secrets.token_urlsafe(16)}"
        signature = self._sign(purpose, said)
        return f"{said}.{signature}" if signature is not None else None

    def _read(self, purpose: str, text: str) -> tuple[str, int] | None:
        said, _, signature = text.rpartition(".")
        expected = self._sign(purpose, said)
        if expected is None or not hmac.compare_digest(_hash(expected), _hash(signature)):
            return None
        expires, _, id = said.partition(".")
        if int(expires) <= self._clock().timestamp() or id in self._over:
            return None
        return id, int(expires)

    def _sign(self, *parts: str) -> str | None:
        token = self._token.read()
        if token is None:
            return None
        digest = hmac.new(_hash(token), "\0".join(parts).encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
