"""Sources of kind `query`: what their keys need of each other, and the source that is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from watcher.config import schema
from watcher.config.models import AT_HAND, SourceTable, TopicTable
from watcher.types import Source

_KEYS = ("engine", "query", "most")


def query_problems(number: int, row: Mapping[str, Any], topics: Mapping[str, Any]) -> Iterator[tuple[schema.Path, str]]:
    """What no single key of a source shows: an address where none belongs, or none where one does."""
    here: schema.Path = ("sources", number)
    if row.get("kind", "feed") != "query":
        kind = row.get("kind", "feed")
        if "url" not in row and kind != "ccnews":  # which is where it always was, if nobody names a mirror
            example = "archive/*" if isinstance(kind, str) and kind in AT_HAND else "https://example.org/feed.xml"
            expected = "a path" if example == "archive/*" else "an address"
            yield (*here, "url"), f'missing, expected {expected} like "{example}"'
        yield from (((*here, key), 'expected only with kind = "query"') for key in _KEYS if key in row)
        return
    if "url" in row:
        yield (*here, "url"), 'not with kind = "query": the address is made from engine, query and language'
    if "engine" not in row:
        yield (*here, "engine"), f"missing, expected one of {', '.join(_engines())}"
    elif "query" not in row and row["engine"] in _engines() and _made(row, topics) is None:
        yield here, _unmade(row, topics)


def query_source(source: Source, row: SourceTable, topics: Mapping[str, TopicTable]) -> Source:
    """The same source with what kind `query` makes of its keys. Their problems were told before (`query_problems`)."""
    from watcher.sources.query import MOST
    from watcher.sources.query.engines import ENGINES, Question, address, query_for

    engine = row.engine or ""
    about = ENGINES[engine]
    query = row.query or query_for(engine, topics[row.topics[0]].names, row.language) or ""
    most = row.most or MOST
    return replace(
        source,
        url=address(engine, Question(query, row.language, min(most, about.most))),
        role=row.role if "role" in row.model_fields_set else about.role,
        pages=row.pages or about.pages or source.pages,
        engine=engine,
        query=query,
        most=most,
    )


def _engines() -> tuple[str, ...]:
    from watcher.sources.query.engines import ENGINES

    return tuple(ENGINES)


def _made(row: Mapping[str, Any], topics: Mapping[str, Any]) -> str | None:
    """The query that one topic's names give; None where there is no such topic or no such name."""
    from watcher.sources.query.engines import query_for

    topic = topics.get(_one(row.get("topics")) or "")
    names = topic.get("names") if isinstance(topic, Mapping) else None
    language = row.get("language")
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        return None
    return query_for(row["engine"], names, language[:2] if isinstance(language, str) else None)


def _unmade(row: Mapping[str, Any], topics: Mapping[str, Any]) -> str:
    topic = _one(row.get("topics"))
    if topic is None:
        return 'expected query = "…", or topics = ["…"] with one topic whose names are asked for'
    if topic not in topics:
        return 'expected query = "…", as there is no such topic'
    return f'expected query = "…", as topic "{topic}" has no name that this engine and language could be asked for'


def _one(topics: object) -> str | None:
    return topics[0] if isinstance(topics, list | tuple) and len(topics) == 1 and isinstance(topics[0], str) else None
