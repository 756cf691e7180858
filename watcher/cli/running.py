"""`watcher run`: one daemon after another, each with the configuration as it was when it began."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from watcher import app, systemd
from watcher.app import assembled
from watcher.away import PAUSES
from watcher.cli.serving import pages_beside
from watcher.config import Config, load_config
from watcher.daemon import LOOK_SECONDS, Daemon, Orders
from watcher.errors import StoreAwayError, StoreBusyError, WatcherError
from watcher.log import logger, set_up_logging
from watcher.store.opening import file_of, is_served, state_at

_LOOK = 60.0  # seconds that one look at a server may take that does not answer


def run_daemon(path: Path | None, *, serve: bool) -> int:
    """The daemon, alone on its archive; upon SIGHUP another one follows it in the same process."""
    from watcher.store import hold_daemon_lock

    config = _read(path)
    orders = Orders()
    with hold_daemon_lock(config.watcher.data_dir):
        following = Following(path, config)
        while True:
            try:
                code = _lived(following, orders, serve=serve)
            except StoreAwayError as error:
                code = _waited(config, orders, error)
            if code is not None:
                return code


def _waited(config: Config, orders: Orders, trouble: StoreAwayError) -> int | None:
    """Waits until the database's server answers; the exit code where a signal says to end before."""
    told, number = config.watcher, 0
    orders.listen()  # first: who reads that it waits may tell it to end
    logger().warning("database", trouble=str(trouble), until="it is back: the daemon begins then")
    while orders.end is None:
        pause = PAUSES[min(number, len(PAUSES) - 1)]
        number += 1
        systemd.tell(os.environ, f"EXTEND_TIMEOUT_USEC={int((pause + _LOOK) * 1e6)}", "STATUS=waits for the database")
        by = app.seconds() + pause
        while orders.end is None and app.seconds() < by:
            app.pause(LOOK_SECONDS)
        if orders.end is None:
            with suppress(StoreAwayError, StoreBusyError):
                state_at(told.data_dir, told.database, told.database_password)
                logger().info("database", state="it is back")
                return None
    return 128 + signal.SIGINT if orders.end == signal.SIGINT else 0


def _lived(following: Following, orders: Orders, *, serve: bool) -> int | None:
    """One daemon's life; None to be followed by another. One that cannot even begin leaves it to the one before."""
    config, has_begun = following.config, False
    try:
        _upgrade(config)
        with assembled(config) as program:
            daemon = Daemon(program, orders)
            pages = pages_beside(config, daemon.is_fresh) if serve else None
            has_begun = True
            return daemon.run(pages, following.is_there)
    except WatcherError as error:
        if has_begun or not following.falls_back(error):
            raise
        return None


def _upgrade(config: Config) -> None:
    """Brings an older version's database up to date, and says so: it takes a while, and leaves a copy behind."""
    told = config.watcher
    if state_at(told.data_dir, told.database, told.database_password) != "old":
        return
    if is_served(told.database):
        logger().info("upgrading", database="PostgreSQL", note="all of it happens or nothing; its backup is yours")
        app.archive(config).close()
        logger().info("upgraded", database="PostgreSQL")
        return
    file = file_of(told.data_dir, told.database)
    before = set(file.parent.glob(f"{file.name}.schema-*"))
    logger().info("upgrading", database=str(file), note="it is copied first, which takes minutes where it is large")
    app.archive(config).close()
    copies = sorted(set(file.parent.glob(f"{file.name}.schema-*")) - before)
    logger().info("upgraded", database=str(file), backup=", ".join(map(str, copies)) or "that of an earlier try")


class Following:
    """Which configuration is used, and which one follows."""

    def __init__(self, path: Path | None, config: Config) -> None:
        self._path = path
        self.config = config
        self._before: Config | None = None

    def is_there(self) -> bool:
        """Reads the configuration again; False, with every mistake in the log, where it cannot be used."""
        try:
            new = _read(self._path)
            _try_out(new)
        except WatcherError as error:
            _refuse(error)
            return False
        kept, said = settled(self.config, new)
        for what in said:
            logger().warning("reload", trouble=what)
        for what in changes(self.config, kept):
            logger().info("reload", changed=what)
        self._before, self.config = self.config, kept
        return True

    def falls_back(self, error: WatcherError) -> bool:
        """Takes the configuration from before, where one is left that worked."""
        if self._before is None:
            return False
        _refuse(error)
        self.config, self._before = self._before, None
        return True


def _read(path: Path | None) -> Config:
    config = load_config(path, os.environ)
    set_up_logging(config.watcher.log)
    for warning in config.warnings:
        logger().warning("configuration", trouble=warning)
    return config


def _refuse(error: WatcherError) -> None:
    for line in str(error).splitlines():
        logger().error("reload", trouble=line, kept="the configuration from before")


def _try_out(config: Config) -> None:
    """What a daemon begins with, made once: a WatcherError where it cannot be."""
    app.seeds(config)
    app.judge_of(config)
    app.channels(config)
    app.press_of(config)


def settled(old: Config, new: Config) -> tuple[Config, tuple[str, ...]]:
    """The new configuration with what cannot change while the daemon lives, and a line for each such key."""
    lines: list[str] = []
    for name, keys in _FIXED.items():
        was, wanted = getattr(old, name), getattr(new, name)
        held = {key: getattr(was, key) for key in keys if getattr(was, key) != getattr(wanted, key)}
        lines += [f"[{name}] {key} changes with the next start of `watcher run`, not before" for key in held]
        new = replace(new, **{name: wanted.model_copy(update=held)}) if held else new
    return new, tuple(lines)


# The lock of the one daemon lies in data_dir, and mails already out name the address of the pages.
_FIXED = {"watcher": ("data_dir", "database", "database_password"), "service": ("host", "port")}


def changes(old: Config, new: Config) -> Iterator[str]:
    """What is another than before, a line each, in the words of the file."""
    for name, before, after in (
        ("sources", {each.id: each for each in old.sources}, {each.id: each for each in new.sources}),
        ("topics", {each.id: each for each in old.topics}, {each.id: each for each in new.topics}),
        (
            "recipients",
            {each.address: each for each in old.recipients},
            {each.address: each for each in new.recipients},
        ),
    ):
        yield from (f"{name}: {each} is new" for each in after if each not in before)
        yield from (f"{name}: {each} is gone" for each in before if each not in after)
        yield from (f"{name}: {each} is another" for each in after if each in before and after[each] != before[each])
    for name in ("watcher", "network", "defaults", "seeds", "stories", "machine", "service", "digest"):
        if getattr(old, name) != getattr(new, name):
            changed = [key for key in type(getattr(new, name)).model_fields if _differs(old, new, name, key)]
            yield from (f"[{name}] {key}" for key in changed if (name, key) != ("digest", "recipients"))


def _differs(old: Config, new: Config, table: str, key: str) -> bool:
    return bool(getattr(getattr(old, table), key) != getattr(getattr(new, table), key))
