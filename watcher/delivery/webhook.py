"""A webhook: the edition as JSON, signed, to one address; by the rules of standardwebhooks.com.

    webhook-id         the message id, the same for every attempt (also as Idempotency-Key)
    webhook-timestamp  when this attempt was made, in seconds since 1970
    webhook-signature  "v1," + base64 of HMAC-SHA256 over id "." timestamp "." body

2xx is delivered. What may pass (no answer, 408, 425, 429, 5xx) is tried again, as is 401, 403, 404 and 410: the
operator can mend those. Any other answer is meant for this message, which is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from watcher.delivery.draft import Draft
from watcher.delivery.outside import Outside
from watcher.delivery.table import ChannelTable
from watcher.errors import DeliveryError
from watcher.keys.tables import SECRET, WebAddress
from watcher.types import OutboxRow, Receipt, Recipient
from watcher.urls import split

SECONDS = 30.0  # one attempt, redirects included
_TRANSIENT = frozenset({408, 425, 429})
_PREFIX = "whsec_"


class WebhookChannel:
    """Delivers rows of the outbox to one address."""

    name = "webhook"

    def __init__(self, url: str, secret: bytes, outside: Outside) -> None:
        self._url, self._secret, self._outside = url, secret, outside
        self._host = host_of(url)

    def deliver(self, row: OutboxRow) -> Receipt:
        """POSTs one payload, unchanged. Never raises for what the other side can do."""
        id = row.message_id.strip("<>")
        seconds = str(int(self._outside.clock().timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": id,
            "webhook-id": id,
            "webhook-timestamp": seconds,
            "webhook-signature": signature(self._secret, id, seconds, row.payload),
        }
        trouble = self._outside.send(self._url, self._outside.clock, body=row.payload, headers=headers, seconds=SECONDS)
        if trouble is None:
            return Receipt("delivered", f"{self._host} took it")
        status = trouble.status
        if status is not None and 400 <= status < 500 and status not in _TRANSIENT | {401, 403, 404, 410}:
            return Receipt("refused", trouble.text)
        return Receipt("deferred", trouble.text, self._host, trouble.retry_after)


class WebhookTable(ChannelTable):
    """`[digest.webhook]`: where the edition is posted to."""

    writes_to_people: ClassVar[bool] = False

    url: WebAddress = Field(description='an address like "https://example.org/hook"')
    secret: str | None = Field(default=None, repr=False, json_schema_extra=SECRET)

    def channel(self, outside: Outside) -> WebhookChannel:
        return WebhookChannel(self.url, _key(self.secret), outside)

    def readers(self, people: Sequence[Recipient]) -> Sequence[Recipient]:
        """One, named by its host: the rest of such an address is often a secret."""
        del people
        return (Recipient(host_of(self.url)),)

    def compose(self, draft: Draft) -> bytes:
        return draft.json().encode("utf-8", "replace")

    def notice(self, subject: str, text: str, reader: Recipient, id: str, now: datetime) -> bytes:
        del reader, id
        return json.dumps({"notice": subject, "text": text, "at": now.isoformat()}, ensure_ascii=False).encode()


def signature(secret: bytes, id: str, seconds: str, body: bytes) -> str:
    """What proves to the other side that the body is ours and how old it is."""
    digest = hmac.new(secret, f"{id}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def host_of(url: str) -> str:
    """The host and port of an address: what may be shown of it."""
    address = split(url)
    return address.host_port if address else "webhook"


def _key(secret: str | None) -> bytes:
    """The secret as bytes: base64 behind `whsec_`, else the text itself."""
    if not secret or not secret.strip():
        raise DeliveryError(
            "webhook: there is no secret to sign with; "
            "set WATCHER_DIGEST__WEBHOOK__SECRET, or WATCHER_DIGEST__WEBHOOK__SECRET_FILE"
        )
    text = secret.strip()
    if not text.startswith(_PREFIX):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise DeliveryError("webhook: what stands behind whsec_ in its secret is not base64") from None
