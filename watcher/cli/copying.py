"""What `db copy` does."""

from __future__ import annotations

from pathlib import Path

from watcher import app
from watcher.cli.output import out, progress, say
from watcher.cli.working import configuration
from watcher.config import Config
from watcher.errors import StoreBusyError, WatcherError


def copy_database(target: str, path: Path | None) -> None:
    """Copies the archive of a configuration into an empty database."""
    from watcher.store import open_store, try_to_hold
    from watcher.store.copying import copy_archive
    from watcher.store.ground import nothing_in
    from watcher.store.opening import is_there, name_of

    config = configuration(path)
    told = config.watcher
    if not is_there(told.data_dir, told.database, told.database_password):
        raise nothing_in(name_of(told.data_dir, told.database))
    folder, database, password = _place(target, config)
    with try_to_hold(told.data_dir, "daemon.lock") as is_free:
        if not is_free:
            raise StoreBusyError(f"`watcher run` works on {told.data_dir}; stop it first")
        with (
            app.archive(config) as source,
            open_store(folder, database, password=password) as sink,
            progress("copying") as show,
        ):
            if source.ground.is_same(sink.ground):
                raise WatcherError("that is the database itself; name another one")
            counts = copy_archive(source, sink, lambda name, done, total: show(done, total, name))
            name = sink.ground.name
    out(f"copied to {name}: {counts['article']:,} articles, {counts['story']:,} stories, {sum(counts.values()):,} rows")
    say("now name it in [watcher] database; words can be searched once the daemon or the first search has indexed them")


def _place(target: str, config: Config) -> tuple[Path, str | None, str | None]:
    """The folder of its locks, the address, and the password of what is copied to."""
    from watcher.store.opening import SQLITE, is_served

    told = config.watcher
    if is_served(target):
        # The configured one is meant for the server to come where we are still in a file.
        return told.data_dir, target, None if is_served(told.database) else told.database_password
    file = Path(target.removeprefix(SQLITE)).absolute()
    if "://" in target and not target.startswith(SQLITE):
        raise WatcherError("expected postgresql+psycopg://user@host/name, or the path of a new SQLite file")
    return file.parent, f"{SQLITE}{file}", None
