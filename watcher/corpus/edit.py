"""Seeds added and taken out: files in the folder, written so that they are read back as they were meant."""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Collection
from dataclasses import replace
from datetime import date, time
from pathlib import Path

from watcher.corpus.reading import FRONT, decoded, from_markdown, moment, read_bytes, read_seed, read_seeds, seed_files
from watcher.errors import SeedError
from watcher.language import identify
from watcher.stories.copy import fingerprint
from watcher.types import UNKNOWN_LANGUAGE, Seed

_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


def add_seed(
    folder: Path,
    file: Path,
    account: Path | None = None,
    fingerprint_only: bool = False,
    *,
    id: str | None = None,
    language: str | None = None,
    title: str | None = None,
    topics: Collection[str] = (),
    published: date | None = None,
) -> Path:
    """Makes a document known; returns the new file.

    With an account (its own front matter counts) or `fingerprint_only`, the document's text is not kept: its copies
    are recognised by a fingerprint that nobody can read back. A language that nobody names is told from the words.
    """
    document = read_seed(file)
    known = _account(account) if account else Seed("", "", "", UNKNOWN_LANGUAGE)
    keeps_text = account is None and not fingerprint_only
    day = published or known.published or document.published
    seed = Seed(
        id=id or known.id or _name(file.stem),
        title=title or known.title or document.title,
        text=document.text if keeps_text else known.text,
        language=language or _language(known, document),
        topics=tuple(topics) or known.topics or document.topics,
        published=moment(day) if day else None,
        fingerprint=document.fingerprint if keeps_text else document.fingerprint or fingerprint(document.text),
    )
    if any(other.id == seed.id for other in read_seeds(folder)):
        raise SeedError(f"{folder}: there is a seed {seed.id!r} already; choose another id, or remove that one first")
    target = folder / f"{_name(seed.id)}.md"
    if target.exists():
        raise SeedError(f"{target}: is there already; choose another id")
    _write(target, written(seed))
    return target


def remove_seed(folder: Path, id: str) -> Path:
    """Takes a seed's file out of the folder; returns where it was."""
    for file in seed_files(folder):
        if read_seed(file).id == id:
            file.unlink()
            return file
    raise SeedError(f"{folder}: there is no seed {id!r}; `watcher seeds list` shows what there is")


def written(seed: Seed) -> str:
    """A seed as the Markdown file that is read back as the same seed."""
    fields: dict[str, str] = {"id": _quoted(seed.id), "language": _quoted(seed.language), "title": _quoted(seed.title)}
    if seed.topics:
        fields["topics"] = f"[{', '.join(map(_quoted, seed.topics))}]"
    if seed.published:
        midnight = seed.published.time() == time()
        fields["published"] = (seed.published.date() if midnight else seed.published).isoformat()
    if seed.fingerprint:
        fields["fingerprint"] = _quoted(seed.fingerprint)
    front = "".join(f"{key} = {value}\n" for key, value in fields.items())
    return f"+++\n{front}+++\n{seed.text}\n" if seed.text else f"+++\n{front}+++\n"


def _account(file: Path) -> Seed:
    """An account: Markdown with front matter or without, or plain text."""
    text = decoded(file, read_bytes(file))
    if match := FRONT.match(text):
        seed = from_markdown(file, text)
        return seed if "id" in tomllib.loads(match[1]) else replace(seed, id="")
    return Seed("", "", text.strip(), UNKNOWN_LANGUAGE)


def _language(known: Seed, document: Seed) -> str:
    """The language that the account or the document names, else the one its words are in."""
    named = next((seed.language for seed in (known, document) if seed.language != UNKNOWN_LANGUAGE), None)
    words = f"{known.title or document.title}\n{known.text or document.text}"
    return named or identify(words)


def _name(text: str) -> str:
    return _NOT_IN_NAMES.sub("-", text).strip("-.") or "seed"


def _quoted(text: str) -> str:
    """A TOML string. JSON writes the same escapes, but lets DEL stand, which TOML does not."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", dir=target.parent, delete=False) as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        Path(new.name).chmod(0o644)
        Path(new.name).replace(target)
    except OSError as error:
        raise SeedError(f"{target}: cannot be written: {error.strerror}") from None
