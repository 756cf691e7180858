"""The pages, alone or beside the daemon."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from watcher import app
from watcher.cli.output import say
from watcher.cli.working import configuration
from watcher.config import Config
from watcher.errors import WatcherError
from watcher.log import logger
from watcher.store import SqlStore

Serve = Callable[[Callable[[], bool]], None]


def serve_alone(path: Path | None) -> int:
    """The pages of an archive that is only read, until a signal says to end."""
    from watcher.log import set_up_logging

    config = configuration(path)
    set_up_logging(config.watcher.log)
    received: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        if received:
            os._exit(128 + number)
        received.append(number)

    with app.archive(config, read_only=True) as store:
        serve = _pages_of(config, store)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        say(f"serving {address_of(config)}, read-only: `watcher run` serves too, and lets readers unsubscribe")
        serve(lambda: bool(received))
    return 128 + signal.SIGINT if received == [signal.SIGINT] else 0


def pages_beside(config: Config, is_fresh: Callable[[], bool]) -> Serve | None:
    """The pages for the daemon; None, with a word in the log, where nobody asked for them and the port is taken.

    With a [service] table they were asked for: mails may carry links to them, and a daemon that sends links that nobody
    can follow should not start.
    """
    from watcher.web.beside import serve_beside
    from watcher.web.listening import listen

    try:
        listening = listen(config.service.host, config.service.port)
    except WatcherError as error:
        if config.service.model_fields_set:
            raise
        logger().warning("no pages", trouble=str(error))
        return None
    return lambda stop: serve_beside(config, listening, is_fresh, stop)


def _pages_of(config: Config, store: SqlStore) -> Serve:
    """Listens on the address of a configuration at once; answers when what comes back is called."""
    from watcher.web.application import application
    from watcher.web.listening import listen
    from watcher.web.server import serve
    from watcher.web.site import Site
    from watcher.web.warming import warmed

    listening = listen(config.service.host, config.service.port)
    site = Site(config, store, app.press_of(config), app.utc_now)
    token = site.token.made()
    return lambda stop: serve(warmed(application(site), token, site.feeds()), listening, stop)


def address_of(config: Config) -> str:
    """Where the pages are on this machine."""
    host = config.service.host
    if host in ("0.0.0.0", "::"):  # noqa: S104 - everywhere, and so here too
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{config.service.port}/"
