"""What the shipped catalogue has to say to a configuration, and doing it where that is asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from watcher import app
from watcher.catalogue import Suggestion, catalogue, suggestions
from watcher.cli.output import rows, say
from watcher.cli.working import configuration
from watcher.config import Config, change_source, find_config, source_problems
from watcher.config import add_source as write_source
from watcher.errors import UsageError


def suggest(
    path: Path | None,
    add: Sequence[str],
    replace: Sequence[str],
    since: str | None,
    *,
    everything: bool,
    as_json: bool,
) -> int:
    """Shows every suggestion, or does those that are named."""
    if since is not None and not all(part.isdecimal() for part in since.split(".")):
        raise UsageError(f"--since {since} is no version: write it like 0.1.0")
    config = configuration(path)
    found = _suggested(config, since)
    if not (add or replace or everything):
        rows(map(_row, found), ("action", "id", "kind", "url", "why"), as_json=as_json)
        if not as_json:
            _say_what_to_do(found, config)
        return 0
    file = find_config(path, os.environ)
    for each in _named(found, replace, "replace", "--replace"):
        change_source(file, each.id, "url", str((each.row or {})["url"]))
        say(f"{each.id}: its address is now {(each.row or {})['url']}")
    taken = {source.id for source in (*config.sources, *config.history)}
    wanted = [each for each in found if each.action == "add"] if everything else []
    wanted += [each for each in _named(found, add, "add", "--add") if each not in wanted]
    for each in wanted:
        row = {**(each.row or {}), "id": _free(str((each.row or {})["id"]), taken)}
        taken.add(str(row["id"]))
        write_source(file, row)
        say(f"{row['id']}: added")
    return 0


def _suggested(config: Config, since: str | None) -> tuple[Suggestion, ...]:
    with app.reading(config) as store:
        memories = store.memories([source.id for source in config.sources])
    found = suggestions(
        catalogue(), config.sources, memories, config.topics, config.watcher.reads, app.utc_now(), since
    )
    # A row of a kind that this version does not read is none of its suggestions.
    return tuple(each for each in found if each.action != "add" or not source_problems(dict(each.row or {})))


def _named(found: Sequence[Suggestion], names: Sequence[str], action: str, option: str) -> list[Suggestion]:
    """The suggestions of these names. What takes the place of a dead source is added by its own name."""
    there: dict[str, Suggestion] = {}
    for each in found:
        if each.action == action:
            there.setdefault(each.id, each)
        elif action == "add" and each.action == "gone" and each.row is not None:
            there.setdefault(str(each.row["id"]), each)
    if unknown := [name for name in names if name not in there]:
        raise UsageError(f"{option} {unknown[0]}: that is not suggested; `watcher sources suggest` shows what is")
    return [there[name] for name in names]


def _row(each: Suggestion) -> Mapping[str, object]:
    row = each.row or {}
    kind = row.get("kind", "feed") if each.action == "add" else row.get("kind")
    return {
        "action": each.action,
        "id": each.id,
        "kind": kind,
        "url": row.get("url"),
        "language": row.get("language"),
        "role": row.get("role"),
        "replaces": each.old,
        "since": each.since,
        "why": each.why,
    }


def _say_what_to_do(found: Sequence[Suggestion], config: Config) -> None:
    actions = {each.action for each in found}
    if not found:
        reads = ", ".join(config.watcher.reads)
        say(f"nothing to suggest: no row for your topics in what you read ({reads}) that you do not have")
    if "add" in actions:
        say("to add some: watcher sources suggest --add ID (again for each), or --all")
    if "replace" in actions:
        say("to write a new address: watcher sources suggest --replace ID")
    if "gone" in actions:
        say("to take out what is gone: watcher sources remove ID")


def _free(name: str, taken: set[str]) -> str:
    names = (name if number == 1 else f"{name[:56]}-{number}" for number in range(1, len(taken) + 2))
    return next(each for each in names if each not in taken)
