"""`match`: topics and known texts of documents, without storing anything."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from watcher.cli.documents import BadRow, PairRow, documents, pairs
from watcher.cli.judging import Judging, chunks, judging
from watcher.cli.output import emit, out
from watcher.cli.working import configuration, said_of
from watcher.config import Config
from watcher.errors import ConfigError, WatcherError
from watcher.shapes.matches import evidence_row, match_row, short_row
from watcher.types import TELLS, Document, Relation, TopicMatch, Verdict


@dataclass(frozen=True, slots=True)
class Asked:
    """What `match` was asked for."""

    files: Sequence[str]
    config: Path | None = None
    seeds: Path | None = None
    encoder: str | None = None
    vectors: Path | None = None
    stream: bool = False
    archive: bool = False
    as_json: bool = False


def match_documents(asked: Asked) -> int:
    """One answer for each document, in order; returns 1 if a row was bad."""
    from watcher import app
    from watcher.stories.stream import Stream
    from watcher.topics import TopicMatcher

    # Somebody's archive is where their own configuration says, never beside the shipped one.
    config = configuration(asked.config) if asked.archive else config_or_shipped(asked.config)
    if asked.seeds is not None and not asked.seeds.is_dir():
        raise WatcherError(f"{asked.seeds} is no folder that known documents could be in")
    topics = TopicMatcher(config.topics)
    store = app.archive(config, read_only=True) if asked.archive else None
    bad = False
    with judging(config, asked.encoder, asked.vectors) as ready:
        judge, known = ready.judge, ready.known([app.in_a_language(seed) for seed in app.seeds(config, asked.seeds)])
        before = Stream(judge, known, app.rules_of(config))
        for row in in_order(documents(asked.files), ready):
            if isinstance(row, BadRow):
                bad = True
                _refuse(row, as_json=asked.as_json)
                continue
            candidates = store.candidates(judge.keys(row)) if store else ()
            stored = judge.verdict(row, known, candidates)
            story, verdict = row.id, stored
            if asked.stream:
                judged = before.add(row)
                story, verdict = judged.story, merged(judged.verdict, stored)
            answer = answer_of(row, topics(row.title, row.text), verdict, story)
            emit(answer) if asked.as_json else out(sentence(answer))
    return int(bad)


def in_order(rows: Iterable[Document | BadRow], ready: Judging) -> Iterator[Document | BadRow]:
    """The rows with their language, facts and vectors, in the order they came: many are encoded together."""
    from watcher import app

    for chunk in chunks(rows):
        good = [app.in_a_language(row) for row in chunk if isinstance(row, Document)]
        prepared = iter(ready.prepared(good))
        for row in chunk:
            yield next(prepared) if isinstance(row, Document) else row


def config_or_shipped(path: Path | None) -> Config:
    """The user's configuration; without one, the shipped subject."""
    from watcher.config import find_config, load_config
    from watcher.shipped import shipped

    try:
        file = find_config(path, os.environ)
    except ConfigError:
        file = shipped("config.toml")
    return said_of(load_config(file, os.environ))


def merged(first: Verdict, second: Verdict) -> Verdict:
    """Two verdicts about one document against the same seeds and different earlier documents, as one."""
    found = [match for match in (first.earlier, *first.also, second.earlier, *second.also) if match is not None]
    ranked = sorted(found, key=lambda match: (list(Relation).index(match.relation), -match.score))
    best = ranked[0] if ranked else None
    return Verdict(first.seed, first.seeds, best, tuple(match for match in ranked[1:] if match.relation in TELLS))


def answer_of(document: Document, topics: Sequence[TopicMatch], verdict: Verdict, story: str) -> dict[str, Any]:
    """One line of `match`, in the contract's shape."""
    return {
        "id": document.id,
        "language": document.language,
        "topics": [asdict(topic) for topic in topics],
        "seed": match_row(verdict.seed),
        "seeds": [short_row(match) for match in verdict.seeds],
        "earlier": match_row(verdict.earlier),
        "also": [short_row(match) for match in verdict.also],
        "story": story,
    }


def match_pairs(asked: Asked) -> int:
    """The relation of each pair; returns 1 if a row was bad."""
    from watcher import app

    bad = False
    with judging(config_or_shipped(asked.config), asked.encoder, asked.vectors) as ready:
        for chunk in chunks(pairs(asked.files)):
            good = [side for row in chunk if isinstance(row, PairRow) for side in (row.a, row.b)]
            prepared = iter(ready.prepared([app.in_a_language(side) for side in good]))
            for row in chunk:
                if isinstance(row, BadRow):
                    bad = True
                    _refuse(row, as_json=asked.as_json)
                    continue
                match = ready.judge.compare(next(prepared), next(prepared))
                answer = {"relation": match.relation.value, "score": match.score, "evidence": evidence_row(match)}
                told = f"{row.a.id} ~ {row.b.id}: {match.relation.value} ({match.score:.2f})"
                emit(answer) if asked.as_json else out(told)
    return int(bad)


def _refuse(row: BadRow, *, as_json: bool) -> None:
    emit({"id": row.id, "error": row.error}) if as_json else out(f"{row.id}: not compared: {row.error}")


def sentence(answer: Mapping[str, Any]) -> str:
    """An answer as a line for people."""
    about = [topic["topic"] for topic in answer["topics"] if topic["about"]]
    parts = [f"{answer['id']} ({answer['language']})", "about " + ", ".join(about) if about else "about no topic"]
    for name, what in (("seed", "known document"), ("earlier", "document")):
        match = answer[name]
        if match is not None:
            parts.append(f"{match['relation']} of the {what} {match['id']} ({match['score']:.2f})")
    return "; ".join(parts)
