"""Chat and push by apprise: a hundred services, each named by an address that holds its credentials.

Such an address is a secret as a whole: it comes from the environment or a file, and is shown as its service and a mark
(`ntfy-3fa1b09c`). apprise opens its own connections, and says of a failure only that it failed; the status is read out
of what it logs, which is shown nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import threading
import unicodedata
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from typing import Any, ClassVar

from pydantic import Field

from watcher.delivery.draft import Draft
from watcher.delivery.outside import Outside
from watcher.delivery.table import ChannelTable
from watcher.errors import DeliveryError
from watcher.keys.tables import SECRET
from watcher.types import OutboxRow, Receipt, Recipient

SECONDS = 60.0  # one attempt; apprise itself waits 4 seconds for each read
_STATUS = re.compile(r"error=(\d{3})\b")
_BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a service did with a notification."""

    taken: bool
    words: str


class PushChannel:
    """Delivers rows of the outbox through apprise, one address each."""

    name = "push"

    def __init__(self, addresses: Sequence[str], seconds: float = SECONDS) -> None:
        self._services = {name_of(address): _service(address, number) for number, address in enumerate(addresses, 1)}
        self._seconds = seconds

    def deliver(self, row: OutboxRow) -> Receipt:
        """Hands over title and text, cut to what the service takes. Never raises for what the other side can do."""
        service = self._services.get(row.recipient)
        if service is None:
            return Receipt("deferred", f"push: no address is set up for {row.recipient} any more")
        message = json.loads(row.payload)
        heard = _in_time(service, _plain(str(message["title"])), _plain(str(message["body"])), self._seconds)
        # The line is the address's own: what one service does says nothing of another.
        return Receipt("delivered", heard.words) if heard.taken else Receipt("deferred", heard.words, row.recipient)


class PushTable(ChannelTable):
    """`[digest.push]`: the addresses, one a line, from the environment or a file."""

    writes_to_people: ClassVar[bool] = False

    addresses: str | None = Field(default=None, repr=False, json_schema_extra=SECRET)

    def channel(self, outside: Outside) -> PushChannel:
        del outside  # apprise has a door of its own
        if not self._addresses():
            raise DeliveryError(
                "push: there are no addresses; set WATCHER_DIGEST__PUSH__ADDRESSES, or "
                "WATCHER_DIGEST__PUSH__ADDRESSES_FILE, to addresses of apprise, one a line"
            )
        return PushChannel(self._addresses())

    def readers(self, people: Sequence[Recipient]) -> Sequence[Recipient]:
        """One for each address, under a name that gives nothing away."""
        del people
        return tuple(Recipient(name) for name in dict.fromkeys(map(name_of, self._addresses())))

    def compose(self, draft: Draft) -> bytes:
        return _payload(draft.message().subject, draft.text())

    def notice(self, subject: str, text: str, reader: Recipient, id: str, now: datetime) -> bytes:
        del reader, id, now
        return _payload(subject, text)

    def _addresses(self) -> tuple[str, ...]:
        return tuple((self.addresses or "").split())


def name_of(address: str) -> str:
    """What may be shown of an address: its service, and a mark that tells two of one service apart."""
    scheme = re.sub(r"[^a-z0-9]", "", address.partition("://")[0].lower())[:20]
    return f"{scheme or 'push'}-{hashlib.sha256(address.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def fitted(text: str, most: int) -> str:
    """As many whole paragraphs as fit, and how many are left out; of a first one that is too long, its beginning."""
    if len(text) <= most:
        return text
    parts = text.split(_BREAK)
    for count in range(len(parts) - 1, 0, -1):
        kept = _BREAK.join(parts[:count]) + f"{_BREAK}… (+{len(parts) - count})"
        if len(kept) <= most:
            return kept
    return text[: max(0, most - 1)].rstrip() + "…"


def _payload(title: str, body: str) -> bytes:
    return json.dumps({"title": title, "body": body}).encode()


def _plain(text: str) -> str:
    """Without control characters and halves of letters, which no service takes."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _service(address: str, number: int) -> Any:
    """apprise's own object for an address; which one it is that is wrong is said by its number alone."""
    if find_spec("apprise") is None:
        raise DeliveryError('push: apprise is not installed: pip install "toldonce[push]"')
    import apprise  # 0.2 s and 60 modules: only for whoever has this channel

    logging.getLogger("apprise").propagate = False  # its lines may hold what an address holds
    asset = apprise.AppriseAsset(async_mode=False, secure_logging=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of old modules that some plugin uses
        service = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if service is None:
        raise DeliveryError(f"push: address {number} is none that apprise knows: see its list of services")
    return service


def _in_time(service: Any, title: str, body: str, seconds: float) -> _Heard:
    """What the service did, or that it did not answer: its thread is left behind, as apprise has no deadline."""
    heard: list[_Heard] = []
    # Daemonic: a service that hangs must not keep the process.
    thread = threading.Thread(target=lambda: heard.append(_handed(service, title, body)), name="push", daemon=True)
    thread.start()
    thread.join(seconds)
    return heard[0] if heard else _Heard(False, f"{service.service_name} did not answer within {seconds:g} s")


def _handed(service: Any, title: str, body: str) -> _Heard:
    import apprise

    # Where a service has no titles, apprise puts ours in front of the text.
    room = service.body_maxlen if service.title_maxlen else service.body_maxlen - len(title) - 2
    one, ears, log = apprise.Apprise(), _Ears(), logging.getLogger("apprise")
    one.add(service)
    log.addHandler(ears)
    try:
        taken = one.notify(
            body=fitted(body, room),
            title=fitted(title, service.title_maxlen) if service.title_maxlen else title,
            body_format=apprise.NotifyFormat.TEXT,
        )
    except Exception as error:  # noqa: BLE001 - a hundred plugins of strangers: what they raise must not end a thread
        return _Heard(False, f"{service.service_name} failed ({type(error).__name__})")
    finally:
        log.removeHandler(ears)
    if taken:
        return _Heard(True, f"{service.service_name} took it")
    answered = f" (it answered {ears.status})" if ears.status else ""
    return _Heard(False, f"{service.service_name} did not take it{answered}")


class _Ears(logging.Handler):
    """Picks a status out of what apprise logs, and forgets the rest."""

    status = ""

    def emit(self, record: logging.LogRecord) -> None:
        if found := _STATUS.search(record.getMessage()):
            self.status = found[1]
