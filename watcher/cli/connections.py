"""What `doctor` asks on the network, of addresses the operator wrote: the mail server, and the pages."""

from __future__ import annotations

from collections.abc import Iterator

from watcher import app
from watcher.config import Config
from watcher.delivery import Bellman
from watcher.delivery.email import EmailChannel
from watcher.errors import DeliveryError
from watcher.types import Recipient

MAIL_SECONDS = 20.0  # for a login, or a mail: a person waits
_PAGE_SECONDS = 10.0


def mail_faults(config: Config) -> Iterator[str]:
    """Logs in to the mail server, and sends nothing. Settings that are not enough are told elsewhere."""
    for name, table in config.channels.items():
        try:
            channel = table.channel(app.outside())
        except DeliveryError:
            continue
        if isinstance(channel, EmailChannel) and (trouble := channel.trouble(MAIL_SECONDS)):
            yield f"[digest.{name}]: {trouble}; mend host, port, security or user, or the password"


def send_test(config: Config, address: str) -> Iterator[tuple[bool, str]]:
    """Sends one mail to an address through each channel that writes to people: (whether it failed, what was said)."""
    text = "This is a test of the watcher's mail settings. Nothing is wrong, and nothing is to be done."
    people = (Recipient(address),)
    tables = {name: table for name, table in config.channels.items() if table.writes_to_people}
    if not tables:
        yield True, "there is no channel that writes to people: fill in [digest.email]"
    for name, table in tables.items():
        try:
            tell = Bellman(name, table, table.channel(app.outside()), people, app.utc_now)
        except DeliveryError as error:
            yield True, f"[digest.{name}]: {error}"
            continue
        receipt = tell("Test: the watcher's mail arrives", text, f"test {app.utc_now():%Y-%m-%dT%H:%M:%S}")
        yield receipt.state != "delivered", f"[digest.{name}] test mail to {address}: {receipt.state}: {receipt.reply}"


def page_faults(config: Config) -> Iterator[str]:
    """The pages, asked as readers reach them; nothing where they are not reached even here, for then nothing serves."""
    from watcher.http import send

    service = config.service
    if service.public_url is None:
        return
    host = f"[{service.host}]" if ":" in service.host else service.host
    here = f"http://{host if host not in ('0.0.0.0', '[::]') else '127.0.0.1'}:{service.port}/livez"  # noqa: S104 - asked
    if send(here, app.utc_now, seconds=_PAGE_SECONDS) is not None:
        return
    if trouble := send(f"{service.public_url.rstrip('/')}/livez", app.utc_now, seconds=_PAGE_SECONDS):
        yield (
            f"[service] public_url: {trouble.text}, though {here.removesuffix('/livez')} answers (this folder's "
            "service, or another program on its port); links in mails lead there: mend the proxy, or the address"
        )
