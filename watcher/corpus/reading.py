"""Files of the seed folder as seeds.

A seed is a plain `.txt` or `.html` document dropped in, or a Markdown file with TOML front matter between two lines
of `+++`. A README is not a seed, nor is a file whose name begins with a dot.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from watcher.errors import SeedError
from watcher.stories.copy.sketch import read as read_fingerprint
from watcher.text.furniture import opening
from watcher.types import UNKNOWN_LANGUAGE, Seed

_KEYS = ("id", "language", "title", "topics", "published", "fingerprint")
FRONT = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)(.*)", re.DOTALL | re.MULTILINE)
_LANGUAGE = re.compile(r"([a-z]{2,3})([-_].*)?", re.IGNORECASE)


def read_seeds(folder: Path) -> tuple[Seed, ...]:
    """Every seed of a folder, sorted by id; a folder that is not there holds none. The first broken one is an error."""
    seeds: dict[str, Seed] = {}
    for file in seed_files(folder):
        seed = read_seed(file)
        if other := seeds.get(seed.id):
            raise SeedError(doubled(file, seed, other))
        seeds[seed.id] = seed
    return tuple(seeds[id] for id in sorted(seeds))


def read_seed(file: Path) -> Seed:
    """One file as a seed. Its name without the ending is its id where the file gives none."""
    raw = read_bytes(file)
    kind = file.suffix.lower()
    if kind in (".html", ".htm"):
        seed = _from_html(file, raw)
    elif kind == ".md":
        seed = from_markdown(file, decoded(file, raw))
    else:
        text = decoded(file, raw).strip()
        seed = Seed(file.stem, opening(text).title, text, UNKNOWN_LANGUAGE, file=file.name)
    if not seed.text and not seed.fingerprint:
        raise SeedError(f"{file}: holds no text; write an account of the story, or take the file out of the folder")
    return seed


def seed_files(folder: Path) -> list[Path]:
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise SeedError(f"{folder}: is not a folder; [seeds] path in config.toml names the folder of known documents")
    try:
        files = sorted(folder.iterdir())
    except OSError as error:
        raise SeedError(f"{folder}: cannot be read: {error.strerror}") from None
    return [
        file
        for file in files
        if file.suffix.lower() in (".md", ".txt", ".html", ".htm")
        and not file.name.startswith(".")
        and file.stem.lower() != "readme"
        and file.is_file()
    ]


def doubled(file: Path, seed: Seed, other: Seed) -> str:
    return f"{file}: has the id {seed.id!r}, which {other.file} has already; give one of them another"


def read_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SeedError(f"{file}: cannot be read: {error.strerror}") from None


def decoded(file: Path, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SeedError(f"{file}:{line}: is not UTF-8 text; save it as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def from_markdown(file: Path, text: str) -> Seed:
    match = FRONT.match(text)
    if match is None:
        raise SeedError(f'{file}:1: no front matter; begin with +++, lines like language = "pt", and +++ again')
    try:
        front = tomllib.loads(match[1])
    except tomllib.TOMLDecodeError as error:
        raise SeedError(f"{file}: front matter is not valid TOML, counted from the line below +++: {error}") from None
    for key in front:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            raise SeedError(f"{file}: unknown key {key!r}; expected {near[0] if near else ', '.join(_KEYS)}")
    seed = Seed(
        id=_string(file, front, "id") or file.stem,
        title=_string(file, front, "title"),
        text=match[2].strip(),
        language=_language(file, front),
        topics=_topics(file, front),
        published=_published(file, front),
        fingerprint=_string(file, front, "fingerprint") or None,
        file=file.name,
    )
    if seed.fingerprint:
        try:
            read_fingerprint(seed.fingerprint)
        except SeedError as error:
            raise SeedError(f"{file}: {error}") from None
    return seed


def _string(file: Path, front: dict[str, Any], key: str) -> str:
    value = front.get(key, "")
    if not isinstance(value, str):
        raise SeedError(f"{file}: {key}: expected text in quotes, found {value}")
    return value.strip()


def _language(file: Path, front: dict[str, Any]) -> str:
    value = _string(file, front, "language") or UNKNOWN_LANGUAGE
    match = _LANGUAGE.fullmatch(value)
    if match is None:
        raise SeedError(f'{file}: language: expected a code like "pt", found "{value}"')
    return match[1].lower()


def _topics(file: Path, front: dict[str, Any]) -> tuple[str, ...]:
    value = front.get("topics", [])
    if not isinstance(value, list) or not all(isinstance(topic, str) for topic in value):
        raise SeedError(f'{file}: topics: expected a list like ["ascend"], found {value}')
    return tuple(value)


def _published(file: Path, front: dict[str, Any]) -> datetime | None:
    value = front.get("published")
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = ()
    if value is not None and not isinstance(value, date):
        raise SeedError(f"{file}: published: expected a date like 2025-01-28, found {front['published']}")
    return moment(value) if value else None


def moment(day: date) -> datetime:
    """A date as midnight UTC; a time without a zone is read as UTC."""
    moment = day if isinstance(day, datetime) else datetime.combine(day, time())
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _from_html(file: Path, raw: bytes) -> Seed:
    from watcher.corpus.page import read_page  # lxml costs 30 ms; most folders hold no HTML

    page = read_page(raw)
    if page is None:
        raise SeedError(f"{file}: is not readable as HTML; save the page again, or its text as .txt")
    match = _LANGUAGE.fullmatch(page.language)
    return Seed(
        id=file.stem,
        title=page.title or opening(page.text).title,
        text=page.text,
        language=match[1].lower() if match else UNKNOWN_LANGUAGE,
        file=file.name,
    )
