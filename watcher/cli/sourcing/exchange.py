"""`sources export` and `sources import`: the list of sources as feed readers exchange it."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from watcher import app, urls
from watcher.cli.answers import is_address, page_of
from watcher.cli.documents import read_bytes
from watcher.cli.output import emit, is_watched, out, progress, say
from watcher.cli.sourcing.asking import answers, first_request, read
from watcher.cli.working import configuration
from watcher.config import Config, add_sources, find_config, source_problems, source_rows
from watcher.errors import ReadError, WatcherError
from watcher.language import identify
from watcher.opml import MOST_BYTES, Outline, plain, read_outlines, write_outlines
from watcher.shapes.telling import many
from watcher.sources import KINDS
from watcher.topics import TopicMatcher
from watcher.types import UNKNOWN_LANGUAGE, Reading, Source, Trouble

# Keys of config.toml that OPML has words for; the others travel as attributes of our own.
_SPOKEN = frozenset({"url", "title", "language", "folder", "site"})
# What does not travel: a file of this machine.
_STAYS = frozenset({"ca_file"})
_ANY = {"id": "x", "url": "https://x.example/"}  # a source that every check passes
_SEARCH = ("kind", "engine", "query", "topics")  # what a search has in place of an address
_SAMPLED = 20  # leads whose words say which language they are in


def export_sources(target: str, path: Path | None, *, secrets: bool) -> None:
    """The sources of the configuration as OPML; those with a secret in their address only if asked for."""
    config = configuration(path)
    with app.reading(config) as store:
        moved = {name: memory.moved_to for name, memory in store.memories([s.id for s in config.sources]).items()}
    written = {row.get("id"): row for row in source_rows(config.file)}
    rows: list[Outline] = []
    for source in config.sources:
        url = moved.get(source.id) or source.url
        shown = urls.masked_for(source, url)
        if not secrets and shown != url:
            say(f"{source.id} is left out: its address holds a secret ({shown}); --secrets includes it")
            continue
        rows.append(_outline(source, url, written.get(source.id, {})))
    text = write_outlines(rows, "toldonce")
    if target == "-":
        out(text.removesuffix("\n"))
        return
    from watcher.render import write_atomically

    if Path(target).is_dir():
        raise WatcherError(f"{target} is a folder; name a file in it")
    write_atomically(Path(target), text)
    say(f"{many(len(rows), 'source')} written to {target}")


def _outline(source: Source, url: str, row: Mapping[str, Any]) -> Outline:
    own = {"id": source.id} | {key: value for key, value in row.items() if key not in _SPOKEN | _STAYS}
    return Outline(
        url=url,
        title=source.title or "",
        site=source.site or "",
        language=source.language or "",
        folder=source.folder,
        own=own,
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """One source of a list as it would stand in `config.toml`, and what became of it."""

    outline: Outline
    source: Mapping[str, Any]
    refused: str | None = None
    same_as: str | None = None  # the id of the source that has its address already
    reading: Reading | Trouble | None = None
    topics: tuple[tuple[str, int], ...] = ()
    named: int = 0  # leads that name a topic


def import_sources(file: str, path: Path | None, *, dry_run: bool, offline: bool, as_json: bool) -> int:
    """Writes the sources of an OPML file into the configuration; 1 when none of its rows could be used."""
    config = configuration(path)
    try:
        found = read_outlines(_body(file, path))
    except ReadError as error:
        raise ReadError(f"{file} is no OPML that can be read: {error}") from error
    for warning in found.warnings:
        say(f"{file}: {warning}")
    rows = list(_rows(found.rows, config))
    fresh = [row for row in rows if not row.refused and not row.same_as]
    if fresh and not offline:
        asked = _asked(fresh, config)
        rows = [row if row.refused or row.same_as else asked[row.source["id"]] for row in rows]
    for row in rows:
        _tell(row, dry_run=dry_run, as_json=as_json)
    taken = [row.source for row in rows if not row.refused and not row.same_as]
    if taken and not dry_run:
        add_sources(find_config(path, os.environ), taken)
    _sum_up(rows, dry_run=dry_run)
    return 1 if rows and not taken and all(row.refused for row in rows) else 0


def _body(file: str, path: Path | None) -> bytes:
    """The list itself: from stdin, an address (asked like any page), or a file."""
    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    return page_of(file, None, path).body if is_address(file) else read_bytes(Path(file))


def _rows(outlines: Iterable[Outline], config: Config) -> Iterator[_Row]:
    """Each row as a source with an id of its own; rows of one address become one."""
    known = {urls.canonical(source.url): source.id for source in config.sources}
    topics = {topic.id: {"names": topic.names} for topic in config.topics}
    taken = Counter(source.id for source in (*config.sources, *config.history))
    for outline in outlines:
        url = urls.absolute(None, outline.url)
        if url is None:
            advice = ": no user name or password may stand in it" if "@" in outline.url else ""
            shown = urls.masked(outline.url)[:200]
            yield _Row(outline, {}, refused=f"{shown} is no http(s) address that could be asked{advice}")
            continue
        source = _source(outline, url, topics)
        same = known.get(urls.canonical(url))
        if same is not None:
            yield _Row(outline, source, same_as=same)
            continue
        source["id"] = _free_id(str(outline.own.get("id", "")), urls.host(url), taken)
        if problems := source_problems(source, topics):
            yield _Row(outline, source, refused="; ".join(problems))
            continue
        taken[source["id"]] += 1
        known[urls.canonical(url)] = source["id"]
        yield _Row(outline, source)


def _source(outline: Outline, url: str, topics: Mapping[str, object]) -> dict[str, Any]:
    """The keys of `config.toml` for a row. What nobody could mean (a language that is none) is left out."""
    folder: object = list(outline.folder) if len(outline.folder) != 1 else outline.folder[0]
    source: dict[str, Any] = {"id": "", "url": url}
    search = {key: outline.own[key] for key in _SEARCH if key in outline.own}
    if search.get("kind") == "query" and not source_problems({"id": "x"} | search, topics):
        source = {"id": ""} | search  # its address is made anew from these
    wanted = {"title": plain(outline.title), "language": outline.language, "folder": folder, "site": outline.site}
    wanted |= {key: value for key, value in outline.own.items() if key not in {"id", "url", *_STAYS}}
    alone = {**source, "id": "x"}
    fitting = {k: value for k, value in wanted.items() if value and not source_problems(alone | {k: value}, topics)}
    return source | fitting


def _free_id(wanted: str, host: str, taken: Counter[str]) -> str:
    if wanted and wanted not in taken and not source_problems(_ANY | {"id": wanted}):
        return wanted
    kept = host.removeprefix("www.").removeprefix("feeds.").lower()
    base = "".join(each if each.isascii() and each.isalnum() else "-" for each in kept).strip("-")[:56] or "source"
    if base not in taken:
        return base
    number = taken[f"{base} #"] or 2  # where the last search for this name ended: ten thousand rows of one host
    while f"{base}-{number}" in taken:
        number += 1
    taken[f"{base} #"] = number
    return f"{base}-{number}"


def _asked(rows: Sequence[_Row], config: Config) -> dict[str, _Row]:
    """The rows after their sources were asked once: with a language where none was given, and the topics they name."""
    from watcher.workers import WorkerPool

    by_id = {str(row.source["id"]): row for row in rows}
    sources = {name: _as_source(row) for name, row in by_id.items()}
    matches = TopicMatcher(config.topics)
    fetch, workers = app.http_fetch(config, app.utc_now), WorkerPool()
    requests = [(name, first_request(source)) for name, source in sources.items()]
    try:
        with progress("asking") as bar:
            for number, (name, answer) in enumerate(answers(fetch, config, requests), 1):
                reading = read(workers, sources[name], answer)
                by_id[name] = _with_reading(by_id[name], reading, matches)
                if is_watched():
                    bar(number, len(requests), name)
    finally:
        workers.close()
        fetch.close()
    return by_id


def _as_source(row: _Row) -> Source:
    kind = str(row.source.get("kind", "feed"))
    return Source(str(row.source["id"]), _address(row), kind=kind if kind in KINDS else "feed")


def _address(row: _Row) -> str:
    """Where a row's source is asked: a search's address is made anew from its keys, this is how it was exported."""
    return str(row.source.get("url") or row.outline.url)


def _with_reading(row: _Row, reading: Reading | Trouble, matches: TopicMatcher) -> _Row:
    if isinstance(reading, Trouble):
        return replace(row, reading=reading)
    source = dict(row.source)
    if "language" not in source:
        words = "\n".join(f"{lead.title}\n{lead.summary}" for lead in reading.leads[:_SAMPLED])
        language = reading.language or identify(words)
        if language and language != UNKNOWN_LANGUAGE:
            source["language"] = language
    topics: Counter[str] = Counter()
    named = 0
    for lead in reading.leads:
        found = matches(lead.title, lead.content or lead.summary)
        topics.update(match.topic for match in found)
        named += bool(found)
    kept = replace(reading, leads=())  # the texts of ten thousand feeds are not held
    return replace(row, source=source, reading=kept, topics=tuple(topics.most_common()), named=named)


def _tell(row: _Row, *, dry_run: bool, as_json: bool) -> None:
    source, outline = row.source, row.outline
    if as_json:
        emit(_shape(row))
        return
    where = f"line {outline.line}"
    if row.refused:
        say(f"{where}: refused: {row.refused}")
    elif row.same_as:
        say(f"{where}: {urls.masked(outline.url)} is {row.same_as} already")
    elif dry_run:
        out(f"{source['id']}  {_promise(row)}  {urls.masked(_address(row))}")
    elif isinstance(row.reading, Trouble):
        say(f"{where}: {source['id']} is taken, though it cannot be read now: {row.reading.text}")


def _promise(row: _Row) -> str:
    if row.reading is None:
        return "not asked"
    if isinstance(row.reading, Trouble):
        return f"cannot be read: {row.reading.text}"
    if not row.named:
        return "names no topic now"
    return f"{many(row.named, 'lead')} on a topic: " + ", ".join(f"{topic} {count}" for topic, count in row.topics)


def _shape(row: _Row) -> dict[str, Any]:
    reading = row.reading
    return {
        "line": row.outline.line,
        "id": row.source.get("id") or row.same_as,
        "url": urls.masked(row.outline.url),
        "title": row.outline.title or None,
        "folder": list(row.outline.folder),
        "language": row.source.get("language"),
        "result": "refused" if row.refused else "known" if row.same_as else "new",
        "refused": row.refused,
        "trouble": reading.text if isinstance(reading, Trouble) else None,
        "on_topic": row.named if isinstance(reading, Reading) else None,
        "topics": dict(row.topics),
    }


def _sum_up(rows: Sequence[_Row], *, dry_run: bool) -> None:
    refused = sum(row.refused is not None for row in rows)
    same = sum(row.same_as is not None for row in rows)
    taken = [row for row in rows if not row.refused and not row.same_as]
    asked = [row for row in taken if row.reading is not None]
    parts = [f"{many(len(taken), 'source')} {'would be taken' if dry_run else 'taken'}"]
    parts += [f"{same} there already"] if same else []
    parts += [f"{refused} refused"] if refused else []
    if asked:
        parts.append(f"{sum(row.named > 0 for row in asked)} of {len(asked)} name a topic now")
    say(", ".join(parts) if rows else "there are no sources in it")
