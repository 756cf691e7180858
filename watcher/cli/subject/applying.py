"""`topics apply`: a rule that was changed by hand, applied to what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from watcher import app
from watcher.applying import Applied, apply, passed_over, retopic
from watcher.cli.output import emit, out, say
from watcher.cli.pending import encode_pending
from watcher.cli.working import configuration
from watcher.config import Config
from watcher.errors import WatcherError
from watcher.types import Outcome, TopicRule


def apply_topics(names: Sequence[str], path: Path | None, *, dry_run: bool, as_json: bool) -> int:
    """Applies these topics' rules, or all of them, to the last 30 days."""
    config = configuration(path)
    rules = rules_named(config, names)
    if dry_run:
        with app.reading(config) as store:
            waiting = passed_over(store, rules, config.sources, app.utc_now())
        for source, texts in waiting.items():
            for text in texts:
                out(f"{source}  would be read: {text.title or text.url}")
        return 0
    applied = apply_rules(config, [rule.id for rule in rules])
    if as_json:
        emit({"articles": applied.articles, "followed": applied.followed, "left": applied.left})
    else:
        say_applied(applied)
    return 0


def rules_named(config: Config, names: Sequence[str]) -> tuple[TopicRule, ...]:
    """The rules of these topics; of all where none is named."""
    known = {rule.id: rule for rule in config.topics}
    for name in names:
        if name not in known:
            raise WatcherError(f"no topic is called {name}: `watcher topics list` shows them")
    return tuple(known[name] for name in names) if names else config.topics


def apply_rules(config: Config, names: Sequence[str]) -> Applied:
    """Gives stored articles their topics, and follows what was passed over; all of it counts as told."""
    rules = rules_named(config, names)
    now = app.utc_now()
    with app.archive(config) as store:
        waiting = sum(map(len, passed_over(store, rules, config.sources, now).values()))
        if not waiting:  # nothing to read: no workers, and no network
            return Applied(retopic(store, rules, config.sources, now))
    say(f"reading {waiting} pages that were passed over, at the pace their servers are asked at; Ctrl-C is safe")
    with app.assembled(config) as program:
        applied = apply(program.parts, rules, config.sources)
        encode_pending(program, most_old=0)
    return applied


def say_running(config: Config) -> None:
    """What a daemon that runs does not know yet."""
    from watcher.store import try_to_hold
    from watcher.store.locks import daemon_of

    with try_to_hold(config.watcher.data_dir, "daemon.lock") as is_free:
        if not is_free:
            daemon = daemon_of(config.watcher.data_dir)
            hup = f"`kill -HUP {daemon}`" if daemon else "a SIGHUP"
            say(f"a `watcher run` is running: {hup} makes it take the rule (under systemd: `systemctl reload`); "
                "at the latest it does when it is started again")  # fmt: skip


def say_applied(applied: Applied) -> None:
    """What became of it, in a line."""
    stored = sum(visit.counts.get(Outcome.STORED, 0) for visit in applied.visits)
    out(
        f"applied to the last 30 days: {applied.articles} stored articles have new topics; of what was passed over, "
        f"{applied.followed} pages were read and {stored} stored. None of it is news: an edition tells what comes now"
    )
    if applied.left:
        say(f"{applied.left} more wait: `watcher topics apply` goes on")
