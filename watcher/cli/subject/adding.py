"""`topics add`: a subject by its name, its rule proposed, tried on what came by, written and applied."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from watcher import app
from watcher.catalogue import Suggestion, catalogue, suggestions
from watcher.cli.output import emit, out, say
from watcher.cli.subject.applying import apply_rules, say_applied, say_running
from watcher.cli.subject.texts import passed_by, say_tried, tried_row
from watcher.cli.working import configuration
from watcher.config import Config, add_sources, add_topic, find_config, load_config, source_lines, topic_problem
from watcher.errors import UsageError, WatcherError
from watcher.stories.facts import Entity, merge, parse
from watcher.stories.facts import shipped as shipped_entities
from watcher.subjects import Misfit, Proposal, Tried, misfits, names_beside, plain_name, proposed, rule_lines, tried
from watcher.subjects.names import Called
from watcher.types import TopicRule

_LOOKED_AT = 5000  # texts in which names are looked for beside the given one: half a minute of reading at most
_MOST_BESIDE = 12
_ENGINES = ("google-news", "bing-news", "hacker-news")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was said on the command line."""

    name: str
    id: str | None = None
    title: str | None = None
    names: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    online: bool = False
    yes: bool = False
    dry_run: bool = False
    search: bool = False
    as_json: bool = False
    wikidata: str | None = None


def add_topic_of(wanted: Wanted, path: Path | None) -> int:
    """Proposes a topic, shows what it would have found, and, if that is wanted, writes and applies it."""
    config = configuration(path)
    name = plain_name(wanted.name)
    if not name:
        raise UsageError("NAME names nothing: say what to watch for in a word or two")
    if wanted.id is not None and (problem := topic_problem(wanted.id)):
        raise UsageError(f"--id: {problem}")
    _refuse_known(wanted.id, name, config)
    now = app.utc_now()
    with app.reading(config) as store:
        table = entities_of(config)
        texts = (f"{text.title}\n{text.text}" for text in islice(passed_by(store, config, now), _LOOKED_AT))
        proposal = proposal_of(wanted, name, table, texts, config)
        result = tried(proposal.rule, passed_by(store, config, now))
    wrong = misfits(proposal.rule, config.topics, result)
    lines = rule_lines(proposal)
    searches = search_rows(proposal.rule, config)
    known = _catalogued(proposal.rule, config)
    if not wanted.as_json:
        _show(proposal, result, wrong, lines, searches, known)
    grave = [each.says for each in wrong if each.grave]
    if grave:
        raise WatcherError(f"{name} was not added: {'; '.join(grave)}")
    is_written = not wanted.dry_run and (wanted.yes or _is_wanted(proposal.rule))
    done = _write(wanted, path, proposal.rule, lines, searches) if is_written else None
    if wanted.as_json:
        emit(_row(proposal, result, wrong, lines, searches, known) | {"written": is_written, "applied": done})
    elif not is_written:
        say("nothing was written" + ("" if wanted.dry_run else "; --yes writes it without asking"))
    return 0


def _refuse_known(id: str | None, name: str, config: Config) -> None:
    for topic in config.topics:
        if topic.id == id or name.casefold() in {topic.id.casefold(), topic.title.casefold()}:
            raise WatcherError(
                f"{name} is a topic already ([topics.{topic.id}]): change its names there, then "
                f"`watcher topics apply {topic.id}`"
            )


def entities_of(config: Config | None) -> tuple[Entity, ...]:
    """The shipped table of names, and the user's own."""
    own = app.names_of(config) if config is not None else None
    return shipped_entities() if own is None else merge(shipped_entities(), parse(*own))


def proposal_of(
    wanted: Wanted, name: str, table: Sequence[Entity], texts: Iterable[str], config: Config | None
) -> Proposal:
    """The rule that everything at hand proposes for a name."""
    given = tuple(dict.fromkeys((name, *filter(None, map(plain_name, wanted.names)))))
    first = proposed(given, table)
    called: list[Called] = [
        *(Called(each, "you say so", place="weak") for each in wanted.weak),
        *(Called(each, "you say so", place="never") for each in wanted.never),
    ]
    called += [each.called() for each in names_beside(first.rule.names or given, texts)[:_MOST_BESIDE]]
    if wanted.online and config is not None:
        from watcher.cli.subject.asking import called_elsewhere

        called += called_elsewhere(name, config, wanted.wikidata)
    return proposed(given, table, called, title=wanted.title or name, id=wanted.id, needs=wanted.needs)


def search_rows(rule: TopicRule, config: Config) -> list[dict[str, Any]]:
    """Searches for the subject in each language that is read, as they would stand in the file."""
    from watcher.sources.query.engines import ENGINES, query_for

    taken = {source.id for source in (*config.sources, *config.history)}
    rows: list[dict[str, Any]] = []
    for engine in _ENGINES:
        languages = config.watcher.reads[:1] if ENGINES[engine].latin else config.watcher.reads
        for language in languages:
            id = f"{engine}-{rule.id}"[:60] + f"-{language}"
            if id not in taken and query_for(engine, rule.names, language):
                rows.append({"id": id, "kind": "query", "engine": engine, "topics": [rule.id], "language": language})
    return rows


def _catalogued(rule: TopicRule, config: Config) -> tuple[Suggestion, ...]:
    """The sources of the shipped catalogue that write about it, in the languages that are read."""
    found = suggestions(catalogue(), config.sources, {}, [rule], config.watcher.reads, app.utc_now())
    return tuple(each for each in found if each.action == "add")


def _show(
    proposal: Proposal,
    result: Tried,
    wrong: Sequence[Misfit],
    lines: str,
    searches: Sequence[Mapping[str, Any]],
    known: Sequence[Suggestion],
) -> None:
    kind = f" ({proposal.kind})" if proposal.kind else ""
    out(f"{proposal.rule.title}{kind}: what it is called")
    for name in proposal.names:
        out(f"  {name.place:<7} {name.name}  - {name.why}")
    say_tried(result)
    for misfit in wrong:
        out(f"mind: {misfit.says}")
    if known:
        first = ", ".join(each.id for each in known[:8])
        out(f"known sources for it: {first}; all {len(known)} of them: watcher sources suggest")
    if searches:
        out(f"searches for it (--search writes them): {', '.join(str(row['id']) for row in searches)}")
    out("the lines for config.toml:\n")
    out(lines)


def _is_wanted(rule: TopicRule) -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write(f"Write [topics.{rule.id}] into config.toml? [Y/n] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"", "y", "yes"}


def _write(
    wanted: Wanted, path: Path | None, rule: TopicRule, lines: str, searches: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    file = find_config(path, os.environ)
    add_topic(file, rule.id, lines)
    say(f"{file}: [topics.{rule.id}] is written")
    if wanted.search and searches:
        add_sources(file, searches)
        say(f"{file}: {', '.join(str(row['id']) for row in searches)} written")
    config = load_config(file, os.environ)
    applied = apply_rules(config, [rule.id])
    say_running(config)
    if not wanted.as_json:
        say_applied(applied)
    return {"articles": applied.articles, "followed": applied.followed, "left": applied.left}


def _row(
    proposal: Proposal,
    result: Tried,
    wrong: Sequence[Misfit],
    lines: str,
    searches: Sequence[Mapping[str, Any]],
    known: Sequence[Suggestion],
) -> dict[str, Any]:
    return {
        "topic": proposal.rule.id,
        "title": proposal.rule.title,
        "kind": proposal.kind or None,
        "names": [
            {"name": name.name, "place": name.place, "script": name.script, "why": name.why} for name in proposal.names
        ],
        "needs": list(proposal.rule.needs),
        "tried": tried_row(result),
        "mind": [each.says for each in wrong],
        "sources": [dict(each.row or {}) for each in known],
        "searches": [dict(row) for row in searches],
        "search_lines": "\n".join(map(source_lines, searches)),
        "lines": lines,
    }
