"""`evaluate`: measured quality on documents whose stories are known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from watcher.cli.documents import BadRow, as_document, json_rows
from watcher.cli.judging import judging
from watcher.cli.matching import config_or_shipped
from watcher.cli.output import emit, facts, out, rows, say
from watcher.errors import ReadError, WatcherError
from watcher.evaluation import JudgeScorer, Labelled, pair_row, report
from watcher.language import identify
from watcher.types import UNKNOWN_LANGUAGE

_SHARES = ("precision", "recall", "f1")


@dataclass(frozen=True, slots=True)
class Measured:
    """What `evaluate` was asked for."""

    file: str
    gold: str = "story"
    ignore: Sequence[str] = ()
    pairs: Path | None = None
    encoder: str | None = None
    vectors: Path | None = None
    config: Path | None = None
    as_json: bool = False


def evaluate_file(asked: Measured) -> int:
    """Figures for one file; returns 1 if a row was bad."""
    labelled: list[Labelled] = []
    bad = False
    for row in _labelled(asked.file, asked.gold, asked.ignore):
        if isinstance(row, BadRow):
            bad = True
            emit({"id": row.id, "error": row.error})
        else:
            labelled.append(row)
    if len(labelled) < 2:
        raise ReadError(f"{asked.file}: fewer than two documents with a {asked.gold}: nothing to compare")
    say(f"{len(labelled)} documents, {len(labelled) * (len(labelled) - 1) // 2} pairs")
    with judging(config_or_shipped(asked.config), asked.encoder, asked.vectors) as ready:
        documents = ready.prepared([row.document for row in labelled])
        labelled = [replace(row, document=own) for row, own in zip(labelled, documents, strict=True)]
        figures, judged = report(labelled, JudgeScorer(ready.judge))
    if asked.pairs is not None:
        _write(asked.pairs, (pair_row(labelled, pair) for pair in judged))
    emit(figures) if asked.as_json else _show(figures)
    return int(bad)


def _labelled(file: str, gold: str, ignore: Sequence[str]) -> Iterator[Labelled | BadRow]:
    seen: set[str] = set()
    for place, row in json_rows([file]):
        answer = row if isinstance(row, BadRow) else _labelled_row(row, place, gold, ignore)
        if isinstance(answer, Labelled):
            if answer.document.id in seen:
                answer = BadRow(answer.document.id, "a document of this id came before")
            else:
                seen.add(answer.document.id)
        yield answer


def _labelled_row(row: Mapping[str, Any], place: str, gold: str, ignore: Sequence[str]) -> Labelled | BadRow:
    document = as_document(row, place)
    if isinstance(document, BadRow):
        return document
    stories = _stories(row.get(gold))
    if stories is None:
        return BadRow(document.id, f"{gold} should name the story it tells; --gold says which field does")
    if document.language == UNKNOWN_LANGUAGE:
        document = replace(document, language=identify(f"{document.title}\n{document.text}"))
    return Labelled(document, stories, tuple(_group(row, name) for name in ignore))


def _stories(value: Any) -> frozenset[str] | None:
    """The stories a row names, one or a list of several; None where it names none."""
    names = value if isinstance(value, list) else [value]
    if not names or not all(
        isinstance(name, (str, int)) and not isinstance(name, bool) and name != "" for name in names
    ):
        return None
    return frozenset(str(name) for name in names)


def _group(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    return None if value is None else json.dumps(value, sort_keys=True)


def _write(path: Path, judged: Iterable[Mapping[str, Any]]) -> None:
    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in judged)
    except OSError as error:
        raise WatcherError(f"{path}: cannot be written ({error.strerror}); name another file with --pairs") from error


def _show(figures: Mapping[str, Any]) -> None:
    """The figures for people; the parts by language and the mistakes as tables."""
    facts(
        {
            "documents": figures["documents"],
            "pairs": figures["pairs"],
            "b-cubed": figures["bcubed"],
            "recall at false alarms": figures["recall_at_fpr"],
            "candidates": figures["candidates"],
            "calibration error": figures["calibration_error"],
            "scored .1 to .9 alone": figures["calibration_error_middle"],
        },
        as_json=False,
    )
    for heading, table, columns in (
        ("calibration", figures["calibration"], ("score", "right", "n")),
        (
            "by languages",
            [{"languages": name, **part} for name, part in figures["by_relation"].items()],
            ("languages", "n", *_SHARES),
        ),
        ("worst mistakes", figures["worst"], ("a", "b", "languages", "gold", "relation", "score")),
    ):
        if table:
            out(f"\n{heading}")
            rows(table, columns, as_json=False)
