"""What the commands do that keep a database small and safe: prune, compact, backup, restore."""

from __future__ import annotations

import sys
from contextlib import closing, nullcontext
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from watcher import app
from watcher.cli.output import emit, out, progress, say
from watcher.cli.working import configuration
from watcher.config import Config
from watcher.errors import UsageError, WatcherError

_NAME = "watcher-%Y%m%d-%H%M%S.db"  # of a copy in a folder of them: they sort by their moment
_NAMES = "watcher-????????-??????.db"


def prune(path: Path | None, before: str | None, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Takes away what articles said that are older than a date, or than `[archive] keep`."""
    config = configuration(path)
    moment = _before(config, before)
    done = 0
    with app.reading(config) if dry_run else closing(app.archive(config, read_only=False)) as store:
        going, saved = store.aging(moment)
        # What nightly retention takes was written down by somebody; a date on the command line may be mistyped.
        if before is not None and not dry_run and not yes and going * 2 > store.counts().articles:
            _ask(going, moment)
        if not dry_run:
            from watcher.prune import retire

            with progress("removing texts") as step:
                done = retire(store, app.utc_now, moment, _go_on, lambda done: step(done, going, ""))
    found = {"before": moment.isoformat(), "old": going, "saved": saved, "removed": done}
    if as_json:
        emit(found)
        return
    kept = f"; {saved} as old are kept, because they were saved" if saved else ""
    said = f"the texts of {going} articles would be removed" if dry_run else f"removed the texts of {done} articles"
    out(f"{said}, found before {moment:%Y-%m-%d}{kept}")
    if done:
        say("the room they took is used for what comes; `watcher db compact` gives it back to the disk")


def _ask(going: int, moment: datetime) -> None:
    """Goes on only if somebody says so."""
    what = f"the texts of {going} articles, more than half of the archive, found before {moment:%Y-%m-%d}"
    if sys.stdin.isatty():
        sys.stderr.write(f"Remove {what}, for good? [y/N] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() in {"y", "yes"}:
            return
    raise UsageError(f"this would remove {what}, for good; --yes does it without asking, --dry-run only counts")


def _go_on(seconds: float) -> bool:
    app.pause(seconds)
    return False


def _before(config: Config, before: str | None) -> datetime:
    if before is not None:
        try:
            return datetime.fromisoformat(before).replace(tzinfo=ZoneInfo(config.timezone))
        except ValueError:
            raise UsageError(f"--before {before}: expected a date like 2024-12-31") from None
    if config.archive.keep is None:
        raise UsageError('nothing says how old is too old: give --before DATE, or write [archive] keep = "2y"')
    return app.utc_now() - config.archive.keep


def compact(path: Path | None, *, full: bool, as_json: bool) -> None:
    """Gives space back, and says how much."""
    from watcher.store import hold_daemon_lock
    from watcher.store.ground import nothing_in
    from watcher.store.opening import is_served, is_there, name_of

    config = configuration(path)
    told = config.watcher
    if not is_there(told.data_dir, told.database, told.database_password):
        raise nothing_in(name_of(told.data_dir, told.database))
    # A file is written anew by whoever is alone with it; a server tidies up beside everybody, if it need not be `full`.
    is_alone = full or not is_served(config.watcher.database)
    with hold_daemon_lock(config.watcher.data_dir) if is_alone else nullcontext():
        store = app.archive(config, read_only=False)
        try:
            before = store.size()
            store.compact(full)
            after = store.size()
        finally:
            store.close()
    if as_json:
        emit({"before": before, "after": after})
        return
    out(f"{_mb(before)} before, {_mb(after)} now: {_mb(max(0, before - after))} given back")


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def backup(target: Path, keep: int | None, path: Path | None) -> None:
    """Copies the database while it is in use; into a folder under the moment's name, of which the newest are kept."""
    config = configuration(path)
    if keep is not None and not target.is_dir():
        raise UsageError(f"--keep counts the copies in a folder, and {target} is none: make it first")
    if target.is_dir():
        target /= app.utc_now().strftime(_NAME)
    if target.exists():
        raise WatcherError(f"{target} is there already: choose another name")
    store = app.archive(config, read_only=True)
    try:
        store.backup(target)
    finally:
        store.close()
    out(str(target))
    for old in sorted(target.parent.glob(_NAMES))[:-keep] if keep else ():
        old.unlink()
        say(f"removed {old}: {keep} newer ones are there")


def restore(source: Path, path: Path | None) -> None:
    """Puts a copy in the place of the database."""
    from watcher.store import hold_daemon_lock
    from watcher.store.opening import restore_store

    config = configuration(path)
    with hold_daemon_lock(config.watcher.data_dir):
        kept = restore_store(source, config.watcher.data_dir, config.watcher.database)
        app.archive(config, read_only=False).close()  # one of an older version gets this one's form
    if kept is not None:
        say(f"what was there could not be read; it is kept as {kept}")
    out(f"restored from {source}; the index of vectors is made anew from it")
