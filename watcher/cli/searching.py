"""What `search` does: brings the index up to date, asks it, and shows what was found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from watcher import app
from watcher.cli.output import emit, is_watched, out, progress, say
from watcher.cli.pending import index_pending
from watcher.cli.working import configuration, moment
from watcher.config import Config
from watcher.errors import StoreError, WordsError
from watcher.shapes.exports import export_form, of_hit, written
from watcher.shapes.found import hit_row
from watcher.store import SqlStore
from watcher.store.opening import is_there
from watcher.text.query import read_query
from watcher.types import Passage, SearchHit, SearchQuery, SearchResult

FIRST_SECONDS = 120.0  # what the first search of an old archive may take to make its index; 100,000 articles take 60
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Sought:
    """What the command was asked for."""

    words: str
    limit: int = 20
    since: str | None = None
    until: str | None = None
    relevance: bool = False
    form: str | None = None


def search(sought: Sought, path: Path | None, *, as_json: bool) -> int:
    """What a query finds, newest first or the best of the newest first."""
    form = export_form(sought.form)
    config = configuration(path)
    query = _query(sought, config)
    _catch_up(config)
    with app.reading(config) as store:
        result = _found(store, query, sought.limit)
    if form is not None:
        out(written(map(of_hit, result.hits), form, query.text).rstrip("\n"))
        _talk(result)
        return 0
    for hit in result.hits:
        if as_json:
            emit(hit_row(hit))
        else:
            _show(hit, config)
    _talk(result)
    return 0


def _query(sought: Sought, config: Config) -> SearchQuery:
    query = read_query(sought.words, config.timezone, "relevance" if sought.relevance else "newest")
    since = moment(sought.since, config) if sought.since else query.since
    until = moment(sought.until, config) if sought.until else query.until
    return replace(query, since=since, until=until)


def _catch_up(config: Config) -> None:
    """Beside a daemon there is nothing to do; without one, this is who makes the index."""
    if not is_there(config.watcher.data_dir, config.watcher.database, config.watcher.database_password):
        return
    try:
        with app.archive(config, read_only=True) as store:
            if not store.unindexed():
                return
        with app.archive(config) as store:
            index_pending(store, FIRST_SECONDS)
    except WordsError:
        raise
    except StoreError as error:  # a folder that may only be read: what the index holds can be found
        say(f"the index of words stays as it is: {error}")


def _found(store: SqlStore, query: SearchQuery, limit: int) -> SearchResult:
    """The first hits, page by page where many are wanted."""
    result = store.search(query, min(limit, _PAGE))
    while result.next is not None and len(result.hits) < limit:
        page = store.search(query, min(_PAGE, limit - len(result.hits)), result.next)
        result = replace(page, hits=(*result.hits, *page.hits))
    return result


def _talk(result: SearchResult) -> None:
    """What is said beside the hits: how many there are, what was not understood, what cannot be found yet."""
    total = f"more than {result.total:,}" if result.more else f"{result.total:,}"
    shown = f", {len(result.hits)} of them shown" if len(result.hits) < result.total else ""
    if result.query.is_void:
        say("nothing to search for in this: no word is in it, and nothing that narrows down")
    else:
        say(f"{total} found{shown}" if result.total else "nothing found")
    if result.query.ignored:
        say(f"not understood and left out: {' '.join(result.query.ignored)}")
    if result.waiting:
        say(f"{result.waiting:,} articles are not in the index yet and cannot be found: search again later")


def _show(hit: SearchHit, config: Config) -> None:
    from zoneinfo import ZoneInfo

    day = hit.date.astimezone(ZoneInfo(config.timezone)).date()
    out(f"{day}  {hit.outlet}  ({hit.language})  article {hit.id}, story {hit.story}")
    out(f"  {_marked(hit.title, hit.title_marks)}")
    if hit.excerpt:
        out(f"  {_marked(hit.excerpt, hit.excerpt_marks)}")
    out(f"  {hit.url}")


def _marked(text: str, marks: tuple[Passage, ...]) -> str:
    """What was looked for stands between »«."""
    parts, done = [], 0
    for mark in marks:
        parts += [text[done : mark.start], "»", text[mark.start : mark.end], "«"]
        done = mark.end
    return " ".join("".join([*parts, text[done:]]).split())


def rebuild(path: Path | None) -> int:
    """Makes the index of words anew."""
    from watcher.indexing import catch_up

    with app.archive(configuration(path)) as store:
        store.forget_words()
        total = store.unindexed()
        if not is_watched():
            done = catch_up(store, app.pause)
        else:
            with progress("indexed") as bar:
                done = catch_up(store, app.pause, on_step=lambda step: bar(step, total, ""))
    say(f"{done:,} articles are in the index of words")
    return 0
