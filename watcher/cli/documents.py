"""Documents handed to a command: JSON Lines, text, Markdown, HTML; a bad row is an answer, not an end."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from watcher.errors import ReadError, SeedError
from watcher.types import UNKNOWN_LANGUAGE, Document


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is no document, with what is wrong with it."""

    id: str
    error: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two documents to be compared."""

    a: Document
    b: Document


def documents(names: Sequence[str]) -> Iterator[Document | BadRow]:
    """The documents of these files in order; `-` and `*.jsonl` hold one a line, any other file is one itself.

    A file that cannot be read is a bad row like any other.
    """
    for name in names or ["-"]:
        try:
            if name == "-" or name.endswith(".jsonl"):
                for number, line in _lines(name):
                    row = _row(line, f"{name}:{number}")
                    yield row if isinstance(row, BadRow) else as_document(row, f"{name}:{number}")
            else:
                yield file_document(Path(name))
        except (ReadError, SeedError) as error:
            yield BadRow(Path(name).stem or name, str(error))


def pairs(names: Sequence[str]) -> Iterator[PairRow | BadRow]:
    """Lines of `{"a": document, "b": document}`."""
    for name in names or ["-"]:
        for number, line in _lines(name):
            row = _row(line, f"{name}:{number}")
            yield row if isinstance(row, BadRow) else _pair(row, f"{name}:{number}")


def _pair(row: Mapping[str, Any], place: str) -> PairRow | BadRow:
    a, b = (as_document(row.get(side), f"{place} {side}") for side in ("a", "b"))
    if isinstance(a, BadRow):
        return a
    return b if isinstance(b, BadRow) else PairRow(a, b)


def json_rows(names: Sequence[str]) -> Iterator[tuple[str, dict[str, Any] | BadRow]]:
    """The rows of JSON Lines as they stand, each with its place, for commands that read more than a document."""
    for name in names:
        for number, line in _lines(name):
            place = f"{name}:{number}"
            yield place, _row(line, place)


def as_document(row: Any, place: str) -> Document | BadRow:
    """One row of JSON as a document."""
    if not isinstance(row, Mapping):
        return BadRow(place, "not a JSON object with id and text")
    id = row.get("id")
    if not isinstance(id, (str, int)) or isinstance(id, bool) or id == "":
        return BadRow(place, "id is missing: every document needs one")
    id = str(id)
    words = {name: "" if row.get(name) is None else row[name] for name in ("text", "title", "language", "url")}
    for name, value in words.items():
        if not isinstance(value, str):
            return BadRow(id, f"{name} should be a string")
    if not words["text"].strip() and not words["title"].strip():
        return BadRow(id, "neither text nor title: nothing to compare")
    published = row.get("published")
    moment = moment_of(published) if published else None
    if moment is None and published is not None and published != "":
        return BadRow(id, f"published should be a date in ISO 8601, found {published!r}")
    language = words["language"].replace("_", "-").split("-")[0].lower() or UNKNOWN_LANGUAGE
    return Document(id, words["text"], words["title"], language, words["url"] or None, moment)


def moment_of(text: Any) -> datetime | None:
    """A date in ISO 8601, in UTC unless it says otherwise; None when it is none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):  # the latter: the last hours of the year 9999 in a zone west of Greenwich
        return None


def _row(line: str, place: str) -> dict[str, Any] | BadRow:
    try:
        row = json.loads(line)
    except ValueError as error:
        return BadRow(place, f"not JSON: {error}")
    except RecursionError:
        return BadRow(place, "not a document: brackets within brackets without end")
    return row if isinstance(row, dict) else BadRow(place, "not a JSON object")


def _lines(name: str) -> Iterator[tuple[int, str]]:
    # Bytes, whatever the terminal's encoding; and not splitlines(): a JSON string may hold U+2028 unescaped.
    rows = sys.stdin.buffer if name == "-" else read_bytes(Path(name)).split(b"\n")
    for number, row in enumerate(rows, start=1):
        line = row.decode("utf-8-sig" if number == 1 else "utf-8", errors="replace")
        if line.strip():
            yield number, line


def file_document(path: Path) -> Document | BadRow:
    """One file as a document: a page's words, a seed's account with its front matter, or the text as it stands."""
    from watcher.corpus import read_page, read_seed
    from watcher.text.furniture import opening

    raw = read_bytes(path)
    if path.suffix.lower() in {".html", ".htm"}:
        page = read_page(raw)
        document = (
            Document(path.stem, page.text, page.title, page.language[:2].lower() or UNKNOWN_LANGUAGE) if page else None
        )
    elif path.suffix.lower() == ".md" and raw.startswith(b"+++"):
        document = replace(read_seed(path).document(), id=path.stem)
    else:
        text = raw.decode("utf-8-sig", errors="replace")
        document = Document(path.stem, text, opening(text).title)
    if document is None or not (document.text.strip() or document.title.strip()):
        return BadRow(path.stem, f"{path} holds no words: nothing to compare")
    return document


def read_bytes(path: Path) -> bytes:
    """A file's bytes; what keeps it from being read is an error for the user."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise ReadError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
